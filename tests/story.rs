//! The story of an agent's change: `examples/06-agent-change/story.sh` is run as a reader runs it, and what it says is held to
//! `expected.txt` (`ATTEST_BLESS=1` rewrites). Which attack is refused with which code is asserted here, so that blessing
//! cannot hide one that passes.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the example is a script")]
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each attack, and the one code that refuses it.
const ATTACKS: [(&str, &str); 12] = [
    ("Other repository", "repo_url_mismatch"),
    ("Other base", "base_commit_mismatch"),
    ("Replayed run", "replay_detected"),
    ("Extra subject", "subject_digest_mismatch"),
    ("Tampered predicate", "signature_invalid"),
    ("Swapped bundle", "subject_digest_mismatch"),
    ("Wrong identity", "signer_identity_mismatch"),
    ("Expired window", "stale_attestation"),
    ("Level lifted by hand", "level_escalation"),
    ("Forged cache", "subject_digest_mismatch"),
    ("Policy changed by the pull request", "signature_invalid"),
    ("Raw prompt made public", "privacy_violation"),
];

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/06-agent-change")
}

/// What the story says.
fn told() -> String {
    let elsewhere = tempfile::tempdir().unwrap();
    let output = Command::new("bash")
        .arg(example().join("story.sh"))
        .current_dir(elsewhere.path())
        .env("ATTEST", env!("CARGO_BIN_EXE_attest"))
        // Of a reader with a configuration of their own, in the middle of something.
        .env("GIT_DIR", "/nowhere")
        .env("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
        .env("ATTEST_SIGN_PASSPHRASE", "")
        .env("GITHUB_ACTIONS", "true")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "the story leaves nothing behind");
    said
}

#[test]
fn the_story_is_as_told() {
    let said = told();
    let recorded = example().join("expected.txt");
    if std::env::var_os("ATTEST_BLESS").is_some() {
        fs::write(&recorded, &said).unwrap();
    }
    let wanted = fs::read_to_string(&recorded).unwrap_or_default();
    assert!(said == wanted, "expected.txt is not what is told now; read the difference, then bless:\n{said}");
}

#[test]
fn every_attack_is_refused_with_its_own_code() {
    let recorded = fs::read_to_string(example().join("expected.txt")).unwrap();
    let parts: Vec<&str> = recorded.split("\n\n").collect();
    let met = parts.iter().filter(|part| part.lines().any(|line| line.starts_with("valid: "))).count();
    assert_eq!(met, 1, "the honest change, and nothing else, is valid");
    let page = fs::read_to_string(example().join("README.md")).unwrap();
    for (number, (title, code)) in ATTACKS.iter().enumerate() {
        let heading = format!("{}. {title}: ", number + 1);
        let at = recorded.find(&heading).unwrap_or_else(|| panic!("expected.txt has no `{heading}`"));
        let verdict = recorded.get(at..).unwrap().lines().nth(1).unwrap();
        assert!(verdict.starts_with("invalid: ") && verdict.ends_with(&format!("; {code}")), "{title}: {verdict}");
        assert!(page.contains(&format!("| {title} |")) && page.contains(code), "README.md says nothing of {title}");
    }
}
