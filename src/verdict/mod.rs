//! What a judgement is made of: outcomes, findings and the places that they point to. Does not know the language or Rego.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The outcome of an assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The claim holds.
    Pass,
    /// The claim does not hold.
    Fail,
    /// Nothing can be said: something is missing, unreadable, ill-formed or unknown.
    Error,
    /// Out of this run's scope; never counts as a pass.
    Skip,
    /// A fail that a live waiver carries.
    Waived,
}

impl Outcome {
    /// As reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Skip => "skip",
            Self::Waived => "waived",
        }
    }
}

/// A place in the target. Lines and columns count from 1, columns in characters; the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Location {
    /// Relative to the target's root, `/` between segments.
    pub path: Arc<str>,
    /// First line.
    pub line: u32,
    /// Column of the first character.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// One past the last character.
    pub end_column: u32,
}

impl Location {
    /// A whole file: the empty range at its start.
    pub fn file(path: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), line: 1, column: 1, end_line: 1, end_column: 1 }
    }
}

/// One piece of evidence: a witness, a counterexample, or the place of an error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, schemars::JsonSchema)]
pub struct Finding {
    /// Where.
    #[serde(flatten)]
    pub location: Location,
    /// What is there, in one line.
    pub message: String,
}
