//! What a run says: a sample report as text and as JSON, side by side with what is wanted (`ATTEST_BLESS=1` rewrites), and
//! the table of exit codes.
#![expect(clippy::disallowed_methods, reason = "the wanted reports are files")]
#![expect(clippy::expect_used, reason = "a failure here is a failed test")]

use std::sync::Arc;

use attest::decide::{Decision, DeclaredCodes, Level, Policy};
use attest::diag::Style;
use attest::report::model::{
    Assertion, Control, ControlStatus, Facets, Package, Source, Subject, Tier1, Waiver, WaiverState,
};
use attest::report::{Exit, Report, human, json};
use attest::verdict::{Finding, Location, Outcome};

fn assertion(id: &str, control: Option<&str>, outcome: Outcome) -> Assertion {
    Assertion {
        id: id.to_owned(),
        check: Some("function_calls".to_owned()),
        control: control.map(str::to_owned),
        outcome,
        tier1: Tier1 { outcome, message: String::new(), findings: Vec::new() },
        tier2: None,
        covers: vec!["signature".to_owned()],
        waiver: None,
        source: Some(Source { path: "rules/jwt.attest".into(), line: 5, column: 3 }),
    }
}

fn finding(path: &str, line: u32, column: u32, end_column: u32, message: &str) -> Finding {
    let location = Location { path: Arc::from(path), line, column, end_line: line, end_column };
    Finding { location, message: message.to_owned() }
}

fn waiver(state: WaiverState) -> Waiver {
    Waiver {
        state,
        until: "2026-10-01".to_owned(),
        by: "security@acme.example".to_owned(),
        because: "the legacy admin pages are removed in Q1".to_owned(),
        at: Some("app/routes/legacy_*.py".to_owned()),
        ticket: Some("SEC-4411".to_owned()),
    }
}

fn control(id: &str, title: &str, status: ControlStatus) -> Control {
    let facets = Facets { covered: vec!["signature".to_owned()], missing: vec!["expiry".to_owned()] };
    Control {
        id: id.to_owned(),
        title: title.to_owned(),
        severity: Some("high".to_owned()),
        status,
        facets,
        mitigates: Vec::new(),
        satisfies: Vec::new(),
    }
}

/// A decision as the given policy gives it; the input plays no part.
fn decided(answer: &str) -> Decision {
    let policy = Policy::compile("p.rego", &format!("package attest.gate\ndecision := {answer}")).expect("it compiles");
    policy.weigh(&serde_json::json!({}), "default", Level::EvidenceGrade, &DeclaredCodes::default())
}

const NOT_MET: &str = r#"{"level": null, "denials": [
    {"code": "assertion_failed", "subject": "shop/JWT/decodes", "message": "`verify_token` never calls `jwt.decode`"},
    {"code": "assertion_undecided", "subject": "shop/TLS/floor", "message": "`deploy/a.toml` cannot be read"},
    {"code": "waiver_expired", "subject": "shop/JWT/routes", "message": "the waiver held until 2026-10-01"},
    {"code": "subject_dirty", "subject": "tree", "message": "the tree has changes that no commit holds"}]}"#;

fn sample() -> Report {
    let mut decodes = assertion("shop/JWT/decodes", Some("shop/JWT"), Outcome::Fail);
    decodes.tier1.message = String::from("`verify_token` never calls `jwt.decode`");
    decodes.tier1.findings = vec![
        finding("app/auth.py", 12, 5, 17, "`verify_token` is defined here"),
        finding("app/\u{1b}[31mevil\n.py", 1, 1, 1, "a hostile\u{202e} name"),
    ];
    let mut routes = assertion("shop/JWT/routes", Some("shop/JWT"), Outcome::Fail);
    routes.check = None;
    routes.tier1.message = String::from("2 routes lack the guard");
    routes.tier1.findings = (1..=12).map(|line| finding("app/routes.py", line, 1, 4, "no guard")).collect();
    routes.waiver = Some(waiver(WaiverState::Expired));
    let mut floor = assertion("shop/TLS/floor", Some("shop/TLS"), Outcome::Error);
    floor.tier1.message = String::from("`deploy/a.toml` cannot be read");
    let mut legacy = assertion("shop/OLD/legacy", Some("shop/OLD"), Outcome::Waived);
    legacy.tier1.outcome = Outcome::Fail;
    legacy.tier1.message = String::from("the legacy page has no guard");
    legacy.waiver = Some(waiver(WaiverState::Live));
    let mut stale = assertion("shop/OLD/stale", Some("shop/OLD"), Outcome::Pass);
    stale.waiver = Some(waiver(WaiverState::Stale));
    let subject = Subject {
        repo: Some("https://git.example/acme/shop".to_owned()),
        commit: Some("4b825dc642cb6eb9a060e54bf8d69288fbee4904".to_owned()),
        tree: Some("sha256:aa".to_owned()),
        dirty: true,
    };
    let package = Package { name: Some("shop".to_owned()), digest: Some("sha256:bb".to_owned()) };
    Report::new(
        subject,
        package,
        vec![
            routes,
            decodes,
            floor,
            legacy,
            stale,
            assertion("shop/loose", None, Outcome::Pass),
            assertion("shop/JWT/signs", Some("shop/JWT"), Outcome::Pass),
            assertion("shop/TLS/skipped", Some("shop/TLS"), Outcome::Skip),
        ],
        vec![
            control("shop/JWT", "API requests carry a verified JWT", ControlStatus::Failing),
            control("shop/TLS", "Listeners offer current TLS only", ControlStatus::Undecided),
            control("shop/OLD", "Legacy pages", ControlStatus::Waived),
            control("shop/NEW", "Something to come", ControlStatus::NotImplemented),
        ],
        Vec::new(),
        Some(decided(NOT_MET)),
        Vec::new(),
    )
}

fn compare(name: &str, actual: &str) {
    let path = format!("{}/tests/report/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("ATTEST_BLESS").is_some() {
        std::fs::write(&path, actual).expect("the expectation can be written");
        return;
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(wanted == actual, "{path} differs; ATTEST_BLESS=1 rewrites it. Now:\n{actual}");
}

#[test]
fn the_report_reads_as_wanted() {
    let report = sample();
    let exit = Exit::of(&report, false);
    let excerpt = |path: &str, line: u32| {
        (path == "app/auth.py" && line == 12)
            .then(|| "def verify_token(token):  # \u{1b}]0;x\u{7}".to_owned())
            .or_else(|| (path == "app/routes.py").then(|| "def route(): pass".to_owned()))
    };
    let options = human::Options { style: Style::PLAIN, verbose: false, quiet: false };
    let plain = human::render(&report, exit, &excerpt, options);
    assert!(!plain.contains(['\u{1b}', '\u{7}', '\u{202e}']), "hostile text gets through");
    compare("plain.txt", &plain);
    let verbose = human::Options { verbose: true, style: Style { unicode: true, ..Style::PLAIN }, ..options };
    compare("verbose.txt", &human::render(&report, exit, &excerpt, verbose));
    let color = human::Options { style: Style { unicode: true, color: true, ..Style::PLAIN }, ..options };
    compare("color.txt", &human::render(&report, exit, &excerpt, color));
    let quiet = human::Options { quiet: true, ..options };
    compare("quiet.txt", &human::render(&report, exit, &excerpt, quiet));
}

#[test]
fn the_report_for_programs_is_as_wanted() {
    let text = json::to_string(&sample()).expect("a report is JSON");
    assert_eq!(text, json::to_string(&sample()).unwrap(), "two runs give the same bytes");
    compare("report.json", &text);
}

fn exit_of(outcomes: &[Outcome], controls: &[ControlStatus], answer: &str, demanded: bool) -> u8 {
    let assertions =
        outcomes.iter().enumerate().map(|(at, outcome)| assertion(&at.to_string(), None, *outcome)).collect();
    let controls = controls.iter().map(|status| control("c", "t", *status)).collect();
    let report = Report::new(
        Subject::default(),
        Package::default(),
        assertions,
        controls,
        Vec::new(),
        Some(decided(answer)),
        Vec::new(),
    );
    Exit::of(&report, demanded).code()
}

#[test]
fn exit_codes_follow_the_table() {
    use Outcome::{Error, Fail, Pass, Skip, Waived};
    let met = r#"{"level": "evidence-grade", "denials": []}"#;
    let denied = |codes: &[&str]| {
        let denials: Vec<_> =
            codes.iter().map(|code| serde_json::json!({"code": code, "subject": "s", "message": "m"})).collect();
        serde_json::json!({"level": null, "denials": denials}).to_string()
    };
    let none: &[ControlStatus] = &[];
    assert_eq!(exit_of(&[Pass, Waived, Skip], none, met, true), 0, "met");
    assert_eq!(exit_of(&[Pass, Fail], none, &denied(&["assertion_failed"]), false), 1, "a fail");
    assert_eq!(exit_of(&[Error, Fail], none, &denied(&["assertion_failed", "assertion_undecided"]), false), 1, "both");
    assert_eq!(exit_of(&[Pass, Error], none, &denied(&["assertion_undecided"]), false), 3, "an error");
    assert_eq!(exit_of(&[Pass], none, &denied(&["subject_dirty"]), false), 1, "a level too low");
    assert_eq!(exit_of(&[Pass], none, r#"{"level": null, "denials": []}"#, false), 1, "a level too low, no reason");
    assert_eq!(exit_of(&[], none, &denied(&["assertion_undecided"]), false), 3, "nothing at all");
    assert_eq!(exit_of(&[], none, met, false), 3, "nothing at all, whatever the policy says");
    assert_eq!(exit_of(&[Skip, Skip], none, &denied(&["assertion_undecided"]), false), 0, "nothing affected");
    assert_eq!(exit_of(&[Skip, Skip], none, &denied(&["assertion_undecided"]), true), 3, "nothing, a level demanded");
    let bare = [ControlStatus::NotImplemented];
    assert_eq!(
        exit_of(&[], &bare, &denied(&["control_not_implemented", "assertion_undecided"]), false),
        1,
        "no assertion"
    );
    assert_eq!(exit_of(&[], &bare, met, false), 3, "a policy that is content with nothing");
    assert_eq!(exit_of(&[Pass, Fail], none, "7", false), 3, "no proper answer");
    let uncompiled = Report::uncompiled(Subject::default(), Package::default(), Vec::new());
    assert_eq!(Exit::of(&uncompiled, false).code(), 2, "the rules do not compile");
    assert_eq!(Exit::Bug.code(), 70);
}
