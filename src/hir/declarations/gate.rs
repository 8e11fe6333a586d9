//! `gate name { … }`: what must hold before something leaves.

use crate::base::schema::Refinement;
use crate::syntax::ast::{Item, Keyword};

use super::super::fields::{Fields, Reader, Shape};
use super::super::model::GateDef;
use super::super::world::{Log, ValueKind, World};
use super::{model, name};

const SHAPE: Shape = Shape {
    keyword: Keyword::Gate,
    fields: &["requires", "policy", "emits"],
    required: &[("requires", "policy-grade")],
    repeated: &[],
    blocks: &[],
    title: false,
};

/// All gates of a unit, by name.
pub(in crate::hir) fn lower(world: &World<'_>, unit: usize, log: &mut Log) -> Vec<GateDef> {
    let mut gates = Vec::new();
    for (file, scope) in world.files.iter().enumerate().filter(|(_, scope)| scope.unit == unit) {
        for item in &scope.file.items {
            let Item::Block(block) = item else { continue };
            if block.keyword != Keyword::Gate {
                continue;
            }
            let Some(name) = name(block) else { continue };
            let fields = Fields::read(block, &SHAPE, log);
            let mut reader = Reader { world, file, log };
            // What does not compile never decides: the strictest level stands in.
            let requires = reader.choice(&fields, "requires", "level").unwrap_or_else(|| "high-assurance".into());
            let policy = reader.refined(&fields, "policy", Refinement::Path);
            let policy = policy.zip(fields.expr("policy").map(|expr| expr.span));
            let emits = reader.names(&fields, "emits", "codes");
            let emits = emits
                .into_iter()
                .filter_map(|code| model::reference(world, unit, &code, &[ValueKind::Code], log))
                .collect();
            gates.push(GateDef { name, requires, policy, emits, span: block.head() });
        }
    }
    gates.sort_by(|left, right| (&left.name, left.span).cmp(&(&right.name, right.span)));
    gates
}
