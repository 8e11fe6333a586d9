# Bytes that are no text: new, changed, to and from text; a NUL behind the first 8000 bytes is text.
printf '\000\001\002' > changed
printf 'text\n' > from-text
printf '\000' > to-text
head -c 9000 /dev/zero | tr '\000' 'x' > late
git add .
git commit -q -m base
git tag base
printf '\000\001\003' > changed
printf '\000text\n' > from-text
printf 'text\n' > to-text
printf 'y\000z\n' >> late
head -c 150 /dev/zero > new
git add .
git commit -q -m end
