//! Declarations: from blocks to the typed model, one file a kind.

pub(super) mod assertion;
pub(super) mod check;
pub(super) mod code;
pub(super) mod control;
pub(super) mod gate;
pub(super) mod model;
pub(super) mod param;
pub(super) mod test;
pub(super) mod waiver;

use std::sync::Arc;

use crate::syntax::ast::Block;

use super::collect::simple_name;
use super::diags;
use super::world::{FileScope, Log};

/// The text of a declaration's documentation.
pub(super) fn doc(block: &Block) -> Option<Arc<str>> {
    block.doc.as_ref().map(|doc| doc.text.as_str().into())
}

/// The title of a declaration.
pub(super) fn title(block: &Block) -> Option<Arc<str>> {
    block.title.as_ref().map(|title| Arc::clone(&title.value))
}

/// The declaration's name; reports one that is missing or dotted.
pub(super) fn name(block: &Block, log: &mut Log) -> Option<Arc<str>> {
    let Some((name, span)) = simple_name(block) else {
        if !block.broken {
            log.push(diags::missing_name(block.keyword_span, block.keyword.name()));
        }
        return None;
    };
    if name.contains('.') {
        log.push(diags::dotted_name(span, block.keyword.name(), &name));
        return None;
    }
    Some(name)
}

/// `module/name`, or the name alone where there is no module.
pub(super) fn qualified(file: &FileScope<'_>, name: &str) -> String {
    match &file.module {
        Some(module) => format!("{module}/{name}"),
        None => name.to_owned(),
    }
}
