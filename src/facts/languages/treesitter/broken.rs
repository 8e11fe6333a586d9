//! Regions of which nothing is known: what the parser could not place, and what nests deeper than an adapter descends.

use tree_sitter::Tree;

use super::super::super::model::Range;
use super::source::range;
use crate::base::limits;

/// Every ERROR and MISSING node, merged. Sound subtrees are passed over whole, and so is a word of `unknown` where it
/// stands alone in its ERROR node: the grammar is behind the language there, and nothing is lost.
pub(super) fn regions(tree: &Tree, text: &str, unknown: &[(&str, &str)]) -> Vec<Range> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    if !cursor.node().has_error() {
        return found;
    }
    // What encloses the node: `Node::parent` would begin at the root each time.
    let mut around: Vec<&str> = Vec::new();
    loop {
        let node = cursor.node();
        let broken = node.is_error() || node.is_missing();
        let understood = || {
            let written = text.get(node.byte_range()).unwrap_or_default();
            unknown.iter().any(|(parent, word)| around.last().is_some_and(|kind| kind == parent) && written == *word)
        };
        if broken && !understood() {
            found.push(range(node));
        }
        let deep = cursor.depth() as usize >= limits::SYNTAX_NESTING;
        if deep && !broken && node.has_error() {
            found.push(range(node));
        }
        if !broken && !deep && node.has_error() && cursor.goto_first_child() {
            around.push(node.kind());
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return merged(found);
            }
            around.pop();
        }
    }
}

/// How much of a text is unknown: bytes, then regions.
pub(super) fn amount(tree: &Tree) -> (usize, usize) {
    let regions = regions(tree, "", &[]);
    let bytes = regions.iter().map(|region| region.end.saturating_sub(region.start) as usize).sum();
    (bytes, regions.len())
}

/// Most tokens in a row, without a node among them, that one ERROR node may hold: a query looks for the next node at each of
/// them, which is quadratic. Only noise has so many.
const STRAY_TOKENS: usize = 1024;

/// Whether an ERROR node holds so many stray tokens that a query must not run over the file.
pub(super) fn is_noise(tree: &Tree) -> bool {
    let mut cursor = tree.walk();
    if !cursor.node().has_error() {
        return false;
    }
    let mut stray = 0;
    loop {
        let node = cursor.node();
        stray = if node.is_named() { 0 } else { stray + 1 };
        if stray > STRAY_TOKENS {
            return true;
        }
        let deep = cursor.depth() as usize >= limits::SYNTAX_NESTING;
        if !deep && node.has_error() && cursor.goto_first_child() {
            stray = 0;
            continue;
        }
        while !cursor.goto_next_sibling() {
            stray = 0;
            if !cursor.goto_parent() {
                return false;
            }
        }
    }
}

/// Sorted, and without overlaps.
pub(super) fn merged(mut regions: Vec<Range>) -> Vec<Range> {
    regions.sort_unstable();
    let mut merged: Vec<Range> = Vec::with_capacity(regions.len());
    for region in regions {
        match merged.last_mut() {
            Some(last) if region.start <= last.end => last.end = last.end.max(region.end),
            _ => merged.push(region),
        }
    }
    merged
}
