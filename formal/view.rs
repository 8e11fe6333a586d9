//! What rules and sights look at: a state, how it came about, and what would follow if the run ended there. The words that
//! rules are stated in are defined here, from the history of the world and never from the machine.

use super::machine::{Ballot, Case, Docket, Mechanical, Mode, Ruling};
use super::world::{Event, Scene, State, Told};

/// What rules look at.
#[derive(Debug)]
pub(crate) struct View<'w> {
    pub(crate) scene: &'w Scene,
    /// The state before, and what happened.
    pub(crate) step: Option<(&'w State, Event)>,
    pub(crate) now: &'w State,
    /// How each case would end if the run were closed now.
    pub(crate) rulings: Vec<Ruling>,
    /// And how in the state before.
    pub(crate) earlier: Vec<Ruling>,
}

/// One case of a view.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'v> {
    pub(crate) index: usize,
    pub(crate) case: &'v Case,
    pub(crate) told: &'v Told,
    pub(crate) ruling: &'v Ruling,
    pub(crate) wanted: usize,
}

impl View<'_> {
    pub(crate) fn wanted(&self) -> usize {
        self.scene.wanted.max(1)
    }

    pub(crate) fn each(&self) -> impl Iterator<Item = At<'_>> {
        self.scene
            .cases
            .iter()
            .zip(&self.now.told)
            .zip(&self.rulings)
            .enumerate()
            .map(|(index, ((case, told), ruling))| At { index, case, told, ruling, wanted: self.wanted() })
    }

    /// The cases of which anything changed on the last step; at the beginning, all. What a rule says of one case and its
    /// ruling alone held for the others in the state before.
    pub(crate) fn changed(&self) -> impl Iterator<Item = At<'_>> {
        self.each().filter(|it| {
            let told = self.step.and_then(|(before, _)| before.told.get(it.index));
            told != Some(it.told) || self.earlier.get(it.index) != Some(it.ruling)
        })
    }

    /// The case that the last event brought an answer or a miss to; at the beginning, all.
    pub(crate) fn touched(&self) -> impl Iterator<Item = At<'_>> {
        let index = match self.step {
            Some((_, Event::Answer(index, _) | Event::Miss(index))) => Some(index),
            Some((_, Event::Call | Event::Retry | Event::Stop)) => Some(usize::MAX),
            None => None,
        };
        self.each().filter(move |it| index.is_none_or(|index| index == it.index))
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.scene.budget.is_some_and(|budget| self.now.paid >= budget)
    }

    /// The case that the next call must be made for.
    pub(crate) fn turn(&self) -> Option<usize> {
        if self.now.stopped || self.is_spent() {
            return None;
        }
        self.each().find(|it| it.lacks() > 0).map(|it| it.index)
    }
}

impl At<'_> {
    /// Tier 1 lets the question through, and there is one.
    pub(crate) fn is_open(self) -> bool {
        self.case.mechanical == Mechanical::Pass && self.case.asks
    }

    /// Somebody is to be asked.
    pub(crate) fn is_asked(self) -> bool {
        let record_is_enough = self.case.recorded.len() >= self.wanted;
        self.is_open()
            && self.case.evidence
            && match self.case.mode {
                Mode::Live => !record_is_enough,
                Mode::Anew => true,
                Mode::Record => false,
            }
    }

    /// Calls that are still to be made.
    pub(crate) fn lacks(self) -> usize {
        if self.is_asked() && self.told.missed == 0 { self.wanted.saturating_sub(self.told.calls) } else { 0 }
    }

    /// All votes that bear upon the verdict.
    pub(crate) fn bearing(self) -> Vec<Ballot> {
        if !self.is_open() || !self.case.evidence {
            Vec::new()
        } else if !self.is_asked() {
            self.case.recorded.clone()
        } else if self.case.mode == Mode::Anew {
            self.told.heard.clone()
        } else {
            joined(&self.case.recorded, &self.told.heard)
        }
    }

    /// A whole panel has voted.
    pub(crate) fn is_whole(self) -> bool {
        let panel = if self.is_asked() { &self.told.heard } else { &self.case.recorded };
        self.is_open() && self.case.evidence && panel.len() >= self.wanted
    }

    /// What the record holds after the run.
    pub(crate) fn kept(self) -> Vec<Ballot> {
        self.ruling.record.clone().unwrap_or_else(|| self.case.recorded.clone())
    }

    /// What replaying some votes of the same question says.
    pub(crate) fn replayed(self, votes: Vec<Ballot>, wanted: usize) -> Option<Ruling> {
        let case = Case { mode: Mode::Record, recorded: votes, ..self.case.clone() };
        let mut docket = Docket::new(vec![case], wanted, None);
        if docket.next_call().is_some() {
            return None;
        }
        docket.close().pop()
    }

    /// What this case comes to alone, without a budget, where it is told `heard` instead, and as many misses.
    pub(crate) fn alone(self, case: Case, heard: &[Ballot], missed: usize) -> Option<Ruling> {
        let mut docket = Docket::new(vec![case], self.wanted, None);
        for _ in 0..self.told.calls {
            docket.next_call()?;
        }
        for ballot in heard {
            docket.cast(0, *ballot);
        }
        for _ in 0..missed {
            docket.miss(0);
        }
        docket.close().pop()
    }
}

pub(crate) fn joined(left: &[Ballot], right: &[Ballot]) -> Vec<Ballot> {
    left.iter().chain(right).copied().collect()
}

pub(crate) fn all_are(votes: &[Ballot], ballot: Ballot) -> bool {
    votes.iter().all(|vote| *vote == ballot)
}

/// The kinds of votes, each once, in order.
pub(crate) fn kinds(votes: &[Ballot]) -> Vec<Ballot> {
    let mut kinds = votes.to_vec();
    kinds.sort();
    kinds.dedup();
    kinds
}
