//! A verdict as a page of Markdown, for a step summary or a comment on a pull request: what was verified, what is only said,
//! and what is wrong.
//!
//! Foreign values stand in code spans only, so that the page has the same headings, lists and tables whatever they are, no
//! link, no image, no mention and no reference. Does not judge: it is given the verdict. Does not know where it is posted.

use std::fmt::Write as _;

use serde_json::Value;

use super::verdict::{Failure, Trust, Verdict};
use crate::diag::markdown::{cell, code, prose};

/// Most bytes of a page; GitHub refuses a longer comment.
pub const LIMIT: usize = 65_536;
/// Rows of a table, and failures, that are shown.
pub const ROWS: usize = 20;
/// Characters of a value that are shown.
const VALUE: usize = 200;
/// Characters of a code.
const NAME: usize = 64;
/// Bytes of the items of a section; one that would have more tells fewer of them.
const SECTION: usize = 14_000;
/// Bytes kept for the line that says what was cut.
const RESERVE: usize = 256;

/// The page. Statement and context are missing where they cannot be read; the verdict says why.
pub fn render(statement: Option<&Value>, context: Option<&Value>, verdict: &Verdict) -> String {
    let sides = Sides { statement, context, trust: verdict.trust };
    let known = match verdict.trust {
        Trust::Signature => "Verified identity",
        Trust::Context => "Identity by the caller's word",
        Trust::None => "Identity that nobody answers for",
    };
    let compared = ["", "said", "known", "matches"];
    let sections = [
        failures(verdict),
        subjects(&sides),
        table("Repository", compared, &sides.repository()),
        table(known, compared, &sides.identity()),
        table("Privacy, as the statement says", ["", "said"], &sides.privacy()),
        table("The run, as the statement says", ["", "said"], &sides.run()),
        evidence(&sides),
    ];
    let mut page = heading(&sides, verdict);
    let mut left = 0_usize;
    for section in sections {
        if page.len().saturating_add(section.len()) > LIMIT.saturating_sub(RESERVE) {
            left = left.saturating_add(1);
        } else {
            page.push_str(&section);
        }
    }
    if left > 0 {
        let _ = writeln!(page, "\n**Cut:** of the sections {left} are not shown, for this text may not be longer.");
    }
    page
}

/// What a document says and what the verifier knows.
struct Sides<'v> {
    statement: Option<&'v Value>,
    context: Option<&'v Value>,
    trust: Trust,
}

/// A value of either, as long as it is there.
fn at<'v>(document: Option<&'v Value>, pointer: &str) -> Option<&'v Value> {
    document.and_then(|document| document.pointer(pointer)).filter(|value| !value.is_null())
}

/// A value as it is shown in a cell.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => String::from("not said"),
        Some(Value::String(text)) => cell(text, VALUE),
        Some(Value::Bool(true)) => String::from("yes"),
        Some(Value::Bool(false)) => String::from("no"),
        Some(other) => cell(&other.to_string(), VALUE),
    }
}

/// What two sides are to each other.
fn same(said: Option<&Value>, known: Option<&Value>) -> String {
    String::from(match (said, known) {
        (Some(said), Some(known)) if said == known => "yes",
        (Some(_), Some(_)) => "**no**",
        _ => "not compared",
    })
}

impl<'v> Sides<'v> {
    fn said(&self, pointer: &str) -> Option<&'v Value> {
        at(self.statement, &format!("/predicate/{pointer}"))
    }

    fn known(&self, pointer: &str) -> Option<&'v Value> {
        at(self.context, &format!("/{pointer}"))
    }

    /// A row of what is said and what is known; nothing where it is neither.
    fn pair(&self, name: &str, said: Option<&Value>, known: &str) -> Option<Vec<String>> {
        let known = self.known(known);
        let row = || vec![name.to_owned(), shown(said), known_as(known), same(said, known)];
        (said.is_some() || known.is_some()).then(row)
    }

    fn repository(&self) -> Vec<Vec<String>> {
        let pairs = [
            ("address", "repo/url", "repoUrl"),
            ("base commit", "repo/baseCommit", "baseCommit"),
            ("pull request", "repo/pullRequest/number", "expectedPullRequestNumber"),
            ("run", "runId", "expectedRunId"),
        ];
        let mut rows: Vec<_> =
            pairs.iter().filter_map(|(name, said, known)| self.pair(name, self.said(said), known)).collect();
        for (name, said) in [("head commit", "repo/headCommit"), ("branch", "repo/branch")] {
            if let Some(said) = self.said(said) {
                rows.push(vec![name.to_owned(), shown(Some(said)), String::from("not known"), same(Some(said), None)]);
            }
        }
        rows
    }

    fn identity(&self) -> Vec<Vec<String>> {
        if self.statement.is_none() && self.context.is_none() {
            return Vec::new();
        }
        let row = |name: &str, said: Option<&Value>, known: &str| {
            let known = self.known(known);
            vec![name.to_owned(), shown(said), known_as(known), same(said, known)]
        };
        let mut rows = vec![
            row("signer", self.said("agent/declaredIdentity"), "verifiedSigner"),
            row("builder", self.said("environment/builder/id"), "verifiedBuilderId"),
            row("workflow", self.said("environment/builder/workflowRef"), "verifiedWorkflowRef"),
            row("issuer", None, "verifiedIssuer"),
        ];
        let approved = self.known("verifiedApproval");
        rows.push(vec![
            String::from("approval"),
            shown(self.said("humanApproval/state")),
            match (approved.and_then(Value::as_bool), self.trust) {
                (Some(true), Trust::Signature) => String::from("verified"),
                (Some(true), Trust::Context) => String::from("yes, by the caller's word"),
                (Some(true), Trust::None) => String::from("yes, and nobody answers for it"),
                (Some(false), _) => String::from("no"),
                (None, _) => String::from("not provided"),
            },
            String::from("not compared"),
        ]);
        rows
    }

    fn privacy(&self) -> Vec<Vec<String>> {
        if self.statement.is_none() {
            return Vec::new();
        }
        let row = |name: &str, said: &str| vec![name.to_owned(), shown(self.said(said))];
        vec![
            row("redaction policy", "privacy/redactionPolicy"),
            row("raw prompt stored", "privacy/rawPrompt/stored"),
            row("raw prompt visible to", "privacy/rawPrompt/visibility"),
            row("raw tool output stored", "privacy/rawToolOutputs/stored"),
            row("raw tool output visible to", "privacy/rawToolOutputs/visibility"),
        ]
    }

    /// What nobody verifies: who ran, where, on what.
    fn run(&self) -> Vec<Vec<String>> {
        let rows = [
            ("agent", "agent/name"),
            ("agent's version", "agent/version"),
            ("invoked as", "agent/invocationKind"),
            ("model's provider", "model/provider"),
            ("model", "model/modelId"),
            ("model's revision", "model/modelRevision"),
            ("ran in", "environment/executionType"),
            ("runner", "environment/builder/runnerClass"),
            ("captured by", "capture/method"),
            ("harness", "capture/harness"),
            ("started", "timestamps/startedAt"),
            ("finished", "timestamps/finishedAt"),
            ("files changed", "changes/filesChanged"),
            ("lines added", "changes/insertions"),
            ("lines removed", "changes/deletions"),
            ("generated files", "changes/generatedFiles"),
        ];
        let row = |(name, said): (&str, &str)| Some(vec![name.to_owned(), shown(Some(self.said(said)?))]);
        rows.into_iter().filter_map(row).collect()
    }
}

/// What the verifier knows, as it is shown in a cell.
fn known_as(value: Option<&Value>) -> String {
    value.map_or_else(|| String::from("not provided"), |value| shown(Some(value)))
}

/// Whether it is valid, and at which level; what is only claimed is called so.
fn heading(sides: &Sides<'_>, verdict: &Verdict) -> String {
    let mut page = String::new();
    let claimed = verdict.level.as_deref();
    if let (true, Some(level)) = (verdict.valid, claimed) {
        let _ = writeln!(page, "## Agent Provenance: valid ({})", code(level, NAME));
    } else {
        let _ = writeln!(page, "## Agent Provenance: {}", if verdict.valid { "valid" } else { "invalid" });
    }
    let trust = match verdict.trust {
        Trust::Signature => "verified; what is known comes from it, from git and from the repository's policy",
        Trust::Context => "not verified: what is known is the word of whoever ran this",
        Trust::None => "not verified, and nobody answers for what is known: no level above evidence-grade",
    };
    let earned = match (verdict.valid, claimed, verdict.trust) {
        (true, Some(level), Trust::Context) => format!("{}, by the caller's word", cell(level, VALUE)),
        (true, Some(level), Trust::None | Trust::Signature) => cell(level, VALUE),
        _ => String::from("none"),
    };
    let rows = [
        vec![String::from("level claimed"), claimed.map_or_else(|| "cannot be read".to_owned(), |it| cell(it, VALUE))],
        vec![String::from("level earned"), earned],
        vec![String::from("level required"), known_as(sides.known("requiredLevel"))],
        vec![String::from("signature"), trust.to_owned()],
    ];
    let _ = writeln!(page);
    rows_of(&mut page, ["", ""], &rows);
    if !verdict.failure_codes.is_empty() {
        let codes: Vec<String> = verdict.failure_codes.iter().take(ROWS).map(|it| code(it, NAME)).collect();
        let more = verdict.failure_codes.len().saturating_sub(codes.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(page, "\n**Failure codes:** {}{more}", codes.join(", "));
    }
    page
}

/// What is wrong, the codes in their order.
fn failures(verdict: &Verdict) -> String {
    let mut section = String::new();
    if !verdict.failures.is_empty() {
        let _ = writeln!(section, "\n### Failures\n");
        items(&mut section, verdict.failures.iter().map(failure));
    }
    section
}

/// A failure: its code, where, what is there, and what to do.
fn failure(failure: &Failure) -> String {
    let (name, path) = (code(&failure.code, VALUE), code(&failure.path, VALUE));
    let mut text = format!("- {name} at {path}: {}\n", prose(&failure.message));
    for (name, value) in [("found", &failure.found), ("expected", &failure.expected)] {
        if let Some(value) = value {
            let _ = writeln!(text, "  - {name} {}", code(value, VALUE));
        }
    }
    let _ = writeln!(text, "  - help: {}", prose(&failure.help));
    text
}

/// The subjects, and whether the verifier knows them by that name with that digest.
fn subjects(sides: &Sides<'_>) -> String {
    let known = at(sides.context, "/subjects").and_then(Value::as_array);
    let list = at(sides.statement, "/subject").and_then(Value::as_array);
    let row = |subject: &Value| {
        let (name, digest) = (subject.get("name"), subject.pointer("/digest/sha256"));
        let twin = known.and_then(|known| known.iter().find(|known| known.get("name") == name && name.is_some()));
        let matches = match (known, twin) {
            (None, _) => String::from("not compared"),
            (Some(_), None) => String::from("**no**: the verifier does not know it"),
            (Some(_), Some(_)) if digest.is_none() => String::from("**no**"),
            (Some(_), Some(twin)) => same(digest, twin.get("digest")),
        };
        vec![shown(name), short(digest), matches]
    };
    let mut rows: Vec<Vec<String>> = list.into_iter().flatten().map(row).collect();
    let is_said = |known: &&Value| list.into_iter().flatten().any(|subject| subject.get("name") == known.get("name"));
    for known in known.into_iter().flatten().filter(|known| !is_said(known)) {
        rows.push(vec![shown(known.get("name")), String::from("not said"), String::from("**no**: it is not said")]);
    }
    if rows.is_empty() {
        return String::from("\n### Subjects\n\n(none)\n");
    }
    table("Subjects", ["name", "SHA-256", "matches"], &rows)
}

/// A digest, short enough for a table.
fn short(digest: Option<&Value>) -> String {
    match digest.and_then(Value::as_str) {
        Some(text) if text.chars().count() > 20 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            let text: Vec<char> = text.chars().collect();
            let end = text.len().saturating_sub(4);
            let first: String = text.iter().take(12).collect();
            let last: String = text.iter().skip(end).collect();
            cell(&format!("{first}…{last}"), VALUE)
        }
        _ => shown(digest),
    }
}

/// The evidence: named, and not opened.
fn evidence(sides: &Sides<'_>) -> String {
    let entries = sides.said("evidence").and_then(Value::as_array);
    let row = |entry: &Value| {
        let value = |name: &str| shown(entry.get(name));
        vec![value("type"), value("visibility"), value("storage"), short(entry.pointer("/digest/sha256"))]
    };
    let rows: Vec<Vec<String>> = entries.into_iter().flatten().map(row).collect();
    table("Evidence, named and not opened", ["type", "visible to", "stored in", "SHA-256"], &rows)
}

/// A section that is one table; nothing where there are no rows.
fn table<const N: usize>(title: &str, head: [&str; N], rows: &[Vec<String>]) -> String {
    let mut section = String::new();
    if !rows.is_empty() {
        let _ = writeln!(section, "\n### {title}\n");
        rows_of(&mut section, head, rows);
    }
    section
}

fn rows_of<const N: usize>(page: &mut String, head: [&str; N], rows: &[Vec<String>]) {
    let _ = writeln!(page, "| {} |\n|{}", head.join(" | "), "---|".repeat(N));
    items(page, rows.iter().map(|row| format!("| {} |\n", row.join(" | "))));
}

/// Items, as many as a page takes; how many there are beyond is said.
fn items(page: &mut String, items: impl Iterator<Item = String>) {
    let (mut shown, mut left, mut size) = (0_usize, 0_usize, 0_usize);
    for item in items {
        size = size.saturating_add(item.len());
        if left > 0 || shown >= ROWS || size > SECTION {
            left = left.saturating_add(1);
        } else {
            page.push_str(&item);
            shown = shown.saturating_add(1);
        }
    }
    if left > 0 {
        let _ = writeln!(page, "\nAnd {left} more.");
    }
}
