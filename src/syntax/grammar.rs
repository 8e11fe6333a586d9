//! The parser that pest derives from `grammar/attest.pest`, alone: what it generates is nobody's style.

/// Runs the rules of `grammar/attest.pest`.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/attest.pest"]
pub(super) struct Grammar;
