//! The report as SARIF 2.1.0. A rule is an assertion (its id is what people waive and talk about) or a diagnostic; a result
//! is a finding of an assertion that does not pass. Does not know the services that read it, except that they drop results
//! without a place and never look at notifications.
//!
//! - A fail is an `error`; its control's severity is the `security-severity` of the rule.
//! - An error outcome is a result too, with level `warning`: as a notification it would vanish from every viewer, and as
//!   a result of kind `open` from most.
//! - What a waiver carries is a `note` with a suppression.
//! - A denial that no assertion has said is a notification: it has no place in any file, and the exit code says it too.

mod log;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::json;

use self::log::{
    ArtifactLocation, AutomationDetails, Configuration, DescriptorReference, Driver, Invocation, Location, Log,
    Message, Notification, PhysicalLocation, Region, Rule, Run, SarifResult, Suppression, Tool, VersionControl,
};
use super::exit::Exit;
use super::model::{Assertion, Control, Report, Tier2, WaiverState};
use super::view::{self, Places, Spot, clip};
use crate::base::canonical;
use crate::decide::codes::{self, Nature};
use crate::diag::json::Diagnostic;
use crate::verdict::Outcome;

/// Most results of a run; GitHub refuses a file with more.
const RESULTS: usize = 25_000;
/// Characters of one text.
const TEXT: usize = 4_000;
/// Characters of one name; GitHub takes no longer id of a rule.
const NAME: usize = 200;
/// Bytes of one path; there is no longer one in a target.
const PATH: usize = 4_096;
/// Most lines that a judge cites in one result.
const CITED: usize = 100;

/// The report as SARIF.
///
/// # Errors
/// As [`super::json::to_string`].
pub fn render(report: &Report, exit: Exit, places: &Places) -> Result<String, serde_json::Error> {
    super::json::to_string(&log(report, exit, places)?)
}

fn log(report: &Report, exit: Exit, places: &Places) -> Result<Log, serde_json::Error> {
    let mut builder = Builder {
        places,
        rules: Vec::new(),
        indexes: BTreeMap::new(),
        results: Vec::new(),
        alike: BTreeMap::new(),
        left: 0,
    };
    for diagnostic in &report.diagnostics {
        builder.diagnostic(diagnostic)?;
    }
    let controls = view::controls(report);
    for assertion in &report.assertions {
        let control = assertion.control.as_deref().and_then(|id| controls.get(id).copied());
        builder.assertion(assertion, control)?;
    }
    let Builder { rules, results, left, .. } = builder;
    let invocation = Invocation {
        execution_successful: matches!(exit, Exit::Met | Exit::NotMet),
        exit_code: exit.code(),
        exit_code_description: view::Ending::of(report, exit).sentence(),
        tool_execution_notifications: notifications(report, left),
    };
    let run = Run {
        tool: Tool { driver: Driver { name: "attest", version: report.tool.version.clone(), rules } },
        automation_details: report
            .package
            .name
            .as_ref()
            .map(|package| AutomationDetails { id: format!("attest/{}/", name(package)) }),
        invocations: [invocation],
        version_control_provenance: version_control(report),
        column_kind: "unicodeCodePoints",
        results,
        properties: json!({
            "summary": report.summary,
            "decision": report.decision.as_ref().map(|decision| json!({
                "gate": name(&decision.gate),
                "level": decision.level,
                "required": decision.required,
                "met": decision.met,
                "failureCodes": names(&decision.failure_codes),
            })),
            "package": {"name": optional(report.package.name.as_ref()), "digest": optional(report.package.digest.as_ref())},
            "subject": {"tree": optional(report.subject.tree.as_ref()), "dirty": report.subject.dirty},
        }),
    };
    Ok(Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [run],
    })
}

struct Builder<'a> {
    places: &'a Places,
    rules: Vec<Rule>,
    /// Of diagnostics' rules, by code.
    indexes: BTreeMap<&'static str, usize>,
    results: Vec<SarifResult>,
    /// How many results have a digest so far.
    alike: BTreeMap<String, usize>,
    /// Results beyond the limit.
    left: usize,
}

impl Builder<'_> {
    fn push(&mut self, result: SarifResult) {
        if self.results.len() < RESULTS {
            self.results.push(result);
        } else {
            self.left = self.left.saturating_add(1);
        }
    }

    fn diagnostic(&mut self, diagnostic: &Diagnostic) -> Result<(), serde_json::Error> {
        let next = self.rules.len();
        let index = *self.indexes.entry(diagnostic.code).or_insert(next);
        if index == next {
            self.rules.push(Rule {
                id: diagnostic.code.to_owned(),
                name: Some(diagnostic.name.to_owned()),
                short_description: message(&format!("the rules: {}", diagnostic.name.replace('-', " "))),
                full_description: message(&format!("`attest explain {}` says what it means", diagnostic.code)),
                default_configuration: Configuration { level: level(diagnostic.severity) },
                properties: json!({"tags": ["rules"]}),
            });
        }
        let place = &diagnostic.place;
        let spot = |place: &crate::diag::json::Place| Spot {
            path: self.places.in_rules(&place.path),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
        };
        let mut text = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            text.push_str("; ");
            text.push_str(help);
        }
        let related = diagnostic.labels.iter().filter(|label| label.place != *place);
        let related = related.map(|label| location(&spot(&label.place), Some(&label.message))).collect();
        let result = SarifResult {
            rule_id: diagnostic.code.to_owned(),
            rule_index: index,
            level: level(diagnostic.severity),
            message: message(&text),
            locations: [location(&spot(place), None)],
            related_locations: related,
            partial_fingerprints: self.fingerprint(diagnostic.code, &place.path, &diagnostic.message)?,
            suppressions: Vec::new(),
            properties: None,
        };
        self.push(result);
        Ok(())
    }

    fn assertion(&mut self, assertion: &Assertion, control: Option<&Control>) -> Result<(), serde_json::Error> {
        let level = match assertion.outcome {
            Outcome::Fail => "error",
            Outcome::Error => "warning",
            Outcome::Waived => "note",
            Outcome::Pass | Outcome::Skip => return Ok(()),
        };
        let rule_index = self.rules.len();
        self.rules.push(rule(assertion, control));
        let judged = assertion.tier1.outcome == Outcome::Pass;
        let mut related: Vec<Location> = view::cited(assertion)
            .take(CITED)
            .map(|(path, line)| {
                location(&Spot::line(self.places.in_target(path), line), Some("the judge cites this line"))
            })
            .collect();
        let rule = assertion.source.as_ref().map(|source| location(&view::rule(source, self.places), Some("the rule")));
        related.extend(rule);
        let mut spots = view::spots(assertion, self.places);
        if judged {
            // One answer is one result, however many lines it cites.
            spots.truncate(1);
        }
        if spots.is_empty() {
            // Nothing of it is in a file; a result without a place would have the whole log refused.
            spots.push(Spot { path: String::from("."), line: 1, column: 1, end_line: 1, end_column: 1 });
        }
        for (at, spot) in spots.iter().enumerate() {
            let finding = assertion.tier1.findings.get(at).filter(|_| !judged);
            let mut text = view::why(assertion).to_owned();
            if let Some(finding) = finding.filter(|finding| view::adds(finding, assertion)) {
                text = format!("{text}: {}", finding.message);
            }
            if let Some(tier2) = &assertion.tier2 {
                text = format!("{text} ({}, {})", view::judgement(tier2), view::judge(tier2));
            }
            let kind = if judged { "tier2" } else { finding.map_or("", |finding| &finding.message) };
            let path = finding.map_or("", |finding| &finding.location.path);
            let result = SarifResult {
                rule_id: name(&assertion.id).into_owned(),
                rule_index,
                level,
                message: message(&text),
                locations: [location(spot, None)],
                related_locations: related.clone(),
                partial_fingerprints: self.fingerprint(&assertion.id, path, kind)?,
                suppressions: suppression(assertion).into_iter().collect(),
                properties: Some(properties(assertion)),
            };
            self.push(result);
        }
        Ok(())
    }

    /// What stays the same where lines move: rule, path, words without numbers, and which of several alike it is.
    fn fingerprint(
        &mut self,
        id: &str,
        path: &str,
        words: &str,
    ) -> Result<BTreeMap<&'static str, String>, serde_json::Error> {
        let words: String = words.chars().map(|char| if char.is_ascii_digit() { '#' } else { char }).collect();
        let digest: String = canonical::digest(&[id, path, &words])?.hex.chars().take(32).collect();
        let before = self.alike.entry(digest.clone()).or_default();
        let print = format!("{digest}:{before}");
        *before = before.saturating_add(1);
        Ok(BTreeMap::from([("attest/v1", print)]))
    }
}

/// A foreign name, as long as a service takes one.
fn name(text: &str) -> Cow<'_, str> {
    clip(text, NAME)
}

fn names(texts: &[String]) -> Vec<Cow<'_, str>> {
    texts.iter().map(|text| name(text)).collect()
}

fn optional(text: Option<&String>) -> Option<Cow<'_, str>> {
    text.map(|text| name(text))
}

fn rule(assertion: &Assertion, control: Option<&Control>) -> Rule {
    let severity = control.and_then(|control| control.severity.as_deref());
    // The scale of CVSS, by which code scanning ranks what is tagged `security`.
    let score = match severity {
        Some("critical") => Some("9.5"),
        Some("high") => Some("8.0"),
        Some("medium") => Some("5.5"),
        Some("low") => Some("2.0"),
        _ => None,
    };
    let mut properties = json!({
        "tags": if score.is_some() { vec!["security"] } else { Vec::new() },
        "severity": severity.map(name),
        "check": optional(assertion.check.as_ref()),
        "control": optional(assertion.control.as_ref()),
        "covers": names(&assertion.covers),
    });
    if let (Some(score), Some(properties)) = (score, properties.as_object_mut()) {
        properties.insert(String::from("security-severity"), json!(score));
    }
    let title = control.map_or(assertion.id.as_str(), |control| control.title.as_str());
    let check = assertion
        .check
        .as_ref()
        .map_or_else(|| String::from("an expression"), |check| format!("check `{}`", name(check)));
    let owner =
        assertion.control.as_ref().map(|control| format!(" of control `{}`", name(control))).unwrap_or_default();
    Rule {
        id: name(&assertion.id).into_owned(),
        name: assertion.check.as_deref().map(|check| name(check).into_owned()),
        short_description: message(title),
        full_description: message(&format!("assertion `{}`{owner}: {check}", name(&assertion.id))),
        default_configuration: Configuration { level: "error" },
        properties,
    }
}

fn properties(assertion: &Assertion) -> serde_json::Value {
    let tier2 = assertion.tier2.as_ref().map(|tier2| {
        let Tier2 { outcome, answer, reason, votes, provider, model, evidence_digest, cached, .. } = tier2;
        json!({"outcome": outcome, "answer": answer, "reason": reason, "votes": votes,
            "provider": name(provider), "model": name(model), "evidenceDigest": name(evidence_digest), "cached": cached})
    });
    json!({"outcome": assertion.outcome, "tier1": assertion.tier1.outcome, "tier2": tier2})
}

fn suppression(assertion: &Assertion) -> Option<Suppression> {
    let waiver = assertion.waiver.as_ref().filter(|waiver| waiver.state == WaiverState::Live)?;
    Some(Suppression {
        kind: "external",
        status: "accepted",
        justification: clip(&view::waiver(waiver), TEXT).into_owned(),
    })
}

fn notifications(report: &Report, left: usize) -> Vec<Notification> {
    let denials = report.decision.iter().flat_map(|decision| view::unsaid(report, decision));
    let mut notifications: Vec<Notification> = denials
        .map(|denial| Notification {
            descriptor: DescriptorReference { id: name(&denial.code).into_owned() },
            // An error here would say that the run itself broke down.
            level: match codes::find(&denial.code).map(|code| code.nature) {
                Some(Nature::Undecides) => "error",
                _ => "warning",
            },
            message: message(&format!("{}: {}", name(&denial.subject), denial.message)),
        })
        .collect();
    if left > 0 {
        notifications.push(Notification {
            descriptor: DescriptorReference { id: String::from("results_cut") },
            level: "warning",
            message: message(&format!("{left} more results are not listed; the formats json and jsonl have them")),
        });
    }
    notifications
}

fn version_control(report: &Report) -> Vec<VersionControl> {
    let repo = report.subject.repo.as_ref().filter(|repo| {
        let plain = |char: char| char.is_ascii_alphanumeric() || "-._~:/@%+".contains(char);
        repo.len() <= PATH
            && (repo.starts_with("https://") || repo.starts_with("http://") || repo.starts_with("ssh://"))
            && repo.chars().all(plain)
    });
    let revision_id = report.subject.commit.as_deref().map(|commit| name(commit).into_owned());
    repo.map(|repo| VersionControl { repository_uri: repo.clone(), revision_id }).into_iter().collect()
}

fn level(severity: &str) -> &'static str {
    match severity {
        "error" => "error",
        "warning" => "warning",
        _ => "note",
    }
}

/// Plain text as SARIF spells it: braces are doubled, for a single one is a placeholder, and `](` does not make a link.
fn message(text: &str) -> Message {
    let text = clip(text, TEXT).replace('{', "{{").replace('}', "}}").replace("](", "] (");
    Message { text }
}

fn location(spot: &Spot, words: Option<&str>) -> Location {
    let start_line = spot.line.max(1);
    let end_line = spot.end_line.max(start_line);
    let start_column = spot.column.max(1);
    let least = if end_line == start_line { start_column } else { 1 };
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(&spot.path), uri_base_id: "%SRCROOT%" },
            region: Region { start_line, start_column, end_line, end_column: spot.end_column.max(least) },
        },
        message: words.filter(|words| !words.is_empty()).map(message),
    }
}

/// A relative path as a URI: whatever is no letter, digit, `-._~` or `/` is percent-encoded.
fn uri(path: &str) -> String {
    let path = if path.len() > PATH { clip(path, PATH) } else { Cow::Borrowed(path) };
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&crate::base::digest::hex(&[byte]).to_ascii_uppercase());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{message, uri};

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("app/a b.py"), "app/a%20b.py");
        assert_eq!(uri("ü:%\n"), "%C3%BC%3A%25%0A");
    }

    #[test]
    fn a_message_has_no_placeholder_and_no_link() {
        assert_eq!(message("{0} [a](http://x)").text, "{{0}} [a] (http://x)");
    }
}
