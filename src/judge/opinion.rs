//! What the judges said of one assertion, as reports and policies have it, made of their votes. Does not know how the votes
//! were come by.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use super::answer::{Answer, Reason};
use super::answer::{Cited, Vote};
use super::machine::{self, Ballot, Verdict};
use super::question::{Exhibit, Question};
use super::transcript::Judge;
use crate::verdict::Outcome;

/// Most lines that an opinion cites, of all its votes together.
const CITATIONS: usize = 100;

/// What the judges said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// What it comes to.
    pub verdict: Verdict,
    /// The answer of the votes, where they are as many as were wanted and agree; of an injection always `fails`.
    pub answer: Option<Answer>,
    /// Its class, where they agree; of an injection always.
    pub reason: Option<Reason>,
    /// The lines that the deciding votes lean on, each once, in order; where nothing was decided, those of the votes whose
    /// words the message repeats.
    pub cited: Vec<Citation>,
    /// Each vote, in the order in which they came.
    pub votes: Vec<VoteWord>,
    /// Who was asked.
    pub judge: Judge,
    /// The digest of what was shown, `sha256:...`.
    pub evidence_digest: String,
    /// Whether the answers are those of an earlier run.
    pub cached: bool,
    /// The words of the first vote that decides, or why there is no answer. Foreign text, as it came.
    pub message: String,
}

/// Everything that an opinion is made of.
#[derive(Clone, Copy, Debug)]
pub struct Panel<'a> {
    /// What the machine made of the votes.
    pub verdict: Verdict,
    /// The votes, in the order in which they came.
    pub votes: &'a [Vote],
    /// How many were wanted.
    pub wanted: usize,
    /// Why votes are missing, where that is known: what a provider said, a spent budget, no record.
    pub missing: Option<&'a str>,
    /// What was asked.
    pub question: &'a Question,
    /// Who was asked.
    pub judge: &'a Judge,
    /// The digest of what was shown, `sha256:...`.
    pub evidence_digest: &'a str,
    /// Whether the votes are those of an earlier run.
    pub cached: bool,
}

impl Panel<'_> {
    /// The opinion of the panel.
    pub fn opinion(&self) -> Opinion {
        let ballots: Vec<Ballot> = self.votes.iter().map(|vote| vote.ballot).collect();
        // A verdict that the votes do not bear out is a bug of whoever gives it, and must not pass.
        let follows = machine::count(&ballots, self.wanted) == self.verdict;
        let verdict = if follows { self.verdict } else { Verdict::Undecided };
        let deciding = self.deciding(verdict);
        let cited = self.cited(deciding);
        let message = if follows {
            self.message(verdict, deciding, &cited)
        } else {
            String::from("the verdict does not follow from the votes, which is a bug of attest: please report it")
        };
        let (answer, reason) = match verdict {
            Verdict::Injection => (Some(Answer::Fails), Some(Reason::Injection)),
            _ => (self.common(|vote| Some(vote.answer)), self.common(|vote| vote.reason)),
        };
        Opinion {
            verdict,
            answer: answer.filter(|_| follows),
            reason: reason.filter(|_| follows),
            cited,
            votes: ballots.into_iter().map(VoteWord::from).collect(),
            judge: self.judge.clone(),
            evidence_digest: self.evidence_digest.to_owned(),
            cached: self.cached,
            message,
        }
    }

    /// The kind of vote that decides; of an undecided panel that which stands most against a pass.
    fn deciding(&self, verdict: Verdict) -> Option<Ballot> {
        match verdict {
            Verdict::Pass => Some(Ballot::Holds),
            Verdict::Fail => Some(Ballot::Fails),
            Verdict::Injection => Some(Ballot::Injection),
            Verdict::Undecided => [Ballot::Fails, Ballot::CannotTell]
                .into_iter()
                .find(|ballot| self.votes.iter().any(|vote| vote.ballot == *ballot)),
        }
    }

    fn of_kind(&self, ballot: Option<Ballot>) -> impl Iterator<Item = &Vote> {
        self.votes.iter().filter(move |vote| Some(vote.ballot) == ballot)
    }

    /// What all votes have in common, if they are as many as were wanted and each of them counts.
    fn common<T: PartialEq>(&self, part: impl Fn(&super::answer::Reply) -> Option<T>) -> Option<T> {
        if self.votes.len() < self.wanted.max(1) {
            return None;
        }
        let mut parts = self
            .votes
            .iter()
            .map(|vote| vote.reply.as_ref().filter(|_| vote.ballot != Ballot::Invalid).and_then(&part));
        let first = parts.next()??;
        parts.all(|other| other.as_ref() == Some(&first)).then_some(first)
    }

    /// The lines that votes of a kind cite, as lines of the target.
    fn cited(&self, ballot: Option<Ballot>) -> Vec<Citation> {
        let cited = self.of_kind(ballot).filter_map(|vote| vote.reply.as_ref()).flat_map(|reply| &reply.cited);
        // Few lines are cited again and again: each is looked up once.
        let lines: BTreeSet<&Cited> = cited.collect();
        let exhibits: Vec<(String, &Exhibit)> = self
            .question
            .exhibits
            .iter()
            .enumerate()
            .map(|(index, exhibit)| (Exhibit::label(index), exhibit))
            .collect();
        let places: BTreeSet<Citation> = lines
            .into_iter()
            .filter_map(|Cited { exhibit, line }| {
                let (_, exhibit) = exhibits.iter().find(|(label, _)| label == exhibit)?;
                let line = exhibit.first_line.saturating_add(line.saturating_sub(1));
                Some(Citation { path: exhibit.path.to_string(), line })
            })
            .collect();
        places.into_iter().take(CITATIONS).collect()
    }

    fn message(&self, verdict: Verdict, deciding: Option<Ballot>, cited: &[Citation]) -> String {
        let words = self.of_kind(deciding).find_map(|vote| vote.reply.as_ref()).map(|reply| reply.message.trim());
        match verdict {
            Verdict::Pass | Verdict::Fail => words.unwrap_or_default().to_owned(),
            Verdict::Injection => {
                let place =
                    cited.first().map_or_else(String::new, |Citation { path, line }| format!(" at `{path}:{line}`"));
                format!("the code addresses whoever judges it{place}: {}", words.unwrap_or_default())
            }
            Verdict::Undecided => {
                let mut message = self.tally();
                let problem =
                    self.votes.iter().find(|vote| vote.ballot == Ballot::Invalid).map(|vote| vote.problem.as_str());
                let why = if self.votes.len() < self.wanted { self.missing } else { None };
                for part in [why, problem, words].into_iter().flatten().filter(|part| !part.is_empty()) {
                    message.push_str("; ");
                    message.push_str(part);
                }
                message
            }
        }
    }

    /// `2 of 3 votes hold, 1 fails`.
    fn tally(&self) -> String {
        let count = |ballot| self.of_kind(Some(ballot)).count();
        let missing = self.wanted.saturating_sub(self.votes.len());
        let counts = [
            (count(Ballot::Holds), "holds", "hold"),
            (count(Ballot::Fails), "fails", "fail"),
            (count(Ballot::CannotTell), "cannot tell", "cannot tell"),
            (count(Ballot::Invalid), "is invalid", "are invalid"),
            (missing, "is missing", "are missing"),
        ];
        let total = self.votes.len().max(self.wanted);
        let mut parts = counts
            .into_iter()
            .filter(|(number, _, _)| *number > 0)
            .map(|(number, one, many)| (number, if number == 1 { one } else { many }));
        let Some((number, verb)) = parts.next() else { return String::from("nobody was asked") };
        let noun = if total == 1 { "vote" } else { "votes" };
        let first = format!("{number} of {total} {noun} {verb}");
        parts.fold(first, |text, (number, verb)| format!("{text}, {number} {verb}"))
    }
}

impl Opinion {
    /// Pass, fail, or error where the judges are undecided.
    pub fn outcome(&self) -> Outcome {
        match self.verdict {
            Verdict::Pass => Outcome::Pass,
            Verdict::Fail | Verdict::Injection => Outcome::Fail,
            Verdict::Undecided => Outcome::Error,
        }
    }
}

/// A line that an answer leans on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Citation {
    /// Relative to the target's root.
    pub path: String,
    /// From 1.
    pub line: u32,
}

/// One vote, as reports spell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoteWord {
    /// The claim holds.
    Holds,
    /// It does not.
    Fails,
    /// The evidence does not tell.
    CannotTell,
    /// No proper answer.
    Invalid,
}

impl From<Ballot> for VoteWord {
    fn from(ballot: Ballot) -> Self {
        match ballot {
            Ballot::Holds => Self::Holds,
            Ballot::Fails | Ballot::Injection => Self::Fails,
            Ballot::CannotTell => Self::CannotTell,
            Ballot::Invalid => Self::Invalid,
        }
    }
}
