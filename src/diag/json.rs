//! Diagnostics for programs, exactly as the contract spells them: lines and columns from 1, columns in characters.

use std::sync::Arc;

use serde::Serialize;

use crate::base::source::SourceMap;
use crate::base::span::Span;

/// A diagnostic, as reports hold it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// `AT2003`.
    pub code: &'static str,
    /// `unknown-name`.
    pub name: &'static str,
    /// `error`, `warning`, `note`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// Places with a few words: the primary one where it has words, then the others.
    pub labels: Vec<Label>,
    /// A change that certainly mends it.
    pub fix: Option<Fix>,
}

/// A range of a rule source; the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// As the source map names the source.
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

/// A place with a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Label {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// A change of the sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Fix {
    /// What it does.
    pub message: String,
    /// The replacements, not overlapping.
    pub edits: Vec<Edit>,
}

/// One replacement of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Edit {
    /// What is replaced; empty to insert.
    #[serde(flatten)]
    pub place: Place,
    /// By what.
    pub text: String,
}

impl Place {
    /// The place of a span. A span of an unknown source is line 1, column 1 of a source without name.
    pub fn new(sources: &SourceMap, span: Span) -> Self {
        let Some(source) = sources.get(span.source) else {
            return Self { path: "".into(), line: 1, column: 1, end_line: 1, end_column: 1 };
        };
        let (line, column) = source.position(span.start);
        let (end_line, end_column) = source.position(span.end);
        Self { path: Arc::clone(&source.path), line, column, end_line, end_column }
    }
}

impl Diagnostic {
    /// The form for programs.
    pub fn new(sources: &SourceMap, diagnostic: &super::Diagnostic) -> Self {
        let label =
            |label: &super::Label| Label { place: Place::new(sources, label.span), message: label.message.clone() };
        let primary = (!diagnostic.primary.message.is_empty()).then(|| label(&diagnostic.primary));
        let edit = |edit: &super::Edit| Edit { place: Place::new(sources, edit.span), text: edit.text.clone() };
        Self {
            code: diagnostic.code.as_str(),
            name: diagnostic.code.info().name,
            severity: diagnostic.severity.name(),
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            place: Place::new(sources, diagnostic.primary.span),
            labels: primary.into_iter().chain(diagnostic.labels.iter().map(label)).collect(),
            fix: diagnostic
                .fix
                .as_ref()
                .map(|fix| Fix { message: fix.message.clone(), edits: fix.edits.iter().map(edit).collect() }),
        }
    }
}

/// All of them.
pub fn list(sources: &SourceMap, diagnostics: &[super::Diagnostic]) -> Vec<Diagnostic> {
    diagnostics.iter().map(|diagnostic| Diagnostic::new(sources, diagnostic)).collect()
}
