//! CEL's operators and functions on values: its meaning to the letter, errors included. `&&`, `||`, `?:` and the macros,
//! which evaluate their operands by need, are in [`super::judge`].

use std::cmp::Ordering;
use std::sync::Arc;

use crate::facts::relations::{Got, Unknown};
use crate::facts::value::Value;
use crate::hir::expr::Builtin;

/// Applies `function` to evaluated operands.
pub(super) fn apply(function: Builtin, args: &[Value]) -> Got {
    match (function, args) {
        (Builtin::Not, [Value::Bool(value)]) => Ok(Value::Bool(!value)),
        (Builtin::Equal, [left, right]) => Ok(Value::Bool(left.equals(right))),
        (Builtin::NotEqual, [left, right]) => Ok(Value::Bool(!left.equals(right))),
        (Builtin::Less, [left, right]) => ordered(left, right, "<", Ordering::is_lt),
        (Builtin::LessEqual, [left, right]) => ordered(left, right, "<=", Ordering::is_le),
        (Builtin::Greater, [left, right]) => ordered(left, right, ">", Ordering::is_gt),
        (Builtin::GreaterEqual, [left, right]) => ordered(left, right, ">=", Ordering::is_ge),
        (Builtin::In, [item, Value::List(items)]) => Ok(Value::Bool(items.iter().any(|it| it.equals(item)))),
        (Builtin::Add, [left, right]) => add(left, right),
        (Builtin::Subtract, [left, right]) => {
            arithmetic(left, right, "-", i64::checked_sub, |left, right| left - right)
        }
        (Builtin::Multiply, [left, right]) => {
            arithmetic(left, right, "*", i64::checked_mul, |left, right| left * right)
        }
        (Builtin::Divide | Builtin::Remainder, [Value::Int(_), Value::Int(0)]) => Err(Unknown::new("division by zero")),
        (Builtin::Divide, [left, right]) => arithmetic(left, right, "/", i64::checked_div, |left, right| left / right),
        (Builtin::Remainder, [Value::Int(left), Value::Int(right)]) => {
            left.checked_rem(*right).map(Value::Int).ok_or_else(|| overflow("%"))
        }
        (Builtin::Negate, [Value::Int(value)]) => value.checked_neg().map(Value::Int).ok_or_else(|| overflow("-")),
        (Builtin::Negate, [Value::Decimal(value)]) => Ok(Value::Decimal(-value)),
        (Builtin::Index, [Value::List(items), Value::Int(index)]) => usize::try_from(*index)
            .ok()
            .and_then(|at| items.get(at))
            .cloned()
            .ok_or_else(|| Unknown::new(format!("the list has {} items, none at index {index}", items.len()))),
        // CEL counts code points.
        (Builtin::Size, [Value::Text(text)]) => Ok(size(text.chars().count())),
        (Builtin::Size, [Value::List(items)]) => Ok(size(items.len())),
        (Builtin::Contains, [Value::Text(text), Value::Text(part)]) => Ok(Value::Bool(text.contains(&**part))),
        (Builtin::StartsWith, [Value::Text(text), Value::Text(part)]) => Ok(Value::Bool(text.starts_with(&**part))),
        (Builtin::EndsWith, [Value::Text(text), Value::Text(part)]) => Ok(Value::Bool(text.ends_with(&**part))),
        (Builtin::Matches, [Value::Text(text), Value::Text(regex)]) => crate::base::literal::regex::Regex::parse(regex)
            .map(|regex| Value::Bool(regex.is_match(text)))
            .map_err(|error| Unknown::new(format!("`{regex}` is no regex: {}", error.message))),
        (Builtin::ToInt, [value]) => to_int(value),
        (Builtin::ToDecimal, [value]) => to_decimal(value),
        (Builtin::ToText, [value]) => to_text(value),
        (function, args) => {
            let types: Vec<_> = args.iter().map(Value::type_name).collect();
            Err(Unknown::new(format!("`{}` is not defined for {}", name(function), types.join(" and "))))
        }
    }
}

fn overflow(operator: &str) -> Unknown {
    Unknown::new(format!("the result of `{operator}` does not fit an integer of 64 bits"))
}

fn size(count: usize) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

fn ordered(left: &Value, right: &Value, operator: &str, holds: fn(Ordering) -> bool) -> Got {
    match (left, right) {
        // A comparison with a value that is not a number is false, as in IEEE 754.
        (Value::Decimal(_), Value::Decimal(_)) => Ok(Value::Bool(left.compare(right).is_some_and(holds))),
        _ => left.compare(right).map(|order| Value::Bool(holds(order))).ok_or_else(|| {
            Unknown::new(format!("`{operator}` is not defined for {} and {}", left.type_name(), right.type_name()))
        }),
    }
}

fn add(left: &Value, right: &Value) -> Got {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Ok(Value::Text(Arc::from(format!("{left}{right}")))),
        (Value::List(left), Value::List(right)) => {
            Ok(Value::List(left.iter().chain(right.iter()).cloned().collect::<Vec<_>>().into()))
        }
        (Value::Time(left), Value::Time(right)) => {
            left.checked_add(*right).map(Value::Time).ok_or_else(|| overflow("+"))
        }
        _ => arithmetic(left, right, "+", i64::checked_add, |left, right| left + right),
    }
}

fn arithmetic(
    left: &Value,
    right: &Value,
    operator: &str,
    int: fn(i64, i64) -> Option<i64>,
    decimal: fn(f64, f64) -> f64,
) -> Got {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => int(*left, *right).map(Value::Int).ok_or_else(|| overflow(operator)),
        (Value::Decimal(left), Value::Decimal(right)) => Ok(Value::Decimal(decimal(*left, *right))),
        (Value::Time(left), Value::Time(right)) if operator == "-" => {
            left.checked_sub(*right).map(Value::Time).ok_or_else(|| overflow(operator))
        }
        _ => {
            Err(Unknown::new(format!("`{operator}` is not defined for {} and {}", left.type_name(), right.type_name())))
        }
    }
}

fn to_int(value: &Value) -> Got {
    match value {
        Value::Int(value) => Ok(Value::Int(*value)),
        Value::Decimal(value) => {
            // Truncation towards zero; the bounds are exact powers of two.
            #[expect(clippy::cast_possible_truncation, reason = "guarded by the range before it")]
            if value.is_finite() && value.abs() < 9_223_372_036_854_775_808.0 {
                Ok(Value::Int(value.trunc() as i64))
            } else {
                Err(overflow("int"))
            }
        }
        Value::Text(text) => text.parse().map(Value::Int).map_err(|_| Unknown::new(format!("`{text}` is no integer"))),
        Value::Time(seconds) => Ok(Value::Int(*seconds)),
        other => Err(Unknown::new(format!("`int` is not defined for {}", other.type_name()))),
    }
}

fn to_decimal(value: &Value) -> Got {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "CEL converts to the nearest double")]
        Value::Int(value) => Ok(Value::Decimal(*value as f64)),
        Value::Decimal(value) => Ok(Value::Decimal(*value)),
        Value::Text(text) => {
            text.parse().map(Value::Decimal).map_err(|_| Unknown::new(format!("`{text}` is no number")))
        }
        other => Err(Unknown::new(format!("`double` is not defined for {}", other.type_name()))),
    }
}

fn to_text(value: &Value) -> Got {
    Ok(Value::Text(match value {
        Value::Bool(value) => Arc::from(value.to_string()),
        Value::Int(value) => Arc::from(value.to_string()),
        Value::Decimal(value) => Arc::from(value.to_string()),
        Value::Text(text) => text.clone(),
        Value::Version(version) => Arc::from(version.to_string()),
        other => return Err(Unknown::new(format!("`string` is not defined for {}", other.type_name()))),
    }))
}

/// As written.
fn name(function: Builtin) -> &'static str {
    match function {
        Builtin::And => "&&",
        Builtin::Or => "||",
        Builtin::Not => "!",
        Builtin::Equal => "==",
        Builtin::NotEqual => "!=",
        Builtin::Less => "<",
        Builtin::LessEqual => "<=",
        Builtin::Greater => ">",
        Builtin::GreaterEqual => ">=",
        Builtin::In => "in",
        Builtin::Add => "+",
        Builtin::Subtract | Builtin::Negate => "-",
        Builtin::Multiply => "*",
        Builtin::Divide => "/",
        Builtin::Remainder => "%",
        Builtin::Index => "[]",
        Builtin::Size => "size",
        Builtin::Contains => "contains",
        Builtin::StartsWith => "startsWith",
        Builtin::EndsWith => "endsWith",
        Builtin::Matches => "matches",
        Builtin::ToInt => "int",
        Builtin::ToDecimal => "double",
        Builtin::ToText => "string",
    }
}
