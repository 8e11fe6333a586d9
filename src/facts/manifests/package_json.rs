//! `package.json`: dependencies, and those for development, of peers, and optional ones.
//!
//! An alias (`npm:real@^1`) is the package behind it. A URL, a path, a tag or a workspace has no versions to compare.

use super::versions::Syntax;
use super::{Dependency, Manifest, ManifestError, NPM, text_of};
use crate::facts::documents::{Entry, NodeValue};

const TABLES: [&str; 4] = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/// Parses a `package.json`.
pub(super) fn parse(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let root = manifest.document("json")?;
    let mut rows = Vec::new();
    if !matches!(root.value, NodeValue::Map(_)) {
        return Err(ManifestError::new(format!("expected a map, not {}", root.value.kind()), root.span));
    }
    for table in TABLES.iter().filter_map(|table| root.get(table)) {
        if !matches!(table.value, NodeValue::Map(_)) {
            let message = format!("expected a map of packages, not {}", table.value.kind());
            return Err(ManifestError::new(message, table.span));
        }
        for entry in table.entries() {
            rows.push(row(entry, text_of(&entry.value)?));
        }
    }
    rows.sort_by_key(|row| row.span);
    Ok(rows)
}

fn row(entry: &Entry, written: &str) -> Dependency {
    let written = written.trim();
    let (name, range) = match written.strip_prefix("npm:") {
        // The scope's `@` is no separator.
        Some(alias) => match alias.char_indices().skip(1).find(|(_, letter)| *letter == '@') {
            Some((at, _)) => (alias.get(..at).unwrap_or(alias), alias.get(at + 1..).unwrap_or_default()),
            None => (alias, ""),
        },
        None => (&*entry.key, written),
    };
    let is_range = |letter: char| {
        letter.is_ascii_digit() || letter.is_whitespace() || matches!(letter, '<' | '>' | '=' | '^' | '~' | '*' | '|')
    };
    let versions = range.is_empty()
        || (!range.contains([':', '/'])
            && range.chars().next().is_some_and(|first| is_range(first) || matches!(first, 'x' | 'X' | 'v'))
            && range.chars().any(|letter| letter.is_ascii_digit() || matches!(letter, '*' | 'x' | 'X')));
    if versions {
        Dependency::declared(NPM, Syntax::Npm, name, range, entry.key_span)
    } else {
        Dependency::opaque(NPM, name, range, entry.key_span)
    }
}
