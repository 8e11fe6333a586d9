//! `attest provenance digest`: the digests of a change.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::super::args;
use super::super::cache::Keep;
use super::super::output::Output;
use super::change_args::ChangeArgs;
use super::ci_args::CiArgs;
use crate::base::system::System;
use crate::change::{Change, Digests, EndKind};
use crate::diag::style::{Ink, Style, harmless};
use crate::report::{Exit, json};
use crate::session::Failure;
use crate::session::provenance::bound;
use crate::session::provenance::digest::{self, DigestOptions};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    ci: CiArgs,
    /// Write the canonical patch to a file
    #[arg(long, value_name = "FILE")]
    patch: Option<PathBuf>,
    /// How the digests are written
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    format: args::Shape,
    /// Write them to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    keep: Keep,
}

/// Runs the command.
pub(super) fn run(args: &Args, system: &dyn System, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let options = DigestOptions { change: args.change.options(), patch: args.patch.clone() };
    if args.patch.is_some() && args.patch == args.output {
        return Err(Failure::usage("patch and digests are one file", "give `--patch` or `--output` another name"));
    }
    let base = bound::ci_base(system, args.ci.choice())?;
    let change = digest::digest(system, &options, base.as_deref())?;
    let style = if args.output.is_none() { output.data_style() } else { Style { color: false, ..output.data_style() } };
    let text = match args.format {
        args::Shape::Json => json::to_string(&Digests::from(&change)).map_err(Failure::bug)?,
        args::Shape::Human => human(&change, style, output.quiet()),
    };
    match &args.output {
        Some(path) if !output.file(path, &text) => return Ok(Exit::Undecided),
        Some(_) => {}
        None => output.data(&text),
    }
    args.keep.note(system, &options.change.root, &change, output);
    Ok(Exit::Met)
}

/// The digests for people, then a line for each file.
fn human(change: &Change, style: Style, quiet: bool) -> String {
    let mut text = String::new();
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(text, "{} {}", style.paint(Ink::Faint, &format!("{name:10}")), harmless(value));
    };
    row("patch.diff", &format!("{} ({} bytes)", change.patch.sha256, change.patch.bytes));
    if let Some(tree) = &change.tree {
        row("repo-tree", &tree.to_string());
    }
    row("base", &change.base_commit);
    let end = match change.end {
        EndKind::Commit => "",
        EndKind::Index => ", and what is staged",
        EndKind::WorkTree => ", and the files as they stand",
    };
    row("head", &format!("{}{end}", change.head_commit));
    if let Some(branch) = &change.branch {
        row("branch", branch);
    }
    if let Some(url) = &change.repo_url {
        row("repository", url);
    }
    let files = change.files.len();
    let noun = if files == 1 { "file" } else { "files" };
    let _ = writeln!(text, "{files} {noun} changed, +{} -{} lines", change.insertions, change.deletions);
    if quiet {
        return text;
    }
    for file in &change.files {
        let lines = if file.binary { "binary".to_owned() } else { format!("+{} -{}", file.insertions, file.deletions) };
        let same = file.same_as.as_ref().map(|path| format!(", as {path} was")).unwrap_or_default();
        let modes = match (file.old_mode(), file.new_mode()) {
            (Some(old), Some(new)) => format!(", mode {} to {}", old.octal(), new.octal()),
            _ => String::new(),
        };
        let _ = writeln!(text, "  {:12} {} ({lines}{modes}{same})", file.status.name(), file.path);
    }
    text
}
