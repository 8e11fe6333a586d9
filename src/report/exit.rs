//! The exit code of a run, in one table. Does not end the process: the doors do.

use crate::decide::Decision;
use crate::decide::codes::{self, Nature};

use super::model::{Report, Summary};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// The gate is met, or nothing was affected and nobody asked for a level.
    Met,
    /// The gate is not met: a fail, or a level too low.
    NotMet,
    /// Usage, or the rules do not compile.
    Usage,
    /// Nothing can be said: an error outcome, missing material, nothing ran.
    Undecided,
    /// A bug of ours.
    Bug,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Met => 0,
            Self::NotMet => 1,
            Self::Usage => 2,
            Self::Undecided => 3,
            Self::Bug => 70,
        }
    }

    /// The exit of a report. `level_demanded` says that the caller demanded a level (`--require-level`).
    ///
    /// | in this order | exit |
    /// |---|---|
    /// | there is no decision: the rules do not compile | 2 |
    /// | there is no assertion and no control | 3 |
    /// | every assertion was skipped | 0, with a demanded level 3 |
    /// | the policy gave no proper answer | 3 |
    /// | the gate is met | 0 |
    /// | something fails, or a denial is a plain "no" | 1 |
    /// | otherwise: all that keeps the gate from being met is undecided | 3 |
    pub fn of(report: &Report, level_demanded: bool) -> Self {
        let Some(decision) = &report.decision else {
            return Self::Usage;
        };
        if report.assertions.is_empty() && report.controls.is_empty() {
            return Self::Undecided;
        }
        if nothing_affected(&report.summary) {
            return if level_demanded { Self::Undecided } else { Self::Met };
        }
        Self::of_decision(decision, &report.summary)
    }

    fn of_decision(decision: &Decision, summary: &Summary) -> Self {
        if decision.failure_codes.iter().any(|code| code == "policy_eval_error") {
            return Self::Undecided;
        }
        if decision.met {
            // A policy that is content with nothing at all is still no evidence.
            return if summary.total() == 0 { Self::Undecided } else { Self::Met };
        }
        // A package's own code is a "no": its author declared it to be one.
        let refused = |code: &String| codes::find(code).is_none_or(|row| row.nature == Nature::Denies);
        if summary.fail > 0 || decision.failure_codes.iter().any(refused) {
            return Self::NotMet;
        }
        Self::Undecided
    }
}

/// Whether assertions exist and every one of them was skipped.
pub fn nothing_affected(summary: &Summary) -> bool {
    summary.skip > 0 && summary.skip == summary.total()
}
