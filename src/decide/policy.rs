//! A Rego policy: compiled once, asked many times. Knows the engine (regorus) and its limits; what an answer means is read
//! in [`super::decision`], what a policy may hold is checked in [`super::scan`].

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::LazyLock;
use std::time::Duration;

use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, PolicyLengthConfig};
use serde::Serialize;

use super::codes::DeclaredCodes;
use super::decision::Decision;
use super::input::Input;
use super::isolate::{Trouble, isolated};
use super::level::Level;
use super::{builtins, scan};

/// How much a policy may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Largest policy, bytes.
    pub policy_bytes: usize,
    /// Largest input, bytes of JSON.
    pub input_bytes: usize,
    /// Largest answer, as `builtins::weight` counts.
    pub answer_weight: usize,
    /// Longest evaluation.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { policy_bytes: 256 << 10, input_bytes: 256 << 20, answer_weight: 64 << 20, time: Duration::from_secs(20) }
    }
}

/// Which package a policy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    /// A gate's policy: `attest.gate`.
    Gate,
    /// A document's policy: `attest.document`.
    Document,
}

impl Package {
    /// The package's dotted name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gate => "attest.gate",
            Self::Document => "attest.document",
        }
    }
}

/// Why a policy does not compile, and where (both from 1).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct PolicyError {
    /// What is wrong: one line, lower case.
    pub message: String,
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// A compiled policy.
#[derive(Clone, Debug)]
pub struct Policy {
    engine: Engine,
    entry: String,
    limits: Limits,
}

/// The embedded policy of every gate that names none.
static DEFAULT: LazyLock<Result<Policy, PolicyError>> =
    LazyLock::new(|| Policy::compile("policies/default.rego", include_str!("../../policies/default.rego")));

/// The embedded policy of every gate that names none.
///
/// # Errors
/// Never, as a test shows; the type says so instead of a panic.
pub fn default_policy() -> Result<&'static Policy, PolicyError> {
    DEFAULT.as_ref().map_err(Clone::clone)
}

impl Policy {
    /// Compiles a gate's policy. `path` names it in messages of the engine.
    ///
    /// # Errors
    /// Where it is no Rego v1, is another package, has no `decision`, or holds what a policy may not.
    pub fn compile(path: &str, rego: &str) -> Result<Self, PolicyError> {
        Self::compile_with(path, rego, Package::Gate, Limits::default())
    }

    /// Compiles a policy of either kind with limits of the caller's choice.
    ///
    /// # Errors
    /// As [`Policy::compile`].
    pub fn compile_with(path: &str, rego: &str, package: Package, limits: Limits) -> Result<Self, PolicyError> {
        if rego.len() > limits.policy_bytes {
            let message = format!("the policy has {} bytes, at most {} are read", rego.len(), limits.policy_bytes);
            return Err(PolicyError { message, line: 1, column: 1 });
        }
        // The engine's messages are read for their position, so the file's name in them must be one that we know.
        let (path, rego) = (path.to_owned(), rego.strip_prefix('\u{feff}').unwrap_or(rego).to_owned());
        let compiled = isolated(limits.time, move || build(&rego, package, limits));
        compiled.unwrap_or_else(|trouble| {
            let message = format!("the policy `{path}` cannot be compiled: {}", explain(trouble, limits));
            Err(PolicyError { message, line: 1, column: 1 })
        })
    }

    /// Asks the policy of a gate. Whatever goes wrong is a decision without level and with `policy_eval_error`.
    pub fn decide(&self, input: &Input, declared: &DeclaredCodes) -> Decision {
        self.weigh(input, &input.gate.name, input.gate.requires, declared)
    }

    /// Asks the policy about any input, on behalf of `gate` (or a document) that requires a level.
    pub fn weigh<T: Serialize>(&self, input: &T, gate: &str, required: Level, declared: &DeclaredCodes) -> Decision {
        match self.answer(input) {
            Ok(answer) => Decision::read(&answer, gate, required, declared),
            Err(message) => Decision::undecided(gate, required, message),
        }
    }

    /// The value of `decision`, or why there is none.
    fn answer<T: Serialize>(&self, input: &T) -> Result<serde_json::Value, String> {
        let json = serde_json::to_string(input).map_err(|error| format!("the input is not JSON: {error}"))?;
        let limits = self.limits;
        if json.len() > limits.input_bytes {
            return Err(format!("the input has {} bytes, at most {} are weighed", json.len(), limits.input_bytes));
        }
        let (mut engine, entry) = (self.engine.clone(), self.entry.clone());
        let evaluate = move || {
            builtins::open_budget();
            engine.set_input_json(&json).map_err(|error| readable(&error.to_string()))?;
            let value = engine.eval_rule(entry).map_err(|error| readable(&error.to_string()))?;
            if value == regorus::Value::Undefined {
                return Err("`decision` is undefined for this input".to_owned());
            }
            builtins::weight(&value, limits.answer_weight).ok_or("the value of `decision` is too large")?;
            serde_json::to_value(&value).map_err(|error| format!("`decision` is not JSON: {error}"))
        };
        // The engine's own timer fires first wherever it looks at all; the deadline is for where it does not.
        isolated(limits.time.saturating_mul(2), evaluate).map_err(|trouble| explain(trouble, limits))?
    }
}

/// Parses, scans and prepares a policy.
fn build(rego: &str, package: Package, limits: Limits) -> Result<Policy, PolicyError> {
    let mut engine = Engine::new();
    engine.set_policy_length_config(PolicyLengthConfig {
        max_file_bytes: NonZeroUsize::new(limits.policy_bytes).unwrap_or(NonZeroUsize::MIN),
        ..PolicyLengthConfig::default()
    });
    engine.set_execution_timer_config(ExecutionTimerConfig {
        limit: limits.time,
        check_interval: NonZeroU32::new(64).unwrap_or(NonZeroU32::MIN),
    });
    engine.set_strict_builtin_errors(true);
    // What a policy prints is gathered and dropped; otherwise the engine writes to standard error by itself.
    engine.set_gather_prints(true);
    let unplaced = |message: String| PolicyError { message, line: 1, column: 1 };
    engine.add_policy(FILE.to_owned(), rego.to_owned()).map_err(|error| placed(&error.to_string()))?;
    if let Some(module) = engine.get_modules().first() {
        scan::scan(module, package)?;
    }
    builtins::install(&mut engine).map_err(unplaced)?;
    let entry = format!("data.{}.decision", package.name());
    // Finds unsafe variables, conflicts and recursion among rules, which the engine otherwise reports when it evaluates.
    engine.compile_with_entrypoint(&entry.as_str().into()).map_err(|error| placed(&error.to_string()))?;
    Ok(Policy { engine, entry, limits })
}

fn explain(trouble: Trouble, limits: Limits) -> String {
    match trouble {
        Trouble::NoThread => "the system gives no thread to run it on".to_owned(),
        Trouble::Late => format!("it takes longer than {} seconds", limits.time.as_secs_f32()),
        Trouble::Panicked => "the Rego engine broke on it".to_owned(),
    }
}

/// The name under which the engine knows the policy.
const FILE: &str = "policy.rego";

/// The position and message of an engine's error: `\n--> policy.rego:3:7\n |\n3 | source\n |   ^\nerror: message`.
fn placed(text: &str) -> PolicyError {
    let position = text.split("--> ").skip(1).find_map(|rest| {
        let mut numbers = rest.strip_prefix(FILE)?.strip_prefix(':')?.lines().next()?.split(':');
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    let (line, column): (u32, u32) = position.unwrap_or((1, 1));
    PolicyError { message: message_of(text).to_owned(), line: line.max(1), column: column.max(1) }
}

/// An engine's error in one line, with its position in the policy.
fn readable(text: &str) -> String {
    let error = placed(text);
    if text.contains("--> ") {
        return format!("line {}, column {}: {}", error.line, error.column, error.message);
    }
    error.message
}

/// The message proper of an engine's error: what follows the first `error: `, or the last line.
pub(super) fn message_of(text: &str) -> &str {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .clone()
        .find_map(|line| line.strip_prefix("error: "))
        .or_else(|| lines.next_back())
        .unwrap_or("the Rego engine says nothing")
}
