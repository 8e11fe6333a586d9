//! What was asked and answered, as it is kept: in the verdict store, in `--record FILE`, for `--replay FILE`. Never holds a
//! credential or the boundary's token. Does not know where it is kept.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::prompt;
use super::question::Question;
use crate::base::canonical;

/// The version of this shape; readers refuse others.
pub const SCHEMA: u32 = 1;

/// Who is asked: a part of every key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Judge {
    /// `openai`, `anthropic`, `ollama`, `command`.
    pub provider: String,
    /// The model, as the provider calls it.
    pub model: String,
    /// The base address where it is not the provider's own, or the program of `command`; without credentials.
    pub endpoint: Option<String>,
}

/// What an answer is kept under, `sha256:...`: check, parameters, evidence, question, instructions, provider, model. Line
/// numbers, ids and unrelated text are no part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Key(pub String);

impl Key {
    /// The key of a question to a judge.
    ///
    /// # Errors
    /// Never for texts; the signature is that of canonical JSON.
    pub fn of(question: &Question, judge: &Judge) -> Result<Self, serde_json::Error> {
        let parts = serde_json::json!({
            "check": question.check,
            "expression": question.expression,
            "prompt": prompt::digest(question).to_string(),
            "judge": serde_json::to_value(judge)?,
        });
        Ok(Self(canonical::digest(&parts)?.to_string()))
    }
}

/// Everything that a run of Tier 2 leaned on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Transcript {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Who was asked.
    pub judge: Judge,
    /// How many votes were wanted.
    pub votes: u32,
    /// By key.
    pub entries: BTreeMap<Key, Entry>,
}

/// The answers to one question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entry {
    /// The id of what was asked about, when it was asked: for people.
    pub id: String,
    /// Who was asked.
    pub judge: Judge,
    /// The digest of the prompt without its token, `sha256:...`.
    pub prompt_digest: String,
    /// The digest of the evidence, `sha256:...`.
    pub evidence_digest: String,
    /// Whether the run that wrote this had the answers from its store.
    pub cached: bool,
    /// The answers, in the order in which they came.
    pub votes: Vec<Recorded>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recorded {
    /// The answer's bytes as the provider gave them; null where it gave none that could be kept.
    #[schemars(required)]
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Usage {
    /// Tokens of the prompt.
    pub input: u64,
    /// Tokens of the answer.
    pub output: u64,
}
