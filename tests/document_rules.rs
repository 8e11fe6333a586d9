//! The rules of documents mean what CEL says: random documents of a schema are judged by rules in our language, evaluated
//! by our engine, and by the `cel` crate, which must say the same, or give an error where we give one.
//!
//! Moments are not among them: CEL has to be told with `timestamp(…)` what we read from the schema. Nor is what may be
//! missing and is asked without `has`: here that does not compile.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use attest::base::source::SourceMap;
use attest::diag::Severity;
use attest::engine::document;
use attest::facts::relations;
use attest::hir::model::DocumentDef;
use attest::hir::{self, Unit};
use attest::syntax;
use cel::{Context, Env, Program, Value};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use serde_json::{Value as Json, json};

/// What both languages write in the same way.
const RULES: &[&str] = &[
    "predicate.a == predicate.b",
    "predicate.a != 0",
    "predicate.a < predicate.b && predicate.b <= 7",
    "predicate.a + predicate.b > 0",
    "predicate.a * predicate.b >= predicate.a - predicate.b",
    "predicate.a / predicate.b == 1",
    "predicate.a % predicate.b == 0",
    "predicate.b != 0 && predicate.a / predicate.b == 1",
    "predicate.a / predicate.b == 1 || predicate.b == 0",
    "predicate.on ? predicate.a > 0 : predicate.b > 0",
    "!predicate.on || predicate.name == \"x\"",
    "has(predicate.more)",
    "has(predicate.more) && predicate.more == \"x\"",
    "!has(predicate.more) || predicate.more.size() > 1",
    "has(predicate.inner) && has(predicate.inner.deep) && predicate.inner.deep == predicate.a",
    "predicate.name.contains(\"x\")",
    "predicate.name.startsWith(predicate.name)",
    "predicate.name.endsWith(\"é\")",
    "predicate.name.matches(\"^[a-z]+$\")",
    "predicate.name + \"x\" == \"xx\"",
    "size(predicate.name) > 1",
    "predicate.name < \"m\"",
    "predicate.name in [\"x\", \"é\"]",
    "predicate.list.size() > 1",
    "predicate.list[0] == predicate.a",
    "predicate.a in predicate.list",
    "predicate.list == [1, 2]",
    "predicate.list.all(x, x > 0)",
    "predicate.list.all(x, predicate.a / x > 0)",
    "predicate.list.exists(x, predicate.a / x > 0)",
    "predicate.list.exists_one(x, x == predicate.a)",
    "predicate.list.filter(x, x > 1).size() == predicate.list.map(x, x + 1).size()",
    "(predicate.list + [predicate.a]).exists(x, x == predicate.b)",
    "predicate.items.exists(i, i.kind == predicate.name)",
    "predicate.items.all(i, !has(i.tags) || i.tags.exists(t, t == i.kind))",
    "predicate.items.exists(i, predicate.items.exists(j, i.kind + j.kind == \"xy\"))",
    "predicate.items.map(i, i.kind) == [\"x\"]",
    "predicate.items.filter(i, has(i.tags)).exists_one(i, has(i.tags) && i.tags.size() == 1)",
    "int(predicate.name) == 1",
    "string(predicate.a) == predicate.name",
    "predicate.ratio > 0.5",
    "predicate.ratio * 2.0 == 1.0",
    "double(predicate.a) < predicate.ratio",
];

fn schema() -> Json {
    json!({
        "type": "object", "required": ["a", "b", "on", "name", "list", "items", "ratio"],
        "properties": {
            "a": {"type": "integer"}, "b": {"type": "integer"}, "on": {"type": "boolean"}, "name": {"type": "string"},
            "more": {"type": "string"}, "ratio": {"type": "number"},
            "list": {"type": "array", "items": {"type": "integer"}},
            "inner": {"type": "object", "properties": {"deep": {"type": "integer"}}},
            "items": {"type": "array", "items": {"type": "object", "required": ["kind"], "properties": {
                "kind": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}}},
        },
    })
}

fn compile() -> DocumentDef {
    let mut text =
        "edition 1\ndocument d {\n  predicate_type: \"t\"\n  schema: \"s.json\"\n  policy: \"p.rego\"\n".to_owned();
    for (at, rule) in RULES.iter().enumerate() {
        writeln!(text, "  rule r{at} {{ require: {rule}  fails: schema_invalid }}").unwrap();
    }
    text.push_str("}\n");
    let mut sources = SourceMap::new();
    let parsed = syntax::parse(sources.add("d.attest", text.as_str()), &text);
    let schemas = BTreeMap::from([(Arc::from("s.json"), Ok(Arc::from(schema().to_string())))]);
    let main = Unit { files: vec![parsed.file], schemas, ..Unit::default() };
    let signatures = relations::signatures();
    let input = hir::Input { std: Unit::default(), dependencies: Vec::new(), main, sources: &sources, signatures };
    let compiled = hir::compile(input);
    let all = parsed.diagnostics.iter().chain(&compiled.diagnostics);
    let errors: Vec<_> = all.filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    compiled.package.documents.into_iter().next().unwrap()
}

fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![-2_i64..4, Just(i64::MAX), Just(i64::MIN)]
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["x", "y", "é", "", "1", "xy", "zz", "-2"]).prop_map(str::to_owned)
}

fn documents() -> impl Strategy<Value = Json> {
    let item = (word(), prop::option::of(prop::collection::vec(word(), 0..3)));
    let ratio = prop::sample::select(vec![0.5, 0.25, -1.5, 1e300]);
    (
        (integer(), integer(), any::<bool>(), word(), prop::option::of(word()), ratio),
        prop::collection::vec(integer(), 0..4),
        prop::option::of(prop::option::of(integer())),
        prop::collection::vec(item, 0..3),
    )
        .prop_map(|((a, b, on, name, more, ratio), list, inner, items)| {
            let items: Vec<Json> = items
                .into_iter()
                .map(|(kind, tags)| {
                    tags.map_or_else(|| json!({"kind": kind}), |tags| json!({"kind": kind, "tags": tags}))
                })
                .collect();
            let mut whole =
                json!({"a": a, "b": b, "on": on, "name": name, "ratio": ratio, "list": list, "items": items});
            if let Some(more) = more {
                whole["more"] = json!(more);
            }
            if let Some(inner) = inner {
                whole["inner"] = inner.map_or_else(|| json!({}), |deep| json!({"deep": deep}));
            }
            whole
        })
}

#[test]
fn rules_mean_what_cel_says() {
    let def = compile();
    let env = Arc::new(Env::stdlib());
    let programs: Vec<Program> = RULES.iter().map(|rule| env.compile(rule).unwrap()).collect();
    let (mut held, mut failed, mut unknown) = (0, 0, 0);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&documents(), |predicate| {
        assert_eq!(document::misfits(&predicate, &def.schema.ty, &def.schema.rows), [], "{predicate}");
        for (rule, program) in def.rules.iter().zip(&programs) {
            let mut context = Context::with_env(Arc::clone(&env));
            // Written in CEL, of which JSON is a part: its numbers would be unsigned otherwise.
            let value = env.compile(&predicate.to_string()).unwrap().execute(&context).unwrap();
            context.add_variable_from_value("predicate", value);
            let theirs = match program.execute(&context) {
                Ok(Value::Bool(value)) => Some(value),
                Ok(other) => panic!("{other:?} of `{}`", rule.written),
                Err(_) => None,
            };
            let ours = document::holds(rule, &predicate).ok();
            prop_assert_eq!(ours, theirs, "`{}` of {}", rule.written, predicate);
        }
        Ok(())
    });
    outcome.unwrap();
    // Each answer came often enough for the comparison to mean something.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..50 {
        let predicate = documents().new_tree(&mut runner).unwrap().current();
        for rule in &def.rules {
            match document::holds(rule, &predicate) {
                Ok(true) => held += 1,
                Ok(false) => failed += 1,
                Err(_) => unknown += 1,
            }
        }
    }
    assert!(held > 100 && failed > 100 && unknown > 20, "{held} {failed} {unknown}");
}
