//! The statements of a file, and the order that its header must keep.

use super::{Lowerer, Node};
use crate::base::span::{SourceId, Span};
use crate::syntax::ast::{File, Ident, Item, ParamItem, Path, Use};
use crate::syntax::diags;
use crate::syntax::grammar::Rule;

/// A file as its statements come in.
pub(in crate::syntax) struct FileBuilder {
    /// What came so far.
    pub(in crate::syntax) file: File,
    /// Where `module` stands.
    module: Option<Span>,
    /// The first declaration that is no header.
    first_item: Option<(Span, &'static str)>,
}

impl FileBuilder {
    /// An empty file.
    pub(in crate::syntax) fn new(source: SourceId) -> Self {
        let file = File { source, edition: None, module: None, uses: Vec::new(), items: Vec::new() };
        Self { file, module: None, first_item: None }
    }

    /// Adds a declaration.
    pub(in crate::syntax) fn push(&mut self, item: Item) {
        let first = match &item {
            Item::Param(param) => Some((param.param.name.span, "param")),
            Item::Block(block) => Some((block.keyword_span, block.keyword.name())),
            Item::Error(_) => None,
        };
        self.first_item = self.first_item.or(first);
        self.file.items.push(item);
    }

    /// Adds the statement `pair`.
    pub(in crate::syntax) fn statement(&mut self, lower: &mut Lowerer<'_>, pair: Node<'_>) {
        match pair.as_rule() {
            Rule::edition => self.edition(lower, pair),
            Rule::module => self.module(lower, pair),
            Rule::import => self.import(lower, pair),
            Rule::param_item => {
                let span = lower.span(&pair);
                let doc = lower.doc(span.start);
                for part in pair.into_inner() {
                    if part.as_rule() == Rule::param {
                        let param = lower.param(part);
                        self.push(Item::Param(ParamItem { doc: doc.clone(), param, span }));
                    }
                }
            }
            Rule::EOI => {}
            Rule::check
            | Rule::assert
            | Rule::control
            | Rule::model
            | Rule::document
            | Rule::waive
            | Rule::test
            | Rule::asset_like
            | Rule::rule_block
            | Rule::plain => {
                let block = lower.block(pair);
                self.push(Item::Block(block));
            }
            _ => lower.bug(&pair),
        }
    }

    fn edition(&mut self, lower: &mut Lowerer<'_>, pair: Node<'_>) {
        let span = lower.span(&pair);
        let mut number = None;
        let mut keyword = span;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_edition => keyword = lower.span(&part),
                Rule::int => number = lower.integer(&part).map(|value| (value, lower.span(&part))),
                _ => lower.bug(&part),
            }
        }
        if let Some((_, first)) = self.file.edition {
            lower.diagnostics.push(diags::header_twice(span, "edition", first));
            return;
        }
        let before = self.module.map(|span| (span, "module")).or_else(|| self.first_use()).or(self.first_item);
        if before.is_some() {
            lower.diagnostics.push(diags::header_late(keyword, "edition", before));
        }
        self.file.edition = number;
    }

    fn module(&mut self, lower: &mut Lowerer<'_>, pair: Node<'_>) {
        let span = lower.span(&pair);
        let mut keyword = span;
        let mut path = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_module => keyword = lower.span(&part),
                Rule::path => path = Some(lower.path(part)),
                _ => lower.bug(&part),
            }
        }
        if let Some(first) = self.module {
            lower.diagnostics.push(diags::header_twice(span, "module", first));
            return;
        }
        let before = self.first_use().or(self.first_item);
        if before.is_some() {
            lower.diagnostics.push(diags::header_late(keyword, "module", before));
        }
        self.module = Some(span);
        self.file.module = path;
    }

    fn import(&mut self, lower: &mut Lowerer<'_>, pair: Node<'_>) {
        let span = lower.span(&pair);
        let mut keyword = span;
        let mut found = Use { path: Path { segments: Vec::new(), span }, names: None, span };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_use => keyword = lower.span(&part),
                Rule::path => found.path = lower.path(part),
                Rule::import_names => {
                    let names: Vec<Ident> = part.into_inner().map(|name| lower.ident(&name)).collect();
                    found.names = Some(names);
                }
                _ => lower.bug(&part),
            }
        }
        if self.first_item.is_some() {
            lower.diagnostics.push(diags::header_late(keyword, "use", self.first_item));
        }
        self.file.uses.push(found);
    }

    fn first_use(&self) -> Option<(Span, &'static str)> {
        self.file.uses.first().map(|found| (found.span, "use"))
    }
}
