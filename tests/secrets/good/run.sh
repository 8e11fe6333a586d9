PASSWORD="$(cat /run/secrets/db1)"
PASSWORD=$1
export TOKEN=${TOKEN:-}
curl -H "Authorization: Bearer $TOKEN1" https://acme.com
read -s -p "Password: " password1
if [ "$PASSWORD" = "hunter2" ]; then :; fi
curl https://user123:pass567@www.example.com:8081/path
curl https://user123:pass567@db.example.org/path
psql postgres://user123:pass567@db.shop.example/orders
psql postgres://user123:pass567@db.test:5432/orders
