//! Diagnostics: what is wrong with the user's input, as data. Codes, severities, the sink where overrides apply, and
//! rendering for people and as JSON. Does not know who produced a diagnostic.

pub mod codes;
pub mod json;
pub mod markdown;
pub mod render;
pub mod sink;
pub mod style;

pub use codes::Code;
pub use sink::Sink;
pub use style::Style;

use crate::base::span::Span;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The rules do not compile.
    Error,
    /// They compile, but something is probably not meant.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// As reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place with a few words; the words of the primary label may be empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    /// Where, as narrow as possible.
    pub span: Span,
    /// What is there: lower case, no full stop.
    pub message: String,
}

/// One replacement of text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// A change that certainly mends the diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fix {
    /// What the change does, in the imperative.
    pub message: String,
    /// The replacements, not overlapping.
    pub edits: Vec<Edit>,
}

/// One diagnostic. There is none without a place, by construction.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// The one narrow place.
    pub primary: Label,
    /// Its stable code.
    pub code: Code,
    /// How bad; starts as the code's default, overridden in the sink.
    pub severity: Severity,
    /// What is wrong: one line, lower case, no full stop, values in backticks.
    pub message: String,
    /// At most two other places.
    pub labels: Vec<Label>,
    /// What to do, in the imperative.
    pub help: Option<String>,
    /// A machine-applicable fix, where certain.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A diagnostic with the code's default severity.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            primary: Label { span, message: String::new() },
            code,
            severity: code.info().severity,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Words at the primary place.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// Another place.
    #[must_use]
    pub fn also(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// What to do.
    #[must_use]
    pub fn help(mut self, message: impl Into<String>) -> Self {
        self.help = Some(message.into());
        self
    }

    /// A certain replacement of `span` by `text`.
    #[must_use]
    pub fn fix(mut self, message: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { message: message.into(), edits: vec![Edit { span, text: text.into() }] });
        self
    }
}
