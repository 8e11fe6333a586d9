//! What a continuous integration system says of its run in the environment: GitHub Actions, GitLab CI, Buildkite, CircleCI.
//!
//! Believes nothing: all of it is a claim of the environment, of which a verifier needs a signature. Does not know statements,
//! and asks no server.

mod buildkite;
mod circleci;
mod environment;
mod event;
mod github;
mod gitlab;

use std::path::PathBuf;

use serde::Serialize;

use self::environment::Environment;
use crate::base::system::{System, SystemError};

/// Longest value of a variable that is read, bytes.
pub const VALUE_BYTES: usize = 4 << 10;
/// Largest event file of GitHub Actions, bytes.
pub const EVENT_BYTES: usize = 32 << 20;

/// A system that runs jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// GitHub Actions, on github.com or a server of one's own.
    GitHub,
    /// GitLab CI/CD, on gitlab.com or a server of one's own.
    GitLab,
    /// Buildkite.
    Buildkite,
    /// CircleCI.
    CircleCi,
}

impl Service {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 4] = [Self::GitHub, Self::GitLab, Self::Buildkite, Self::CircleCi];

    /// As on the command line: `github`, `gitlab`, `buildkite`, `circleci`.
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Buildkite => "buildkite",
            Self::CircleCi => "circleci",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::GitHub => "GitHub Actions",
            Self::GitLab => "GitLab CI",
            Self::Buildkite => "Buildkite",
            Self::CircleCi => "CircleCI",
        }
    }

    /// The variable that each of its jobs has set to `true`.
    pub fn marker(self) -> &'static str {
        match self {
            Self::GitHub => "GITHUB_ACTIONS",
            Self::GitLab => "GITLAB_CI",
            Self::Buildkite => "BUILDKITE",
            Self::CircleCi => "CIRCLECI",
        }
    }
}

/// Which system is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The one whose marker is set; none where none is.
    #[default]
    Auto,
    /// None, whatever the environment says.
    None,
    /// This one.
    Service(Service),
}

/// Who owns the machine that runs the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runner {
    /// The service's own.
    Hosted,
    /// One of the user's.
    SelfHosted,
    /// Nothing in the environment says so.
    Unknown,
}

/// The pull or merge request that a run is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullRequest {
    /// Its number in the repository.
    pub number: u64,
    /// Its page.
    pub url: Option<String>,
    /// Whether it comes from another repository; nothing where that is not said.
    pub fork: Option<bool>,
    /// The branch that it is to be merged into.
    pub base_branch: Option<String>,
    /// The commit of that branch, as the service gives it.
    pub base_commit: Option<String>,
}

/// A run, by the word of its environment. Addresses are without credentials, texts without control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The system.
    pub service: Service,
    /// The repository: that which the pull request is merged into, where there is one.
    pub repo_url: String,
    /// The commit whose change this is: of a pull request its own last commit, never the merge that is made to test it.
    pub head_commit: String,
    /// The commit that is checked out, where it is another one: GitHub's merge of a pull request.
    pub checkout_commit: Option<String>,
    /// The branch of that commit; none for a tag.
    pub branch: Option<String>,
    /// The pull request.
    pub pull_request: Option<PullRequest>,
    /// `github-<run>-<attempt>`, `gitlab-<job>`, `buildkite-<job>`, `circleci-<job>`: of letters, digits, `.`, `_`, `:`, `-`.
    pub run_id: String,
    /// Which attempt of the run this is, counted from 1, where the system counts them.
    pub attempt: Option<u64>,
    /// The page of the run.
    pub run_url: Option<String>,
    /// What defines the run, as an address: the identity that a certificate of this system would name.
    pub workflow: Option<String>,
    /// Whose machine it is.
    pub runner: Runner,
    /// When the job began, RFC 3339 in UTC, where that is said.
    pub started_at: Option<String>,
    /// Why there is a run: `push`, `pull_request`, `schedule` and so on.
    pub trigger: Option<String>,
    /// What the environment says and could not be used, for people.
    pub notes: Vec<String>,
}

/// Why the environment is not believed to be a run.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CiError {
    /// Several systems at once.
    #[error("the environment says that {} run this", .0.iter().map(|it| it.title()).collect::<Vec<_>>().join(" and "))]
    Several(Vec<Service>),
    /// The system that was named has not set its marker.
    #[error("this is no run of {}: `{}` is not `true`", .0.title(), .0.marker())]
    Absent(Service),
    /// A variable that each run has is not there.
    #[error("{} sets `{name}` in each run, and it is not set", service.title())]
    Missing {
        /// The system.
        service: Service,
        /// The variable.
        name: &'static str,
    },
    /// A variable with a value that it cannot have.
    #[error("`{name}` is not {wanted}")]
    Bad {
        /// The variable.
        name: &'static str,
        /// What it ought to be.
        wanted: &'static str,
    },
    /// The event file cannot be read.
    #[error("`GITHUB_EVENT_PATH` leads to no event: {0}")]
    EventFile(SystemError),
    /// The event file is not what it ought to be.
    #[error("the event file `{}` is not the event of this run: {reason}", path.display())]
    Event {
        /// Its path.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl CiError {
    /// What to do.
    pub fn help(&self) -> String {
        match self {
            Self::Several(found) => {
                let names: Vec<String> = found.iter().map(|it| format!("`--ci {}`", it.name())).collect();
                format!("say which it is: {}", names.join(" or "))
            }
            Self::Absent(_) => "run it in a job of that system, or leave the environment alone: `--ci none`".to_owned(),
            Self::Missing { .. } | Self::Bad { .. } | Self::EventFile(_) | Self::Event { .. } => {
                "mend the environment of the job, or say everything by flags: `--ci none`".to_owned()
            }
        }
    }
}

/// The run that the environment speaks of; nothing where no system's marker is set, or none is wanted.
///
/// # Errors
/// Several systems at once, or values that a run cannot have.
pub fn read(system: &dyn System, choice: Choice) -> Result<Option<Run>, CiError> {
    let is_set = |service: &Service| system.env_var(service.marker()).is_some_and(|value| value.trim() == "true");
    let service = match choice {
        Choice::None => return Ok(None),
        Choice::Service(service) if is_set(&service) => service,
        Choice::Service(service) => return Err(CiError::Absent(service)),
        Choice::Auto => {
            let found: Vec<Service> = Service::ALL.into_iter().filter(is_set).collect();
            match found.as_slice() {
                [] => return Ok(None),
                [service] => *service,
                _ => return Err(CiError::Several(found)),
            }
        }
    };
    let mut environment = Environment::new(system, service);
    let mut run = match service {
        Service::GitHub => github::run(&mut environment),
        Service::GitLab => gitlab::run(&mut environment),
        Service::Buildkite => buildkite::run(&mut environment),
        Service::CircleCi => circleci::run(&mut environment),
    }?;
    run.notes = environment.notes();
    Ok(Some(run))
}
