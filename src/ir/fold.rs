//! Simplification of plan expressions by constants, with CEL's laws: what an absent optional parameter makes unreachable
//! is not evaluated, not read from the target, and not in the plan.

use super::plan::{BuiltinName, Constant, Expr};
use crate::hir::expr::Builtin;

/// The truth value of a constant expression.
pub(super) fn truth(expr: &Expr) -> Option<bool> {
    match expr {
        Expr::Const { value: Constant::Bool(value) } => Some(*value),
        Expr::Lift { operand } => truth(operand),
        _ => None,
    }
}

/// A constant truth value.
pub(super) fn boolean(value: bool) -> Expr {
    Expr::Const { value: Constant::Bool(value) }
}

/// A constant result.
fn result(value: bool) -> Expr {
    Expr::Lift { operand: Box::new(boolean(value)) }
}

/// `has(x)` of a constant is known.
pub(super) fn has(operand: Expr) -> Expr {
    match operand {
        Expr::Const { value } => boolean(value != Constant::Null),
        operand => Expr::Has { operand: Box::new(operand) },
    }
}

/// `x.orValue(y)` of a constant is known.
pub(super) fn or_value(operand: Expr, otherwise: Expr) -> Expr {
    match operand {
        Expr::Const { value: Constant::Null } => otherwise,
        constant @ Expr::Const { .. } => constant,
        operand => Expr::OrValue { operand: Box::new(operand), otherwise: Box::new(otherwise) },
    }
}

/// A ternary with a constant condition is one of its arms.
pub(super) fn ternary(condition: Expr, yes: Expr, no: Expr) -> Expr {
    match truth(&condition) {
        Some(true) => yes,
        Some(false) => no,
        None => Expr::Ternary { condition: Box::new(condition), yes: Box::new(yes), no: Box::new(no) },
    }
}

/// `&&`, `||`, `!` and `==`/`!=` against constants; every other operator stands.
pub(super) fn builtin(function: Builtin, args: Vec<Expr>) -> Expr {
    if let Builtin::And | Builtin::Or = function {
        return chain(function, args);
    }
    let known: Vec<Option<bool>> = args.iter().map(truth).collect();
    match (function, known.as_slice()) {
        (Builtin::Not, [Some(value)]) => boolean(!value),
        (Builtin::Equal, [Some(left), Some(right)]) => boolean(left == right),
        (Builtin::NotEqual, [Some(left), Some(right)]) => boolean(left != right),
        _ => Expr::Builtin { function: BuiltinName(function), args },
    }
}

/// CEL: a false operand decides `&&` whatever the others are, also errors; a true one decides `||`. What does not decide
/// and is known goes.
fn chain(function: Builtin, args: Vec<Expr>) -> Expr {
    let deciding = function == Builtin::Or;
    if args.iter().any(|arg| truth(arg) == Some(deciding)) {
        return boolean(deciding);
    }
    let mut kept: Vec<Expr> = args.into_iter().filter(|arg| truth(arg).is_none()).collect();
    match (kept.pop(), kept.is_empty()) {
        (None, _) => boolean(!deciding),
        (Some(only), true) => only,
        (Some(last), false) => {
            kept.push(last);
            Expr::Builtin { function: BuiltinName(function), args: kept }
        }
    }
}

/// `&&` on results: known passes go, a known fail decides, nested ones are flattened.
pub(super) fn all_of(items: Vec<Expr>) -> Expr {
    junction(items, true)
}

/// `||` on results: known fails go, a known pass decides, nested ones are flattened.
pub(super) fn any_of(items: Vec<Expr>) -> Expr {
    junction(items, false)
}

fn junction(items: Vec<Expr>, all: bool) -> Expr {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        match (truth(&item), item) {
            (Some(value), _) if value == all => {}
            (Some(value), _) => return result(value),
            (None, Expr::AllOf { items }) if all => kept.extend(items),
            (None, Expr::AnyOf { items }) if !all => kept.extend(items),
            (None, item) => kept.push(item),
        }
    }
    match (kept.pop(), kept.is_empty()) {
        (None, _) => result(all),
        (Some(only), true) => only,
        (Some(last), false) => {
            kept.push(last);
            if all { Expr::AllOf { items: kept } } else { Expr::AnyOf { items: kept } }
        }
    }
}

/// `!` on a result.
pub(super) fn negated(operand: Expr) -> Expr {
    match truth(&operand) {
        Some(value) => result(!value),
        None => Expr::Negated { operand: Box::new(operand) },
    }
}
