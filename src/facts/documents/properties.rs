//! Java `.properties`: logical lines, `=`, `:` or a blank between key and value, escapes. A key is one segment, dots and
//! all; one that stands twice has its last value, as `java.util.Properties` defines it. All values are texts.

use std::collections::HashMap;
use std::sync::Arc;

use super::{DocumentError, Entry, Line, Node, NodeValue, lines};
use crate::facts::model::Range;

/// Parses one properties text.
pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    let mut entries: Vec<Option<Entry>> = Vec::new();
    let mut index: HashMap<Arc<str>, usize> = HashMap::new();
    let mut rest = lines(text);
    while let Some(line) = rest.next() {
        let line = line.start_trimmed();
        if line.text.is_empty() || line.text.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = vec![line];
        while logical.last().is_some_and(|line| goes_on(line.text)) {
            let Some(next) = rest.next() else { break };
            logical.push(next.start_trimmed());
        }
        let entry = entry(&logical)?;
        let replaced = index.insert(Arc::clone(&entry.key), entries.len());
        if let Some(slot) = replaced.and_then(|at| entries.get_mut(at)) {
            *slot = None;
        }
        entries.push(Some(entry));
    }
    let entries = entries.into_iter().flatten().collect();
    Ok(Node { value: NodeValue::Map(entries), span: Range::new(0, text.len()) })
}

impl<'a> Line<'a> {
    fn start_trimmed(self) -> Line<'a> {
        let text = self.text.trim_start_matches([' ', '\t', '\u{c}']);
        Line { start: self.start + (self.text.len() - text.len()), text }
    }
}

/// Whether an odd number of backslashes ends the line.
fn goes_on(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// One character of a logical line, its escapes resolved.
struct Letter {
    value: char,
    at: usize,
    end: usize,
    escaped: bool,
}

fn entry(logical: &[Line<'_>]) -> Result<Entry, DocumentError> {
    let letters = letters(logical)?;
    let blank = |letter: &Letter| !letter.escaped && matches!(letter.value, ' ' | '\t' | '\u{c}');
    let sign = |letter: &Letter| !letter.escaped && matches!(letter.value, '=' | ':');
    let key_end = letters.iter().position(|letter| blank(letter) || sign(letter)).unwrap_or(letters.len());
    let (key, rest) = letters.split_at_checked(key_end).unwrap_or((&letters, &[]));
    let mut rest = rest;
    let mut separated = false;
    while let Some((first, after)) = rest.split_first()
        && (blank(first) || (!separated && sign(first)))
    {
        separated |= sign(first);
        rest = after;
    }
    let end = logical.last().map_or(0, |line| line.start + line.text.len());
    let span = |letters: &[Letter]| match (letters.first(), letters.last()) {
        (Some(first), Some(last)) => Range::new(first.at, last.end),
        _ => Range::new(end, end),
    };
    let text = |letters: &[Letter]| letters.iter().map(|letter| letter.value).collect::<String>();
    Ok(Entry {
        key: Arc::from(text(key)),
        key_span: span(key),
        value: Node { value: NodeValue::Text(Arc::from(text(rest))), span: span(rest) },
    })
}

fn letters(logical: &[Line<'_>]) -> Result<Vec<Letter>, DocumentError> {
    let mut out = Vec::new();
    for (number, line) in logical.iter().enumerate() {
        let continued = number + 1 < logical.len() || goes_on(line.text);
        let body = if continued { line.text.strip_suffix('\\').unwrap_or(line.text) } else { line.text };
        let mut rest = body.char_indices();
        while let Some((at, letter)) = rest.next() {
            let start = line.start + at;
            let escape = if letter == '\\' { rest.next() } else { None };
            let value = match escape {
                None => letter,
                Some((_, 't')) => '\t',
                Some((_, 'n')) => '\n',
                Some((_, 'r')) => '\r',
                Some((_, 'f')) => '\u{c}',
                Some((_, 'u')) => unicode(&mut rest, Range::new(start, start + 2))?,
                Some((_, other)) => other,
            };
            let end = line.start + rest.clone().next().map_or(body.len(), |(next, _)| next);
            out.push(Letter { value, at: start, end, escaped: escape.is_some() });
        }
    }
    Ok(out)
}

/// `\uXXXX`; a pair of surrogates is written as two such escapes.
fn unicode(rest: &mut std::str::CharIndices<'_>, at: Range) -> Result<char, DocumentError> {
    let malformed = || DocumentError::new("malformed `\\uXXXX` escape", at);
    let unit = |rest: &mut std::str::CharIndices<'_>| {
        let mut value = 0;
        for _ in 0..4 {
            let digit = rest.next().and_then(|(_, letter)| letter.to_digit(16)).ok_or_else(malformed)?;
            value = value * 16 + digit;
        }
        Ok(value)
    };
    let first = unit(rest)?;
    if !(0xd800..0xdc00).contains(&first) {
        return char::from_u32(first).ok_or_else(malformed);
    }
    let low = match (rest.next(), rest.next()) {
        (Some((_, '\\')), Some((_, 'u'))) => unit(rest)?,
        _ => return Err(malformed()),
    };
    let low = low.checked_sub(0xdc00).filter(|low| *low < 0x400).ok_or_else(malformed)?;
    char::from_u32(0x10000 + ((first - 0xd800) << 10) + low).ok_or_else(malformed)
}
