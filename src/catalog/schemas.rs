//! The JSON Schemas of what other programs read and write: committed under `schemas/`, made from the types and from the
//! standard library and compared by a test, or written by hand where they are the contract itself.

use schemars::Schema as JsonSchema;

use super::assertions;
use crate::attestation::Verification;
use crate::cache::Shown;
use crate::change::Digests;
use crate::decide::Input;
use crate::hir::model::Package;
use crate::ir::Plan;
use crate::judge::answer;
use crate::judge::transcript::Transcript;
use crate::provenance::Verdict;
use crate::provenance::expectations::File as ExpectationsFile;
use crate::report::Report;
use crate::report::jsonl::Line;

/// A schema.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Its name; its file is `schemas/NAME.schema.json`.
    pub name: &'static str,
    /// What it describes.
    pub doc: &'static str,
    /// The committed text.
    pub text: &'static str,
    /// Makes it from the types, or from the compiled standard library; one without is written by hand.
    pub make: Option<fn(&Package) -> JsonSchema>,
}

/// All schemas, by name.
pub const SCHEMAS: &[Schema] = &[
    Schema {
        name: "agent-provenance-context",
        doc: "what a verifier knows of an agent's run: `--context` of `attest provenance verify`",
        text: include_str!("../../schemas/agent-provenance-context.schema.json"),
        make: None,
    },
    Schema {
        name: "agent-provenance-v0",
        doc: "the predicate of a statement about an agent's run, version 0",
        text: include_str!("../../schemas/agent-provenance-v0.schema.json"),
        make: None,
    },
    Schema {
        name: "agent-provenance-v1",
        doc: "the predicate of a statement about an agent's run, version 1",
        text: include_str!("../../schemas/agent-provenance-v1.schema.json"),
        make: None,
    },
    Schema {
        name: "assertions",
        doc: "a file of assertions for `attest check FILE.json`",
        text: include_str!("../../schemas/assertions.schema.json"),
        make: Some(assertions::schema),
    },
    Schema {
        name: "cache",
        doc: "what `attest cache show --format json` prints",
        text: include_str!("../../schemas/cache.schema.json"),
        make: Some(|_| of_type::<Shown>()),
    },
    Schema {
        name: "change-digests",
        doc: "what `attest provenance digest --format json` prints",
        text: include_str!("../../schemas/change-digests.schema.json"),
        make: Some(|_| of_type::<Digests>()),
    },
    Schema {
        name: "decision-input",
        doc: "what a Rego policy sees as `input`",
        text: include_str!("../../schemas/decision-input.schema.json"),
        make: Some(|_| of_type::<Input>()),
    },
    Schema {
        name: "judge-answer",
        doc: "what a judge of Tier 2 answers, and what a provider's `command` writes",
        text: include_str!("../../schemas/judge-answer.schema.json"),
        make: Some(|_| JsonSchema::try_from(answer::schema()).unwrap_or_default()),
    },
    Schema {
        name: "plan",
        doc: "`plan` in what `attest dump plan` prints",
        text: include_str!("../../schemas/plan.schema.json"),
        make: Some(|_| of_type::<Plan>()),
    },
    Schema {
        name: "provenance-expectations",
        doc: "what a repository expects of statements about agents' runs: `.attest/provenance.toml`, as JSON",
        text: include_str!("../../schemas/provenance-expectations.schema.json"),
        make: Some(|_| read_type::<ExpectationsFile>()),
    },
    Schema {
        name: "provenance-verdict",
        doc: "what `attest provenance verify --format json` prints",
        text: include_str!("../../schemas/provenance-verdict.schema.json"),
        make: Some(|_| of_type::<Verdict>()),
    },
    Schema {
        name: "report",
        doc: "the report of `attest check --format json`",
        text: include_str!("../../schemas/report.schema.json"),
        make: Some(|_| of_type::<Report>()),
    },
    Schema {
        name: "transcript",
        doc: "a recorded transcript of Tier 2, for `--record`, `--replay` and `attest transcript export`",
        text: include_str!("../../schemas/transcript.schema.json"),
        make: Some(|_| of_type::<Transcript>()),
    },
    Schema {
        name: "report-line",
        doc: "a line of `attest check --format jsonl`",
        text: include_str!("../../schemas/report-line.schema.json"),
        make: Some(|_| of_type::<Line<'static>>()),
    },
    Schema {
        name: "verification",
        doc: "what `attest verify --format json` prints",
        text: include_str!("../../schemas/verification.schema.json"),
        make: Some(|_| of_type::<Verification>()),
    },
];

fn of_type<T: schemars::JsonSchema>() -> JsonSchema {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}

/// The schema of what is read, where what may be left out is not demanded.
fn read_type<T: schemars::JsonSchema>() -> JsonSchema {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.into_generator().into_root_schema_for::<T>()
}
