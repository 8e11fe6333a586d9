//! Verification of a Sigstore bundle, offline. In this order, and nothing of the payload is believed before the signature
//! holds:
//!
//! 1. size, depth, strict JSON, a known media type (`schema_invalid`);
//! 2. the material fits the trust: a key verifies no certificate bundle, a root no key bundle (`signature_invalid`);
//! 3. chain, SCT, log entry, inclusion, timestamps, signature, the entry's consistency, and the artifact
//!    (`signature_invalid`, `transparency_verification_failed`, `subject_digest_mismatch`), by `sigstore-verify`;
//! 4. issuer, identity and the other pins against the verified certificate (`signer_identity_mismatch`,
//!    `builder_identity_mismatch`);
//! 5. payload type, statement type, predicate type, subjects (`unsupported_statement_type`, `predicate_type_mismatch`,
//!    `subject_digest_mismatch`).

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use sigstore_trust_root::TrustedRoot;
use sigstore_types::bundle::VerificationMaterialContent;
use sigstore_types::{Artifact, ArtifactDigest, Bundle, DerPublicKey, DigestBytes, HashAlgorithm, SignatureContent};
use sigstore_verify::{Error, PublicKeyVerificationPolicy, VerificationPolicy, VerificationResult, Verifier};

use super::pins::{Identity, Pins};
use super::trust::Trust;
use super::verdict::{Check, Code, Failure, Fault, Verdict};
use crate::base::digest::{self, Algorithm, Digest};
use crate::base::json;

/// Largest bundle, bytes.
pub const BUNDLE_BYTES: usize = 16 << 20;
/// Most subjects of a statement.
const SUBJECTS: usize = 10_000;
/// The payload type of in-toto statements.
const IN_TOTO: &str = "application/vnd.in-toto+json";
/// The statement's type.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// Names of the checks.
const STEPS: [&str; 3] = ["format", "signature", "subject"];

/// What was signed, as far as the caller knows it.
#[derive(Clone, Copy, Debug)]
pub enum Signed<'a> {
    /// Its bytes.
    Bytes(&'a [u8]),
    /// Its digest.
    Digest(&'a Digest),
}

/// What is to be verified.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The bundle's bytes.
    pub bundle: &'a [u8],
    /// What was signed.
    pub signed: Signed<'a>,
    /// Whom to trust.
    pub trust: &'a Trust,
    /// Who may have signed.
    pub pins: &'a Pins,
    /// The predicate type that a statement must have; any without it.
    pub predicate_type: Option<&'a str>,
    /// Whether the artifact must be the only subject of a statement.
    pub only_subject: bool,
}

/// What the verification came to.
#[derive(Clone, Debug, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// What it came to.
    pub verdict: Verdict,
    /// The codes of the failures, in the order of the contract, each once.
    pub failure_codes: Vec<&'static str>,
    /// Who signed; null unless the signature holds.
    pub identity: Option<Identity>,
    /// Every check, whether it was done, and what was seen.
    pub checks: Vec<Check>,
    /// Why it is not verified.
    pub failures: Vec<Failure>,
    /// The digests of the trust root and the key, `sha256:...`.
    pub trust: Vec<String>,
    /// The verified statement; null unless the verdict is `VERIFIED` and one was signed.
    #[serde(skip)]
    pub statement: Option<Value>,
}

impl Verification {
    /// Of material that cannot be used at all.
    pub fn unusable(failure: Failure) -> Self {
        Self::from_parts(Vec::new(), None, Vec::new(), vec![Fault::Unusable(failure)], None)
    }

    fn from_parts(
        trust: Vec<String>,
        identity: Option<Identity>,
        mut checks: Vec<Check>,
        faults: Vec<Fault>,
        statement: Option<Value>,
    ) -> Self {
        let failed = faults.iter().any(|fault| matches!(fault, Fault::Failed(_)));
        let verdict = match (faults.is_empty(), failed) {
            (true, _) => Verdict::Verified,
            (false, true) => Verdict::Failed,
            (false, false) => Verdict::Unverified,
        };
        for name in STEPS {
            if !checks.iter().any(|check| check.name == name) {
                checks.push(Check::skipped(name, "a check before it does not hold"));
            }
        }
        let failures: Vec<Failure> = faults
            .into_iter()
            .map(|fault| match fault {
                Fault::Failed(failure) | Fault::Unusable(failure) => failure,
            })
            .collect();
        let mut failure_codes: Vec<&'static str> = Vec::new();
        for code in ORDER {
            if failures.iter().any(|failure| failure.code == code.name()) {
                failure_codes.push(code.name());
            }
        }
        Self {
            verdict,
            failure_codes,
            identity,
            checks,
            failures,
            trust,
            statement: statement.filter(|_| verdict == Verdict::Verified),
        }
    }
}

/// The codes in the contract's order.
const ORDER: [Code; 9] = [
    Code::UnsupportedStatementType,
    Code::PredicateTypeMismatch,
    Code::SchemaInvalid,
    Code::SignatureInvalid,
    Code::TransparencyVerificationFailed,
    Code::SubjectDigestMismatch,
    Code::SignerIdentityMismatch,
    Code::BuilderIdentityMismatch,
    Code::MissingEvidence,
];

/// Verifies a bundle.
pub fn verify(request: &Request<'_>) -> Verification {
    let trust = request.trust.digests().to_vec();
    let mut checks = Vec::new();
    match verify_steps(request, &mut checks) {
        Ok((identity, faults, statement)) => Verification::from_parts(trust, Some(identity), checks, faults, statement),
        Err(fault) => Verification::from_parts(trust, None, checks, vec![fault], None),
    }
}

fn verify_steps(
    request: &Request<'_>,
    checks: &mut Vec<Check>,
) -> Result<(Identity, Vec<Fault>, Option<Value>), Fault> {
    // Step 1.
    let bundle = read(request.bundle)?;
    checks.push(Check::done("format", bundle.media_type.as_str()));
    // Steps 2 and 3.
    let artifact = artifact(&request.signed)?;
    let identity = match &request.trust.key {
        Some(key) => by_key(&bundle, &artifact, key, request.trust, checks)?,
        None => by_roots(&bundle, &artifact, request.trust, checks)?,
    };
    // Step 4.
    let (compared, differing) = request.pins.compare(&identity);
    checks.extend(compared);
    let mut faults: Vec<Fault> = differing.into_iter().map(Fault::Failed).collect();
    if request.trust.key.is_none() && (request.pins.identity.is_none() || request.pins.issuer.is_none()) {
        faults.push(Fault::Unusable(
            Failure::new(Code::SignerIdentityMismatch, "nobody is named who may have signed")
                .help("name them: `--identity ID --issuer URL`"),
        ));
    }
    // Step 5.
    let statement = match &bundle.content {
        SignatureContent::DsseEnvelope(envelope) => {
            let (statement, mut wrong) = statement(&envelope.payload_type, envelope.payload.as_bytes(), request);
            faults.append(&mut wrong);
            statement
        }
        _ => None,
    };
    let subject = match &request.signed {
        Signed::Bytes(bytes) => digest::sha256(bytes).to_string(),
        Signed::Digest(digest) => digest.to_string(),
    };
    if faults.is_empty() {
        checks.push(Check::done("subject", subject));
    }
    Ok((identity, faults, statement))
}

/// Step 1.
fn read(bytes: &[u8]) -> Result<Bundle, Fault> {
    let malformed = |reason: String| {
        Fault::Unusable(
            Failure::new(Code::SchemaInvalid, format!("the bundle cannot be read: {reason}"))
                .help("give a Sigstore bundle as JSON, version 0.1 to 0.3"),
        )
    };
    let value = json::parse(bytes, BUNDLE_BYTES).map_err(|error| malformed(error.to_string()))?;
    if !value.get("mediaType").is_some_and(Value::is_string) {
        return Err(malformed(String::from("it has no `mediaType`")));
    }
    // The strict reading went through; the typed one reads the same bytes, so that both saw one document.
    let text = std::str::from_utf8(bytes).map_err(|_| malformed(String::from("it is not UTF-8")))?;
    Bundle::from_json(text).map_err(|error| malformed(error.to_string()))
}

fn artifact<'a>(signed: &Signed<'a>) -> Result<Artifact<'a>, Fault> {
    match signed {
        Signed::Bytes(bytes) => Ok(Artifact::from_blob(bytes)),
        Signed::Digest(digest) => {
            let algorithm = match digest.algorithm {
                Algorithm::Sha256 => HashAlgorithm::Sha2256,
                Algorithm::Sha384 => HashAlgorithm::Sha2384,
                Algorithm::Sha512 => HashAlgorithm::Sha2512,
            };
            let unusable = |reason: String| {
                Fault::Unusable(Failure::new(Code::MissingEvidence, format!("the digest cannot be used: {reason}")))
            };
            let bytes = DigestBytes::from_hex(&digest.hex).map_err(|error| unusable(error.to_string()))?;
            let digest = ArtifactDigest::new(algorithm, bytes).map_err(|error| unusable(error.to_string()))?;
            Ok(Artifact::from_digest(digest))
        }
    }
}

/// A bundle that a key signed. With a trust root, its log entry must hold too; without, the result says that no log was
/// asked.
fn by_key(
    bundle: &Bundle,
    artifact: &Artifact<'_>,
    key: &DerPublicKey,
    trust: &Trust,
    checks: &mut Vec<Check>,
) -> Result<Identity, Fault> {
    if !matches!(bundle.verification_material.content, VerificationMaterialContent::PublicKey(_)) {
        return Err(Fault::Failed(
            Failure::new(
                Code::SignatureInvalid,
                "the bundle was signed by a certificate, and a key was given to verify it",
            )
            .help("give the trust root and the signer: `--trusted-root FILE --identity ID --issuer URL`"),
        ));
    }
    let identity = Identity { key: Some(digest::sha256(key.as_bytes()).to_string()), ..Identity::default() };
    let policy = PublicKeyVerificationPolicy::new(key.clone());
    if trust.roots.is_empty() {
        let nobody =
            TrustedRoot::from_json(r#"{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}"#)
                .map_err(|error| fault(&Error::from(error)))?;
        let verifier = Verifier::new(&nobody).map_err(|error| fault(&error))?;
        verifier.verify(artifact.clone(), bundle, &policy.skip_tlog_unsafe()).map_err(|error| fault(&error))?;
        checks.push(Check::done("signature", "by the key"));
        checks.push(Check::skipped("log", "no trust root was given"));
        return Ok(identity);
    }
    first_that_holds(&trust.roots, |root| {
        let result = Verifier::new(root)?.verify(artifact.clone(), bundle, &policy)?;
        if result.tlog_verified() { Ok(result) } else { Err(incomplete()) }
    })
    .map(|result| {
        checks.push(Check::done("signature", "by the key"));
        record(&result, checks);
        identity
    })
}

fn by_roots(
    bundle: &Bundle,
    artifact: &Artifact<'_>,
    trust: &Trust,
    checks: &mut Vec<Check>,
) -> Result<Identity, Fault> {
    if matches!(bundle.verification_material.content, VerificationMaterialContent::PublicKey(_)) {
        return Err(Fault::Failed(
            Failure::new(Code::SignatureInvalid, "the bundle was signed by a key, and no key was given to verify it")
                .help("give the signer's public key: `--key PEM`"),
        ));
    }
    first_that_holds(&trust.roots, |root| by_root(bundle, artifact.clone(), root)).map(|(result, profile)| {
        checks.push(Check::done("signature", profile));
        record(&result, checks);
        result.certificate().map(Identity::of).unwrap_or_default()
    })
}

/// What holds under the first root under which anything does, else what the last one said.
fn first_that_holds<T>(roots: &[TrustedRoot], verify: impl Fn(&TrustedRoot) -> Result<T, Error>) -> Result<T, Fault> {
    let mut last = None;
    for root in roots {
        match verify(root) {
            Ok(held) => return Ok(held),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(
        || {
            Fault::Unusable(
                Failure::new(Code::MissingEvidence, "nobody is named whom to trust")
                    .help("give `--trusted-root FILE` or `--key PEM`"),
            )
        },
        |error| fault(&error),
    ))
}

/// The crate did what the policy asked for; a pass that skipped something would be ours to answer for.
fn incomplete() -> Error {
    Error::SignatureInvalid(String::from("not every check was done"))
}

/// One root. A root without any log is that of an instance without one (GitHub's for private repositories): there the
/// time comes from a timestamp authority, and the result says so.
fn by_root(
    bundle: &Bundle,
    artifact: Artifact<'_>,
    root: &TrustedRoot,
) -> Result<(VerificationResult, &'static str), Error> {
    let verifier = Verifier::new(root)?;
    let policy = VerificationPolicy::any_identity();
    let without_log = root.tlogs.is_empty() && root.ctlogs.is_empty() && !root.timestamp_authorities.is_empty();
    if !without_log {
        let result = verifier.verify(artifact, bundle, &policy)?;
        if result.certificate_verified() && result.sct_verified() && result.tlog_verified() {
            return Ok((result, "certificate, SCT, log entry and signature"));
        }
        return Err(incomplete());
    }
    let result = verifier.verify(artifact, bundle, &policy.skip_sct().skip_tlog_unsafe())?;
    if result.certificate_verified() && !result.verified_timestamps().is_empty() {
        return Ok((result, "certificate, timestamp and signature; the trust root has no log"));
    }
    Err(Error::SignatureInvalid(String::from("no verified timestamp, and the trust root has no log")))
}

fn record(result: &VerificationResult, checks: &mut Vec<Check>) {
    let done = |name, done: bool, detail: &str| {
        if done { Check::done(name, detail) } else { Check::skipped(name, "the trust root has none") }
    };
    checks.push(done("certificate", result.certificate_verified(), "chains to the trust root"));
    checks.push(done("sct", result.sct_verified(), "the certificate was logged"));
    checks.push(done("log", result.tlog_verified(), "the signature was logged"));
    let times: Vec<String> =
        result.integrated_time().iter().chain(result.verified_timestamps()).map(ToString::to_string).collect();
    checks.push(done("time", !times.is_empty(), &times.join(", ")));
}

/// An error of the crate as a failure. Unknown errors never pass.
fn fault(error: &Error) -> Fault {
    let failed = |code| Fault::Failed(Failure::new(code, error.to_string()));
    match error {
        Error::ArtifactMismatch(_) => failed(Code::SubjectDigestMismatch),
        Error::IdentityMismatch { .. } => failed(Code::SignerIdentityMismatch),
        Error::IssuerMismatch { .. } => failed(Code::SignerIdentityMismatch),
        Error::Certificate(sigstore_verify::CertificateError::Sct(_))
        | Error::TransparencyLog(_)
        | Error::Timestamp(_) => failed(Code::TransparencyVerificationFailed),
        Error::InvalidBundle(_) | Error::Bundle(_) | Error::Types(_) => failed(Code::SchemaInvalid),
        Error::UnsupportedBundle(_) | Error::UnsupportedArtifact(_) => {
            Fault::Unusable(Failure::new(Code::MissingEvidence, error.to_string()))
        }
        Error::InvalidTrustRoot(_) | Error::TrustRoot(_) | Error::TrustedCertificate(_) | Error::ArtifactRead(_) => {
            Fault::Unusable(Failure::new(Code::MissingEvidence, error.to_string()))
        }
        _ => failed(Code::SignatureInvalid),
    }
}

/// Step 5: the payload whose signature holds.
fn statement(payload_type: &str, payload: &[u8], request: &Request<'_>) -> (Option<Value>, Vec<Fault>) {
    let failed = |code, message: String| Fault::Failed(Failure::new(code, message));
    if payload_type != IN_TOTO {
        let failure = Failure::new(Code::UnsupportedStatementType, "the payload is no in-toto statement");
        return (None, vec![Fault::Failed(failure.between(IN_TOTO, payload_type))]);
    }
    let statement = match json::parse(payload, BUNDLE_BYTES) {
        Ok(statement) => statement,
        Err(error) => return (None, vec![failed(Code::SchemaInvalid, format!("the statement is {error}"))]),
    };
    let mut faults = Vec::new();
    let text = |name: &str| statement.get(name).and_then(Value::as_str).unwrap_or_default();
    if !text("_type").starts_with("https://in-toto.io/Statement/") {
        let failure = Failure::new(Code::UnsupportedStatementType, "the statement is of another type");
        faults.push(Fault::Failed(failure.between(STATEMENT, text("_type"))));
    }
    if let Some(wanted) = request.predicate_type
        && wanted != text("predicateType")
    {
        let failure = Failure::new(Code::PredicateTypeMismatch, "the predicate is of another type");
        faults.push(Fault::Failed(failure.between(wanted, text("predicateType"))));
    }
    if let Err(message) = subjects(&statement, request) {
        faults.push(failed(Code::SubjectDigestMismatch, message));
    }
    (Some(statement), faults)
}

/// Subjects have digests, none stands twice, and where that is asked for, there is no other than the artifact.
fn subjects(statement: &Value, request: &Request<'_>) -> Result<(), String> {
    let subjects = statement.get("subject").and_then(Value::as_array).ok_or("the statement has no subjects")?;
    if subjects.is_empty() || subjects.len() > SUBJECTS {
        return Err(format!("the statement has {} subjects, not 1 to {SUBJECTS}", subjects.len()));
    }
    let mut seen = BTreeSet::new();
    for subject in subjects {
        if !seen.insert(subject.to_string()) {
            return Err(String::from("a subject stands twice"));
        }
    }
    if request.only_subject && subjects.len() != 1 {
        return Err(format!("the statement has {} subjects, and the artifact was to be the only one", subjects.len()));
    }
    Ok(())
}
