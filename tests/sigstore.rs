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
use serde_json::{Value, json};

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

/// One good case with other arguments: the exit and the codes.
fn happy(root: &Path, more: &[&str], trusted: &Path) -> (u8, Vec<String>, Value) {
    let assets = root.join("conformance/test/assets/bundle-verify");
    let mut arguments: Vec<OsString> = vec!["attest".into(), "verify".into(), "--format".into(), "json".into()];
    arguments.push(assets.join("happy-path-v0.3/bundle.sigstore.json").into());
    arguments.extend(["--artifact".into(), assets.join("a.txt").into()]);
    arguments.extend(["--trusted-root".into(), trusted.as_os_str().to_owned()]);
    arguments.extend(more.iter().map(OsString::from));
    let (exit, answer, said) = attest(arguments);
    assert!(said.is_empty(), "{said}");
    let codes = answer["failureCodes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned());
    (exit, codes.collect(), answer)
}

const IDENTITY: &str = "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";
const ISSUER: &str = "https://token.actions.githubusercontent.com";

#[test]
fn pins_are_compared_with_the_certificate() {
    let Some(root) = fixtures() else { return };
    let trusted = root.join("trusted-roots/public-good.json");
    let signer = ["--identity", IDENTITY, "--issuer", ISSUER];
    let (exit, codes, answer) = happy(&root, &signer, &trusted);
    assert_eq!((exit, codes), (0, vec![]), "{answer}");
    let found = |name: &str| answer["identity"][name].as_str().unwrap_or_default().to_owned();
    let rows = [
        ("--repository", "repository", "signer_identity_mismatch"),
        ("--workflow", "workflow", "builder_identity_mismatch"),
        ("--ref", "sourceRef", "builder_identity_mismatch"),
        ("--commit", "commit", "builder_identity_mismatch"),
        ("--runner", "runner", "builder_identity_mismatch"),
        ("--trigger", "trigger", "builder_identity_mismatch"),
    ];
    for (flag, name, code) in rows {
        let value = found(name);
        assert!(!value.is_empty(), "{name}: {answer}");
        let with = |value: &str| happy(&root, &[&signer[..], &[flag, value]].concat(), &trusted);
        assert_eq!(with(&value).0, 0, "{flag} {value}");
        for other in [value.to_uppercase(), format!("{value}x"), value.chars().skip(1).collect()] {
            let (exit, codes, answer) = with(&other);
            assert_eq!((exit, codes), (1, vec![code.to_owned()]), "{flag} {other}: {answer}");
            let row = &answer["failures"][0];
            assert_eq!((row["expected"].as_str(), row["found"].as_str()), (Some(&*other), Some(&*value)));
        }
    }
    let (exit, codes, _) = happy(&root, &["--identity", IDENTITY, "--no-issuer"], &trusted);
    assert_eq!((exit, codes), (1, vec![String::from("signer_identity_mismatch")]), "it names one");
    // What the certificate does not say is met by no pin.
    let (exit, codes, _) = happy(&root, &[&signer[..], &["--environment", "production"]].concat(), &trusted);
    assert_eq!((exit, codes), (1, vec![String::from("builder_identity_mismatch")]));
    let near = IDENTITY.replace("heads/main", "heads/*");
    for (identity, issuer, passes) in [
        (near.as_str(), ISSUER, true),
        (&IDENTITY.replace("main", "mai"), ISSUER, false),
        (&IDENTITY.replace("@refs/heads/main", "*"), ISSUER, false),
        (&format!("{IDENTITY}x"), ISSUER, false),
        (".*", ISSUER, false),
        ("*", ISSUER, false),
        (IDENTITY, "https://token.actions.githubusercontent.com/", false),
        (IDENTITY, "*", false),
    ] {
        let (exit, codes, answer) = happy(&root, &["--identity", identity, "--issuer", issuer], &trusted);
        assert_eq!(exit == 0, passes, "{identity} {issuer}: {answer}");
        assert!(passes || codes == ["signer_identity_mismatch"], "{answer}");
    }
    // A statement was asked for, and none was signed.
    let (exit, codes, _) =
        happy(&root, &[&signer[..], &["--predicate-type", "https://slsa.dev/provenance/v1"]].concat(), &trusted);
    assert_eq!((exit, codes), (1, vec![String::from("predicate_type_mismatch")]));
}

#[test]
fn of_several_trust_roots_one_is_named() {
    let Some(root) = fixtures() else { return };
    let directory = tempfile::tempdir().unwrap();
    let line = |name: &str| -> String {
        let value: Value =
            serde_json::from_slice(&std::fs::read(root.join("trusted-roots").join(name)).unwrap()).unwrap();
        value.to_string()
    };
    let (good, staging) = (line("public-good.json"), line("staging.json"));
    let write = |name: &str, text: String| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let both = write("both.jsonl", format!("{good}\n{staging}\n"));
    let signer = ["--identity", IDENTITY, "--issuer", ISSUER];
    let named = |host: &'static str| [&signer[..], &["--authority", host]].concat();
    let (exit, codes, answer) = happy(&root, &signer, &both);
    assert_eq!((exit, codes), (3, vec![String::from("missing_evidence")]), "nobody said which: {answer}");
    let found = answer["failures"][0]["found"].as_str().unwrap().to_owned();
    assert!(found.contains("fulcio.sigstore.dev") && found.contains("fulcio.sigstage.dev"), "{found}");
    assert_eq!(happy(&root, &named("fulcio.sigstore.dev"), &both).0, 0);
    assert_eq!(happy(&root, &named("fulcio.sigstage.dev"), &both).0, 1);
    assert_eq!(happy(&root, &named("fulcio.example.org"), &both).0, 3);
    let config = json!({"mediaType": "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json",
        "trustedRoot": serde_json::from_str::<Value>(&good).unwrap(), "signingConfig": {}});
    assert_eq!(happy(&root, &signer, &write("config.json", config.to_string())).0, 0);
    let broken = write("broken.jsonl", format!("{good}\n{{}}\n"));
    assert_eq!(happy(&root, &named("fulcio.sigstore.dev"), &broken).0, 3, "one line is no root");
    assert_eq!(happy(&root, &signer, &write("none.json", String::from("{}"))).0, 3);
}

/// What is too large to be held is read as a stream, and gives the same answer.
#[test]
fn a_stream_is_verified_as_its_bytes_are() {
    use attest::attestation::{Pins, Request, Signed, Source, Trust, Verdict, verify};

    #[derive(Debug)]
    struct Slow(Vec<u8>);
    impl Source for Slow {
        fn open(&self) -> std::io::Result<Box<dyn std::io::Read + '_>> {
            Ok(Box::new(self.0.as_slice()))
        }
    }
    let Some(root) = fixtures() else { return };
    let assets = root.join("conformance/test/assets/bundle-verify");
    let trusted = std::fs::read(root.join("trusted-roots/public-good.json")).unwrap();
    let trust = Trust::default().with_roots(&trusted, None).unwrap();
    let pins = Pins { identity: Some(IDENTITY.to_owned()), issuer: Some(ISSUER.to_owned()), ..Pins::default() };
    for case in ["happy-path-v0.3", "happy-path-intoto-in-dsse-v3"] {
        let bundle = std::fs::read(assets.join(case).join("bundle.sigstore.json")).unwrap();
        let artifact = std::fs::read(assets.join("a.txt")).unwrap();
        let verdict = |bytes: Vec<u8>| {
            let slow = Slow(bytes);
            let artifacts = [Signed::Stream(&slow)];
            let request = Request {
                document: &bundle,
                artifacts: &artifacts,
                subjects_open: false,
                trust: &trust,
                pins: &pins,
                predicate_type: None,
                only_subject: false,
            };
            let verification = verify(&request);
            (verification.verdict, verification.failure_codes.iter().map(|code| code.name()).collect::<Vec<_>>())
        };
        assert_eq!(verdict(artifact.clone()), (Verdict::Verified, vec![]), "{case}");
        let other = [artifact, vec![b'!']].concat();
        assert_eq!(verdict(other), (Verdict::Failed, vec!["subject_digest_mismatch"]), "{case}");
    }
}
