//! What to do with a file that `syn` refuses: the tree-sitter grammar, which never refuses, tells where the unreadable
//! part lies; its function body or item is blanked out, byte for byte, and `syn` reads the rest with all its care.
//! A blanked region is broken: nothing is known of what stands there.

use tree_sitter::{Node, Parser, Tree};

use crate::base::limits;
use crate::facts::model::Range;

/// Most rounds of blanking and parsing again; a file that needs more is broken as a whole.
const ROUNDS: usize = 12;
/// Most places that the grammar could not read; a file with more is hardly Rust.
const ERRORS: usize = 256;
/// Nodes of the grammar that may go without taking their neighbours along.
const ITEMS: &[&str] = &[
    "function_item",
    "function_signature_item",
    "struct_item",
    "enum_item",
    "union_item",
    "trait_item",
    "impl_item",
    "type_item",
    "const_item",
    "static_item",
    "mod_item",
    "foreign_mod_item",
    "macro_invocation",
    "macro_definition",
    "use_declaration",
    "extern_crate_declaration",
    "associated_type",
    "expression_statement",
    "let_declaration",
];

/// A file with its unreadable parts blanked.
pub(super) struct Recovery {
    tree: Tree,
    bytes: Vec<u8>,
    /// What is blank, in the order of blanking.
    pub(super) broken: Vec<Range>,
    rounds: usize,
}

impl Recovery {
    /// Blanks what the grammar could not place. `None` where nothing can be kept.
    pub(super) fn new(text: &str, base: usize) -> Option<Self> {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_rust::LANGUAGE.into()).ok()?;
        let mut bytes = text.as_bytes().to_vec();
        bytes.get_mut(..base)?.fill(b' ');
        let tree = parser.parse(&bytes, None)?;
        let mut recovery = Self { tree: tree.clone(), bytes, broken: Vec::new(), rounds: 0 };
        let errors = errors(&tree);
        if errors.len() > ERRORS {
            return None;
        }
        for node in errors {
            let range = place(node);
            if !recovery.covered(range) && recovery.blank(range, false).is_none() {
                recovery.blank_around_items(node)?;
            }
        }
        Some(recovery)
    }

    /// The text as it is now.
    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// Blanks more, around the place that `syn` stumbled over. `None` when it is time to give up.
    pub(super) fn refused_at(&mut self, at: Range) -> Option<()> {
        self.rounds += 1;
        if self.rounds > ROUNDS {
            return None;
        }
        // What is blank already and still in the way goes with the item around it.
        let wider = self.broken.iter().any(|broken| broken.touches(at));
        self.blank(at, wider)
    }

    fn covered(&self, range: Range) -> bool {
        self.broken.iter().any(|broken| broken.contains(range))
    }

    /// Blanks the smallest function body around the range, or (`whole`, or outside of bodies) the smallest item that is
    /// not blank yet.
    fn blank(&mut self, range: Range, whole: bool) -> Option<()> {
        let mut found = None;
        let mut cursor = self.tree.walk();
        let mut depth = 0;
        // The path from the root: `Node::parent` would begin at the root each time.
        loop {
            let node = cursor.node();
            let is_body = node.kind() == "block";
            let candidate = match (ITEMS.contains(&node.kind()), is_body) {
                (true, _) => Some(place(node)),
                (_, true) if !whole => inner(node),
                _ => None,
            };
            if let Some(candidate) = candidate
                && candidate.contains(range)
                && !self.broken.iter().any(|broken| broken.contains(candidate))
            {
                // A body is small enough: what is inside stays together, unless an item of its own lies deeper.
                found = Some(candidate);
            }
            depth += 1;
            if depth > limits::SYNTAX_NESTING || cursor.goto_first_child_for_byte(range.start as usize).is_none() {
                break;
            }
        }
        drop(cursor);
        self.erase(found?)
    }

    /// An error with no item around it (a brace without its other half takes the whole file): what lies between the
    /// complete items inside it goes.
    fn blank_around_items(&mut self, error: Node<'_>) -> Option<()> {
        let whole = place(error);
        let mut gap = whole.start;
        let mut cursor = error.walk();
        let children: Vec<Node<'_>> = error.children(&mut cursor).collect();
        for child in children {
            let kept = (ITEMS.contains(&child.kind()) || child.is_extra() || child.kind().ends_with("attribute_item"))
                && !child.has_error();
            if kept {
                self.erase_written(Range { start: gap, end: place(child).start })?;
                gap = place(child).end;
            }
        }
        self.erase_written(Range { start: gap, end: whole.end })
    }

    /// Erases what is written there, without the white space around.
    fn erase_written(&mut self, range: Range) -> Option<()> {
        let bytes = self.bytes.get(range.start as usize..range.end as usize).unwrap_or_default();
        let Some(first) = bytes.iter().position(|byte| !byte.is_ascii_whitespace()) else { return Some(()) };
        let length = bytes.trim_ascii().len();
        let start = range.start as usize + first;
        self.erase(Range::new(start, start + length))
    }

    fn erase(&mut self, place: Range) -> Option<()> {
        for byte in self.bytes.get_mut(place.start as usize..place.end as usize)? {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        self.broken.retain(|broken| !place.contains(*broken));
        self.broken.push(place);
        Some(())
    }
}

fn place(node: Node<'_>) -> Range {
    Range::new(node.start_byte(), node.end_byte())
}

/// What lies between the braces of a block.
fn inner(block: Node<'_>) -> Option<Range> {
    let count = block.child_count();
    let last = count.checked_sub(1)?;
    let (open, close) = (block.child(0)?, block.child(last)?);
    (open.kind() == "{" && close.kind() == "}" && !close.is_missing())
        .then(|| Range::new(open.end_byte(), close.start_byte()))
}

/// Every ERROR and MISSING node, outermost only.
fn errors(tree: &Tree) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            found.push(node);
        } else if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}
