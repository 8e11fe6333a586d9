//! Evaluation: values with CEL's meaning, results in three-valued logic, quantifiers with their evidence.
//!
//! Invariants: missing is never false (an unknown makes an `error` wherever it could have changed the answer), and empty
//! is never true (a quantifier over nothing is an `error` unless the author opened the door).

use std::ops::ControlFlow;

use super::judgement::{Judgement, described, merge};
use super::link::{Node, Quantifier, Source};
use super::tally::{Tally, unknowns, witnesses};
use crate::facts::relations::{Extra, Need, Rows, Unknown};
use crate::facts::store::{Problem, Scope, ScopeId, ScopeProblem, Store};
use crate::facts::value::Value;
use crate::hir::expr::QuantifierKind;
use crate::hir::model::IfEmpty;
use crate::ir::plan::MessagePart;
use crate::verdict::{Finding, Location, Outcome};

/// Steps that one assertion may take: rows visited and operators applied, long texts and lists counted by their length.
/// Far beyond honest rules, and a bound in time.
const STEPS: u64 = 200_000_000;

/// Evaluates a linked expression of type `Result`; `message` replaces the check's words where it fails.
pub(super) fn judge(node: &Node, store: &Store<'_>, message: Option<&str>) -> Judgement {
    judge_within(STEPS, node, store, message)
}

/// [`judge`] in at most so many steps.
pub(super) fn judge_within(limit: u64, node: &Node, store: &Store<'_>, message: Option<&str>) -> Judgement {
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

pub(super) struct Evaluator<'s, 't> {
    pub(super) store: &'s Store<'t>,
    pub(super) slots: Vec<Value>,
    pub(super) steps: u64,
    pub(super) limit: u64,
    /// How many `!` stand around: below one, witnesses are counterexamples, and all of them count.
    pub(super) negations: u32,
}

impl Evaluator<'_, '_> {
    pub(super) fn set(&mut self, slot: usize, value: Value) {
        if self.slots.len() <= slot {
            self.slots.resize(slot.saturating_add(1), Value::Null);
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = value;
        }
    }

    /// Takes so many steps.
    pub(super) fn step(&mut self, count: u64) -> Result<(), Unknown> {
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
                judgement.spoken = None;
                judgement
            }
            Node::Quantifier(quantifier) => self.quantifier(quantifier),
            Node::Check { message, body } => {
                let mut judgement = self.result(body);
                // What a check inside said is narrower than what this one would say, and than what nobody worded.
                if let Some(spoken) = judgement.spoken.take() {
                    judgement.message = spoken;
                }
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
            Node::Readable(scope) => self.readable(*scope),
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
                let ended = self.each_row(source, &mut |evaluator, row| evaluator.weigh(quantifier, &row, &mut tally));
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
                        if self.weigh(quantifier, item, &mut tally).is_break() {
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
    pub(super) fn empty_scope(&self, source: &Source, if_empty: Option<IfEmpty>) -> Option<Judgement> {
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
            _ => no_files(scope, message),
        })
    }

    /// Whether every file of a scope is there and is text; what is not is an error.
    fn readable(&mut self, id: ScopeId) -> Judgement {
        let Some(scope) = self.store.scope(id) else { return Judgement::error("the scope is not part of the run") };
        if let Some(problem) = &scope.problem {
            let (ScopeProblem::Empty(message) | ScopeProblem::Refused(message)) = problem;
            return no_files(scope, message);
        }
        let mut rows = Rows { rows: Vec::new(), problems: scope.gaps.clone() };
        let mut count = 0_usize;
        for file in scope.files_for(Need::Text) {
            if let Err(unknown) = self.step(1) {
                return Judgement::error(unknown.message);
            }
            self.store.content_problem(file, &mut rows);
            count = count.saturating_add(1);
        }
        unknowns(Vec::new(), Vec::new(), &rows.problems).unwrap_or_else(|| {
            let files = if count == 1 { "file" } else { "files" };
            Judgement::new(Outcome::Pass, format!("{count} {files} in `{}`", scope.text))
        })
    }

    /// One row of a quantifier; breaks where no further row can change the answer or add evidence that is listed.
    fn weigh(&mut self, quantifier: &Quantifier, row: &Value, tally: &mut Tally) -> ControlFlow<()> {
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
                    tally.unknown(self.store, row, unknown.message);
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
        let broken = judged.outcome == Outcome::Fail && matches!(row, Value::Row(row) if self.store.is_broken(row));
        let outcome = if broken { Outcome::Error } else { judged.outcome };
        let evidence = match (quantifier.kind, outcome) {
            (QuantifierKind::Any | QuantifierKind::No, Outcome::Pass) | (QuantifierKind::Every, Outcome::Fail) => true,
            // What holds is evidence too: the lines that a reader or a judge would look at.
            // So are the rows that `any` looked at in vain: where a reader would expect what is missing.
            (QuantifierKind::Every, Outcome::Pass) | (QuantifierKind::Any, Outcome::Fail) => {
                if !tally.support.is_full() {
                    witnesses(self.store, row, &mut judged, &mut tally.support);
                }
                false
            }
            (_, Outcome::Error) => {
                let message = if broken {
                    String::from("could not be parsed in part")
                } else {
                    std::mem::take(&mut judged.message)
                };
                tally.unknown(self.store, row, message);
                false
            }
            _ => false,
        };
        if evidence {
            tally.hits = tally.hits.saturating_add(1);
            if tally.first.is_none() {
                tally.first = Some(described(self.store, row));
            }
            if judged.said && tally.said.is_none() {
                tally.said = Some(std::mem::take(&mut judged.message));
            }
            witnesses(self.store, row, &mut judged, &mut tally.evidence);
            // Witnesses beyond the list tell nothing new; counterexamples are counted to the end.
            if quantifier.kind == QuantifierKind::Any && self.negations == 0 && tally.evidence.is_full() {
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Calls `each` with every row of a relation in order, one file's rows in memory at a time.
    pub(super) fn each_row(
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
        for file in scope.files_for(source.relation.need) {
            (source.relation.rows)(store, file, &extra, &mut buffer);
            problems.append(&mut buffer.problems);
            for row in buffer.rows.drain(..) {
                if each(self, Value::Row(row)).is_break() {
                    return Ok(problems);
                }
            }
        }
        Ok(problems)
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

/// The error of a scope that names no file.
fn no_files(scope: &Scope, message: &str) -> Judgement {
    let mut judgement = Judgement::error(message);
    if scope.literal {
        judgement.add(Finding { location: Location::file(scope.text.clone()), message: String::from("not there") });
    }
    judgement
}
