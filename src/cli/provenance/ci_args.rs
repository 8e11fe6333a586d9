//! The flag that says which CI's environment is read. Does not know what is in it.

use clap::ValueEnum;

use crate::ci::{Choice, Service};

/// Which CI's environment is read.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Change")]
pub(super) struct CiArgs {
    /// Whose environment is read: auto, none, github, gitlab, buildkite, circleci
    #[arg(long, value_name = "SYSTEM", default_value = "auto", hide_possible_values = true)]
    ci: Ci,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Ci {
    Auto,
    None,
    Github,
    Gitlab,
    Buildkite,
    Circleci,
}

impl CiArgs {
    /// As the session wants it.
    pub(super) fn choice(&self) -> Choice {
        match self.ci {
            Ci::Auto => Choice::Auto,
            Ci::None => Choice::None,
            Ci::Github => Choice::Service(Service::GitHub),
            Ci::Gitlab => Choice::Service(Service::GitLab),
            Ci::Buildkite => Choice::Service(Service::Buildkite),
            Ci::Circleci => Choice::Service(Service::CircleCi),
        }
    }
}
