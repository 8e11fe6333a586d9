//! JSON as RFC 8259 has it, and JSON with comments and trailing commas where a tool is known to read that.
//!
//! Strict by default: a comment in a plain `.json` file makes it unreadable for its reader, so it is an error here.
//! JSON5 is not read.

use std::collections::HashSet;
use std::sync::Arc;

use jsonc_parser::ast::{Object, ObjectPropName, StringLit, Value};
use jsonc_parser::{CollectOptions, ParseOptions, common::Ranged};

use super::{DocumentError, Entry, Node, NodeValue, number};
use crate::base::limits;
use crate::facts::model::Range;

/// Files that are JSON with comments whatever their extension says, because the tool that owns them reads it so. A `*`
/// stands for the middle of a name.
const WITH_COMMENTS: &[(&str, &str)] = &[
    ("tsconfig", ".json"),
    ("jsconfig", ".json"),
    ("devcontainer", ".json"),
    (".devcontainer", ".json"),
    ("pyrightconfig", ".json"),
    ("tslint", ".json"),
    ("typedoc", ".json"),
    ("api-extractor", ".json"),
    ("language-configuration", ".json"),
    ("deno", ".json"),
    ("turbo", ".json"),
    ("nx", ".json"),
    (".eslintrc", ".json"),
    (".mocharc", ".json"),
    (".babelrc", ".json"),
    (".babelrc", ""),
    ("babel.config", ".json"),
    (".markdownlint", ".json"),
    ("tsdoc", ".json"),
    (".jshintrc", ""),
    (".swcrc", ""),
];

fn allows_comments(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.rsplit('/').nth(1).unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    if matches!(extension, Some("jsonc" | "code-workspace")) || (folder == ".vscode" && extension == Some("json")) {
        return true;
    }
    WITH_COMMENTS.iter().any(|(start, end)| {
        name.strip_prefix(start)
            .and_then(|rest| rest.strip_suffix(end))
            .is_some_and(|middle| middle.is_empty() || (middle.starts_with('.') && start.ends_with("config")))
    })
}

/// Parses one JSON text.
pub(super) fn parse(path: &str, text: &str) -> Result<Node, DocumentError> {
    if path.rsplit_once('.').is_some_and(|(_, extension)| extension == "json5") {
        return Err(DocumentError::new("JSON5 documents are not read by this version", Range::new(0, 0)));
    }
    let comments = allows_comments(path);
    let options = ParseOptions {
        allow_comments: comments,
        allow_trailing_commas: comments,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &options).map_err(|error| {
        let range = error.range();
        DocumentError::new(worded(&error.kind().to_string()), Range::new(range.start, range.end))
    })?;
    let Some(value) = parsed.value else {
        return Err(DocumentError::new("the file is empty, which is no JSON", Range::new(0, text.len())));
    };
    Reader { text }.node(&value, 1)
}

/// The parser's words in our house style.
fn worded(message: &str) -> String {
    let mut letters = message.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn node(&self, value: &Value<'_>, depth: usize) -> Result<Node, DocumentError> {
        let range = value.range();
        let span = Range::new(range.start, range.end);
        let value = match value {
            Value::NullKeyword(_) => NodeValue::Null,
            Value::BooleanLit(literal) => NodeValue::Bool(literal.value),
            Value::NumberLit(literal) => self.number(literal.value, span)?,
            Value::StringLit(literal) => NodeValue::Text(self.string(literal)?),
            Value::Array(_) | Value::Object(_) if depth > limits::DOCUMENT_NESTING => {
                return Err(DocumentError::too_deep(Range::new(range.start, range.start + 1)));
            }
            Value::Array(array) => NodeValue::List(
                array.elements.iter().map(|element| self.node(element, depth + 1)).collect::<Result<_, _>>()?,
            ),
            Value::Object(object) => NodeValue::Map(self.entries(object, depth)?),
        };
        Ok(Node { value, span })
    }

    fn entries(&self, object: &Object<'_>, depth: usize) -> Result<Vec<Entry>, DocumentError> {
        let mut seen = HashSet::with_capacity(object.properties.len());
        let mut entries = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            let range = property.name.range();
            let key_span = Range::new(range.start, range.end);
            let ObjectPropName::String(literal) = &property.name else {
                return Err(DocumentError::new("expected a text in double quotes as key", key_span));
            };
            let key = self.string(literal)?;
            if !seen.insert(Arc::clone(&key)) {
                return Err(DocumentError::duplicate(&key, key_span));
            }
            entries.push(Entry { key, key_span, value: self.node(&property.value, depth + 1)? });
        }
        Ok(entries)
    }

    /// A string without the control characters that JSON wants escaped: the parser lets them through.
    fn string(&self, literal: &StringLit<'_>) -> Result<Arc<str>, DocumentError> {
        let range = literal.range;
        let raw = self.text.get(range.start..range.end).unwrap_or_default();
        match raw.bytes().position(|byte| byte < 0x20) {
            Some(at) => Err(DocumentError::new(
                "a control character in a string must be escaped",
                Range::new(range.start + at, range.start + at + 1),
            )),
            None => Ok(Arc::from(literal.value.as_ref())),
        }
    }

    /// A number; one with further digits after a leading zero is two tokens to the parser, and refused by it.
    fn number(&self, written: &str, span: Range) -> Result<NodeValue, DocumentError> {
        let next = self.text.as_bytes().get(span.end as usize);
        if next.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_')) {
            return Err(DocumentError::new("this is no JSON number", span));
        }
        Ok(number(written))
    }
}
