//! The report as one page to keep, to hand on or to print: no script, nothing from elsewhere, and a policy that forbids both.
//! It shows no line of the target, so that it may go where the target may not. Does not know where it is kept.

use std::fmt::Write as _;

use super::exit::Exit;
use super::model::{Assertion, Control, ControlStatus, Report, Summary, Tier2, WaiverState};
use super::view::{self, Ending, clip};
use crate::base::digest::Algorithm;
use crate::decide::{Decision, Level};
use crate::diag::json::{Diagnostic, Place};
use crate::verdict::Outcome;

/// The style, in the page itself.
const STYLE: &str = include_str!("page.css");
/// Characters of one text.
const TEXT: usize = 4_000;

/// The report as HTML.
pub fn render(report: &Report, exit: Exit) -> String {
    let ending = Ending::of(report, exit);
    let ink = match ending {
        Ending::Met => "good",
        Ending::NotMet | Ending::NotCompiled => "bad",
        Ending::Undecided | Ending::NotAffected => "warn",
    };
    let title = match &report.decision {
        None => ending.words().to_owned(),
        Some(decision) => format!("gate {} {}", text(&decision.gate), ending.words()),
    };
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; \
         form-action 'none'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>attest: {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        digest(STYLE)
    );
    let heading = match &report.decision {
        None => String::from("The rules do not compile"),
        Some(decision) => format!("Gate {} {}", code(&decision.gate), ending.words()),
    };
    let _ = writeln!(out, "<header>\n<h1 class=\"{ink}\">{heading}</h1>");
    facts(&mut out, report, exit);
    counts(&mut out, report);
    out.push_str("</header>\n<main>\n");
    if let Some(decision) = &report.decision {
        denials(&mut out, report, decision);
    }
    diagnostics(&mut out, &report.diagnostics);
    controls(&mut out, report);
    let _ = writeln!(
        out,
        "</main>\n<footer>{} {}</footer>\n</body>\n</html>",
        text(&report.tool.name),
        text(&report.tool.version)
    );
    out
}

fn facts(out: &mut String, report: &Report, exit: Exit) {
    let mut rows: Vec<(&str, String)> = Vec::new();
    let subject = &report.subject;
    rows.extend(report.package.name.iter().map(|name| ("package", code(name))));
    rows.extend(report.package.digest.iter().map(|digest| ("rules", code(digest))));
    rows.extend(subject.repo.iter().map(|repo| ("repository", code(repo))));
    let state = if subject.dirty { " with changes that no commit holds" } else { "" };
    rows.extend(subject.commit.iter().map(|commit| ("commit", format!("{}{state}", code(commit)))));
    rows.extend(subject.tree.iter().map(|tree| ("tree", code(tree))));
    if let Some(decision) = &report.decision {
        let level = decision.level.map_or("none", Level::name);
        rows.push(("level", format!("{level} ({} required)", decision.required)));
        if !decision.failure_codes.is_empty() {
            let codes: Vec<String> = decision.failure_codes.iter().map(|code| self::code(code)).collect();
            rows.push(("failure codes", codes.join(" ")));
        }
    }
    rows.push(("exit code", exit.code().to_string()));
    out.push_str("<dl class=\"facts\">\n");
    for (name, value) in rows {
        let _ = writeln!(out, "<dt>{name}</dt><dd>{value}</dd>");
    }
    out.push_str("</dl>\n");
}

fn counts(out: &mut String, report: &Report) {
    let Summary { pass, fail, error, skip, waived } = report.summary;
    if report.decision.is_none() {
        return;
    }
    out.push_str("<ul class=\"counts\">\n");
    for (number, outcome) in [
        (pass, Outcome::Pass),
        (fail, Outcome::Fail),
        (error, Outcome::Error),
        (waived, Outcome::Waived),
        (skip, Outcome::Skip),
    ] {
        let ink = if number > 0 { of_outcome(outcome) } else { "faint" };
        let _ = writeln!(out, "<li class=\"{ink}\"><b>{number}</b>{}</li>", outcome.name());
    }
    out.push_str("</ul>\n");
}

fn denials(out: &mut String, report: &Report, decision: &Decision) {
    let mut items = view::unsaid(report, decision).peekable();
    if items.peek().is_none() {
        return;
    }
    out.push_str("<h2>What else the gate says</h2>\n<ul>\n");
    for denial in items {
        let (code, subject) = (code(&denial.code), code(&denial.subject));
        let _ = writeln!(out, "<li>{code} {subject}: {}</li>", words(&denial.message));
    }
    out.push_str("</ul>\n");
}

fn diagnostics(out: &mut String, diagnostics: &[Diagnostic]) {
    if diagnostics.is_empty() {
        return;
    }
    let at = |place: &Place| code(&format!("{}:{}:{}", view::shown(&place.path), place.line, place.column));
    out.push_str("<h2>Rules</h2>\n<ul>\n");
    for diagnostic in diagnostics {
        let ink = match diagnostic.severity {
            "error" => "bad",
            "warning" => "warn",
            _ => "hint",
        };
        let _ = write!(
            out,
            "<li><span class=\"badge {ink}\">{}</span> <code>{}</code> {}: {}",
            diagnostic.severity,
            diagnostic.code,
            at(&diagnostic.place),
            words(&diagnostic.message)
        );
        for label in &diagnostic.labels {
            let _ = write!(out, "<p class=\"faint\">{}: {}</p>", at(&label.place), words(&label.message));
        }
        if let Some(help) = &diagnostic.help {
            let _ = write!(out, "<p>help: {}</p>", words(help));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

fn controls(out: &mut String, report: &Report) {
    let (controls, loose) = view::groups(report);
    if !controls.is_empty() {
        out.push_str("<h2>Controls</h2>\n");
    }
    for (control, assertions) in controls {
        write_control(out, control, &assertions);
    }
    if !loose.is_empty() {
        out.push_str("<h2>Assertions without a control</h2>\n<section class=\"control\">\n");
        for assertion in loose {
            write_assertion(out, assertion);
        }
        out.push_str("</section>\n");
    }
}

fn write_control(out: &mut String, control: &Control, assertions: &[&Assertion]) {
    let ink = match control.status {
        ControlStatus::Verified | ControlStatus::Implemented => "good",
        ControlStatus::Failing | ControlStatus::NotImplemented => "bad",
        ControlStatus::Undecided | ControlStatus::Waived => "warn",
        ControlStatus::OutOfScope => "faint",
    };
    let _ = writeln!(
        out,
        "<section class=\"control\">\n<h3><span class=\"badge {ink}\">{}</span> {} {}</h3>",
        control.status.name().replace('_', " "),
        code(&control.id),
        words(&control.title)
    );
    let outcomes = super::human::outcomes(&Summary::of(assertions.iter().map(|assertion| assertion.outcome)));
    let severity = control.severity.as_ref().map(|severity| format!("severity {}, ", text(severity)));
    let _ = writeln!(out, "<p class=\"faint\">{}{outcomes}</p>", severity.unwrap_or_default());
    for (name, facets) in [("covered", &control.facets.covered), ("not covered", &control.facets.missing)] {
        if !facets.is_empty() {
            let list: Vec<String> = facets.iter().map(|facet| code(facet)).collect();
            let _ = writeln!(out, "<p class=\"faint\">{name}: {}</p>", list.join(" "));
        }
    }
    for mitigated in &control.mitigates {
        let _ =
            writeln!(out, "<p class=\"faint\">keeps {} from {}</p>", code(&mitigated.attacker), code(&mitigated.asset));
    }
    for satisfied in &control.satisfies {
        let (framework, requirement) = (code(&satisfied.framework), code(&satisfied.requirement));
        let _ = writeln!(out, "<p class=\"faint\">satisfies {framework} {requirement}</p>");
    }
    for assertion in assertions {
        write_assertion(out, assertion);
    }
    out.push_str("</section>\n");
}

fn write_assertion(out: &mut String, assertion: &Assertion) {
    let stale = assertion.waiver.as_ref().is_some_and(|waiver| waiver.state == WaiverState::Stale);
    let open = if matches!(assertion.outcome, Outcome::Pass | Outcome::Skip) && !stale { "" } else { " open" };
    let _ = writeln!(
        out,
        "<details{open}>\n<summary><span class=\"badge {}\">{}</span> {}</summary>",
        of_outcome(assertion.outcome),
        assertion.outcome.name(),
        code(&assertion.id)
    );
    let _ = writeln!(out, "<p>{}</p>", words(view::why(assertion)));
    if !assertion.tier1.findings.is_empty() {
        out.push_str("<ul>\n");
        for finding in &assertion.tier1.findings {
            let place = &finding.location;
            let place = code(&format!("{}:{}:{}", place.path, place.line, place.column));
            let said = view::adds(finding, assertion);
            let words = if said { format!(": {}", words(&finding.message)) } else { String::new() };
            let _ = writeln!(out, "<li>{place}{words}</li>");
        }
        out.push_str("</ul>\n");
    }
    if let Some(tier2) = &assertion.tier2 {
        write_judgement(out, assertion, tier2);
    }
    if let Some(waiver) = &assertion.waiver {
        let ink = if waiver.state == WaiverState::Live { "faint" } else { "warn" };
        let _ = writeln!(out, "<p class=\"{ink}\">{}</p>", words(&view::waiver(waiver)));
    }
    let mut parts = Vec::new();
    parts.extend(assertion.check.iter().map(|check| format!("check {}", code(check))));
    if !assertion.covers.is_empty() {
        let covers: Vec<String> = assertion.covers.iter().map(|facet| code(facet)).collect();
        parts.push(format!("covers {}", covers.join(" ")));
    }
    parts.extend(assertion.source.iter().map(|source| {
        let place = format!("{}:{}:{}", view::shown(&source.path), source.line, source.column);
        format!("rule {}", code(&place))
    }));
    if !parts.is_empty() {
        let _ = writeln!(out, "<p class=\"faint\">{}</p>", parts.join(", "));
    }
    out.push_str("</details>\n");
}

fn write_judgement(out: &mut String, assertion: &Assertion, tier2: &Tier2) {
    let ink = of_outcome(tier2.outcome);
    let _ = writeln!(
        out,
        "<p><span class=\"badge {ink}\">{}</span> <span class=\"faint\">{}</span></p>",
        view::judgement(tier2),
        words(&view::judge(tier2))
    );
    if !tier2.message.is_empty() && tier2.message != view::why(assertion) {
        let _ = writeln!(out, "<blockquote>{}</blockquote>", words(&tier2.message));
    }
    let cited: Vec<String> = view::cited(assertion).map(|(path, line)| code(&format!("{path}:{line}"))).collect();
    if !cited.is_empty() {
        let _ = writeln!(out, "<p>cites {}</p>", cited.join(" "));
    }
    let _ = writeln!(out, "<p class=\"faint\">evidence {}</p>", code(&tier2.evidence_digest));
}

fn of_outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "good",
        Outcome::Fail => "bad",
        Outcome::Error | Outcome::Waived => "warn",
        Outcome::Skip => "faint",
    }
}

/// Foreign text as text.
fn text(text: &str) -> String {
    view::markup(&clip(text, TEXT))
}

/// A foreign name, whose direction of writing stays its own.
fn code(text: &str) -> String {
    format!("<code>{}</code>", self::text(text))
}

/// A foreign sentence, what it has in backticks as code.
fn words(text: &str) -> String {
    let text = self::text(text);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) || parts.iter().skip(1).step_by(2).any(|part| part.is_empty()) {
        return format!("<bdi>{text}</bdi>");
    }
    let mut out = String::from("<bdi>");
    for (at, part) in parts.iter().enumerate() {
        match at % 2 {
            1 => {
                let _ = write!(out, "<code>{part}</code>");
            }
            _ => out.push_str(part),
        }
    }
    out.push_str("</bdi>");
    out
}

/// SHA-256 in base64, as a content security policy names an inline style.
fn digest(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hex = Algorithm::Sha256.digest(text.as_bytes()).hex;
    let nibbles: Vec<u32> = hex.chars().filter_map(|char| char.to_digit(16)).collect();
    let mut out = String::new();
    // Three nibbles are two digits; 64 nibbles leave one, which is four bits of six.
    for group in nibbles.chunks(3) {
        let bits = (0..3).fold(0, |bits, at| bits << 4 | group.get(at).copied().unwrap_or(0));
        let wanted = if group.len() == 3 { [Some(bits >> 6), Some(bits & 63)] } else { [Some(bits >> 6), None] };
        for digit in wanted.into_iter().flatten() {
            out.push(DIGITS.get(digit as usize).map_or('A', |digit| char::from(*digit)));
        }
    }
    out.push('=');
    out
}

#[cfg(test)]
mod tests {
    use super::{digest, words};

    #[test]
    fn an_inline_style_is_named_by_its_digest() {
        // `printf abc | openssl dgst -sha256 -binary | base64`
        assert_eq!(digest("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn a_sentence_is_text() {
        assert_eq!(words("`a<b>` & \"c\""), "<bdi><code>a&lt;b&gt;</code> &amp; &quot;c&quot;</bdi>");
        assert_eq!(words("no `` code"), "<bdi>no `` code</bdi>");
        assert_eq!(words("one ` tick"), "<bdi>one ` tick</bdi>");
    }
}
