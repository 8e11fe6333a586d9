# A file where a directory was, and the reverse.
mkdir d
printf 'a\n' > d/inner
printf 'b\n' > f
git add .
git commit -q -m base
git tag base
rm -r d f
printf 'c\n' > d
mkdir f
printf 'd\n' > f/inner
git add -A .
git commit -q -m end
