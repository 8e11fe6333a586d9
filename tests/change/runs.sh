# Where a run of equal lines could stand in several places.
printf 'f {\n  a\n}\n\ng {\n  b\n}\n' > inserted
printf 'x\nx\nx\nx\n' > removed
printf 'a\nb\nc\nd\ne\nf\ng\n' > moved
git add .
git commit -q -m base
git tag base
printf 'f {\n  a\n}\n\nh {\n  c\n}\n\ng {\n  b\n}\n' > inserted
printf 'x\nx\n' > removed
printf 'e\nf\ng\na\nb\nc\nd\n' > moved
git add .
git commit -q -m end
