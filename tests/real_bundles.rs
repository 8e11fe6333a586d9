//! Bundles of real releases verify, offline, as their users would verify them: `tests/attestation/real/`. Each has its negative
//! twins: another file, another signer, another issuer, another predicate, another repository, another trust root.

#![expect(clippy::disallowed_methods, reason = "the bundles are files")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]

use std::path::Path;
use std::sync::Arc;

use attest::base::system::{MemorySystem, System};
use serde_json::Value;
use sigstore_trust_root::{SIGSTORE_PRODUCTION_TRUSTED_ROOT, SIGSTORE_STAGING_TRUSTED_ROOT};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attestation/real").join(name)).unwrap()
}

/// Exit and answer of `attest verify` with these flags.
fn verify(bundle: &[u8], flags: &[(&str, &str)]) -> (u8, Value) {
    let system: Arc<dyn System> = Arc::new(
        MemorySystem::new()
            .with_file("bundle.json", bundle)
            .with_file("root.json", SIGSTORE_PRODUCTION_TRUSTED_ROOT)
            .with_file("staging.json", SIGSTORE_STAGING_TRUSTED_ROOT),
    );
    let mut line = vec!["attest", "verify", "bundle.json", "--format", "json"];
    line.extend(flags.iter().flat_map(|(flag, value)| [*flag, *value]));
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = attest::cli::run(line.into_iter().map(Into::into), &system, &mut stdout, &mut stderr);
    let answer = serde_json::from_slice(&stdout)
        .unwrap_or_else(|_| panic!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)));
    (exit.code(), answer)
}

/// The flags by which a bundle of the manifest verifies.
fn flags(row: &Value) -> Vec<(&'static str, String)> {
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    vec![
        ("--trusted-root", "root.json".to_owned()),
        ("--digest", format!("sha256:{}", text("digest"))),
        ("--identity", text("identity")),
        ("--issuer", text("issuer")),
        ("--predicate-type", text("predicateType")),
    ]
}

fn borrowed<'a>(flags: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    flags.iter().map(|(flag, value)| (*flag, value.as_str())).collect()
}

fn rows() -> Vec<Value> {
    serde_json::from_slice::<Vec<Value>>(&file("manifest.json")).unwrap()
}

#[test]
fn real_releases_verify_and_their_twins_do_not() {
    let rows = rows();
    assert!(rows.len() >= 4);
    for row in &rows {
        let bundle = file(row["bundle"].as_str().unwrap());
        let right = flags(row);
        let (exit, answer) = verify(&bundle, &borrowed(&right));
        assert_eq!((exit, &answer["verdict"]), (0, &Value::from("VERIFIED")), "{answer}");
        assert_eq!(answer["identity"]["subject"], row["identity"], "{answer}");
        assert_eq!(answer["identity"]["issuer"], row["issuer"], "{answer}");
        let check = |name: &str| {
            let checks = answer["checks"].as_array().unwrap();
            checks.iter().find(|check| check["name"] == name && check["done"] == true).unwrap()["detail"].clone()
        };
        assert_eq!(check("time"), row["time"]);
        assert!(check("subject").as_str().unwrap().starts_with(row["subject"].as_str().unwrap()), "{answer}");
        for step in ["certificate", "sct", "log", "signature"] {
            check(step);
        }

        let twin = |flag: &str, value: &str| {
            let mut wrong = right.clone();
            wrong.iter_mut().find(|(name, _)| *name == flag).unwrap().1 = value.to_owned();
            let (exit, answer) = verify(&bundle, &borrowed(&wrong));
            assert_eq!(exit, 1, "{flag} {value}: {answer}");
            answer["failureCodes"].clone()
        };
        let identity = row["identity"].as_str().unwrap();
        assert_eq!(
            twin("--digest", &format!("sha256:{}", "0".repeat(64))),
            serde_json::json!(["subject_digest_mismatch"])
        );
        let others = [
            identity.replace("//", "//evil."),
            format!("{identity}x"),
            identity.chars().skip(1).collect(),
            identity.to_uppercase(),
            "*".to_owned(),
        ];
        for other in others {
            assert_eq!(twin("--identity", &other), serde_json::json!(["signer_identity_mismatch"]), "{other}");
        }
        let issuer = row["issuer"].as_str().unwrap();
        assert_eq!(twin("--issuer", &format!("{issuer}/")), serde_json::json!(["signer_identity_mismatch"]));
        let other = "https://agentattest.dev/predicate/v1";
        assert_eq!(twin("--predicate-type", other), serde_json::json!(["predicate_type_mismatch"]));
        let codes = twin("--trusted-root", "staging.json");
        assert!(!codes.as_array().unwrap().is_empty());

        // What the certificate says beside its subject can be pinned.
        let with = |repository: &str| {
            let mut more = right.clone();
            more.push(("--repository", repository.to_owned()));
            verify(&bundle, &borrowed(&more)).0
        };
        if let Some(repository) = row["repository"].as_str() {
            assert_eq!((with(repository), with(&format!("{repository}2"))), (0, 1));
        } else {
            assert_eq!(with("https://github.com/acme/shop"), 1, "what it does not say is no pin that holds");
        }
    }
}

/// The envelope of one release in the material of another, and the reverse: each part is genuine, and the whole is not.
#[test]
fn parts_of_two_real_releases_make_none() {
    let rows = rows();
    let parsed: Vec<Value> =
        rows.iter().map(|row| serde_json::from_slice(&file(row["bundle"].as_str().unwrap())).unwrap()).collect();
    let mut tried = 0;
    for (one, row) in parsed.iter().zip(&rows) {
        for (other, _) in parsed.iter().zip(&rows).filter(|(other, _)| *other != one) {
            for part in [
                "/dsseEnvelope",
                "/dsseEnvelope/payload",
                "/dsseEnvelope/signatures",
                "/verificationMaterial",
                "/verificationMaterial/certificate",
                "/verificationMaterial/tlogEntries",
                "/verificationMaterial/tlogEntries/0/canonicalizedBody",
                "/verificationMaterial/tlogEntries/0/inclusionPromise",
                "/verificationMaterial/tlogEntries/0/inclusionProof",
                "/verificationMaterial/tlogEntries/0/integratedTime",
            ] {
                let mut mixed = one.clone();
                *mixed.pointer_mut(part).unwrap() = other.pointer(part).unwrap().clone();
                let (exit, answer) = verify(mixed.to_string().as_bytes(), &borrowed(&flags(row)));
                // A promise is one of two; where the proof holds, another promise is another release's and must not.
                assert_ne!(exit, 0, "{} with {part}: {answer}", row["bundle"]);
                tried += 1;
            }
        }
    }
    assert_eq!(tried, rows.len() * (rows.len() - 1) * 10);
}
