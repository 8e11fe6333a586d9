//! `Version`: dotted numbers with an optional prerelease and build, ordered without an ecosystem's own rules.

use std::cmp::Ordering;
use std::fmt;

use super::{LiteralError, within};

pub(super) const LONGEST: usize = 256;

/// A version. Numbers are decimal texts without bound; a missing one counts as 0, a prerelease is before its release, a
/// build says nothing of order, so `1.2`, `1.2.0` and `1.2+x` are equal.
#[derive(Clone, Debug)]
pub struct Version {
    numbers: Vec<Number>,
    prerelease: Vec<Identifier>,
    build: Option<String>,
}

/// A decimal number without leading zeros; the empty text never occurs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Number(String);

impl Number {
    fn new(digits: &str) -> Self {
        let significant = digits.trim_start_matches('0');
        Self(if significant.is_empty() { "0".to_owned() } else { significant.to_owned() })
    }

    fn is_zero(&self) -> bool {
        self.0 == "0"
    }

    fn next(&self) -> Self {
        let kept = self.0.trim_end_matches('9');
        let nines = self.0.len().saturating_sub(kept.len());
        let mut digits: Vec<char> = kept.chars().collect();
        match digits.last_mut() {
            // Never a 9 here, so the digit stays a digit.
            Some(last) => *last = char::from_digit(last.to_digit(10).unwrap_or(0).saturating_add(1), 10).unwrap_or('9'),
            None => digits.push('1'),
        }
        digits.extend(std::iter::repeat_n('0', nines));
        Self(digits.into_iter().collect())
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A part of a prerelease: numbers are before words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(Number),
    Word(String),
}

impl Version {
    /// Parses a version, with or without a leading `v`.
    ///
    /// # Errors
    /// Where it is not `1.2.3-prerelease+build` with any count of numbers.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        within(text, LONGEST)?;
        let help = "write dotted numbers with an optional prerelease, such as `1.2` or `1.2.3-rc.1`";
        if text.is_empty() {
            return Err(LiteralError::new(0..0, "the version is empty").help(help));
        }
        let mut at = usize::from(text.starts_with(['v', 'V']));
        let core_end = text.find(['-', '+']).unwrap_or(text.len());
        let numbers = parts(text, at, core_end, |byte| byte.is_ascii_digit())
            .map(|part| part.map(Number::new))
            .collect::<Result<_, _>>()
            .map_err(|range| LiteralError::new(range, "a number must stand here").help(help))?;
        at = core_end;
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let mut prerelease = Vec::new();
        if text.as_bytes().get(at) == Some(&b'-') {
            let end = text.find('+').unwrap_or(text.len());
            prerelease = parts(text, at.saturating_add(1), end, word)
                .map(|part| part.map(Identifier::new))
                .collect::<Result<_, _>>()
                .map_err(|range| LiteralError::new(range, "the prerelease is malformed").help(help))?;
            at = end;
        }
        let mut build = None;
        if text.as_bytes().get(at) == Some(&b'+') {
            let start = at.saturating_add(1);
            for part in parts(text, start, text.len(), word) {
                part.map_err(|range| LiteralError::new(range, "the build is malformed").help(help))?;
            }
            build = text.get(start..).map(str::to_owned);
        }
        Ok(Self { numbers, prerelease, build })
    }

    /// Whether it is a prerelease.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }

    /// Whether the two have the same numbers, whatever their prerelease.
    pub(super) fn same_release(&self, other: &Self) -> bool {
        self.release_order(other).is_eq()
    }

    /// The least release above every version that agrees in the first `count` numbers: `1.3` above `1.2` with two.
    pub(super) fn above(&self, count: usize) -> Self {
        let mut numbers: Vec<Number> = self.numbers.iter().take(count.max(1)).cloned().collect();
        if let Some(last) = numbers.last_mut() {
            *last = last.next();
        }
        Self { numbers, prerelease: Vec::new(), build: None }
    }

    /// How many numbers a caret keeps: up to and with the first that is not 0, else all.
    pub(super) fn caret(&self) -> usize {
        self.numbers.iter().position(|number| !number.is_zero()).map_or(self.numbers.len(), |at| at.saturating_add(1))
    }

    /// How many numbers a tilde keeps: two, or one where only one is written.
    pub(super) fn tilde(&self) -> usize {
        self.numbers.len().min(2)
    }

    fn release_order(&self, other: &Self) -> Ordering {
        let zero = Number("0".to_owned());
        let count = self.numbers.len().max(other.numbers.len());
        let padded = |numbers: &'_ [Number], at: usize| numbers.get(at).cloned();
        (0..count)
            .map(|at| {
                let left = padded(&self.numbers, at);
                let right = padded(&other.numbers, at);
                left.as_ref().unwrap_or(&zero).cmp(right.as_ref().unwrap_or(&zero))
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

impl Identifier {
    fn new(text: &str) -> Self {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Number(Number::new(text))
        } else {
            Self::Word(text.to_owned())
        }
    }
}

/// The dotted parts of `text[start..end]`; the range of the first byte or gap that does not belong.
fn parts(
    text: &str,
    start: usize,
    end: usize,
    allowed: impl Fn(u8) -> bool,
) -> impl Iterator<Item = Result<&str, std::ops::Range<usize>>> {
    let mut at = start;
    text.get(start..end).unwrap_or_default().split('.').map(move |part| {
        let begin = at;
        let stop = begin.saturating_add(part.len());
        at = stop.saturating_add(1);
        if part.is_empty() {
            // The dot beside the gap, or the mark before it, is what can be seen.
            return Err(begin.saturating_sub(1)..begin.max(1).min(text.len()));
        }
        match part.char_indices().find(|(_, c)| !u8::try_from(*c).is_ok_and(&allowed)) {
            Some((offset, c)) => {
                let at = begin.saturating_add(offset);
                Err(at..at.saturating_add(c.len_utf8()))
            }
            None => Ok(part),
        }
    })
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.release_order(other).then_with(|| match (self.prerelease.is_empty(), other.prerelease.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.prerelease.cmp(&other.prerelease),
        })
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, number) in self.numbers.iter().enumerate() {
            write!(f, "{}{}", if at == 0 { "" } else { "." }, number.0)?;
        }
        for (at, identifier) in self.prerelease.iter().enumerate() {
            let (Identifier::Number(Number(text)) | Identifier::Word(text)) = identifier;
            write!(f, "{}{text}", if at == 0 { "-" } else { "." })?;
        }
        self.build.iter().try_for_each(|build| write!(f, "+{build}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Version;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn ordered_as_semver_and_beyond() {
        let ascending = [
            "0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.0.1",
            "1.2",
            "1.10",
            "2",
            "2024.1.2",
            "18446744073709551616.1",
            "99999999999999999999999999",
        ];
        for pair in ascending.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
        for (left, right) in
            [("1.2", "1.2.0.0"), ("v1.2", "1.2"), ("1.2+a", "1.2+b"), ("2024.01.02", "2024.1.2"), ("0", "0.0")]
        {
            assert_eq!(version(left), version(right));
        }
    }

    #[test]
    fn errors_point_inside() {
        for (text, range) in [
            ("", 0..0),
            ("v", 0..1),
            ("1..2", 1..2),
            ("1.", 1..2),
            ("x", 0..1),
            ("1.2rc1", 3..4),
            ("1.2-", 3..4),
            ("1.2-a..b", 5..6),
            ("1.2-é", 4..6),
            ("1.2+", 3..4),
            ("1.2 ", 3..4),
            (".1", 0..1),
        ] {
            assert_eq!(Version::parse(text).unwrap_err().range, range, "{text:?}");
        }
    }

    #[test]
    fn the_next_number_carries() {
        for (text, above) in
            [("9", "10"), ("199", "200"), ("0", "1"), ("999", "1000"), ("18446744073709551615", "18446744073709551616")]
        {
            assert_eq!(version(text).above(1).to_string(), above);
        }
    }

    proptest! {
        #[test]
        fn the_order_is_total(texts in prop::array::uniform3("[0-9]{1,2}(\\.[0-2]{1,2}){0,3}(-[0-2a-b]{1,2}(\\.[0-2a-b]){0,2})?(\\+x)?")) {
            let [a, b, c] = texts.each_ref().map(|text| version(text));
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert_eq!(a.cmp(&a), std::cmp::Ordering::Equal);
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
            if a == b {
                prop_assert_eq!(a.cmp(&c), b.cmp(&c));
            }
            prop_assert_eq!(version(&a.to_string()).cmp(&a), std::cmp::Ordering::Equal);
        }
    }
}
