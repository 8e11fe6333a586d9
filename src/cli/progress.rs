//! The progress bar of a long run: on a terminal only, on standard error, gone when the run is over.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::engine::Progress;
use crate::judge::driver::{self, Spent};

/// Fewer files than this are read before anybody could look.
const FEW: usize = 500;

/// A bar that counts files.
#[derive(Debug)]
pub(super) struct Bar(ProgressBar);

impl Bar {
    /// A bar that is drawn once there is enough to wait for.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("reading {bar:30} {pos}/{len} files, {eta} left") {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Progress for Bar {
    fn files(&self, count: usize) {
        self.0.set_length(u64::try_from(count).unwrap_or(u64::MAX));
        if count >= FEW {
            self.0.set_draw_target(ProgressDrawTarget::stderr());
            self.0.enable_steady_tick(Duration::from_millis(100));
        }
    }

    fn file_done(&self) {
        self.0.inc(1);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// A bar that counts the calls of Tier 2 and what they cost.
#[derive(Debug)]
pub(super) struct Calls(ProgressBar);

impl Calls {
    /// A bar that is drawn with the first call.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("asking {bar:30} {pos}/{len} calls, {msg}{eta} left") {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl driver::Progress for Calls {
    fn calls(&self, count: u64) {
        self.0.set_length(count);
        self.0.set_draw_target(ProgressDrawTarget::stderr());
        self.0.enable_steady_tick(Duration::from_millis(100));
    }

    fn call_done(&self, spent: &Spent) {
        self.0.inc(1);
        self.0.set_message(format!("{} tokens, ", spent.tokens()));
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
