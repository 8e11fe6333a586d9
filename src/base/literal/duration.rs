//! `Duration`: a span of time in one unit, `30d`.

use std::fmt;

use super::{LiteralError, within};

/// The units from the largest and their seconds.
const UNITS: [(char, u64); 5] = [('w', 604_800), ('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Longest span: about 31,700 years, so that arithmetic with timestamps cannot overflow.
const LONGEST: u64 = 1_000_000_000_000;

/// A span of time in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    seconds: u64,
}

impl Duration {
    /// Parses a number and its unit, one of `s m h d w`.
    ///
    /// # Errors
    /// Other forms, and spans beyond any use.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        within(text, 64)?;
        let help = "write a number and one of `s m h d w`, such as `30d`";
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
        if number.is_empty() {
            let end = text.chars().next().map_or(0, char::len_utf8);
            return Err(LiteralError::new(0..end, "a duration begins with a number").help(help));
        }
        let Some((_, factor)) = UNITS.iter().find(|(letter, _)| unit.chars().eq([*letter])) else {
            let message =
                if unit.is_empty() { "the duration has no unit".to_owned() } else { format!("no unit `{unit}`") };
            return Err(LiteralError::new(digits..text.len(), message).help(help));
        };
        let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*factor));
        match seconds.filter(|seconds| *seconds <= LONGEST) {
            Some(seconds) => Ok(Self { seconds }),
            None => Err(LiteralError::new(0..text.len(), "the duration is too long").help("write at most 1000000w")),
        }
    }

    /// Its seconds.
    pub fn seconds(self) -> u64 {
        self.seconds
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = |seconds: &u64| self.seconds > 0 && self.seconds.checked_rem(*seconds) == Some(0);
        let (unit, factor) = UNITS.into_iter().find(|(_, seconds)| exact(seconds)).unwrap_or(('s', 1));
        write!(f, "{}{unit}", self.seconds.checked_div(factor).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::Duration;

    #[test]
    fn units() {
        for (text, seconds, canonical) in [
            ("30d", 2_592_000, "30d"),
            ("14d", 1_209_600, "2w"),
            ("90s", 90, "90s"),
            ("60m", 3600, "1h"),
            ("0w", 0, "0s"),
        ] {
            let duration = Duration::parse(text).unwrap();
            assert_eq!((duration.seconds(), duration.to_string().as_str()), (seconds, canonical));
        }
        for (text, range) in [
            ("", 0..0),
            ("30", 2..2),
            ("d", 0..1),
            ("30y", 2..3),
            ("1h30m", 1..5),
            ("-1d", 0..1),
            ("99999999999999999999w", 0..21),
        ] {
            assert_eq!(Duration::parse(text).unwrap_err().range, range, "{text}");
        }
    }
}
