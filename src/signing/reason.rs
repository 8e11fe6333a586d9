//! What is told of a service's refusal: its start, without secrets, and what to do. Does not know how it came.

use super::Service;

/// Most bytes of an answer that says what is wrong.
pub(super) const REASON_BYTES: u64 = 4 << 10;
/// Most characters of it that are told.
const REASON: usize = 300;
/// How many characters of a secret give it away.
const RECOGNISED: usize = 12;

/// The start of what a service says, in one line, and cut where it begins to repeat a secret.
pub(super) fn told(body: &[u8], secrets: &[&str]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut end = text.len();
    for part in secrets.iter().flat_map(|secret| secret.split('.')) {
        let start: String = part.chars().take(RECOGNISED).collect();
        if start.len() >= RECOGNISED
            && let Some(at) = text.find(&start)
        {
            end = end.min(at);
        }
    }
    let kept = text.get(..end).unwrap_or_default();
    let line: String = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !c.is_control()).take(REASON).collect();
    if line.is_empty() { String::from("without a reason") } else { format!("`{}`", line.replace('`', "'")) }
}

/// What to do about a status.
pub(super) fn advice(service: Service, status: u16) -> &'static str {
    match (service, status) {
        (_, 300..=399) => "redirects are not followed: name the address that it leads to, if you trust that",
        (Service::Authority, 400..=403) => {
            "check the identity token: its issuer, its audience, and whether it has expired"
        }
        (Service::Issuer, 400..=403) => "check that the job may ask for tokens: `permissions: id-token: write`",
        (_, 404 | 405) => "check the address, and for a log its version: `--rekor-version 1` or `2`",
        (_, 429) => "it is asked too often: wait, and run again",
        (_, 500..=599) => "the service is out of order: run again later",
        _ => "check the address, and that it is such a service",
    }
}

#[cfg(test)]
mod tests {
    use super::told;

    #[test]
    fn nothing_of_a_secret_is_told() {
        // In parts, so that nothing in the sources looks like a token: header, claims, signature.
        let secret = ["eyJhbGciOiJFUzI1NiJ9", "eyJzdWIiOiJtYXNvbiJ9xx", "c2lnbmF0dXJlc2ln"].join(".");
        let secret = secret.as_str();
        assert_eq!(told(format!("bad token {secret} here").as_bytes(), &[secret]), "`bad token`");
        assert_eq!(told(b"claims eyJzdWIiOiJtYXNvbiJ9xx", &[secret]), "`claims`");
        assert_eq!(told(secret.as_bytes(), &[secret]), "without a reason");
        assert_eq!(told(b"a\r\n\x1b[2Jb `c`", &["", "x"]), "`a [2Jb 'c'`");
        assert_eq!(told(&[b'x'; 1000], &[secret]).len(), 302);
    }
}
