//! A revision of a git repository, read from its objects without a checkout.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::walk::not_utf8;
use super::work_tree::{canonical_root, known_directory};
use super::{Entry, EntryKind, Identity, Listing, Lookup, Target, TargetError};
use crate::base::limits::{TARGET_FILE_BYTES, TARGET_FILES};
use crate::base::literal::RelPath;
use crate::base::system::System;
use crate::git::{AtPath, Commit, Item, Repository, TreeId, normalise_remote, segments};

/// The tree of a commit below the root. Content is what git stores: line ends are not converted, LFS pointers stay pointers.
/// Each object is held to its id when it is read, and replacement refs are not followed.
#[derive(Debug)]
pub struct Revision {
    repository: Repository,
    commit: Commit,
    tree: TreeId,
    limit: usize,
    listing: OnceLock<Result<Listing, TargetError>>,
    identity: OnceLock<Result<Identity, TargetError>>,
}

impl Revision {
    /// The commit that `revision` names (a branch, tag, short or whole id, `HEAD~1`) in the repository of `root`, which may
    /// be bare; below a repository's root, the same directory of that commit.
    ///
    /// # Errors
    /// Where there is no repository, no such commit, or no such directory in it.
    pub fn open(system: &dyn System, root: &Path, revision: &str) -> Result<Self, TargetError> {
        let named = root.display().to_string();
        let root = canonical_root(system, root)?;
        let Some(repository) = Repository::discover(system, &root)? else {
            return Err(TargetError::NotARepository { root: named, revision: revision.to_owned() });
        };
        let commit = repository.resolve(revision)?;
        let tree = repository.root_tree(&commit)?.ok_or_else(|| TargetError::NoDirectory {
            revision: revision.to_owned(),
            directory: repository.prefix().to_owned(),
        })?;
        Ok(Self { repository, commit, tree, limit: TARGET_FILES, listing: OnceLock::new(), identity: OnceLock::new() })
    }

    /// The same with another limit of files.
    #[must_use]
    pub fn with_limit(mut self, files: usize) -> Self {
        self.limit = files;
        self
    }

    fn list(&self) -> Result<Listing, TargetError> {
        let mut entries = Vec::new();
        let mut problems = Vec::new();
        for item in self.repository.items_with_sizes(self.tree, self.limit)? {
            match std::str::from_utf8(&item.path) {
                Ok(path) => entries.push(entry(path, &item)),
                Err(_) => problems.push(not_utf8(&String::from_utf8_lossy(&item.path), known_directory(&item.path))),
            }
        }
        Ok(Listing::new(entries, problems))
    }
}

fn entry(path: &str, item: &Item) -> Entry {
    Entry { path: Arc::from(path), kind: item.mode.kind(), size: item.size, tracked: true }
}

impl Target for Revision {
    fn files(&self) -> Result<&Listing, TargetError> {
        self.listing.get_or_init(|| self.list()).as_ref().map_err(Clone::clone)
    }

    fn lookup(&self, path: &RelPath) -> Result<Lookup, TargetError> {
        let path = path.as_str();
        let segments = match segments(path) {
            Ok(segments) => segments,
            Err(reason) => return Ok(Lookup::Refused { reason }),
        };
        Ok(match self.repository.at_path(self.tree, &segments)? {
            AtPath::Item(item) => Lookup::Found(entry(path, &item)),
            AtPath::Directory => {
                Lookup::Found(Entry { path: Arc::from(path), kind: EntryKind::Directory, size: 0, tracked: true })
            }
            AtPath::Missing => Lookup::Missing,
            AtPath::Link(at) => Lookup::ThroughLink { at },
        })
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, TargetError> {
        let owned = || path.to_owned();
        let segments = segments(path).map_err(|reason| TargetError::Refused { path: owned(), reason })?;
        let item = match self.repository.at_path(self.tree, &segments)? {
            AtPath::Item(item) => item,
            AtPath::Directory => return Err(TargetError::NotRegular { path: owned(), kind: EntryKind::Directory }),
            AtPath::Missing => return Err(TargetError::Missing { path: owned() }),
            AtPath::Link(at) => return Err(TargetError::ThroughLink { path: owned(), at }),
        };
        let kind = item.mode.kind();
        if kind != EntryKind::Regular {
            return Err(TargetError::NotRegular { path: owned(), kind });
        }
        if item.size > TARGET_FILE_BYTES {
            return Err(TargetError::TooLarge { path: owned(), size: item.size, limit: TARGET_FILE_BYTES });
        }
        Ok(self.repository.content(&item, TARGET_FILE_BYTES)?)
    }

    fn destination(&self, path: &str) -> Option<String> {
        match self.repository.at_path(self.tree, &segments(path).ok()?).ok()? {
            AtPath::Item(item) if item.mode.kind() == EntryKind::Link => {
                String::from_utf8(self.repository.content(&item, TARGET_FILE_BYTES).ok()?.to_vec()).ok()
            }
            _ => None,
        }
    }

    fn identity(&self) -> Result<&Identity, TargetError> {
        let identify = || {
            Ok(Identity {
                repo: self.repository.remote_url().as_deref().and_then(normalise_remote),
                commit: Some(self.commit.hex()),
                tree: Some(self.repository.tree_digest(self.tree)?.to_string()),
                dirty: false,
            })
        };
        self.identity.get_or_init(identify).as_ref().map_err(Clone::clone)
    }
}
