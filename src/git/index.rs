//! The index of a work tree: what is tracked, and whether the files are still those of the commit.
//!
//! Compared by us and not by `git status`: the flags with which a user or an attacker can blind git to a change
//! (`assume-unchanged`, `skip-worktree`, a file system monitor) are not consulted, and no filter program is run. A file whose
//! times or size differ from the index is hashed as it stands; where a filter or a conversion of line ends would restore what
//! git stored, that reads as a difference until `git status` has refreshed the index.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, ByteSlice};
use gix::index::entry::{Mode as IndexMode, Stage, Stat, stat};
use gix::objs::Kind;
use rayon::prelude::*;

use super::{Commit, Descent, GitError, Mode, Repository, TreeId, descend, is_holdable, segments};
use crate::base::limits::TARGET_FILES;
use crate::base::system::{FileKind, System};

/// Largest tracked file that is hashed to find out whether it changed, bytes.
const HASHED: u64 = 1 << 30;

/// The index, and where the root lies in it.
pub(crate) struct Index {
    file: Option<gix::index::File>,
    work_dir: PathBuf,
    /// The root relative to the work tree, with a closing `/`; empty at its top.
    prefix: String,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("work_dir", &self.work_dir).field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// A file, link or submodule of the index.
#[derive(Clone, Debug)]
pub(crate) struct Staged {
    pub(crate) path: Vec<u8>,
    pub(crate) mode: Mode,
    pub(crate) id: gix::ObjectId,
    /// Only promised with `git add --intent-to-add`: the index has no content of it yet.
    pub(crate) promised: bool,
    /// One of several sides of a conflict.
    pub(crate) conflict: bool,
}

impl Repository {
    /// The index of the work tree; an empty one where git has written none yet.
    pub(crate) fn index(&self) -> Result<Index, GitError> {
        let repo = self.local();
        let written = repo.index_path().try_exists().unwrap_or(true);
        let file = written.then(|| repo.open_index()).transpose();
        let file = file.map_err(|error| self.failed("read the index", &error))?;
        let work_dir = self.work_dir.clone().unwrap_or_default();
        let prefix = if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix) };
        Ok(Index { file, work_dir, prefix })
    }
}

impl Index {
    /// The tracked paths below the root, relative to it, in the order of their bytes; each once.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &[u8]> {
        let mut last: Option<&[u8]> = None;
        self.entries().filter_map(move |(path, _)| {
            let path = path.as_bytes();
            // A path in conflict has several entries.
            (last.replace(path) != Some(path)).then_some(path)
        })
    }

    /// All entries below the root, by the bytes of their paths; of a path in conflict the first.
    ///
    /// # Errors
    /// Where the index is sparse, so that it does not name all files, or holds what no checkout can.
    pub(crate) fn staged(&self, repository: &Repository) -> Result<Vec<Staged>, GitError> {
        let mut staged: Vec<Staged> = Vec::new();
        let broken = |reason: String, advice: &'static str| GitError::Repository {
            action: "read the index",
            repository: repository.place().display().to_string(),
            reason,
            advice,
        };
        for (path, entry) in self.entries() {
            let Some(mode) = mode(entry.mode) else {
                let reason = format!("`{path}` stands for a directory that is not checked out");
                return Err(broken(reason, "write it in full with `git sparse-checkout reapply --no-sparse-index`"));
            };
            let bytes: &[u8] = path.as_bytes();
            if !is_holdable(bytes) || bytes.len() > super::LONGEST {
                let reason = format!("no checkout can hold the path `{path}`");
                return Err(broken(reason, "remove it with `git rm --cached`"));
            }
            if staged.last().is_some_and(|last| last.path == bytes) {
                continue;
            }
            let promised = entry.flags.contains(gix::index::entry::Flags::INTENT_TO_ADD);
            let conflict = entry.stage() != Stage::Unconflicted;
            staged.push(Staged { path: bytes.to_vec(), mode, id: entry.id, promised, conflict });
        }
        // An index that is out of order may be no work of git's.
        if staged.is_sorted_by(|left, right| left.path < right.path) {
            return Ok(staged);
        }
        Err(broken("its entries are out of order".to_owned(), "write it anew with `git read-tree HEAD`"))
    }

    /// Whether git tracks a path, or files below it.
    pub(crate) fn tracks(&self, path: &str) -> bool {
        let path = format!("{}{path}", self.prefix);
        let path: &BStr = path.as_str().into();
        self.file.as_ref().is_some_and(|file| file.entry_range(path).is_some() || file.path_is_directory(path))
    }

    fn entries(&self) -> impl Iterator<Item = (&BStr, &gix::index::Entry)> {
        self.file
            .iter()
            .flat_map(|file| file.entries().iter().map(move |entry| (entry.path(file), entry)))
            .filter_map(|(path, entry)| Some((path.strip_prefix(self.prefix.as_bytes())?.as_bstr(), entry)))
    }

    /// Whether anything is staged: other entries than the commit has below the root.
    pub(crate) fn differs_from(
        &self,
        repository: &Repository,
        commit: &Commit,
        tree: Option<TreeId>,
    ) -> Result<bool, GitError> {
        // The same trees as when the index was written, as it says itself, still have to be compared: it may lie.
        let Some(tree) = tree.or(self.prefix.is_empty().then_some(TreeId(commit.tree))) else {
            return Ok(self.entries().next().is_some());
        };
        let mut items = repository.items(tree, TARGET_FILES)?;
        items.par_sort_unstable_by(|left, right| left.path.cmp(&right.path));
        let mut items = items.iter();
        for (path, entry) in self.entries() {
            let same = items.next().is_some_and(|item| {
                item.path == path.as_bytes()
                    && item.id == entry.id
                    && entry.stage() == Stage::Unconflicted
                    && mode(entry.mode) == Some(item.mode)
            });
            if !same {
                return Ok(true);
            }
        }
        Ok(items.next().is_some())
    }

    /// Whether a tracked file below the root is missing, or is not what the index says.
    pub(crate) fn files_differ(&self, system: &dyn System) -> bool {
        let Some(file) = &self.file else {
            return false;
        };
        let entries: Vec<_> = self.entries().collect();
        entries.par_iter().any(|(path, entry)| self.file_differs(system, file, path, entry))
    }

    fn file_differs(
        &self,
        system: &dyn System,
        file: &gix::index::File,
        path: &BStr,
        entry: &gix::index::Entry,
    ) -> bool {
        let Some(mode) = mode(entry.mode) else {
            return true;
        };
        if mode == Mode::Submodule {
            // Its content does not count, so what is checked out there is no difference.
            return false;
        }
        // A name that is not UTF-8 is a problem of the listing, which is dirty by itself.
        let Ok(path) = std::str::from_utf8(path) else {
            return true;
        };
        if segments(path).is_err() {
            return true;
        }
        let root = self.work_dir.join(&self.prefix);
        let Ok(Descent::Found(at, info)) = descend(system, &root, path.split('/').map(OsStr::new)) else {
            return true;
        };
        let executable_differs = cfg!(unix) && info.executable != (mode == Mode::Executable);
        match (info.kind, mode) {
            (FileKind::Link, Mode::Link) => {}
            (FileKind::Regular, Mode::File | Mode::Executable) if !executable_differs => {}
            // Where links cannot be made, git writes their targets into files.
            (FileKind::Regular, Mode::Link) if !cfg!(unix) => {}
            _ => return true,
        }
        if unchanged_since(file, entry, &at) {
            return false;
        }
        let content = if info.kind == FileKind::Link {
            system.read_link(&at).ok().and_then(|target| link_bytes(&target))
        } else {
            system.read_unchanged(&at, &info, HASHED).ok()
        };
        let id = content.and_then(|bytes| gix::objs::compute_hash(entry.id.kind(), Kind::Blob, &bytes).ok());
        id != Some(entry.id)
    }
}

/// Whether size, times and number are those that the index has, taken well before the index was written.
fn unchanged_since(file: &gix::index::File, entry: &gix::index::Entry, path: &Path) -> bool {
    let options = stat::Options { trust_ctime: true, check_stat: true, use_nsec: false, use_stdev: false };
    let now =
        gix::index::fs::Metadata::from_path_no_follow(path).ok().and_then(|metadata| Stat::from_fs(&metadata).ok());
    now.is_some_and(|now| entry.stat.matches(&now, options) && !entry.stat.is_racy(file.timestamp(), options))
}

fn mode(mode: IndexMode) -> Option<Mode> {
    match mode {
        IndexMode::FILE => Some(Mode::File),
        IndexMode::FILE_EXECUTABLE => Some(Mode::Executable),
        IndexMode::SYMLINK => Some(Mode::Link),
        IndexMode::COMMIT => Some(Mode::Submodule),
        // A directory of a sparse index stands for files that are not checked out.
        _ => None,
    }
}

/// A link's target as git stores it.
pub(crate) fn link_bytes(target: &Path) -> Option<Vec<u8>> {
    Some(gix::path::into_bstr(target).ok()?.into_owned().into())
}
