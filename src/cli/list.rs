//! `attest list`: what Tier 2 would ask, and what the store answers already.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::args;
use super::output::Output;
use super::tier2;
use crate::base::canonical;
use crate::base::system::System;
use crate::diag::style::{Ink, Style, harmless};
use crate::report::Exit;
use crate::session::{self, Failure, ListRun, Listing, Pending, RunOptions};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Package directories, `.attest` files, or assertions as `.json`
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    format: args::Shape,
    #[command(flatten)]
    judge: tier2::Judge,
    #[command(flatten)]
    target: args::Target,
    #[command(flatten)]
    gate: args::Gate,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let options = RunOptions {
        paths: args.paths,
        target: args.target.options(system)?,
        gate: args.gate.options(),
        tier2: tier2::options(args.judge, tier2::Calls::default()),
        stop: Arc::default(),
    };
    let run = session::list(system, &options)?;
    say(&run, args.format, output)
}

/// Diagnostics to standard error, the listing to standard output.
pub(super) fn say(run: &ListRun, format: args::Shape, output: &mut Output<'_>) -> Result<Exit, Failure> {
    output.diagnostics(&run.diagnostics, &run.sources);
    let Some(listing) = &run.listing else { return Ok(run.exit) };
    notices(&listing.notices, output);
    let text = match format {
        args::Shape::Human => human(listing, output.data_style(), output.verbose(), output.quiet()),
        args::Shape::Json => {
            let mut text = canonical::to_string_pretty(listing).map_err(Failure::bug)?;
            text.push('\n');
            text
        }
    };
    output.data(&text);
    Ok(run.exit)
}

/// What is wrong with a record, without a line for each entry of one that cannot be reached at all.
pub(super) fn notices(notices: &[String], output: &mut Output<'_>) {
    const SHOWN: usize = 5;
    let shown = if output.verbose() { notices.len() } else { SHOWN };
    for notice in notices.iter().take(shown) {
        output.talk(&format!("notice: {}\n", harmless(notice)));
    }
    if let Some(more) = notices.len().checked_sub(shown).filter(|more| *more > 0) {
        output.talk(&format!("notice: {more} more of this kind (`-v` shows them)\n"));
    }
}

fn human(listing: &Listing, style: Style, verbose: bool, quiet: bool) -> String {
    let mut out = String::new();
    for one in &listing.assertions {
        let (word, ink) = match one.state {
            Pending::Answered => ("answered", Ink::Good),
            Pending::Pending => ("pending", Ink::Warn),
            Pending::Unaskable => ("error", Ink::Bad),
            Pending::NoQuestion => ("no question", Ink::Faint),
            Pending::Settled => ("not asked", Ink::Faint),
        };
        let is_quiet = matches!(one.state, Pending::NoQuestion | Pending::Settled) && !verbose;
        if quiet || is_quiet {
            continue;
        }
        let _ = writeln!(out, "{:<11} {}", style.paint(ink, word), harmless(&one.id));
        if let Some(ask) = &one.ask
            && one.state != Pending::Settled
        {
            let _ = writeln!(out, "            {}", style.paint(Ink::Faint, &harmless(ask)));
        }
        match one.state {
            Pending::Pending => {
                let _ = writeln!(out, "            {} calls of about {} tokens", one.calls, one.tokens);
            }
            Pending::Answered => {
                let _ = writeln!(out, "            {} votes in the store", one.recorded);
            }
            Pending::Unaskable => {
                let _ = writeln!(out, "            {}", harmless(&one.problem));
            }
            Pending::Settled => {
                let _ = writeln!(out, "            tier 1 says {}", one.tier1.name());
            }
            Pending::NoQuestion => {}
        }
    }
    let count = |state| listing.assertions.iter().filter(|one| one.state == state).count();
    let _ = writeln!(
        out,
        "{} pending, {} answered, {} cannot be asked, {} not asked",
        count(Pending::Pending),
        count(Pending::Answered),
        count(Pending::Unaskable),
        count(Pending::NoQuestion) + count(Pending::Settled),
    );
    if listing.calls > 0 {
        let cost = listing.cost.map(|cost| format!(", costs at most {cost:.4}")).unwrap_or_default();
        let _ = writeln!(
            out,
            "{} calls, about {} tokens in, at most {} out{cost}",
            listing.calls, listing.input_tokens, listing.output_tokens
        );
    }
    match &listing.judge {
        Some(judge) => {
            let _ = writeln!(out, "asked of {} {}", harmless(&judge.provider), harmless(&judge.model));
        }
        None => {
            let _ =
                writeln!(out, "no model is chosen, so the store was not asked: name one with `--tier2` and `--model`");
        }
    }
    out
}
