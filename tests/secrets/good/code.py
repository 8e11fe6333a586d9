password = os.environ["DB_PASSWORD"]
password = os.getenv("DB_PASSWORD", "")
const apiKey = process.env.API_KEY;
let token = std::env::var("API_TOKEN").unwrap();
let token = env!("API_TOKEN");
password = get_password("hunter2x")
password = ""
password = None
secret = null
password = "changeme"
password = "<your-password>"
password = "${DB_PASSWORD}"
password = f"{prefix}-{value}"
password = "{{ vault_password }}"
password = "xxxxxxxx"
password = "********"
api_key = "your-api-key-here"
api_key = "YOUR_API_KEY_1234567"
password = "example-password-1"
prompt_password = "Enter your password"
password = "Enter your password 123"
label = {"password": "Password", "token": "Token"}
password: str
password: string;
password: Optional[str] = None
def login(username: str, password: str = None): pass
password_label = "Passwort1"
PASSWORD = "password"
PASSWORD_FIELD = "password1"
TOKEN_TYPE = "Bearer"
token_url = "https://auth.acme.com/oauth2/token"
token = "https://auth.acme.com/oauth2/v1/token"
secret_file = "/run/secrets/db1"
secret = "/run/secrets/db1"
private_key = "/etc/ssl/private/server1.key"
private_key_path = "./keys/dev1.pem"
request_token = "550e8400-e29b-41d4-a716-446655440000"
api_key = "550e8400-e29b-41d4-a716-446655440000"
password_hash = "5f4dcc3b5aa765d61d8327deb882cf99"
token_hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
secret_digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
secret = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
password = "$2b$12$KIXQ4lY1c0T7rYfV9e1mUeJ1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p"
commit = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
public_key = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA1234567890"
publishable_key = "pk_live_1234567890abcdef1234"
key = "abcdefgh12345678"
keyboard = "qwerty1234567"
tokenizer = "cl100k_base_v2_2023"
token = "+"
token = IDENT
next_token = "eyabc1234567890defg"
csrf_token = "abc123def456ghi789"
primary_key = "user_id_1234567890"
sort_key = "created_at_1234567890"
cache_key = "users:1234567890:abc"
password_regex = r"^[a-zA-Z0-9]{8,}$"
password = "^(?=.*[A-Z]).{8,}$"
query = "SELECT * FROM users WHERE password = :password1 AND token = ?"
sql = "password = @password"
if password == "hunter2": pass
assert token != "abc123def456ghi"
password = input("Password 1: ")
header = "X-Auth-Token"
auth_token = "X-Auth-Token"
env_name: {"password": "DB_PASSWORD"}
password = "DB_PASSWORD"
i18n = {"password": "login.form.password.label"}
aws = "AKIAIOSFODNN7EXAMPLE"
secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
if text.startswith("-----BEGIN PRIVATE KEY-----"): pass
cert = "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBa"
pub = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA"
url = "https://user@example.com/path"
url = "https://acme.com:8443/a@b"
url = "postgres://user:password@localhost/db"
url = "postgres://${USER}:${PASS}@localhost/db"
url = f"postgres://{user}:{password}@localhost/db"
url = "postgres://user:%s@localhost/db"
url = "postgres://user:<password>@localhost/db"
pattern = r"://[^:]+:[^@]+@"
email = "mailto:someone@acme.com"
npm = "npm_config_registry_for_the_whole_project_x"
css = "sk-circle-fade-dot-animation-and-more"
word = "task-force-sk-learning"
eyJ = "eyJhbGciOiJIUzI1NiJ9"
secret_name = "prod/db/password1"
secret_id = "projects/acme/secrets/db/versions/1"
secretKeyRef = "db-credentials-1"
password = config.get("password1x")
password = secrets.token_hex(32)
password=password
token=token1234567
password = self.password
credentials = "include"
credentials: "same-origin"
passwordInput = "password-input"
app_secret = "abcdefghijklmnop"
raw_token = "test_token1234"
access_token = "fake-access-token-2024"
variables = {"oldPassword": "incorrect"}
url = "smtp://some-user:secret-password@smtp.acme.com:587/?tls=True"
