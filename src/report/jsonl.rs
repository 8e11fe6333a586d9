//! The report for programs that read line by line: one JSON object a line, each with its `kind`. The first line is `run`,
//! the last is `summary`; a stream without it was cut off. `schemas/report-line.schema.json` has the lines.

use serde::Serialize;

use super::exit::Exit;
use super::model::{Assertion, Control, Model, Package, Report, Subject, Summary, Tool};
use crate::decide::Denial;
use crate::decide::Level;
use crate::diag::json::Diagnostic;

/// A line.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line<'a> {
    /// The first one: who judged what.
    Run(Run<'a>),
    /// Something wrong with the rules, as `diagnostics` of the report.
    Diagnostic(&'a Diagnostic),
    /// A threat model, as `models` of the report.
    Model(&'a Model),
    /// A control, as `controls` of the report.
    Control(&'a Control),
    /// An assertion, as `assertions` of the report.
    Assertion(&'a Assertion),
    /// A reason why the gate is not met, as `decision.denials` of the report.
    Denial(&'a Denial),
    /// What the gate says; no line where the rules do not compile.
    Decision(Gate<'a>),
    /// The last one: how many assertions have each outcome, and how the command ends.
    Summary(End),
}

/// Who judged what.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Run<'a> {
    /// The version of the report's shape.
    pub schema_version: u32,
    /// Who says it.
    pub tool: &'a Tool,
    /// What was judged.
    pub subject: &'a Subject,
    /// By which rules.
    pub package: &'a Package,
}

/// What the gate says, without its denials.
#[derive(Clone, Debug, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Gate<'a> {
    /// The gate.
    pub gate: &'a str,
    /// The highest level earned; null where not even the lowest is.
    pub level: Option<Level>,
    /// The level that the gate requires.
    pub required: Level,
    /// Whether the gate is met.
    pub met: bool,
    /// The codes of the denials in their fixed order, each once.
    pub failure_codes: &'a [String],
}

/// How it ends.
#[derive(Clone, Copy, Debug, Serialize, schemars::JsonSchema)]
pub struct End {
    /// The counts.
    #[serde(flatten)]
    pub summary: Summary,
    /// The exit code.
    pub exit: u8,
}

/// The report as lines.
///
/// # Errors
/// As [`super::json::to_string`].
pub fn render(report: &Report, exit: Exit) -> Result<String, serde_json::Error> {
    let Report { schema_version, tool, subject, package, assertions, controls, models, decision, summary, diagnostics } =
        report;
    let run = Run { schema_version: *schema_version, tool, subject, package };
    let denials = decision.iter().flat_map(|decision| &decision.denials);
    let gate = decision.iter().map(|decision| Gate {
        gate: &decision.gate,
        level: decision.level,
        required: decision.required,
        met: decision.met,
        failure_codes: &decision.failure_codes,
    });
    let lines = std::iter::once(Line::Run(run))
        .chain(diagnostics.iter().map(Line::Diagnostic))
        .chain(models.iter().map(Line::Model))
        .chain(controls.iter().map(Line::Control))
        .chain(assertions.iter().map(Line::Assertion))
        .chain(denials.map(Line::Denial))
        .chain(gate.map(Line::Decision))
        .chain(std::iter::once(Line::Summary(End { summary: *summary, exit: exit.code() })));
    let mut text = String::new();
    for line in lines {
        text.push_str(&serde_json::to_string(&line)?);
        text.push('\n');
    }
    Ok(text)
}
