//! The world around the machine: everything that can happen to a run of Tier 2.
//!
//! Written against `super::machine`, which is the production module in the model checker and a mutant of its text in the
//! mutation test. Knows neither checker. It keeps a history of its own of what was asked and answered, so no rule is stated
//! in terms of what the machine remembers.

use super::machine::{Ballot, Case, Docket};
use super::rules::RULES;
use super::sights::SIGHTS;
use super::view::View;

/// All answers.
pub(crate) const BALLOTS: [Ballot; 5] =
    [Ballot::Holds, Ballot::Fails, Ballot::Injection, Ballot::CannotTell, Ballot::Invalid];

/// One way in which a run begins.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    /// The assertions.
    pub(crate) cases: Vec<Case>,
    /// The votes that each question wants.
    pub(crate) wanted: usize,
    /// Calls that may be made.
    pub(crate) budget: Option<u64>,
    /// Calls on their way at a time.
    pub(crate) width: usize,
    /// Calls that may be tried again, in all.
    pub(crate) retries: usize,
}

/// Some beginnings, and the answers that can be given.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// What it is about.
    pub(crate) title: &'static str,
    /// How runs begin.
    pub(crate) scenes: Vec<Scene>,
    /// What judges may answer.
    pub(crate) ballots: Vec<Ballot>,
}

/// Something that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A thread is free for a call.
    Call,
    /// A call of a case is answered.
    Answer(usize, Ballot),
    /// A call of a case ends without an answer.
    Miss(usize),
    /// A call got no answer and is to be tried again.
    Retry,
    /// The run is stopped.
    Stop,
}

/// What happened to one case so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Told {
    /// Calls that were made, retries apart.
    pub(crate) calls: usize,
    /// Calls that are on their way.
    pub(crate) calling: usize,
    /// Calls that ended without an answer.
    pub(crate) missed: usize,
    /// The answers, in the order in which they came.
    pub(crate) heard: Vec<Ballot>,
}

/// A moment of a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// How it began.
    pub(crate) scene: usize,
    /// The machine.
    pub(crate) docket: Docket,
    /// What happened to each case.
    pub(crate) told: Vec<Told>,
    /// Calls that were paid for.
    pub(crate) paid: u64,
    /// Calls that were tried again.
    pub(crate) retried: usize,
    /// Whether the run was stopped.
    pub(crate) stopped: bool,
    /// A bit for each rule that does not hold here or on the step to here. Nothing follows such a state.
    pub(crate) broken: u64,
    /// A bit for each sight that is seen here.
    pub(crate) seen: u64,
}

impl World {
    /// The states in which runs begin.
    pub(crate) fn begin(&self) -> Vec<State> {
        self.scenes
            .iter()
            .enumerate()
            .map(|(index, scene)| {
                let state = State {
                    scene: index,
                    docket: Docket::new(scene.cases.clone(), scene.wanted, scene.budget),
                    told: vec![Told::default(); scene.cases.len()],
                    paid: 0,
                    retried: 0,
                    stopped: false,
                    broken: 0,
                    seen: 0,
                };
                self.judged(None, state)
            })
            .collect()
    }

    /// What can happen next.
    pub(crate) fn events(&self, state: &State) -> Vec<Event> {
        let Some(scene) = self.scenes.get(state.scene) else { return Vec::new() };
        let mut events = Vec::new();
        if state.broken != 0 {
            return events;
        }
        let on_their_way = state.on_their_way();
        if on_their_way < scene.width {
            events.push(Event::Call);
        }
        for (index, _) in state.told.iter().enumerate().filter(|(_, told)| told.calling > 0) {
            events.extend(self.ballots.iter().map(|ballot| Event::Answer(index, *ballot)));
            events.push(Event::Miss(index));
        }
        if on_their_way > 0 && state.retried < scene.retries {
            events.push(Event::Retry);
        }
        if !state.stopped {
            events.push(Event::Stop);
        }
        events
    }

    /// What an event leads to; nothing where it changes nothing.
    pub(crate) fn step(&self, before: &State, event: Event) -> Option<State> {
        let mut after = before.clone();
        match event {
            Event::Call => {
                let index = after.docket.next_call()?;
                after.paid = after.paid.saturating_add(1);
                let told = after.told.get_mut(index)?;
                told.calls = told.calls.saturating_add(1);
                told.calling = told.calling.saturating_add(1);
            }
            Event::Answer(index, ballot) => {
                after.docket.cast(index, ballot);
                let told = after.told.get_mut(index)?;
                told.calling = told.calling.saturating_sub(1);
                told.heard.push(ballot);
            }
            Event::Miss(index) => {
                after.docket.miss(index);
                let told = after.told.get_mut(index)?;
                told.calling = told.calling.saturating_sub(1);
                told.missed = told.missed.saturating_add(1);
            }
            Event::Retry => {
                if !after.docket.call_again() {
                    return None;
                }
                after.paid = after.paid.saturating_add(1);
                after.retried = after.retried.saturating_add(1);
            }
            Event::Stop => {
                after.docket.stop();
                after.stopped = true;
            }
        }
        Some(self.judged(Some((before, event)), after))
    }

    /// A state with what is broken and seen in it.
    fn judged(&self, step: Option<(&State, Event)>, mut state: State) -> State {
        let Some(scene) = self.scenes.get(state.scene) else { return state };
        let rulings = state.docket.clone().close();
        let earlier = step.map(|(before, _)| before.docket.clone().close()).unwrap_or_default();
        let view = View { scene, step, now: &state, rulings, earlier };
        let broken = bits(RULES.iter().map(|rule| !(rule.holds)(&view)));
        let seen = bits(SIGHTS.iter().map(|sight| (sight.seen)(&view)));
        state.broken = broken;
        state.seen = seen;
        state
    }
}

impl State {
    /// Calls that are on their way.
    pub(crate) fn on_their_way(&self) -> usize {
        self.told.iter().map(|told| told.calling).sum()
    }
}

fn bits(flags: impl Iterator<Item = bool>) -> u64 {
    flags.enumerate().filter(|(_, flag)| *flag).fold(0, |bits, (index, _)| bits | 1 << index)
}
