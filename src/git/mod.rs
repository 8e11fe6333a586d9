//! Everything that touches gix: repositories, revisions, objects, the index. Its API breaks often; it breaks here only.
//! Does not know what a target or a change is, nor which files count.
//!
//! A repository may be hostile. It is opened without the machine's configuration and environment, with nothing of its own
//! configuration in force, so that no filter, hook or monitor of it can run and no `core.worktree` or replacement ref can
//! show other files. Objects are held to their ids. Sizes are asked for before content.

mod error;
mod history;
mod ignores;
mod index;
mod paths;
mod remote;
mod revision;
mod tree;

use std::path::{Path, PathBuf};

use gix::objs::Kind;
use gix::sec::Trust;

pub use error::GitError;
pub(crate) use history::MergeBase;
pub(crate) use ignores::{Ignores, Unreadable};
pub(crate) use index::{Index, Staged, link_bytes};
pub(crate) use paths::{Descent, descend, is_git_dir, is_holdable, native, segments, stored};
pub use remote::normalise_remote;
pub use tree::Mode;
pub(crate) use tree::{AtPath, Item, LONGEST, Pair, TreeId};

/// The id of a git object.
pub(crate) use gix::ObjectId;

use crate::base::digest::{Digest, sha256};
use crate::base::suggest;
use crate::base::system::System;

/// Most bytes that one object or the index may take in memory.
const ALLOCATION: &str = "gitoxide.objects.allocLimit=1g";
/// Largest commit or tree object, bytes.
const STRUCTURE: u64 = 256 << 20;
/// Longest revision that is tried.
const REVISION: usize = 512;
/// Most branches and tags that a suggestion is looked for in.
const NAMES: usize = 20_000;

/// An opened repository and where the target's root lies in it.
#[derive(Debug)]
pub(crate) struct Repository {
    inner: gix::ThreadSafeRepository,
    /// None where the repository is bare.
    work_dir: Option<PathBuf>,
    /// The root relative to the work tree; empty at its top.
    prefix: String,
}

/// A commit, read and held to its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    id: gix::ObjectId,
    tree: gix::ObjectId,
}

impl Commit {
    pub(crate) fn hex(&self) -> String {
        self.id.to_string()
    }

    pub(crate) fn id(&self) -> ObjectId {
        self.id
    }

    /// All files of it.
    pub(crate) fn tree(&self) -> TreeId {
        TreeId(self.tree)
    }
}

impl Repository {
    /// The repository that `root` (canonical) lies in, or is where it is bare; none where there is none.
    pub(crate) fn discover(system: &dyn System, root: &Path) -> Result<Option<Self>, GitError> {
        let stands = |at: &Path, name: &str| matches!(system.symlink_metadata(&at.join(name)), Ok(Some(_)));
        for directory in root.ancestors() {
            let own = stands(directory, ".git");
            let bare = !own && directory == root && ["HEAD", "objects", "refs"].iter().all(|name| stands(root, name));
            if !bare && !own {
                continue;
            }
            // A commit can hold files that look like a bare repository, with branches and a history of its author's making.
            let holds = |around: &&Path| stands(around, ".git") && !is_within_git_dir(root, around);
            if let Some(around) = directory.ancestors().skip(1).filter(|_| bare).find(holds) {
                let reason =
                    format!("it lies among the files of `{}`, whose commits could have made it", around.display());
                return Err(GitError::Repository {
                    action: "trust the files",
                    repository: directory.display().to_string(),
                    reason,
                    advice: "name the repository around it, or move it out",
                });
            }
            let below = root.strip_prefix(directory).unwrap_or(Path::new(""));
            let prefix =
                below.to_str().map(|prefix| prefix.replace(std::path::MAIN_SEPARATOR, "/")).ok_or_else(|| {
                    broken(directory, "find the root", "the root's path is not UTF-8; rename its directories")
                })?;
            let inner = options().open(directory).map_err(|error| failed(directory, "open the files", &error))?;
            return Ok(Some(Self { inner, work_dir: (!bare).then(|| directory.to_owned()), prefix }));
        }
        Ok(None)
    }

    /// The top of the work tree; none where the repository is bare.
    pub(crate) fn work_dir(&self) -> Option<&Path> {
        self.work_dir.as_deref()
    }

    /// The root relative to the top of the work tree.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The address of `origin`, else of the only remote, as it is configured.
    pub(crate) fn remote_url(&self) -> Option<String> {
        let repo = self.local();
        let config = repo.config_snapshot();
        let url = |name: &str| config.string(format!("remote.{name}.url").as_str()).map(|url| url.to_string());
        url("origin").or_else(|| {
            let mut names: Vec<String> = config
                .plumbing()
                .sections_by_name("remote")
                .into_iter()
                .flatten()
                .filter_map(|section| section.header().subsection_name().map(ToString::to_string))
                .collect();
            names.sort_unstable();
            names.dedup();
            match names.as_slice() {
                [only] => url(only),
                _ => None,
            }
        })
    }

    /// The commit that is checked out; none before the first.
    pub(crate) fn head(&self) -> Result<Option<Commit>, GitError> {
        let repo = self.local();
        let head = repo.head().map_err(|error| self.failed("read the HEAD", &error))?;
        if head.is_unborn() {
            return Ok(None);
        }
        let id = repo.head_id().map_err(|error| self.failed("read the HEAD", &error))?.detach();
        self.commit(&repo, id).map(Some)
    }

    /// The commit that a revision names.
    pub(crate) fn resolve(&self, revision: &str) -> Result<Commit, GitError> {
        let repo = self.local();
        let unknown = |reason: String| {
            let suggestion = near(&repo, revision);
            GitError::UnknownRevision { revision: revision.to_owned(), reason, suggestion }
        };
        if revision.is_empty() || revision.len() > REVISION {
            return Err(unknown("a revision is a branch, a tag or an id".to_owned()));
        }
        if let Some(names) = revision::ambiguous(&repo, revision) {
            return Err(GitError::AmbiguousRevision { revision: revision.to_owned(), names });
        }
        let id = repo.rev_parse_single(revision).map_err(|error| unknown(unresolved(&repo, &cause(&error))))?;
        let object = id.object().map_err(|error| unknown(cause(&error)))?;
        let commit = object.peel_to_kind(Kind::Commit).map_err(|_| unknown("it names no commit".to_owned()))?;
        self.commit(&repo, commit.id)
    }

    /// The repository itself, whatever directory of it was named.
    pub(crate) fn whole(self) -> Self {
        Self { prefix: String::new(), ..self }
    }

    /// The tree of the root in a commit; none where the commit has no such directory.
    pub(crate) fn root_tree(&self, commit: &Commit) -> Result<Option<TreeId>, GitError> {
        if self.prefix.is_empty() {
            return Ok(Some(TreeId(commit.tree)));
        }
        let segments: Vec<&str> = self.prefix.split('/').collect();
        self.directory(TreeId(commit.tree), &segments)
    }

    /// SHA-256 of a tree object's bytes.
    pub(crate) fn tree_digest(&self, tree: TreeId) -> Result<Digest, GitError> {
        Ok(sha256(&self.object(&self.local(), tree.0, Kind::Tree, STRUCTURE)?))
    }

    fn commit(&self, repo: &gix::Repository, id: gix::ObjectId) -> Result<Commit, GitError> {
        let bytes = self.object(repo, id, Kind::Commit, STRUCTURE)?;
        let tree = gix::objs::CommitRefIter::from_bytes(&bytes, id.kind()).tree_id();
        let tree = tree.map_err(|error| self.broken("read a commit", &error.to_string()))?;
        Ok(Commit { id, tree })
    }

    /// An object of a kind, held to its id.
    fn object(&self, repo: &gix::Repository, id: gix::ObjectId, kind: Kind, limit: u64) -> Result<Vec<u8>, GitError> {
        let action = "read an object";
        let header = self.header(repo, id)?;
        if header.kind() != kind || header.size() > limit {
            return Err(self.broken(action, &format!("`{id}` is no {kind}, or over the limit of {limit} bytes")));
        }
        let bytes = repo.find_object(id).map_err(|error| self.failed(action, &error))?.detach().data;
        match gix::objs::compute_hash(id.kind(), kind, &bytes) {
            Ok(actual) if actual == id => Ok(bytes),
            _ => Err(self.broken(action, &format!("the content of `{id}` does not have that id"))),
        }
    }

    fn header(&self, repo: &gix::Repository, id: gix::ObjectId) -> Result<gix::odb::find::Header, GitError> {
        let action = "read an object";
        let header = repo.try_find_header(id).map_err(|error| self.failed(action, &error))?;
        header.ok_or_else(|| GitError::Repository {
            action,
            repository: self.place().display().to_string(),
            reason: format!("`{id}` is not there"),
            advice: "a shallow or partial clone lacks it: fetch it; else `git fsck` says what is broken",
        })
    }

    fn local(&self) -> gix::Repository {
        self.inner.to_thread_local()
    }

    fn broken(&self, action: &'static str, reason: &str) -> GitError {
        broken(self.place(), action, reason)
    }

    fn failed(&self, action: &'static str, error: &gix::Error) -> GitError {
        failed(self.place(), action, error)
    }

    fn place(&self) -> &Path {
        self.work_dir.as_deref().unwrap_or(self.inner.git_dir())
    }
}

/// The id that git gives a file of that content.
pub(crate) fn blob_id(bytes: &[u8]) -> Option<ObjectId> {
    gix::objs::compute_hash(gix::hash::Kind::Sha1, Kind::Blob, bytes).ok()
}

/// The id of git's empty tree, in hex.
pub(crate) fn empty_tree() -> String {
    gix::ObjectId::empty_tree(gix::hash::Kind::Sha1).to_string()
}

/// Whether a directory lies in the `.git` of one above it, which no commit can hold.
fn is_within_git_dir(directory: &Path, above: &Path) -> bool {
    let below = directory.strip_prefix(above).unwrap_or(directory);
    below.components().any(|step| step.as_os_str().to_str().is_some_and(is_git_dir))
}

/// A branch or tag whose name is near.
fn near(repo: &gix::Repository, revision: &str) -> Option<String> {
    let references = repo.references().ok()?;
    let mut names: Vec<String> = references
        .all()
        .ok()?
        .take(NAMES)
        .filter_map(Result::ok)
        .map(|reference| reference.name().shorten().to_string())
        .filter(|name| name != revision)
        .collect();
    names.sort_unstable();
    suggest::nearest(revision, names.iter().map(String::as_str)).map(str::to_owned)
}

fn broken(repository: &Path, action: &'static str, reason: &str) -> GitError {
    let advice = "repair it, or `git fsck` says what is broken";
    GitError::Repository { action, repository: repository.display().to_string(), reason: reason.to_owned(), advice }
}

fn failed(repository: &Path, action: &'static str, error: &gix::Error) -> GitError {
    let mut failed = broken(repository, action, &text(error));
    if let GitError::Repository { advice, .. } = &mut failed
        && error.classify().is_unsupported()
    {
        *advice = "use a clone with SHA-1 objects and references as files";
    }
    failed
}

/// Nothing of the machine's and nothing of the repository's own configuration is in force; only ours.
fn options() -> gix::open::Options {
    gix::open::Options::isolated()
        .with(Trust::Reduced)
        .filter_config_section(|section| matches!(section.source, gix::config::Source::Api | gix::config::Source::Cli))
        .config_overrides([ALLOCATION, "core.useReplaceRefs=false"])
}

/// The reason with its causes, in one line and in the form of our messages.
fn text(error: &gix::Error) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for error in error.iter_errors().take(8) {
        let words = error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        let words = words.trim_end_matches('.');
        let mut rest = words.chars();
        let lowered = rest.next().into_iter().flat_map(char::to_lowercase).chain(rest).collect();
        if !words.is_empty() && !reasons.contains(&lowered) {
            reasons.push(lowered);
        }
    }
    reasons.join(": ")
}

/// Why a revision has no commit, in our words where gix's would not say what to do.
fn unresolved(repo: &gix::Repository, cause: &str) -> String {
    let fetch =
        if matches!(repo.shallow_commits(), Ok(Some(_))) { "; the clone is shallow: fetch more of it" } else { "" };
    if cause.starts_with("The ref partially named") {
        return format!("no branch, tag or commit here has that name{fetch}");
    }
    if cause.starts_with("Short id") {
        return "more than one object has an id that begins so; write more of it".to_owned();
    }
    if cause.contains("is out of range") {
        return format!("the history here does not go back so far{fetch}");
    }
    cause.to_owned()
}

/// The innermost reason: of a revision that is not there, what exactly is missing.
fn cause(error: &gix::Error) -> String {
    error.iter_errors().last().map(|cause| cause.to_string().trim_end_matches('.').to_owned()).unwrap_or_default()
}
