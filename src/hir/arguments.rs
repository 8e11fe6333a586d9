//! Arguments of a check without source text: `attest assert`, assertions as JSON, `[params]` of `attest.toml`.

use std::sync::Arc;

use serde_json::Value;

use crate::base::schema::{Refinement, Ty, enum_values};
use crate::base::suggest;

use super::constant::{Known, evaluate};
use super::diags;
use super::expr::{Const, Expr, ExprKind, Local};
use super::infer::check_constant;
use super::model::{CheckDef, CheckId, CheckParam, Package};
use super::types;

/// Why arguments do not fit a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentError {
    /// The argument, where one is meant.
    pub argument: Option<String>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Deepest nesting of a JSON argument: a list of lists is already one too many for every parameter.
const DEPTH: usize = 8;

/// Checks the arguments of a call that has no source, and gives them in the order of the parameters: what is not given is
/// its default, or null.
///
/// # Errors
/// The first thing wrong: an unknown, repeated or missing argument, a `<placeholder>`, a value of another type, or a
/// `require` of the check that does not hold.
pub fn check_arguments(
    package: &Package,
    check: CheckId,
    args: &[(String, Value)],
) -> Result<Vec<Const>, ArgumentError> {
    let Some(def) = package.checks.get(check.0 as usize) else {
        return Err(error(None, "there is no such check".to_owned(), None));
    };
    for (at, (name, _)) in args.iter().enumerate() {
        if def.params.iter().all(|param| *param.name != **name) {
            let names = def.params.iter().map(|param| &*param.name);
            let help = match suggest::nearest(name, names.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if def.params.is_empty() => "it takes no arguments".to_owned(),
                None => format!(
                    "its parameters are {}",
                    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                ),
            };
            let message = format!("the check `{}` has no parameter `{name}`", def.name);
            return Err(error(Some(name), message, Some(help)));
        }
        if args.iter().take(at).any(|(known, _)| known == name) {
            let message = format!("the argument `{name}` is given twice");
            return Err(error(Some(name), message, Some("leave out one of them".to_owned())));
        }
    }
    let mut values = Vec::with_capacity(def.params.len());
    for param in &def.params {
        let given = args.iter().find(|(name, _)| **name == *param.name).map(|(_, value)| value);
        values.push(match (given, &param.default, &param.ty) {
            (Some(value), ..) => {
                if let Some(text) = placeholder(value, 0) {
                    let message = format!("the argument `{}` holds the placeholder `{text}`", param.name);
                    return Err(error(Some(&param.name), message, Some("fill it in".to_owned())));
                }
                from_json(&param.ty, value).map_err(|(message, help)| {
                    let ty = types::plain(&param.ty);
                    let help =
                        help.or_else(|| Some(format!("give {}, as in `{}`", types::phrase(ty), diags::example(ty))));
                    error(Some(&param.name), format!("the argument `{}`: {message}", param.name), help)
                })?
            }
            (None, Some(default), _) => default.clone(),
            (None, None, Ty::Optional(_)) => Const::Null,
            (None, None, ty) => {
                let message =
                    format!("the check `{}` wants the argument `{}`, {}", def.name, param.name, types::phrase(ty));
                let help = format!("add `{}`", param.name);
                return Err(error(Some(&param.name), message, Some(help)));
            }
        });
    }
    if let Some(otherwise) = unmet_requirement(def, &values) {
        let message = format!("these arguments of the check `{}` do not go together", def.name);
        return Err(error(None, message, Some(otherwise.to_string())));
    }
    Ok(values)
}

/// The words of `otherwise` where the check's `require` does not hold of these arguments, one for each parameter.
pub fn unmet_requirement<'p>(def: &'p CheckDef, args: &[Const]) -> Option<&'p str> {
    let (require, otherwise) = def.require.as_ref()?;
    let mut locals: Vec<(Local, Known)> =
        def.params.iter().zip(args).map(|(param, value)| (param.local, Known::Value(value.clone()))).collect();
    (evaluate(require, &mut locals) == Known::Value(Const::Bool(false))).then_some(otherwise)
}

/// Whether the `require` of a check is known not to hold of typed arguments.
pub(super) fn violates(require: &Expr, params: &[CheckParam], args: &[Expr]) -> bool {
    let mut locals: Vec<(Local, Known)> = params
        .iter()
        .zip(args)
        .map(|(param, arg)| {
            let known = match (&arg.kind, &arg.ty) {
                (ExprKind::Const(value), _) => Known::Value(value.clone()),
                (_, Ty::Optional(_) | Ty::Unknown) => Known::Nothing,
                _ => Known::Given,
            };
            (param.local, known)
        })
        .collect();
    evaluate(require, &mut locals) == Known::Value(Const::Bool(false))
}

fn error(argument: Option<&str>, message: String, help: Option<String>) -> ArgumentError {
    ArgumentError { argument: argument.map(str::to_owned), message, help }
}

/// A `<placeholder>` at any depth.
fn placeholder(value: &Value, depth: usize) -> Option<&str> {
    match value {
        Value::String(text) => {
            let inner = text.trim().strip_prefix('<')?.strip_suffix('>')?;
            let plain = !inner.is_empty()
                && inner
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | ' ' | '.' | '/'));
            plain.then_some(text)
        }
        Value::Array(items) if depth < DEPTH => {
            items.iter().find_map(|item| placeholder(item, depth.saturating_add(1)))
        }
        _ => None,
    }
}

/// Why a value does not fit, and what to do.
pub(super) type Misfit = (String, Option<String>);

/// A JSON value as a constant of a type.
///
/// # Errors
/// What is wrong with it, in words.
pub(super) fn from_json(ty: &Ty, value: &Value) -> Result<Const, Misfit> {
    let mismatch = || {
        let help = value.is_null().then(|| "leave it out instead".to_owned());
        Err((format!("{} is wanted, this is {}", types::phrase(types::plain(ty)), phrase(value)), help))
    };
    match (ty, value) {
        (Ty::Optional(inner), value) if !value.is_null() => from_json(inner, value),
        (Ty::Json, value) => json(value, 0),
        (Ty::Bool, Value::Bool(value)) => Ok(Const::Bool(*value)),
        (Ty::Int, Value::Number(number)) => match number.as_i64() {
            Some(number) => Ok(Const::Int(number)),
            None => mismatch(),
        },
        (Ty::Decimal, Value::Number(number)) => match number.as_f64() {
            Some(number) if number.is_finite() => Ok(Const::Decimal(number)),
            _ => mismatch(),
        },
        (Ty::Text, Value::String(text)) => Ok(Const::Text(text.as_str().into())),
        (Ty::Refined(Refinement::Key), Value::Array(segments)) => key(segments),
        (Ty::Refined(refinement), Value::String(text)) => match check_constant(*refinement, text) {
            Ok(()) => Ok(Const::Text(text.as_str().into())),
            Err(error) => Err((error.message, error.help)),
        },
        (Ty::Enum(name), Value::String(word)) => {
            if enum_values(name).contains(&word.as_str()) {
                Ok(Const::Text(word.as_str().into()))
            } else {
                let values = enum_values(name).iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
                Err((format!("`{word}` is no `{name}`"), Some(format!("write one of {values}"))))
            }
        }
        (Ty::List(item), Value::Array(items)) => {
            items.iter().map(|value| from_json(item, value)).collect::<Result<Vec<_>, _>>().map(Const::List)
        }
        _ => mismatch(),
    }
}

/// A scalar, or a list of scalars.
fn json(value: &Value, depth: usize) -> Result<Const, Misfit> {
    Ok(match value {
        Value::Null => Const::Null,
        Value::Bool(value) => Const::Bool(*value),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Const::Int(number),
            None => match number.as_f64() {
                Some(number) if number.is_finite() && !number_is_integer(value) => Const::Decimal(number),
                _ => return Err((format!("the integer {number} is too large"), None)),
            },
        },
        Value::String(text) => Const::Text(text.as_str().into()),
        Value::Array(items) if depth == 0 => {
            Const::List(items.iter().map(|item| json(item, 1)).collect::<Result<_, _>>()?)
        }
        Value::Array(_) => {
            return Err(("a scalar or a list of scalars is wanted, this is a list of lists".to_owned(), None));
        }
        Value::Object(_) => {
            return Err(("a scalar or a list of scalars is wanted, this is an object".to_owned(), None));
        }
    })
}

/// Beyond 64 bits signed an integer would silently lose digits as a decimal.
fn number_is_integer(value: &Value) -> bool {
    value.as_u64().is_some()
}

/// A key given as segments: texts, and numbers for list indices. Quoted where the dotted form needs it.
fn key(segments: &[Value]) -> Result<Const, Misfit> {
    let mut text = String::new();
    for segment in segments {
        match segment {
            Value::String(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                let plain = !name.is_empty()
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
                if plain {
                    text.push_str(name);
                } else {
                    text.push('"');
                    for letter in name.chars() {
                        if matches!(letter, '"' | '\\') {
                            text.push('\\');
                        }
                        text.push(letter);
                    }
                    text.push('"');
                }
            }
            Value::Number(number) if number.as_u64().is_some() => {
                text.push('[');
                text.push_str(&number.to_string());
                text.push(']');
            }
            other => {
                return Err((format!("a segment of a key is a text or an index, this is {}", phrase(other)), None));
            }
        }
    }
    match check_constant(Refinement::Key, &text) {
        Ok(()) => Ok(Const::Text(Arc::from(text))),
        Err(error) => Err((error.message, error.help)),
    }
}

/// What a JSON value is, in words.
fn phrase(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(number) if number.is_f64() => "a decimal",
        Value::Number(_) => "an integer",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
