//! `attest provenance context`: what a verifier knows of a change before anything is verified, for `verify --context`. There
//! are no `verified…` facts in it: those come from signatures alone. Prints nothing.

use std::path::PathBuf;

use super::bound::{Bound, environment};
use super::change_options::ChangeOptions;
use crate::base::system::System;
use crate::ci::{self, Choice};
use crate::decide::Level;
use crate::provenance::facts::{self, Context, ContextSubject};
use crate::session::Failure;

/// `attest provenance context`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextOptions {
    /// Which change.
    pub change: ChangeOptions,
    /// Which CI's environment is read: for the base branch and the address alone.
    pub ci: Choice,
    /// The level that is required.
    pub level: Level,
    /// The pull request that the statement must name.
    pub pull_request: Option<u64>,
    /// The run that it must be of.
    pub run_id: Option<String>,
    /// How old it may be, seconds.
    pub max_age: Option<u64>,
    /// The time of the verification; else the clock's, where an age is asked for.
    pub at: Option<jiff::Timestamp>,
    /// Where it is written; `None` gives it back alone.
    pub output: Option<PathBuf>,
}

/// The context of a change, and what is to be known about the environment that it was read in.
///
/// # Errors
/// An environment or a repository that cannot be read, and a run's id that none can have.
pub fn context(system: &dyn System, options: &ContextOptions) -> Result<(String, Vec<String>), Failure> {
    if let Some(id) = &options.run_id {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-');
        if !(8..=128).contains(&id.len()) || !id.bytes().all(fits) {
            let help = "write it as in a statement: 8 to 128 letters, digits, `.`, `_`, `:` and `-`";
            return Err(Failure::usage("`--run-id` is the id of no run", help));
        }
    }
    let run = ci::read(system, options.ci).map_err(|error| environment(&error))?;
    let bound = Bound::read(system, &options.change, run.as_ref())?;
    let now = options.at.or_else(|| options.max_age.map(|_| system.now()));
    let subjects = bound.subjects.iter().map(|(subject, digest)| ContextSubject {
        name: subject.name(),
        algorithm: "sha256",
        digest: digest.hex.clone(),
    });
    let context = Context {
        expected_pull_request_number: options.pull_request,
        expected_run_id: options.run_id.clone(),
        freshness_window_seconds: options.max_age,
        now: now.map(facts::instant),
        ..Context::new(&bound.repo_url, &bound.change.base_commit, options.level, subjects.collect())
    };
    let mut text = serde_json::to_string_pretty(&context).map_err(Failure::bug)?;
    text.push('\n');
    if let Some(path) = &options.output {
        system.write(path, text.as_bytes())?;
    }
    Ok((text, run.map(|run| run.notes).unwrap_or_default()))
}
