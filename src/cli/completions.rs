//! `attest completions SHELL`: a completion script.

use clap::CommandFactory as _;

use super::output::Output;
use crate::report::Exit;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: clap_complete::Shell,
}

/// Runs the command.
pub(super) fn run(args: &Args, output: &mut Output<'_>) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "attest", &mut script);
    output.data(&String::from_utf8_lossy(&script));
    Exit::Met
}
