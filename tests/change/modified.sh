# Hunks that touch and hunks that do not, changes at both ends, last line ends that come and go.
seq 1 40 > many
printf 'a\nb' > ends
printf 'a' > begins
git add .
git commit -q -m base
git tag base
sed -i -e '1s/^/0\n/' -e '9d' -e '16s/$/!/' -e '24s/$/!/' -e '40s/$/!/' many
printf 'a\nb\n' > ends
printf 'b' > begins
git add .
git commit -q -m end
