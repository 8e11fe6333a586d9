//! Who answers: one trait, one file a provider. A provider puts a prompt on the wire and gives back the text of one answer;
//! it does not know what the answer means, and counts, retries and limits nothing but bytes and time.

use std::time::Duration;

use serde_json::Value as Json;

use super::prompt::Prompt;
use super::transcript::{Judge, Usage};

/// One call.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What is asked.
    pub prompt: &'a Prompt,
    /// The JSON Schema of the answer, for providers that hold a model to one.
    pub schema: &'a Json,
    /// Most tokens that the answer may have.
    pub max_output_tokens: u32,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The text that the model gave.
    pub text: String,
    /// How it ended.
    pub stop: Stop,
    /// What it cost.
    pub usage: Usage,
}

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// By itself.
    Complete,
    /// At the limit of tokens.
    Truncated,
    /// The model or its host refused to answer.
    Refused,
}

/// Why there is no answer. Messages never hold a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// It may be better in a while: too many requests, an overloaded server, a broken connection.
    #[error("{message}")]
    Transient {
        /// What is wrong.
        message: String,
        /// How long the provider wants to be left alone.
        after: Option<Duration>,
    },
    /// This call will not get better.
    #[error("{message}")]
    Failed {
        /// What is wrong.
        message: String,
    },
    /// No call will: the key is wrong, the model unknown, the program missing.
    #[error("{message}")]
    Fatal {
        /// What is wrong, and what to do.
        message: String,
    },
}

/// A provider of answers.
pub trait Provider: Send + Sync + std::fmt::Debug {
    /// Who it is.
    fn judge(&self) -> &Judge;

    /// One answer. Bounded in time and bytes by the provider's own limits.
    ///
    /// # Errors
    /// See [`CallError`].
    fn ask(&self, request: &Request<'_>) -> Result<Completion, CallError>;
}
