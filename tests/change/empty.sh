# No change at all: an empty patch.
printf 'a\n' > a
git add .
git commit -q -m base
git tag base
git commit -q --allow-empty -m end
