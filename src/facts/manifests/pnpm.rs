//! `pnpm-lock.yaml` of all versions: `packages` lists what is locked, by keys that hold name and version. What a key says
//! of peers after the version is of no interest here.

use super::{Dependency, Manifest, ManifestError, NPM, text_of};
use crate::facts::documents::{self, Node};
use crate::facts::model::Range;

pub(super) fn parse(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let mut rows = Vec::new();
    let documents = documents::parse("yaml", manifest.path, manifest.text)?;
    if !documents.iter().any(|document| document.get("lockfileVersion").is_some()) {
        return Err(ManifestError::new("expected `lockfileVersion`", Range::new(0, 0)));
    }
    // Newer versions put the package manager's own lock into a document before the project's.
    for entry in documents.iter().filter_map(|document| document.get("packages")).flat_map(Node::entries) {
        let field = |key| entry.value.get(key).map(text_of).transpose();
        let (key_name, key_version) = split(&entry.key);
        let name = field("name")?.unwrap_or(key_name);
        rows.push(match field("version")?.or(key_version) {
            Some(version) => Dependency::locked(NPM, name, version, entry.key_span),
            None => Dependency::opaque(NPM, name, &entry.key, entry.key_span),
        });
    }
    Ok(rows)
}

/// `name@1.0.0(peer@2.0.0)`, before version 9 with a `/` in front, before version 6 `/name/1.0.0_peer@2.0.0`. Packages from
/// URLs, folders and archives have no version in their key.
fn split(key: &str) -> (&str, Option<&str>) {
    let bare = key.strip_prefix('/').unwrap_or(key);
    let bare = bare.split('(').next().unwrap_or(bare);
    // The `@` of a scope begins a name.
    let after_scope =
        if bare.starts_with('@') { bare.find('/').map_or(bare.len(), |at| at.saturating_add(1)) } else { 0 };
    let rest = bare.get(after_scope..).unwrap_or_default();
    let Some(at) = rest.find(['@', '/']) else { return (bare, None) };
    let name = bare.get(..after_scope.saturating_add(at)).unwrap_or(bare);
    let written = rest.get(at.saturating_add(1)..).unwrap_or_default();
    let version = written.split('_').next().unwrap_or(written);
    let is_version = version.starts_with(|first: char| first.is_ascii_digit()) && !version.contains([':', '/']);
    (name, is_version.then_some(version))
}
