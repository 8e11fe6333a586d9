//! What a judge may answer: a closed set, by JSON Schema, held against the evidence. Whatever is not such an answer is no
//! vote for anything. Does not know who gave it.
//!
//! An answer is one JSON object in white space, perhaps in one fence of Markdown, which models add by habit; nothing stands
//! before or after it. What is read is always an instance of [`schema`]; beyond the schema, [`read`] wants:
//!
//! | answer | reason | lines cited | counts as |
//! |---|---|---|---|
//! | any | `injection` | at least one | an injection: who saw one is believed, whatever else they say |
//! | `holds` | none | at least one | holds |
//! | `holds` | any other | | invalid: it contradicts itself |
//! | `fails` | `not_found` | at least one | invalid where Tier 1 found it, else fails |
//! | `fails` | `stub`, `partial`, `wrong_place` | at least one | fails |
//! | `fails` | `insufficient`, none | | invalid: too little evidence fails nothing, and a fail has a reason |
//! | `cannot_tell` | any other, none | any number | cannot tell: it decides nothing, so its words are kept |
//!
//! All lines that are cited exist, and the explanation says something.

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::{Value as Json, json};

use super::machine::Ballot;
use super::question::{Exhibit, Question};

/// Longest answer that is read, bytes.
pub const ANSWER_BYTES: usize = 64 << 10;
/// Most lines that an answer may cite; the instructions say so.
pub const CITATIONS: usize = 100;
/// Longest explanation, characters; the instructions say so.
pub const MESSAGE_CHARACTERS: usize = 4_000;
/// So much of a parser's words, which may quote the answer, is repeated; characters.
const PROBLEM_CHARACTERS: usize = 200;

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

impl Answer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Holds, Self::Fails, Self::CannotTell];

    /// As answers and reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::CannotTell => "cannot_tell",
        }
    }
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

impl Reason {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::NotFound, Self::Stub, Self::Partial, Self::WrongPlace, Self::Insufficient, Self::Injection];

    /// As answers and reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Stub => "stub",
            Self::Partial => "partial",
            Self::WrongPlace => "wrong_place",
            Self::Insufficient => "insufficient",
            Self::Injection => "injection",
        }
    }
}

/// A line of an exhibit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `exhibit` and `line`")]
pub struct Cited {
    /// The exhibit's letters.
    pub exhibit: String,
    /// The line within it, from 1.
    #[serde(deserialize_with = "line")]
    pub line: u32,
}

/// An answer as the schema has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `cited`, `message`, `answer` and `reason`")]
pub struct Reply {
    /// The answer.
    pub answer: Answer,
    /// Its class: null for `holds`, never null for `fails`.
    // A function of its own makes the key required: by default a missing one is null.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schemars(required)]
    pub reason: Option<Reason>,
    /// The lines that it leans on.
    pub cited: Vec<Cited>,
    /// One paragraph for people, as it came: whoever prints it makes it harmless.
    pub message: String,
}

/// What one answer counts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vote {
    /// What it counts for.
    pub ballot: Ballot,
    /// The answer, where it is of the schema; of an invalid vote it is for the record only.
    pub reply: Option<Reply>,
    /// Why it counts for nothing; empty where it counts. May quote the answer, a little.
    pub problem: String,
}

impl Vote {
    /// A vote that counts for nothing, and why.
    pub fn invalid(problem: impl Into<String>) -> Self {
        Self { ballot: Ballot::Invalid, reply: None, problem: problem.into() }
    }
}

/// The JSON Schema of an answer, as `schemas/judge-answer.schema.json` has it and as providers hold a model to it.
///
/// It keeps to what the strict modes of `openai`, `anthropic` and `ollama` have in common: closed objects, every property
/// required, nullable by `anyOf`, no reference, and no bound on a number, length or count, which some of them refuse;
/// [`read`] holds those.
pub fn schema() -> Json {
    json!({
        "title": "Judge answer",
        "description": "What a judge of Tier 2 answers to one question.",
        "type": "object",
        "properties": {
            "cited": {
                "description": "The lines of the exhibits that the answer leans on; at least one, only lines that exist.",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "exhibit": {"description": "The letters of an exhibit, as in `A`.", "type": "string"},
                        "line": {"description": "A line of it, from 1.", "type": "integer"},
                    },
                    "required": ["exhibit", "line"],
                    "additionalProperties": false,
                },
            },
            "message": {
                "description": "One paragraph for the author of the code: what those lines do, and what follows from it.",
                "type": "string",
            },
            "answer": {
                "description": "`holds` only where the exhibits show that the claim is true.",
                "type": "string",
                "enum": Answer::ALL.map(Answer::name),
            },
            "reason": {
                "description": "Null for `holds`, else the class of the reason.",
                "anyOf": [{"type": "string", "enum": Reason::ALL.map(Reason::name)}, {"type": "null"}],
            },
        },
        "required": ["cited", "message", "answer", "reason"],
        "additionalProperties": false,
    })
}

/// Reads an answer and holds it against its question.
pub fn read(text: &str, question: &Question) -> Vote {
    let reply = match parse(text) {
        Ok(reply) => reply,
        Err(problem) => return Vote::invalid(problem),
    };
    match weigh(&reply, question) {
        Ok(ballot) => Vote { ballot, reply: Some(reply), problem: String::new() },
        Err(problem) => Vote { ballot: Ballot::Invalid, reply: Some(reply), problem },
    }
}

/// The answer in a text that is one and nothing else, not yet held against its question: for those who show a record.
///
/// # Errors
/// Why the text is no answer.
pub fn parse(text: &str) -> Result<Reply, String> {
    if text.len() > ANSWER_BYTES {
        return Err(format!("the answer has {} bytes, at most {ANSWER_BYTES} are read", text.len()));
    }
    let object = unfenced(text);
    if object.trim_ascii().is_empty() {
        return Err(String::from("the answer is empty"));
    }
    let reply: Reply = serde_json::from_str(object).map_err(|error| {
        let words: String = error.to_string().chars().take(PROBLEM_CHARACTERS).collect();
        match error.classify() {
            Category::Data => format!("the answer is not of the schema: {words}"),
            // What is no word where one of a closed set is expected is bad syntax to a derived reader.
            Category::Syntax if serde_json::from_str::<Json>(object).is_ok() => format!(
                "the answer is not of the schema: no word of the set at line {} column {}",
                error.line(),
                error.column()
            ),
            Category::Eof => format!("the answer ends before it is complete: {words}"),
            Category::Syntax | Category::Io => format!("the answer is not one JSON object: {words}"),
        }
    })?;
    // Derived readers also take `["A", 1]` for an object and `{"holds": null}` for a word.
    let written: Option<Json> = serde_json::from_str(object).ok();
    if written.is_none() || written != serde_json::to_value(&reply).ok() {
        return Err(String::from("the answer is not of the schema: a list or an object stands where it has none"));
    }
    Ok(reply)
}

/// What stands in a fence of Markdown that is around everything else; without such a fence, the text itself. Where more than
/// one object stands in it, or text beside it, reading fails as it does without a fence.
fn unfenced(text: &str) -> &str {
    let inner = || {
        let body = text.trim_ascii().strip_prefix("```")?.strip_suffix("```")?;
        let (language, body) = body.split_once('\n')?;
        matches!(language.trim_ascii(), "" | "json").then_some(body)
    };
    inner().unwrap_or(text)
}

/// A number of a line, in the words of the schema.
fn line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    struct Line;

    impl de::Visitor<'_> for Line {
        type Value = u32;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("the number of a line")
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<u32, E> {
            u32::try_from(number).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
        }
    }

    deserializer.deserialize_u32(Line)
}

/// What a well-formed answer counts for, or why for nothing: the table at the head of this file.
fn weigh(reply: &Reply, question: &Question) -> Result<Ballot, String> {
    if reply.message.chars().count() > MESSAGE_CHARACTERS {
        return Err(format!("the explanation is longer than {MESSAGE_CHARACTERS} characters"));
    }
    if reply.message.trim().is_empty() {
        return Err(String::from("the answer explains nothing"));
    }
    check_citations(reply, question)?;
    match (reply.answer, reply.reason) {
        (_, Some(Reason::Injection)) => Ok(Ballot::Injection),
        (Answer::Holds, None) => Ok(Ballot::Holds),
        (Answer::Holds, Some(reason)) => Err(format!("the answer `holds` contradicts its reason `{}`", reason.name())),
        (Answer::Fails, None) => Err(String::from("the answer `fails` has no reason")),
        (Answer::Fails, Some(Reason::NotFound)) if question.confirmed => {
            Err(String::from("the answer says `not_found` of what Tier 1 found"))
        }
        (Answer::Fails, Some(Reason::Insufficient)) => {
            Err(String::from("the answer `fails` for evidence that is too little to tell"))
        }
        (Answer::Fails, Some(Reason::NotFound | Reason::Stub | Reason::Partial | Reason::WrongPlace)) => {
            Ok(Ballot::Fails)
        }
        (Answer::CannotTell, _) => Ok(Ballot::CannotTell),
    }
}

/// Whether every line that is cited exists, and at least one is where the answer decides anything.
fn check_citations(reply: &Reply, question: &Question) -> Result<(), String> {
    let decides = reply.answer != Answer::CannotTell || reply.reason == Some(Reason::Injection);
    if reply.cited.is_empty() && decides {
        return Err(String::from("the answer cites no line"));
    }
    if reply.cited.len() > CITATIONS {
        return Err(format!("the answer cites {} lines, at most {CITATIONS} are read", reply.cited.len()));
    }
    let lines: Vec<(String, u32)> =
        question.exhibits.iter().enumerate().map(|(index, exhibit)| (Exhibit::label(index), exhibit.lines())).collect();
    for Cited { exhibit, line } in &reply.cited {
        let Some((_, lines)) = lines.iter().find(|(label, _)| label == exhibit) else {
            let exhibit: String = exhibit.chars().take(20).collect();
            return Err(format!("the answer cites exhibit `{exhibit}`, which is not there"));
        };
        if !(1..=*lines).contains(line) {
            return Err(format!("the answer cites line {line} of exhibit `{exhibit}`, which has {lines}"));
        }
    }
    Ok(())
}
