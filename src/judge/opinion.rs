//! What the judges said of one assertion, as reports and policies have it. Does not know how it was come by.

use serde::{Deserialize, Serialize};

pub use super::answer::{Answer, Reason};
use super::machine::{Ballot, Verdict};
use super::transcript::Judge;
use crate::verdict::Outcome;

/// What the judges said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// What it comes to.
    pub verdict: Verdict,
    /// The answer of the votes, where they agree.
    pub answer: Option<Answer>,
    /// Its class, where they agree; of an injection always.
    pub reason: Option<Reason>,
    /// The lines that the deciding votes lean on, each once, in order.
    pub cited: Vec<Citation>,
    /// Each vote, in the order in which they came.
    pub votes: Vec<VoteWord>,
    /// Who was asked.
    pub judge: Judge,
    /// The digest of what was shown, `sha256:...`.
    pub evidence_digest: String,
    /// Whether the answers are those of an earlier run.
    pub cached: bool,
    /// The judge's words, or why there is no answer.
    pub message: String,
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
