//! What stands in a verdict store, for people who look at it, export it and prune it. Does not know what they want of it.

use std::ffi::OsStr;
use std::path::PathBuf;

use super::{Store, StoreError};
use crate::base::system::FileKind;
use crate::judge::transcript::{Entry, Key, is_hex};

/// Most files of entries that are listed.
const LISTED: usize = 1_000_000;

/// The files of a store that are its own; of others it knows nothing, and nobody removes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The keys that have a file, in order.
    pub keys: Vec<Key>,
    /// Drafts that are being written, or that a crash left behind.
    pub drafts: Vec<PathBuf>,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// A file of a store.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its key.
    pub key: Key,
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes, as far as it can be told.
    pub bytes: u64,
    /// What stands in it.
    pub entry: Result<Entry, StoreError>,
}

impl Store {
    /// The files of the store; none where it is not there yet.
    ///
    /// # Errors
    /// Where a directory of it cannot be read.
    pub fn contents(&self) -> Result<Contents, StoreError> {
        self.contents_up_to(LISTED)
    }

    pub(super) fn contents_up_to(&self, most: usize) -> Result<Contents, StoreError> {
        let mut contents = Contents::default();
        let top = match self.system.read_dir(&self.directory) {
            Ok(items) => items,
            Err(error) if error.is_missing() => {
                let Some(info) = self.system.symlink_metadata(&self.directory)? else { return Ok(contents) };
                return Err(StoreError::NotDirectory { path: self.directory.clone(), kind: info.kind });
            }
            Err(error) => return Err(error.into()),
        };
        for directory in top.into_iter().filter(|item| item.kind == FileKind::Directory) {
            let Some(first) = hex(&directory.name, 2).map(str::to_owned) else { continue };
            let path = self.directory.join(&first);
            for item in self.system.read_dir(&path)? {
                let Some(name) = item.name.to_str() else { continue };
                if is_draft(name) {
                    contents.drafts.push(path.join(name));
                } else if let Some(rest) = name.strip_suffix(".json").and_then(|rest| hex(OsStr::new(rest), 62)) {
                    if contents.keys.len() >= most {
                        contents.more = true;
                        return Ok(contents);
                    }
                    contents.keys.push(Key(format!("sha256:{first}{rest}")));
                }
            }
        }
        Ok(contents)
    }

    /// Each of these files in turn, read when it is asked for; those that are gone by then are passed over.
    pub fn entries<'s>(&'s self, keys: &'s [Key]) -> impl Iterator<Item = Listed> + 's {
        keys.iter().filter_map(|key| {
            let path = self.path(key).ok()?;
            let entry = self.get(key).transpose()?;
            let bytes = self.system.symlink_metadata(&path).ok().flatten().map_or(0, |info| info.size);
            Some(Listed { key: key.clone(), path, bytes, entry })
        })
    }
}

/// A name of so many hexadecimal digits.
fn hex(name: &OsStr, length: usize) -> Option<&str> {
    name.to_str().filter(|name| name.len() == length && is_hex(name))
}

/// Whether a name is that of an entry's file while it is written, see [`crate::base::system::System::write`].
fn is_draft(name: &str) -> bool {
    let Some((rest, tail)) = name.strip_prefix('.').and_then(|name| name.split_once(".json.")) else { return false };
    hex(OsStr::new(rest), 62).is_some() && tail.strip_suffix(".tmp").is_some()
}
