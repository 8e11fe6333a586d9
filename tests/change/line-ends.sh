# Carriage returns are bytes like others, and so is white space.
printf 'a\r\nb\r\n' > crlf
printf 'a\nb\n' > lf
printf 'a \nb\t\n' > blanks
printf '\377\376\n' > latin
git add .
git commit -q -m base
git tag base
printf 'a\nb\n' > crlf
printf 'a\r\nb\r\n' > lf
printf 'a\n\nb\n' > blanks
printf '\377\376\n\200\n' > latin
git add .
git commit -q -m end
