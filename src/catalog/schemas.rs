//! The JSON Schemas of what other programs read: committed under `schemas/`, made from the types, compared by a test.

use crate::decide::Input;
use crate::report::Report;

/// A schema.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Its name; its file is `schemas/NAME.schema.json`.
    pub name: &'static str,
    /// What it describes.
    pub doc: &'static str,
    /// The committed text.
    pub text: &'static str,
    /// Makes it from the types.
    pub make: fn() -> schemars::Schema,
}

/// All schemas, by name.
pub const SCHEMAS: &[Schema] = &[
    Schema {
        name: "decision-input",
        doc: "what a Rego policy sees as `input`",
        text: include_str!("../../schemas/decision-input.schema.json"),
        make: || {
            schemars::generate::SchemaSettings::draft2020_12()
                .for_serialize()
                .into_generator()
                .into_root_schema_for::<Input>()
        },
    },
    Schema {
        name: "report",
        doc: "the report of `attest check --format json`",
        text: include_str!("../../schemas/report.schema.json"),
        make: || {
            schemars::generate::SchemaSettings::draft2020_12()
                .for_serialize()
                .into_generator()
                .into_root_schema_for::<Report>()
        },
    },
];
