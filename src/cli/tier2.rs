//! The flags of Tier 2, for the commands that ask models or say what they would ask. Does not know what they do.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::session::{Failure, Tier2Options};

/// Who is asked.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Tier 2: who is asked")]
pub(super) struct Judge {
    /// The provider: openai (any compatible server), anthropic, ollama, command [default: `[tier2] provider`]
    #[arg(long = "tier2", value_name = "PROVIDER")]
    pub provider: Option<String>,
    /// The model, as the provider calls it
    #[arg(long, value_name = "MODEL")]
    pub model: Option<String>,
    /// The provider's address, in place of its own
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// The program of the provider `command`, once more for each argument: a question on its standard input, the answer on
    /// its standard output
    #[arg(long, value_name = "PROGRAM", allow_hyphen_values = true)]
    pub command: Vec<String>,
    /// How many votes each question wants [default: 3]
    #[arg(long, value_name = "N")]
    pub votes: Option<u64>,
    /// Where answers are kept, outside of the target [default: the user's cache directory]
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
}

/// How models are asked.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Tier 2: how they are asked")]
#[expect(clippy::struct_field_names, reason = "the fields are named as the flags are")]
pub(super) struct Calls {
    /// A file that holds the key [default: `ATTEST_TIER2_KEY`, else the provider's own variable]
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// Calls at a time [default: 4]
    #[arg(long, value_name = "N")]
    pub concurrency: Option<u64>,
    /// Calls in a minute
    #[arg(long, value_name = "N")]
    pub calls_per_minute: Option<u64>,
    /// Calls in all; what is not asked is undecided
    #[arg(long, value_name = "N")]
    pub max_calls: Option<u64>,
    /// Tokens in all, of prompts and answers; what is not asked is undecided
    #[arg(long, value_name = "N")]
    pub max_tokens: Option<u64>,
    /// Tokens of one answer [default: 2048]
    #[arg(long, value_name = "N")]
    pub max_output_tokens: Option<u64>,
    /// Longest time of a call, like `90s` [default: 120s]
    #[arg(long, value_name = "DURATION")]
    pub timeout: Option<String>,
    /// Ask too whether all assertions of a control together show what it demands; it can only take away
    #[arg(long)]
    pub second_opinion: bool,
    /// Let a recorded transcript answer, and nobody else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["provider", "model", "base_url", "command", "rejudge", "key_file"])]
    pub replay: Option<PathBuf>,
    /// Write the transcript of this run, for `--replay`
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub record: Option<PathBuf>,
    /// Judge this assertion anew, whatever the store says
    #[arg(long, value_name = "ID", conflicts_with = "dry_run")]
    pub rejudge: Vec<String>,
    /// Ask nobody and write nothing: what the store does not answer is undecided
    #[arg(long, conflicts_with = "replay")]
    pub dry_run: bool,
}

/// The session's options.
pub(super) fn options(judge: Judge, calls: Calls) -> Tier2Options {
    Tier2Options {
        provider: judge.provider,
        model: judge.model,
        base_url: judge.base_url,
        command: judge.command,
        key_file: calls.key_file,
        store: judge.store,
        votes: judge.votes,
        concurrency: calls.concurrency,
        calls_per_minute: calls.calls_per_minute,
        max_calls: calls.max_calls,
        max_tokens: calls.max_tokens,
        max_output_tokens: calls.max_output_tokens,
        timeout: calls.timeout,
        second_opinion: calls.second_opinion,
        replay: calls.replay,
        record: calls.record,
        rejudge: calls.rejudge,
        dry_run: calls.dry_run,
    }
}

/// Ctrl-C ends Tier 2 between two answers; a second one ends the process, as it always would.
pub(super) fn stop_on_interrupt() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stop);
    let handler = move || {
        if seen.swap(true, Ordering::Relaxed) {
            // Nothing is half written: every file is renamed into place.
            #[expect(clippy::exit, reason = "the user asked twice, and the conventional code says that it was them")]
            std::process::exit(130);
        }
    };
    match ctrlc::set_handler(handler) {
        // A process that runs more than one command, as tests do, has its handler already.
        Ok(()) | Err(ctrlc::Error::MultipleHandlers) => Ok(stop),
        Err(error) => Err(Failure::bug(format!("no handler for interrupts can be set: {error}"))),
    }
}
