//! `attest provenance context`: what a verifier knows of a change, for `verify --context`.

use std::path::PathBuf;

use super::super::args;
use super::super::output::Output;
use super::change_args::ChangeArgs;
use super::ci_args::CiArgs;
use crate::base::literal::duration::Duration;
use crate::base::system::System;
use crate::decide::Level;
use crate::report::Exit;
use crate::session::Failure;
use crate::session::provenance::context::{self, ContextOptions};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The level that a statement must have
    #[arg(long, value_name = "LEVEL", value_parser = args::level)]
    require_level: Level,
    /// The pull request that it must name
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pull_request: Option<u64>,
    /// The run that it must be of
    #[arg(long, value_name = "ID")]
    run_id: Option<String>,
    /// How old it may be: `24h`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    max_age: Option<Duration>,
    /// The time of the verification, RFC 3339 or a date [default: now, where an age is asked for]
    #[arg(long, value_name = "TIME", value_parser = args::instant)]
    at: Option<jiff::Timestamp>,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    ci: CiArgs,
    /// Write it to a file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
}

fn duration(text: &str) -> Result<Duration, String> {
    match Duration::parse(text) {
        // A window of nothing is no window to the policy, which would ask for no age at all.
        Ok(duration) if duration.seconds() == 0 => Err("write a time above 0, such as `24h`".to_owned()),
        Ok(duration) => Ok(duration),
        Err(_) => Err("write a number and one of `s m h d w`, such as `24h`".to_owned()),
    }
}

/// Runs the command.
pub(super) fn run(args: Args, system: &dyn System, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (change, ci) = (args.change.options(), args.ci.choice());
    let options = ContextOptions {
        change,
        ci,
        level: args.require_level,
        pull_request: args.pull_request,
        run_id: args.run_id,
        max_age: args.max_age.map(Duration::seconds),
        at: args.at,
        output: args.output,
    };
    let (text, notes) = context::context(system, &options)?;
    for note in &notes {
        output.warning(note);
    }
    if options.output.is_none() {
        output.data(&text);
    }
    Ok(Exit::Met)
}
