//! The report as `JUnit` XML: a suite for each control, a case for each assertion. What fails is a failure, what is undecided
//! an error, what is out of scope or carried by a waiver is skipped. The suite `gate` has one case, the gate itself, so that
//! a gate that is not met never looks like a run without failure; the suite `rules` holds what is wrong with the rules.
//! Times are zero: a report has no clock.

use std::fmt::Write as _;

use super::exit::Exit;
use super::model::{Assertion, Report};
use super::view::{self, Ending, Places, clip};
use crate::verdict::Outcome;

/// Characters of one text.
const TEXT: usize = 4_000;

/// How a case ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Passed,
    Failure,
    Error,
    Skipped,
}

struct Case {
    name: String,
    class: String,
    /// Path and line.
    place: Option<(String, u32)>,
    status: Status,
    /// What kind of failure or error.
    kind: String,
    message: String,
    /// Further lines.
    lines: Vec<String>,
}

struct Suite {
    name: String,
    properties: Vec<(&'static str, String)>,
    cases: Vec<Case>,
    /// What is said and is no case.
    notes: Vec<String>,
}

/// The report as XML; every character is one that XML 1.0 allows.
pub fn render(report: &Report, exit: Exit, places: &Places) -> String {
    let suites = suites(report, exit, places);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let cases = || suites.iter().flat_map(|suite| &suite.cases);
    let _ = writeln!(out, "<testsuites name=\"attest\"{} time=\"0\">", counts(cases()));
    for suite in &suites {
        write_suite(&mut out, suite);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suites(report: &Report, exit: Exit, places: &Places) -> Vec<Suite> {
    let mut suites = Vec::new();
    if !report.diagnostics.is_empty() {
        suites.push(rules(report, places));
    }
    let (controls, loose) = view::groups(report);
    for (control, assertions) in controls {
        let mut properties = vec![("title", control.title.clone()), ("status", control.status.name().to_owned())];
        properties.extend(control.severity.iter().map(|severity| ("severity", severity.clone())));
        let facets = |name, facets: &[String]| (!facets.is_empty()).then(|| (name, facets.join(", ")));
        properties.extend(facets("covered", &control.facets.covered));
        properties.extend(facets("missing", &control.facets.missing));
        let cases = assertions.into_iter().map(|assertion| case(assertion, &control.id, places)).collect();
        suites.push(Suite { name: control.id.clone(), properties, cases, notes: Vec::new() });
    }
    if !loose.is_empty() {
        let cases = loose.into_iter().map(|assertion| case(assertion, "assertions", places)).collect();
        suites.push(Suite { name: String::from("assertions"), properties: Vec::new(), cases, notes: Vec::new() });
    }
    suites.extend(gate(report, exit));
    suites
}

/// What is wrong with the rules: errors are cases, the rest is said.
fn rules(report: &Report, places: &Places) -> Suite {
    let (errors, others): (Vec<_>, Vec<_>) = report.diagnostics.iter().partition(|it| it.severity == "error");
    let at =
        |place: &crate::diag::json::Place| format!("{}:{}:{}", places.in_rules(&place.path), place.line, place.column);
    let help = |help: &Option<String>| help.iter().map(|help| format!("help: {help}")).collect::<Vec<_>>();
    let cases = errors.into_iter().map(|diagnostic| Case {
        name: format!("{} {}", diagnostic.code, at(&diagnostic.place)),
        class: String::from("rules"),
        place: Some((places.in_rules(&diagnostic.place.path), diagnostic.place.line)),
        status: Status::Error,
        kind: diagnostic.code.to_owned(),
        message: diagnostic.message.clone(),
        lines: help(&diagnostic.help),
    });
    let notes = others.into_iter().flat_map(|diagnostic| {
        let said = format!("{}[{}] {}", diagnostic.severity, diagnostic.code, at(&diagnostic.place));
        std::iter::once(format!("{said}: {}", diagnostic.message)).chain(help(&diagnostic.help))
    });
    Suite { name: String::from("rules"), properties: Vec::new(), cases: cases.collect(), notes: notes.collect() }
}

fn case(assertion: &Assertion, class: &str, places: &Places) -> Case {
    let status = match assertion.outcome {
        Outcome::Pass => Status::Passed,
        Outcome::Fail => Status::Failure,
        Outcome::Error => Status::Error,
        Outcome::Skip | Outcome::Waived => Status::Skipped,
    };
    let carried = assertion.waiver.as_ref().filter(|_| assertion.outcome == Outcome::Waived);
    let message = carried.map_or_else(|| view::why(assertion).to_owned(), view::waiver);
    let mut lines = Vec::new();
    if carried.is_some() {
        lines.push(view::why(assertion).to_owned());
    }
    // A pass needs no witnesses here.
    let found = if assertion.tier1.outcome == Outcome::Pass { &[][..] } else { &assertion.tier1.findings };
    for finding in found {
        let location = &finding.location;
        let place = format!("{}:{}:{}", places.in_target(&location.path), location.line, location.column);
        lines.push(if view::adds(finding, assertion) { format!("{place}: {}", finding.message) } else { place });
    }
    if let Some(tier2) = &assertion.tier2 {
        lines.push(format!("{}: {}", view::judgement(tier2), tier2.message));
        lines.extend(view::cited(assertion).map(|(path, line)| format!("cites {}:{line}", places.in_target(path))));
        lines.push(view::judge(tier2));
    }
    lines.extend(assertion.waiver.iter().filter(|_| carried.is_none()).map(view::waiver));
    if let Some(source) = assertion.source.as_ref().filter(|_| status != Status::Passed) {
        lines.push(format!("rule: {}:{}:{}", places.in_rules(&source.path), source.line, source.column));
    }
    let spot = if status == Status::Passed { None } else { view::spots(assertion, places).into_iter().next() };
    let place = spot.map(|spot| (spot.path, spot.line));
    let place = place.or_else(|| assertion.source.as_ref().map(|it| (places.in_rules(&it.path), it.line)));
    let kind = assertion.check.clone().unwrap_or_else(|| String::from("expression"));
    Case { name: assertion.id.clone(), class: class.to_owned(), place, status, kind, message, lines }
}

/// What the gate says: one case.
fn gate(report: &Report, exit: Exit) -> Option<Suite> {
    let decision = report.decision.as_ref()?;
    let level = decision.level.map_or("none", crate::decide::Level::name);
    let properties = vec![("level", level.to_owned()), ("required", decision.required.name().to_owned())];
    let ending = Ending::of(report, exit);
    let status = match ending {
        Ending::Met => Status::Passed,
        Ending::NotAffected => Status::Skipped,
        Ending::NotMet => Status::Failure,
        Ending::Undecided | Ending::NotCompiled => Status::Error,
    };
    let unsaid = view::unsaid(report, decision);
    let case = Case {
        name: decision.gate.clone(),
        class: String::from("gate"),
        place: None,
        status,
        kind: decision.failure_codes.first().cloned().unwrap_or_else(|| String::from("gate")),
        message: format!("{}: {}", ending.sentence(), decision.failure_codes.join(", ")),
        lines: unsaid.map(|denial| format!("{} {}: {}", denial.code, denial.subject, denial.message)).collect(),
    };
    Some(Suite { name: String::from("gate"), properties, cases: vec![case], notes: Vec::new() })
}

fn counts<'a>(cases: impl Iterator<Item = &'a Case>) -> String {
    let (mut tests, mut failures, mut errors, mut skipped) = (0_usize, 0_usize, 0_usize, 0_usize);
    for case in cases {
        tests = tests.saturating_add(1);
        let count = match case.status {
            Status::Passed => continue,
            Status::Failure => &mut failures,
            Status::Error => &mut errors,
            Status::Skipped => &mut skipped,
        };
        *count = count.saturating_add(1);
    }
    format!(" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
}

fn write_suite(out: &mut String, suite: &Suite) {
    let _ = writeln!(out, "  <testsuite name=\"{}\"{} time=\"0\">", xml(&suite.name), counts(suite.cases.iter()));
    if !suite.properties.is_empty() {
        out.push_str("    <properties>\n");
        for (name, value) in &suite.properties {
            let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", xml(value));
        }
        out.push_str("    </properties>\n");
    }
    for case in &suite.cases {
        write_case(out, case);
    }
    if !suite.notes.is_empty() {
        let _ = writeln!(out, "    <system-out>{}</system-out>", lines(&suite.notes));
    }
    out.push_str("  </testsuite>\n");
}

fn write_case(out: &mut String, case: &Case) {
    let _ = write!(out, "    <testcase name=\"{}\" classname=\"{}\"", xml(&case.name), xml(&case.class));
    if let Some((path, line)) = &case.place {
        let _ = write!(out, " file=\"{}\" line=\"{line}\"", xml(path));
    }
    out.push_str(" time=\"0\"");
    let element = match case.status {
        Status::Passed => {
            if case.lines.is_empty() {
                out.push_str("/>\n");
            } else {
                let _ = writeln!(out, ">\n      <system-out>{}</system-out>\n    </testcase>", lines(&case.lines));
            }
            return;
        }
        Status::Skipped => {
            let _ = write!(out, ">\n      <skipped message=\"{}\"", xml(&case.message));
            "skipped"
        }
        Status::Failure | Status::Error => {
            let element = if case.status == Status::Failure { "failure" } else { "error" };
            let message = xml(&case.message);
            let _ = write!(out, ">\n      <{element} message=\"{message}\" type=\"{}\"", xml(&case.kind));
            element
        }
    };
    if case.lines.is_empty() {
        out.push_str("/>\n");
    } else {
        let _ = writeln!(out, ">{}</{element}>", lines(&case.lines));
    }
    out.push_str("    </testcase>\n");
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| xml(line)).collect::<Vec<_>>().join("\n")
}

/// Foreign text as XML text or as the value of an attribute.
fn xml(text: &str) -> String {
    view::markup(&clip(text, TEXT))
}
