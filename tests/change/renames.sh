# The same content elsewhere is told, and is no rename in the patch; empty files are never the same.
printf 'one\n' > a
printf 'two\n' > b
printf 'two\n' > c
: > e
git add .
git commit -q -m base
git tag base
mkdir d
git mv a d/a
git mv b x
git mv c y
git mv e z
printf 'two\n' > zz
git add .
git commit -q -m end
