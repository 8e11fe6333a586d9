//! The machine that the program runs on. The only module that may use the standard library's files, environment and clock.

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::{DirItem, FileInfo, FileKind, Program, Ran, RunError, Stamp, Stream, System, SystemError, process};

/// Whether a path is the machine's name for something that is open, or a device.
fn is_descriptor(path: &Path) -> bool {
    let directories = ["/dev", "/dev/fd", "/proc/self/fd"];
    path.parent().is_some_and(|parent| directories.iter().any(|directory| parent == Path::new(directory)))
}

/// The real machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsSystem;

impl System for OsSystem {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        // Asked before opening: to open a pipe would wait for its writer.
        let metadata = fs::metadata(path).map_err(|error| SystemError::io("read", path, error))?;
        read_open(path, &info(&metadata), limit)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn open(&self, path: &Path, limit: u64) -> Result<Box<dyn Read + Send>, SystemError> {
        let metadata = fs::metadata(path).map_err(|error| SystemError::io("read", path, error))?;
        let file = open_checked(path, &info(&metadata), limit)?;
        Ok(Box::new(Capped { file, left: limit }))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn read_private(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        let metadata = fs::metadata(path).map_err(|error| SystemError::io("read", path, error))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let mode = metadata.mode() & 0o7777;
            if mode & 0o077 != 0 {
                let reason = format!("it is a secret that others may reach (mode {mode:04o}); `chmod 600` it");
                let error = std::io::Error::new(std::io::ErrorKind::PermissionDenied, reason);
                return Err(SystemError::io("read", path, error));
            }
        }
        // The file that is opened next is the one that was asked about, or it is refused.
        read_open(path, &info(&metadata), limit)
    }

    #[cfg(unix)]
    fn read_descriptor(&self, number: u32, limit: u64) -> Result<Vec<u8>, SystemError> {
        let path = PathBuf::from(format!("/dev/fd/{number}"));
        let failed = |error| SystemError::io("read", &path, error);
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(failed)?;
        file.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
            return Err(SystemError::TooLarge { path, limit });
        }
        Ok(bytes)
    }

    #[cfg(not(unix))]
    fn read_descriptor(&self, number: u32, _: u64) -> Result<Vec<u8>, SystemError> {
        Err(SystemError::Missing { path: PathBuf::from(format!("descriptor {number}")) })
    }

    fn read_unchanged(&self, path: &Path, info: &FileInfo, limit: u64) -> Result<Vec<u8>, SystemError> {
        let again = self.symlink_metadata(path)?;
        if again.as_ref() != Some(info) {
            return Err(SystemError::Changed { path: path.to_owned() });
        }
        read_open(path, info, limit)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn symlink_metadata(&self, path: &Path) -> Result<Option<FileInfo>, SystemError> {
        match fs::symlink_metadata(path).map_err(|error| SystemError::io("look at", path, error)) {
            Ok(metadata) => Ok(Some(info(&metadata))),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, SystemError> {
        fs::read_link(path).map_err(|error| SystemError::io("read the link", path, error))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn read_dir(&self, path: &Path) -> Result<Vec<DirItem>, SystemError> {
        let failed = |error| SystemError::io("list", path, error);
        let mut items = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            items.push(DirItem { name: entry.file_name(), kind: kind(entry.file_type().map_err(failed)?) });
        }
        items.sort_unstable();
        Ok(items)
    }

    fn canonicalize(&self, path: &Path) -> Result<PathBuf, SystemError> {
        fs::canonicalize(path).map_err(|error| SystemError::io("find", path, error))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        /// Tells the files of threads apart that write to one directory.
        static SERIAL: AtomicU64 = AtomicU64::new(0);
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => SystemError::Io {
                action: "write",
                path: path.to_owned(),
                source: Arc::new(std::io::Error::other("its directory does not exist")),
            },
            _ => SystemError::io("write", path, error),
        };
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(SystemError::NotRegular { path: path.to_owned(), kind: FileKind::Directory });
            }
            // `/dev/stdout`, `/dev/null`, a pipe: what stands there is written to, never replaced. Behind `/dev/stdout` may be a
            // file, too, whose end is where the shell writes.
            Ok(metadata) if !metadata.is_file() || is_descriptor(path) => {
                let opened = OpenOptions::new().append(true).open(path);
                return opened.and_then(|mut device| device.write_all(bytes)).map_err(failed);
            }
            _ => {}
        }
        let Some(name) = path.file_name() else {
            return Err(SystemError::NotRegular { path: path.to_owned(), kind: FileKind::Directory });
        };
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        let mut draft = OsString::from(".");
        draft.push(name);
        draft.push(format!(".{}-{serial}.tmp", std::process::id()));
        let draft = path.with_file_name(draft);
        let mut file = OpenOptions::new().write(true).create_new(true).open(&draft).map_err(failed)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&draft, path));
        if written.is_err() {
            // The first error is the one to tell; a draft left behind harms nobody.
            drop(fs::remove_file(&draft));
        }
        written.map_err(failed)
    }

    fn create_private(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        let failed = |error| SystemError::io("make", path, error);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).and_then(|mut file| file.write_all(bytes)).map_err(failed)
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), SystemError> {
        fs::rename(from, to).map_err(|error| SystemError::io("rename", from, error))
    }

    fn is_machine(&self) -> bool {
        true
    }

    fn create_dir_all(&self, path: &Path) -> Result<(), SystemError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path).map_err(|error| SystemError::io("make the directory", path, error))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn remove_file(&self, path: &Path) -> Result<(), SystemError> {
        let stands = fs::symlink_metadata(path).map(|metadata| metadata.file_type());
        let is_open = stands.is_ok_and(|kind| !(kind.is_file() || kind.is_symlink() || kind.is_dir()));
        if is_open || is_descriptor(path) {
            return Ok(());
        }
        match fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(SystemError::io("remove", path, error)),
            _ => Ok(()),
        }
    }

    fn random(&self) -> Result<[u8; 16], SystemError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)
            .map_err(|error| SystemError::io("read", Path::new("the system's random source"), error.into()))?;
        Ok(bytes)
    }

    fn monotonic(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }

    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    fn run(&self, program: &Program<'_>) -> Result<Ran, RunError> {
        process::run(program)
    }

    fn end_programs(&self) {
        process::end_all();
    }

    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn env_var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    fn is_terminal(&self, stream: Stream) -> bool {
        match stream {
            Stream::Stdout => std::io::stdout().is_terminal(),
            Stream::Stderr => std::io::stderr().is_terminal(),
        }
    }

    fn ask_secret(&self, prompt: &str) -> Result<Option<Zeroizing<String>>, SystemError> {
        if !(std::io::stdin().is_terminal() && std::io::stderr().is_terminal()) {
            return Ok(None);
        }
        let asked = rpassword::prompt_password(prompt);
        asked
            .map(|secret| Some(Zeroizing::new(secret)))
            .map_err(|error| SystemError::io("ask at", Path::new("terminal"), error))
    }

    fn current_dir(&self) -> Result<PathBuf, SystemError> {
        std::env::current_dir().map_err(|error| SystemError::io("find the current directory", Path::new("."), error))
    }
}

/// A file that ends in an error where it is longer than it may be.
#[derive(Debug)]
struct Capped {
    file: File,
    left: u64,
}

impl Read for Capped {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.left = self
            .left
            .checked_sub(u64::try_from(read).unwrap_or(u64::MAX))
            .ok_or_else(|| std::io::Error::other("the file is larger than the limit"))?;
        Ok(read)
    }
}

/// Opens the file that `expected` was taken of a moment ago.
fn open_checked(path: &Path, expected: &FileInfo, limit: u64) -> Result<File, SystemError> {
    let failed = |error| SystemError::io("read", path, error);
    if expected.kind != FileKind::Regular {
        return Err(SystemError::NotRegular { path: path.to_owned(), kind: expected.kind });
    }
    if expected.size > limit {
        return Err(SystemError::TooLarge { path: path.to_owned(), limit });
    }
    let file = File::open(path).map_err(failed)?;
    if info(&file.metadata().map_err(failed)?) != *expected {
        return Err(SystemError::Changed { path: path.to_owned() });
    }
    Ok(file)
}

/// Reads the file that `expected` was taken of a moment ago.
fn read_open(path: &Path, expected: &FileInfo, limit: u64) -> Result<Vec<u8>, SystemError> {
    let failed = |error| SystemError::io("read", path, error);
    let changed = || SystemError::Changed { path: path.to_owned() };
    let too_large = || SystemError::TooLarge { path: path.to_owned(), limit };
    let file = open_checked(path, expected, limit)?;
    let mut bytes = Vec::with_capacity(usize::try_from(expected.size).unwrap_or(0));
    (&file).take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if read > limit {
        return Err(too_large());
    }
    // Files that the kernel makes up as they are read say 0 and are not ours to judge twice.
    if info(&file.metadata().map_err(failed)?) != *expected || (read != expected.size && expected.size > 0) {
        return Err(changed());
    }
    Ok(bytes)
}

fn kind(file_type: fs::FileType) -> FileKind {
    if file_type.is_file() {
        FileKind::Regular
    } else if file_type.is_dir() {
        FileKind::Directory
    } else if file_type.is_symlink() {
        FileKind::Link
    } else {
        FileKind::Other
    }
}

fn info(metadata: &Metadata) -> FileInfo {
    let kind = kind(metadata.file_type());
    let size = if kind == FileKind::Directory { 0 } else { metadata.len() };
    let (device, number, executable) = identity(metadata);
    let stamp = Stamp { device, number, modified: metadata.modified().ok() };
    FileInfo { kind, size, executable, stamp }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64, bool) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino(), metadata.mode() & 0o100 != 0)
}

/// The standard library tells neither device nor number here; size and time remain.
#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64, bool) {
    (0, 0, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_whole_or_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        OsSystem.write(&path, b"12345").unwrap();
        OsSystem.write(&path, b"1234").unwrap();
        assert_eq!(OsSystem.read(&path, 4).unwrap(), b"1234");
        assert!(matches!(OsSystem.read(&path, 3), Err(SystemError::TooLarge { limit: 3, .. })));
        assert!(matches!(OsSystem.read(dir.path(), 3), Err(SystemError::NotRegular { kind: FileKind::Directory, .. })));
        assert!(OsSystem.read(&dir.path().join("b"), 3).unwrap_err().is_missing());
        let names: Vec<_> = OsSystem.read_dir(dir.path()).unwrap().into_iter().map(|item| item.name).collect();
        assert_eq!(names, ["a"], "no draft is left behind");
    }

    #[test]
    fn a_stream_ends_in_an_error_past_its_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        OsSystem.write(&path, b"12345").unwrap();
        let mut text = String::new();
        OsSystem.open(&path, 5).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "12345");
        assert!(matches!(OsSystem.open(&path, 4), Err(SystemError::TooLarge { limit: 4, .. })));
        let mut grows = Capped { file: File::open(&path).unwrap(), left: 4 };
        assert!(grows.read_to_string(&mut text).is_err());
        assert!(OsSystem.open(dir.path(), 5).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("key");
        OsSystem.write(&path, b"secret").unwrap();
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        for mode in [0o644, 0o640, 0o604, 0o620, 0o601] {
            set(mode);
            let error = OsSystem.read_private(&path, 10).unwrap_err();
            assert!(error.to_string().contains(&format!("(mode {mode:04o})")), "{error}");
        }
        for mode in [0o600, 0o400] {
            set(mode);
            assert_eq!(OsSystem.read_private(&path, 10).unwrap(), b"secret");
        }
        assert!(OsSystem.read_descriptor(4_000_000, 10).is_err());
    }

    #[test]
    fn another_file_at_the_same_path_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        OsSystem.write(&path, b"one").unwrap();
        let before = OsSystem.symlink_metadata(&path).unwrap().unwrap();
        assert_eq!(OsSystem.read_unchanged(&path, &before, 10).unwrap(), b"one");
        OsSystem.write(&path, b"two").unwrap();
        assert!(matches!(OsSystem.read_unchanged(&path, &before, 10), Err(SystemError::Changed { .. })));
    }
}
