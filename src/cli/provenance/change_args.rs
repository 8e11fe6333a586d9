//! The flags that say which change a command is about, the same everywhere. Does not know what is done with it.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::ci::{Choice, Service};
use crate::session::provenance::change_options::{ChangeOptions, SubjectName};

/// Which change.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Change")]
pub(super) struct ChangeArgs {
    /// A directory of the repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// The branch that the change left: it begins at the merge base [default: the CI's, else the upstream]
    #[arg(long, value_name = "REV", conflicts_with = "base_commit")]
    base: Option<String>,
    /// The very commit that the change begins at
    #[arg(long, value_name = "REV")]
    base_commit: Option<String>,
    /// The revision that the change ends at [default: HEAD]
    #[arg(long, value_name = "REV", conflicts_with_all = ["index", "work_tree"])]
    head: Option<String>,
    /// The change ends at what is staged
    #[arg(long, conflicts_with = "work_tree")]
    index: bool,
    /// The change ends at the files as they stand
    #[arg(long)]
    work_tree: bool,
    /// What is bound by its digest, as often as wanted [default: patch.diff]
    #[arg(long, value_name = "NAME")]
    subject: Vec<SubjectArg>,
    /// The repository's address [default: the CI's, else the remote's]
    #[arg(long, value_name = "URL")]
    repo_url: Option<String>,
    /// Nothing need have changed
    #[arg(long)]
    allow_empty: bool,
    /// Which CI system's environment is read
    #[arg(long, value_name = "SYSTEM", default_value = "auto")]
    ci: CiArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SubjectArg {
    /// The canonical patch
    #[value(name = "patch.diff")]
    Patch,
    /// All files of the end
    #[value(name = "repo-tree")]
    Tree,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum CiArg {
    /// The one that says it runs this
    Auto,
    /// None
    None,
    /// GitHub Actions
    Github,
    /// GitLab CI
    Gitlab,
    /// Buildkite
    Buildkite,
    /// `CircleCI`
    Circleci,
}

impl ChangeArgs {
    /// The session's options, and which CI is asked.
    pub(super) fn options(self) -> (ChangeOptions, Choice) {
        let ci = match self.ci {
            CiArg::Auto => Choice::Auto,
            CiArg::None => Choice::None,
            CiArg::Github => Choice::Service(Service::GitHub),
            CiArg::Gitlab => Choice::Service(Service::GitLab),
            CiArg::Buildkite => Choice::Service(Service::Buildkite),
            CiArg::Circleci => Choice::Service(Service::CircleCi),
        };
        let subjects = self.subject.into_iter().map(|subject| match subject {
            SubjectArg::Patch => SubjectName::Patch,
            SubjectArg::Tree => SubjectName::Tree,
        });
        let options = ChangeOptions {
            root: self.root,
            base: self.base,
            base_commit: self.base_commit,
            head: self.head,
            index: self.index,
            work_tree: self.work_tree,
            subjects: subjects.collect(),
            repo_url: self.repo_url,
            allow_empty: self.allow_empty,
        };
        (options, ci)
    }
}
