//! What is generated is committed: the schemas are those of the types and the reference is that of the tables
//! (`ATTEST_BLESS=1` rewrites them), and what we write fits the schemas.
#![expect(clippy::disallowed_methods, reason = "the schemas are files")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failure here is a failed test")]

use std::sync::Arc;

use attest::base::system::{MemorySystem, System};
use attest::catalog::REFERENCE;
use attest::catalog::schemas::SCHEMAS;
use attest::hir::model::Package;
use attest::session::{self, DumpOptions, GateOptions, Stage, TargetOptions, pipeline};
use serde_json::{Value, json};

/// The compiled standard library.
fn std() -> Package {
    pipeline::compile_std(false).package
}

/// Compares a generated file with the committed one, or writes it; the path where they differ.
fn compare(path: &str, made: &str) -> Option<String> {
    let file = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("ATTEST_BLESS").is_some() {
        std::fs::write(file, made).unwrap();
        return None;
    }
    (std::fs::read_to_string(file).unwrap_or_default() != made).then(|| path.to_owned())
}

#[test]
fn schemas_are_those_of_the_types() {
    let std = std();
    let stale: Vec<String> = SCHEMAS
        .iter()
        .filter_map(|schema| {
            let made = serde_json::to_string_pretty(&schema.make?(&std)).unwrap() + "\n";
            compare(&format!("schemas/{}.schema.json", schema.name), &made)
        })
        .collect();
    assert!(stale.is_empty(), "{stale:?} differ from the types; ATTEST_BLESS=1 rewrites them");
}

#[test]
fn the_reference_is_that_of_the_tables() {
    let std = std();
    let pages = REFERENCE.iter().map(|(name, make)| (*name, make(&std)));
    let pages = pages.chain([("cli.md", attest::cli::reference::page())]);
    let stale: Vec<String> =
        pages.filter_map(|(name, made)| compare(&format!("docs/src/reference/{name}"), &made)).collect();
    assert!(stale.is_empty(), "{stale:?} differ from the tables; ATTEST_BLESS=1 rewrites them");
}

fn faults(schema: &str, instance: &Value) -> Vec<String> {
    let schema = SCHEMAS.iter().find(|row| row.name == schema).expect("the schema is in the list");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema.text).unwrap()).expect("the schema is one");
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The plan of a file of assertions.
fn plan(assertions: &Value) -> Value {
    let system = MemorySystem::new().with_file("a.json", assertions.to_string());
    let system: Arc<dyn System> = Arc::new(system);
    let options = DumpOptions {
        stage: Stage::Plan,
        paths: vec!["a.json".into()],
        target: TargetOptions::default(),
        gate: GateOptions::default(),
    };
    serde_json::from_str(&session::dump(&system, &options).expect("the file is read").json).expect("a plan is JSON")
}

#[test]
fn the_schema_of_assertions_agrees_with_the_compiler() {
    let cases = [
        (true, json!({"type": "file_exists", "params": {"file": "a"}})),
        (true, json!({"id": "x", "type": "file_exists", "params": {"file": "a"}, "covers": ["f"], "control": "C"})),
        (true, json!({"type": "config_key_exists", "params": {"file": "a", "key": ["a", "b.c", 0]}})),
        (true, json!({"type": "config_value_matches", "params": {"file": "a", "key": "k", "value": [1, "x"]}})),
        (true, json!({"type": "no_plaintext_secret", "params": {"file": "a", "patterns": ["x+"]}})),
        (false, json!({"type": "file_exist", "params": {"file": "a"}})),
        (false, json!({"type": "file_exists", "params": {}})),
        (false, json!({"type": "file_exists"})),
        (false, json!({"type": "file_exists", "params": {"file": 1}})),
        (false, json!({"type": "file_exists", "params": {"file": ""}})),
        (false, json!({"type": "file_exists", "params": {"file": "a", "name": "b"}})),
        (false, json!({"type": "file_exists", "params": {"file": "a"}, "parms": {}})),
        (false, json!({"id": " ", "type": "file_exists", "params": {"file": "a"}})),
        (false, json!({"type": "config_value_matches", "params": {"file": "a", "key": "k", "value": null}})),
        (false, json!({"type": "config_value_matches", "params": {"file": "a", "key": "k", "value": {"a": 1}}})),
        (false, json!({"type": "no_plaintext_secret", "params": {"file": "a", "patterns": "x"}})),
    ];
    for (fits, case) in cases {
        let list = json!([case]);
        let found = faults("assertions", &list);
        assert_eq!(found.is_empty(), fits, "{case}: {found:?}");
        let usable = plan(&list)["plan"]["obligations"][0].get("unusable").is_none();
        assert_eq!(usable, fits, "{case}: the compiler sees it otherwise than the schema");
    }
    let wrapped = json!({"assertions": [{"type": "file_exists", "params": {"file": "a"}}]});
    assert_eq!(faults("assertions", &wrapped), Vec::<String>::new());
}

#[test]
fn a_plan_fits_its_schema() {
    let text = "edition 1\ncontrol C \"c\" { assert a: every f in functions(\"a/**\") where f.is_async { f.name != \"x\" } }\n";
    let system: Arc<dyn System> = Arc::new(MemorySystem::new().with_file("a.attest", text));
    let options = DumpOptions {
        stage: Stage::Plan,
        paths: vec!["a.attest".into()],
        target: TargetOptions::default(),
        gate: GateOptions::default(),
    };
    let run = session::dump(&system, &options).expect("the file is read");
    let mut dumped: Value = serde_json::from_str(&run.json).expect("a plan is JSON");
    let plan = &mut dumped["plan"];
    assert_eq!(faults("plan", plan), Vec::<String>::new());
    plan["obligations"][0]["expr"]["op"] = "guess".into();
    assert!(!faults("plan", plan).is_empty(), "an unknown operation fits");
}

#[test]
fn a_report_fits_its_schema() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/report/report.json")).unwrap();
    let mut report: Value = serde_json::from_str(&text).unwrap();
    report["diagnostics"] = serde_json::from_str(
        &std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/diag/list.json")).unwrap(),
    )
    .unwrap();
    assert_eq!(faults("report", &report), Vec::<String>::new());
    report["assertions"][0]["outcome"] = "passed".into();
    assert!(!faults("report", &report).is_empty(), "an unknown outcome fits");
}

#[test]
fn lines_of_a_report_fit_their_schema() {
    let mut kinds = std::collections::BTreeSet::new();
    for file in ["judged", "uncompiled"] {
        let path = format!("{}/tests/report/{file}.jsonl", env!("CARGO_MANIFEST_DIR"));
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let mut line: Value = serde_json::from_str(line).unwrap();
            assert_eq!(faults("report-line", &line), Vec::<String>::new(), "{line}");
            kinds.insert(line["kind"].as_str().unwrap().to_owned());
            line["kind"] = "guess".into();
            assert!(!faults("report-line", &line).is_empty(), "an unknown kind fits: {line}");
        }
    }
    assert_eq!(kinds.len(), 7, "all but models: {kinds:?}");
}

#[test]
fn the_policies_test_input_fits_its_schema() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/decide/base.input.json")).unwrap();
    let mut input: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(faults("decision-input", &input), Vec::<String>::new());
    input["controls"]["m/C"]["status"] = "fine".into();
    assert!(!faults("decision-input", &input).is_empty(), "an unknown status fits");
}
