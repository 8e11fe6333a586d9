//! Paths below a root: which can be none, and the way down to one that follows no link. Does not know what counts.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::base::system::{FileInfo, FileKind, System, SystemError};

/// Git's own directory is the machine's state, not code under judgement; some file systems do not tell case apart.
const GIT_INTERNAL: &str = "`.git` belongs to git, not to the code under judgement";

/// Whether a name is that of git's own directory, on any file system.
pub(crate) fn is_git_dir(name: &str) -> bool {
    name.eq_ignore_ascii_case(".git")
}

/// Cuts a path into its segments, or says why it is none of the target.
pub(crate) fn segments(path: &str) -> Result<Vec<&str>, &'static str> {
    let segments: Vec<&str> = path.split('/').collect();
    for segment in &segments {
        if matches!(*segment, "" | "." | "..") || segment.contains('\0') {
            return Err("it leads outside the root");
        }
        if is_git_dir(segment) {
            return Err(GIT_INTERNAL);
        }
        // Elsewhere a backslash is a character like others.
        if cfg!(windows) && segment.contains(['\\', ':']) {
            return Err("it leads outside the root");
        }
    }
    Ok(segments)
}

/// Where the way down ends.
pub(crate) enum Descent {
    Found(PathBuf, FileInfo),
    Missing,
    /// A segment before the last is this link, relative to where the way began.
    Link(String),
}

/// Goes from `root` down the segments and follows no link on the way.
pub(crate) fn descend<'a>(
    system: &dyn System,
    root: &Path,
    segments: impl Iterator<Item = &'a OsStr>,
) -> Result<Descent, SystemError> {
    let mut at = root.to_owned();
    let mut segments = segments.peekable();
    while let Some(segment) = segments.next() {
        at.push(segment);
        let Some(info) = system.symlink_metadata(&at)? else {
            return Ok(Descent::Missing);
        };
        if segments.peek().is_none() {
            return Ok(Descent::Found(at, info));
        }
        match info.kind {
            FileKind::Directory => {}
            FileKind::Link => {
                let link = at.strip_prefix(root).unwrap_or(&at);
                return Ok(Descent::Link(link.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")));
            }
            FileKind::Regular | FileKind::Other => return Ok(Descent::Missing),
        }
    }
    Ok(Descent::Missing)
}

/// Whether a checkout can hold a path of a tree or an index: a relative one without git's own directory.
pub(crate) fn is_holdable(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/').all(|segment| {
        let strange = matches!(segment, b"" | b"." | b"..") || segment.eq_ignore_ascii_case(b".git");
        let foreign = cfg!(windows) && segment.iter().any(|byte| matches!(byte, b'\\' | b':'));
        !(strange || foreign || segment.contains(&0))
    })
}

/// A name or path of git in the form of this machine; none where it cannot be one.
pub(crate) fn native(path: &[u8]) -> Option<&OsStr> {
    gix::path::from_byte_slice(path).ok().map(Path::as_os_str)
}

/// A name of this machine as git stores it; none where it cannot be stored.
pub(crate) fn stored(name: &OsStr) -> Option<Vec<u8>> {
    gix::path::os_str_into_bstr(name).ok().map(|name| name.to_vec())
}
