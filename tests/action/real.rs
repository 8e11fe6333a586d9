//! The action and the template with attest itself: a statement is made, signed by a key, verified, and refused.

use std::fs;

use serde_json::Value;

use crate::files::text;
use crate::world::{Ran, World};

const ATTEST: &str = env!("CARGO_BIN_EXE_attest");

/// What the gate of a repository expects: runs of this workflow, signed by the key of `tests/attestation/keys/p256.pem`.
fn expectations(repository: &str, workflow: &str) -> String {
    let key = text("tests/attestation/keys/p256.pub");
    format!(
        "schema = 1\nrepository = \"{repository}\"\nrequired-level = \"policy-grade\"\nmax-age = \"1h\"\n\
         subjects = [\"patch.diff\"]\n\n[[signer]]\nname = \"mason\"\nkey = \"\"\"\n{key}\"\"\"\n\
         builder = \"{workflow}\"\nworkflow = \"{workflow}\"\nissuer = \"https://ci.acme.example\"\n"
    )
}

const GITHUB: (&str, &str) =
    ("https://github.com/acme/shop", "https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main");
const GITLAB: (&str, &str) =
    ("https://gitlab.example/acme/shop", "https://gitlab.example/acme/shop//.gitlab-ci.yml@refs/heads/agent/change");

/// A repository whose base branch expects that, and a change.
fn world((repository, workflow): (&str, &str)) -> World {
    let mut world = World::new();
    world.git(&["checkout", "-q", "refs/remotes/origin/main"]);
    world.write(".attest/provenance.toml", &expectations(repository, workflow));
    world.commit("what the gate expects");
    world.publish();
    change(&mut world, "def total(items):\n    return sum(item.price for item in items)\n");
    world
}

fn change(world: &mut World, code: &str) {
    world.write("src/cart.py", code);
    world.commit("totals are of prices");
    world.head = world.git(&["rev-parse", "HEAD"]);
}

fn key(name: &str) -> String {
    text(&format!("tests/attestation/keys/{name}.pem"))
}

/// Creates, signs by a key and verifies, in one job.
fn whole(world: &World, key: &str) -> Ran {
    world.github(&[
        ("attest", ATTEST),
        ("create", "true"),
        ("sign", "key"),
        ("signing-key", key),
        ("level", "policy-grade"),
        ("agent-name", "mason"),
        ("agent-version", "1.4"),
        ("model-provider", "acme"),
        ("model-id", "acme-large-3"),
    ])
}

fn gate(world: &World, bundle: &str) -> Ran {
    world.github(&[("attest", ATTEST), ("bundle", bundle), ("required-level", "policy-grade")])
}

fn refused(ran: &Ran, codes: &str) {
    assert_eq!((ran.status, &*ran.outputs["failure-codes"]), (1, codes), "{}", ran.log);
    assert_eq!((&*ran.outputs["valid"], &*ran.outputs["level"]), ("false", ""));
    let code = codes.split(',').next().unwrap();
    assert!(ran.summary.contains(code), "the summary says why: {}", ran.summary);
}

#[test]
fn created_signed_and_verified() {
    let world = world(GITHUB);
    let ran = whole(&world, &key("p256"));
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!((&*ran.outputs["valid"], &*ran.outputs["level"]), ("true", "policy-grade"));
    assert_eq!(ran.outputs["failure-codes"], "");
    assert!(ran.summary.contains("policy-grade"), "{}", ran.summary);
    let bundle = ran.outputs["bundle"].clone();
    let made = fs::read_to_string(bundle.replace("bundle.json", "statement.json")).unwrap();
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!(made["predicate"]["repo"]["headCommit"], *world.head);
    assert_eq!(made["predicate"]["repo"]["pullRequest"]["number"], 7);
    assert_eq!(made["predicate"]["environment"]["builder"]["id"], GITHUB.1);
    let context = fs::read_to_string(bundle.replace("bundle.json", "context.json")).unwrap();
    assert!(context.contains("\"verifiedSigner\""), "{context}");

    // The same bundle, in a gate of its own, which has the objects of the change and not its files.
    world.git(&["checkout", "-q", "refs/remotes/origin/main"]);
    let ran = gate(&world, &bundle);
    assert_eq!((ran.status, &*ran.outputs["valid"]), (0, "true"), "{}", ran.log);
}

#[test]
fn what_is_wrong_fails_the_job() {
    let mut world = world(GITHUB);
    let bundle = whole(&world, &key("p256")).outputs["bundle"].clone();

    let other = world.github(&[("attest", ATTEST), ("bundle", &bundle), ("pull-request", "8")]);
    refused(&other, "replay_detected");

    let text = fs::read_to_string(&bundle).unwrap();
    let signature = text.split("\"sig\":").nth(1).unwrap().split('"').nth(1).unwrap().to_owned();
    let forged: String = signature.chars().rev().collect();
    world.write("forged.json", &text.replace(&signature, &forged));
    let ran = gate(&world, "forged.json");
    assert_ne!(ran.status, 0, "{}", ran.log);
    assert_eq!(ran.outputs["valid"], "false");

    world.write("garbage.json", "\u{0}]}");
    let ran = gate(&world, "garbage.json");
    assert_ne!(ran.status, 0, "{}", ran.log);
    assert_eq!(ran.outputs["valid"], "false");

    // One more commit, after the statement.
    change(&mut world, "def total(items):\n    return 0\n");
    refused(&gate(&world, &bundle), "subject_digest_mismatch");
}

#[test]
fn the_change_does_not_choose_who_may_sign() {
    let mut world = world(GITHUB);
    let own = expectations(GITHUB.0, GITHUB.1)
        .replace(&text("tests/attestation/keys/p256.pub"), &text("tests/attestation/keys/other.pub"));
    world.write(".attest/provenance.toml", &own);
    change(&mut world, "def total(items):\n    return 1\n");
    let ran = whole(&world, &key("other"));
    assert_eq!((ran.status, &*ran.outputs["valid"]), (1, "false"), "{}", ran.log);
    assert!(!ran.outputs["failure-codes"].is_empty());
}

#[test]
fn without_expectations_nothing_can_be_said() {
    let mut world = World::new();
    world.git(&["checkout", "-q", "refs/remotes/origin/main"]);
    world.git(&["rm", "-q", "-r", ".attest"]);
    world.commit("no expectations");
    world.publish();
    change(&mut world, "x = 1\n");
    let ran = whole(&world, &key("p256"));
    ran.fails(3, ".attest/provenance.toml");
    assert!(ran.summary.contains("undecided"), "{}", ran.summary);
}

#[test]
fn a_key_that_is_none_ends_the_job() {
    let world = world(GITHUB);
    let ran = whole(&world, "$(cat /etc/passwd)");
    assert_ne!(ran.status, 0, "{}", ran.log);
    assert_eq!((&*ran.outputs["valid"], &*ran.outputs["failure-codes"]), ("false", ""));
}

#[test]
fn gitlab_signs_and_gates() {
    let mut world = world(GITLAB);
    world.extra.push(("ATTEST_SIGNING_KEY".to_owned(), key("p256")));
    let inputs = [
        ("attest", ATTEST),
        ("sign", "key"),
        ("level", "policy-grade"),
        ("agent-name", "mason"),
        ("agent-version", "1.4"),
        ("required-level", "policy-grade"),
    ];
    let signed = world.gitlab("attest-provenance-sign-key", &inputs);
    assert_eq!((signed.status, &*signed.outputs["valid"]), (0, "false"), "{}", signed.log);
    let ran = world.gitlab("attest-provenance", &inputs);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!((&*ran.outputs["valid"], &*ran.outputs["level"]), ("true", "policy-grade"));

    fs::remove_dir_all(world.workspace().join("attest-provenance-gate")).unwrap();
    change(&mut world, "def total(items):\n    return 0\n");
    let ran = world.gitlab("attest-provenance", &inputs);
    assert_eq!((ran.status, &*ran.outputs["valid"]), (1, "false"), "{}", ran.log);
    assert_eq!(ran.outputs["failure-codes"], "subject_digest_mismatch");
}
