//! INI files: sections of `key = value` and `key: value` lines. There is no standard; the rules here are those that
//! Python's `configparser`, git, and the INI readers of most services share.
//!
//! A section's name is one segment, dots and all. A line that is indented deeper than its key goes on with the value.
//! A comment begins with `;` or `#` at the start of a line, or after a blank. All values are texts. A key or a section
//! that stands twice is an error, except where the file's owner defines repetition (git, EditorConfig): there a repeated
//! key is the list of its values.

use std::collections::HashMap;
use std::sync::Arc;

use super::{DocumentError, Entry, Line, Node, NodeValue, lines, shown};
use crate::facts::model::Range;

/// What a file's name says about the dialect.
#[derive(Clone, Copy)]
struct Dialect {
    repeats: bool,
    colon: bool,
}

fn dialect(path: &str) -> Dialect {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        ".gitconfig" | ".gitmodules" | ".editorconfig" => Dialect { repeats: true, colon: false },
        // `//registry.example/:_authToken=…` is a key with colons.
        ".npmrc" => Dialect { repeats: false, colon: false },
        _ => Dialect { repeats: false, colon: true },
    }
}

/// One map under construction, with the index of each key.
#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
    index: HashMap<Arc<str>, usize>,
}

/// Parses one INI text.
pub(super) fn parse(path: &str, text: &str) -> Result<Node, DocumentError> {
    let dialect = dialect(path);
    let mut root = Table::default();
    let mut sections: Vec<(Entry, Table)> = Vec::new();
    let mut by_name: HashMap<Arc<str>, usize> = HashMap::new();
    let mut current: Option<usize> = None;
    // The indentation of the key whose value may go on, and the map that it stands in.
    let mut open: Option<usize> = None;
    for line in lines(text) {
        let content = line.trimmed();
        if content.text.is_empty() || content.text.starts_with([';', '#']) {
            continue;
        }
        let indentation = content.start - line.start;
        if open.is_some_and(|base| indentation > base) {
            let table = current.and_then(|at| sections.get_mut(at)).map_or(&mut root, |(_, table)| table);
            table.go_on(without_comment(content));
            continue;
        }
        if content.text.starts_with('[') {
            let (name, span) = section(content)?;
            current = Some(match by_name.get(&name) {
                Some(&at) if dialect.repeats => at,
                Some(_) => {
                    return Err(DocumentError::new(format!("the section `{}` stands twice", shown(&name)), span));
                }
                None => {
                    by_name.insert(Arc::clone(&name), sections.len());
                    let value = Node { value: NodeValue::Null, span: content.span() };
                    sections.push((Entry { key: name, key_span: span, value }, Table::default()));
                    sections.len() - 1
                }
            });
            open = None;
            continue;
        }
        let entry = pair(content, dialect)?;
        match current.and_then(|at| sections.get_mut(at)) {
            Some((head, table)) => {
                head.value.span.end = head.value.span.end.max(entry.value.span.end);
                table.add(entry, dialect)?;
            }
            None => root.add(entry, dialect)?,
        }
        open = Some(indentation);
    }
    for (mut head, table) in sections {
        if let Some(last) = table.entries.iter().map(|entry| entry.value.span.end).max() {
            head.value.span.end = head.value.span.end.max(last);
        }
        head.value.value = NodeValue::Map(table.entries);
        root.add(head, Dialect { repeats: false, ..dialect })?;
    }
    Ok(Node { value: NodeValue::Map(root.entries), span: Range::new(0, text.len()) })
}

impl Table {
    fn add(&mut self, entry: Entry, dialect: Dialect) -> Result<(), DocumentError> {
        let Some(&at) = self.index.get(&entry.key) else {
            self.index.insert(Arc::clone(&entry.key), self.entries.len());
            self.entries.push(entry);
            return Ok(());
        };
        let before = self.entries.get_mut(at).filter(|_| dialect.repeats);
        let Some(before) = before else { return Err(DocumentError::duplicate(&entry.key, entry.key_span)) };
        let span = Range { start: before.value.span.start, end: entry.value.span.end };
        if let NodeValue::List(values) = &mut before.value.value {
            values.push(entry.value);
        } else {
            let first = std::mem::replace(&mut before.value, Node { value: NodeValue::Null, span });
            before.value.value = NodeValue::List(vec![first, entry.value]);
        }
        before.value.span = span;
        Ok(())
    }

    /// Adds a line to the value of the last key.
    fn go_on(&mut self, line: Line<'_>) {
        let Some(last) = self.entries.last_mut() else { return };
        let node = match &mut last.value.value {
            NodeValue::List(values) => values.last_mut(),
            _ => Some(&mut last.value),
        };
        let Some(node) = node else { return };
        let joined = match &node.value {
            NodeValue::Text(text) => format!("{text}\n{}", line.text),
            _ => line.text.to_owned(),
        };
        node.value = NodeValue::Text(Arc::from(joined));
        node.span.end = line.span().end;
    }
}

/// The name between the brackets of a section's head.
fn section(line: Line<'_>) -> Result<(Arc<str>, Range), DocumentError> {
    let line = without_comment(line);
    let Some(inner) = line.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return Err(DocumentError::new("a section's head must end with `]`", line.span()));
    };
    let name = Line { start: line.start + 1, text: inner }.trimmed();
    if name.text.is_empty() {
        return Err(DocumentError::new("a section must have a name", line.span()));
    }
    Ok((Arc::from(name.text), name.span()))
}

fn pair(line: Line<'_>, dialect: Dialect) -> Result<Entry, DocumentError> {
    let separators: &[char] = if dialect.colon { &['=', ':'] } else { &['='] };
    let Some(at) = line.text.find(separators) else { return bare(line) };
    let (key, rest) = line.split_at(at);
    let key = key.trimmed();
    if key.text.is_empty() {
        return Err(DocumentError::new("a key is missing before the separator", line.span()));
    }
    let value = unquoted(rest.from(1).trimmed());
    let node = Node { value: NodeValue::Text(Arc::from(value.text)), span: value.span() };
    Ok(Entry { key: Arc::from(key.text), key_span: key.span(), value: node })
}

/// A key alone, as `skip-networking` of `MySQL`: null. Several words are something else than INI.
fn bare(line: Line<'_>) -> Result<Entry, DocumentError> {
    let line = without_comment(line);
    if !line.text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/')) {
        return Err(DocumentError::new("expected `[section]` or `key = value`", line.span()));
    }
    let end = line.span().end;
    let value = Node { value: NodeValue::Null, span: Range { start: end, end } };
    Ok(Entry { key: Arc::from(line.text), key_span: line.span(), value })
}

/// A value without the quotes around it, or without the comment behind it.
fn unquoted(value: Line<'_>) -> Line<'_> {
    for quote in ['"', '\''] {
        let Some(inner) = value.text.strip_prefix(quote) else { continue };
        let Some(close) = inner.find(quote) else { continue };
        let after = inner.get(close + 1..).unwrap_or_default().trim_start();
        if after.is_empty() || after.starts_with([';', '#']) {
            return value.from(1).split_at(close).0;
        }
    }
    without_comment(value)
}

/// A line up to a comment sign that follows a blank.
fn without_comment(line: Line<'_>) -> Line<'_> {
    let mut blank = false;
    for (at, letter) in line.text.char_indices() {
        if blank && matches!(letter, ';' | '#') {
            return line.split_at(at).0.trimmed();
        }
        blank = letter.is_whitespace();
    }
    line
}
