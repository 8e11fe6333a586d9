//! `Symbol`: a name in code, dotted whatever the language writes between segments.

use std::fmt;

use super::{LiteralError, within};

const LONGEST: usize = 1024;

/// Dotted segments; `::` is read as `.`, sigils that belong to a name stay (`#priv`, `$x`, `valid?`, `~Socket`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol {
    text: String,
}

impl Symbol {
    /// Parses a symbol.
    ///
    /// # Errors
    /// Empty segments, white space, parentheses, and what else no name holds.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        if text.is_empty() {
            return Err(LiteralError::new(0..0, "the symbol is empty").help("name a definition, such as `Auth.verify`"));
        }
        within(text, LONGEST)?;
        let mut out = String::with_capacity(text.len());
        let mut segment = 0_usize;
        let mut rest = text.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            let end = at.saturating_add(c.len_utf8());
            match c {
                '.' | ':' => {
                    let mut end = end;
                    if c == ':' {
                        if rest.next_if(|(_, next)| *next == ':').is_none() {
                            return Err(LiteralError::new(at..end, "a single `:` separates nothing")
                                .help("write `.` or `::` between segments"));
                        }
                        end = end.saturating_add(1);
                    }
                    if segment == at || end == text.len() {
                        return Err(LiteralError::new(at..end, "the symbol has an empty segment")
                            .help("write a name on both sides, such as `Auth.verify`"));
                    }
                    segment = end;
                    out.push('.');
                }
                '(' | ')' if !text.get(segment..at).unwrap_or_default().starts_with("operator") => {
                    return Err(LiteralError::new(at..text.len(), "a symbol has no parentheses")
                        .help("write the name alone, such as `verify`"));
                }
                c if c.is_whitespace()
                    || c.is_control()
                    || matches!(c, '"' | '\'' | '`' | ',' | ';' | '{' | '}' | '\\') =>
                {
                    return Err(LiteralError::new(at..end, "no name holds this character")
                        .help("write the dotted name alone, such as `Auth.verify`"));
                }
                c => out.push(c),
            }
        }
        if let Some(open) = text.find('<')
            && open > 0
            && text.ends_with('>')
            && text.get(..open).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == ':'))
            && !text.contains("operator")
        {
            return Err(LiteralError::new(open..text.len(), "a symbol has no type arguments")
                .help("write the name alone, such as `Cache.get`"));
        }
        Ok(Self { text: out })
    }

    /// The dotted text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The segments, at least one.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.text.split('.')
    }

    /// The last segment.
    pub fn last(&self) -> &str {
        self.text.rsplit('.').next().unwrap_or_default()
    }

    /// Whether this is `qualified_name` (dotted) or its last whole segments: `verify` and `Auth.verify` match
    /// `app.Auth.verify`, `th.verify` does not.
    pub fn matches(&self, qualified_name: &str) -> bool {
        qualified_name.strip_suffix(self.text.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Symbol;

    #[test]
    fn whole_segments_from_the_right() {
        for (symbol, name, wanted) in [
            ("verify", "app.Auth.verify", true),
            ("Auth.verify", "app.Auth.verify", true),
            ("Auth::verify", "app.Auth.verify", true),
            ("app.Auth.verify", "app.Auth.verify", true),
            ("th.verify", "app.Auth.verify", false),
            ("verify", "app.Auth.re_verify", false),
            ("Auth", "app.Auth.verify", false),
            ("Verify", "verify", false),
            ("x.app.Auth.verify", "app.Auth.verify", false),
            ("#priv", "A.#priv", true),
            ("priv", "A.#priv", false),
            ("valid?", "User.valid?", true),
            ("operator()", "Less.operator()", true),
            ("<=>", "Version.<=>", true),
        ] {
            assert_eq!(Symbol::parse(symbol).unwrap().matches(name), wanted, "{symbol} {name}");
        }
        assert_eq!(Symbol::parse("a::b.c").unwrap().last(), "c");
    }

    #[test]
    fn errors_point_inside() {
        for (symbol, range) in [
            ("", 0..0),
            ("a..b", 2..3),
            (".a", 0..1),
            ("a.", 1..2),
            ("::a", 0..2),
            ("a:b", 1..2),
            ("verify()", 6..8),
            ("def verify", 3..4),
            ("Cache<T>", 5..8),
        ] {
            assert_eq!(Symbol::parse(symbol).unwrap_err().range, range, "{symbol}");
        }
    }
}
