//! `.env` files: `NAME=value`, with `export`, quotes, and comments. Nothing is interpolated: `${X}` stays as written.
//!
//! All values are texts. A name that stands twice has its last value, as every reader of such files has it.

use std::collections::HashMap;
use std::sync::Arc;

use super::{DocumentError, Entry, Line, Node, NodeValue, lines};
use crate::facts::model::Range;

/// Parses one dotenv text.
pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    let mut entries: Vec<Option<Entry>> = Vec::new();
    let mut index: HashMap<Arc<str>, usize> = HashMap::new();
    // Where the value of the last entry ended: a quoted one may span lines.
    let mut done = 0;
    for line in lines(text) {
        let content = line.trimmed();
        if line.start < done || content.text.is_empty() || content.text.starts_with('#') {
            continue;
        }
        let (entry, end) = pair(text, content)?;
        done = end;
        let replaced = index.insert(Arc::clone(&entry.key), entries.len());
        if let Some(slot) = replaced.and_then(|at| entries.get_mut(at)) {
            *slot = None;
        }
        entries.push(Some(entry));
    }
    let entries = entries.into_iter().flatten().collect();
    Ok(Node { value: NodeValue::Map(entries), span: Range::new(0, text.len()) })
}

/// An entry, and where its text ends.
fn pair(text: &str, line: Line<'_>) -> Result<(Entry, usize), DocumentError> {
    let bare = match line.text.strip_prefix("export") {
        Some(rest) if rest.starts_with([' ', '\t']) => line.from("export".len()).trimmed(),
        _ => line,
    };
    let Some(at) = bare.text.find('=') else {
        return Err(DocumentError::new("expected `NAME=value`", line.span()));
    };
    let (name, rest) = bare.split_at(at);
    let name = name.trimmed();
    let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    if name.text.is_empty() || !name.text.chars().all(is_name) {
        return Err(DocumentError::new("a name is made of letters, digits, `_`, `-` and `.`", name.span()));
    }
    let value = rest.from(1).trimmed();
    let (node, end) = if let Some(quote @ ('"' | '\'' | '`')) = value.text.chars().next() {
        quoted(text, value, quote)?
    } else {
        let plain = without_comment(value);
        (Node { value: NodeValue::Text(Arc::from(plain.text)), span: plain.span() }, line.start + 1)
    };
    Ok((Entry { key: Arc::from(name.text), key_span: name.span(), value: node }, end))
}

/// A quoted value; it ends at its own quote, lines later if need be, and only a comment may follow.
fn quoted(text: &str, value: Line<'_>, quote: char) -> Result<(Node, usize), DocumentError> {
    let start = value.start + 1;
    let body = text.get(start..).unwrap_or_default();
    let mut out = String::new();
    let mut letters = body.char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            let end = start + at;
            let after = text.get(end + 1..).unwrap_or_default().lines().next().unwrap_or_default().trim();
            if !after.is_empty() && !after.starts_with('#') {
                return Err(DocumentError::new("only a comment may follow a quoted value", Range::new(end, end + 1)));
            }
            let span = Range::new(start, end);
            return Ok((Node { value: NodeValue::Text(Arc::from(out)), span }, end + 1));
        }
        if letter != '\\' || quote != '"' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some((_, 'n')) => out.push('\n'),
            Some((_, 'r')) => out.push('\r'),
            Some((_, 't')) => out.push('\t'),
            Some((_, escaped @ ('"' | '\\' | '$' | '\''))) => out.push(escaped),
            Some((_, other)) => out.extend(['\\', other]),
            None => break,
        }
    }
    Err(DocumentError::new("the quoted value does not end", Range::new(value.start, value.start + 1)))
}

fn without_comment(value: Line<'_>) -> Line<'_> {
    if value.text.starts_with('#') {
        return value.split_at(0).0;
    }
    let comment = value.text.char_indices().zip(value.text.chars().skip(1));
    for ((at, letter), next) in comment {
        if letter.is_whitespace() && next == '#' {
            return value.split_at(at).0.trimmed();
        }
    }
    value
}
