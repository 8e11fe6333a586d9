//! Every rule of results in the language itself: each `tests/language/*.attest` is a package whose tests must hold.
#![expect(clippy::disallowed_methods, reason = "the cases are files")]
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::path::PathBuf;
use std::sync::Arc;

use attest::base::system::{MemorySystem, OsSystem, System};
use attest::session::{self, TestOptions};

fn cases() -> Vec<PathBuf> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/language");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "attest"));
    paths.sort();
    paths
}

#[test]
fn the_language_keeps_its_laws() {
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let mut wrong = Vec::new();
    let mut expects = 0;
    for path in cases() {
        expects += std::fs::read_to_string(&path).unwrap().matches("  expect: ").count();
        let run = session::test(&system, &TestOptions { paths: vec![path.clone()], ..TestOptions::default() }).unwrap();
        for diagnostic in run.diagnostics.iter().filter(|it| it.severity == attest::diag::Severity::Error) {
            wrong.push(format!(
                "{}: {:?} {}",
                path.display(),
                run.sources.text(diagnostic.primary.span),
                diagnostic.message
            ));
        }
        for test in run.tests.iter().filter(|test| !test.passed) {
            wrong.push(format!("{}:{} {}\n{}", path.display(), test.source.line, test.name, test.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(expects >= 60, "{expects} expectations");
}

#[test]
fn a_wrong_expectation_is_found() {
    let rules = r#"
edition 1
check some(scope: Files) { holds: any f in functions(scope) }
test "t" {
  file "a.py": "def f(): ..."
  file "b.py": ""
  expect: some(scope: "a.py") fails
  expect: some(scope: "b.py") passes
  expect: some(scope: "c.py") fails
  expect: some(scope: "a.py") passes at "a.py":2
}
"#;
    let system: Arc<dyn System> = Arc::new(MemorySystem::new().with_file("rules.attest", rules));
    let options = TestOptions { paths: vec![PathBuf::from("rules.attest")], ..TestOptions::default() };
    let run = session::test(&system, &options).unwrap();
    let [test] = run.tests.as_slice() else { panic!("one test") };
    assert!(!test.passed);
    assert_eq!(test.message.lines().count(), 4, "{}", test.message);
}

#[test]
fn a_question_in_a_test_says_that_nobody_was_asked() {
    let rules = r#"
edition 1
check asked(file: Files) { ask: "Is it right?" }
test "t" {
  file "a.py": "x = 1"
  expect: asked(file: "a.py") passes
}
"#;
    let system: Arc<dyn System> = Arc::new(MemorySystem::new().with_file("rules.attest", rules));
    let options = TestOptions { paths: vec![PathBuf::from("rules.attest")], ..TestOptions::default() };
    let run = session::test(&system, &options).unwrap();
    let [test] = run.tests.as_slice() else { panic!("one test") };
    assert!(
        test.message.ends_with("should pass, but is error: the check is a question only, and no judge was asked"),
        "{}",
        test.message
    );
}
