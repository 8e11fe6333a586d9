//! `attest provenance summary`: the page of what was verified. Does not know argv, and prints nothing.

use super::verify::VerifyRun;
use crate::base::json;
use crate::provenance::{DOCUMENT_BYTES, summary};

/// The page, where there is a verdict. What cannot be read, or is not believed, is shown as missing; the verdict says why.
pub fn page(run: &VerifyRun) -> Option<String> {
    let value = |bytes: &Option<Vec<u8>>| bytes.as_ref().and_then(|bytes| json::parse(bytes, DOCUMENT_BYTES).ok());
    let (statement, context) = (value(&run.documents.statement), value(&run.documents.context));
    run.verdict.as_ref().map(|verdict| summary::render(statement.as_ref(), context.as_ref(), verdict))
}
