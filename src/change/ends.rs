//! The two sides of a change, file by file: what differs, and all that the end has. Does not know how a difference is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::untracked::{self, Kind};
use super::{ChangeError, Limits, Mode, RepoPath};
use crate::base::digest::{Digest, sha256};
use crate::base::system::{FileInfo, FileKind, System};
use crate::git::{Descent, Item, ObjectId, Pair, Repository, Staged, TreeId, blob_id, descend, link_bytes, native};

/// What one side has at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) mode: Mode,
    pub(super) id: ObjectId,
    /// Known of a file of the work tree, which is read to find out what it is.
    disk: Option<OnDisk>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct OnDisk {
    sha256: Digest,
    size: u64,
}

/// A path where the sides differ.
#[derive(Clone, Debug)]
pub(super) struct Delta {
    pub(super) path: RepoPath,
    pub(super) old: Option<Content>,
    pub(super) new: Option<Content>,
}

/// Everything that a side has, by path.
pub(super) type Listing = Vec<(RepoPath, Content)>;

/// A repository that is read.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) system: &'a dyn System,
    pub(super) repository: Repository,
    pub(super) limits: Limits,
}

impl Reader<'_> {
    /// Where two trees differ.
    pub(super) fn between(&self, base: Option<TreeId>, end: TreeId) -> Result<Vec<Delta>, ChangeError> {
        let pairs = self.repository.pairs(base, end, self.limits.files)?;
        let delta = |Pair { path, old, new }| Delta {
            path: RepoPath::new(path),
            old: old.as_ref().map(content),
            new: new.as_ref().map(content),
        };
        Ok(pairs.into_iter().map(delta).collect())
    }

    /// Where a listing differs from a tree.
    pub(super) fn against(&self, base: Option<TreeId>, end: &Listing) -> Result<Vec<Delta>, ChangeError> {
        let base = match base {
            Some(base) => self.tree(base)?,
            None => Vec::new(),
        };
        let mut deltas = Vec::new();
        let mut left = base.into_iter().peekable();
        let mut right = end.iter().peekable();
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(deltas),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some((old, _)), Some((new, _))) => old.cmp(new),
            };
            let old = if order.is_le() { left.next() } else { None };
            let new = if order.is_ge() { right.next() } else { None };
            let Some(path) = old.as_ref().map(|(path, _)| path).or(new.map(|(path, _)| path)).cloned() else {
                return Ok(deltas);
            };
            let (old, new) = (old.map(|(_, content)| content), new.map(|(_, content)| content.clone()));
            let same = matches!((&old, &new), (Some(old), Some(new)) if old.mode == new.mode && old.id == new.id);
            if !same {
                deltas.push(Delta { path, old, new });
            }
        }
    }

    /// All of a tree.
    pub(super) fn tree(&self, tree: TreeId) -> Result<Listing, ChangeError> {
        let mut items = self.repository.items(tree, self.limits.files)?;
        items.par_sort_unstable_by(|left, right| left.path.cmp(&right.path));
        Ok(items.into_iter().map(|item| (RepoPath::new(item.path.clone()), content(&item))).collect())
    }

    /// All of the index.
    pub(super) fn index(&self) -> Result<Listing, ChangeError> {
        let mut listing = Vec::new();
        for Staged { path, mode, id, promised, conflict } in self.staged()? {
            let path = RepoPath::new(path);
            if conflict {
                return Err(ChangeError::file(&path, "is in conflict; resolve it and stage it with `git add`"));
            }
            // Of a promised file nothing is staged.
            if !promised {
                listing.push((path, Content { mode, id, disk: None }));
            }
        }
        Ok(listing)
    }

    fn staged(&self) -> Result<Vec<Staged>, ChangeError> {
        let staged = self.repository.index()?.staged(&self.repository)?;
        if staged.len() > self.limits.files {
            return Err(super::read::too_many_files(self.limits.files));
        }
        Ok(staged)
    }

    /// All of the work tree: tracked files as they stand, and untracked ones that are not ignored.
    pub(super) fn work_tree(&self) -> Result<Listing, ChangeError> {
        let top = self.repository.work_dir().unwrap_or(Path::new(""));
        let mut paths: BTreeMap<RepoPath, Option<Staged>> = BTreeMap::new();
        for staged in self.staged()? {
            paths.insert(RepoPath::new(staged.path.clone()), Some(staged));
        }
        let mut nested = Vec::new();
        for (path, kind) in untracked::walk(self.system, top, self.limits.files)? {
            match kind {
                Kind::File => drop(paths.entry(path).or_insert(None)),
                Kind::Repository => nested.push(path),
            }
        }
        let submodules =
            paths.iter().filter(|(_, staged)| staged.as_ref().is_some_and(|it| it.mode == Mode::Submodule));
        for path in submodules.map(|(path, _)| path) {
            if has_below(&paths, path) {
                let reason = "is a submodule that is not checked out, but files stand in it; remove them, or check it out with `git submodule update`";
                return Err(ChangeError::file(path, reason));
            }
        }
        for path in nested {
            if has_below(&paths, &path) {
                let reason =
                    "is a repository of its own, but files in it are tracked by the one around it; remove its `.git`";
                return Err(ChangeError::file(&path, reason));
            }
            paths.entry(path).or_insert(None);
        }
        if paths.len() > self.limits.files {
            return Err(super::read::too_many_files(self.limits.files));
        }
        let paths: Vec<_> = paths.into_iter().collect();
        let standing: Vec<Result<_, ChangeError>> = paths
            .into_par_iter()
            .map(|(path, staged)| {
                let content = self.standing(top, &path, staged.as_ref())?;
                Ok(content.map(|content| (path, content)))
            })
            .collect();
        // Of several errors the first by path is told.
        let standing = standing.into_iter().collect::<Result<Vec<Option<(RepoPath, Content)>>, ChangeError>>()?;
        Ok(standing.into_iter().flatten().collect())
    }

    /// What stands at a path of the work tree.
    fn standing(&self, top: &Path, path: &RepoPath, staged: Option<&Staged>) -> Result<Option<Content>, ChangeError> {
        let Some((at, info)) = self.descend(top, path)? else {
            return Ok(None);
        };
        let mode = match info.kind {
            FileKind::Link => Mode::Link,
            // A system without the bit has what was staged.
            FileKind::Regular if cfg!(unix) => {
                if info.executable {
                    Mode::Executable
                } else {
                    Mode::File
                }
            }
            FileKind::Regular => {
                staged.map(|staged| staged.mode).filter(|mode| mode.is_like(Mode::File)).unwrap_or(Mode::File)
            }
            FileKind::Directory => {
                let tracked = staged.filter(|staged| staged.mode == Mode::Submodule);
                return self.nested(path, &at, tracked.map(|staged| staged.id), staged.is_none());
            }
            FileKind::Other => {
                return Err(ChangeError::file(path, "is tracked and now a pipe, socket or device; remove it"));
            }
        };
        let bytes = self.on_disk(path, &at, &info)?;
        let size = bytes.len() as u64;
        let id = blob_id(&bytes).ok_or_else(|| ChangeError::file(path, "cannot be given an id by git"))?;
        Ok(Some(Content { mode, id, disk: Some(OnDisk { sha256: sha256(&bytes), size }) }))
    }

    /// The commit of a repository in the work tree; of a submodule that is not checked out, the one that is staged.
    fn nested(
        &self,
        path: &RepoPath,
        at: &Path,
        staged: Option<ObjectId>,
        untracked: bool,
    ) -> Result<Option<Content>, ChangeError> {
        let submodule = |id| Some(Content { mode: Mode::Submodule, id, disk: None });
        if staged.is_none() && !untracked {
            // A directory stands where a file was; its files speak for themselves.
            return Ok(None);
        }
        let is_repository = matches!(self.system.symlink_metadata(&at.join(".git")), Ok(Some(_)));
        if !is_repository {
            return Ok(staged.and_then(submodule));
        }
        let head = match Repository::discover(self.system, at)? {
            Some(repository) => repository.head()?,
            None => None,
        };
        match head {
            Some(commit) => Ok(submodule(commit.id())),
            None => Err(ChangeError::file(path, "is a repository without a commit; commit in it, or ignore it")),
        }
    }

    fn descend(&self, top: &Path, path: &RepoPath) -> Result<Option<(PathBuf, FileInfo)>, ChangeError> {
        let mut segments = Vec::new();
        for segment in path.as_bytes().split(|byte| *byte == b'/') {
            let Some(segment) = native(segment) else {
                return Err(ChangeError::file(path, "has a name that this system cannot hold; rename it elsewhere"));
            };
            segments.push(segment);
        }
        match descend(self.system, top, segments.into_iter()).map_err(|error| ChangeError::system(path, error))? {
            Descent::Found(at, info) => Ok(Some((at, info))),
            Descent::Missing | Descent::Link(_) => Ok(None),
        }
    }

    fn on_disk(&self, path: &RepoPath, at: &Path, info: &FileInfo) -> Result<Vec<u8>, ChangeError> {
        if info.kind == FileKind::Link {
            let target = self.system.read_link(at).map_err(|error| ChangeError::system(path, error))?;
            return link_bytes(&target)
                .ok_or_else(|| ChangeError::file(path, "leads to a name that git cannot store; link it anew"));
        }
        let limit = self.limits.file_bytes;
        self.system.read_unchanged(at, info, limit).map_err(|error| ChangeError::system(path, error))
    }

    /// How many bytes a side has.
    pub(super) fn size(&self, content: &Content) -> Result<u64, ChangeError> {
        match &content.disk {
            Some(disk) => Ok(disk.size),
            None => Ok(self.repository.size_of(&item(content))?),
        }
    }

    /// SHA-256 of what a side has; none of a submodule.
    pub(super) fn digest(&self, path: &RepoPath, content: &Content) -> Result<Option<Digest>, ChangeError> {
        match &content.disk {
            Some(disk) => Ok(Some(disk.sha256.clone())),
            None if content.mode == Mode::Submodule => Ok(None),
            None => Ok(Some(sha256(&self.load(path, content)?))),
        }
    }

    /// What a side has; of a submodule the line that stands for it in a patch.
    pub(super) fn load(&self, path: &RepoPath, content: &Content) -> Result<Arc<[u8]>, ChangeError> {
        if content.mode == Mode::Submodule {
            return Ok(format!("Subproject commit {}\n", content.id).into_bytes().into());
        }
        if self.size(content)? > self.limits.file_bytes {
            return Err(ChangeError::too_large(path, self.limits.file_bytes));
        }
        if content.disk.is_none() {
            return Ok(self.repository.content(&item(content), self.limits.file_bytes)?);
        }
        let top = self.repository.work_dir().unwrap_or(Path::new(""));
        let changed =
            || ChangeError::file(path, "changed while it was read; run again when nothing writes to the work tree");
        let (at, info) = self.descend(top, path)?.ok_or_else(changed)?;
        if !matches!(info.kind, FileKind::Regular | FileKind::Link) {
            return Err(changed());
        }
        let bytes = self.on_disk(path, &at, &info)?;
        if blob_id(&bytes) == Some(content.id) { Ok(bytes.into()) } else { Err(changed()) }
    }
}

/// Whether there are paths below this one.
fn has_below(paths: &BTreeMap<RepoPath, Option<Staged>>, path: &RepoPath) -> bool {
    let prefix = [path.as_bytes(), b"/"].concat();
    let first = paths.range(RepoPath::new(prefix.clone())..).next();
    first.is_some_and(|(inner, _)| inner.as_bytes().starts_with(&prefix))
}

fn content(item: &Item) -> Content {
    Content { mode: item.mode, id: item.id, disk: None }
}

fn item(content: &Content) -> Item {
    Item { path: Vec::new(), mode: content.mode, size: 0, id: content.id }
}
