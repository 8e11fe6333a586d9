//! No change of what a signature covers is accepted, and no change of anything is a crash: every leaf of a bundle changed or
//! removed, and bytes changed at random (`ATTEST_MUTATIONS` says how many, 100,000 by hand in release; `ATTEST_SEED` which).

#![expect(clippy::disallowed_methods, reason = "the fixtures are files")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]
#![expect(clippy::print_stdout, reason = "a test that found nothing to test says so")]

mod mutations;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use attest::attestation::envelope::Envelope;
use attest::attestation::key::SigningKey;
use attest::attestation::sign::{Form, sign};
use attest::attestation::{Pins, Request, Signed, Trust, Verdict, Verification, verify};
use mutations::{Random, change_bytes, changes, number};
use serde_json::{Value, json};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attestation").join(name)).unwrap()
}

/// A bundle or envelope with all that its verification takes.
struct Subject {
    name: String,
    document: Vec<u8>,
    artifact: Vec<u8>,
    trust: Trust,
    pins: Pins,
}

impl Subject {
    fn verify(&self, document: &[u8]) -> Verification {
        let artifacts = [Signed::Bytes(&self.artifact)];
        let verification = verify(&Request {
            document,
            artifacts: &artifacts,
            subjects_open: false,
            trust: &self.trust,
            pins: &self.pins,
            predicate_type: None,
            only_subject: false,
        });
        let verified = verification.verdict == Verdict::Verified;
        assert_eq!(verified, verification.failure_codes.is_empty());
        assert_eq!(verified, verification.failures.is_empty());
        assert!(verified || (verification.statement.is_none() && verification.payload.is_none()));
        verification
    }
}

/// What we sign ourselves, in each form and with each algorithm.
fn ours() -> Vec<Subject> {
    let mut subjects = Vec::new();
    for name in ["p256", "ed25519"] {
        for form in [Form::Bundle, Form::Envelope] {
            let key = SigningKey::from_pem(&file(&format!("keys/{name}.pem")), None).unwrap();
            subjects.push(Subject {
                name: format!("{name} {form:?}"),
                document: sign(&file("statement.json"), &key, form).unwrap().into_bytes(),
                artifact: file("artifact.txt"),
                trust: Trust::default().with_key(&file(&format!("keys/{name}.pub"))).unwrap(),
                pins: Pins::default(),
            });
        }
    }
    subjects
}

/// Some that Sigstore's services signed, where the fixtures are there.
fn theirs() -> Vec<Subject> {
    let named = std::env::var_os("ATTEST_SIGSTORE_FIXTURES").map(PathBuf::from);
    let root = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/sigstore"));
    let Ok(manifest) = std::fs::read(root.join("manifest.json")) else {
        println!("the fixtures are not here; only our own bundles were changed");
        return Vec::new();
    };
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let wanted = [
        "happy-path-v0.1",
        "happy-path-v0.3",
        "happy-path-intoto-in-dsse-v3",
        "rekor2-happy-path",
        "rekor2-dsse-happy-path",
        "managed-key-happy-path",
    ];
    let read = |case: &Value, name: &str| case[name].as_str().map(|path| std::fs::read(root.join(path)).unwrap());
    let text = |case: &Value, name: &str| case[name].as_str().map(ToOwned::to_owned);
    let cases = manifest["cases"].as_array().unwrap().iter();
    let subjects: Vec<Subject> = cases
        .filter(|case| wanted.contains(&case["id"].as_str().unwrap().trim_start_matches("conformance/")))
        .map(|case| {
            let mut trust = Trust::default();
            if let Some(bytes) = read(case, "trusted_root") {
                trust = trust.with_roots(&bytes, None).unwrap();
            }
            if let Some(bytes) = read(case, "key") {
                trust = trust.with_key(&bytes).unwrap();
            }
            Subject {
                name: case["id"].as_str().unwrap().to_owned(),
                document: read(case, "bundle").unwrap(),
                artifact: read(case, "artifact").unwrap(),
                trust,
                pins: Pins { identity: text(case, "identity"), issuer: text(case, "issuer"), ..Pins::default() },
            }
        })
        .collect();
    assert_eq!(subjects.len(), wanted.len());
    subjects
}

/// What the signature covers, and the signature: of a document that verifies.
fn covered(document: &[u8]) -> (Vec<u8>, String, Vec<u8>) {
    let document: Value = serde_json::from_slice(document).unwrap();
    let envelope = document.get("dsseEnvelope").unwrap_or(&document);
    let envelope = Envelope::read(envelope).unwrap();
    (envelope.payload, envelope.payload_type, envelope.signatures[0].bytes.clone())
}

#[test]
fn no_changed_place_of_ours_is_accepted() {
    let mut tried = 0;
    for subject in ours() {
        assert_eq!(subject.verify(&subject.document).verdict, Verdict::Verified, "{}", subject.name);
        let original = covered(&subject.document);
        let document: Value = serde_json::from_slice(&subject.document).unwrap();
        for (pointer, changed) in changes(&document) {
            tried += 1;
            let bytes = changed.to_string().into_bytes();
            if subject.verify(&bytes).verdict == Verdict::Verified {
                assert_eq!(covered(&bytes), original, "{} {pointer}: {changed}", subject.name);
                // Hints and the version's name prove nothing and may be anything that can be read.
                let unsigned = ["/mediaType", "/verificationMaterial", "/keyid"];
                assert!(unsigned.iter().any(|part| pointer.contains(part)), "{} {pointer}: {changed}", subject.name);
            }
        }
    }
    assert!(tried > 300, "{tried}");
}

/// The statement itself, each of its places changed within the signed payload.
#[test]
fn no_changed_statement_is_accepted() {
    for subject in ours() {
        let statement: Value = serde_json::from_slice(&file("statement.json")).unwrap();
        let document: Value = serde_json::from_slice(&subject.document).unwrap();
        let pointer = if document.get("dsseEnvelope").is_some() { "/dsseEnvelope/payload" } else { "/payload" };
        for (place, changed) in changes(&statement).into_iter().chain([(String::from("layout"), statement.clone())]) {
            use base64::Engine as _;
            let mut copy = document.clone();
            let payload = base64::engine::general_purpose::STANDARD.encode(changed.to_string());
            *copy.pointer_mut(pointer).unwrap() = json!(payload);
            assert_eq!(
                subject.verify(copy.to_string().as_bytes()).verdict,
                Verdict::Failed,
                "{} {place}",
                subject.name
            );
        }
    }
}

/// Where another value may stand in a bundle of Sigstore's without a failure, because nobody's signature covers it.
fn is_unauthenticated(pointer: &str) -> bool {
    const PARTS: [&str; 5] =
        ["/mediaType", "/messageDigest", "/publicKey", "/signatures/0/keyid", "/timestampVerificationData"];
    // Of a proof and a promise one is enough, and for Rekor v2 these are copies of what the signed checkpoint holds.
    const COPIES: [&str; 7] = [
        "/tlogEntries/0/inclusionPromise",
        "/tlogEntries/0/inclusionProof",
        "/tlogEntries/0/inclusionProof/logIndex",
        "/tlogEntries/0/inclusionProof/rootHash",
        "/tlogEntries/0/inclusionProof/treeSize",
        "/tlogEntries/0/logId/keyId",
        CHECKPOINT,
    ];
    PARTS.iter().any(|part| pointer.contains(part)) || COPIES.iter().any(|copy| pointer.ends_with(copy))
}

/// Text, an empty line, signatures: a name that nobody signs, and lines by others than the log.
const CHECKPOINT: &str = "/tlogEntries/0/inclusionProof/checkpoint/envelope";

/// What a checkpoint's signature covers.
fn checkpoint(document: &Value) -> Option<&str> {
    let text = document.pointer(&format!("/verificationMaterial{CHECKPOINT}"))?.as_str()?;
    text.split_once("\n\n").map(|(body, _)| body)
}

/// When it was signed, as the verification says.
fn times(verification: &Verification) -> BTreeSet<String> {
    let checks = verification.checks.iter().filter(|check| check.name == "time" && check.done);
    checks.flat_map(|check| check.detail.split(", ").map(ToOwned::to_owned)).collect()
}

#[test]
fn a_changed_place_of_theirs_is_accepted_only_where_nothing_vouches_for_it() {
    let mut accepted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for subject in theirs() {
        assert_eq!(subject.verify(&subject.document).verdict, Verdict::Verified, "{}", subject.name);
        let document: Value = serde_json::from_slice(&subject.document).unwrap();
        let before = subject.verify(&subject.document);
        for (pointer, changed) in changes(&document) {
            let after = subject.verify(changed.to_string().as_bytes());
            if after.verdict == Verdict::Verified {
                accepted.entry(pointer.clone()).or_default().insert(subject.name.clone());
                let value = changed.pointer(&pointer);
                assert!(is_unauthenticated(&pointer), "{} {pointer}: {value:?}", subject.name);
                assert!(times(&after).is_subset(&times(&before)), "{} {pointer}: {value:?}", subject.name);
                assert!(checkpoint(&changed).is_none() || checkpoint(&changed) == checkpoint(&document), "{value:?}");
                assert_eq!(
                    (after.identity, after.payload),
                    (before.identity.clone(), before.payload.clone()),
                    "{pointer}"
                );
            }
        }
    }
    for (pointer, names) in accepted {
        println!("{pointer}: {}", names.into_iter().collect::<Vec<_>>().join(" "));
    }
}

#[test]
fn bytes_changed_at_random_are_not_accepted() {
    let many = number("ATTEST_MUTATIONS", 1_000);
    let mut random = Random::seeded(0);
    let mut unchanged_meaning = 0;
    for subject in ours() {
        let original = covered(&subject.document);
        for _ in 0..many {
            let mut bytes = subject.document.clone();
            for _ in 0..=random.below(3) {
                if !bytes.is_empty() {
                    change_bytes(&mut bytes, &mut random);
                }
            }
            if subject.verify(&bytes).verdict == Verdict::Verified {
                unchanged_meaning += 1;
                assert_eq!(covered(&bytes), original, "{}: {}", subject.name, String::from_utf8_lossy(&bytes));
            }
        }
    }
    // Keys too: a changed key is refused or is another key, and never a crash.
    let pem = file("keys/p256.pem");
    let id = SigningKey::from_pem(&pem, None).unwrap().id().unwrap();
    for _ in 0..many {
        let mut bytes = pem.clone();
        change_bytes(&mut bytes, &mut random);
        if let Ok(key) = SigningKey::from_pem(&bytes, None) {
            assert_eq!(key.id().unwrap(), id, "{}", String::from_utf8_lossy(&bytes));
        }
    }
    println!("{many} changes of each document, {unchanged_meaning} of all without a change of meaning");
}
