//! Composition: `attest.toml`, packages, and the pipeline, one function a step. Does not know argv, and prints nothing.

pub mod assertions;
pub mod dump;
mod manifest;
mod outcome;
mod package;
pub mod pipeline;
pub mod testing;

use std::path::PathBuf;

pub use outcome::{CheckRun, Excerpts};
pub use package::Opened;

use crate::base::system::SystemError;
use crate::decide::Level;
use crate::target::TargetError;

/// What a run is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// A package directory, `.attest` files, or an assertions `.json`; the current directory where empty.
    pub paths: Vec<PathBuf>,
    /// The target; else `[target] root`, else the current directory.
    pub root: Option<PathBuf>,
    /// A git revision in place of the work tree.
    pub rev: Option<String>,
    /// The gate.
    pub gate: Option<String>,
    /// The level that must be earned, in place of the gate's.
    pub require_level: Option<Level>,
    /// The clock.
    pub at: Option<jiff::Timestamp>,
    /// Only what these paths may have changed, relative to the target's root.
    pub changed_files: Option<Vec<String>>,
    /// Only the assertions of this component.
    pub component: Option<String>,
    /// Severities of diagnostics by code or name, over those of `attest.toml`.
    pub lints: Vec<(String, String)>,
}

/// Why a run could not begin: what is wrong with the world, not with the rules.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The command line asks for something that is not there or makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file cannot be read.
    #[error(transparent)]
    System(#[from] SystemError),
    /// The target cannot be frozen.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// Ours.
    #[error("{0}; this is a bug in attest, please report it")]
    Bug(String),
}

impl SessionError {
    /// How the process ends: usage is 2, missing or unusable material 3.
    pub fn exit(&self) -> crate::report::Exit {
        match self {
            Self::Usage(_) => crate::report::Exit::Usage,
            Self::System(_) | Self::Target(_) => crate::report::Exit::Undecided,
            Self::Bug(_) => crate::report::Exit::Bug,
        }
    }
}
