//! The chat completions of `OpenAI`, and of everything that speaks the same: Azure, vLLM, LM Studio, gateways. Does not know
//! which of them answers; where a parameter is refused, a simpler one is tried and remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::transcript::{Judge, Usage};
use super::http::{Credential, Failure, Line, Rejected};
use super::{CallError, Completion, Provider, Request, Row, Settings, SetupError, Stop, schema};
use crate::base::system::System;

/// The row of the table.
pub(super) const ROW: Row = Row {
    name: "openai",
    base_url: Some("https://api.openai.com/v1"),
    key_variable: Some("OPENAI_API_KEY"),
    needs_key: true,
    connect,
};

/// The hosts of Azure take the key in a header of their own.
const AZURE: &[&str] = &[".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com"];
/// How a server says that it does not know a parameter at all, and not that its value is wrong.
const UNKNOWN: &[&str] = &[
    "unsupported",
    "not supported",
    "unrecognized",
    "unknown",
    "unexpected",
    "not permitted",
    "not allowed",
    "forbidden",
];

fn connect(row: &'static Row, settings: &Settings, system: &Arc<dyn System>) -> Result<Box<dyn Provider>, SetupError> {
    let line = Line::open(row, settings, system)?;
    let is_azure = AZURE.iter().any(|suffix| line.base().host().ends_with(suffix));
    let credential = if is_azure { ("api-key", "") } else { ("authorization", "Bearer ") };
    Ok(Box::new(OpenAi { line, credential, form: AtomicU8::new(Form::default().to_bits()) }))
}

#[derive(Debug)]
struct OpenAi {
    line: Line,
    credential: Credential,
    /// The form of request that the server takes, as far as it is known: the bits of a [`Form`].
    form: AtomicU8,
}

/// A form of request: servers that speak the same language know more or fewer of its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Form {
    /// `max_tokens` in place of `max_completion_tokens`.
    old_limit: bool,
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    /// The model is held to the schema.
    #[default]
    Schema,
    /// The model is held to JSON; the instructions say which.
    Object,
    /// The instructions alone.
    Words,
}

impl Form {
    fn to_bits(self) -> u8 {
        u8::from(self.old_limit) | (self.format as u8) << 1
    }

    fn from_bits(bits: u8) -> Self {
        let format = match bits >> 1 {
            0 => Format::Schema,
            1 => Format::Object,
            _ => Format::Words,
        };
        Self { old_limit: bits & 1 == 1, format }
    }

    /// A simpler form, where the refusal is about what it leaves out.
    fn simpler(self, rejected: &Rejected) -> Option<Self> {
        let is_unknown =
            rejected.names(UNKNOWN) || rejected.code.contains("unsupported") || rejected.code.contains("unknown");
        if !self.old_limit && is_unknown && rejected.names(&["max_completion_tokens"]) {
            return Some(Self { old_limit: true, ..self });
        }
        if rejected.names(&["response_format", "json_schema", "json_object", "structured output"]) {
            return match self.format {
                Format::Schema => Some(Self { format: Format::Object, ..self }),
                Format::Object => Some(Self { format: Format::Words, ..self }),
                Format::Words => None,
            };
        }
        None
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ResponseFormat<'a> {
    JsonSchema { json_schema: Named<'a> },
    JsonObject,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'static str,
    strict: bool,
    schema: &'a Json,
}

#[derive(Deserialize)]
struct Reply {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Json,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<String>,
    refusal: Option<String>,
}

impl Provider for OpenAi {
    fn judge(&self) -> &Judge {
        &self.line.judge
    }

    fn ask(&self, request: &Request<'_>) -> Result<Completion, CallError> {
        let schema = schema::portable(request.schema);
        let began = self.line.now();
        let mut form = Form::from_bits(self.form.load(Ordering::Relaxed));
        loop {
            let body = self.body(request, &schema, form);
            match self.line.post("/chat/completions", self.credential, &[], &body) {
                Ok(bytes) => {
                    self.form.store(form.to_bits(), Ordering::Relaxed);
                    return self.read(&bytes);
                }
                Err(Failure::Call(error)) => return Err(error),
                // Azure's filter refuses the question itself.
                Err(Failure::Rejected(rejected)) if rejected.code == "content_filter" => {
                    let text = self.line.scrub(rejected.message);
                    return Ok(Completion { text, stop: Stop::Refused, usage: Usage::default() });
                }
                Err(Failure::Rejected(rejected)) => match form.simpler(&rejected) {
                    // Each step leaves something out, so there are few; together they have the time of one call.
                    Some(simpler) if self.line.has_time(began) => form = simpler,
                    _ => return Err(self.line.rejected(&rejected)),
                },
            }
        }
    }
}

impl OpenAi {
    fn body<'a>(&'a self, request: &Request<'a>, schema: &'a Json, form: Form) -> Body<'a> {
        let limit = Some(request.max_output_tokens);
        Body {
            model: &self.line.judge.model,
            messages: [
                Message { role: "system", content: &request.prompt.system },
                Message { role: "user", content: &request.prompt.user },
            ],
            max_completion_tokens: limit.filter(|_| !form.old_limit),
            max_tokens: limit.filter(|_| form.old_limit),
            response_format: match form.format {
                Format::Schema => {
                    Some(ResponseFormat::JsonSchema { json_schema: Named { name: "answer", strict: true, schema } })
                }
                Format::Object => Some(ResponseFormat::JsonObject),
                Format::Words => None,
            },
        }
    }

    fn read(&self, bytes: &[u8]) -> Result<Completion, CallError> {
        let reply: Reply = self.line.parse(bytes)?;
        let usage = Usage {
            input: reply.usage.get("prompt_tokens").and_then(Json::as_u64).unwrap_or(0),
            output: reply.usage.get("completion_tokens").and_then(Json::as_u64).unwrap_or(0),
        };
        let choice = reply.choices.into_iter().next().ok_or_else(|| self.line.failed("answers with no choice"))?;
        let done =
            |text: Option<String>, stop| Completion { text: self.line.scrub(text.unwrap_or_default()), stop, usage };
        let Said { content, refusal } = choice.message;
        if refusal.as_ref().is_some_and(|refusal| !refusal.is_empty()) {
            return Ok(done(refusal, Stop::Refused));
        }
        match choice.finish_reason.as_deref() {
            Some("length") => Ok(done(content, Stop::Truncated)),
            Some("content_filter") => Ok(done(content, Stop::Refused)),
            Some("stop") if content.as_ref().is_some_and(|text| !text.is_empty()) => Ok(done(content, Stop::Complete)),
            Some("stop") => Err(self.line.failed("answers with no text")),
            other => Err(self.line.odd_end(other)),
        }
    }
}
