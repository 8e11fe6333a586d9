//! `model name "title" { … }` and its parts, and the references to them from controls and assumptions.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::schema::{Refinement, enum_values};
use crate::base::span::Span;
use crate::syntax::ast::{Block, ExprKind, Ident, Item, Keyword, Member};

use super::super::diags;
use super::super::fields::{Fields, Reader, Shape};
use super::super::model::{AssetDef, AssumptionDef, AttackerDef, BoundaryDef, ComponentDef, MitigationDef, ModelDef};
use super::super::world::{Log, ValueKind, World};
use super::{name, title};

const PARTS: &[Keyword] =
    &[Keyword::Asset, Keyword::Attacker, Keyword::Component, Keyword::Boundary, Keyword::Assumption];

const MODEL: Shape =
    Shape { keyword: Keyword::Model, fields: &[], required: &[], repeated: &[], blocks: PARTS, title: false };
const ASSET: Shape = Shape {
    keyword: Keyword::Asset,
    fields: &["protect", "impact"],
    required: &[("protect", "[confidentiality, integrity]"), ("impact", "high")],
    repeated: &[],
    blocks: &[],
    title: true,
};
const ATTACKER: Shape = Shape {
    keyword: Keyword::Attacker,
    fields: &["likelihood", "targets"],
    required: &[("likelihood", "high")],
    repeated: &[],
    blocks: &[],
    title: true,
};
const COMPONENT: Shape = Shape {
    keyword: Keyword::Component,
    fields: &["path", "repo"],
    required: &[],
    repeated: &[],
    blocks: &[],
    title: true,
};
const BOUNDARY: Shape = Shape {
    keyword: Keyword::Boundary,
    fields: &["separates"],
    required: &[("separates", "[attacker, component]")],
    repeated: &[],
    blocks: &[],
    title: false,
};
const ASSUMPTION: Shape = Shape {
    keyword: Keyword::Assumption,
    fields: &["owner", "expires", "mitigates"],
    required: &[("owner", "\"team@example.com\""), ("expires", "2027-01-01")],
    repeated: &[],
    blocks: &[],
    title: true,
};

/// All models of a unit, by name.
pub(in crate::hir) fn lower(world: &World<'_>, unit: usize, log: &mut Log) -> Vec<ModelDef> {
    let mut models: Vec<ModelDef> = Vec::new();
    for (file, scope) in world.files.iter().enumerate().filter(|(_, scope)| scope.unit == unit) {
        for item in &scope.file.items {
            let Item::Block(block) = item else { continue };
            if block.keyword == Keyword::Model
                && let Some(model) = lower_model(world, unit, file, block, log)
            {
                models.push(model);
            }
        }
    }
    models.sort_by(|left, right| (&left.name, left.span).cmp(&(&right.name, right.span)));
    models
}

fn lower_model(world: &World<'_>, unit: usize, file: usize, block: &Block, log: &mut Log) -> Option<ModelDef> {
    let model_name = name(block)?;
    Fields::read(block, &MODEL, log);
    let mut model = ModelDef {
        name: model_name,
        title: title(block),
        assets: Vec::new(),
        attackers: Vec::new(),
        components: Vec::new(),
        boundaries: Vec::new(),
        assumptions: Vec::new(),
        span: block.head(),
    };
    let parts = || {
        block.members.iter().filter_map(|member| match member {
            Member::Block(part) if PARTS.contains(&part.keyword) => Some(part),
            _ => None,
        })
    };
    // Assumptions refer to what stands beside them, in any order.
    for part in parts().filter(|part| part.keyword != Keyword::Assumption) {
        lower_part(world, unit, file, part, &mut model, log);
    }
    let objectives = Objectives::new(std::slice::from_ref(&model));
    let assumptions = parts()
        .filter(|part| part.keyword == Keyword::Assumption)
        .filter_map(|part| lower_assumption(world, unit, file, part, &objectives, log))
        .collect();
    model.assumptions = assumptions;
    Some(model)
}

fn lower_part(world: &World<'_>, unit: usize, file: usize, part: &Block, model: &mut ModelDef, log: &mut Log) {
    let Some(name) = name(part) else { return };
    let title_or_name = title(part).unwrap_or_else(|| Arc::clone(&name));
    match part.keyword {
        Keyword::Asset => {
            let fields = Fields::read(part, &ASSET, log);
            let mut reader = Reader { world, file, log };
            let protect = reader.choices(&fields, "protect", "property");
            if protect.is_empty()
                && let Some(expr) = fields.expr("protect")
                && matches!(&expr.kind, ExprKind::List(items) if items.is_empty())
            {
                reader.log.push(diags::empty_text(expr.span, "protect"));
            }
            let impact = reader.choice(&fields, "impact", "impact").unwrap_or_else(|| "high".into());
            model.assets.push(AssetDef { name, title: title_or_name, protect, impact });
        }
        Keyword::Attacker => {
            let fields = Fields::read(part, &ATTACKER, log);
            let mut reader = Reader { world, file, log };
            let likelihood = reader.choice(&fields, "likelihood", "likelihood").unwrap_or_else(|| "high".into());
            let targets = reader.names(&fields, "targets", "assets");
            let targets = targets
                .into_iter()
                .filter_map(|target| reference(world, unit, &target, &[ValueKind::Asset], log))
                .collect();
            model.attackers.push(AttackerDef { name, title: title_or_name, likelihood, targets });
        }
        Keyword::Component => {
            let fields = Fields::read(part, &COMPONENT, log);
            let mut reader = Reader { world, file, log };
            let path = reader.refined(&fields, "path", Refinement::Path);
            let repo = reader.text(&fields, "repo");
            model.components.push(ComponentDef { name, title: title_or_name, path, repo });
        }
        Keyword::Boundary => {
            let fields = Fields::read(part, &BOUNDARY, log);
            let mut reader = Reader { world, file, log };
            let separates = reader.names(&fields, "separates", "attackers and components");
            let kinds = [ValueKind::Attacker, ValueKind::Component];
            let separates =
                separates.into_iter().filter_map(|side| reference(world, unit, &side, &kinds, log)).collect();
            model.boundaries.push(BoundaryDef { name, title: title(part), separates });
        }
        _ => {}
    }
}

fn lower_assumption(
    world: &World<'_>,
    unit: usize,
    file: usize,
    part: &Block,
    objectives: &Objectives<'_>,
    log: &mut Log,
) -> Option<AssumptionDef> {
    let name = name(part)?;
    let fields = Fields::read(part, &ASSUMPTION, log);
    let mut reader = Reader { world, file, log };
    let owner = reader.text(&fields, "owner").unwrap_or_default();
    let expires = reader.refined(&fields, "expires", Refinement::Date).unwrap_or_default();
    let mitigates = mitigations(&mut reader, unit, &fields, objectives);
    let title = title(part).unwrap_or_else(|| Arc::clone(&name));
    Some(AssumptionDef { name, title, owner, expires, mitigates })
}

/// `mitigates: [attacker on asset for [properties]]`. Each must be one of the `objectives`.
pub(super) fn mitigations(
    reader: &mut Reader<'_, '_, '_>,
    unit: usize,
    fields: &Fields<'_>,
    objectives: &Objectives<'_>,
) -> Vec<MitigationDef> {
    let Some(expr) = fields.expr("mitigates") else { return Vec::new() };
    let Some(items) = reader.items(expr, "mitigates", "objectives") else { return Vec::new() };
    let world = reader.world;
    let mut seen: BTreeMap<MitigationDef, Span> = BTreeMap::new();
    let mut found = Vec::new();
    for item in items {
        let (attacker, asset, properties) = match &item.kind {
            ExprKind::On { attacker, asset, properties } => (attacker, asset, properties),
            ExprKind::Error => continue,
            _ => {
                reader.log.push(diags::mitigation_wanted(item.span));
                continue;
            }
        };
        let known = [
            reference(world, unit, attacker, &[ValueKind::Attacker], reader.log),
            reference(world, unit, asset, &[ValueKind::Asset], reader.log),
        ];
        let mut words: Vec<&Ident> = Vec::new();
        for property in properties.iter().flatten() {
            if !enum_values("property").contains(&&*property.text) {
                let values = enum_values("property");
                reader.log.push(diags::unknown_value(property.span, &property.text, "property", values));
            } else if let Some(first) = words.iter().find(|first| first.text == property.text) {
                reader.log.push(diags::duplicate_value(property.span, &property.text, first.span));
            } else {
                words.push(property);
            }
        }
        let [Some(attacker_name), Some(asset_name)] = known else { continue };
        objective(objectives, attacker, asset, properties.as_deref().unwrap_or_default(), reader.log);
        let properties = words.into_iter().map(|word| Arc::clone(&word.text)).collect();
        let mitigation = MitigationDef { attacker: attacker_name, asset: asset_name, properties };
        if let Some(first) = seen.get(&mitigation) {
            let text = format!("{} on {}", mitigation.attacker, mitigation.asset);
            reader.log.push(diags::duplicate_value(item.span, &text, *first));
        } else {
            seen.insert(mitigation.clone(), item.span);
            found.push(mitigation);
        }
    }
    found
}

/// The attackers and assets of all models by name, each with its model.
#[derive(Debug, Default)]
pub(in crate::hir) struct Objectives<'m> {
    attackers: BTreeMap<&'m str, (usize, &'m AttackerDef)>,
    assets: BTreeMap<&'m str, (usize, &'m AssetDef)>,
}

impl<'m> Objectives<'m> {
    /// Of these models.
    pub(in crate::hir) fn new(models: &'m [ModelDef]) -> Self {
        let mut objectives = Self::default();
        for (at, model) in models.iter().enumerate() {
            objectives.attackers.extend(model.attackers.iter().map(|def| (&*def.name, (at, def))));
            objectives.assets.extend(model.assets.iter().map(|def| (&*def.name, (at, def))));
        }
        objectives
    }
}

/// What is mitigated must be an objective: the attacker reaches the asset, which protects the property.
fn objective(objectives: &Objectives<'_>, attacker: &Ident, asset: &Ident, properties: &[Ident], log: &mut Log) {
    let (Some((from, attacks)), Some((of, protects))) =
        (objectives.attackers.get(&*attacker.text), objectives.assets.get(&*asset.text))
    else {
        return;
    };
    if from != of {
        log.push(diags::other_model(asset.span, &attacker.text, &asset.text));
        return;
    }
    if !attacks.targets.is_empty() && !attacks.targets.contains(&asset.text) {
        log.push(diags::unreached_asset(asset.span, &attacker.text, &asset.text));
        return;
    }
    for property in properties {
        let is_property = enum_values("property").contains(&&*property.text);
        if is_property && !protects.protect.is_empty() && !protects.protect.contains(&property.text) {
            log.push(diags::unprotected_property(property.span, &property.text, &asset.text, &protects.protect));
        }
    }
}

/// `component: api` of a control or assertion.
pub(super) fn component(world: &World<'_>, unit: usize, name: &Ident, log: &mut Log) -> Option<Arc<str>> {
    reference(world, unit, name, &[ValueKind::Component], log)
}

/// A declaration of one of `kinds` by name.
pub(super) fn reference(
    world: &World<'_>,
    unit: usize,
    name: &Ident,
    kinds: &[ValueKind],
    log: &mut Log,
) -> Option<Arc<str>> {
    let values = &world.units.get(unit)?.values;
    let found = values.get(&name.text);
    if found.is_some_and(|value| kinds.contains(&value.kind)) {
        return Some(Arc::clone(&name.text));
    }
    if log.is_full(name.span.source) {
        return None;
    }
    // A declaration that did not parse may be the one that is meant.
    if found.is_none() && world.files.iter().any(|file| file.unit == unit && file.broken) {
        return None;
    }
    let known: Vec<(&str, Option<Span>)> = values
        .iter()
        .filter(|(_, value)| kinds.contains(&value.kind))
        .map(|(name, value)| (&**name, Some(value.span)))
        .collect();
    let (what, declare) = match kinds {
        [ValueKind::Asset] => ("an asset", format!("asset {} \"title\" {{ … }}", name.text)),
        [ValueKind::Attacker] => ("an attacker", format!("attacker {} \"title\" {{ … }}", name.text)),
        [ValueKind::Component] => ("a component", format!("component {} \"title\" {{ … }}", name.text)),
        [ValueKind::Code] => ("a code", format!("code {} \"title\" {{ … }}", name.text)),
        _ => ("an attacker or component", format!("component {} \"title\" {{ … }}", name.text)),
    };
    let other = found.map(|value| (value.kind.phrase(), value.span));
    log.push(diags::unknown_reference(name.span, &name.text, what, &declare, other, &known));
    None
}
