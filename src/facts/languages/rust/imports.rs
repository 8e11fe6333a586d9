//! `use` trees and `extern crate`: one row for each leaf.

use syn::{ItemExternCrate, ItemUse, UseTree};

use super::symbol;
use super::walk::Walk;
use crate::facts::model::{Import, Range};

/// Rows of a `use`.
pub(super) fn tree(walk: &mut Walk<'_>, item: &ItemUse) {
    leaves(&item.tree, &mut Vec::new(), &mut |prefix, member, alias, span| {
        let span = walk.places.range(span);
        push(walk, prefix, member, alias, span);
    });
}

/// Row of an `extern crate`.
pub(super) fn extern_crate(walk: &mut Walk<'_>, item: &ItemExternCrate) {
    let module = symbol::name(&item.ident);
    let alias = item.rename.as_ref().map(|(_, alias)| symbol::name(alias));
    let span = walk.places.range(item.ident.span());
    push(walk, &[module], None, alias, span);
}

/// What the walk must know before it meets the code: which names read the environment, which crates are in use.
pub(super) fn note(walk: &mut Walk<'_>, item: &ItemUse) {
    leaves(&item.tree, &mut Vec::new(), &mut |prefix, member, alias, _| {
        if let Some(first) = prefix.first().cloned().or(member.clone()) {
            walk.crates.insert(first);
        }
        let module = prefix.join("::");
        if let Some(member) = member
            && (module == "std::env" && matches!(member.as_str(), "var" | "var_os")
                || matches!(module.as_str(), "dotenvy" | "dotenv") && member == "var")
        {
            walk.env_readers.insert(alias.unwrap_or(member));
        }
    });
}

type Leaf<'l> = dyn FnMut(&[String], Option<String>, Option<String>, proc_macro2::Span) + 'l;

fn leaves(tree: &UseTree, prefix: &mut Vec<String>, leaf: &mut Leaf<'_>) {
    match tree {
        UseTree::Path(path) => {
            prefix.push(symbol::name(&path.ident));
            leaves(&path.tree, prefix, leaf);
            prefix.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, prefix, leaf)),
        UseTree::Glob(glob) => leaf(prefix, Some("*".to_owned()), None, glob.star_token.span),
        UseTree::Name(name) => leaf(prefix, member(&name.ident), None, name.ident.span()),
        UseTree::Rename(rename) => {
            leaf(prefix, member(&rename.ident), Some(symbol::name(&rename.rename)), rename.ident.span());
        }
    }
}

/// `self` in a group is the module itself.
fn member(ident: &syn::Ident) -> Option<String> {
    let name = symbol::name(ident);
    (name != "self").then_some(name)
}

fn push(walk: &mut Walk<'_>, prefix: &[String], member: Option<String>, alias: Option<String>, span: Range) {
    // `use serde;` imports a module, not a member of nothing.
    let (module, member) = match (prefix, member) {
        ([], Some(member)) => (member, None),
        (prefix, member) => (prefix.join("::"), member),
    };
    if module.is_empty() {
        return;
    }
    let module = walk.rows.intern(&module);
    let member = member.map(|member| walk.rows.intern(&member));
    let alias = alias.map(|alias| walk.rows.intern(&alias));
    walk.rows.facts.imports.push(Import { module, member, alias, span });
}
