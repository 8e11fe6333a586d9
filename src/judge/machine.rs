//! The order and dominance rules of Tier 2 as one pure state machine: who is asked, how often, and what the answers come to.
//! Knows no text, no network and no clock. `formal/` explores every state of this very file, which is why it imports nothing.
//!
//! The rules, each held by properties in `formal/`:
//!
//! 1. Tier 1 dominates: nobody is asked where it does not pass, and an outcome is a pass only where Tier 1 passes.
//! 2. A pass needs every vote that was wanted, and each of them to hold.
//! 3. Every error path fails closed: a call without an answer, an invalid answer, a spent budget or a stop never pass.
//! 4. A fail needs every vote that was wanted, and each of them to fail, or a single one that shows an injection.
//! 5. Only what was evaluated is reported: no verdict where nobody was to be asked, and no vote that nobody gave. What a
//!    panel came to follows from the votes that it reports, so a replay of them says the same.
//! 6. Replays and rehearsals make no call; a panel that the record answers makes none either.
//! 7. The record forgets nothing. A new panel takes the place of an earlier one only where both say the same and it is not
//!    the smaller one; otherwise both stand. So neither a larger panel, nor a judgement anew, nor a run that was cut short turns a recorded split or fail
//!    into a recorded pass. The way out is to prune the record, which is seen.

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
    /// All votes that were wanted hold.
    Pass,
    /// All votes that were wanted fail.
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
    /// The record where it holds as many votes as are wanted, else a new panel beside it.
    Live,
    /// A new panel, whatever the record says: somebody wants this one assertion judged anew.
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
    /// Votes of earlier runs on the same question.
    pub recorded: Vec<Ballot>,
}

impl Case {
    /// The calls that it needs where so many votes are wanted (at least one): a whole panel, or none. More votes than
    /// recorded ask a whole panel again; as many or fewer ask nobody.
    pub fn calls(&self, wanted: usize) -> usize {
        let asked = self.is_heard()
            && match self.mode {
                Mode::Live => self.recorded.len() < wanted.max(1),
                Mode::Anew => true,
                Mode::Record => false,
            };
        if asked { wanted.max(1) } else { 0 }
    }

    /// Whether Tier 2 has a say.
    fn is_open(&self) -> bool {
        self.mechanical == Mechanical::Pass && self.asks
    }

    /// Whether votes count: there is something that they can be about.
    fn is_heard(&self) -> bool {
        self.is_open() && self.evidence
    }
}

/// How one assertion ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ruling {
    /// What the judges said; nothing where nobody was to be asked.
    pub verdict: Option<Verdict>,
    /// The votes that it rests on: those of the record, or none of them, then all of this run.
    pub votes: Vec<Ballot>,
    /// How many of them are of the record: none, or all that it holds.
    pub earlier: usize,
    /// Whether nobody but the record was asked.
    pub from_record: bool,
    /// What both tiers came to.
    pub conclusion: Conclusion,
    /// What the record is to hold from now on, where this run adds to it: the votes of this run, or, where it has more than
    /// those, its own followed by those.
    pub record: Option<Vec<Ballot>>,
}

/// One assertion on the docket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Panel {
    case: Case,
    /// Votes of this run.
    cast: Vec<Ballot>,
    /// Calls that are on their way.
    calling: usize,
    /// Whether a call ended without an answer.
    missed: bool,
}

/// All assertions of a run, and what may still be spent on them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Docket {
    panels: Vec<Panel>,
    wanted: usize,
    /// Calls that may still be made; without it, any number.
    budget: Option<u64>,
    stopped: bool,
    /// Calls that are on their way, of all panels.
    calling: usize,
    /// The first panel that wants a call; past the last where none does. It only moves on, for a panel that wants no call
    /// never wants one again.
    first: usize,
}

impl Docket {
    /// A docket on which each case wants so many votes (at least one), within a budget of calls.
    pub fn new(cases: Vec<Case>, wanted: usize, budget: Option<u64>) -> Self {
        let panels =
            cases.into_iter().map(|case| Panel { case, cast: Vec::new(), calling: 0, missed: false }).collect();
        let mut docket = Self { panels, wanted: wanted.max(1), budget, stopped: false, calling: 0, first: 0 };
        docket.advance();
        docket
    }

    /// The next case to make a call for, the first in order; the call is then on its way and paid for. Nothing where all
    /// are served, the budget is spent, or the run was stopped.
    pub fn next_call(&mut self) -> Option<usize> {
        let index = self.first;
        if self.stopped || self.is_spent() {
            return None;
        }
        let panel = self.panels.get_mut(index)?;
        panel.calling = panel.calling.saturating_add(1);
        self.calling = self.calling.saturating_add(1);
        self.pay();
        self.advance();
        Some(index)
    }

    /// Whether a call that is on its way and got no answer may be made again; it is then paid for once more.
    pub fn call_again(&mut self) -> bool {
        let may = self.calling > 0 && !self.stopped && !self.is_spent();
        if may {
            self.pay();
        }
        may
    }

    /// A call of a case was answered. An answer to no call counts for nothing; one that comes after a stop was paid for,
    /// and counts.
    pub fn cast(&mut self, index: usize, ballot: Ballot) {
        if let Some(panel) = self.called(index) {
            panel.cast.push(ballot);
        }
    }

    /// A call of a case ended without an answer, which is no vote. The panel can come to nothing any more, and is called no
    /// further.
    pub fn miss(&mut self, index: usize) {
        if let Some(panel) = self.called(index) {
            panel.missed = true;
            self.advance();
        }
    }

    /// No further call: the user or a provider that refuses everything ends the run.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// Whether nothing is on its way and nothing more will be.
    pub fn is_done(&self) -> bool {
        self.calling == 0 && (self.stopped || self.is_spent() || self.first >= self.panels.len())
    }

    /// Whether there was a budget and nothing is left of it.
    pub fn is_spent(&self) -> bool {
        self.budget == Some(0)
    }

    /// Calls that the cases still want, repeated ones apart, whatever the budget says.
    pub fn calls_wanted(&self) -> u64 {
        let add =
            |sum: u64, panel: &Panel| sum.saturating_add(u64::try_from(panel.wants(self.wanted)).unwrap_or(u64::MAX));
        self.panels.iter().fold(0, add)
    }

    /// How one case ended, once nothing is on its way for it and it wants no further call; this never changes then. Where a
    /// stop or the budget keeps a case from its calls, only [`Docket::close`] says how it ended.
    pub fn ruling(&self, index: usize) -> Option<Ruling> {
        let panel = self.panels.get(index)?;
        (panel.calling == 0 && panel.wants(self.wanted) == 0).then(|| panel.ruling(self.wanted))
    }

    /// How each case ended, in order. What is still on its way is without an answer.
    pub fn close(self) -> Vec<Ruling> {
        self.panels.iter().map(|panel| panel.ruling(self.wanted)).collect()
    }

    fn pay(&mut self) {
        self.budget = self.budget.map(|left| left.saturating_sub(1));
    }

    /// The panel of a call that is now over.
    fn called(&mut self, index: usize) -> Option<&mut Panel> {
        let panel = self.panels.get_mut(index).filter(|panel| panel.calling > 0)?;
        panel.calling = panel.calling.saturating_sub(1);
        self.calling = self.calling.saturating_sub(1);
        Some(panel)
    }

    fn advance(&mut self) {
        while self.panels.get(self.first).is_some_and(|panel| panel.wants(self.wanted) == 0) {
            self.first = self.first.saturating_add(1);
        }
    }
}

impl Panel {
    /// The calls that it still wants.
    fn wants(&self, wanted: usize) -> usize {
        let made = self.cast.len().saturating_add(self.calling);
        if self.missed { 0 } else { self.case.calls(wanted).saturating_sub(made) }
    }

    fn ruling(&self, wanted: usize) -> Ruling {
        let Self { case, cast, .. } = self;
        let from_record = case.is_heard() && case.calls(wanted) == 0;
        let (votes, earlier) = if from_record {
            (case.recorded.clone(), case.recorded.len())
        } else if !case.is_heard() || case.mode == Mode::Anew {
            // Who wants a judgement anew is told what it says; the record keeps both.
            (cast.clone(), 0)
        } else {
            beside(&case.recorded, cast)
        };
        let verdict = case.is_open().then(|| count(&votes, wanted));
        let conclusion = conclude(case.mechanical, case.question_only, verdict);
        let (kept, _) = beside(&case.recorded, cast);
        let record = (!cast.is_empty() && kept.len() >= case.recorded.len()).then_some(kept);
        Ruling { verdict, votes, earlier, from_record, conclusion, record }
    }
}

/// The votes of this run, after the earlier ones if the two do not say the same; and how many earlier ones there are. Where
/// they say the same they are not added up, so that panels which were cut short never make a whole one together.
fn beside(earlier: &[Ballot], cast: &[Ballot]) -> (Vec<Ballot>, usize) {
    let same = earlier.iter().all(|vote| cast.contains(vote)) && cast.iter().all(|vote| earlier.contains(vote));
    if same { (cast.to_vec(), 0) } else { (earlier.iter().chain(cast).copied().collect(), earlier.len()) }
}

/// What votes come to where so many were wanted (at least one).
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
