//! First pass: which names a package declares. Reports two declarations of one name, and names that are taken.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::span::Span;
use crate::syntax::ast::{Block, Item, Keyword, Member, Path};

use super::diags;
use super::world::{
    CheckDecl, FUNCTIONS, FileScope, Log, ParamDecl, Role, UnitScope, Value, ValueKind, World, is_prelude_module,
    module_paths,
};
use super::{Input, Unit};

/// Declares everything of all units.
pub(super) fn collect<'a>(input: &'a Input<'_>, log: &mut Log) -> World<'a> {
    let mut world = World {
        sources: input.sources,
        signatures: input.signatures,
        units: Vec::new(),
        files: Vec::new(),
        params: Vec::new(),
        checks: Vec::new(),
        modules: BTreeMap::new(),
        documents: Vec::new(),
    };
    let roles = std::iter::once((&input.std, Role::Std))
        .chain(input.dependencies.iter().map(|unit| (unit, Role::Dependency)))
        .chain(std::iter::once((&input.main, Role::Main)));
    for (unit, role) in roles {
        collect_unit(&mut world, unit, role, log);
    }
    world
}

fn collect_unit<'a>(world: &mut World<'a>, unit: &'a Unit, role: Role, log: &mut Log) {
    let index = world.units.len();
    world.units.push(UnitScope { role, name: unit.name.clone(), functions: BTreeMap::new(), values: BTreeMap::new() });
    for file in &unit.files {
        edition(world, unit, file, log);
        let module = file.module.as_ref().map(|path| dotted(path).into()).or_else(|| unit.name.clone());
        for path in module_paths(unit.name.as_deref(), module.as_deref()) {
            // The first unit keeps the path: a dependency cannot take a module of the standard library.
            world.modules.entry(path.into()).or_insert(index);
        }
        let at = world.files.len();
        world.files.push(FileScope::new(index, file, module));
        for item in &file.items {
            match item {
                Item::Param(param) => {
                    let span = param.param.name.span;
                    let kind = ValueKind::Param(world.params.len());
                    declare_value(world, index, &param.param.name.text, kind, span, log);
                    let path = qualified(world, at, &param.param.name.text);
                    world.params.push(ParamDecl {
                        unit: index,
                        file: at,
                        item: param,
                        path,
                        ty: crate::base::schema::Ty::Unknown,
                        value: None,
                    });
                }
                Item::Block(block) => collect_block(world, index, at, block, log),
                Item::Error(_) => {}
            }
        }
    }
}

/// `edition` stands first in a file or in `attest.toml`.
fn edition(world: &World<'_>, unit: &Unit, file: &crate::syntax::ast::File, log: &mut Log) {
    match file.edition {
        Some((1, _)) => {}
        Some((other, span)) => log.push(diags::unknown_edition(span, other)),
        None => match unit.edition {
            Some(1) => {}
            edition => {
                let text = world.sources.get(file.source).map_or("", |source| &source.text);
                // A byte order mark stays in front.
                let start = if text.starts_with('\u{feff}') { 3 } else { 0 };
                let at = Span::new(file.source, start, start);
                log.push(match edition {
                    Some(other) => diags::unknown_package_edition(at, other),
                    None => diags::missing_edition(at),
                });
            }
        },
    }
}

fn collect_block<'a>(world: &mut World<'a>, unit: usize, file: usize, block: &'a Block, log: &mut Log) {
    let kind = match block.keyword {
        Keyword::Check => return collect_check(world, unit, file, block, log),
        Keyword::Control => ValueKind::Control,
        Keyword::Assert => ValueKind::Assertion,
        Keyword::Model => ValueKind::Model,
        Keyword::Gate => ValueKind::Gate,
        Keyword::Document => ValueKind::Document,
        Keyword::Code => ValueKind::Code,
        // Refused, misplaced or without a name: the passes that own them speak.
        _ => return,
    };
    if let Some(name) = simple_name(block) {
        declare_value(world, unit, &name.0, kind, name.1, log);
    }
    if block.keyword == Keyword::Model {
        for member in &block.members {
            let Member::Block(part) = member else { continue };
            let kind = match part.keyword {
                Keyword::Asset => ValueKind::Asset,
                Keyword::Attacker => ValueKind::Attacker,
                Keyword::Component => ValueKind::Component,
                Keyword::Boundary => ValueKind::Boundary,
                Keyword::Assumption => ValueKind::Assumption,
                _ => continue,
            };
            if let Some((name, span)) = simple_name(part) {
                declare_value(world, unit, &name, kind, span, log);
            }
        }
    }
}

fn collect_check<'a>(world: &mut World<'a>, unit: usize, file: usize, block: &'a Block, log: &mut Log) {
    let Some((name, span)) = simple_name(block) else { return };
    let is_std = world.units.get(unit).is_some_and(|unit| unit.role == Role::Std);
    let taken = if FUNCTIONS.contains(&&*name) {
        Some("a function of expressions")
    } else if world.signatures.relation(&name).is_some() {
        Some("a relation")
    } else if !is_std && world.prelude_check(&name).is_some() {
        Some("a check of the standard library")
    } else {
        None
    };
    if let Some(what) = taken {
        log.push(diags::reserved_name(span, &name, what));
        return;
    }
    let known = world.units.get(unit).and_then(|unit| unit.functions.get(&name)).copied();
    if let Some(first) = known.and_then(|check| world.checks.get(check)) {
        log.push(diags::duplicate_declaration(span, &name, first.span()));
        return;
    }
    let index = world.checks.len();
    if let Some(unit) = world.units.get_mut(unit) {
        unit.functions.insert(Arc::clone(&name), index);
    }
    let path = if is_std && world.file(file).is_some_and(|file| is_prelude_module(file.module.as_deref())) {
        Arc::clone(&name)
    } else {
        qualified(world, file, &name)
    };
    world.checks.push(CheckDecl { unit, file, block, name, path, params: Vec::new(), require: None });
}

fn declare_value(world: &mut World<'_>, unit: usize, name: &Arc<str>, kind: ValueKind, span: Span, log: &mut Log) {
    let Some(unit) = world.units.get_mut(unit) else { return };
    if let Some(first) = unit.values.get(name) {
        log.push(diags::duplicate_declaration(span, name, first.span));
    } else {
        unit.values.insert(Arc::clone(name), Value { kind, span });
    }
}

/// The only segment of a declaration's name.
pub(super) fn simple_name(block: &Block) -> Option<(Arc<str>, Span)> {
    let path = block.name.as_ref()?;
    match path.segments.as_slice() {
        [only] => Some((Arc::clone(&only.text), only.span)),
        _ => Some((dotted(path).into(), path.span)),
    }
}

/// `a.b.c`.
pub(super) fn dotted(path: &Path) -> String {
    path.segments.iter().map(|segment| &*segment.text).collect::<Vec<_>>().join(".")
}

/// `module.name`.
fn qualified(world: &World<'_>, file: usize, name: &str) -> Arc<str> {
    match world.file(file).and_then(|file| file.module.as_deref()) {
        Some(module) => format!("{module}.{name}").into(),
        None => name.into(),
    }
}
