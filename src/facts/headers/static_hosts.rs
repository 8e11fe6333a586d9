//! Hosts of static sites: `_headers` (Netlify, Cloudflare), `vercel.json`, `netlify.toml`.

use super::{HeadersError, Word, header};
use crate::facts::documents::{self, DocumentError, Node, lines};
use crate::facts::model::Header;

impl From<DocumentError> for HeadersError {
    fn from(error: DocumentError) -> Self {
        Self { message: error.message, span: error.span }
    }
}

/// `_headers`: a path at the start of a line, its headers indented below it. `! Name` takes away.
pub(super) fn headers_file(text: &str) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut under_path = false;
    for line in lines(text) {
        let content = line.trimmed();
        if content.text.is_empty() || content.text.starts_with('#') {
            continue;
        }
        if content.start == line.start {
            under_path = true;
        } else if let Some(colon) = content.text.find(':').filter(|_| under_path && !content.text.starts_with('!')) {
            let (name, value) = content.split_at(colon);
            let name = name.trimmed();
            let name = Word { text: name.text.to_owned(), span: name.span() };
            headers.push(header(&name, Some(value.from(1).text), |_| true));
        }
    }
    headers
}

/// `headers: [{source, headers: [{key, value}]}]`.
pub(super) fn vercel(path: &str, text: &str) -> Result<Vec<Header>, HeadersError> {
    let documents = documents::parse("json", path, text)?;
    let rules = documents.iter().filter_map(|root| root.get("headers")).flat_map(Node::elements);
    let pairs = rules.filter_map(|rule| rule.get("headers")).flat_map(Node::elements);
    Ok(pairs
        .filter_map(|pair| {
            let key = pair.get("key")?;
            let name = Word { text: key.text()?.to_string(), span: key.span };
            Some(header(&name, pair.get("value").and_then(Node::text).map(AsRef::as_ref), |_| true))
        })
        .collect())
}

/// `[[headers]]` with `for` and a table `values`; a list is one header a line.
pub(super) fn netlify(path: &str, text: &str) -> Result<Vec<Header>, HeadersError> {
    let documents = documents::parse("toml", path, text)?;
    let rules = documents.iter().filter_map(|root| root.get("headers")).flat_map(Node::elements);
    let entries = rules.filter_map(|rule| rule.get("values")).flat_map(Node::entries);
    Ok(entries
        .map(|entry| {
            let name = Word { text: entry.key.to_string(), span: entry.key_span };
            header(&name, entry.value.text().map(AsRef::as_ref), |_| true)
        })
        .collect())
}
