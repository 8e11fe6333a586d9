//! The order and dominance rules of Tier 2 as one pure state machine: who is asked, how often, and what the answers come to.
//! Knows no text, no network and no clock. `formal/` explores every state of this very file, which is why it imports nothing.
//!
//! The rules, each held by a property in `formal/`:
//!
//! 1. Tier 1 dominates: nobody is asked where it does not pass, and an outcome is a pass only where Tier 1 passes.
//! 2. A pass needs every vote that was wanted, and each of them to hold.
//! 3. Every error path fails closed: a call without an answer, an invalid answer, a spent budget or a stop never pass.
//! 4. A fail needs every vote to fail, or one that shows an injection.
//! 5. Only what was evaluated is reported: no opinion without a question, no verdict without votes.
//! 6. Replays and rehearsals make no call; a panel that the record answers makes none either.
//! 7. The record forgets no vote: what contradicts an earlier vote of the same question is never recorded as a pass.

/// What Tier 1 said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mechanical {
    /// The claim holds.
    Pass,
    /// It does not.
    Fail,
    /// Nothing can be said.
    Error,
    /// Out of the run's scope.
    Skip,
}

/// One answer, already held against its evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ballot {
    /// The claim holds.
    Holds,
    /// It does not.
    Fails,
    /// It does not, for the code addresses whoever judges it.
    Injection,
    /// The evidence does not tell.
    CannotTell,
    /// No proper answer: malformed, truncated, refused, uncited.
    Invalid,
}

/// What a panel came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// All votes hold.
    Pass,
    /// All votes fail.
    Fail,
    /// A vote shows an injection.
    Injection,
    /// Anything else.
    Undecided,
}

/// What both tiers came to, before waivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Conclusion {
    /// The claim holds.
    Pass,
    /// It does not.
    Fail,
    /// Nothing can be said.
    Error,
    /// Out of the run's scope.
    Skip,
}

/// Where answers may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// The record first, then the provider.
    Live,
    /// The provider alone, whatever the record says: a named assertion is judged anew.
    Anew,
    /// The record alone: replays and rehearsals.
    Record,
}

/// What is known of one assertion before anybody is asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Case {
    /// What Tier 1 said.
    pub mechanical: Mechanical,
    /// Whether the assertion asks a question.
    pub asks: bool,
    /// Whether the question alone decides: its check has no mechanical claim.
    pub question_only: bool,
    /// Whether there is evidence to show; without it nobody is asked.
    pub evidence: bool,
    /// Where answers may come from.
    pub mode: Mode,
    /// Votes of an earlier run on the same question.
    pub recorded: Vec<Ballot>,
}

/// One assertion on the docket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Panel {
    case: Case,
    /// Votes of this run.
    cast: Vec<Ballot>,
    /// Calls that are on their way.
    calling: usize,
    /// Calls without an answer.
    missed: usize,
}

/// How one assertion ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ruling {
    /// What the judges said; nothing where nobody was to be asked.
    pub verdict: Option<Verdict>,
    /// The votes that it rests on.
    pub votes: Vec<Ballot>,
    /// Whether they are of an earlier run.
    pub from_record: bool,
    /// What both tiers came to.
    pub conclusion: Conclusion,
    /// What to record, if this run has anything to add: the votes, all of them.
    pub record: Option<Vec<Ballot>>,
}

/// All assertions of a run, and what may still be spent on them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Docket {
    panels: Vec<Panel>,
    wanted: usize,
    /// Calls that may still be made; without it, any number.
    budget: Option<u64>,
    stopped: bool,
}

impl Docket {
    /// A docket on which each case wants so many votes (at least one), within a budget of calls.
    pub fn new(cases: Vec<Case>, wanted: usize, budget: Option<u64>) -> Self {
        let panels = cases.into_iter().map(|case| Panel { case, cast: Vec::new(), calling: 0, missed: 0 }).collect();
        Self { panels, wanted: wanted.max(1), budget, stopped: false }
    }

    /// The next case to make a call for, the first in order; the call is then on its way and paid for. Nothing where all
    /// are served, the budget is spent, or the run was stopped.
    pub fn next_call(&mut self) -> Option<usize> {
        if self.stopped || self.budget == Some(0) {
            return None;
        }
        let wanted = self.wanted;
        let index = self.panels.iter().position(|panel| panel.wants_call(wanted))?;
        self.panels.get_mut(index)?.calling += 1;
        self.budget = self.budget.map(|left| left.saturating_sub(1));
        Some(index)
    }

    /// Whether a call that got no answer may be made again, which is paid for too.
    pub fn call_again(&mut self) -> bool {
        if self.stopped || self.budget == Some(0) {
            return false;
        }
        self.budget = self.budget.map(|left| left.saturating_sub(1));
        true
    }

    /// A call of a case was answered.
    pub fn cast(&mut self, index: usize, ballot: Ballot) {
        if let Some(panel) = self.panels.get_mut(index).filter(|panel| panel.calling > 0) {
            panel.calling -= 1;
            panel.cast.push(ballot);
        }
    }

    /// A call of a case ended without an answer, which is no vote.
    pub fn miss(&mut self, index: usize) {
        if let Some(panel) = self.panels.get_mut(index).filter(|panel| panel.calling > 0) {
            panel.calling -= 1;
            panel.missed += 1;
        }
    }

    /// No further call: the user or a provider that refuses everything ends the run.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// Whether nothing is on its way and nothing more will be.
    pub fn is_done(&self) -> bool {
        let mut probe = self.clone();
        self.panels.iter().all(|panel| panel.calling == 0) && probe.next_call().is_none()
    }

    /// How each case ended. What is still on its way is without an answer.
    pub fn close(self) -> Vec<Ruling> {
        let wanted = self.wanted;
        self.panels.into_iter().map(|panel| panel.close(wanted)).collect()
    }
}

impl Panel {
    /// Whether anybody is to be asked at all.
    fn is_open(&self) -> bool {
        self.case.mechanical == Mechanical::Pass && self.case.asks
    }

    /// Whether the record answers: it holds as many votes as are wanted. More votes than recorded ask again.
    fn is_recorded(&self, wanted: usize) -> bool {
        match self.case.mode {
            Mode::Anew => false,
            Mode::Live => self.case.recorded.len() >= wanted,
            Mode::Record => true,
        }
    }

    fn wants_call(&self, wanted: usize) -> bool {
        self.is_open()
            && self.case.evidence
            && !self.is_recorded(wanted)
            // A panel that misses a vote is undecided whatever the others say.
            && self.missed == 0
            && self.cast.len() + self.calling < wanted
    }

    fn close(self, wanted: usize) -> Ruling {
        let from_record = self.is_recorded(wanted);
        let Self { case, cast, .. } = self;
        if case.mechanical != Mechanical::Pass || !case.asks {
            let conclusion = conclude(case.mechanical, case.question_only, None);
            return Ruling { verdict: None, votes: Vec::new(), from_record: false, conclusion, record: None };
        }
        if !case.evidence {
            let verdict = Verdict::Undecided;
            let conclusion = conclude(case.mechanical, case.question_only, Some(verdict));
            return Ruling { verdict: Some(verdict), votes: Vec::new(), from_record: false, conclusion, record: None };
        }
        let Case { mechanical, question_only, mode, recorded, .. } = case;
        let votes = if from_record { recorded.clone() } else { cast };
        let verdict = count(&votes, wanted);
        let conclusion = conclude(mechanical, question_only, Some(verdict));
        let record = (!from_record && votes.len() >= wanted).then(|| match mode {
            // Judged anew, the earlier votes still stand beside the new ones: a split stays one.
            Mode::Anew => recorded.into_iter().chain(votes.iter().copied()).collect(),
            Mode::Live | Mode::Record => votes.clone(),
        });
        Ruling { verdict: Some(verdict), votes, from_record, conclusion, record }
    }
}

/// What votes come to where so many were wanted.
pub fn count(votes: &[Ballot], wanted: usize) -> Verdict {
    if votes.contains(&Ballot::Injection) {
        Verdict::Injection
    } else if votes.len() < wanted.max(1) {
        Verdict::Undecided
    } else if votes.iter().all(|vote| *vote == Ballot::Holds) {
        Verdict::Pass
    } else if votes.iter().all(|vote| *vote == Ballot::Fails) {
        Verdict::Fail
    } else {
        Verdict::Undecided
    }
}

/// What both tiers come to. Without a verdict Tier 1 stands alone, unless the question alone decides.
pub fn conclude(mechanical: Mechanical, question_only: bool, verdict: Option<Verdict>) -> Conclusion {
    match mechanical {
        Mechanical::Fail => Conclusion::Fail,
        Mechanical::Error => Conclusion::Error,
        Mechanical::Skip => Conclusion::Skip,
        Mechanical::Pass => match verdict {
            None if question_only => Conclusion::Error,
            None | Some(Verdict::Pass) => Conclusion::Pass,
            Some(Verdict::Fail | Verdict::Injection) => Conclusion::Fail,
            Some(Verdict::Undecided) => Conclusion::Error,
        },
    }
}
