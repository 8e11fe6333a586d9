//! What was seen of a repository, and when: references, digests and moments in `.attest/cache.db`. For people to look at.
//!
//! Never asked for a decision, and holds neither a verdict nor a file's content: to delete or to forge it changes no result.
//! That it cannot be kept is a warning, never a failure. Does not know who saw what, and why.

mod database;
mod place;

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

use self::database::Trouble;
use crate::base::digest::Digest;
use crate::base::system::System;

/// Largest cache, bytes.
pub const BYTES: u64 = 16 << 20;
/// Most digests that are kept; the oldest go first.
pub const DIGESTS: usize = 10_000;
/// Longest path and longest address that are kept, bytes.
pub const TEXT_BYTES: usize = 512;
/// How long another process that writes is waited for, milliseconds.
pub const PATIENCE_MILLIS: u64 = 250;
/// Most files of one name that are set aside.
pub const ASIDE: usize = 99;

/// What a command saw of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The address of the repository, where it has one.
    pub repo_url: Option<String>,
    /// Where the change begins, in hex.
    pub base_commit: String,
    /// Where it ends, in hex.
    pub head_commit: String,
    /// The digest of its patch.
    pub patch: Digest,
    /// The digest of the tree at its end, where it was computed.
    pub tree: Option<Digest>,
    /// The files that are there at its end: path, as it is shown, and digest.
    pub files: Vec<(String, Digest)>,
    /// When.
    pub at: jiff::Timestamp,
}

/// A reference that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeenRef {
    /// `repo.url`, `repo.baseCommit` or `repo.headCommit`.
    pub key: String,
    /// What it was.
    pub value: String,
    /// When it was seen last.
    pub last_seen_at: String,
}

/// A digest that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeenDigest {
    /// `sha256`.
    pub algorithm: String,
    /// In hex.
    pub digest: String,
    /// `patch`, `tree` or `file`.
    pub kind: String,
    /// Of what: `patch.diff`, `repo-tree`, or a file's path.
    pub path: String,
    /// When it was seen last.
    pub last_seen_at: String,
}

/// A moment that was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SeenTime {
    /// `digest.lastComputedAt`.
    pub name: String,
    /// What it was.
    pub value: String,
    /// When it was seen last.
    pub last_seen_at: String,
}

/// All that the cache holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    /// References by key.
    pub refs: Vec<SeenRef>,
    /// Digests by kind, path and value.
    pub digests: Vec<SeenDigest>,
    /// Moments by name.
    pub timestamps: Vec<SeenTime>,
}

/// What can be said of a cache.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shown {
    /// Where it is, or would be.
    pub path: String,
    /// Whether it is there.
    pub present: bool,
    /// What it holds.
    #[serde(flatten)]
    pub contents: Contents,
}

/// Why nothing can be said of a cache, or not all of it removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unshown {
    /// There is neither an `.attest` directory nor a git work tree.
    Nowhere,
    /// It is not to be used, and why.
    Unusable(String),
    /// What could not be removed, and why.
    Left(String),
}

/// Writes down what was seen; a warning where that was not possible, or where a file that is no cache was set aside.
/// Nothing is written where there is neither an `.attest` directory nor a git work tree.
pub fn record(system: &dyn System, root: &Path, seen: &Seen) -> Option<String> {
    keep(system, root, seen).unwrap_or_else(Some)
}

/// The warning of what was set aside, or of why nothing was written.
fn keep(system: &dyn System, root: &Path, seen: &Seen) -> Result<Option<String>, String> {
    // SQLite opens the machine's files: a made-up system has none of them.
    if !system.is_machine() {
        return Ok(None);
    }
    let Some(place) = place::find(system, root)? else { return Ok(None) };
    place::prepare(system, &place)?;
    let path = place.directory.join(place::NAME);
    let shown = path.display();
    let mut told: Option<String> = None;
    loop {
        let problem = if let Some(problem) = place::problem(system, &place.directory) {
            problem
        } else {
            place::begin(system, &path)?;
            match database::write(&path, seen) {
                Ok(()) => return Ok(told),
                Err(Trouble::Busy) => {
                    return Err(format!("the cache `{shown}` is locked by another process: left as it is"));
                }
                Err(Trouble::Refused(problem)) => {
                    return Err(format!("the cache `{shown}` cannot be written ({problem}): left as it is"));
                }
                Err(Trouble::Foreign(problem)) => problem,
            }
        };
        if told.is_some() {
            // Somebody puts it back as fast as it goes away.
            return Err(format!("the cache `{shown}` {problem}, again: nothing was written"));
        }
        let aside = place::set_aside(system, &place.directory)?;
        told = Some(format!("the cache `{shown}` {problem}: set aside as `{aside}`, and a new one begun"));
    }
}

/// What a cache holds. Changes nothing.
///
/// # Errors
/// Where there is no place for one, or it is not to be used.
pub fn show(system: &dyn System, root: &Path) -> Result<Shown, Unshown> {
    let place = place_of(system, root)?;
    let path = place.directory.join(place::NAME);
    let shown = path.display().to_string();
    if let Some(problem) = place::problem(system, &place.directory) {
        return Err(Unshown::Unusable(format!("the cache `{shown}` {problem}")));
    }
    if !place::is_there(system, &path) {
        return Ok(Shown { path: shown, present: false, contents: Contents::default() });
    }
    match database::read(&path) {
        Ok(contents) => Ok(Shown { path: shown, present: true, contents }),
        Err(Trouble::Busy) => Err(Unshown::Unusable(format!("the cache `{shown}` is locked by another process"))),
        Err(Trouble::Refused(problem)) => {
            Err(Unshown::Unusable(format!("the cache `{shown}` cannot be read: {problem}")))
        }
        Err(Trouble::Foreign(problem)) => Err(Unshown::Unusable(format!("the cache `{shown}` {problem}"))),
    }
}

/// Removes a cache and what was set aside; gives the names of what was removed, and where.
///
/// # Errors
/// Where there is no place for one, or something cannot be removed.
pub fn clear(system: &dyn System, root: &Path) -> Result<(PathBuf, Vec<String>), Unshown> {
    let place = place_of(system, root)?;
    let removed = place::remove(system, &place.directory).map_err(Unshown::Left)?;
    Ok((place.directory, removed))
}

fn place_of(system: &dyn System, root: &Path) -> Result<place::Place, Unshown> {
    if !system.is_machine() {
        return Err(Unshown::Nowhere);
    }
    place::find(system, root).map_err(Unshown::Unusable)?.ok_or(Unshown::Nowhere)
}
