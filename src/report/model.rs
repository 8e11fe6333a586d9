//! The report, exactly as the contract and `schemas/report.schema.json` spell it. Every list is in the order of its ids, so
//! that two runs on the same inputs give the same bytes.

use std::sync::Arc;

use serde::Serialize;

use crate::decide::Decision;
pub use crate::decide::input::{
    Answer, Citation, ControlStatus, Facets, Reason, Tier1, Tier2, VoteWord, Waiver, WaiverState,
};
use crate::diag::json::Diagnostic;
pub use crate::ir::plan::{Mitigation, Model, Requirement};
use crate::verdict::Outcome;

/// The version of this shape.
pub const SCHEMA_VERSION: u32 = 1;

/// What a run says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Who says it.
    pub tool: Tool,
    /// What was judged.
    pub subject: Subject,
    /// By which rules.
    pub package: Package,
    /// Every assertion, by id.
    pub assertions: Vec<Assertion>,
    /// Every control, by id.
    pub controls: Vec<Control>,
    /// The threat models that the package declares, by name.
    pub models: Vec<Model>,
    /// What the gate says; null where the rules do not compile.
    pub decision: Option<Decision>,
    /// How many assertions have each outcome.
    pub summary: Summary,
    /// What is wrong with the rules.
    pub diagnostics: Vec<Diagnostic>,
}

/// Who made the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Tool {
    /// `attest`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl Default for Tool {
    fn default() -> Self {
        Self { name: "attest".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// What was judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Subject {
    /// The repository's canonical address.
    pub repo: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// The digest of the frozen tree, `sha256:...`.
    pub tree: Option<String>,
    /// Whether the tree holds changes that no commit holds.
    pub dirty: bool,
}

/// The rules that judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Package {
    /// The package's name; null for a lone file or directory.
    pub name: Option<String>,
    /// The digest of the compiled plan, `sha256:...`; null where the rules do not compile.
    pub digest: Option<String>,
}

/// One assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Assertion {
    /// Its public id.
    pub id: String,
    /// The check that it calls; null for an expression of its own.
    pub check: Option<String>,
    /// The control that it belongs to.
    pub control: Option<String>,
    /// The outcome of both tiers and the waiver.
    pub outcome: Outcome,
    /// The mechanical part.
    pub tier1: Tier1,
    /// The judged part, where it was asked.
    pub tier2: Option<Tier2>,
    /// The facets of the control that it covers.
    pub covers: Vec<String>,
    /// The waiver that names it.
    pub waiver: Option<Waiver>,
    /// Where it is written; null for an assertion without a rule file.
    pub source: Option<Source>,
}

/// A place in the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Source {
    /// Relative to the package.
    pub path: Arc<str>,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
}

/// One control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// Its public id.
    pub id: String,
    /// What it demands.
    pub title: String,
    /// `info`, `low`, `medium`, `high`, `critical`.
    pub severity: Option<String>,
    /// Computed from its assertions.
    pub status: ControlStatus,
    /// What its assertions cover of what it must show.
    pub facets: Facets,
    /// What keeps it from `verified`, each in one line; empty where it is.
    pub reasons: Vec<String>,
    /// What the judges said of its assertions as a set, where they were asked.
    pub second_opinion: Option<Tier2>,
    /// The objectives that it says to mitigate.
    pub mitigates: Vec<Mitigation>,
    /// The requirements of frameworks that it says to satisfy.
    pub satisfies: Vec<Requirement>,
}

/// How many assertions have each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Hold.
    pub pass: usize,
    /// Do not hold.
    pub fail: usize,
    /// Undecided.
    pub error: usize,
    /// Out of this run's scope.
    pub skip: usize,
    /// Fail, and a live waiver carries it.
    pub waived: usize,
}

impl Summary {
    /// Counts outcomes.
    pub fn of(outcomes: impl IntoIterator<Item = Outcome>) -> Self {
        let mut summary = Self::default();
        for outcome in outcomes {
            let count = match outcome {
                Outcome::Pass => &mut summary.pass,
                Outcome::Fail => &mut summary.fail,
                Outcome::Error => &mut summary.error,
                Outcome::Skip => &mut summary.skip,
                Outcome::Waived => &mut summary.waived,
            };
            *count = count.saturating_add(1);
        }
        summary
    }

    /// All assertions.
    pub fn total(&self) -> usize {
        [self.pass, self.fail, self.error, self.skip, self.waived].into_iter().fold(0, usize::saturating_add)
    }
}

impl Report {
    /// A whole report: sorts assertions and controls by id and counts the outcomes.
    pub fn new(
        subject: Subject,
        package: Package,
        mut assertions: Vec<Assertion>,
        mut controls: Vec<Control>,
        models: Vec<Model>,
        decision: Option<Decision>,
        diagnostics: Vec<Diagnostic>,
    ) -> Self {
        assertions.sort_by(|left, right| left.id.cmp(&right.id));
        controls.sort_by(|left, right| left.id.cmp(&right.id));
        let summary = Summary::of(assertions.iter().map(|assertion| assertion.outcome));
        let (schema_version, tool) = (SCHEMA_VERSION, Tool::default());
        Self { schema_version, tool, subject, package, assertions, controls, models, decision, summary, diagnostics }
    }

    /// The report of rules that do not compile: its diagnostics, no assertions, no decision.
    pub fn uncompiled(subject: Subject, package: Package, diagnostics: Vec<Diagnostic>) -> Self {
        Self::new(subject, package, Vec::new(), Vec::new(), Vec::new(), None, diagnostics)
    }
}
