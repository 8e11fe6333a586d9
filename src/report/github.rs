//! The report as commands of a GitHub workflow: each becomes an annotation at its place. What fails is an error, what is
//! undecided or expired a warning, what a waiver carries a notice. A step shows ten of a kind: beyond them the log has the
//! rest, and the tenth says how many. Does not know the API of GitHub.

use std::fmt::Write as _;

use super::exit::Exit;
use super::human;
use super::model::{Assertion, Report, WaiverState};
use super::view::{self, Places, Spot, clip};
use crate::decide::codes::{self, Nature};
use crate::diag::style::{count, inert};
use crate::diag::{Style, codes as diag};
use crate::verdict::Outcome;

/// Annotations of a kind that GitHub shows of a step.
const SHOWN: usize = 10;
/// Characters of one message.
const MESSAGE: usize = 1_000;
/// Characters of a title or a path.
const NAME: usize = 250;
/// Places of an assertion that its annotation names after its own.
const OTHERS: usize = 5;

/// What GitHub makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Error,
    Warning,
    Notice,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Notice];

    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

struct Annotation {
    kind: Kind,
    /// The lower, the earlier among its kind.
    rank: u8,
    spot: Option<Spot>,
    title: String,
    /// Harmless lines.
    lines: Vec<String>,
}

/// The report as commands, then the summary.
pub fn render(report: &Report, exit: Exit, places: &Places) -> String {
    let mut annotations = annotations(report, places);
    // The order of ids stays within a rank.
    annotations.sort_by_key(|annotation| (annotation.kind, annotation.rank));
    let mut out = String::new();
    for kind in Kind::ALL {
        let of_kind: Vec<&Annotation> = annotations.iter().filter(|it| it.kind == kind).collect();
        let shown = if of_kind.len() > SHOWN { SHOWN.saturating_sub(1) } else { SHOWN };
        for annotation in of_kind.iter().take(shown) {
            command(&mut out, annotation);
        }
        let rest = of_kind.get(shown..).unwrap_or_default();
        if !rest.is_empty() {
            let more = count(rest.len(), "more of this kind", "more of this kind");
            let lines = vec![format!("{more}: a step shows {SHOWN}, the log has them all")];
            command(&mut out, &Annotation { kind, rank: 0, spot: None, title: String::from("attest"), lines });
            let _ = writeln!(out, "::group::{} {} more", rest.len(), kind.name());
            for annotation in rest {
                let at = annotation.spot.as_ref().map(|spot| format!("{}:{}: ", clip(&spot.path, NAME), spot.line));
                let text = annotation.lines.first().map(String::as_str).unwrap_or_default();
                let line = format!("{} {}{}: {text}", kind.name(), at.unwrap_or_default(), annotation.title);
                let _ = writeln!(out, "{}", inert(&line));
            }
            out.push_str("::endgroup::\n");
        }
    }
    let options = human::Options { style: Style::PLAIN, verbose: false, quiet: true };
    out.push_str(&human::render(report, exit, &|_, _| None, options));
    out
}

fn annotations(report: &Report, places: &Places) -> Vec<Annotation> {
    let mut annotations = Vec::new();
    for diagnostic in &report.diagnostics {
        let kind = match diagnostic.severity {
            "error" => Kind::Error,
            "warning" => Kind::Warning,
            _ => Kind::Notice,
        };
        let place = &diagnostic.place;
        let spot = Spot {
            path: places.in_rules(&place.path),
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
        };
        let mut lines = vec![clip(&diagnostic.message, MESSAGE).into_owned()];
        lines.extend(diagnostic.help.iter().map(|help| format!("help: {}", clip(help, MESSAGE))));
        let title = format!("{} {}", diagnostic.code, diagnostic.name);
        annotations.push(Annotation { kind, rank: 0, spot: Some(spot), title, lines });
    }
    let controls = view::controls(report);
    for assertion in &report.assertions {
        let control = assertion.control.as_deref().and_then(|id| controls.get(id));
        let rank = match control.and_then(|control| control.severity.as_deref()) {
            Some("critical") => 0,
            Some("high") => 1,
            Some("low") => 3,
            Some("info") => 4,
            _ => 2,
        };
        annotations.extend(of_assertion(assertion, rank, places));
        annotations.extend(of_waiver(report, assertion, rank, places));
    }
    for denial in report.decision.iter().flat_map(|decision| view::unsaid(report, decision)) {
        let undecided = codes::find(&denial.code).is_some_and(|code| code.nature == Nature::Undecides);
        annotations.push(Annotation {
            kind: if undecided { Kind::Warning } else { Kind::Error },
            rank: 5,
            spot: None,
            title: format!("{}: {}", clip(&denial.code, NAME), clip(&denial.subject, NAME)),
            lines: vec![clip(&denial.message, MESSAGE).into_owned()],
        });
    }
    annotations
}

fn of_assertion(assertion: &Assertion, rank: u8, places: &Places) -> Option<Annotation> {
    let kind = match assertion.outcome {
        Outcome::Fail => Kind::Error,
        Outcome::Error => Kind::Warning,
        Outcome::Waived => Kind::Notice,
        Outcome::Pass | Outcome::Skip => return None,
    };
    let mut lines = vec![clip(view::why(assertion), MESSAGE).into_owned()];
    let found = if assertion.tier1.outcome == Outcome::Pass { &[][..] } else { &assertion.tier1.findings };
    for (at, finding) in found.iter().enumerate().take(OTHERS.saturating_add(1)) {
        let place = format!("{}:{}", clip(&finding.location.path, NAME), finding.location.line);
        match (at, view::adds(finding, assertion)) {
            // The annotation stands there.
            (0, false) => {}
            (_, false) => lines.push(format!("at {place}")),
            (_, true) => lines.push(format!("at {place}: {}", clip(&finding.message, MESSAGE))),
        }
    }
    let more = found.len().saturating_sub(OTHERS.saturating_add(1));
    if more > 0 {
        lines.push(format!("and at {}", count(more, "more place", "more places")));
    }
    if let Some(tier2) = &assertion.tier2 {
        lines.push(clip(&view::judgement(tier2), MESSAGE).into_owned());
        if tier2.message != view::why(assertion) && !tier2.message.is_empty() {
            lines.push(clip(&tier2.message, MESSAGE).into_owned());
        }
        let cited = view::cited(assertion).take(OTHERS);
        lines.extend(cited.map(|(path, line)| format!("cites {}:{line}", clip(path, NAME))));
        lines.push(clip(&view::judge(tier2), MESSAGE).into_owned());
    }
    lines.extend(assertion.waiver.iter().map(|waiver| clip(&view::waiver(waiver), MESSAGE).into_owned()));
    if let Some(source) = &assertion.source {
        lines.push(format!("rule: {}:{}", clip(&places.in_rules(&source.path), NAME), source.line));
    }
    let spot = view::spots(assertion, places).into_iter().next();
    Some(Annotation { kind, rank, spot, title: clip(&assertion.id, NAME).into_owned(), lines })
}

/// A waiver that carries nothing, where no diagnostic says so at its own place.
fn of_waiver(report: &Report, assertion: &Assertion, rank: u8, places: &Places) -> Option<Annotation> {
    let waiver = assertion.waiver.as_ref()?;
    let code = match waiver.state {
        WaiverState::Expired => diag::EXPIRED_WAIVER,
        WaiverState::Stale => diag::STALE_WAIVER,
        WaiverState::Live | WaiverState::Elsewhere => return None,
    };
    if report.diagnostics.iter().any(|diagnostic| diagnostic.code == code.as_str()) {
        return None;
    }
    let rule = assertion.source.as_ref().map(|source| view::rule(source, places));
    Some(Annotation {
        kind: Kind::Warning,
        rank,
        spot: rule.or_else(|| view::spots(assertion, places).into_iter().next()),
        title: clip(&assertion.id, NAME).into_owned(),
        lines: vec![clip(&view::waiver(waiver), MESSAGE).into_owned()],
    })
}

/// `::error file=a,line=1,title=b::message`.
fn command(out: &mut String, annotation: &Annotation) {
    let _ = write!(out, "::{} ", annotation.kind.name());
    if let Some(spot) = &annotation.spot {
        let _ = write!(out, "file={},line={}", property(&clip(&spot.path, NAME)), spot.line);
        let _ = write!(out, ",endLine={}", spot.end_line);
        // Columns count only within one line, and an empty range is a place without any.
        if spot.line == spot.end_line && spot.end_column > spot.column {
            let _ = write!(out, ",col={},endColumn={}", spot.column, spot.end_column);
        }
        out.push(',');
    }
    let said = annotation.lines.join("\n");
    // An annotation without a message is not shown.
    let said = if said.trim().is_empty() { &annotation.title } else { &said };
    let _ = writeln!(out, "title={}::{}", property(&annotation.title), data(said));
}

/// The message of a command, escaped as the runner reads it back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn a_value_cannot_end_its_property_or_its_line() {
        assert_eq!(property("a,b::c=100%\r\n"), "a%2Cb%3A%3Ac=100%25%0D%0A");
        assert_eq!(data("a,b::c %0A\n"), "a,b::c %250A%0A");
    }
}
