//! The settings of Tier 2: a flag before the environment before `[tier2]` in `attest.toml` before the default. What could
//! run a program, move a key or forge an answer is never read from `attest.toml`, which whoever changes the rules may write.

use std::path::PathBuf;
use std::str::FromStr;

use super::super::manifest::Tier2Section;
use super::super::options::{Failure, Tier2Options};
use crate::base::literal::Duration;
use crate::base::system::System;
use crate::judge::driver;
use crate::judge::provider::Origin;

/// Most votes of a question.
const VOTES: u64 = 99;
/// Most calls at a time.
const CONCURRENCY: u64 = 64;
/// Most tokens of an answer.
const OUTPUT_TOKENS: u64 = 1 << 20;
/// Longest time of a call, seconds.
const TIMEOUT: u64 = 3_600;

/// Everything that was set, wherever.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) provider: Option<String>,
    pub(super) model: Option<String>,
    pub(super) base_url: Option<(String, Origin)>,
    pub(super) command: Vec<String>,
    pub(super) key_file: Option<PathBuf>,
    pub(super) store: Option<PathBuf>,
    pub(super) timeout: Option<std::time::Duration>,
    pub(super) votes: Option<u64>,
    pub(super) second_opinion: bool,
    pub(super) prices: Prices,
    pub(super) settings: driver::Settings,
}

/// What a million tokens cost, in whatever currency; nothing is known of prices unless somebody says them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Prices {
    /// Tokens of prompts.
    pub(super) input: Option<f64>,
    /// Tokens of answers.
    pub(super) output: Option<f64>,
}

impl Prices {
    /// What so many tokens cost; nothing where a price is not known.
    pub(super) fn cost(&self, input: u64, output: u64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "an estimate: a double counts tokens exactly up to 2^53")]
        let part = |tokens: u64, price: f64| tokens as f64 / 1e6 * price;
        Some(part(input, self.input?) + part(output, self.output?))
    }
}

/// Puts the settings together.
///
/// # Errors
/// Where a value makes no sense; the message names where it stands.
pub(super) fn choose(system: &dyn System, options: &Tier2Options, section: &Tier2Section) -> Result<Chosen, Failure> {
    let env = |name: &str| {
        system.env_var(&format!("ATTEST_TIER2_{name}")).map(|value| value.trim().to_owned()).filter(|it| !it.is_empty())
    };
    let text = |flag: &Option<String>, name: &str| flag.clone().or_else(|| env(name));
    let number = |flag: Option<u64>, name: &str, package: Option<u64>, most: u64| -> Result<Option<u64>, Failure> {
        let value = match (flag, env(name)) {
            (Some(value), _) => Some(value),
            (None, Some(text)) => Some(parsed::<u64>(&text, name, "a number")?),
            (None, None) => package,
        };
        match value {
            Some(value) if value == 0 || value > most => Err(Failure::usage(
                format!("`{}` is {value}", name.to_ascii_lowercase()),
                format!("give a number from 1 to {most}"),
            )),
            value => Ok(value),
        }
    };
    let price = |name: &str, package: Option<f64>| -> Result<Option<f64>, Failure> {
        let value =
            env(name).map(|text| parsed::<f64>(&text, name, "a price of a million tokens")).transpose()?.or(package);
        match value {
            Some(value) if !value.is_finite() || value < 0.0 => Err(Failure::usage(
                format!("`{}` is {value}", name.to_ascii_lowercase()),
                "give the price of a million tokens",
            )),
            value => Ok(value),
        }
    };
    let base_url = text(&options.base_url, "BASE_URL")
        .map(|url| (url, Origin::Invoker))
        .or_else(|| section.base_url.clone().map(|url| (url, Origin::Package)));
    let timeout = match (options.timeout.clone().or_else(|| env("TIMEOUT")), &section.timeout) {
        (Some(text), _) => Some(text),
        (None, package) => package.clone(),
    };
    let timeout = timeout.map(|text| seconds(&text)).transpose()?;
    let second_opinion = options.second_opinion
        || match env("SECOND_OPINION") {
            Some(text) => parsed::<bool>(&text, "SECOND_OPINION", "`true` or `false`")?,
            None => section.second_opinion.unwrap_or(false),
        };
    let defaults = driver::Settings::default();
    let votes = number(options.votes, "VOTES", section.votes, VOTES)?;
    let narrow = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    let narrower = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let settings = driver::Settings {
        votes: votes.map_or(defaults.votes, narrow),
        concurrency: number(options.concurrency, "CONCURRENCY", section.concurrency, CONCURRENCY)?
            .map_or(defaults.concurrency, narrow),
        calls_per_minute: number(
            options.calls_per_minute,
            "CALLS_PER_MINUTE",
            section.calls_per_minute,
            u64::from(u32::MAX),
        )?
        .map(narrower),
        max_calls: number(options.max_calls, "MAX_CALLS", section.max_calls, u64::MAX)?,
        max_tokens: number(options.max_tokens, "MAX_TOKENS", section.max_tokens, u64::MAX)?,
        max_output_tokens: number(
            options.max_output_tokens,
            "MAX_OUTPUT_TOKENS",
            section.max_output_tokens,
            OUTPUT_TOKENS,
        )?
        .map_or(defaults.max_output_tokens, narrower),
        attempts: defaults.attempts,
    };
    Ok(Chosen {
        provider: text(&options.provider, "PROVIDER").or_else(|| section.provider.clone()),
        model: text(&options.model, "MODEL").or_else(|| section.model.clone()),
        base_url,
        command: if options.command.is_empty() {
            env("COMMAND").into_iter().collect()
        } else {
            options.command.clone()
        },
        key_file: options.key_file.clone(),
        store: options.store.clone(),
        timeout,
        votes,
        second_opinion,
        prices: Prices {
            input: price("INPUT_PRICE", section.input_price)?,
            output: price("OUTPUT_PRICE", section.output_price)?,
        },
        settings,
    })
}

fn parsed<T: FromStr>(text: &str, name: &str, what: &str) -> Result<T, Failure> {
    text.parse().map_err(|_| Failure::usage(format!("`ATTEST_TIER2_{name}` is not {what}"), "correct it, or remove it"))
}

/// A duration of the language: `90s`, `2m`.
fn seconds(text: &str) -> Result<std::time::Duration, Failure> {
    let wrong =
        || Failure::usage(format!("the timeout `{text}` is no duration"), "write it like `90s` or `2m`, at most `1h`");
    let seconds = Duration::parse(text).map_err(|_| wrong())?.seconds();
    if !(1..=TIMEOUT).contains(&seconds) {
        return Err(wrong());
    }
    Ok(std::time::Duration::from_secs(seconds))
}
