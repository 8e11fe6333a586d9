//! `attest provenance`: statements about an agent's run, one file for each subcommand.

mod change_args;
mod ci_args;
mod context;
mod create;
mod digest;
mod fields;
mod material;
mod outputs;
mod summary;
mod verify;

use std::sync::Arc;

use super::output::Output;
use crate::base::system::System;
use crate::provenance::Verdict;
use crate::report::Exit;
use crate::session::Failure;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

/// What to do with a statement.
#[derive(Clone, Debug, clap::Subcommand)]
enum Action {
    /// Make a statement about a run, from flags, a file, a CI's environment and the repository
    Create(Box<create::Args>),
    /// Print what a verifier knows of a change before anything is verified
    Context(Box<context::Args>),
    /// Compute the digests of a change: what a statement's subjects are
    Digest(digest::Args),
    /// Say whether a statement is to be believed: 0 valid, 1 invalid, 3 where nothing can be said
    Verify(Box<verify::Args>),
    /// Write what `verify` says as a page of Markdown; exits as `verify` does
    Summary(Box<summary::Args>),
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    match args.action {
        Action::Create(args) => create::run(*args, &**system, output),
        Action::Context(args) => context::run(*args, &**system, output),
        Action::Digest(args) => digest::run(&args, &**system, output),
        Action::Verify(args) => verify::run(*args, system, output),
        Action::Summary(args) => summary::run(*args, system, output),
    }
}

/// How a command ends that judged a statement.
fn exit_of(verdict: &Verdict) -> Exit {
    if verdict.is_undecided() {
        Exit::Undecided
    } else if verdict.valid {
        Exit::Met
    } else {
        Exit::NotMet
    }
}
