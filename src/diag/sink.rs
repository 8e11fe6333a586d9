//! The sink: collects diagnostics, applies severity overrides in one place, sorts, merges and limits. Does not know where
//! the overrides are written.

use std::collections::BTreeMap;

use super::codes::{CODES, Code, CodeInfo, LIMIT};
use super::{Diagnostic, Severity};
use crate::base::limits;
use crate::base::span::SourceId;
use crate::base::suggest;

/// What a package says about a lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LintLevel {
    /// It is not reported.
    Allow,
    /// It is a warning.
    Warn,
    /// It is an error.
    Deny,
}

impl LintLevel {
    /// The level of that exact name: `allow`, `warn`, `deny`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "allow" => Some(Self::Allow),
            "warn" => Some(Self::Warn),
            "deny" => Some(Self::Deny),
            _ => None,
        }
    }
}

/// Why an override is not taken; the text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverrideError {
    /// There is no such lint.
    #[error("there is no lint `{name}`{}", .nearest.map(|near| format!(", did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// What was written.
        name: String,
        /// The nearest name that there is.
        nearest: Option<&'static str>,
    },
    /// An error of the environment, the syntax, the names or the types: the rules mean nothing without it.
    #[error("`{name}` is always an error")]
    Fixed {
        /// The kebab-case name.
        name: &'static str,
    },
}

/// Severity overrides, by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides(BTreeMap<Code, LintLevel>);

impl Overrides {
    /// Sets the level of a lint, named by code (`AT4001`) or by name (`vacuous-check`).
    ///
    /// # Errors
    /// Where there is no such lint, or it cannot be lowered.
    pub fn set(&mut self, name: &str, level: LintLevel) -> Result<(), OverrideError> {
        let Some(info) = Code::find(name) else {
            let nearest = suggest::nearest(name, CODES.iter().filter(|info| lowerable(**info)).map(|info| info.name));
            return Err(OverrideError::Unknown { name: name.to_owned(), nearest });
        };
        if level != LintLevel::Deny && !lowerable(info) {
            return Err(OverrideError::Fixed { name: info.name });
        }
        self.0.insert(info.code, level);
        Ok(())
    }

    /// The diagnostic as overridden; `None` where it is allowed.
    fn apply(&self, mut diagnostic: Diagnostic) -> Option<Diagnostic> {
        match self.0.get(&diagnostic.code) {
            None => {}
            Some(LintLevel::Allow) => return None,
            Some(LintLevel::Warn) => diagnostic.severity = Severity::Warning,
            Some(LintLevel::Deny) => diagnostic.severity = Severity::Error,
        }
        Some(diagnostic)
    }
}

/// Whether a code may become less than an error: lints may, and what is no error to begin with.
fn lowerable(info: CodeInfo) -> bool {
    let block = info.code.as_str().as_bytes().get(2);
    info.severity != Severity::Error || block.is_some_and(|digit| *digit >= b'4')
}

/// Collects diagnostics.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
    overrides: Overrides,
}

impl Sink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty sink that applies `overrides`.
    pub fn with_overrides(overrides: Overrides) -> Self {
        Self { diagnostics: Vec::new(), overrides }
    }

    /// Takes one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.extend(self.overrides.apply(diagnostic));
    }

    /// Takes many.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        for diagnostic in diagnostics {
            self.push(diagnostic);
        }
    }

    /// What was collected: sorted by source and place, identical ones merged, and for a source that gives more than
    /// [`limits::DIAGNOSTICS_PER_FILE`] the worst of them and a note that counts the rest.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by(|left, right| key(left).cmp(&key(right)));
        self.diagnostics.dedup();
        let mut kept: Vec<Diagnostic> = Vec::with_capacity(self.diagnostics.len());
        let mut of_source: Vec<Diagnostic> = Vec::new();
        for diagnostic in self.diagnostics {
            if of_source.first().is_some_and(|first| first.primary.span.source != diagnostic.primary.span.source) {
                kept.append(&mut limited(std::mem::take(&mut of_source)));
            }
            of_source.push(diagnostic);
        }
        kept.append(&mut limited(of_source));
        kept
    }
}

/// The order of diagnostics: by place, then by what they say.
fn key(diagnostic: &Diagnostic) -> (SourceId, u32, u32, Code, &str) {
    let span = diagnostic.primary.span;
    (span.source, span.start, span.end, diagnostic.code, &diagnostic.message)
}

/// At most so many diagnostics of one source, errors before warnings before notes, in the order of their places.
fn limited(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let more = diagnostics.len().saturating_sub(limits::DIAGNOSTICS_PER_FILE);
    // One over the limit is what a room gives that keeps the limit itself and adds its note.
    if more <= 1 {
        return diagnostics;
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.severity);
    diagnostics.truncate(limits::DIAGNOSTICS_PER_FILE);
    diagnostics.sort_by(|left, right| key(left).cmp(&key(right)));
    if let Some(last) = diagnostics.last() {
        let mut note =
            Diagnostic::new(LIMIT, last.primary.span.after(), format!("{more} more in this file, not shown"));
        note.severity = Severity::Note;
        diagnostics.push(note.help("mend these first"));
    }
    diagnostics
}

#[cfg(test)]
mod tests {
    use super::{LintLevel, OverrideError, Overrides, Sink};
    use crate::base::limits;
    use crate::base::span::{SourceId, Span};
    use crate::diag::codes::{SYNTAX, UNKNOWN_NAME};
    use crate::diag::{Diagnostic, Severity};

    fn at(source: u32, start: u32) -> Diagnostic {
        Diagnostic::new(UNKNOWN_NAME, Span::new(SourceId(source), start, start + 1), "m")
    }

    #[test]
    fn errors_of_the_language_cannot_be_lowered() {
        let mut overrides = Overrides::default();
        assert_eq!(overrides.set("AT2003", LintLevel::Warn), Err(OverrideError::Fixed { name: "unknown-name" }));
        assert_eq!(overrides.set("syntax-error", LintLevel::Deny), Ok(()));
        let error = overrides.set("syntax-eror", LintLevel::Deny).unwrap_err();
        assert!(error.to_string().starts_with("there is no lint `syntax-eror`"), "{error}");
    }

    #[test]
    fn overrides_apply_where_diagnostics_arrive() {
        let mut overrides = Overrides::default();
        overrides.0.insert(UNKNOWN_NAME, LintLevel::Allow);
        overrides.0.insert(SYNTAX, LintLevel::Warn);
        let mut sink = Sink::with_overrides(overrides);
        sink.extend([at(0, 1), Diagnostic::new(SYNTAX, Span::new(SourceId(0), 3, 4), "m")]);
        let all = sink.finish();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].code, all[0].severity), (SYNTAX, Severity::Warning));
    }

    #[test]
    fn the_order_is_that_of_places_and_equal_ones_are_merged() {
        let mut sink = Sink::new();
        sink.extend([at(1, 0), at(0, 9), at(0, 2), at(0, 9)]);
        let places: Vec<_> = sink.finish().iter().map(|d| (d.primary.span.source.0, d.primary.span.start)).collect();
        assert_eq!(places, [(0, 2), (0, 9), (1, 0)]);
    }

    #[test]
    fn one_bad_file_does_not_drown_the_others() {
        let mut sink = Sink::new();
        let many = u32::try_from(limits::DIAGNOSTICS_PER_FILE).unwrap() + 7;
        sink.extend((0..many).map(|start| {
            let mut diagnostic = at(0, start);
            diagnostic.severity = if start == many - 1 { Severity::Error } else { Severity::Warning };
            diagnostic
        }));
        sink.push(at(1, 0));
        let all = sink.finish();
        assert_eq!(all.len(), limits::DIAGNOSTICS_PER_FILE + 2);
        assert!(all.iter().any(|d| d.severity == Severity::Error && d.primary.span.start == many - 1));
        assert!(all.iter().any(|d| d.message == "7 more in this file, not shown"));
    }
}
