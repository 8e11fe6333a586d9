//! The files of a directory tree that count, by the `.gitignore` files in the tree itself.
//!
//! Level by level and in parallel, without recursion, so that depth costs memory only. Knows nothing of git's index: a
//! tracked file that is ignored is added by the caller.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Entry, EntryKind, Problem, TargetError};
use crate::base::system::{System, SystemError};
use crate::git::{Ignores, Unreadable, is_git_dir};

/// Directories of one level that are listed before the count of files is held to its limit.
const CHUNK: usize = 4096;

/// What a walk works with.
pub(super) struct Walk<'a> {
    pub(super) system: &'a dyn System,
    pub(super) root: &'a Path,
    /// Whether a nested repository is another target; see the room's first lines.
    pub(super) in_repository: bool,
    pub(super) limit: usize,
}

/// A directory to list, and the ignore files above it.
struct Directory {
    path: String,
    ignores: Option<Arc<Ignores>>,
}

#[derive(Default)]
struct Level {
    entries: Vec<Entry>,
    problems: Vec<Problem>,
    directories: Vec<Directory>,
}

impl Level {
    fn join(mut self, mut other: Self) -> Self {
        self.entries.append(&mut other.entries);
        self.problems.append(&mut other.problems);
        self.directories.append(&mut other.directories);
        self
    }
}

impl Walk<'_> {
    /// All entries that count, none of them marked as tracked, in no order; and what could not be listed.
    pub(super) fn run(&self) -> Result<(Vec<Entry>, Vec<Problem>), TargetError> {
        let mut found = Level::default();
        let mut frontier = vec![Directory { path: String::new(), ignores: None }];
        while !frontier.is_empty() {
            for chunk in frontier.chunks(CHUNK) {
                let level = chunk.par_iter().map(|directory| self.list(directory)).reduce(Level::default, Level::join);
                found = found.join(level);
                if found.entries.len().saturating_add(found.directories.len()) > self.limit {
                    return Err(TargetError::TooManyFiles { limit: self.limit });
                }
            }
            frontier = std::mem::take(&mut found.directories);
        }
        Ok((found.entries, found.problems))
    }

    fn list(&self, directory: &Directory) -> Level {
        let mut level = Level::default();
        let here = self.root.join(&directory.path);
        let items = match self.system.read_dir(&here) {
            Ok(items) => items,
            Err(error) => {
                level.problems.push(problem(&directory.path, &directory.path, &reason(error)));
                return level;
            }
        };
        if self.in_repository && !directory.path.is_empty() && items.iter().any(|item| item.name == ".git") {
            level.entries.push(entry(&directory.path, EntryKind::Directory, 0));
            return level;
        }
        let mut ignores = directory.ignores.clone();
        // A link is no ignore file: git does not follow it either.
        if items.iter().any(|item| item.name == ".gitignore" && item.kind == EntryKind::Regular) {
            match Ignores::read(self.system, self.root, Path::new(&directory.path), ignores.clone()) {
                Ok(here) => ignores = Some(Arc::new(here)),
                // Nothing is ignored then: too much counts, never too little.
                Err(error) => {
                    let message = match error {
                        Unreadable::System(error) => reason(error),
                        Unreadable::Patterns(message) => message,
                    };
                    level.problems.push(problem(&join(&directory.path, ".gitignore"), &directory.path, &message));
                }
            }
        }
        for item in items {
            if item.name.to_str().is_some_and(is_git_dir) {
                continue;
            }
            let is_directory = item.kind == EntryKind::Directory;
            if ignores
                .as_ref()
                .is_some_and(|ignores| ignores.hold(Path::new(&directory.path), &item.name, is_directory))
            {
                continue;
            }
            let Some(name) = item.name.to_str() else {
                level.problems.push(not_utf8(&join(&directory.path, &item.name.to_string_lossy()), &directory.path));
                continue;
            };
            let path = join(&directory.path, name);
            if is_directory {
                level.directories.push(Directory { path, ignores: ignores.clone() });
                continue;
            }
            match self.system.symlink_metadata(&here.join(name)) {
                Ok(Some(info)) => level.entries.push(entry(&path, info.kind, info.size)),
                Ok(None) => level.problems.push(problem(
                    &path,
                    &path,
                    "it vanished while the target was listed; run again when nothing writes to it",
                )),
                Err(error) => level.problems.push(problem(&path, &path, &reason(error))),
            }
        }
        level
    }
}

/// `directory/name`, or the name alone at the root.
fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

fn entry(path: &str, kind: EntryKind, size: u64) -> Entry {
    Entry { path: Arc::from(path), kind, size, tracked: false }
}

pub(super) fn problem(path: &str, below: &str, message: &str) -> Problem {
    let path = if path.is_empty() { "." } else { path };
    Problem { path: path.to_owned(), below: below.to_owned(), message: message.to_owned() }
}

/// A name that no rule can write.
pub(super) fn not_utf8(path: &str, below: &str) -> Problem {
    problem(path, below, "the name is not UTF-8; rename the file")
}

/// The system's reason without its paths, which are the machine's.
fn reason(error: SystemError) -> String {
    match error {
        SystemError::Missing { .. } => {
            "it vanished while the target was listed; run again when nothing writes to it".to_owned()
        }
        SystemError::TooLarge { limit, .. } => format!("it is larger than the limit of {limit} bytes"),
        SystemError::Io { source, .. } => format!("{source}; check its permissions"),
        SystemError::NotRegular { .. } | SystemError::Changed { .. } => {
            "it changed while the target was listed".to_owned()
        }
    }
}
