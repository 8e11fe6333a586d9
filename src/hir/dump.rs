//! The typed model as JSON, for `attest dump hir` and for tests: the same package, the same bytes.

use serde_json::{Map, Value, json};

use super::expr::{Const, Expr, ExprKind};
use super::model::{
    AssertionDef, CheckDef, ControlDef, DocumentDef, ExpectSubject, MitigationDef, ModelDef, Package, Template,
    TemplatePart, TestDef, WaiverDef,
};

/// The whole package.
pub fn tree_json(package: &Package) -> Value {
    let list = |values: Vec<Value>| Value::Array(values);
    json!({
        "name": package.name,
        "version": package.version,
        "params": list(package.params.iter().map(|param| json!({
            "path": param.path, "type": param.ty.to_string(), "value": constant(&param.value), "doc": param.doc,
        })).collect()),
        "checks": list(package.checks.iter().map(|def| check(package, def)).collect()),
        "controls": list(package.controls.iter().map(|def| control(package, def)).collect()),
        "assertions": list(package.assertions.iter().map(|def| assertion(package, def)).collect()),
        "waivers": list(package.waivers.iter().map(|def| waiver(package, def)).collect()),
        "tests": list(package.tests.iter().map(|def| test(package, def)).collect()),
        "gates": list(package.gates.iter().map(|gate| json!({
            "name": gate.name, "requires": gate.requires,
            "policy": gate.policy.as_ref().map(|(path, _)| path), "emits": gate.emits,
        })).collect()),
        "codes": list(package.codes.iter().map(|code| json!({
            "name": code.name, "title": code.title, "severity": code.severity,
        })).collect()),
        "models": list(package.models.iter().map(model).collect()),
        "documents": list(package.documents.iter().map(|def| document(package, def)).collect()),
    })
}

fn check(package: &Package, def: &CheckDef) -> Value {
    json!({
        "path": def.path,
        "doc": def.doc,
        "params": def.params.iter().map(|param| json!({
            "name": param.name, "type": param.ty.to_string(), "local": param.local.0,
            "default": param.default.as_ref().map(constant),
        })).collect::<Vec<_>>(),
        "proves": def.proves,
        "holds": def.holds.as_ref().map(|expr| expression(package, expr)),
        "require": def.require.as_ref().map(|(expr, otherwise)| json!({
            "condition": expression(package, expr), "otherwise": otherwise,
        })),
        "ifEmpty": def.if_empty,
        "message": def.message.as_ref().map(template),
        "ask": def.ask.as_ref().map(template),
        "evidence": def.evidence,
        "std": def.is_std,
    })
}

fn document(package: &Package, def: &DocumentDef) -> Value {
    json!({
        "name": def.name, "doc": def.doc, "predicateType": def.predicate_type, "version": def.version,
        "schema": def.schema.path, "context": def.context.as_ref().map(|schema| &schema.path),
        "policy": def.policy.0, "predicate": def.schema.ty.to_string(),
        "rules": def.rules.iter().map(|rule| json!({
            "name": rule.name, "doc": rule.doc, "predicate": rule.predicate.0,
            "when": rule.when.as_ref().map(|expr| expression(package, expr)),
            "require": expression(package, &rule.require), "fails": rule.fails, "message": rule.message,
        })).collect::<Vec<_>>(),
    })
}

fn template(template: &Template) -> Value {
    template
        .parts
        .iter()
        .map(|part| match part {
            TemplatePart::Text(text) => json!(text),
            TemplatePart::Hole(local) => json!({ "hole": local.0 }),
        })
        .collect()
}

fn control(package: &Package, def: &ControlDef) -> Value {
    json!({
        "id": def.id, "name": def.name, "title": def.title, "doc": def.doc, "severity": def.severity,
        "owner": def.owner, "facets": def.facets, "needs": def.needs,
        "mitigates": def.mitigates.iter().map(mitigation).collect::<Vec<_>>(),
        "satisfies": def.satisfies.iter().map(|reference| json!({
            "framework": reference.framework, "requirement": reference.requirement,
        })).collect::<Vec<_>>(),
        "component": def.component,
        "assertions": def.assertions.iter().map(|id| assertion_id(package, id.0)).collect::<Vec<_>>(),
    })
}

fn assertion(package: &Package, def: &AssertionDef) -> Value {
    let control = def.control.and_then(|id| package.controls.get(id.0 as usize));
    json!({
        "id": def.id, "name": def.name, "title": def.title, "doc": def.doc,
        "control": control.map(|control| &control.id),
        "expr": expression(package, &def.expr),
        "ifEmpty": def.if_empty, "message": def.message, "covers": def.covers, "ask": def.ask,
        "evidence": def.evidence, "component": def.component,
    })
}

fn assertion_id(package: &Package, id: u32) -> Value {
    package.assertions.get(id as usize).map_or(Value::Null, |assertion| json!(assertion.id))
}

fn waiver(package: &Package, def: &WaiverDef) -> Value {
    json!({
        "target": def.target,
        "assertions": def.assertions.iter().map(|id| assertion_id(package, id.0)).collect::<Vec<_>>(),
        "at": def.at, "until": def.until, "by": def.by, "because": def.because, "ticket": def.ticket,
    })
}

fn test(package: &Package, def: &TestDef) -> Value {
    json!({
        "title": def.title,
        "files": def.files.iter().map(|(path, text)| json!({ "path": path, "text": text })).collect::<Vec<_>>(),
        "at": def.at,
        "expects": def.expects.iter().map(|expect| json!({
            "subject": match &expect.subject {
                ExpectSubject::Assertion(id) => json!({ "assertion": assertion_id(package, id.0) }),
                ExpectSubject::Control(id) => {
                    json!({ "control": package.controls.get(id.0 as usize).map(|control| &control.id) })
                }
                ExpectSubject::Expr(expr) => expression(package, expr),
            },
            "outcome": expect.verb,
            "at": expect.at.as_ref().map(|(path, line)| json!({ "path": path, "line": line })),
        })).collect::<Vec<_>>(),
        "std": def.is_std,
    })
}

fn mitigation(def: &MitigationDef) -> Value {
    json!({ "attacker": def.attacker, "asset": def.asset, "properties": def.properties })
}

fn model(def: &ModelDef) -> Value {
    json!({
        "name": def.name, "title": def.title,
        "assets": def.assets.iter().map(|asset| json!({
            "name": asset.name, "title": asset.title, "protect": asset.protect, "impact": asset.impact,
        })).collect::<Vec<_>>(),
        "attackers": def.attackers.iter().map(|attacker| json!({
            "name": attacker.name, "title": attacker.title, "likelihood": attacker.likelihood,
            "targets": attacker.targets,
        })).collect::<Vec<_>>(),
        "components": def.components.iter().map(|component| json!({
            "name": component.name, "title": component.title, "path": component.path, "repo": component.repo,
        })).collect::<Vec<_>>(),
        "boundaries": def.boundaries.iter().map(|boundary| json!({
            "name": boundary.name, "title": boundary.title, "separates": boundary.separates,
        })).collect::<Vec<_>>(),
        "assumptions": def.assumptions.iter().map(|assumption| json!({
            "name": assumption.name, "title": assumption.title, "owner": assumption.owner,
            "expires": assumption.expires, "mitigates": assumption.mitigates.iter().map(mitigation).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
    })
}

fn constant(value: &Const) -> Value {
    match value {
        Const::Null => Value::Null,
        Const::Bool(value) => json!(value),
        Const::Int(value) => json!(value),
        Const::Decimal(value) => json!(value),
        Const::Text(text) => json!(text),
        Const::List(items) => items.iter().map(constant).collect(),
    }
}

/// One expression: an object whose first key is its shape, with its type.
fn expression(package: &Package, expr: &Expr) -> Value {
    let one = |expr: &Expr| expression(package, expr);
    let many = |exprs: &[Expr]| exprs.iter().map(one).collect::<Vec<Value>>();
    let (shape, rest) = match &expr.kind {
        ExprKind::Const(value) => ("const", json!({ "value": constant(value) })),
        ExprKind::Local(local) => ("local", json!({ "local": local.0 })),
        ExprKind::Value(name) => ("value", json!({ "name": name })),
        ExprKind::Column { row, column } => ("column", json!({ "row": one(row), "column": column })),
        ExprKind::Method { row, method, args } => {
            ("method", json!({ "row": one(row), "method": method, "args": many(args) }))
        }
        ExprKind::Relation { relation, args } => ("relation", json!({ "relation": relation, "args": many(args) })),
        ExprKind::Builtin { function, args } => ("builtin", json!({ "function": function, "args": many(args) })),
        ExprKind::Ternary { condition, yes, no } => {
            ("ternary", json!({ "condition": one(condition), "yes": one(yes), "no": one(no) }))
        }
        ExprKind::List(items) => ("list", json!({ "items": many(items) })),
        ExprKind::Macro { kind, variable, source, body } => {
            ("macro", json!({ "macro": kind, "variable": variable.0, "source": one(source), "body": one(body) }))
        }
        ExprKind::Has(asked) => ("has", json!({ "of": one(asked) })),
        ExprKind::OrValue(value, other) => ("orValue", json!({ "of": one(value), "other": one(other) })),
        ExprKind::Lift(inner) => ("lift", json!({ "of": one(inner) })),
        ExprKind::AllOf(args) => ("allOf", json!({ "of": many(args) })),
        ExprKind::AnyOf(args) => ("anyOf", json!({ "of": many(args) })),
        ExprKind::Negated(inner) => ("negated", json!({ "of": one(inner) })),
        ExprKind::Quantifier { kind, variable, name, source, filter, body } => (
            "quantifier",
            json!({
                "quantifier": kind, "variable": variable.0, "name": name, "source": one(source),
                "where": filter.as_deref().map(one), "body": body.as_deref().map(one),
            }),
        ),
        ExprKind::Check { check, args } => (
            "check",
            json!({
                "check": package.checks.get(check.0 as usize).map(|check| &check.path), "args": many(args),
            }),
        ),
        ExprKind::Error => ("error", json!({})),
    };
    let mut object = Map::new();
    object.insert("kind".to_owned(), json!(shape));
    object.insert("type".to_owned(), json!(expr.ty.to_string()));
    if let Value::Object(rest) = rest {
        object.extend(rest);
    }
    Value::Object(object)
}
