//! Declarations: from blocks to the typed model, one file a kind.

pub(super) mod assertion;
pub(super) mod check;
pub(super) mod code;
pub(super) mod control;
pub(super) mod document;
pub(super) mod gate;
pub(super) mod model;
pub(super) mod param;
pub(super) mod test;
pub(super) mod waiver;

use std::sync::Arc;

use crate::syntax::ast::Block;

use super::collect::simple_name;
use super::world::FileScope;

/// The text of a declaration's documentation.
pub(super) fn doc(block: &Block) -> Option<Arc<str>> {
    block.doc.as_ref().map(|doc| doc.text.as_str().into())
}

/// The title of a declaration.
pub(super) fn title(block: &Block) -> Option<Arc<str>> {
    block.title.as_ref().map(|title| Arc::clone(&title.value))
}

/// The declaration's name; where there is none, the parser said so.
pub(super) fn name(block: &Block) -> Option<Arc<str>> {
    simple_name(block).map(|(name, _)| name)
}

/// `module/name`, or the name alone where there is no module.
pub(super) fn qualified(file: &FileScope<'_>, name: &str) -> String {
    match &file.module {
        Some(module) => format!("{module}/{name}"),
        None => name.to_owned(),
    }
}
