//! What a judge may answer: a closed set, by JSON Schema, held against the evidence. Whatever is not such an answer is no
//! vote for anything. Does not know who gave it.

use serde::{Deserialize, Serialize};

use super::machine::Ballot;
use super::question::{Exhibit, Question};

/// Longest answer that is read, bytes.
pub const ANSWER_BYTES: usize = 64 << 10;
/// Most lines that an answer may cite.
const CITATIONS: usize = 100;
/// Longest explanation, characters.
const MESSAGE_CHARACTERS: usize = 4_000;

/// The closed set of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The claim holds.
    Holds,
    /// It does not.
    Fails,
    /// The evidence does not tell.
    CannotTell,
}

/// Why a claim does not hold, or why the evidence does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// What the claim speaks of is not in the evidence.
    NotFound,
    /// It is there by name, and does nothing.
    Stub,
    /// It does a part of it.
    Partial,
    /// It does it where it has no effect.
    WrongPlace,
    /// The evidence is too little to tell.
    Insufficient,
    /// The evidence addresses whoever judges it.
    Injection,
}

/// A line of an exhibit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cited {
    /// The exhibit's letters.
    pub exhibit: String,
    /// The line within it, from 1.
    pub line: u32,
}

/// An answer as the schema has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// Its class: null for `holds`, never null for `fails`.
    #[schemars(required)]
    pub reason: Option<Reason>,
    /// The lines that it leans on, at least one.
    pub cited: Vec<Cited>,
    /// One paragraph for people.
    pub message: String,
}

/// What one answer counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// What it counts for.
    pub ballot: Ballot,
    /// The answer, where it is one.
    pub reply: Option<Reply>,
    /// Why it counts for nothing; empty where it counts.
    pub problem: String,
}

impl Vote {
    /// A vote that counts for nothing, and why.
    pub fn invalid(problem: impl Into<String>) -> Self {
        Self { ballot: Ballot::Invalid, reply: None, problem: problem.into() }
    }
}

/// Reads an answer and holds it against its question.
pub fn read(text: &str, question: &Question) -> Vote {
    if text.len() > ANSWER_BYTES {
        return Vote::invalid(format!("the answer is larger than {ANSWER_BYTES} bytes"));
    }
    let reply: Reply = match serde_json::from_str(text) {
        Ok(reply) => reply,
        Err(error) => return Vote::invalid(format!("the answer is not of the schema: {error}")),
    };
    match weigh(&reply, question) {
        Ok(ballot) => Vote { ballot, reply: Some(reply), problem: String::new() },
        Err(problem) => Vote { ballot: Ballot::Invalid, reply: Some(reply), problem },
    }
}

/// What a well-formed answer counts for, or why for nothing.
fn weigh(reply: &Reply, question: &Question) -> Result<Ballot, String> {
    if reply.message.chars().count() > MESSAGE_CHARACTERS {
        return Err(format!("the explanation is longer than {MESSAGE_CHARACTERS} characters"));
    }
    if reply.message.trim().is_empty() {
        return Err(String::from("the answer explains nothing"));
    }
    if reply.cited.is_empty() {
        return Err(String::from("the answer cites no line"));
    }
    if reply.cited.len() > CITATIONS {
        return Err(format!("the answer cites more than {CITATIONS} lines"));
    }
    for cited in &reply.cited {
        let exhibit = question
            .exhibits
            .iter()
            .enumerate()
            .find(|(index, _)| Exhibit::label(*index) == cited.exhibit)
            .map(|(_, exhibit)| exhibit)
            .ok_or_else(|| format!("the answer cites exhibit `{}`, which is not there", short(&cited.exhibit)))?;
        if cited.line == 0 || cited.line > exhibit.lines() {
            return Err(format!(
                "the answer cites line {} of exhibit `{}`, which has {}",
                cited.line,
                cited.exhibit,
                exhibit.lines()
            ));
        }
    }
    match (reply.answer, reply.reason) {
        (Answer::Holds, None) => Ok(Ballot::Holds),
        (Answer::Holds, Some(_)) => Err(String::from("the answer holds and gives a reason why it does not")),
        (Answer::Fails, None) => Err(String::from("the answer fails and gives no reason")),
        (Answer::Fails, Some(Reason::Injection)) => Ok(Ballot::Injection),
        (Answer::Fails, Some(Reason::NotFound)) if question.confirmed => {
            Err(String::from("the answer says that what Tier 1 found is not there"))
        }
        (Answer::Fails, Some(Reason::Insufficient)) => {
            Err(String::from("evidence that is too little to tell cannot fail a claim"))
        }
        (Answer::Fails, Some(_)) => Ok(Ballot::Fails),
        (Answer::CannotTell, _) => Ok(Ballot::CannotTell),
    }
}

/// Foreign text in a message: at most so much of it.
fn short(text: &str) -> String {
    text.chars().take(20).collect()
}
