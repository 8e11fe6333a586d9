//! The change that a command is about: flags, what a CI says, and the repository, to one [`Change`] and its subjects. Does not
//! know argv, nor what is said of the change.

use std::path::PathBuf;

use crate::base::digest::Digest;
use crate::base::system::System;
use crate::change::{self, Base, Change, ChangeError, End, Limits, Options};
use crate::ci;
use crate::git::normalise_remote;
use crate::report::Exit;
use crate::session::Failure;

/// A subject that is computed from a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectName {
    /// `patch.diff`: the canonical patch.
    Patch,
    /// `repo-tree`: all files of the end.
    Tree,
}

impl SubjectName {
    /// As in a statement.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch.diff",
            Self::Tree => "repo-tree",
        }
    }
}

/// Which change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeOptions {
    /// A directory of the repository.
    pub root: PathBuf,
    /// The branch from which the change left.
    pub base: Option<String>,
    /// The commit that it begins at.
    pub base_commit: Option<String>,
    /// The revision that it ends at.
    pub head: Option<String>,
    /// It ends in the index.
    pub index: bool,
    /// It ends in the work tree.
    pub work_tree: bool,
    /// The subjects; `patch.diff` where there are none.
    pub subjects: Vec<SubjectName>,
    /// The repository's address in place of the remote's.
    pub repo_url: Option<String>,
    /// Whether nothing need have changed.
    pub allow_empty: bool,
}

/// A change, and what statements say of it.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The change.
    pub change: Change,
    /// The repository's address: as it was given, of the CI, or of the remote.
    pub repo_url: String,
    /// The subjects in the order of [`SubjectName`].
    pub subjects: Vec<(SubjectName, Digest)>,
}

/// Reads the change.
///
/// # Errors
/// No base to be found, no address, nothing changed, and whatever is wrong with the repository.
pub fn read(system: &dyn System, options: &ChangeOptions, run: Option<&ci::Run>) -> Result<Bound, Failure> {
    let mut subjects = options.subjects.clone();
    if subjects.is_empty() {
        subjects.push(SubjectName::Patch);
    }
    subjects.sort_unstable();
    subjects.dedup();
    let end = match (options.index, options.work_tree) {
        (true, _) => End::Index,
        (_, true) => End::WorkTree,
        _ => End::Commit(options.head.clone().unwrap_or_else(|| "HEAD".to_owned())),
    };
    let tree = subjects.contains(&SubjectName::Tree);
    let ask = |base: Base| {
        let asked = Options { base, end: end.clone(), tree, limits: Limits::default() };
        change::read(system, &options.root, &asked)
    };
    let requested = run.and_then(|run| run.pull_request.as_ref()).and_then(|request| request.base_branch.as_ref());
    let change = match (&options.base, &options.base_commit, requested) {
        (Some(branch), _, _) => ask(Base::Branch(branch.clone())),
        (_, Some(commit), _) => ask(Base::Exactly(commit.clone())),
        // A checkout in CI has the target branch as a remote one, if at all.
        (_, _, Some(branch)) => ask(Base::Branch(format!("refs/remotes/origin/{branch}"))),
        (None, None, None) => match change::upstream(system, &options.root).map_err(failure)? {
            Some(upstream) => ask(Base::Branch(upstream)),
            None => return Err(no_base()),
        },
    }
    .map_err(failure)?;
    if change.is_empty() && !options.allow_empty {
        let message = format!("nothing changed between `{}` and `{}`", change.base_commit, change.head_commit);
        let help = "name the branch that the change left with `--base`, or say that nothing need have changed: `--allow-empty`";
        return Err(Failure::usage(message, help));
    }
    let given = match &options.repo_url {
        None => None,
        Some(url) => Some(normalise_remote(url).ok_or_else(|| {
            Failure::usage("`--repo-url` is not the address of a git repository", "write it like `https://git.example/acme/shop`")
        })?),
    };
    let repo_url = given.or_else(|| run.map(|run| run.repo_url.clone())).or_else(|| change.repo_url.clone());
    let Some(repo_url) = repo_url else {
        return Err(Failure::usage(
            "the repository has no remote whose address could stand for it",
            "give the address: `--repo-url https://git.example/acme/shop`",
        ));
    };
    let digests = subjects.into_iter().filter_map(|subject| {
        let digest = match subject {
            SubjectName::Patch => Some(change.patch.sha256.clone()),
            SubjectName::Tree => change.tree.clone(),
        };
        digest.map(|digest| (subject, digest))
    });
    let subjects = digests.collect();
    Ok(Bound { change, repo_url, subjects })
}

fn no_base() -> Failure {
    Failure::usage(
        "nothing says where the change begins",
        "name the branch that it left: `--base origin/main`; or the commit: `--base-commit ID`",
    )
}

fn failure(error: ChangeError) -> Failure {
    Failure { message: error.to_string(), help: None, exit: Exit::Undecided }
}
