//! What can be wrong with a repository, each with what to do. Does not know what the repository is wanted for.

/// Why a repository did not give what was asked for.
#[derive(Clone, Debug, thiserror::Error)]
pub enum GitError {
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
        /// What it can be: references by their whole names, an object.
        names: Vec<String>,
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
    #[error("the git repository has more than {limit} files in one tree")]
    TooManyFiles {
        /// The limit.
        limit: usize,
    },
}
