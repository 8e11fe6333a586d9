//! TOML 1.1. Dates and times are texts as written; a table's place reaches from its first header to its last value.

use std::ops::Range as Bytes;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{DocumentError, Entry, Node, NodeValue, number};
use crate::base::limits;
use crate::facts::model::Range;

/// Parses one TOML text.
pub(super) fn parse(text: &str) -> Result<Node, DocumentError> {
    let table = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        DocumentError::new(error.message().to_owned(), Range::new(span.start, span.end))
    })?;
    let entries = Reader { text }.entries(table.get_ref(), 1)?;
    Ok(Node { value: NodeValue::Map(entries), span: Range::new(0, text.len()) })
}

struct Reader<'a> {
    text: &'a str,
}

impl Reader<'_> {
    fn entries(&self, table: &DeTable<'_>, depth: usize) -> Result<Vec<Entry>, DocumentError> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            entries.push(Entry {
                key: Arc::from(key.get_ref().as_ref()),
                key_span: range(&key.span()),
                value: self.node(value, depth + 1)?,
            });
        }
        // The parser keeps the keys by their alphabet.
        entries.sort_by_key(|entry| entry.key_span);
        Ok(entries)
    }

    fn node(&self, value: &Spanned<DeValue<'_>>, depth: usize) -> Result<Node, DocumentError> {
        let mut span = range(&value.span());
        if depth > limits::DOCUMENT_NESTING {
            return Err(DocumentError::too_deep(span));
        }
        let value = match value.get_ref() {
            DeValue::String(text) => NodeValue::Text(Arc::from(text.as_ref())),
            DeValue::Boolean(value) => NodeValue::Bool(*value),
            DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix())
                .map_or_else(|_| self.written(span), NodeValue::Int),
            DeValue::Float(float) => match number(float.as_str()) {
                NodeValue::Decimal(value) => NodeValue::Decimal(value),
                _ => self.written(span),
            },
            DeValue::Datetime(_) => self.written(span),
            DeValue::Array(elements) => {
                let elements =
                    elements.iter().map(|element| self.node(element, depth + 1)).collect::<Result<Vec<_>, _>>()?;
                for element in &elements {
                    span = around(span, element.span);
                }
                NodeValue::List(elements)
            }
            DeValue::Table(table) => {
                let entries = self.entries(table, depth)?;
                for entry in &entries {
                    span = around(around(span, entry.key_span), entry.value.span);
                }
                NodeValue::Map(entries)
            }
        };
        Ok(Node { value, span })
    }

    fn written(&self, span: Range) -> NodeValue {
        let raw = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        NodeValue::Text(Arc::from(raw.trim()))
    }
}

fn range(bytes: &Bytes<usize>) -> Range {
    Range::new(bytes.start, bytes.end)
}

fn around(one: Range, other: Range) -> Range {
    Range { start: one.start.min(other.start), end: one.end.max(other.end) }
}
