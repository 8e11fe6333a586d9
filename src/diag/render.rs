//! Diagnostics for people: a header line of ours, the snippet by miette, then what to do. Plain ASCII away from terminals.
//! Foreign text (rules are foreign too) is made harmless before it is written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents, ThemeCharacters, ThemeStyles,
};

use super::style::{Ink, Style, count, harmless, harmless_lines, wrap};
use super::{Diagnostic, Label, Severity};
use crate::base::source::{Source, SourceMap};

/// Labels of one source that lie so many lines from the primary one share its snippet.
const NEAR: u32 = 8;
/// Lines of more bytes are named, not shown.
const LINE_BYTES: usize = 400;
/// Spans of more lines are named, not shown.
const SNIPPET_LINES: u32 = 40;

/// All diagnostics, then one line on where to read more, then the summary. Empty where there is none.
pub fn render(diagnostics: &[Diagnostic], sources: &SourceMap, style: Style) -> String {
    let mut out = String::new();
    for diagnostic in diagnostics {
        one(&mut out, diagnostic, sources, style);
        out.push('\n');
    }
    let codes: BTreeSet<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    if let Some(first) = codes.first() {
        let more = if codes.len() > 1 { ", or any other code above" } else { "" };
        let hint = format!("to read more: attest explain {}{more}", first.as_str());
        let _ = writeln!(out, "{}", style.paint(Ink::Faint, &hint));
        let _ = writeln!(out, "{}", style.paint(Ink::Strong, &summary(diagnostics)));
    }
    out
}

/// `3 errors, 1 warning`.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let number = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let parts: Vec<String> = [
        (number(Severity::Error), "error", "errors"),
        (number(Severity::Warning), "warning", "warnings"),
        (number(Severity::Note), "note", "notes"),
    ]
    .into_iter()
    .filter(|(number, ..)| *number > 0)
    .map(|(number, one, many)| count(number, one, many))
    .collect();
    if parts.is_empty() { "no errors".to_owned() } else { parts.join(", ") }
}

/// One diagnostic.
fn one(out: &mut String, diagnostic: &Diagnostic, sources: &SourceMap, style: Style) {
    let head = format!("{}[{}]", diagnostic.severity.name(), diagnostic.code.as_str());
    let ink = ink(diagnostic.severity);
    // The head stands before the first line only; its width counts there.
    let lines =
        wrap(&harmless(&diagnostic.message), style.width.saturating_sub(head.chars().count().saturating_add(2)));
    for (at, line) in lines.iter().enumerate() {
        if at == 0 {
            let _ = writeln!(out, "{}: {}", style.paint(ink, &head), style.paint(Ink::Strong, line));
        } else {
            let _ = writeln!(out, "  {}", style.paint(Ink::Strong, line));
        }
    }
    let primary = &diagnostic.primary;
    let line_of =
        |label: &Label| sources.get(label.span.source).map_or(0, |source| source.position(label.span.start).0);
    let near =
        |label: &&Label| label.span.source == primary.span.source && line_of(label).abs_diff(line_of(primary)) <= NEAR;
    let (with_primary, apart): (Vec<&Label>, Vec<&Label>) = diagnostic.labels.iter().partition(near);
    snippet(out, Some(primary), &with_primary, sources, diagnostic.severity, style);
    for label in apart {
        snippet(out, None, &[label], sources, diagnostic.severity, style);
    }
    if let Some(help) = &diagnostic.help {
        footer(out, "help", help, style);
    }
    if let Some(fix) = &diagnostic.fix {
        footer(out, "fix available", &fix.message, style);
    }
}

fn footer(out: &mut String, name: &str, text: &str, style: Style) {
    let indent = name.len().saturating_add(6);
    for (at, line) in wrap(&harmless(text), style.width.saturating_sub(indent)).iter().enumerate() {
        if at == 0 {
            let _ = writeln!(out, "  = {}: {line}", style.paint(Ink::Hint, name));
        } else {
            let _ = writeln!(out, "{:indent$}{line}", "");
        }
    }
}

fn ink(severity: Severity) -> Ink {
    match severity {
        Severity::Error => Ink::Bad,
        Severity::Warning => Ink::Warn,
        Severity::Note => Ink::Hint,
    }
}

/// The lines around labels of one source.
fn snippet(
    out: &mut String,
    primary: Option<&Label>,
    others: &[&Label],
    sources: &SourceMap,
    severity: Severity,
    style: Style,
) {
    let labels: Vec<(&Label, bool)> =
        primary.map(|label| (label, true)).into_iter().chain(others.iter().map(|label| (*label, false))).collect();
    let Some((lead, _)) = labels.first() else { return };
    let Some(source) = sources.get(lead.span.source) else { return };
    let (line, column) = source.position(lead.span.start);
    let Some(excerpt) = Excerpt::around(source, &labels, (line, column)) else {
        let place = format!("{}:{line}:{column}", harmless(&source.path));
        let words = if lead.message.is_empty() { String::new() } else { format!(": {}", harmless(&lead.message)) };
        let _ = writeln!(out, "  {} {place}{words}", style.symbol("╰─", "-->"));
        return;
    };
    let handler = GraphicalReportHandler::new_themed(theme(severity, &labels, style))
        .with_links(false)
        .with_urls(false)
        .with_context_lines(1)
        .with_width(style.width)
        .without_syntax_highlighting();
    let mut text = String::new();
    if handler.render_report(&mut text, &Shown { excerpt: &excerpt }).is_err() {
        return;
    }
    // The header is ours; miette's is an empty first line.
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    for line in body.lines().filter(|line| !line.trim().is_empty()) {
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// miette's theme for where we write, the primary label in the ink of its severity.
fn theme(severity: Severity, labels: &[(&Label, bool)], style: Style) -> GraphicalTheme {
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let mut styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    if style.color {
        let lead = match severity {
            Severity::Error => styles.error,
            Severity::Warning => styles.warning,
            Severity::Note => styles.advice,
        };
        // miette hands the inks out in the order of the labels' places.
        let mut ordered: Vec<_> = labels.to_vec();
        ordered.sort_by_key(|(label, _)| label.span.start);
        styles.highlights =
            ordered.iter().map(|(_, is_primary)| if *is_primary { lead } else { styles.help }).collect();
    }
    GraphicalTheme { characters, styles }
}

/// What miette is shown: a few lines, cut out so that a long file is not read for each diagnostic.
#[derive(Debug)]
struct Excerpt<'a> {
    path: String,
    lines: Cow<'a, str>,
    /// The first line's number, from 0.
    first: usize,
    /// Where the leading label begins, both from 0.
    lead: (usize, usize),
    labels: Vec<LabeledSpan>,
}

impl<'a> Excerpt<'a> {
    /// The lines of `labels` and one around; `None` where they are too long or too many to show.
    fn around(source: &'a Source, labels: &[(&Label, bool)], (line, column): (u32, u32)) -> Option<Self> {
        let text: &str = &source.text;
        let start = labels.iter().map(|(label, _)| shown_at(text, label.span.start as usize)).min()?.min(text.len());
        let end = labels.iter().map(|(label, _)| label.span.end as usize).max()?.min(text.len());
        let (first, _) = source.position(u32::try_from(start).ok()?);
        let (last, _) = source.position(u32::try_from(end).ok()?);
        if last.saturating_sub(first) > SNIPPET_LINES {
            return None;
        }
        let bytes = text.as_bytes();
        let mut from = line_start(bytes, start);
        let above = from > 0;
        if above {
            from = line_start(bytes, from.saturating_sub(1));
        }
        let below = line_end(bytes, end);
        let to = if below < bytes.len() { line_end(bytes, below.saturating_add(1)) } else { below };
        let lines = text.get(from..to)?;
        if lines.lines().any(|line| line.len() > LINE_BYTES) {
            return None;
        }
        let labels = labels.iter().map(|(label, is_primary)| {
            let words = (!label.message.is_empty()).then(|| harmless(&label.message).into_owned());
            let (begin, stop) = (shown_at(text, label.span.start as usize), label.span.end as usize);
            let span = SourceSpan::from((begin.saturating_sub(from), stop.saturating_sub(begin)));
            if *is_primary {
                LabeledSpan::new_primary_with_span(words, span)
            } else {
                LabeledSpan::new_with_span(words, span)
            }
        });
        Some(Self {
            path: harmless(&source.path).into_owned(),
            lines: harmless_lines(lines),
            first: (first as usize).saturating_sub(1).saturating_sub(usize::from(above)),
            lead: ((line as usize).saturating_sub(1), (column as usize).saturating_sub(1)),
            labels: labels.collect(),
        })
    }
}

/// Where a label is drawn: the end of a text that ends with line ends is drawn after its last words.
fn shown_at(text: &str, at: usize) -> usize {
    if at < text.len() { at } else { text.trim_end().len() }
}

/// The start of the line that holds byte `at`.
fn line_start(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or(bytes);
    memchr::memrchr(b'\n', before).map_or(0, |found| found.saturating_add(1))
}

/// The end of the line that holds byte `at`, without its line end.
fn line_end(bytes: &[u8], at: usize) -> usize {
    let after = bytes.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', after).map_or(bytes.len(), |found| at.saturating_add(found))
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'s>(
        &'s self,
        _span: &SourceSpan,
        context_lines_before: usize,
        _context_lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'s> + 's>, MietteError> {
        // Without context miette asks for the position in the header; with context, for the lines.
        let (line, column) = if context_lines_before == 0 { self.lead } else { (self.first, 0) };
        let data = self.lines.as_bytes();
        let span = SourceSpan::from((0, data.len()));
        let count = self.lines.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(self.path.clone(), data, span, line, column, count)))
    }
}

/// A diagnostic in miette's sense that is only a snippet.
#[derive(Debug)]
struct Shown<'a> {
    excerpt: &'a Excerpt<'a>,
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels.iter().cloned()))
    }
}
