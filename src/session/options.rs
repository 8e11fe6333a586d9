//! What a door asks of a session and what it gets back, as plain data.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::source::SourceMap;
use crate::decide::Level;
use crate::diag::Diagnostic;
use crate::report::{Exit, Report};

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
