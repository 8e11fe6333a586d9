//! Configuration documents with positions: JSON and JSONC, YAML 1.2, TOML, INI, `.env`, `.properties`. One file a format.
//!
//! Does not know which keys mean what, nor rules. Whatever the bytes, a parser gives whole documents or an error with a
//! place: a key that reads differently for two programs (a duplicate, a trailing comma) is an error, not a guess.

use std::sync::Arc;

use super::model::Range;
use crate::base::limits;

mod dotenv;
mod ini;
mod json;
mod lines;
mod properties;
pub mod select;
mod toml;
mod yaml;

pub(crate) use lines::{Line, lines};
pub use select::{Selected, Selection, select};

/// A value of a document and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: NodeValue,
    /// Where; for a map or list the whole of it.
    pub span: Range,
}

/// The values of documents.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeValue {
    /// `null`, `~`, or nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// Any other number; always finite.
    Decimal(f64),
    /// A text; also TOML's dates and times as written, and numbers that neither 64 bits nor a finite decimal hold.
    Text(Arc<str>),
    /// A list.
    List(Vec<Node>),
    /// A map in the order of the document. Keys are unique.
    Map(Vec<Entry>),
}

impl NodeValue {
    /// How a message calls such a value.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a truth value",
            Self::Int(_) | Self::Decimal(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Arc<str>,
    /// The key's place: the evidence.
    pub key_span: Range,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The entry of a map, by its key; nothing where this is no map.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| *entry.key == *key)
    }

    /// The value under a key of a map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The entries of a map; none where this is no map.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            NodeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a list; none where this is no list.
    pub fn elements(&self) -> &[Node] {
        match &self.value {
            NodeValue::List(elements) => elements,
            _ => &[],
        }
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&Arc<str>> {
        match &self.value {
            NodeValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar as a person would write it; nothing for lists and maps.
    pub fn scalar(&self) -> Option<Arc<str>> {
        match &self.value {
            NodeValue::Null => Some(Arc::from("null")),
            NodeValue::Bool(value) => Some(Arc::from(if *value { "true" } else { "false" })),
            NodeValue::Int(value) => Some(Arc::from(value.to_string())),
            NodeValue::Decimal(value) => Some(Arc::from(value.to_string())),
            NodeValue::Text(text) => Some(Arc::clone(text)),
            NodeValue::List(_) | NodeValue::Map(_) => None,
        }
    }
}

/// Why a text is not a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where.
    pub span: Range,
}

impl DocumentError {
    fn new(message: impl Into<String>, span: Range) -> Self {
        Self { message: message.into(), span }
    }

    fn too_deep(span: Range) -> Self {
        Self::new(format!("nested deeper than {} levels", limits::DOCUMENT_NESTING), span)
    }

    fn duplicate(key: &str, span: Range) -> Self {
        Self::new(format!("the key `{}` stands twice in the same map", shown(key)), span)
    }
}

/// A user's text in a message: not more of it than a line holds.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 80;
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && line.chars().nth(MOST).is_none() {
        return line.to_owned();
    }
    line.chars().take(MOST).chain(['…']).collect()
}

type Parse = fn(&str, &str) -> Result<Vec<Node>, DocumentError>;

/// The formats that are read, as the enum `language` spells them, and who reads them.
pub const FORMATS: &[(&str, Parse)] = &[
    ("json", |path, text| json::parse(path, text).map(|node| vec![node])),
    ("yaml", |_, text| yaml::parse(text)),
    ("toml", |_, text| toml::parse(text).map(|node| vec![node])),
    ("ini", |path, text| ini::parse(path, text).map(|node| vec![node])),
    ("dotenv", |_, text| dotenv::parse(text).map(|node| vec![node])),
    ("properties", |_, text| properties::parse(text).map(|node| vec![node])),
];

/// Parses all documents of a text (YAML may hold several; an empty YAML text holds none).
///
/// `language` is one of the enum `language`; the path decides between dialects (JSON with comments, git's INI).
///
/// # Errors
/// Where the text is not well-formed, too deep, or the format is not read by this version (the message names it).
pub fn parse(language: &str, path: &str, text: &str) -> Result<Vec<Node>, DocumentError> {
    // A byte order mark is no part of any format here; places stay those of the whole text.
    let blank = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let body = text.get(blank..).unwrap_or_default();
    let parsed = match FORMATS.iter().find(|(known, _)| *known == language) {
        Some((_, parse)) => parse(path, body),
        None => {
            Err(DocumentError::new(format!("`{language}` documents are not read by this version"), Range::new(0, 0)))
        }
    };
    if blank == 0 {
        return parsed;
    }
    match parsed {
        Ok(mut nodes) => {
            for node in &mut nodes {
                shift(node, blank);
            }
            Ok(nodes)
        }
        Err(error) => Err(DocumentError { span: moved(error.span, blank), ..error }),
    }
}

fn moved(span: Range, by: usize) -> Range {
    Range::new(span.start as usize + by, span.end as usize + by)
}

fn shift(node: &mut Node, by: usize) {
    node.span = moved(node.span, by);
    match &mut node.value {
        NodeValue::List(elements) => elements.iter_mut().for_each(|element| shift(element, by)),
        NodeValue::Map(entries) => {
            for entry in entries {
                entry.key_span = moved(entry.key_span, by);
                shift(&mut entry.value, by);
            }
        }
        NodeValue::Null | NodeValue::Bool(_) | NodeValue::Int(_) | NodeValue::Decimal(_) | NodeValue::Text(_) => {}
    }
}

/// A number as written: an integer where 64 bits hold it, a finite decimal where it is none, else the text itself.
fn number(written: &str) -> NodeValue {
    let digits = written.strip_prefix(['-', '+']).unwrap_or(written);
    let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_integer {
        return written.parse().map_or_else(|_| NodeValue::Text(Arc::from(written)), NodeValue::Int);
    }
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() => NodeValue::Decimal(value),
        _ => NodeValue::Text(Arc::from(written)),
    }
}

#[cfg(test)]
mod tests;
