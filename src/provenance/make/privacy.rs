//! What no statement may carry away: credentials in addresses, secrets of a known form, addresses of people. Does not know
//! what a value is for.

use serde_json::Value;

use crate::facts::secrets;

/// Names of query parameters that hold what lets somebody in; compared in lower case, without `-` and `_`.
const TOKENS: &[&str] = &[
    "accesskey",
    "accesstoken",
    "apikey",
    "auth",
    "authorization",
    "awsaccesskeyid",
    "code",
    "credential",
    "idtoken",
    "jwt",
    "key",
    "passwd",
    "password",
    "privatetoken",
    "pwd",
    "refreshtoken",
    "sas",
    "secret",
    "sig",
    "signature",
    "token",
    "xamzcredential",
    "xamzsecuritytoken",
    "xamzsignature",
    "xgoogcredential",
    "xgoogsignature",
];

/// What must not be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leak {
    /// Where, as a JSON pointer. Names of members that are secrets themselves are in it only as `…`.
    pub(super) pointer: String,
    /// What it is, for a sentence. The value itself is never told.
    pub(super) what: String,
}

/// All that a value gives away.
pub(super) fn leaks(value: &Value) -> Vec<Leak> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), value)];
    while let Some((pointer, value)) = pending.pop() {
        match value {
            Value::String(text) => found.extend(leak(text).map(|what| Leak { pointer, what })),
            Value::Array(items) => {
                pending.extend(items.iter().enumerate().map(|(at, item)| (format!("{pointer}/{at}"), item)));
            }
            Value::Object(members) => {
                for (name, value) in members {
                    if let Some(what) = leak(name) {
                        found.push(Leak { pointer: format!("{pointer}/…"), what });
                        continue;
                    }
                    pending.push((format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), value));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    found.sort_by(|left, right| left.pointer.cmp(&right.pointer));
    found
}

fn leak(text: &str) -> Option<String> {
    if let Some((_, rest)) = text.split_once("://") {
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') {
            return Some("an address with a user or a password".to_owned());
        }
        let parameters = rest.split(['?', '#', '&', ';']).skip(1);
        for parameter in parameters {
            let name = parameter.split('=').next().unwrap_or_default();
            let folded: String =
                name.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect();
            if TOKENS.contains(&folded.as_str()) && parameter.contains('=') {
                return Some(format!("an address with the parameter `{name}`, which lets somebody in"));
            }
        }
    }
    if let Some(secret) = secrets::find("value.txt", text).first() {
        return Some(format!("a secret ({})", secret.kind));
    }
    names_a_person(text).then(|| "somebody's e-mail address".to_owned())
}

/// Whether an e-mail address stands in it: `local@host.tld`. `file.yml@refs/heads/main` and `package@1.2.3` are none.
fn names_a_person(text: &str) -> bool {
    let is_local = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-');
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    text.match_indices('@').any(|(at, _)| {
        let before = text.get(..at).and_then(|text| text.chars().next_back()).is_some_and(is_local);
        let after = text.get(at.saturating_add(1)..).unwrap_or_default();
        let host = after.split(|c| !is_host(c)).next().unwrap_or_default();
        let is_word = |label: &str| label.chars().take_while(|c| c.is_alphabetic()).count() >= 2;
        before && host.split('.').skip(1).any(is_word)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{leak, leaks};

    #[test]
    fn what_lets_in_or_names_a_person_is_seen() {
        for text in [
            "https://user:pw@host/x",
            "s3://AKIA@bucket/key",
            "https://host/x?token=abc",
            "https://host/x?a=1&X-Amz-Signature=ff",
            "https://host/x#access_token=1",
            "artifact://x?private_token=1",
            "ask mason@example.com",
            "feature/mason@example.co.uk-fix",
        ] {
            assert!(leak(text).is_some(), "{text}");
        }
        for text in [
            "https://host/x?page=1",
            "https://github.com/o/r/.github/workflows/f.yml@refs/heads/main",
            "npm:@scope/server@1.2.0",
            "a @ b",
            "https://host/token/x",
            "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ] {
            assert_eq!(leak(text), None, "{text}");
        }
    }

    #[test]
    fn members_are_looked_at_too_and_not_told() {
        let found = leaks(&json!({"extensions": {"https://u:p@h/x": {"uri": "https://h/x"}}, "a": [{"b": "x@y.org"}]}));
        let places: Vec<&str> = found.iter().map(|leak| leak.pointer.as_str()).collect();
        assert_eq!(places, ["/a/0/b", "/extensions/…"]);
    }
}
