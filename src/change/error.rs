//! What can be wrong with a change, each with what to do. Does not know which command asked for it.

use crate::base::system::SystemError;
use crate::git::GitError;

/// Why there is no change to speak of.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ChangeError {
    /// The root is missing or no directory.
    #[error("the root `{root}` is not a directory; name one with `--root`")]
    NoRoot {
        /// As it was named.
        root: String,
    },
    /// The root lies in no repository.
    #[error("`{root}` is in no git repository; name one with `--root`")]
    NotARepository {
        /// As it was named.
        root: String,
    },
    /// An index or a work tree was asked for, and there is none.
    #[error("`{root}` is a bare repository without index and work tree; name a commit with `--head`")]
    Bare {
        /// As it was named.
        root: String,
    },
    /// The repository has no commit.
    #[error("`{root}` has no commit yet, so there is nothing that a change could begin at; commit first")]
    NoCommit {
        /// As it was named.
        root: String,
    },
    /// The repository cannot be read, or has no such revision.
    #[error("{0}")]
    Git(#[from] GitError),
    /// The clone ends before it says where the two histories meet.
    #[error(
        "the history of this clone ends before `{base}` and `{head}` are known to meet; fetch more of it, with `git fetch --unshallow` or a greater depth"
    )]
    Shallow {
        /// The base as it was named.
        base: String,
        /// The end.
        head: String,
    },
    /// Two histories without a common commit.
    #[error(
        "`{base}` and `{head}` have no commit in common; name the commit that the change begins at with `--base-commit`"
    )]
    Unrelated {
        /// The base as it was named.
        base: String,
        /// The end.
        head: String,
    },
    /// Histories that were merged crosswise.
    #[error(
        "`{base}` and `{head}` meet in {} commits ({}), none of which is the base; name one of them with `--base-commit`",
        commits.len(),
        commits.join(", ")
    )]
    Ambiguous {
        /// The base as it was named.
        base: String,
        /// The end.
        head: String,
        /// The commits in hex, in order.
        commits: Vec<String>,
    },
    /// A file of the work tree that cannot be part of a change.
    #[error("`{path}` {reason}")]
    File {
        /// The path, quoted as git quotes it.
        path: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// More than the limit.
    #[error("{what} over the limit of {limit}; {help}")]
    Limit {
        /// What there is too much of, with its verb.
        what: String,
        /// How much there may be.
        limit: u64,
        /// What to do.
        help: &'static str,
    },
    /// The patch could not be given out.
    #[error("cannot write the patch: {reason}")]
    Write {
        /// The system's reason.
        reason: String,
    },
}

impl ChangeError {
    pub(super) fn file(path: &super::RepoPath, reason: impl Into<String>) -> Self {
        Self::File { path: path.to_string(), reason: reason.into() }
    }

    /// What the system said of a file of the work tree, without a path of the machine.
    pub(super) fn system(path: &super::RepoPath, error: SystemError) -> Self {
        let reason = match error {
            SystemError::Missing { .. } | SystemError::Changed { .. } | SystemError::NotRegular { .. } => {
                "changed while it was read; run again when nothing writes to the work tree".to_owned()
            }
            SystemError::TooLarge { limit, .. } => return Self::too_large(path, limit),
            SystemError::Io { source, .. } => format!("cannot be read: {source}; check its permissions"),
        };
        Self::file(path, reason)
    }

    pub(super) fn too_large(path: &super::RepoPath, limit: u64) -> Self {
        let help = "keep such files out of the repository";
        Self::Limit { what: format!("the size of `{path}` in bytes is"), limit, help }
    }
}
