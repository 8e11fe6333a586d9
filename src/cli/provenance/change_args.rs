//! The flags that say which change is meant, the same for every command. Does not know how a change is read.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::session::provenance::change_options::{ChangeOptions, Subject};

/// Which change.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Change")]
pub(super) struct ChangeArgs {
    /// A directory of the repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// It begins where the end left this branch [default: the base of the CI's pull request, else the upstream]
    #[arg(long, value_name = "REV", conflicts_with = "base_commit")]
    base: Option<String>,
    /// It begins at this very commit
    #[arg(long, value_name = "REV")]
    base_commit: Option<String>,
    /// It ends at this commit [default: HEAD]
    #[arg(long, value_name = "REV", conflicts_with_all = ["index", "work_tree"])]
    head: Option<String>,
    /// It ends with what is staged
    #[arg(long, conflicts_with = "work_tree")]
    index: bool,
    /// It ends with the files as they stand, untracked ones too
    #[arg(long)]
    work_tree: bool,
    /// What is computed: `patch.diff` (default), `repo-tree`
    #[arg(
        long = "subject",
        value_name = "NAME",
        value_parser = PossibleValuesParser::new(Subject::ALL.map(Subject::name))
            .map(|name| Subject::from_name(&name).unwrap_or_default()),
        hide_possible_values = true
    )]
    subjects: Vec<Subject>,
    /// The repository's address [default: the remote's]
    #[arg(long, value_name = "URL")]
    repo_url: Option<String>,
    /// Take a change in which nothing changed
    #[arg(long)]
    allow_empty: bool,
}

impl ChangeArgs {
    /// As the session wants them.
    pub(super) fn options(&self) -> ChangeOptions {
        ChangeOptions {
            root: self.root.clone(),
            base: self.base.clone(),
            base_commit: self.base_commit.clone(),
            head: self.head.clone(),
            index: self.index,
            work_tree: self.work_tree,
            subjects: self.subjects.clone(),
            repo_url: self.repo_url.clone(),
            allow_empty: self.allow_empty,
        }
    }
}
