//! Addresses of services: encrypted, or on this machine. Does not know who answers there.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::base::literal::url::Url;

/// The address of a service. There is no other scheme than `https`, except for this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: Url,
    host: String,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| error.message)?;
        if url.as_str().contains('#') {
            return Err(String::from("the address has a fragment"));
        }
        let authority = url.as_str().split_once("://").map_or("", |(_, rest)| rest);
        let authority = authority.split(['/', '?']).next().unwrap_or_default();
        let host = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => authority,
        };
        let host = host.to_owned();
        let secure = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(&host));
        if !secure {
            return Err(String::from("the address is not encrypted: give one with `https://`"));
        }
        Ok(Self { url, host })
    }

    /// Reads the address of a service, which has no query.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of_service(text: &str) -> Result<Self, String> {
        let address = Self::parse(text)?;
        if address.as_str().contains('?') { Err(String::from("the address has a query")) } else { Ok(address) }
    }

    /// The host, without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The address of something below it; `path` begins with a slash.
    pub(super) fn join(&self, path: &str) -> String {
        format!("{}{path}", self.as_str().trim_end_matches('/'))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || bare.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn services_are_encrypted_or_here() {
        for (text, host) in [
            ("https://fulcio.sigstore.dev", "fulcio.sigstore.dev"),
            ("https://Fulcio.Sigstore.Dev:8443/x/", "fulcio.sigstore.dev"),
            ("http://127.0.0.1:1234", "127.0.0.1"),
            ("http://[::1]:1234/a", "[::1]"),
            ("http://localhost", "localhost"),
        ] {
            assert_eq!(Address::of_service(text).unwrap().host(), host);
        }
        for text in [
            "",
            "fulcio.sigstore.dev",
            "http://fulcio.sigstore.dev",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "ftp://127.0.0.1",
            "https://user@host",
            "https://user:secret@host",
            "https://host/#x",
            "https://host/?x",
            "http://0.0.0.0",
        ] {
            assert!(Address::of_service(text).is_err(), "{text}");
        }
        assert_eq!(Address::of_service("https://host/a/").unwrap().join("/b"), "https://host/a/b");
    }
}
