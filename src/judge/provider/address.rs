//! Base addresses: a strict form of URL that every reader reads alike. Does not know who answers there.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// A base address, in one form: scheme, host and path without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct BaseUrl {
    secure: bool,
    /// Lower case; an IPv6 address in brackets.
    host: String,
    port: u16,
    path: String,
}

impl BaseUrl {
    /// Reads an address. Only what cannot be misread is one: no user, query or fragment, ASCII alone.
    ///
    /// # Errors
    /// What is wrong with it. The address itself is not repeated where it may hold a password.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (scheme, rest) = text.split_once("://").ok_or("it begins with neither `https://` nor `http://`")?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err("it begins with neither `https://` nor `http://`".into()),
        };
        if rest.contains('@') {
            return Err("it holds a user or password; give a key with `--key-file` or a variable".into());
        }
        if rest.contains(['?', '#']) {
            return Err("it has a query or a fragment".into());
        }
        let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        if let Some(odd) = path.chars().find(|c| !(c.is_ascii_alphanumeric() || "-._~/:%".contains(*c))) {
            return Err(format!("its path holds `{}`", odd.escape_default()));
        }
        if path.split('/').any(|segment| segment == "." || segment == "..") || path.contains("//") {
            return Err("its path holds `.`, `..` or an empty segment".into());
        }
        let (host, port) = split_port(authority)?;
        let host = host.to_ascii_lowercase();
        if !is_host(&host) {
            return Err("its host is neither a name in ASCII nor an IP address".into());
        }
        let port = match port {
            None => default_port(secure),
            Some(digits) => digits.parse().ok().filter(|port| *port > 0).ok_or("its port is no number up to 65535")?,
        };
        Ok(Self { secure, host, port, path: path.trim_end_matches('/').to_owned() })
    }

    /// Whether it is encrypted.
    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host, as it is.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The port, also where it is the scheme's own.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The path without a slash at its end.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is this machine.
    pub(super) fn is_loopback(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }

    /// Whether the same machine answers at both, in the same way.
    pub(super) fn is_same_host(&self, other: &Self) -> bool {
        (self.secure, &self.host, self.port) == (other.secure, &other.host, other.port)
    }

    /// The address of something below it; `path` begins with a slash.
    pub(super) fn join(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port != default_port(self.secure) {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(&self.path)
    }
}

fn default_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

/// Host and digits of the port.
fn split_port(authority: &str) -> Result<(&str, Option<&str>), String> {
    let (host, rest) = match authority.find(']') {
        Some(end) => authority.split_at(end.saturating_add(1)),
        None => authority.find(':').map_or((authority, ""), |at| authority.split_at(at)),
    };
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Ok((host, None)),
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok((host, Some(digits)))
        }
        _ => Err("its port is no number up to 65535".into()),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(bare) = host.strip_prefix('[') {
        return bare.strip_suffix(']').is_some_and(|bare| bare.parse::<Ipv6Addr>().is_ok());
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_form() {
        for (text, form) in [
            ("https://api.openai.com/v1", "https://api.openai.com/v1"),
            ("HTTPS://API.OpenAI.com:443/v1/", "https://api.openai.com/v1"),
            ("https://x.openai.azure.com/openai/v1", "https://x.openai.azure.com/openai/v1"),
            ("http://127.0.0.1:1234/v1", "http://127.0.0.1:1234/v1"),
            ("http://[::1]:11434", "http://[::1]:11434"),
            ("http://gpu_box:8000", "http://gpu_box:8000"),
        ] {
            assert_eq!(BaseUrl::parse(text).map(|url| url.to_string()), Ok(form.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_could_be_misread_is_refused() {
        for text in [
            "",
            "api.openai.com/v1",
            "ftp://a/",
            "file:///etc/passwd",
            "https://",
            "https:///v1",
            "https://user:secret@api.openai.com",
            "https://api.openai.com@evil.example/v1",
            "https://api.openai.com\\@evil.example",
            "https://api.openai.com#@evil.example",
            "https://a/v1?key=secret",
            "https://a:0/",
            "https://a:99999/",
            "https://a:+1/",
            "https://a:/",
            "https://a b/",
            "https://a/\u{9}",
            "https://a/x\r\nHost: b",
            "https://bücher.example",
            "https://a..b/",
            "https://[::1/",
            "https://[::1]x/",
            "https://::1/",
            "https://%61pi/",
            "https://a/../b",
            "https://a//b",
        ] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        for (host, is_loopback) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("127.9.9.9", true),
            ("[::1]", true),
            ("localhost.example.com", false),
            ("127.0.0.1.example.com", false),
            ("127.1", false),
            ("0.0.0.0", false),
            ("10.0.0.1", false),
            ("[::ffff:127.0.0.1]", false),
        ] {
            let url = BaseUrl::parse(&format!("http://{host}/")).unwrap();
            assert_eq!(url.is_loopback(), is_loopback, "{host}");
        }
    }
}
