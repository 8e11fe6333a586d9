//! A machine made of values, for tests: files by path, a fixed clock, an environment of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zeroize::Zeroizing;

use super::{DirItem, FileInfo, FileKind, Program, Ran, RunError, Stamp, Stream, System, SystemError};

/// What stands for a program: a function of how it is called.
type Played = fn(&Program<'_>) -> Result<Ran, RunError>;

/// Files and surroundings in memory. Its current directory is `/`; there are no links.
#[derive(Debug, Default)]
pub struct MemorySystem {
    files: Mutex<BTreeMap<PathBuf, Vec<u8>>>,
    environment: BTreeMap<String, String>,
    now: jiff::Timestamp,
    terminal: bool,
    secret: Option<String>,
    programs: BTreeMap<String, Played>,
    /// How often random bytes were drawn: they are counted here, so that runs are alike.
    drawn: AtomicU64,
    /// Nanoseconds that were slept, which is all the time that passes.
    waited: AtomicU64,
}

impl MemorySystem {
    /// An empty machine on the first day of 1970.
    pub fn new() -> Self {
        Self::default()
    }

    /// With a file; its directories are there by themselves.
    #[must_use]
    pub fn with_file(self, path: impl AsRef<Path>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(absolute(path.as_ref()), bytes.into());
        self
    }

    /// With a variable.
    #[must_use]
    pub fn with_env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// With another time.
    #[must_use]
    pub fn at(mut self, now: jiff::Timestamp) -> Self {
        self.now = now;
        self
    }

    /// With a program, by its name in the argument vector.
    #[must_use]
    pub fn with_program(mut self, name: &str, played: fn(&Program<'_>) -> Result<Ran, RunError>) -> Self {
        self.programs.insert(name.to_owned(), played);
        self
    }

    /// With a person at both streams.
    #[must_use]
    pub fn with_terminal(mut self) -> Self {
        self.terminal = true;
        self
    }

    /// With a person who answers every question for a secret so.
    #[must_use]
    pub fn with_secret(mut self, secret: &str) -> Self {
        self.secret = Some(secret.to_owned());
        self
    }

    fn info(&self, path: &Path) -> Option<FileInfo> {
        let path = absolute(path);
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let info = |kind, size| FileInfo { kind, size, executable: false, stamp: Stamp::default() };
        if let Some(bytes) = files.get(&path) {
            return Some(info(FileKind::Regular, u64::try_from(bytes.len()).unwrap_or(u64::MAX)));
        }
        let is_directory = path == Path::new("/") || files.keys().any(|file| file.starts_with(&path));
        is_directory.then(|| info(FileKind::Directory, 0))
    }
}

/// From the root, without `.` and `..`.
fn absolute(path: &Path) -> PathBuf {
    let mut out = PathBuf::from("/");
    for component in path.components() {
        match component {
            Component::Normal(name) => out.push(name),
            Component::ParentDir => {
                out.pop();
            }
            Component::RootDir | Component::CurDir | Component::Prefix(_) => {}
        }
    }
    out
}

impl System for MemorySystem {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        let info = self.info(path).ok_or_else(|| SystemError::Missing { path: path.to_owned() })?;
        if info.kind != FileKind::Regular {
            return Err(SystemError::NotRegular { path: path.to_owned(), kind: info.kind });
        }
        if info.size > limit {
            return Err(SystemError::TooLarge { path: path.to_owned(), limit });
        }
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(&absolute(path)).cloned().ok_or_else(|| SystemError::Missing { path: path.to_owned() })
    }

    fn open(&self, path: &Path, limit: u64) -> Result<Box<dyn Read + Send>, SystemError> {
        Ok(Box::new(std::io::Cursor::new(self.read(path, limit)?)))
    }

    /// Nobody else is there: every file is private.
    fn read_private(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        self.read(path, limit)
    }

    /// The file `/dev/fd/NUMBER`.
    fn read_descriptor(&self, number: u32, limit: u64) -> Result<Vec<u8>, SystemError> {
        self.read(&PathBuf::from(format!("/dev/fd/{number}")), limit)
    }

    fn read_unchanged(&self, path: &Path, info: &FileInfo, limit: u64) -> Result<Vec<u8>, SystemError> {
        if self.info(path).as_ref() != Some(info) {
            return Err(SystemError::Changed { path: path.to_owned() });
        }
        self.read(path, limit)
    }

    fn symlink_metadata(&self, path: &Path) -> Result<Option<FileInfo>, SystemError> {
        Ok(self.info(path))
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, SystemError> {
        Err(SystemError::Missing { path: path.to_owned() })
    }

    fn read_dir(&self, path: &Path) -> Result<Vec<DirItem>, SystemError> {
        if self.info(path).is_none_or(|info| info.kind != FileKind::Directory) {
            return Err(SystemError::Missing { path: path.to_owned() });
        }
        let path = absolute(path);
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut items: BTreeSet<(OsString, FileKind)> = BTreeSet::new();
        for file in files.keys() {
            let mut below = file.strip_prefix(&path).into_iter().flat_map(Path::components);
            if let Some(name) = below.next() {
                let kind = if below.next().is_some() { FileKind::Directory } else { FileKind::Regular };
                items.insert((name.as_os_str().to_owned(), kind));
            }
        }
        Ok(items.into_iter().map(|(name, kind)| DirItem { name, kind }).collect())
    }

    fn canonicalize(&self, path: &Path) -> Result<PathBuf, SystemError> {
        let absolute = absolute(path);
        self.info(&absolute).map(|_| absolute).ok_or_else(|| SystemError::Missing { path: path.to_owned() })
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).insert(absolute(path), bytes.to_vec());
        Ok(())
    }

    fn create_private(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        if self.info(path).is_some() {
            let taken = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(SystemError::io("make", path, taken));
        }
        self.write(path, bytes)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), SystemError> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = files.remove(&absolute(from)).ok_or_else(|| SystemError::Missing { path: from.to_owned() })?;
        files.insert(absolute(to), bytes);
        Ok(())
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), SystemError> {
        match self.info(path) {
            Some(info) if info.kind != FileKind::Directory => {
                Err(SystemError::NotRegular { path: path.to_owned(), kind: info.kind })
            }
            _ => Ok(()),
        }
    }

    fn remove_file(&self, path: &Path) -> Result<(), SystemError> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner).remove(&absolute(path));
        Ok(())
    }

    fn random(&self) -> Result<[u8; 16], SystemError> {
        let drawn = self.drawn.fetch_add(1, Ordering::Relaxed);
        Ok(u128::from(drawn).to_be_bytes())
    }

    fn monotonic(&self) -> Duration {
        Duration::from_nanos(self.waited.load(Ordering::Relaxed))
    }

    fn sleep(&self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.waited.fetch_add(nanos, Ordering::Relaxed);
    }

    fn run(&self, program: &Program<'_>) -> Result<Ran, RunError> {
        let played =
            self.programs.get(program.name()).ok_or_else(|| RunError::Missing { name: program.name().into() })?;
        played(program)
    }

    fn env_var(&self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }

    fn now(&self) -> jiff::Timestamp {
        self.now
    }

    fn is_terminal(&self, _: Stream) -> bool {
        self.terminal
    }

    fn ask_secret(&self, _: &str) -> Result<Option<Zeroizing<String>>, SystemError> {
        Ok(self.secret.clone().map(Zeroizing::new))
    }

    fn current_dir(&self) -> Result<PathBuf, SystemError> {
        Ok(PathBuf::from("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_follow_from_files() {
        let system = MemorySystem::new().with_file("a/b/c.txt", "x").with_file("/a/d", "yy");
        let names = |path: &str| system.read_dir(Path::new(path)).map(|items| items.len());
        assert_eq!(names("/a").unwrap(), 2);
        assert!(names("/a/d").is_err());
        assert_eq!(system.read(Path::new("a/b/../d"), 2).unwrap(), b"yy");
        assert!(matches!(system.read(Path::new("a/d"), 1), Err(SystemError::TooLarge { .. })));
        assert!(system.read(Path::new("nope"), 1).unwrap_err().is_missing());
    }
}
