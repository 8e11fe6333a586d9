//! `attest provenance summary`: files to a verdict and its page. Does not know argv, and prints nothing.

use std::sync::Arc;

use super::verify::{self, VerifyOptions};
use crate::base::json;
use crate::base::source::SourceMap;
use crate::base::system::System;
use crate::diag::Diagnostic;
use crate::provenance::{DOCUMENT_BYTES, Verdict, summary};
use crate::session::Failure;

/// What came of it.
#[derive(Debug)]
pub struct SummaryRun {
    /// The verdict and its page of Markdown; nothing where the package does not compile.
    pub page: Option<(Verdict, String)>,
    /// What is wrong with the package.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts of the package.
    pub sources: SourceMap,
}

/// Verifies a statement and writes the page of it.
///
/// # Errors
/// Where a file cannot be read.
pub fn summarise(system: &Arc<dyn System>, options: &VerifyOptions) -> Result<SummaryRun, Failure> {
    let (statement, context) = verify::documents(&**system, options)?;
    let run = verify::verify_documents(system, options, &statement, &context)?;
    // What cannot be read is shown as missing; the verdict says why.
    let value = |bytes: &[u8]| json::parse(bytes, DOCUMENT_BYTES).ok();
    let page = run.verdict.map(|verdict| {
        let page = summary::render(value(&statement).as_ref(), value(&context).as_ref(), &verdict);
        (verdict, page)
    });
    Ok(SummaryRun { page, diagnostics: run.diagnostics, sources: run.sources })
}
