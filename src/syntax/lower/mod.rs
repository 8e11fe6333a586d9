//! Pairs of the grammar to the AST: declarations here, expressions and literals next door. Every rule that the grammar
//! can give at a place is named there; anything else is a bug of ours and says so.
//!
//! Knows nothing of recovery: what comes here has parsed.

mod expressions;
mod file;
mod literals;

use std::sync::Arc;

use pest::iterators::Pair;

use super::ast::{
    Block, Doc, Expect, Expr, ExprKind, Field, FieldValue, Ident, Keyword, Member, Param, Path, TypeExpr,
};
use super::diags;
use super::grammar::Rule;
use super::scan::{Scan, Token};
use crate::base::span::{SourceId, Span};
use crate::diag::Diagnostic;

pub(super) use file::FileBuilder;

/// A pair of our grammar.
pub(super) type Node<'t> = Pair<'t, Rule>;

/// The state of lowering one source.
pub(super) struct Lowerer<'a> {
    /// The source.
    pub(super) source: SourceId,
    /// All of its text.
    pub(super) text: &'a str,
    /// What is wrong, as it is found.
    pub(super) diagnostics: Vec<Diagnostic>,
    /// All of its tokens.
    tokens: &'a [Token],
    /// Where the expression begins that was last found to nest too deep: it is reported once.
    too_deep: Option<u32>,
    /// Where the text that pest saw begins in the source; before it where a longer keyword was put for a misspelt one.
    base: i64,
    /// The documentation: the place of the token after it, its lines, and whether a declaration took it.
    docs: Vec<(u32, Doc, bool)>,
}

impl<'a> Lowerer<'a> {
    /// Lowers parts of `text`.
    pub(super) fn new(source: SourceId, text: &'a str, scan: &'a Scan) -> Self {
        let mut docs: Vec<(u32, Doc, bool)> = Vec::new();
        for line in &scan.docs {
            let next = scan.tokens.get(line.before as usize).map_or(u32::MAX, |token| token.start);
            let written = text.get(line.span.start as usize..line.span.end as usize).unwrap_or_default();
            let content = written.strip_prefix("///").unwrap_or(written);
            let content = content.strip_prefix(' ').unwrap_or(content).trim_end();
            match docs.last_mut() {
                Some((before, doc, _)) if *before == next => {
                    doc.text.push('\n');
                    doc.text.push_str(content);
                    doc.span = doc.span.to(line.span);
                }
                _ => docs.push((next, Doc { text: content.to_owned(), span: line.span }, false)),
            }
        }
        Self { source, text, diagnostics: Vec::new(), tokens: &scan.tokens, too_deep: None, base: 0, docs }
    }

    /// From here on, pairs come from a text that begins at `base` of the source.
    pub(super) fn rebase(&mut self, base: i64) {
        self.base = base;
    }

    /// The documentation directly before the declaration that begins at `start`.
    pub(super) fn doc(&mut self, start: u32) -> Option<Doc> {
        let at = self.docs.binary_search_by_key(&start, |(before, _, _)| *before).ok()?;
        let (_, doc, taken) = self.docs.get_mut(at)?;
        *taken = true;
        Some(doc.clone())
    }

    /// Warns of the documentation that no declaration took; but not inside of `broken` parts, whose declarations are lost.
    pub(super) fn dangling_docs(&mut self, broken: &[Span]) {
        for (before, doc, taken) in &self.docs {
            let lost = |span: &Span| span.start <= *before && *before < span.end;
            if !taken && !broken.iter().any(lost) {
                self.diagnostics.push(diags::dangling_doc(doc.span));
            }
        }
    }

    fn at(&self, offset: usize) -> u32 {
        let offset = i64::try_from(offset).unwrap_or(i64::MAX).saturating_add(self.base);
        u32::try_from(offset.max(0)).unwrap_or(u32::MAX)
    }

    fn span(&self, pair: &Node<'_>) -> Span {
        let span = pair.as_span();
        let (start, end) = (self.at(span.start()), self.at(span.end()));
        // A rule that ends with an optional part has eaten the white space and the comments before it.
        let after = self.tokens.partition_point(|token| token.start < end);
        let last = after.checked_sub(1).and_then(|at| self.tokens.get(at)).filter(|token| token.end > start);
        Span::new(self.source, start, last.map_or(end, |token| token.end.min(end)))
    }

    fn bug(&mut self, pair: &Node<'_>) {
        let span = self.span(pair);
        self.diagnostics.push(diags::bug(span, &format!("{:?}", pair.as_rule())));
    }

    fn ident(&self, pair: &Node<'_>) -> Ident {
        Ident { text: Arc::from(pair.as_str()), span: self.span(pair) }
    }

    fn path(&self, pair: Node<'_>) -> Path {
        let span = self.span(&pair);
        Path { segments: pair.into_inner().map(|name| self.ident(&name)).collect(), span }
    }

    /// A declaration in braces, or an assert.
    pub(super) fn block(&mut self, pair: Node<'_>) -> Block {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut block = Block {
            doc: self.doc(span.start),
            keyword: Keyword::Code,
            keyword_span: span.before(),
            name: None,
            title: None,
            params: Vec::new(),
            expr: None,
            members: Vec::new(),
            broken: false,
            span,
        };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_check
                | Rule::kw_assert
                | Rule::kw_control
                | Rule::kw_model
                | Rule::kw_document
                | Rule::kw_waive
                | Rule::kw_test
                | Rule::kw_asset_like
                | Rule::kw_rule
                | Rule::kw_plain => {
                    block.keyword_span = self.span(&part);
                    let keyword = Keyword::ALL.into_iter().find(|keyword| keyword.name() == part.as_str());
                    block.keyword = keyword.unwrap_or(block.keyword);
                }
                Rule::name => {
                    let name = self.ident(&part);
                    block.name = Some(Path { span: name.span, segments: vec![name] });
                }
                Rule::path => block.name = Some(self.path(part)),
                Rule::text => block.title = Some(self.text(&part)),
                Rule::params => block.params = self.params(part),
                Rule::expr => block.expr = Some(self.expr(part)),
                Rule::fields => {
                    for member in part.into_inner() {
                        let member = self.member(member, false);
                        block.members.extend(member);
                    }
                }
                _ => {
                    let member = self.member(part, rule == Rule::test);
                    block.members.extend(member);
                }
            }
        }
        block
    }

    /// A field or a nested declaration.
    pub(super) fn member(&mut self, pair: Node<'_>, in_test: bool) -> Option<Member> {
        match pair.as_rule() {
            Rule::field => Some(Member::Field(self.field(pair, in_test))),
            Rule::expect_field => Some(Member::Field(self.expect(pair))),
            Rule::assert | Rule::asset_like | Rule::rule_block => Some(Member::Block(self.block(pair))),
            _ => {
                self.bug(&pair);
                None
            }
        }
    }

    fn field(&mut self, pair: Node<'_>, in_test: bool) -> Field {
        let span = self.span(&pair);
        let mut field = Field { name: unnamed(span), argument: None, value: FieldValue::Error(span), span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => field.name = self.ident(&part),
                Rule::text => field.argument = Some(self.text(&part)),
                Rule::expr => field.value = FieldValue::Expr(self.expr(part)),
                _ => self.bug(&part),
            }
        }
        if in_test && &*field.name.text == "expect" {
            self.diagnostics.push(diags::expected_verb(span.after()));
            field.value = FieldValue::Error(span);
        }
        field
    }

    fn expect(&mut self, pair: Node<'_>) -> Field {
        let span = self.span(&pair);
        let mut name = unnamed(span);
        let mut subject = Expr { kind: ExprKind::Error, span };
        let mut verb = unnamed(span);
        let mut at = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_expect => name = self.ident(&part),
                Rule::subject => subject = self.postfix_chain(part),
                Rule::verb => {
                    for word in part.into_inner() {
                        verb = self.ident(&word);
                    }
                }
                Rule::place => {
                    let mut path = None;
                    let mut line = None;
                    for word in part.into_inner() {
                        match word.as_rule() {
                            Rule::text => path = Some(self.text(&word)),
                            Rule::int => line = self.integer(&word).map(|line| (line, self.span(&word))),
                            Rule::kw_at => {}
                            _ => self.bug(&word),
                        }
                    }
                    at = path.map(|path| (path, line));
                }
                _ => self.bug(&part),
            }
        }
        Field { name, argument: None, value: FieldValue::Expect(Expect { subject, verb, at }), span }
    }

    fn params(&mut self, pair: Node<'_>) -> Vec<Param> {
        pair.into_inner().map(|param| self.param(param)).collect()
    }

    /// `name: Type = value`.
    pub(super) fn param(&mut self, pair: Node<'_>) -> Param {
        let span = self.span(&pair);
        let mut name = unnamed(span);
        let mut ty = TypeExpr { name: unnamed(span), arguments: Vec::new(), optional: false, span };
        let mut default = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => name = self.ident(&part),
                Rule::type_expr => ty = self.type_expr(part),
                Rule::default => {
                    for value in part.into_inner() {
                        match value.as_rule() {
                            Rule::expr => default = Some(self.expr(value)),
                            Rule::assign => {}
                            _ => self.bug(&value),
                        }
                    }
                }
                _ => self.bug(&part),
            }
        }
        Param { name, ty, default }
    }

    fn type_expr(&mut self, pair: Node<'_>) -> TypeExpr {
        let span = self.span(&pair);
        let mut ty = TypeExpr { name: unnamed(span), arguments: Vec::new(), optional: false, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => ty.name = self.ident(&part),
                Rule::type_expr => {
                    let argument = self.type_expr(part);
                    ty.arguments.push(argument);
                }
                Rule::optional_mark => ty.optional = true,
                _ => self.bug(&part),
            }
        }
        ty
    }
}

/// What a name is before it is met; the grammar always gives one.
fn unnamed(span: Span) -> Ident {
    Ident { text: Arc::from(""), span: span.before() }
}
