//! `Cargo.toml`: dependencies, those for development and for build scripts, per target, renamed, and inherited from a
//! workspace. A workspace's own `[workspace.dependencies]` are declarations too.

use std::sync::Arc;

use super::versions::Syntax;
use super::{CARGO, Dependency, Manifest, ManifestError, text_of};
use crate::facts::documents::{self, Entry, Node, NodeValue, shown};

const TABLES: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Parses a `Cargo.toml`.
pub(super) fn parse(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let root = manifest.document("toml")?;
    let mut reader = Reader { manifest, root: &root, workspace: None };
    let mut rows = Vec::new();
    let targets = root.get("target").map(Node::entries).unwrap_or_default();
    let holders = std::iter::once(&root).chain(targets.iter().map(|target| &target.value));
    for table in holders.flat_map(|holder| TABLES.iter().filter_map(|table| holder.get(table))) {
        for entry in table.entries() {
            rows.push(reader.row(entry)?);
        }
    }
    let workspace = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
    for entry in workspace.map(Node::entries).unwrap_or_default() {
        rows.push(declared(entry)?);
    }
    rows.sort_by_key(|row| row.span);
    Ok(rows)
}

struct Reader<'a> {
    manifest: &'a Manifest<'a>,
    root: &'a Node,
    /// The workspace's manifest and its path, once some dependency inherits.
    workspace: Option<(Node, Arc<str>)>,
}

impl Reader<'_> {
    fn row(&mut self, entry: &Entry) -> Result<Dependency, ManifestError> {
        let inherits = entry.value.get("workspace").is_some_and(|flag| flag.value == NodeValue::Bool(true));
        if !inherits {
            return declared(entry);
        }
        let at = |message: String| ManifestError::new(message, entry.key_span);
        if self.workspace.is_none() {
            self.workspace = Some(self.find_workspace().map_err(at)?);
        }
        let Some((workspace, path)) = &self.workspace else { return declared(entry) };
        let inherited = workspace
            .get("workspace")
            .and_then(|table| table.get("dependencies"))
            .and_then(|table| table.entry(&entry.key))
            .ok_or_else(|| at(format!("`{}` is not in [workspace.dependencies] of `{path}`", shown(&entry.key))))?;
        let row = declared(inherited).map_err(|error| at(format!("in `{path}`: {}", error.message)))?;
        let elsewhere = **path != *self.manifest.path;
        Ok(Dependency { span: entry.key_span, declared_in: elsewhere.then(|| Arc::clone(path)), ..row })
    }

    /// The workspace's root: where `package.workspace` says, else the nearest manifest above that has one.
    fn find_workspace(&self) -> Result<(Node, Arc<str>), String> {
        if self.root.get("workspace").is_some() {
            return Ok((self.root.clone(), Arc::from(self.manifest.path)));
        }
        let named = self.root.get("package").and_then(|package| package.get("workspace")).and_then(Node::text);
        if let Some(folder) = named {
            let path = self.manifest.beside(&format!("{folder}/Cargo.toml"))?;
            let text = (self.manifest.read)(&path)
                .map_err(|message| format!("the workspace's `{}` cannot be read: {message}", shown(&path)))?;
            return Ok((parsed(&path, &text)?, Arc::from(path)));
        }
        let mut folder = self.manifest.path.rsplit_once('/').map(|(folder, _)| folder);
        while let Some(inner) = folder {
            folder = inner.rsplit_once('/').map(|(outer, _)| outer);
            let above = folder.or_else(|| (!inner.is_empty()).then_some(""));
            let path = above.map_or_else(String::new, |above| {
                if above.is_empty() { String::from("Cargo.toml") } else { format!("{above}/Cargo.toml") }
            });
            // A folder without a manifest is no obstacle; one that does not parse may be the workspace.
            if let Ok(text) = (self.manifest.read)(&path) {
                let node = parsed(&path, &text)?;
                if node.get("workspace").is_some() {
                    return Ok((node, Arc::from(path)));
                }
            }
            if above == Some("") {
                break;
            }
        }
        Err(String::from("no manifest above has the [workspace] that this dependency inherits from"))
    }
}

fn parsed(path: &str, text: &str) -> Result<Node, String> {
    let nodes = documents::parse("toml", path, text).map_err(|error| format!("in `{path}`: {}", error.message))?;
    nodes.into_iter().next().ok_or_else(|| format!("`{path}` is empty"))
}

fn declared(entry: &Entry) -> Result<Dependency, ManifestError> {
    let value = &entry.value;
    let name = value.get("package").map(text_of).transpose()?.unwrap_or(&entry.key);
    let version = match &value.value {
        NodeValue::Map(_) => value.get("version").map(text_of).transpose()?,
        _ => Some(text_of(value)?),
    };
    if let Some(version) = version {
        return Ok(Dependency::declared(CARGO, Syntax::Cargo, name, version, entry.key_span));
    }
    match ["git", "path"].iter().find_map(|key| value.get(key)) {
        Some(place) => Ok(Dependency::opaque(CARGO, name, text_of(place)?, entry.key_span)),
        None => Ok(Dependency::declared(CARGO, Syntax::Cargo, name, "", entry.key_span)),
    }
}
