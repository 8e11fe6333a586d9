//! `attest provenance verify`: a statement about an agent's run, judged by what its verifier knows.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::args;
use super::super::output::Output;
use crate::base::system::System;
use crate::diag::style::{Ink, Style, harmless};
use crate::provenance::{Trust, Verdict};
use crate::report::{Exit, json};
use crate::session::Failure;
use crate::session::provenance::verify::{self, VerifyOptions};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// The in-toto statement
    #[arg(long, value_name = "FILE")]
    statement: PathBuf,
    /// What the verifier knows from elsewhere (`attest schema agent-provenance-context`)
    #[arg(long, value_name = "FILE")]
    context: PathBuf,
    /// Answer for the context: without it an unsigned statement earns no more than evidence-grade
    #[arg(long)]
    trust_context: bool,
    /// A Rego policy, package `attest.document`, in place of the document's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A package whose documents are judged by too
    #[arg(long, value_name = "PATH")]
    package: Option<PathBuf>,
    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    format: args::Shape,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let format = args.format;
    let options = VerifyOptions {
        statement: args.statement,
        context: args.context,
        trust_context: args.trust_context,
        policy: args.policy,
        package: args.package,
    };
    let run = verify::verify(system, &options)?;
    output.diagnostics(&run.diagnostics, &run.sources);
    let Some(verdict) = run.verdict else { return Ok(Exit::Usage) };
    let text = match format {
        args::Shape::Json => json::to_string(&verdict).map_err(Failure::bug)?,
        args::Shape::Human => human(&verdict, output.data_style(), output.quiet()),
    };
    output.data(&text);
    Ok(super::exit_of(&verdict))
}

/// The verdict for people: the level, then each failure with where it is, what is there, and what to do.
fn human(verdict: &Verdict, style: Style, quiet: bool) -> String {
    let mut text = String::new();
    let level = verdict.level.as_deref().map(harmless);
    let codes = verdict.failure_codes.join(", ");
    if verdict.valid {
        let level = level.unwrap_or_else(|| "no level".into());
        let trust = match verdict.trust {
            Trust::None => "no signature was verified",
            Trust::Context => "by the word of whoever gave the context",
            Trust::Signature => "its signature was verified",
        };
        let _ = writeln!(text, "{}: {level}, {trust}", style.paint(Ink::Good, "valid"));
        return text;
    }
    let claim = level.map_or_else(|| "its level cannot be read".to_owned(), |level| format!("{level} is claimed"));
    let _ = writeln!(text, "{}: {claim}; {}", style.paint(Ink::Bad, "invalid"), harmless(&codes));
    if quiet {
        return text;
    }
    for failure in &verdict.failures {
        let place = harmless(&failure.path);
        let _ = writeln!(text, "\n{} {place}", style.paint(Ink::Strong, &harmless(&failure.code)));
        let _ = writeln!(text, "  {}", harmless(&failure.message));
        for (name, value) in [("found", &failure.found), ("expected", &failure.expected)] {
            if let Some(value) = value {
                let _ = writeln!(text, "  {} {}", style.paint(Ink::Faint, &format!("{name:8}")), harmless(value));
            }
        }
        let _ = writeln!(text, "  {} {}", style.paint(Ink::Faint, "help    "), harmless(&failure.help));
    }
    text
}
