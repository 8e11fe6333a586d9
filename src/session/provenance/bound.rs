//! A change with what statements and contexts say of it: its address and its subjects. Does not know argv.

use super::change_options::{ChangeOptions, Subject};
use crate::base::digest::Digest;
use crate::base::system::System;
use crate::change::Change;
use crate::ci::{self, Choice, CiError, Run};
use crate::session::Failure;

/// A change, bound.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    /// The change.
    pub(super) change: Change,
    /// The repository's address: as it was given, of the CI, or of the remote.
    pub(super) repo_url: String,
    /// The subjects in their order.
    pub(super) subjects: Vec<(Subject, Digest)>,
}

impl Bound {
    /// Reads the change; of the run, the branch that a pull request is to be merged into and the address count.
    ///
    /// # Errors
    /// As reading the change, and where there is no address.
    pub(super) fn read(system: &dyn System, options: &ChangeOptions, run: Option<&Run>) -> Result<Self, Failure> {
        let base = run.and_then(|run| run.pull_request.as_ref()).and_then(|request| request.base_branch.as_deref());
        let change = options.read(system, base, None)?;
        let given = options.repo_url.as_ref().and(change.repo_url.clone());
        let repo_url = given.or_else(|| run.map(|run| run.repo_url.clone())).or_else(|| change.repo_url.clone());
        let repo_url = repo_url.ok_or_else(|| {
            let help = "give the address: `--repo-url https://git.example/acme/shop`";
            Failure::usage("the repository has no remote whose address could stand for it", help)
        })?;
        let digests = options.subjects().into_iter().filter_map(|subject| {
            let digest = match subject {
                Subject::Patch => Some(change.patch.sha256.clone()),
                Subject::Tree => change.tree.clone(),
            };
            digest.map(|digest| (subject, digest))
        });
        let subjects = digests.collect();
        Ok(Self { change, repo_url, subjects })
    }
}

/// The branch that a CI's pull request is to be merged into, where there is one.
///
/// # Errors
/// An environment that cannot be read.
pub fn ci_base(system: &dyn System, choice: Choice) -> Result<Option<String>, Failure> {
    let run = ci::read(system, choice).map_err(|error| environment(&error))?;
    Ok(run.and_then(|run| run.pull_request).and_then(|request| request.base_branch))
}

pub(super) fn environment(error: &CiError) -> Failure {
    let help = error.help();
    Failure::usage(error.to_string(), help)
}
