//! `attest test`: the tests of a package.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::args;
use super::output::Output;
use crate::base::system::System;
use crate::diag::style::{Ink, count, harmless};
use crate::report::{Exit, json};
use crate::session::{self, Failure, TestOptions, TestRun};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Package directories or `.attest` files
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    paths: Vec<PathBuf>,
    /// Only tests whose name holds this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    #[command(flatten)]
    gate: At,
    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    format: Format,
}

/// A form of the results, which are no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For programs
    Json,
}

/// The clock of the tests.
#[derive(Clone, Debug, clap::Args)]
struct At {
    /// The instant at which they run, RFC 3339 or a date [default: now]
    #[arg(long, value_name = "TIME", value_parser = args::instant)]
    at: Option<jiff::Timestamp>,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let options = TestOptions { paths: args.paths, filter: args.filter, at: args.gate.at };
    let run = session::test(system, &options)?;
    output.diagnostics(&run.diagnostics, &run.sources);
    let text = match args.format {
        Format::Human => human(&run, output),
        Format::Json => json::to_string(&run.tests).map_err(|error| Failure {
            message: format!("this is a bug in attest: the results are not JSON: {error}"),
            help: None,
            exit: Exit::Bug,
        })?,
    };
    output.data(&text);
    Ok(run.exit)
}

/// Failures one by one, passes counted unless one asks for more.
fn human(run: &TestRun, output: &Output<'_>) -> String {
    let style = output.data_style();
    let mut text = String::new();
    for test in run.tests.iter().filter(|test| !output.quiet() && (output.verbose() || !test.passed)) {
        let (ink, word) = if test.passed {
            (Ink::Good, style.symbol("✓ pass", "+ pass"))
        } else {
            (Ink::Bad, style.symbol("✗ fail", "x fail"))
        };
        let place = format!("{}:{}:{}", test.source.path, test.source.line, test.source.column);
        let (name, place) = (harmless(&test.name), harmless(&place));
        let (name, place) = (style.paint(Ink::Strong, &name), style.paint(Ink::Faint, &place));
        let _ = writeln!(text, "{}  {name}  {place}", style.paint(ink, word));
        for line in test.message.lines() {
            let _ = writeln!(text, "    {}", harmless(line));
        }
    }
    let passed = run.tests.iter().filter(|test| test.passed).count();
    let failed = run.tests.len().saturating_sub(passed);
    let dot = style.symbol("  ·  ", "  |  ");
    let tests = count(run.tests.len(), "test", "tests");
    let summary = format!("{tests}: {passed} pass, {failed} fail{dot}exit {}", run.exit.code());
    let ink = if run.exit == Exit::Met { Ink::Good } else { Ink::Bad };
    let _ = writeln!(text, "{}", style.paint(ink, &summary));
    text
}
