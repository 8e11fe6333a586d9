//! The bundle-verify cases of sigstore-conformance, by file and by digest, through the command line, where
//! `../shared/fixtures/sigstore` (or `ATTEST_SIGSTORE_FIXTURES`) is there. What the fixtures expect is theirs to say; they
//! are not part of this repository.

#![expect(clippy::disallowed_methods, reason = "the fixtures are files")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]
#![expect(clippy::print_stdout, reason = "a test that found nothing to test says so")]

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attest::base::system::{OsSystem, System};
use serde_json::Value;

fn fixtures() -> Option<PathBuf> {
    let named = std::env::var_os("ATTEST_SIGSTORE_FIXTURES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/sigstore");
    named.or(Some(beside)).filter(|path| path.join("manifest.json").is_file())
}

fn attest(arguments: Vec<OsString>) -> (u8, Value, String) {
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = attest::cli::run(arguments, &system, &mut stdout, &mut stderr);
    let answer = serde_json::from_slice(&stdout).unwrap_or_default();
    (exit.code(), answer, String::from_utf8(stderr).unwrap())
}

#[test]
fn every_conformance_case_holds_by_file_and_by_digest() {
    let Some(root) = fixtures() else {
        println!("the fixtures are not here; nothing was tested");
        return;
    };
    let manifest: Value = serde_json::from_slice(&std::fs::read(root.join("manifest.json")).unwrap()).unwrap();
    let cases = manifest["cases"].as_array().unwrap();
    assert!(cases.len() >= 70, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        for by_digest in [false, true] {
            let mut arguments: Vec<OsString> = vec!["attest".into(), "verify".into(), "--format".into(), "json".into()];
            arguments.push(root.join(case["bundle"].as_str().unwrap()).into());
            if by_digest {
                let digest = format!("sha256:{}", case["artifact_sha256"].as_str().unwrap());
                arguments.extend(["--digest".into(), digest.into()]);
            } else {
                arguments.extend(["--artifact".into(), root.join(case["artifact"].as_str().unwrap()).into()]);
            }
            for (flag, name) in [("--trusted-root", "trusted_root"), ("--key", "key")] {
                if let Some(path) = case[name].as_str() {
                    arguments.extend([flag.into(), root.join(path).into()]);
                }
            }
            for (flag, name) in [("--identity", "identity"), ("--issuer", "issuer")] {
                if let Some(text) = case[name].as_str() {
                    arguments.extend([flag.into(), text.into()]);
                }
            }
            let (exit, answer, said) = attest(arguments);
            let passed = exit == 0;
            if passed != (case["expected"] == "pass") {
                wrong.push(format!("{} (digest: {by_digest}): {exit} {said} {answer}", case["id"]));
            }
            // Not one of them is refused for its arguments, and no answer is at odds with its exit.
            let verdict = answer["verdict"].as_str().unwrap_or_default();
            let agrees = matches!((exit, verdict), (0, "VERIFIED") | (1, "FAILED") | (3, "UNVERIFIED"));
            let codes = answer["failureCodes"].as_array().map_or(0, Vec::len);
            if !agrees || passed != (codes == 0) {
                wrong.push(format!("{} (digest: {by_digest}): {exit} {said} {answer}", case["id"]));
            }
            if std::env::var_os("ATTEST_SHOW").is_some() && !by_digest {
                println!("{exit} {} {}", case["id"], answer["failures"][0]["message"]);
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
