//! GitHub Actions. By `docs.github.com/en/actions/reference/workflows-and-actions/variables`. Does not know statements.

use super::environment::Environment;
use super::event::{self, Event};
use super::{CiError, PullRequest, Run, Runner, Service};
use crate::git::normalise_remote;

/// The events whose file tells of a pull request. Of those of `pull_request`, `GITHUB_SHA` is a merge that GitHub makes to
/// test it: nobody wrote it, and it is gone when the request is. The request's own last commit is taken.
const REQUESTS: [&str; 4] =
    ["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"];

pub(super) fn run(env: &mut Environment<'_>) -> Result<Run, CiError> {
    let server = env.server("GITHUB_SERVER_URL")?;
    let repository = env.needed("GITHUB_REPOSITORY")?;
    let bad = CiError::Bad { name: "GITHUB_REPOSITORY", wanted: "`owner/name`" };
    if !is_repository(&repository) {
        return Err(bad);
    }
    let repo_url = normalise_remote(&format!("{server}/{repository}")).ok_or(bad)?;
    let (run, attempt) = (env.id("GITHUB_RUN_ID")?, env.number("GITHUB_RUN_ATTEMPT")?.unwrap_or(1));
    let trigger = env.needed("GITHUB_EVENT_NAME")?;
    let sha = env.needed_commit("GITHUB_SHA")?;
    let request = if REQUESTS.contains(&trigger.as_str()) { Some(requested(env, &repo_url)?) } else { None };
    let workflow = env.needed("GITHUB_WORKFLOW_REF")?;
    if !is_workflow(&workflow) {
        return Err(CiError::Bad { name: "GITHUB_WORKFLOW_REF", wanted: "`owner/name/.github/workflows/file@ref`" });
    }
    let (head_commit, branch, pull_request) = if let Some((head, pull_request)) = request {
        (head, env.branch("GITHUB_HEAD_REF")?, Some(pull_request))
    } else {
        let is_branch = env.text("GITHUB_REF_TYPE")?.is_none_or(|kind| kind == "branch");
        (sha.clone(), if is_branch { env.branch("GITHUB_REF_NAME")? } else { None }, None)
    };
    Ok(Run {
        service: Service::GitHub,
        checkout_commit: (sha != head_commit).then_some(sha),
        head_commit,
        branch,
        pull_request,
        run_id: format!("github-{run}-{attempt}"),
        attempt: Some(attempt),
        run_url: Some(format!("{repo_url}/actions/runs/{run}")),
        workflow: Some(format!("{server}/{workflow}")),
        runner: match env.text("RUNNER_ENVIRONMENT")?.as_deref() {
            Some("github-hosted") => Runner::Hosted,
            Some("self-hosted") => Runner::SelfHosted,
            _ => Runner::Unknown,
        },
        repo_url,
        // The environment does not say when the job began.
        started_at: None,
        trigger: Some(trigger),
        notes: Vec::new(),
    })
}

/// What the event says of the pull request: its last commit, and the rest.
fn requested(env: &mut Environment<'_>, repo_url: &str) -> Result<(String, PullRequest), CiError> {
    let Event { number, head, base, base_branch, fork, base_repository } = event::read(env)?;
    if normalise_remote(&base_repository).as_deref() != Some(repo_url) {
        return Err(event::wrong(env, "it is about another repository than `GITHUB_REPOSITORY`"));
    }
    let pull_request = PullRequest {
        number,
        url: Some(format!("{repo_url}/pull/{number}")),
        fork,
        base_branch: env.branch_of("pull_request.base.ref", base_branch),
        base_commit: Some(base),
    };
    Ok((head, pull_request))
}

fn is_name(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

fn is_repository(text: &str) -> bool {
    text.split_once('/').is_some_and(|(owner, name)| is_name(owner) && is_name(name))
}

/// `owner/name/.github/workflows/file@ref`.
fn is_workflow(text: &str) -> bool {
    let parts = text.split_once("/.github/workflows/").zip(text.split_once('@'));
    parts.is_some_and(|((repository, rest), (_, reference))| {
        is_repository(repository) && !rest.starts_with('@') && reference.starts_with("refs/") && !text.contains(' ')
    })
}
