//! Waivers: a live one carries a fail whose findings all lie where it says; an expired one carries nothing; one that has
//! nothing to carry is stale.

use std::collections::BTreeMap;

use super::{Evaluated, Evaluation};
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
    /// It is live and has nothing to carry: all that it names holds.
    Stale,
    /// It is live, and this run does not say whether there is anything to carry: an assertion is an error or was skipped,
    /// or a question of it was not answered though others were.
    Idle,
}

/// Applies the plan's waivers to what both tiers came to.
pub(super) fn apply(plan: &Plan, mut outcomes: Vec<Evaluated>, at: jiff::Timestamp) -> Evaluation {
    let mut by_assertion: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, waiver) in plan.waivers.iter().enumerate() {
        for id in &waiver.assertions {
            by_assertion.entry(id).or_default().push(index);
        }
    }
    let live: Vec<bool> = plan.waivers.iter().map(|waiver| is_live(waiver, at)).collect();
    let is_live = |index: usize| live.get(index).copied().unwrap_or(false);
    let mut carries = vec![false; plan.waivers.len()];
    let mut unsettled = vec![false; plan.waivers.len()];
    // A run that asks nobody speaks of Tier 1 alone.
    let asked = outcomes.iter().any(|it| it.tier2.is_some());
    for (obligation, evaluated) in plan.obligations.iter().zip(&mut outcomes) {
        let candidates = by_assertion.get(&*obligation.id).map(Vec::as_slice).unwrap_or_default();
        if evaluated.outcome != Outcome::Fail {
            let unanswered = asked && obligation.ask.is_some() && evaluated.tier2.is_none();
            if evaluated.outcome != Outcome::Pass || unanswered {
                for index in candidates {
                    unsettled.get_mut(*index).into_iter().for_each(|it| *it = true);
                }
            }
            continue;
        }
        let fits = |index: &usize| plan.waivers.get(*index).is_some_and(|waiver| covers(waiver, evaluated));
        let fitting: Vec<usize> = candidates.iter().copied().filter(fits).collect();
        if let Some(index) = fitting.iter().copied().find(|index| is_live(*index)) {
            if let Some(used) = carries.get_mut(index) {
                *used = true;
            }
            evaluated.outcome = Outcome::Waived;
            evaluated.waiver = Some(WaiverUse { index, bearing: WaiverBearing::Carries });
            continue;
        }
        evaluated.waiver = match fitting.first() {
            Some(index) => Some(WaiverUse { index: *index, bearing: WaiverBearing::Expired }),
            None => candidates.first().map(|index| WaiverUse { index: *index, bearing: WaiverBearing::Elsewhere }),
        };
    }
    let waivers = carries
        .iter()
        .enumerate()
        .map(|(index, carries)| match (is_live(index), carries, unsettled.get(index)) {
            (false, ..) => WaiverState::Expired,
            (true, true, _) => WaiverState::Carries,
            (true, false, Some(true)) => WaiverState::Idle,
            (true, false, _) => WaiverState::Stale,
        })
        .collect();
    Evaluation { outcomes, waivers }
}

/// The day named is the last valid one, in UTC. A date that cannot be read is past: nothing is carried by mistake.
fn is_live(waiver: &Waiver, at: jiff::Timestamp) -> bool {
    let today = at.to_zoned(jiff::tz::TimeZone::UTC).date();
    Date::parse(&waiver.until).is_ok_and(|until| today <= until.0)
}

/// Whether all of a fail lies where the waiver says: the findings of Tier 1, or the lines that the judges cite. A fail
/// without places, or with more to it than they show (a part without a place, something unknown beside it), is carried
/// only by a waiver without `at`.
fn covers(waiver: &Waiver, evaluated: &Evaluated) -> bool {
    let Some(at) = &waiver.at else { return true };
    let Ok(files) = Files::parse(at) else { return false };
    if let Some(opinion) = &evaluated.tier2 {
        return !opinion.cited.is_empty() && opinion.cited.iter().all(|cited| files.is_match(&cited.path));
    }
    let judgement = &evaluated.tier1;
    !judgement.beyond && !judgement.paths.is_empty() && judgement.paths.iter().all(|path| files.is_match(path))
}
