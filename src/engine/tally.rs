//! What a quantifier has seen of its rows, and what follows from that: evidence first, then what is unknown, then
//! emptiness.

use super::judgement::Judgement;
use super::link::{Node, Quantifier};
use crate::base::limits;
use crate::facts::store::{Problem, Store};
use crate::facts::value::Value;
use crate::hir::expr::QuantifierKind;
use crate::hir::model::IfEmpty;
use crate::verdict::{Finding, Outcome};

/// What a quantifier has seen.
#[derive(Default)]
pub(super) struct Tally {
    /// Rows of the source.
    pub(super) seen: usize,
    /// Rows that pass the filter.
    pub(super) selected: usize,
    /// Witnesses or counterexamples.
    pub(super) hits: usize,
    /// The first of them in words.
    pub(super) first: Option<String>,
    /// What a check inside said of it.
    pub(super) said: Option<String>,
    /// Their places.
    pub(super) evidence: Evidence,
    /// Places of rows for which `every` holds.
    pub(super) support: Evidence,
    /// Rows of which nothing can be said.
    pub(super) unknown: Vec<String>,
    /// Their places.
    pub(super) unknown_places: Vec<Finding>,
    /// Files and regions of which nothing can be said.
    pub(super) problems: Vec<Problem>,
}

/// The evidence of a tally.
pub(super) struct Evidence(Judgement);

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
    pub(super) fn unknown(&mut self, store: &Store<'_>, row: &Value, message: String) {
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
    pub(super) fn conclude(self, quantifier: &Quantifier, over_relation: bool, scope: &str) -> Judgement {
        let kind = quantifier.kind;
        // Relations are named by what they hold, in the plural; a list by its variable.
        let rows = match &quantifier.source {
            Node::Relation(source) => source.relation.name.replace('_', " "),
            _ => format!("`{}`", quantifier.variable),
        };
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
                    format!("{} of {} {rows}{place} do not hold, first {first}", self.hits, self.selected)
                }
                (QuantifierKind::No, None) => {
                    format!("{} of {} {rows}{place} must not be there, first {first}", self.hits, self.seen)
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
                judgement.message = format!("none of {} {rows}{place} is as claimed", self.seen);
                judgement
            }
            QuantifierKind::No => Judgement::new(Outcome::Pass, format!("none of {} {rows}{place}", self.seen)),
            QuantifierKind::Every if self.selected > 0 || !over_relation => {
                let mut judgement = self.support.0;
                judgement.more = 0;
                judgement.message = format!("all {} {rows}{place}", self.selected);
                judgement
            }
            QuantifierKind::Every => {
                let message = format!("nothing to check: none of {} {rows}{place} is selected", self.seen);
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
pub(super) fn witnesses(store: &Store<'_>, row: &Value, judged: &mut Judgement, into: &mut Judgement) {
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
pub(super) fn unknowns(messages: Vec<String>, places: Vec<Finding>, problems: &[Problem]) -> Option<Judgement> {
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
