//! Evaluation of values: columns, operators, and CEL's macros. What is not known of a value is an error wherever it could
//! have changed it.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::builtins;
use super::judge::Evaluator;
use super::link::{Node, Source};
use crate::facts::relations::{Column, Got, Unknown};
use crate::facts::store::Store;
use crate::facts::value::Value;
use crate::hir::expr::{Builtin, MacroKind};

/// Whether a walk over rows goes on after one, or why that is not known.
type Ended = Result<ControlFlow<()>, Unknown>;

/// Longest list that an expression may build.
const LIST_ITEMS: usize = 1_000_000;

impl Evaluator<'_, '_> {
    pub(super) fn boolean(&mut self, node: &Node) -> Result<bool, Unknown> {
        match self.value(node)? {
            Value::Bool(value) => Ok(value),
            other => Err(Unknown::new(format!("{} stands where a boolean must", other.type_name()))),
        }
    }

    /// A list, and why there may be more to it than it holds: it is of a row whose region could not be parsed in part.
    pub(super) fn list(&mut self, node: &Node) -> Result<(Arc<[Value]>, Option<Unknown>), Unknown> {
        let (value, gap) = match node {
            Node::Column(column, row) => {
                let row = self.value(row)?;
                (column_of(self.store, column, &row)?, self.gap(column, &row))
            }
            node => (self.value(node)?, None),
        };
        match value {
            Value::List(items) => Ok((items, gap)),
            other => Err(Unknown::new(format!("{} stands where a list must", other.type_name()))),
        }
    }

    /// Why a list of a row may hold less than there is.
    fn gap(&self, column: &Column, row: &Value) -> Option<Unknown> {
        match row {
            Value::Row(row) if self.store.is_broken(row) => Some(Unknown::new(format!(
                "{}: could not be parsed in part, so its `{}` may be more than are known",
                self.store.describe(row),
                column.name
            ))),
            _ => None,
        }
    }

    pub(super) fn value(&mut self, node: &Node) -> Got {
        self.step(1)?;
        match node {
            Node::Const(value) => Ok(value.clone()),
            Node::Slot(slot) => self
                .slots
                .get(*slot)
                .cloned()
                .ok_or_else(|| Unknown::new("a variable has no value; this is a bug in attest")),
            Node::Column(column, row) => {
                let row = self.value(row)?;
                match column_of(self.store, column, &row)? {
                    list @ Value::List(_) => self.gap(column, &row).map_or(Ok(list), Err),
                    value => Ok(value),
                }
            }
            Node::Method(method, row, args) => {
                let Value::Row(row) = self.value(row)? else {
                    return Err(Unknown::new(format!("there is nothing to ask `{}`", method.name)));
                };
                let args = args.iter().map(|arg| self.value(arg)).collect::<Result<Vec<_>, _>>()?;
                (method.call)(self.store, &row, &args)
            }
            Node::Relation(source) => {
                let mut rows = Vec::new();
                self.whole(source, &mut |_, row| {
                    room(rows.len())?;
                    rows.push(row);
                    Ok(ControlFlow::Continue(()))
                })?;
                Ok(Value::List(rows.into()))
            }
            Node::Builtin(function @ (Builtin::And | Builtin::Or), args) => self.junction(*function, args),
            Node::Builtin(Builtin::Size, args) if let [Node::Relation(source)] = args.as_slice() => {
                let mut count = 0_i64;
                self.whole(source, &mut |_, _| {
                    count = count.saturating_add(1);
                    Ok(ControlFlow::Continue(()))
                })?;
                Ok(Value::Int(count))
            }
            Node::Builtin(function, args) => {
                let args = args.iter().map(|arg| self.value(arg)).collect::<Result<Vec<_>, _>>()?;
                self.step(cost(*function, &args))?;
                if let (Builtin::Add, [Value::List(left), Value::List(right)]) = (function, args.as_slice()) {
                    room(left.len().saturating_add(right.len()))?;
                }
                builtins::apply(*function, &args)
            }
            Node::Matches(text, regex) => match self.value(text)? {
                Value::Text(text) => {
                    self.step(weight(&Value::Text(text.clone())))?;
                    Ok(Value::Bool(regex.is_match(&text)))
                }
                other => Err(Unknown::new(format!("`matches` is not defined for {}", other.type_name()))),
            },
            Node::Ternary(parts) => {
                let [condition, yes, no] = parts.as_ref();
                if self.boolean(condition)? { self.value(yes) } else { self.value(no) }
            }
            Node::List(items) => {
                Ok(Value::List(items.iter().map(|item| self.value(item)).collect::<Result<Vec<_>, _>>()?.into()))
            }
            Node::Macro { kind, slot, source, body } => self.macro_call(*kind, *slot, source, body),
            Node::Has(operand) => Ok(Value::Bool(!matches!(self.value(operand)?, Value::Null))),
            Node::OrValue(parts) => {
                let [operand, otherwise] = parts.as_ref();
                match self.value(operand)? {
                    Value::Null => self.value(otherwise),
                    value => Ok(value),
                }
            }
            Node::Let { slot, value, body } => {
                let value = self.value(value)?;
                self.set(*slot, value);
                self.value(body)
            }
            Node::Lift(operand) => self.value(operand),
            Node::Undecidable(message) => Err(Unknown::new(message.to_string())),
            Node::AllOf(_)
            | Node::AnyOf(_)
            | Node::Negated(_)
            | Node::Quantifier(_)
            | Node::Check { .. }
            | Node::Readable(_) => Err(Unknown::new("a result stands where a value must")),
        }
    }

    /// CEL's `&&` and `||`: an operand that decides does so whatever the other is, also where the other is an error.
    fn junction(&mut self, function: Builtin, args: &[Node]) -> Got {
        let deciding = function == Builtin::Or;
        let mut unknown = None;
        for arg in args {
            match self.boolean(arg) {
                Ok(value) if value == deciding => return Ok(Value::Bool(deciding)),
                Ok(_) => {}
                Err(reason) => unknown = unknown.or(Some(reason)),
            }
        }
        unknown.map_or(Ok(Value::Bool(!deciding)), Err)
    }

    /// All rows of a relation for a value: what is not known of them makes the value unknown, unless `each` ends early.
    fn whole(&mut self, source: &Source, each: &mut dyn FnMut(&mut Self, Value) -> Ended) -> Result<(), Unknown> {
        if let Some(judgement) = self.empty_scope(source, None) {
            return Err(Unknown::new(judgement.message));
        }
        let mut ended = Ok(ControlFlow::Continue(()));
        let problems = self.each_row(source, &mut |evaluator, row| {
            ended = evaluator.step(1).and_then(|()| each(evaluator, row));
            if matches!(ended, Ok(ControlFlow::Continue(()))) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })?;
        match (ended?, problems.first()) {
            (ControlFlow::Continue(()), Some(problem)) => Err(Unknown::new(problem.message.clone())),
            _ => Ok(()),
        }
    }

    /// CEL's macros: `exists` and `all` as junctions over the items, the others strict.
    fn macro_call(&mut self, kind: MacroKind, slot: usize, source: &Node, body: &Node) -> Got {
        let mut fold = MacroFold { kind, unknown: None, count: 0, items: Vec::new() };
        let ended = match source {
            Node::Relation(source) => {
                let mut decided = false;
                let walked = self.whole(source, &mut |evaluator, item| {
                    let ended = fold.item(evaluator, slot, body, item)?;
                    decided = ended.is_break();
                    Ok(ended)
                });
                match walked {
                    Err(unknown) if !decided => return Err(unknown),
                    _ => decided,
                }
            }
            list => {
                let (items, gap) = self.list(list)?;
                let mut decided = false;
                for item in items.iter() {
                    self.step(1)?;
                    if fold.item(self, slot, body, item.clone())?.is_break() {
                        decided = true;
                        break;
                    }
                }
                if let Some(gap) = gap
                    && !decided
                {
                    return Err(gap);
                }
                decided
            }
        };
        fold.end(ended)
    }
}

/// The state of a macro over its items.
struct MacroFold {
    kind: MacroKind,
    unknown: Option<Unknown>,
    count: usize,
    items: Vec<Value>,
}

impl MacroFold {
    fn item(&mut self, evaluator: &mut Evaluator<'_, '_>, slot: usize, body: &Node, item: Value) -> Ended {
        evaluator.set(slot, item.clone());
        if self.kind == MacroKind::Map {
            let mapped = evaluator.value(body)?;
            room(self.items.len())?;
            self.items.push(mapped);
            return Ok(ControlFlow::Continue(()));
        }
        let holds = match (self.kind, evaluator.boolean(body)) {
            (_, Ok(holds)) => holds,
            (MacroKind::Exists | MacroKind::All, Err(unknown)) => {
                self.unknown.get_or_insert(unknown);
                return Ok(ControlFlow::Continue(()));
            }
            (_, Err(unknown)) => return Err(unknown),
        };
        match self.kind {
            MacroKind::Exists if holds => return Ok(ControlFlow::Break(())),
            MacroKind::All if !holds => return Ok(ControlFlow::Break(())),
            MacroKind::ExistsOne if holds => self.count = self.count.saturating_add(1),
            MacroKind::Filter if holds => self.items.push(item),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    /// `decided`: an item ended it.
    fn end(self, decided: bool) -> Got {
        match self.kind {
            MacroKind::Exists | MacroKind::All => {
                let value = (self.kind == MacroKind::Exists) == decided;
                match self.unknown {
                    Some(unknown) if !decided => Err(unknown),
                    _ => Ok(Value::Bool(value)),
                }
            }
            MacroKind::ExistsOne => Ok(Value::Bool(self.count == 1)),
            MacroKind::Filter | MacroKind::Map => Ok(Value::List(self.items.into())),
        }
    }
}

/// A column of a row.
fn column_of(store: &Store<'_>, column: &Column, row: &Value) -> Got {
    match row {
        Value::Row(row) => (column.get)(store, row),
        other => Err(Unknown::new(format!("{} has no `{}`", other.type_name(), column.name))),
    }
}

/// Whether a list of that length may take one more.
fn room(length: usize) -> Result<(), Unknown> {
    if length >= LIST_ITEMS {
        return Err(Unknown::new(format!("a list of more than {LIST_ITEMS} items: narrow the scope, or filter first")));
    }
    Ok(())
}

/// What an operator costs beyond its step: what it reads, and more where it copies that.
fn cost(function: Builtin, args: &[Value]) -> u64 {
    let read = args.iter().map(weight).fold(0_u64, u64::saturating_add);
    if function == Builtin::Add { read.saturating_mul(8) } else { read }
}

fn weight(value: &Value) -> u64 {
    let length = match value {
        Value::Text(text) => text.len() / 32,
        Value::List(items) => items.len(),
        _ => 0,
    };
    u64::try_from(length).unwrap_or(u64::MAX)
}
