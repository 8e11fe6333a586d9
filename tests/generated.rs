//! What is generated is committed: the schemas are those of the types (`ATTEST_BLESS=1` rewrites them), and what we write
//! fits them.
#![expect(clippy::disallowed_methods, reason = "the schemas are files")]

use attest::catalog::schemas::SCHEMAS;
use serde_json::Value;

#[test]
fn schemas_are_those_of_the_types() {
    let mut stale = Vec::new();
    for schema in SCHEMAS {
        let made = serde_json::to_string_pretty(&(schema.make)()).unwrap() + "\n";
        let path = format!("{}/schemas/{}.schema.json", env!("CARGO_MANIFEST_DIR"), schema.name);
        if std::env::var_os("ATTEST_BLESS").is_some() {
            std::fs::write(path, made).unwrap();
        } else if std::fs::read_to_string(path).unwrap_or_default() != made {
            stale.push(schema.name);
        }
    }
    assert!(stale.is_empty(), "{stale:?} differ from the types; ATTEST_BLESS=1 rewrites them");
}

fn faults(schema: &str, instance: &Value) -> Vec<String> {
    let schema = SCHEMAS.iter().find(|row| row.name == schema).expect("the schema is in the list");
    let schema = serde_json::to_value((schema.make)()).unwrap();
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    validator.iter_errors(instance).map(|error| format!("{}: {error}", error.instance_path())).collect()
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
fn the_policies_test_input_fits_its_schema() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/decide/base.input.json")).unwrap();
    let mut input: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(faults("decision-input", &input), Vec::<String>::new());
    input["controls"]["m/C"]["status"] = "fine".into();
    assert!(!faults("decision-input", &input).is_empty(), "an unknown status fits");
}
