//! The report for people, in a terminal or a CI log: what fails, where, why, and what the gate says. Passes are counted
//! unless one asks for more. Everything that comes from rules or target is made harmless. Does not know where it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::exit::{Exit, nothing_affected};
use super::model::{Assertion, Control, ControlStatus, Report, Summary, Tier2, Waiver, WaiverState};
use crate::decide::Decision;
use crate::diag::style::{Ink, Style, count, harmless, wrap};
use crate::verdict::{Finding, Outcome};

/// Most findings of an assertion that are shown without `verbose`.
const FINDINGS: usize = 10;
/// Longest part of a source line that is shown.
const EXCERPT: usize = 120;

/// How much is said, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Colours, symbols, width.
    pub style: Style,
    /// Say passes one by one, and all findings.
    pub verbose: bool,
    /// Say the summary only.
    pub quiet: bool,
}

/// A line of a file of the target, without its end, where it can be had.
pub type Excerpt<'a> = dyn Fn(&str, u32) -> Option<String> + 'a;

/// The report as text.
pub fn render(report: &Report, exit: Exit, excerpt: &Excerpt<'_>, options: Options) -> String {
    let mut writer = Writer { out: String::new(), style: options.style, verbose: options.verbose, excerpt };
    if !options.quiet && report.decision.is_some() {
        writer.heading(report);
        writer.body(report);
    }
    // A run that nothing affected is fine unless a level was demanded: then the gate's "no" is news.
    let is_news = exit != Exit::Met || !nothing_affected(&report.summary);
    if let Some(decision) = &report.decision
        && !options.quiet
        && is_news
    {
        writer.decision(report, decision);
    }
    writer.summary(report, exit);
    writer.out
}

/// `2 pass, 1 fail`; what is zero is not named.
pub fn outcomes(summary: &Summary) -> String {
    let parts: Vec<String> = [
        (summary.pass, "pass"),
        (summary.fail, "fail"),
        (summary.error, "error"),
        (summary.waived, "waived"),
        (summary.skip, "skip"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, name)| format!("{number} {name}"))
    .collect();
    if parts.is_empty() { "no assertion".to_owned() } else { parts.join(", ") }
}

struct Writer<'a> {
    out: String,
    style: Style,
    verbose: bool,
    excerpt: &'a Excerpt<'a>,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    /// `text` in lines that begin with so many blanks.
    fn indented(&mut self, indent: usize, text: &str, ink: Option<Ink>) {
        for line in wrap(&harmless(text), self.style.width.saturating_sub(indent)) {
            let line = ink.map_or(line.as_str().into(), |ink| self.style.paint(ink, &line));
            let text = format!("{:indent$}{line}", "");
            self.line(&text);
        }
    }

    fn heading(&mut self, report: &Report) {
        let mut parts = Vec::new();
        if let Some(name) = &report.package.name {
            parts.push(format!("package {}", harmless(name)));
        }
        if let Some(repo) = &report.subject.repo {
            parts.push(harmless(repo).into_owned());
        }
        if let Some(commit) = &report.subject.commit {
            let short: String = commit.chars().take(12).collect();
            let state = if report.subject.dirty { " with changes" } else { "" };
            parts.push(format!("commit {}{state}", harmless(&short)));
        }
        if !parts.is_empty() {
            let text = parts.join(self.style.symbol("  ·  ", "  |  "));
            let text = self.style.paint(Ink::Faint, &text).into_owned();
            self.line(&text);
            self.out.push('\n');
        }
    }

    fn body(&mut self, report: &Report) {
        let mut groups: BTreeMap<Option<&str>, Vec<&Assertion>> = BTreeMap::new();
        for assertion in &report.assertions {
            groups.entry(assertion.control.as_deref()).or_default().push(assertion);
        }
        let width = report.controls.iter().map(|control| control.status.name().len()).max().unwrap_or(0);
        for control in &report.controls {
            let assertions = groups.remove(&Some(control.id.as_str())).unwrap_or_default();
            self.control(control, &assertions, width);
        }
        // What is left belongs to no control of the report.
        for assertion in groups.into_values().flatten() {
            self.assertion(assertion, 0);
        }
        if self.out.ends_with("\n\n") || self.out.is_empty() {
            return;
        }
        self.out.push('\n');
    }

    fn control(&mut self, control: &Control, assertions: &[&Assertion], width: usize) {
        let (symbol, ink) = self.of_status(control.status);
        let status = format!("{:width$}", control.status.name());
        let summary = Summary::of(assertions.iter().map(|assertion| assertion.outcome));
        let text = format!(
            "{} {}  {}  {}  {}",
            self.style.paint(ink, symbol),
            self.style.paint(ink, &status),
            self.style.paint(Ink::Strong, &harmless(&control.id)),
            harmless(&control.title),
            self.style.paint(Ink::Faint, &format!("({})", outcomes(&summary))),
        );
        self.line(&text);
        if self.verbose && !control.facets.missing.is_empty() {
            self.indented(4, &format!("not covered: {}", control.facets.missing.join(", ")), Some(Ink::Faint));
        }
        if control.status == ControlStatus::NotImplemented {
            self.indented(4, "it has no assertion; write one, or remove the control", None);
        }
        for assertion in assertions {
            self.assertion(assertion, 2);
        }
    }

    /// An assertion, unless it passes plainly and nobody asked.
    fn assertion(&mut self, assertion: &Assertion, indent: usize) {
        let stale = assertion.waiver.as_ref().is_some_and(|waiver| waiver.state == WaiverState::Stale);
        let quiet = matches!(assertion.outcome, Outcome::Pass | Outcome::Skip) && !stale;
        if quiet && !self.verbose {
            return;
        }
        let (symbol, ink) = self.of_outcome(assertion.outcome);
        let head = format!("{symbol} {:6}", assertion.outcome.name());
        let check = assertion.check.as_deref().map(|check| format!("  {}", harmless(check))).unwrap_or_default();
        let text = format!(
            "{:indent$}{}  {}{}",
            "",
            self.style.paint(ink, &head),
            self.style.paint(Ink::Strong, &harmless(&assertion.id)),
            self.style.paint(Ink::Faint, &check),
        );
        self.line(&text);
        let inner = indent.saturating_add(4);
        let tier1 = &assertion.tier1;
        if !tier1.message.is_empty() {
            self.indented(inner, &tier1.message, None);
        }
        let shown = if self.verbose { tier1.findings.len() } else { FINDINGS };
        let evident = tier1.outcome != Outcome::Pass || self.verbose;
        for finding in tier1.findings.iter().take(if evident { shown } else { 0 }) {
            self.finding(finding, inner, &tier1.message);
        }
        let more = tier1.findings.len().saturating_sub(shown);
        if evident && more > 0 {
            self.indented(inner, &format!("and {more} more; -v shows them"), Some(Ink::Faint));
        }
        if let Some(tier2) = &assertion.tier2 {
            self.judgement(tier2, inner);
        }
        if let Some(waiver) = &assertion.waiver {
            self.waiver(waiver, inner);
        }
        if let Some(source) = &assertion.source {
            let place = format!("rule: {}:{}:{}", source.path, source.line, source.column);
            self.indented(inner, &place, Some(Ink::Faint));
        }
    }

    fn finding(&mut self, finding: &Finding, indent: usize, said: &str) {
        let location = &finding.location;
        let place = format!("{}:{}:{}", harmless(&location.path), location.line, location.column);
        // The assertion's own message need not stand twice.
        let words = if finding.message.is_empty() || finding.message == said {
            String::new()
        } else {
            format!(": {}", harmless(&finding.message))
        };
        let text = format!("{:indent$}{}{words}", "", self.style.paint(Ink::Hint, &place));
        self.line(&text);
        let Some(line) = (self.excerpt)(&location.path, location.line).filter(|line| !line.trim().is_empty()) else {
            return;
        };
        let number = location.line.to_string();
        let bar = self.style.symbol("│", "|");
        let gutter = self.style.paint(Ink::Faint, &format!("{number} {bar} ")).into_owned();
        // Tabs are one column here as in the location.
        let cut: String = line.replace('\t', " ").chars().take(EXCERPT).collect();
        let text = format!("{:indent$}  {gutter}{}", "", harmless(&cut));
        self.line(&text);
        let start = (location.column as usize).saturating_sub(1);
        let end = if location.end_line == location.line { location.end_column as usize } else { line.chars().count() };
        let length = end.saturating_sub(start.saturating_add(1)).max(1);
        // What is spelt out is wider than what it stands for; then there is no mark rather than a wrong one.
        if harmless(&cut) == cut && start.saturating_add(length) <= cut.chars().count() {
            let mark = self.style.paint(Ink::Bad, &"^".repeat(length)).into_owned();
            let before: usize = cut.chars().take(start).map(columns).sum();
            let pad = indent.saturating_add(2).saturating_add(number.len()).saturating_add(1);
            let text = format!("{:pad$}{} {:before$}{mark}", "", self.style.paint(Ink::Faint, bar), "");
            self.line(&text);
        }
    }

    fn judgement(&mut self, tier2: &Tier2, indent: usize) {
        if tier2.outcome == Outcome::Pass && !self.verbose {
            return;
        }
        self.indented(indent, &format!("tier 2 {}: {}", tier2.outcome.name(), tier2.message), None);
        for cited in &tier2.cited {
            self.indented(indent, &format!("cites {}:{}", cited.path, cited.line), Some(Ink::Faint));
        }
    }

    fn waiver(&mut self, waiver: &Waiver, indent: usize) {
        let because = format!("{}, by {}: {}", waiver.until, waiver.by, waiver.because);
        let ticket = waiver.ticket.as_ref().map(|ticket| format!(" ({ticket})")).unwrap_or_default();
        let (text, ink) = match waiver.state {
            WaiverState::Live => (format!("waived until {because}{ticket}"), None),
            WaiverState::Expired => {
                (format!("the waiver expired after {because}{ticket}; mend or renew"), Some(Ink::Warn))
            }
            WaiverState::Stale => {
                (format!("the waiver until {because}{ticket} carries nothing; remove it"), Some(Ink::Warn))
            }
            WaiverState::Elsewhere => {
                let at = waiver.at.as_deref().unwrap_or("elsewhere");
                (format!("a waiver covers `{at}` only, and findings lie outside it"), Some(Ink::Warn))
            }
        };
        self.indented(indent, &text, ink);
    }

    /// The gate's denials that the body has not said.
    fn decision(&mut self, report: &Report, decision: &Decision) {
        if decision.met {
            return;
        }
        let said: BTreeSet<(&str, &str)> = report
            .assertions
            .iter()
            .filter(|assertion| !matches!(assertion.outcome, Outcome::Pass | Outcome::Skip))
            .map(|assertion| (assertion.id.as_str(), assertion.tier1.message.as_str()))
            .collect();
        let unsaid = decision.denials.iter().filter(|denial| {
            !said.contains(&(denial.subject.as_str(), denial.message.as_str()))
                && !matches!(denial.code.as_str(), "waiver_expired" | "control_not_implemented")
        });
        for denial in unsaid {
            let code = self.style.paint(Ink::Bad, &harmless(&denial.code)).into_owned();
            let text = format!("{code}  {}  {}", harmless(&denial.subject), harmless(&denial.message));
            self.line(&text);
        }
        if !decision.failure_codes.is_empty() {
            let codes: Vec<_> = decision.failure_codes.iter().map(|code| harmless(code)).collect();
            let text = format!("gate {} is not met: {}", harmless(&decision.gate), codes.join(", "));
            let text = self.style.paint(Ink::Strong, &text).into_owned();
            self.line(&text);
        }
    }

    fn summary(&mut self, report: &Report, exit: Exit) {
        let ink = match exit {
            Exit::Met => Ink::Good,
            Exit::NotMet | Exit::Usage | Exit::Bug => Ink::Bad,
            Exit::Undecided => Ink::Warn,
        };
        let mut parts = Vec::new();
        match &report.decision {
            None => parts.push("the rules do not compile".to_owned()),
            Some(decision) => {
                let total = report.summary.total();
                let outcomes = outcomes(&report.summary);
                parts.push(if total == 0 {
                    outcomes
                } else {
                    format!("{}: {outcomes}", count(total, "assertion", "assertions"))
                });
                if nothing_affected(&report.summary) {
                    parts.push("nothing affected".to_owned());
                }
                let level = decision.level.map_or("none", crate::decide::Level::name);
                parts.push(format!("level {level} ({} required)", decision.required));
            }
        }
        parts.push(format!("exit {}", exit.code()));
        let text = parts.join(self.style.symbol("  ·  ", "  |  "));
        let text = self.style.paint(ink, &text).into_owned();
        let _ = writeln!(self.out, "{text}");
    }

    fn of_outcome(&self, outcome: Outcome) -> (&'static str, Ink) {
        let (unicode, ascii, ink) = match outcome {
            Outcome::Pass => ("✓", "+", Ink::Good),
            Outcome::Fail => ("✗", "x", Ink::Bad),
            Outcome::Error => ("!", "!", Ink::Warn),
            Outcome::Skip => ("-", "-", Ink::Faint),
            Outcome::Waived => ("~", "~", Ink::Warn),
        };
        (self.style.symbol(unicode, ascii), ink)
    }

    fn of_status(&self, status: ControlStatus) -> (&'static str, Ink) {
        self.of_outcome(match status {
            ControlStatus::Verified | ControlStatus::Implemented => Outcome::Pass,
            ControlStatus::Waived => Outcome::Waived,
            ControlStatus::Failing | ControlStatus::NotImplemented => Outcome::Fail,
            ControlStatus::Undecided => Outcome::Error,
            ControlStatus::OutOfScope => Outcome::Skip,
        })
    }
}

/// How many terminal columns a character takes: two for the wide scripts, one for the rest. Good enough to place a mark.
fn columns(char: char) -> usize {
    let wide = matches!(char, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}');
    if wide { 2 } else { 1 }
}
