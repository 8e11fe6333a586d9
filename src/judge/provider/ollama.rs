//! The chat of Ollama. Its server cuts what does not fit without a word, so that room is asked for and cutting is forbidden.
//! Does not know which model is loaded.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::transcript::{Judge, Usage};
use super::http::{Failure, Line};
use super::{CallError, Completion, Provider, Request, Row, Settings, SetupError, Stop, schema};
use crate::base::system::System;

/// The row of the table.
pub(super) const ROW: Row =
    Row { name: "ollama", base_url: Some("http://127.0.0.1:11434"), key_variable: None, needs_key: false, connect };

/// The least room for prompt and answer, tokens. Another room loads the model anew, so there are few sizes.
const LEAST_ROOM: u64 = 8_192;
/// What a prompt has beside its text, tokens.
const TEMPLATE: u64 = 256;

fn connect(row: &'static Row, settings: &Settings, system: &Arc<dyn System>) -> Result<Box<dyn Provider>, SetupError> {
    Ok(Box::new(Ollama { line: Line::open(row, settings, system)? }))
}

#[derive(Debug)]
struct Ollama {
    line: Line,
}

#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    stream: bool,
    format: &'a Json,
    /// What does not fit is an error: a judge that saw half of the evidence is none.
    truncate: bool,
    /// Neither is the start forgotten while the answer is written.
    shift: bool,
    options: Options,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct Options {
    num_predict: u32,
    num_ctx: u64,
}

#[derive(Deserialize)]
struct Reply {
    message: Said,
    #[serde(default)]
    done: bool,
    done_reason: Option<String>,
    #[serde(default)]
    prompt_eval_count: Json,
    #[serde(default)]
    eval_count: Json,
}

#[derive(Deserialize)]
struct Said {
    content: String,
}

impl Provider for Ollama {
    fn judge(&self) -> &Judge {
        &self.line.judge
    }

    fn ask(&self, request: &Request<'_>) -> Result<Completion, CallError> {
        let schema = schema::portable(request.schema);
        let body = Body {
            model: &self.line.judge.model,
            messages: [
                Message { role: "system", content: &request.prompt.system },
                Message { role: "user", content: &request.prompt.user },
            ],
            stream: false,
            format: &schema,
            truncate: false,
            shift: false,
            options: Options { num_predict: request.max_output_tokens, num_ctx: room(request) },
        };
        match self.line.post("/api/chat", ("authorization", "Bearer "), &[], &body) {
            Ok(bytes) => self.read(&bytes),
            Err(Failure::Call(error)) => Err(error),
            Err(Failure::Rejected(rejected)) => Err(self.line.rejected(&rejected)),
        }
    }
}

/// The room for a prompt and its answer, tokens.
fn room(request: &Request<'_>) -> u64 {
    let wanted = request.prompt.tokens().saturating_add(u64::from(request.max_output_tokens)).saturating_add(TEMPLATE);
    wanted.max(LEAST_ROOM).checked_next_power_of_two().unwrap_or(wanted)
}

impl Ollama {
    fn read(&self, bytes: &[u8]) -> Result<Completion, CallError> {
        let reply: Reply = self.line.parse(bytes)?;
        let usage = Usage {
            input: reply.prompt_eval_count.as_u64().unwrap_or(0),
            output: reply.eval_count.as_u64().unwrap_or(0),
        };
        let text = self.line.scrub(reply.message.content);
        let reason = if reply.done { reply.done_reason.as_deref() } else { Some("not done") };
        match reason {
            Some("length") => Ok(Completion { text, stop: Stop::Truncated, usage }),
            Some("stop") if text.is_empty() => Err(self.line.failed("answers with no text")),
            Some("stop") => Ok(Completion { text, stop: Stop::Complete, usage }),
            other => Err(self.line.odd_end(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::prompt::Prompt;
    use super::*;

    #[test]
    fn there_is_room_for_the_whole_prompt() {
        let schema = serde_json::json!({});
        for (bytes, tokens) in [(0, 1_000), (21_000, 1_000), (300_000, 4_000)] {
            let prompt = Prompt { system: String::new(), user: "x".repeat(bytes) };
            let needed = prompt.tokens() + u64::from(tokens);
            let room = room(&Request { prompt: &prompt, schema: &schema, max_output_tokens: tokens });
            assert!(room.is_power_of_two() && room >= needed, "{room} for {needed}");
            assert!(room == 8_192 || room < 4 * needed, "{room} for {needed}");
        }
    }
}
