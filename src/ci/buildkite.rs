//! Buildkite. By `buildkite.com/docs/pipelines/configure/environment-variables`. Does not know statements.

use super::environment::{Environment, is_page, number};
use super::{CiError, PullRequest, Run, Runner, Service};
use crate::git::normalise_remote;

pub(super) fn run(env: &mut Environment<'_>) -> Result<Run, CiError> {
    let commit = env.needed("BUILDKITE_COMMIT")?;
    // Until the checkout it may be the word `HEAD`: then nobody knows yet what is built.
    if commit == "HEAD" {
        return Err(CiError::Bad { name: "BUILDKITE_COMMIT", wanted: "a commit: it is `HEAD` until the checkout" });
    }
    let head_commit = env.needed_commit("BUILDKITE_COMMIT")?;
    let repo_url = env.repository("BUILDKITE_REPO")?;
    let tag = env.text("BUILDKITE_TAG")?;
    let branch = env.branch("BUILDKITE_BRANCH")?;
    let build = env.page("BUILDKITE_BUILD_URL")?;
    let job = env.id("BUILDKITE_JOB_ID")?;
    let pull_request = requested(env, &repo_url)?;
    // A branch of a fork is written `owner:branch`, which no statement takes; the branch is left out with a note.
    Ok(Run {
        service: Service::Buildkite,
        pull_request,
        repo_url,
        head_commit,
        checkout_commit: None,
        branch: branch.filter(|branch| tag.as_ref() != Some(branch)),
        run_url: build.as_ref().map(|build| format!("{build}#{job}")).filter(|url| url.len() <= 1024),
        run_id: format!("buildkite-{job}"),
        attempt: attempt(env)?,
        workflow: workflow(env)?,
        runner: hosted(env)?,
        started_at: None,
        trigger: env.text("BUILDKITE_SOURCE")?,
        notes: Vec::new(),
    })
}

/// How often the job was tried again, from 0, is which attempt it is, from 1.
fn attempt(env: &Environment<'_>) -> Result<Option<u64>, CiError> {
    if env.text("BUILDKITE_RETRY_COUNT")?.as_deref() == Some("0") {
        return Ok(Some(1));
    }
    Ok(env.number("BUILDKITE_RETRY_COUNT")?.map(|retries| retries.saturating_add(1)))
}

/// `https://buildkite.com/organisation/pipeline`, as in a certificate.
fn workflow(env: &mut Environment<'_>) -> Result<Option<String>, CiError> {
    let (organisation, pipeline) = (env.id("BUILDKITE_ORGANIZATION_SLUG")?, env.id("BUILDKITE_PIPELINE_SLUG")?);
    Ok(Some(format!("https://buildkite.com/{organisation}/{pipeline}")))
}

fn hosted(env: &Environment<'_>) -> Result<Runner, CiError> {
    Ok(match env.text("BUILDKITE_COMPUTE_TYPE")?.as_deref() {
        Some("hosted") => Runner::Hosted,
        Some("self-hosted") => Runner::SelfHosted,
        _ => Runner::Unknown,
    })
}

/// `BUILDKITE_PULL_REQUEST` is a number or `false`.
fn requested(env: &mut Environment<'_>, repo_url: &str) -> Result<Option<PullRequest>, CiError> {
    let Some(value) = env.text("BUILDKITE_PULL_REQUEST")?.filter(|value| value != "false") else { return Ok(None) };
    let bad = CiError::Bad { name: "BUILDKITE_PULL_REQUEST", wanted: "`false` or a number above 0" };
    let number = number(&value).ok_or(bad)?;
    let source = match env.text("BUILDKITE_PULL_REQUEST_REPO")? {
        None => None,
        Some(url) => {
            let bad = CiError::Bad { name: "BUILDKITE_PULL_REQUEST_REPO", wanted: "the address of a git repository" };
            Some(normalise_remote(&url).ok_or(bad)?)
        }
    };
    // Which host's pages these are is known of one host only.
    let page = format!("{repo_url}/pull/{number}");
    Ok(Some(PullRequest {
        number,
        url: Some(page).filter(|page| page.starts_with("https://github.com/") && is_page(page)),
        fork: source.map(|source| source != repo_url),
        base_branch: env.branch("BUILDKITE_PULL_REQUEST_BASE_BRANCH")?,
        base_commit: None,
    }))
}
