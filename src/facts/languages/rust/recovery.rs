//! What to do with a file that `syn` refuses: the tree-sitter grammar, which never refuses, tells where the unreadable
//! part lies; its function body or item is blanked out, byte for byte, and `syn` reads the rest with all its care.
//! A blanked region is broken: nothing is known of what stands there.

use tree_sitter::{Node, Parser, Tree};

use crate::base::limits;
use crate::facts::model::Range;

/// Most rounds of blanking and parsing again; a file that needs more is broken as a whole.
const ROUNDS: usize = 12;
/// Nodes of the grammar that may go without taking their neighbours along.
const ITEMS: &[&str] = &[
    "function_item", "function_signature_item", "struct_item", "enum_item", "union_item", "trait_item", "impl_item", "type_item",
    "const_item", "static_item", "mod_item", "foreign_mod_item", "macro_invocation", "macro_definition", "use_declaration",
    "extern_crate_declaration", "associated_type", "expression_statement", "let_declaration",
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
        let mut recovery = Self { tree, bytes, broken: Vec::new(), rounds: 0 };
        for range in errors(&recovery.tree) {
            if !recovery.covered(range) {
                recovery.blank(range, false)?;
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
            let place = Range::new(node.start_byte(), node.end_byte());
            let is_body = node.kind() == "block";
            let candidate = match (ITEMS.contains(&node.kind()), is_body) {
                (true, _) => Some(place),
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
        let place = found?;
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

/// What lies between the braces of a block.
fn inner(block: Node<'_>) -> Option<Range> {
    let count = block.child_count();
    let last = u32::try_from(count.checked_sub(1)?).ok()?;
    let (open, close) = (block.child(0)?, block.child(last)?);
    (open.kind() == "{" && close.kind() == "}" && !close.is_missing())
        .then(|| Range::new(open.end_byte(), close.start_byte()))
}

/// Every ERROR and MISSING node, outermost only.
fn errors(tree: &Tree) -> Vec<Range> {
    let mut found = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            found.push(Range::new(node.start_byte(), node.end_byte()));
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
