//! `Glob`: a set of files by pattern. `*` and `?` stop at `/`, `**` crosses it, `{a,b}` and `[a-z]` as usual; dot files are
//! files like others, and case counts on every system.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::iter::Peekable;
use std::str::CharIndices;

use super::{LiteralError, path};

/// The characters that make a pattern of a path.
pub(super) const WILD: [char; 4] = ['*', '?', '[', '{'];

/// Deepest nesting of braces.
const NESTING: usize = 16;
/// Largest compiled program, bytes.
const PROGRAM: usize = 4 << 20;

/// A compiled glob. Two are equal where their texts are.
#[derive(Clone)]
pub struct Glob {
    text: String,
    compiled: regex::Regex,
    prefix: usize,
    tail: usize,
}

impl Glob {
    /// Parses and compiles a glob. There is no escape: `[*]` is the character itself.
    ///
    /// # Errors
    /// As for a path, and malformed patterns.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        let canonical = path::normalise(text, "glob")?;
        // On the text as written, so that errors point into it; `.` segments are all that differs.
        let mut program = translate(text)?;
        if canonical != text {
            program = translate(&canonical)?;
        }
        // Matched by characters, not bytes: `?` is one `ü`.
        let compiled = regex::RegexBuilder::new(&program).size_limit(PROGRAM).build().map_err(|_| {
            LiteralError::new(0..text.len(), "the compiled glob is too large").help("write a shorter glob")
        })?;
        let wild = canonical.find(WILD).unwrap_or(canonical.len());
        let prefix = canonical.get(..wild).and_then(|before| before.rfind('/')).unwrap_or(0);
        let after = canonical.rfind(['*', '?', ']', '}']).map_or(0, |at| at.saturating_add(1));
        // The `/` of `**/` is no part of what every match ends with: `**/go.mod` names the `go.mod` of the root too.
        let slash = canonical.get(after..).is_some_and(|rest| rest.starts_with('/'));
        let tail = after.saturating_add(usize::from(slash));
        Ok(Self { text: canonical, compiled, prefix, tail })
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a path relative to the root (`/` between segments) is in the set.
    pub fn is_match(&self, path: &str) -> bool {
        // Both tests follow from the pattern; they spare the automaton for most paths of a large tree.
        path.starts_with(self.literal_prefix())
            && path.ends_with(self.text.get(self.tail..).unwrap_or_default())
            && self.compiled.is_match(path)
    }

    /// The leading directories without wildcard, such as `app/routes` of `app/routes/*.py`; empty where there are none.
    /// Whatever matches lies below.
    pub fn literal_prefix(&self) -> &str {
        self.text.get(..self.prefix).unwrap_or_default()
    }
}

/// The regular expression of a glob.
fn translate(text: &str) -> Result<String, LiteralError> {
    let mut out = String::from(r"(?s)\A");
    let mut braces: Vec<usize> = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut before = None;
    while let Some((at, c)) = chars.next() {
        match c {
            '*' => {
                let mut run = 1_usize;
                while chars.next_if(|(_, next)| *next == '*').is_some() {
                    run = run.saturating_add(1);
                }
                stars(at..at.saturating_add(run), before, &mut chars, &mut out)?;
            }
            '?' => out.push_str("[^/]"),
            '[' => class(text, at, &mut chars, &mut out)?,
            '{' => {
                braces.push(at);
                if braces.len() > NESTING {
                    return Err(LiteralError::new(at..at.saturating_add(1), "the braces are nested too deeply")
                        .help("write several globs"));
                }
                out.push_str("(?:");
            }
            ',' if !braces.is_empty() => out.push('|'),
            '}' => {
                if braces.pop().is_none() {
                    return Err(LiteralError::new(at..at.saturating_add(1), "the `}` closes nothing")
                        .help("open it with `{`, or write `[}]` for the character itself"));
                }
                out.push(')');
            }
            c => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
        // `**/` is consumed whole.
        before = if c == '*' && out.ends_with("/)?") { Some('/') } else { Some(c) };
    }
    if let Some(open) = braces.pop() {
        return Err(LiteralError::new(open..text.len(), "the `{` is never closed")
            .help("close it with `}`, or write `[{]` for the character itself"));
    }
    out.push_str(r"\z");
    Ok(out)
}

/// One star, or two that are a whole segment. Two inside a segment would silently mean one, so that a scope would be
/// narrower than it reads.
fn stars(
    range: std::ops::Range<usize>,
    before: Option<char>,
    chars: &mut Peekable<CharIndices<'_>>,
    out: &mut String,
) -> Result<(), LiteralError> {
    if range.len() == 1 {
        out.push_str("[^/]*");
        return Ok(());
    }
    let after = chars.peek().map(|(_, c)| *c);
    let alone = matches!(before, None | Some('/' | '{' | ',')) && matches!(after, None | Some('/' | '}' | ','));
    if range.len() > 2 || !alone {
        return Err(LiteralError::new(range, "`**` crosses directories only as a whole segment")
            .help("write `**/*.py` for files at any depth, or a single `*` inside a segment"));
    }
    if after == Some('/') {
        chars.next();
        out.push_str("(?:.*/)?");
    } else {
        out.push_str(".+");
    }
    Ok(())
}

/// `[a-z]`, `[!a-z]`; a `]` right after the opening is the character itself. Never matches `/`.
fn class(text: &str, open: usize, chars: &mut Peekable<CharIndices<'_>>, out: &mut String) -> Result<(), LiteralError> {
    let negated = chars.next_if(|(_, c)| matches!(c, '!' | '^')).is_some();
    out.push_str(if negated { "[^/" } else { "[[^/]&&[" });
    let mut first = true;
    loop {
        let Some((at, low)) = chars.next() else {
            return Err(LiteralError::new(open..text.len(), "the `[` is never closed")
                .help("close it with `]`, or write `[[]` for the character itself"));
        };
        if low == ']' && !first {
            out.push_str(if negated { "]" } else { "]]" });
            return Ok(());
        }
        first = false;
        if low == '/' {
            return Err(LiteralError::new(open..at.saturating_add(1), "a class cannot hold `/`")
                .help("close the class with `]` before the `/`"));
        }
        push_escaped(low, out);
        // A range, unless the `-` is the last character of the class.
        let mut ahead = chars.clone();
        if ahead.next().is_some_and(|(_, c)| c == '-')
            && let Some((high_at, high)) = ahead.next()
            && high != ']'
        {
            if high < low {
                let range = at..high_at.saturating_add(high.len_utf8());
                return Err(LiteralError::new(range, format!("the range `{low}-{high}` is empty"))
                    .help("write the lower character first"));
            }
            *chars = ahead;
            out.push('-');
            push_escaped(high, out);
        }
    }
}

/// A character inside a class of a regular expression.
fn push_escaped(c: char, out: &mut String) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(c);
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Glob").field(&self.text).finish()
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Glob {}

impl Hash for Glob {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn stars_and_braces() {
        for (glob, path, wanted) in [
            ("*.py", "a.py", true),
            ("*.py", "d/a.py", false),
            ("*", ".env", true),
            ("**/*.py", "a.py", true),
            ("**/*.py", "x/.hidden/a.py", true),
            ("**/go.mod", "go.mod", true),
            ("**/go.mod", "a/b/go.mod", true),
            ("**/go.mod", "a/no-go.mod", false),
            ("app/**/go.mod", "app/go.mod", true),
            ("*/go.mod", "go.mod", false),
            ("app/**", "app/a/b", true),
            ("app/**", "app", false),
            ("app/**/x.py", "app/x.py", true),
            ("app/?.py", "app/ü.py", true),
            ("app?a.py", "app/a.py", false),
            ("app[.-0]a.py", "app/a.py", false),
            ("app[!x]a.py", "app/a.py", false),
            ("[é-ü]?.py", "öä.py", true),
            ("[]a-].py", "-.py", true),
            ("[]a-].py", "].py", true),
            ("[a&&b~~^].py", "&.py", true),
            ("**", "a\nb/c", true),
            ("a/**/**/b", "a/b", true),
            ("a/**/{b,**/c}", "a/x/y/c", true),
            ("a+(b).*", "a+(b).c", true),
            ("*.{js,ts}", "a.ts", true),
            ("*.js{,x}", "a.js", true),
            ("{a/**,b}/c", "a/x/c", true),
            ("[a-c].py", "b.py", true),
            ("[!a-c].py", "b.py", false),
            ("A.py*", "a.py", false),
            ("./app/*.py", "app/a.py", true),
            ("[*].py", "*.py", true),
        ] {
            assert_eq!(Glob::parse(glob).unwrap().is_match(path), wanted, "{glob} {path}");
        }
    }

    #[test]
    fn prefixes_are_whole_directories() {
        for (glob, prefix) in
            [("app/ro*/x", "app"), ("app/routes/*.py", "app/routes"), ("**/x", ""), ("ap?/x", ""), ("a/b/{c,d}", "a/b")]
        {
            assert_eq!(Glob::parse(glob).unwrap().literal_prefix(), prefix);
        }
    }

    #[test]
    fn errors_point_inside() {
        for (glob, range) in [
            ("src/**.py", 4..6),
            ("a/***", 2..5),
            ("a/[b", 2..4),
            ("a/{b,c", 2..6),
            ("a/b}", 3..4),
            ("[z-a]", 1..4),
            ("a/[b/c]", 2..5),
            ("./a/[z-a]", 5..8),
            ("../*.py", 0..2),
            (r"a\*", 1..2),
        ] {
            assert_eq!(Glob::parse(glob).unwrap_err().range, range, "{glob}");
        }
    }
}
