//! Literals: what texts mean (escapes, blocks, and where each byte came from), and numbers.

use std::sync::Arc;

use super::{Lowerer, Node};
use crate::base::span::Span;
use crate::syntax::ast::Text;
use crate::syntax::diags;

/// A meaning as it grows, with the map back to the source.
struct Decoded {
    value: String,
    map: Vec<(u32, u32)>,
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Decoded {
    fn new(start: usize) -> Self {
        Self { value: String::new(), map: vec![(0, offset(start))] }
    }

    /// What comes next stands at `source`.
    fn resume(&mut self, source: usize) {
        let pair = (offset(self.value.len()), offset(source));
        match self.map.last_mut() {
            // Nothing was added since: the last word counts.
            Some(last) if last.0 == pair.0 => *last = pair,
            Some(last) if last.1.saturating_add(pair.0.saturating_sub(last.0)) == pair.1 => {}
            _ => self.map.push(pair),
        }
    }

    fn finish(self, span: Span) -> Text {
        Text { value: Arc::from(self.value), span, map: self.map }
    }
}

impl Lowerer<'_> {
    /// A text literal of any spelling.
    pub(super) fn text(&mut self, pair: &Node<'_>) -> Text {
        let span = self.span(pair);
        self.literal(pair.as_str(), span)
    }

    /// The text literal `written` at `span`.
    pub(in crate::syntax) fn literal(&mut self, written: &str, span: Span) -> Text {
        let start = span.start as usize;
        let raw = written.strip_prefix('r').unwrap_or(written);
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        let before = written.len().saturating_sub(raw.len()).saturating_add(hashes);
        let after = written.len().saturating_sub(hashes);
        let quoted = written.get(before..after).unwrap_or_default();
        if let Some(body) = quoted.strip_prefix("\"\"\"").and_then(|rest| rest.strip_suffix("\"\"\"")) {
            return block(body, start.saturating_add(before).saturating_add(3)).finish(span);
        }
        let body = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
        let from = start.saturating_add(before).saturating_add(1);
        if before > 0 {
            let mut text = Decoded::new(from);
            text.value.push_str(body);
            return text.finish(span);
        }
        self.escaped(body, from).finish(span)
    }

    /// A code pattern: a doubled backtick means one.
    pub(super) fn code_pattern(&mut self, pair: &Node<'_>) -> Text {
        let span = self.span(pair);
        let written = pair.as_str();
        let body = written.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')).unwrap_or_default();
        let mut at = (span.start as usize).saturating_add(1);
        let mut text = Decoded::new(at);
        for (index, part) in body.split("``").enumerate() {
            if index > 0 {
                text.value.push('`');
                at = at.saturating_add(2);
                text.resume(at);
            }
            lines(&mut text, part, at);
            at = at.saturating_add(part.len());
        }
        text.finish(span)
    }

    fn escaped(&mut self, body: &str, from: usize) -> Decoded {
        let mut text = Decoded::new(from);
        let mut at = 0_usize;
        while let Some(rest) = body.get(at..) {
            let Some(found) = rest.find('\\') else {
                text.value.push_str(rest);
                break;
            };
            text.value.push_str(rest.get(..found).unwrap_or_default());
            let escape = at.saturating_add(found);
            let written = body.get(escape..).unwrap_or_default();
            let (length, meaning) = escape_of(written);
            let place = from.saturating_add(escape);
            let span = Span::new(self.source, offset(place), offset(place.saturating_add(length)));
            match meaning {
                Escape::Is(character) => text.value.push(character),
                Escape::Unknown => {
                    self.diagnostics.push(diags::bad_escape(span, written.get(..length).unwrap_or_default()));
                }
                Escape::BadUnicode => self.diagnostics.push(diags::bad_unicode_escape(span)),
            }
            at = escape.saturating_add(length);
            text.resume(from.saturating_add(at));
        }
        text
    }

    /// A whole number.
    pub(super) fn integer(&mut self, pair: &Node<'_>) -> Option<i64> {
        let parsed = pair.as_str().parse().ok();
        if parsed.is_none() {
            let span = self.span(pair);
            self.diagnostics.push(diags::integer_out_of_range(span, pair.as_str()));
        }
        parsed
    }

    /// A decimal.
    pub(super) fn decimal(&mut self, pair: &Node<'_>) -> Option<f64> {
        let parsed = pair.as_str().parse::<f64>().ok().filter(|value| value.is_finite());
        if parsed.is_none() {
            let span = self.span(pair);
            self.diagnostics.push(diags::decimal_out_of_range(span));
        }
        parsed
    }

    /// A duration's number and unit.
    pub(super) fn duration(&mut self, pair: &Node<'_>) -> Option<(i64, char)> {
        let written = pair.as_str();
        let unit = written.chars().next_back()?;
        let parsed = written.strip_suffix(unit).and_then(|number| number.parse().ok());
        if parsed.is_none() {
            let span = self.span(pair);
            self.diagnostics.push(diags::integer_out_of_range(span, written));
        }
        parsed.map(|number| (number, unit))
    }
}

enum Escape {
    Is(char),
    Unknown,
    BadUnicode,
}

/// The escape that `written` begins with: its length and its meaning.
fn escape_of(written: &str) -> (usize, Escape) {
    let mut characters = written.chars();
    characters.next();
    let Some(sign) = characters.next() else { return (written.len(), Escape::Unknown) };
    let simple = match sign {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '\\' => '\\',
        '"' => '"',
        'u' => return unicode(written),
        _ => return (sign.len_utf8().saturating_add(1), Escape::Unknown),
    };
    (2, Escape::Is(simple))
}

/// `\u{...}`.
fn unicode(written: &str) -> (usize, Escape) {
    let Some(rest) = written.strip_prefix("\\u{") else { return (2, Escape::BadUnicode) };
    let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    let closed = rest.as_bytes().get(digits) == Some(&b'}');
    let length = digits.saturating_add(if closed { 4 } else { 3 });
    let number = rest.get(..digits).filter(|hex| closed && (1..=6).contains(&hex.len()));
    let meaning = number.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
    (length, meaning.map_or(Escape::BadUnicode, Escape::Is))
}

/// Adds `part`, which stands at `at`, with its line ends as `\n`.
fn lines(text: &mut Decoded, part: &str, at: usize) {
    let mut from = 0_usize;
    while let Some(found) = part.get(from..).and_then(|rest| rest.find("\r\n")) {
        let end = from.saturating_add(found);
        text.value.push_str(part.get(from..end).unwrap_or_default());
        text.resume(at.saturating_add(end).saturating_add(1));
        text.value.push('\n');
        from = end.saturating_add(2);
    }
    text.value.push_str(part.get(from..).unwrap_or_default());
}

/// A block's meaning: `body` is what stands between its quotes, at `from` of the source.
///
/// The first line break goes, the common indentation of the lines that are not blank goes, and a last line of blanks alone
/// goes and leaves the line break before it. Common is what all of them begin with, tabs and spaces as written.
fn block(body: &str, from: usize) -> Decoded {
    let rest = body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n')).unwrap_or(body);
    let mut at = from.saturating_add(body.len().saturating_sub(rest.len()));
    let blank = |line: &str| line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'));
    let last = rest.rfind('\n').map_or(0, |found| found.saturating_add(1));
    let closing = rest.get(last..).unwrap_or_default();
    let kept = if blank(closing) { rest.get(..last).unwrap_or_default() } else { rest };
    let indentation = |line: &str| line.len().saturating_sub(line.trim_start_matches([' ', '\t']).len());
    let mut common: Option<&str> = None;
    for line in kept.split('\n').filter(|line| !blank(line)) {
        let own = line.get(..indentation(line)).unwrap_or_default();
        let shared = match common {
            Some(known) => {
                let equal = known.bytes().zip(own.bytes()).take_while(|(left, right)| left == right).count();
                known.get(..equal).unwrap_or_default()
            }
            None => own,
        };
        common = Some(shared);
    }
    let common = common.map_or(0, str::len);
    let mut text = Decoded::new(at);
    for line in kept.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        let content = if content.len() < line.len() { content.strip_suffix('\r').unwrap_or(content) } else { content };
        let cut = common.min(indentation(content));
        text.resume(at.saturating_add(cut));
        text.value.push_str(content.get(cut..).unwrap_or_default());
        if content.len() < line.len() {
            text.resume(at.saturating_add(line.len()).saturating_sub(1));
            text.value.push('\n');
        }
        at = at.saturating_add(line.len());
    }
    text
}
