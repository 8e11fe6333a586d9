//! What went wrong elsewhere does not go wrong here: for each advisory and report of a wrong "verified" in other verifiers, the
//! case that it was about. The list is in the order of `attestation.md`, section 2, items 11 to 22.

#![expect(clippy::disallowed_methods, reason = "the documents are files")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::path::Path;
use std::sync::Arc;

use attest::attestation::key::SigningKey;
use attest::attestation::sign::{Form, sign};
use attest::base::system::{MemorySystem, System};
use attest::provenance::contract::standard;
use attest::provenance::{Trust, verify as judge};
use serde_json::{Value, json};
use sigstore_trust_root::SIGSTORE_PRODUCTION_TRUSTED_ROOT;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)).unwrap()
}

/// Exit and codes of a command on a machine with the keys, the artifacts and these files.
fn run(files: &[(&str, Vec<u8>)], line: &str) -> (u8, Vec<String>) {
    let mut system = MemorySystem::new()
        .with_file("artifact.txt", file("attestation/artifact.txt"))
        .with_file("other.txt", file("attestation/other.txt"))
        .with_file("key.pub", file("attestation/keys/p256.pub"))
        .with_file("root.json", SIGSTORE_PRODUCTION_TRUSTED_ROOT);
    for (name, bytes) in files {
        system = system.with_file(name, bytes.clone());
    }
    let system: Arc<dyn System> = Arc::new(system);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let words = std::iter::once("attest").chain(line.split(' ')).chain(["--format", "json"]);
    let exit = attest::cli::run(words.map(Into::into), &system, &mut stdout, &mut stderr).code();
    let answer: Value = serde_json::from_slice(&stdout).unwrap_or_default();
    let codes = answer["failureCodes"].as_array().cloned().unwrap_or_default();
    (exit, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

/// The statement of the tests, or another, signed by the key of the tests.
fn signed(statement: &[u8], form: Form) -> Value {
    let key = SigningKey::from_pem(&file("attestation/keys/p256.pem"), None).unwrap();
    serde_json::from_str(&sign(statement, &key, form).unwrap()).unwrap()
}

fn forms() -> [Value; 2] {
    [Form::Bundle, Form::Envelope].map(|form| signed(&file("attestation/statement.json"), form))
}

fn by_key(document: &Value, more: &str) -> (u8, Vec<String>) {
    let files = [("b.json", document.to_string().into_bytes())];
    run(&files, &format!("verify b.json --key key.pub --artifact artifact.txt{more}"))
}

/// A real bundle, changed, against the public instance.
fn real(change: impl FnOnce(&mut Value), more: &str) -> (u8, Vec<String>) {
    let mut bundle: Value = serde_json::from_slice(&file("attestation/real/pypi-slsa.sigstore.json")).unwrap();
    change(&mut bundle);
    let files = [("b.json", bundle.to_string().into_bytes())];
    let digest = "sha256:9bb1add04b1b4e182be6b0b80931593f7a291eb49d69b4fd728a5d4cbcdc4bd3";
    run(&files, &format!("verify b.json --trusted-root root.json --digest {digest} {more}"))
}

const SIGNER: &str = "https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19";
const ISSUER: &str = "https://token.actions.githubusercontent.com";

fn signer() -> String {
    format!("--identity {SIGNER} --issuer {ISSUER}")
}

/// The statement and context of a base of `tests/provenance`.
fn base(name: &str) -> (Value, Value) {
    let bases: Value = serde_json::from_slice(&file("provenance/base.json")).unwrap();
    (bases[name]["statement"].clone(), bases[name]["context"].clone())
}

fn judged(statement: &Value, context: &Value, trust: Trust) -> Vec<String> {
    let (statement, context) = (statement.to_string(), context.to_string());
    let verdict = judge(standard().unwrap(), statement.as_bytes(), context.as_bytes(), trust);
    assert_eq!(verdict.valid, verdict.failure_codes.is_empty());
    verdict.failure_codes
}

/// 11, cli/cli #10418: exit 0 where there is no attestation of the predicate type that is asked for.
#[test]
fn gh_10418_no_attestation_of_the_wanted_type_is_a_failure() {
    for document in forms() {
        let wrong = by_key(&document, " --predicate-type https://slsa.dev/provenance/v1");
        assert_eq!(wrong, (1, vec!["predicate_type_mismatch".to_owned()]));
    }
    // And where there is no attestation at all.
    for nothing in ["", "[]", "null", "{}", "\n"] {
        let (exit, codes) = run(&[("b.json", nothing.into())], "verify b.json --key key.pub --artifact artifact.txt");
        assert_eq!((exit, codes), (3, vec!["schema_invalid".to_owned()]), "{nothing:?}");
    }
}

/// 12, chainloop #3397: exit 0 where a bundle has nothing to verify it by; "never verified" and "failed" are told apart.
#[test]
fn chainloop_3397_nothing_to_verify_by_is_not_verified() {
    for missing in ["/verificationMaterial", "/verificationMaterial/certificate", "/dsseEnvelope/signatures"] {
        let (exit, codes) = real(
            |bundle| {
                let (above, name) = missing.rsplit_once('/').unwrap();
                bundle.pointer_mut(above).unwrap().as_object_mut().unwrap().remove(name);
            },
            &signer(),
        );
        assert!(exit == 3 && !codes.is_empty(), "{missing}: {exit} {codes:?}");
    }
    for empty in ["/verificationMaterial", "/verificationMaterial/tlogEntries", "/dsseEnvelope/signatures"] {
        let (exit, codes) = real(|bundle| *bundle.pointer_mut(empty).unwrap() = json!([]), &signer());
        assert!([1, 3].contains(&exit) && !codes.is_empty(), "{empty}: {exit} {codes:?}");
    }
    let failed = real(|bundle| bundle["dsseEnvelope"]["payload"] = json!("AAAA"), &signer());
    assert_eq!(failed.0, 1, "{failed:?}");
}

/// 13, GHSA-w6c6-c85g-mmv6, CVE-2026-39395: the predicate type was not compared for bundles of the new format, and an error
/// was ignored for those of the old.
#[test]
fn cve_2026_39395_the_predicate_type_is_compared_in_every_format() {
    for document in forms() {
        assert_eq!(by_key(&document, "").0, 0);
        for near in ["https://slsa.dev/provenance/v1", "HTTPS://slsa.dev", "slsaprovenance", "*", "."] {
            assert_eq!(by_key(&document, &format!(" --predicate-type {near}")).0, 1, "{near}");
        }
    }
    assert_eq!(real(|_| (), &format!("{} --predicate-type https://slsa.dev/provenance/v1", signer())).0, 0);
    let other = real(|_| (), &format!("{} --predicate-type https://slsa.dev/provenance/v0.2", signer()));
    assert_eq!(other, (1, vec!["predicate_type_mismatch".to_owned()]));
    // What cannot be read is no predicate of the wanted type either.
    let statement =
        json!({"_type": "https://in-toto.io/Statement/v1", "subject": [{"digest": {"sha256": "0".repeat(64)}}]});
    let key = SigningKey::from_pem(&file("attestation/keys/p256.pem"), None).unwrap();
    assert!(sign(statement.to_string().as_bytes(), &key, Form::Bundle).is_err());
}

/// 14, GHSA-whqx-f9j3-ch6m, CVE-2026-22703, and CVE-2022-36056: the log's entry was not compared with the signature, the key
/// and the digest that it is said to be about.
#[test]
fn cve_2026_22703_the_log_entry_is_about_this_signature() {
    let other: Value = serde_json::from_slice(&file("attestation/real/pypi-publish.sigstore.json")).unwrap();
    for part in ["tlogEntries", "certificate"] {
        let (exit, codes) = real(
            |bundle| bundle["verificationMaterial"][part] = other["verificationMaterial"][part].clone(),
            &signer(),
        );
        assert!(exit == 1 && !codes.is_empty(), "{part}: {exit} {codes:?}");
    }
    // The same signer at the same time, another statement under a genuine entry.
    let (exit, codes) = real(|bundle| bundle["dsseEnvelope"] = other["dsseEnvelope"].clone(), &signer());
    assert!(exit == 1 && !codes.is_empty(), "{codes:?}");
}

/// 15, GHSA-vjxv-45g9-9296: a policy whose result was undefined, or `deny = true`, passed.
#[test]
fn ghsa_vjxv_a_policy_without_a_decision_passes_nothing() {
    let (statement, context) = base("evidence");
    for policy in [
        "",
        "decision := true",
        "allow := true",
        "deny := true",
        "deny contains \"no\" if true",
        "decision := {}",
        "decision := {\"level\": null, \"denials\": []}",
        "decision := {\"level\": \"evidence-grade\"}",
        "decision := {\"level\": \"evidence-grade\", \"denials\": true}",
        "decision := {\"level\": \"evidence-grade\", \"denials\": []} if input.never",
        "decision := {\"level\": \"evidence-grade\", \"denials\": [1]}",
        "decision := {\"level\": \"the best\", \"denials\": []}",
    ] {
        let text = format!("package attest.document\n\n{policy}\n");
        let contract = standard().unwrap().clone().with_policy("own.rego", Ok(text));
        let verdict =
            judge(&contract, statement.to_string().as_bytes(), context.to_string().as_bytes(), Trust::Context);
        assert!(!verdict.valid && !verdict.failure_codes.is_empty(), "{policy}: {verdict:?}");
    }
    let elsewhere = "package other\n\ndecision := {\"level\": \"evidence-grade\", \"denials\": []}\n";
    let contract = standard().unwrap().clone().with_policy("own.rego", Ok(elsewhere.to_owned()));
    let verdict = judge(&contract, statement.to_string().as_bytes(), context.to_string().as_bytes(), Trust::Context);
    assert_eq!(verdict.failure_codes, ["policy_eval_error"]);
}

/// 16, policy-controller #130: a policy for two attestations passed with one.
#[test]
fn policy_controller_130_each_artifact_is_asked_for() {
    for document in forms() {
        assert_eq!(by_key(&document, "").0, 0);
        assert_eq!(by_key(&document, " --artifact other.txt"), (1, vec!["subject_digest_mismatch".to_owned()]));
    }
    let (statement, mut context) = base("evidence");
    let mut second = context["subjects"][0].clone();
    second["name"] = json!("repo-tree");
    context["subjects"].as_array_mut().unwrap().push(second);
    assert_eq!(judged(&statement, &context, Trust::Context), ["subject_digest_mismatch"]);
}

/// 17, ampel #108: an unsigned attestation was accepted although signers were demanded.
#[test]
fn ampel_108_unsigned_is_not_signed() {
    for mut document in forms() {
        let envelope =
            if document.get("dsseEnvelope").is_some() { &mut document["dsseEnvelope"] } else { &mut document };
        envelope["signatures"] = json!([]);
        let (exit, codes) = by_key(&document, "");
        assert!([1, 3].contains(&exit) && !codes.is_empty(), "{exit} {codes:?}");
    }
    // The statement as it is, without anything around it.
    let bare =
        run(&[("b.json", file("attestation/statement.json"))], "verify b.json --key key.pub --artifact artifact.txt");
    assert_eq!(bare, (3, vec!["schema_invalid".to_owned()]));
    // Without a signer that is named, a certificate proves nothing.
    let nobody = real(|_| (), "");
    assert!(nobody.0 >= 2, "{nobody:?}");
    let (statement, context) = base("policy");
    assert_eq!(judged(&statement, &context, Trust::None), ["level_escalation"]);
    assert!(judged(&statement, &context, Trust::Signature).is_empty());
}

/// 17, ampel #272, #294, #116: what is missing is no success, and no failure of the policy; an empty chain passes nothing.
#[test]
fn ampel_272_missing_and_broken_are_told_from_refused() {
    assert_eq!(run(&[], "verify nowhere.json --key key.pub --artifact artifact.txt").0, 3);
    let (statement, context) = base("evidence");
    let files = [("s.json", statement.to_string().into_bytes()), ("c.json", context.to_string().into_bytes())];
    assert_eq!(run(&files, "provenance verify --statement s.json --context c.json").0, 0);
    assert_eq!(run(&files, "provenance verify --statement nowhere.json --context c.json").0, 3);
    let broken = [&files[..], &[("p.rego", b"package attest.document\n\ndecision := ".to_vec())]].concat();
    let broken = run(&broken, "provenance verify --statement s.json --context c.json --policy p.rego");
    assert_eq!(broken, (3, vec!["policy_eval_error".to_owned()]));
    for empty in ["/predicate/evidence", "/subject"] {
        let mut changed = statement.clone();
        *changed.pointer_mut(empty).unwrap() = json!([]);
        assert!(!judged(&changed, &context, Trust::Context).is_empty(), "{empty}");
    }
    let mut none = context;
    none["subjects"] = json!([]);
    assert_eq!(judged(&statement, &none, Trust::Context), ["schema_invalid"]);
    let (mut statement, context) = base("assurance");
    statement["predicate"]["environment"]["witnesses"] = json!([]);
    assert_eq!(judged(&statement, &context, Trust::Context), ["level_escalation"]);
}

/// 18, slsa-framework/source-tool #148, #211: only the signature was checked, not what it is about.
#[test]
fn source_tool_148_a_good_signature_is_not_a_good_statement() {
    let (statement, context) = base("policy");
    assert!(judged(&statement, &context, Trust::Signature).is_empty());
    for (place, value, code) in [
        ("/predicate/repo/url", "https://git.example/acme/other", "repo_url_mismatch"),
        ("/predicate/repo/baseCommit", "2222222222222222222222222222222222222222", "base_commit_mismatch"),
        ("/subject/0/name", "other.diff", "subject_digest_mismatch"),
        ("/predicate/verificationLevel", "evidence-grade", "level_below_required"),
        ("/predicateType", "https://slsa.dev/provenance/v1", "predicate_type_mismatch"),
    ] {
        let mut changed = statement.clone();
        *changed.pointer_mut(place).unwrap() = json!(value);
        let document = signed(changed.to_string().as_bytes(), Form::Bundle);
        let files = [("b.json", document.to_string().into_bytes())];
        let digest = format!("sha256:{}", "5a".repeat(32));
        let (exit, _) = run(&files, &format!("verify b.json --key key.pub --digest {digest}"));
        assert_eq!(exit, 0, "the signature over {place} holds");
        assert!(judged(&changed, &context, Trust::Signature).contains(&code.to_owned()), "{place}");
    }
}

/// 19, jdx/mise #9125, #9260: an identity matched where it only stood within another, and a subject was not compared.
#[test]
fn mise_9125_an_identity_is_the_whole_identity() {
    assert_eq!(real(|_| (), &signer()).0, 0);
    for part in [
        "https://github.com/trailofbits/pypi-attestations",
        "https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml",
        "trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.19",
        "https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.1",
        "https://github.com/trailofbits/pypi-attestations/.github/workflows/release.yml@refs/tags/v0.0.190",
    ] {
        let wrong = real(|_| (), &format!("--identity {part} --issuer {ISSUER}"));
        assert_eq!(wrong, (1, vec!["signer_identity_mismatch".to_owned()]), "{part}");
    }
    for document in forms() {
        let files = [("b.json", document.to_string().into_bytes())];
        let (exit, codes) = run(&files, "verify b.json --key key.pub --artifact other.txt");
        assert_eq!((exit, codes), (1, vec!["subject_digest_mismatch".to_owned()]));
    }
}

/// 20, wirelog #1287, flux website #1712, sigstore-js #1656: a pattern was not anchored, a dot was any letter, and a star
/// crossed from one part of the identity into the next.
#[test]
fn sigstore_js_1656_a_pattern_is_anchored_and_stays_in_its_part() {
    let with = |identity: &str| real(|_| (), &format!("--identity {identity} --issuer {ISSUER}")).0;
    assert_eq!(with(&SIGNER.replace("v0.0.19", "v0.0.*")), 0);
    assert_eq!(with(&SIGNER.replace("release.yml", "*.yml")), 0);
    for pattern in [
        SIGNER.replace("https://github.com/trailofbits/pypi-attestations", "*"),
        SIGNER.replace("release.yml@refs/tags/v0.0.19", "*"),
        SIGNER.replace("release.yml", "release?yml"),
        SIGNER.replace("release.yml", "release\\.yml"),
        SIGNER.replace("github.com", "github.co."),
        SIGNER.replace("v0.0.19", ".*"),
        format!("^{SIGNER}$"),
        SIGNER.replace("v0.0.19", "v0.0.*x"),
        SIGNER.replace("https://", "*https://*x"),
    ] {
        assert_eq!(with(&pattern), 1, "{pattern}");
    }
}

/// 21, tinylabscom/mvm #1537: a format that was not known fell back to no verification.
#[test]
fn mvm_1537_an_unknown_format_is_an_error() {
    for media in [
        "application/vnd.dev.sigstore.bundle.v0.4+json",
        "application/vnd.dev.sigstore.bundle+json;version=9",
        "",
        "text/plain",
    ] {
        assert_eq!(real(|bundle| bundle["mediaType"] = json!(media), &signer()).0, 3, "{media}");
    }
    // What an older client of the same family wrote.
    let old = json!({"base64Signature": "AAAA", "cert": "AAAA", "rekorBundle": {"SignedEntryTimestamp": "AAAA"}});
    let files = [("b.json", old.to_string().into_bytes())];
    let (exit, codes) =
        run(&files, &format!("verify b.json --trusted-root root.json --artifact artifact.txt {}", signer()));
    assert_eq!((exit, codes), (3, vec!["schema_invalid".to_owned()]));
}

/// 22, veraison/services #427: what ties an answer to its question was not compared, so an old one stayed good.
#[test]
fn veraison_427_an_old_statement_is_not_this_run() {
    let (statement, mut context) = base("policy");
    context["expectedRunId"] = json!("run-0002-policy");
    context["expectedPullRequestNumber"] = json!(17);
    context["freshnessWindowSeconds"] = json!(600);
    context["now"] = json!("2026-10-01T08:10:00Z");
    assert!(judged(&statement, &context, Trust::Signature).is_empty());
    for (name, value, code) in [
        ("expectedRunId", json!("run-0003-policy"), "replay_detected"),
        ("expectedPullRequestNumber", json!(18), "replay_detected"),
        ("now", json!("2026-10-02T08:10:00Z"), "stale_attestation"),
        ("now", json!("2026-10-01T08:04:59Z"), "stale_attestation"),
    ] {
        let mut other = context.clone();
        other[name] = value;
        assert_eq!(judged(&statement, &other, Trust::Signature), [code], "{name}");
    }
    context.as_object_mut().unwrap().remove("now");
    assert_eq!(judged(&statement, &context, Trust::Signature), ["stale_attestation"]);
}
