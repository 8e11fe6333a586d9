//! Dependency manifests: what a project declares that it depends on, by each ecosystem's own rules. One file a format.

use std::sync::Arc;

use super::model::Range;
use crate::base::literal::LiteralError;

/// One declared dependency.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The package's name as written.
    pub name: Arc<str>,
    /// The exact version, where locked or pinned.
    pub version: Option<Arc<str>>,
    /// The range as written; empty where any version is admitted.
    pub range: Arc<str>,
    /// `pypi`, `npm`, `go`, `cargo`.
    pub ecosystem: &'static str,
    /// The file that declares it, where not the manifest itself (an include, a workspace root).
    pub declared_in: Option<Arc<str>>,
    /// The evidence.
    pub span: Range,
}

/// Why a manifest cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where.
    pub span: Range,
}

/// Reads another file of the target that a manifest refers to (an include, a workspace root), by its path from the
/// target's root; the error is a message.
pub type ReadOther<'a> = &'a dyn Fn(&str) -> Result<Arc<str>, String>;

/// Parses the manifest at `path`.
///
/// # Errors
/// Where it is not well-formed, or no row knows such a file.
pub fn parse(path: &str, text: &str, read: ReadOther<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let _ = (text, read);
    Err(ManifestError { message: format!("`{path}` is no manifest that this version reads"), span: Range::default() })
}

impl Dependency {
    /// Whether this is the package called `package`, by the ecosystem's own equality of names.
    pub fn is(&self, package: &str) -> bool {
        *self.name == *package
    }

    /// Whether every version that the declaration admits (or the locked one) lies in `requirement` (our own syntax).
    ///
    /// # Errors
    /// Where the declaration or the requirement cannot be understood; a message says which part.
    pub fn within(&self, requirement: &str) -> Result<bool, LiteralError> {
        let _ = requirement;
        Err(LiteralError { range: 0..0, message: String::from("ranges are not compared"), help: None })
    }
}
