//! `attest cache`: what was seen of a repository, and when; and to forget it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args;
use super::output::Output;
use crate::base::system::System;
use crate::cache::Shown;
use crate::change::Change;
use crate::diag::style::{Ink, Style, count, harmless};
use crate::report::{Exit, json};
use crate::session::{Failure, cache};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

/// What to do with the cache.
#[derive(Clone, Debug, clap::Subcommand)]
enum Action {
    /// Show what was seen, and when
    Show(ShowArgs),
    /// Remove the cache, and what was set aside
    Clear(ClearArgs),
}

/// `show`.
#[derive(Clone, Debug, clap::Args)]
struct ShowArgs {
    /// The repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true)]
    format: args::Shape,
}

/// `clear`.
#[derive(Clone, Debug, clap::Args)]
struct ClearArgs {
    /// The repository
    #[arg(long, value_name = "DIR", default_value = ".")]
    root: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    match args.action {
        Action::Show(args) => {
            let shown = cache::show(&**system, &args.root)?;
            let text = match args.format {
                args::Shape::Json => json::to_string(&shown).map_err(Failure::bug)?,
                args::Shape::Human => human(&shown, output.data_style()),
            };
            output.data(&text);
        }
        Action::Clear(args) => {
            let (directory, removed) = cache::clear(&**system, &args.root)?;
            let directory = harmless(&directory).into_owned();
            for name in removed.iter().filter(|_| !output.quiet()).map(|name| harmless(name)).collect::<Vec<_>>() {
                output.data(&format!("removed `{name}`\n"));
            }
            output.data(&format!("removed {} in `{directory}`\n", count(removed.len(), "file", "files")));
        }
    }
    Ok(Exit::Met)
}

/// The flag of the commands that see something.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct Keep {
    /// Do not write down in `.attest/cache.db` what was seen; so does `ATTEST_NO_CACHE`
    #[arg(long)]
    no_cache: bool,
}

impl Keep {
    /// Writes down the change that a command has read, after it did its work. What comes of it is one line of talk, also with
    /// `-q`, and no other exit.
    pub(super) fn note(self, system: &dyn System, root: &Path, change: &Change, output: &mut Output<'_>) {
        let seen = cache::seen(change, system.now());
        let Some(warning) = cache::note(system, root, self.no_cache, &seen) else { return };
        let style = output.talk_style();
        output.talk(&format!("{}: {}\n", style.paint(Ink::Warn, "warning"), harmless(&warning)));
    }
}

/// What the cache holds, a line each.
fn human(shown: &Shown, style: Style) -> String {
    let (mut text, path) = (String::new(), harmless(&shown.path));
    let contents = &shown.contents;
    if !shown.present {
        return format!("nothing was seen: there is no `{path}`\n");
    }
    let digests = count(contents.digests.len(), "digest", "digests");
    let _ = writeln!(text, "{}: {digests}; nothing is decided by them\n", style.paint(Ink::Strong, &path));
    let mut line = |at: &str, what: &str, value: &str| {
        let at = style.paint(Ink::Faint, &harmless(at)).into_owned();
        let _ = writeln!(text, "{at}  {:24}  {}", harmless(what), harmless(value));
    };
    for one in &contents.refs {
        line(&one.last_seen_at, &one.key, &one.value);
    }
    for one in &contents.timestamps {
        line(&one.last_seen_at, &one.name, &one.value);
    }
    for one in &contents.digests {
        line(&one.last_seen_at, &format!("{} {}", one.kind, one.path), &format!("{}:{}", one.algorithm, one.digest));
    }
    text
}
