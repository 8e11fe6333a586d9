//! The reference of checks, from a compiled package. Does not know what a check means beyond what it says of itself.

use std::fmt::Write as _;

use crate::base::schema::Ty;
use crate::hir::expr::Const;
use crate::hir::model::{CheckDef, CheckParam, IfEmpty, Package, Template, TemplatePart};

/// The page of the standard library's checks.
pub fn page(package: &Package) -> String {
    let mut text = super::generated("`stdlib/`");
    text.push_str(
        "# Checks\n\nThe checks of the prelude need no `use`.\nEach is a file of `stdlib/`, written in the language, \
         with its tests beside it.\nArguments are named: `function_exists(file: \"app/auth.py\", name: \"verify\")`.\n",
    );
    let mut checks: Vec<&CheckDef> = package.checks.iter().filter(|check| check.is_std).collect();
    checks.sort_by(|left, right| left.path.cmp(&right.path));
    for check in checks {
        let _ = write!(text, "\n## {}\n\n{}", check.path, body(check));
    }
    text
}

/// The page of one check, for a terminal too.
pub fn one(check: &CheckDef) -> String {
    format!("# {}\n\n*check*\n\n{}", check.path, body(check))
}

/// The check of that name or whole path.
pub fn find<'p>(package: &'p Package, name: &str) -> Option<&'p CheckDef> {
    package.checks.iter().find(|check| *check.path == *name)
}

fn body(check: &CheckDef) -> String {
    let mut text = format!("```attest\n{}\n```\n", signature(check));
    if let Some(doc) = &check.doc {
        let _ = write!(text, "\n{}\n", doc.trim());
    }
    let mut facts = Vec::new();
    if !check.proves.is_empty() {
        facts.push(format!("Proves: {}.", check.proves.join(", ")));
    }
    if let Some((_, otherwise)) = &check.require {
        facts.push(format!("Arguments: {otherwise}."));
    }
    match check.if_empty {
        Some(IfEmpty::Pass) => facts.push(String::from("An empty selection passes.")),
        Some(IfEmpty::Fail) => facts.push(String::from("An empty selection fails.")),
        None => {}
    }
    if check.holds.is_none() {
        facts.push(String::from("It is a question only: without a model's answer it is an error."));
    }
    if let Some(message) = &check.message {
        facts.push(format!("Where it fails: \"{}\".", template(check, message)));
    }
    if let Some(ask) = &check.ask {
        facts.push(format!("Question: \"{}\"", template(check, ask)));
    }
    if !check.evidence.is_empty() {
        facts.push(format!("Evidence: {}.", check.evidence.join(", ")));
    }
    if !facts.is_empty() {
        let _ = write!(text, "\n- {}\n", facts.join("\n- "));
    }
    text
}

/// `check function_exists(file: Files, name: Symbol)`.
pub fn signature(check: &CheckDef) -> String {
    let params: Vec<String> = check.params.iter().map(param).collect();
    format!("check {}({})", check.path, params.join(", "))
}

fn param(param: &CheckParam) -> String {
    match &param.default {
        Some(default) if *default != Const::Null => {
            format!("{}: {} = {}", param.name, param.ty, literal(default, &param.ty))
        }
        _ => format!("{}: {}", param.name, param.ty),
    }
}

/// A constant as the language spells it.
fn literal(value: &Const, ty: &Ty) -> String {
    let inner = match ty {
        Ty::Optional(inner) => inner,
        other => other,
    };
    match (value, inner) {
        (Const::Null, _) => String::from("null"),
        (Const::Bool(value), _) => value.to_string(),
        (Const::Int(value), _) => value.to_string(),
        (Const::Decimal(value), _) => format!("{value:?}"),
        (Const::Text(word), Ty::Enum(_)) => word.to_string(),
        (Const::Text(text), _) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        (Const::List(items), Ty::List(item)) => {
            format!("[{}]", items.iter().map(|it| literal(it, item)).collect::<Vec<_>>().join(", "))
        }
        (Const::List(items), other) => {
            format!("[{}]", items.iter().map(|it| literal(it, other)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text with its holes by the names of the parameters.
fn template(check: &CheckDef, template: &Template) -> String {
    template
        .parts
        .iter()
        .map(|part| match part {
            TemplatePart::Text(text) => text.to_string(),
            TemplatePart::Hole(local) => check
                .params
                .iter()
                .find(|param| param.local == *local)
                .map_or_else(String::new, |param| format!("{{{}}}", param.name)),
        })
        .collect()
}
