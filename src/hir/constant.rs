//! What is known of an expression over parameters when some of them are constants: `require` of checks.

use crate::base::schema::Ty;

use super::expr::{Builtin, Const, Expr, ExprKind, Local, MacroKind};

/// What is known of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known {
    /// Its value.
    Value(Const),
    /// Only that there is one.
    Given,
    /// Not even that.
    Nothing,
}

/// The value of an expression, or what else is known of it.
pub(super) fn evaluate(expr: &Expr, locals: &mut Vec<(Local, Known)>) -> Known {
    match &expr.kind {
        ExprKind::Const(value) => Known::Value(value.clone()),
        ExprKind::Local(local) => {
            locals.iter().rev().find(|(known, _)| known == local).map_or(Known::Nothing, |(_, known)| known.clone())
        }
        ExprKind::Has(asked) => match evaluate(asked, locals) {
            Known::Value(value) => truth(value != Const::Null),
            Known::Given => truth(true),
            Known::Nothing => Known::Nothing,
        },
        ExprKind::OrValue(value, other) => match evaluate(value, locals) {
            Known::Value(Const::Null) => evaluate(other, locals),
            known => known,
        },
        ExprKind::Ternary { condition, yes, no } => match evaluate(condition, locals) {
            Known::Value(Const::Bool(true)) => evaluate(yes, locals),
            Known::Value(Const::Bool(false)) => evaluate(no, locals),
            _ => Known::Nothing,
        },
        ExprKind::List(items) => items
            .iter()
            .map(|item| match evaluate(item, locals) {
                Known::Value(value) => Some(value),
                _ => None,
            })
            .collect::<Option<Vec<Const>>>()
            .map_or(Known::Given, |items| Known::Value(Const::List(items))),
        ExprKind::Builtin { function, args } => builtin(*function, args, locals),
        ExprKind::Macro { kind, variable, source, body } => fold(*kind, *variable, source, body, locals),
        _ => Known::Nothing,
    }
}

fn truth(value: bool) -> Known {
    Known::Value(Const::Bool(value))
}

fn fold(kind: MacroKind, variable: Local, source: &Expr, body: &Expr, locals: &mut Vec<(Local, Known)>) -> Known {
    let Known::Value(Const::List(items)) = evaluate(source, locals) else { return Known::Nothing };
    let mut held = 0_usize;
    let total = items.len();
    for item in items {
        locals.push((variable, Known::Value(item)));
        let value = evaluate(body, locals);
        locals.pop();
        match value {
            Known::Value(Const::Bool(value)) => held = held.saturating_add(usize::from(value)),
            _ => return Known::Nothing,
        }
    }
    match kind {
        MacroKind::All => truth(held == total),
        MacroKind::Exists => truth(held > 0),
        MacroKind::ExistsOne => truth(held == 1),
        MacroKind::Filter | MacroKind::Map => Known::Nothing,
    }
}

fn builtin(function: Builtin, args: &[Expr], locals: &mut Vec<(Local, Known)>) -> Known {
    if matches!(function, Builtin::And | Builtin::Or) {
        // The other side may decide where one is not known.
        let decides = function == Builtin::Or;
        let mut all_known = true;
        for arg in args {
            match evaluate(arg, locals) {
                Known::Value(Const::Bool(value)) if value == decides => return truth(decides),
                Known::Value(Const::Bool(_)) => {}
                _ => all_known = false,
            }
        }
        return if all_known { truth(!decides) } else { Known::Nothing };
    }
    let mut values = Vec::with_capacity(args.len());
    for arg in args {
        match evaluate(arg, locals) {
            Known::Value(value) => values.push(value),
            _ => return Known::Nothing,
        }
    }
    apply(function, &values, args.first().map(|arg| &arg.ty)).unwrap_or(Known::Nothing)
}

fn apply(function: Builtin, values: &[Const], ty: Option<&Ty>) -> Option<Known> {
    // Versions and times have orders of their own, which their rooms know.
    let plain_text = matches!(ty, Some(Ty::Text));
    Some(match (function, values) {
        (Builtin::Not, [Const::Bool(value)]) => truth(!value),
        (Builtin::Equal, [left, right]) => truth(left == right),
        (Builtin::NotEqual, [left, right]) => truth(left != right),
        (Builtin::In, [item, Const::List(items)]) => truth(items.contains(item)),
        (Builtin::Size, [Const::Text(text)]) => {
            Known::Value(Const::Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)))
        }
        (Builtin::Size, [Const::List(items)]) => {
            Known::Value(Const::Int(i64::try_from(items.len()).unwrap_or(i64::MAX)))
        }
        (Builtin::Contains, [Const::Text(text), Const::Text(part)]) => truth(text.contains(&**part)),
        (Builtin::StartsWith, [Const::Text(text), Const::Text(part)]) => truth(text.starts_with(&**part)),
        (Builtin::EndsWith, [Const::Text(text), Const::Text(part)]) => truth(text.ends_with(&**part)),
        (_, [Const::Int(left), Const::Int(right)]) => compare(function, left.partial_cmp(right)?)?,
        (_, [Const::Decimal(left), Const::Decimal(right)]) => compare(function, left.partial_cmp(right)?)?,
        (_, [Const::Text(left), Const::Text(right)]) if plain_text => compare(function, left.cmp(right))?,
        _ => return None,
    })
}

fn compare(function: Builtin, order: std::cmp::Ordering) -> Option<Known> {
    Some(truth(match function {
        Builtin::Less => order.is_lt(),
        Builtin::LessEqual => order.is_le(),
        Builtin::Greater => order.is_gt(),
        Builtin::GreaterEqual => order.is_ge(),
        _ => return None,
    }))
}
