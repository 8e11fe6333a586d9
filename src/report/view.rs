//! What several formats say in the same words: why an assertion does not pass, what a waiver and a judge say, which denials
//! are news, where things lie. Does not know any format's syntax.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use super::exit::{Exit, nothing_affected};
use super::model::{Assertion, Control, Report, Tier2, Waiver, WaiverState};
use crate::decide::Decision;
use crate::decide::Denial;
pub(super) use crate::diag::style::clip;
use crate::verdict::{Finding, Location, Outcome};

/// Where rules and target lie, seen from the directory in which attest runs: what turns the paths of a report into paths
/// that a service finds in a checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// The package's directory with a final `/`; empty where it is the current directory, or lies elsewhere.
    pub rules: String,
    /// The target's root, likewise.
    pub target: String,
}

impl Places {
    /// A path of the target.
    pub fn in_target(&self, path: &str) -> String {
        format!("{}{path}", self.target)
    }

    /// A path of the rules. One that is absolute, because the command line names it so, tells its file alone.
    pub fn in_rules(&self, path: &str) -> String {
        let drive = path.split('/').next().is_some_and(|first| first.ends_with(':'));
        if path.starts_with('/') || drive {
            return path.rsplit('/').next().unwrap_or(path).to_owned();
        }
        format!("{}{path}", self.rules)
    }
}

/// A path of the rules as it is read, not looked up.
pub(super) fn shown(path: &str) -> String {
    Places::default().in_rules(path)
}

/// A place of an artifact, its path as [`Places`] has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub path: String,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

impl Spot {
    /// A line without columns.
    pub(super) fn line(path: String, line: u32) -> Self {
        Self { path, line, column: 1, end_line: line, end_column: 1 }
    }

    pub(super) fn of(location: &Location, places: &Places) -> Self {
        let Location { path, line, column, end_line, end_column } = location;
        let path = places.in_target(path);
        Self { path, line: *line, column: *column, end_line: *end_line, end_column: *end_column }
    }
}

/// The places at which an assertion that does not pass is to be shown: its findings, else what the judge cites, else the
/// rule. Empty where there is none of them.
pub(super) fn spots(assertion: &Assertion, places: &Places) -> Vec<Spot> {
    let judged = assertion.tier1.outcome == Outcome::Pass;
    let found = || assertion.tier1.findings.iter().map(|finding| Spot::of(&finding.location, places));
    let cited = || cited(assertion).map(|(path, line)| Spot::line(places.in_target(path), line));
    let rule = || assertion.source.iter().map(|source| rule(source, places));
    let spots: Vec<Spot> = if judged { cited().collect() } else { found().collect() };
    match spots.as_slice() {
        [] => found().chain(rule()).take(1).collect(),
        _ => spots,
    }
}

/// The place of a rule.
pub(super) fn rule(source: &super::model::Source, places: &Places) -> Spot {
    let end = (source.line, source.column);
    Spot {
        path: places.in_rules(&source.path),
        line: source.line,
        column: source.column,
        end_line: end.0,
        end_column: end.1,
    }
}

/// The lines that the judge cites.
pub(super) fn cited(assertion: &Assertion) -> impl Iterator<Item = (&str, u32)> {
    assertion.tier2.iter().flat_map(|tier2| &tier2.cited).map(|cited| (cited.path.as_str(), cited.line))
}

/// Text in which nothing is markup, in an element or in a quoted attribute.
pub(super) fn markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            plain => out.push(plain),
        }
    }
    out
}

/// How a value is spelt in JSON: the one place that knows the words of closed sets.
pub(super) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Why an assertion does not pass, or how it passes; never empty.
pub(super) fn why(assertion: &Assertion) -> &str {
    let judged = assertion.tier2.as_ref().filter(|tier2| tier2.outcome != Outcome::Pass);
    let message = match judged {
        Some(tier2) if assertion.tier1.outcome == Outcome::Pass => &tier2.message,
        _ => &assertion.tier1.message,
    };
    if !message.is_empty() {
        return message;
    }
    match assertion.outcome {
        Outcome::Pass => "it holds",
        Outcome::Fail => "it does not hold",
        Outcome::Error => "nothing can be said about it",
        Outcome::Skip => "it is out of this run's scope",
        Outcome::Waived => "it does not hold, and a waiver carries it",
    }
}

/// Whether a finding says something that its assertion has not said.
pub(super) fn adds(finding: &Finding, assertion: &Assertion) -> bool {
    !finding.message.is_empty() && finding.message != assertion.tier1.message
}

/// `tier 2 fails (stub)`: what the judge says, without its words.
pub(super) fn judgement(tier2: &Tier2) -> String {
    let mut text = String::from("tier 2 ");
    text.push_str(&tier2.answer.as_ref().map_or_else(|| String::from("gives no answer"), word));
    if let Some(reason) = &tier2.reason {
        let _ = write!(text, " ({})", word(reason));
    }
    if tier2.answer.is_some() && tier2.outcome == Outcome::Error {
        text.push_str(", undecided");
    }
    text.replace("cannot_tell", "cannot tell").replace("not_found", "not found").replace("wrong_place", "wrong place")
}

/// `asked openai gpt-5; votes: holds, fails; from an earlier run`.
pub(super) fn judge(tier2: &Tier2) -> String {
    let mut text = format!("asked {} {}", tier2.provider, tier2.model);
    if tier2.votes.len() > 1 {
        let votes: Vec<String> = tier2.votes.iter().map(|vote| word(vote).replace('_', " ")).collect();
        let _ = write!(text, "; votes: {}", votes.join(", "));
    }
    if tier2.cached {
        text.push_str("; from an earlier run");
    }
    text
}

/// What became of a waiver, in one line.
pub(super) fn waiver(waiver: &Waiver) -> String {
    let because = format!("{}, by {}: {}", waiver.until, waiver.by, waiver.because);
    let ticket = waiver.ticket.as_ref().map(|ticket| format!(" ({ticket})")).unwrap_or_default();
    match waiver.state {
        WaiverState::Live => format!("waived until {because}{ticket}"),
        WaiverState::Expired => format!("the waiver expired after {because}{ticket}; mend or renew"),
        WaiverState::Stale => format!("the waiver until {because}{ticket} carries nothing; remove it"),
        WaiverState::Elsewhere => {
            let at = waiver.at.as_deref().unwrap_or("elsewhere");
            format!("a waiver covers `{at}` only, and findings lie outside it")
        }
    }
}

/// The denials that no assertion has said, in its messages or by its waiver.
pub(super) fn unsaid<'a>(report: &'a Report, decision: &'a Decision) -> impl Iterator<Item = &'a Denial> {
    let mut said: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut expired: BTreeSet<&str> = BTreeSet::new();
    for assertion in report.assertions.iter().filter(|it| !matches!(it.outcome, Outcome::Pass | Outcome::Skip)) {
        said.insert((&assertion.id, &assertion.tier1.message));
        said.extend(assertion.tier2.iter().map(|tier2| (assertion.id.as_str(), tier2.message.as_str())));
        let waiver = assertion.waiver.iter().filter(|waiver| waiver.state == WaiverState::Expired);
        expired.extend(waiver.map(|_| assertion.id.as_str()));
    }
    decision.denials.iter().filter(move |denial| {
        let waived = denial.code == "waiver_expired" && expired.contains(denial.subject.as_str());
        !waived && !said.contains(&(denial.subject.as_str(), denial.message.as_str()))
    })
}

/// The controls by id.
pub(super) fn controls(report: &Report) -> BTreeMap<&str, &Control> {
    report.controls.iter().map(|control| (control.id.as_str(), control)).collect()
}

/// The assertions of each control in its order, and last those that belong to none of the report's.
pub(super) fn groups(report: &Report) -> (Vec<(&Control, Vec<&Assertion>)>, Vec<&Assertion>) {
    let mut by_control: BTreeMap<&str, Vec<&Assertion>> = BTreeMap::new();
    let mut loose = Vec::new();
    let known = controls(report);
    for assertion in &report.assertions {
        match assertion.control.as_deref().filter(|control| known.contains_key(control)) {
            Some(control) => by_control.entry(control).or_default().push(assertion),
            None => loose.push(assertion),
        }
    }
    let controls =
        report.controls.iter().map(|control| (control, by_control.remove(control.id.as_str()).unwrap_or_default()));
    (controls.collect(), loose)
}

/// What a run comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Met,
    NotAffected,
    NotMet,
    Undecided,
    NotCompiled,
}

impl Ending {
    pub(super) fn of(report: &Report, exit: Exit) -> Self {
        match exit {
            _ if report.decision.is_none() => Self::NotCompiled,
            Exit::Met if nothing_affected(&report.summary) => Self::NotAffected,
            Exit::Met => Self::Met,
            Exit::NotMet => Self::NotMet,
            Exit::Undecided | Exit::Usage | Exit::Bug => Self::Undecided,
        }
    }

    /// The whole, without the name of the gate.
    pub(super) fn sentence(self) -> String {
        if self == Self::NotCompiled { self.words().to_owned() } else { format!("the gate {}", self.words()) }
    }

    /// What follows the name of the gate, or stands for it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Met => "is met",
            Self::NotAffected => "is not asked: nothing is affected",
            Self::NotMet => "is not met",
            Self::Undecided => "is undecided",
            Self::NotCompiled => "the rules do not compile",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Places, clip};

    #[test]
    fn long_and_hostile_text_is_one_short_line() {
        assert_eq!(clip("a\nb", 3), "a\\nb");
        assert_eq!(clip("\u{202e}üüüü", 2), "\\u{202e}ü... (3 more characters)");
        assert_eq!(clip("", 0), "");
    }

    #[test]
    fn no_place_is_absolute() {
        let places = Places { rules: "policy/".into(), target: "app/".into() };
        assert_eq!(places.in_target("a.py"), "app/a.py");
        assert_eq!(places.in_rules("a.attest"), "policy/a.attest");
        assert_eq!(places.in_rules("/home/me/a.attest"), "a.attest");
        assert_eq!(places.in_rules("C:/me/a.attest"), "a.attest");
    }
}
