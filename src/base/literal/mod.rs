//! The refined texts of the language: each is parsed once, at compile time, and an error points inside the literal.
//!
//! One file a refinement. Each offers a type with `parse(&str) -> Result<Self, LiteralError>` and a `Display` that gives
//! the canonical spelling. Knows the meaning of a text alone: neither where it stands nor whether what it names is there.

use std::ops::Range;

use super::schema::Refinement;

pub mod date;
pub mod digest;
pub mod duration;
pub mod files;
pub mod glob;
pub mod key;
pub mod path;
pub mod regex;
pub mod symbol;
pub mod timestamp;
pub mod url;
pub mod version;
pub mod version_req;

pub use date::Date;
pub use digest::Digest;
pub use duration::Duration;
pub use files::Files;
pub use glob::Glob;
pub use key::{Key, KeySegment};
pub use path::RelPath;
pub use regex::Regex;
pub use symbol::Symbol;
pub use timestamp::Timestamp;
pub use url::Url;
pub use version::Version;
pub use version_req::{Comparator, Op, VersionReq};

/// Why a text is not what its place wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiteralError {
    /// The offending bytes of the text; always on character boundaries, empty at the end of the text where something is
    /// missing.
    pub range: Range<usize>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl LiteralError {
    fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same error where the text that was parsed starts `by` bytes into the literal.
    fn shifted(mut self, by: usize) -> Self {
        self.range = self.range.start.saturating_add(by)..self.range.end.saturating_add(by);
        self
    }
}

/// Checks that `text` is a well-formed literal of `refinement`.
///
/// # Errors
/// The first thing wrong with it, with its place inside `text`.
pub fn check(refinement: Refinement, text: &str) -> Result<(), LiteralError> {
    match refinement {
        Refinement::Path => RelPath::parse(text).map(drop),
        Refinement::Glob => Glob::parse(text).map(drop),
        Refinement::Files => Files::parse(text).map(drop),
        Refinement::Regex => Regex::parse(text).map(drop),
        Refinement::Symbol => Symbol::parse(text).map(drop),
        Refinement::Key => Key::parse(text).map(drop),
        Refinement::Version => Version::parse(text).map(drop),
        Refinement::VersionReq => VersionReq::parse(text).map(drop),
        Refinement::Digest => Digest::parse(text).map(drop),
        Refinement::Date => Date::parse(text).map(drop),
        Refinement::Timestamp => Timestamp::parse(text).map(drop),
        Refinement::Duration => Duration::parse(text).map(drop),
        Refinement::Url => Url::parse(text).map(drop),
    }
}

/// Refuses what is longer than `limit` bytes, which bounds the work of every parser below.
fn within(text: &str, limit: usize) -> Result<(), LiteralError> {
    if text.len() <= limit {
        return Ok(());
    }
    let mut end = text.len();
    let mut start = limit;
    while !text.is_char_boundary(start) {
        start = start.saturating_sub(1);
    }
    end = end.max(start);
    Err(LiteralError::new(start..end, format!("the text is {} bytes long, the limit is {limit}", text.len())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// No text makes a parser panic, and every error lies inside the text, on character boundaries.
        #[test]
        fn any_text_is_parsed_or_refused_in_place(text in "\\PC{0,40}|[-a-z0-9.*?\\[\\]{}()^$|\\\\/:,<>=~ \"'+#@!\u{0}é]{0,24}") {
            for refinement in Refinement::ALL {
                if let Err(error) = check(refinement, &text) {
                    prop_assert!(text.get(error.range.clone()).is_some(), "{refinement:?} {text:?} {error:?}");
                    prop_assert!(!error.message.is_empty() && !error.message.ends_with('.'), "{error:?}");
                }
            }
        }

        /// The canonical spelling parses to itself.
        #[test]
        fn canonical_spellings_are_stable(text in "[-a-z0-9.*/:,<>=~ \"\\[\\]]{1,16}|v?[0-9]{1,3}(\\.[0-9]{1,2}){0,3}(-[a-z0-9.]{1,5})?|[0-9]{1,6}[smhdw]|https?://[A-Z]{1,4}(:80|:443|:1)?(/[a-z]*)?") {
            macro_rules! stable {
                ($($ty:ty),*) => {$(
                    if let Ok(value) = <$ty>::parse(&text) {
                        let spelling = value.to_string();
                        let again = <$ty>::parse(&spelling).map(|value| value.to_string());
                        prop_assert_eq!(again.as_deref(), Ok(spelling.as_str()), "{}", stringify!($ty));
                    }
                )*};
            }
            stable!(RelPath, Glob, Files, Regex, Symbol, Key, Version, VersionReq, Digest, Date, Timestamp, Duration, Url);
        }
    }

    #[test]
    fn each_refinement_knows_right_from_wrong() {
        let cases = [
            (Refinement::Path, "./app/auth.py", "../x"),
            (Refinement::Glob, "app/**/*.py", "app/[a"),
            (Refinement::Files, "app/auth.py", "/etc/passwd"),
            (Refinement::Regex, r"md5\(", "(?=a)b"),
            (Refinement::Symbol, "Auth::verify", "verify()"),
            (Refinement::Key, r#"a."b.c"[*]"#, "a..b"),
            (Refinement::Version, "v1.2.3-rc.1", "1..2"),
            (Refinement::VersionReq, ">=1.2, <2", "1.2"),
            (Refinement::Digest, "sha256:0000000000000000000000000000000000000000000000000000000000000000", "md5:00"),
            (Refinement::Date, "2027-03-31", "2027-02-30"),
            (Refinement::Timestamp, "2027-03-31T10:00:00Z", "2027-03-31"),
            (Refinement::Duration, "30d", "30"),
            (Refinement::Url, "https://acme.example/x", "acme.example/x"),
        ];
        assert_eq!(cases.map(|case| case.0), Refinement::ALL);
        for (refinement, right, wrong) in cases {
            assert_eq!(check(refinement, right), Ok(()), "{refinement:?}");
            assert!(check(refinement, wrong).is_err(), "{refinement:?}");
            assert!(check(refinement, "").is_err(), "{refinement:?} must refuse the empty text");
        }
    }

    #[test]
    fn overlong_texts_are_refused_on_a_character_boundary() {
        let text = "é".repeat(40_000);
        for refinement in Refinement::ALL {
            let error = check(refinement, &text).unwrap_err();
            assert!(text.get(error.range).is_some());
        }
    }
}
