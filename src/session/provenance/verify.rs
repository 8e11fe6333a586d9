//! `attest provenance verify`: a statement and a context from files, judged by the standard library's documents and by those
//! of a package.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::source::SourceMap;
use crate::base::system::System;
use crate::decide::DeclaredCodes;
use crate::diag::{Diagnostic, Sink, codes};
use crate::hir::stdlib;
use crate::provenance::contract::{Contract, standard};
use crate::provenance::{DOCUMENT_BYTES, Trust, Verdict, verify as judge};
use crate::session::package::text_beside;
use crate::session::{Failure, Request, pipeline};

/// Largest policy file.
const POLICY_BYTES: u64 = 4 << 20;

/// What is to be verified, and by what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// The statement.
    pub statement: PathBuf,
    /// The context.
    pub context: PathBuf,
    /// The caller answers for the context.
    pub trust_context: bool,
    /// A policy in place of the document's.
    pub policy: Option<PathBuf>,
    /// A package whose documents are judged by too.
    pub package: Option<PathBuf>,
}

/// What was judged; what is not believed is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    /// The bytes of the statement.
    pub statement: Option<Vec<u8>>,
    /// The bytes of the context.
    pub context: Option<Vec<u8>>,
}

/// What came of it.
#[derive(Debug)]
pub struct VerifyRun {
    /// The verdict; nothing where the package does not compile.
    pub verdict: Option<Verdict>,
    /// What is wrong with the package.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts of the package.
    pub sources: SourceMap,
    /// What was judged.
    pub documents: Documents,
}

/// Verifies a statement.
///
/// # Errors
/// Where a file cannot be read. What stands in statement, context or policy is never an error but a verdict.
pub fn verify(system: &Arc<dyn System>, options: &VerifyOptions) -> Result<VerifyRun, Failure> {
    let limit = u64::try_from(DOCUMENT_BYTES).unwrap_or(u64::MAX);
    let (statement, context) = (system.read(&options.statement, limit)?, system.read(&options.context, limit)?);
    let (contract, diagnostics, sources) = contract(&**system, options.package.as_deref(), options.policy.as_deref())?;
    let trust = if options.trust_context { Trust::Context } else { Trust::None };
    let verdict = contract.map(|contract| judge(&contract, &statement, &context, trust));
    let documents = Documents { statement: Some(statement), context: Some(context) };
    Ok(VerifyRun { verdict, diagnostics, sources, documents })
}

/// The documents that statements are judged by: the standard ones, those of a package, all by a policy of the caller's where
/// one is given; no contract where the package does not compile.
pub(super) fn contract(
    system: &dyn System,
    package: Option<&Path>,
    policy: Option<&Path>,
) -> Result<(Option<Contract>, Vec<Diagnostic>, SourceMap), Failure> {
    let (contract, diagnostics, sources) = match package {
        None => (Some(standard().map_err(Failure::bug)?.clone()), Vec::new(), SourceMap::new()),
        Some(path) => with_package(system, path)?,
    };
    let (Some(mut contract), Some(path)) = (contract.clone(), policy) else {
        return Ok((contract, diagnostics, sources));
    };
    let bytes = system.read(path, POLICY_BYTES)?;
    let shown = path.display().to_string();
    let text = String::from_utf8(bytes).map_err(|_| format!("the policy `{shown}` is not UTF-8"));
    contract = contract.with_policy(&shown, text);
    Ok((Some(contract), diagnostics, sources))
}

/// The standard documents with those of a package; no contract where the package does not compile.
fn with_package(system: &dyn System, path: &Path) -> Result<(Option<Contract>, Vec<Diagnostic>, SourceMap), Failure> {
    let request = Request { paths: vec![path.to_path_buf()], ..Request::default() };
    let compiled = pipeline::compile(system, &request, false)?;
    if !compiled.is_sound() {
        return Ok((None, compiled.diagnostics, compiled.sources));
    }
    let package = &compiled.package;
    if package.documents.is_empty() {
        let message = format!("`{}` declares no document", path.display());
        return Err(Failure::usage(message, "name a package with a `document`, or leave out `--package`"));
    }
    let mut contract = standard().map_err(Failure::bug)?.clone();
    let mut sink = Sink::new();
    sink.extend(compiled.diagnostics.iter().cloned());
    // Nobody makes what a standard type means weaker by declaring it anew.
    for known in contract.documents() {
        let twin = package.documents.iter().find(|document| document.predicate_type == known.predicate_type);
        if let Some(twin) = twin {
            let message = format!("`{}` is the predicate type of a standard document", twin.predicate_type);
            return Err(Failure::usage(message, format!("give `{}` a predicate type of its own", twin.name)));
        }
    }
    let directory = &compiled.setup.directory;
    let policy = |path: &str| text_beside(system, directory, path, stdlib::policy(path), POLICY_BYTES);
    let own = DeclaredCodes::new(package.codes.iter().map(|code| code.name.to_string()));
    let mut sound = true;
    if let Err(bad) = contract.add(&package.documents, &policy, &own) {
        sound = false;
        for bad in bad {
            let message = format!("the schema `{}` cannot be used: {}", bad.path, bad.message);
            let help = "write a JSON Schema of draft 2020-12 whose patterns need no look-around and no back-reference";
            sink.push(Diagnostic::new(codes::BAD_SCHEMA, bad.span, message).help(help));
        }
    }
    Ok((sound.then_some(contract), sink.finish(), compiled.sources))
}
