//! `attest dump STAGE`: what the pipeline holds after a stage, as canonical JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::Request;
use super::options::{DumpRun, Failure, Stage};
use super::pipeline::{self, Compiled};
use super::tier2;
use crate::base::canonical;
use crate::base::system::System;
use crate::engine;
use crate::facts::relations::{self, Extra, RowType, Rows};
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};
use crate::hir;
use crate::ir::Plan;
use crate::ir::plan::Expr;
use crate::report::Exit;
use crate::syntax;

/// Prints a stage.
pub(super) fn run(system: &Arc<dyn System>, request: &Request, stage: Stage) -> Result<DumpRun, Failure> {
    let (mut compiled, plan) = pipeline::planned(system, request)?;
    // A tree can be looked at whatever is wrong with it; what follows from unsound rules means nothing.
    if stage != Stage::Ast && !compiled.is_sound() {
        return Ok(done(String::new(), compiled, Exit::Usage));
    }
    let value = match stage {
        Stage::Ast => trees(&compiled),
        Stage::Hir => hir::tree_json(&compiled.package),
        Stage::Plan => json!({
            "digest": plan.digest().map_err(Failure::bug)?.to_string(),
            "plan": serde_json::to_value(&plan).map_err(Failure::bug)?,
        }),
        Stage::Facts => {
            let target = pipeline::freeze(system, request, Some(&compiled.setup))?;
            let options = pipeline::options(&**system, request, compiled.setup.settings);
            let store = engine::open_store(&plan, &*target, &options);
            facts(&plan, &store)
        }
        Stage::Questions => {
            let target = pipeline::freeze(system, request, Some(&compiled.setup))?;
            let options = pipeline::options(&**system, request, compiled.setup.settings);
            let store = engine::open_store(&plan, &*target, &options);
            let judged = engine::judge_all(&plan, &store, &options, None);
            tier2::questions(&plan, &engine::questions(&plan, &store, &judged))
        }
        Stage::Input => {
            let gate = pipeline::gate(&**system, request, &mut compiled, &plan)?;
            let Some(gate) = gate else { return Ok(done(String::new(), compiled, Exit::Usage)) };
            let target = pipeline::freeze(system, request, Some(&compiled.setup))?;
            let options = pipeline::options(&**system, request, compiled.setup.settings);
            let store = engine::open_store(&plan, &*target, &options);
            let evaluation = engine::evaluate(&plan, &store, &options, None);
            let input = pipeline::input(&plan, &evaluation, &*target, &gate, &options)?;
            serde_json::to_value(&input).map_err(Failure::bug)?
        }
    };
    let json = canonical::to_string_pretty(&value).map_err(Failure::bug)?;
    let exit = if compiled.is_sound() { Exit::Met } else { Exit::Usage };
    Ok(done(json, compiled, exit))
}

fn done(json: String, compiled: Compiled, exit: Exit) -> DumpRun {
    DumpRun { json, sources: compiled.sources, diagnostics: compiled.diagnostics, exit }
}

/// The trees of the package's own files.
fn trees(compiled: &Compiled) -> Json {
    let trees: Vec<Json> = compiled
        .sources
        .iter()
        .filter(|(_, source)| source.path.ends_with(".attest") && !source.path.starts_with("std/"))
        .map(|(id, source)| {
            let parsed = syntax::parse(id, &source.text);
            json!({ "path": &*source.path, "tree": syntax::tree_json(&parsed.file, &compiled.sources) })
        })
        .collect();
    Json::Array(trees)
}

/// The rows of every relation and scope that the plan reads.
fn facts(plan: &Plan, store: &Store<'_>) -> Json {
    let mut wanted = BTreeSet::new();
    for obligation in &plan.obligations {
        obligation.expr.walk(&mut |expr| {
            if let Expr::Relation { name, scope, regex } = expr {
                wanted.insert((name.clone(), scope.clone(), regex.clone()));
            }
        });
    }
    let mut out: BTreeMap<String, Json> = BTreeMap::new();
    for (name, scope, regex) in wanted {
        let Some(relation) = relations::relation(&name) else { continue };
        let Some(found) = store.scope_id(&scope).and_then(|id| store.scope(id)) else { continue };
        let compiled = regex.as_ref().and_then(|regex| crate::base::literal::Regex::parse(regex).ok());
        let extra = Extra { regex: compiled.as_ref(), literal: found.literal };
        let mut rows = Rows::default();
        for file in found.files_for(relation.need) {
            (relation.rows)(store, file, &extra, &mut rows);
        }
        let problems: Vec<Json> = rows.problems.iter().map(|problem| json!(problem.message)).collect();
        let rows: Vec<Json> = rows.rows.iter().map(|row| row_json(store, relation.row, row)).collect();
        let title = match regex {
            Some(regex) => format!("{name}({scope:?}, {regex:?})"),
            None => format!("{name}({scope:?})"),
        };
        let scope_problem = found.problem.as_ref().map(|problem| format!("{problem:?}"));
        out.insert(title, json!({ "rows": rows, "unknown": problems, "scope": scope_problem }));
    }
    json!(out)
}

fn row_json(store: &Store<'_>, row_type: &RowType, row: &Row) -> Json {
    let mut out = Map::new();
    for column in row_type.columns {
        let value = match (column.get)(store, row) {
            Ok(value) => value_json(store, &value),
            Err(unknown) => json!({ "unknown": unknown.message }),
        };
        out.insert(column.name.to_owned(), value);
    }
    if let Some(at) = store.location(row) {
        out.insert(
            String::from("at"),
            json!(format!("{}:{}:{}-{}:{}", at.path, at.line, at.column, at.end_line, at.end_column)),
        );
    }
    Json::Object(out)
}

fn value_json(store: &Store<'_>, value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) | Value::Time(value) => json!(value),
        Value::Decimal(value) => json!(value),
        Value::Text(text) => json!(&**text),
        Value::Version(version) => json!(version.to_string()),
        Value::List(items) => Json::Array(items.iter().map(|item| value_json(store, item)).collect()),
        Value::Row(row) => json!(store.describe(row)),
    }
}
