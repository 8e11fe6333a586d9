//! The report for a comment on a pull request or a step summary: short, bounded, and with nothing foreign outside of code.
//!
//! Foreign text stands in code spans, where markdown knows no markup, link, mention, reference or image; only plain words of
//! letters and short numbers stand outside, so that a message still reads as one. HTML is never written, and no foreign text
//! begins a line. Does not know where it is posted.

use std::fmt::Write as _;

use super::exit::Exit;
use super::model::{Assertion, Control, ControlStatus, Report, Summary, WaiverState};
use super::view::{self, Ending};
use crate::decide::Level;
use crate::diag::json::Diagnostic;
use crate::diag::markdown::{code, prose};
use crate::diag::style::{clip, count};
use crate::verdict::Outcome;

/// Most bytes, and so most characters, of the whole; GitHub refuses a longer comment.
pub const LIMIT: usize = 65_536;
/// Bytes kept for the line that says what was cut.
const RESERVE: usize = 1_024;
/// Characters of a path or an id.
const NAME: usize = 200;
/// Findings of an assertion that are shown.
const FINDINGS: usize = 10;

/// The report as GitHub-flavoured markdown, at most [`LIMIT`] bytes.
pub fn render(report: &Report, exit: Exit) -> String {
    let mut page = Page { out: String::new(), cut: Vec::new() };
    heading(&mut page.out, report, exit);
    let decision = report.decision.as_ref();
    let denials = decision.into_iter().flat_map(|decision| view::unsaid(report, decision)).map(|denial| {
        format!("- {} {}: {}\n", code(&denial.code, NAME), code(&denial.subject, NAME), prose(&denial.message))
    });
    let telling = |assertion: &&Assertion| {
        let stale = assertion.waiver.as_ref().is_some_and(|waiver| waiver.state == WaiverState::Stale);
        stale || !matches!(assertion.outcome, Outcome::Pass | Outcome::Skip)
    };
    let mut assertions: Vec<&Assertion> = report.assertions.iter().filter(telling).collect();
    assertions.sort_by_key(|assertion| match assertion.outcome {
        Outcome::Fail => 0,
        Outcome::Error => 1,
        _ => 2,
    });
    let (controls, _) = view::groups(report);
    page.section("Assertions to look at", assertions.into_iter().map(assertion), ("assertion", "assertions"));
    page.section("What else the gate says", denials, ("denial", "denials"));
    page.section("Rules", report.diagnostics.iter().map(diagnostic), ("diagnostic", "diagnostics"));
    page.section("Controls", controls.iter().map(|(it, assertions)| control(it, assertions)), ("control", "controls"));
    page.finish()
}

/// A text that grows to a limit and no further.
struct Page {
    out: String,
    /// What was left out, in words.
    cut: Vec<String>,
}

impl Page {
    fn section(&mut self, title: &str, items: impl Iterator<Item = String>, noun: (&str, &str)) {
        let (mut shown, mut left) = (0_usize, 0_usize);
        let mut text = format!("\n### {title}\n\n");
        for item in items {
            let size = self.out.len().saturating_add(text.len()).saturating_add(item.len());
            // Once an item is left out, so are those after it: the order is that of weight or of ids.
            if left > 0 || size > LIMIT.saturating_sub(RESERVE) {
                left = left.saturating_add(1);
            } else {
                text.push_str(&item);
                shown = shown.saturating_add(1);
            }
        }
        if shown > 0 {
            self.out.push_str(&text);
        }
        if left > 0 {
            self.cut.push(format!("{left} of {}", count(shown.saturating_add(left), noun.0, noun.1)));
        }
    }

    fn finish(mut self) -> String {
        if !self.cut.is_empty() {
            let _ = writeln!(
                self.out,
                "\n**Cut:** {} are not shown here, for this text may not be longer than {LIMIT} characters. The counts above \
                 are whole, and so are the formats `html` and `json`.",
                self.cut.join(" and ")
            );
        }
        self.out
    }
}

fn heading(out: &mut String, report: &Report, exit: Exit) {
    let ending = Ending::of(report, exit);
    match &report.decision {
        None => {
            let _ = writeln!(out, "## attest: {}", ending.words());
        }
        Some(decision) => {
            let _ = writeln!(out, "## attest: gate {} {}", code(&decision.gate, NAME), ending.words());
        }
    }
    let mut parts = Vec::new();
    if let Some(name) = &report.package.name {
        parts.push(format!("package {}", code(name, NAME)));
    }
    if let Some(repo) = &report.subject.repo {
        parts.push(format!("repository {}", code(repo, NAME)));
    }
    if let Some(commit) = &report.subject.commit {
        let state = if report.subject.dirty { " with changes" } else { "" };
        let short: String = commit.chars().take(12).collect();
        parts.push(format!("commit {}{state}", code(&short, NAME)));
    }
    if !parts.is_empty() {
        let _ = writeln!(out, "\n{}", parts.join(", "));
    }
    let Summary { pass, fail, error, skip, waived } = report.summary;
    if let Some(decision) = &report.decision {
        let level = decision.level.map_or("none", Level::name);
        let _ = writeln!(
            out,
            "\n| pass | fail | error | waived | skip | level | required | exit |\n|---:|---:|---:|---:|---:|---|---|---:|\n\
             | {pass} | {fail} | {error} | {waived} | {skip} | {level} | {} | {} |",
            decision.required,
            exit.code()
        );
        if !decision.failure_codes.is_empty() {
            let codes: Vec<String> = decision.failure_codes.iter().take(FINDINGS).map(|it| code(it, NAME)).collect();
            let more = decision.failure_codes.len().saturating_sub(codes.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let _ = writeln!(out, "\nFailure codes: {}{more}", codes.join(", "));
        }
    } else {
        let errors = report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == "error").count();
        let _ = writeln!(out, "\n{}, nothing was judged, exit {}", count(errors, "error", "errors"), exit.code());
    }
}

fn diagnostic(diagnostic: &Diagnostic) -> String {
    let place = &diagnostic.place;
    let at = format!("{}:{}:{}", clip(&view::shown(&place.path), NAME), place.line, place.column);
    let mut text = format!(
        "- **{}** {} {}: {}\n",
        diagnostic.severity,
        diagnostic.code,
        code(&at, NAME.saturating_mul(2)),
        prose(&diagnostic.message)
    );
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(text, "  - help: {}", prose(help));
    }
    text
}

fn assertion(assertion: &Assertion) -> String {
    let mut text = format!("- **{}** {}", assertion.outcome.name(), code(&assertion.id, NAME));
    if let Some(check) = &assertion.check {
        let _ = write!(text, " ({})", code(check, NAME));
    }
    let _ = writeln!(text, ": {}", prose(view::why(assertion)));
    let found = if assertion.tier1.outcome == Outcome::Pass { &[][..] } else { &assertion.tier1.findings };
    for finding in found.iter().take(FINDINGS) {
        let location = &finding.location;
        let place = place(&location.path, location.line, Some(location.column));
        let words =
            if view::adds(finding, assertion) { format!(": {}", prose(&finding.message)) } else { String::new() };
        let _ = writeln!(text, "  - {place}{words}");
    }
    let more = found.len().saturating_sub(FINDINGS);
    if more > 0 {
        let _ = writeln!(text, "  - and {}", count(more, "more place", "more places"));
    }
    if let Some(tier2) = &assertion.tier2 {
        let said =
            if tier2.message == view::why(assertion) { String::new() } else { format!(": {}", prose(&tier2.message)) };
        let _ = writeln!(text, "  - {}{said}", view::judgement(tier2));
        let cited: Vec<String> =
            view::cited(assertion).take(FINDINGS).map(|(path, line)| place(path, line, None)).collect();
        if !cited.is_empty() {
            let _ = writeln!(text, "  - cites {}", cited.join(", "));
        }
        let _ = writeln!(text, "  - {}", prose(&view::judge(tier2)));
    }
    if let Some(waiver) = &assertion.waiver {
        let _ = writeln!(text, "  - {}", prose(&view::waiver(waiver)));
    }
    if let Some(source) = &assertion.source {
        let _ = writeln!(text, "  - rule {}", place(&view::shown(&source.path), source.line, Some(source.column)));
    }
    text
}

fn control(control: &Control, assertions: &[&Assertion]) -> String {
    let outcomes = super::human::outcomes(&Summary::of(assertions.iter().map(|assertion| assertion.outcome)));
    let severity = control.severity.as_ref().map(|severity| format!("{}, ", prose(severity))).unwrap_or_default();
    let mut text = format!(
        "- **{}** {} {} ({severity}{outcomes})\n",
        control.status.name().replace('_', " "),
        code(&control.id, NAME),
        prose(&control.title)
    );
    if !control.facets.missing.is_empty() && control.status != ControlStatus::OutOfScope {
        let missing: Vec<String> = control.facets.missing.iter().take(FINDINGS).map(|it| code(it, NAME)).collect();
        let more = control.facets.missing.len().saturating_sub(missing.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "  - not covered: {}{more}", missing.join(", "));
    }
    text
}

fn place(path: &str, line: u32, column: Option<u32>) -> String {
    let column = column.map(|column| format!(":{column}")).unwrap_or_default();
    code(&format!("{}:{line}{column}", clip(path, NAME)), usize::MAX)
}
