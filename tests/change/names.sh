# Names that have to be quoted, or could be misread.
printf 'a\n' > 'sp ace'
git add .
git commit -q -m base
git tag base
printf 'b\n' > 'sp ace'
printf 'a\n' > 'quo"te'
printf 'b\n' > 'back\slash'
printf 'c\n' > "$(printf 'new\nline')"
printf 'd\n' > "$(printf 't\tab')"
printf 'e\n' > "$(printf '\303\244 umlaut')"
printf 'f\n' > "$(printf 'no\377text')"
printf 'g\n' > "$(printf '\001\177')"
printf 'h\n' > ./-dash
mkdir a b
printf 'j\n' > 'a/b'
printf 'k\n' > 'b/a'
printf 'l\n' > 'a.b'
git add .
git commit -q -m end
