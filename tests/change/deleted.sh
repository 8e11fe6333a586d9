# Files that went, the last of a directory too, until the tree is empty.
mkdir d
printf 'one\ntwo\n' > d/text
: > empty
printf '\000\001' > binary
git add .
git commit -q -m base
git tag base
git rm -q -r .
git commit -q -m end
