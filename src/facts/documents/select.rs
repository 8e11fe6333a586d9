//! Looking up a key in a document: every node that it names, or where the way there ends.
//!
//! `[*]` stands for every element of a list: the way must go on for each of them, and an empty list is a dead end, since
//! nothing was selected. An index finds the name of the same digits in a map, and the other way round.

use super::{Node, NodeValue};
use crate::base::literal::{Key, KeySegment};
use crate::facts::model::Range;

/// A node that a key names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Selected<'a> {
    /// The node.
    pub node: &'a Node,
    /// The evidence: the place of the last name on the way, or of the element.
    pub span: Range,
}

/// What a key names in a document.
#[derive(Clone, Debug, PartialEq)]
pub enum Selection<'a> {
    /// At least one node, in the order of the document.
    Found(Vec<Selected<'a>>),
    /// There is no such key, element, or no element at all.
    Missing {
        /// Which segment of the key, from nought.
        segment: usize,
        /// The place of the node in which it is missing: its name, or the element.
        span: Range,
    },
    /// A segment asks for a list where there is none, or for a name in something that has no names.
    WrongType {
        /// Which segment of the key, from nought.
        segment: usize,
        /// What it needs: `a map`, `a list`.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
        /// Where.
        span: Range,
    },
}

/// All nodes that `key` names under `root`.
pub fn select<'a>(root: &'a Node, key: &Key) -> Selection<'a> {
    let mut reached = vec![Selected { node: root, span: root.span }];
    for (segment, step) in key.segments().iter().enumerate() {
        let mut next = Vec::with_capacity(reached.len());
        for from in reached {
            let before = next.len();
            if let Err(expected) = follow(from.node, step, &mut next) {
                return Selection::WrongType { segment, expected, found: from.node.value.kind(), span: from.span };
            }
            if next.len() == before {
                return Selection::Missing { segment, span: from.span };
            }
        }
        reached = next;
    }
    Selection::Found(reached)
}

/// One step; the error is what the step would need.
fn follow<'a>(node: &'a Node, step: &KeySegment, out: &mut Vec<Selected<'a>>) -> Result<(), &'static str> {
    let element = |node: &'a Node| Selected { node, span: node.span };
    match (step, &node.value) {
        (KeySegment::Every, NodeValue::List(elements)) => out.extend(elements.iter().map(element)),
        (KeySegment::Index(index), NodeValue::List(elements)) => {
            out.extend(usize::try_from(*index).ok().and_then(|index| elements.get(index)).map(element));
        }
        (KeySegment::Name(name), NodeValue::List(elements)) => {
            let index = name.parse().ok().filter(|_| name.bytes().all(|byte| byte.is_ascii_digit()));
            let Some(index) = index else { return Err("a map") };
            out.extend(elements.get::<usize>(index).map(element));
        }
        (KeySegment::Name(name), NodeValue::Map(_)) => out.extend(named(node, name)),
        (KeySegment::Index(index), NodeValue::Map(_)) => out.extend(named(node, &index.to_string())),
        (KeySegment::Name(_), _) => return Err("a map"),
        (KeySegment::Every | KeySegment::Index(_), _) => return Err("a list"),
    }
    Ok(())
}

fn named<'a>(node: &'a Node, name: &str) -> Option<Selected<'a>> {
    node.entry(name).map(|entry| Selected { node: &entry.value, span: entry.key_span })
}
