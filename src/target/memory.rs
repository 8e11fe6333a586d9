//! Files in memory: what `attest test` judges.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Entry, EntryKind, Identity, Listing, Lookup, Target, TargetError};
use crate::base::limits::TARGET_FILE_BYTES;
use crate::base::literal::RelPath;
use crate::git::segments;

/// A target made of values. Every file counts; it is no commit of anything.
#[derive(Debug, Default)]
pub struct MemoryTarget {
    files: BTreeMap<Arc<str>, Arc<[u8]>>,
    listing: Listing,
    identity: Identity,
}

impl MemoryTarget {
    /// A target of these files; the last of two with one path holds.
    pub fn new<P: Into<Arc<str>>, B: Into<Arc<[u8]>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let files: BTreeMap<Arc<str>, Arc<[u8]>> =
            files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect();
        let entries = files.iter().map(|(path, bytes)| entry(path, bytes)).collect();
        Self { files, listing: Listing::new(entries, Vec::new()), identity: Identity::default() }
    }

    /// The same files as another code.
    #[must_use]
    pub fn with_identity(mut self, identity: Identity) -> Self {
        self.identity = identity;
        self
    }
}

fn entry(path: &Arc<str>, bytes: &[u8]) -> Entry {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Entry { path: Arc::clone(path), kind: EntryKind::Regular, size, tracked: false }
}

impl Target for MemoryTarget {
    fn files(&self) -> Result<&Listing, TargetError> {
        Ok(&self.listing)
    }

    fn lookup(&self, path: &RelPath) -> Result<Lookup, TargetError> {
        if let Err(reason) = segments(path.as_str()) {
            return Ok(Lookup::Refused { reason });
        }
        if let Some((path, bytes)) = self.files.get_key_value(path.as_str()) {
            return Ok(Lookup::Found(entry(path, bytes)));
        }
        let below = format!("{path}/");
        let is_directory =
            self.files.range(Arc::<str>::from(below.as_str())..).next().is_some_and(|(key, _)| key.starts_with(&below));
        Ok(if is_directory {
            let path = Arc::from(path.as_str());
            Lookup::Found(Entry { path, kind: EntryKind::Directory, size: 0, tracked: false })
        } else {
            Lookup::Missing
        })
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, TargetError> {
        let bytes = self.files.get(path).ok_or_else(|| TargetError::Missing { path: path.to_owned() })?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > TARGET_FILE_BYTES {
            return Err(TargetError::TooLarge { path: path.to_owned(), size, limit: TARGET_FILE_BYTES });
        }
        Ok(Arc::clone(bytes))
    }

    fn identity(&self) -> Result<&Identity, TargetError> {
        Ok(&self.identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::literal::Files;

    #[test]
    fn files_are_listed_selected_and_read() {
        let target = MemoryTarget::new([("b/x.py", &b"1"[..]), ("a.py", b""), ("b-c/x.py", b""), ("b/.env", b"")]);
        let paths = |files: &str| -> Vec<String> {
            let files = Files::parse(files).unwrap();
            target.files().unwrap().select(&files).map(|entry| entry.path.to_string()).collect()
        };
        assert_eq!(paths("**/*.py"), ["a.py", "b-c/x.py", "b/x.py"]);
        assert_eq!(paths("b/*"), ["b/.env", "b/x.py"]);
        assert_eq!(paths("a.py"), ["a.py"]);
        assert_eq!(paths("c/**"), [""; 0]);
        assert_eq!(&*target.read("b/x.py").unwrap(), b"1");
        let lookup = |path: &str| target.lookup(&RelPath::parse(path).unwrap()).unwrap();
        assert!(matches!(lookup("b"), Lookup::Found(Entry { kind: EntryKind::Directory, .. })));
        assert_eq!(lookup("c"), Lookup::Missing);
        assert!(matches!(lookup(".git/config"), Lookup::Refused { .. }));
    }
}
