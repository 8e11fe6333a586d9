//! `Regex`: a pattern on the linear-time engine, held to patterns that can both pass and fail.
//!
//! `^` and `$` are line anchors only under `(?m)`, where `$` also holds before `\r\n`; `.` does not match a newline; classes
//! are those of Unicode. There is no look-around and no backreference: both would cost the linear time.

use std::fmt;
use std::hash::{Hash, Hasher};

use regex_syntax::ast::{self, Span};
use regex_syntax::hir::{self, Class, Hir, HirKind, Look};

use super::{LiteralError, within};

/// Longest pattern, bytes.
const LONGEST: usize = 16 << 10;
/// Deepest nesting of groups and classes.
const NESTING: u32 = 100;
/// Largest compiled program and lazy automaton, bytes.
const PROGRAM: usize = 10 << 20;

/// A compiled pattern and its source text. Two are equal where their texts are.
#[derive(Clone)]
pub struct Regex {
    text: String,
    compiled: regex::Regex,
}

impl Regex {
    /// Parses and compiles a pattern.
    ///
    /// # Errors
    /// Malformed or oversized patterns, look-around and backreferences, patterns that match the empty text (a check with
    /// one could not fail), and patterns that match nothing (it could not pass).
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        within(text, LONGEST)?;
        let hir = regex_syntax::ParserBuilder::new()
            .nest_limit(NESTING)
            .build()
            .parse(text)
            .map_err(|error| explain(text, &error))?;
        if can_never_match(&hir) {
            return Err(LiteralError::new(
                0..text.len(),
                "the pattern can never match: a check with it could not pass",
            )
            .help("remove the contradiction; `^` and `$` hold at lines only after `(?m)`"));
        }
        if hir.properties().minimum_len() == Some(0) {
            return Err(LiteralError::new(
                0..text.len(),
                "the pattern matches the empty text: a check with it could not fail",
            )
            .help("require at least one character, such as `.+` for `.*`"));
        }
        // Only where it matters: a printed pattern is longer than the one that was written.
        let printed = hir.properties().look_set().contains(Look::EndLF).then(|| before_crlf(hir).to_string());
        let compiled = regex::RegexBuilder::new(printed.as_deref().unwrap_or(text))
            .size_limit(PROGRAM)
            .dfa_size_limit(PROGRAM)
            .nest_limit(NESTING.saturating_mul(2))
            .build()
            .map_err(|_| {
                LiteralError::new(0..text.len(), "the compiled pattern is too large")
                    .help("shorten the pattern or lower its counts, such as `{1000}`")
            })?;
        Ok(Self { text: text.to_owned(), compiled })
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The compiled pattern. Its own text may differ from [`Self::as_str`].
    pub fn compiled(&self) -> &regex::Regex {
        &self.compiled
    }

    /// Whether it matches somewhere in `haystack`.
    pub fn is_match(&self, haystack: &str) -> bool {
        self.compiled.is_match(haystack)
    }
}

/// Makes every `$` of `(?m)` hold before `\r\n` too.
fn before_crlf(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Look(Look::EndLF) => Hir::alternation(vec![Hir::look(Look::EndLF), Hir::look(Look::EndCRLF)]),
        HirKind::Repetition(mut repetition) => {
            *repetition.sub = before_crlf(*repetition.sub);
            Hir::repetition(repetition)
        }
        HirKind::Capture(mut capture) => {
            *capture.sub = before_crlf(*capture.sub);
            Hir::capture(capture)
        }
        HirKind::Concat(subs) => Hir::concat(subs.into_iter().map(before_crlf).collect()),
        HirKind::Alternation(subs) => Hir::alternation(subs.into_iter().map(before_crlf).collect()),
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(hir::Literal(bytes)) => Hir::literal(bytes),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
    }
}

/// Whether no text matches: an empty class that must be matched, or text required before the start or after the end.
/// Contradictions of word boundaries are not looked for.
fn can_never_match(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => class.ranges().is_empty(),
        HirKind::Class(Class::Bytes(class)) => class.ranges().is_empty(),
        HirKind::Repetition(repetition) => repetition.min > 0 && can_never_match(&repetition.sub),
        HirKind::Capture(capture) => can_never_match(&capture.sub),
        HirKind::Alternation(subs) => subs.iter().all(can_never_match),
        HirKind::Concat(subs) => {
            let consumes = |hir: &Hir| hir.properties().minimum_len() != Some(0);
            let first = subs.iter().position(consumes);
            let last = subs.iter().rposition(consumes);
            subs.iter().enumerate().any(|(at, sub)| {
                let looks = sub.properties();
                can_never_match(sub)
                    || (first.is_some_and(|first| first < at) && looks.look_set_prefix().contains(Look::Start))
                    || (last.is_some_and(|last| last > at) && looks.look_set_suffix().contains(Look::End))
            })
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => false,
    }
}

fn explain(text: &str, error: &regex_syntax::Error) -> LiteralError {
    let place = |span: &Span| {
        let (start, mut end) = (span.start.offset, span.end.offset);
        if start == end {
            // A place between characters is shown by the one after it.
            end = text
                .get(start..)
                .and_then(|rest| rest.chars().next())
                .map_or(end, |c| start.saturating_add(c.len_utf8()));
        }
        let range = start..end;
        if text.get(range.clone()).is_some() { range } else { 0..text.len() }
    };
    match error {
        regex_syntax::Error::Parse(error) => {
            let range = place(error.span());
            match error.kind() {
                ast::ErrorKind::UnsupportedLookAround => LiteralError::new(range, "look-around is not supported")
                    .help("match the surrounding text itself, or write two checks"),
                ast::ErrorKind::UnsupportedBackreference => {
                    LiteralError::new(range, "backreferences are not supported")
                        .help("write the alternatives out, such as `\"x\"|'x'`")
                }
                kind => LiteralError::new(range, lower(&kind.to_string())),
            }
        }
        regex_syntax::Error::Translate(error) => {
            LiteralError::new(place(error.span()), lower(&error.kind().to_string()))
        }
        _ => LiteralError::new(0..text.len(), "the pattern is malformed"),
    }
}

/// The engine's words in the form of ours.
fn lower(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut rest = message.chars();
    // Names such as `Unicode` keep their capital.
    match rest.next() {
        Some(first) if !message.starts_with("Unicode") => first.to_lowercase().chain(rest).collect(),
        _ => message.to_owned(),
    }
}

impl fmt::Display for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Regex").field(&self.text).finish()
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Regex {}

impl Hash for Regex {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::Regex;

    #[test]
    fn anchors_and_lines() {
        for (pattern, text, wanted) in [
            ("^b", "a\nb", None),
            ("(?m)^b", "a\nb", Some("b")),
            ("(?m)^b", "a\r\nb", Some("b")),
            ("a$", "a\nb", None),
            ("(?m)a$", "a\nb", Some("a")),
            ("(?m)a$", "a\r\nb", Some("a")),
            ("(?m)a\r$", "a\r\nb", Some("a\r")),
            (r"(?m)^\w+$", "héé\r\nb", Some("héé")),
            ("(?m)(?P<x>a|c)$", "c\r\n", Some("c")),
            ("(?m:a$)|b$", "b\r\n", None),
            ("a.b", "a\nb", None),
            ("(?s)a.b", "a\nb", Some("a\nb")),
            ("(?m)^a.+$", "ab\r\nc", Some("ab\r")),
            (r"(?i)É", "é", Some("é")),
        ] {
            assert_eq!(
                Regex::parse(pattern).unwrap().compiled().find(text).map(|found| found.as_str()),
                wanted,
                "{pattern} {text:?}"
            );
        }
        let named = Regex::parse("(?m)(?P<x>a)(b)?$").unwrap();
        assert_eq!(named.compiled().captures("a\r\n").unwrap().name("x").unwrap().as_str(), "a");
    }

    #[test]
    fn what_could_not_fail_or_not_pass() {
        for pattern in ["", ".*", "a?", "^", "$", r"\b", "(?m)^$", "a|b*", "(a|)", "a{0}", "(?i)", "()"] {
            let error = Regex::parse(pattern).unwrap_err();
            assert!(error.message.contains("could not fail"), "{pattern}: {error:?}");
        }
        for pattern in [r"[^\s\S]", r"a[^\s\S]b", r"([a&&b])+x", "a^b", "a$b", r"\n^foo", "(a$)b", r"[^\s\S]|a^b"] {
            let error = Regex::parse(pattern).unwrap_err();
            assert!(error.message.contains("could not pass"), "{pattern}: {error:?}");
        }
        for pattern in [".+", "a?b", "(?m)a$\nb", r"[^\s\S]|a", r"[^\s\S]*a", "(?m)\n^foo", "^a$", r"a*^b", "(^|;)a"] {
            assert!(Regex::parse(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn errors_point_inside() {
        for (pattern, range) in [
            ("ab(c", 2..3),
            ("a**b)", 4..5),
            ("x(?=a)", 1..4),
            ("x(?<!a)", 1..5),
            (r"(a)\1", 3..5),
            ("a[z-a]", 2..5),
            ("*a", 0..1),
            (r"é\q", 2..4),
            (r"\p{Nope}", 0..8),
            ("a{99999999999}", 2..13),
        ] {
            let error = Regex::parse(pattern).unwrap_err();
            assert_eq!(error.range, range, "{pattern}: {error:?}");
        }
        assert!(Regex::parse(&"(".repeat(5000)).is_err());
        assert!(Regex::parse(&format!("{}a{}", "(?:".repeat(5000), ")".repeat(5000))).is_err());
        assert!(Regex::parse(r"(\w{1000}){1000}").unwrap_err().message.contains("too large"));
    }
}
