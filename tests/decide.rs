//! Policies and what they decide: each case of `tests/decide/*.json` is a policy (the default one where it names none), a
//! change to the base input, and what is wanted of it.
#![expect(clippy::disallowed_methods, reason = "the cases are files")]
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::time::{Duration, Instant};

use attest::decide::{DeclaredCodes, Level, Limits, Package, Policy};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    note: String,
    /// The policy, line by line; a line `@body` at the end of the head stands for a proper package head.
    #[serde(default)]
    policy: Vec<String>,
    /// Merged over the base input; an object merges, anything else replaces, `"@null"` with null.
    #[serde(default)]
    input: Value,
    /// The codes that the package declares.
    #[serde(default)]
    codes: Vec<String>,
    want: Want,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Want {
    /// The level, or null.
    #[serde(default)]
    level: Option<String>,
    /// The failure codes in order; none means met.
    #[serde(default)]
    codes: Vec<String>,
    /// A part of some denial's `code subject: message`.
    #[serde(default)]
    says: Vec<String>,
    /// `line:column: message` of a policy that does not compile; the message is a part.
    refused: Option<String>,
}

fn merge(base: &mut Value, patch: &Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => {
            for (key, value) in patch {
                merge(base.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (base, Value::String(text)) if text == "@null" => *base = Value::Null,
        (base, patch) => *base = patch.clone(),
    }
}

/// One control, verified at high assurance, everything in order.
fn base() -> Value {
    serde_json::from_str(include_str!("decide/base.input.json")).expect("the base input is JSON")
}

fn run(case: &Case) -> Result<(), String> {
    let rego = if case.policy.is_empty() {
        include_str!("../policies/default.rego").to_owned()
    } else {
        case.policy.join("\n").replace("@gate", "package attest.gate\n")
    };
    let limits = Limits { time: Duration::from_secs(2), ..Limits::default() };
    let policy = match (Policy::compile_with("case.rego", &rego, Package::Gate, limits), &case.want.refused) {
        (Err(error), Some(wanted)) => {
            return if error.to_string().contains(wanted.as_str()) {
                Ok(())
            } else {
                Err(format!("is refused with `{error}`, wanted `{wanted}`"))
            };
        }
        (Err(error), None) => return Err(format!("does not compile: {error}")),
        (Ok(_), Some(wanted)) => return Err(format!("compiles, wanted the error `{wanted}`")),
        (Ok(policy), None) => policy,
    };
    let mut input = base();
    merge(&mut input, &case.input);
    let required = input["gate"]["requires"].as_str().and_then(Level::from_name).ok_or("the case has no level")?;
    let decision = policy.weigh(&input, "default", required, &DeclaredCodes::new(case.codes.clone()));
    let denials: Vec<String> = decision
        .denials
        .iter()
        .map(|denial| format!("{} {}: {}", denial.code, denial.subject, denial.message))
        .collect();
    let level = decision.level.map(|level| level.name().to_owned());
    if (&level, &decision.failure_codes) != (&case.want.level, &case.want.codes) {
        return Err(format!("gives {level:?} {:?}, because {denials:#?}", decision.failure_codes));
    }
    if decision.met != case.want.codes.is_empty() {
        return Err(format!("met is {}", decision.met));
    }
    match case.want.says.iter().find(|part| !denials.iter().any(|denial| denial.contains(part.as_str()))) {
        Some(part) => Err(format!("does not say `{part}` but {denials:#?}")),
        None => Ok(()),
    }
}

#[test]
fn policies_decide_as_the_cases_say() {
    let mut files: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/decide"))
        .expect("the cases are there")
        .map(|entry| entry.expect("the directory is readable").path())
        .filter(|path| path.to_string_lossy().ends_with(".cases.json"))
        .collect();
    files.sort();
    let (mut count, mut wrong) = (0, Vec::new());
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a case file is readable");
        let cases: Vec<Case> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for case in cases {
            count += 1;
            if let Err(message) = run(&case) {
                wrong.push(format!("{}: {}: {message}", file.file_name().unwrap().to_string_lossy(), case.note));
            }
        }
    }
    assert!(count >= 30, "only {count} cases were found");
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
}

/// The default policy is linear: a run of ten thousand assertions is weighed in seconds even in a debug build.
#[test]
#[expect(clippy::print_stdout, reason = "the time is for who runs it with `--nocapture`")]
fn a_large_run_is_weighed() {
    let policy = attest::decide::default_policy().expect("the embedded policy compiles");
    let mut input = base();
    let assertion = input["assertions"]["m/C/a"].clone();
    let control = input["controls"]["m/C"].clone();
    let (mut assertions, mut controls) = (serde_json::Map::new(), serde_json::Map::new());
    for number in 0..5_000 {
        let id = format!("m/C{number}");
        let mut assertion = assertion.clone();
        assertion["control"] = json!(id);
        assertions.insert(format!("{id}/a"), assertion);
        controls.insert(id, control.clone());
    }
    input["assertions"] = Value::Object(assertions);
    input["controls"] = Value::Object(controls);
    let started = Instant::now();
    let decision = policy.weigh(&input, "default", Level::HighAssurance, &DeclaredCodes::default());
    assert!(decision.met, "{:?}", decision.denials.first());
    println!("5000 assertions: {:?}", started.elapsed());
}
