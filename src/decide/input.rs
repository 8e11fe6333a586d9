//! What a policy sees: the `input` of the Rego hand-off, exactly as the contract and `schemas/decision-input.schema.json`
//! spell it. Holds verified facts only; does not know how they were verified.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::level::Level;
use crate::judge::opinion::Opinion;
pub use crate::judge::opinion::{Answer, Citation, Reason, VoteWord};
use crate::verdict::{Finding, Outcome};

/// The version of this shape.
pub const SCHEMA: u32 = 1;

/// Everything that a policy may weigh.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Input {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The instant of the decision, RFC 3339 in UTC: the clock is an input.
    pub at: String,
    /// The gate that asks.
    pub gate: Gate,
    /// What was judged.
    pub subject: Subject,
    /// By which rules.
    pub package: Package,
    /// Where and by whom.
    pub runner: Runner,
    /// Every assertion, by id.
    pub assertions: BTreeMap<String, Assertion>,
    /// Every control, by id.
    pub controls: BTreeMap<String, Control>,
    /// Every control objective, by id.
    pub objectives: BTreeMap<String, Objective>,
    /// Every assumption, by id.
    pub assumptions: BTreeMap<String, Assumption>,
    /// Every finding of the model, by id.
    pub findings: BTreeMap<String, ModelFinding>,
    /// Every waiver, by the id of what it waives.
    pub waivers: BTreeMap<String, Waiver>,
    /// What the decision before this one said, where it is known.
    pub previous: Option<Previous>,
}

/// The gate that asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Gate {
    /// Its name; `default` for the built-in one.
    pub name: String,
    /// The level that it requires.
    pub requires: Level,
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
    /// Whether the tree holds changes that no commit holds; a tree without a commit is dirty.
    pub dirty: bool,
    /// Verified approvals of the change, before it was merged: who gave them.
    pub approvals: Vec<String>,
}

/// The rules that judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Package {
    /// The package's name.
    pub name: String,
    /// The digest of the compiled plan, `sha256:...`.
    pub digest: String,
    /// Whether whoever asked named this digest beforehand.
    pub pinned: bool,
    /// The verified identity that signed the package, if it is one that was pinned.
    pub signer: Option<String>,
}

/// Where the run took place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Runner {
    /// What kind of runner.
    pub kind: RunnerKind,
    /// Who ran it, as far as a signature proves it and the allowlist admits it.
    pub identity: Option<Identity>,
    /// Whether the runner is proven to be isolated.
    pub isolated: bool,
    /// Verified witnesses of the run.
    pub witnesses: Vec<String>,
}

/// What kind of runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunnerKind {
    /// Somebody's machine.
    Local,
    /// A build service.
    Ci,
    /// A server of this project.
    Server,
}

/// A verified identity; each part is there only where it is proven.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Identity {
    /// Who signed.
    pub signer: Option<String>,
    /// Who vouches for the signer.
    pub issuer: Option<String>,
    /// What built.
    pub builder: Option<String>,
    /// By which workflow.
    pub workflow: Option<String>,
}

/// One assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Assertion {
    /// The outcome of both tiers and the waiver.
    pub outcome: Outcome,
    /// The check that it calls; null for an expression of its own.
    pub check: Option<String>,
    /// The control that it belongs to.
    pub control: Option<String>,
    /// `info`, `low`, `medium`, `high`, `critical`.
    pub severity: Option<String>,
    /// The mechanical part.
    pub tier1: Tier1,
    /// The judged part, where it was asked.
    pub tier2: Option<Tier2>,
    /// Whether its check can prove what the assertion claims to cover.
    pub coherent: bool,
    /// The waiver that names it.
    pub waiver: Option<Waiver>,
}

/// The mechanical part of an assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Tier1 {
    /// Its outcome.
    pub outcome: Outcome,
    /// Why, in one line; empty for a plain pass.
    pub message: String,
    /// Witnesses, counterexamples, or the places of errors.
    pub findings: Vec<Finding>,
}

/// The judged part of an assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tier2 {
    /// Its outcome; undecided is `error`.
    pub outcome: Outcome,
    /// What the judge answered.
    pub answer: Option<Answer>,
    /// Why it does not hold, or why the evidence does not tell: one of a closed set.
    pub reason: Option<Reason>,
    /// The lines that the answer leans on; they exist.
    pub cited: Vec<Citation>,
    /// Each vote's answer.
    pub votes: Vec<VoteWord>,
    /// Who was asked.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// The digest of what was shown, `sha256:...`.
    pub evidence_digest: String,
    /// Whether the answer is an earlier one for the same evidence.
    pub cached: bool,
    /// The judge's words, or why there is no answer.
    pub message: String,
}

impl From<&Opinion> for Tier2 {
    fn from(opinion: &Opinion) -> Self {
        Self {
            outcome: opinion.outcome(),
            answer: opinion.answer,
            reason: opinion.reason,
            cited: opinion.cited.clone(),
            votes: opinion.votes.clone(),
            provider: opinion.judge.provider.clone(),
            model: opinion.judge.model.clone(),
            evidence_digest: opinion.evidence_digest.clone(),
            cached: opinion.cached,
            message: opinion.message.clone(),
        }
    }
}

/// A waiver, as it stood at the instant of the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Waiver {
    /// What became of it.
    pub state: WaiverState,
    /// The last day on which it holds, in UTC.
    pub until: String,
    /// Who gave it.
    pub by: String,
    /// Why.
    pub because: String,
    /// The files that it is limited to.
    pub at: Option<String>,
    /// Where it is tracked.
    pub ticket: Option<String>,
}

/// What became of a waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaiverState {
    /// It carries a fail.
    Live,
    /// Its last day is over; it carries nothing.
    Expired,
    /// There is nothing for it to carry.
    Stale,
    /// It is live, but the findings do not all lie where it points to; it carries nothing.
    Elsewhere,
}

/// One control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Control {
    /// Computed from its assertions.
    pub status: ControlStatus,
    /// `info`, `low`, `medium`, `high`, `critical`.
    pub severity: Option<String>,
    /// What its assertions cover of what it must show.
    pub facets: Facets,
    /// The ids of the objectives that it mitigates.
    pub objectives: Vec<String>,
    /// What keeps it from `verified`, each in one line; empty where it is.
    pub reasons: Vec<String>,
    /// What the judges said of its assertions as a set, where they were asked.
    pub second_opinion: Option<Tier2>,
}

/// The status of a control, computed and never set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ControlStatus {
    /// Both tiers hold, coherent and sufficient.
    Verified,
    /// Tier 1 holds.
    Implemented,
    /// All its assertions were skipped.
    OutOfScope,
    /// A live waiver carries it.
    Waived,
    /// One of its assertions fails.
    Failing,
    /// One of its assertions could not be decided, and none fails.
    Undecided,
    /// It has no assertion.
    NotImplemented,
}

impl ControlStatus {
    /// As reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Implemented => "implemented",
            Self::OutOfScope => "out_of_scope",
            Self::Waived => "waived",
            Self::Failing => "failing",
            Self::Undecided => "undecided",
            Self::NotImplemented => "not_implemented",
        }
    }
}

/// The facets of a control, each in one of the two lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Facets {
    /// Covered by an assertion that passes and is coherent.
    pub covered: Vec<String>,
    /// The others.
    pub missing: Vec<String>,
}

/// A control objective of the threat model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Objective {
    /// Whether anything mitigates it, and what.
    pub status: String,
    /// `low`, `medium`, `high`, `critical`.
    pub risk: String,
}

/// An assumption of the threat model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Assumption {
    /// Whether its owner stands by it.
    pub state: AssumptionState,
    /// The last day on which it holds, in UTC.
    pub expires: Option<String>,
    /// The ids of the objectives that it mitigates.
    pub objectives: Vec<String>,
}

/// Whether an assumption's owner stands by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssumptionState {
    /// Attested, and not expired.
    Attested,
    /// Nobody attested it.
    Unattested,
    /// Its last day is over.
    Expired,
}

/// A finding that the model records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ModelFinding {
    /// As the model says it: `open`, `remediated`...
    pub status: String,
    /// `info`, `low`, `medium`, `high`, `critical`.
    pub severity: String,
    /// The control that answers it.
    pub control: Option<String>,
}

/// What the decision before this one said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Previous {
    /// The level that was earned.
    pub level: Option<Level>,
    /// Each control's status then, by id.
    pub controls: BTreeMap<String, ControlStatus>,
}
