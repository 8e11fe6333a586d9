//! Statements about agents' runs, held against what a verifier knows: each case of `tests/provenance/*.cases.json` is one of
//! the bases, a change to it, and the verdict that is wanted. Where the golden cases of the open project lie beside the
//! repository (`../shared/fixtures/agent-provenance`, or `ATTEST_PROVENANCE_FIXTURES`), they are held too.
#![expect(clippy::disallowed_methods, reason = "the cases are files")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a failure here is a failed test"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attest::base::system::{MemorySystem, System};
use attest::catalog::schemas::SCHEMAS;
use attest::cli;
use attest::provenance::contract::{Contract, standard};
use attest::provenance::{Trust, Verdict, verify};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Case {
    /// What the case shows.
    note: String,
    /// The base: `evidence`, `policy` or `assurance`.
    base: String,
    /// Merged over the base: objects merge, anything else replaces, `"@remove"` removes, `"@null"` is null.
    #[serde(default)]
    statement: Value,
    #[serde(default)]
    context: Value,
    /// These bytes in place of the statement, or the context.
    raw_statement: Option<String>,
    raw_context: Option<String>,
    /// A policy in place of the document's own, line by line.
    policy: Option<Vec<String>>,
    /// `none`, `context`, `signature`.
    #[serde(default = "by_context")]
    trust: String,
    want: Want,
}

fn by_context() -> String {
    "context".to_owned()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Want {
    codes: Vec<String>,
    /// The paths of the failures in order, where they are told.
    #[serde(default)]
    paths: Vec<String>,
    /// The level; that of the base where it is not told.
    #[serde(default, deserialize_with = "told")]
    #[expect(clippy::option_option, reason = "a level that is told to be missing is not one that is not told")]
    level: Option<Option<String>>,
    /// Each a part of what some failure says.
    #[serde(default)]
    says: Vec<String>,
}

#[expect(clippy::option_option, reason = "a level that is told to be missing is not one that is not told")]
fn told<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(value).map(Some)
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provenance")
}

fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn bases() -> Value {
    read(&directory().join("base.json"))
}

fn merge(base: &mut Value, patch: &Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => {
            for (key, value) in patch {
                if value == "@remove" {
                    base.remove(key);
                } else {
                    merge(base.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
        }
        (_, Value::Null) => {}
        (base, Value::String(text)) if text == "@null" => *base = Value::Null,
        (base, patch) => *base = patch.clone(),
    }
}

fn trust(name: &str) -> Trust {
    match name {
        "none" => Trust::None,
        "context" => Trust::Context,
        "signature" => Trust::Signature,
        other => panic!("`{other}` is no trust"),
    }
}

fn contract() -> &'static Contract {
    standard().expect("the standard documents compile")
}

fn judge(case: &Case, bases: &Value) -> (Verdict, Value) {
    let mut base = bases[&case.base].clone();
    assert!(base.is_object(), "{}: there is no base `{}`", case.note, case.base);
    merge(&mut base["statement"], &case.statement);
    merge(&mut base["context"], &case.context);
    let statement = case.raw_statement.clone().unwrap_or_else(|| base["statement"].to_string());
    let context = case.raw_context.clone().unwrap_or_else(|| base["context"].to_string());
    let own = case.policy.as_ref().map(|lines| contract().clone().with_policy("own.rego", Ok(lines.join("\n"))));
    let contract = own.as_ref().unwrap_or_else(|| contract());
    (verify(contract, statement.as_bytes(), context.as_bytes(), trust(&case.trust)), base)
}

#[test]
fn the_cases_hold() {
    let bases = bases();
    let mut wrong = String::new();
    let mut count = 0;
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.to_string_lossy().ends_with(".cases.json")) {
        let cases: Vec<Case> =
            serde_json::from_value(read(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for case in cases {
            count += 1;
            let (verdict, base) = judge(&case, &bases);
            let told = case.want.level.clone();
            let level =
                told.unwrap_or_else(|| base["statement"]["predicate"]["verificationLevel"].as_str().map(str::to_owned));
            let paths: Vec<&str> = verdict.failures.iter().map(|failure| failure.path.as_str()).collect();
            let said = serde_json::to_string(&verdict.failures).unwrap();
            let fits = verdict.failure_codes == case.want.codes
                && verdict.valid == case.want.codes.is_empty()
                && verdict.level == level
                && verdict.trust == trust(&case.trust)
                && (case.want.paths.is_empty() || paths == case.want.paths)
                && case.want.says.iter().all(|part| said.contains(part));
            if !fits {
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                writeln!(
                    wrong,
                    "{name}: {}\n  wanted {:?} {:?} {level:?}\n  got {verdict:#?}",
                    case.note, case.want.codes, case.want.paths
                )
                .unwrap();
            }
        }
    }
    assert!(count > 100, "only {count} cases");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Every rule of the policy is met by a case: each denial's words are said by some verdict.
#[test]
fn every_denial_has_a_case() {
    let policy = include_str!("../policies/agent-provenance.rego");
    let bases = bases();
    let mut said = BTreeSet::new();
    for name in ["policy", "routing", "rules", "schema", "trust"] {
        let cases: Vec<Case> = serde_json::from_value(read(&directory().join(format!("{name}.cases.json")))).unwrap();
        for case in cases {
            said.extend(judge(&case, &bases).0.failures.into_iter().map(|failure| failure.message));
        }
    }
    // What stands between the holes of a message. The schema of the context demands a subject before the policy does.
    let words = policy.lines().filter_map(|line| line.trim().strip_prefix("\"message\": "));
    let words: Vec<String> = words
        .map(|line| line.trim_start_matches("sprintf(").trim_start_matches('"'))
        .map(|line| line.split('"').next().unwrap_or_default().to_owned())
        .filter(|words| words != "the context names no subject")
        .collect();
    assert!(words.len() > 35, "only {} messages were found", words.len());
    let met = |words: &str| {
        let parts: Vec<&str> = words.split(['%']).map(|part| part.trim_start_matches(['s', 'd'])).collect();
        said.iter().any(|message| parts.iter().all(|part| message.contains(part)))
    };
    let missing: Vec<&String> = words.iter().filter(|words| !met(words)).collect();
    assert!(missing.is_empty(), "no case says {missing:#?}");
}

fn goldens() -> Option<PathBuf> {
    let named = std::env::var_os("ATTEST_PROVENANCE_FIXTURES").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/agent-provenance");
    let found = named.clone().unwrap_or(beside);
    assert!(named.is_none() || found.is_dir(), "`ATTEST_PROVENANCE_FIXTURES` names no directory");
    found.is_dir().then_some(found)
}

/// The cases of the contract that we share: `valid`, `level` and `failureCodes` are those that are wanted.
#[test]
fn the_golden_cases_hold() {
    let Some(root) = goldens() else {
        eprintln!("the golden cases are not beside the repository, and were not run");
        return;
    };
    let mut wrong = String::new();
    let mut count = 0;
    let mut cases: Vec<PathBuf> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in cases.iter().filter(|case| case.join("want.json").is_file()) {
        count += 1;
        let statement = std::fs::read(case.join("statement.json")).unwrap();
        let context = std::fs::read(case.join("context.json")).unwrap();
        let verdict = verify(contract(), &statement, &context, Trust::Context);
        let mut got = serde_json::to_value(&verdict).unwrap();
        let got = got.as_object_mut().unwrap();
        got.remove("failures");
        got.remove("trust");
        let want = read(&case.join("want.json"));
        if Value::Object(got.clone()) != want {
            writeln!(wrong, "{}: wanted {want}\n{verdict:#?}", case.display()).unwrap();
        }
    }
    assert_eq!(count, 46, "there are 46 golden cases");
    let bad = std::fs::read_to_string(root.join("_testdata/bad-policy.rego")).unwrap();
    let broken = contract().clone().with_policy("bad-policy.rego", Ok(bad));
    let minimal = root.join("valid-minimal");
    let (statement, context) =
        (std::fs::read(minimal.join("statement.json")).unwrap(), std::fs::read(minimal.join("context.json")).unwrap());
    assert_eq!(verify(&broken, &statement, &context, Trust::Context).failure_codes, ["policy_eval_error"]);
    assert!(wrong.is_empty(), "{wrong}");
}

/// All places of a value, as JSON pointers.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, it)| places(it, &format!("{at}/{index}"), into));
        }
        Value::Object(fields) => fields.iter().for_each(|(name, it)| {
            places(it, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), into);
        }),
        _ => {}
    }
}

fn strange() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{0}\u{202e}"),
        json!("https://git.example/acme/shop"),
        json!("2026-10-01T08:00:00Z"),
        json!("9999-12-31T23:59:59.999999999999Z"),
        json!("high-assurance"),
        json!("transparency-log"),
        json!([]),
        json!({}),
        json!([[[[]]]]),
        json!({"sha256": "00"}),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any part replaced by anything: a verdict that agrees with itself, and never a crash.
    #[test]
    fn a_mutated_statement_gives_a_verdict(
        base in 0_usize..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<bool>()), 1..4),
        trusted in any::<bool>(),
    ) {
        let mut whole = bases()[["evidence", "policy", "assurance"][base]].clone();
        for (place, value, remove) in changes {
            let mut all = Vec::new();
            places(&whole, "", &mut all);
            let path = place.get(&all).clone();
            match path.rsplit_once('/') {
                Some((parent, name)) if remove => {
                    if let Some(Value::Object(fields)) = whole.pointer_mut(parent) {
                        fields.remove(&name.replace("~1", "/").replace("~0", "~"));
                    }
                }
                _ => *whole.pointer_mut(&path).unwrap() = value.get(&strange()).clone(),
            }
        }
        let part = |name: &str| whole.get(name).cloned().unwrap_or(Value::Null).to_string();
        let trust = if trusted { Trust::Context } else { Trust::None };
        let verdict = verify(contract(), part("statement").as_bytes(), part("context").as_bytes(), trust);
        prop_assert_eq!(verdict.valid, verdict.failure_codes.is_empty());
        prop_assert_eq!(verdict.valid, verdict.failures.is_empty());
        prop_assert!(verdict.failures.iter().all(|it| !it.message.is_empty() && !it.help.is_empty() && it.path.starts_with('/')));
        if verdict.valid {
            prop_assert!(trusted || verdict.level.as_deref() == Some("evidence-grade"));
        }
    }

    /// Any bytes.
    #[test]
    fn any_bytes_give_a_verdict(statement in prop::collection::vec(any::<u8>(), 0..200), context in prop::collection::vec(any::<u8>(), 0..50)) {
        prop_assert!(!verify(contract(), &statement, &context, Trust::Context).valid);
    }

    /// A byte of the whole changed: whatever is said, a statement that stays valid is still about the same change.
    #[test]
    fn a_flipped_byte_lifts_nothing(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let base = &bases()["policy"];
        let mut statement = base["statement"].to_string().into_bytes();
        let index = at.index(statement.len());
        statement[index] = to;
        let context = base["context"].to_string();
        let verdict = verify(contract(), &statement, context.as_bytes(), Trust::Context);
        if verdict.valid {
            let now: Value = serde_json::from_slice(&statement).unwrap();
            for path in ["/subject", "/predicateType", "/predicate/verificationLevel", "/predicate/repo/url", "/predicate/repo/baseCommit", "/predicate/environment/builder/id", "/predicate/mcpServers/0/digest", "/predicate/delegation/delegationChain/1/agentRef"] {
                prop_assert_eq!(now.pointer(path), base["statement"].pointer(path));
            }
        }
    }
}

#[test]
fn size_and_depth_are_bounded() {
    let base = &bases()["evidence"];
    let context = base["context"].to_string();
    let mut large = base["statement"].clone();
    large["note"] = Value::String("x".repeat(5 << 20));
    let verdict = verify(contract(), large.to_string().as_bytes(), context.as_bytes(), Trust::None);
    assert_eq!(verdict.failure_codes, ["schema_invalid"]);
    assert!(verdict.failures[0].message.contains("limit"), "{verdict:?}");
    let deep = format!("{{\"predicate\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let verdict = verify(contract(), deep.as_bytes(), context.as_bytes(), Trust::None);
    assert_eq!(verdict.failure_codes, ["schema_invalid"]);
    let mut many = base["statement"].clone();
    many["predicate"]["evidence"] = Value::Array(vec![json!({}); 20_000]);
    let verdict = verify(contract(), many.to_string().as_bytes(), context.as_bytes(), Trust::None);
    assert_eq!(verdict.failure_codes, ["schema_invalid"]);
    assert!(verdict.failures.len() <= 100);
}

#[test]
fn a_verdict_fits_its_schema() {
    let schema = SCHEMAS.iter().find(|row| row.name == "provenance-verdict").unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema.text).unwrap()).unwrap();
    let bases = bases();
    for name in ["routing", "reading", "policy"] {
        let cases: Vec<Case> = serde_json::from_value(read(&directory().join(format!("{name}.cases.json")))).unwrap();
        for case in cases {
            let verdict = serde_json::to_value(judge(&case, &bases).0).unwrap();
            let errors: Vec<String> = validator.iter_errors(&verdict).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {errors:?}", case.note);
        }
    }
}

/// Runs a command line on files in memory: exit, standard output, standard error.
fn run(system: MemorySystem, arguments: &[&str]) -> (u8, String, String) {
    let system: Arc<dyn System> = Arc::new(system);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let line = std::iter::once("attest").chain(arguments.iter().copied()).map(Into::into);
    let exit = cli::run(line, &system, &mut stdout, &mut stderr);
    (exit.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn files(base: &str) -> MemorySystem {
    let base = &bases()[base];
    MemorySystem::new()
        .with_file("s.json", base["statement"].to_string())
        .with_file("c.json", base["context"].to_string())
}

const VERIFY: [&str; 6] = ["provenance", "verify", "--statement", "s.json", "--context", "c.json"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    VERIFY.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn the_command_says_it_and_exits_accordingly() {
    let (exit, out, err) = run(files("evidence"), &with(&["--format", "json"]));
    assert_eq!((exit, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "{\n  \"valid\": true,\n  \"level\": \"evidence-grade\",\n  \"failureCodes\": [],\n  \"failures\": [],\n  \"trust\": \"none\"\n}\n"
    );
    let (exit, out, _) = run(files("policy"), &with(&[]));
    assert_eq!(exit, 1);
    assert_eq!(
        out,
        "invalid: policy-grade is claimed; level_escalation\n\nlevel_escalation /statement/predicate/verificationLevel\n  \
         more than evidence-grade is claimed, and no signature was verified\n  found    \"policy-grade\"\n  expected \
         evidence-grade\n  help     verify a signed bundle, or say `--trust-context` where you answer for what the \
         context says\n"
    );
    let (exit, out, _) = run(files("policy"), &with(&["--trust-context"]));
    assert_eq!((exit, out.as_str()), (0, "valid: policy-grade, by the word of whoever gave the context\n"));
    let (exit, out, err) = run(files("evidence").with_file("p.rego", "package"), &with(&["--policy", "p.rego"]));
    assert_eq!(exit, 3, "{out}{err}");
    assert!(out.contains("policy_eval_error"), "{out}");
    for missing in [["--policy", "no.rego"], ["--package", "no"]] {
        let (exit, out, err) = run(files("evidence"), &with(&missing));
        assert!(exit >= 2 && out.is_empty() && err.contains("does not exist"), "{exit} {out}{err}");
    }
    let (exit, out, err) = run(MemorySystem::new(), &with(&[]));
    assert!(exit == 3 && out.is_empty() && err.contains("s.json"), "{err}");
    assert_eq!(run(MemorySystem::new(), &["provenance", "verify"]).0, 2);
    assert_eq!(run(MemorySystem::new(), &["provenance"]).0, 2);
}

/// A package with a document of its own: typed by its schema, judged by its rules and its policy, with a code of its own.
fn package() -> MemorySystem {
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1", "subject": [],
        "predicateType": "https://example.com/release/v1",
        "predicate": {"made": "2026-10-01T08:00:00Z", "approved": "2026-10-02T08:00:00Z", "approvals": ["a", "b"]},
    });
    MemorySystem::new()
        .with_file("s.json", statement.to_string())
        .with_file("c.json", "{}")
        .with_file(
            "rules/release.attest",
            r#"edition 1
code TOO_FEW "A release has two approvals" { severity: high }

document release {
  predicate_type: "https://example.com/release/v1"
  schema: "release.schema.json"
  policy: "release.rego"

  rule approved_later {
    require: predicate.approved >= predicate.made
    fails: schema_invalid
  }

  rule two_approvals {
    when: !has(predicate.emergency)
    require: predicate.approvals.size() >= 2
    fails: TOO_FEW
    message: "fewer than two approvals"
  }
}
"#,
        )
        .with_file(
            "rules/release.schema.json",
            r#"{"type": "object", "required": ["made", "approved", "approvals"], "properties": {
                "made": {"type": "string", "format": "date-time"}, "approved": {"type": "string", "format": "date-time"},
                "approvals": {"type": "array", "items": {"type": "string"}}, "emergency": {"type": "boolean"}}}"#,
        )
        .with_file(
            "rules/release.rego",
            "package attest.document\n\ndecision := {\"level\": \"evidence-grade\", \"denials\": []}\n",
        )
}

#[test]
fn documents_of_a_package_work_as_those_of_the_standard_library() {
    let line = with(&["--package", "rules", "--format", "json"]);
    let (exit, out, err) = run(package(), &line);
    assert_eq!((exit, err.as_str()), (0, ""), "{out}");
    let few = r#"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://example.com/release/v1",
        "predicate": {"made": "2026-10-01T08:00:00Z", "approved": "2026-09-30T08:00:00Z", "approvals": ["a"]}}"#;
    let (exit, out, _) = run(package().with_file("s.json", few), &line);
    let verdict: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((exit, &verdict["failureCodes"]), (1, &json!(["schema_invalid", "TOO_FEW"])), "{out}");
    assert_eq!(verdict["failures"][0]["expected"], "predicate.approved >= predicate.made");
    assert_eq!(verdict["failures"][1]["message"], "fewer than two approvals");
    let urgent = few.replace("\"approvals\"", "\"emergency\": true, \"approvals\"");
    let (_, out, _) = run(package().with_file("s.json", urgent), &line);
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["failureCodes"], json!(["schema_invalid"]));
    // The standard documents are there as before, and nobody takes their place.
    let base = &bases()["evidence"];
    let both =
        package().with_file("s.json", base["statement"].to_string()).with_file("c.json", base["context"].to_string());
    assert_eq!(run(both, &line).0, 0);
    let twin = "edition 1\ndocument twin {\n  predicate_type: \"https://agentattest.dev/predicate/v0\"\n  schema: \"release.schema.json\"\n  policy: \"release.rego\"\n}\n";
    let (exit, _, err) = run(package().with_file("rules/release.attest", twin), &line);
    assert!(exit == 2 && err.contains("standard document"), "{err}");
    // What does not compile judges nothing.
    let text =
        std::str::from_utf8(&package().read(Path::new("rules/release.attest"), 1 << 20).unwrap()).unwrap().to_owned();
    let (exit, out, err) =
        run(package().with_file("rules/release.attest", text.replace("predicate.made", "predicate.maed")), &line);
    assert!(exit == 2 && out.is_empty() && err.contains("did you mean `made`"), "{out}{err}");
    let (exit, _, err) = run(package().with_file("rules/release.schema.json", r#"{"type": "objekt"}"#), &line);
    assert!(exit == 2 && err.contains("AT8002"), "{err}");
    let (exit, _, err) = run(package().with_file("rules/release.schema.json", r#"{"properties": {"made": {"type": "string", "format": "date-time", "pattern": "(?=x)"}, "approved": {"type": "string", "format": "date-time"}, "approvals": {"type": "array"}, "emergency": {}}, "required": ["made", "approved", "approvals"]}"#), &line);
    assert!(exit == 2 && err.contains("AT8002"), "{err}");
    let (exit, out, _) = run(package().with_file("rules/release.rego", "package attest.document"), &line);
    assert!(exit == 3 && out.contains("policy_eval_error"), "{out}");
}
