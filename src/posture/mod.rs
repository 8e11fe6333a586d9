//! What outcomes mean for the model: the status of a control, what its facets lack, and what keeps it from `verified`. All
//! of it is computed, none settable, and none of it asks anybody. Does not read source code.

mod reasons;
mod second_opinion;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ir::plan::{Control, Obligation};
use crate::verdict::Outcome;

pub use second_opinion::{Heard, second_opinion_question};

/// The status of a control, the worst first.
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
    /// Both tiers hold, coherent and sufficient.
    Verified,
}

/// One assertion of a control, as both tiers and the waivers left it.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// The assertion.
    pub obligation: &'a Obligation,
    /// The outcome of both tiers and the waiver.
    pub outcome: Outcome,
    /// What Tier 2 came to; nothing where nobody was asked.
    pub tier2: Option<Outcome>,
}

/// What the judges said of a control's assertions as a set. It can only subtract.
#[derive(Clone, Copy, Debug)]
pub struct SecondOpinion<'a> {
    /// What it comes to; anything but a pass keeps the control from `verified`.
    pub outcome: Outcome,
    /// The judge's words, or why there is no answer.
    pub message: &'a str,
}

/// Where a control stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: Status,
    /// The facets that an assertion covers which passes and is coherent, in the control's order.
    pub covered: Vec<Arc<str>>,
    /// The other facets, in the control's order.
    pub missing: Vec<Arc<str>>,
    /// What keeps it from `verified`, each in one line; empty where it is.
    pub reasons: Vec<String>,
}

impl<'a> Judged<'a> {
    /// The outcome, fail-closed: a pass that Tier 2 contradicts is none, whoever concluded it.
    fn settled(&self) -> Outcome {
        match (self.outcome, self.tier2) {
            (Outcome::Pass, Some(Outcome::Fail | Outcome::Waived)) => Outcome::Fail,
            (Outcome::Pass, Some(Outcome::Error)) => Outcome::Error,
            (outcome, _) => outcome,
        }
    }

    fn passes(&self) -> bool {
        self.settled() == Outcome::Pass
    }

    /// Whether Tier 2 vouches for it. Nobody can vouch for an assertion that asks no question.
    fn is_vouched(&self) -> bool {
        self.obligation.ask.is_some() && self.tier2 == Some(Outcome::Pass)
    }

    /// What it is called in its control: its id without the control's.
    fn name(&self, control: &Control) -> &'a str {
        let id: &'a str = &self.obligation.id;
        id.strip_prefix(&*control.id).and_then(|rest| rest.strip_prefix('/')).unwrap_or(id)
    }

    /// Where it stands in every list: the order in which assertions are given plays no part.
    fn rank(&self) -> impl Ord + use<'a> {
        let Self { obligation, outcome, tier2 } = *self;
        let (named, asks) = (obligation.check.is_some(), obligation.ask.is_some());
        (&*obligation.id, outcome, tier2, &obligation.covers, &obligation.proves, named, asks)
    }
}

/// Where a control stands, given its assertions and, where one was asked for, the second opinion on them.
///
/// It is `verified` where it has assertions and
/// 1. every one of them passes both tiers: none fails, errs, was waived or skipped, and Tier 2 was asked and holds;
/// 2. every one is coherent (see [`is_coherent`]);
/// 3. together they suffice: each facet is covered by one, each proof that the control needs is given by one;
/// 4. the second opinion, where there is one, holds.
///
/// Otherwise the worst outcome decides, in the order of the variants of [`Status`]. A skipped assertion keeps a control
/// from `verified` because only what was evaluated counts: a run on changed files vouches for no whole control.
pub fn standing(control: &Control, assertions: &[Judged<'_>], second: Option<SecondOpinion<'_>>) -> Standing {
    let mut sorted = assertions.to_vec();
    sorted.sort_by(|left, right| left.rank().cmp(&right.rank()));
    let covered: BTreeSet<&str> = sorted
        .iter()
        .filter(|it| it.passes() && is_coherent(control, it.obligation))
        .flat_map(|it| it.obligation.covers.iter().map(|facet| &**facet))
        .collect();
    let (covered, missing): (Vec<_>, Vec<_>) =
        control.facets.iter().cloned().partition(|facet| covered.contains(&**facet));
    let reasons = reasons::of(control, &sorted, &missing, second);
    let status = match worst(&sorted) {
        // The reasons are the conditions: what there is none for is verified.
        Status::Implemented if reasons.is_empty() => Status::Verified,
        status => status,
    };
    Standing { status, covered, missing, reasons }
}

/// The status that outcomes give without a look at Tier 2, coherence and sufficiency.
fn worst(assertions: &[Judged<'_>]) -> Status {
    let seen: BTreeSet<Outcome> = assertions.iter().map(Judged::settled).collect();
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

/// Whether an assertion's check can prove what its control needs: one of its `needs` at least. A control that needs
/// nothing in particular takes any; an expression of its own proves what its author says. Facets have no kind of proof of
/// their own, so what an assertion covers plays no part.
pub fn is_coherent(control: &Control, obligation: &Obligation) -> bool {
    control.needs.is_empty() || control.needs.iter().any(|need| proves(obligation, need))
}

/// Whether an assertion can prove one thing that a control needs.
fn proves(obligation: &Obligation, need: &str) -> bool {
    obligation.check.is_none() || obligation.proves.iter().any(|proof| **proof == *need)
}
