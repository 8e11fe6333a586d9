//! `code NAME "title" { … }`: failure codes of a package's own.

use std::sync::Arc;

use crate::syntax::ast::{Item, Keyword};

use super::super::fields::{Fields, Reader, Shape};
use super::super::model::CodeDef;
use super::super::world::{Log, World};
use super::{name, title};

const SHAPE: Shape =
    Shape { keyword: Keyword::Code, fields: &["severity"], required: &[], repeated: &[], blocks: &[], title: true };

/// All codes of a unit, by name.
pub(in crate::hir) fn lower(world: &World<'_>, unit: usize, log: &mut Log) -> Vec<CodeDef> {
    let mut codes = Vec::new();
    for (file, scope) in world.files.iter().enumerate().filter(|(_, scope)| scope.unit == unit) {
        for item in &scope.file.items {
            let Item::Block(block) = item else { continue };
            if block.keyword != Keyword::Code {
                continue;
            }
            let Some(name) = name(block) else { continue };
            let fields = Fields::read(block, &SHAPE, log);
            let severity = Reader { world, file, log }.choice(&fields, "severity", "severity");
            codes.push(CodeDef {
                title: title(block).unwrap_or_else(|| Arc::clone(&name)),
                name,
                severity: severity.unwrap_or_else(|| "medium".into()),
                span: block.head(),
            });
        }
    }
    codes.sort_by(|left, right| (&left.name, left.span).cmp(&(&right.name, right.span)));
    codes
}
