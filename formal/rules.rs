//! What must hold whatever happens, in every state of every world. Knows neither the checker nor the machine's own memory.

use super::machine::{Ballot, Case, Conclusion, Mechanical, Mode, Ruling, Verdict, count};
use super::view::{At, View, all_are, joined, kinds};
use super::world::{BALLOTS, Told};

/// Something that must always hold.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it says of each state.
    pub(crate) says: &'static str,
    /// Whether it holds.
    pub(crate) holds: fn(&View<'_>) -> bool,
}

/// The names of the rules that a set of bits stands for.
pub(crate) fn broken_rules(broken: u64) -> impl Iterator<Item = &'static str> {
    RULES.iter().enumerate().filter(move |(index, _)| broken >> index & 1 == 1).map(|(_, rule)| rule.name)
}

/// What must always hold.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "tier 1 dominates",
        says: "Where Tier 1 does not pass, its outcome is the conclusion, there is no verdict, and nobody was called.",
        holds: tier_1_dominates,
    },
    Rule {
        name: "a question alone never passes unanswered",
        says: "Where the question alone decides, the conclusion is a pass only with the verdict pass.",
        holds: a_question_alone_never_passes_unanswered,
    },
    Rule {
        name: "a pass is unanimous",
        says: "The verdict is a pass exactly where a whole panel voted, and all votes that bear upon it hold: those of this run, and those of the record unless somebody wants a judgement anew. Where judges have a say, a pass of both tiers is a pass of theirs.",
        holds: a_pass_is_unanimous,
    },
    Rule {
        name: "a fail is unanimous",
        says: "The verdict is fail exactly where a whole panel voted, and all votes that bear upon it fail.",
        holds: a_fail_is_unanimous,
    },
    Rule {
        name: "an injection fails",
        says: "The verdict is injection exactly where one of those votes shows one; the conclusion is then a fail.",
        holds: an_injection_fails,
    },
    Rule {
        name: "errors fail closed",
        says: "A call that is missed, pending or never made, an answer that is invalid or does not tell, no evidence and no votes: the verdict is undecided (or injection), and never a pass. Without evidence or votes the conclusion is an error.",
        holds: errors_fail_closed,
    },
    Rule {
        name: "nobody is asked without need",
        says: "Calls are made only where Tier 1 passes, there is a question and evidence, the mode is not the record's, and the record does not hold the votes that are wanted; and never more than are wanted. `Case::calls` says so beforehand.",
        holds: nobody_is_asked_without_need,
    },
    Rule {
        name: "the first in order is called first",
        says: "The next call is for the first case in order that lacks one, and there is one as long as a case lacks one, the budget lasts and nobody stopped. `calls_wanted` is what they lack together.",
        holds: the_first_in_order_is_called_first,
    },
    Rule {
        name: "calls stay within the budget",
        says: "Calls and retries together never exceed the budget; `is_spent` says when it is reached.",
        holds: calls_stay_within_the_budget,
    },
    Rule {
        name: "nobody is called after a stop",
        says: "After a stop there is no next call and no retry.",
        holds: nobody_is_called_after_a_stop,
    },
    Rule {
        name: "answers to no call count for nothing",
        says: "An answer or a miss for a case that has no call on its way, or for no case, changes nothing; where nothing is on its way nothing is tried again.",
        holds: answers_to_no_call_count_for_nothing,
    },
    Rule {
        name: "only what was evaluated is reported",
        says: "There is a verdict exactly where somebody was to be asked. The votes reported are those of the record where it answers alone, and else all of this run in the order in which they came, after all of the record or none; they are of the same kinds as those that bear upon the verdict. `earlier` and `from_record` say which.",
        holds: only_what_was_evaluated_is_reported,
    },
    Rule {
        name: "a replay says the same",
        says: "The reported votes, replayed, give the same verdict, votes and conclusion, without a call.",
        holds: a_replay_says_the_same,
    },
    Rule {
        name: "the record forgets nothing",
        says: "The record holds afterwards what it held, what this run heard, or both in this order; it has the kinds of votes of both, and never fewer votes than either.",
        holds: the_record_forgets_nothing,
    },
    Rule {
        name: "no lucky green is kept",
        says: "Where any vote, recorded or new, does not hold, no later run can pass by the record, however many votes it wants.",
        holds: no_lucky_green_is_kept,
    },
    Rule {
        name: "the next run says the same",
        says: "The record, replayed, gives the verdict of this run, unless somebody wanted a judgement anew.",
        holds: the_next_run_says_the_same,
    },
    Rule {
        name: "panels are independent",
        says: "Each ruling is what the case comes to alone, without a budget, given the same answers and misses: other cases bear upon it only by budget and stop.",
        holds: panels_are_independent,
    },
    Rule {
        name: "a worse vote never helps",
        says: "Replacing one vote, new or recorded, by a worse one (holds, cannot tell or invalid, fails, injection) never gives a better conclusion (pass, error, fail); replacing it by a miss never gives a pass.",
        holds: a_worse_vote_never_helps,
    },
    Rule {
        name: "the order of votes plays no part",
        says: "The votes in another order (sorted) give the same verdict, conclusion and number of votes.",
        holds: the_order_of_votes_plays_no_part,
    },
    Rule {
        name: "done is when nothing can come",
        says: "`is_done` says that nothing is on its way and no call can be made.",
        holds: done_is_when_nothing_can_come,
    },
    Rule {
        name: "every run ends",
        says: "From here, answering what is on its way and calling while there is a next call ends the run within as many calls as all cases want.",
        holds: every_run_ends,
    },
    Rule {
        name: "a settled ruling stays",
        says: "`ruling` gives a ruling exactly where nothing is on its way for a case and it lacks no call; it is the one that closing gives, and never changes afterwards.",
        holds: a_settled_ruling_stays,
    },
];

fn tier_1_dominates(view: &View<'_>) -> bool {
    view.changed().all(|it| {
        let said = match it.case.mechanical {
            Mechanical::Pass => return true,
            Mechanical::Fail => Conclusion::Fail,
            Mechanical::Error => Conclusion::Error,
            Mechanical::Skip => Conclusion::Skip,
        };
        it.ruling.conclusion == said && it.ruling.verdict.is_none() && it.told.calls == 0
    })
}

fn a_question_alone_never_passes_unanswered(view: &View<'_>) -> bool {
    view.changed()
        .filter(|it| it.case.question_only)
        .all(|it| it.ruling.conclusion != Conclusion::Pass || it.ruling.verdict == Some(Verdict::Pass))
}

fn a_pass_is_unanimous(view: &View<'_>) -> bool {
    count(&[], view.scene.wanted) == Verdict::Undecided
        && view.changed().all(|it| {
            let unanimous = it.is_whole() && all_are(&it.bearing(), Ballot::Holds);
            let passes = it.ruling.verdict == Some(Verdict::Pass);
            let concludes = it.ruling.conclusion == Conclusion::Pass;
            passes == unanimous && (!it.is_open() || concludes == passes)
        })
}

fn a_fail_is_unanimous(view: &View<'_>) -> bool {
    view.changed().all(|it| {
        let unanimous = it.is_whole() && all_are(&it.bearing(), Ballot::Fails);
        let fails = it.ruling.verdict == Some(Verdict::Fail);
        fails == unanimous && (!fails || it.ruling.conclusion == Conclusion::Fail)
    })
}

fn an_injection_fails(view: &View<'_>) -> bool {
    view.changed().all(|it| {
        let found = it.ruling.verdict == Some(Verdict::Injection);
        found == it.bearing().contains(&Ballot::Injection) && (!found || it.ruling.conclusion == Conclusion::Fail)
    })
}

fn errors_fail_closed(view: &View<'_>) -> bool {
    view.changed().filter(|it| it.is_open()).all(|it| {
        let short = it.is_asked() && (it.told.missed > 0 || it.told.calling > 0 || it.told.heard.len() < it.wanted);
        let unclear = it.bearing().iter().any(|vote| matches!(vote, Ballot::CannotTell | Ballot::Invalid));
        let closed = matches!(it.ruling.verdict, Some(Verdict::Undecided | Verdict::Injection));
        let nothing_to_go_by = !it.case.evidence || it.bearing().is_empty();
        (!(short || unclear || nothing_to_go_by) || closed)
            && (!nothing_to_go_by || it.ruling.conclusion == Conclusion::Error)
            && (!closed || it.ruling.conclusion != Conclusion::Pass)
    })
}

fn nobody_is_asked_without_need(view: &View<'_>) -> bool {
    view.changed().all(|it| {
        let due = if it.is_asked() { it.wanted } else { 0 };
        it.case.calls(view.scene.wanted) == due
            && it.told.calls <= due
            && (!it.ruling.from_record || it.told.calls == 0)
    })
}

fn the_first_in_order_is_called_first(view: &View<'_>) -> bool {
    let lacking: usize = view.each().map(At::lacks).sum();
    view.now.docket.clone().next_call() == view.turn() && usize::try_from(view.now.docket.calls_wanted()) == Ok(lacking)
}

fn calls_stay_within_the_budget(view: &View<'_>) -> bool {
    view.scene.budget.is_none_or(|budget| view.now.paid <= budget) && view.now.docket.is_spent() == view.is_spent()
}

fn nobody_is_called_after_a_stop(view: &View<'_>) -> bool {
    let mut docket = view.now.docket.clone();
    !view.now.stopped || (docket.next_call().is_none() && !docket.call_again())
}

fn answers_to_no_call_count_for_nothing(view: &View<'_>) -> bool {
    let mut docket = view.now.docket.clone();
    let idle = view.each().filter(|it| it.told.calling == 0).map(|it| it.index);
    for index in idle.chain([view.scene.cases.len(), usize::MAX]) {
        docket.cast(index, Ballot::Holds);
        docket.miss(index);
    }
    docket == view.now.docket && (view.now.on_their_way() > 0 || !docket.call_again())
}

fn only_what_was_evaluated_is_reported(view: &View<'_>) -> bool {
    view.rulings.len() == view.scene.cases.len()
        && view.changed().all(|it| {
            let Ruling { verdict, votes, earlier, from_record, record, .. } = it.ruling;
            let heard = it.is_open() && it.case.evidence;
            let (old, new) = (votes.get(..*earlier), votes.get(*earlier..));
            verdict.is_some() == it.is_open()
                && *from_record == (heard && !it.is_asked())
                && (heard || votes.is_empty())
                && (*earlier == 0 || old == Some(it.case.recorded.as_slice()))
                && new == Some(it.told.heard.as_slice())
                && kinds(votes) == kinds(&it.bearing())
                && (record.is_none() || !it.told.heard.is_empty())
        })
}

fn a_replay_says_the_same(view: &View<'_>) -> bool {
    view.changed().filter(|it| it.is_open() && it.case.evidence).all(|it| {
        it.replayed(it.ruling.votes.clone(), it.wanted).is_some_and(|replayed| {
            replayed.verdict == it.ruling.verdict
                && replayed.votes == it.ruling.votes
                && replayed.conclusion == it.ruling.conclusion
                && replayed.record.is_none()
        })
    })
}

fn the_record_forgets_nothing(view: &View<'_>) -> bool {
    view.changed().all(|it| {
        let (kept, old, new) = (it.kept(), &it.case.recorded, &it.told.heard);
        let both = joined(old, new);
        kinds(&kept) == kinds(&both)
            && kept.len() >= old.len().max(new.len())
            && (kept == *old || kept == *new || kept == both)
            && it.ruling.record.as_ref().is_none_or(|record| *record == *new || *record == both)
    })
}

fn no_lucky_green_is_kept(view: &View<'_>) -> bool {
    view.changed().filter(|it| it.is_open() && it.case.evidence).all(|it| {
        let all_hold = all_are(&joined(&it.case.recorded, &it.told.heard), Ballot::Holds);
        // Whatever number of votes a later run wants.
        let later = (1..=it.wanted.saturating_add(1)).map(|wanted| it.replayed(it.kept(), wanted));
        all_hold || later.into_iter().all(|ruling| ruling.is_some_and(|ruling| ruling.verdict != Some(Verdict::Pass)))
    })
}

fn the_next_run_says_the_same(view: &View<'_>) -> bool {
    let judged = |it: &At<'_>| it.is_open() && it.case.evidence && it.case.mode != Mode::Anew;
    view.changed()
        .filter(judged)
        .all(|it| it.replayed(it.kept(), it.wanted).is_some_and(|next| next.verdict == it.ruling.verdict))
}

fn panels_are_independent(view: &View<'_>) -> bool {
    view.changed().all(|it| it.alone(it.case.clone(), &it.told.heard, it.told.missed).as_ref() == Some(it.ruling))
}

fn a_worse_vote_never_helps(view: &View<'_>) -> bool {
    view.touched().all(|it| {
        let no_better = |other: Option<Ruling>| {
            other.is_some_and(|other| standing(other.conclusion) <= standing(it.ruling.conclusion))
        };
        let Told { heard, missed, .. } = it.told;
        let answered = worsened(heard).into_iter().all(|heard| no_better(it.alone(it.case.clone(), &heard, *missed)));
        let recorded = worsened(&it.case.recorded)
            .into_iter()
            .all(|recorded| no_better(it.alone(Case { recorded, ..it.case.clone() }, heard, *missed)));
        // A vote that does not come may spare a fail, and never makes a pass.
        let lost = (0..heard.len()).all(|place| {
            let rest: Vec<Ballot> =
                heard.iter().enumerate().filter(|(at, _)| *at != place).map(|(_, vote)| *vote).collect();
            it.alone(it.case.clone(), &rest, missed.saturating_add(1))
                .is_some_and(|ruling| ruling.conclusion != Conclusion::Pass)
        });
        answered && recorded && lost
    })
}

fn the_order_of_votes_plays_no_part(view: &View<'_>) -> bool {
    view.touched().all(|it| {
        let (mut heard, mut recorded) = (it.told.heard.clone(), it.case.recorded.clone());
        heard.sort();
        recorded.sort();
        let case = Case { recorded, ..it.case.clone() };
        it.alone(case, &heard, it.told.missed).is_some_and(|sorted| {
            sorted.verdict == it.ruling.verdict
                && sorted.conclusion == it.ruling.conclusion
                && sorted.votes.len() == it.ruling.votes.len()
                && sorted.record.map(|votes| votes.len()) == it.ruling.record.as_ref().map(Vec::len)
        })
    })
}

fn done_is_when_nothing_can_come(view: &View<'_>) -> bool {
    view.now.docket.is_done() == (view.now.on_their_way() == 0 && view.turn().is_none())
}

fn every_run_ends(view: &View<'_>) -> bool {
    let mut docket = view.now.docket.clone();
    let mut pending: Vec<usize> = view.each().flat_map(|it| std::iter::repeat_n(it.index, it.told.calling)).collect();
    let mut left = view.scene.cases.len().saturating_mul(view.wanted());
    loop {
        for index in pending.drain(..) {
            docket.cast(index, Ballot::Invalid);
        }
        match docket.next_call() {
            None => return docket.is_done(),
            Some(index) if left > 0 => pending.push(index),
            Some(_) => return false,
        }
        left = left.saturating_sub(1);
    }
}

fn a_settled_ruling_stays(view: &View<'_>) -> bool {
    view.now.docket.ruling(view.scene.cases.len()).is_none()
        && view.each().all(|it| {
            let settled = view.now.docket.ruling(it.index);
            let due = it.told.calling == 0 && it.lacks() == 0;
            let earlier = view.step.and_then(|(before, _)| before.docket.ruling(it.index));
            settled.is_some() == due
                && settled.as_ref().is_none_or(|settled| settled == it.ruling)
                && (earlier.is_none() || earlier == settled)
        })
}

/// How good a vote is for the assertion.
fn worth(ballot: Ballot) -> u8 {
    match ballot {
        Ballot::Holds => 3,
        Ballot::CannotTell | Ballot::Invalid => 2,
        Ballot::Fails => 1,
        Ballot::Injection => 0,
    }
}

/// How good an end is for the assertion.
fn standing(conclusion: Conclusion) -> u8 {
    match conclusion {
        Conclusion::Pass => 2,
        Conclusion::Error | Conclusion::Skip => 1,
        Conclusion::Fail => 0,
    }
}

/// The lists that differ from `votes` in one vote that is not better.
fn worsened(votes: &[Ballot]) -> Vec<Vec<Ballot>> {
    let mut lists = Vec::new();
    for (place, vote) in votes.iter().enumerate() {
        for worse in BALLOTS.iter().filter(|ballot| *ballot != vote && worth(**ballot) <= worth(*vote)) {
            lists.push(votes.iter().enumerate().map(|(at, kept)| if at == place { *worse } else { *kept }).collect());
        }
    }
    lists
}
