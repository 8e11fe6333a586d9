//! GitLab CI/CD. By `docs.gitlab.com/ci/variables/predefined_variables`. Does not know statements.

use super::environment::Environment;
use super::{CiError, PullRequest, Run, Runner, Service};

pub(super) fn run(env: &mut Environment<'_>) -> Result<Run, CiError> {
    let server = env.server("CI_SERVER_URL")?;
    let own = env.repository("CI_PROJECT_URL")?;
    if !own.starts_with(&format!("{}/", server.replacen("http://", "https://", 1).to_ascii_lowercase())) {
        return Err(CiError::Bad { name: "CI_PROJECT_URL", wanted: "a project of `CI_SERVER_URL`" });
    }
    let head = env.needed_commit("CI_COMMIT_SHA")?;
    // With merged results, `CI_COMMIT_SHA` is a merge that GitLab makes to test it; the request's own commit is taken.
    let source = env.commit("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")?;
    let head_commit = source.unwrap_or_else(|| head.clone());
    let pull_request = requested(env)?;
    // The merge request of a fork runs in the fork: the repository is the one that it is to be merged into.
    let repo_url = match pull_request {
        Some(_) => env.repository("CI_MERGE_REQUEST_PROJECT_URL")?,
        None => own.clone(),
    };
    let branch = if pull_request.is_some() {
        env.branch("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME")?
    } else {
        env.branch("CI_COMMIT_BRANCH")?
    };
    let job = env.id("CI_JOB_ID")?;
    Ok(Run {
        service: Service::GitLab,
        repo_url,
        checkout_commit: (head != head_commit).then_some(head),
        head_commit,
        branch,
        workflow: workflow(env, &own)?,
        pull_request,
        run_id: format!("gitlab-{job}"),
        attempt: None,
        run_url: env.page("CI_JOB_URL")?,
        // No variable says so. Descriptions and tags of runners are for anybody to choose.
        runner: Runner::Unknown,
        started_at: env.instant("CI_JOB_STARTED_AT")?,
        trigger: env.text("CI_PIPELINE_SOURCE")?,
        notes: Vec::new(),
    })
}

fn requested(env: &mut Environment<'_>) -> Result<Option<PullRequest>, CiError> {
    let Some(number) = env.number("CI_MERGE_REQUEST_IID")? else { return Ok(None) };
    let target = env.repository("CI_MERGE_REQUEST_PROJECT_URL")?;
    let source = env.text("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")?;
    let project = env.text("CI_MERGE_REQUEST_PROJECT_ID")?;
    Ok(Some(PullRequest {
        number,
        url: Some(format!("{target}/-/merge_requests/{number}")),
        fork: source.zip(project).map(|(source, project)| source != project),
        base_branch: env.branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")?,
        // The tip of the target branch is set for merged results only; the other is the merge base as the request knew it.
        base_commit: match env.commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")? {
            Some(tip) => Some(tip),
            None => env.commit("CI_MERGE_REQUEST_DIFF_BASE_SHA")?,
        },
    }))
}

/// `https://server/group/project//.gitlab-ci.yml@refs/heads/main`, as in a certificate. A definition that lies in another
/// project or at an address is not this project's, and has no such name.
fn workflow(env: &mut Environment<'_>, project: &str) -> Result<Option<String>, CiError> {
    let path = env.text("CI_CONFIG_PATH")?.unwrap_or_else(|| ".gitlab-ci.yml".to_owned());
    if path.contains('@') || path.contains("://") || path.contains(char::is_whitespace) {
        env.note(
            "`CI_CONFIG_PATH` is left out: the pipeline is defined outside of the project, or has blanks in its path",
        );
        return Ok(None);
    }
    let reference = match (env.text("CI_MERGE_REQUEST_REF_PATH")?, env.text("CI_COMMIT_TAG")?) {
        (Some(request), _) => request,
        (None, Some(tag)) => format!("refs/tags/{tag}"),
        (None, None) => format!("refs/heads/{}", env.needed("CI_COMMIT_REF_NAME")?),
    };
    if reference.contains(char::is_whitespace) || reference.contains('@') {
        env.note("the pipeline's definition is left out: the ref has a blank or an `@`");
        return Ok(None);
    }
    Ok(Some(format!("{project}//{path}@{reference}")))
}
