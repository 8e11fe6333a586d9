PASSWORD="$(cat /run/secrets/db1)"
PASSWORD=$1
export TOKEN=${TOKEN:-}
curl -H "Authorization: Bearer $TOKEN1" https://acme.com
read -s -p "Password: " password1
if [ "$PASSWORD" = "hunter2" ]; then :; fi
