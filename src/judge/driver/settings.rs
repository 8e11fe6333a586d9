//! What a run of Tier 2 may spend, and what it spent. Does not know where the numbers come from.

use crate::judge::transcript::Usage;

/// What a run may spend.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Votes that each question wants.
    pub votes: usize,
    /// Calls on their way at a time.
    pub concurrency: usize,
    /// Calls in a minute; without it, any number.
    pub calls_per_minute: Option<u32>,
    /// Calls in all, repeated ones included; without it, any number.
    pub max_calls: Option<u64>,
    /// Tokens in all, of prompts and answers; without it, any number.
    pub max_tokens: Option<u64>,
    /// Tokens of one answer.
    pub max_output_tokens: u32,
    /// How often one call is tried.
    pub attempts: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            votes: 3,
            concurrency: 4,
            calls_per_minute: None,
            max_calls: None,
            max_tokens: None,
            max_output_tokens: 2_048,
            attempts: 4,
        }
    }
}

/// What a run spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Calls that were made, repeated ones included.
    pub calls: u64,
    /// Questions that the record answered.
    pub cached: u64,
    /// Tokens, as the provider counts.
    pub usage: Usage,
}

impl Spent {
    /// Tokens of prompts and answers.
    pub fn tokens(&self) -> u64 {
        self.usage.input.saturating_add(self.usage.output)
    }

    /// Adds what one answer cost.
    pub fn add(&mut self, usage: Usage) {
        self.usage.input = self.usage.input.saturating_add(usage.input);
        self.usage.output = self.usage.output.saturating_add(usage.output);
    }
}
