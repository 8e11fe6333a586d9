//! Plan expressions bound to a store: columns and methods as function pointers, scopes as ids, regexes compiled. A name
//! that is unknown (a plan of another version) is an error, never a guess.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::literal::{regex::Regex, version::Version};
use crate::facts::relations::{self, Column, Method, Need, Relation};
use crate::facts::store::{ScopeId, Store};
use crate::facts::value::Value;
use crate::hir::expr::{Builtin, MacroKind, QuantifierKind};
use crate::hir::model::IfEmpty;
use crate::ir::plan::{Constant, Expr, MessagePart};

/// An expression that can be evaluated.
#[derive(Debug)]
pub(super) enum Node {
    Const(Value),
    Slot(usize),
    Column(&'static Column, Box<Node>),
    Method(&'static Method, Box<Node>, Vec<Node>),
    Relation(Source),
    Builtin(Builtin, Vec<Node>),
    /// `text.matches(regex)` with its regex compiled.
    Matches(Box<Node>, Arc<Regex>),
    Ternary(Box<[Node; 3]>),
    List(Vec<Node>),
    Macro {
        kind: MacroKind,
        slot: usize,
        source: Box<Node>,
        body: Box<Node>,
    },
    Has(Box<Node>),
    OrValue(Box<[Node; 2]>),
    Let {
        slot: usize,
        value: Box<Node>,
        body: Box<Node>,
    },
    Lift(Box<Node>),
    AllOf(Vec<Node>),
    AnyOf(Vec<Node>),
    Negated(Box<Node>),
    Quantifier(Box<Quantifier>),
    Check {
        message: Vec<MessagePart>,
        body: Box<Node>,
    },
    Readable(ScopeId),
    Undecidable(Arc<str>),
}

/// A quantifier.
#[derive(Debug)]
pub(super) struct Quantifier {
    pub(super) kind: QuantifierKind,
    pub(super) slot: usize,
    pub(super) variable: Arc<str>,
    pub(super) source: Node,
    pub(super) filter: Option<Node>,
    pub(super) body: Option<Node>,
    pub(super) if_empty: Option<IfEmpty>,
}

/// The rows of a relation in a scope.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) relation: &'static Relation,
    pub(super) scope: ScopeId,
    pub(super) regex: Option<Arc<Regex>>,
}

/// What the expression reads of which scope.
pub(super) fn needs(expr: &Expr, store: &Store<'_>, needs: &mut BTreeSet<(ScopeId, Need)>) {
    expr.walk(&mut |expr| {
        let (scope, need) = match expr {
            Expr::Relation { name, scope, .. } => (scope, relations::relation(name).map(|relation| relation.need)),
            Expr::Readable { scope } => (scope, Some(Need::Text)),
            _ => return,
        };
        needs.extend(store.scope_id(scope).zip(need));
    });
}

/// Binds `expr` to `store`.
///
/// # Errors
/// A message, where a name is unknown, a scope was not opened, or a literal is ill-formed: a plan of another version.
pub(super) fn link(expr: &Expr, store: &Store<'_>) -> Result<Node, String> {
    let sub = |expr: &Expr| link(expr, store);
    let boxed = |expr: &Expr| link(expr, store).map(Box::new);
    let all = |items: &[Expr]| items.iter().map(sub).collect::<Result<Vec<_>, _>>();
    Ok(match expr {
        Expr::Const { value } => Node::Const(constant(value)?),
        Expr::Slot { slot } => Node::Slot(*slot as usize),
        Expr::Value { name } => Node::Const(match &**name {
            "target.commit" => store.commit().map_or(Value::Null, Value::text),
            "target.repo" => store.repo().map_or(Value::Null, Value::text),
            _ => return Err(unknown("value", name)),
        }),
        Expr::Column { of, name, row } => {
            let column = relations::row_type(of).and_then(|row| row.column(name));
            Node::Column(column.ok_or_else(|| unknown("column", &format!("{of}.{name}")))?, boxed(row)?)
        }
        Expr::Method { of, name, row, args } => {
            let method = relations::row_type(of).and_then(|row| row.method(name));
            Node::Method(method.ok_or_else(|| unknown("method", &format!("{of}.{name}")))?, boxed(row)?, all(args)?)
        }
        Expr::Relation { name, scope, regex } => Node::Relation(Source {
            relation: relations::relation(name).ok_or_else(|| unknown("relation", name))?,
            scope: store.scope_id(scope).ok_or_else(|| unknown("scope", scope))?,
            regex: regex.as_ref().map(|regex| compiled(regex)).transpose()?,
        }),
        Expr::Builtin { function, args } => match (function.0, args.as_slice()) {
            (Builtin::Matches, [text, Expr::Const { value: Constant::Text(regex) }]) => {
                Node::Matches(boxed(text)?, compiled(regex)?)
            }
            (function, args) => Node::Builtin(function, all(args)?),
        },
        Expr::Ternary { condition, yes, no } => Node::Ternary(Box::new([sub(condition)?, sub(yes)?, sub(no)?])),
        Expr::List { items } => Node::List(all(items)?),
        Expr::Macro { kind, slot, source, body } => {
            Node::Macro { kind: kind.0, slot: *slot as usize, source: boxed(source)?, body: boxed(body)? }
        }
        Expr::Has { operand } => Node::Has(boxed(operand)?),
        Expr::OrValue { operand, otherwise } => Node::OrValue(Box::new([sub(operand)?, sub(otherwise)?])),
        Expr::Let { slot, value, body } => Node::Let { slot: *slot as usize, value: boxed(value)?, body: boxed(body)? },
        Expr::Lift { operand } => Node::Lift(boxed(operand)?),
        Expr::AllOf { items } => Node::AllOf(all(items)?),
        Expr::AnyOf { items } => Node::AnyOf(all(items)?),
        Expr::Negated { operand } => Node::Negated(boxed(operand)?),
        Expr::Quantifier { kind, slot, variable, source, filter, body, if_empty } => {
            Node::Quantifier(Box::new(Quantifier {
                kind: kind.0,
                slot: *slot as usize,
                variable: variable.clone(),
                source: sub(source)?,
                filter: filter.as_deref().map(sub).transpose()?,
                body: body.as_deref().map(sub).transpose()?,
                if_empty: if_empty.map(|it| it.0),
            }))
        }
        Expr::Check { message, body, .. } => Node::Check { message: message.clone(), body: boxed(body)? },
        Expr::Readable { scope } => Node::Readable(store.scope_id(scope).ok_or_else(|| unknown("scope", scope))?),
        Expr::Undecidable { message } => Node::Undecidable(message.clone()),
    })
}

fn unknown(what: &str, name: &str) -> String {
    format!("the plan names the {what} `{name}`, which this version does not know")
}

fn compiled(regex: &str) -> Result<Arc<Regex>, String> {
    Regex::parse(regex).map(Arc::new).map_err(|error| format!("the regex `{regex}` is no regex: {}", error.message))
}

/// A constant as a value.
pub(super) fn constant(value: &Constant) -> Result<Value, String> {
    Ok(match value {
        Constant::Null => Value::Null,
        Constant::Bool(value) => Value::Bool(*value),
        Constant::Int(value) => Value::Int(*value),
        Constant::Decimal(value) => Value::Decimal(*value),
        Constant::Text(text) => Value::Text(text.clone()),
        Constant::Version(text) => Value::Version(Arc::new(
            Version::parse(text).map_err(|error| format!("`{text}` is no version: {}", error.message))?,
        )),
        Constant::Time(seconds) => Value::Time(*seconds),
        Constant::List(items) => Value::List(items.iter().map(constant).collect::<Result<Vec<_>, _>>()?.into()),
    })
}
