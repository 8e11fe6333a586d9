//! Whether a literal is like a credential. What is plainly something else (a placeholder, a reference, a digest, a UUID, a
//! path, a label) is none.

/// How much a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `password`, `secret`, `passphrase`: people choose such values, and short ones.
    Chosen,
    /// `token`, `api_key`: machines make such values.
    Made,
}

/// Parts of values that stand for another value. Compared in lower case.
const STAND_INS: &[&str] = &[
    "example",
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "your-",
    "your_",
    "yourpass",
    "yourtoken",
    "yourkey",
    "yoursecret",
    "my-secret-",
    "placeholder",
    "dummy",
    "redacted",
    "replaceme",
    "replace-",
    "replace_",
    "insert-",
    "insert_",
    "xxxx",
    "****",
    "....",
    "____",
    "-----",
    "not-a-secret",
    "notasecret",
    "not_a_secret",
    "todo",
    "fixme",
    "enter-",
    "enter_",
    "put-your",
    "put_your",
    "fill-in",
    "fill_in",
    "fillme",
    "foobar",
];

/// Values that name what stands there, as schemas, forms and defaults do.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "credential",
    "credentials",
    "string",
    "boolean",
    "number",
    "integer",
    "object",
    "required",
    "optional",
    "invalid",
    "incorrect",
    "missing",
    "hidden",
    "default",
    "disabled",
    "enabled",
    "unknown",
    "undefined",
    "bearer",
    "basic",
    "digest",
    "oauth",
    "plain",
    "plaintext",
    "encrypted",
    "hashed",
    "none",
    "null",
    "empty",
    "false",
    "true",
    "value",
    "input",
    "field",
    "label",
    "prompt",
    "private",
    "public",
    "inherit",
    "username",
    "account",
    "session",
    "cookie",
    "header",
    "request",
    "response",
    "refresh",
    "access",
    "accesstoken",
    "refreshtoken",
    "newpassword",
    "oldpassword",
    "confirmpassword",
    "currentpassword",
    "userpassword",
    "wrongpassword",
    "anonymous",
    "postgres",
    "localhost",
    "keyring",
    "keychain",
    "keystore",
    "vault",
    "stdin",
    "environment",
    "generated",
    "random",
    "expired",
    "change",
    "update",
    "create",
    "delete",
    "reset",
    "forgot",
    "login",
    "signin",
    "signup",
    "identifier",
    "keyword",
    "whitespace",
    "comment",
    "operator",
    "literal",
    "punctuation",
];

/// Beginnings of values that tell where the value is.
const REFERENCES: &[&str] = &[
    "env:",
    "env.",
    "env(",
    "env[",
    "process.env",
    "os.environ",
    "os.getenv",
    "getenv",
    "secrets.",
    "secret:",
    "vault:",
    "ssm:",
    "arn:",
    "op://",
    "ref+",
    "enc[",
    "enc(",
    "file:",
    "kms:",
    "sm://",
    "projects/",
    "keyvault:",
    "@microsoft.",
    "!ref",
    "!sub",
    "!getatt",
    "!vault",
    "!env",
    "!secret",
    "urn:",
    "data.",
    "var.",
    "local.",
    "module.",
    "self.",
    "this.",
    "config.",
    "settings.",
];

/// Whether a token of a known format is a sample from a manual.
pub(super) fn is_sample(secret: &str) -> bool {
    let lower = secret.to_ascii_lowercase();
    lower.contains("example") || lower.contains("xxxxxx") || lower.contains("your-") || lower.contains("your_") || {
        let body = secret.rsplit(['_', '-', '.']).next().unwrap_or(secret);
        body.len() > 8 && is_one_letter(body)
    }
}

/// Whether the password of a URL is a real one.
pub(super) fn is_url_password(password: &str) -> bool {
    let lower = password.to_ascii_lowercase();
    let named = matches!(lower.as_str(), "password" | "passwd" | "pass" | "pwd" | "pw" | "secret" | "token" | "key");
    // A pattern, a template, or a variable.
    let formed = password.contains(['$', '{', '}', '[', ']', '(', ')', '*', '|', '^', '%', '+', ','])
        && !is_percent_encoded(password);
    !named
        && !formed
        && !is_stand_in(password)
        && !is_named_after(password)
        && password.chars().any(char::is_alphanumeric)
}

/// Whether the host that `text` begins with is one of those that are reserved for examples and never stand for a machine
/// (RFC 2606); of several hosts the first decides.
pub(super) fn is_reserved_host(text: &str) -> bool {
    let end = text.bytes().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')));
    let host = end.and_then(|end| text.get(..end)).unwrap_or(text).trim_end_matches('.').to_ascii_lowercase();
    let mut labels = host.rsplit('.');
    matches!(
        (labels.next(), labels.next()),
        (Some("example" | "invalid" | "test"), Some(_)) | (Some("com" | "net" | "org" | "edu"), Some("example"))
    )
}

fn is_percent_encoded(text: &str) -> bool {
    let mut parts = text.split('%');
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!+,*".contains(&byte));
    parts.next().is_some_and(plain)
        && text.contains('%')
        && parts.all(|part| {
            part.get(..2).is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit())) && plain(part)
        })
}

/// Whether `value`, assigned to a name of that sort, is a credential.
pub(super) fn is_credential(name: Name, key: &str, value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let least = if name == Name::Chosen { 6 } else { 10 };
    if value.len() < least
        || value.len() > 4096
        || value.chars().any(|letter| letter.is_whitespace() || letter.is_control())
        || is_stand_in(value)
        || REFERENCES.iter().any(|start| lower.starts_with(start))
        || is_place(value)
        || is_uuid(value)
        || is_digest(key, &lower)
        || is_pattern(value)
        || is_identifier(value)
        || (name == Name::Made && is_named_after(value))
    {
        return false;
    }
    let digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let letter = value.chars().any(char::is_alphabetic);
    let sign =
        value.chars().any(|letter| letter.is_ascii_punctuation() && !matches!(letter, '.' | '_' | '-' | '/' | ':'));
    match name {
        // Digits alone are a number that somebody chose; letters alone a word that is no label.
        Name::Chosen => digit || sign || is_chosen_word(&lower, value),
        Name::Made => letter && (digit || (value.len() >= 20 && is_mixed(value))) && entropy(value) >= 3.0,
    }
}

/// A lower-case word that is neither a type nor a state nor a label.
fn is_chosen_word(lower: &str, value: &str) -> bool {
    let plain = value.bytes().all(|byte| byte.is_ascii_lowercase());
    (plain && !WORDS.contains(&lower) && !(lower.ends_with("password") || lower.ends_with("token")))
        || (value.len() >= 16 && is_mixed(value) && entropy(value) >= 3.5)
}

fn is_mixed(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_uppercase()) && value.bytes().any(|byte| byte.is_ascii_lowercase())
}

fn is_stand_in(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let wrapped = |open, close| value.starts_with(open) && value.ends_with(close);
    is_one_letter(value)
        || is_alphabet(value)
        || value.contains("${")
        || value.contains("{{")
        || value.contains("$(")
        || value.contains("%(")
        || value.contains("<%")
        || value.contains("#{")
        || value.contains("...")
        || value.contains('…')
        || wrapped('<', '>')
        || wrapped('{', '}')
        || wrapped('[', ']')
        || wrapped('%', '%')
        || (value.starts_with("__") && value.ends_with("__"))
        || matches!(value, "%s" | "%v" | "%d" | "{}")
        || is_variable(value)
        || STAND_INS.iter().any(|part| lower.contains(part))
}

/// `$NAME`, `:name`, `@name`, `#name`, `.name`: variables, parameters of SQL, selectors. And hashes of crypt, `$2b$...`.
fn is_variable(value: &str) -> bool {
    if let Some(rest) = value.strip_prefix('$') {
        let crypt = rest.split('$').count() >= 3;
        return crypt || rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    }
    value
        .strip_prefix([':', '@', '#', '.'])
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.')))
}

fn is_one_letter(value: &str) -> bool {
    let mut letters = value.chars();
    let first = letters.next();
    letters.all(|letter| Some(letter) == first)
}

/// A run through the alphabet: `abcdefghijklmnop`.
fn is_alphabet(value: &str) -> bool {
    value.len() >= 8
        && value.bytes().all(|byte| byte.is_ascii_alphabetic())
        && value.as_bytes().windows(2).all(|pair| matches!(pair, [first, second] if first + 1 == *second))
}

/// Joined words of which one says what stands there, perhaps counted: `broker-password`, `mock_token9876`. A machine
/// would not write so; a person may choose `password123`, which has no joint.
fn is_named_after(value: &str) -> bool {
    let is_digit = |letter: char| letter.is_ascii_digit();
    let mut words = value.split(['_', '-']).map(|word| word.trim_end_matches(is_digit));
    value.contains(['_', '-'])
        && value.chars().filter(|letter| is_digit(*letter)).count() <= 4
        && words.clone().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()))
        && words.any(|word| matches!(word, "password" | "passwd" | "secret" | "token" | "key" | "credential"))
}

/// A path, a file's name, or an address; a password in an address is found as such.
fn is_place(value: &str) -> bool {
    const ENDS: [&str; 14] = [
        ".pem", ".key", ".txt", ".json", ".yaml", ".yml", ".toml", ".env", ".crt", ".html", ".py", ".js", ".ts", ".go",
    ];
    let lower = value.to_ascii_lowercase();
    let rooted = ["/", "./", "../", "~/", "\\\\"].iter().any(|start| value.starts_with(start));
    let slashes = value.matches('/').count();
    // Base64 has slashes as well, but not next to lower-case words only.
    let words = value.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'/' | b'-' | b'_' | b'.'));
    (rooted && (slashes > 1 || words || lower.contains('.')))
        || value.contains("://")
        || value.get(1..3) == Some(":\\")
        || (slashes > 0 && words)
        || ENDS.iter().any(|end| lower.ends_with(end))
}

fn is_uuid(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    let lengths = [8, 4, 4, 4, 12];
    parts.len() == lengths.len()
        && parts
            .iter()
            .zip(lengths)
            .all(|(part, length)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A digest says its algorithm, or its name says that it is one.
fn is_digest(key: &str, lower: &str) -> bool {
    const ALGORITHMS: [&str; 8] = ["sha1", "sha224", "sha256", "sha384", "sha512", "md5", "blake2", "blake3"];
    if ALGORITHMS.iter().any(|name| lower.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', '-', '$', '='])))
    {
        return true;
    }
    let hex = matches!(lower.len(), 32 | 40 | 56 | 64 | 96 | 128) && lower.bytes().all(|byte| byte.is_ascii_hexdigit());
    let key = key.to_ascii_lowercase();
    hex && ["hash", "digest", "sha", "md5", "checksum", "fingerprint", "integrity", "commit", "thumbprint"]
        .iter()
        .any(|word| key.contains(word))
}

/// A regular expression or a format.
fn is_pattern(value: &str) -> bool {
    value.starts_with('^')
        || value.starts_with("(?")
        || ["\\d", "\\w", "\\s", "\\S", "[a-z", "[A-Z", "[0-9", "[^", ".*", ".+", "%s", "%d", "{0}"]
            .iter()
            .any(|part| value.contains(part))
}

/// Words that are joined as in code and in keys of texts: `user.password.label`, `X-Auth-Token`, `DB_PASSWORD`,
/// `passwordInput`. A digit only ends such a name.
fn is_identifier(value: &str) -> bool {
    let bare = value.trim_end_matches(|letter: char| letter.is_ascii_digit());
    if bare.is_empty()
        || !bare.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'.' | b'_' | b'-' | b':'))
    {
        return false;
    }
    let joined = bare.contains(['.', '_', '-', ':']);
    let camel = bare.bytes().skip(1).any(|byte| byte.is_ascii_uppercase())
        && bare.bytes().any(|byte| byte.is_ascii_lowercase())
        && credential_word(bare);
    let label = bare.len() == value.len()
        && bare.starts_with(|letter: char| letter.is_ascii_uppercase())
        && bare.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
    let digits = value.len() - bare.len();
    (joined && digits <= 2 && !(bare.len() >= 20 && is_mixed(bare) && entropy(bare) >= 4.0)) || camel || label
}

fn credential_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    ["password", "passwd", "secret", "token", "key", "credential", "auth"].iter().any(|word| lower.contains(word))
}

/// Shannon's, in bits a byte.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    let total = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    let used = counts.iter().filter(|count| **count > 0);
    used.map(|count| f64::from(*count) / total).map(|share| -share * share.log2()).sum()
}
