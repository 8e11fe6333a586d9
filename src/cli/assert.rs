//! `attest assert CHECK key=value...`: one assertion, without a rule file.

use super::output::Output;
use super::{args, check};
use crate::base::system::System;
use crate::report::Exit;
use crate::session::{self, AssertOptions, Failure};
use std::sync::Arc;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The check's name
    #[arg(value_name = "CHECK")]
    check: String,
    /// The check's arguments
    #[arg(value_name = "NAME=VALUE", value_parser = args::pair)]
    arguments: Vec<(String, String)>,
    #[command(flatten)]
    target: args::Target,
    #[command(flatten)]
    gate: args::Gate,
    #[command(flatten)]
    report: args::Report,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let options = AssertOptions {
        check: args.check,
        arguments: args.arguments,
        target: args.target.options(system)?,
        gate: args.gate.options(),
    };
    let run = session::assert(system, &options)?;
    Ok(check::say(&run, &args.report, output))
}
