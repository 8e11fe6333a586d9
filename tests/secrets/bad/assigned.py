password = "hun~ter2"
DB_PASSWORD = 'S3cr~etPassw0rd!'
dbPassword := "P@ssw~0rd"
const apiKey = "9f86~d081884c7d659a2feaa0c55ad015";
let api_key: &str = "abcd1~234efgh5678";
self.secret = "s3cr~3t"
"password": "Tr0ub4~dor&3",
'client_secret': 'kJ8s~7d6Fg5h4Jk3l2Zx1',
config["secret_key"] = "django-insecure-4x~8!k2$m9q"
SECRET_KEY = 'k3~#9sdf8(sdf$'
const token string = "b7f3c~9a1e5d2f8b4"
private static final String PASSWORD = "Winter~2024";
accessToken: "a1b2c3d4e5~f6g7h8i9j0",
password: str = "corr3ct~horse"
x = {"auth_token": "Zm9vYmFyYm~F6cXV4MTIzNDU2"}
AWS_SECRET_ACCESS_KEY = "wJalrXUtn~FEMIK7MDENGbPxRfiCY1234567890"
passwd = "letme~inplease"
signing_key = b"8f14e45fceea1~67a5a36dedd4bea2543"
# password = "Old3rOn~e!"
pwd = r"c0mpl~ex"
json = "{\"password\": \"hun~ter22\"}"
password = """Multi~9x"""
encryptionKey = `0f1e2d3c4b~5a69788796a5b4c3d2e1f0`
STRIPE_API_KEY_PROD = "q1w2e3r4t5y~6u7i8o9"
raw_token = "token_8f14e~45fceea167"
db_password = "password~123"
dsn = "postgres://shop:pass-w~0rd9x@db.acme.com/shop"
auth_token = "token-48151~62342108"
