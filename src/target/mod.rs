//! The code under judgement, frozen: a work tree, a revision of a git repository, or files in memory.
//!
//! Knows which files count, reads them within limits and never through a link, and says which code it is. Does not know
//! rules, languages or what a file's bytes mean. Nothing in a target can make it run a program.
//!
//! Which files count: every tracked file, and untracked ones unless the target's own `.gitignore` files exclude them. No
//! other exclude of a machine plays a part, and none above the root. Dot files count; `.git` never does. Links are listed
//! and never followed. A submodule, or a repository nested in another, is listed as a directory and its content does not
//! count (it is another target); below a root that is in no repository, nested ones are ordinary directories.

mod error;
mod identity;
mod memory;
mod revision;
mod walk;
mod work_tree;

use std::sync::Arc;

pub use crate::base::system::FileKind as EntryKind;
pub use crate::git::normalise_remote;
pub use error::TargetError;
pub use identity::Identity;
pub use memory::MemoryTarget;
pub use revision::Revision;
pub use work_tree::WorkTree;

use crate::base::literal::{Files, RelPath};

/// The code under judgement.
pub trait Target: Send + Sync + std::fmt::Debug {
    /// All entries that count, found when first asked for.
    ///
    /// # Errors
    /// Where they cannot all be known; the same error every time.
    fn files(&self) -> Result<&Listing, TargetError>;

    /// What stands at a path that a rule writes out, ignored files too. Lists nothing.
    ///
    /// # Errors
    /// Where it cannot be found out.
    fn lookup(&self, path: &RelPath) -> Result<Lookup, TargetError>;

    /// The bytes of a regular file, at most [`crate::base::limits::TARGET_FILE_BYTES`], as they are stored: no line ends
    /// are converted and no filter (such as LFS) is run.
    ///
    /// # Errors
    /// Missing, special and oversized files, links, paths through links, and files that change meanwhile.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, TargetError>;

    /// Where the link at `path` leads, as it is written, with `/`; nothing where no link stands there or it cannot be read.
    fn destination(&self, _path: &str) -> Option<String> {
        None
    }

    /// Which code it is, found out when first asked for.
    ///
    /// # Errors
    /// Where the repository cannot be read.
    fn identity(&self) -> Result<&Identity, TargetError>;
}

/// One path of the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Relative to the root, `/` between segments.
    pub path: Arc<str>,
    /// What it is. A directory is only listed where its content does not count.
    pub kind: EntryKind,
    /// Its length in bytes.
    pub size: u64,
    /// Whether git tracks it; in a revision always, in memory never.
    pub tracked: bool,
}

/// The entries that count, and what kept others from being known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

/// A part of the target that could not be listed. A scope that may reach it is not fully known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where; what is not UTF-8 is shown as `\u{FFFD}`.
    pub path: String,
    /// The nearest directory above whose path is known; empty for the root. Whatever is missing lies below it.
    pub below: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Listing {
    fn new(mut entries: Vec<Entry>, mut problems: Vec<Problem>) -> Self {
        entries.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        entries.dedup_by(|left, right| left.path == right.path);
        problems.sort_unstable();
        problems.dedup();
        Self { entries, problems }
    }

    /// All entries by path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is missing from [`Self::entries`], by path.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The entry at a path.
    pub fn get(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| (*entry.path).cmp(path)).ok()?;
        self.entries.get(at)
    }

    /// The entries that `files` names, by path; only what lies below a glob's leading directories is looked at.
    pub fn select<'a>(&'a self, files: &'a Files) -> impl Iterator<Item = &'a Entry> {
        let prefix = match files {
            Files::Path(path) => path.as_str().to_owned(),
            Files::Glob(glob) if glob.literal_prefix().is_empty() => String::new(),
            Files::Glob(glob) => format!("{}/", glob.literal_prefix()),
        };
        let start = self.entries.partition_point(|entry| *entry.path < *prefix.as_str());
        self.entries
            .iter()
            .skip(start)
            .take_while(move |entry| entry.path.starts_with(&prefix))
            .filter(|entry| files.is_match(&entry.path))
    }

    /// The problems that may hide files that `files` names.
    pub fn problems_of<'a>(&'a self, files: &'a Files) -> impl Iterator<Item = &'a Problem> {
        self.problems.iter().filter(move |problem| match files {
            // A path that is written out is looked up, not listed.
            Files::Path(_) => false,
            Files::Glob(glob) => {
                let prefix = glob.literal_prefix();
                is_below(&problem.below, prefix) || is_below(prefix, &problem.below)
            }
        })
    }
}

/// Whether `path` is `directory` or lies below it.
fn is_below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// This; a link is found as a link.
    Found(Entry),
    /// Nothing.
    Missing,
    /// Unknown: a segment before the last is a symbolic link, which is not followed.
    ThroughLink {
        /// The link.
        at: String,
    },
    /// The path is no part of the target.
    Refused {
        /// Why.
        reason: &'static str,
    },
}

impl Lookup {
    /// The entry, or the error that a read of the path gives.
    ///
    /// # Errors
    /// Wherever nothing was found.
    pub fn into_entry(self, path: &str) -> Result<Entry, TargetError> {
        let path = path.to_owned();
        match self {
            Self::Found(entry) => Ok(entry),
            Self::Missing => Err(TargetError::Missing { path }),
            Self::ThroughLink { at } => Err(TargetError::ThroughLink { path, at }),
            Self::Refused { reason } => Err(TargetError::Refused { path, reason }),
        }
    }
}
