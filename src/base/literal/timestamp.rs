//! `Timestamp`: an instant, RFC 3339, compared as time: `2027-03-31T10:00:00Z` equals `2027-03-31T12:00:00+02:00`.

use std::fmt;

use super::{LiteralError, date::shape, within};

const HELP: &str = "write it as RFC 3339, such as `2027-03-31T10:00:00Z`";

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub jiff::Timestamp);

impl Timestamp {
    /// Parses an RFC 3339 date and time with its offset.
    ///
    /// # Errors
    /// Other forms, times without an offset, and times that do not exist.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        within(text, 64)?;
        let upper = text.to_ascii_uppercase();
        let (moment, offset_at) = match upper.char_indices().skip(11).find(|(_, c)| matches!(c, 'Z' | '+' | '-')) {
            Some((at, _)) => (upper.get(..at).unwrap_or_default(), at),
            None => (upper.as_str(), upper.len()),
        };
        let bad = |range| LiteralError::new(range, "not a timestamp").help(HELP);
        let (seconds, fraction) = moment.split_once('.').map_or((moment, None), |(left, right)| (left, Some(right)));
        shape(seconds, "dddd-dd-ddTdd:dd:dd").map_err(bad)?;
        if fraction.is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(bad(seconds.len()..offset_at));
        }
        let offset = upper.get(offset_at..).unwrap_or_default();
        if offset.is_empty() {
            return Err(
                LiteralError::new(text.len()..text.len(), "the timestamp has no offset").help("add `Z` for UTC")
            );
        }
        if offset != "Z" {
            shape(&offset.replace('-', "+"), "+dd:dd").map_err(|_| bad(offset_at..text.len()))?;
        }
        upper.parse().map(Self).map_err(|_| {
            LiteralError::new(0..text.len(), format!("there is no time `{text}`")).help("write a time that exists")
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Timestamp;

    #[test]
    fn compared_as_time() {
        let time = |text| Timestamp::parse(text).unwrap();
        assert_eq!(time("2027-03-31T10:00:00Z"), time("2027-03-31t12:00:00.000+02:00"));
        assert!(time("2027-03-31T10:00:00.5Z") > time("2027-03-31T10:00:00Z"));
        assert_eq!(time("2027-03-31T12:00:00+02:00").to_string(), "2027-03-31T10:00:00Z");
        for (text, range) in [
            ("", 0..0),
            ("2027-03-31", 10..10),
            ("2027-03-31 10:00:00Z", 10..11),
            ("2027-03-31T10:00:00", 19..19),
            ("2027-03-31T25:00:00Z", 0..20),
            ("2027-02-30T10:00:00Z", 0..20),
            ("2027-03-31T10:00:00+2", 19..21),
            ("2027-03-31T10:00:00.Z", 19..20),
            ("2027-03-31T10:00:00Z[UTC]", 19..25),
        ] {
            assert_eq!(Timestamp::parse(text).unwrap_err().range, range, "{text}");
        }
    }
}
