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
    match (function, args.as_slice()) {
        (Builtin::And | Builtin::Or, _) => return chain(function, args),
        (Builtin::Not, [operand]) => {
            if let Some(value) = truth(operand) {
                return boolean(!value);
            }
        }
        (Builtin::Equal | Builtin::NotEqual, [left, right]) => {
            if let (Some(left), Some(right)) = (truth(left), truth(right)) {
                return boolean((left == right) == (function == Builtin::Equal));
            }
        }
        _ => {}
    }
    Expr::Builtin { function: BuiltinName(function), args }
}

/// A chain of `&&` or `||` on values. CEL: a false operand decides `&&` whatever the others are, also errors; a true one
/// decides `||`.
fn chain(function: Builtin, args: Vec<Expr>) -> Expr {
    let neutral = function == Builtin::And;
    if args.iter().any(|arg| truth(arg) == Some(!neutral)) {
        return boolean(!neutral);
    }
    let mut kept: Vec<Expr> = args.into_iter().filter(|arg| truth(arg).is_none()).collect();
    match (kept.pop(), kept.is_empty()) {
        (None, _) => boolean(neutral),
        (Some(only), true) => only,
        (Some(last), false) => {
            kept.push(last);
            Expr::Builtin { function: BuiltinName(function), args: kept }
        }
    }
}

fn first(args: Vec<Expr>) -> Expr {
    args.into_iter().next().unwrap_or_else(|| boolean(false))
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
    match kept.len() {
        0 => result(all),
        1 => first(kept),
        _ if all => Expr::AllOf { items: kept },
        _ => Expr::AnyOf { items: kept },
    }
}

/// `!` on a result.
pub(super) fn negated(operand: Expr) -> Expr {
    match truth(&operand) {
        Some(value) => result(!value),
        None => Expr::Negated { operand: Box::new(operand) },
    }
}
