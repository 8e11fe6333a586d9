//! A program that answers: JSON in, JSON out, one process a call. It is named by the invoker alone and started without a
//! shell and without anybody's key. Does not know what it does.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::super::transcript::{Judge, Usage};
use super::text::{harmless, harmless_bytes};
use super::{CallError, Completion, Provider, Request, Row, Settings, SetupError, Stop, key_variables};
use crate::base::system::{Program, RunError, System};

/// The row of the table.
pub(super) const ROW: Row = Row { name: "command", base_url: None, key_variable: None, needs_key: false, connect };

/// The version of what is written to the program.
const SCHEMA: u32 = 1;
/// Most bytes that the program may answer with.
const OUTPUT_BYTES: usize = 4 << 20;
/// The exit code of a program that wants to be asked again later: `EX_TEMPFAIL` of `sysexits.h`.
const TRY_AGAIN: i32 = 75;

fn connect(row: &'static Row, settings: &Settings, system: &Arc<dyn System>) -> Result<Box<dyn Provider>, SetupError> {
    let judge =
        Judge { provider: row.name.to_owned(), model: settings.model.clone(), endpoint: Some(line(row, settings)?) };
    Ok(Box::new(Command {
        judge,
        argv: settings.command.clone(),
        timeout: settings.timeout,
        system: Arc::clone(system),
    }))
}

/// The command line as one text, by which the judge is known.
pub(super) fn line(row: &Row, settings: &Settings) -> Result<String, SetupError> {
    let name = row.name;
    if settings.base_url.is_some() {
        return Err(SetupError::usage(format!("`{name}` has no address; leave out `--base-url`")));
    }
    if settings.key_file.is_some() {
        return Err(SetupError::usage(format!("`{name}` takes no key; leave out `--key-file`")));
    }
    if settings.command.first().is_none_or(|program| program.trim().is_empty()) {
        return Err(SetupError::usage(format!("`{name}` needs a program; give one with `--command`")));
    }
    if settings.command.iter().any(|word| word.contains('\0')) {
        return Err(SetupError::usage(format!("the program of `{name}` or an argument of it holds a NUL")));
    }
    Ok(settings.command.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "))
}

/// A word of the command line, so that different lines are written differently.
fn quoted(word: &str) -> String {
    let is_plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c));
    if is_plain { word.to_owned() } else { Json::from(word).to_string() }
}

struct Command {
    judge: Judge,
    argv: Vec<String>,
    timeout: Duration,
    system: Arc<dyn System>,
}

/// Without the machine: its surroundings may hold anything.
impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command").field("judge", &self.judge).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Input<'a> {
    schema: u32,
    model: &'a str,
    system: &'a str,
    user: &'a str,
    answer_schema: &'a Json,
    max_output_tokens: u32,
}

#[derive(Deserialize)]
struct Output {
    text: String,
    stop: End,
    #[serde(default)]
    usage: Cost,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Complete,
    Truncated,
    Refused,
}

#[derive(Default, Deserialize)]
struct Cost {
    #[serde(default)]
    input: u64,
    #[serde(default)]
    output: u64,
}

impl Provider for Command {
    fn judge(&self) -> &Judge {
        &self.judge
    }

    fn ask(&self, request: &Request<'_>) -> Result<Completion, CallError> {
        let input = serde_json::to_vec(&Input {
            schema: SCHEMA,
            model: &self.judge.model,
            system: &request.prompt.system,
            user: &request.prompt.user,
            answer_schema: request.schema,
            max_output_tokens: request.max_output_tokens,
        })
        .map_err(|error| self.failed(&format!("cannot be asked: {error}")))?;
        let without = key_variables();
        let program = Program {
            argv: &self.argv,
            input: &input,
            without: &without,
            timeout: self.timeout,
            output_limit: OUTPUT_BYTES,
        };
        let ran = self.system.run(&program).map_err(|error| Self::not_run(&error))?;
        let said = |stderr: &[u8]| match harmless_bytes(stderr) {
            text if text.is_empty() => "it does not say why".to_owned(),
            text => text,
        };
        match ran.code {
            Some(0) => self.read(&ran.stdout),
            Some(TRY_AGAIN) => Err(CallError::Transient {
                message: format!("{} cannot answer now: {}", self.name(), said(&ran.stderr)),
                after: None,
            }),
            Some(code) => Err(self.failed(&format!("ended with the exit code {code}: {}", said(&ran.stderr)))),
            None => Err(self.failed(&format!("was ended by a signal: {}", said(&ran.stderr)))),
        }
    }
}

impl Command {
    fn read(&self, stdout: &[u8]) -> Result<Completion, CallError> {
        if stdout.trim_ascii().is_empty() {
            return Err(self.failed("answers with nothing"));
        }
        let output: Output = serde_json::from_slice(stdout).map_err(|error| {
            self.failed(&format!("answers in a form that is not understood: {}", harmless(&error.to_string())))
        })?;
        let stop = match output.stop {
            End::Complete if output.text.is_empty() => return Err(self.failed("answers with no text")),
            End::Complete => Stop::Complete,
            End::Truncated => Stop::Truncated,
            End::Refused => Stop::Refused,
        };
        Ok(Completion {
            text: output.text,
            stop,
            usage: Usage { input: output.usage.input, output: output.usage.output },
        })
    }

    fn not_run(error: &RunError) -> CallError {
        let problem = harmless(&error.to_string());
        match error {
            RunError::Missing { .. } => CallError::Fatal {
                message: format!("{problem}; look at `--command`, or at where programs are looked for"),
            },
            RunError::NotStarted { .. } => CallError::Fatal { message: format!("{problem}; look at `--command`") },
            RunError::TimedOut { stderr, .. } => {
                let said = harmless_bytes(stderr);
                let said = if said.is_empty() { said } else { format!(": {said}") };
                CallError::Transient { message: format!("{problem}{said}"), after: None }
            }
            RunError::TooMuch { .. } => CallError::Failed { message: problem },
        }
    }

    fn failed(&self, problem: &str) -> CallError {
        CallError::Failed { message: format!("{} {problem}", self.name()) }
    }

    fn name(&self) -> String {
        format!("the program `{}`", harmless(self.argv.first().map_or("", String::as_str)))
    }
}
