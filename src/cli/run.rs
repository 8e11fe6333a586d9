//! `attest run`: check, then ask models what the matched code means, then decide; and `--plan`, which only says what would
//! be asked.

use std::path::PathBuf;
use std::sync::Arc;

use super::args;
use super::check;
use super::list;
use super::output::Output;
use super::progress::{Bar, Calls};
use super::tier2;
use crate::base::system::System;
use crate::diag::style::harmless;
use crate::engine::Progress;
use crate::judge::driver;
use crate::report::Exit;
use crate::session::{self, Failure, RunOptions, Tier2Summary};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Package directories, `.attest` files, or assertions as `.json`
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    /// Say what would be asked and what it would cost, then stop
    #[arg(long)]
    plan: bool,
    #[command(flatten)]
    judge: tier2::Judge,
    #[command(flatten)]
    calls: tier2::Calls,
    #[command(flatten)]
    target: args::Target,
    #[command(flatten)]
    gate: args::Gate,
    #[command(flatten)]
    report: args::Report,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let stop = if args.plan { Arc::default() } else { tier2::stop_on_interrupt()? };
    let options = RunOptions {
        paths: args.paths,
        target: args.target.options(system)?,
        gate: args.gate.options(),
        tier2: tier2::options(args.judge, args.calls),
        stop,
    };
    if args.plan {
        let shape = match args.report.format.0.name {
            "human" => args::Shape::Human,
            "json" => args::Shape::Json,
            other => {
                return Err(Failure::usage(
                    format!("a plan cannot be written as `{other}`"),
                    "write `--format human` or `--format json`",
                ));
            }
        };
        return list::say(&session::list(system, &options)?, shape, output);
    }
    let bar = output.shows_progress().then(Bar::new);
    let calls = output.shows_progress().then(|| Arc::new(Calls::new()) as Arc<dyn driver::Progress>);
    let run = session::run(system, &options, bar.as_ref().map(|bar| bar as &dyn Progress), calls)?;
    let exit = check::say(&run, &args.report, output);
    if let Some(summary) = &run.tier2 {
        list::notices(&summary.notices, output);
        if !output.quiet() {
            output.talk(&spent(summary));
        }
    }
    Ok(exit)
}

/// What Tier 2 did, in one line.
fn spent(summary: &Tier2Summary) -> String {
    let spent = &summary.spent;
    let mut parts =
        vec![format!("{} {}", summary.questions, if summary.questions == 1 { "question" } else { "questions" })];
    parts.push(format!("{} from the record", spent.cached));
    parts.push(format!("{} {}", spent.calls, if spent.calls == 1 { "call" } else { "calls" }));
    if spent.calls > 0 {
        parts.push(format!("{} tokens", spent.tokens()));
    }
    if let Some(cost) = summary.cost.filter(|_| spent.calls > 0) {
        parts.push(format!("cost {cost:.4}"));
    }
    let judge = &summary.judge;
    format!("tier 2: {} ({} {})\n", parts.join(", "), harmless(&judge.provider), harmless(&judge.model))
}
