//! Recovery: what a syntax error costs is its own field or its own declaration, never the file.
//!
//! The tokens are cut into declarations and fields by their brackets and line starts; each part is parsed alone by the
//! grammar; only a part that fails is explained. Knows nothing of what declarations mean.

mod explain;
mod explain_expr;
mod members;
mod view;

use std::collections::BTreeSet;

use pest::Parser;
use pest::iterators::{Pair, Pairs};

use self::explain::{Explainer, describe};
use self::view::View;
use super::ast::{Block, Ident, Item, Keyword, Path};
use super::diags;
use super::grammar::{Grammar, Rule};
use super::lower::{FileBuilder, Lowerer};
use super::scan::{Scan, TokenKind};
use super::words::Head;
use crate::base::limits::RULE_NESTING;
use crate::base::span::Span;
use crate::diag::codes;

/// Recovers what can be recovered of a source that did not parse as a whole.
pub(super) fn file<'a>(lower: &mut Lowerer<'a>, scan: &'a Scan) -> FileBuilder {
    let view = View::new(lower.source, lower.text, scan);
    let unclosed = scan.diagnostics.iter().filter(|found| found.code == codes::UNTERMINATED);
    let unterminated = unclosed.map(|found| found.primary.span.start).collect();
    let mut recovery = Recovery { view, lower, broken: Vec::new(), braces_missing: 0, unterminated };
    let mut builder = FileBuilder::new(recovery.view.source);
    recovery.statements(&mut builder);
    let broken = std::mem::take(&mut recovery.broken);
    lower.dangling_docs(&broken);
    builder
}

/// Explains why a text is no expression.
pub(super) fn expression(lower: &mut Lowerer<'_>, scan: &Scan) {
    let view = View::new(lower.source, lower.text, scan);
    let end = view.len();
    let before = lower.diagnostics.len();
    let mut walk = Explainer { view: &view, at: 0, end, found: &mut lower.diagnostics, depth: 0 };
    if walk.expr().is_ok() {
        let _ = walk.finish();
    }
    if lower.diagnostics.len() == before && !scan.tokens.iter().any(|token| token.bad) {
        lower.diagnostics.push(diags::unexplained(view.range(0, end), "expression"));
    }
}

struct Recovery<'r, 'a> {
    view: View<'a>,
    lower: &'r mut Lowerer<'a>,
    /// What was lost: documentation in there dangles for no fault of its own.
    broken: Vec<Span>,
    /// Where literals begin that are never closed, in order.
    unterminated: BTreeSet<u32>,
    /// Blocks without `{`: as many `}` are no news.
    braces_missing: usize,
}

impl<'a> Recovery<'_, 'a> {
    fn statements(&mut self, file: &mut FileBuilder) {
        let mut at = 0;
        while at < self.view.len() {
            let misspelt = if self.view.head(at).is_some() { None } else { self.view.misspelt(at) };
            if let Some(head) = self.view.head(at).or(misspelt) {
                let end = self.statement_end(at, head);
                self.statement(file, at, end, head, misspelt.is_some());
                at = end;
            } else if self.view.kind(at) == Some(TokenKind::Close) {
                self.stray(at);
                at = at.saturating_add(1);
            } else {
                let end = self.junk(at);
                let span = self.view.range(at, end);
                self.broken.push(span);
                file.push(Item::Error(span));
                at = end;
            }
        }
    }

    /// Reports a bracket that closes nothing, unless the opening one is known to be missing.
    fn stray(&mut self, at: usize) {
        if self.view.is(at, "}") && self.braces_missing > 0 {
            self.braces_missing = self.braces_missing.saturating_sub(1);
        } else {
            self.lower.diagnostics.push(diags::stray_bracket(self.view.span(at), self.view.word(at)));
        }
    }

    /// Reports what begins no declaration; gives where to go on.
    fn junk(&mut self, at: usize) -> usize {
        let mut end = self.view.next(at);
        let in_field = matches!(self.view.word(at.saturating_add(1)), ":" | "=");
        while end < self.view.len() {
            let begins = self.view.head(end).is_some() || self.view.misspelt(end).is_some();
            let stray = self.view.kind(end) == Some(TokenKind::Close) && !self.view.group(end).closed;
            let field = self.view.is_word(end) && self.view.is(end.saturating_add(1), ":") && !in_field;
            if (self.view.first(end) && (begins || field)) || stray {
                break;
            }
            end = self.view.next(end);
        }
        let span = self.view.span(at);
        let next = at.saturating_add(1);
        let word = self.view.word(at);
        if self.view.tokens.get(at).is_some_and(|token| token.bad) {
            return end;
        }
        let diagnostic = if !self.view.is_word(at) {
            diags::expected_declaration(span, &describe(&self.view, at, false))
        } else if self.view.is(next, ":") || self.view.is(next, "=") {
            diags::field_outside(span, word)
        } else if let Some(head) = Head::of(word) {
            self.explain(at, end, |walk| match head {
                Head::Block(keyword) => walk.head(keyword),
                header => walk.header(header),
            });
            return end;
        } else {
            diags::unknown_keyword(span, word)
        };
        self.lower.diagnostics.push(diagnostic);
        end
    }

    /// Where the statement ends that begins at `at`.
    fn statement_end(&self, at: usize, head: Head) -> usize {
        let block = matches!(head, Head::Block(keyword) if keyword != Keyword::Assert);
        let mut end = at.saturating_add(1);
        while end < self.view.len() {
            let begins = self.view.head(end).is_some() || self.view.misspelt(end).is_some();
            if self.view.first(end) && begins {
                break;
            }
            match self.view.kind(end) {
                Some(TokenKind::Close) => break,
                Some(TokenKind::Open) => {
                    let group = self.view.group(end);
                    let body = block && self.view.is(end, "{");
                    if group.closed {
                        end = group.end.saturating_add(1);
                    } else if self.view.is(end, "{") {
                        end = group.end.max(end.saturating_add(1));
                    } else {
                        end = end.saturating_add(1);
                    }
                    if body {
                        break;
                    }
                }
                _ => end = end.saturating_add(1),
            }
        }
        end
    }

    fn statement(&mut self, file: &mut FileBuilder, at: usize, end: usize, head: Head, misspelt: bool) {
        let span = self.view.range(at, end);
        if misspelt {
            let written = self.view.word(at);
            self.lower.diagnostics.push(diags::misspelt_keyword(self.view.span(at), written, head.name()));
        } else if let Some(pairs) = self.parse(Rule::one_statement, at, end) {
            for pair in pairs {
                file.statement(self.lower, pair);
            }
            return;
        }
        if let Head::Block(keyword) = head {
            let block = self.block(at, end, keyword);
            file.push(Item::Block(block));
        } else {
            if !misspelt {
                self.explain(at, end, |walk| walk.header(head));
            }
            self.broken.push(span);
            file.push(Item::Error(span));
        }
    }

    /// Parses the tokens `at..end` alone.
    fn parse(&mut self, rule: Rule, at: usize, end: usize) -> Option<Pairs<'a, Rule>> {
        let span = self.view.range(at, end);
        if self.too_deep(at, end) {
            return None;
        }
        let pairs = Grammar::parse(rule, self.view.slice(span)).ok()?;
        self.lower.rebase(i64::from(span.start));
        pairs.into_iter().next().map(Pair::into_inner)
    }

    /// The brackets of `at..end` nest over the limit.
    fn too_deep(&self, at: usize, end: usize) -> bool {
        deepest(&self.view, at, end).0 > RULE_NESTING
    }

    /// Says what is wrong with `at..end`.
    fn explain(&mut self, at: usize, end: usize, walk: impl FnOnce(&mut Explainer<'_, '_>) -> explain::Walk) {
        let (depth, open) = deepest(&self.view, at, end);
        if depth > RULE_NESTING {
            self.lower.diagnostics.push(diags::too_deep(self.view.span(open), depth));
            return;
        }
        let before = self.lower.diagnostics.len();
        let mut explainer = Explainer { view: &self.view, at, end, found: &mut self.lower.diagnostics, depth: 0 };
        let _ = walk(&mut explainer);
        // What follows an unclosed literal on its line, and the brackets that it took, are no mistakes of their own.
        let span = self.view.range(at, end);
        if let Some(unclosed) = self.unterminated.range(span.start..span.end).next() {
            let line = self.view.text.get(..*unclosed as usize).and_then(|text| text.rfind('\n')).unwrap_or(0);
            let mut found = self.lower.diagnostics.split_off(before);
            found.retain(|found| (found.primary.span.start as usize) < line);
            self.lower.diagnostics.append(&mut found);
        }
        let said = self.lower.diagnostics.len() > before;
        let bad = self.view.tokens.get(at..end).unwrap_or_default().iter().any(|token| token.bad);
        if !said && !bad {
            self.lower.diagnostics.push(diags::unexplained(self.view.range(at, end), "declaration or field"));
        }
    }

    /// A declaration in braces (or an assert) of which something does not parse.
    fn block(&mut self, at: usize, end: usize, keyword: Keyword) -> Block {
        let body = self.body(at, end, keyword);
        let head_end = body.unwrap_or_else(|| self.head_end(at, end, keyword));
        let before = self.lower.diagnostics.len();
        let mut block = self.head(at, head_end, keyword);
        let head_broken = self.lower.diagnostics.len() > before;
        block.broken = true;
        block.span = self.view.range(at, end);
        match body {
            Some(open) => {
                let group = self.view.group(open);
                let inside = self.view.range(open, group.end.min(end));
                let taken = self.unterminated.range(inside.start..inside.end).next().is_some();
                if !group.closed && !taken {
                    let place = self.view.span(open);
                    self.lower.diagnostics.push(diags::unclosed_brace(place, block.keyword_span, keyword.name()));
                }
                block.members = self.members(open.saturating_add(1), group.end.min(end), keyword);
            }
            None if keyword == Keyword::Assert => {}
            None => {
                if !head_broken {
                    let place = self.view.range(at, head_end).after();
                    let found = describe(&self.view, head_end, true);
                    self.lower.diagnostics.push(diags::missing_brace(place, keyword.name(), &found));
                }
                if self.view.is(end, "}") {
                    self.braces_missing = self.braces_missing.saturating_add(1);
                }
                block.members = self.members(head_end, end, keyword);
            }
        }
        block
    }

    /// The brace that opens the fields of a declaration.
    fn body(&self, at: usize, end: usize, keyword: Keyword) -> Option<usize> {
        let mut last = None;
        let mut next = at.saturating_add(1);
        while next < end {
            if self.view.is(next, "{") {
                if keyword != Keyword::Assert {
                    return Some(next);
                }
                last = Some(next);
            }
            // Without a closing parenthesis the brace may still be seen.
            next = self.view.next(next);
        }
        let open = last?;
        let inside = open.saturating_add(1);
        let field = self.view.is_word(inside) && matches!(self.view.word(inside.saturating_add(1)), ":" | "=")
            || self.view.is(inside, "}");
        // Fields stand at an assert's end.
        let ends = self.view.group(open).end.saturating_add(1) >= end;
        (field && ends).then_some(open)
    }

    /// Where a head without brace ends: before what looks like its first field.
    fn head_end(&self, at: usize, end: usize, keyword: Keyword) -> usize {
        if keyword == Keyword::Assert {
            return end;
        }
        let mut next = at.saturating_add(1);
        while next < end && !(self.view.first(next) && self.view.is_word(next)) {
            next = self.view.next(next);
        }
        next.min(end)
    }

    /// A head alone: what stands before the brace.
    fn head(&mut self, at: usize, end: usize, keyword: Keyword) -> Block {
        let span = self.view.range(at, end);
        let keyword_span = self.view.span(at);
        let written = self.view.slice(span);
        // The grammar wants a whole declaration with its own keyword.
        let after = written.get(self.view.word(at).len()..).unwrap_or_default();
        let whole = format!("{}{after}{}", keyword.name(), if keyword == Keyword::Assert { "" } else { "{}" });
        let parsed = if self.too_deep(at, end) { None } else { Grammar::parse(Rule::one_statement, &whole).ok() };
        let length = |text: &str| i64::try_from(text.len()).unwrap_or(0);
        self.lower.rebase(
            i64::from(span.start).saturating_add(length(self.view.word(at))).saturating_sub(length(keyword.name())),
        );
        let block = parsed.and_then(|mut pairs| pairs.next()).and_then(|whole| whole.into_inner().next());
        if let Some(block) = block.filter(|pair| pair.as_rule() != Rule::EOI) {
            let mut block = self.lower.block(block);
            block.keyword_span = keyword_span;
            block.doc = block.doc.or_else(|| self.lower.doc(span.start));
            return block;
        }
        self.explain(at, end, |walk| walk.head(keyword));
        self.sketch(at, end, keyword)
    }

    /// What can be known of a declaration whose head does not parse: its name and its title.
    fn sketch(&mut self, at: usize, end: usize, keyword: Keyword) -> Block {
        let span = self.view.range(at, end);
        let next = at.saturating_add(1);
        let named = next < end && self.view.is_word(next) && keyword != Keyword::Test;
        let name = named.then(|| {
            let segment = Ident { text: self.view.word(next).into(), span: self.view.span(next) };
            Path { span: segment.span, segments: vec![segment] }
        });
        let title = if named { next.saturating_add(1) } else { next };
        let good = title < end
            && self.view.kind(title) == Some(TokenKind::Text)
            && self.view.tokens.get(title).is_some_and(|token| !token.bad);
        let title = good.then(|| {
            let place = self.view.span(title);
            self.lower.literal(self.view.word(title), place)
        });
        Block {
            doc: self.lower.doc(span.start),
            keyword,
            keyword_span: self.view.span(at),
            name,
            title,
            params: Vec::new(),
            expr: None,
            members: Vec::new(),
            broken: true,
            span,
        }
    }
}

/// How deep brackets nest in `at..end`, and the deepest one that opens.
fn deepest(view: &View<'_>, at: usize, end: usize) -> (usize, usize) {
    let (mut depth, mut most, mut place) = (0_usize, 0, at);
    for index in at..end {
        match view.kind(index) {
            Some(TokenKind::Open) => {
                depth = depth.saturating_add(1);
                if depth > most {
                    (most, place) = (depth, index);
                }
            }
            Some(TokenKind::Close) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    (most, place)
}
