//! `control NAME "title" { … }`, its assertions, and the order of all ids.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::span::Span;
use crate::syntax::ast::{Block, ExprKind, Item, Keyword, Member};

use super::super::diags;
use super::super::fields::{Fields, Reader, Shape};
use super::super::model::{AssertionDef, AssertionId, ControlDef, ControlId, ModelDef, RequirementRef};
use super::super::world::{Log, World};
use super::{assertion, doc, model, name, qualified, title};

const SHAPE: Shape = Shape {
    keyword: Keyword::Control,
    fields: &["severity", "owner", "mitigates", "satisfies", "facets", "needs", "id", "component"],
    required: &[],
    repeated: &[],
    blocks: &[Keyword::Assert],
    title: true,
};

/// Controls and assertions in the order of ids, and the names by which other declarations refer to them.
#[derive(Debug, Default)]
pub(in crate::hir) struct Claims {
    pub(in crate::hir) controls: Vec<ControlDef>,
    pub(in crate::hir) assertions: Vec<AssertionDef>,
    /// `CONTROL` to the control, its place, and whether parts of it did not parse.
    pub(in crate::hir) by_control: BTreeMap<Arc<str>, (ControlId, Span, bool)>,
    /// `CONTROL.assert` or `assert` to the assertion and its place.
    pub(in crate::hir) by_path: BTreeMap<Arc<str>, (AssertionId, Span)>,
}

/// An assertion before the order of ids is known.
struct Pending {
    control: Option<usize>,
    path: Arc<str>,
    def: AssertionDef,
}

/// All controls and assertions of a unit.
pub(in crate::hir) fn lower(world: &World<'_>, unit: usize, models: &[ModelDef], log: &mut Log) -> Claims {
    let mut controls: Vec<(ControlDef, bool)> = Vec::new();
    let mut pending: Vec<Pending> = Vec::new();
    for (file, scope) in world.files.iter().enumerate().filter(|(_, scope)| scope.unit == unit) {
        for item in &scope.file.items {
            let Item::Block(block) = item else { continue };
            match block.keyword {
                Keyword::Control => {
                    let Some((def, asserts)) = lower_control(world, file, block, models, log) else { continue };
                    let index = controls.len();
                    pending.extend(asserts.into_iter().map(|def| Pending {
                        control: Some(index),
                        path: assertion::path(Some(&controls_name(block)), &def.name),
                        def,
                    }));
                    let broken = block.broken || block.members.iter().any(|member| matches!(member, Member::Error(_)));
                    controls.push((def, broken));
                }
                Keyword::Assert => {
                    if let Some(def) = assertion::lower(world, file, block, None, log) {
                        pending.push(Pending { control: None, path: assertion::path(None, &def.name), def });
                    }
                }
                _ => {}
            }
        }
    }
    arrange(controls, pending, log)
}

fn controls_name(block: &Block) -> Arc<str> {
    super::super::collect::simple_name(block).map_or_else(|| "".into(), |(name, _)| name)
}

fn lower_control(
    world: &World<'_>,
    file: usize,
    block: &Block,
    models: &[ModelDef],
    log: &mut Log,
) -> Option<(ControlDef, Vec<AssertionDef>)> {
    let name = name(block)?;
    let scope = world.file(file)?;
    let fields = Fields::read(block, &SHAPE, log);
    let mut reader = Reader { world, file, log };
    let severity = reader.choice(&fields, "severity", "severity").unwrap_or_else(|| "medium".into());
    let owner = reader.text(&fields, "owner");
    let facets = reader.names(&fields, "facets", "names");
    let needs = reader.choices(&fields, "needs", "proves");
    let segment = reader.id(&fields).unwrap_or_else(|| Arc::clone(&name));
    let id = qualified(scope, &segment);
    let component = reader.name(&fields, "component", "a component");
    let satisfies = requirements(&mut reader, &fields);
    let mitigates = model::mitigations(&mut reader, scope.unit, &fields, Some(models));
    let component = component.and_then(|component| model::component(world, scope.unit, &component, log));
    // Where the facets did not parse, nothing can be said of what covers them.
    let read = !block.broken && (!fields.has("facets") || fields.expr("facets").is_some());
    let parent = assertion::Parent { name: &name, id: &id, facets: read.then_some(&facets) };
    let mut asserts: Vec<AssertionDef> = Vec::new();
    for member in &block.members {
        let Member::Block(inner) = member else { continue };
        if inner.keyword != Keyword::Assert {
            continue;
        }
        let Some(def) = assertion::lower(world, file, inner, Some(&parent), log) else { continue };
        if let Some(first) = asserts.iter().find(|first| first.name == def.name) {
            log.push(diags::duplicate_declaration(def.span, &def.name, first.span));
            continue;
        }
        asserts.push(def);
    }
    let def = ControlDef {
        id: id.as_str().into(),
        name: Arc::clone(&name),
        title: title(block).unwrap_or_else(|| Arc::clone(&name)),
        doc: doc(block),
        severity,
        owner,
        facets: facets.iter().map(|facet| Arc::clone(&facet.text)).collect(),
        needs,
        mitigates,
        satisfies,
        component,
        assertions: Vec::new(),
        span: block.head(),
    };
    Some((def, asserts))
}

/// `satisfies: [asvs("9.1.1"), nist("IA-2")]`: any framework, one text each.
fn requirements(reader: &mut Reader<'_, '_, '_>, fields: &Fields<'_>) -> Vec<RequirementRef> {
    let Some(expr) = fields.expr("satisfies") else { return Vec::new() };
    let Some(items) = reader.items(expr, "satisfies", "requirements") else { return Vec::new() };
    let mut found: Vec<(RequirementRef, Span)> = Vec::new();
    for item in items {
        let reference = match &item.kind {
            ExprKind::Call { callee, args, .. } => match (&callee.kind, args.as_slice()) {
                (ExprKind::Name(framework), [argument]) if argument.name.is_none() => match &argument.value.kind {
                    ExprKind::Text(text) if !text.value.trim().is_empty() => Some(RequirementRef {
                        framework: Arc::clone(&framework.text),
                        requirement: Arc::clone(&text.value),
                    }),
                    _ => None,
                },
                _ => None,
            },
            ExprKind::Error => continue,
            _ => None,
        };
        let Some(reference) = reference else {
            reader.log.push(diags::requirement_wanted(item.span));
            continue;
        };
        match found.iter().find(|(known, _)| *known == reference) {
            Some((_, first)) => {
                let name = format!("{}(\"{}\")", reference.framework, reference.requirement);
                reader.log.push(diags::duplicate_value(item.span, &name, *first));
            }
            None => found.push((reference, item.span)),
        }
    }
    found.into_iter().map(|(reference, _)| reference).collect()
}

/// Sorts by id, reports ids that are taken, and links both ways.
fn arrange(controls: Vec<(ControlDef, bool)>, mut pending: Vec<Pending>, log: &mut Log) -> Claims {
    let mut claims = Claims::default();
    let mut order: Vec<usize> = (0..controls.len()).collect();
    order.sort_by(|left, right| {
        let id = |at: &usize| controls.get(*at).map(|(def, _)| (Arc::clone(&def.id), def.span));
        id(left).cmp(&id(right))
    });
    let mut place = vec![ControlId(0); controls.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*from) {
            *slot = ControlId(u32::try_from(to).unwrap_or(u32::MAX));
        }
    }
    let mut slots: Vec<Option<(ControlDef, bool)>> = controls.into_iter().map(Some).collect();
    let mut ids: BTreeMap<Arc<str>, (Span, Arc<str>)> = BTreeMap::new();
    for from in order {
        let Some((def, broken)) = slots.get_mut(from).and_then(Option::take) else { continue };
        let id = place.get(from).copied().unwrap_or(ControlId(0));
        claims.by_control.entry(Arc::clone(&def.name)).or_insert((id, def.span, broken));
        take_id(&mut ids, &def.id, &def.name, def.span, log);
        claims.controls.push(def);
    }
    pending.sort_by(|left, right| (&left.def.id, left.def.span).cmp(&(&right.def.id, right.def.span)));
    for Pending { control, path, mut def } in pending {
        let id = AssertionId(u32::try_from(claims.assertions.len()).unwrap_or(u32::MAX));
        def.control = control.and_then(|control| place.get(control)).copied();
        if let Some(control) = def.control.and_then(|control| claims.controls.get_mut(control.0 as usize)) {
            control.assertions.push(id);
        }
        take_id(&mut ids, &def.id, &path, def.span, log);
        claims.by_path.entry(path).or_insert((id, def.span));
        claims.assertions.push(def);
    }
    claims
}

/// An id is of one declaration. Two declarations of one name were reported as such.
fn take_id(ids: &mut BTreeMap<Arc<str>, (Span, Arc<str>)>, id: &Arc<str>, name: &Arc<str>, span: Span, log: &mut Log) {
    match ids.get(id) {
        Some((first, known)) if known != name => log.push(diags::duplicate_id(span, id, *first)),
        Some(_) => {}
        None => {
            ids.insert(Arc::clone(id), (span, Arc::clone(name)));
        }
    }
}
