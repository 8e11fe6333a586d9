//! `Date`: a day of the civil calendar, `2027-03-31`.

use std::fmt;

use super::LiteralError;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub jiff::civil::Date);

impl Date {
    /// Parses `YYYY-MM-DD`.
    ///
    /// # Errors
    /// Other forms, and days that the calendar does not have.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        shape(text, "dddd-dd-dd").map_err(|at| {
            LiteralError::new(at, "not a date").help("write year, month and day, such as `2027-03-31`")
        })?;
        text.parse().map(Self).map_err(|_| {
            LiteralError::new(0..text.len(), format!("the calendar has no `{text}`")).help("write a day that exists")
        })
    }
}

/// Holds `text` to a shape in which `d` is a digit and all else is itself; the range of the first difference.
pub(super) fn shape(text: &str, shape: &str) -> Result<(), std::ops::Range<usize>> {
    let mut wanted = shape.chars();
    for (at, c) in text.char_indices() {
        match wanted.next() {
            Some('d') if c.is_ascii_digit() => {}
            Some(expected) if expected == c && c != 'd' => {}
            _ => return Err(at..at.saturating_add(c.len_utf8())),
        }
    }
    if wanted.next().is_some() { Err(text.len()..text.len()) } else { Ok(()) }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn days_that_exist() {
        assert_eq!(Date::parse("2028-02-29").unwrap().to_string(), "2028-02-29");
        assert!(Date::parse("2027-12-31").unwrap() < Date::parse("2028-01-01").unwrap());
        for (text, range) in [
            ("", 0..0),
            ("2027-02-29", 0..10),
            ("2027-3-1", 6..7),
            ("20270331", 4..5),
            ("2027-03-31T", 10..11),
            ("2027-03", 7..7),
        ] {
            assert_eq!(Date::parse(text).unwrap_err().range, range, "{text}");
        }
    }
}
