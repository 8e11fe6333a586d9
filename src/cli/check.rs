//! `attest check`: compile, run Tier 1, decide; and how `check` and `assert` say what came out.

use std::sync::Arc;
use std::path::PathBuf;

use super::args;
use super::output::Output;
use super::progress::Bar;
use crate::base::system::System;
use crate::engine::Progress;
use crate::report::{Exit, human, json};
use crate::session::{self, CheckOptions, CheckRun, Failure};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Package directories, `.attest` files, or assertions as `.json`
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    target: args::Target,
    #[command(flatten)]
    gate: args::Gate,
    #[command(flatten)]
    report: args::Report,
}

/// Runs the command.
pub(super) fn run(
    args: Args,
    system: &Arc<dyn System>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let options =
        CheckOptions { paths: args.paths, target: args.target.options(system)?, gate: args.gate.options() };
    let bar = output.shows_progress().then(Bar::new);
    let run = session::check(system, &options, bar.as_ref().map(|bar| bar as &dyn Progress))?;
    Ok(say(&run, &args.report, output))
}

/// Diagnostics to standard error, the report to where it is wanted.
pub(super) fn say(run: &CheckRun, wanted: &args::Report, output: &mut Output<'_>) -> Exit {
    output.diagnostics(&run.diagnostics, &run.sources);
    let mut exit = run.exit;
    let mut elsewhere = false;
    for destination in &wanted.output {
        elsewhere |= destination.format.is_none();
        let format = destination.format.unwrap_or(wanted.format);
        let written = match written(run, format, crate::diag::Style::PLAIN, output) {
            Ok(text) => output.file(&destination.path, &text),
            Err(bug) => bug,
        };
        if !written && exit == Exit::Met {
            exit = Exit::Undecided;
        }
    }
    if !elsewhere {
        match written(run, wanted.format, output.data_style(), output) {
            Ok(text) => output.data(&text),
            Err(_) => exit = Exit::Bug,
        }
    }
    exit
}

/// The report in a form. A report that is no JSON would be a bug of ours; it is said, and the error is `false`.
fn written(
    run: &CheckRun,
    format: args::Format,
    style: crate::diag::Style,
    output: &mut Output<'_>,
) -> Result<String, bool> {
    match format {
        args::Format::Human => {
            let options = human::Options { style, verbose: output.verbose(), quiet: output.quiet() };
            let excerpt = |path: &str, line: u32| run.excerpts.get(&(path.into(), line)).cloned();
            Ok(human::render(&run.report, run.exit, &excerpt, options))
        }
        args::Format::Json => json::to_string(&run.report).map_err(|error| {
            output.error(&format!("this is a bug in attest: the report is not JSON: {error}"), None);
            false
        }),
    }
}
