//! What must be reachable in some world, lest a rule holds for want of a case.

use super::machine::{Ballot, Conclusion, Mode, Verdict};
use super::view::{View, all_are, kinds};
use super::world::Event;

/// Something that must be reachable, lest a rule holds for want of a case.
#[derive(Debug)]
pub(crate) struct Sight {
    /// Its name.
    pub(crate) name: &'static str,
    /// Whether it is seen.
    pub(crate) seen: fn(&View<'_>) -> bool,
}

/// What must be reachable.
pub(crate) const SIGHTS: &[Sight] = &[
    Sight { name: "both tiers pass", seen: |view| view.each().any(|it| it.ruling.verdict == Some(Verdict::Pass)) },
    Sight { name: "all judges fail it", seen: |view| view.each().any(|it| it.ruling.verdict == Some(Verdict::Fail)) },
    Sight {
        name: "one judge sees an injection, the others hold",
        seen: |view| {
            view.each()
                .any(|it| it.ruling.verdict == Some(Verdict::Injection) && it.told.heard.contains(&Ballot::Holds))
        },
    },
    Sight {
        name: "a whole panel is split",
        seen: |view| {
            view.each()
                .any(|it| it.is_asked() && it.is_whole() && kinds(&it.told.heard) == [Ballot::Holds, Ballot::Fails])
        },
    },
    Sight {
        name: "tier 1 passes alone",
        seen: |view| view.each().any(|it| it.ruling.verdict.is_none() && it.ruling.conclusion == Conclusion::Pass),
    },
    Sight {
        name: "a question alone is an error without a judge",
        seen: |view| view.each().any(|it| it.ruling.verdict.is_none() && it.ruling.conclusion == Conclusion::Error),
    },
    Sight {
        name: "the record answers with a pass",
        seen: |view| view.each().any(|it| it.ruling.from_record && it.ruling.verdict == Some(Verdict::Pass)),
    },
    Sight {
        name: "the record answers with a split",
        seen: |view| {
            view.each().any(|it| it.ruling.from_record && kinds(&it.case.recorded) == [Ballot::Holds, Ballot::Fails])
        },
    },
    Sight {
        name: "a larger panel takes the place of the recorded one",
        seen: |view| {
            view.each().any(|it| {
                let record = it.ruling.record.as_ref();
                !it.case.recorded.is_empty() && record.is_some_and(|record| *record == it.told.heard)
            })
        },
    },
    Sight {
        name: "a larger green panel meets a recorded fail",
        seen: |view| {
            view.each().any(|it| {
                it.case.mode == Mode::Live
                    && it.is_asked()
                    && it.is_whole()
                    && it.case.recorded.contains(&Ballot::Fails)
                    && all_are(&it.told.heard, Ballot::Holds)
            })
        },
    },
    Sight {
        name: "judged anew a recorded split is green, and kept as a split",
        seen: |view| {
            view.each().any(|it| {
                it.case.mode == Mode::Anew
                    && it.ruling.verdict == Some(Verdict::Pass)
                    && it.case.recorded.contains(&Ballot::Fails)
                    && it.ruling.record.is_some()
            })
        },
    },
    Sight {
        name: "the budget ends before the questions",
        seen: |view| view.is_spent() && view.now.on_their_way() == 0 && view.each().any(|it| it.lacks() > 0),
    },
    Sight { name: "a retry eats the budget", seen: |view| view.is_spent() && view.now.retried > 0 },
    Sight {
        name: "a late answer completes a panel after a stop",
        seen: |view| {
            let answered = matches!(view.step, Some((before, Event::Answer(..))) if before.stopped);
            answered && view.each().any(|it| it.is_asked() && it.ruling.verdict == Some(Verdict::Pass))
        },
    },
    Sight {
        name: "a call is missed while another is on its way",
        seen: |view| view.each().any(|it| it.told.missed > 0 && it.told.calling > 0),
    },
    Sight {
        name: "two cases are called at a time",
        seen: |view| view.each().filter(|it| it.told.calling > 0).count() > 1,
    },
    Sight { name: "a run is done", seen: |view| view.now.docket.is_done() && view.now.paid > 0 },
];
