//! The address of a remote, in one form whatever way it is written. Does not know which remote counts.

/// Longest address that is read.
const LONGEST: usize = 2048;

/// The address that people open, from any way of writing a remote: `git@host:owner/name.git`, `ssh://`, `git://`,
/// `https://token@host/...`. Paths of the local machine identify nothing and give `None`.
pub fn normalise_remote(url: &str) -> Option<String> {
    let url = url.trim();
    if url.len() > LONGEST || url.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return None;
    }
    let (authority, path, keeps_port) = if let Some((scheme, rest)) = url.split_once("://") {
        let scheme = scheme.to_ascii_lowercase();
        let keeps_port = matches!(scheme.as_str(), "http" | "https");
        if !keeps_port && !matches!(scheme.as_str(), "ssh" | "git" | "git+ssh" | "ssh+git") {
            return None;
        }
        let (authority, path) = rest.split_once('/')?;
        (authority, path, keeps_port)
    } else {
        // `host:path`; one letter would be a drive, a slash before the colon a local path.
        let (authority, path) = url.split_once(':')?;
        if authority.len() < 2 || authority.contains('/') {
            return None;
        }
        (authority, path, false)
    };
    // Others would end the host there, before an `@`.
    if authority.contains(['?', '#']) {
        return None;
    }
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase();
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (host.as_str(), ""),
    };
    if !is_name(name) || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let host = if keeps_port && !matches!(port, "" | "80" | "443") { host.as_str() } else { name };
    let mut path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    // As often as it stands there: what was normalised once stays as it is.
    while let Some(shorter) = path.strip_suffix(".git") {
        path = shorter.trim_end_matches('/');
    }
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    if segments.is_empty() || segments.iter().any(|segment| matches!(*segment, "." | ".." | "~")) {
        return None;
    }
    Some(format!("https://{host}/{}", segments.join("/")))
}

/// Whether it is the name of a host, or an address in brackets: nothing that two readers could take for two hosts.
fn is_name(name: &str) -> bool {
    let fits = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(address) => address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.')),
        None => name.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '.' | '_')),
    };
    !name.is_empty() && fits
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::normalise_remote;

    #[test]
    fn every_way_of_writing_one_remote() {
        for url in [
            "https://github.com/acme/shop",
            "https://GitHub.com/acme/shop.git/",
            "https://x-access-token:secret@github.com/acme/shop.git",
            "http://github.com:80/acme//shop?x#y",
            "git@github.com:acme/shop.git",
            "github.com:/acme/shop",
            "ssh://git@github.com:22/acme/shop.git",
            "ssh://git@github.com:2222/acme/shop",
            "git://github.com/acme/shop.git",
        ] {
            assert_eq!(normalise_remote(url).as_deref(), Some("https://github.com/acme/shop"), "{url}");
        }
        assert_eq!(normalise_remote("https://Git.Acme:8443/A/b").as_deref(), Some("https://git.acme:8443/A/b"));
        for url in [
            "/srv/x.git",
            "../x",
            "file:///srv/x.git",
            r"C:\x",
            "C:/x",
            "",
            "https://host",
            "https://host/",
            "a\nb:c/d",
            "host:../x",
            "./a:b",
            "https://host?x@y/z",
            "https://one?@two/x",
            "https://one#/x",
            "ssh://a:b:c/x",
            "http://[::1]:80:/a",
            "https://host:port/x",
            "https://\u{202e}host/x",
            "https://[::1/x",
        ] {
            assert_eq!(normalise_remote(url), None, "{url}");
        }
    }

    proptest! {
        #[test]
        fn what_is_normal_stays(url in r"(https?://|ssh://|git://)?[a-z@:.?#\[\]0-9-]{0,12}[:/][a-z.~?#/]{0,6}(/|\.git){0,5}") {
            if let Some(normal) = normalise_remote(&url) {
                prop_assert_eq!(normalise_remote(&normal), Some(normal.clone()));
                let host = normal.split('/').nth(2).unwrap_or_default();
                prop_assert!(!host.contains('@') && !normal.contains(['?', '#']), "{}", normal);
            }
        }
    }
}
