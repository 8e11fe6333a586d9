//! The bundle-verify cases of sigstore-conformance, by bytes and by digest, where `../shared/fixtures/sigstore` (or
//! `ATTEST_SIGSTORE_FIXTURES`) is there. What the fixtures expect is theirs to say; they are not part of this repository.

#![expect(clippy::disallowed_methods, reason = "the fixtures are files")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::path::{Path, PathBuf};

use attest::attestation::bundle::{Request, Signed, Verification, verify};
use attest::attestation::pins::Pins;
use attest::attestation::trust::Trust;
use attest::attestation::verdict::Verdict;
use attest::base::digest::{Algorithm, Digest};
use serde_json::Value;

fn fixtures() -> Option<PathBuf> {
    let named = std::env::var_os("ATTEST_SIGSTORE_FIXTURES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/sigstore");
    named.or(Some(beside)).filter(|path| path.join("manifest.json").is_file())
}

fn read(root: &Path, case: &Value, name: &str) -> Option<Vec<u8>> {
    case[name].as_str().map(|path| std::fs::read(root.join(path)).unwrap())
}

fn trust(root: &Path, case: &Value) -> Result<Trust, attest::attestation::verdict::Failure> {
    let mut trust = Trust::default();
    if let Some(bytes) = read(root, case, "trusted_root") {
        trust = trust.with_roots(&bytes)?;
    }
    if let Some(bytes) = read(root, case, "key") {
        trust = trust.with_key(&bytes)?;
    }
    Ok(trust)
}

#[test]
fn every_conformance_case_holds_by_bytes_and_by_digest() {
    let Some(root) = fixtures() else {
        println!("the fixtures are not here; nothing was tested");
        return;
    };
    let manifest: Value = serde_json::from_slice(&std::fs::read(root.join("manifest.json")).unwrap()).unwrap();
    let cases = manifest["cases"].as_array().unwrap();
    assert!(cases.len() >= 70, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let (bundle, artifact) = (read(&root, case, "bundle").unwrap(), read(&root, case, "artifact").unwrap());
        let digest = Digest { algorithm: Algorithm::Sha256, hex: case["artifact_sha256"].as_str().unwrap().to_owned() };
        let text = |name: &str| case[name].as_str().map(ToOwned::to_owned);
        let pins = Pins { identity: text("identity"), issuer: text("issuer"), ..Pins::default() };
        for signed in [Signed::Bytes(&artifact), Signed::Digest(&digest)] {
            let verification = match trust(&root, case) {
                Ok(trust) => verify(&Request {
                    bundle: &bundle,
                    signed,
                    trust: &trust,
                    pins: &pins,
                    predicate_type: None,
                    only_subject: false,
                }),
                Err(failure) => Verification::unusable(failure),
            };
            let passed = verification.verdict == Verdict::Verified;
            if passed != (case["expected"] == "pass") {
                wrong.push(format!("{} {signed:?}: {:?}", case["id"], verification.failures));
            }
            assert_eq!(passed, verification.failure_codes.is_empty(), "{}: {verification:?}", case["id"]);
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
