//! The command line as far as it needs no rules: usage errors, lists, colours and streams. How a run is said is tested
//! beside `check`.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]
#![cfg_attr(unix, expect(clippy::disallowed_methods, reason = "a test makes its own files"))]

use std::io::{Error, ErrorKind, Write};
use std::sync::Arc;

use attest::base::system::{MemorySystem, System};

fn attest(system: MemorySystem, line: &str) -> (u8, String, String) {
    let system: Arc<dyn System> = Arc::new(system);
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["attest"].into_iter().chain(line.split_whitespace()).map(Into::into);
    let exit = attest::cli::run(arguments, &system, &mut stdout, &mut stderr);
    (exit.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn usage_errors_say_what_there_is() {
    for (line, part) in [
        ("check --format serif", "there is no format `serif`, did you mean `sarif`?"),
        ("check --format pdf", "the formats are human, json, jsonl, sarif, junit, markdown, html, github"),
        ("check --format jsno", "there is no format `jsno`, did you mean `json`?"),
        ("check -o sarfi=out", "there is no format `sarfi`, did you mean `sarif`?"),
        ("test --format sarif", "[possible values: human, json]"),
        ("check -o json=", "the file's name is missing"),
        ("check --require-level policy-grad", "did you mean `policy-grade`?"),
        ("check --at tomorrow", "write it like `2026-11-21T12:00:00Z`"),
        ("check --nosuch", "--nosuch"),
        ("check -q -v", "cannot be used with"),
        ("assert file_exists file", "write it like `name=value`"),
        ("chekc", "check"),
        ("schema reprot", "did you mean `report`?"),
        ("explain unkown-name", "did you mean `unknown-name`?"),
        ("", "Usage: attest"),
    ] {
        let (exit, data, talk) = attest(MemorySystem::new(), line);
        assert_eq!((exit, data.as_str()), (2, ""), "`{line}`: {talk}");
        assert!(talk.contains(part), "`{line}` says {talk}");
    }
}

#[test]
fn codes_schemas_and_completions_are_printed() {
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
        ("check --help", "- sarif:    SARIF 2.1.0, for code scanning and editors"),
        ("completions bash", "human json jsonl sarif junit markdown html github"),
        ("schema report-line", "\"kind\""),
    ] {
        let (exit, data, talk) = attest(MemorySystem::new(), line);
        assert_eq!((exit, talk.as_str()), (0, ""), "`{line}`");
        assert!(data.contains(part), "`{line}` prints {data}");
        assert!(data.lines().all(|l| l.chars().count() <= 100) || line.starts_with(['s', 'c']), "`{line}` is too wide");
    }
}

#[test]
fn colour_obeys_the_environment() {
    let colored =
        |system: MemorySystem, flags: &str| attest(system, &format!("explain AT1001 {flags}")).1.contains('\u{1b}');
    let terminal = || MemorySystem::new().with_terminal();
    assert!(!colored(MemorySystem::new(), ""));
    assert!(colored(MemorySystem::new(), "--color always"));
    assert!(colored(terminal(), ""));
    assert!(!colored(terminal(), "--color never"));
    assert!(!colored(terminal().with_env("NO_COLOR", "1"), ""));
    assert!(colored(terminal().with_env("NO_COLOR", ""), ""));
    assert!(!colored(terminal().with_env("TERM", "dumb"), ""));
    assert!(colored(MemorySystem::new().with_env("CLICOLOR_FORCE", "1"), ""));
    assert!(!colored(MemorySystem::new().with_env("CLICOLOR_FORCE", "0"), ""));
    assert!(colored(MemorySystem::new().with_env("NO_COLOR", "1"), "--color always"));
}

/// Services look files up from where attest runs; nobody else's directories are told.
#[test]
fn files_are_named_from_where_attest_runs() {
    let rules = "edition 1\nassert there: file_exists(file: \"nowhere\")\nassert no_eval: pattern_absent(file: \"a.py\", pattern: \"eval\")\n";
    let system = || {
        let files = [
            ("/svc/a.py", "eval(x)\n"),
            ("/policy/a.attest", rules),
            ("/policy/attest.toml", "[target]\nroot = \"../svc\"\n"),
        ];
        files.into_iter().fold(MemorySystem::new(), |system, (path, text)| system.with_file(path, text))
    };
    for (line, place) in [
        ("check policy --format github", "::error file=svc/a.py,line=1,"),
        ("check /policy --format github", "::error file=svc/a.py,line=1,"),
        ("check /policy --format github", "::error file=policy/a.attest,line=2,"),
        ("check policy/a.attest --root svc --format github", "::error file=policy/a.attest,line=2,"),
        ("check policy/a.attest --root ../elsewhere/../svc --format github", "::error file=a.py,line=1,"),
        ("check policy --format sarif", "\"uri\": \"svc/a.py\""),
        ("check policy --format junit", "file=\"svc/a.py\" line=\"1\""),
        ("check policy --format markdown", "- `a.py:1:1`"),
        ("check policy --format html", "<li><code>a.py:1:1</code>"),
        (
            "check policy --format jsonl",
            "{\"kind\":\"summary\",\"pass\":0,\"fail\":2,\"error\":0,\"skip\":0,\"waived\":0,\"exit\":1}",
        ),
        ("assert file_exists file=nowhere --root svc --format sarif", "\"uri\": \".\""),
    ] {
        let (exit, data, talk) = attest(system(), line);
        assert_eq!((exit, talk.as_str()), (1, ""), "`{line}`: {data}");
        assert!(data.contains(place), "`{line}` prints {data}");
    }
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
        let system: Arc<dyn System> = Arc::new(MemorySystem::new());
        let mut stderr = Vec::new();
        let arguments = ["attest", "completions", "bash"].map(Into::into);
        let exit = attest::cli::run(arguments, &system, &mut Closed(kind), &mut stderr);
        (exit.code(), String::from_utf8(stderr).unwrap())
    };
    assert_eq!(run(ErrorKind::BrokenPipe), (0, String::new()));
    let (exit, talk) = run(ErrorKind::StorageFull);
    assert_eq!(exit, 3);
    assert!(talk.starts_with("error: standard output cannot be written"), "{talk}");
}

/// A rule that is not read is a rule that silently passes.
#[cfg(unix)]
#[test]
fn no_rule_file_is_passed_over() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let check = |directory: &std::path::Path| {
        let system: Arc<dyn System> = Arc::new(attest::base::system::OsSystem);
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let arguments = ["attest".into(), "check".into(), directory.into(), "--root".into(), directory.into()];
        let exit = attest::cli::run(arguments, &system, &mut stdout, &mut stderr);
        (exit.code(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
    };
    let passing = "edition 1\nassert there: file_exists(file: \"a.attest\")\n";
    let failing = "edition 1\nassert absent: file_exists(file: \"nowhere\")\n";

    let odd = tempfile::tempdir().unwrap();
    std::fs::write(odd.path().join("a.attest"), passing).unwrap();
    assert_eq!(check(odd.path()).0, 0);
    std::fs::write(odd.path().join(OsStr::from_bytes(b"b\xFF.attest")), failing).unwrap();
    let (exit, said) = check(odd.path());
    assert!(exit == 1 && said.contains("absent"), "{exit}: {said}");

    let linked = tempfile::tempdir().unwrap();
    std::fs::write(linked.path().join("a.attest"), passing).unwrap();
    std::fs::write(linked.path().join("rules.txt"), failing).unwrap();
    std::os::unix::fs::symlink("rules.txt", linked.path().join("b.attest")).unwrap();
    let (exit, said) = check(linked.path());
    assert!(exit == 2 && said.contains("`b.attest` is no regular file"), "{exit}: {said}");
}
