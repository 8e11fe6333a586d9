//! The messages of Anthropic. Structured output is asked for first; models and gateways without it are made to use a tool
//! whose input is the answer, and those that let no tool be forced have the instructions. Does not know which is which: what
//! is refused is left out and remembered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::transcript::{Judge, Usage};
use super::http::{Failure, Line, Rejected};
use super::{CallError, Completion, Provider, Request, Row, Settings, SetupError, Stop, schema};
use crate::base::system::System;

/// The row of the table.
pub(super) const ROW: Row = Row {
    name: "anthropic",
    base_url: Some("https://api.anthropic.com"),
    key_variable: Some("ANTHROPIC_API_KEY"),
    needs_key: true,
    connect,
};

/// The version of the interface.
const VERSION: &str = "2023-06-01";
/// The tool whose input is the answer.
const TOOL: &str = "answer";

fn connect(row: &'static Row, settings: &Settings, system: &Arc<dyn System>) -> Result<Box<dyn Provider>, SetupError> {
    let line = Line::open(row, settings, system)?;
    // Both ways of writing a base address are common.
    let path = if line.base().path().ends_with("/v1") { "/messages" } else { "/v1/messages" };
    Ok(Box::new(Anthropic { line, path, form: AtomicU8::new(Form::Schema as u8) }))
}

#[derive(Debug)]
struct Anthropic {
    line: Line,
    path: &'static str,
    /// The form of request that the server takes, as far as it is known.
    form: AtomicU8,
}

/// How the model is held to the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// By the server.
    Schema = 0,
    /// By a tool that it must use.
    Tool = 1,
    /// By the instructions.
    Words = 2,
}

impl Form {
    fn from_bits(bits: u8) -> Self {
        match bits {
            0 => Self::Schema,
            1 => Self::Tool,
            _ => Self::Words,
        }
    }

    /// A simpler form, where the refusal is about what it leaves out.
    fn simpler(self, rejected: &Rejected) -> Option<Self> {
        match self {
            Self::Schema => rejected
                .names(&["output_config", "output_format", "output format", "structured output", "json_schema"])
                .then_some(Self::Tool),
            Self::Tool => rejected.names(&["tool"]).then_some(Self::Words),
            Self::Words => None,
        }
    }
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    max_tokens: u32,
    system: &'a str,
    messages: [Message<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tools: Option<[Tool<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_choice: Option<ToolChoice>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct OutputConfig<'a> {
    format: OutputFormat<'a>,
}

#[derive(Serialize)]
struct OutputFormat<'a> {
    r#type: &'static str,
    schema: &'a Json,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    description: &'static str,
    input_schema: &'a Json,
}

#[derive(Serialize)]
struct ToolChoice {
    r#type: &'static str,
    name: &'static str,
}

#[derive(Deserialize)]
struct Reply {
    content: Vec<Block>,
    stop_reason: Option<String>,
    #[serde(default)]
    usage: Json,
}

#[derive(Deserialize)]
struct Block {
    r#type: String,
    text: Option<String>,
    name: Option<String>,
    input: Option<Json>,
}

impl Provider for Anthropic {
    fn judge(&self) -> &Judge {
        &self.line.judge
    }

    fn ask(&self, request: &Request<'_>) -> Result<Completion, CallError> {
        let schema = schema::portable(request.schema);
        let headers = [("anthropic-version", VERSION.to_owned())];
        let began = self.line.now();
        let mut form = Form::from_bits(self.form.load(Ordering::Relaxed));
        loop {
            let body = self.body(request, &schema, form);
            match self.line.post(self.path, ("x-api-key", ""), &headers, &body) {
                Ok(bytes) => {
                    self.form.store(form as u8, Ordering::Relaxed);
                    return self.read(&bytes);
                }
                Err(Failure::Call(error)) => return Err(error),
                Err(Failure::Rejected(rejected)) => match form.simpler(&rejected) {
                    Some(simpler) if self.line.has_time(began) => form = simpler,
                    _ => return Err(self.line.rejected(&rejected)),
                },
            }
        }
    }
}

impl Anthropic {
    fn body<'a>(&'a self, request: &Request<'a>, schema: &'a Json, form: Form) -> Body<'a> {
        let is_tool = form == Form::Tool;
        Body {
            model: &self.line.judge.model,
            max_tokens: request.max_output_tokens,
            system: &request.prompt.system,
            messages: [Message { role: "user", content: &request.prompt.user }],
            output_config: (form == Form::Schema)
                .then_some(OutputConfig { format: OutputFormat { r#type: "json_schema", schema } }),
            tools: is_tool.then_some([Tool {
                name: TOOL,
                description: "Gives the answer to the question.",
                input_schema: schema,
            }]),
            tool_choice: is_tool.then_some(ToolChoice { r#type: "tool", name: TOOL }),
        }
    }

    fn read(&self, bytes: &[u8]) -> Result<Completion, CallError> {
        let reply: Reply = self.line.parse(bytes)?;
        let count = |name: &str| reply.usage.get(name).and_then(Json::as_u64).unwrap_or(0);
        let cached = count("cache_creation_input_tokens").saturating_add(count("cache_read_input_tokens"));
        let usage = Usage { input: count("input_tokens").saturating_add(cached), output: count("output_tokens") };
        let mut texts = String::new();
        let mut inputs = Vec::new();
        for block in reply.content {
            match block.r#type.as_str() {
                "text" => texts.push_str(&block.text.unwrap_or_default()),
                "tool_use" if block.name.as_deref() == Some(TOOL) => inputs.push(block.input.unwrap_or_default()),
                // What it thought is no part of what it says.
                _ => {}
            }
        }
        if inputs.len() > 1 {
            return Err(self.line.failed("answers more than once"));
        }
        let text = inputs.first().map_or(texts, Json::to_string);
        let done = |stop| Completion { text: self.line.scrub(text.clone()), stop, usage };
        match reply.stop_reason.as_deref() {
            Some("max_tokens" | "model_context_window_exceeded") => Ok(done(Stop::Truncated)),
            Some("refusal") => Ok(done(Stop::Refused)),
            Some("end_turn" | "tool_use" | "stop_sequence") if text.is_empty() => {
                Err(self.line.failed("answers with no text"))
            }
            Some("end_turn" | "tool_use" | "stop_sequence") => Ok(done(Stop::Complete)),
            other => Err(self.line.odd_end(other)),
        }
    }
}
