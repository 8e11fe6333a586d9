//! Tier 1: evaluates a plan on the facts of a target, over all cores, in a fixed order; then waivers. Does not know how
//! results are shown or decided.

mod builtins;
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

pub use judgement::Judgement;
pub use waivers::{WaiverBearing, WaiverState, WaiverUse};

use crate::base::literal::files::Files;
use crate::facts::relations::{self, Need};
use crate::facts::store::{Settings, Store};
use crate::ir::plan::{Expr, Obligation, Plan};
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
    /// With waivers applied.
    pub outcome: Outcome,
    /// What Tier 1 says.
    pub tier1: Judgement,
    /// The waiver that names it, live or expired.
    pub waiver: Option<WaiverUse>,
}

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

/// Evaluates all obligations of `plan` over `store` (of [`open_store`]), then applies the waivers.
pub fn evaluate(plan: &Plan, store: &Store<'_>, options: &Options, progress: Option<&dyn Progress>) -> Evaluation {
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
    let judged: Vec<Judgement> = plan
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
    waivers::apply(plan, judged, options.at)
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
