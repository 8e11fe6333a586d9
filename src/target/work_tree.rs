//! The files of a directory as they stand, in a git repository or not.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::walk::{Walk, not_utf8, problem};
use super::{Entry, EntryKind, Identity, Listing, Lookup, Target, TargetError};
use crate::base::limits::{TARGET_FILE_BYTES, TARGET_FILES};
use crate::base::literal::RelPath;
use crate::base::system::{FileInfo, System};
use crate::git::{Descent, Index, Repository, descend, normalise_remote, segments};

/// A directory. The listing, the index and the identity are found out when first asked for and kept.
#[derive(Debug)]
pub struct WorkTree {
    system: Arc<dyn System>,
    root: PathBuf,
    repository: Option<Repository>,
    limit: usize,
    index: OnceLock<Result<Option<Index>, TargetError>>,
    listing: OnceLock<Result<Listing, TargetError>>,
    identity: OnceLock<Result<Identity, TargetError>>,
}

impl WorkTree {
    /// The directory `root`, which may be a link to one, a repository, or a part of one.
    ///
    /// # Errors
    /// Where it is no directory, a bare repository, or part of a repository that cannot be opened.
    pub fn open(system: Arc<dyn System>, root: &Path) -> Result<Self, TargetError> {
        let root = canonical_root(&*system, root)?;
        let repository = Repository::discover(&*system, &root)?;
        if repository.as_ref().is_some_and(|repository| repository.work_dir().is_none()) {
            return Err(TargetError::Bare { root: root.display().to_string() });
        }
        let (index, listing, identity) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Ok(Self { system, root, repository, limit: TARGET_FILES, index, listing, identity })
    }

    /// The same with another limit of files.
    #[must_use]
    pub fn with_limit(mut self, files: usize) -> Self {
        self.limit = files;
        self
    }

    /// The root as an absolute path of this machine.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn index(&self) -> Result<Option<&Index>, TargetError> {
        let index = self
            .index
            .get_or_init(|| self.repository.as_ref().map(Repository::index).transpose().map_err(TargetError::from));
        index.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    fn list(&self) -> Result<Listing, TargetError> {
        let index = self.index()?;
        let in_repository = self.repository.is_some();
        let walk = Walk { system: &*self.system, root: &self.root, in_repository, limit: self.limit };
        let (mut entries, mut problems) = walk.run()?;
        entries.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        // Tracked files that an ignore file excludes count all the same.
        let mut ignored = Vec::new();
        for path in index.iter().flat_map(|index| index.paths()) {
            let Ok(path) = std::str::from_utf8(path) else {
                let lossy = String::from_utf8_lossy(path);
                problems.push(not_utf8(&lossy, known_directory(path)));
                continue;
            };
            match entries.binary_search_by(|entry| (*entry.path).cmp(path)) {
                Ok(at) => {
                    if let Some(entry) = entries.get_mut(at) {
                        entry.tracked = true;
                    }
                }
                Err(_) => ignored.push(path),
            }
        }
        for path in ignored {
            if segments(path).is_err() {
                problems.push(problem(path, "", "the index tracks a path that no checkout can hold; run `git fsck`"));
                continue;
            }
            if let Descent::Found(_, info) = self.descend(path)? {
                entries.push(Entry { path: Arc::from(path), kind: info.kind, size: info.size, tracked: true });
            }
        }
        if entries.len() > self.limit {
            return Err(TargetError::TooManyFiles { limit: self.limit });
        }
        Ok(Listing::new(entries, problems))
    }

    fn identify(&self) -> Result<Identity, TargetError> {
        let Some((repository, index)) = self.repository.as_ref().zip(self.index()?) else {
            return Ok(Identity { dirty: true, ..Identity::default() });
        };
        let repo = repository.remote_url().as_deref().and_then(normalise_remote);
        let Some(commit) = repository.head()? else {
            return Ok(Identity { repo, commit: None, tree: None, dirty: true });
        };
        let listing = self.files()?;
        let untracked = |entry: &Entry| !entry.tracked && entry.kind != EntryKind::Directory;
        let tree = repository.root_tree(&commit)?;
        let dirty = tree.is_none()
            || !listing.problems().is_empty()
            || listing.entries().iter().any(untracked)
            || index.differs_from(repository, &commit, tree)?
            || index.files_differ(&*self.system);
        let tree = match tree {
            Some(tree) if !dirty => Some(repository.tree_digest(tree)?.to_string()),
            _ => None,
        };
        Ok(Identity { repo, commit: Some(commit.hex()), tree, dirty })
    }

    /// Goes down to a path that [`segments`] accepts.
    fn descend(&self, path: &str) -> Result<Descent, TargetError> {
        descend(&*self.system, &self.root, path.split('/').map(OsStr::new))
            .map_err(|error| TargetError::of_system(path, error))
    }
}

impl Target for WorkTree {
    fn files(&self) -> Result<&Listing, TargetError> {
        self.listing.get_or_init(|| self.list()).as_ref().map_err(Clone::clone)
    }

    fn lookup(&self, path: &RelPath) -> Result<Lookup, TargetError> {
        let path = path.as_str();
        if let Err(reason) = segments(path) {
            return Ok(Lookup::Refused { reason });
        }
        Ok(match self.descend(path)? {
            Descent::Missing => Lookup::Missing,
            Descent::Link(at) => Lookup::ThroughLink { at },
            Descent::Found(_, info) => {
                let tracked = self.index()?.is_some_and(|index| index.tracks(path));
                Lookup::Found(Entry { path: Arc::from(path), kind: info.kind, size: info.size, tracked })
            }
        })
    }

    /// 1. The path is one of the target and leads through no link.
    /// 2. A regular file within the limit stands there.
    /// 3. That very file is opened and read, and is the same after as before.
    /// 4. The path still leads to it, through no link.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, TargetError> {
        let owned = || path.to_owned();
        segments(path).map_err(|reason| TargetError::Refused { path: owned(), reason })?;
        let (file, info) = into_found(self.descend(path)?, path)?;
        if info.kind != EntryKind::Regular {
            return Err(TargetError::NotRegular { path: owned(), kind: info.kind });
        }
        if info.size > TARGET_FILE_BYTES {
            return Err(TargetError::TooLarge { path: owned(), size: info.size, limit: TARGET_FILE_BYTES });
        }
        let bytes = self
            .system
            .read_unchanged(&file, &info, TARGET_FILE_BYTES)
            .map_err(|error| TargetError::of_system(path, error))?;
        match self.descend(path)? {
            Descent::Found(_, again) if again == info => Ok(bytes.into()),
            _ => Err(TargetError::Changed { path: owned() }),
        }
    }

    fn destination(&self, path: &str) -> Option<String> {
        segments(path).ok()?;
        let Ok(Descent::Found(at, info)) = self.descend(path) else { return None };
        if info.kind != EntryKind::Link {
            return None;
        }
        let written = self.system.read_link(&at).ok()?;
        Some(written.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"))
    }

    fn identity(&self) -> Result<&Identity, TargetError> {
        self.identity.get_or_init(|| self.identify()).as_ref().map_err(Clone::clone)
    }
}

/// What a descent found, or why it found nothing.
fn into_found(descent: Descent, path: &str) -> Result<(PathBuf, FileInfo), TargetError> {
    match descent {
        Descent::Found(file, info) => Ok((file, info)),
        Descent::Missing => Err(TargetError::Missing { path: path.to_owned() }),
        Descent::Link(at) => Err(TargetError::ThroughLink { path: path.to_owned(), at }),
    }
}

/// The absolute path of a root that is a directory.
pub(super) fn canonical_root(system: &dyn System, root: &Path) -> Result<PathBuf, TargetError> {
    let failed = || TargetError::NoRoot { root: root.display().to_string() };
    let real = system.canonicalize(root).map_err(|_| failed())?;
    match system.symlink_metadata(&real) {
        Ok(Some(info)) if info.kind == EntryKind::Directory => Ok(real),
        _ => Err(failed()),
    }
}

/// The longest leading directory of a path that is UTF-8.
pub(super) fn known_directory(path: &[u8]) -> &str {
    let text = path.utf8_chunks().next().map(|chunk| chunk.valid()).unwrap_or_default();
    text.rsplit_once('/').map_or("", |(directory, _)| directory)
}
