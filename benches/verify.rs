//! How long one verification takes: `cargo bench --bench verify`. By a key always; by certificates where the conformance
//! cases are there (`ATTEST_SIGSTORE_FIXTURES`, or `../shared/fixtures/sigstore`). A trust root is read once, beforehand.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads what it is pointed at")]
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a fixture that does not fit ends the benchmark")]
#![expect(clippy::print_stdout, reason = "a benchmark talks to a terminal")]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use attest::attestation::key::SigningKey;
use attest::attestation::sign::{Form, sign};
use attest::attestation::{Pins, Request, Signed, Trust, Verdict, verify};
use serde_json::Value;

/// The mean of many runs, after a few that are not counted.
fn time(mut run: impl FnMut()) -> Duration {
    const RUNS: u32 = 200;
    for _ in 0..20 {
        run();
    }
    let start = Instant::now();
    for _ in 0..RUNS {
        run();
    }
    start.elapsed() / RUNS
}

fn once(document: &[u8], artifact: &[u8], trust: &Trust, pins: &Pins) {
    let artifacts = [Signed::Bytes(artifact)];
    let verification = verify(&Request {
        document,
        artifacts: &artifacts,
        subjects_open: false,
        trust,
        pins,
        predicate_type: None,
        only_subject: false,
    });
    assert_eq!(black_box(verification).verdict, Verdict::Verified);
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = |name: &str| std::fs::read(root.join("tests/attestation").join(name)).expect("the file is there");
    for name in ["p256", "ed25519"] {
        let key = SigningKey::from_pem(&file(&format!("keys/{name}.pem")), None).expect("a key");
        let trust = Trust::default().with_key(&file(&format!("keys/{name}.pub"))).expect("a public key");
        let bundle = sign(&file("statement.json"), &key, Form::Bundle).expect("a statement");
        let artifact = file("artifact.txt");
        let took = time(|| once(bundle.as_bytes(), &artifact, &trust, &Pins::default()));
        println!("{name:24} {took:.2?}");
    }
    let named = std::env::var_os("ATTEST_SIGSTORE_FIXTURES").map(PathBuf::from);
    let fixtures = named.unwrap_or_else(|| root.join("../shared/fixtures/sigstore"));
    let Ok(manifest) = std::fs::read(fixtures.join("manifest.json")) else { return };
    let manifest: Value = serde_json::from_slice(&manifest).expect("the manifest is JSON");
    for case in manifest["cases"].as_array().expect("cases") {
        let id = case["id"].as_str().unwrap_or_default().trim_start_matches("conformance/");
        if !["happy-path-v0.1", "happy-path-v0.3", "happy-path-intoto-in-dsse-v3", "rekor2-dsse-happy-path"]
            .contains(&id)
        {
            continue;
        }
        let read = |name: &str| std::fs::read(fixtures.join(case[name].as_str().expect("a path"))).expect("a file");
        let text = |name: &str| case[name].as_str().map(ToOwned::to_owned);
        let pins = Pins { identity: text("identity"), issuer: text("issuer"), ..Pins::default() };
        let (bundle, artifact, root) = (read("bundle"), read("artifact"), read("trusted_root"));
        let start = Instant::now();
        let trust = Trust::default().with_roots(&root, None).expect("a trust root");
        let opened = start.elapsed();
        let took = time(|| once(&bundle, &artifact, &trust, &pins));
        println!("{id:32} {took:.2?} (trust root once: {opened:.2?})");
    }
}
