//! Evaluation: values with CEL's meaning, results in three-valued logic, quantifiers with their evidence.
//!
//! Invariants: missing is never false (an unknown makes an `error` wherever it could have changed the answer), and empty
//! is never true (a quantifier over nothing is an `error` unless the author opened the door).

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::builtins;
use super::link::{Node, Quantifier, Source};
use crate::base::limits;
use crate::facts::relations::{Column, Extra, Got, Need, Rows, Unknown};
use crate::facts::store::{Problem, ScopeProblem, Store};
use crate::facts::value::{Row, Value};
use crate::hir::expr::{Builtin, MacroKind, QuantifierKind};
use crate::hir::model::IfEmpty;
use crate::ir::plan::MessagePart;
use crate::verdict::{Finding, Location, Outcome};

/// Steps that one assertion may take: rows visited and operators applied, long texts and lists counted by their length.
/// Far beyond honest rules, and a bound in time.
const STEPS: u64 = 200_000_000;
/// Longest list that an expression may build.
const LIST_ITEMS: usize = 1_000_000;

/// What is said of one assertion: pass, fail, error or skip, with evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Pass, fail, error, or skip.
    pub outcome: Outcome,
    /// Why, in one line.
    pub message: String,
    /// Witnesses, counterexamples, or the places of errors, in the order of path and position.
    pub findings: Vec<Finding>,
    /// How many findings there are beyond those listed.
    pub more: usize,
    /// The files of all findings, listed or not.
    pub paths: BTreeSet<Arc<str>>,
    /// There is more to a fail than its findings show: a claim without a witness, or something unknown beside it.
    pub(super) beyond: bool,
    /// The message is the author's, so an outer check keeps it.
    said: bool,
}

impl Judgement {
    fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Self {
            outcome,
            message: message.into(),
            findings: Vec::new(),
            more: 0,
            paths: BTreeSet::new(),
            beyond: false,
            said: false,
        }
    }

    /// An error without a place.
    pub fn error(message: impl Into<String>) -> Self {
        Self::new(Outcome::Error, message)
    }

    /// Out of the run's scope.
    pub fn skipped(message: impl Into<String>) -> Self {
        Self::new(Outcome::Skip, message)
    }

    fn of(value: bool) -> Self {
        if value { Self::new(Outcome::Pass, "holds") } else { Self::new(Outcome::Fail, "does not hold") }
    }

    fn add(&mut self, finding: Finding) {
        self.paths.insert(finding.location.path.clone());
        if self.is_full() {
            self.more = self.more.saturating_add(1);
        } else {
            self.findings.push(finding);
        }
    }

    /// Adds the place of a row. Where it would not be listed, its line is not looked for either: a line may be long.
    fn add_row(&mut self, store: &Store<'_>, row: &Row) {
        if self.is_full() {
            self.paths.extend(store.path(row));
            self.more = self.more.saturating_add(1);
        } else if let Some(location) = store.location(row) {
            self.add(Finding { location, message: store.describe(row) });
        }
    }

    fn is_full(&self) -> bool {
        self.findings.len() >= limits::FINDINGS
    }

    /// Takes the evidence of another.
    fn absorb(&mut self, other: &mut Self) {
        for finding in other.findings.drain(..) {
            self.add(finding);
        }
        self.more = self.more.saturating_add(other.more);
        self.paths.append(&mut other.paths);
        self.beyond |= other.beyond;
    }
}

/// Evaluates a linked expression of type `Result`; `message` replaces the check's words where it fails.
pub(super) fn judge(node: &Node, store: &Store<'_>, message: Option<&str>) -> Judgement {
    judge_within(STEPS, node, store, message)
}

/// [`judge`] in at most so many steps.
fn judge_within(limit: u64, node: &Node, store: &Store<'_>, message: Option<&str>) -> Judgement {
    let mut judgement = Evaluator { store, slots: Vec::new(), steps: 0, limit, negations: 0 }.result(node);
    if judgement.outcome == Outcome::Fail
        && let Some(message) = message
    {
        message.clone_into(&mut judgement.message);
    }
    judgement.findings.sort();
    judgement.findings.dedup();
    judgement
}

struct Evaluator<'s, 't> {
    store: &'s Store<'t>,
    slots: Vec<Value>,
    steps: u64,
    limit: u64,
    /// How many `!` stand around: below one, witnesses are counterexamples, and all of them count.
    negations: u32,
}

impl Evaluator<'_, '_> {
    fn set(&mut self, slot: usize, value: Value) {
        if self.slots.len() <= slot {
            self.slots.resize(slot.saturating_add(1), Value::Null);
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    /// Takes so many steps.
    fn step(&mut self, count: u64) -> Result<(), Unknown> {
        self.steps = self.steps.saturating_add(count);
        if self.steps > self.limit {
            return Err(Unknown::new(format!(
                "evaluation took more than {} steps: narrow the scope, or do not nest relations",
                self.limit
            )));
        }
        Ok(())
    }

    fn result(&mut self, node: &Node) -> Judgement {
        match node {
            Node::Lift(operand) => match self.boolean(operand) {
                Ok(value) => Judgement::of(value),
                Err(unknown) => Judgement::error(unknown.message),
            },
            Node::AllOf(items) => self.all_of(items),
            Node::AnyOf(items) => self.any_of(items),
            Node::Negated(operand) => {
                self.negations = self.negations.saturating_add(1);
                let mut judgement = self.result(operand);
                self.negations = self.negations.saturating_sub(1);
                judgement.outcome = match judgement.outcome {
                    Outcome::Pass => Outcome::Fail,
                    Outcome::Fail => Outcome::Pass,
                    same @ (Outcome::Error | Outcome::Skip | Outcome::Waived) => same,
                };
                judgement.said = false;
                judgement
            }
            Node::Quantifier(quantifier) => self.quantifier(quantifier),
            Node::Check { message, body } => {
                let mut judgement = self.result(body);
                if judgement.outcome == Outcome::Fail && !judgement.said && !message.is_empty() {
                    judgement.message = self.words(message);
                    judgement.said = true;
                }
                judgement
            }
            Node::Let { slot, value, body } => match self.value(value) {
                Ok(value) => {
                    self.set(*slot, value);
                    self.result(body)
                }
                Err(unknown) => Judgement::error(unknown.message),
            },
            Node::Undecidable(message) => Judgement::error(message.to_string()),
            _ => match self.boolean(node) {
                Ok(value) => Judgement::of(value),
                Err(unknown) => Judgement::error(unknown.message),
            },
        }
    }

    /// `&&`: a fail decides, whatever else; then an error; all evidence of the deciding side is kept.
    fn all_of(&mut self, items: &[Node]) -> Judgement {
        let judged: Vec<Judgement> = items.iter().map(|item| self.result(item)).collect();
        let deciding = [Outcome::Fail, Outcome::Error]
            .into_iter()
            .find(|outcome| judged.iter().any(|it| it.outcome == *outcome))
            .unwrap_or(Outcome::Pass);
        let beyond = judged.iter().any(|it| it.outcome == Outcome::Error);
        let mut merged = merge(judged, deciding);
        merged.beyond |= beyond;
        merged
    }

    /// `||`: the first pass decides and ends it (below a `!` all of them are evidence); then an error.
    fn any_of(&mut self, items: &[Node]) -> Judgement {
        let mut judged = Vec::with_capacity(items.len());
        for item in items {
            let judgement = self.result(item);
            if judgement.outcome == Outcome::Pass && self.negations == 0 {
                return judgement;
            }
            judged.push(judgement);
        }
        if judged.iter().any(|it| it.outcome == Outcome::Pass) {
            let beyond = judged.iter().any(|it| it.outcome == Outcome::Error);
            let mut merged = merge(judged, Outcome::Pass);
            merged.beyond |= beyond;
            return merged;
        }
        let failed = judged.iter().all(|it| it.outcome == Outcome::Fail);
        merge(judged, if failed { Outcome::Fail } else { Outcome::Error })
    }

    fn quantifier(&mut self, quantifier: &Quantifier) -> Judgement {
        let mut tally = Tally::default();
        let (rows, scope) = match &quantifier.source {
            Node::Relation(source) => {
                if let Some(judgement) = self.empty_scope(source, quantifier.if_empty) {
                    return judgement;
                }
                let ended = self.each_row(source, &mut |evaluator, row| evaluator.weigh(quantifier, row, &mut tally));
                match ended {
                    Ok(problems) => tally.problems = problems,
                    Err(unknown) => tally.unknown.push(unknown.message),
                }
                (true, self.store.scope(source.scope).map_or_else(String::new, |scope| scope.text.to_string()))
            }
            list => match self.list(list) {
                Ok((items, gap)) => {
                    // A list parameter; a row's own list is a column or method, and holds vacuously.
                    let is_parameter = matches!(list, Node::Slot(_));
                    if is_parameter && items.is_empty() {
                        let message = "the list is empty: nothing would be checked";
                        return match quantifier.if_empty {
                            Some(IfEmpty::Pass) => Judgement::new(Outcome::Pass, message),
                            Some(IfEmpty::Fail) => Judgement::new(Outcome::Fail, message),
                            None => Judgement::error(message),
                        };
                    }
                    for item in items.iter() {
                        if self.weigh(quantifier, item.clone(), &mut tally).is_break() {
                            break;
                        }
                    }
                    tally.unknown.extend(gap.map(|gap| gap.message));
                    (is_parameter, String::new())
                }
                Err(unknown) => return Judgement::error(unknown.message),
            },
        };
        tally.conclude(quantifier, rows, &scope)
    }

    /// The judgement over a scope that names no file; nothing where it names some.
    fn empty_scope(&self, source: &Source, if_empty: Option<IfEmpty>) -> Option<Judgement> {
        let scope = self.store.scope(source.scope)?;
        let (message, is_empty) = match scope.problem.as_ref()? {
            ScopeProblem::Empty(message) => (message, true),
            ScopeProblem::Refused(message) => (message, false),
        };
        // Only where the files themselves are the rows is an empty scope an empty selection; else it is a slip.
        let governed = is_empty && source.relation.need == Need::Listing;
        Some(match if_empty {
            Some(IfEmpty::Pass) if governed => Judgement::new(Outcome::Pass, message.clone()),
            Some(IfEmpty::Fail) if governed => Judgement::new(Outcome::Fail, message.clone()),
            _ => {
                let mut judgement = Judgement::error(message.clone());
                if scope.literal {
                    judgement.add(Finding {
                        location: Location::file(scope.text.clone()),
                        message: String::from("not there"),
                    });
                }
                judgement
            }
        })
    }

    /// One row of a quantifier; breaks where no further row can change the answer or add evidence that is listed.
    fn weigh(&mut self, quantifier: &Quantifier, row: Value, tally: &mut Tally) -> ControlFlow<()> {
        if let Err(unknown) = self.step(1) {
            tally.unknown.push(unknown.message);
            return ControlFlow::Break(());
        }
        self.set(quantifier.slot, row.clone());
        tally.seen = tally.seen.saturating_add(1);
        if let Some(filter) = &quantifier.filter {
            match self.boolean(filter) {
                Ok(true) => {}
                Ok(false) => return ControlFlow::Continue(()),
                Err(unknown) => {
                    tally.unknown(self.store, &row, unknown.message);
                    return ControlFlow::Continue(());
                }
            }
        }
        tally.selected = tally.selected.saturating_add(1);
        let mut judged = match &quantifier.body {
            Some(body) => self.result(body),
            None => Judgement::of(true),
        };
        // A claim that something is missing from a region that could not be parsed is no claim.
        let broken = judged.outcome == Outcome::Fail && matches!(&row, Value::Row(row) if self.store.is_broken(row));
        let outcome = if broken { Outcome::Error } else { judged.outcome };
        let evidence = match (quantifier.kind, outcome) {
            (QuantifierKind::Any | QuantifierKind::No, Outcome::Pass) | (QuantifierKind::Every, Outcome::Fail) => true,
            // What holds is evidence too: the lines that a reader or a judge would look at.
            // So are the rows that `any` looked at in vain: where a reader would expect what is missing.
            (QuantifierKind::Every, Outcome::Pass) | (QuantifierKind::Any, Outcome::Fail) => {
                if !tally.support.is_full() {
                    witnesses(self.store, &row, &mut judged, &mut tally.support);
                }
                false
            }
            (_, Outcome::Error) => {
                let message = if broken {
                    String::from("could not be parsed in part")
                } else {
                    std::mem::take(&mut judged.message)
                };
                tally.unknown(self.store, &row, message);
                false
            }
            _ => false,
        };
        if evidence {
            tally.hits = tally.hits.saturating_add(1);
            if tally.first.is_none() {
                tally.first = Some(described(self.store, &row));
            }
            if judged.said && tally.said.is_none() {
                tally.said = Some(std::mem::take(&mut judged.message));
            }
            witnesses(self.store, &row, &mut judged, &mut tally.evidence);
            // Witnesses beyond the list tell nothing new; counterexamples are counted to the end.
            if quantifier.kind == QuantifierKind::Any && self.negations == 0 && tally.evidence.is_full() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Calls `each` with every row of a relation in order, one file's rows in memory at a time.
    fn each_row(
        &mut self,
        source: &Source,
        each: &mut dyn FnMut(&mut Self, Value) -> ControlFlow<()>,
    ) -> Result<Vec<Problem>, Unknown> {
        let store = self.store;
        let Some(scope) = store.scope(source.scope) else {
            return Err(Unknown::new("the scope is not part of the run"));
        };
        let extra = Extra { regex: source.regex.as_deref(), literal: scope.literal };
        let mut problems = scope.gaps.clone();
        let mut buffer = Rows::default();
        for file in &scope.files {
            (source.relation.rows)(store, *file, &extra, &mut buffer);
            problems.append(&mut buffer.problems);
            for row in buffer.rows.drain(..) {
                if each(self, Value::Row(row)).is_break() {
                    return Ok(problems);
                }
            }
        }
        Ok(problems)
    }

    fn boolean(&mut self, node: &Node) -> Result<bool, Unknown> {
        match self.value(node)? {
            Value::Bool(value) => Ok(value),
            other => Err(Unknown::new(format!("{} stands where a boolean must", other.type_name()))),
        }
    }

    /// A list, and why there may be more to it than it holds: it is of a row whose region could not be parsed in part.
    fn list(&mut self, node: &Node) -> Result<(Arc<[Value]>, Option<Unknown>), Unknown> {
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

    fn value(&mut self, node: &Node) -> Got {
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
            Node::AllOf(_) | Node::AnyOf(_) | Node::Negated(_) | Node::Quantifier(_) | Node::Check { .. } => {
                Err(Unknown::new("a result stands where a value must"))
            }
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
    fn whole(
        &mut self,
        source: &Source,
        each: &mut dyn FnMut(&mut Self, Value) -> Result<ControlFlow<()>, Unknown>,
    ) -> Result<(), Unknown> {
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

    fn words(&self, parts: &[MessagePart]) -> String {
        let mut out = String::new();
        for part in parts {
            match part {
                MessagePart::Text(text) => out.push_str(text),
                MessagePart::Slot(slot) => {
                    let value = self.slots.get(*slot as usize).cloned().unwrap_or(Value::Null);
                    out.push_str(&described(self.store, &value));
                }
            }
        }
        out
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
    fn item(
        &mut self,
        evaluator: &mut Evaluator<'_, '_>,
        slot: usize,
        body: &Node,
        item: Value,
    ) -> Result<ControlFlow<()>, Unknown> {
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

/// What a quantifier has seen.
#[derive(Default)]
struct Tally {
    /// Rows of the source.
    seen: usize,
    /// Rows that pass the filter.
    selected: usize,
    /// Witnesses or counterexamples.
    hits: usize,
    /// The first of them in words.
    first: Option<String>,
    /// What a check inside said of it.
    said: Option<String>,
    /// Their places.
    evidence: Evidence,
    /// Places of rows for which `every` holds.
    support: Evidence,
    /// Rows of which nothing can be said.
    unknown: Vec<String>,
    /// Their places.
    unknown_places: Vec<Finding>,
    /// Files and regions of which nothing can be said.
    problems: Vec<Problem>,
}

/// The evidence of a tally.
struct Evidence(Judgement);

impl Default for Evidence {
    fn default() -> Self {
        Self(Judgement::new(Outcome::Pass, ""))
    }
}

impl std::ops::Deref for Evidence {
    type Target = Judgement;

    fn deref(&self) -> &Judgement {
        &self.0
    }
}

impl std::ops::DerefMut for Evidence {
    fn deref_mut(&mut self) -> &mut Judgement {
        &mut self.0
    }
}

impl Tally {
    fn unknown(&mut self, store: &Store<'_>, row: &Value, message: String) {
        if self.unknown.len() >= limits::FINDINGS {
            return;
        }
        if let Value::Row(row) = row
            && let Some(location) = store.location(row)
        {
            let described = store.describe(row);
            self.unknown_places.push(Finding { location, message: format!("{described}: {message}") });
            self.unknown.push(format!("{described}: {message}"));
        } else {
            self.unknown.push(message);
        }
    }

    /// The judgement, in the order of dominance: evidence, then what is unknown, then emptiness.
    fn conclude(self, quantifier: &Quantifier, over_relation: bool, scope: &str) -> Judgement {
        let kind = quantifier.kind;
        let variable = &quantifier.variable;
        let place = if scope.is_empty() { String::new() } else { format!(" in `{scope}`") };
        if self.hits > 0 {
            let outcome = if kind == QuantifierKind::Any { Outcome::Pass } else { Outcome::Fail };
            let first = self.first.unwrap_or_default();
            let mut judgement = self.evidence.0;
            judgement.outcome = outcome;
            judgement.beyond |= !self.unknown.is_empty() || !self.problems.is_empty();
            judgement.said = self.said.is_some() && outcome == Outcome::Fail;
            judgement.message = match (kind, self.said) {
                (QuantifierKind::Every | QuantifierKind::No, Some(said)) => said,
                (QuantifierKind::Any, _) => first,
                (QuantifierKind::Every, None) => {
                    format!("{} of {} `{variable}`{place} do not hold, first {first}", self.hits, self.selected)
                }
                (QuantifierKind::No, None) => {
                    format!("{} `{variable}`{place} must not be there, first {first}", self.hits)
                }
            };
            return judgement;
        }
        if let Some(judgement) = unknowns(self.unknown, self.unknown_places, &self.problems) {
            return judgement;
        }
        match kind {
            QuantifierKind::Any => {
                let mut judgement = self.support.0;
                judgement.outcome = Outcome::Fail;
                judgement.more = 0;
                judgement.message = format!("no `{variable}`{place} is as claimed");
                judgement
            }
            QuantifierKind::No => Judgement::new(Outcome::Pass, format!("none of {} `{variable}`{place}", self.seen)),
            QuantifierKind::Every if self.selected > 0 || !over_relation => {
                let mut judgement = self.support.0;
                judgement.more = 0;
                judgement.message = format!("all {} `{variable}`{place}", self.selected);
                judgement
            }
            QuantifierKind::Every => {
                let message = format!("nothing to check: no `{variable}`{place} is selected");
                match quantifier.if_empty {
                    Some(IfEmpty::Pass) => Judgement::new(Outcome::Pass, message),
                    Some(IfEmpty::Fail) => Judgement::new(Outcome::Fail, message),
                    None => Judgement::error(format!(
                        "{message} (say `if_empty: pass` or `if_empty: fail` where that is meant)"
                    )),
                }
            }
        }
    }
}

/// The evidence of one row: what its body found, else the row itself.
fn witnesses(store: &Store<'_>, row: &Value, judged: &mut Judgement, into: &mut Judgement) {
    let row = match row {
        Value::Row(row) => Some(row),
        _ => None,
    };
    if judged.paths.is_empty() {
        match row {
            Some(row) => into.add_row(store, row),
            None => into.beyond = true,
        }
    } else {
        // What the findings of the body do not show lies with the row.
        if judged.beyond {
            into.paths.extend(row.and_then(|row| store.path(row)));
        }
        into.absorb(judged);
    }
}

/// The error of what is unknown, if anything is.
fn unknowns(messages: Vec<String>, places: Vec<Finding>, problems: &[Problem]) -> Option<Judgement> {
    let count = messages.len().saturating_add(problems.len());
    let first = problems.first().map(|problem| problem.message.clone()).or_else(|| messages.into_iter().next())?;
    let message = if count > 1 { format!("{first} (and {} more)", count.saturating_sub(1)) } else { first };
    let mut judgement = Judgement::error(message);
    for problem in problems {
        judgement.add(Finding { location: problem.location.clone(), message: problem.message.clone() });
    }
    for finding in places {
        judgement.add(finding);
    }
    Some(judgement)
}

/// One judgement of several: the evidence and words of those with the deciding outcome.
fn merge(judged: Vec<Judgement>, deciding: Outcome) -> Judgement {
    let mut merged = Judgement::new(deciding, "");
    let mut messages: Vec<String> = Vec::new();
    for mut judgement in judged.into_iter().filter(|it| it.outcome == deciding) {
        merged.said |= judgement.said;
        merged.beyond |= judgement.paths.is_empty();
        if !messages.contains(&judgement.message) {
            messages.push(std::mem::take(&mut judgement.message));
        }
        merged.absorb(&mut judgement);
    }
    merged.message = messages.join("; ");
    merged
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

/// A value in words; long ones are cut, for they stand in messages.
fn described(store: &Store<'_>, value: &Value) -> String {
    const ITEMS: usize = 20;
    const CHARACTERS: usize = 200;
    match value {
        Value::Null => String::from("none"),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) | Value::Time(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Text(text) => match text.char_indices().nth(CHARACTERS) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text.to_string(),
        },
        Value::Version(version) => version.to_string(),
        Value::List(items) => {
            let mut shown: Vec<String> = items.iter().take(ITEMS).map(|item| described(store, item)).collect();
            if items.len() > ITEMS {
                shown.push(String::from("…"));
            }
            format!("[{}]", shown.join(", "))
        }
        Value::Row(row) => store.describe(row),
    }
}
