//! `Path`: a file or directory below the target's root, `/` between segments whatever the machine.

use std::fmt;

use super::{LiteralError, within};

/// Longest path or glob, bytes.
pub(super) const LONGEST: usize = 4096;

/// A relative path in canonical form: no empty segment, no `.`, no `..`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath {
    text: String,
}

impl RelPath {
    /// Parses a path; `.` segments go.
    ///
    /// # Errors
    /// Absolute paths, `..`, backslashes, NUL, empty segments.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        normalise(text, "path").map(|text| Self { text })
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The segments, at least one.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.text.split('/')
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The rules that paths and globs share: relative, inside the root, `/` between segments.
pub(super) fn normalise(text: &str, what: &str) -> Result<String, LiteralError> {
    if text.is_empty() {
        return Err(LiteralError::new(0..0, format!("the {what} is empty"))
            .help("name a file relative to the target's root, such as `src/main.py`"));
    }
    within(text, LONGEST)?;
    if let Some((at, c)) = text.char_indices().find(|(_, c)| *c == '\\' || c.is_control()) {
        let range = at..at.saturating_add(c.len_utf8());
        return Err(if c == '\\' {
            LiteralError::new(range, format!("a {what} has no `\\`")).help("write `/` between segments on every system")
        } else {
            LiteralError::new(range, format!("a {what} has no control characters"))
                .help("write the name as it is listed")
        });
    }
    let absolute = |end| {
        LiteralError::new(0..end, format!("the {what} is absolute")).help("write it relative to the target's root")
    };
    if text.starts_with('/') {
        return Err(absolute(1));
    }
    if let [letter, b':', b'/', ..] = text.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        return Err(absolute(3));
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0_usize;
    for segment in text.split('/') {
        let range = at..at.saturating_add(segment.len());
        at = range.end.saturating_add(1);
        match segment {
            ".." => {
                return Err(LiteralError::new(range, format!("the {what} holds `..`"))
                    .help("name files below the target's root directly; move the root with `--root`"));
            }
            "" => {
                // The slash that has nothing beside it.
                let slash = range.start.saturating_sub(1)..range.start;
                return Err(if range.end == text.len() {
                    LiteralError::new(slash, format!("the {what} ends with `/`"))
                        .help("remove the last `/`, or write `/**` for every file below")
                } else {
                    LiteralError::new(
                        slash.start..slash.end.saturating_add(1),
                        format!("the {what} holds an empty segment"),
                    )
                    .help("write one `/` between segments")
                });
            }
            "." => {}
            _ => {
                if !out.is_empty() {
                    out.push('/');
                }
                out.push_str(segment);
            }
        }
    }
    if out.is_empty() {
        return Err(LiteralError::new(0..text.len(), format!("the {what} names the root itself"))
            .help("name a file, or write `**` for every file"));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::RelPath;

    #[test]
    fn paths_are_relative_and_canonical() {
        for (text, canonical) in [("a", "a"), ("./a/./b.py", "a/b.py"), (".env", ".env"), ("a b/ü..", "a b/ü..")] {
            assert_eq!(RelPath::parse(text).unwrap().as_str(), canonical);
        }
        for (text, range) in [
            ("", 0..0),
            ("/etc", 0..1),
            ("C:/x", 0..3),
            ("a/../b", 2..4),
            ("..", 0..2),
            (r"a\b", 1..2),
            ("a\0b", 1..2),
            ("a//b", 1..3),
            ("a/", 1..2),
            (".", 0..1),
            ("./", 1..2),
        ] {
            assert_eq!(RelPath::parse(text).unwrap_err().range, range, "{text:?}");
        }
    }
}
