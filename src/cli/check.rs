//! `attest check`: compile, run Tier 1, decide; and how `check` and `assert` say what came out.

use std::path::PathBuf;
use std::sync::Arc;

use super::args;
use super::output::Output;
use super::progress::Bar;
use crate::base::system::System;
use crate::engine::Progress;
use crate::report::{Exit, Said, human};
use crate::session::{self, CheckOptions, CheckRun, Failure};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Package directories, `.attest` files, or assertions as `.json`
    #[arg(value_name = "PATH", default_value = ".", hide_default_value = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    target: args::Target,
    #[command(flatten)]
    gate: args::Gate,
    #[command(flatten)]
    report: args::Report,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &Arc<dyn System>, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let options = CheckOptions { paths: args.paths, target: args.target.options(system)?, gate: args.gate.options() };
    let bar = output.shows_progress().then(Bar::new);
    let run = session::check(system, &options, bar.as_ref().map(|bar| bar as &dyn Progress))?;
    Ok(say(&run, &args.report, output))
}

/// Diagnostics to standard error, the report to where it is wanted.
pub(super) fn say(run: &CheckRun, wanted: &args::Report, output: &mut Output<'_>) -> Exit {
    output.diagnostics(&run.diagnostics, &run.sources);
    let mut exit = run.exit;
    let mut elsewhere = false;
    for destination in &wanted.output {
        elsewhere |= destination.format.is_none();
        let format = destination.format.unwrap_or(wanted.format);
        let written = match written(run, format, crate::diag::Style::PLAIN, output) {
            Ok(text) => output.file(&destination.path, &text),
            Err(bug) => bug,
        };
        if !written && exit == Exit::Met {
            exit = Exit::Undecided;
        }
    }
    if !elsewhere {
        match written(run, wanted.format, output.data_style(), output) {
            Ok(text) => output.data(&text),
            Err(_) => exit = Exit::Bug,
        }
    }
    exit
}

/// The report in a form. A report that is no JSON would be a bug of ours; it is said, and the error is `false`.
fn written(
    run: &CheckRun,
    format: args::Format,
    style: crate::diag::Style,
    output: &mut Output<'_>,
) -> Result<String, bool> {
    let excerpt = |path: &str, line: u32| run.excerpts.get(&(path.into(), line)).cloned();
    let said = Said {
        report: &run.report,
        exit: run.exit,
        places: &run.places,
        excerpt: &excerpt,
        options: human::Options { style, verbose: output.verbose(), quiet: output.quiet() },
    };
    format.0.render(&said).map_err(|error| {
        output.error(&format!("this is a bug in attest: the report is not JSON: {error}"), None);
        false
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use super::say;
    use crate::base::source::SourceMap;
    use crate::base::span::Span;
    use crate::base::system::{MemorySystem, System};
    use crate::cli::args::{Report as Wanted, Talk};
    use crate::cli::output::Output;
    use crate::diag::{Diagnostic, codes};
    use crate::report::model::{Package, Subject};
    use crate::report::{Exit, Places, Report};
    use crate::session::CheckRun;

    /// What a run with a warning prints, and where.
    fn said(system: &MemorySystem, format: &str, output: &[&str], quiet: bool) -> (u8, String, String) {
        let mut sources = SourceMap::new();
        let source = sources.add("a.attest", "edition 1\n");
        let diagnostics = vec![Diagnostic::new(codes::DANGLING_DOC, Span::new(source, 0, 7), "a made-up warning")];
        let report = Report::uncompiled(Subject::default(), Package::default(), Vec::new());
        let run = CheckRun {
            exit: Exit::Usage,
            report,
            sources,
            diagnostics,
            excerpts: BTreeMap::new(),
            places: Places::default(),
            tier2: None,
        };
        let output: Vec<_> = output.iter().map(|text| text.parse().expect("a destination")).collect();
        let wanted = Wanted { format: format.parse().expect("a format"), output };
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut printer = Output::new(system, &mut stdout, &mut stderr);
        printer.configure(&Talk { quiet, ..Talk::default() });
        let exit = say(&run, &wanted, &mut printer);
        let exit = printer.finish(exit);
        (exit.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }

    #[test]
    fn data_and_talk_go_their_ways() {
        let system = MemorySystem::new();
        let (exit, data, talk) = said(&system, "human", &[], false);
        assert_eq!((exit, data.as_str()), (2, "the rules do not compile  |  exit 2\n"));
        assert!(talk.starts_with("warning[AT1014]: a made-up warning\n"), "{talk}");
        let (_, data, talk) = said(&system, "json", &[], true);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&data).unwrap()["decision"], serde_json::Value::Null);
        assert_eq!(talk, "", "-q keeps quiet about warnings");
    }

    #[test]
    fn reports_are_written_to_files() {
        let system = MemorySystem::new();
        let (_, data, _) = said(&system, "human", &["json=out.json"], true);
        assert!(data.contains("exit 2"), "a file with a format is written beside standard output");
        let json = system.read(Path::new("out.json"), 1 << 20).expect("the file is written");
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&json).unwrap()["schemaVersion"], 1);
        let (_, data, _) = said(&system, "human", &["./a=b"], true);
        assert_eq!(data, "", "a file without a format takes the place of standard output");
        assert!(system.read(Path::new("./a=b"), 1 << 20).is_ok());
    }
}
