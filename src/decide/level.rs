//! The assurance levels, lowest first. A level is a policy profile; what earns it is written in Rego, not here.

use serde::{Deserialize, Serialize};

/// An assurance level. The order is the order of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Tier 1 holds; local and unsigned is fine.
    EvidenceGrade,
    /// Every control is verified, or carried; a clean tree and verified identities.
    PolicyGrade,
    /// No waiver, and a run that others witnessed.
    HighAssurance,
}

impl Level {
    /// All levels, lowest first.
    pub const ALL: [Self; 3] = [Self::EvidenceGrade, Self::PolicyGrade, Self::HighAssurance];

    /// `evidence-grade`, `policy-grade`, `high-assurance`.
    pub fn name(self) -> &'static str {
        match self {
            Self::EvidenceGrade => "evidence-grade",
            Self::PolicyGrade => "policy-grade",
            Self::HighAssurance => "high-assurance",
        }
    }

    /// The level of that exact name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}
