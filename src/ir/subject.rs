//! What Tier 1 can say of a check that is a question only: that its subject is there. Does not know the question.

use std::sync::Arc;

use super::lower::{Binding, Scope};
use super::plan::{Constant, Expr, MessagePart, QuantifierName};
use crate::base::schema::{Refinement, Ty};
use crate::hir::expr::QuantifierKind;
use crate::hir::model::CheckDef;

/// That the subject of a question is there: with `Symbol` arguments, a function or class of each name in each `Files`;
/// without them, every file of each, as text. `slot` gives slots.
///
/// # Errors
/// Why the question has no subject that could be looked for.
pub(super) fn is_there(check: &CheckDef, scope: &Scope, slot: &mut dyn FnMut() -> u32) -> Result<Expr, String> {
    let scopes = texts(check, scope, Refinement::Files)?;
    let symbols = texts(check, scope, Refinement::Symbol)?;
    if scopes.is_empty() {
        return Err(format!("the question `{}` names no files: there is nothing to show", check.path));
    }
    let mut items = Vec::new();
    for files in &scopes {
        if symbols.is_empty() {
            items.push(Expr::Readable { scope: files.clone() });
        }
        for symbol in &symbols {
            let found = Expr::AnyOf {
                items: vec![
                    named("functions", "function", files, symbol, slot()),
                    named("classes", "class", files, symbol, slot()),
                ],
            };
            // An author's own words say it for all of them.
            items.push(if check.message.is_some() {
                found
            } else {
                let words = format!("no function or class `{symbol}` in {files}");
                let message = vec![MessagePart::Text(Arc::from(words))];
                Expr::Check { check: check.path.clone(), message, body: Box::new(found) }
            });
        }
    }
    Ok(super::fold::all_of(items))
}

/// `any x in relation(files) where x.is_named(symbol)`.
fn named(relation: &str, row: &str, files: &Arc<str>, symbol: &Arc<str>, slot: u32) -> Expr {
    let source = Expr::Relation { name: Arc::from(relation), scope: files.clone(), regex: None };
    let filter = Expr::Method {
        of: Arc::from(row),
        name: Arc::from("is_named"),
        row: Box::new(Expr::Slot { slot }),
        args: vec![Expr::Const { value: Constant::Text(symbol.clone()) }],
    };
    Expr::Quantifier {
        kind: QuantifierName(QuantifierKind::Any),
        slot,
        variable: Arc::from("subject"),
        source: Box::new(source),
        filter: Some(Box::new(filter)),
        body: None,
        if_empty: None,
    }
}

/// The texts that the parameters of a refinement were given, in their order, each once.
fn texts(check: &CheckDef, scope: &Scope, refinement: Refinement) -> Result<Vec<Arc<str>>, String> {
    let mut found: Vec<Arc<str>> = Vec::new();
    for param in check.params.iter().filter(|param| holds(&param.ty, refinement)) {
        let Some(Binding::Constant(value)) = scope.get(&param.local) else {
            return Err(format!("the argument `{}` of a question must be known before the run", param.name));
        };
        let items = match value {
            Constant::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        for item in items {
            if let Constant::Text(text) = item
                && !found.contains(text)
            {
                found.push(text.clone());
            }
        }
    }
    Ok(found)
}

fn holds(ty: &Ty, refinement: Refinement) -> bool {
    match ty {
        Ty::Optional(inner) | Ty::List(inner) => holds(inner, refinement),
        ty => *ty == Ty::Refined(refinement),
    }
}
