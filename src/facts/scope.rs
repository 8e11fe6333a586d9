//! Scopes: which files a path or glob names, and why one names none. Nothing is read; the target is listed for globs only.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::relations::Need;
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
    /// Links among the files of a glob that lead to files of the same glob: what is in them is judged there.
    pub(super) doubles: BTreeSet<FileId>,
}

impl Scope {
    /// The files that a relation with that need asks; those that are listed only are asked all.
    pub fn files_for(&self, need: Need) -> impl Iterator<Item = FileId> {
        let listed = need == Need::Listing;
        self.files.iter().copied().filter(move |file| listed || !self.doubles.contains(file))
    }
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
    let none = |problem, literal, gaps| Resolved { paths: Err(problem), literal, gaps, doubles: Vec::new() };
    let refused = |message: String, literal| none(ScopeProblem::Refused(message), literal, Vec::new());
    let files = match Files::parse(text) {
        Ok(files) => files,
        Err(error) => return refused(format!("`{text}` is no path or glob: {}", error.message), true),
    };
    if let Files::Path(path) = &files {
        return match target.lookup(path) {
            Ok(Lookup::Found(entry)) => {
                let path = entry.path.clone();
                found.entry(path.clone()).or_insert(entry);
                Resolved { paths: Ok(vec![path]), literal: true, gaps: Vec::new(), doubles: Vec::new() }
            }
            Ok(Lookup::Missing) => none(ScopeProblem::Empty(format!("`{text}` does not exist")), true, Vec::new()),
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
        let doubles = doubles(target, &paths, found);
        return Resolved { paths: Ok(paths), literal: false, gaps, doubles };
    }
    let problem = match gaps.first() {
        Some(gap) => ScopeProblem::Refused(gap.message.clone()),
        None => ScopeProblem::Empty(format!("no file matches `{text}`")),
    };
    none(problem, false, gaps)
}

/// The links among `paths` that lead to a regular file among `paths`. Paths come from a listing, which goes through no link.
fn doubles(target: &dyn Target, paths: &[Arc<str>], found: &BTreeMap<Arc<str>, Entry>) -> Vec<Arc<str>> {
    let is = |path: &str, kind| found.get(path).is_some_and(|entry| entry.kind == kind);
    let links: Vec<&Arc<str>> = paths.iter().filter(|path| is(path, EntryKind::Link)).collect();
    if links.is_empty() {
        return Vec::new();
    }
    let all: BTreeSet<&str> = paths.iter().map(|path| &**path).collect();
    let leads_back = |link: &str| {
        let destination = target.destination(link).and_then(|written| leads_to(link, &written));
        destination.is_some_and(|path| all.contains(&*path) && is(&path, EntryKind::Regular))
    };
    links.into_iter().filter(|link| leads_back(link)).cloned().collect()
}

/// Where a link leads, from the target's root; nothing where that is outside, or where its text alone cannot say (`..`
/// after a name that may be a link too).
fn leads_to(link: &str, written: &str) -> Option<String> {
    if written.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = link.rsplit_once('/').map_or(Vec::new(), |(folder, _)| folder.split('/').collect());
    let mut named = false;
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." if named => return None,
            ".." => drop(parts.pop()?),
            part => {
                named = true;
                parts.push(part);
            }
        }
    }
    Some(parts.join("/"))
}

/// A scope's paths before they have ids.
pub(super) struct Resolved {
    pub(super) paths: Result<Vec<Arc<str>>, ScopeProblem>,
    pub(super) literal: bool,
    pub(super) gaps: Vec<Problem>,
    pub(super) doubles: Vec<Arc<str>>,
}
