//! What was verified, as the context that a statement is held against: from expectations, a change, and who signed. Nothing
//! of the statement gets into it. Does not know files, nor how anything was verified.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::expectations::{By, Expectations, Party, Subject};
use super::verdict::{Failure, Phase};
use crate::attestation::{Check, Identity};
use crate::change::Change;
use crate::decide::Level;
use crate::git::normalise_remote;

/// A digest, as contexts and statements write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sha256 {
    /// Lower-case hex.
    pub sha256: String,
}

/// A subject that the verifier computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ContextSubject {
    /// Its name.
    pub name: &'static str,
    /// `sha256`.
    pub algorithm: &'static str,
    /// Lower-case hex.
    pub digest: String,
}

/// What saw the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WitnessKind {
    /// A log of the trust root.
    TransparencyLog,
    /// A timestamp authority of the trust root.
    TimestampAuthority,
}

/// A witness whose bundle was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// What saw it.
    #[serde(rename = "type")]
    pub kind: WitnessKind,
    /// The digest of the bundle.
    pub digest: Sha256,
}

/// The context, `agent-provenance-context`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the schema of contexts says what each member is")]
pub struct Context {
    pub repo_url: String,
    pub base_commit: String,
    pub required_level: Level,
    pub subjects: Vec<ContextSubject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_signer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_builder_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_workflow_ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_issuer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_approval: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_approval_digest: Option<Sha256>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verified_agent_config: Option<Sha256>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verified_mcp_servers: Vec<Sha256>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verified_delegation: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub verified_witnesses: Vec<Witness>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_isolated_runners: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_self_hosted_runners: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_pull_request_number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_run_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freshness_window_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
}

/// What the verifier knows before it looks at any signature.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// The policy-owned file.
    pub expectations: &'a Expectations,
    /// The change, with `repo-tree` where the expectations name it.
    pub change: &'a Change,
    /// The repository's address.
    pub repo_url: &'a str,
    /// The level that is demanded: that of the expectations or a higher one.
    pub required_level: Level,
    /// SHA-256 of the agent's configuration at the base commit, hex.
    pub agent_config: Option<String>,
    /// The run that the statement must be of.
    pub run_id: Option<&'a str>,
    /// The pull request that the statement must be of.
    pub pull_request: Option<u64>,
    /// The verifier's clock.
    pub now: jiff::Timestamp,
}

impl Known<'_> {
    /// The context of all this, nobody verified yet.
    pub fn context(&self) -> Context {
        let expectations = self.expectations;
        let subjects = expectations.subjects.iter().filter_map(|subject| {
            let digest = match subject {
                Subject::Patch => Some(self.change.patch.sha256.hex.clone()),
                Subject::Tree => self.change.tree.as_ref().map(|tree| tree.hex.clone()),
            };
            digest.map(|digest| ContextSubject { name: subject.name(), algorithm: "sha256", digest })
        });
        let servers = expectations.mcp_servers.iter();
        Context {
            verified_agent_config: self.agent_config.clone().map(|sha256| Sha256 { sha256 }),
            verified_mcp_servers: servers.map(|(_, sha256)| Sha256 { sha256: sha256.clone() }).collect(),
            verified_delegation: expectations.delegates.clone(),
            allowed_isolated_runners: expectations.isolated_runners.clone(),
            allow_self_hosted_runners: Some(expectations.allow_self_hosted_runners),
            expected_pull_request_number: self.pull_request,
            expected_run_id: self.run_id.map(str::to_owned),
            freshness_window_seconds: expectations.max_age,
            now: Some(instant(self.now)),
            ..Context::new(self.repo_url, &self.change.base_commit, self.required_level, subjects.collect())
        }
    }
}

/// To the second: what a context holds has no need of more.
pub fn instant(now: jiff::Timestamp) -> String {
    now.round(jiff::Unit::Second).unwrap_or(now).to_string()
}

impl Context {
    /// What a change and a demand give: nothing is verified, and nothing else expected.
    pub fn new(repo_url: &str, base_commit: &str, required_level: Level, subjects: Vec<ContextSubject>) -> Self {
        Self {
            repo_url: repo_url.to_owned(),
            base_commit: base_commit.to_owned(),
            required_level,
            subjects,
            verified_signer: None,
            verified_builder_id: None,
            verified_workflow_ref: None,
            verified_issuer: None,
            verified_approval: None,
            verified_approval_digest: None,
            verified_agent_config: None,
            verified_mcp_servers: Vec::new(),
            verified_delegation: Vec::new(),
            verified_witnesses: Vec::new(),
            allowed_isolated_runners: Vec::new(),
            allow_self_hosted_runners: None,
            expected_pull_request_number: None,
            expected_run_id: None,
            freshness_window_seconds: None,
            now: None,
        }
    }

    /// With who signed: of a certificate what it says, of a key what policy says of its holder.
    pub fn sign(&mut self, identity: &Identity, party: &Party) {
        match &party.by {
            By::Certificate(_) => {
                let uri = identity.subject.clone().filter(|subject| subject.contains("://"));
                let workflow = identity.workflow.clone().or(uri);
                self.verified_signer = party.name.clone().or_else(|| identity.subject.clone());
                self.verified_builder_id.clone_from(&workflow);
                self.verified_workflow_ref = workflow;
                self.verified_issuer.clone_from(&identity.issuer);
            }
            By::Key { digest, builder, workflow, issuer, .. } => {
                self.verified_signer = party.name.clone().or_else(|| Some(digest.clone()));
                self.verified_builder_id.clone_from(builder);
                self.verified_workflow_ref.clone_from(workflow);
                self.verified_issuer.clone_from(issuer);
            }
        }
    }
}

/// Whether the statement is about this change, whatever a policy makes of that: its subjects, base commit and repository.
pub(super) fn compared(context: &Context, statement: &Value) -> [Check; 3] {
    let said: BTreeSet<(&str, &str)> = members(statement, "/subject").filter_map(named).collect();
    let all = members(statement, "/subject").count();
    let own: BTreeSet<(&str, &str)> = context.subjects.iter().map(|it| (it.name, it.digest.as_str())).collect();
    let shown: Vec<String> = context.subjects.iter().map(|it| format!("{} sha256:{}", it.name, it.digest)).collect();
    let subjects = if said == own && all == own.len() {
        Check::done("subjects", format!("{}, and no other", shown.join(", ")))
    } else {
        Check::skipped("subjects", format!("others than {}", shown.join(", ")))
    };
    let field = |name: &'static str, pointer: &str, own: &str| match statement.pointer(pointer).and_then(Value::as_str)
    {
        Some(said) if said == own => Check::done(name, own),
        Some(_) => Check::skipped(name, format!("another than {own}")),
        None => Check::skipped(name, "the statement does not say it"),
    };
    [
        subjects,
        field("base commit", "/predicate/repo/baseCommit", &context.base_commit),
        field("repository", "/predicate/repo/url", &context.repo_url),
    ]
}

fn members<'v>(document: &'v Value, pointer: &str) -> impl Iterator<Item = &'v Value> {
    document.pointer(pointer).and_then(Value::as_array).into_iter().flatten()
}

fn named(subject: &Value) -> Option<(&str, &str)> {
    Some((subject.get("name")?.as_str()?, subject.pointer("/digest/sha256")?.as_str()?))
}

/// Whether who signed belongs to this change: the certificate's repository, commit and run. What was compared, and what does
/// not hold; the run that the certificate names is written into the context where that is asked for.
pub(super) fn bind(
    known: &Known<'_>,
    identity: &Identity,
    party: &Party,
    context: &mut Context,
) -> (Vec<Check>, Vec<Failure>) {
    let (mut checks, mut failures) = (Vec::new(), Vec::new());
    let mut fail = |failure: Failure| failures.push(failure);
    match &identity.repository {
        None => checks.push(Check::skipped("source repository", "the signature does not say from which one it comes")),
        Some(source) if normalise_remote(source).as_deref() == Some(known.repo_url) => {
            checks.push(Check::done("source repository", source));
        }
        Some(source) => {
            checks.push(Check::skipped("source repository", "another than the one under judgement"));
            let message = "the certificate was made for a run of another repository";
            fail(at("repo_url_mismatch", "/bundle", message, known.repo_url, source));
        }
    }
    match source_commit(known, identity, party) {
        Ok(check) => checks.push(check),
        Err(failure) => {
            checks.push(Check::skipped("source commit", "none that this change has to do with"));
            fail(*failure);
        }
    }
    if known.expectations.run_from_certificate {
        match identity.run.as_deref().map(|uri| (uri, run_id(uri))) {
            Some((uri, Some(run))) => {
                if let Some(expected) = known.run_id.filter(|expected| *expected != run) {
                    let message = "the certificate is of another run than the one that was asked for";
                    fail(at("replay_detected", "/bundle", message, expected, &run));
                }
                checks.push(Check::done("source run", uri));
                context.expected_run_id = Some(run);
            }
            other => {
                let found = other.map_or("nothing", |(uri, _)| uri);
                let message = "the run must be the certificate's, and no run can be read from the signature";
                fail(at("missing_evidence", "/bundle", message, "a run of GitHub Actions or GitLab", found));
            }
        }
    } else {
        checks.push(Check::skipped("source run", "`run-from-certificate` is not set"));
    }
    (checks, failures)
}

fn at(code: &str, path: &str, message: &str, expected: &str, found: &str) -> Failure {
    let mut failure = Failure::new(code, Phase::Signature, path, message).expected(expected);
    failure.found = Some(super::verdict::clipped(found));
    failure
}

/// A run starts at the commit that it made the change from, or at the one that it made. GitHub runs a pull request's
/// workflow at a merge commit of its own, which no clone can compute: it counts for the pull request that was asked for.
fn source_commit(known: &Known<'_>, identity: &Identity, party: &Party) -> Result<Check, Box<Failure>> {
    let Some(commit) = &identity.commit else {
        return Ok(Check::skipped("source commit", "the signature does not say at which one the run was"));
    };
    let change = known.change;
    let is_pinned = matches!(&party.by, By::Certificate(pins) if pins.commit.is_some());
    if is_pinned || *commit == change.head_commit || *commit == change.base_commit {
        return Ok(Check::done("source commit", commit));
    }
    let merge = identity.source_ref.as_deref().and_then(|source| {
        let number = source.strip_prefix("refs/pull/")?.strip_suffix("/merge")?;
        number.parse::<u64>().ok()
    });
    if merge.is_some() && merge == known.pull_request {
        return Ok(Check::done(
            "source commit",
            format!("{commit}, the merge of the pull request as its host made it"),
        ));
    }
    let expected = format!("{} or {}", change.head_commit, change.base_commit);
    let message = "the run was at a commit that is neither the end of this change nor its base";
    let mut failure = at("builder_identity_mismatch", "/bundle", message, &expected, commit);
    failure.help = if merge.is_some() {
        "name the pull request whose merge it was: `--pull-request N`".to_owned()
    } else {
        "have a statement made by a run at this change".to_owned()
    };
    Err(Box::new(failure))
}

/// The run of a certificate in the form of a `runId`: what `attest provenance create` writes in that run.
fn run_id(uri: &str) -> Option<String> {
    let path = uri.strip_prefix("https://")?;
    let is_number =
        |text: &&str| !text.is_empty() && text.len() <= 20 && text.bytes().all(|digit| digit.is_ascii_digit());
    let steps: Vec<&str> = path.split('/').collect();
    match steps.as_slice() {
        [.., "actions", "runs", run, "attempts", attempt] if is_number(run) && is_number(attempt) => {
            Some(format!("github-{run}-{attempt}"))
        }
        [.., "-", "jobs", job] if is_number(job) => Some(format!("gitlab-{job}")),
        _ => None,
    }
}
