//! `attest dump STAGE`: what the pipeline holds after a stage, as JSON.

use std::path::PathBuf;
use std::sync::Arc;

use super::args;
use super::output::Output;
use crate::base::system::System;
use crate::report::Exit;
use crate::session::{self, DumpOptions, Failure, Stage};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The stage
    #[arg(value_name = "STAGE")]
    stage: Stage,
    /// Package directories, `.attest` files, or assertions as `.json`
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    target: args::Target,
    #[command(flatten)]
    gate: args::Gate,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let options = DumpOptions {
        stage: args.stage,
        paths: args.paths,
        target: args.target.options(system)?,
        gate: args.gate.options(),
    };
    let run = session::dump(system, &options)?;
    output.diagnostics(&run.diagnostics, &run.sources);
    output.data(&run.json);
    if !run.json.is_empty() && !run.json.ends_with('\n') {
        output.data("\n");
    }
    Ok(run.exit)
}
