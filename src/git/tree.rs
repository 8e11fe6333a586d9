//! Trees of a commit: what lies at a path, and all that lies below.

use std::collections::BTreeMap;
use std::sync::Arc;

use gix::objs::{Kind, TreeRefIter, tree::EntryKind as GitKind};
use rayon::prelude::*;

use super::{GitError, Repository, STRUCTURE, is_git_dir};
use crate::base::system::FileKind;

/// Longest path inside a tree, bytes.
pub(crate) const LONGEST: usize = 4096;
/// Trees that are read before the count of files is held to its limit.
const CHUNK: usize = 1024;

/// A tree object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TreeId(pub(super) gix::ObjectId);

/// What git stores at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// A file.
    File,
    /// A file that may be executed.
    Executable,
    /// A symbolic link.
    Link,
    /// A commit of another repository.
    Submodule,
}

impl Mode {
    /// `100644`, `100755`, `120000`, `160000`.
    pub fn octal(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Link => "120000",
            Self::Submodule => "160000",
        }
    }

    /// Whether both are files, both links, or both submodules.
    pub(crate) fn is_like(self, other: Self) -> bool {
        let kind = |mode| if mode == Self::Executable { Self::File } else { mode };
        kind(self) == kind(other)
    }

    pub(crate) fn kind(self) -> FileKind {
        match self {
            Self::File | Self::Executable => FileKind::Regular,
            Self::Link => FileKind::Link,
            Self::Submodule => FileKind::Directory,
        }
    }
}

/// A file, link or submodule of a tree.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Relative to the tree that it was looked for in.
    pub(crate) path: Vec<u8>,
    pub(crate) mode: Mode,
    /// In bytes; 0 where it was not asked for.
    pub(crate) size: u64,
    pub(crate) id: gix::ObjectId,
}

/// What two trees have at a path where they differ.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) path: Vec<u8>,
    pub(crate) old: Option<Item>,
    pub(crate) new: Option<Item>,
}

/// What lies at a path of a tree.
pub(crate) enum AtPath {
    Item(Item),
    Directory,
    Missing,
    /// A segment before the last is this link.
    Link(String),
}

enum Step {
    Tree(TreeId),
    Item(Mode, gix::ObjectId),
}

impl Repository {
    /// What lies at the segments of a path below `tree`, with its size.
    pub(crate) fn at_path(&self, tree: TreeId, segments: &[&str]) -> Result<AtPath, GitError> {
        let repo = self.local();
        let mut tree = tree;
        for (at, segment) in segments.iter().enumerate() {
            let last = at.saturating_add(1) == segments.len();
            match self.step(&repo, tree, segment)? {
                Some(Step::Tree(below)) => tree = below,
                Some(Step::Item(mode, id)) if last => {
                    let size = self.size(&repo, mode, id)?;
                    return Ok(AtPath::Item(Item { path: segments.join("/").into_bytes(), mode, size, id }));
                }
                Some(Step::Item(Mode::Link, _)) => {
                    let link: Vec<&str> = segments.iter().take(at.saturating_add(1)).copied().collect();
                    return Ok(AtPath::Link(link.join("/")));
                }
                None | Some(Step::Item(..)) => return Ok(AtPath::Missing),
            }
        }
        Ok(AtPath::Directory)
    }

    /// The tree at the segments of a path.
    pub(super) fn directory(&self, tree: TreeId, segments: &[&str]) -> Result<Option<TreeId>, GitError> {
        let repo = self.local();
        let mut tree = tree;
        for segment in segments {
            match self.step(&repo, tree, segment)? {
                Some(Step::Tree(below)) => tree = below,
                _ => return Ok(None),
            }
        }
        Ok(Some(tree))
    }

    /// The bytes of a file, at most `limit`.
    pub(crate) fn content(&self, item: &Item, limit: u64) -> Result<Arc<[u8]>, GitError> {
        Ok(self.object(&self.local(), item.id, Kind::Blob, limit)?.into())
    }

    /// All files, links and submodules below `tree`, in no order, their sizes 0.
    pub(crate) fn items(&self, tree: TreeId, limit: usize) -> Result<Vec<Item>, GitError> {
        self.walk(tree, limit, false)
    }

    /// The same with their sizes.
    pub(crate) fn items_with_sizes(&self, tree: TreeId, limit: usize) -> Result<Vec<Item>, GitError> {
        self.walk(tree, limit, true)
    }

    /// Where two trees differ, by the bytes of the paths; sizes are 0. What is the same below a directory is not read. At most
    /// `limit` differences and directories are looked at.
    pub(crate) fn pairs(&self, old: Option<TreeId>, new: TreeId, limit: usize) -> Result<Vec<Pair>, GitError> {
        let mut pairs = Vec::new();
        let mut frontier = vec![(Vec::new(), old, Some(new))];
        let mut seen = 0_usize;
        while !frontier.is_empty() {
            let mut below = Vec::new();
            for chunk in frontier.chunks(CHUNK) {
                let found: Vec<_> = chunk
                    .par_iter()
                    .map_init(|| self.local(), |repo, (path, old, new)| self.compare(repo, path, *old, *new))
                    .collect::<Result<_, _>>()?;
                for (mut here, mut trees) in found {
                    pairs.append(&mut here);
                    below.append(&mut trees);
                }
                if pairs.len().saturating_add(below.len()).saturating_add(seen) > limit {
                    return Err(GitError::TooManyFiles { limit });
                }
            }
            seen = seen.saturating_add(frontier.len());
            frontier = below;
        }
        pairs.par_sort_unstable_by(|left, right| left.path.cmp(&right.path));
        Ok(pairs)
    }

    #[expect(clippy::type_complexity, reason = "the two lists of one level, taken apart at once")]
    fn compare(
        &self,
        repo: &gix::Repository,
        directory: &[u8],
        old: Option<TreeId>,
        new: Option<TreeId>,
    ) -> Result<(Vec<Pair>, Vec<(Vec<u8>, Option<TreeId>, Option<TreeId>)>), GitError> {
        if old == new {
            return Ok((Vec::new(), Vec::new()));
        }
        let list = |tree: Option<TreeId>| match tree {
            Some(tree) => self.list(repo, directory, tree, false),
            None => Ok((Vec::new(), Vec::new())),
        };
        let (old_items, old_trees) = list(old)?;
        let (new_items, new_trees) = list(new)?;
        let mut items: BTreeMap<Vec<u8>, (Option<Item>, Option<Item>)> = BTreeMap::new();
        for item in old_items {
            let path = item.path.clone();
            items.entry(path).or_default().0 = Some(item);
        }
        for item in new_items {
            let path = item.path.clone();
            items.entry(path).or_default().1 = Some(item);
        }
        let mut trees: BTreeMap<Vec<u8>, (Option<TreeId>, Option<TreeId>)> = BTreeMap::new();
        for (path, tree) in old_trees {
            trees.entry(path).or_default().0 = Some(tree);
        }
        for (path, tree) in new_trees {
            trees.entry(path).or_default().1 = Some(tree);
        }
        let differs = |old: &Option<Item>, new: &Option<Item>| {
            old.as_ref().map(|item| (item.mode, item.id)) != new.as_ref().map(|item| (item.mode, item.id))
        };
        let items = items.into_iter().filter(|(_, (old, new))| differs(old, new));
        let trees = trees.into_iter().filter(|(_, (old, new))| old != new);
        Ok((
            items.map(|(path, (old, new))| Pair { path, old, new }).collect(),
            trees.map(|(path, (old, new))| (path, old, new)).collect(),
        ))
    }

    /// The size of what an item names, bytes; of a submodule 0.
    pub(crate) fn size_of(&self, item: &Item) -> Result<u64, GitError> {
        self.size(&self.local(), item.mode, item.id)
    }

    /// Level by level, so that neither a deep tree nor one that holds itself many times over costs more than the limit.
    fn walk(&self, tree: TreeId, limit: usize, sizes: bool) -> Result<Vec<Item>, GitError> {
        let mut items = Vec::new();
        let mut frontier = vec![(Vec::new(), tree)];
        while !frontier.is_empty() {
            let mut below = Vec::new();
            for chunk in frontier.chunks(CHUNK) {
                let listed: Vec<_> = chunk
                    .par_iter()
                    .map_init(|| self.local(), |repo, (path, tree)| self.list(repo, path, *tree, sizes))
                    .collect::<Result<_, _>>()?;
                for (mut found, mut trees) in listed {
                    items.append(&mut found);
                    below.append(&mut trees);
                }
                if items.len().saturating_add(below.len()) > limit {
                    return Err(GitError::TooManyFiles { limit });
                }
            }
            frontier = below;
        }
        Ok(items)
    }

    #[expect(clippy::type_complexity, reason = "the two lists of one level, taken apart at once")]
    fn list(
        &self,
        repo: &gix::Repository,
        directory: &[u8],
        tree: TreeId,
        sizes: bool,
    ) -> Result<(Vec<Item>, Vec<(Vec<u8>, TreeId)>), GitError> {
        let bytes = self.object(repo, tree.0, Kind::Tree, STRUCTURE)?;
        let (mut items, mut trees) = (Vec::new(), Vec::new());
        let mut names: Vec<&[u8]> = Vec::new();
        for entry in TreeRefIter::from_bytes(&bytes, tree.0.kind()) {
            let entry = entry.map_err(|error| self.broken("read a tree", &error.to_string()))?;
            let name: &[u8] = entry.filename.as_ref();
            let misnamed =
                name.is_empty() || name == b"." || name == b".." || name.iter().any(|byte| matches!(byte, b'/' | 0));
            if misnamed || std::str::from_utf8(name).is_ok_and(is_git_dir) {
                let reason = format!("an entry is named `{}`, which no checkout can hold", entry.filename);
                return Err(self.broken("read a tree", &reason));
            }
            names.push(name);
            let mut path = Vec::with_capacity(directory.len().saturating_add(name.len()).saturating_add(1));
            path.extend_from_slice(directory);
            if !directory.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(name);
            if path.len() > LONGEST {
                return Err(self.broken("read a tree", &format!("a path is longer than the limit of {LONGEST} bytes")));
            }
            match step(entry.mode.kind(), entry.oid.to_owned()) {
                Step::Tree(below) => trees.push((path, below)),
                Step::Item(mode, id) => {
                    let size = if sizes { self.size(repo, mode, id)? } else { 0 };
                    items.push(Item { path, mode, size, id });
                }
            }
        }
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair.first() == pair.last()).and_then(<[_]>::first) {
            let reason = format!("two entries are named `{}`", String::from_utf8_lossy(twice));
            return Err(self.broken("read a tree", &reason));
        }
        Ok((items, trees))
    }

    fn step(&self, repo: &gix::Repository, tree: TreeId, segment: &str) -> Result<Option<Step>, GitError> {
        let bytes = self.object(repo, tree.0, Kind::Tree, STRUCTURE)?;
        for entry in TreeRefIter::from_bytes(&bytes, tree.0.kind()) {
            let entry = entry.map_err(|error| self.broken("read a tree", &error.to_string()))?;
            if entry.filename == segment {
                return Ok(Some(step(entry.mode.kind(), entry.oid.to_owned())));
            }
        }
        Ok(None)
    }

    fn size(&self, repo: &gix::Repository, mode: Mode, id: gix::ObjectId) -> Result<u64, GitError> {
        if mode == Mode::Submodule {
            return Ok(0);
        }
        Ok(self.header(repo, id)?.size())
    }
}

fn step(kind: GitKind, id: gix::ObjectId) -> Step {
    match kind {
        GitKind::Tree => Step::Tree(TreeId(id)),
        GitKind::Blob => Step::Item(Mode::File, id),
        GitKind::BlobExecutable => Step::Item(Mode::Executable, id),
        GitKind::Link => Step::Item(Mode::Link, id),
        GitKind::Commit => Step::Item(Mode::Submodule, id),
    }
}
