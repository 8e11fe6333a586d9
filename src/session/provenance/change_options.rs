//! Which change of which repository is meant: flags to the options of [`crate::change`], with what stands in for the flags
//! that were not given. Does not know argv, nor any CI: what a CI says of its base branch is an argument.

use std::io::Write;
use std::path::PathBuf;

use crate::base::system::System;
use crate::change::{self, Base, Change, End, Limits, Options};
use crate::git::normalise_remote;
use crate::report::Exit;
use crate::session::Failure;

/// A subject of a statement that is computed of a change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The canonical patch.
    #[default]
    Patch,
    /// All files of the end.
    Tree,
}

impl Subject {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Patch, Self::Tree];

    /// `patch.diff`, `repo-tree`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Patch => "patch.diff",
            Self::Tree => "repo-tree",
        }
    }

    /// The subject of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.name() == name)
    }
}

/// The change that is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeOptions {
    /// A directory of the repository.
    pub root: PathBuf,
    /// The change begins where this revision and the end meet.
    pub base: Option<String>,
    /// The change begins at this very commit.
    pub base_commit: Option<String>,
    /// It ends at the commit that this revision names; `HEAD` where nothing is said.
    pub head: Option<String>,
    /// It ends in the index.
    pub index: bool,
    /// It ends in the work tree.
    pub work_tree: bool,
    /// What is computed; `patch.diff` where nothing is said.
    pub subjects: Vec<Subject>,
    /// The address of the repository in place of the remote's.
    pub repo_url: Option<String>,
    /// Nothing may have changed.
    pub allow_empty: bool,
}

impl ChangeOptions {
    /// What is computed, each once and in one order.
    pub fn subjects(&self) -> Vec<Subject> {
        let mut subjects = if self.subjects.is_empty() { vec![Subject::default()] } else { self.subjects.clone() };
        subjects.sort_unstable();
        subjects.dedup();
        subjects
    }

    /// Reads the change. `ci_base` is the branch that a pull request is to be merged into, where a CI says so; the patch goes
    /// to `patch`, where that is given.
    ///
    /// # Errors
    /// Where nothing says what the change begins at, nothing changed, or the change cannot be read.
    pub fn read(
        &self,
        system: &dyn System,
        ci_base: Option<&str>,
        patch: Option<&mut dyn Write>,
    ) -> Result<Change, Failure> {
        let options = self.resolve(system, ci_base)?;
        let mut change = match patch {
            Some(out) => change::write_patch(system, &self.root, &options, out)?,
            None => change::read(system, &self.root, &options)?,
        };
        if let Some(url) = &self.repo_url {
            let normal = normalise_remote(url).ok_or_else(|| {
                let help = "write it as `https://host/owner/name`";
                Failure::usage(format!("`{url}` is no address of a repository"), help)
            })?;
            change.repo_url = Some(normal);
        }
        if change.is_empty() && !self.allow_empty {
            let message = format!("nothing changed since `{}`", change.base_commit);
            let help = "name where the change begins with `--base`, its end with `--head`, `--index` or `--work-tree`, or say `--allow-empty`";
            return Err(Failure { message, help: Some(help.to_owned()), exit: Exit::Undecided });
        }
        Ok(change)
    }

    /// The options of [`change::read`].
    ///
    /// # Errors
    /// Where nothing says what the change begins at.
    pub fn resolve(&self, system: &dyn System, ci_base: Option<&str>) -> Result<Options, Failure> {
        let end = match (self.index, self.work_tree) {
            (true, false) => End::Index,
            (false, true) => End::WorkTree,
            (false, false) => End::Commit(self.head.clone().unwrap_or_else(|| "HEAD".to_owned())),
            (true, true) => return Err(Failure::usage("a change has one end", "give `--index` or `--work-tree`")),
        };
        if self.head.is_some() && !matches!(end, End::Commit(_)) {
            return Err(Failure::usage("a change has one end", "leave out `--head`"));
        }
        let tree = self.subjects.contains(&Subject::Tree);
        Ok(Options { base: self.base(system, ci_base)?, end, tree, limits: Limits::default() })
    }

    /// What was said, else what the CI says, else the upstream of the branch. Never the end itself.
    fn base(&self, system: &dyn System, ci_base: Option<&str>) -> Result<Base, Failure> {
        match (&self.base, &self.base_commit) {
            (Some(_), Some(_)) => {
                return Err(Failure::usage("a change has one base", "give `--base` or `--base-commit`"));
            }
            (Some(base), None) => return Ok(Base::Branch(base.clone())),
            (None, Some(commit)) => return Ok(Base::Exactly(commit.clone())),
            (None, None) => {}
        }
        if let Some(branch) = ci_base {
            for revision in [format!("refs/remotes/origin/{branch}"), format!("refs/heads/{branch}")] {
                if change::has_revision(system, &self.root, &revision)? {
                    return Ok(Base::Branch(revision));
                }
            }
            let message = format!("the CI merges into the branch `{branch}`, which this clone does not have");
            let help =
                format!("fetch it with `git fetch origin {branch}:refs/remotes/origin/{branch}`, or give `--base`");
            return Err(Failure { message, help: Some(help), exit: Exit::Undecided });
        }
        // What the branch that is checked out tracks says nothing of another end.
        if self.head.is_none()
            && let Some(upstream) = change::upstream(system, &self.root)?
        {
            return Ok(Base::Branch(upstream));
        }
        let help =
            "give `--base` the branch that the change is made for, or `--base-commit` the commit that it begins at";
        Err(Failure::usage("nothing says where the change begins", help))
    }
}
