//! What can be wrong with the code under judgement, each with what to do.

use crate::base::system::{FileKind, SystemError, described};
use crate::git::GitError;

/// Why the target, or a file of it, could not be had.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TargetError {
    /// The root is missing or no directory.
    #[error("the target's root `{root}` is not a directory; name one with `--root`")]
    NoRoot {
        /// As it was named.
        root: String,
    },
    /// A revision was asked for outside every repository.
    #[error(
        "`{root}` is in no git repository, so there is no revision `{revision}`; remove `--rev`, or name a repository with `--root`"
    )]
    NotARepository {
        /// The root.
        root: String,
        /// The revision.
        revision: String,
    },
    /// A repository without work tree, and no revision.
    #[error("`{root}` is a bare repository without files of its own; name a revision, such as `--rev HEAD`")]
    Bare {
        /// The root.
        root: String,
    },
    /// No commit of that name.
    #[error("no revision `{revision}`: {reason}{}", suggestion.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default())]
    UnknownRevision {
        /// As it was written.
        revision: String,
        /// What git says.
        reason: String,
        /// A near branch or tag.
        suggestion: Option<String>,
    },
    /// More than one thing has that name.
    #[error("`{revision}` can be {}; write the one that is meant whole", names.join(" or "))]
    AmbiguousRevision {
        /// As it was written.
        revision: String,
        /// What it can be.
        names: Vec<String>,
    },
    /// The root is no directory of the revision.
    #[error("the revision `{revision}` has no directory `{directory}`; name another `--root` or another `--rev`")]
    NoDirectory {
        /// The revision.
        revision: String,
        /// The root relative to the repository.
        directory: String,
    },
    /// A repository that cannot be read.
    #[error("cannot {action} of the git repository at `{repository}`: {reason}; {advice}")]
    Repository {
        /// What was tried, as a verb and its object.
        action: &'static str,
        /// Where it is.
        repository: String,
        /// What went wrong.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
    /// More files than the limit.
    #[error(
        "the target has more than {limit} files; name a smaller `--root`, or ignore what is generated in its `.gitignore`"
    )]
    TooManyFiles {
        /// The limit.
        limit: usize,
    },
    /// Nothing at the path.
    #[error("`{path}` does not exist")]
    Missing {
        /// The path.
        path: String,
    },
    /// Something that has no content of its own.
    #[error("`{path}` is {}, not a regular file", described(*kind))]
    NotRegular {
        /// The path.
        path: String,
        /// What it is.
        kind: FileKind,
    },
    /// A path through a link, which may lead anywhere.
    #[error("`{path}` leads through the symbolic link `{at}`; name the real path below the root")]
    ThroughLink {
        /// The path.
        path: String,
        /// The link.
        at: String,
    },
    /// A path that is none of the target.
    #[error("`{path}` is no path of the target: {reason}")]
    Refused {
        /// The path.
        path: String,
        /// Why.
        reason: &'static str,
    },
    /// A file over the limit.
    #[error("`{path}` has {size} bytes, the limit is {limit}; narrow the scope so that it is not read")]
    TooLarge {
        /// The path.
        path: String,
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
    /// A file that is written to.
    #[error("`{path}` changed while it was read; run again when nothing writes to the target")]
    Changed {
        /// The path.
        path: String,
    },
    /// The system refused.
    #[error("cannot read `{path}`: {reason}; check its permissions")]
    Unreadable {
        /// The path.
        path: String,
        /// The system's reason.
        reason: String,
    },
}

impl TargetError {
    /// What the system said of `path`, in the target's own terms: never an absolute path of the machine.
    pub(super) fn of_system(path: &str, error: SystemError) -> Self {
        let path = path.to_owned();
        match error {
            SystemError::Missing { .. } => Self::Missing { path },
            SystemError::NotRegular { kind, .. } => Self::NotRegular { path, kind },
            // Only where the file grew after it was looked at.
            SystemError::TooLarge { limit, .. } => Self::TooLarge { path, size: limit.saturating_add(1), limit },
            SystemError::Changed { .. } => Self::Changed { path },
            SystemError::Io { source, .. } => Self::Unreadable { path, reason: source.to_string() },
        }
    }
}

impl From<GitError> for TargetError {
    fn from(error: GitError) -> Self {
        match error {
            GitError::UnknownRevision { revision, reason, suggestion } => {
                Self::UnknownRevision { revision, reason, suggestion }
            }
            GitError::AmbiguousRevision { revision, names } => Self::AmbiguousRevision { revision, names },
            GitError::Repository { action, repository, reason, advice } => {
                Self::Repository { action, repository, reason, advice }
            }
            GitError::TooManyFiles { limit } => Self::TooManyFiles { limit },
        }
    }
}
