//! Which proxy a call takes: the settings of the environment, as they are understood elsewhere. Does not talk to one.

use std::fmt;
use std::net::IpAddr;

use super::SetupError;
use super::address::BaseUrl;

/// A proxy. Its address may hold a password and is never shown.
pub(super) struct Proxy {
    /// The variable that names it.
    pub(super) variable: &'static str,
    address: String,
}

impl Proxy {
    /// The address, with its password.
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "nobody is called without the feature `http`"))]
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy(${})", self.variable)
    }
}

/// The proxy for an address; nothing where the call goes there itself. This machine is never asked through a proxy: a key
/// that may travel in the clear to it would leave it.
///
/// # Errors
/// Proxies of a kind that is not spoken.
pub(super) fn choose(base: &BaseUrl, variable: impl Fn(&str) -> Option<String>) -> Result<Option<Proxy>, SetupError> {
    let set = |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if base.is_loopback() {
        return Ok(None);
    }
    if ["NO_PROXY", "no_proxy"].into_iter().find_map(set).is_some_and(|list| is_exempt(base, &list)) {
        return Ok(None);
    }
    let names = if base.is_secure() {
        ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    } else {
        ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    };
    let Some((name, address)) = names.into_iter().find_map(|name| set(name).map(|address| (name, address))) else {
        return Ok(None);
    };
    let scheme = address.split_once("://").map_or("http", |(scheme, _)| scheme).to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(SetupError::unusable(format!(
            "`{name}` names a proxy that is neither `http://` nor `https://`; set such a one, or exempt the host with `NO_PROXY`"
        )));
    }
    Ok(Some(Proxy { variable: name, address }))
}

/// Whether `NO_PROXY` names the host: `*`, names with everything below them, addresses, networks, each with or without a port.
fn is_exempt(base: &BaseUrl, list: &str) -> bool {
    let host = base.host().trim_start_matches('[').trim_end_matches(']');
    let ip: Option<IpAddr> = host.parse().ok();
    list.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        if entry == "*" {
            return true;
        }
        let entry = entry.to_ascii_lowercase();
        if let Some(ip) = ip {
            return match entry.split_once('/') {
                Some((network, bits)) => is_within(ip, network, bits),
                None => {
                    without_port(&entry, base.port())
                        .is_some_and(|entry| entry.trim_start_matches('[').trim_end_matches(']').parse() == Ok(ip))
                        || entry.parse() == Ok(ip)
                }
            };
        }
        let Some(name) = without_port(&entry, base.port()) else { return false };
        let name = name.trim_start_matches('*').trim_start_matches('.');
        !name.is_empty() && (host == name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')))
    })
}

/// An entry without its port; nothing where it is another port's.
fn without_port(entry: &str, port: u16) -> Option<&str> {
    match entry.rsplit_once(':') {
        Some((name, digits)) if !name.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            (digits.parse() == Ok(port)).then_some(name)
        }
        _ => Some(entry),
    }
}

/// Whether an address is of a network such as `10.0.0.0/8`.
fn is_within(ip: IpAddr, network: &str, bits: &str) -> bool {
    let (Ok(network), Ok(bits)) = (network.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
    match (ip, network) {
        (IpAddr::V4(ip), IpAddr::V4(network)) if bits <= 32 => {
            let shift = 32 - bits;
            ip.to_bits().checked_shr(shift).unwrap_or(0) == network.to_bits().checked_shr(shift).unwrap_or(0)
        }
        (IpAddr::V6(ip), IpAddr::V6(network)) if bits <= 128 => {
            let shift = 128 - bits;
            ip.to_bits().checked_shr(shift).unwrap_or(0) == network.to_bits().checked_shr(shift).unwrap_or(0)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(url: &str, set: &[(&str, &str)]) -> Option<&'static str> {
        let base = BaseUrl::parse(url).unwrap();
        let variable = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        choose(&base, variable).unwrap().map(|proxy| proxy.variable)
    }

    #[test]
    fn the_scheme_chooses_the_variable() {
        let all = [("HTTPS_PROXY", "http://p:1"), ("http_proxy", "p:2"), ("ALL_PROXY", "http://p:3")];
        assert_eq!(chosen("https://a.example", &all), Some("HTTPS_PROXY"));
        assert_eq!(chosen("http://a.example", &all), Some("http_proxy"));
        assert_eq!(chosen("https://a.example", &[("all_proxy", "http://p")]), Some("all_proxy"));
        assert_eq!(chosen("https://a.example", &[("HTTP_PROXY", "http://p")]), None);
        assert_eq!(chosen("https://a.example", &[("HTTPS_PROXY", " ")]), None);
        for local in ["http://127.0.0.1:1", "http://localhost", "https://[::1]"] {
            assert_eq!(chosen(local, &[("ALL_PROXY", "http://p"), ("HTTP_PROXY", "http://p")]), None, "{local}");
        }
    }

    #[test]
    fn exemptions_hold() {
        for (url, list, is_exempt) in [
            ("https://a.example", "*", true),
            ("https://a.example", "other, A.Example", true),
            ("https://a.example", "example", true),
            ("https://a.example", ".example", true),
            ("https://a.example", "*.example", true),
            ("https://example", ".example", true),
            ("https://notexample", "example", false),
            ("https://a.example", "a.example:443", true),
            ("https://a.example", "a.example:8443", false),
            ("https://10.1.2.3", "10.0.0.0/8", true),
            ("https://11.1.2.3", "10.0.0.0/8", false),
            ("https://11.1.2.3", "0.0.0.0/0", true),
            ("https://10.1.2.3", "10.1.2.3", true),
            ("https://10.1.2.3:99", "10.1.2.3:99", true),
            ("https://[fd00::1]", "fd00::1", true),
            ("https://[fd00::1]", "fd00::/8", true),
            ("https://a.example", "", false),
            ("https://a.example", ",,.,", false),
        ] {
            let proxy = chosen(url, &[("HTTPS_PROXY", "http://p"), ("no_proxy", list)]);
            assert_eq!(proxy.is_none(), is_exempt, "{url} in `{list}`");
        }
    }

    #[test]
    fn what_is_not_spoken_is_told_without_its_password() {
        let hunter = "hunter2";
        let base = BaseUrl::parse("https://a.example").unwrap();
        let named = |scheme: &str| {
            let address = format!("{scheme}://user:{hunter}@p");
            choose(&base, move |name| (name == "HTTPS_PROXY").then(|| address.clone()))
        };
        let error = named("socks5").map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("`HTTPS_PROXY` names a proxy that is neither"), "{error:?}");
        assert!(!format!("{error:?}").contains(hunter));
        let proxy = named("http").unwrap().unwrap();
        assert!(proxy.address().contains(hunter) && !format!("{proxy:?}").contains(hunter));
    }
}
