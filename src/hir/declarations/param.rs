//! Types as written, parameters of packages, and what `attest.toml` sets them to.

use crate::base::schema::Ty;
use crate::base::span::Span;
use crate::syntax::ast::TypeExpr;

use super::super::arguments;
use super::super::diags;
use super::super::expr::Const;
use super::super::infer::{By, Infer, Reach};
use super::super::types;
use super::super::world::{Log, Role, World};
use super::super::{ParamOverride, Unit};

/// The type that a type expression names; `Unknown` after an error.
pub(in crate::hir) fn ty(written: &TypeExpr, log: &mut Log) -> Ty {
    let name = &*written.name.text;
    let plain = if name == "List" {
        match written.arguments.as_slice() {
            [item] => {
                let inner = ty(item, log);
                if matches!(inner, Ty::Optional(_)) {
                    log.push(diags::type_arguments(
                        item.span,
                        "an element of a list cannot be optional".to_owned(),
                        "leave out the `?`",
                    ));
                    return Ty::Unknown;
                }
                Ty::list(inner)
            }
            arguments => {
                let message = format!("`List` takes one type, {} given", arguments.len());
                log.push(diags::type_arguments(
                    written.span,
                    message,
                    "name the type of its elements, as in `List<Text>`",
                ));
                return Ty::Unknown;
            }
        }
    } else {
        if name == "Result" {
            log.push(diags::type_arguments(
                written.span,
                "a result is no parameter".to_owned(),
                "take what it is computed from as parameters, and call a check",
            ));
            return Ty::Unknown;
        }
        let Some(found) = types::named(name) else {
            log.push(diags::unknown_type(written.name.span, name));
            return Ty::Unknown;
        };
        if !written.arguments.is_empty() {
            let message = format!("`{name}` takes no type in angle brackets");
            log.push(diags::type_arguments(written.span, message, "leave out the brackets; only `List` has them"));
            return Ty::Unknown;
        }
        found
    };
    if written.optional { Ty::optional(plain) } else { plain }
}

/// Types and values of all packages' parameters, without overrides.
pub(in crate::hir) fn values(world: &mut World<'_>, log: &mut Log) {
    for index in 0..world.params.len() {
        let Some(decl) = world.params.get(index) else { continue };
        let (file, written) = (decl.file, decl.item);
        let ty = ty(&written.param.ty, log);
        let value = match &written.param.default {
            Some(value) => {
                let name = &written.param.name.text;
                Infer::new(world, file, log, Reach::Constants).constant(value, &ty, By::Param(name))
            }
            None => None,
        };
        if let Some(decl) = world.params.get_mut(index) {
            decl.ty = ty;
            decl.value = value;
        }
    }
}

/// Applies `[params]` of `attest.toml` and demands that every parameter has a value.
pub(in crate::hir) fn overrides(world: &mut World<'_>, main: &Unit, log: &mut Log) {
    let place = main.files.first().map(|file| Span::new(file.source, 0, 0));
    for setting in &main.params {
        let Some(index) = world.params.iter().position(|decl| *decl.path == *setting.path) else {
            if let Some(span) = setting.span.or(place) {
                let own = |unit: usize| world.units.get(unit).is_some_and(|unit| unit.role != Role::Std);
                let known = world.params.iter().filter(|decl| own(decl.unit)).map(|decl| &*decl.path);
                log.push(diags::unknown_override(span, &setting.path, known));
            }
            continue;
        };
        let Some(decl) = world.params.get_mut(index) else { continue };
        match arguments::from_json(&decl.ty, &json(&setting.value)) {
            Ok(value) => decl.value = Some(value),
            Err((message, help)) => {
                let span = setting.span.unwrap_or(decl.item.param.name.span);
                log.push(diags::bad_override(span, &setting.path, &message, help));
                // Told once: not missing as well.
                decl.ty = Ty::Unknown;
            }
        }
    }
    for decl in &mut world.params {
        if decl.value.is_some() || decl.ty == Ty::Unknown || decl.item.param.default.is_some() {
            continue;
        }
        if matches!(decl.ty, Ty::Optional(_)) {
            decl.value = Some(Const::Null);
            continue;
        }
        let name = &decl.item.param.name;
        log.push(diags::missing_value(name.span, &name.text, &decl.path));
    }
}

fn json(value: &ParamOverride) -> serde_json::Value {
    match value {
        ParamOverride::Bool(value) => (*value).into(),
        ParamOverride::Int(value) => (*value).into(),
        ParamOverride::Decimal(value) => (*value).into(),
        ParamOverride::Text(value) => value.as_str().into(),
        ParamOverride::List(items) => items.iter().map(json).collect::<Vec<_>>().into(),
    }
}
