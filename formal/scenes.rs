//! The beginnings of runs that are explored: which cases, how many votes, which budgets. The bounds are chosen so that all of
//! it takes a minute without optimisation; README.md says what lies inside of them. Knows no rule.

use super::machine::{Ballot, Case, Mechanical, Mode};
use super::world::{BALLOTS, Scene, World};

const TIER_1: [Mechanical; 4] = [Mechanical::Pass, Mechanical::Fail, Mechanical::Error, Mechanical::Skip];
const MODES: [Mode; 3] = [Mode::Live, Mode::Anew, Mode::Record];

/// The worlds of the model checker.
pub(crate) fn worlds() -> Vec<World> {
    vec![
        one_assertion(),
        one_assertion_with_long_records(),
        one_assertion_on_a_budget(),
        two_assertions_three_votes(),
        three_assertions_two_votes(),
        three_assertions_three_votes(),
        three_assertions_of_all_kinds(),
        three_assertions_on_a_budget(),
        small(),
    ]
}

/// Everything that may be known of one assertion, over a record.
fn known(recorded: &[Ballot]) -> Vec<Case> {
    let mut cases = Vec::new();
    for mechanical in TIER_1 {
        for mode in MODES {
            for flags in 0..8_u8 {
                cases.push(Case {
                    mechanical,
                    asks: flags & 1 == 0,
                    question_only: flags & 2 != 0,
                    evidence: flags & 4 == 0,
                    mode,
                    recorded: recorded.to_vec(),
                });
            }
        }
    }
    cases
}

/// Whether votes are to count.
fn is_counted(case: &Case) -> bool {
    case.mechanical == Mechanical::Pass && case.asks && case.evidence
}

/// An assertion that Tier 1 passes and that asks a question.
fn open(mode: Mode, recorded: &[Ballot]) -> Case {
    Case {
        mechanical: Mechanical::Pass,
        asks: true,
        question_only: false,
        evidence: true,
        mode,
        recorded: recorded.to_vec(),
    }
}

/// One of each way in which a case bears on its neighbours, and of each record that matters at one vote.
fn kinds() -> Vec<Case> {
    let live = open(Mode::Live, &[]);
    vec![
        live.clone(),
        open(Mode::Anew, &[Ballot::Fails]),
        open(Mode::Live, &[Ballot::Holds]),
        open(Mode::Record, &[]),
        Case { question_only: true, asks: false, ..live.clone() },
        Case { evidence: false, ..live.clone() },
        Case { mechanical: Mechanical::Fail, ..live.clone() },
        Case { mechanical: Mechanical::Error, question_only: true, ..live },
    ]
}

/// All lists of ballots up to a length.
fn lists(longest: usize) -> Vec<Vec<Ballot>> {
    let mut lists = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..longest {
        let shorter: Vec<Vec<Ballot>> = lists.iter().skip(from).cloned().collect();
        from = lists.len();
        for list in shorter {
            lists.extend(BALLOTS.iter().map(|ballot| {
                let mut longer = list.clone();
                longer.push(*ballot);
                longer
            }));
        }
    }
    lists
}

/// Those of them that are in order: one for each multiset.
fn bags(longest: usize) -> Vec<Vec<Ballot>> {
    lists(longest).into_iter().filter(|list| list.is_sorted()).collect()
}

fn scene(cases: Vec<Case>, wanted: usize) -> Scene {
    Scene { cases, wanted, budget: None, width: 3, retries: 0 }
}

fn one_assertion() -> World {
    let mut scenes = Vec::new();
    for wanted in 0..=2 {
        // In any order where votes count, and in one where nobody looks at them.
        for (records, counted) in [(lists(wanted + 1), true), (bags(wanted), false)] {
            for record in records {
                let cases = known(&record).into_iter().filter(|case| is_counted(case) == counted);
                scenes.extend(cases.map(|case| scene(vec![case], wanted)));
            }
        }
    }
    World { title: "one assertion, whatever is known of it; 0 to 2 votes", scenes, ballots: BALLOTS.to_vec() }
}

fn one_assertion_with_long_records() -> World {
    let mut scenes = Vec::new();
    for bag in bags(4) {
        for mode in MODES.into_iter().filter(|mode| *mode != Mode::Anew || bag.len() <= 3) {
            scenes.push(scene(vec![open(mode, &bag)], 3));
        }
    }
    World { title: "one assertion over long records; 3 votes", scenes, ballots: BALLOTS.to_vec() }
}

fn one_assertion_on_a_budget() -> World {
    let mut scenes = Vec::new();
    for wanted in 1..=3 {
        for budget in 0..=wanted + 1 {
            for width in 1..=3 {
                let budget = u64::try_from(budget).ok();
                let cases = vec![open(Mode::Live, &[])];
                scenes.push(Scene { cases, wanted, budget, width, retries: 2 });
            }
        }
    }
    World { title: "one assertion on a budget, with retries; 1 to 3 votes", scenes, ballots: BALLOTS.to_vec() }
}

fn two_assertions_three_votes() -> World {
    let cases = vec![open(Mode::Live, &[]), open(Mode::Live, &[])];
    World {
        title: "two assertions; 3 votes",
        scenes: vec![Scene { width: 2, ..scene(cases, 3) }],
        ballots: BALLOTS.to_vec(),
    }
}

fn three_assertions_two_votes() -> World {
    let cases = vec![open(Mode::Live, &[]), open(Mode::Live, &[]), open(Mode::Live, &[])];
    World {
        title: "three assertions; 2 votes",
        scenes: vec![Scene { width: 2, ..scene(cases, 2) }],
        ballots: BALLOTS.to_vec(),
    }
}

fn three_assertions_three_votes() -> World {
    let cases = vec![open(Mode::Live, &[]), open(Mode::Live, &[]), open(Mode::Live, &[])];
    World {
        title: "three assertions; 3 votes that hold or fail",
        scenes: vec![scene(cases, 3)],
        ballots: vec![Ballot::Holds, Ballot::Fails],
    }
}

fn three_assertions_of_all_kinds() -> World {
    let mut scenes = Vec::new();
    for first in kinds() {
        for second in kinds() {
            for third in kinds() {
                for budget in [None, Some(2)] {
                    let cases = vec![first.clone(), second.clone(), third.clone()];
                    scenes.push(Scene { cases, wanted: 1, budget, width: 2, retries: 1 });
                }
            }
        }
    }
    World { title: "three assertions of all kinds; 1 vote", scenes, ballots: BALLOTS.to_vec() }
}

fn three_assertions_on_a_budget() -> World {
    let scenes = (0..=7)
        .map(|budget| Scene {
            cases: vec![open(Mode::Live, &[Ballot::Fails]), open(Mode::Anew, &[]), open(Mode::Live, &[])],
            wanted: 2,
            budget: Some(budget),
            width: 3,
            retries: 2,
        })
        .collect();
    let ballots = vec![Ballot::Holds, Ballot::Fails];
    World { title: "three assertions on a budget, with retries; 2 votes that hold or fail", scenes, ballots }
}

/// A world that every mutant of the machine breaks; the model checker and the explorer count the same states in it.
pub(crate) fn small() -> World {
    let mut scenes = Vec::new();
    for bag in bags(1) {
        scenes.extend(known(&bag).into_iter().map(|case| scene(vec![case], 1)));
    }
    for wanted in [0, 2] {
        for bag in bags(wanted) {
            scenes.extend(MODES.map(|mode| scene(vec![open(mode, &bag)], wanted)));
        }
    }
    scenes.push(scene(vec![open(Mode::Anew, &[Ballot::Holds; 3])], 2));
    scenes.push(scene(vec![open(Mode::Live, &[Ballot::Holds; 2])], 3));
    for budget in [None, Some(0), Some(1), Some(3)] {
        for first in kinds() {
            let cases = vec![first, open(Mode::Live, &[])];
            scenes.push(Scene { cases, wanted: 1, budget, width: 2, retries: 1 });
        }
    }
    World { title: "a small world of everything, for mutants", scenes, ballots: BALLOTS.to_vec() }
}
