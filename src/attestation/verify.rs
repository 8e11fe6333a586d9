//! Verification of a Sigstore bundle or a DSSE envelope, offline. In this order, and nothing of the payload is believed before
//! the signature holds:
//!
//! 1. size, depth, strict JSON, a known format (`schema_invalid`);
//! 2. the material fits the trust: a key verifies no certificate, a root no key (`signature_invalid`);
//! 3. chain, SCT, log entry, inclusion, timestamps, signature (`signature_invalid`, `transparency_verification_failed`);
//! 4. issuer, identity and the other pins against the verified certificate (`signer_identity_mismatch`,
//!    `builder_identity_mismatch`);
//! 5. payload type, statement type, predicate type, subjects (`unsupported_statement_type`, `predicate_type_mismatch`,
//!    `schema_invalid`, `subject_digest_mismatch`).
//!
//! Does not know files, nor what a predicate means.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::artifact::{self, Signed};
use super::bundle;
use super::envelope::Envelope;
use super::pins::{Identity, Pins};
use super::statement::{self, Statement};
use super::trust::Trust;
use super::verdict::{Check, Code, Failure, Fault, Verdict};
use crate::base::{digest, json};

/// Largest bundle or envelope, bytes.
pub const BYTES: usize = 32 << 20;
/// Names of the checks that every verification has.
const STEPS: [&str; 4] = ["format", "signature", "statement", "subject"];

/// What is to be verified.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The bytes of the bundle or envelope.
    pub document: &'a [u8],
    /// What is said to be signed; each has to be.
    pub artifacts: &'a [Signed<'a>],
    /// Whether there may be no artifact, because the caller compares the verified statement's subjects itself.
    pub subjects_open: bool,
    /// Whom to trust.
    pub trust: &'a Trust,
    /// Who may have signed.
    pub pins: &'a Pins,
    /// The predicate type that the statement must have; any without it.
    pub predicate_type: Option<&'a str>,
    /// Whether the statement may have no subject that is none of the artifacts.
    pub only_subject: bool,
}

/// What the verification came to.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The version of this form.
    pub schema_version: u32,
    /// What it came to.
    pub verdict: Verdict,
    /// The codes of the failures, in the order of the contract, each once; empty exactly where the verdict is `VERIFIED`.
    pub failure_codes: Vec<Code>,
    /// Who signed; null unless the signature holds.
    pub identity: Option<Identity>,
    /// What the statement's predicate is; null unless the verdict is `VERIFIED` and a statement was signed.
    pub predicate_type: Option<String>,
    /// Every check, whether it was done, and what was seen.
    pub checks: Vec<Check>,
    /// Why it is not verified.
    pub failures: Vec<Failure>,
    /// The digests of the trust root's file and of the key, `sha256:...`, as they were given.
    pub trust: Vec<String>,
    /// The verified statement, only where the verdict is `VERIFIED`.
    #[serde(skip)]
    pub statement: Option<Statement>,
    /// The very bytes that were signed, only where the verdict is `VERIFIED` and a statement was signed.
    #[serde(skip)]
    pub payload: Option<Vec<u8>>,
    /// Whether a log of the trust root holds the signature; false unless the verdict is `VERIFIED`.
    #[serde(skip)]
    pub logged: bool,
    /// Whether a timestamp authority of the trust root says when it was made; false unless the verdict is `VERIFIED`.
    #[serde(skip)]
    pub stamped: bool,
}

/// Who signed, and what.
pub(super) struct Held {
    pub(super) identity: Identity,
    /// The type and bytes of an envelope's payload; `None` where the artifact's own bytes are signed.
    pub(super) payload: Option<(String, Vec<u8>)>,
    /// Whether a log holds the signature.
    pub(super) logged: bool,
    /// Whether a timestamp authority says when it was made.
    pub(super) stamped: bool,
}

impl Verification {
    /// Of material that cannot be used at all.
    pub fn unusable(failure: Failure) -> Self {
        Self::of(Vec::new(), None, Vec::new(), vec![Fault::Unusable(failure)])
    }

    pub(super) fn of(
        trust: Vec<String>,
        identity: Option<Identity>,
        mut checks: Vec<Check>,
        faults: Vec<Fault>,
    ) -> Self {
        let failed = faults.iter().any(|fault| matches!(fault, Fault::Failed(_)));
        let verdict = match (faults.is_empty(), failed) {
            (true, _) => Verdict::Verified,
            (false, true) => Verdict::Failed,
            (false, false) => Verdict::Unverified,
        };
        for name in STEPS {
            if !checks.iter().any(|check| check.name == name) {
                checks.push(Check::skipped(name, "not reached, or does not hold"));
            }
        }
        let failures: Vec<Failure> = faults.into_iter().map(Fault::failure).collect();
        let is_there = |code: &Code| failures.iter().any(|failure| failure.code == *code);
        let failure_codes = Code::ALL.into_iter().filter(is_there).collect();
        Self {
            schema_version: 1,
            verdict,
            failure_codes,
            identity,
            predicate_type: None,
            checks,
            failures,
            trust,
            statement: None,
            payload: None,
            logged: false,
            stamped: false,
        }
    }
}

/// Verifies a bundle or an envelope.
pub fn verify(request: &Request<'_>) -> Verification {
    let trust = request.trust.digests().to_vec();
    let mut checks = Vec::new();
    let held = match signature(request, &mut checks) {
        Ok(held) => held,
        Err(fault) => return Verification::of(trust, None, checks, vec![fault]),
    };
    let mut faults = Vec::new();
    if request.trust.key.is_none() {
        let (compared, differing) = request.pins.compare(&held.identity);
        checks.extend(compared);
        faults.extend(differing.into_iter().map(Fault::Failed));
    }
    if let Err(fault) = authorised(request) {
        faults.push(fault);
    }
    finish(request, held, trust, checks, faults)
}

/// Step 5, and what all of it came to. The caller has answered step 4: who it is that may sign.
pub(super) fn finish(
    request: &Request<'_>,
    held: Held,
    trust: Vec<String>,
    mut checks: Vec<Check>,
    mut faults: Vec<Fault>,
) -> Verification {
    let statement = if let Some((payload_type, payload)) = &held.payload {
        said(request, payload_type, payload, &mut checks, &mut faults)
    } else {
        itself(request, &mut checks, &mut faults);
        None
    };
    let mut verification = Verification::of(trust, Some(held.identity), checks, faults);
    if verification.verdict == Verdict::Verified {
        verification.predicate_type = statement.as_ref().map(|statement| statement.predicate_type.clone());
        verification.payload = held.payload.map(|(_, payload)| payload);
        verification.statement = statement;
        verification.logged = held.logged;
        verification.stamped = held.stamped;
    }
    verification
}

/// Steps 1 to 3.
fn signature(request: &Request<'_>, checks: &mut Vec<Check>) -> Result<Held, Fault> {
    if request.artifacts.is_empty() && !request.subjects_open {
        return Err(Fault::Unusable(
            Failure::new(Code::MissingEvidence, "it is not said what was signed")
                .help("name it: `--artifact FILE` or `--digest ALG:HEX`"),
        ));
    }
    let document = read(request.document)?;
    held(request, &document, checks)
}

fn malformed(reason: impl std::fmt::Display) -> Fault {
    Fault::Unusable(
        Failure::new(Code::SchemaInvalid, format!("the bundle cannot be read: {reason}"))
            .at("")
            .help("give a Sigstore bundle as JSON, version 0.1 to 0.3, or a DSSE envelope"),
    )
}

/// Step 1: strict JSON.
pub(super) fn read(document: &[u8]) -> Result<Value, Fault> {
    json::parse(document, BYTES).map_err(malformed)
}

/// Steps 2 and 3 of a document that was read from the request's bytes.
pub(super) fn held(request: &Request<'_>, document: &Value, checks: &mut Vec<Check>) -> Result<Held, Fault> {
    let has = |name: &str| document.get(name).is_some();
    if has("mediaType") {
        return bundle::signature(request, document, checks);
    }
    if !(has("payload") && has("payloadType") && has("signatures")) {
        return Err(malformed("it has no `mediaType`, and is no DSSE envelope"));
    }
    bare(request, document, checks)
}

/// A DSSE envelope without anything around it.
fn bare(request: &Request<'_>, document: &Value, checks: &mut Vec<Check>) -> Result<Held, Fault> {
    let envelope = Envelope::read(document).map_err(Fault::Unusable)?;
    checks.push(Check::done("format", "DSSE envelope"));
    if request.trust.root.is_some() {
        return Err(Fault::Failed(
            Failure::new(Code::TransparencyVerificationFailed, "a bare envelope carries no log entry or certificate")
                .help("verify it with the signer's key alone: `--key PEM`"),
        ));
    }
    by_key(request, envelope, checks)
}

/// An envelope by the key, without any log.
pub(super) fn by_key(request: &Request<'_>, envelope: Envelope, checks: &mut Vec<Check>) -> Result<Held, Fault> {
    let key = request.trust.key.as_ref().ok_or_else(no_key)?;
    if !envelope.is_signed_by(key) {
        return Err(Fault::Failed(
            Failure::new(Code::SignatureInvalid, "no signature of the envelope is by the key")
                .at("/signatures")
                .help("somebody else signed, or the envelope was changed afterwards: do not use what it speaks of"),
        ));
    }
    checks.push(Check::done("signature", "by the key, over the envelope"));
    checks.push(Check::skipped("log", "no trust root was given"));
    checks.push(Check::skipped("time", "a signature by a key alone does not say when"));
    Ok(Held {
        identity: of_key(key.as_bytes()),
        payload: Some((envelope.payload_type, envelope.payload)),
        logged: false,
        stamped: false,
    })
}

/// The identity of a key.
pub(super) fn of_key(der: &[u8]) -> Identity {
    Identity { key: Some(digest::sha256(der).to_string()), ..Identity::default() }
}

/// A key signed, and none was given.
pub(super) fn no_key() -> Fault {
    Fault::Failed(
        Failure::new(Code::SignatureInvalid, "it was signed by a key, and no key was given to verify it")
            .help("give the signer's public key: `--key PEM`"),
    )
}

/// Trust without a name is trust in everybody whom the authority vouches for.
fn authorised(request: &Request<'_>) -> Result<(), Fault> {
    let (pins, by_key) = (request.pins, request.trust.key.is_some());
    if by_key && !pins.is_empty() {
        return Err(Fault::Unusable(
            Failure::new(Code::SignerIdentityMismatch, "a key says nothing of what is pinned")
                .help("pin identities of certificates only; the key is the identity here"),
        ));
    }
    if !by_key && !pins.names_somebody() {
        return Err(Fault::Unusable(
            Failure::new(Code::SignerIdentityMismatch, "nobody is named who may have signed")
                .help("name them: `--identity ID --issuer URL`"),
        ));
    }
    Ok(())
}

/// Step 5: the payload whose signature holds.
fn said(
    request: &Request<'_>,
    payload_type: &str,
    payload: &[u8],
    checks: &mut Vec<Check>,
    faults: &mut Vec<Fault>,
) -> Option<Statement> {
    if payload_type != statement::PAYLOAD_TYPE {
        faults.push(other_payload(payload_type));
        return None;
    }
    let statement = match statement::read(payload) {
        Ok(statement) => statement,
        Err(failures) => {
            faults.extend(failures.into_iter().map(Fault::Failed));
            return None;
        }
    };
    match request.predicate_type {
        Some(wanted) if wanted != statement.predicate_type => {
            let failure = Failure::new(Code::PredicateTypeMismatch, "the predicate is of another type");
            checks.push(Check::skipped("predicate", "of another type than the one pinned"));
            faults.push(Fault::Failed(failure.at("/predicateType").between(wanted, &*statement.predicate_type)));
        }
        Some(_) => checks.push(Check::done("predicate", &*statement.predicate_type)),
        None => checks.push(Check::skipped("predicate", "its type is not pinned")),
    }
    checks.push(Check::done("statement", format!("in-toto, {} about {}", statement.predicate_type, count(&statement))));
    match subjects(request, &statement) {
        Ok(check) => checks.push(check),
        Err(fault) => faults.push(fault),
    }
    Some(statement)
}

/// Step 5 where the artifact's own bytes are signed, and no statement.
fn itself(request: &Request<'_>, checks: &mut Vec<Check>, faults: &mut Vec<Fault>) {
    checks.push(Check::skipped("statement", "the artifact's own bytes are signed, not a statement"));
    if request.predicate_type.is_some() {
        let failure = Failure::new(Code::PredicateTypeMismatch, "no statement was signed, so there is no predicate");
        faults.push(Fault::Failed(failure));
    }
    match request.artifacts.iter().map(digests).collect::<Result<Vec<_>, _>>() {
        Ok(artifacts) => {
            let shown = artifacts.iter().map(artifact::shown).collect::<Vec<_>>().join(", ");
            checks.push(Check::done("subject", format!("the artifact itself, {shown}")));
        }
        Err(fault) => faults.push(fault),
    }
}

/// A payload that is no statement.
pub(super) fn other_payload(payload_type: &str) -> Fault {
    let failure = Failure::new(Code::UnsupportedStatementType, "the payload is no in-toto statement");
    Fault::Failed(failure.at("/payloadType").between(statement::PAYLOAD_TYPE, payload_type))
}

fn count(statement: &Statement) -> String {
    match statement.subjects.len() {
        1 => String::from("1 subject"),
        many => format!("{many} subjects"),
    }
}

fn subjects(request: &Request<'_>, statement: &Statement) -> Result<Check, Fault> {
    if request.artifacts.is_empty() {
        return Ok(Check::skipped("subject", "left to the caller"));
    }
    let artifacts: Vec<BTreeMap<&'static str, String>> =
        request.artifacts.iter().map(digests).collect::<Result<_, _>>()?;
    let matched = statement.matched(&artifacts, request.only_subject).map_err(Fault::Failed)?;
    Ok(Check::done("subject", matched.join(", ")))
}

fn digests(signed: &Signed<'_>) -> Result<BTreeMap<&'static str, String>, Fault> {
    signed.digests().map_err(|error| {
        Fault::Unusable(Failure::new(Code::MissingEvidence, format!("the artifact cannot be read: {error}")))
    })
}
