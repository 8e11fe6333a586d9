//! `waive CONTROL.assert { … }`.

use crate::base::schema::Refinement;
use crate::base::span::Span;
use crate::syntax::ast::{Item, Keyword, Path};

use super::super::collect::dotted;
use super::super::diags;
use super::super::fields::{Fields, Reader, Shape};
use super::super::model::{AssertionId, WaiverDef};
use super::super::world::{Log, World};
use super::control::Claims;

const SHAPE: Shape = Shape {
    keyword: Keyword::Waive,
    fields: &["at", "until", "by", "because", "ticket"],
    required: &[("until", "2027-03-31"), ("by", "\"security@example.com\""), ("because", "\"why the risk is taken\"")],
    repeated: &[],
    blocks: &[],
    title: false,
};

/// All waivers of a unit, by target.
pub(in crate::hir) fn lower(world: &World<'_>, unit: usize, claims: &Claims, log: &mut Log) -> Vec<WaiverDef> {
    let mut waivers = Vec::new();
    for (file, scope) in world.files.iter().enumerate().filter(|(_, scope)| scope.unit == unit) {
        for item in &scope.file.items {
            let Item::Block(block) = item else { continue };
            if block.keyword != Keyword::Waive {
                continue;
            }
            let Some(target) = &block.name else { continue };
            let fields = Fields::read(block, &SHAPE, log);
            let mut reader = Reader { world, file, log };
            let at = reader.refined(&fields, "at", Refinement::Files);
            let until = reader.refined(&fields, "until", Refinement::Date).unwrap_or_default();
            let by = reader.text(&fields, "by").unwrap_or_default();
            let because = reader.text(&fields, "because").unwrap_or_default();
            let ticket = reader.text(&fields, "ticket");
            let assertions = resolve(world, unit, target, claims, log);
            let written = dotted(target).into();
            waivers.push(WaiverDef { assertions, target: written, at, until, by, because, ticket, span: target.span });
        }
    }
    waivers.sort_by(|left, right| (&left.target, left.span).cmp(&(&right.target, right.span)));
    waivers
}

/// The assertion, or those of the control, that a dotted path names.
fn resolve(world: &World<'_>, unit: usize, target: &Path, claims: &Claims, log: &mut Log) -> Vec<AssertionId> {
    let segments: Vec<&str> = target.segments.iter().map(|segment| &*segment.text).collect();
    match find(world, unit, &segments, claims) {
        Found::Assertion(id) => vec![id],
        Found::Control(id) => {
            claims.controls.get(id.0 as usize).map(|control| control.assertions.clone()).unwrap_or_default()
        }
        Found::Quiet => Vec::new(),
        Found::Nothing if log.is_full(target.span.source) => Vec::new(),
        Found::Nothing => {
            let path = segments.join(".");
            log.push(diags::unknown_assertion(target.span, &path, "assertion or control", &names(claims)));
            Vec::new()
        }
    }
}

/// What a dotted path names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found {
    Assertion(AssertionId),
    Control(super::super::model::ControlId),
    /// Nothing that is known, in a declaration that did not parse.
    Quiet,
    Nothing,
}

/// Finds `CONTROL.assert`, `CONTROL` or `assert`, with or without the module in front.
pub(super) fn find(world: &World<'_>, unit: usize, segments: &[&str], claims: &Claims) -> Found {
    let path = segments.join(".");
    let stripped = world
        .files
        .iter()
        .filter(|file| file.unit == unit)
        .filter_map(|file| path.strip_prefix(file.module.as_deref()?)?.strip_prefix('.'))
        .map(str::to_owned);
    for candidate in std::iter::once(path.clone()).chain(stripped) {
        if let Some((id, _)) = claims.by_path.get(candidate.as_str()) {
            return Found::Assertion(*id);
        }
        if let Some((id, ..)) = claims.by_control.get(candidate.as_str()) {
            return Found::Control(*id);
        }
        if let Some((control, _)) = candidate.rsplit_once('.')
            && claims.by_control.get(control).is_some_and(|(_, _, broken)| *broken)
        {
            return Found::Quiet;
        }
    }
    // A whole declaration may not have parsed.
    if world.files.iter().any(|file| file.unit == unit && file.broken) {
        return Found::Quiet;
    }
    Found::Nothing
}

/// All paths with their places, for suggestions.
pub(super) fn names(claims: &Claims) -> Vec<(String, Span)> {
    claims
        .by_path
        .iter()
        .map(|(path, (_, span))| (path.to_string(), *span))
        .chain(claims.by_control.iter().map(|(name, (_, span, _))| (name.to_string(), *span)))
        .collect()
}
