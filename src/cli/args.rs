//! The flags that several commands share, and how they are read. Does not know what they do.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::{PossibleValue, TypedValueParser};

use crate::base::suggest;
use crate::base::system::System;
use crate::decide::Level;
use crate::report::{self, Exit};
use crate::session::{ChangedFiles, Failure, GateOptions, TargetOptions};

/// How to say it.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Talk {
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_default_value = true)]
    pub color: Color,
    /// Say the summary only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say passes and all findings too
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On terminals, unless the environment says otherwise.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which code is judged.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Target")]
pub struct Target {
    /// The target's directory [default: what the package says, else .]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Judge a git revision instead of the work tree
    #[arg(long, value_name = "REV")]
    pub rev: Option<String>,
    /// Only what these files affect: a path a line, `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub changed_files: Option<PathBuf>,
    /// Only this component of the model
    #[arg(long, value_name = "ID")]
    pub component: Option<String>,
}

/// How the outcomes are weighed.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Decision")]
pub struct Gate {
    /// The gate to ask [default: the package's]
    #[arg(long, value_name = "NAME")]
    pub gate: Option<String>,
    /// Demand this level instead of the gate's
    #[arg(long, value_name = "LEVEL", value_parser = level)]
    pub require_level: Option<Level>,
    /// The instant of the decision, RFC 3339 or a date [default: now]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub at: Option<jiff::Timestamp>,
}

/// Where the report goes.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Output")]
pub struct Report {
    /// What is written to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true, value_parser = Formats)]
    pub format: Format,
    /// Write the report to a file too, as often as wanted: `sarif=out.sarif`; without a format, instead of standard output
    #[arg(short, long, value_name = "[FORMAT=]FILE")]
    pub output: Vec<Destination>,
}

/// A form of what is no report: a list, a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// A form of the report: a row of the table of formats.
#[derive(Clone, Copy, Debug)]
pub struct Format(pub &'static report::Format);

impl Default for Format {
    fn default() -> Self {
        let [human, ..] = &report::FORMATS;
        Self(human)
    }
}

impl PartialEq for Format {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Format {}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        report::Format::find(text).map(Self).ok_or_else(|| {
            let names: Vec<&str> = report::FORMATS.iter().map(|format| format.name).collect();
            let hint = suggest::nearest(text, names.iter().copied()).map_or_else(
                || format!("the formats are {}", names.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            format!("there is no format `{text}`, {hint}")
        })
    }
}

/// Reads a format, and tells help and completions which there are.
#[derive(Clone, Copy, Debug)]
struct Formats;

impl TypedValueParser for Formats {
    type Value = Format;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<Format, clap::Error> {
        TypedValueParser::parse_ref(&(|text: &str| text.parse::<Format>()), command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(report::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.doc))))
    }
}

/// A file, and the form if one is written before `=`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The form; else that of `--format`.
    pub format: Option<Format>,
    /// The file.
    pub path: PathBuf,
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = match text.split_once('=') {
            // `./a=b` is a path; `sarfi=out` is a misspelt format rather than a file of that name.
            Some((format, path)) if !format.contains(['/', '\\', '.']) => (Some(format.parse()?), path),
            _ => (None, text),
        };
        if path.is_empty() {
            return Err("the file's name is missing".to_owned());
        }
        Ok(Self { format, path: PathBuf::from(path) })
    }
}

/// A level by its name.
pub(super) fn level(text: &str) -> Result<Level, String> {
    Level::from_name(text).ok_or_else(|| {
        let names = Level::ALL.map(Level::name);
        let hint = suggest::nearest(text, names)
            .map_or_else(|| format!("the levels are {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        format!("there is no level `{text}`, {hint}")
    })
}

/// An instant; a date alone is its first moment in UTC.
pub(super) fn instant(text: &str) -> Result<jiff::Timestamp, String> {
    if let Ok(date) = jiff::civil::Date::from_str(text)
        && text.len() == "2026-01-01".len()
    {
        let midnight = date.to_datetime(jiff::civil::Time::midnight());
        return jiff::tz::Offset::UTC.to_timestamp(midnight).map_err(|error| error.to_string());
    }
    jiff::Timestamp::from_str(text).map_err(|_| "write it like `2026-11-21T12:00:00Z` or `2026-11-21`".to_owned())
}

/// `name=value` of an argument.
///
/// # Errors
/// Where there is no `=`, or nothing before it.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it like `name=value`".to_owned()),
    }
}

impl Target {
    /// The session's options; reads standard input where it is asked to.
    ///
    /// # Errors
    /// Where standard input cannot be read, is no text or too large.
    pub fn options(self, _system: &Arc<dyn System>) -> Result<TargetOptions, Failure> {
        let changed_files = match self.changed_files {
            None => None,
            Some(path) if path.as_os_str() == "-" => Some(ChangedFiles::Text(standard_input()?)),
            Some(path) => Some(ChangedFiles::File(path)),
        };
        Ok(TargetOptions { root: self.root, rev: self.rev, changed_files, component: self.component })
    }
}

impl Gate {
    /// The session's options.
    pub fn options(self) -> GateOptions {
        GateOptions { gate: self.gate, require_level: self.require_level, at: self.at }
    }
}

/// Standard input as text, at most as large as a list of all files of a target.
fn standard_input() -> Result<String, Failure> {
    use std::io::Read as _;
    const LIMIT: u64 = 64 << 20;
    let failure = |message: String| Failure { message, help: None, exit: Exit::Undecided };
    let mut text = String::new();
    let read = std::io::stdin().lock().take(LIMIT.saturating_add(1)).read_to_string(&mut text);
    read.map_err(|error| failure(format!("standard input cannot be read: {error}")))?;
    if text.len() as u64 > LIMIT {
        return Err(failure(format!("standard input is larger than {LIMIT} bytes")));
    }
    Ok(text)
}
