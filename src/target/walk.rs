//! The files of a directory tree that count, by the `.gitignore` files in the tree itself.
//!
//! Level by level and in parallel, without recursion, so that depth costs memory only. Knows nothing of git's index: a
//! tracked file that is ignored is added by the caller.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;

use super::{Entry, EntryKind, Problem, TargetError, is_git_dir};
use crate::base::system::{System, SystemError};

/// Largest `.gitignore`, bytes.
const GITIGNORE: u64 = 1 << 20;
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

/// One `.gitignore` and those above it.
struct Ignores {
    matcher: Gitignore,
    directory: PathBuf,
    above: Option<Arc<Ignores>>,
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
            match self.gitignore(&here.join(".gitignore")) {
                Ok(matcher) => {
                    let directory = PathBuf::from(&directory.path);
                    ignores = Some(Arc::new(Ignores { matcher, directory, above: ignores }));
                }
                // Nothing is ignored then: too much counts, never too little.
                Err(message) => {
                    level.problems.push(problem(&join(&directory.path, ".gitignore"), &directory.path, &message));
                }
            }
        }
        for item in items {
            if item.name.to_str().is_some_and(is_git_dir) {
                continue;
            }
            let is_directory = item.kind == EntryKind::Directory;
            if ignores.as_ref().is_some_and(|ignores| ignores.hold(&directory.path, &item.name, is_directory)) {
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

    fn gitignore(&self, path: &Path) -> Result<Gitignore, String> {
        let text = self.system.read(path, GITIGNORE).map_err(reason)?;
        let mut builder = GitignoreBuilder::new("");
        for line in String::from_utf8_lossy(&text).trim_start_matches('\u{feff}').lines() {
            // A line that is no pattern ignores nothing, as in git.
            drop(builder.add_line(None, &as_git_reads(line)));
        }
        builder.build().map_err(|error| format!("its patterns cannot be used: {error}"))
    }
}

impl Ignores {
    /// Whether an entry of `directory` is ignored: the nearest file that speaks of it decides.
    fn hold(&self, directory: &str, name: &OsStr, is_directory: bool) -> bool {
        let path = Path::new(directory).join(name);
        let mut level = Some(self);
        while let Some(ignores) = level {
            let below = path.strip_prefix(&ignores.directory).unwrap_or(&path);
            match ignores.matcher.matched(below, is_directory) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => level = ignores.above.as_deref(),
            }
        }
        false
    }
}

/// A line of an ignore file in the words of the matcher, which would read braces as alternatives and does not know
/// `[[:alpha:]]`. A test holds the outcome to git's own.
fn as_git_reads(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        match c {
            '\\' if !in_class => {
                taken = taken.saturating_add(rest.chars().nth(1).map_or(0, char::len_utf8));
                out.push_str(rest.get(..taken).unwrap_or_default());
            }
            '{' | '}' if !in_class => out.extend(['[', c, ']']),
            '[' if !in_class => {
                in_class = true;
                // A `]` that stands first is a member.
                let first = ["[]", "[!]", "[^]"].into_iter().find(|opening| rest.starts_with(opening));
                let opening = first.unwrap_or("[");
                taken = opening.len();
                out.push_str(opening);
            }
            '[' if rest.starts_with("[:") => match named_class(rest) {
                Some((length, ranges)) => {
                    taken = length;
                    out.push_str(ranges);
                }
                None => out.push(c),
            },
            ']' => {
                in_class = false;
                out.push(c);
            }
            c => out.push(c),
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

/// The named class that `text` begins with: its length and its ranges.
fn named_class(text: &str) -> Option<(usize, &'static str)> {
    const CLASSES: [(&str, &str); 12] = [
        ("[:alnum:]", "a-zA-Z0-9"),
        ("[:alpha:]", "a-zA-Z"),
        ("[:blank:]", " \t"),
        ("[:cntrl:]", "\u{1}-\u{1f}\u{7f}"),
        ("[:digit:]", "0-9"),
        ("[:graph:]", "!-.0-~"),
        ("[:lower:]", "a-z"),
        ("[:print:]", " -.0-~"),
        ("[:punct:]", "!-.:-@[-`{-~"),
        ("[:space:]", " \t-\r"),
        ("[:upper:]", "A-Z"),
        ("[:xdigit:]", "0-9A-Fa-f"),
    ];
    CLASSES.into_iter().find(|(name, _)| text.starts_with(name)).map(|(name, ranges)| (name.len(), ranges))
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
