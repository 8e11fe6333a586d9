export PGPASSWORD=hun~ter2
API_KEY=f1e2d3c4b5~a69788 ./run
MYSQL_PWD='r00t~pass!'
