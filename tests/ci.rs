//! What CI systems say of a run: each `tests/ci/<system>-<case>.env` is an environment as it was or might be set, with the
//! event of GitHub in `<case>.event.json`, and what is read from it in `<case>.json`. `ATTEST_BLESS=1` rewrites the latter.
#![expect(clippy::disallowed_methods, reason = "the cases are files")]
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

use attest::base::system::MemorySystem;
use attest::ci::{self, Choice, Service};
use proptest::prelude::*;
use serde_json::{Value, json};

fn cases() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ci");
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|it| it == "env")).collect();
    cases.sort();
    cases
}

fn system(case: &Path) -> MemorySystem {
    let mut system = MemorySystem::new();
    for line in fs::read_to_string(case).unwrap().lines() {
        let (name, value) = line.split_once('=').unwrap();
        system = system.with_env(name, &value.replace("\\n", "\n").replace("\\u001b", "\u{1b}"));
    }
    match fs::read(case.with_extension("event.json")) {
        Ok(event) => system.with_file("/event.json", event),
        Err(_) => system,
    }
}

fn said(system: &MemorySystem, choice: Choice) -> Value {
    match ci::read(system, choice) {
        Ok(run) => serde_json::to_value(run).unwrap(),
        Err(error) => json!({"error": error.to_string(), "help": error.help()}),
    }
}

#[test]
fn every_environment_says_what_stands_beside_it() {
    let bless = std::env::var_os("ATTEST_BLESS").is_some();
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let got = serde_json::to_string_pretty(&said(&system(case), Choice::Auto)).unwrap() + "\n";
        let twin = case.with_extension("json");
        if bless {
            fs::write(&twin, &got).unwrap();
        } else if fs::read_to_string(&twin).unwrap_or_default() != got {
            wrong.push(format!("--- {}\n{got}", twin.display()));
        }
    }
    assert!(cases.len() > 40);
    assert!(wrong.is_empty(), "these differ (ATTEST_BLESS=1 rewrites them):\n{}", wrong.join("\n"));
}

#[test]
fn a_system_is_chosen_by_hand_or_not_at_all() {
    let several = cases().into_iter().find(|case| case.ends_with("several.env")).unwrap();
    let system = system(&several);
    assert_eq!(said(&system, Choice::None), Value::Null);
    assert_eq!(said(&system, Choice::Service(Service::GitLab))["runId"], "gitlab-555");
    let absent = said(&system, Choice::Service(Service::Buildkite));
    assert_eq!(absent["error"], "this is no run of Buildkite: `BUILDKITE` is not `true`");
}

#[test]
fn no_secret_of_an_environment_is_told() {
    for case in cases() {
        let told = said(&system(&case), Choice::Auto).to_string();
        for secret in ["secret", "private_token=", "mason@example.com"] {
            assert!(!told.contains(secret), "{}: {told}", case.display());
        }
    }
}

proptest! {
    /// Whatever one of the variables holds, there is an answer, and nothing in it has a control character or a user.
    #[test]
    fn any_value_is_read_or_refused(at in any::<prop::sample::Index>(), which in any::<prop::sample::Index>(), value in "\\PC{0,40}|[\\x00-\\x7f]{0,20}|https?://[a-z]*@?[a-z.]*(/[a-z@]*){0,3}") {
        let cases = cases();
        let case = &cases[at.index(cases.len())];
        let text = fs::read_to_string(case).unwrap();
        let names: Vec<&str> = text.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
        let system = system(case).with_env(names[which.index(names.len())], &value);
        if let Ok(Some(run)) = ci::read(&system, Choice::Auto) {
            let urls = [Some(&run.repo_url), run.run_url.as_ref(), run.pull_request.as_ref().and_then(|it| it.url.as_ref())];
            for url in urls.into_iter().flatten() {
                let authority = url.split('/').nth(2).unwrap_or_default();
                prop_assert!(!authority.contains('@') && !url.chars().any(char::is_control), "{url}");
            }
            prop_assert!((8..=128).contains(&run.run_id.len()));
        }
    }
}
