//! Constants of the model in the form that the plan compares: versions, times, canonical spellings; and back.

use std::sync::Arc;

use super::plan::Constant;
use crate::base::digest::Digest;
use crate::base::literal::{Date, Duration, Files, RelPath, Symbol, Timestamp};
use crate::base::schema::{Refinement, Ty};
use crate::hir::expr::Const;

/// A constant in the form that its type is compared in.
pub(super) fn constant(value: &Const, ty: &Ty) -> Constant {
    match (value, ty) {
        (Const::Null, _) => Constant::Null,
        (_, Ty::Optional(inner)) => constant(value, inner),
        (Const::Bool(value), _) => Constant::Bool(*value),
        (Const::Int(value), _) => Constant::Int(*value),
        (Const::Decimal(value), _) => Constant::Decimal(*value),
        (Const::Text(text), Ty::Refined(refinement)) => refined(text, *refinement),
        (Const::Text(text), _) => Constant::Text(text.clone()),
        (Const::List(items), Ty::List(item)) => Constant::List(items.iter().map(|it| constant(it, item)).collect()),
        (Const::List(items), _) => Constant::List(items.iter().map(|it| constant(it, &Ty::Json)).collect()),
    }
}

/// A refined text: versions and times are compared by what they mean, the others as text.
pub(super) fn refined(text: &Arc<str>, refinement: Refinement) -> Constant {
    let time = match refinement {
        Refinement::Version => return Constant::Version(text.clone()),
        Refinement::Date => Date::parse(text).ok().and_then(|date| midnight(date.0)),
        Refinement::Timestamp => Timestamp::parse(text).ok().map(|time| time.0.as_second()),
        Refinement::Duration => Duration::parse(text).ok().and_then(|it| i64::try_from(it.seconds()).ok()),
        _ => None,
    };
    time.map_or_else(|| Constant::Text(canonical(text, refinement)), Constant::Time)
}

/// The midnight at which a day begins in UTC, in seconds from the epoch.
fn midnight(date: jiff::civil::Date) -> Option<i64> {
    date.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp().as_second())
}

/// The one spelling that evaluation compares: `a::b` is `a.b`, `./x` is `x`, hex is lower case.
fn canonical(text: &Arc<str>, refinement: Refinement) -> Arc<str> {
    let spelled = match refinement {
        Refinement::Symbol => Symbol::parse(text).ok().map(|it| Arc::from(it.as_str())),
        Refinement::Files => Files::parse(text).ok().map(|it| Arc::from(it.as_str())),
        Refinement::Path => RelPath::parse(text).ok().map(|it| Arc::from(it.as_str())),
        Refinement::Digest => Digest::parse(text).ok().map(|it| Arc::from(it.to_string())),
        _ => None,
    };
    spelled.unwrap_or_else(|| text.clone())
}

/// A plan's constant as the model's.
pub(super) fn literal(value: &Constant) -> Const {
    match value {
        Constant::Null => Const::Null,
        Constant::Bool(value) => Const::Bool(*value),
        Constant::Int(value) | Constant::Time(value) => Const::Int(*value),
        Constant::Decimal(value) => Const::Decimal(*value),
        Constant::Text(text) | Constant::Version(text) => Const::Text(text.clone()),
        Constant::List(items) => Const::List(items.iter().map(literal).collect()),
    }
}

/// A constant of a type in a message, as authors write it.
pub(super) fn spelled(value: &Constant, ty: &Ty) -> String {
    match (value, ty) {
        (value, Ty::Optional(inner)) => spelled(value, inner),
        (Constant::Null, _) => String::from("none"),
        (Constant::Bool(value), _) => value.to_string(),
        (Constant::Time(seconds), Ty::Refined(refinement)) => time(*seconds, *refinement),
        (Constant::Int(value) | Constant::Time(value), _) => value.to_string(),
        (Constant::Decimal(value), _) => value.to_string(),
        (Constant::Text(text) | Constant::Version(text), _) => text.to_string(),
        (Constant::List(items), ty) => {
            let item = if let Ty::List(item) = ty { item } else { &Ty::Json };
            format!("[{}]", items.iter().map(|it| spelled(it, item)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Seconds as the date, time or duration that they stand for.
fn time(seconds: i64, refinement: Refinement) -> String {
    const UNITS: [(i64, char); 4] = [(604_800, 'w'), (86_400, 'd'), (3_600, 'h'), (60, 'm')];
    let at = || jiff::Timestamp::from_second(seconds).ok();
    let written = match refinement {
        Refinement::Date => at().map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).date().to_string()),
        Refinement::Timestamp => at().map(|at| at.to_string()),
        Refinement::Duration => UNITS
            .into_iter()
            .find(|(length, _)| seconds != 0 && seconds.checked_rem(*length) == Some(0))
            .and_then(|(length, unit)| Some(format!("{}{unit}", seconds.checked_div(length)?)))
            .or_else(|| Some(format!("{seconds}s"))),
        _ => None,
    };
    written.unwrap_or_else(|| seconds.to_string())
}
