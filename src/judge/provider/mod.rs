//! Who answers: one trait, one file a provider, one table. A provider puts a prompt on the wire and gives back the text of
//! one answer; it does not know what the answer means, and counts, retries and limits nothing but bytes and time.

mod address;
mod anthropic;
mod command;
pub mod credentials;
mod http;
mod ollama;
mod openai;
mod proxy;
mod schema;
mod text;
mod wire;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value as Json;

use super::prompt::Prompt;
use super::transcript::{Judge, Usage};
use crate::base::suggest;
use crate::base::system::System;

/// How long one call may take where nothing else is said.
pub const TIMEOUT: Duration = Duration::from_mins(2);
/// Longest name of a model, characters.
const MODEL_CHARACTERS: usize = 256;

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

/// Who gave a setting. A key follows only the invoker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag or the environment.
    Invoker,
    /// `attest.toml`, which whoever changes the repository may write.
    Package,
}

/// What a run says of its provider.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name in [`PROVIDERS`].
    pub provider: String,
    /// The model, as the provider calls it.
    pub model: String,
    /// Another address than the provider's own, and who gave it.
    pub base_url: Option<(String, Origin)>,
    /// `--key-file`; only ever from the invoker.
    pub key_file: Option<PathBuf>,
    /// The program of `command` and its arguments; only ever from the invoker, for it is run.
    pub command: Vec<String>,
    /// How long one call may take.
    pub timeout: Duration,
}

impl Settings {
    /// A provider at its own address, with the key of the environment.
    pub fn new(provider: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            model: model.into(),
            base_url: None,
            key_file: None,
            command: Vec::new(),
            timeout: TIMEOUT,
        }
    }
}

/// Why a provider cannot be used at all. Messages never hold a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The settings are wrong.
    #[error("{message}")]
    Usage {
        /// What is wrong, and what to do.
        message: String,
    },
    /// The settings are fine; a key, a file or a feature is not there, or may not be used so.
    #[error("{message}")]
    Unusable {
        /// What is wrong, and what to do.
        message: String,
    },
}

impl SetupError {
    fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into() }
    }

    fn unusable(message: impl Into<String>) -> Self {
        Self::Unusable { message: message.into() }
    }
}

/// How a row is made into a provider.
type Connect = fn(&'static Row, &Settings, &Arc<dyn System>) -> Result<Box<dyn Provider>, SetupError>;

/// One provider: a row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name: `--tier2 NAME`.
    pub name: &'static str,
    /// Its own address; nothing where it has none.
    pub base_url: Option<&'static str>,
    /// The variable of its key; nothing where only `ATTEST_TIER2_KEY` and `--key-file` give one.
    pub key_variable: Option<&'static str>,
    /// Whether it answers nobody without a key at its own address.
    pub needs_key: bool,
    /// How to make it.
    connect: Connect,
}

/// All providers. A new one is one file and one row.
pub const PROVIDERS: &[&Row] = &[&openai::ROW, &anthropic::ROW, &ollama::ROW, &command::ROW];

/// Makes the provider that the settings name. Nothing is sent yet.
///
/// # Errors
/// Unknown providers, settings that do not fit, keys that are missing or may not be sent to the address.
pub fn connect(settings: &Settings, system: &Arc<dyn System>) -> Result<Box<dyn Provider>, SetupError> {
    let row = row(settings)?;
    (row.connect)(row, settings, system)
}

/// Who would be asked: the same as of the provider that [`connect`] makes, without any key.
///
/// # Errors
/// Unknown providers, settings that do not fit.
pub fn judge(settings: &Settings) -> Result<Judge, SetupError> {
    let row = row(settings)?;
    let endpoint = match row.base_url {
        Some(own) => http::base(row, own, settings)?.1,
        None => Some(command::line(row, settings)?),
    };
    Ok(Judge { provider: row.name.to_owned(), model: settings.model.clone(), endpoint })
}

/// The row of the settings' provider, whose model has a usable name.
fn row(settings: &Settings) -> Result<&'static Row, SetupError> {
    let Some(row) = PROVIDERS.iter().find(|row| row.name == settings.provider) else {
        let names = PROVIDERS.iter().map(|row| row.name);
        let help = match suggest::nearest(&settings.provider, names.clone()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("there are {}", names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
        };
        return Err(SetupError::usage(format!("unknown provider `{}`; {help}", text::harmless(&settings.provider))));
    };
    let model = &settings.model;
    if model.trim().is_empty() {
        return Err(SetupError::usage(format!("`{}` needs a model; give one with `--model`", row.name)));
    }
    if model.chars().count() > MODEL_CHARACTERS || model.chars().any(char::is_control) {
        return Err(SetupError::usage(format!(
            "the model `{}` is no name: at most {MODEL_CHARACTERS} characters, none of them a control character",
            text::harmless(model)
        )));
    }
    Ok(row)
}

/// The variables that hold a key: no program that Attest starts inherits them.
fn key_variables() -> Vec<&'static str> {
    PROVIDERS.iter().filter_map(|row| row.key_variable).chain([credentials::SHARED_VARIABLE]).collect()
}
