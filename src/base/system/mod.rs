//! The one door to files, environment, clock and processes: [`OsSystem`] is the machine, [`MemorySystem`] a made-up one for
//! tests.
//!
//! Knows nothing of policies, and not which paths may be read: that is the caller's question.

mod memory;
mod os;
mod process;

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

pub use memory::MemorySystem;
pub use os::OsSystem;
pub use process::{Program, Ran, RunError};

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link, whatever it leads to.
    Link,
    /// A pipe, socket or device.
    Other,
}

impl FileKind {
    /// The word of the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Directory => "directory",
            Self::Link => "link",
            Self::Other => "other",
        }
    }
}

/// What the file system says of a path, links not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileInfo {
    /// What stands there.
    pub kind: FileKind,
    /// Its length in bytes; of a directory 0.
    pub size: u64,
    /// Whether the owner may execute it; never where the system has no such bit.
    pub executable: bool,
    /// What tells this very file in this very state from another: compared, never shown.
    stamp: Stamp,
}

/// Device, file number and time of the last change, as far as the system has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Stamp {
    device: u64,
    number: u64,
    modified: Option<std::time::SystemTime>,
}

/// One name in a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirItem {
    /// The name as the system gives it, which need not be UTF-8.
    pub name: OsString,
    /// What it names, links not followed.
    pub kind: FileKind,
}

/// Where a program's text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Data.
    Stdout,
    /// Talk.
    Stderr,
}

/// Why the machine did not give what was asked for.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SystemError {
    /// Nothing stands at the path.
    #[error("`{}` does not exist", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// Something else than a regular file.
    #[error("`{}` is not a regular file but {}", path.display(), described(*kind))]
    NotRegular {
        /// The path.
        path: PathBuf,
        /// What it is.
        kind: FileKind,
    },
    /// More bytes than the caller takes.
    #[error("`{}` is larger than the limit of {limit} bytes", path.display())]
    TooLarge {
        /// The path.
        path: PathBuf,
        /// The limit.
        limit: u64,
    },
    /// Another file, or other bytes, than a moment before.
    #[error("`{}` changed while it was read; run again when nothing writes to it", path.display())]
    Changed {
        /// The path.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// The path.
        path: PathBuf,
        /// The system's reason.
        source: Arc<std::io::Error>,
    },
}

impl SystemError {
    fn io(action: &'static str, path: &Path, error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Self::Missing { path: path.to_owned() },
            _ => Self::Io { action, path: path.to_owned(), source: Arc::new(error) },
        }
    }

    /// Whether nothing stands at the path.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing { .. })
    }
}

/// A kind in a sentence.
pub(crate) fn described(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Regular => "a regular file",
        FileKind::Directory => "a directory",
        FileKind::Link => "a symbolic link",
        FileKind::Other => "a pipe, socket or device",
    }
}

/// The machine, as far as Attest knows it.
pub trait System: Send + Sync + std::fmt::Debug {
    /// The bytes of a regular file, at most `limit`; links are followed.
    ///
    /// # Errors
    /// Missing, special, oversized and unreadable files.
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError>;

    /// The bytes of a regular file as a stream, which fails past `limit`; links are followed. For what is too large to be held.
    ///
    /// # Errors
    /// As [`Self::read`], as far as opening shows it.
    fn open(&self, path: &Path, limit: u64) -> Result<Box<dyn Read + Send>, SystemError>;

    /// The bytes of a secret file, at most `limit`; links are followed. A file that others than its owner may read is refused,
    /// where the system has such permissions.
    ///
    /// # Errors
    /// As [`Self::read`], and where others may read it.
    fn read_private(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError>;

    /// The bytes of a descriptor that the caller of the program opened, to its end, at most `limit`.
    ///
    /// # Errors
    /// Where there is none of that number, or it cannot be read.
    fn read_descriptor(&self, number: u32, limit: u64) -> Result<Vec<u8>, SystemError>;

    /// The bytes of the very file that `info` was taken of, at most `limit`. A link, another file and a file that changes
    /// meanwhile are refused.
    ///
    /// # Errors
    /// As [`Self::read`], and [`SystemError::Changed`].
    fn read_unchanged(&self, path: &Path, info: &FileInfo, limit: u64) -> Result<Vec<u8>, SystemError>;

    /// What stands at `path`, links not followed; `None` where nothing does.
    ///
    /// # Errors
    /// Where that cannot be found out.
    fn symlink_metadata(&self, path: &Path) -> Result<Option<FileInfo>, SystemError>;

    /// Where a link leads, as it is written.
    ///
    /// # Errors
    /// Where it is no link or cannot be read.
    fn read_link(&self, path: &Path) -> Result<PathBuf, SystemError>;

    /// The names in a directory, sorted.
    ///
    /// # Errors
    /// Where it is no directory or cannot be read.
    fn read_dir(&self, path: &Path) -> Result<Vec<DirItem>, SystemError>;

    /// The absolute path without links, `.` and `..`.
    ///
    /// # Errors
    /// Where nothing stands there.
    fn canonicalize(&self, path: &Path) -> Result<PathBuf, SystemError>;

    /// Replaces the content of `path` by `bytes`, whole or not at all.
    ///
    /// # Errors
    /// Where the directory is missing or not writable.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError>;

    /// Makes a file of these bytes that only its owner may read and write. It is not made whole or not at all: for what is
    /// small, and not missed.
    ///
    /// # Errors
    /// Where something stands there already, a link too, or the directory is missing or not writable.
    fn create_private(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError>;

    /// Gives what stands at a path, links not followed, another name, where nothing should stand.
    ///
    /// # Errors
    /// Where nothing stands there, or the directory is not writable.
    fn rename(&self, from: &Path, to: &Path) -> Result<(), SystemError>;

    /// Whether its paths are those of the machine, so that a library that opens files by itself finds the same.
    fn is_machine(&self) -> bool {
        false
    }

    /// Makes a directory and those above it, readable by their owner alone; what exists already stays as it is.
    ///
    /// # Errors
    /// Where something else stands there, or it cannot be made.
    fn create_dir_all(&self, path: &Path) -> Result<(), SystemError>;

    /// Removes a file or a link; that nothing stands there is no error, and a pipe or a device stays.
    ///
    /// # Errors
    /// Where it is no file or cannot be removed.
    fn remove_file(&self, path: &Path) -> Result<(), SystemError>;

    /// Bytes that nobody can guess.
    ///
    /// # Errors
    /// Where the system has no such source.
    fn random(&self) -> Result<[u8; 16], SystemError>;

    /// Time that only goes forward, from some moment on: for durations.
    fn monotonic(&self) -> Duration;

    /// Waits.
    fn sleep(&self, duration: Duration);

    /// Runs a program to its end: its input is written, its output collected, both at once. On Unix it has a process group of
    /// its own, which dies with it where its time is over or it says too much.
    ///
    /// # Errors
    /// Where it is missing, cannot be started, or oversteps its limits. How it ended by itself is no error.
    fn run(&self, program: &Program<'_>) -> Result<Ran, RunError>;

    /// Ends every program that runs, and what it started: for a run that is stopped and will not wait for them.
    fn end_programs(&self) {}

    /// A variable of the environment; `None` where it is not set or no text.
    fn env_var(&self, name: &str) -> Option<String>;

    /// The time.
    fn now(&self) -> jiff::Timestamp;

    /// Whether a person is likely to watch `stream`.
    fn is_terminal(&self, stream: Stream) -> bool;

    /// Asks the person at the terminal for a secret, which is not shown while it is typed; `None` where nobody is there.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    fn ask_secret(&self, prompt: &str) -> Result<Option<Zeroizing<String>>, SystemError> {
        let _ = prompt;
        Ok(None)
    }

    /// The directory that relative paths start from.
    ///
    /// # Errors
    /// Where it is gone.
    fn current_dir(&self) -> Result<PathBuf, SystemError>;
}
