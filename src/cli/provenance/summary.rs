//! `attest provenance summary`: what `verify` says of a statement, as a page of Markdown for a step summary or a comment.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::output::Output;
use super::material::{self, Material};
use crate::base::system::System;
use crate::report::Exit;
use crate::session::Failure;
use crate::session::provenance::summary;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    material: Material,
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
    let run = material::judge(args.material, None, system)?;
    output.diagnostics(&run.diagnostics, &run.sources);
    let (Some(page), Some(verdict)) = (summary::page(&run), &run.verdict) else { return Ok(Exit::Usage) };
    match file {
        None => output.data(&page),
        Some(file) if output.file(&file, &page) => {}
        Some(_) => return Ok(Exit::Undecided),
    }
    Ok(if exit_zero { Exit::Met } else { super::exit_of(verdict) })
}
