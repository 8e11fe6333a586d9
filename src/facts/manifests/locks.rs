//! Lock files that list packages with their versions: Cargo's, Poetry's and uv's, npm's.

use super::{CARGO, Dependency, Manifest, ManifestError, NPM, PYPI, text_of};
use crate::facts::documents::{Node, NodeValue};
use crate::facts::model::Range;

/// `Cargo.lock`.
pub(super) fn cargo(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    packages(manifest, CARGO)
}

/// `poetry.lock` and `uv.lock`. The project itself, which uv lists too, is no dependency.
pub(super) fn poetry(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    packages(manifest, PYPI)
}

/// `[[package]]` tables with `name` and `version`.
fn packages(manifest: &Manifest<'_>, ecosystem: &'static str) -> Result<Vec<Dependency>, ManifestError> {
    let root = manifest.document("toml")?;
    let mut rows = Vec::new();
    for package in root.get("package").map(Node::elements).unwrap_or_default() {
        let own = |key| package.get("source").and_then(|source| source.get(key)).is_some();
        if ecosystem == PYPI && (own("virtual") || own("editable")) {
            continue;
        }
        let Some(name) = package.entry("name") else {
            return Err(ManifestError::new("a package without a name", package.span));
        };
        let written = text_of(&name.value)?;
        rows.push(match package.get("version") {
            Some(version) => Dependency::locked(ecosystem, written, text_of(version)?, name.value.span),
            None => Dependency::opaque(ecosystem, written, "a package without a version", name.value.span),
        });
    }
    Ok(rows)
}

/// `package-lock.json` of all versions.
pub(super) fn npm(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let root = manifest.document("json")?;
    let mut rows = Vec::new();
    if let Some(packages) = root.get("packages") {
        for entry in packages.entries() {
            // Others are the project itself and its workspaces.
            let Some((_, path)) = entry.key.rsplit_once("node_modules/") else { continue };
            if entry.value.get("link").is_some_and(|link| link.value == NodeValue::Bool(true)) {
                continue;
            }
            let name = entry.value.get("name").map(text_of).transpose()?.unwrap_or(path);
            rows.push(locked(name, entry.key_span, &entry.value)?);
        }
        return Ok(rows);
    }
    match root.get("dependencies") {
        Some(dependencies) => nested(dependencies, &mut rows)?,
        None if root.get("lockfileVersion").is_some() => {}
        None => return Err(ManifestError::new("expected `packages` or `dependencies`", Range::new(0, 0))),
    }
    Ok(rows)
}

/// Version 1: dependencies inside dependencies; as deep as a document may be.
fn nested(table: &Node, rows: &mut Vec<Dependency>) -> Result<(), ManifestError> {
    for entry in table.entries() {
        rows.push(locked(&entry.key, entry.key_span, &entry.value)?);
        if let Some(inner) = entry.value.get("dependencies") {
            nested(inner, rows)?;
        }
    }
    Ok(())
}

fn locked(name: &str, span: Range, package: &Node) -> Result<Dependency, ManifestError> {
    Ok(match package.get("version").map(text_of).transpose()? {
        Some(version) if version.contains([':', '/']) => Dependency::opaque(NPM, name, version, span),
        Some(version) => Dependency::locked(NPM, name, version, span),
        None => Dependency::opaque(NPM, name, "a package without a version", span),
    })
}
