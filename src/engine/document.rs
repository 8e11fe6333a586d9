//! The rules of documents: typed expressions on one JSON value, with the meaning that they have on facts. Knows neither
//! statements nor phases.
//!
//! Why not the `cel` crate: these are our own typed expressions, so nothing has to be written as text and parsed again; a
//! moment is compared as time, which CEL would need a conversion for in each rule; and depth and steps are bounded here,
//! where the crate ends the process. A property test holds the two to each other.

use std::sync::Arc;

use serde_json::Value as Json;

use super::builtins;
use crate::base::literal::Regex;
use crate::base::schema::{Refinement, RowSpec, Ty};
use crate::facts::value::Value;
use crate::hir::expr::{Builtin, Const, Expr, ExprKind, Local, MacroKind};
use crate::hir::model::RuleDef;

/// Steps that one rule may take: operators applied and items visited.
const STEPS: u64 = 20_000_000;
/// Longest list that an expression may build.
const ITEMS: usize = 1_000_000;
/// Deepest value whose types are looked at; what a reader of JSON lets through is flatter.
const DEPTH: usize = 256;

/// Where a value is not what its type says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// A JSON pointer.
    pub path: String,
    /// What the type is, with its article.
    pub expected: &'static str,
}

/// Whether a rule holds of a document; where `when` does not, it does.
///
/// # Errors
/// Why that cannot be said: an overflow, a division by zero, too many steps, a value that is not of its type.
pub fn holds(rule: &RuleDef, document: &Json) -> Result<bool, String> {
    let mut run = Run { variables: vec![(rule.predicate, Item::of(document))], steps: 0 };
    if let Some(when) = &rule.when
        && !run.boolean(when)?
    {
        return Ok(true);
    }
    run.boolean(&rule.require)
}

/// Where `value` is not of the type `ty`: what rules rely on. An integer is written without a fraction, a moment exists.
/// What the type does not speak of is anything.
pub fn misfits(value: &Json, ty: &Ty, rows: &[RowSpec]) -> Vec<Misfit> {
    let mut found = Vec::new();
    let mut open = vec![(value, ty, String::new(), 0_usize)];
    while let Some((value, ty, path, depth)) = open.pop() {
        let expected = match (ty, value) {
            (Ty::Optional(_), Json::Null) | (Ty::Json, _) | (Ty::Text, Json::String(_)) | (Ty::Bool, Json::Bool(_)) => {
                None
            }
            (Ty::Optional(inner), value) => {
                open.push((value, inner, path, depth));
                continue;
            }
            (Ty::Int, value) => value.as_i64().is_none().then_some("an integer of 64 bits, written without a fraction"),
            (Ty::Decimal, value) => (!value.is_number()).then_some("a number"),
            (Ty::Refined(Refinement::Timestamp), value) => {
                value.as_str().and_then(Moment::parse).is_none().then_some("a moment in UTC that exists")
            }
            (Ty::List(item), Json::Array(items)) if depth < DEPTH => {
                let below = depth.saturating_add(1);
                open.extend(items.iter().enumerate().map(|(at, it)| (it, &**item, format!("{path}/{at}"), below)));
                None
            }
            (Ty::Row(name), Json::Object(fields)) if depth < DEPTH => {
                let columns = rows.iter().find(|row| row.name == *name).map_or(&[][..], |row| &row.columns);
                let below = depth.saturating_add(1);
                for column in columns {
                    if let Some(value) = fields.get(column.name) {
                        let name = column.name.replace('~', "~0").replace('/', "~1");
                        open.push((value, &column.ty, format!("{path}/{name}"), below));
                    }
                }
                None
            }
            (Ty::Text, _) => Some("a text"),
            (Ty::Bool, _) => Some("true or false"),
            (Ty::List(_), _) => Some("a list"),
            (Ty::Row(_), _) => Some("an object"),
            _ => Some("something else"),
        };
        found.extend(expected.map(|expected| Misfit { path, expected }));
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// A moment in UTC: whole seconds, and the digits after the point without trailing zeros, as many as there are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(jiff::Timestamp, String);

impl Moment {
    fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_suffix('Z')?;
        let (seconds, fraction) = bare.split_once('.').unwrap_or((bare, "0"));
        // A leap second has no place of its own between its neighbours.
        if seconds.len() != "2026-01-01T00:00:00".len() || seconds.ends_with(":60") || fraction.is_empty() {
            return None;
        }
        if !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let whole = crate::base::literal::Timestamp::parse(&format!("{seconds}Z")).ok()?.0;
        Some(Self(whole, fraction.trim_end_matches('0').to_owned()))
    }
}

/// A value during evaluation.
#[derive(Clone, Debug)]
enum Item<'d> {
    /// A scalar.
    Plain(Value),
    /// A moment.
    Moment(Moment),
    /// An object.
    Object(&'d serde_json::Map<String, Json>),
    /// A list.
    List(Arc<[Item<'d>]>),
}

impl<'d> Item<'d> {
    fn of(json: &'d Json) -> Self {
        match json {
            Json::Null => Self::Plain(Value::Null),
            Json::Bool(value) => Self::Plain(Value::Bool(*value)),
            Json::Number(number) => Self::Plain(match (number.as_i64(), number.as_f64()) {
                (Some(value), _) => Value::Int(value),
                (None, Some(value)) => Value::Decimal(value),
                (None, None) => Value::Null,
            }),
            Json::String(text) => Self::Plain(Value::text(text)),
            Json::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Json::Object(fields) => Self::Object(fields),
        }
    }

    fn constant(value: &Const) -> Self {
        match value {
            Const::Null => Self::Plain(Value::Null),
            Const::Bool(value) => Self::Plain(Value::Bool(*value)),
            Const::Int(value) => Self::Plain(Value::Int(*value)),
            Const::Decimal(value) => Self::Plain(Value::Decimal(*value)),
            Const::Text(text) => Self::Plain(Value::Text(Arc::clone(text))),
            Const::List(items) => Self::List(items.iter().map(Self::constant).collect()),
        }
    }

    /// The value as its type has it: a text that is a moment, an integer where decimals stand.
    fn typed(self, ty: &Ty) -> Result<Self, String> {
        match (ty, self) {
            (Ty::Optional(inner), item) => item.typed(inner),
            (Ty::Refined(Refinement::Timestamp), Self::Plain(Value::Text(text))) => {
                Moment::parse(&text).map(Self::Moment).ok_or_else(|| format!("`{text}` is no moment in UTC"))
            }
            #[expect(clippy::cast_precision_loss, reason = "a JSON number of a decimal's place is the nearest double")]
            (Ty::Decimal, Self::Plain(Value::Int(value))) => Ok(Self::Plain(Value::Decimal(value as f64))),
            (Ty::List(item), Self::List(items))
                if matches!(**item, Ty::Decimal | Ty::Refined(Refinement::Timestamp)) =>
            {
                items.iter().map(|it| it.clone().typed(item)).collect::<Result<_, _>>().map(Self::List)
            }
            (_, item) => Ok(item),
        }
    }

    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(left), Self::Plain(right)) => left.equals(right),
            (Self::Moment(left), Self::Moment(right)) => left == right,
            (Self::List(left), Self::List(right)) => {
                left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| left.equals(right))
            }
            (Self::Object(left), Self::Object(right)) => left == right,
            _ => false,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Plain(value) => value.type_name(),
            Self::Moment(_) => "a moment",
            Self::Object(_) => "an object",
            Self::List(_) => "a list",
        }
    }
}

struct Run<'d> {
    variables: Vec<(Local, Item<'d>)>,
    steps: u64,
}

impl<'d> Run<'d> {
    fn step(&mut self, count: usize) -> Result<(), String> {
        self.steps = self.steps.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if self.steps > STEPS { Err(format!("the rule takes more than {STEPS} steps")) } else { Ok(()) }
    }

    fn boolean(&mut self, expr: &Expr) -> Result<bool, String> {
        match self.value(expr)? {
            Item::Plain(Value::Bool(value)) => Ok(value),
            other => Err(format!("{} stands where a boolean must", other.kind())),
        }
    }

    fn list(&mut self, expr: &Expr) -> Result<Arc<[Item<'d>]>, String> {
        match self.value(expr)? {
            Item::List(items) => Ok(items),
            other => Err(format!("{} stands where a list must", other.kind())),
        }
    }

    fn value(&mut self, expr: &Expr) -> Result<Item<'d>, String> {
        self.step(1)?;
        match &expr.kind {
            ExprKind::Const(value) => Item::constant(value).typed(&expr.ty),
            ExprKind::Local(local) => {
                let found = self.variables.iter().rev().find(|(name, _)| name == local).map(|(_, item)| item.clone());
                found.ok_or_else(|| "a variable has no value; this is a bug in attest".to_owned())?.typed(&expr.ty)
            }
            ExprKind::Column { row, column } => match self.value(row)? {
                Item::Object(fields) => {
                    let item = fields.get(*column).map_or(Item::Plain(Value::Null), Item::of);
                    self.step(weight(&item))?;
                    item.typed(&expr.ty)
                }
                // `a.?b.?c` where `b` is missing.
                Item::Plain(Value::Null) => Ok(Item::Plain(Value::Null)),
                other => Err(format!("{} has no `{column}`", other.kind())),
            },
            ExprKind::Has(operand) => {
                let given = !matches!(self.value(operand)?, Item::Plain(Value::Null));
                Ok(Item::Plain(Value::Bool(given)))
            }
            ExprKind::OrValue(operand, otherwise) => match self.value(operand)? {
                Item::Plain(Value::Null) => self.value(otherwise),
                item => Ok(item),
            },
            ExprKind::Ternary { condition, yes, no } => {
                if self.boolean(condition)? {
                    self.value(yes)
                } else {
                    self.value(no)
                }
            }
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?;
                Ok(Item::List(items))
            }
            ExprKind::Builtin { function, args } => self.builtin(*function, args),
            ExprKind::Macro { kind, variable, source, body } => self.macro_call(*kind, *variable, source, body),
            ExprKind::Value(_)
            | ExprKind::Method { .. }
            | ExprKind::Relation { .. }
            | ExprKind::Lift(_)
            | ExprKind::AllOf(_)
            | ExprKind::AnyOf(_)
            | ExprKind::Negated(_)
            | ExprKind::Quantifier { .. }
            | ExprKind::Check { .. }
            | ExprKind::Error => {
                Err("a rule asks for what is no part of a document; this is a bug in attest".to_owned())
            }
        }
    }

    fn builtin(&mut self, function: Builtin, args: &[Expr]) -> Result<Item<'d>, String> {
        if let Builtin::And | Builtin::Or = function {
            return self.junction(function == Builtin::Or, args);
        }
        let values = args.iter().map(|arg| self.value(arg)).collect::<Result<Vec<_>, _>>()?;
        let truth = |value| Ok(Item::Plain(Value::Bool(value)));
        match (function, values.as_slice()) {
            (Builtin::Equal, [left, right]) => {
                self.step(weight(left))?;
                truth(left.equals(right))
            }
            (Builtin::NotEqual, [left, right]) => {
                self.step(weight(left))?;
                truth(!left.equals(right))
            }
            (Builtin::Less, [Item::Moment(left), Item::Moment(right)]) => truth(left < right),
            (Builtin::LessEqual, [Item::Moment(left), Item::Moment(right)]) => truth(left <= right),
            (Builtin::Greater, [Item::Moment(left), Item::Moment(right)]) => truth(left > right),
            (Builtin::GreaterEqual, [Item::Moment(left), Item::Moment(right)]) => truth(left >= right),
            (Builtin::In, [item, Item::List(items)]) => {
                self.step(items.len().saturating_mul(weight(item)))?;
                truth(items.iter().any(|it| it.equals(item)))
            }
            (Builtin::Size, [Item::List(items)]) => {
                Ok(Item::Plain(Value::Int(i64::try_from(items.len()).unwrap_or(i64::MAX))))
            }
            (Builtin::Index, [Item::List(items), Item::Plain(Value::Int(at))]) => usize::try_from(*at)
                .ok()
                .and_then(|at| items.get(at))
                .cloned()
                .ok_or_else(|| format!("the list has {} items, none at index {at}", items.len())),
            (Builtin::Add, [Item::List(left), Item::List(right)]) => {
                let length = left.len().saturating_add(right.len());
                self.step(length)?;
                if length > ITEMS {
                    return Err(format!("a list of more than {ITEMS} items"));
                }
                Ok(Item::List(left.iter().chain(right.iter()).cloned().collect()))
            }
            (Builtin::Matches, [Item::Plain(Value::Text(text)), Item::Plain(Value::Text(regex))]) => {
                self.step(text.len().saturating_add(regex.len().saturating_mul(16)))?;
                let regex = Regex::parse(regex).map_err(|error| format!("`{regex}` is no regex: {}", error.message))?;
                truth(regex.is_match(text))
            }
            (function, values) => {
                let mut plain = Vec::with_capacity(values.len());
                for value in values {
                    self.step(weight(value))?;
                    match value {
                        Item::Plain(value) => plain.push(value.clone()),
                        other => return Err(format!("{} stands where a scalar must", other.kind())),
                    }
                }
                builtins::apply(function, &plain).map(Item::Plain).map_err(|unknown| unknown.message)
            }
        }
    }

    /// CEL's `&&` and `||`: an operand that decides does so whatever the other is, also where the other is an error.
    fn junction(&mut self, deciding: bool, args: &[Expr]) -> Result<Item<'d>, String> {
        let mut problem = None;
        for arg in args {
            match self.boolean(arg) {
                Ok(value) if value == deciding => return Ok(Item::Plain(Value::Bool(deciding))),
                Ok(_) => {}
                Err(error) => problem = problem.or(Some(error)),
            }
        }
        problem.map_or(Ok(Item::Plain(Value::Bool(!deciding))), Err)
    }

    fn macro_call(&mut self, kind: MacroKind, variable: Local, source: &Expr, body: &Expr) -> Result<Item<'d>, String> {
        let items = self.list(source)?;
        let truth = |value| Ok(Item::Plain(Value::Bool(value)));
        let mut kept = Vec::new();
        let mut problem = None;
        for item in items.iter() {
            self.step(1)?;
            self.variables.push((variable, item.clone()));
            let mapped = if kind == MacroKind::Map { self.value(body).map(Some) } else { Ok(None) };
            let holds = if kind == MacroKind::Map { Ok(false) } else { self.boolean(body) };
            self.variables.pop();
            if let Some(value) = mapped? {
                kept.push(value);
                continue;
            }
            match (kind, holds) {
                (MacroKind::Exists, Ok(true)) => return truth(true),
                (MacroKind::All, Ok(false)) => return truth(false),
                (MacroKind::Exists | MacroKind::All, Err(error)) => problem = problem.or(Some(error)),
                (_, Err(error)) => return Err(error),
                (MacroKind::ExistsOne | MacroKind::Filter, Ok(true)) => kept.push(item.clone()),
                _ => {}
            }
        }
        match kind {
            MacroKind::Exists | MacroKind::All => problem.map_or_else(|| truth(kind == MacroKind::All), Err),
            MacroKind::ExistsOne => truth(kept.len() == 1),
            MacroKind::Filter | MacroKind::Map => Ok(Item::List(kept.into())),
        }
    }
}

/// What it costs to look at a value once.
fn weight(item: &Item<'_>) -> usize {
    match item {
        Item::Plain(Value::Text(text)) => (text.len() / 32).saturating_add(1),
        Item::List(items) => items.iter().map(weight).fold(1, usize::saturating_add),
        Item::Object(fields) => fields.len().saturating_add(1),
        Item::Plain(_) | Item::Moment(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, misfits};
    use crate::base::schema::{ColumnSpec, Refinement, RowSpec, Ty};
    use serde_json::json;

    #[test]
    fn moments_are_compared_as_time() {
        let at = |text: &str| Moment::parse(text).unwrap();
        assert!(at("2026-04-27T09:12:31.5Z") > at("2026-04-27T09:12:31Z"));
        assert!(at("2026-04-27T09:12:31.50Z") == at("2026-04-27T09:12:31.5Z"));
        assert!(at("2026-04-27T09:12:31.09Z") < at("2026-04-27T09:12:31.1Z"));
        assert!(at("2026-04-27T09:12:31.1234567890123Z") > at("2026-04-27T09:12:31.123456789Z"));
        for text in
            ["2026-02-30T00:00:00Z", "2026-04-27T23:59:60Z", "2026-04-27T09:12:31z", "2026-04-27T09:12:31.Z", ""]
        {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_not_of_its_type_is_told() {
        let column = |name, ty| ColumnSpec { name, ty, doc: "" };
        let columns = vec![
            column("count", Ty::optional(Ty::Int)),
            column("at", Ty::Refined(Refinement::Timestamp)),
            column("a/b", Ty::list(Ty::Bool)),
        ];
        let rows = [RowSpec { name: "d/predicate", doc: "", columns, methods: Vec::new() }];
        let paths = |value| {
            let found = misfits(&value, &Ty::Row("d/predicate"), &rows);
            found.into_iter().map(|it| it.path).collect::<Vec<_>>()
        };
        assert!(paths(json!({"count": 1, "at": "2026-04-27T09:12:31Z", "a/b": [true], "more": 1.5})).is_empty());
        assert_eq!(paths(json!({"count": 1.0, "at": "soon", "a/b": [true, 1]})), ["/at", "/a~1b/1", "/count"]);
        assert_eq!(paths(json!([])), [""]);
    }
}
