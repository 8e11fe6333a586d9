//! `Key`: a place in a document, `a."b.c".d`, `list[0]`, `list[*]`.

use std::fmt;

use super::{LiteralError, within};

const LONGEST: usize = 4096;

/// One step of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeySegment {
    /// A member by its name.
    Name(String),
    /// An element by its index, from 0.
    Index(u64),
    /// Every element of a list.
    Every,
}

/// A path through a document, at least one segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    segments: Vec<KeySegment>,
}

impl Key {
    /// Parses a dotted key. A name that is empty or holds `. [ ] "` or white space is quoted, with `\"` and `\\` inside.
    ///
    /// # Errors
    /// Empty segments, unclosed quotes and brackets, indexes that are no number.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        within(text, LONGEST)?;
        let mut parser = Parser { text, at: 0 };
        let mut segments = Vec::new();
        loop {
            // A name, unless the document itself or the element before is indexed.
            if !(segments.is_empty() && parser.peek() == Some('[')) {
                segments.push(KeySegment::Name(parser.name()?));
            }
            while parser.peek() == Some('[') {
                segments.push(parser.bracket()?);
            }
            match parser.peek() {
                None => return Ok(Self { segments }),
                Some('.') => parser.bump('.'),
                Some(c) => {
                    return Err(parser
                        .here(c, "a segment must end here")
                        .help("write `.` before the next name, or put the whole name in `\"`"));
                }
            }
        }
    }

    /// A key from its segments, as the JSON form gives them.
    ///
    /// # Errors
    /// Where there are none.
    pub fn from_segments(segments: Vec<KeySegment>) -> Result<Self, LiteralError> {
        if segments.is_empty() {
            return Err(LiteralError::new(0..0, "the key has no segments").help("name at least one member"));
        }
        Ok(Self { segments })
    }

    /// The segments, at least one.
    pub fn segments(&self) -> &[KeySegment] {
        &self.segments
    }

    /// Whether the key stands for any number of places.
    pub fn is_many(&self) -> bool {
        self.segments.contains(&KeySegment::Every)
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self, c: char) {
        self.at = self.at.saturating_add(c.len_utf8());
    }

    fn here(&self, c: char, message: &str) -> LiteralError {
        LiteralError::new(self.at..self.at.saturating_add(c.len_utf8()), message)
    }

    fn name(&mut self) -> Result<String, LiteralError> {
        if self.peek() == Some('"') {
            return self.quoted();
        }
        let start = self.at;
        while let Some(c) = self.peek().filter(|c| bare(*c)) {
            self.bump(c);
        }
        let name = self.text.get(start..self.at).unwrap_or_default();
        if !name.is_empty() {
            return Ok(name.to_owned());
        }
        Err(match self.peek() {
            Some(c) => self.here(c, "a name must stand here"),
            None => LiteralError::new(
                start.saturating_sub(1).min(self.text.len())..self.text.len(),
                "a name must stand here",
            ),
        }
        .help("write a name, such as `server.tls`; quote an empty one or one with dots: `a.\"b.c\"`"))
    }

    fn quoted(&mut self) -> Result<String, LiteralError> {
        let start = self.at;
        self.bump('"');
        let mut name = String::new();
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    self.bump(c);
                    return Ok(name);
                }
                '\\' => {
                    let escape = self.at;
                    self.bump(c);
                    match self.peek() {
                        Some(c @ ('"' | '\\')) => {
                            name.push(c);
                            self.bump(c);
                        }
                        next => {
                            let end = self.at.saturating_add(next.map_or(0, char::len_utf8));
                            return Err(LiteralError::new(escape..end, "no such escape in a quoted name")
                                .help("only `\\\"` and `\\\\` are escapes here"));
                        }
                    }
                }
                c => {
                    name.push(c);
                    self.bump(c);
                }
            }
        }
        Err(LiteralError::new(start..self.text.len(), "the quote is never closed").help("close it with `\"`"))
    }

    fn bracket(&mut self) -> Result<KeySegment, LiteralError> {
        let start = self.at;
        let Some((inner, _)) = self.rest().strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
            return Err(LiteralError::new(start..self.text.len(), "the `[` is never closed")
                .help("write an index `[0]` or every element `[*]`"));
        };
        let range = start.saturating_add(1)..start.saturating_add(1).saturating_add(inner.len());
        let segment = if inner == "*" {
            KeySegment::Every
        } else if !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_digit()) {
            KeySegment::Index(inner.parse().map_err(|_| LiteralError::new(range.clone(), "the index is too large"))?)
        } else {
            let error = LiteralError::new(start..range.end.saturating_add(1), "an index is a number from 0, or `*`");
            return Err(error.help("write `[0]` or `[*]`; a member is written `.name` or `.\"na.me\"`"));
        };
        self.at = range.end.saturating_add(1);
        Ok(segment)
    }
}

fn bare(c: char) -> bool {
    !(matches!(c, '.' | '[' | ']' | '"' | '\\') || c.is_whitespace() || c.is_control())
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments.iter().enumerate() {
            match segment {
                KeySegment::Name(name) => {
                    if at > 0 {
                        f.write_str(".")?;
                    }
                    if !name.is_empty() && name.chars().all(bare) {
                        f.write_str(name)?;
                    } else {
                        write!(f, "\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))?;
                    }
                }
                KeySegment::Index(index) => write!(f, "[{index}]")?,
                KeySegment::Every => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Key, KeySegment};

    #[test]
    fn keys_and_their_segments() {
        let name = |name: &str| KeySegment::Name(name.to_owned());
        for (text, segments) in [
            ("a", vec![name("a")]),
            (r#"a."b.c".d"#, vec![name("a"), name("b.c"), name("d")]),
            ("list[0][1].x", vec![name("list"), KeySegment::Index(0), KeySegment::Index(1), name("x")]),
            ("list[*].x", vec![name("list"), KeySegment::Every, name("x")]),
            ("[0].x", vec![KeySegment::Index(0), name("x")]),
            (r#""".x"#, vec![name(""), name("x")]),
            (r#"a."q\"\\""#, vec![name("a"), name(r#"q"\"#)]),
            ("min-tls.@scope/x", vec![name("min-tls"), name("@scope/x")]),
        ] {
            let key = Key::parse(text).unwrap();
            assert_eq!(key.segments(), segments);
            assert_eq!(key.to_string(), text);
        }
    }

    #[test]
    fn errors_point_inside() {
        for (text, range) in [
            ("", 0..0),
            ("a..b", 2..3),
            ("a.", 1..2),
            ("a b", 1..2),
            ("a[", 1..2),
            ("a[x]", 1..4),
            ("a[-1]", 1..5),
            ("a[0]b", 4..5),
            ("a.\"b", 2..4),
            ("a.\"\\n\"", 3..5),
            ("a.[0]", 2..3),
            ("[99999999999999999999]", 1..21),
        ] {
            assert_eq!(Key::parse(text).unwrap_err().range, range, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_segments_round_trip(names in prop::collection::vec(prop_oneof![
            "\\PC{0,5}".prop_map(KeySegment::Name), any::<u64>().prop_map(KeySegment::Index), Just(KeySegment::Every)
        ], 1..6)) {
            let key = Key::from_segments(names).unwrap();
            prop_assert_eq!(Key::parse(&key.to_string()), Ok(key));
        }
    }
}
