//! The command line over a made-up session: what is printed where, what is written, and how it ends.

use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Write};
use std::path::Path;

use attest::base::source::SourceMap;
use attest::base::span::Span;
use attest::base::system::{MemorySystem, System};
use attest::decide::{DeclaredCodes, Level, Policy};
use attest::diag::{Diagnostic, codes};
use attest::report::model::{Package, Subject};
use attest::report::{Exit, Report};
use attest::session::options::{
    AssertOptions, CheckOptions, CheckRun, DumpOptions, DumpRun, Failure, Session, TestOptions, TestRun,
};

/// Judges nothing, and says whether it understood.
struct Fake;

fn run_of(sources: SourceMap, diagnostics: Vec<Diagnostic>) -> CheckRun {
    let policy =
        Policy::compile("p", "package attest.gate\ndecision := {\"level\": \"evidence-grade\", \"denials\": []}");
    let decision =
        policy.unwrap().weigh(&serde_json::json!({}), "default", Level::EvidenceGrade, &DeclaredCodes::default());
    let report =
        Report::new(Subject::default(), Package::default(), Vec::new(), Vec::new(), Some(decision), Vec::new());
    CheckRun { exit: Exit::of(&report, false), report, sources, diagnostics, excerpts: BTreeMap::new() }
}

impl Session for Fake {
    fn check(&self, _: &dyn System, options: &CheckOptions) -> Result<CheckRun, Failure> {
        if options.paths == [Path::new("missing")] {
            let help = Some("name a package".to_owned());
            return Err(Failure { message: "`missing` does not exist".to_owned(), help, exit: Exit::Usage });
        }
        let mut sources = SourceMap::new();
        let source = sources.add("a.attest", "edition 1\n");
        let mut warning = Diagnostic::new(codes::DANGLING_DOC, Span::new(source, 0, 7), "a made-up warning");
        warning.severity = attest::diag::Severity::Warning;
        let mut run = run_of(sources, vec![warning]);
        if options.gate.require_level == Some(Level::HighAssurance) {
            assert_eq!(options.gate.at.unwrap().to_string(), "2026-11-21T00:00:00Z");
            assert_eq!(options.target.root.as_deref(), Some(Path::new("src")));
            run.exit = Exit::Met;
        }
        Ok(run)
    }

    fn assert(&self, _: &dyn System, options: &AssertOptions) -> Result<CheckRun, Failure> {
        assert_eq!(options.check, "file_exists");
        assert_eq!(options.arguments, [("file".to_owned(), "a=b".to_owned())]);
        Ok(run_of(SourceMap::new(), Vec::new()))
    }

    fn test(&self, _: &dyn System, _: &TestOptions) -> Result<TestRun, Failure> {
        let (tests, diagnostics) = (Vec::new(), Vec::new());
        Ok(TestRun { tests, sources: SourceMap::new(), diagnostics, exit: Exit::Usage })
    }

    fn dump(&self, _: &dyn System, _: &DumpOptions) -> Result<DumpRun, Failure> {
        let (sources, diagnostics) = (SourceMap::new(), Vec::new());
        Ok(DumpRun { json: "{}".to_owned(), sources, diagnostics, exit: Exit::Met })
    }
}

fn attest(system: &MemorySystem, line: &str) -> (u8, String, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["attest"].into_iter().chain(line.split_whitespace()).map(Into::into);
    let exit = attest::cli::run(arguments, &Fake, system, &mut stdout, &mut stderr);
    (exit.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn data_and_talk_go_their_ways() {
    let system = MemorySystem::new();
    let (exit, data, talk) = attest(&system, "check");
    assert_eq!(exit, 3, "nothing ran");
    assert_eq!(data, "no assertion  |  level evidence-grade (evidence-grade required)  |  exit 3\n");
    assert!(talk.starts_with("warning[AT1014]: a made-up warning\n"), "{talk}");
    let (_, data, talk) = attest(&system, "check -q --format json");
    assert!(serde_json::from_str::<serde_json::Value>(&data).is_ok(), "{data}");
    assert_eq!(talk, "", "-q keeps quiet about warnings");
}

#[test]
fn flags_reach_the_session() {
    let line = "check --require-level high-assurance --at 2026-11-21 --root src -q";
    assert_eq!(attest(&MemorySystem::new(), line).0, 0);
    assert_eq!(attest(&MemorySystem::new(), "assert file_exists file=a=b").0, 3);
    assert_eq!(attest(&MemorySystem::new(), "dump plan"), (0, "{}\n".to_owned(), String::new()));
    assert_eq!(attest(&MemorySystem::new(), "test").0, 2);
}

#[test]
fn reports_are_written_to_files() {
    let system = MemorySystem::new();
    let (_, data, _) = attest(&system, "check -o json=out.json -q");
    assert!(data.contains("exit 3"), "a named format is written too");
    let json = system.read(Path::new("out.json"), 1 << 20).expect("the file is written");
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&json).unwrap()["schemaVersion"], 1);
    let (_, data, _) = attest(&system, "check -q -o ./a=b");
    assert_eq!(data, "", "without a format, instead of standard output");
    assert!(system.read(Path::new("./a=b"), 1 << 20).is_ok());
}

#[test]
fn usage_errors_say_what_there_is() {
    let system = MemorySystem::new();
    for (line, part) in [
        ("check --format sarif", "this version does not write `sarif`, it writes `human` and `json`"),
        ("check --format jsno", "there is no format `jsno`, did you mean `json`?"),
        ("check -o sarfi=out", "there is no format `sarfi`"),
        ("check -o json=", "the file's name is missing"),
        ("check --require-level policy-grad", "did you mean `policy-grade`?"),
        ("check --at tomorrow", "write it like `2026-11-21T12:00:00Z`"),
        ("check --nosuch", "--nosuch"),
        ("check -q -v", "cannot be used with"),
        ("assert file_exists file", "write it like `name=value`"),
        ("chekc", "check"),
        ("schema reprot", "did you mean `report`?"),
        ("explain unkown-name", "did you mean `unknown-name`?"),
        ("check missing", "`missing` does not exist"),
        ("", "Usage: attest"),
    ] {
        let (exit, data, talk) = attest(&system, line);
        assert_eq!((exit, data.as_str()), (2, ""), "`{line}`: {talk}");
        assert!(talk.contains(part), "`{line}` says {talk}");
    }
}

#[test]
fn codes_schemas_and_completions_are_printed() {
    let system = MemorySystem::new();
    for (line, part) in [
        ("explain AT1021", "AT1021 minus-without-spaces\n"),
        ("explain unknown-name", "AT2003 unknown-name\n"),
        ("explain assertion_failed", "assertion_failed (failure code 220)\n"),
        ("schema report", "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""),
        ("schema", "decision-input"),
        ("completions bash", "complete -F _attest"),
        ("completions fish", "attest"),
        ("--version", "attest 0."),
        ("--help", "Exit codes: 0 gate met"),
        ("check --help", "--require-level"),
    ] {
        let (exit, data, talk) = attest(&system, line);
        assert_eq!((exit, talk.as_str()), (0, ""), "`{line}`");
        assert!(data.contains(part), "`{line}` prints {data}");
        assert!(data.lines().all(|l| l.chars().count() <= 100) || line.starts_with(['s', 'c']), "`{line}` is too wide");
    }
}

#[test]
fn colour_obeys_the_environment() {
    let colored = |system: &MemorySystem, flags: &str| attest(system, &format!("check {flags}")).1.contains('\u{1b}');
    assert!(!colored(&MemorySystem::new(), ""));
    assert!(colored(&MemorySystem::new(), "--color always"));
    assert!(colored(&MemorySystem::new().with_terminal(), ""));
    assert!(!colored(&MemorySystem::new().with_terminal(), "--color never"));
    assert!(!colored(&MemorySystem::new().with_terminal().with_env("NO_COLOR", "1"), ""));
    assert!(colored(&MemorySystem::new().with_terminal().with_env("NO_COLOR", ""), ""));
    assert!(!colored(&MemorySystem::new().with_terminal().with_env("TERM", "dumb"), ""));
    assert!(colored(&MemorySystem::new().with_env("CLICOLOR_FORCE", "1"), ""));
    assert!(!colored(&MemorySystem::new().with_env("CLICOLOR_FORCE", "0"), ""));
    assert!(colored(&MemorySystem::new().with_env("NO_COLOR", "1"), "--color always"));
}

/// A stream that takes nothing.
struct Closed(ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> Result<usize, Error> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

#[test]
fn a_reader_who_leaves_is_no_error_and_a_full_disk_is_one() {
    let run = |kind| {
        let mut stderr = Vec::new();
        let arguments = ["attest", "completions", "bash"].map(Into::into);
        let exit = attest::cli::run(arguments, &Fake, &MemorySystem::new(), &mut Closed(kind), &mut stderr);
        (exit.code(), String::from_utf8(stderr).unwrap())
    };
    assert_eq!(run(ErrorKind::BrokenPipe), (0, String::new()));
    let (exit, talk) = run(ErrorKind::StorageFull);
    assert_eq!(exit, 3);
    assert!(talk.starts_with("error: standard output cannot be written"), "{talk}");
}
