//! The event file of GitHub Actions, as far as it tells of a pull request. Does not know why it is asked.

use std::path::PathBuf;

use serde_json::Value;

use super::environment::{Environment, is_commit};
use super::{CiError, EVENT_BYTES};
use crate::base::json;

/// What is read of an event.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) number: u64,
    /// The last commit of the request.
    pub(super) head: String,
    /// The commit of the branch that it goes into.
    pub(super) base: String,
    pub(super) base_branch: String,
    /// Whether it comes from another repository; nothing where that one is gone.
    pub(super) fork: Option<bool>,
    /// The page of the repository that it goes into.
    pub(super) base_repository: String,
}

/// Reads the event of this run.
pub(super) fn read(env: &Environment<'_>) -> Result<Event, CiError> {
    let path = path(env)?;
    let limit = u64::try_from(EVENT_BYTES).unwrap_or(u64::MAX);
    let bytes = env.system.read(&path, limit).map_err(CiError::EventFile)?;
    let event = json::parse(&bytes, EVENT_BYTES).map_err(|error| wrong(env, error.to_string()))?;
    let text = |pointer: &str| {
        let value = event.pointer(pointer).and_then(Value::as_str);
        let value = value.filter(|value| !value.is_empty() && !value.chars().any(char::is_control));
        value.map(str::to_owned).ok_or_else(|| wrong(env, format!("`{pointer}` is missing or no line of text")))
    };
    let commit = |pointer: &str| {
        text(pointer).and_then(|value| {
            if is_commit(&value) { Ok(value) } else { Err(wrong(env, format!("`{pointer}` is no object id of git"))) }
        })
    };
    let number = event.pointer("/pull_request/number").and_then(Value::as_u64).filter(|number| *number > 0);
    let repository = |side: &str| event.pointer(&format!("/pull_request/{side}/repo/id")).and_then(Value::as_u64);
    Ok(Event {
        number: number.ok_or_else(|| wrong(env, "`/pull_request/number` is missing or no number above 0"))?,
        head: commit("/pull_request/head/sha")?,
        base: commit("/pull_request/base/sha")?,
        base_branch: text("/pull_request/base/ref")?,
        fork: repository("head").zip(repository("base")).map(|(head, base)| head != base),
        base_repository: text("/pull_request/base/repo/html_url")?,
    })
}

fn path(env: &Environment<'_>) -> Result<PathBuf, CiError> {
    Ok(PathBuf::from(env.needed("GITHUB_EVENT_PATH")?))
}

/// The file is not the event of this run.
pub(super) fn wrong(env: &Environment<'_>, reason: impl Into<String>) -> CiError {
    path(env).map_or_else(|error| error, |path| CiError::Event { path, reason: reason.into() })
}
