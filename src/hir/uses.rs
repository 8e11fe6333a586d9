//! `use`: which names of other packages a file sees. Reports unknown modules and names, clashes, and what is not used.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::span::Span;
use crate::syntax::ast::{Ident, Use};

use super::diags;
use super::world::{Import, Log, Role, World};

/// Resolves the imports of every file.
pub(super) fn resolve(world: &mut World<'_>, log: &mut Log) {
    for file in 0..world.files.len() {
        let mut imports = BTreeMap::new();
        for declaration in world.file(file).map_or(&[][..], |scope| &scope.file.uses) {
            resolve_use(world, file, declaration, &mut imports, log);
        }
        if let Some(scope) = world.files.get_mut(file) {
            scope.imports = imports;
        }
    }
}

fn resolve_use(
    world: &World<'_>,
    file: usize,
    declaration: &Use,
    imports: &mut BTreeMap<Arc<str>, Import>,
    log: &mut Log,
) {
    let segments = declaration.path.segments.as_slice();
    let (module, names): (&[Ident], &[Ident]) = match (&declaration.names, segments.split_last()) {
        (Some(names), _) => (segments, names),
        (None, Some((last, module))) => (module, std::slice::from_ref(last)),
        (None, None) => return,
    };
    let path = module.iter().map(|segment| &*segment.text).collect::<Vec<_>>().join(".");
    if !world.modules.contains_key(path.as_str()) {
        // `use std.web` names a module where a name of it is wanted.
        let whole = declaration.path.segments.iter().map(|segment| &*segment.text).collect::<Vec<_>>().join(".");
        if declaration.names.is_none() && world.modules.contains_key(whole.as_str()) {
            log.push(diags::import_of_module(declaration.path.span, &whole, &world.importable(&whole)));
            return;
        }
        let span = match (module.first(), module.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => declaration.path.span,
        };
        for name in names {
            imports.entry(Arc::clone(&name.text)).or_insert(Import { check: None, param: None, span: name.span });
        }
        let shown = if path.is_empty() { whole } else { path };
        log.push(diags::unknown_module(span, &shown, world.modules.keys().map(|known| &**known)));
        return;
    }
    for name in names {
        let check = world.check_in(&path, &name.text);
        let param = world.param_in(&path, &name.text);
        if check.is_none() && param.is_none() {
            let whole = format!("{path}.{}", name.text);
            log.push(if declaration.names.is_none() && world.modules.contains_key(whole.as_str()) {
                diags::import_of_module(declaration.path.span, &whole, &world.importable(&whole))
            } else {
                diags::unknown_import(name.span, &name.text, &path, &world.importable(&path))
            });
            imports.entry(Arc::clone(&name.text)).or_insert(Import { check, param, span: name.span });
            continue;
        }
        if let Some(first) = imports.get(&name.text) {
            log.push(diags::duplicate_import(name.span, &name.text, first.span));
            continue;
        }
        if let Some(own) = clash(world, file, &name.text, check, param) {
            log.push(diags::duplicate_import(name.span, &name.text, own));
            continue;
        }
        imports.insert(Arc::clone(&name.text), Import { check, param, span: name.span });
    }
}

/// A declaration of the file's own package, or of the prelude, that the import would hide.
fn clash(world: &World<'_>, file: usize, name: &str, check: Option<usize>, param: Option<usize>) -> Option<Span> {
    let unit = world.unit_of(file)?;
    let function = check.and_then(|check| {
        let own = unit.functions.get(name).copied().or_else(|| world.prelude_check(name))?;
        (own != check).then(|| world.checks.get(own).map(super::world::CheckDecl::span)).flatten()
    });
    function.or_else(|| {
        let own = unit.values.get(name)?;
        let same = param.is_some_and(|param| own.kind == super::world::ValueKind::Param(param));
        (param.is_some() && !same).then_some(own.span)
    })
}

/// Reports imports that nothing in their file uses.
pub(super) fn unused(world: &World<'_>, log: &mut Log) {
    for (file, scope) in world.files.iter().enumerate() {
        let foreign = world.units.get(scope.unit).is_none_or(|unit| unit.role == Role::Dependency);
        if foreign || scope.broken {
            continue;
        }
        for (name, import) in &scope.imports {
            let poisoned = import.check.is_none() && import.param.is_none();
            if poisoned || log.used.contains(&(file, Arc::clone(name))) {
                continue;
            }
            let whole = scope.file.uses.iter().find(|declaration| {
                declaration.names.as_ref().is_none_or(|names| names.len() == 1)
                    && declaration.span.source == import.span.source
                    && declaration.span.start <= import.span.start
                    && import.span.end <= declaration.span.end
            });
            log.push(diags::unused_use(import.span, name, whole.map(|declaration| declaration.span)));
        }
    }
}
