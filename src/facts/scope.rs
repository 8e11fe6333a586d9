//! Scopes: which files a path or glob names, and why one names none. Nothing is read; the target is listed for globs only.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::store::{FileId, Problem};
use crate::base::literal::files::Files;
use crate::target::{Entry, EntryKind, Lookup, Target};
use crate::verdict::Location;

/// A scope of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeId(pub u32);

/// What a scope names.
#[derive(Clone, Debug)]
pub struct Scope {
    /// As written.
    pub text: Arc<str>,
    /// Its files in order.
    pub files: Vec<FileId>,
    /// Why it names none.
    pub problem: Option<ScopeProblem>,
    /// One path written out, not a glob.
    pub literal: bool,
    /// Parts of the target that could not be listed and may hold files of the scope.
    pub gaps: Vec<Problem>,
}

/// Why a scope names no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScopeProblem {
    /// Nothing is there.
    Empty(String),
    /// What is there is refused.
    Refused(String),
}

/// The paths that a scope names; each entry is remembered in `found`.
pub(super) fn resolve(target: &dyn Target, text: &str, found: &mut BTreeMap<Arc<str>, Entry>) -> Resolved {
    let refused =
        |message: String, literal| Resolved { paths: Err(ScopeProblem::Refused(message)), literal, gaps: Vec::new() };
    let files = match Files::parse(text) {
        Ok(files) => files,
        Err(error) => return refused(format!("`{text}` is no path or glob: {}", error.message), true),
    };
    if let Files::Path(path) = &files {
        return match target.lookup(path) {
            Ok(Lookup::Found(entry)) => {
                let path = entry.path.clone();
                found.entry(path.clone()).or_insert(entry);
                Resolved { paths: Ok(vec![path]), literal: true, gaps: Vec::new() }
            }
            Ok(Lookup::Missing) => Resolved {
                paths: Err(ScopeProblem::Empty(format!("`{text}` does not exist"))),
                literal: true,
                gaps: Vec::new(),
            },
            Ok(other) => match other.into_entry(text) {
                Ok(_) => refused(format!("`{text}` cannot be looked up"), true),
                Err(error) => refused(error.to_string(), true),
            },
            Err(error) => refused(error.to_string(), true),
        };
    }
    let listing = match target.files() {
        Ok(listing) => listing,
        Err(error) => return refused(error.to_string(), false),
    };
    let paths: Vec<Arc<str>> = listing
        .select(&files)
        .filter(|entry| entry.kind != EntryKind::Directory)
        .map(|entry| {
            found.entry(entry.path.clone()).or_insert_with(|| entry.clone());
            entry.path.clone()
        })
        .collect();
    let gaps: Vec<Problem> = listing
        .problems_of(&files)
        .map(|problem| Problem { location: Location::file(problem.path.as_str()), message: problem.message.clone() })
        .collect();
    if !paths.is_empty() {
        return Resolved { paths: Ok(paths), literal: false, gaps };
    }
    let problem = match gaps.first() {
        Some(gap) => ScopeProblem::Refused(gap.message.clone()),
        None => ScopeProblem::Empty(format!("no file matches `{text}`")),
    };
    Resolved { paths: Err(problem), literal: false, gaps }
}

/// A scope's paths before they have ids.
pub(super) struct Resolved {
    pub(super) paths: Result<Vec<Arc<str>>, ScopeProblem>,
    pub(super) literal: bool,
    pub(super) gaps: Vec<Problem>,
}
