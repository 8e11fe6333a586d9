//! What is said of a statement: in which order, with which words. Does not know how it was found.

use schemars::JsonSchema;
use serde::Serialize;

use super::gate::Verified;
use super::help;
use crate::decide::codes;

/// Most failures that a phase lists; what there is beyond does not change the codes of a phase that fails with one.
pub(super) const FAILURES: usize = 100;

/// Whether what the context says was verified by anyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// By nobody: a statement without a signature, a context written by hand. No level above evidence-grade.
    None,
    /// The caller answers for the context.
    Context,
    /// A signature was verified, and the context's identities come from it.
    Signature,
}

/// What found a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// The signature of a bundle, of its witnesses and approvals, and whether they belong to the change.
    Signature,
    /// Reading: the statement is no statement at all.
    Statement,
    /// Which document it is.
    Routing,
    /// The JSON Schemas of predicate and context.
    Schema,
    /// The rules of the document.
    Rules,
    /// The policy of the document.
    Policy,
}

impl Phase {
    /// As in the output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Statement => "statement",
            Self::Routing => "routing",
            Self::Schema => "schema",
            Self::Rules => "rules",
            Self::Policy => "policy",
        }
    }
}

/// One reason why a statement is not valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// A failure code.
    pub code: String,
    /// What found it.
    pub phase: Phase,
    /// Where: a JSON pointer into `{"statement": …, "context": …, "bundle": …, "witness": […], "approval": […], "trust": …}`.
    pub path: String,
    /// What was expected there, where that can be said.
    pub expected: Option<String>,
    /// What is there, as JSON, cut where it is long; null where nothing is.
    pub found: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Failure {
    /// A failure with the help of its code.
    pub(super) fn new(code: &str, phase: Phase, path: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            phase,
            path: path.to_owned(),
            expected: None,
            found: None,
            message: message.into(),
            help: help::of_code(code).to_owned(),
        }
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(super) fn found(mut self, value: Option<&serde_json::Value>) -> Self {
        self.found = value.map(|value| clipped(&value.to_string()));
        self
    }
}

/// Foreign text, short enough to be shown.
pub(super) fn clipped(text: &str) -> String {
    const LONGEST: usize = 200;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

/// Failures of a phase.
#[derive(Clone, Debug, Default)]
pub(super) struct Failures(Vec<Failure>);

impl Failures {
    pub(super) fn push(&mut self, failure: Failure) {
        self.0.push(failure);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Failure> {
        self.0.iter()
    }

    /// Nothing where there are none.
    pub(super) fn done(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<Failure> for Failures {
    fn from(failure: Failure) -> Self {
        Self(vec![failure])
    }
}

/// What is said of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// Whether it is to be believed, at its level.
    pub valid: bool,
    /// The level that it claims; not there where it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The codes of the failures in their fixed order, each once.
    pub failure_codes: Vec<String>,
    /// Why not, in the order of the codes.
    pub failures: Vec<Failure>,
    /// Whether what the context says was verified by anyone.
    pub trust: Trust,
    /// What was verified, where a bundle was.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Box<Verified>>,
    /// Whether nothing could be said, because what was to be verified cannot be used.
    #[serde(skip)]
    pub undecided: bool,
}

impl Verdict {
    /// The last phase: order, each code once.
    pub(super) fn of(level: Option<String>, trust: Trust, failures: Failures) -> Self {
        let mut failures = failures.0;
        let key = |failure: &Failure| (failure.path.clone(), failure.message.clone());
        failures.sort_by(|left, right| {
            codes::order(&left.code).cmp(&codes::order(&right.code)).then_with(|| key(left).cmp(&key(right)))
        });
        failures.dedup();
        let mut failure_codes: Vec<String> = failures.iter().map(|failure| failure.code.clone()).collect();
        failure_codes.dedup();
        Self { valid: failures.is_empty(), level, failure_codes, failures, trust, verified: None, undecided: false }
    }

    /// Whether nothing could be decided: the policy gave no answer, or there was nothing that could be verified.
    pub fn is_undecided(&self) -> bool {
        self.undecided || self.failure_codes.iter().any(|code| code == "policy_eval_error")
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Failures, Phase, Trust, Verdict};

    #[test]
    fn codes_come_in_their_order_and_once() {
        let mut failures = Failures::default();
        for (code, path) in [
            ("subject_digest_mismatch", "/b"),
            ("OWN_CODE", "/a"),
            ("unsupported_predicate_version", "/z"),
            ("subject_digest_mismatch", "/a"),
            ("subject_digest_mismatch", "/a"),
        ] {
            failures.push(Failure::new(code, Phase::Policy, path, "m"));
        }
        let verdict = Verdict::of(None, Trust::None, failures);
        assert_eq!(verdict.failure_codes, ["unsupported_predicate_version", "subject_digest_mismatch", "OWN_CODE"]);
        assert_eq!(verdict.failures.iter().map(|it| it.path.as_str()).collect::<Vec<_>>(), ["/z", "/a", "/b", "/a"]);
        assert!(!verdict.valid);
    }
}
