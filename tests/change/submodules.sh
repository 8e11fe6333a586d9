# A commit of another repository: new, another one, gone, and a file in its place.
id() { printf "%040d" "$1"; }
add() { git update-index --add --cacheinfo "160000,$(id "$2"),$1"; }
add changed 1
add gone 2
add becomes-file 3
git commit -q -m base
git tag base
add changed 4
add new 5
git update-index --force-remove gone becomes-file
file=$(printf 'a\n' | git hash-object -w --stdin)
git update-index --add --cacheinfo "100644,$file,becomes-file"
git commit -q -m end
