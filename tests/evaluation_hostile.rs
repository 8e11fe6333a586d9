//! Rules and targets that mean harm, or are only too large: every one ends, in bounded time and memory, in an `error` that
//! names the limit; never in a pass, never in a panic.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use attest::base::literal::RelPath;
use attest::base::system::{MemorySystem, System};
use attest::engine::{self, Evaluated, Options};
use attest::facts::store::Settings;
use attest::session::{self, CheckOptions, CheckRun};
use attest::target::{Identity, Listing, Lookup, MemoryTarget, Target, TargetError};
use attest::verdict::Outcome;

fn check(rules: &str, files: &[(&str, Vec<u8>)]) -> CheckRun {
    let mut system = MemorySystem::new().with_file("rules.attest", rules);
    for (path, bytes) in files {
        system = system.with_file(format!("code/{path}"), bytes.clone());
    }
    let system: Arc<dyn System> = Arc::new(system);
    let mut options = CheckOptions { paths: vec![PathBuf::from("rules.attest")], ..CheckOptions::default() };
    options.target.root = Some(PathBuf::from("code"));
    session::check(&system, &options, None).unwrap()
}

/// The one assertion is an error that says `words`.
fn errors(run: &CheckRun, words: &str) {
    let errors: Vec<_> = run.diagnostics.iter().filter(|it| it.severity == attest::diag::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let [assertion] = run.report.assertions.as_slice() else { panic!("{:?}", run.report) };
    assert_eq!(assertion.outcome, Outcome::Error, "{:?}", assertion.tier1);
    assert!(assertion.tier1.message.contains(words), "{:?}", assertion.tier1);
}

#[test]
fn checks_that_double() {
    let mut rules = String::from("edition 1\ncheck c0(n: Int) { holds: any f in files(\"a\") where f.size > n }\n");
    for at in 1..60 {
        let before = at - 1;
        writeln!(rules, "check c{at}(n: Int) {{ holds: c{before}(n: n) && c{before}(n: n) }}").unwrap();
    }
    rules.push_str("assert a: c59(n: 1)\n");
    let started = Instant::now();
    errors(&check(&rules, &[("a", Vec::new())]), "more than 200000 expressions");
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn checks_that_nest() {
    let mut rules = String::from("edition 1\ncheck c0(n: Int) { holds: any f in files(\"a\") where f.size > n }\n");
    for at in 1..5000 {
        let before = at - 1;
        writeln!(rules, "check c{at}(n: Int) {{ holds: !c{before}(n: n) }}").unwrap();
    }
    rules.push_str("assert a: c4999(n: 1)\n");
    errors(&check(&rules, &[("a", Vec::new())]), "more than 200 expressions deep");
}

#[test]
fn nesting_up_to_the_limit_has_room_on_the_stack() {
    let mut rules = String::from("edition 1\ncheck c0(n: Int) { holds: any f in files(\"a\") where f.size >= n }\n");
    for at in 1..60 {
        let before = at - 1;
        writeln!(rules, "check c{at}(n: Int) {{ holds: any f{at} in files(\"a\") {{ c{before}(n: n) }} }}").unwrap();
    }
    rules.push_str("assert a: c59(n: 0)\n");
    let run = check(&rules, &[("a", Vec::new())]);
    assert_eq!(run.report.assertions[0].outcome, Outcome::Pass, "{:?}", run.report.assertions[0].tier1);
    let deep = format!(
        "edition 1\nassert a: any f in files(\"a\") where {}f.size == 0{}\n",
        "!(".repeat(120),
        ")".repeat(120)
    );
    assert_eq!(check(&deep, &[("a", Vec::new())]).report.assertions[0].outcome, Outcome::Pass);
    let mut nested = String::from("edition 1\nassert a: ");
    for at in 0..100 {
        write!(nested, "any f{at} in files(\"a\") {{ ").unwrap();
    }
    nested.push_str("1 == 1");
    nested.push_str(&" }".repeat(100));
    nested.push('\n');
    assert_eq!(check(&nested, &[("a", Vec::new())]).report.assertions[0].outcome, Outcome::Pass);
}

/// Every level passes on twice what it was given.
fn doubled(ty: &str, first: &str, last: &str) -> String {
    let mut rules = format!("edition 1\ncheck c0(x: {ty}) {{ holds: {last} }}\n");
    for at in 1..45 {
        let before = at - 1;
        writeln!(rules, "check c{at}(x: {ty}) {{ holds: c{before}(x: x + x) }}").unwrap();
    }
    writeln!(rules, "assert a: c44(x: {first})").unwrap();
    rules
}

#[test]
fn values_that_double() {
    errors(&check(&doubled("List<Int>", "[1, 2]", "size(x) == 0"), &[("a", Vec::new())]), "more than 1000000 items");
    errors(&check(&doubled("Text", "\"ab\"", "size(x) == 0"), &[("a", Vec::new())]), "more than 200000000 steps");
}

#[test]
fn a_regex_that_searches_to_the_end_again_and_again() {
    let rules = "edition 1\nassert a: every m in matches(\"a.txt\", \".*[^A-Z]|[A-Z]\") { m.text == \"A\" }\n";
    let started = Instant::now();
    errors(&check(rules, &[("a.txt", vec![b'A'; 1 << 20])]), "matches, and the rest is not looked at");
    assert!(started.elapsed().as_secs() < 120);
}

#[test]
fn more_matches_than_are_looked_at() {
    let mut text = vec![b'a'; 20_000];
    text.push(b'b');
    let rules = |assertion: &str| format!("edition 1\nassert a: {assertion}\n");
    let every = rules("every m in matches(\"a.txt\", \"[ab]\") { m.text == \"a\" }");
    errors(&check(&every, &[("a.txt", text.clone())]), "more than 10000 matches");
    let no = rules("no m in matches(\"a.txt\", \"[ab]\") where m.text == \"b\"");
    errors(&check(&no, &[("a.txt", text.clone())]), "more than 10000 matches");
    let any = rules("any m in matches(\"a.txt\", \"[ab]\") where m.text == \"b\"");
    errors(&check(&any, &[("a.txt", text.clone())]), "more than 10000 matches");
    let size = rules("matches(\"a.txt\", \"[ab]\").size() == 10000");
    errors(&check(&size, &[("a.txt", text.clone())]), "more than 10000 matches");
    let found = rules("any m in matches(\"a.txt\", \"[ab]\")");
    assert_eq!(check(&found, &[("a.txt", text)]).report.assertions[0].outcome, Outcome::Pass);
}

#[test]
fn a_line_of_thirty_megabytes() {
    let mut line = vec![b'x'; 30 << 20];
    line.extend_from_slice(b"eval(y)");
    for (name, outcome) in [("a.txt", Outcome::Fail), ("a.py", Outcome::Fail)] {
        let rules = format!("edition 1\nassert a: no m in matches(\"{name}\", \"eval\")\n");
        let run = check(&rules, &[(name, line.clone())]);
        let [assertion] = run.report.assertions.as_slice() else { panic!("one assertion") };
        assert_eq!(assertion.outcome, outcome);
        assert_eq!(assertion.tier1.findings[0].location.column, (30 << 20) + 1);
    }
    let rules = "edition 1\nassert a: no c in calls(\"a.py\") where c.calls(\"exec\")\n";
    let run = check(rules, &[("a.py", line)]);
    assert_ne!(run.report.assertions[0].outcome, Outcome::Waived);
    let over = check("edition 1\nassert a: no m in matches(\"a.txt\", \"eval\")\n", &[("a.txt", vec![b'x'; 33 << 20])]);
    errors(&over, "a.txt");
}

/// A target whose files are listed, and gone when they are read.
#[derive(Debug)]
struct Vanishing(MemoryTarget);

impl Target for Vanishing {
    fn files(&self) -> Result<&Listing, TargetError> {
        self.0.files()
    }

    fn lookup(&self, path: &RelPath) -> Result<Lookup, TargetError> {
        self.0.lookup(path)
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, TargetError> {
        Err(TargetError::Missing { path: path.to_owned() })
    }

    fn identity(&self) -> Result<&Identity, TargetError> {
        self.0.identity()
    }
}

fn judged(rules: &str, target: &dyn Target) -> Vec<Evaluated> {
    let system: Arc<dyn System> = Arc::new(MemorySystem::new().with_file("rules.attest", rules));
    let request = session::Request { paths: vec![PathBuf::from("rules.attest")], ..session::Request::default() };
    let compiled = session::pipeline::compile(&*system, &request, false).unwrap();
    assert!(compiled.is_sound(), "{:?}", compiled.diagnostics);
    let plan = attest::ir::lower(&compiled.package, &compiled.sources);
    let at = "2027-01-01T00:00:00Z".parse().unwrap();
    let options = Options { at, changed: None, component: None, settings: Settings::default() };
    let store = engine::open_store(&plan, target, &options);
    engine::evaluate(&plan, &store, &options, None).outcomes
}

#[test]
fn files_that_are_gone_when_they_are_read() {
    let assertions = [
        "pattern_absent(file: \"src/**\", pattern: \"x+\")",
        "pattern_matches(file: \"src/a.py\", pattern: \"x+\")",
        "no c in calls(\"src/**\") where c.calls(\"eval\")",
        "no c in calls(\"bin/*\") where c.calls(\"eval\")",
        "no c in calls(\"conf/a.json\") where c.calls(\"eval\")",
        "!functions(\"src/**\").exists(f, f.name == \"x\")",
        "functions(\"src/a.py\").size() == 0",
        "no c in config(\"conf/*.json\") where c.has(\"a\")",
        "no s in secrets(\"src/**\")",
        "no h in headers(\"src/**\") where h.is_named(\"X\")",
        "no d in dependencies(\"requirements.txt\") where d.is(\"x\")",
        "no t in test_results(\"report.xml\") where t.status == failed",
        "no e in env_vars(\"src/**\")",
        "file_hash(file: \"src/a.py\", hash: \"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\")",
        "every f in functions(\"src/**\") { f.is_async }",
        "any f in functions(\"src/**\")",
    ];
    let mut rules = String::from("edition 1\n");
    for (at, assertion) in assertions.iter().enumerate() {
        writeln!(rules, "assert a{at:02}: {assertion}").unwrap();
    }
    let paths = ["src/a.py", "src/tool", "bin/run", "conf/a.json", "requirements.txt", "report.xml"];
    let target = Vanishing(MemoryTarget::new(paths.map(|path| (path, &b"x = 1"[..]))));
    for (assertion, outcome) in assertions.iter().zip(judged(&rules, &target)) {
        assert_eq!(outcome.outcome, Outcome::Error, "{assertion}: {}", outcome.tier1.message);
    }
}

#[test]
fn content_that_is_no_text_is_never_an_absence() {
    let target = MemoryTarget::new([
        ("a.txt", &b"\xff\xfe\x00"[..]),
        ("b.txt", b"a\0b"),
        ("c.py", b"\xc3\x28"),
        ("d.json", b"{\"a\": \xff}"),
    ]);
    let mut rules = String::from("edition 1\n");
    for (at, name) in ["a.txt", "b.txt", "c.py", "d.json", "*.txt", "*"].iter().enumerate() {
        writeln!(rules, "assert a{at}: pattern_absent(file: \"{name}\", pattern: \"x+\")").unwrap();
    }
    rules.push_str("assert b: no c in calls(\"c.py\") where c.calls(\"eval\")\n");
    rules.push_str("assert c: no c in config(\"d.json\") where c.has(\"b\")\n");
    for outcome in judged(&rules, &target) {
        assert_eq!(outcome.outcome, Outcome::Error, "{}", outcome.tier1.message);
    }
}
