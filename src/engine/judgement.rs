//! What is said of one assertion, and how several judgements become one. Does not know how they came about.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::limits;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};
use crate::verdict::{Finding, Outcome};

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
    pub(super) said: bool,
    /// What authors said, where the message holds more than that.
    pub(super) spoken: Option<String>,
}

impl Judgement {
    pub(super) fn new(outcome: Outcome, message: impl Into<String>) -> Self {
        Self {
            outcome,
            message: message.into(),
            findings: Vec::new(),
            more: 0,
            paths: BTreeSet::new(),
            beyond: false,
            said: false,
            spoken: None,
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

    pub(super) fn of(value: bool) -> Self {
        if value { Self::new(Outcome::Pass, "holds") } else { Self::new(Outcome::Fail, "does not hold") }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        self.paths.insert(finding.location.path.clone());
        if self.is_full() {
            self.more = self.more.saturating_add(1);
        } else {
            self.findings.push(finding);
        }
    }

    /// Adds the place of a row. Where it would not be listed, its line is not looked for either: a line may be long.
    pub(super) fn add_row(&mut self, store: &Store<'_>, row: &Row) {
        if self.is_full() {
            self.paths.extend(store.path(row));
            self.more = self.more.saturating_add(1);
        } else if let Some(location) = store.location(row) {
            self.add(Finding { location, message: store.describe(row) });
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= limits::FINDINGS
    }

    /// Takes the evidence of another.
    pub(super) fn absorb(&mut self, other: &mut Self) {
        for finding in other.findings.drain(..) {
            self.add(finding);
        }
        self.more = self.more.saturating_add(other.more);
        self.paths.append(&mut other.paths);
        self.beyond |= other.beyond;
    }
}

/// One judgement of several: the evidence and words of those with the deciding outcome.
pub(super) fn merge(judged: Vec<Judgement>, deciding: Outcome) -> Judgement {
    let mut merged = Judgement::new(deciding, "");
    let mut messages: Vec<String> = Vec::new();
    let mut spoken: Vec<String> = Vec::new();
    for mut judgement in judged.into_iter().filter(|it| it.outcome == deciding) {
        merged.said |= judgement.said;
        merged.beyond |= judgement.paths.is_empty();
        if !messages.contains(&judgement.message) {
            if judgement.said {
                spoken.push(judgement.message.clone());
            }
            messages.push(std::mem::take(&mut judgement.message));
        }
        merged.absorb(&mut judgement);
    }
    merged.message = messages.join("; ");
    merged.spoken = (spoken.len() < messages.len() && merged.said).then(|| spoken.join("; "));
    merged
}

/// A value in words; long ones are cut, for they stand in messages.
pub(super) fn described(store: &Store<'_>, value: &Value) -> String {
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
