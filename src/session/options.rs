//! What a door asks of a session and what it gets back, as plain data.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::base::source::SourceMap;
use crate::decide::Level;
use crate::diag::Diagnostic;
use crate::judge::driver::Spent;
use crate::judge::transcript::Judge;
use crate::report::{Exit, Places, Report};
use crate::verdict::Outcome;

/// Which code is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetOptions {
    /// The target's directory; else what the package says, else the current directory.
    pub root: Option<PathBuf>,
    /// A git revision instead of the work tree.
    pub rev: Option<String>,
    /// The changed files that limit the run.
    pub changed_files: Option<ChangedFiles>,
    /// The component that limits the run.
    pub component: Option<String>,
}

/// Where the list of changed files is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedFiles {
    /// In a file, a path a line.
    File(PathBuf),
    /// The text itself, as it came from standard input.
    Text(String),
}

/// How the outcomes are weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateOptions {
    /// The gate; else the package's default.
    pub gate: Option<String>,
    /// The level that the caller demands instead of the gate's.
    pub require_level: Option<Level>,
    /// The instant of the decision; else the clock.
    pub at: Option<jiff::Timestamp>,
}

/// `attest check`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckOptions {
    /// Package directories, `.attest` files or assertions as JSON; never empty.
    pub paths: Vec<PathBuf>,
    /// Which code is judged.
    pub target: TargetOptions,
    /// How the outcomes are weighed.
    pub gate: GateOptions,
}

/// `attest run`.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Package directories, `.attest` files or assertions as JSON; never empty.
    pub paths: Vec<PathBuf>,
    /// Which code is judged.
    pub target: TargetOptions,
    /// How the outcomes are weighed.
    pub gate: GateOptions,
    /// How models are asked.
    pub tier2: Tier2Options,
    /// Ends Tier 2 between two answers when it becomes true.
    pub stop: Arc<AtomicBool>,
}

/// How models are asked. What is not said here is said by the environment (`ATTEST_TIER2_…`), by `[tier2]` of
/// `attest.toml`, or by the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tier2Options {
    /// Who is asked.
    pub provider: Option<String>,
    /// Which model.
    pub model: Option<String>,
    /// Where, instead of the provider's own address.
    pub base_url: Option<String>,
    /// The program of the provider `command`, and its arguments.
    pub command: Vec<String>,
    /// A file that holds the key, instead of the environment.
    pub key_file: Option<PathBuf>,
    /// Where answers are kept.
    pub store: Option<PathBuf>,
    /// Votes of a question.
    pub votes: Option<u64>,
    /// Calls at a time.
    pub concurrency: Option<u64>,
    /// Calls in a minute.
    pub calls_per_minute: Option<u64>,
    /// Calls in all.
    pub max_calls: Option<u64>,
    /// Tokens in all.
    pub max_tokens: Option<u64>,
    /// Tokens of one answer.
    pub max_output_tokens: Option<u64>,
    /// Longest time of a call, a duration of the language.
    pub timeout: Option<String>,
    /// Whether a model is asked about whole controls too.
    pub second_opinion: bool,
    /// A recorded transcript that answers instead of a provider.
    pub replay: Option<PathBuf>,
    /// Where the transcript of this run is written.
    pub record: Option<PathBuf>,
    /// Ids of assertions that are judged anew, whatever the store says.
    pub rejudge: Vec<String>,
    /// Nobody is asked and nothing is written.
    pub dry_run: bool,
}

/// `attest assert`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssertOptions {
    /// The check's name.
    pub check: String,
    /// Its arguments as they were written, in order.
    pub arguments: Vec<(String, String)>,
    /// Which code is judged.
    pub target: TargetOptions,
    /// How the outcome is weighed.
    pub gate: GateOptions,
}

/// `attest test`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestOptions {
    /// Package directories or `.attest` files; never empty.
    pub paths: Vec<PathBuf>,
    /// Only tests whose name holds this text.
    pub filter: Option<String>,
    /// The instant at which they run; else the clock.
    pub at: Option<jiff::Timestamp>,
}

/// `attest dump`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DumpOptions {
    /// The stage.
    pub stage: Stage,
    /// Package directories, `.attest` files or assertions as JSON; never empty.
    pub paths: Vec<PathBuf>,
    /// Which code is looked at, by the stages that look.
    pub target: TargetOptions,
    /// What the last stages need.
    pub gate: GateOptions,
}

/// A stage of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Stage {
    /// The syntax tree of each file.
    Ast,
    /// The typed package.
    Hir,
    /// The flat plan.
    Plan,
    /// The facts that the plan names.
    Facts,
    /// What Tier 2 would ask, with token counts.
    Questions,
    /// The input of the Rego policy.
    Input,
}

/// What `check` and `assert` give.
#[derive(Clone, Debug)]
pub struct CheckRun {
    /// What the run says.
    pub report: Report,
    /// The rule sources that the diagnostics speak of.
    pub sources: SourceMap,
    /// What is wrong with the rules, after overrides; the report holds them too.
    pub diagnostics: Vec<Diagnostic>,
    /// How the command ends, see [`Exit::of`].
    pub exit: Exit,
    /// The lines of the target at which findings begin, by path and number.
    pub excerpts: BTreeMap<(Arc<str>, u32), String>,
    /// Where rules and target lie.
    pub places: Places,
    /// What Tier 2 did, where it ran.
    pub tier2: Option<Tier2Summary>,
}

/// What Tier 2 did in a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier2Summary {
    /// Who was asked.
    pub judge: Judge,
    /// Questions that were to be answered.
    pub questions: u64,
    /// What it cost, and how many answers the store had.
    pub spent: Spent,
    /// The cost in money, where prices are known.
    pub cost: Option<f64>,
    /// What people should know: a record that could not be read or written.
    pub notices: Vec<String>,
}

/// What `run --plan` and `list` give.
#[derive(Clone, Debug)]
pub struct ListRun {
    /// What would be asked; nothing where the rules do not compile.
    pub listing: Option<Listing>,
    /// The rule sources.
    pub sources: SourceMap,
    /// What is wrong with the rules.
    pub diagnostics: Vec<Diagnostic>,
    /// How the command ends.
    pub exit: Exit,
}

/// What Tier 2 would ask, and what the store answers already.
#[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listing {
    /// Who would be asked; null where none is chosen.
    pub judge: Option<Judge>,
    /// How many votes each question wants.
    pub votes: u64,
    /// Every assertion, by id.
    pub assertions: Vec<Listed>,
    /// Calls that would be made.
    pub calls: u64,
    /// Tokens of their prompts, estimated from above.
    pub input_tokens: u64,
    /// Most tokens that the answers may have.
    pub output_tokens: u64,
    /// What they cost at most, where prices are known.
    pub cost: Option<f64>,
    /// What people should know: a record that cannot be read.
    #[serde(skip)]
    pub notices: Vec<String>,
}

/// One assertion, before Tier 2.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// What Tier 1 says.
    pub tier1: Outcome,
    /// What would become of it.
    pub state: Pending,
    /// The question; null where it asks none.
    pub ask: Option<String>,
    /// What its answers are kept under.
    pub key: Option<String>,
    /// Tokens of its prompt, estimated from above.
    pub tokens: u64,
    /// Votes that the store holds.
    pub recorded: u64,
    /// Calls that would be made.
    pub calls: u64,
    /// Why it cannot be asked; empty where it can.
    pub problem: String,
}

/// What would become of an assertion in Tier 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pending {
    /// The store answers it.
    Answered,
    /// It would be asked.
    Pending,
    /// It cannot be asked: there is nothing to show, or too much.
    Unaskable,
    /// It asks nothing.
    NoQuestion,
    /// Tier 1 does not pass, which no judge can change.
    Settled,
}

/// What `test` gives.
#[derive(Clone, Debug)]
pub struct TestRun {
    /// Each test, in the order of the sources.
    pub tests: Vec<TestResult>,
    /// The rule sources.
    pub sources: SourceMap,
    /// What is wrong with the rules.
    pub diagnostics: Vec<Diagnostic>,
    /// How the command ends: 0 all passed, 1 some failed, 2 does not compile or there is no test.
    pub exit: Exit,
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct TestResult {
    /// Its name.
    pub name: String,
    /// Where it is written.
    pub source: crate::report::model::Source,
    /// Whether it holds.
    pub passed: bool,
    /// Why not; empty where it holds.
    pub message: String,
}

/// What `dump` gives.
#[derive(Clone, Debug)]
pub struct DumpRun {
    /// The stage as JSON text; empty where the rules do not compile so far.
    pub json: String,
    /// The rule sources.
    pub sources: SourceMap,
    /// What is wrong with the rules.
    pub diagnostics: Vec<Diagnostic>,
    /// How the command ends.
    pub exit: Exit,
}

/// What is wrong with the world: there is nothing to report on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What is wrong: one line, lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// How the command ends: [`Exit::Usage`] or [`Exit::Undecided`].
    pub exit: Exit,
}
