//! The report for people, in a terminal or a CI log: what fails, where, why, and what the gate says. Passes are counted
//! unless one asks for more. Everything that comes from rules or target is made harmless. Does not know where it goes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::exit::{Exit, nothing_affected};
use super::model::{
    Answer, Assertion, Citation, Control, ControlStatus, Reason, Report, Summary, Tier2, VoteWord, Waiver, WaiverState,
};
use super::view;
use crate::decide::{Decision, Denial};
use crate::diag::style::{Ink, Style, count, harmless, inert, wrap};
use crate::verdict::{Finding, Outcome};

/// Most findings of an assertion that are shown without `verbose`.
const FINDINGS: usize = 10;
/// Most reasons of a control that are shown without `verbose`.
const REASONS: usize = 3;
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
    let judged = has_judgement(report);
    let mut writer = Writer { out: String::new(), style: options.style, verbose: options.verbose, judged, excerpt };
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

/// Whether Tier 2 said anything in this run.
fn has_judgement(report: &Report) -> bool {
    report.assertions.iter().any(|assertion| assertion.tier2.is_some())
        || report.controls.iter().any(|control| control.second_opinion.is_some())
}

struct Writer<'a> {
    out: String,
    style: Style,
    verbose: bool,
    /// Tier 2 ran: without it nothing can be verified, and nobody need be told why each control is not.
    judged: bool,
    excerpt: &'a Excerpt<'a>,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(&inert(text.trim_end()));
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
        self.reasons(control);
        if let Some(second) = &control.second_opinion
            && self.verbose
        {
            self.second_opinion(second, 4);
        }
        for assertion in assertions {
            self.assertion(assertion, 2);
        }
    }

    /// Why a control is not verified. What fails or is undecided says so below by itself.
    fn reasons(&mut self, control: &Control) {
        let wanted = self.judged && (self.verbose || control.status == ControlStatus::Implemented);
        if !wanted || control.status == ControlStatus::NotImplemented {
            return;
        }
        let shown = if self.verbose { control.reasons.len() } else { REASONS };
        for reason in control.reasons.iter().take(shown) {
            self.indented(4, &format!("not verified: {reason}"), None);
        }
        self.more(control.reasons.len().saturating_sub(shown), 4);
    }

    /// Whether the body says all reasons of a control.
    fn says_reasons(&self, control: &Control) -> bool {
        self.judged
            && (self.verbose || (control.status == ControlStatus::Implemented && control.reasons.len() <= REASONS))
    }

    fn more(&mut self, more: usize, indent: usize) {
        if more > 0 {
            self.indented(indent, &format!("and {more} more; -v shows them"), Some(Ink::Faint));
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
        if evident {
            self.more(tier1.findings.len().saturating_sub(shown), inner);
        }
        match &assertion.tier2 {
            Some(tier2) => self.judgement(tier2, inner),
            None if is_unanswered(assertion) => {
                self.indented(inner, "its question alone decides, and no answer of Tier 2 was asked for", None);
            }
            None => {}
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
        let cut = self.source_line(&line, location.line, indent);
        let (number, bar) = (location.line.to_string(), self.style.symbol("│", "|"));
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

    /// A line of the target with its number; gives back what is shown of it, with tabs one column wide as in locations.
    fn source_line(&mut self, line: &str, number: u32, indent: usize) -> String {
        let cut: String = line.replace('\t', " ").chars().take(EXCERPT).collect();
        let bar = self.style.symbol("│", "|");
        let gutter = self.style.paint(Ink::Faint, &format!("{number} {bar} ")).into_owned();
        let text = format!("{:indent$}  {gutter}{}", "", harmless(&cut));
        self.line(&text);
        cut
    }

    /// What Tier 2 says of an assertion, unless it agrees and nobody asked.
    fn judgement(&mut self, tier2: &Tier2, indent: usize) {
        if tier2.outcome == Outcome::Pass && !self.verbose {
            return;
        }
        let words = one_line(&tier2.message);
        let separator = if words.is_empty() { "" } else { ": " };
        self.indented(indent, &format!("tier 2 {}{separator}{words}", answer(tier2)), None);
        self.grounds(tier2, indent);
    }

    /// A second opinion; where it is no pass, the control's reasons hold its words.
    fn second_opinion(&mut self, second: &Tier2, indent: usize) {
        let words = if second.outcome == Outcome::Pass { one_line(&second.message) } else { String::new() };
        let separator = if words.is_empty() { "" } else { ": " };
        self.indented(indent, &format!("second opinion {}{separator}{words}", answer(second)), None);
        self.grounds(second, indent);
    }

    /// What an answer leans on, and who gave it.
    fn grounds(&mut self, tier2: &Tier2, indent: usize) {
        let shown = if self.verbose { tier2.cited.len() } else { FINDINGS };
        for Citation { path, line } in tier2.cited.iter().take(shown) {
            let text = self.style.paint(Ink::Hint, &format!("{}:{line}", harmless(path))).into_owned();
            let text = format!("{:indent$}cites {text}", "");
            self.line(&text);
            if let Some(text) = (self.excerpt)(path, *line).filter(|text| !text.trim().is_empty()) {
                self.source_line(&text, *line, indent);
            }
        }
        self.more(tier2.cited.len().saturating_sub(shown), indent);
        if tier2.votes.windows(2).any(|pair| matches!(pair, [left, right] if left != right)) {
            let votes: Vec<_> = tier2.votes.iter().map(|vote| vote_name(*vote)).collect();
            self.indented(indent, &format!("votes: {}", votes.join(", ")), None);
        }
        if self.verbose && !tier2.provider.is_empty() {
            let votes = count(tier2.votes.len(), "vote", "votes");
            let cached = if tier2.cached { ", answered in an earlier run" } else { "" };
            let text = format!("judged by {} {}, {votes}{cached}", tier2.provider, tier2.model);
            self.indented(indent, &text, Some(Ink::Faint));
        }
    }

    fn waiver(&mut self, waiver: &Waiver, indent: usize) {
        let ink = (waiver.state != WaiverState::Live).then_some(Ink::Warn);
        self.indented(indent, &view::waiver(waiver), ink);
    }

    /// The gate's denials that the body has not said.
    fn decision(&mut self, report: &Report, decision: &Decision) {
        if decision.met {
            return;
        }
        let shown =
            report.assertions.iter().filter(|assertion| !matches!(assertion.outcome, Outcome::Pass | Outcome::Skip));
        let said: BTreeSet<(&str, &str)> = shown
            .flat_map(|assertion| {
                let judged = assertion.tier2.iter().map(|tier2| tier2.message.as_str());
                judged.chain([assertion.tier1.message.as_str()]).map(|message| (assertion.id.as_str(), message))
            })
            .collect();
        let reasons: BTreeSet<(&str, String)> = report
            .controls
            .iter()
            .filter(|control| self.says_reasons(control))
            .map(|control| (control.id.as_str(), control.reasons.join("; ")))
            .collect();
        // The missing answer to a question that alone decides stands below its assertion.
        let unanswered: BTreeSet<&str> =
            report.assertions.iter().filter(|it| is_unanswered(it)).map(|assertion| assertion.id.as_str()).collect();
        let is_said = |denial: &Denial| match denial.code.as_str() {
            "waiver_expired" | "control_not_implemented" => true,
            "judgement_missing" if unanswered.contains(denial.subject.as_str()) => true,
            _ => {
                said.contains(&(denial.subject.as_str(), denial.message.as_str()))
                    || reasons.contains(&(denial.subject.as_str(), denial.message.clone()))
            }
        };
        let unsaid = decision.denials.iter().filter(|denial| !is_said(denial));
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

/// Whether the question alone decides an assertion, and nobody was asked.
fn is_unanswered(assertion: &Assertion) -> bool {
    assertion.outcome == Outcome::Error && assertion.tier1.outcome == Outcome::Pass && assertion.tier2.is_none()
}

/// What Tier 2 answers, with the class of its reason: `fails (stub)`.
fn answer(tier2: &Tier2) -> String {
    let answer = match (tier2.outcome, tier2.answer) {
        (Outcome::Pass, _) => "holds",
        (Outcome::Fail | Outcome::Waived, _) => "fails",
        (Outcome::Error, Some(Answer::CannotTell)) => "cannot tell",
        (Outcome::Error, _) => "is undecided",
        (Outcome::Skip, _) => "was not asked",
    };
    tier2.reason.map_or_else(|| answer.to_owned(), |reason| format!("{answer} ({})", reason_name(reason)))
}

fn reason_name(reason: Reason) -> &'static str {
    match reason {
        Reason::NotFound => "not found",
        Reason::Stub => "stub",
        Reason::Partial => "partial",
        Reason::WrongPlace => "wrong place",
        Reason::Insufficient => "insufficient",
        Reason::Injection => "injection",
    }
}

fn vote_name(vote: VoteWord) -> &'static str {
    match vote {
        VoteWord::Holds => "holds",
        VoteWord::Fails => "fails",
        VoteWord::CannotTell => "cannot tell",
        VoteWord::Invalid => "invalid",
    }
}

/// A judge's paragraph without its line breaks.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many terminal columns a character takes: two for the wide scripts, one for the rest. Good enough to place a mark.
fn columns(char: char) -> usize {
    let wide = matches!(char, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}');
    if wide { 2 } else { 1 }
}
