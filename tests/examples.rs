//! The examples: each project passes its rules, and each variant under `broken/` fails exactly the control that it is named
//! after. What is reported is recorded in `expected/` (`ATTEST_BLESS=1` rewrites); the verdicts are asserted here, so that
//! blessing cannot hide a wrong one.

#![expect(clippy::disallowed_methods, reason = "the examples are files")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// The clock of every run.
const AT: &str = "2026-11-21T00:00:00Z";

/// One project, and the variants that break it.
struct Example {
    name: &'static str,
    /// Assertions that a waiver carries in every run.
    waived: &'static [&'static str],
    variants: &'static [Variant],
}

/// A directory under `broken/`.
struct Variant {
    name: &'static str,
    /// The id of the one control that fails.
    control: &'static str,
    /// Its assertions that fail.
    fails: &'static [&'static str],
    /// The failure codes of the decision.
    codes: &'static [&'static str],
}

const fn variant(name: &'static str, control: &'static str, fails: &'static [&'static str]) -> Variant {
    Variant { name, control, fails, codes: &["assertion_failed"] }
}

const FLASK_SHOP: Example = Example {
    name: "01-flask-shop",
    waived: &["shop/JWT_AUTH/routes"],
    variants: &[
        variant("JWT_AUTH", "shop/JWT_AUTH", &["decodes", "refuses_expired"]),
        variant("SIGNING_KEY", "shop/SIGNING_KEY", &["from_environment", "no_secret"]),
        variant("ORDER_INPUT", "shop/ORDER_INPUT", &["quantity"]),
        variant("TRANSPORT", "shop/TRANSPORT", &["floor"]),
    ],
};

const EXPRESS_API: Example = Example {
    name: "02-express-api",
    waived: &[],
    variants: &[
        variant("HEADERS", "notes/HEADERS", &["registered"]),
        variant("API_KEY", "notes/API_KEY", &["no_secret"]),
        variant("INPUT", "notes/INPUT", &["parsed"]),
        variant("TESTED", "notes/TESTED", &["key_passes", "no_skips"]),
        Variant { name: "HASHES", control: "notes/HASHES", fails: &["none_weak"], codes: &["WEAK_HASH"] },
    ],
};

const GO_SERVICE: Example = Example {
    name: "03-go-service",
    waived: &[],
    variants: &[
        variant("TOKEN", "ledger/TOKEN", &["constant_time", "enforced"]),
        variant("ABUSE", "ledger/ABUSE", &["limited"]),
        variant("BOOKS", "ledger/BOOKS", &["amount", "handlers_answer"]),
        variant("CONTAINERS", "ledger/CONTAINERS", &["no_root", "pinned"]),
        variant("HISTORY", "ledger/HISTORY", &["accounts"]),
    ],
};

const RUST_SERVICE: Example = Example {
    name: "04-rust-service",
    waived: &[],
    variants: &[
        variant("TOKEN", "shortener/SHORT-1", &["registered"]),
        variant("TARGETS", "shortener/TARGETS", &["scheme"]),
        variant("LIMITS", "shortener/LIMITS", &["body", "no_panics"]),
        variant("CODE", "shortener/CODE", &["no_unsafe"]),
        variant("CONTACT", "shortener/CONTACT", &["pipeline_reads"]),
    ],
};

const ALL: [&Example; 4] = [&FLASK_SHOP, &EXPRESS_API, &GO_SERVICE, &RUST_SERVICE];

/// Parts of an example that are about it, not of it.
const ABOUT: [&str; 2] = ["broken", "expected"];

impl Example {
    fn directory(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(self.name)
    }

    /// The project in a directory of its own, with the files of a variant over it. It lies in no repository, so nothing of
    /// ours is in the subject of a report.
    fn copy(&self, variant: Option<&str>) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(self.directory()).unwrap().map(Result::unwrap) {
            let name = entry.file_name();
            if !ABOUT.iter().any(|about| name.to_str() == Some(about)) {
                place(&entry.path(), &copy.path().join(name));
            }
        }
        if let Some(variant) = variant {
            place(&self.directory().join("broken").join(variant), copy.path());
        }
        copy
    }
}

/// Copies a file or a directory, over what is there.
fn place(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
            place(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

fn attest(directory: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_attest")).current_dir(directory).args(args).output().unwrap()
}

/// Runs `attest check` on what `path` names in `directory`, holds the report to the recorded one, and gives it with its exit
/// code.
fn check(directory: &Path, path: &str, recorded: &Path) -> (Value, i32) {
    let output = attest(directory, &["check", path, "--format", "json", "--at", AT]);
    let text = String::from_utf8(output.stdout).unwrap();
    let report: Value = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {text}{}", String::from_utf8_lossy(&output.stderr)));
    if std::env::var_os("ATTEST_BLESS").is_some() {
        fs::create_dir_all(recorded.parent().unwrap()).unwrap();
        fs::write(recorded, &text).unwrap();
    } else {
        let wanted = fs::read_to_string(recorded).unwrap_or_default();
        assert!(text == wanted, "{} is not what is reported now; read the difference, then bless", recorded.display());
    }
    (report, output.status.code().unwrap())
}

/// The ids of the rows of a report, by the text at `key`.
fn by<'r>(report: &'r Value, rows: &str, key: &str) -> BTreeMap<&'r str, BTreeSet<&'r str>> {
    let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for row in report[rows].as_array().unwrap() {
        groups.entry(row[key].as_str().unwrap()).or_default().insert(row["id"].as_str().unwrap());
    }
    groups
}

fn group<'g>(groups: &BTreeMap<&str, BTreeSet<&'g str>>, key: &str) -> BTreeSet<&'g str> {
    groups.get(key).cloned().unwrap_or_default()
}

fn set<'s>(items: &[&'s str]) -> BTreeSet<&'s str> {
    items.iter().copied().collect()
}

fn holds(example: &Example) {
    passes(example);
    for variant in example.variants {
        fails(example, variant);
    }
    everything_is_covered(example);
    tests_pass(example);
}

fn passes(example: &Example) {
    let copy = example.copy(None);
    let (report, exit) = check(copy.path(), "rules", &example.directory().join("expected/pass.json"));
    let outcomes = by(&report, "assertions", "outcome");
    assert_eq!(exit, 0, "{}", example.name);
    assert_eq!(report["decision"]["met"], true, "{}", example.name);
    assert_eq!(report["diagnostics"], serde_json::json!([]), "{}", example.name);
    assert_eq!(group(&outcomes, "waived"), set(example.waived), "{}", example.name);
    let kinds: Vec<&&str> = outcomes.keys().filter(|kind| **kind != "waived").collect();
    assert_eq!(kinds, [&"pass"], "{}", example.name);
    for control in report["controls"].as_array().unwrap() {
        if control["status"] != "waived" {
            assert_eq!(control["status"], "implemented", "{control}");
            assert_eq!(control["facets"]["missing"], serde_json::json!([]), "{control}");
        }
    }
}

fn fails(example: &Example, variant: &Variant) {
    let copy = example.copy(Some(variant.name));
    let recorded = example.directory().join("expected").join(format!("{}.json", variant.name));
    let (report, exit) = check(copy.path(), "rules", &recorded);
    let place = format!("{}/{}", example.name, variant.name);
    let outcomes = by(&report, "assertions", "outcome");
    let failing: Vec<String> = variant.fails.iter().map(|name| format!("{}/{name}", variant.control)).collect();
    assert_eq!(exit, 1, "{place}");
    assert_eq!(report["decision"]["met"], false, "{place}");
    assert_eq!(group(&outcomes, "fail"), failing.iter().map(String::as_str).collect(), "{place}");
    assert_eq!(group(&outcomes, "error"), set(&[]), "{place}");
    assert_eq!(group(&outcomes, "waived"), set(example.waived), "{place}");
    assert_eq!(group(&by(&report, "controls", "status"), "failing"), set(&[variant.control]), "{place}");
    assert_eq!(report["decision"]["failureCodes"], serde_json::json!(variant.codes), "{place}");
}

/// Every control has its variant, every variant its directory and its line, and nothing else is recorded.
fn everything_is_covered(example: &Example) {
    let pass = fs::read_to_string(example.directory().join("expected/pass.json")).unwrap();
    let pass: Value = serde_json::from_str(&pass).unwrap();
    let controls: BTreeSet<&str> =
        pass["controls"].as_array().unwrap().iter().map(|control| control["id"].as_str().unwrap()).collect();
    assert_eq!(controls, example.variants.iter().map(|variant| variant.control).collect(), "{}", example.name);

    let names: BTreeSet<String> = example.variants.iter().map(|variant| variant.name.to_owned()).collect();
    assert_eq!(directories(&example.directory().join("broken")), names, "{}", example.name);
    let page = fs::read_to_string(example.directory().join("broken/README.md")).unwrap();
    for name in &names {
        assert!(page.contains(&format!("| `{name}` |")), "broken/README.md of {} says nothing of {name}", example.name);
    }
}

fn directories(of: &Path) -> BTreeSet<String> {
    fs::read_dir(of)
        .unwrap()
        .map(Result::unwrap)
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect()
}

fn tests_pass(example: &Example) {
    let output = attest(&example.directory(), &["test", "rules"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{}: {said}", example.name);
}

#[test]
fn flask_shop() {
    holds(&FLASK_SHOP);
}

#[test]
fn express_api() {
    holds(&EXPRESS_API);
}

#[test]
fn go_service() {
    holds(&GO_SERVICE);
}

#[test]
fn rust_service() {
    holds(&RUST_SERVICE);
}

/// `assertions.json` of the Go service needs no package: its target is the current directory.
#[test]
fn assertions_alone() {
    let copy = GO_SERVICE.copy(None);
    let recorded = GO_SERVICE.directory().join("expected/assertions.json");
    let (report, exit) = check(copy.path(), "assertions.json", &recorded);
    assert_eq!(exit, 0);
    assert_eq!(report["summary"]["pass"], report["assertions"].as_array().unwrap().len());

    fs::remove_file(copy.path().join("go.mod")).unwrap();
    let output = attest(copy.path(), &["check", "assertions.json", "--format", "json", "--at", AT]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3), "a manifest that is gone is undecided, never a pass");
    assert_eq!(group(&by(&report, "assertions", "outcome"), "error"), set(&["chi", "rate-limit-library"]));
}

/// Together the examples use every check of the prelude.
#[test]
fn every_check_is_used() {
    let mut text = String::new();
    for example in ALL {
        for entry in fs::read_dir(example.directory().join("rules")).unwrap().map(Result::unwrap) {
            if entry.path().extension().is_some_and(|extension| extension == "attest") {
                text += &fs::read_to_string(entry.path()).unwrap();
            }
        }
        text += &fs::read_to_string(example.directory().join("assertions.json")).unwrap_or_default();
    }
    for (path, _) in attest::hir::stdlib::FILES {
        let name = path.trim_start_matches("std/").trim_end_matches(".attest");
        assert!(
            text.contains(&format!("{name}(")) || text.contains(&format!("\"{name}\"")),
            "no example uses `{name}`"
        );
    }
}

/// The page of the examples names every one.
#[test]
fn every_example_is_named() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let page = fs::read_to_string(examples.join("README.md")).unwrap();
    let names = directories(&examples);
    // The fifth and the sixth have their own tests, `tests/judged.rs` and `tests/story.rs`.
    assert_eq!(names.len(), ALL.len() + 2);
    for name in names {
        assert!(page.contains(&name), "examples/README.md says nothing of {name}");
    }
}
