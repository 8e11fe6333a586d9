//! The command line: argv to a session's options, a session's answer to text. Knows clap and the terminal; does not know
//! how anything is computed.

pub mod args;
mod assert;
mod cache;
mod check;
mod completions;
mod dump;
mod explain;
mod list;
mod output;
mod progress;
mod provenance;
pub mod reference;
mod run;
mod schema;
mod sign;
mod test;
mod tier2;
mod transcript;
mod verify;

use std::ffi::OsString;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

pub use self::output::Output;
use crate::base::system::System;
use crate::report::Exit;
use crate::session::Failure;

/// Typed claims about code, checked deterministically, decided by Rego.
#[derive(Clone, Debug, Parser)]
#[command(name = "attest", version, about, max_term_width = 100, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 gate met, 1 not met, 2 usage or rules that do not compile, 3 undecided, 70 a bug."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to say it.
    #[command(flatten)]
    pub talk: args::Talk,
}

/// The commands, in the order of the help.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Compile rules, check them on the target, and decide
    Check(check::Args),
    /// Check, then ask models what the matched code means, and decide
    Run(Box<run::Args>),
    /// Check one assertion without writing a rule
    Assert(assert::Args),
    /// List what Tier 2 would ask, and what the store answers already
    List(list::Args),
    /// Run the tests of a package
    Test(test::Args),
    /// Verify a Sigstore bundle or a DSSE envelope, offline
    Verify(Box<verify::Args>),
    /// Sign an in-toto statement with a key or an identity
    Sign(Box<sign::Args>),
    /// Explain a diagnostic, a failure code or a check
    Explain(explain::Args),
    /// Print a stage of the pipeline as JSON
    Dump(dump::Args),
    /// Show, export and remove what models answered
    Transcript(transcript::Args),
    /// Judge statements about an agent's run
    Provenance(provenance::Args),
    /// Show and clear what was seen of a repository
    Cache(cache::Args),
    /// Print the JSON Schema of something that other programs read
    Schema(schema::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
}

/// The process: runs the command on the real streams.
pub fn main(system: &Arc<dyn System>) -> ExitCode {
    report_bugs();
    let (mut stdout, mut stderr) = (std::io::stdout().lock(), std::io::stderr());
    let exit = catch_unwind(AssertUnwindSafe(|| run(std::env::args_os(), system, &mut stdout, &mut stderr)));
    ExitCode::from(exit.unwrap_or(Exit::Bug).code())
}

/// Runs a command line on given streams.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    system: &Arc<dyn System>,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Exit {
    let mut output = Output::new(&**system, stdout, stderr);
    let exit = match Cli::try_parse_from(arguments) {
        Err(error) => {
            let text = error.render();
            // Help and version are data; the rest is talk.
            if error.use_stderr() {
                let text = if output.talk_style().color { text.ansi().to_string() } else { text.to_string() };
                output.talk(&text);
                Exit::Usage
            } else {
                let text = if output.data_style().color { text.ansi().to_string() } else { text.to_string() };
                output.data(&text);
                Exit::Met
            }
        }
        Ok(cli) => {
            output.configure(&cli.talk);
            command(cli.command, system, &mut output).unwrap_or_else(|failure| fail(&mut output, &failure))
        }
    };
    output.finish(exit)
}

fn command(command: Command, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    match command {
        Command::Check(args) => check::run(args, system, output),
        Command::Run(args) => run::run(*args, system, output),
        Command::List(args) => list::run(args, system, output),
        Command::Assert(args) => assert::run(args, system, output),
        Command::Test(args) => test::run(args, system, output),
        Command::Verify(args) => verify::run(*args, &**system, output),
        Command::Sign(args) => sign::run(*args, &**system, output),
        Command::Explain(args) => explain::run(&args, output),
        Command::Dump(args) => dump::run(args, system, output),
        Command::Transcript(args) => transcript::run(args, system, output),
        Command::Provenance(args) => provenance::run(args, system, output),
        Command::Cache(args) => cache::run(args, system, output),
        Command::Schema(args) => schema::run(&args, output),
        Command::Completions(args) => Ok(completions::run(&args, output)),
    }
}

/// Says what is wrong with the world.
fn fail(output: &mut Output<'_>, failure: &Failure) -> Exit {
    output.error(&failure.message, failure.help.as_deref());
    failure.exit
}

/// A panic is a bug of ours: it says so, and how to report it. What a policy's engine does on its own thread is caught
/// there and becomes a decision.
fn report_bugs() {
    std::panic::set_hook(Box::new(|panic| {
        if std::thread::current().name() == Some(crate::decide::THREAD_NAME) {
            return;
        }
        let place = panic.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        let text = format!(
            "this is a bug in attest {version}{place}: {}\nplease report it with the command line and the rules that led to it\n",
            panic.payload_as_str().unwrap_or("no message")
        );
        // Nobody is left to hear that this failed.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }));
}
