//! From a bundle to a verdict: who signed, whether that belongs to this change, witnesses and approvals, and then the phases
//! on the very bytes that were signed. Does not know files, git or the clock: it is given what they say.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::contract::Contract;
use super::expectations::{By, Party};
use super::facts::{self, Context, Known, Sha256, Witness, WitnessKind};
use super::help;
use super::verdict::{Failure, Failures, Phase, Trust, Verdict};
use crate::attestation::{self, Check, Identity, OneOf, Signer, Verdict as Signature, Verification, verify_one_of};
use crate::base::digest;

/// Most witnesses, and most approvals.
pub const EXTRAS: usize = 16;

/// A file of the caller's: a witness, an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// As the caller named it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is to be verified, and under which root.
#[derive(Debug)]
pub struct Material<'a> {
    /// The bundle or envelope of the statement.
    pub bundle: &'a [u8],
    /// The trust root's file, and which of several authorities.
    pub root: Option<(&'a [u8], Option<&'a str>)>,
    /// Who may sign: those of the expectations, or the caller's key.
    pub signers: &'a [Party],
    /// The witnesses.
    pub witnesses: &'a [Extra],
    /// The approvals.
    pub approvals: &'a [Extra],
}

/// Where the expectations are from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Origin {
    /// The path, in the repository or as the caller named it.
    pub path: String,
    /// The commit that it was read at; null for a file of the caller's.
    pub commit: Option<String>,
    /// The digest of its bytes, `sha256:...`.
    pub digest: String,
}

/// A witness or an approval that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Confirmed {
    /// The digest of its file, `sha256:...`.
    pub digest: String,
    /// Who made it.
    pub identity: Identity,
    /// What was checked, and what was not.
    pub checks: Vec<Check>,
}

/// What was verified besides the statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verified {
    /// Who signed; null unless the signature holds.
    pub identity: Option<Identity>,
    /// The entry of the expectations that let them in; null where none did.
    pub signer: Option<String>,
    /// Every check of the signature and of what it belongs to, whether it was done, and what was seen.
    pub checks: Vec<Check>,
    /// The witnesses that were verified.
    pub witnesses: Vec<Confirmed>,
    /// The approvals that were verified.
    pub approvals: Vec<Confirmed>,
    /// The policy-owned file.
    pub expectations: Option<Origin>,
    /// The digest of the Rego policy, `sha256:...`; null where none was asked.
    pub policy_digest: Option<String>,
    /// The digests of the trust root's file and of the keys, `sha256:...`.
    pub trusted: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The verdict, with what was verified.
    pub verdict: Verdict,
    /// The context that was made; none where it did not come to that.
    pub context: Option<Context>,
    /// The payload that was signed; none where the signature does not hold.
    pub payload: Option<Vec<u8>>,
}

/// Judges a bundle by what the verifier knows. Whatever the bundle is, the result is a verdict.
pub fn judge(contract: &Contract, material: &Material<'_>, known: &Known<'_>, origin: Origin) -> Judged {
    let mut verified = Verified {
        identity: None,
        signer: None,
        checks: Vec::new(),
        witnesses: Vec::new(),
        approvals: Vec::new(),
        expectations: Some(origin),
        policy_digest: None,
        trusted: Vec::new(),
    };
    let refused = |verified: Verified, failures: Vec<Failure>, undecided: bool| {
        let verdict = Verdict::refused(failures, undecided).with(verified);
        Judged { verdict, context: None, payload: None }
    };
    let root = match material.root.map(|(bytes, authority)| attestation::Trust::default().with_roots(bytes, authority))
    {
        None => None,
        Some(Ok(root)) => Some(root),
        Some(Err(failure)) => return refused(verified, vec![of_signature(&failure, "/trust", None)], true),
    };
    let (verification, matched) = match verify(material.bundle, root.as_ref(), material, material.signers) {
        Ok(verified) => verified,
        Err(failure) => return refused(verified, vec![of_signature(&failure, "/trust", None)], true),
    };
    verified.identity.clone_from(&verification.identity);
    // Predicate and subjects are compared below, on the statement.
    let open = |check: &&Check| check.done || !matches!(check.name, "predicate" | "subject");
    verified.checks = verification.checks.iter().filter(open).cloned().collect();
    verified.trusted.clone_from(&verification.trust);
    let party = matched.and_then(|index| material.signers.get(index));
    let (Some(party), Some(identity), Some(payload), Some(statement)) =
        (party, &verification.identity, &verification.payload, &verification.statement)
    else {
        let undecided = verification.verdict == Signature::Unverified;
        return refused(verified, failures(&verification, "/bundle"), undecided);
    };
    verified.signer = Some(party.shown());
    let mut context = known.context();
    context.sign(identity, party);
    let (checks, mut wrong) = facts::bind(known, identity, party, &mut context);
    verified.checks.extend(checks);
    let run = Run { identity, party, document: &statement.document, known };
    // Undecided is what failed in no other way than that nothing could be verified.
    let mut undecided = wrong.is_empty();
    for (index, extra) in material.witnesses.iter().enumerate() {
        let place = format!("/witness/{index}");
        match run.witness(extra, root.as_ref(), material, &place) {
            Ok((confirmed, witnesses)) => {
                verified.witnesses.push(confirmed);
                context.verified_witnesses.extend(witnesses);
            }
            Err(refusal) => refusal.into(&mut wrong, &mut undecided),
        }
    }
    for (index, extra) in material.approvals.iter().enumerate() {
        match run.approval(extra, root.as_ref(), material, &format!("/approval/{index}")) {
            Ok(confirmed) => verified.approvals.push(confirmed),
            Err(refusal) => refusal.into(&mut wrong, &mut undecided),
        }
    }
    if !wrong.is_empty() {
        return refused(verified, wrong, undecided);
    }
    if let Some(approval) = run.approved(&verified.approvals) {
        context.verified_approval = Some(true);
        context.verified_approval_digest = Some(Sha256 { sha256: approval });
    }
    let written = match serde_json::to_vec(&context) {
        Ok(written) => written,
        Err(error) => {
            let failure = Failure::new("schema_invalid", Phase::Schema, "/context", error.to_string());
            return refused(verified, vec![failure], true);
        }
    };
    verified.policy_digest = contract.policy_digest(&statement.predicate_type).map(str::to_owned);
    let verdict = super::verify(contract, payload, &written, Trust::Signature);
    verified.checks.extend(facts::compared(&context, &statement.document));
    verified.checks.extend(unasked(known));
    Judged { verdict: verdict.with(verified), context: Some(context), payload: verification.payload.clone() }
}

/// What could have been demanded, and was not.
fn unasked(known: &Known<'_>) -> Vec<Check> {
    let expectations = known.expectations;
    let asked = [
        ("pull request", known.pull_request.is_some(), "no `--pull-request`"),
        ("run", known.run_id.is_some() || expectations.run_from_certificate, "no `--run-id`"),
        ("age", expectations.max_age.is_some(), "the expectations have no `max-age`"),
        ("agent's configuration", known.agent_config.is_some(), "the expectations have no `agent-config`"),
    ];
    asked.into_iter().filter(|(_, was, _)| !was).map(|(name, _, why)| Check::skipped(name, why)).collect()
}

/// A bundle by any of the parties.
fn verify(
    document: &[u8],
    root: Option<&attestation::Trust>,
    material: &Material<'_>,
    parties: &[Party],
) -> Result<(Verification, Option<usize>), attestation::Failure> {
    let mut keys = Vec::with_capacity(parties.len());
    for party in parties {
        keys.push(match &party.by {
            By::Certificate(_) => None,
            By::Key { pem, logged, .. } => {
                let trust = match (logged, material.root) {
                    (false, _) => attestation::Trust::default(),
                    (true, Some((bytes, authority))) => attestation::Trust::default().with_roots(bytes, authority)?,
                    (true, None) => {
                        let code = attestation::Code::MissingEvidence;
                        let message = "a signature by this key must be in the log, and there is no trust root";
                        return Err(
                            attestation::Failure::new(code, message).help("give the trust root: `--trusted-root FILE`")
                        );
                    }
                };
                Some(trust.with_key(pem.as_bytes())?)
            }
        });
    }
    let signers = parties.iter().zip(&keys).filter_map(|(party, key)| match (&party.by, key) {
        (By::Certificate(pins), _) => Some(Signer::Certificate(pins)),
        (By::Key { .. }, Some(trust)) => Some(Signer::Key(trust)),
        (By::Key { .. }, None) => None,
    });
    let signers: Vec<Signer<'_>> = signers.collect();
    Ok(verify_one_of(&OneOf { document, root, signers: &signers }))
}

/// What a verification says is wrong, with its place in `{"bundle": …, "witness": […], "approval": […]}`.
fn failures(verification: &Verification, place: &str) -> Vec<Failure> {
    let failures = verification.failures.iter().map(|failure| of_signature(failure, place, None));
    let mut failures: Vec<Failure> = failures.collect();
    if failures.is_empty() {
        let message = "what was signed is no statement";
        failures.push(Failure::new("unsupported_statement_type", Phase::Signature, place, message));
    }
    failures
}

/// A failure of a signature, under its own code or another.
fn of_signature(failure: &attestation::Failure, place: &str, code: Option<&str>) -> Failure {
    let path = format!("{place}{}", failure.path.as_deref().unwrap_or_default());
    let mut told = Failure::new(code.unwrap_or(failure.code.name()), Phase::Signature, &path, failure.message.clone());
    told.expected = failure.expected.as_deref().map(super::verdict::clipped);
    told.found = failure.found.as_deref().map(super::verdict::clipped);
    told.help = match &failure.help {
        Some(help) => help.to_string(),
        None => help::of_signature(&told.code).to_owned(),
    };
    told
}

/// Why a witness or an approval is none.
struct Refusal {
    failures: Vec<Failure>,
    undecided: bool,
}

impl Refusal {
    fn of(code: &str, place: &str, message: String, help: &str) -> Self {
        let mut failure = Failure::new(code, Phase::Signature, place, message);
        help.clone_into(&mut failure.help);
        Self { failures: vec![failure], undecided: false }
    }

    fn into(self, wrong: &mut Vec<Failure>, undecided: &mut bool) {
        wrong.extend(self.failures);
        *undecided &= self.undecided;
    }
}

/// The run whose signature holds.
struct Run<'a> {
    identity: &'a Identity,
    party: &'a Party,
    /// The statement, from the bytes that were signed.
    document: &'a Value,
    known: &'a Known<'a>,
}

const WITNESS: &str = "transparency_verification_failed";
const APPROVAL: &str = "missing_evidence";

impl Run<'_> {
    /// A witness: by whom the expectations name, seen by a log or a timestamp authority, about what the statement is about.
    fn witness(
        &self,
        extra: &Extra,
        root: Option<&attestation::Trust>,
        material: &Material<'_>,
        place: &str,
    ) -> Result<(Confirmed, Vec<Witness>), Refusal> {
        let refuse = |message: String, help: &str| Refusal::of(WITNESS, place, message, help);
        let name = &extra.name;
        let parties = &self.known.expectations.witnesses;
        if parties.is_empty() {
            return Err(refuse(
                format!("`{name}` is no witness: the expectations name none"),
                "name who may witness in a `[[witness]]` of the expectations",
            ));
        }
        let (verification, _) = verified(extra, root, material, parties, WITNESS, place)?;
        let (Some(identity), Some(statement)) = (verification.identity.clone(), &verification.statement) else {
            return Err(refuse(format!("`{name}` holds no statement"), "have a statement witnessed"));
        };
        let own = self.digests();
        if !statement.subjects.iter().any(|it| it.digests.get("sha256").is_some_and(|hex| own.contains(hex.as_str()))) {
            return Err(refuse(
                format!("`{name}` is about nothing that the run's statement has as subject or evidence"),
                "have a subject or an evidence of this run witnessed",
            ));
        }
        let hex = digest::sha256(&extra.bytes).hex;
        let seen = [
            (verification.logged, WitnessKind::TransparencyLog),
            (verification.stamped, WitnessKind::TimestampAuthority),
        ];
        let witnesses: Vec<Witness> = seen
            .into_iter()
            .filter(|(was, _)| *was)
            .map(|(_, kind)| Witness { kind, digest: Sha256 { sha256: hex.clone() } })
            .collect();
        if witnesses.is_empty() {
            return Err(refuse(
                format!("neither a log nor a timestamp authority has seen `{name}`"),
                "have it signed with a log entry or a timestamp",
            ));
        }
        let checks = verification.checks.clone();
        Ok((Confirmed { digest: format!("sha256:{hex}"), identity, checks }, witnesses))
    }

    /// An approval: by whom the expectations name and not by the signer of the run, about the patch of this change.
    fn approval(
        &self,
        extra: &Extra,
        root: Option<&attestation::Trust>,
        material: &Material<'_>,
        place: &str,
    ) -> Result<Confirmed, Refusal> {
        let refuse = |message: String, help: &str| Refusal::of(APPROVAL, place, message, help);
        let name = &extra.name;
        let approvers = &self.known.expectations.approvers;
        if approvers.is_empty() {
            return Err(refuse(
                format!("`{name}` is no approval: the expectations name no approver"),
                "name who may approve in an `[[approver]]` of the expectations",
            ));
        }
        let (verification, party) = self.of_its_type(extra, root, material, place)?;
        let (Some(identity), Some(statement)) = (verification.identity.clone(), &verification.statement) else {
            return Err(refuse(format!("`{name}` holds no statement"), "have an approval signed"));
        };
        if self.is_signer(&identity, &party) {
            return Err(refuse(
                format!("`{name}` is by the signer of the run, who does not approve their own change"),
                "have somebody else approve the change",
            ));
        }
        let patch = &self.known.change.patch.sha256.hex;
        if !statement.subjects.iter().any(|subject| subject.digests.get("sha256") == Some(patch)) {
            return Err(refuse(
                format!("`{name}` approves another change than this one"),
                "have this change approved: the subject is its `patch.diff`",
            ));
        }
        let digest = digest::sha256(&extra.bytes).to_string();
        Ok(Confirmed { digest, identity, checks: verification.checks.clone() })
    }

    /// Of the approvers those whose type of approval it is: one and the same may approve in several ways.
    fn of_its_type(
        &self,
        extra: &Extra,
        root: Option<&attestation::Trust>,
        material: &Material<'_>,
        place: &str,
    ) -> Result<(Verification, Party), Refusal> {
        let approvers = &self.known.expectations.approvers;
        let types: BTreeSet<&str> = approvers.iter().filter_map(|party| party.predicate_type.as_deref()).collect();
        let mut last = None;
        for kind in &types {
            let parties = approvers.iter().filter(|party| party.predicate_type.as_deref() == Some(kind));
            let parties: Vec<Party> = parties.cloned().collect();
            match verified(extra, root, material, &parties, APPROVAL, place) {
                Ok((verification, party)) if verification.predicate_type.as_deref() == Some(kind) => {
                    return Ok((verification, party));
                }
                Ok((verification, _)) => {
                    let found = verification.predicate_type.unwrap_or_default();
                    let message = format!("`{}` is no approval of a type that counts", extra.name);
                    let mut refusal = Refusal::of(APPROVAL, place, message, "have an approval of that type signed");
                    for failure in &mut refusal.failures {
                        failure.expected = Some(types.iter().copied().collect::<Vec<_>>().join(", "));
                        failure.found = Some(super::verdict::clipped(&found));
                    }
                    last = Some(refusal);
                }
                Err(refusal) => {
                    last.get_or_insert(refusal);
                }
            }
        }
        Err(last.unwrap_or_else(|| Refusal::of(APPROVAL, place, "nobody may approve".to_owned(), "name an approver")))
    }

    /// Whether somebody is who signed the run: by key, by subject, or by what policy calls them. One workflow is one whatever
    /// the ref, one address of mail is one whoever vouches for it and however it is written.
    fn is_signer(&self, identity: &Identity, party: &Party) -> bool {
        let own = self.identity;
        let same_key = own.key.is_some() && own.key == identity.key;
        let same_subject =
            own.subject.is_some() && own.subject.as_deref().map(person) == identity.subject.as_deref().map(person);
        let same_name = self.party.name.is_some() && self.party.name == party.name;
        same_key || same_subject || same_name
    }

    /// SHA-256 of the statement's subjects and evidence.
    fn digests(&self) -> BTreeSet<&str> {
        let list = |pointer: &str| self.document.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        let all = list("/subject").chain(list("/predicate/evidence"));
        all.filter_map(|value| value.pointer("/digest/sha256").and_then(Value::as_str)).collect()
    }

    /// Of the approvals the one that the statement has as evidence, else the first.
    fn approved(&self, approvals: &[Confirmed]) -> Option<String> {
        let evidence = self.document.pointer("/predicate/evidence").and_then(Value::as_array).into_iter().flatten();
        let named: BTreeSet<&str> = evidence
            .filter(|it| it.get("type").and_then(Value::as_str) == Some("approval"))
            .filter_map(|it| it.pointer("/digest/sha256").and_then(Value::as_str))
            .collect();
        let hex = |approval: &Confirmed| approval.digest.trim_start_matches("sha256:").to_owned();
        let all: Vec<String> = approvals.iter().map(hex).collect();
        all.iter().find(|hex| named.contains(hex.as_str())).or_else(|| all.first()).cloned()
    }
}

/// Who a subject is: a workflow without its ref, an address of mail without its case.
fn person(subject: &str) -> String {
    let workflow = subject.rsplit_once('@').filter(|(workflow, _)| workflow.contains("://"));
    workflow.map_or(subject, |(workflow, _)| workflow).to_lowercase()
}

/// A witness or an approval by any of the parties; what is wrong with it goes by the code of what it was to be.
fn verified(
    extra: &Extra,
    root: Option<&attestation::Trust>,
    material: &Material<'_>,
    parties: &[Party],
    code: &str,
    place: &str,
) -> Result<(Verification, Party), Refusal> {
    let told = |failure: &attestation::Failure| {
        let mut told = of_signature(failure, place, Some(code));
        told.message = format!("`{}` is not verified: {}", extra.name, told.message);
        told
    };
    let (verification, matched) = verify(&extra.bytes, root, material, parties)
        .map_err(|failure| Refusal { failures: vec![told(&failure)], undecided: true })?;
    match matched.and_then(|index| parties.get(index)) {
        Some(party) => Ok((verification, party.clone())),
        None => Err(Refusal {
            failures: verification.failures.iter().map(told).collect(),
            undecided: verification.verdict == Signature::Unverified,
        }),
    }
}

/// Failures that were found before a verdict could be asked for.
impl Verdict {
    fn refused(failures: Vec<Failure>, undecided: bool) -> Self {
        let mut all = Failures::default();
        for failure in failures {
            all.push(failure);
        }
        let mut verdict = Self::of(None, Trust::None, all);
        verdict.undecided = undecided;
        verdict
    }

    fn with(mut self, verified: Verified) -> Self {
        self.verified = Some(Box::new(verified));
        self
    }
}
