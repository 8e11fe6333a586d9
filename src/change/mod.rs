//! A change of a git repository: where it begins and ends, its patch in canonical bytes, and the digests of what it touches.
//!
//! The same two trees give the same bytes on every machine: no configuration, attribute, filter, hook or program plays a
//! part. Does not know statements, rules, or who asks.

mod binary;
mod digests;
mod ends;
mod error;
mod lines;
mod patch;
mod path;
mod read;
mod tree;
mod untracked;

use std::io::Write;
use std::path::Path;

pub use digests::{Digests, EndName, FileDigest, PatchDigest, Presence, TreeDigest};
pub use error::ChangeError;
pub use path::RepoPath;

use crate::base::digest::Digest;
use crate::base::system::System;
pub use crate::git::Mode;

/// Where a change ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The commit that this revision names.
    Commit(String),
    /// What is staged.
    Index,
    /// The files as they stand, untracked ones too unless the work tree's own `.gitignore` files exclude them.
    WorkTree,
}

/// Where a change begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The merge base of this revision and the end's commit (`HEAD` where the end is no commit).
    Branch(String),
    /// This very commit. The id of git's empty tree stands for nothing: what a first commit begins at.
    Exactly(String),
}

/// What is read, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where the change begins.
    pub base: Base,
    /// Where it ends.
    pub end: End,
    /// Whether `repo-tree` is computed, for which every file of the end is read.
    pub tree: bool,
    /// How much is read.
    pub limits: Limits,
}

/// How much is read before there is an error. No limit changes a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most files of a tree.
    pub files: usize,
    /// Most changed files.
    pub changed: usize,
    /// Largest file whose content is read, bytes.
    pub file_bytes: u64,
    /// Longest patch, bytes.
    pub patch_bytes: u64,
    /// Most steps of the comparison of lines, over all files.
    pub work: u64,
    /// Most commits on the way to the merge base.
    pub commits: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: 1_000_000,
            changed: 100_000,
            file_bytes: 256 << 20,
            patch_bytes: 4 << 30,
            work: 1 << 35,
            commits: 5_000_000,
        }
    }
}

/// Two trees and what lies between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// `https://host/owner/name` of the remote, without credentials; none without a remote that is an address.
    pub repo_url: Option<String>,
    /// The branch that is checked out; none where a commit is.
    pub branch: Option<String>,
    /// The commit that the change begins at, in hex.
    pub base_commit: String,
    /// The tip of the branch that [`Base::Branch`] named, in hex: policy-owned files are read there.
    pub base_branch: Option<String>,
    /// The commit that the change ends at, in hex; `HEAD` where it ends in the index or the work tree.
    pub head_commit: String,
    /// Where it ends.
    pub end: EndKind,
    /// The patch.
    pub patch: Patch,
    /// The changed files by the bytes of their paths.
    pub files: Vec<ChangedFile>,
    /// Lines that the patch adds.
    pub insertions: u64,
    /// Lines that it removes.
    pub deletions: u64,
    /// `repo-tree` of the end, where it was asked for.
    pub tree: Option<Digest>,
}

impl Change {
    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

/// The kind of an [`End`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndKind {
    /// A commit.
    Commit,
    /// The index.
    Index,
    /// The work tree.
    WorkTree,
}

/// The canonical patch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patch {
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// How many bytes it has.
    pub bytes: u64,
}

/// A file that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// Where.
    pub path: RepoPath,
    /// How it differs.
    pub status: Status,
    /// What was there.
    pub old: Option<Side>,
    /// What is there.
    pub new: Option<Side>,
    /// Whether one of the sides is no text: a NUL byte among its first 8000.
    pub binary: bool,
    /// Lines that the patch adds; 0 where it is binary.
    pub insertions: u64,
    /// Lines that it removes; 0 where it is binary.
    pub deletions: u64,
    /// Of an added file, a deleted one with the same content: a rename, told for information only. The patch knows none.
    pub same_as: Option<RepoPath>,
}

impl ChangedFile {
    /// The mode before, where only or also the mode of a file changed.
    pub fn old_mode(&self) -> Option<Mode> {
        self.changed_modes().map(|(old, _)| old)
    }

    /// The mode after, where only or also the mode of a file changed.
    pub fn new_mode(&self) -> Option<Mode> {
        self.changed_modes().map(|(_, new)| new)
    }

    fn changed_modes(&self) -> Option<(Mode, Mode)> {
        let modes = (self.old.as_ref()?.mode, self.new.as_ref()?.mode);
        (modes.0 != modes.1).then_some(modes)
    }
}

/// How a file differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing was there.
    Added,
    /// Its content or its executable bit.
    Modified,
    /// Nothing is there.
    Deleted,
    /// A file, a link or a submodule became another of the three.
    TypeChanged,
}

impl Status {
    /// `added`, `modified`, `deleted`, `type-changed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Modified => "modified",
            Self::Deleted => "deleted",
            Self::TypeChanged => "type-changed",
        }
    }
}

/// What stands at a path on one side of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// What it is.
    pub mode: Mode,
    /// SHA-256 of its content, of a link of its target; none of a submodule.
    pub sha256: Option<Digest>,
    /// The git object id: of the content, or the commit of a submodule.
    pub id: String,
}

/// Reads a change of the repository that `root` lies in: always of the whole repository.
///
/// # Errors
/// No repository, no such revision, a history that is cut off, an unreadable file, more than a limit.
pub fn read(system: &dyn System, root: &Path, options: &Options) -> Result<Change, ChangeError> {
    read::change(system, root, options, None)
}

/// The same, and the patch goes to `out`. After an error, what was written is to be thrown away.
///
/// # Errors
/// As [`read`], and where `out` takes no more.
pub fn write_patch(
    system: &dyn System,
    root: &Path,
    options: &Options,
    out: &mut dyn Write,
) -> Result<Change, ChangeError> {
    read::change(system, root, options, Some(out))
}

/// The bytes of a file at a commit: for files that belong to a policy. None where nothing stands there.
///
/// # Errors
/// No such commit; a link, a directory or a submodule there or on the way; more than `limit` bytes.
pub fn file_at(
    system: &dyn System,
    root: &Path,
    commit_hex: &str,
    path: &str,
    limit: u64,
) -> Result<Option<Vec<u8>>, ChangeError> {
    read::file_at(system, root, commit_hex, path, limit)
}

/// The path from the top of the repository on of a file that is named from `root` on.
///
/// # Errors
/// No repository, or a root whose path is not UTF-8.
pub fn from_top(system: &dyn System, root: &Path, path: &str) -> Result<String, ChangeError> {
    read::from_top(system, root, path)
}

/// Whether a revision names a commit of the repository.
///
/// # Errors
/// No repository, or one that cannot be read.
pub fn has_revision(system: &dyn System, root: &Path, revision: &str) -> Result<bool, ChangeError> {
    read::has_revision(system, root, revision)
}

/// The revision that the branch which is checked out in `root` tracks, as `refs/remotes/origin/main`; none where it tracks
/// none, or no branch is checked out.
///
/// # Errors
/// No repository, or one that cannot be read.
pub fn upstream(system: &dyn System, root: &Path) -> Result<Option<String>, ChangeError> {
    read::upstream(system, root)
}
