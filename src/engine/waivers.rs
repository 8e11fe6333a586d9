//! Waivers: a live one carries a fail whose findings all lie where it says; an expired one carries nothing; one that has
//! nothing to carry is stale.

use std::collections::BTreeMap;

use super::{Evaluated, Evaluation, Judgement};
use crate::base::literal::{date::Date, files::Files};
use crate::ir::plan::{Plan, Waiver};
use crate::verdict::Outcome;

/// How a waiver bears on an assertion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverUse {
    /// The waiver's index in the plan.
    pub index: usize,
    /// How.
    pub bearing: WaiverBearing,
}

/// How a waiver bears on an assertion that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaiverBearing {
    /// It carries the fail.
    Carries,
    /// Its day is past: it carries nothing.
    Expired,
    /// The findings do not all lie where it says: it carries nothing.
    Elsewhere,
}

/// What became of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaiverState {
    /// It carries at least one assertion.
    Carries,
    /// Its day is past.
    Expired,
    /// It is live and has nothing to carry.
    Stale,
}

/// Applies the plan's waivers to its judgements.
pub(super) fn apply(plan: &Plan, judged: Vec<Judgement>, at: jiff::Timestamp) -> Evaluation {
    let mut by_assertion: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, waiver) in plan.waivers.iter().enumerate() {
        for id in &waiver.assertions {
            by_assertion.entry(id).or_default().push(index);
        }
    }
    let live: Vec<bool> = plan.waivers.iter().map(|waiver| is_live(waiver, at)).collect();
    let is_live = |index: usize| live.get(index).copied().unwrap_or(false);
    let mut carries = vec![false; plan.waivers.len()];
    let outcomes = plan
        .obligations
        .iter()
        .zip(judged)
        .map(|(obligation, tier1)| {
            let candidates = by_assertion.get(&*obligation.id).map(Vec::as_slice).unwrap_or_default();
            if tier1.outcome != Outcome::Fail || candidates.is_empty() {
                return Evaluated { outcome: tier1.outcome, tier1, waiver: None };
            }
            let fitting: Vec<usize> = candidates
                .iter()
                .copied()
                .filter(|index| plan.waivers.get(*index).is_some_and(|waiver| covers(waiver, &tier1)))
                .collect();
            if let Some(index) = fitting.iter().copied().find(|index| is_live(*index)) {
                if let Some(used) = carries.get_mut(index) {
                    *used = true;
                }
                return Evaluated {
                    outcome: Outcome::Waived,
                    tier1,
                    waiver: Some(WaiverUse { index, bearing: WaiverBearing::Carries }),
                };
            }
            let bearing = match fitting.first() {
                Some(index) => Some(WaiverUse { index: *index, bearing: WaiverBearing::Expired }),
                None => candidates.first().map(|index| WaiverUse { index: *index, bearing: WaiverBearing::Elsewhere }),
            };
            Evaluated { outcome: tier1.outcome, tier1, waiver: bearing }
        })
        .collect();
    let waivers = carries
        .iter()
        .enumerate()
        .map(|(index, carries)| match (is_live(index), carries) {
            (false, _) => WaiverState::Expired,
            (true, true) => WaiverState::Carries,
            (true, false) => WaiverState::Stale,
        })
        .collect();
    Evaluation { outcomes, waivers }
}

/// The day named is the last valid one, in UTC. A date that cannot be read is past: nothing is carried by mistake.
fn is_live(waiver: &Waiver, at: jiff::Timestamp) -> bool {
    let today = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    Date::parse(&waiver.until).is_ok_and(|until| today <= until.0)
}

/// Whether all findings lie where the waiver says. A fail without findings, or with more to it than they show (a part
/// without a place, something unknown beside it), is carried only by a waiver without `at`.
fn covers(waiver: &Waiver, judgement: &Judgement) -> bool {
    let Some(at) = &waiver.at else { return true };
    let Ok(files) = Files::parse(at) else { return false };
    !judgement.beyond && !judgement.paths.is_empty() && judgement.paths.iter().all(|path| files.is_match(path))
}
