//! `attest provenance verify --bundle`: files and git to what [`crate::provenance::gate`] judges. The policy-owned file is read
//! at the tip of the branch that the change is to be merged into, never from the change. Does not know argv, and prints nothing.

use std::path::PathBuf;

use super::verify::{Documents, VerifyRun, contract};
use crate::attestation::{self, trust};
use crate::base::digest;
use crate::base::system::System;
use crate::change::{self, Base, Change, ChangeError, End};
use crate::decide::Level;
use crate::git::normalise_remote;
use crate::provenance::expectations::{self, By, Expectations, Party, Subject};
use crate::provenance::facts::Known;
use crate::provenance::gate::{EXTRAS, Extra, Material, Origin, judge};
use crate::report::{Exit, json};
use crate::session::Failure;

/// Largest configuration of an agent.
pub(super) const CONFIG_BYTES: u64 = 16 << 20;

/// What is to be verified, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateOptions {
    /// The bundle or envelope.
    pub bundle: PathBuf,
    /// The trust root.
    pub trusted_root: Option<PathBuf>,
    /// Of several roots, the one with this certificate authority.
    pub authority: Option<String>,
    /// The one key that may have signed.
    pub key: Option<PathBuf>,
    /// A directory of the repository.
    pub root: PathBuf,
    /// Where the change begins.
    pub base: Base,
    /// Where it ends.
    pub end: End,
    /// The repository's address in place of the remote's.
    pub repo_url: Option<String>,
    /// Whether a change of nothing is judged.
    pub allow_empty: bool,
    /// Where the expectations are in the repository.
    pub expectations: Option<String>,
    /// The expectations in a file that is in no change.
    pub expectations_file: Option<PathBuf>,
    /// A level that is higher than that of the expectations.
    pub require_level: Option<Level>,
    /// The run that the statement must be of.
    pub run_id: Option<String>,
    /// The pull request that it must be of.
    pub pull_request: Option<u64>,
    /// Bundles of witnesses.
    pub witnesses: Vec<PathBuf>,
    /// Bundles or envelopes of approvals.
    pub approvals: Vec<PathBuf>,
    /// The verifier's clock; that of the machine without it.
    pub at: Option<jiff::Timestamp>,
    /// A policy in place of the document's.
    pub policy: Option<PathBuf>,
    /// A package whose documents are judged by too.
    pub package: Option<PathBuf>,
    /// Where the context is written that was made.
    pub save_context: Option<PathBuf>,
}

/// Verifies a bundle and judges what it says of the change.
///
/// # Errors
/// Where a file or the repository cannot be read, or nobody says what is expected. What stands in the bundle, in witnesses
/// and approvals is never an error but a verdict.
pub fn verify(system: &dyn System, options: &GateOptions) -> Result<VerifyRun, Failure> {
    let (contract, diagnostics, sources) = contract(system, options.package.as_deref(), options.policy.as_deref())?;
    let Some(contract) = contract else {
        return Ok(VerifyRun { verdict: None, diagnostics, sources, documents: Documents::default() });
    };
    if options.run_id.as_deref().is_some_and(|id| !is_run_id(id)) {
        let help = "write it as in a statement: 8 to 128 letters, digits, `.`, `_`, `:` and `-`";
        return Err(Failure::usage("`--run-id` is the id of no run", help));
    }
    let (change, expectations, origin) = expected(system, options)?;
    if change.is_empty() && !options.allow_empty {
        let help = "name where the change begins and ends; where it may be empty, say `--allow-empty`";
        return Err(undecided("nothing changed between base and head", help));
    }
    let repo_url = repo_url(options, &expectations, &change)?;
    let signers = signers(system, options, &expectations)?;
    let agent_config = agent_config(system, options, &expectations, &change)?;
    let required_level = options.require_level.unwrap_or(expectations.required_level).max(expectations.required_level);
    let known = Known {
        expectations: &expectations,
        change: &change,
        repo_url: &repo_url,
        required_level,
        agent_config,
        run_id: options.run_id.as_deref(),
        pull_request: options.pull_request,
        now: options.at.unwrap_or_else(|| system.now()),
    };
    let limit = bytes(attestation::verify::BYTES);
    let bundle = system.read(&options.bundle, limit)?;
    let roots = options.trusted_root.as_ref().map(|path| system.read(path, bytes(trust::ROOT_BYTES))).transpose()?;
    let extras = |paths: &[PathBuf], what: &str| {
        if paths.len() > EXTRAS {
            return Err(Failure::usage(format!("there are more than {EXTRAS} {what}"), "give those that count"));
        }
        let read = |path: &PathBuf| Ok(Extra { name: path.display().to_string(), bytes: system.read(path, limit)? });
        paths.iter().map(read).collect::<Result<Vec<Extra>, Failure>>()
    };
    let witnesses = extras(&options.witnesses, "witnesses")?;
    let approvals = extras(&options.approvals, "approvals")?;
    let material = Material {
        bundle: &bundle,
        root: roots.as_ref().map(|roots| (roots.as_slice(), options.authority.as_deref())),
        signers: &signers,
        witnesses: &witnesses,
        approvals: &approvals,
    };
    let judged = judge(&contract, &material, &known, origin);
    let context = judged.context.as_ref().map(json::to_string).transpose().map_err(Failure::bug)?;
    if let (Some(path), Some(text)) = (&options.save_context, &context) {
        system.write(path, text.as_bytes())?;
    }
    let documents = Documents { statement: judged.payload, context: context.map(String::into_bytes) };
    Ok(VerifyRun { verdict: Some(judged.verdict), diagnostics, sources, documents })
}

fn is_run_id(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-');
    (8..=128).contains(&id.len()) && id.bytes().all(fits)
}

fn bytes(limit: usize) -> u64 {
    u64::try_from(limit).unwrap_or(u64::MAX)
}

fn undecided(message: impl Into<String>, help: impl Into<String>) -> Failure {
    Failure { message: message.into(), help: Some(help.into()), exit: Exit::Undecided }
}

fn of_change(error: &ChangeError) -> Failure {
    Failure { message: error.to_string(), help: None, exit: Exit::Undecided }
}

/// The change and what is expected of it. `repo-tree` is computed where the expectations name it.
fn expected(system: &dyn System, options: &GateOptions) -> Result<(Change, Expectations, Origin), Failure> {
    let mut wanted = change::Options {
        base: options.base.clone(),
        end: options.end.clone(),
        tree: false,
        limits: change::Limits::default(),
    };
    let read =
        |wanted: &change::Options| change::read(system, &options.root, wanted).map_err(|error| of_change(&error));
    let change = read(&wanted)?;
    let limit = bytes(expectations::BYTES);
    let (text, origin) = if let Some(path) = &options.expectations_file {
        let text = system.read(path, limit)?;
        let digest = digest::sha256(&text).to_string();
        (text, Origin { path: path.display().to_string(), commit: None, digest })
    } else {
        let path = options.expectations.as_deref().unwrap_or(expectations::PATH);
        let commit = change.base_branch.as_ref().unwrap_or(&change.base_commit);
        let found = change::file_at(system, &options.root, commit, path, limit).map_err(|error| of_change(&error))?;
        let Some(text) = found else {
            let message = format!("nobody says what is expected: `{path}` is not at the base, {commit}");
            return Err(undecided(
                message,
                "commit it to the base branch, or give it from elsewhere: `--expectations-file FILE`",
            ));
        };
        let digest = digest::sha256(&text).to_string();
        (text, Origin { path: path.to_owned(), commit: Some(commit.clone()), digest })
    };
    let expectations = Expectations::parse(&text)
        .map_err(|error| undecided(format!("`{}` is not right: {error}", origin.path), error.help))?;
    if !expectations.subjects.contains(&Subject::Tree) {
        return Ok((change, expectations, origin));
    }
    wanted.tree = true;
    let whole = read(&wanted)?;
    if whole.patch != change.patch || whole.base_branch != change.base_branch || whole.head_commit != change.head_commit
    {
        let help = "run again when nothing writes to the repository";
        return Err(undecided("the repository changed while it was read", help));
    }
    Ok((whole, expectations, origin))
}

fn repo_url(options: &GateOptions, expectations: &Expectations, change: &Change) -> Result<String, Failure> {
    let given = options.repo_url.as_ref().map(|url| {
        normalise_remote(url).ok_or_else(|| {
            Failure::usage(format!("`{url}` is no address of a repository"), "write it like `https://host/owner/name`")
        })
    });
    let given = given.transpose()?;
    match (&expectations.repository, given) {
        (Some(own), Some(given)) if *own != given => {
            let message = format!("`--repo-url` is `{given}`, and the expectations are those of `{own}`");
            Err(Failure::usage(message, "leave out `--repo-url`"))
        }
        (Some(own), _) => Ok(own.clone()),
        (None, Some(given)) => Ok(given),
        (None, None) => change.repo_url.clone().ok_or_else(|| {
            let help = "say it in the expectations, `repository = \"https://…\"`, or with `--repo-url URL`";
            undecided("the repository has no address: it has no remote that is one", help)
        }),
    }
}

/// Who may sign: those of the expectations; of them only the holder of the caller's key, where one is given.
fn signers(system: &dyn System, options: &GateOptions, expectations: &Expectations) -> Result<Vec<Party>, Failure> {
    let Some(path) = &options.key else {
        if expectations.signers.is_empty() {
            let help = "name them in a `[[signer]]` of the expectations, or give the one key: `--key PEM`";
            return Err(undecided("nobody is named who may sign", help));
        }
        let by_certificate = |party: &Party| matches!(party.by, By::Certificate(_));
        if options.trusted_root.is_none() && expectations.signers.iter().all(by_certificate) {
            let help = "give the trust root that their certificates are of: `--trusted-root FILE`";
            return Err(Failure::usage("all who may sign do it with a certificate, and there is no trust root", help));
        }
        return Ok(expectations.signers.clone());
    };
    let pem = system.read(path, bytes(trust::KEY_BYTES))?;
    let unusable = |failure: attestation::Failure| {
        undecided(failure.message.clone(), failure.help.map_or_else(String::new, String::from))
    };
    let trust = attestation::Trust::default().with_key(&pem).map_err(unusable)?;
    let digest = trust.key_digest().unwrap_or_default();
    if expectations.signers.is_empty() {
        let pem = String::from_utf8_lossy(&pem).into_owned();
        let by = By::Key { pem, digest, logged: false, builder: None, workflow: None, issuer: None };
        return Ok(vec![Party { name: None, by, predicate_type: None }]);
    }
    let is_given = |party: &&Party| matches!(&party.by, By::Key { digest: own, .. } if *own == digest);
    match expectations.signers.iter().find(is_given) {
        Some(party) => Ok(vec![party.clone()]),
        None => Err(Failure::usage(
            format!("the key {digest} is none of those that may sign"),
            "leave out `--key`, or add the key to a `[[signer]]` of the expectations",
        )),
    }
}

/// SHA-256 of the agent's configuration, as it was where the change begins.
fn agent_config(
    system: &dyn System,
    options: &GateOptions,
    expectations: &Expectations,
    change: &Change,
) -> Result<Option<String>, Failure> {
    let Some(path) = &expectations.agent_config else { return Ok(None) };
    let commit = &change.base_commit;
    let found =
        change::file_at(system, &options.root, commit, path, CONFIG_BYTES).map_err(|error| of_change(&error))?;
    match found {
        Some(text) => Ok(Some(digest::sha256(&text).hex)),
        None => Err(undecided(
            format!("`{path}`, the agent's configuration, is not at the base, {commit}"),
            "commit it to the base branch, or leave `agent-config` out of the expectations",
        )),
    }
}
