//! The sink: collects diagnostics, applies severity overrides in one place, sorts and merges.

use super::Diagnostic;

/// Collects diagnostics.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    diagnostics: Vec<Diagnostic>,
}

impl Sink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Takes many.
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(diagnostics);
    }

    /// What was collected: sorted by source and place, identical ones merged.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by(|left, right| {
            (left.primary.span, left.code, &left.message).cmp(&(right.primary.span, right.code, &right.message))
        });
        self.diagnostics.dedup();
        self.diagnostics
    }
}
