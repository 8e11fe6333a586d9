//! CircleCI. By `circleci.com/docs/reference/variables`. Does not know statements.

use super::environment::{Environment, is_page, number};
use super::{CiError, PullRequest, Run, Runner, Service};

pub(super) fn run(env: &mut Environment<'_>) -> Result<Run, CiError> {
    let repo_url = env.repository("CIRCLE_REPOSITORY_URL")?;
    let job = env.id("CIRCLE_WORKFLOW_JOB_ID")?;
    let pull_request = requested(env, &repo_url)?;
    let project = env.text("CIRCLE_PROJECT_ID")?;
    let workflow = if project.is_some() {
        Some(format!("https://circleci.com/api/v2/projects/{}", env.id("CIRCLE_PROJECT_ID")?))
    } else {
        env.note("there is no `CIRCLE_PROJECT_ID`: the builder is not known");
        None
    };
    Ok(Run {
        service: Service::CircleCi,
        head_commit: env.needed_commit("CIRCLE_SHA1")?,
        checkout_commit: None,
        // Of a pull request from a fork it is `pull/<number>`, which names no branch.
        branch: env.branch("CIRCLE_BRANCH")?.filter(|branch| !branch.starts_with("pull/")),
        pull_request,
        repo_url,
        run_id: format!("circleci-{job}"),
        attempt: None,
        run_url: env.page("CIRCLE_BUILD_URL")?,
        workflow,
        // No variable says so.
        runner: Runner::Unknown,
        started_at: None,
        trigger: None,
        notes: Vec::new(),
    })
}

/// `CIRCLE_PULL_REQUESTS` has an address for each request of the branch. Of several none is this one.
fn requested(env: &mut Environment<'_>, repo_url: &str) -> Result<Option<PullRequest>, CiError> {
    let list = match env.text("CIRCLE_PULL_REQUESTS")? {
        Some(list) => Some(list),
        None => env.text("CIRCLE_PULL_REQUEST")?,
    };
    let list: Vec<String> = list.iter().flat_map(|list| list.split(',')).map(|url| url.trim().to_owned()).collect();
    let url = match list.as_slice() {
        [] => return Ok(None),
        [url] => url,
        _ => {
            env.note("`CIRCLE_PULL_REQUESTS` names several pull requests: give the one that this is, `--pull-request`");
            return Ok(None);
        }
    };
    let bad = CiError::Bad { name: "CIRCLE_PULL_REQUEST", wanted: "the page of a pull request of this repository" };
    let found = url.strip_prefix(repo_url).filter(|_| is_page(url));
    let found = found.and_then(|rest| rest.strip_prefix("/pull/").or_else(|| rest.strip_prefix("/pull-requests/")));
    let number = found.and_then(number).ok_or(bad)?;
    // Set for requests from forks only.
    let fork = env.text("CIRCLE_PR_NUMBER")?.is_some();
    // CircleCI does not say where it is to be merged into.
    Ok(Some(PullRequest { number, url: Some(url.clone()), fork: Some(fork), base_branch: None, base_commit: None }))
}
