//! `attest provenance summary`: what `verify` says of a statement, as a page of Markdown for a step summary or a comment.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::output::Output;
use crate::base::system::System;
use crate::report::Exit;
use crate::session::Failure;
use crate::session::provenance::summary;
use crate::session::provenance::verify::VerifyOptions;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The in-toto statement
    #[arg(long, value_name = "FILE")]
    statement: PathBuf,
    /// What the verifier knows from elsewhere (`attest schema agent-provenance-context`)
    #[arg(long, value_name = "FILE")]
    context: PathBuf,
    /// Answer for the context: without it an unsigned statement earns no more than evidence-grade
    #[arg(long)]
    trust_context: bool,
    /// A Rego policy, package `attest.document`, in place of the document's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A package whose documents are judged by too
    #[arg(long, value_name = "PATH")]
    package: Option<PathBuf>,
    /// Write the page to a file, whole or not at all [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Exit 0 whatever the verdict is, for a step that only reports; what cannot be read or written is 3 all the same
    #[arg(long)]
    exit_zero: bool,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (file, exit_zero) = (args.output, args.exit_zero);
    let options = VerifyOptions {
        statement: args.statement,
        context: args.context,
        trust_context: args.trust_context,
        policy: args.policy,
        package: args.package,
    };
    let run = summary::summarise(system, &options)?;
    output.diagnostics(&run.diagnostics, &run.sources);
    let Some((verdict, page)) = run.page else { return Ok(Exit::Usage) };
    match file {
        None => output.data(&page),
        Some(file) if output.file(&file, &page) => {}
        Some(_) => return Ok(Exit::Undecided),
    }
    Ok(if exit_zero { Exit::Met } else { super::exit_of(&verdict) })
}
