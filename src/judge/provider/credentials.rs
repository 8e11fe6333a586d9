//! Keys: where they come from, where they may go, and that nobody ever sees them. Does not know how they are sent.

use std::collections::BTreeSet;
use std::fmt;

use super::address::BaseUrl;
use super::{Origin, Row, SetupError};

/// The variable whose key any provider takes.
pub const SHARED_VARIABLE: &str = "ATTEST_TIER2_KEY";
/// Longest key, bytes.
pub const KEY_BYTES: usize = 8 << 10;
/// What stands where a key stood.
const HIDDEN: &str = "[key]";
/// A piece of a key of so many bytes is as secret as the key.
const PIECE: usize = 12;

/// A credential. Nothing that is printed shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

impl Key {
    /// A key as it stands in a variable or a file; line ends after it are not part of it.
    ///
    /// # Errors
    /// What is wrong with it; never the key.
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        if bytes.len() > KEY_BYTES {
            return Err("is longer than 8 KiB");
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "is no text")?.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return Err("is empty");
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("holds something else than printable ASCII without spaces");
        }
        Ok(Self(text.to_owned()))
    }

    /// The key itself, for the wire alone.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// Text without the key and without any longer piece of it.
    pub fn scrub(&self, text: &str) -> String {
        let (key, bytes) = (self.0.as_bytes(), text.as_bytes());
        let size = key.len().min(PIECE);
        let pieces: BTreeSet<&[u8]> = key.windows(size).collect();
        // The byte up to which everything is hidden.
        let mut hidden = 0;
        let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
        for (at, byte) in bytes.iter().enumerate() {
            let piece = bytes.get(at..at.saturating_add(size));
            if piece.is_some_and(|piece| pieces.contains(piece)) {
                if at >= hidden {
                    out.extend(HIDDEN.as_bytes());
                }
                hidden = at.saturating_add(size);
            }
            if at >= hidden {
                out.push(*byte);
            }
        }
        // A key is ASCII: what is left of UTF-8 is UTF-8.
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// What the machine has to offer.
#[derive(Clone, Debug, Default)]
pub struct Offered {
    /// The content of `--key-file`.
    pub file: Option<Vec<u8>>,
    /// The value of `ATTEST_TIER2_KEY`.
    pub shared: Option<String>,
    /// The value of the provider's own variable, and of no other's.
    pub own: Option<String>,
}

/// The key for a call, and what gave it. The rules:
///
/// 1. `--key-file` before `ATTEST_TIER2_KEY` before the provider's own variable. An empty variable is none; an empty file
///    is an error.
/// 2. A key goes to the provider's own host, or to a host that the invoker named. A base address from `attest.toml`, which
///    whoever changes the repository may have written, gets none.
/// 3. A key travels encrypted, or not beyond this machine.
/// 4. Where the provider answers nobody without a key, its own host needs one.
///
/// # Errors
/// Which rule does not hold, and what to do.
pub(super) fn choose(
    row: &Row,
    base: &BaseUrl,
    origin: Option<Origin>,
    offered: &Offered,
) -> Result<Option<(Key, &'static str)>, SetupError> {
    let is_own = row.base_url.and_then(|own| BaseUrl::parse(own).ok()).is_some_and(|own| own.is_same_host(base));
    let set = |value: &Option<String>| {
        value.as_ref().map(|value| value.clone().into_bytes()).filter(|value| !value.trim_ascii().is_empty())
    };
    let own_variable = row.key_variable.unwrap_or(SHARED_VARIABLE);
    let found = [
        (offered.file.clone(), "--key-file"),
        (set(&offered.shared), SHARED_VARIABLE),
        (row.key_variable.and_then(|_| set(&offered.own)), own_variable),
    ]
    .into_iter()
    .find_map(|(bytes, source)| bytes.map(|bytes| (bytes, source)));
    let Some((bytes, source)) = found else {
        if is_own && row.needs_key {
            return Err(SetupError::unusable(format!(
                "there is no key for `{}`; set `{own_variable}` or give `--key-file FILE`",
                row.name
            )));
        }
        return Ok(None);
    };
    let key = Key::read(&bytes).map_err(|problem| {
        SetupError::unusable(format!("the key of `{source}` {problem}; put the key there and nothing else"))
    })?;
    if origin == Some(Origin::Package) && !is_own {
        return Err(SetupError::unusable(format!(
            "the base address `{base}` comes from `attest.toml`, so the key of `{source}` is not sent there; confirm it \
             with `--base-url`, or run without a key"
        )));
    }
    if !base.is_secure() && !base.is_loopback() {
        return Err(SetupError::unusable(format!(
            "`{base}` is not encrypted, so the key of `{source}` is not sent there; use `https://`, or run without a key"
        )));
    }
    Ok(Some((key, source)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::PROVIDERS;
    use super::*;

    fn row(name: &str) -> &'static Row {
        PROVIDERS.iter().find(|row| row.name == name).unwrap()
    }

    fn decide(
        name: &str,
        url: Option<(&str, Origin)>,
        offered: &Offered,
    ) -> Result<Option<(String, &'static str)>, String> {
        let row = row(name);
        let (address, origin) = url.map_or((row.base_url.unwrap(), None), |(url, origin)| (url, Some(origin)));
        choose(row, &BaseUrl::parse(address).unwrap(), origin, offered)
            .map(|found| found.map(|(key, source)| (key.reveal().to_owned(), source)))
            .map_err(|error| error.to_string())
    }

    fn all() -> Offered {
        Offered { file: Some(b"sk-file\n".into()), shared: Some("sk-shared".into()), own: Some("sk-own".into()) }
    }

    #[test]
    fn the_nearest_key_is_taken() {
        let shared = Offered { file: None, ..all() };
        let own = Offered { shared: Some(String::new()), ..shared.clone() };
        assert_eq!(decide("openai", None, &all()), Ok(Some(("sk-file".into(), "--key-file"))));
        assert_eq!(decide("openai", None, &shared), Ok(Some(("sk-shared".into(), SHARED_VARIABLE))));
        assert_eq!(decide("openai", None, &own), Ok(Some(("sk-own".into(), "OPENAI_API_KEY"))));
        assert_eq!(decide("anthropic", None, &own), Ok(Some(("sk-own".into(), "ANTHROPIC_API_KEY"))));
        assert_eq!(decide("ollama", None, &own), Ok(None), "ollama has no variable of its own");
        assert!(decide("openai", None, &Offered::default()).unwrap_err().contains("set `OPENAI_API_KEY`"));
        assert!(decide("openai", None, &Offered { file: Some(vec![]), ..all() }).unwrap_err().contains("is empty"));
    }

    #[test]
    fn a_key_goes_only_where_the_invoker_sends_it() {
        use Origin::{Invoker, Package};
        let key = Ok(Some(("sk-file".to_owned(), "--key-file")));
        for (url, origin, wanted) in [
            ("https://gateway.example/v1", Invoker, Ok(())),
            ("https://x.openai.azure.com/openai/v1", Invoker, Ok(())),
            ("http://127.0.0.1:1234/v1", Invoker, Ok(())),
            ("http://localhost:1234/v1", Invoker, Ok(())),
            ("http://gateway.example/v1", Invoker, Err("is not encrypted")),
            ("http://api.openai.com/v1", Invoker, Err("is not encrypted")),
            ("https://api.openai.com/v2", Package, Ok(())),
            ("https://api.openai.com:8443/v1", Package, Err("confirm it with `--base-url`")),
            ("http://api.openai.com/v1", Package, Err("confirm it with `--base-url`")),
            ("https://api.openai.com.evil.example/v1", Package, Err("confirm it with `--base-url`")),
            ("http://127.0.0.1:1234/v1", Package, Err("confirm it with `--base-url`")),
        ] {
            let decided = decide("openai", Some((url, origin)), &all());
            match wanted {
                Ok(()) => assert_eq!(decided, key, "{url}"),
                Err(part) => assert!(decided.clone().is_err_and(|error| error.contains(part)), "{url}: {decided:?}"),
            }
            // Without a key, an address is the invoker's and the package's own business.
            if !url.starts_with("https://api.openai.com/") {
                assert_eq!(decide("openai", Some((url, origin)), &Offered::default()), Ok(None), "{url}");
            }
        }
        let own = decide("ollama", Some(("http://127.0.0.1:11434", Package)), &all());
        assert_eq!(own, key, "the provider's own host");
    }

    #[test]
    fn keys_that_cannot_be_sent_are_refused() {
        for (bytes, problem) in [
            (b"".as_slice(), "empty"),
            (b"\n", "empty"),
            (b"sk x", "printable"),
            (b"sk\r\nx", "printable"),
            (b"sk\0", "printable"),
            ("sk-é".as_bytes(), "printable"),
            (b"\xff", "no text"),
            (&[b'a'; KEY_BYTES + 1], "8 KiB"),
        ] {
            assert!(Key::read(bytes).unwrap_err().contains(problem));
        }
        assert_eq!(Key::read(b"sk-x\r\n").unwrap().reveal(), "sk-x");
    }

    #[test]
    fn a_key_is_never_shown() {
        let key = Key::read(b"sk-abcdefghijklmnop").unwrap();
        assert_eq!(format!("{key} {key:?} {:#?}", Some(&key)), "[key] [key] Some(\n    [key],\n)");
        assert_eq!(key.scrub("é sk-abcdefghijklmnop, sk-abcdefghijklmnop!"), "é [key], [key]!");
        assert_eq!(key.scrub("prefix abcdefghijklm"), "prefix [key]", "a longer piece counts too");
        assert_eq!(key.scrub("sk-abc...mnop"), "sk-abc...mnop", "what a provider shows of it itself is short");
        assert_eq!(Key::read(b"abc").unwrap().scrub("xabcabcx"), "x[key][key]x");
    }

    proptest! {
        #[test]
        fn no_text_keeps_the_key(key in "[!-~]{1,40}", before in ".{0,20}", after in ".{0,20}") {
            let read = Key::read(key.as_bytes()).unwrap();
            // What stands for a key could itself look like a short one.
            prop_assume!(!HIDDEN.contains(&key) && key.len() > 5);
            let scrubbed = read.scrub(&format!("{before}{key}{after}"));
            prop_assert!(!scrubbed.replace(HIDDEN, "\n").contains(&key), "{scrubbed}");
        }
    }
}
