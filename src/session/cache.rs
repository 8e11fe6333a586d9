//! The cache of what was seen, for the commands that see something and for those that look at it. Decides nothing by it, and
//! prints nothing.

use std::path::Path;

use super::Failure;
use crate::base::system::System;
use crate::cache::{self, Seen, Shown, Unshown};
use crate::change::{Change, ChangedFile};
use crate::report::Exit;

/// Set to anything, it keeps the cache from being written.
pub const NO_CACHE: &str = "ATTEST_NO_CACHE";

/// Writes down what a command saw, after it succeeded, unless the user does not want that; the warning to print, where there
/// is one. It changes nothing about how the command ends.
pub fn note(system: &dyn System, root: &Path, no_cache: bool, seen: &Seen) -> Option<String> {
    let unwanted = no_cache || system.env_var(NO_CACHE).is_some_and(|value| !value.is_empty());
    if unwanted { None } else { cache::record(system, root, seen) }
}

/// What there is to write down of a change that was read at a moment.
pub fn seen(change: &Change, at: jiff::Timestamp) -> Seen {
    let file = |file: &ChangedFile| Some((file.path.to_string(), file.new.as_ref()?.sha256.clone()?));
    Seen {
        repo_url: change.repo_url.clone(),
        base_commit: change.base_commit.clone(),
        head_commit: change.head_commit.clone(),
        patch: change.patch.sha256.clone(),
        tree: change.tree.clone(),
        files: change.files.iter().filter_map(file).collect(),
        at,
    }
}

/// What the cache holds.
///
/// # Errors
/// Where there is no place for one, or it is not to be used.
pub fn show(system: &dyn System, root: &Path) -> Result<Shown, Failure> {
    is_there(system, root)?;
    cache::show(system, root).map_err(|problem| failure(problem, root))
}

/// Removes the cache and what was set aside: where it was, and the names of the files.
///
/// # Errors
/// Where there is no place for one, or a file cannot be removed.
pub fn clear(system: &dyn System, root: &Path) -> Result<(String, Vec<String>), Failure> {
    is_there(system, root)?;
    let (directory, removed) = cache::clear(system, root).map_err(|problem| failure(problem, root))?;
    Ok((directory.display().to_string(), removed))
}

fn is_there(system: &dyn System, root: &Path) -> Result<(), Failure> {
    if system.symlink_metadata(root)?.is_some() {
        return Ok(());
    }
    let message = format!("`{}` does not exist", root.display());
    Err(Failure { message, help: Some("name a repository with `--root`".to_owned()), exit: Exit::Undecided })
}

fn failure(problem: Unshown, root: &Path) -> Failure {
    let (message, help) = match problem {
        Unshown::Nowhere => (
            format!("`{}` is in no git work tree and has no `.attest` directory", root.display()),
            "name a repository with `--root`",
        ),
        Unshown::Left(problem) => (problem, "remove it by hand; all else is removed, and nothing depends on it"),
        Unshown::Unusable(problem) => (problem, "`attest cache clear` removes it; nothing depends on it"),
    };
    Failure { message, help: Some(help.to_owned()), exit: Exit::Undecided }
}
