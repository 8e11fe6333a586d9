//! Dependency manifests: what a project declares that it depends on, by each ecosystem's own rules. One file a format,
//! one file a syntax of ranges.
//!
//! Does not resolve: what a package would bring in is the lock file's to say. Markers and extras do not remove a row; a
//! dependency of some platform is a dependency.

use std::sync::Arc;

use super::documents::{self, DocumentError, Node, shown};
use super::model::Range;
use crate::base::literal::VersionReq;

mod cargo;
mod go_mod;
mod locks;
mod names;
mod package_json;
mod pnpm;
mod pyproject;
mod requirements;
pub mod versions;

pub use versions::RangeError;
use versions::Syntax;

/// Ecosystems, as the relation spells them.
const PYPI: &str = "pypi";
const NPM: &str = "npm";
const GO: &str = "go";
const CARGO: &str = "cargo";

/// One declared dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package's name as written; of an alias the package behind it.
    pub name: Arc<str>,
    /// The exact version, where locked or pinned.
    pub version: Option<Arc<str>>,
    /// The range as written; empty where any version is admitted.
    pub range: Arc<str>,
    /// `pypi`, `npm`, `go`, `cargo`.
    pub ecosystem: &'static str,
    /// The file that declares it, where not the manifest itself (an include, a workspace root).
    pub declared_in: Option<Arc<str>>,
    /// The evidence; in the manifest itself, also for what an include declares.
    pub span: Range,
    /// How the range is written.
    syntax: Syntax,
}

/// Why a manifest cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where.
    pub span: Range,
}

impl ManifestError {
    fn new(message: impl Into<String>, span: Range) -> Self {
        Self { message: message.into(), span }
    }
}

impl From<DocumentError> for ManifestError {
    fn from(error: DocumentError) -> Self {
        Self { message: error.message, span: error.span }
    }
}

/// Reads another file of the target that a manifest refers to (an include, a workspace root), by its path from the
/// target's root; the error is a message.
pub type ReadOther<'a> = &'a dyn Fn(&str) -> Result<Arc<str>, String>;

/// One manifest and what it may reach.
struct Manifest<'a> {
    path: &'a str,
    text: &'a str,
    read: ReadOther<'a>,
}

type Parse = fn(&Manifest<'_>) -> Result<Vec<Dependency>, ManifestError>;

/// All rows: a file's whole name, and who reads it.
const NAMED: &[(&str, Parse)] = &[
    ("pyproject.toml", pyproject::parse),
    ("poetry.lock", locks::poetry),
    ("uv.lock", locks::poetry),
    ("package.json", package_json::parse),
    ("package-lock.json", locks::npm),
    ("npm-shrinkwrap.json", locks::npm),
    ("pnpm-lock.yaml", pnpm::parse),
    ("go.mod", go_mod::parse),
    ("Cargo.toml", cargo::parse),
    ("Cargo.lock", locks::cargo),
];

/// How the files are named that are read.
pub fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once("requirements*.txt").chain(NAMED.iter().map(|(name, _)| *name))
}

/// Parses the manifest at `path`.
///
/// # Errors
/// Where it is not well-formed, or no row knows such a file.
pub fn parse(path: &str, text: &str, read: ReadOther<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let manifest = Manifest { path, text, read };
    if let Some((_, parse)) = NAMED.iter().find(|(known, _)| *known == name) {
        return parse(&manifest);
    }
    if requirements::is_named(path) {
        return requirements::parse(&manifest);
    }
    let known: Vec<&str> = names().collect();
    let message = format!("`{path}` is no manifest that this version reads; it reads {}", known.join(", "));
    Err(ManifestError::new(message, Range::new(0, 0)))
}

impl Dependency {
    fn declared(ecosystem: &'static str, syntax: Syntax, name: &str, range: &str, span: Range) -> Self {
        let range = range.trim();
        let version = syntax.pinned(range).map(Arc::from);
        Self { name: Arc::from(name), version, range: Arc::from(range), ecosystem, declared_in: None, span, syntax }
    }

    fn locked(ecosystem: &'static str, name: &str, version: &str, span: Range) -> Self {
        let version: Arc<str> = Arc::from(version.trim());
        let range = Arc::clone(&version);
        let syntax = Syntax::Exact;
        Self { name: Arc::from(name), version: Some(version), range, ecosystem, declared_in: None, span, syntax }
    }

    /// From a place that has no version that could be compared: a URL, a path, a tag.
    fn opaque(ecosystem: &'static str, name: &str, from: &str, span: Range) -> Self {
        let (name, range) = (Arc::from(name), Arc::from(from.trim()));
        Self { name, version: None, range, ecosystem, declared_in: None, span, syntax: Syntax::Opaque }
    }

    /// Whether this is the package called `package`, by the ecosystem's own equality of names.
    pub fn is(&self, package: &str) -> bool {
        names::equal(self.ecosystem, &self.name, package.trim())
    }

    /// Whether every version that the declaration admits (or the locked one) lies in `requirement` (our own syntax), by
    /// the ecosystem's own order of versions.
    ///
    /// # Errors
    /// Where the declaration or the requirement cannot be understood, or the declaration admits no version at all.
    pub fn within(&self, requirement: &VersionReq) -> Result<bool, RangeError> {
        versions::within(self.ecosystem, self.syntax, self.version.as_deref().unwrap_or(&self.range), requirement)
    }
}

impl Manifest<'_> {
    fn document(&self, language: &str) -> Result<Node, ManifestError> {
        let nodes = documents::parse(language, self.path, self.text)?;
        nodes.into_iter().next().ok_or_else(|| ManifestError::new("the manifest is empty", Range::new(0, 0)))
    }

    /// A path that this manifest writes, from the target's root.
    fn beside(&self, written: &str) -> Result<String, String> {
        beside(self.path, written)
    }
}

/// `written` as seen from the file at `path`, from the target's root.
fn beside(path: &str, written: &str) -> Result<String, String> {
    let outside = || format!("`{}` lies outside the target", shown(written));
    if written.starts_with(['/', '\\']) || written.contains(':') {
        return Err(outside());
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or_else(outside)?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// The text under a key, or an error that names what is there instead.
fn text_of(node: &Node) -> Result<&str, ManifestError> {
    match node.text() {
        Some(text) => Ok(text),
        None => Err(ManifestError::new(format!("expected a text, not {}", node.value.kind()), node.span)),
    }
}

#[cfg(test)]
mod tests;
