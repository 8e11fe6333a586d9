//! `attest transcript`: the verdict store, for people: what was asked of whom and answered, a transcript for `--replay`, and
//! what to remove.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use super::args;
use super::output::Output;
use crate::base::literal::Duration;
use crate::base::system::System;
use crate::diag::style::{Ink, Style, count, harmless, wrap};
use crate::report::{Exit, json};
use crate::session::Failure;
use crate::session::transcript::{self, Broken, Filter, Prune, Pruned, Row, Said, Shown, Totals, short_key};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

/// What to do with the store.
#[derive(Clone, Debug, clap::Subcommand)]
enum Action {
    /// Show what was asked of whom, and answered
    Show(ShowArgs),
    /// Write the answers of one judge to a file, for `attest run --replay`
    Export(ExportArgs),
    /// Remove answers: what is asked again is paid for again
    Prune(PruneArgs),
}

/// Where the store is.
#[derive(Clone, Debug, clap::Args)]
struct At {
    /// The store [default: `ATTEST_TIER2_STORE`, else the user's cache directory]
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
}

/// Which entries.
#[derive(Clone, Debug, clap::Args)]
#[group(id = "which", multiple = true)]
struct Which {
    /// Only answers of this provider
    #[arg(long, value_name = "PROVIDER")]
    provider: Option<String>,
    /// Only answers of this model
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// Only answers from this address, or of this program
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// Only answers about this assertion or control
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
}

impl Which {
    fn filter(self) -> Filter {
        Filter { provider: self.provider, model: self.model, endpoint: self.endpoint, ids: self.id }
    }
}

/// `show`.
#[derive(Clone, Debug, clap::Args)]
struct ShowArgs {
    /// The first digits of a key, or the id of an assertion [default: a table of all]
    #[arg(value_name = "KEY|ID")]
    what: Option<String>,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    at: At,
    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    format: args::Shape,
}

/// `export`.
#[derive(Clone, Debug, clap::Args)]
struct ExportArgs {
    /// The file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// How many votes a replay wants: what has fewer is undecided
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    votes: u32,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    at: At,
}

/// `prune`.
#[derive(Clone, Debug, clap::Args)]
struct PruneArgs {
    /// Entries whose last answer is older than this, like `30d`
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    older_than: Option<Duration>,
    /// Files that are no answer
    #[arg(long)]
    broken: bool,
    /// All entries, broken or not
    #[arg(long, conflicts_with_all = ["older_than", "broken", "which"])]
    all: bool,
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    at: At,
}

fn duration(text: &str) -> Result<Duration, String> {
    Duration::parse(text).map_err(|error| match error.help {
        Some(help) => format!("{}: {help}", error.message),
        None => error.message,
    })
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    match args.action {
        Action::Show(args) => show(args, system, output),
        Action::Export(args) => export(args, system, output),
        Action::Prune(args) => prune(args, system, output),
    }
}

fn show(args: ShowArgs, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let (what, filter) = (args.what.as_deref(), args.which.filter());
    let shown = transcript::show(system, args.at.store.as_deref(), what, &filter)?;
    let style = output.data_style();
    let text = match args.format {
        args::Shape::Json => json::to_string(&shown).map_err(Failure::bug)?,
        args::Shape::Human => human(&shown, style, output.quiet(), filter.is_empty()),
    };
    warn_of(&shown.broken, output);
    if shown.more {
        notice("the store holds more entries than are listed", output);
    }
    output.data(&text);
    Ok(Exit::Met)
}

fn export(args: ExportArgs, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let filter = args.which.filter();
    let written = transcript::export(system, args.at.store.as_deref(), &args.file, args.votes, &filter)?;
    warn_of(&written.broken, output);
    if written.short > 0 {
        let entries = count(written.short, "entry has", "entries have");
        let votes = written.votes;
        notice(&format!("{entries} fewer than {votes} votes, a replay is undecided about them"), output);
    }
    if !output.quiet() {
        let entries = count(written.entries, "entry", "entries");
        let (judge, file) = (written.judge.to_string(), args.file.display().to_string());
        output.talk(&format!("wrote {entries} of `{}` to `{}`\n", harmless(&judge), harmless(&file)));
    }
    Ok(Exit::Met)
}

fn prune(args: PruneArgs, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let what = Prune {
        all: args.all,
        broken: args.broken,
        older_than: args.older_than,
        filter: args.which.filter(),
        dry_run: args.dry_run,
    };
    let pruned = transcript::prune(system, args.at.store.as_deref(), &what)?;
    for failure in &pruned.failures {
        output.error(failure, None);
    }
    output.data(&removed(&pruned, what.dry_run, output.quiet()));
    Ok(if pruned.failures.is_empty() { Exit::Met } else { Exit::Undecided })
}

fn warn_of(broken: &[Broken], output: &mut Output<'_>) {
    for one in broken {
        notice(&format!("`{}` is no answer: {}", one.file, one.problem), output);
    }
    if !broken.is_empty() {
        notice("`attest transcript prune --broken` removes what is no answer", output);
    }
}

fn notice(text: &str, output: &mut Output<'_>) {
    let style = output.talk_style();
    output.talk(&format!("{}: {}\n", style.paint(Ink::Warn, "notice"), harmless(text)));
}

/// A table of all entries, or each entry in full where one was asked for.
fn human(shown: &Shown, style: Style, quiet: bool, all: bool) -> String {
    let mut text = String::new();
    if shown.entries.iter().any(|row| row.votes.is_some()) {
        for row in &shown.entries {
            whole(&mut text, row, style);
        }
        return text;
    }
    if !quiet && !shown.entries.is_empty() {
        table(&mut text, &shown.entries, style);
    }
    if shown.totals.entries == 0 {
        let which = if all { "no answers" } else { "no such answers" };
        let _ = writeln!(text, "{which} in `{}`", harmless(&shown.store));
    } else {
        let _ = writeln!(text, "{} in `{}`", totals(&shown.totals), harmless(&shown.store));
    }
    text
}

fn table(text: &mut String, rows: &[Row], style: Style) {
    let cells: Vec<[String; 6]> = rows
        .iter()
        .map(|row| {
            let tokens = format!("{}/{}", row.usage.input, row.usage.output);
            let last: String = row.last.chars().take("2026-01-01T00:00".len()).collect();
            let judge = row.judge.to_string();
            [
                short_key(&row.key),
                answers(row),
                tokens,
                last,
                harmless(&judge).into_owned(),
                harmless(&row.id).into_owned(),
            ]
        })
        .collect();
    let head = ["key", "answers", "tokens", "last (UTC)", "judge", "about"].map(str::to_owned);
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            let lengths = cells.iter().chain([&head]).filter_map(|row| row.get(column));
            lengths.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let line = |row: &[String; 6]| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let _ = writeln!(text, "{}", style.paint(Ink::Faint, &line(&head)));
    for row in &cells {
        let _ = writeln!(text, "{}", line(row));
    }
    text.push('\n');
}

/// `2 holds, 1 fails`.
fn answers(row: &Row) -> String {
    counted(&row.answers)
}

fn counted(answers: &std::collections::BTreeMap<&'static str, u64>) -> String {
    answers.iter().map(|(answer, count)| format!("{count} {answer}")).collect::<Vec<_>>().join(", ")
}

fn totals(totals: &Totals) -> String {
    let number = |number: u64, one, many| count(usize::try_from(number).unwrap_or(usize::MAX), one, many);
    format!(
        "{}, {} ({}), {} tokens of prompts, {} of answers, {}",
        number(totals.entries, "entry", "entries"),
        number(totals.votes, "answer", "answers"),
        counted(&totals.answers),
        totals.usage.input,
        totals.usage.output,
        size(totals.bytes)
    )
}

fn whole(text: &mut String, row: &Row, style: Style) {
    let _ = writeln!(text, "{}", style.paint(Ink::Strong, &row.key.0));
    let judge = row.judge.to_string();
    let check = row.check.as_deref().unwrap_or("an expression of its own");
    let cost = format!("{} tokens of prompts, {} of answers", row.usage.input, row.usage.output);
    for (name, value) in [
        ("about", row.id.as_str()),
        ("check", check),
        ("judge", &judge),
        ("prompt", &row.prompt_digest),
        ("evidence", &row.evidence_digest),
        ("file", &row.file),
        ("answers", &answers(row)),
        ("cost", &cost),
    ] {
        let _ = writeln!(text, "  {name:10}{}", harmless(value));
    }
    paragraph(text, "  question  ", &row.ask, style);
    for (number, vote) in (1_u32..).zip(row.votes.iter().flatten()) {
        let _ = writeln!(text, "  {number:>3}  {}", headline(vote, style));
        paragraph(text, "       ", &vote.message, style);
    }
    text.push('\n');
}

/// `fails (stub)  A:1, B:2  2026-…Z  1.2 s  100+10 tokens`.
fn headline(vote: &Said, style: Style) -> String {
    let ink = match vote.answer {
        "holds" => Ink::Good,
        "fails" => Ink::Bad,
        _ => Ink::Warn,
    };
    let mut line = style.paint(ink, vote.answer).into_owned();
    if let Some(reason) = vote.reason {
        let _ = write!(line, " ({})", reason.name());
    }
    if !vote.cited.is_empty() {
        let cited: Vec<String> = vote.cited.iter().map(|cited| format!("{}:{}", cited.exhibit, cited.line)).collect();
        let _ = write!(line, "  {}", harmless(&cited.join(", ")));
    }
    let recorded = &vote.recorded;
    let (seconds, tenths) = (recorded.millis / 1_000, recorded.millis % 1_000 / 100);
    let usage = recorded.usage;
    let rest = format!("  {}  {seconds}.{tenths} s  {}+{} tokens", recorded.at, usage.input, usage.output);
    line + &style.paint(Ink::Faint, &harmless(&rest))
}

/// Foreign words, wrapped behind a margin.
fn paragraph(text: &mut String, first: &str, words: &str, style: Style) {
    let margin = " ".repeat(first.chars().count());
    let safe = harmless(words);
    let lines = wrap(&safe, style.width.saturating_sub(margin.len()).max(20));
    for (index, line) in lines.iter().enumerate() {
        let _ = writeln!(text, "{}", format!("{}{line}", if index == 0 { first } else { &margin }).trim_end());
    }
}

/// What was removed, a line each, and how much it was.
fn removed(pruned: &Pruned, dry_run: bool, quiet: bool) -> String {
    let mut text = String::new();
    let word = if dry_run { "would remove" } else { "removed" };
    if !quiet {
        for row in &pruned.entries {
            let (judge, last) = (row.judge.to_string(), &row.last);
            let _ = writeln!(
                text,
                "{word} {}  {}  {}  {last}  {}",
                short_key(&row.key),
                answers(row),
                harmless(&judge),
                harmless(&row.id)
            );
        }
        for one in &pruned.broken {
            let _ = writeln!(text, "{word} `{}`: {}", harmless(&one.file), harmless(&one.problem));
        }
        for draft in &pruned.drafts {
            let _ = writeln!(text, "{word} `{}`: a draft that was never finished", harmless(draft));
        }
    }
    let mut parts = Vec::new();
    if !pruned.entries.is_empty() {
        let votes = usize::try_from(pruned.totals.votes).unwrap_or(usize::MAX);
        let entries = count(pruned.entries.len(), "entry", "entries");
        parts.push(format!("{entries} with {}", count(votes, "answer", "answers")));
    }
    if !pruned.broken.is_empty() {
        parts.push(count(pruned.broken.len(), "file that is no answer", "files that are no answer"));
    }
    if !pruned.drafts.is_empty() {
        parts.push(count(pruned.drafts.len(), "draft", "drafts"));
    }
    let what = if parts.is_empty() { String::from("nothing") } else { parts.join(", ") };
    let freed = if parts.is_empty() { String::new() } else { format!(", {}", size(pruned.totals.bytes)) };
    let left = count(usize::try_from(pruned.left).unwrap_or(usize::MAX), "entry stays", "entries stay");
    let _ = writeln!(text, "{word} {what}{freed}; {left} in `{}`", harmless(&pruned.store));
    text
}

/// A size for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_240 => format!("{bytes} bytes"),
        10_240..10_485_760 => format!("{} KiB", bytes >> 10),
        _ => format!("{} MiB", bytes >> 20),
    }
}
