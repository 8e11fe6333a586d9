//! `attest provenance verify`: a statement about an agent's run, judged by what its verifier knows.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::args;
use super::super::output::Output;
use super::super::verify::who;
use super::material::{self, Material};
use super::outputs;
use crate::attestation::Check;
use crate::base::system::System;
use crate::diag::style::{Ink, Style, harmless, inert};
use crate::provenance::gate::Verified;
use crate::provenance::{Trust, Verdict};
use crate::report::{Exit, json};
use crate::session::Failure;
use crate::session::provenance::summary;

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    material: Material,
    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    format: args::Shape,
    /// Write the context that was made of what was verified, as `--context` takes it
    #[arg(long, value_name = "FILE", conflicts_with = "statement")]
    save_context: Option<PathBuf>,
    /// Write what is said as a page of Markdown too
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Write what the steps of a CI job read: `valid`, `level`, `failure-codes`, each as `name=value`
    #[arg(long, value_name = "FILE")]
    outputs: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    // Whatever stands there, a file of the change perhaps, is not what this verification says, however it ends.
    for path in [&args.outputs, &args.summary, &args.save_context].into_iter().flatten() {
        system.remove_file(path)?;
    }
    let judged = material::judge(args.material, args.save_context, system);
    let is_told = judged.as_ref().is_ok_and(|run| run.verdict.is_some());
    if let Some(path) = args.outputs.as_ref().filter(|_| !is_told) {
        system.write(path, outputs::nothing().as_bytes())?;
    }
    let run = judged?;
    if let (Some(path), Some(page)) = (&args.summary, summary::page(&run)) {
        system.write(path, page.as_bytes())?;
    }
    output.diagnostics(&run.diagnostics, &run.sources);
    let Some(verdict) = run.verdict else { return Ok(Exit::Usage) };
    if let Some(path) = &args.outputs {
        system.write(path, outputs::lines(&verdict).as_bytes())?;
    }
    let text = match args.format {
        args::Shape::Json => json::to_string(&verdict).map_err(Failure::bug)?,
        args::Shape::Human => {
            let text = human(&verdict, output.data_style(), output.quiet());
            text.lines().flat_map(|line| [inert(line), "\n".into()]).collect()
        }
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
        told(&mut text, verdict.verified.as_deref(), style, quiet);
        return text;
    }
    let claim = match (level, &verdict.verified) {
        (Some(level), _) => format!("{level} is claimed"),
        (None, Some(_)) if verdict.trust == Trust::None => "nothing of it is believed".to_owned(),
        (None, _) => "its level cannot be read".to_owned(),
    };
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
    told(&mut text, verdict.verified.as_deref(), style, quiet);
    text
}

/// What was verified: who signed, what was checked and what was not, by which expectations and under which roots.
fn told(text: &mut String, verified: Option<&Verified>, style: Style, quiet: bool) {
    let Some(verified) = verified.filter(|_| !quiet) else { return };
    if let Some(identity) = &verified.identity {
        let who = harmless(&who(identity)).into_owned();
        let _ = match &verified.signer {
            Some(entry) if identity.subject.as_ref() == Some(entry) => writeln!(text, "signed by {who}"),
            Some(entry) => writeln!(text, "signed by {who}, who may: {}", harmless(entry)),
            None => writeln!(text, "signed by {who}, whom nobody named"),
        };
    }
    for (what, confirmed) in [("witnessed", &verified.witnesses), ("approved", &verified.approvals)] {
        for it in confirmed {
            let _ = writeln!(text, "{what} by {}, {}", harmless(&who(&it.identity)), it.digest);
        }
    }
    let width = verified.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    for (title, done) in [("checked", true), ("not checked", false)] {
        let checks: Vec<&Check> = verified.checks.iter().filter(|check| check.done == done).collect();
        if !checks.is_empty() {
            let _ = writeln!(text, "{}", style.paint(Ink::Strong, title));
        }
        for Check { name, detail, .. } in checks {
            let _ = writeln!(text, "  {name:width$}  {}", harmless(detail));
        }
    }
    if let Some(origin) = &verified.expectations {
        let at = origin.commit.as_ref().map_or_else(|| "no change's".to_owned(), |commit| format!("at {commit}"));
        let path = harmless(&origin.path);
        let _ = writeln!(text, "{} {path}, {at}, {}", style.paint(Ink::Faint, "expecting"), origin.digest);
    }
    if let Some(digest) = &verified.policy_digest {
        let _ = writeln!(text, "{} {digest}", style.paint(Ink::Faint, "policy   "));
    }
    for digest in &verified.trusted {
        let _ = writeln!(text, "{} {digest}", style.paint(Ink::Faint, "trusting "));
    }
}
