//! `attest provenance create`: a statement about an agent's run.

use std::path::PathBuf;

use super::super::args;
use super::super::output::Output;
use super::change_args::ChangeArgs;
use super::ci_args::CiArgs;
use super::fields::{AgentArgs, PeopleAndPrivacyArgs, ReferenceArgs, RepositoryArgs, RunArgs};
use crate::base::system::System;
use crate::decide::Level;
use crate::provenance::make::Version;
use crate::report::Exit;
use crate::session::Failure;
use crate::session::provenance::create::{self, CreateOptions};

/// The arguments. What is said by a flag wins over the file of `--input`, that over the CI, and that over the repository.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The version of the predicate
    #[arg(long, value_name = "VERSION", default_value = "v1")]
    predicate_version: VersionArg,
    /// The level that is claimed [default: evidence-grade]
    #[arg(long, value_name = "LEVEL", value_parser = args::level)]
    level: Option<Level>,
    /// A part of the predicate as JSON
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    ci: CiArgs,
    #[command(flatten)]
    repository: RepositoryArgs,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    agent: AgentArgs,
    #[command(flatten)]
    people: PeopleAndPrivacyArgs,
    #[command(flatten)]
    references: ReferenceArgs,
    /// Write it to a file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long, help_heading = "Output")]
    force: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum VersionArg {
    /// Version 0
    V0,
    /// Version 1
    V1,
}

/// Runs the command.
pub(super) fn run(mut args: Args, system: &dyn System, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (change, ci) = (args.change.options(), args.ci.choice());
    let mut fields = Vec::new();
    args.repository.fields(&mut fields);
    args.run.fields(&mut fields);
    args.agent.fields(&mut fields);
    args.people.fields(&mut fields);
    let options = CreateOptions {
        change,
        ci,
        version: match args.predicate_version {
            VersionArg::V0 => Version::V0,
            VersionArg::V1 => Version::V1,
        },
        level: args.level,
        input: args.input,
        fields,
        references: args.references.references(),
        agent_config: args.references.agent_config,
        record: args.references.record,
        output: args.output,
        force: args.force,
    };
    let run = create::create(system, &options)?;
    for warning in &run.warnings {
        output.warning(warning);
    }
    for refusal in &run.refusals {
        output.error(&refusal.message, Some(&refusal.help));
    }
    let Some(text) = run.text else { return Ok(Exit::Usage) };
    if options.output.is_none() {
        output.data(&text);
    }
    Ok(Exit::Met)
}
