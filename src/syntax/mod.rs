//! Text to tree: the pest grammar (`grammar/attest.pest`), recovery, and the AST. Parsing never fails: it gives a
//! [`ast::File`] and diagnostics. Knows neither files nor other sources.
//!
//! A sound file is scanned for its brackets, parsed by the grammar and lowered. Any other is cut into declarations and
//! fields, each parsed alone, and what fails is explained.

pub mod ast;
mod diags;
mod grammar;
mod json;
mod lower;
mod recover;
pub mod scan;
mod words;

use pest::Parser;

use self::ast::{Expr, ExprKind, File, Item};
use self::grammar::{Grammar, Rule};
use self::lower::{FileBuilder, Lowerer};
use self::scan::{Scan, TokenKind};
use crate::base::limits::{DIAGNOSTICS_PER_FILE, RULE_FILE_BYTES, RULE_NESTING};
use crate::base::span::{SourceId, Span};
use crate::diag::{Diagnostic, Severity, Sink, codes};

pub use self::json::tree_json;

/// What parsing gives.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The tree, with `Error` nodes where something did not parse.
    pub file: File,
    /// What is wrong, sorted by place; at most [`DIAGNOSTICS_PER_FILE`] and a note.
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a rule file. Any text gives a tree.
pub fn parse(source: SourceId, text: &str) -> Parsed {
    let whole = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    if text.len() > RULE_FILE_BYTES {
        let mut file = FileBuilder::new(source).file;
        file.items.push(Item::Error(whole));
        return Parsed { file, diagnostics: vec![diags::file_too_large(whole.before(), text.len())] };
    }
    let scan = Scan::new(source, text);
    let parsed = roomy(&scan, text, || parse_scanned(source, text, &scan));
    let (file, found) = parsed.unwrap_or_else(|| {
        let mut file = FileBuilder::new(source).file;
        file.items.push(Item::Error(whole));
        (file, vec![diags::no_thread(whole.before())])
    });
    Parsed { file, diagnostics: capped(source, scan.diagnostics, found) }
}

/// Parses one expression.
pub fn parse_expression(source: SourceId, text: &str) -> (Expr, Vec<Diagnostic>) {
    let whole = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let error = || Expr { kind: ExprKind::Error, span: whole };
    if text.len() > RULE_FILE_BYTES {
        return (error(), vec![diags::file_too_large(whole.before(), text.len())]);
    }
    let scan = Scan::new(source, text);
    let (depth, place) = scan.deepest;
    if depth > RULE_NESTING {
        return (error(), vec![diags::too_deep(Span::new(source, place, place.saturating_add(1)), depth)]);
    }
    let parsed = roomy(&scan, text, || {
        let mut lower = Lowerer::new(source, text, &scan);
        let pairs = Grammar::parse(Rule::one_expression, text).ok();
        let pair = pairs.and_then(|mut pairs| pairs.next()).and_then(|whole| whole.into_inner().next());
        if let Some(pair) = pair {
            let expr = lower.expr(pair);
            (expr, lower.diagnostics)
        } else {
            recover::expression(&mut lower, &scan);
            (error(), lower.diagnostics)
        }
    });
    let (expr, found) = parsed.unwrap_or_else(|| (error(), vec![diags::no_thread(whole.before())]));
    (expr, capped(source, scan.diagnostics, found))
}

/// Parses what was scanned.
fn parse_scanned(source: SourceId, text: &str, scan: &Scan) -> (File, Vec<Diagnostic>) {
    let mut lower = Lowerer::new(source, text, scan);
    let sound = scan.deepest.0 <= RULE_NESTING && !scan.tokens.iter().any(|token| token.bad);
    let whole = if sound { Grammar::parse(Rule::file, text).ok() } else { None };
    let builder = match whole.and_then(|mut pairs| pairs.next()) {
        Some(whole) => {
            let mut builder = FileBuilder::new(source);
            for pair in whole.into_inner() {
                builder.statement(&mut lower, pair);
            }
            lower.dangling_docs(&[]);
            builder
        }
        None => recover::file(&mut lower, scan),
    };
    (builder.file, lower.diagnostics)
}

/// Bracket depth, or number of words that nest without brackets, from which on a parse gets a stack of its own.
const SHALLOW: usize = 16;
/// That stack, in bytes: many times what the deepest allowed nesting takes in an unoptimised build.
const ROOMY_STACK: usize = 64 << 20;

/// Runs `parse` with stack enough for what was scanned, whatever thread this is; nothing where the system has none.
fn roomy<T: Send>(scan: &Scan, text: &str, parse: impl FnOnce() -> T + Send) -> Option<T> {
    // Ternaries and quantifiers nest without brackets.
    let nesting = scan.tokens.iter().filter(|token| {
        let written = text.get(token.start as usize..token.end as usize);
        matches!(token.kind, TokenKind::Sign | TokenKind::Word) && matches!(written, Some("?" | "in" | "<"))
    });
    if scan.deepest.0 <= SHALLOW && nesting.count() <= SHALLOW {
        return Some(parse());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(ROOMY_STACK).spawn_scoped(scope, parse).ok()?;
        thread.join().ok()
    })
}

/// All diagnostics in order, the ones over the limit counted only.
fn capped(source: SourceId, scanned: Vec<Diagnostic>, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut sink = Sink::new();
    // A foreign character in a text without quotes is said with the text.
    let mut unquoted: Vec<Span> =
        found.iter().filter(|d| d.code == codes::UNQUOTED_TEXT).map(|d| d.primary.span).collect();
    unquoted.sort_unstable();
    let covered = |span: Span| {
        let after = unquoted.partition_point(|text| text.start <= span.start);
        after.checked_sub(1).and_then(|at| unquoted.get(at)).is_some_and(|text| span.end <= text.end)
    };
    sink.extend(scanned.into_iter().filter(|d| d.code != codes::UNEXPECTED_CHARACTER || !covered(d.primary.span)));
    sink.extend(found);
    // Counted apart: warnings must never push out an error, or the file would seem to compile.
    let (mut all, warnings): (Vec<_>, Vec<_>) = sink.finish().into_iter().partition(|d| d.severity == Severity::Error);
    let hidden = all.len().saturating_sub(DIAGNOSTICS_PER_FILE) + warnings.len().saturating_sub(DIAGNOSTICS_PER_FILE);
    all.truncate(DIAGNOSTICS_PER_FILE);
    all.extend(warnings.into_iter().take(DIAGNOSTICS_PER_FILE));
    all.sort();
    if hidden > 0 {
        let last = all.last().map_or(Span::new(source, 0, 0), |last| last.primary.span);
        all.push(diags::more_diagnostics(last, hidden));
    }
    all
}
