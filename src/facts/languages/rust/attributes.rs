//! Attributes: decorators, and what the test harness reads from them.
//!
//! Doc comments are no decorators. Of `#[cfg_attr(condition, attribute)]` only `cfg_attr` itself counts: the attribute
//! stands under a condition, so neither its presence nor its absence is certain. Attributes of an `impl` block decorate no
//! definition and give no row.

use std::sync::Arc;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::{AttrStyle, Attribute, Meta};

use super::symbol;
use super::walk::Walk;
use crate::facts::model::{Decorator, Owner, Range};

/// Last segments of the attributes that make a function a test; `tokio::test`, `sqlx::test` and the like end in `test`.
const TESTS: &[&str] = &["test", "rstest", "test_case", "quickcheck", "wasm_bindgen_test", "test_matrix", "gpui_test"];

fn is_doc(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::NameValue(pair) if pair.path.is_ident("doc"))
}

/// The first token of the first outer attribute that is no documentation.
pub(super) fn start(attributes: &[Attribute]) -> Option<Span> {
    outer(attributes).next().map(|attribute| attribute.pound_token.span)
}

fn outer(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| matches!(attribute.style, AttrStyle::Outer) && !is_doc(attribute))
}

/// A row for each attribute.
pub(super) fn decorators(walk: &mut Walk<'_>, attributes: &[Attribute], owner: Owner) {
    for attribute in outer(attributes) {
        let path = attribute.path();
        let (Some(from), Some(to)) = (symbol::start_of_path(path), symbol::end_of_path(path)) else { continue };
        let span = walk.places.between(from, to);
        let name = walk.rows.intern(&symbol::of_path(path));
        let arguments = match &attribute.meta {
            Meta::Path(_) => Vec::new(),
            Meta::List(list) => arguments(walk, list.tokens.clone()),
            Meta::NameValue(pair) => {
                let range = walk.places.range(pair.value.span());
                vec![walk.rows.intern(walk.source(range).trim())]
            }
        };
        walk.rows.facts.decorators.push(Decorator { name, arguments, owner, span });
    }
}

/// The source between the commas of an argument list.
fn arguments(walk: &mut Walk<'_>, tokens: TokenStream) -> Vec<Arc<str>> {
    let mut arguments = Vec::new();
    let mut current: Option<Range> = None;
    for token in tokens {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',') {
            if let Some(range) = current.take() {
                arguments.push(walk.rows.intern(walk.source(range)));
            }
            continue;
        }
        let range = walk.places.range(token.span());
        current = Some(current.map_or(range, |current| Range { start: current.start, end: range.end }));
    }
    if let Some(range) = current {
        arguments.push(walk.rows.intern(walk.source(range)));
    }
    arguments
}

/// Whether an attribute makes the function a test.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    outer(attributes).any(|attribute| TESTS.contains(&symbol::last(attribute.path()).as_str()))
}

/// `#[ignore]`, also with a reason.
pub(super) fn is_ignored(attributes: &[Attribute]) -> bool {
    outer(attributes).any(|attribute| attribute.path().is_ident("ignore"))
}
