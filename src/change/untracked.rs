//! The files of a work tree that git does not track and does not ignore. Does not know what they hold.
//!
//! Ignored is what the `.gitignore` files of the work tree say, and nothing else: neither the excludes of a user nor
//! `.git/info/exclude`, which another machine does not have. Level by level, without recursion.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::{ChangeError, RepoPath};
use crate::base::system::{DirItem, FileKind, System};
use crate::git::{Ignores, LONGEST, Unreadable, is_git_dir, stored};

/// Directories of one level that are listed before the count of files is held to its limit.
const CHUNK: usize = 4096;

/// What is not tracked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file or a link.
    File,
    /// A directory that is a repository of its own.
    Repository,
}

/// A path and what is there.
pub(super) type Found = (RepoPath, Kind);

struct Directory {
    /// As git writes it, with a closing `/`; empty at the top.
    path: Vec<u8>,
    native: PathBuf,
    ignores: Option<Arc<Ignores>>,
}

/// Everything below `top` that is not ignored, tracked or not, in no order.
pub(super) fn walk(system: &dyn System, top: &Path, limit: usize) -> Result<Vec<Found>, ChangeError> {
    let mut found = Vec::new();
    let mut frontier = vec![Directory { path: Vec::new(), native: PathBuf::new(), ignores: None }];
    while !frontier.is_empty() {
        let mut below = Vec::new();
        for chunk in frontier.chunks(CHUNK) {
            let levels: Vec<_> = chunk
                .par_iter()
                .map(|directory| list(system, top, directory))
                .collect::<Vec<_>>()
                .into_iter()
                .collect::<Result<_, _>>()?;
            for (mut here, mut directories) in levels {
                found.append(&mut here);
                below.append(&mut directories);
            }
            if found.len().saturating_add(below.len()) > limit {
                return Err(super::read::too_many_files(limit));
            }
        }
        frontier = below;
    }
    Ok(found)
}

fn list(system: &dyn System, top: &Path, directory: &Directory) -> Result<(Vec<Found>, Vec<Directory>), ChangeError> {
    let here = RepoPath::new(directory.path.strip_suffix(b"/").unwrap_or_default().to_vec());
    let items = system.read_dir(&top.join(&directory.native)).map_err(|error| ChangeError::system(&here, error))?;
    if !directory.path.is_empty() && items.iter().any(|item| item.name == ".git") {
        return Ok((vec![(here, Kind::Repository)], Vec::new()));
    }
    let mut ignores = directory.ignores.clone();
    // A link is no ignore file: git does not follow it either.
    if items.iter().any(|item| item.name == ".gitignore" && item.kind == FileKind::Regular) {
        let read = Ignores::read(system, top, &directory.native, ignores);
        ignores = Some(Arc::new(read.map_err(|error| match error {
            Unreadable::System(error) => ChangeError::system(&below(&directory.path, b".gitignore"), error),
            Unreadable::Patterns(reason) => ChangeError::file(
                &below(&directory.path, b".gitignore"),
                format!("cannot be followed: {reason}; write fewer and shorter patterns"),
            ),
        })?));
    }
    let (mut found, mut directories) = (Vec::new(), Vec::new());
    for DirItem { name, kind } in items {
        if name.to_str().is_some_and(is_git_dir) {
            continue;
        }
        let is_directory = kind == FileKind::Directory;
        if ignores.as_ref().is_some_and(|ignores| ignores.hold(&directory.native, &name, is_directory)) {
            continue;
        }
        let Some(bytes) = stored(&name) else {
            let shown = RepoPath::new(name.to_string_lossy().into_owned().into_bytes());
            return Err(ChangeError::file(&shown, "has a name that git cannot store; rename it"));
        };
        let path = below(&directory.path, &bytes);
        if path.as_bytes().len() > LONGEST {
            let reason = format!("has a path longer than the limit of {LONGEST} bytes; move it up");
            return Err(ChangeError::file(&path, reason));
        }
        match kind {
            FileKind::Directory => {
                let mut inner = path.as_bytes().to_vec();
                inner.push(b'/');
                let native = directory.native.join(&name);
                directories.push(Directory { path: inner, native, ignores: ignores.clone() });
            }
            FileKind::Regular | FileKind::Link => found.push((path, Kind::File)),
            // Git can hold no pipe, socket or device.
            FileKind::Other => {}
        }
    }
    Ok((found, directories))
}

fn below(directory: &[u8], name: &[u8]) -> RepoPath {
    RepoPath::new([directory, name].concat())
}
