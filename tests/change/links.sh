# Links: new, gone, elsewhere, to nowhere, and what became a link or was one.
printf 'a\n' > file
ln -s file moved
ln -s file gone
ln -s file becomes-file
printf 'b\n' > becomes-link
git add .
git commit -q -m base
git tag base
ln -sf ../outside moved
rm gone becomes-file becomes-link
printf 'c\n' > becomes-file
ln -s nowhere becomes-link
ln -s / new
git add -A .
git commit -q -m end
