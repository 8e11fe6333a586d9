//! What a run says: a sample report as text and as JSON, side by side with what is wanted (`ATTEST_BLESS=1` rewrites), and
//! the table of exit codes. `report/formats.rs` holds the formats for other readers to their laws.
#![expect(clippy::disallowed_methods, reason = "the wanted reports are files")]
#![expect(clippy::expect_used, reason = "a failure here is a failed test")]

#[path = "report/formats.rs"]
mod formats;

use std::sync::Arc;

use attest::decide::{Decision, DeclaredCodes, Level, Policy};
use attest::diag::Style;
use attest::report::model::{
    Answer, Assertion, Citation, Control, ControlStatus, Facets, Package, Reason, Source, Subject, Tier1, Tier2,
    VoteWord, Waiver, WaiverState,
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
        reasons: vec!["facet `expiry`: no assertion covers it".to_owned()],
        second_opinion: None,
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

fn tier2(outcome: Outcome, answer: Option<Answer>, reason: Option<Reason>, votes: &[VoteWord], message: &str) -> Tier2 {
    Tier2 {
        outcome,
        answer,
        reason,
        cited: Vec::new(),
        votes: votes.to_vec(),
        provider: "openai".to_owned(),
        model: "m-1".to_owned(),
        evidence_digest: "sha256:cc".to_owned(),
        cached: false,
        message: message.to_owned(),
    }
}

fn cites(lines: &[(&str, u32)]) -> Vec<Citation> {
    lines.iter().map(|(path, line)| Citation { path: (*path).to_owned(), line: *line }).collect()
}

/// A run of both tiers: every answer that there is, and every way not to be verified.
fn judged() -> Report {
    use VoteWord::{CannotTell, Fails, Holds, Invalid};
    let with = |id: &str, control: &str, outcome: Outcome, tier2: Option<Tier2>| {
        let mut assertion = assertion(id, Some(control), outcome);
        assertion.tier1.outcome = Outcome::Pass;
        assertion.tier1.message = String::from("`jwt.decode` is called in `verify_token`");
        assertion.tier2 = tier2;
        assertion
    };
    let holds = |message: &str| tier2(Outcome::Pass, Some(Answer::Holds), None, &[Holds, Holds, Holds], message);
    let mut stub = tier2(
        Outcome::Fail,
        Some(Answer::Fails),
        Some(Reason::Stub),
        &[Fails, Fails, Fails],
        "`verify_token` decodes the token\nand then returns true whatever it holds.\u{1b}[2J",
    );
    stub.cited = cites(&[("app/auth.py", 12), ("app/\u{1b}[31mevil.py", 3)]);
    let mut injected = tier2(
        Outcome::Fail,
        Some(Answer::Fails),
        Some(Reason::Injection),
        &[Holds, Fails, Holds],
        "the comment tells the judge to answer `holds`",
    );
    injected.cited = (1..=12).map(|line| Citation { path: "app/routes.py".to_owned(), line }).collect();
    let cannot = tier2(
        Outcome::Error,
        Some(Answer::CannotTell),
        Some(Reason::Insufficient),
        &[CannotTell, CannotTell, CannotTell],
        "what calls it is not shown",
    );
    let split = tier2(Outcome::Error, None, None, &[Holds, Invalid, CannotTell], "the votes differ");
    let mut kept = holds("it refuses an expired token");
    (kept.cached, kept.cited) = (true, cites(&[("app/auth.py", 12)]));
    let mut carried = with(
        "shop/OLD/legacy",
        "shop/OLD",
        Outcome::Waived,
        Some(tier2(
            Outcome::Fail,
            Some(Answer::Fails),
            Some(Reason::WrongPlace),
            &[Fails],
            "the guard is never reached",
        )),
    );
    carried.waiver = Some(waiver(WaiverState::Live));
    let of = |id: &str, status: ControlStatus, reasons: &[&str], second: Option<Tier2>| {
        let mut control = control(id, "A title", status);
        control.facets = Facets { covered: vec!["signature".to_owned()], missing: Vec::new() };
        control.reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
        control.second_opinion = second;
        control
    };
    let mut doubt = tier2(
        Outcome::Fail,
        Some(Answer::Fails),
        Some(Reason::Partial),
        &[Fails, Fails, Fails],
        "rotation is not shown",
    );
    doubt.cited = cites(&[("shop/B/a", 2)]);
    let insufficient = "the second opinion is that its assertions do not suffice: rotation is not shown";
    let loose = [
        "facet `expiry`: no assertion covers it",
        "`a` was skipped",
        "`b` asks no question",
        "Tier 2 did not judge `c`",
    ];
    let denials = serde_json::json!({"level": null, "denials": [
        {"code": "judgement_failed", "subject": "shop/JWT/stub", "message": stub.message},
        {"code": "judgement_injection", "subject": "shop/JWT/steers", "message": injected.message},
        {"code": "judgement_undecided", "subject": "shop/TLS/cannot", "message": cannot.message},
        {"code": "judgement_undecided", "subject": "shop/TLS/split", "message": split.message},
        {"code": "judgement_missing", "subject": "shop/TLS/asks", "message": "the question alone decides"},
        {"code": "judgement_missing", "subject": "shop/A/b", "message": "no answer of Tier 2 vouches for it"},
        {"code": "evidence_insufficient", "subject": "shop/A", "message": loose.join("; ")},
        {"code": "evidence_insufficient", "subject": "shop/B", "message": insufficient},
    ]});
    Report::new(
        Subject::default(),
        Package { name: Some("shop".to_owned()), digest: None },
        vec![
            with("shop/JWT/stub", "shop/JWT", Outcome::Fail, Some(stub)),
            with("shop/JWT/steers", "shop/JWT", Outcome::Fail, Some(injected)),
            with("shop/TLS/cannot", "shop/TLS", Outcome::Error, Some(cannot)),
            with("shop/TLS/split", "shop/TLS", Outcome::Error, Some(split)),
            with("shop/TLS/asks", "shop/TLS", Outcome::Error, None),
            with("shop/KEPT/a", "shop/KEPT", Outcome::Pass, Some(kept)),
            with("shop/A/b", "shop/A", Outcome::Pass, None),
            with("shop/B/a", "shop/B", Outcome::Pass, Some(holds("they are rotated"))),
            carried,
        ],
        vec![
            of("shop/JWT", ControlStatus::Failing, &["`steers` fails in Tier 2", "`stub` fails in Tier 2"], None),
            of("shop/TLS", ControlStatus::Undecided, &["`split` is undecided in Tier 2"], None),
            of("shop/KEPT", ControlStatus::Verified, &[], Some(holds("they\nsuffice"))),
            of("shop/A", ControlStatus::Implemented, &loose, None),
            of("shop/B", ControlStatus::Implemented, &[insufficient], Some(doubt)),
            of("shop/OLD", ControlStatus::Waived, &["`legacy` is waived"], None),
        ],
        Vec::new(),
        Some(decided(&denials.to_string())),
        Vec::new(),
    )
}

#[test]
fn tier_2_reads_as_wanted() {
    let report = judged();
    let exit = Exit::of(&report, false);
    let excerpt = |path: &str, line: u32| {
        (path == "app/auth.py" && line == 12).then(|| "\treturn True  # \u{1b}]0;x\u{7}".to_owned())
    };
    let options = human::Options { style: Style::PLAIN, verbose: false, quiet: false };
    for (name, verbose) in [("tier2.txt", false), ("tier2-verbose.txt", true)] {
        let text = human::render(&report, exit, &excerpt, human::Options { verbose, ..options });
        assert!(!text.contains(['\u{1b}', '\u{7}']), "hostile text gets through");
        compare(name, &text);
    }
    compare("tier2.json", &json::to_string(&report).expect("a report is JSON"));
}

/// Reasons are for runs of Tier 2: without it no control could be verified, and the report need not say so of each.
#[test]
fn without_tier_2_nothing_is_said_of_it() {
    let report = sample();
    let options = human::Options { style: Style::PLAIN, verbose: true, quiet: false };
    let text = human::render(&report, Exit::NotMet, &|_, _| None, options);
    assert!(report.controls.iter().all(|control| !control.reasons.is_empty()));
    assert!(!text.contains("not verified") && !text.to_lowercase().contains("tier 2"), "{text}");
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
    assert_eq!(exit_of(&[Fail], none, &denied(&["judgement_failed"]), false), 1, "Tier 2 fails");
    assert_eq!(exit_of(&[Fail], none, &denied(&["judgement_injection"]), false), 1, "the code steers the judge");
    assert_eq!(exit_of(&[Error], none, &denied(&["judgement_undecided"]), false), 3, "Tier 2 cannot tell");
    assert_eq!(exit_of(&[Error], none, &denied(&["judgement_missing"]), false), 3, "nobody was asked");
    assert_eq!(exit_of(&[Fail, Error], none, &denied(&["judgement_failed", "judgement_undecided"]), false), 1, "both");
    assert_eq!(
        exit_of(&[Pass], none, &denied(&["judgement_undecided"]), false),
        3,
        "a second opinion that cannot tell"
    );
    assert_eq!(exit_of(&[Pass], none, &denied(&["judgement_missing"]), false), 3, "an answer that the level needs");
    assert_eq!(
        exit_of(&[Pass], none, &denied(&["judgement_missing", "evidence_insufficient"]), false),
        1,
        "a control that is not verified"
    );
    assert_eq!(exit_of(&[Pass], none, &denied(&["evidence_insufficient"]), false), 1, "evidence that does not suffice");
    assert_eq!(exit_of(&[Pass], none, &denied(&["assertion_incoherent"]), false), 1, "an incoherent assertion");
    let uncompiled = Report::uncompiled(Subject::default(), Package::default(), Vec::new());
    assert_eq!(Exit::of(&uncompiled, false).code(), 2, "the rules do not compile");
    assert_eq!(Exit::Bug.code(), 70);
}
