//! The verdict store: answers of earlier runs by [`Key`], one file each, in a directory outside of the target. Does not know
//! what an answer counts for: whoever takes one out holds it against its question again.
//!
//! A file is written whole or not at all, so an interrupted run leaves a store in which everything is true. What cannot be
//! read as it was written is no answer, never a pass; it stays where it is until somebody prunes it.
//!
//! Several runs may write at once. [`Store::put`] replaces a file only where it is still the one that [`Store::get`] read;
//! otherwise another run has answered meanwhile, and the votes of both stand. Between that look and the rename lies an
//! instant without a lock in which the last whole file wins: then the votes of one run are lost to the record, but not to
//! that run's report, and what stays is one run's whole panel.

mod directory;
mod list;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

pub use directory::{Place, directory, place};
pub use list::{Contents, Listed};

use super::transcript::{self, Entry, Key, Recorded, Usage};
use crate::base::canonical;
use crate::base::digest::{Digest, sha256};
use crate::base::system::{FileKind, System, SystemError};

/// The version of an entry's file; readers refuse others.
pub const SCHEMA: u32 = 1;
/// Largest file of an entry, bytes.
pub const ENTRY_BYTES: usize = 1 << 20;
/// How often a file is read that is replaced while it is read.
const READS: usize = 16;

/// Why the store did not do what it was asked to. None of these is an answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A key that no question has.
    #[error("`{0}` is no key of the verdict store: write `sha256:` and 64 digits of 0-9a-f")]
    Key(String),
    /// The machine refused.
    #[error("the verdict store cannot be used: {0}")]
    System(#[from] SystemError),
    /// Something else stands where the directory would be.
    #[error("the verdict store `{}` is no directory but {}", path.display(), crate::base::system::described(*kind))]
    NotDirectory {
        /// The path.
        path: PathBuf,
        /// What it is.
        kind: FileKind,
    },
    /// A file that is no answer.
    #[error(
        "`{}` of the verdict store is no answer: {problem}; `attest transcript prune --broken` removes it", path.display()
    )]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// An entry that could not be read again.
    #[error("an answer of `{id}` is not kept in the verdict store: {problem}")]
    Unfit {
        /// What was asked about.
        id: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A store that the code under judgement could bring along.
    #[error(
        "the verdict store `{}` lies inside of `{}`: code under judgement could bring forged verdicts of its own; name a directory elsewhere with `--store DIR` or `ATTEST_TIER2_STORE`",
        store.display(), outer.display()
    )]
    Inside {
        /// The store.
        store: PathBuf,
        /// The target, or the repository that holds it.
        outer: PathBuf,
    },
    /// A store that holds the code under judgement.
    #[error(
        "the verdict store `{}` holds the target `{}`: code under judgement could bring forged verdicts of its own; name a directory elsewhere with `--store DIR` or `ATTEST_TIER2_STORE`",
        store.display(), target.display()
    )]
    Around {
        /// The store.
        store: PathBuf,
        /// The target.
        target: PathBuf,
    },
    /// A link to nowhere: where the store would be is not known.
    #[error("the verdict store cannot be used: `{}` is a link to nowhere; make what it leads to, or name a directory with `--store DIR`", path.display())]
    Dangling {
        /// The link.
        path: PathBuf,
    },
}

/// An entry as its file has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "the file of an entry")]
struct Kept {
    schema: u32,
    key: Key,
    entry: Entry,
}

/// Answers of earlier runs.
#[derive(Debug)]
pub struct Store {
    system: Arc<dyn System>,
    directory: PathBuf,
    /// What [`Self::get`] found under each key: nothing, or bytes of this digest.
    seen: Mutex<BTreeMap<Key, Option<Digest>>>,
}

impl Store {
    /// The store in a directory, which is made when something is first written.
    pub fn open(system: Arc<dyn System>, directory: PathBuf) -> Self {
        Self { system, directory, seen: Mutex::default() }
    }

    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The file of a key.
    ///
    /// # Errors
    /// Where the key is none.
    pub fn path(&self, key: &Key) -> Result<PathBuf, StoreError> {
        let parts = key.hex().and_then(|hex| hex.split_at_checked(2));
        let (first, rest) = parts.ok_or_else(|| StoreError::Key(key.0.chars().take(80).collect()))?;
        Ok(self.directory.join(first).join(format!("{rest}.json")))
    }

    /// The answers under a key.
    ///
    /// # Errors
    /// Where there is a file and no answer in it: then there is none, and why is worth saying.
    pub fn get(&self, key: &Key) -> Result<Option<Entry>, StoreError> {
        let path = self.path(key)?;
        let bytes = self.bytes(&path)?;
        let digest = bytes.as_deref().map(sha256);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), digest);
        bytes.map(|bytes| read(key, &bytes).map_err(|problem| StoreError::Broken { path, problem })).transpose()
    }

    /// Keeps answers under a key. They take the place of those that [`Self::get`] found; answers that came from elsewhere
    /// since then stay beside them.
    ///
    /// # Errors
    /// Where the entry does not fit its key or the limits, where a broken file stands in its place, or it cannot be
    /// written. Where the entry does not fit beside what stands there, that becomes an entry which decides nothing.
    pub fn put(&self, key: &Key, entry: &Entry) -> Result<(), StoreError> {
        let path = self.path(key)?;
        let unfit = |problem| StoreError::Unfit { id: entry.id.clone(), problem };
        // Held while writing: two assertions of one run may ask the same question.
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = self.bytes(&path)?;
        let is_known = seen.get(key).is_some_and(|seen| *seen == standing.as_deref().map(sha256));
        let standing = match &standing {
            None => None,
            Some(bytes) => {
                Some(read(key, bytes).map_err(|problem| StoreError::Broken { path: path.clone(), problem })?)
            }
        };
        let mut entry = Entry { cached: false, ..entry.clone() };
        if let (Some(standing), false) = (&standing, is_known) {
            let others = standing.votes.iter().filter(|vote| !entry.votes.contains(vote)).cloned();
            entry.votes = others.chain(entry.votes.iter().cloned()).collect();
        }
        match written(key, &entry) {
            Ok(bytes) => self.write(&path, &bytes),
            Err(problem) => {
                // To keep the earlier answers alone would forget these, which may say otherwise.
                if let Some(standing) = standing {
                    let bytes = written(key, &undecided(standing)).map_err(unfit)?;
                    self.write(&path, &bytes)?;
                }
                Err(unfit(problem))
            }
        }
    }

    /// Removes the file of a key, whatever stands in it.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn remove(&self, key: &Key) -> Result<(), StoreError> {
        Ok(self.system.remove_file(&self.path(key)?)?)
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
        if let Some(parent) = path.parent() {
            self.system.create_dir_all(parent)?;
        }
        Ok(self.system.write(path, bytes)?)
    }

    /// The bytes of an entry's file; nothing where there is none.
    fn bytes(&self, path: &Path) -> Result<Option<Vec<u8>>, StoreError> {
        let limit = u64::try_from(ENTRY_BYTES).unwrap_or(u64::MAX);
        let mut last = self.system.read(path, limit);
        for _ in 1..READS {
            // Another run put its own in place between a look and a read.
            if !matches!(last, Err(SystemError::Changed { .. })) {
                break;
            }
            last = self.system.read(path, limit);
        }
        match last {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_missing() => Ok(None),
            Err(SystemError::TooLarge { .. }) => {
                let problem = format!("it is larger than {ENTRY_BYTES} bytes");
                Err(StoreError::Broken { path: path.to_owned(), problem })
            }
            Err(SystemError::NotRegular { kind, .. }) => {
                let problem = format!("it is {}", crate::base::system::described(kind));
                Err(StoreError::Broken { path: path.to_owned(), problem })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Reads the bytes of an entry's file.
///
/// # Errors
/// What is wrong with them, in a few words: then they are no answer.
pub fn read(key: &Key, bytes: &[u8]) -> Result<Entry, String> {
    if bytes.len() > ENTRY_BYTES {
        return Err(format!("it is larger than {ENTRY_BYTES} bytes"));
    }
    transcript::schema_of(bytes, SCHEMA)?;
    let kept: Kept = serde_json::from_slice(bytes).map_err(|error| transcript::said(&error))?;
    if kept.key != *key {
        return Err(String::from("its key is not that of its name"));
    }
    // Only a store writes here, and one entry has one form: the rest is not ours.
    if written(key, &kept.entry)? != bytes {
        return Err(String::from("it is not written as attest writes it"));
    }
    Ok(kept.entry)
}

/// The bytes of an entry's file.
fn written(key: &Key, entry: &Entry) -> Result<Vec<u8>, String> {
    entry.check(key)?;
    let kept = Kept { schema: SCHEMA, key: key.clone(), entry: entry.clone() };
    let mut bytes = canonical::to_vec(&kept).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    if bytes.len() > ENTRY_BYTES {
        return Err(format!("its {} answers are larger than {ENTRY_BYTES} bytes", entry.votes.len()));
    }
    Ok(bytes)
}

/// An entry in place of one whose answers no longer stand alone: it decides nothing until it is pruned.
fn undecided(mut standing: Entry) -> Entry {
    let at = standing.votes.pop().map(|vote| vote.at).unwrap_or_default();
    let problem = String::from("later answers did not fit beside the earlier ones; prune this entry to ask again");
    standing.votes = vec![Recorded { text: None, problem, usage: Usage::default(), at, millis: 0 }];
    standing
}
