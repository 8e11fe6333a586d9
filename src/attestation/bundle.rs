//! Sigstore bundles: their form, and their signature under a trust root or by a key, over `sigstore-verify`, which is used
//! here and nowhere else. Does not know what a payload says.

use serde_json::Value;
use sigstore_crypto::VerificationKey;
use sigstore_types::bundle::VerificationMaterialContent;
use sigstore_types::{Artifact, ArtifactDigest, Bundle, DerPublicKey, DigestBytes, HashAlgorithm, SignatureContent};
use sigstore_verify::{CertificateError, Error, Policy, PublicKeyVerificationPolicy, VerificationPolicy};
use sigstore_verify::{VerificationResult, Verifier};

use super::artifact::{Signed, Source};
use super::envelope::{Envelope, Signature};
use super::pins::Identity;
use super::statement::{self, PAYLOAD_TYPE};
use super::trust::Root;
use super::verdict::{Check, Code, Failure, Fault};
use super::verify::{Held, Request, by_key, no_key, of_key, other_payload};
use crate::base::digest::{Algorithm, Digest};

/// Exactly one of these members says who signed, and exactly one of those says what: protobuf's `oneof`. A reader that takes
/// the first of two and one that takes the last would verify two different things.
const WHO: [&str; 3] = ["publicKey", "certificate", "x509CertificateChain"];
const WHAT: [&str; 2] = ["messageSignature", "dsseEnvelope"];

/// Steps 1 to 3 of a bundle whose JSON is strict.
pub(super) fn signature(request: &Request<'_>, document: &Value, checks: &mut Vec<Check>) -> Result<Held, Fault> {
    let bundle = read(request.document, document)?;
    checks.push(Check::done("format", format!("Sigstore bundle, {}", bundle.media_type.as_str())));
    let is_by_key = matches!(bundle.verification_material.content, VerificationMaterialContent::PublicKey(_));
    let identity = match (&request.trust.key, &request.trust.root) {
        (Some(_), _) if !is_by_key => {
            return Err(Fault::Failed(
                Failure::new(Code::SignatureInvalid, "a certificate signed, and a key was given to verify it")
                    .at("/verificationMaterial")
                    .help("give the trust root and the signer: `--trusted-root FILE --identity ID --issuer URL`"),
            ));
        }
        (None, _) if is_by_key => return Err(no_key()),
        (None, None) => {
            return Err(Fault::Unusable(
                Failure::new(Code::MissingEvidence, "nobody is named whom to trust")
                    .help("give `--trusted-root FILE` or `--key PEM`"),
            ));
        }
        (Some(key), None) => return without_root(request, &bundle, key, checks),
        (Some(key), Some(root)) => by_key_and_root(request, &bundle, key, root, checks)?,
        (None, Some(root)) => by_root(request, &bundle, root, checks)?,
    };
    let payload = match &bundle.content {
        SignatureContent::DsseEnvelope(envelope) => {
            Some((envelope.payload_type.clone(), envelope.payload.as_bytes().to_vec()))
        }
        _ => None,
    };
    let root = request.trust.root.as_ref();
    let logged = root.is_some_and(|root| !root.without_log) && !bundle.verification_material.tlog_entries.is_empty();
    // A token that a trusted authority did not make is an error of the verification, so that those which are there were
    // verified.
    let stamped = root.is_some() && is_stamped(&bundle);
    Ok(Held { identity, payload, logged, stamped })
}

fn malformed(path: &str, reason: impl std::fmt::Display) -> Fault {
    Fault::Unusable(
        Failure::new(Code::SchemaInvalid, format!("the bundle cannot be read: {reason}"))
            .at(path)
            .help("give a Sigstore bundle as JSON, version 0.1 to 0.3"),
    )
}

/// Members that are objects, and members that are lists of objects. The typed reading would take a list for an object too.
const OBJECTS: [&str; 13] = [
    "verificationMaterial",
    "publicKey",
    "certificate",
    "x509CertificateChain",
    "timestampVerificationData",
    "logId",
    "kindVersion",
    "inclusionPromise",
    "inclusionProof",
    "checkpoint",
    "messageSignature",
    "messageDigest",
    "dsseEnvelope",
];
const LISTS: [&str; 4] = ["certificates", "tlogEntries", "rfc3161Timestamps", "signatures"];

/// Every member that has to be an object or a list of them is one, or null.
fn shaped(value: &Value, here: &str) -> Result<(), Fault> {
    let wrong = |path: &str, wanted: &str| Err(malformed(path, format!("it is not {wanted}")));
    let members = value.as_object().into_iter().flatten();
    for (name, member) in members {
        let path = format!("{here}/{name}");
        if OBJECTS.contains(&name.as_str()) {
            if !(member.is_object() || member.is_null()) {
                return wrong(&path, "an object");
            }
            shaped(member, &path)?;
        } else if LISTS.contains(&name.as_str()) && !member.is_null() {
            for (index, item) in member.as_array().into_iter().flatten().enumerate() {
                let path = format!("{path}/{index}");
                if !item.is_object() {
                    return wrong(&path, "an object");
                }
                shaped(item, &path)?;
            }
        }
    }
    Ok(())
}

/// The strict reading went through; the typed one reads the same bytes, so that both saw one document.
fn read(bytes: &[u8], document: &Value) -> Result<Bundle, Fault> {
    let one_of = |value: &Value, names: &[&str]| names.iter().filter(|name| value.get(**name).is_some()).count() == 1;
    let material = document.get("verificationMaterial").unwrap_or(&Value::Null);
    if !one_of(material, &WHO) {
        return Err(malformed("/verificationMaterial", format!("it has not exactly one of {}", WHO.join(", "))));
    }
    if !one_of(document, &WHAT) {
        return Err(malformed("", format!("it has not exactly one of {}", WHAT.join(", "))));
    }
    shaped(document, "")?;
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("", "it is not UTF-8"))?;
    Bundle::from_json(text).map_err(|error| malformed("", plainly(error)))
}

/// An error of the crate in this program's manner: without the names of its parts, beginning in lower case.
pub(super) fn plainly(error: impl std::fmt::Display) -> String {
    const PARTS: [&str; 6] = [
        "Bundle error: ",
        "Types error: ",
        "Crypto error: ",
        "JSON error: ",
        "Trust root error: ",
        "Invalid encoding: ",
    ];
    let text = error.to_string();
    let mut rest = text.as_str();
    while let Some(shorter) = PARTS.iter().find_map(|part| rest.strip_prefix(part)) {
        rest = shorter;
    }
    let mut characters = rest.chars();
    let first = characters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    // `RFC 3161`, `SET`, `CMS` keep their capitals.
    if characters.clone().next().is_some_and(char::is_uppercase) {
        rest.to_owned()
    } else {
        first + characters.as_str()
    }
}

/// What the crate is given to compare with.
enum Presented<'a> {
    Bytes(&'a [u8]),
    Stream(&'a dyn Source),
    Digest(ArtifactDigest),
}

impl<'a> Presented<'a> {
    /// The one artifact that a signature over its bytes is about, or that a statement names. The crate compares SHA-256 and
    /// SHA-512 of one artifact with a statement's subjects. For other digests, other artifacts than the first and callers who
    /// compare subjects themselves it is given a digest of the statement's own, and the comparison is ours alone, in step 5;
    /// nothing else is taken from the payload before its signature holds.
    fn of(request: &Request<'a>, bundle: &Bundle) -> Result<Self, Fault> {
        let is_message = !matches!(bundle.content, SignatureContent::DsseEnvelope(_));
        if is_message && request.artifacts.len() > 1 {
            return Err(Fault::Failed(Failure::new(
                Code::SubjectDigestMismatch,
                "one artifact was signed, and several were given",
            )));
        }
        match request.artifacts.first() {
            Some(Signed::Bytes(bytes)) => Ok(Self::Bytes(bytes)),
            Some(Signed::Stream(source)) => Ok(Self::Stream(*source)),
            Some(Signed::Digest(digest)) if is_message || digest.algorithm != Algorithm::Sha384 => {
                of_digest(digest).map(Self::Digest)
            }
            _ => own_digest(bundle).map(Self::Digest),
        }
    }
}

fn unusable(reason: impl std::fmt::Display) -> Fault {
    Fault::Unusable(Failure::new(Code::MissingEvidence, reason.to_string()))
}

fn of_digest(digest: &Digest) -> Result<ArtifactDigest, Fault> {
    let algorithm = match digest.algorithm {
        Algorithm::Sha256 => HashAlgorithm::Sha2256,
        Algorithm::Sha384 => HashAlgorithm::Sha2384,
        Algorithm::Sha512 => HashAlgorithm::Sha2512,
    };
    let bytes = DigestBytes::from_hex(&digest.hex).map_err(unusable)?;
    ArtifactDigest::new(algorithm, bytes).map_err(unusable)
}

/// A digest that the statement names.
fn own_digest(bundle: &Bundle) -> Result<ArtifactDigest, Fault> {
    let SignatureContent::DsseEnvelope(envelope) = &bundle.content else {
        return Err(unusable("the artifact's own bytes are signed, and there is no artifact"));
    };
    // Of another type it is none, and step 5 says so.
    let subjects = match statement::read(envelope.payload.as_bytes()) {
        Ok(statement) => statement.subjects,
        Err(mut failures) if envelope.payload_type == PAYLOAD_TYPE && !failures.is_empty() => {
            return Err(Fault::Unusable(failures.swap_remove(0)));
        }
        Err(_) => Vec::new(),
    };
    let digest = subjects.iter().find_map(|subject| {
        [Algorithm::Sha256, Algorithm::Sha512].into_iter().find_map(|algorithm| {
            let hex = subject.digests.get(algorithm.name())?;
            Some(Digest { algorithm, hex: hex.clone() })
        })
    });
    let digest = digest.ok_or_else(|| unusable("the statement has no subject with a sha256 or sha512 digest"))?;
    of_digest(&digest)
}

fn run(
    verifier: &Verifier,
    bundle: &Bundle,
    presented: &Presented<'_>,
    policy: &dyn Policy,
) -> Result<VerificationResult, Fault> {
    let result = match presented {
        Presented::Bytes(bytes) => verifier.verify(Artifact::from_blob(bytes), bundle, policy),
        Presented::Digest(digest) => verifier.verify(Artifact::from_digest(digest.clone()), bundle, policy),
        Presented::Stream(source) => match source.open() {
            Ok(reader) => verifier.verify_reader(reader, bundle, policy),
            Err(error) => Err(Error::ArtifactRead(error)),
        },
    };
    result.map_err(|error| fault(&error, bundle))
}

/// A bundle that a key signed, without any authority: the signature alone.
fn without_root(
    request: &Request<'_>,
    bundle: &Bundle,
    key: &DerPublicKey,
    checks: &mut Vec<Check>,
) -> Result<Held, Fault> {
    let message = match &bundle.content {
        SignatureContent::DsseEnvelope(envelope) => {
            let signature = Signature { keyid: String::new(), bytes: envelope.signature.sig.as_bytes().to_vec() };
            let envelope = Envelope {
                payload_type: envelope.payload_type.clone(),
                payload: envelope.payload.as_bytes().to_vec(),
                signatures: vec![signature],
            };
            return by_key(request, envelope, checks);
        }
        SignatureContent::MessageSignature(message) => message,
        _ => return Err(unusable("the bundle signs in a way that this version does not read")),
    };
    let presented = Presented::of(request, bundle)?;
    let verifying = VerificationKey::from_spki(key).map_err(unusable)?;
    let scheme = verifying.scheme();
    let held = match &presented {
        Presented::Bytes(bytes) => verifying.verify(bytes, &message.signature),
        Presented::Digest(digest) if scheme.hash_algorithm() == Some(digest.algorithm()) => {
            verifying.verify_prehashed(digest.as_bytes(), &message.signature)
        }
        Presented::Digest(_) | Presented::Stream(_) => {
            let needed = scheme.hash_algorithm().map_or_else(|| String::from("whole bytes"), |it| it.to_string());
            return Err(unusable(format!("a signature of this key is verified with the artifact's {needed} only")));
        }
    };
    if held.is_err() {
        return Err(Fault::Failed(
            Failure::new(Code::SignatureInvalid, "the signature is not that of the key over the artifact")
                .at("/messageSignature/signature"),
        ));
    }
    checks.push(Check::done("signature", "by the key, over the artifact"));
    checks.push(Check::skipped("log", "no trust root was given"));
    checks.push(Check::skipped("time", "a signature by a key alone does not say when"));
    Ok(Held { identity: of_key(key.as_bytes()), payload: None, logged: false, stamped: false })
}

/// A bundle that a key signed, and that the log of an authority holds.
fn by_key_and_root(
    request: &Request<'_>,
    bundle: &Bundle,
    key: &DerPublicKey,
    root: &Root,
    checks: &mut Vec<Check>,
) -> Result<Identity, Fault> {
    let presented = Presented::of(request, bundle)?;
    let policy = PublicKeyVerificationPolicy::new(key.clone());
    let result = run(&root.verifier, bundle, &presented, &policy)?;
    if !result.tlog_verified() || bundle.verification_material.tlog_entries.is_empty() {
        return Err(incomplete());
    }
    checks.push(Check::done("signature", "by the key"));
    checks.push(Check::done("log", "the signature was logged"));
    checks.push(times(&result));
    Ok(of_key(key.as_bytes()))
}

/// A bundle that a certificate of an authority signed. Under a root without any log time comes from a timestamp authority,
/// and the result says so.
fn by_root(request: &Request<'_>, bundle: &Bundle, root: &Root, checks: &mut Vec<Check>) -> Result<Identity, Fault> {
    let presented = Presented::of(request, bundle)?;
    // Who signed is compared by the pins, which know more than the crate's policy; `verify` demands them.
    let policy = VerificationPolicy::any_identity();
    let policy = if root.without_log { policy.skip_sct().skip_tlog_unsafe() } else { policy };
    let result = run(&root.verifier, bundle, &presented, &policy)?;
    let complete = if root.without_log { is_stamped(bundle) } else { result.sct_verified() && result.tlog_verified() };
    if !(complete && result.certificate_verified() && !result.verified_timestamps().is_empty()) {
        return Err(incomplete());
    }
    let identity = result.certificate().map(Identity::of).ok_or_else(incomplete)?;
    checks.push(Check::done("signature", "by the certificate's key"));
    checks.push(Check::done("certificate", "chains to the trust root, valid at every time below"));
    if root.without_log {
        checks.push(Check::skipped("sct", "the trust root has no log"));
        checks.push(Check::skipped("log", "the trust root has no log"));
    } else {
        checks.push(Check::done("sct", "the certificate was logged"));
        checks.push(Check::done("log", "the signature was logged"));
    }
    checks.push(times(&result));
    Ok(identity)
}

/// Whether a timestamp authority's token is in the bundle.
fn is_stamped(bundle: &Bundle) -> bool {
    !bundle.verification_material.timestamp_verification_data.rfc3161_timestamps.is_empty()
}

/// The crate did what its policy asked for; a pass that left something out would be ours to answer for.
fn incomplete() -> Fault {
    Fault::Failed(Failure::new(Code::TransparencyVerificationFailed, "not every check that has to be done was done"))
}

fn times(result: &VerificationResult) -> Check {
    let mut times: Vec<String> =
        result.integrated_time().iter().chain(result.verified_timestamps()).map(ToString::to_string).collect();
    times.sort_unstable();
    times.dedup();
    if times.is_empty() {
        Check::skipped("time", "nobody vouches for when it was signed")
    } else {
        Check::done("time", times.join(", "))
    }
}

/// An error of the crate as a failure. Unknown errors never pass.
fn fault(error: &Error, bundle: &Bundle) -> Fault {
    let failed = |code| Fault::Failed(Failure::new(code, plainly(error)));
    match error {
        Error::ArtifactMismatch(_) => failed(Code::SubjectDigestMismatch),
        Error::IdentityMismatch { .. } | Error::IssuerMismatch { .. } => failed(Code::SignerIdentityMismatch),
        Error::Certificate(CertificateError::Sct(_)) | Error::TransparencyLog(_) | Error::Timestamp(_) => {
            failed(Code::TransparencyVerificationFailed)
        }
        Error::InvalidBundle(_) | Error::Types(_) => failed(Code::SchemaInvalid),
        // The form holds; what is missing is a promise, a proof, a checkpoint or a timestamp.
        Error::Bundle(_) => failed(Code::TransparencyVerificationFailed),
        Error::UnsupportedBundle(_) => match &bundle.content {
            SignatureContent::DsseEnvelope(envelope) if envelope.payload_type != PAYLOAD_TYPE => {
                Fault::Unusable(other_payload(&envelope.payload_type).failure())
            }
            _ => unusable(plainly(error)),
        },
        Error::UnsupportedArtifact(_)
        | Error::InvalidTrustRoot(_)
        | Error::TrustRoot(_)
        | Error::TrustedCertificate(_)
        | Error::ArtifactRead(_) => unusable(plainly(error)),
        _ => failed(Code::SignatureInvalid),
    }
}
