//! `assert name: expr { … }`, in a control or at the top of a file.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::span::Span;
use crate::syntax::ast::{Block, Ident, Keyword};

use super::super::diags;
use super::super::fields::{Fields, Reader, Shape};
use super::super::infer::{By, Infer, Reach, error_at};
use super::super::model::AssertionDef;
use super::super::template;
use super::super::world::{Log, World};
use super::{check, doc, model, name, qualified, title};

const SHAPE: Shape = Shape {
    keyword: Keyword::Assert,
    fields: &["covers", "ask", "evidence", "if_empty", "id", "message", "component"],
    required: &[],
    repeated: &[],
    blocks: &[],
    title: false,
};

/// What an assertion takes from the control that it stands in.
#[derive(Debug)]
pub(super) struct Parent<'p> {
    /// The control's name.
    pub(super) name: &'p str,
    /// `module/CONTROL`.
    pub(super) id: &'p str,
    /// The facets, where they could be read.
    pub(super) facets: Option<&'p BTreeMap<Arc<str>, Span>>,
}

/// One assertion; its control and the order of ids are the caller's.
pub(super) fn lower(
    world: &World<'_>,
    file: usize,
    block: &Block,
    parent: Option<&Parent<'_>>,
    log: &mut Log,
) -> Option<AssertionDef> {
    let name = name(block)?;
    let scope = world.file(file)?;
    let fields = Fields::read(block, &SHAPE, log);
    let expr = if let Some(expr) = &block.expr {
        Infer::new(world, file, log, Reach::Everything).claim(expr, By::Assertion)
    } else {
        if !block.broken {
            log.push(diags::assert_without_expression(block.head()));
        }
        error_at(block.head())
    };
    if check::is_constant(&expr) {
        log.push(diags::vacuous(expr.span, "assertion"));
    }
    let mut reader = Reader { world, file, log };
    let id = reader.id(&fields).unwrap_or_else(|| match parent {
        Some(parent) => format!("{}/{name}", parent.id).into(),
        None => qualified(scope, &name).into(),
    });
    let covers = reader.names(&fields, "covers", "facets");
    let evidence = reader.choices(&fields, "evidence", "evidence");
    let if_empty = check::if_empty(&mut reader, &fields);
    let component = reader.name(&fields, "component", "a component");
    let message = reader.literal(&fields, "message");
    let ask = reader.literal(&fields, "ask");
    let message = message.and_then(|text| template::of_assert(text, log));
    let ask = ask.and_then(|text| template::of_assert(text, log));
    facets(&covers, parent, log);
    let component = component.and_then(|component| model::component(world, scope.unit, &component, log));
    Some(AssertionDef {
        id,
        name,
        title: title(block),
        doc: doc(block),
        control: None,
        expr,
        if_empty,
        message,
        covers: covers.into_iter().map(|facet| facet.text).collect(),
        ask,
        evidence,
        component,
        span: block.head(),
    })
}

/// `covers` names facets of the control.
fn facets(covers: &[Ident], parent: Option<&Parent<'_>>, log: &mut Log) {
    for facet in covers {
        let Some(parent) = parent else {
            log.push(diags::unknown_facet(facet.span, &facet.text, None, &[]));
            continue;
        };
        let Some(known) = parent.facets else { continue };
        if !known.contains_key(&facet.text) && !log.is_full(facet.span.source) {
            let known: Vec<(&str, Option<Span>)> = known.iter().map(|(name, span)| (&**name, Some(*span))).collect();
            log.push(diags::unknown_facet(facet.span, &facet.text, Some(parent.name), &known));
        }
    }
}

/// The segments `CONTROL.assert` under which `waive` and `expect` name an assertion.
pub(super) fn path(control: Option<&str>, name: &str) -> Arc<str> {
    match control {
        Some(control) => format!("{control}.{name}").into(),
        None => name.into(),
    }
}
