//! `attest provenance summary`: files to a verdict and its page. Does not know argv, and prints nothing.

use std::path::Path;
use std::sync::Arc;

use super::verify::{self, Documents, VerifyOptions, VerifyRun};
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
    let page = run.verdict.map(|verdict| {
        let page = render(&run.documents, &verdict);
        (verdict, page)
    });
    Ok(SummaryRun { page, diagnostics: run.diagnostics, sources: run.sources })
}

/// What cannot be read, or is not believed, is shown as missing; the verdict says why.
fn render(documents: &Documents, verdict: &Verdict) -> String {
    let value = |bytes: &Option<Vec<u8>>| bytes.as_ref().and_then(|bytes| json::parse(bytes, DOCUMENT_BYTES).ok());
    summary::render(value(&documents.statement).as_ref(), value(&documents.context).as_ref(), verdict)
}

/// Writes the page of what was verified already, where there is a verdict.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(system: &dyn System, path: &Path, run: &VerifyRun) -> Result<(), Failure> {
    if let Some(verdict) = &run.verdict {
        system.write(path, render(&run.documents, verdict).as_bytes())?;
    }
    Ok(())
}
