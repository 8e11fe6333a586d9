//! `Url`: an absolute address with a host. It is an identifier: nothing here ever fetches it.

use std::fmt;

use super::{LiteralError, within};

const HELP: &str = "write an absolute address, such as `https://acme.example/policy`";

/// An absolute URL; scheme and host are in lower case, the scheme's own port is left out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url {
    text: String,
    scheme: usize,
}

impl Url {
    /// Parses `scheme://host[:port][/path][?query][#fragment]`.
    ///
    /// # Errors
    /// Relative addresses, credentials, characters that a URL must escape.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        within(text, 4096)?;
        if text.is_empty() {
            return Err(LiteralError::new(0..0, "the address is empty").help(HELP));
        }
        if let Some((at, c)) = text.char_indices().find(|(_, c)| !c.is_ascii_graphic() || r#"<>"\^`{|}"#.contains(*c)) {
            return Err(LiteralError::new(at..at.saturating_add(c.len_utf8()), "a URL does not hold this character")
                .help("escape it as `%` and its bytes in hex, in a host as punycode"));
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(LiteralError::new(0..text.len(), "the address has no scheme").help(HELP));
        };
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.bytes().all(letters) {
            return Err(LiteralError::new(0..scheme.len(), format!("no scheme is spelled `{scheme}`")).help(HELP));
        }
        let host_at = scheme.len().saturating_add(3);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let tail_at = host_at.saturating_add(authority.len());
        if let Some((credentials, _)) = authority.rsplit_once('@') {
            let range = host_at..host_at.saturating_add(credentials.len()).saturating_add(1);
            return Err(LiteralError::new(range, "the address holds credentials").help("remove all before the host"));
        }
        let (host, port) = split_port(authority);
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let sound = match bracketed {
            Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
            None => host.split('.').all(|label| {
                !label.is_empty()
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            }),
        };
        if !sound {
            return Err(LiteralError::new(
                host_at..host_at.saturating_add(host.len()),
                "the address has no proper host",
            )
            .help(HELP));
        }
        let scheme = scheme.to_ascii_lowercase();
        let mut canonical = format!("{scheme}://{}", host.to_ascii_lowercase());
        if let Some(port) = port {
            let start = host_at.saturating_add(host.len()).saturating_add(1);
            let number = port.parse::<u16>().ok().filter(|_| port.bytes().all(|byte| byte.is_ascii_digit()));
            let number =
                number.ok_or_else(|| LiteralError::new(start..tail_at, format!("no port `{port}`")).help(HELP))?;
            if !matches!((scheme.as_str(), number), ("http", 80) | ("https", 443)) {
                canonical.push(':');
                canonical.push_str(&number.to_string());
            }
        }
        let tail = text.get(tail_at..).unwrap_or_default();
        for (at, _) in tail.match_indices('%') {
            let escape = tail.as_bytes().get(at.saturating_add(1)..at.saturating_add(3)).unwrap_or_default();
            if escape.len() != 2 || !escape.iter().all(u8::is_ascii_hexdigit) {
                let start = tail_at.saturating_add(at);
                return Err(LiteralError::new(
                    start..start.saturating_add(1),
                    "`%` begins an escape of two hex digits",
                )
                .help("write `%25` for the character itself"));
            }
        }
        canonical.push_str(tail);
        Ok(Self { scheme: scheme.len(), text: canonical })
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scheme in lower case.
    pub fn scheme(&self) -> &str {
        self.text.get(..self.scheme).unwrap_or_default()
    }
}

/// Splits `host:port`; colons inside the brackets of an IPv6 address are its own.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Url;

    #[test]
    fn canonical_and_absolute() {
        for (text, canonical) in [
            ("HTTPS://Acme.Example:443/A?b#c", "https://acme.example/A?b#c"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("git+ssh://host/x%20y", "git+ssh://host/x%20y"),
            ("http://localhost:443", "http://localhost:443"),
        ] {
            assert_eq!(Url::parse(text).unwrap().as_str(), canonical);
        }
        for (text, range) in [
            ("", 0..0),
            ("acme.example/x", 0..14),
            ("/x", 0..2),
            ("https://", 8..8),
            ("https:///x", 8..8),
            ("https://a b", 9..10),
            ("https://u:p@host/", 8..12),
            ("https://host:99999/", 13..18),
            ("https://host:/", 13..13),
            ("https://host/%zz", 13..14),
            ("https://[::g]/", 8..13),
            ("1x://host", 0..2),
            ("mailto:a@b", 0..10),
        ] {
            assert_eq!(Url::parse(text).unwrap_err().range, range, "{text}");
        }
    }
}
