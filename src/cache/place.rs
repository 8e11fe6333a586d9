//! Where the cache lies, and whether what lies there may be opened at all: no link is followed, nothing is opened beside which
//! a journal stands, and what is no cache of ours gets another name. Does not know what a cache holds.

use std::path::{Path, PathBuf};

use super::{ASIDE, BYTES};
use crate::base::system::{FileKind, System, SystemError, described};

/// The directory.
const DIRECTORY: &str = ".attest";
/// The file.
pub(super) const NAME: &str = "cache.db";
/// What SQLite would read beside it. We never make one: the journal is in memory. A foreign one would be played into the
/// file, and names files that SQLite removes.
const BESIDE: [&str; 3] = ["cache.db-journal", "cache.db-wal", "cache.db-shm"];
/// The directories above that are asked whether they are a work tree.
const ABOVE: usize = 128;
/// Largest `.gitignore` that is looked at, bytes.
const IGNORE_BYTES: u64 = 64 << 10;
/// What keeps the cache out of the change that it is about.
const IGNORE: &str = "# Written by attest: what was seen on this machine, and nothing else.\n/.gitignore\n/cache.db*\n";

/// A place for a cache.
#[derive(Debug)]
pub(super) struct Place {
    /// The `.attest` directory, without links on the way.
    pub(super) directory: PathBuf,
    /// Whether git would see what is written there.
    in_work_tree: bool,
}

/// The `.attest` directory of `root`, or else that of the git work tree that `root` is in; it need not be there yet.
pub(super) fn find(system: &dyn System, root: &Path) -> Result<Option<Place>, String> {
    let root = system.canonicalize(root).map_err(|error| error.to_string())?;
    let top = root.ancestors().take(ABOVE).find(|directory| is_there(system, &directory.join(".git")));
    let in_work_tree = top.is_some();
    let own = root.join(DIRECTORY);
    if is_directory(system, &own)? {
        return Ok(Some(Place { directory: own, in_work_tree }));
    }
    let Some(top) = top else { return Ok(None) };
    let directory = top.join(DIRECTORY);
    is_directory(system, &directory)?;
    Ok(Some(Place { directory, in_work_tree }))
}

/// Whether the `.attest` directory is there; an error where something else is.
fn is_directory(system: &dyn System, path: &Path) -> Result<bool, String> {
    match system.symlink_metadata(path).map_err(|error| error.to_string())? {
        None => Ok(false),
        Some(info) if info.kind == FileKind::Directory => Ok(true),
        Some(info) => Err(format!("`{}` is {}: no cache is kept there", path.display(), described(info.kind))),
    }
}

/// Whether anything stands at `path`, a link too.
pub(super) fn is_there(system: &dyn System, path: &Path) -> bool {
    // What cannot be looked at is there.
    !matches!(system.symlink_metadata(path), Ok(None))
}

/// Makes the directory, and sees to it that git does not take the cache for a part of the change.
pub(super) fn prepare(system: &dyn System, place: &Place) -> Result<(), String> {
    let failed = |error: SystemError| format!("no cache is kept: {error}");
    system.create_dir_all(&place.directory).map_err(failed)?;
    let path = place.directory.join(".gitignore");
    let Some(info) = system.symlink_metadata(&path).map_err(failed)? else {
        return match system.create_private(&path, IGNORE.as_bytes()) {
            // Another process was faster.
            Err(_) if is_there(system, &path) => Ok(()),
            made => made.map_err(failed),
        };
    };
    if !place.in_work_tree {
        return Ok(());
    }
    let bytes = system.read_unchanged(&path, &info, IGNORE_BYTES).map_err(failed)?;
    let covers = |line: &str| matches!(line.trim_end().trim_start_matches('/'), "*" | "cache.db*" | "cache.*");
    if String::from_utf8_lossy(&bytes).lines().any(covers) {
        return Ok(());
    }
    Err(format!("no cache is kept: `{}` does not exclude it; add the line `/cache.db*`", path.display()))
}

/// An empty file of the owner's alone, where nothing is.
pub(super) fn begin(system: &dyn System, path: &Path) -> Result<(), String> {
    if is_there(system, path) {
        return Ok(());
    }
    match system.create_private(path, b"") {
        Err(_) if is_there(system, path) => Ok(()),
        made => made.map_err(|error| format!("no cache is kept: {error}")),
    }
}

/// Why what stands in the place of the cache must not be opened; nothing where it may, or nothing is there.
pub(super) fn problem(system: &dyn System, directory: &Path) -> Option<String> {
    if let Some(beside) = BESIDE.iter().find(|name| is_there(system, &directory.join(name))) {
        return Some(format!("has `{beside}` beside it, which attest never writes"));
    }
    let path = directory.join(NAME);
    let info = match system.symlink_metadata(&path) {
        Ok(None) => return None,
        Ok(Some(info)) => info,
        Err(error) => return Some(format!("cannot be looked at: {error}")),
    };
    if info.kind != FileKind::Regular {
        return Some(format!("is {}", described(info.kind)));
    }
    if info.size > BYTES {
        return Some(format!("is larger than the limit of {BYTES} bytes"));
    }
    // Read before SQLite has it open: a process that closes a file loses its locks on it.
    let bytes = match system.read(&path, BYTES) {
        Ok(bytes) => bytes,
        // It grew or shrank under another process, which SQLite's locks are for.
        Err(SystemError::Changed { .. }) => return None,
        Err(error) => return Some(format!("cannot be read: {error}")),
    };
    match bytes.get(18..20) {
        // An empty one is a cache that begins.
        None if bytes.is_empty() => {}
        _ if !bytes.starts_with(b"SQLite format 3\0") => return Some(String::from("is no SQLite database")),
        None => return Some(String::from("is broken: it ends within its header")),
        // Versions of the format for writing and reading: 2 is a write-ahead log, which would litter.
        Some([1, 1]) => {}
        Some(_) => return Some(String::from("keeps a write-ahead log, which attest never does")),
    }
    // What a clone or an archive brought has other rights than what we made.
    match system.read_private(&path, BYTES) {
        Err(SystemError::Io { .. }) => {
            Some(String::from("can be reached by others than its owner, and was not made by attest"))
        }
        _ => None,
    }
}

/// Gives what stands in the place of the cache, and beside it, other names; the name of the first.
pub(super) fn set_aside(system: &dyn System, directory: &Path) -> Result<String, String> {
    let mut first = None;
    for name in std::iter::once(NAME).chain(BESIDE) {
        let from = directory.join(name);
        if !is_there(system, &from) {
            continue;
        }
        let free = (1..=ASIDE)
            .map(|number| format!("{name}.corrupt-{number}"))
            .find(|aside| !is_there(system, &directory.join(aside)));
        let Some(aside) = free else {
            let shown = from.display();
            return Err(format!("`{shown}` is no cache, and {ASIDE} are set aside; `attest cache clear` removes them"));
        };
        system
            .rename(&from, &directory.join(&aside))
            .map_err(|error| format!("`{}` is no cache, and cannot be set aside: {error}", from.display()))?;
        first.get_or_insert(aside);
    }
    first.ok_or_else(|| format!("`{}` changed while it was looked at", directory.join(NAME).display()))
}

/// Removes the cache and what was set aside; the names.
pub(super) fn remove(system: &dyn System, directory: &Path) -> Result<Vec<String>, String> {
    let items = match system.read_dir(directory) {
        Err(error) if error.is_missing() => return Ok(Vec::new()),
        items => items.map_err(|error| error.to_string())?,
    };
    let aside = |name: &str| {
        std::iter::once(NAME).chain(BESIDE).any(|ours| {
            name.strip_prefix(ours).is_some_and(|rest| {
                let number = rest.strip_prefix(".corrupt-");
                rest.is_empty() || number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
            })
        })
    };
    let (mut removed, mut left) = (Vec::new(), None);
    for item in items {
        let Some(name) = item.name.to_str().filter(|name| aside(name)) else { continue };
        let path = directory.join(name);
        if item.kind == FileKind::Directory {
            left = Some(format!("`{}` is a directory, which is not removed", path.display()));
        } else if let Err(error) = system.remove_file(&path) {
            left = Some(error.to_string());
        } else {
            removed.push(name.to_owned());
        }
    }
    left.map_or(Ok(removed), Err)
}
