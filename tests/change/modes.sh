# The executable bit alone, with content, and of a binary file.
printf 'a\n' > alone
printf 'a\n' > both
printf '\000a' > binary
chmod +x both
git add .
git commit -q -m base
git tag base
chmod +x alone binary
chmod -x both
printf 'b\n' > both
git add .
git commit -q -m end
