# New files: with and without a last line end, empty, executable, in directories.
git commit -q --allow-empty -m base
git tag base
mkdir -p d/e
printf 'one\ntwo\n' > d/e/text
printf 'no end' > d/short
: > empty
printf '#!/bin/sh\n' > run.sh
chmod +x run.sh
git add .
git commit -q -m end
