//! What was asked and answered, as it is kept: in the verdict store, in `--record FILE`, for `--replay FILE`. Never holds a
//! credential or the boundary's token. Does not know where it is kept, nor what an answer counts for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::fmt;
use std::path::{Path, PathBuf};

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::prompt;
use super::question::Question;
use crate::base::canonical;
use crate::base::literal::Timestamp;
use crate::base::system::{System, SystemError};

/// The version of this shape; readers refuse others.
pub const SCHEMA: u32 = 1;
/// Largest transcript, bytes.
pub const FILE_BYTES: usize = 64 << 20;
/// Most entries of a transcript.
pub const ENTRIES: usize = 1_000_000;
/// Most answers to one question.
pub const VOTES: usize = 1_000;
/// Longest of any text in an entry, bytes; an answer is never longer either.
pub const TEXT_BYTES: usize = super::answer::ANSWER_BYTES;
/// Largest count of tokens or milliseconds: the largest whole number that every reader of JSON reads alike.
const COUNT: u64 = (1 << 53) - 1;
/// So much of a parser's words, which may quote the file, is repeated; characters.
const PROBLEM_CHARACTERS: usize = 200;

// A function of their own makes the keys of values that may be null required: by default a missing one is null.

/// Who is asked: a part of every key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a judge")]
pub struct Judge {
    /// `openai`, `anthropic`, `ollama`, `command`.
    pub provider: String,
    /// The model, as the provider calls it.
    pub model: String,
    /// The base address where it is not the provider's own, or the program of `command`; without credentials.
    #[serde(deserialize_with = "Option::deserialize")]
    pub endpoint: Option<String>,
}

impl fmt::Display for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.provider, self.model)?;
        self.endpoint.as_ref().map_or(Ok(()), |endpoint| write!(f, " at {endpoint}"))
    }
}

/// What an answer is kept under, `sha256:...`: check, parameters, evidence, question, instructions, provider, model. Line
/// numbers, ids and unrelated text are no part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Key(pub String);

/// Everything that a key is made of.
#[derive(Serialize)]
struct Parts<'a> {
    check: Option<&'a str>,
    expression: &'a str,
    /// The digest of the prompt: the instructions and their version, the rule's words, Tier 1's finding and the evidence.
    prompt: &'a str,
    judge: &'a Judge,
}

impl Parts<'_> {
    fn key(&self) -> Result<Key, serde_json::Error> {
        Ok(Key(canonical::digest(self)?.to_string()))
    }
}

impl Key {
    /// The key of a question to a judge.
    ///
    /// # Errors
    /// Never for texts; the signature is that of canonical JSON.
    pub fn of(question: &Question, judge: &Judge) -> Result<Self, serde_json::Error> {
        let prompt = prompt::digest(question).to_string();
        Parts { check: question.check.as_deref(), expression: &question.expression, prompt: &prompt, judge }.key()
    }

    /// Its 64 hexadecimal digits; nothing where it is none.
    pub fn hex(&self) -> Option<&str> {
        hex_of(&self.0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The digits of `sha256:...` in lower case.
fn hex_of(text: &str) -> Option<&str> {
    let hex = text.strip_prefix("sha256:")?;
    (hex.len() == 64 && is_hex(hex)).then_some(hex)
}

/// Whether a text is of hexadecimal digits in lower case.
pub fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Everything that a run of Tier 2 leaned on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a transcript")]
pub struct Transcript {
    /// The version of this shape: 1.
    pub schema: u32,
    /// Who was asked: one judge, for whom a replay looks each question up.
    pub judge: Judge,
    /// How many votes were wanted.
    pub votes: u32,
    /// By key.
    #[serde(deserialize_with = "entries")]
    #[schemars(with = "BTreeMap<Key, Entry>")]
    pub entries: BTreeMap<Key, Entry>,
}

/// The answers to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an entry")]
pub struct Entry {
    /// The id of what was asked about, when it was asked: for people.
    pub id: String,
    /// The check; null for an expression of its own.
    #[serde(deserialize_with = "Option::deserialize")]
    pub check: Option<String>,
    /// The digest of the evaluated expression, as in the plan.
    pub expression: String,
    /// What the rule's author wants to know: for people.
    pub ask: String,
    /// Who was asked.
    pub judge: Judge,
    /// The digest of the prompt without its token, `sha256:...`.
    pub prompt_digest: String,
    /// The digest of the evidence, `sha256:...`.
    pub evidence_digest: String,
    /// Whether the run that wrote this had the answers from its store; in a store always false.
    pub cached: bool,
    /// The answers, in the order in which they came; at least one.
    pub votes: Vec<Recorded>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "an answer")]
pub struct Recorded {
    /// The answer's bytes as the provider gave them; null where it gave none that could be kept.
    #[serde(deserialize_with = "Option::deserialize")]
    pub text: Option<String>,
    /// Why there is no text to read, or why it is none (`refused`, `truncated`); empty otherwise.
    pub problem: String,
    /// What it cost.
    pub usage: Usage,
    /// When it came, RFC 3339 in UTC.
    pub at: String,
    /// How long it took, milliseconds.
    pub millis: u64,
}

/// What an answer cost, as the provider counts; 0 where it does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a usage")]
pub struct Usage {
    /// Tokens of the prompt.
    pub input: u64,
    /// Tokens of the answer.
    pub output: u64,
}

impl Usage {
    /// Both together with another.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { input: self.input.saturating_add(other.input), output: self.output.saturating_add(other.output) }
    }
}

impl Entry {
    /// Whether this may be kept under `key` and read from there: its parts make that very key, and every value is one that
    /// a run can have written.
    ///
    /// # Errors
    /// What is wrong with it, in a few words.
    pub fn check(&self, key: &Key) -> Result<(), String> {
        let texts = [
            ("id", Some(&self.id)),
            ("check", self.check.as_ref()),
            ("expression", Some(&self.expression)),
            ("ask", Some(&self.ask)),
        ];
        texts.into_iter().try_for_each(|(name, text)| short(name, text.map(String::as_str)))?;
        self.judge.check()?;
        for (name, digest) in [("promptDigest", &self.prompt_digest), ("evidenceDigest", &self.evidence_digest)] {
            hex_of(digest).ok_or_else(|| format!("`{name}` is no SHA-256 digest"))?;
        }
        let parts = Parts {
            check: self.check.as_deref(),
            expression: &self.expression,
            prompt: &self.prompt_digest,
            judge: &self.judge,
        };
        if parts.key().map_err(|error| error.to_string())? != *key {
            return Err(String::from("what it says was asked, and of whom, does not make its key"));
        }
        if self.votes.is_empty() {
            return Err(String::from("it holds no answer"));
        }
        if self.votes.len() > VOTES {
            return Err(format!("it holds more than {VOTES} answers"));
        }
        self.votes.iter().try_for_each(Recorded::check)
    }

    /// When the last answer came, as it is written; entries that were checked have one.
    pub fn last(&self) -> Option<jiff::Timestamp> {
        self.votes.iter().filter_map(|vote| Timestamp::parse(&vote.at).ok()).map(|time| time.0).max()
    }

    /// What all answers cost.
    pub fn usage(&self) -> Usage {
        self.votes.iter().fold(Usage::default(), |sum, vote| sum.plus(vote.usage))
    }
}

impl Judge {
    fn check(&self) -> Result<(), String> {
        for (name, text) in [("provider", &self.provider), ("model", &self.model)] {
            if text.is_empty() {
                return Err(format!("`{name}` is empty"));
            }
            short(name, Some(text))?;
        }
        short("endpoint", self.endpoint.as_deref())
    }
}

impl Recorded {
    fn check(&self) -> Result<(), String> {
        short("text", self.text.as_deref())?;
        short("problem", Some(&self.problem))?;
        if self.text.is_none() && self.problem.is_empty() {
            return Err(String::from("an answer has neither a text nor a problem"));
        }
        if self.usage.input > COUNT || self.usage.output > COUNT || self.millis > COUNT {
            return Err(format!("an answer has a count above {COUNT}"));
        }
        if !self.at.ends_with('Z') || Timestamp::parse(&self.at).is_err() {
            return Err(String::from("an answer came at a time that is none in UTC"));
        }
        Ok(())
    }
}

fn short(name: &str, text: Option<&str>) -> Result<(), String> {
    if text.is_some_and(|text| text.len() > TEXT_BYTES) {
        return Err(format!("`{name}` is larger than {TEXT_BYTES} bytes"));
    }
    Ok(())
}

/// Why a transcript cannot be read or written.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TranscriptError {
    /// The file.
    #[error(transparent)]
    System(#[from] SystemError),
    /// What stands in it.
    #[error("`{}` is no transcript that can be replayed: {problem}", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// What would stand in it.
    #[error("the transcript is not written to `{}`, for it could not be read again: {problem}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
}

impl Transcript {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it cannot be read, or is no transcript of this version, wholly and within all limits.
    pub fn read(system: &dyn System, path: &Path) -> Result<Self, TranscriptError> {
        let limit = u64::try_from(FILE_BYTES).unwrap_or(u64::MAX);
        let bytes = system.read(path, limit)?;
        Self::parse(&bytes).map_err(|problem| TranscriptError::Broken { path: path.to_owned(), problem })
    }

    /// Reads bytes.
    ///
    /// # Errors
    /// What is wrong with them, in a few words.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.len() > FILE_BYTES {
            return Err(format!("it is larger than {FILE_BYTES} bytes"));
        }
        schema_of(bytes, SCHEMA)?;
        let transcript: Self = serde_json::from_slice(bytes).map_err(|error| said(&error))?;
        transcript.check()?;
        Ok(transcript)
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// Where it cannot be written, or could not be read again.
    pub fn write(&self, system: &dyn System, path: &Path) -> Result<(), TranscriptError> {
        let text = self.text().map_err(|problem| TranscriptError::Unfit { path: path.to_owned(), problem })?;
        Ok(system.write(path, text.as_bytes())?)
    }

    /// As it is written: canonical, indented, with a final line end. Equal transcripts are equal bytes.
    ///
    /// # Errors
    /// Where [`Self::parse`] would not read it.
    pub fn text(&self) -> Result<String, String> {
        self.check()?;
        let mut text = canonical::to_string_pretty(self).map_err(|error| error.to_string())?;
        text.push('\n');
        if text.len() > FILE_BYTES {
            return Err(format!("it is larger than {FILE_BYTES} bytes"));
        }
        Ok(text)
    }

    fn check(&self) -> Result<(), String> {
        if self.schema != SCHEMA {
            return Err(format!("its schema is {}, not {SCHEMA}", self.schema));
        }
        self.judge.check()?;
        if self.votes == 0 || usize::try_from(self.votes).unwrap_or(usize::MAX) > VOTES {
            return Err(format!("`votes` is {}, not a number from 1 to {VOTES}", self.votes));
        }
        if self.entries.len() > ENTRIES {
            return Err(format!("it holds more than {ENTRIES} entries"));
        }
        for (key, entry) in &self.entries {
            let name = || cut(&key.0);
            entry.check(key).map_err(|problem| format!("entry `{}`: {problem}", name()))?;
            if entry.judge != self.judge {
                return Err(format!("entry `{}` is of another judge than the transcript", name()));
            }
        }
        Ok(())
    }
}

/// Whether JSON says that it is of a schema; said first, for whatever else is wrong with another one is no fault.
pub(super) fn schema_of(bytes: &[u8], wanted: u32) -> Result<(), String> {
    #[derive(Deserialize)]
    #[serde(expecting = "an object with a `schema`")]
    struct Header {
        schema: u64,
    }
    let header: Header = serde_json::from_slice(bytes).map_err(|error| said(&error))?;
    match header.schema {
        schema if schema == u64::from(wanted) => Ok(()),
        schema => {
            let whose = if schema > u64::from(wanted) { "a newer" } else { "another" };
            Err(format!("its schema is {schema}, that of {whose} version of attest; this one reads {wanted}"))
        }
    }
}

/// A parser's words, at most so many.
pub(super) fn said(error: &serde_json::Error) -> String {
    cut(&error.to_string())
}

fn cut(text: &str) -> String {
    let mut kept: String = text.chars().take(PROBLEM_CHARACTERS).collect();
    if kept.len() < text.len() {
        kept.push('…');
    }
    kept
}

/// The entries of a transcript: each key once, not more than there may be.
fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Key, Entry>, D::Error> {
    struct Entries;

    impl<'de> Visitor<'de> for Entries {
        type Value = BTreeMap<Key, Entry>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of entries by key")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut entries = BTreeMap::new();
            while let Some(key) = map.next_key::<Key>()? {
                if entries.len() >= ENTRIES {
                    return Err(A::Error::custom(format_args!("more than {ENTRIES} entries")));
                }
                match entries.entry(key) {
                    Slot::Vacant(slot) => {
                        slot.insert(map.next_value()?);
                    }
                    Slot::Occupied(slot) => {
                        return Err(A::Error::custom(format_args!("duplicate key `{}`", cut(&slot.key().0))));
                    }
                }
            }
            Ok(entries)
        }
    }

    deserializer.deserialize_map(Entries)
}
