//! Evaluates a plan on the facts of a target: Tier 1 over all cores in a fixed order, the questions of Tier 2 with their
//! evidence, and what both tiers and the waivers come to; and the rules of documents. Does not know who answers questions,
//! or how results are shown or decided.

mod builtins;
pub mod document;
mod evidence;
mod judge;
mod judgement;
mod link;
mod tally;
#[cfg(test)]
mod tests;
mod values;
mod waivers;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

pub use evidence::{Asking, questions};
pub use judgement::Judgement;
pub use waivers::{WaiverBearing, WaiverState, WaiverUse};

use crate::base::literal::files::Files;
use crate::facts::relations::{self, Need};
use crate::facts::store::{Settings, Store};
use crate::ir::plan::{Expr, Obligation, Plan};
use crate::judge::machine::{self, Conclusion, Mechanical};
use crate::judge::opinion::Opinion;
use crate::target::Target;
use crate::verdict::Outcome;

/// What a run is told besides plan and target.
#[derive(Clone, Debug)]
pub struct Options {
    /// The clock, for waivers.
    pub at: jiff::Timestamp,
    /// Only what these paths may have changed; everything without it.
    pub changed: Option<Vec<Arc<str>>>,
    /// Only the assertions of this component (their own, or their control's); everything without it.
    pub component: Option<Arc<str>>,
    /// Settings of facts.
    pub settings: Settings,
}

/// The outcome of one obligation.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// Of both tiers, with waivers applied.
    pub outcome: Outcome,
    /// What Tier 1 says.
    pub tier1: Judgement,
    /// What the judges say, where they were asked.
    pub tier2: Option<Opinion>,
    /// The waiver that names it, live or expired.
    pub waiver: Option<WaiverUse>,
}

impl Evaluated {
    /// Why the outcome is what it is, in one line: the words of the tier that decides.
    pub fn message(&self) -> &str {
        match &self.tier2 {
            Some(opinion) if opinion.outcome() != Outcome::Pass => &opinion.message,
            None if self.tier1.outcome == Outcome::Pass && self.outcome == Outcome::Error => UNASKED,
            _ => &self.tier1.message,
        }
    }
}

/// Why a question alone is an error where nobody was asked.
const UNASKED: &str = "the check is a question only, and no judge was asked";

/// The outcomes of a run.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// One for each obligation of the plan, in its order.
    pub outcomes: Vec<Evaluated>,
    /// One for each waiver of the plan, in its order.
    pub waivers: Vec<WaiverState>,
}

/// How far a run is, for a progress bar.
pub trait Progress: Sync {
    /// So many files are to be read.
    fn files(&self, count: usize);
    /// One more file is read.
    fn file_done(&self);
    /// All is done.
    fn finish(&self);
}

/// Opens the store for everything that a plan names.
pub fn open_store<'t>(plan: &Plan, target: &'t dyn Target, options: &Options) -> Store<'t> {
    let active: Vec<&Obligation> = plan.obligations.iter().filter(|it| skipped(it, plan, options).is_none()).collect();
    let scopes: BTreeSet<&str> = active.iter().flat_map(|it| it.expr.scopes()).collect();
    Store::open(target, scopes, options.settings)
}

/// Tier 1 alone: judges all obligations of `plan` over `store` (of [`open_store`]), then applies the waivers. Nobody is
/// asked, so that an assertion that is a question only is an error.
pub fn evaluate(plan: &Plan, store: &Store<'_>, options: &Options, progress: Option<&dyn Progress>) -> Evaluation {
    conclude(plan, judge_all(plan, store, options, progress), Vec::new(), options.at)
}

/// What Tier 1 says of each obligation of `plan`, in its order, over `store` (of [`open_store`]).
pub fn judge_all(plan: &Plan, store: &Store<'_>, options: &Options, progress: Option<&dyn Progress>) -> Vec<Judgement> {
    let mut needs = BTreeSet::new();
    for obligation in plan.obligations.iter().filter(|it| skipped(it, plan, options).is_none()) {
        link::needs(&obligation.expr, store, &mut needs);
    }
    let needs: Vec<_> = needs.into_iter().collect();
    if let Some(progress) = progress {
        progress.files(store.files().count());
    }
    store.prepare(&needs, &|| {
        if let Some(progress) = progress {
            progress.file_done();
        }
    });
    // An indexed parallel iterator collects in the plan's order, whatever the schedule.
    let judged = plan
        .obligations
        .par_iter()
        .map(|obligation| {
            if let Some(reason) = skipped(obligation, plan, options) {
                return Judgement::skipped(reason);
            }
            if let Some(reason) = &obligation.unusable {
                return Judgement::error(reason.to_string());
            }
            judge_expression(&obligation.expr, store, obligation.message.as_deref())
        })
        .collect();
    if let Some(progress) = progress {
        progress.finish();
    }
    judged
}

/// What both tiers and the waivers come to, where `judged` is of [`judge_all`], and `opinions` are what the judges say of
/// the [`questions`]: one for each obligation, nothing where nobody was asked (and for all, where the list is too short).
pub fn conclude(
    plan: &Plan,
    judged: Vec<Judgement>,
    opinions: Vec<Option<Opinion>>,
    at: jiff::Timestamp,
) -> Evaluation {
    let opinions = opinions.into_iter().chain(std::iter::repeat_with(|| None));
    let concluded = plan
        .obligations
        .iter()
        .zip(judged)
        .zip(opinions)
        .map(|((obligation, tier1), opinion)| {
            let mechanical = mechanical(tier1.outcome);
            // An answer to a question that was not to be asked is none.
            let tier2 = opinion.filter(|_| mechanical == Mechanical::Pass && obligation.ask.is_some());
            let verdict = tier2.as_ref().map(|opinion| opinion.verdict);
            let outcome = match machine::conclude(mechanical, obligation.question_only, verdict) {
                Conclusion::Pass => Outcome::Pass,
                Conclusion::Fail => Outcome::Fail,
                Conclusion::Error => Outcome::Error,
                Conclusion::Skip => Outcome::Skip,
            };
            Evaluated { outcome, tier1, tier2, waiver: None }
        })
        .collect();
    waivers::apply(plan, concluded, at)
}

/// Tier 1's outcome as the machine knows it; waivers come after both tiers, and what one would carry is a fail till then.
pub fn mechanical(outcome: Outcome) -> Mechanical {
    match outcome {
        Outcome::Pass => Mechanical::Pass,
        Outcome::Fail | Outcome::Waived => Mechanical::Fail,
        Outcome::Error => Mechanical::Error,
        Outcome::Skip => Mechanical::Skip,
    }
}

/// Evaluates one expression of type `Result` over a store that was opened with its scopes.
pub fn judge_expression(expr: &Expr, store: &Store<'_>, message: Option<&str>) -> Judgement {
    match link::link(expr, store) {
        Ok(linked) => judge::judge(&linked, store, message),
        Err(message) => Judgement::error(message),
    }
}

/// Why an obligation is out of the run's scope: it is of another component, or none of the changed files, present or
/// deleted, lies in one of its scopes.
fn skipped(obligation: &Obligation, plan: &Plan, options: &Options) -> Option<&'static str> {
    if let Some(component) = &options.component {
        let control = obligation.control.as_ref().and_then(|id| plan.controls.iter().find(|it| it.id == *id));
        let own = obligation.component.as_ref().or_else(|| control.and_then(|control| control.component.as_ref()));
        if own != Some(component) {
            return Some("belongs to another component");
        }
    }
    let changed = options.changed.as_ref()?;
    let scopes = obligation.expr.scopes();
    if scopes.is_empty() {
        return None;
    }
    // A manifest may include others (`-r base.txt`, a workspace) that its scope does not name.
    if !changed.is_empty() && reads_manifests(&obligation.expr) {
        return None;
    }
    let touches = |scope: &str| match Files::parse(scope) {
        Ok(files) => changed.iter().any(|path| files.is_match(path)),
        Err(_) => true,
    };
    (!scopes.into_iter().any(touches)).then_some("none of its files is among the changed files")
}

fn reads_manifests(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |expr| {
        if let Expr::Relation { name, .. } = expr {
            found |= relations::relation(name).is_some_and(|relation| relation.need == Need::Manifest);
        }
    });
    found
}
