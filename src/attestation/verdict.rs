//! What a verification came to: a closed verdict, every check with whether it was done, and each failure with its code.
//! Does not know what was checked.

use serde::Serialize;

/// What a verification came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// Every check that was asked for was done and holds.
    Verified,
    /// It could not be verified: material is missing, unusable or of a kind that this version does not read.
    Unverified,
    /// A check was done and does not hold.
    Failed,
}

impl Verdict {
    /// As the contract spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "VERIFIED",
            Self::Unverified => "UNVERIFIED",
            Self::Failed => "FAILED",
        }
    }
}

/// The failure codes that this room emits, in the order of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// The statement is no in-toto statement.
    UnsupportedStatementType,
    /// The predicate is of another type than the one asked for.
    PredicateTypeMismatch,
    /// A document is not well-formed.
    SchemaInvalid,
    /// A signature, key or certificate does not hold.
    SignatureInvalid,
    /// The log or its timestamps do not hold.
    TransparencyVerificationFailed,
    /// The artifact is not what was signed.
    SubjectDigestMismatch,
    /// Somebody else signed.
    SignerIdentityMismatch,
    /// Something else built.
    BuilderIdentityMismatch,
    /// What is needed to verify is not there, or unusable.
    MissingEvidence,
}

impl Code {
    /// All of them, in order.
    pub const ALL: [Self; 9] = [
        Self::UnsupportedStatementType,
        Self::PredicateTypeMismatch,
        Self::SchemaInvalid,
        Self::SignatureInvalid,
        Self::TransparencyVerificationFailed,
        Self::SubjectDigestMismatch,
        Self::SignerIdentityMismatch,
        Self::BuilderIdentityMismatch,
        Self::MissingEvidence,
    ];

    /// As the contract spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnsupportedStatementType => "unsupported_statement_type",
            Self::PredicateTypeMismatch => "predicate_type_mismatch",
            Self::SchemaInvalid => "schema_invalid",
            Self::SignatureInvalid => "signature_invalid",
            Self::TransparencyVerificationFailed => "transparency_verification_failed",
            Self::SubjectDigestMismatch => "subject_digest_mismatch",
            Self::SignerIdentityMismatch => "signer_identity_mismatch",
            Self::BuilderIdentityMismatch => "builder_identity_mismatch",
            Self::MissingEvidence => "missing_evidence",
        }
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl schemars::JsonSchema for Code {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FailureCode".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "enum": Self::ALL.map(Self::name) })
    }
}

/// One check, whether or not it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// Whether it was done and holds.
    pub done: bool,
    /// What was seen, or why it was not done.
    pub detail: String,
}

impl Check {
    /// A check that was done and holds.
    pub fn done(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, done: true, detail: detail.into() }
    }

    /// A check that was not done, or does not hold.
    pub fn skipped(name: &'static str, detail: impl Into<String>) -> Self {
        Self { name, done: false, detail: detail.into() }
    }
}

/// Why something is not verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Failure {
    /// The failure code.
    pub code: Code,
    /// Where in its document, as a JSON pointer; null where it is about no one place.
    pub path: Option<Box<str>>,
    /// What is wrong.
    pub message: String,
    /// What was expected, where that is known.
    pub expected: Option<Box<str>>,
    /// What was found, where that is known.
    pub found: Option<Box<str>>,
    /// What to do; null where nothing is left to do.
    pub help: Option<Box<str>>,
}

impl Failure {
    /// A failure with its code and words.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, path: None, message: message.into(), expected: None, found: None, help: None }
    }

    /// With its place in the document.
    #[must_use]
    pub fn at(mut self, path: impl Into<Box<str>>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// With what was expected and found.
    #[must_use]
    pub fn between(mut self, expected: impl Into<Box<str>>, found: impl Into<Box<str>>) -> Self {
        self.expected = Some(expected.into());
        self.found = Some(found.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<Box<str>>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A failure and what it means for the verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A check does not hold.
    Failed(Failure),
    /// The material cannot be used, so nothing was verified.
    Unusable(Failure),
}

impl Fault {
    /// What is wrong, whatever it means.
    pub fn failure(self) -> Failure {
        match self {
            Self::Failed(failure) | Self::Unusable(failure) => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn the_order_of_the_codes_is_that_of_the_list() {
        assert!(Code::ALL.is_sorted());
    }
}
