//! Regions of which nothing is known: what the parser could not place, and what nests deeper than an adapter descends.

use tree_sitter::Tree;

use super::super::super::model::Range;
use super::source::range;
use crate::base::limits;

/// Every ERROR and MISSING node, merged. Sound subtrees are passed over whole.
pub(super) fn regions(tree: &Tree) -> Vec<Range> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    if !cursor.node().has_error() {
        return found;
    }
    loop {
        let node = cursor.node();
        let broken = node.is_error() || node.is_missing();
        if broken {
            found.push(range(node));
        }
        let deep = cursor.depth() as usize >= limits::SYNTAX_NESTING;
        if deep && !broken && node.has_error() {
            found.push(range(node));
        }
        if !broken && !deep && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return merged(found);
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
