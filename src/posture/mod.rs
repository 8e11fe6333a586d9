//! What outcomes mean for the model: the status of a control and what its facets lack. Each is computed, none settable.
//! Does not read source code.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ir::plan::{Control, Obligation};
use crate::verdict::Outcome;

/// The status of a control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It has no assertion.
    NotImplemented,
    /// An assertion fails, whatever else.
    Failing,
    /// An assertion is an error.
    Undecided,
    /// A live waiver carries it.
    Waived,
    /// All its assertions were skipped.
    OutOfScope,
    /// Tier 1 holds.
    Implemented,
}

/// The status that a control's outcomes give: the worst decides, in the order of the variants of [`Status`].
pub fn status(outcomes: impl IntoIterator<Item = Outcome>) -> Status {
    let seen: BTreeSet<Outcome> = outcomes.into_iter().collect();
    if seen.is_empty() {
        Status::NotImplemented
    } else if seen.contains(&Outcome::Fail) {
        Status::Failing
    } else if seen.contains(&Outcome::Error) {
        Status::Undecided
    } else if seen.contains(&Outcome::Waived) {
        Status::Waived
    } else if seen.contains(&Outcome::Pass) {
        Status::Implemented
    } else {
        Status::OutOfScope
    }
}

/// A control's facets in its own order: those that a passing, coherent assertion covers, and the others.
pub fn facets<'a>(
    control: &Control,
    assertions: impl IntoIterator<Item = (&'a Obligation, Outcome)>,
) -> (Vec<Arc<str>>, Vec<Arc<str>>) {
    let covered: BTreeSet<&str> = assertions
        .into_iter()
        .filter(|(obligation, outcome)| *outcome == Outcome::Pass && is_coherent(control, obligation))
        .flat_map(|(obligation, _)| obligation.covers.iter().map(|facet| &**facet))
        .collect();
    control.facets.iter().cloned().partition(|facet| covered.contains(&**facet))
}

/// Whether an assertion's check can prove what its control needs. A control that needs nothing in particular takes any;
/// an expression of its own proves what its author says.
pub fn is_coherent(control: &Control, obligation: &Obligation) -> bool {
    control.needs.is_empty()
        || obligation.check.is_none()
        || obligation.proves.iter().any(|proof| control.needs.contains(proof))
}
