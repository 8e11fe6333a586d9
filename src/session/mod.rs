//! The composition of a run: `attest.toml`, packages, and the pipeline, one function a step. Does not know argv, and
//! prints nothing.

mod assertions;
pub mod attestation;
pub mod cache;
mod dump;
pub mod keyless;
mod manifest;
pub mod options;
mod outcome;
mod package;
pub mod pipeline;
pub mod provenance;
mod testing;
mod tier2;
pub mod transcript;

use std::path::PathBuf;
use std::sync::Arc;

pub use options::{
    AssertOptions, ChangedFiles, CheckOptions, CheckRun, DumpOptions, DumpRun, Failure, GateOptions, ListRun, Listed,
    Listing, Pending, RunOptions, Stage, TargetOptions, TestOptions, TestResult, TestRun, Tier2Options, Tier2Summary,
};

use self::tier2::Wanted;
use crate::base::system::{System, SystemError};
use crate::change::ChangeError;
use crate::decide::Level;
use crate::engine::Progress;
use crate::judge::driver;
use crate::report::Exit;
use crate::target::TargetError;

/// Largest list of changed files.
const CHANGED_BYTES: u64 = 64 << 20;

/// Compile, run Tier 1, decide: a package, or assertions as JSON.
///
/// # Errors
/// Where the world gives no target, no rules or no gate to speak of.
pub fn check(
    system: &Arc<dyn System>,
    options: &CheckOptions,
    progress: Option<&dyn Progress>,
) -> Result<CheckRun, Failure> {
    let request = Request::new(&**system, &options.paths, &options.target, &options.gate)?;
    match request.json_file() {
        Some(path) => assertions::check_file(system, &request, &path, progress),
        None => pipeline::check(system, &request, progress),
    }
}

/// Compile, run both tiers, decide.
///
/// # Errors
/// As [`check`], and where nobody can be asked.
pub fn run(
    system: &Arc<dyn System>,
    options: &RunOptions,
    progress: Option<&dyn Progress>,
    calls: Option<Arc<dyn driver::Progress>>,
) -> Result<CheckRun, Failure> {
    let mut request = Request::new(&**system, &options.paths, &options.target, &options.gate)?;
    request.tier2 = Some(Wanted { options: options.tier2.clone(), stop: Arc::clone(&options.stop), progress: calls });
    match request.json_file() {
        Some(path) => assertions::check_file(system, &request, &path, progress),
        None => pipeline::check(system, &request, progress),
    }
}

/// What [`run`] would ask, and what the store answers already.
///
/// # Errors
/// As [`run`]; that nobody is chosen to ask is none.
pub fn list(system: &Arc<dyn System>, options: &RunOptions) -> Result<ListRun, Failure> {
    let mut request = Request::new(&**system, &options.paths, &options.target, &options.gate)?;
    request.tier2 = Some(Wanted { options: options.tier2.clone(), stop: Arc::clone(&options.stop), progress: None });
    pipeline::list(system, &request)
}

/// One assertion, ad hoc.
///
/// # Errors
/// As [`check`].
pub fn assert(system: &Arc<dyn System>, options: &AssertOptions) -> Result<CheckRun, Failure> {
    let request = Request::new(&**system, &[], &options.target, &options.gate)?;
    assertions::check_one(system, &request, &options.check, &options.arguments)
}

/// The tests of a package, or of the standard library where a path is `std`.
///
/// # Errors
/// As [`check`].
pub fn test(system: &Arc<dyn System>, options: &TestOptions) -> Result<TestRun, Failure> {
    testing::run(&**system, options)
}

/// One stage of the pipeline as JSON.
///
/// # Errors
/// As [`check`].
pub fn dump(system: &Arc<dyn System>, options: &DumpOptions) -> Result<DumpRun, Failure> {
    let request = Request::new(&**system, &options.paths, &options.target, &options.gate)?;
    dump::run(system, &request, options.stage)
}

/// What a run is asked for, lists read.
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
    pub changed_files: Option<Vec<Arc<str>>>,
    /// Only the assertions of this component.
    pub component: Option<Arc<str>>,
    /// How models are asked; nobody is without it.
    pub tier2: Option<Wanted>,
}

impl Request {
    fn new(
        system: &dyn System,
        paths: &[PathBuf],
        target: &TargetOptions,
        gate: &GateOptions,
    ) -> Result<Self, Failure> {
        let list = match &target.changed_files {
            None => None,
            Some(ChangedFiles::Text(text)) => Some(text.clone()),
            Some(ChangedFiles::File(path)) => {
                let bytes = system.read(path, CHANGED_BYTES)?;
                let text = String::from_utf8(bytes)
                    .map_err(|_| Failure::usage(format!("`{}` is not UTF-8", path.display()), "write a path a line"))?;
                Some(text)
            }
        };
        Ok(Self {
            paths: paths.to_vec(),
            root: target.root.clone(),
            rev: target.rev.clone(),
            gate: gate.gate.clone(),
            require_level: gate.require_level,
            at: gate.at,
            changed_files: list.map(|list| changed_paths(&list)),
            component: target.component.as_deref().map(Arc::from),
            tier2: None,
        })
    }

    /// The one `.json` path of the request.
    fn json_file(&self) -> Option<PathBuf> {
        match self.paths.as_slice() {
            [path] if path.extension().is_some_and(|extension| extension == "json") => Some(path.clone()),
            _ => None,
        }
    }
}

/// The paths of a list, a line each; `./` and backslashes are the same path.
fn changed_paths(list: &str) -> Vec<Arc<str>> {
    list.lines()
        .map(|line| line.trim_end_matches('\r').replace('\\', "/"))
        .map(|line| Arc::from(line.strip_prefix("./").unwrap_or(&line)))
        .filter(|line: &Arc<str>| !line.is_empty())
        .collect()
}

impl Failure {
    /// The command line asks for something that is not there or makes no sense: exit 2.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: Some(help.into()), exit: Exit::Usage }
    }

    /// A bug of ours: exit 70.
    pub fn bug(message: impl std::fmt::Display) -> Self {
        let message = format!("this is a bug in attest: {message}");
        Self { message, help: Some(String::from("please report it")), exit: Exit::Bug }
    }
}

impl From<SystemError> for Failure {
    fn from(error: SystemError) -> Self {
        Self { message: error.to_string(), help: None, exit: Exit::Undecided }
    }
}

impl From<ChangeError> for Failure {
    fn from(error: ChangeError) -> Self {
        Self { message: error.to_string(), help: None, exit: Exit::Undecided }
    }
}

impl From<TargetError> for Failure {
    fn from(error: TargetError) -> Self {
        Self { message: error.to_string(), help: None, exit: Exit::Undecided }
    }
}
