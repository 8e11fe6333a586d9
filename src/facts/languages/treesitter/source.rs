//! The text of one file with its interned names, and how expressions become dotted symbols. Does not know any language:
//! the shapes of expressions are data of a grammar's row.

use std::collections::HashSet;
use std::sync::Arc;

use tree_sitter::{Language, Node};

use super::super::super::model::Range;

/// Longest symbol, in segments: what stands further left becomes `()`, so that a chain of thousands of calls stays linear.
const SEGMENTS: usize = 32;
/// Longest symbol that is taken as written, bytes.
const WRITTEN: usize = 256;

/// How a kind of expression takes part in a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A name, taken as written.
    Name,
    /// `object.property`, by the names of the two fields.
    Member(&'static str, &'static str),
    /// A call, by the field of what is called: `()`.
    Call(&'static str),
    /// An index, by the field of what is indexed: `[]`.
    Index(&'static str),
    /// A list or array literal: `[]`.
    List,
    /// Parentheses, `await`, type arguments and the like: the first named child counts.
    Through,
}

#[derive(Clone, Copy, Debug)]
enum Resolved {
    Other,
    Name,
    Member(u16, u16),
    Call(u16),
    Index(u16),
    List,
    Through,
}

/// The shapes of a grammar, by kind of node.
#[derive(Debug)]
pub(super) struct Shapes(Vec<Resolved>);

impl Shapes {
    /// Resolves a row's shapes; an unknown kind or field is the error.
    pub(super) fn new(language: &Language, shapes: &[(&str, Shape)]) -> Result<Self, String> {
        let mut table = vec![Resolved::Other; language.node_kind_count()];
        let field = |name: &str| {
            language.field_id_for_name(name).map(std::num::NonZero::get).ok_or_else(|| format!("no field `{name}`"))
        };
        for (kind, shape) in shapes {
            let resolved = match shape {
                Shape::Name => Resolved::Name,
                Shape::Member(object, property) => Resolved::Member(field(object)?, field(property)?),
                Shape::Call(function) => Resolved::Call(field(function)?),
                Shape::Index(object) => Resolved::Index(field(object)?),
                Shape::List => Resolved::List,
                Shape::Through => Resolved::Through,
            };
            for id in kind_ids(language, kind)? {
                if let Some(slot) = table.get_mut(usize::from(id)) {
                    *slot = resolved;
                }
            }
        }
        Ok(Self(table))
    }

    fn of(&self, node: Node<'_>) -> Resolved {
        self.0.get(usize::from(node.kind_id())).copied().unwrap_or(Resolved::Other)
    }
}

/// All ids of a kind: a grammar may alias several symbols to one name.
pub(super) fn kind_ids(language: &Language, kind: &str) -> Result<Vec<u16>, String> {
    let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
    let ids: Vec<u16> = (0..count).filter(|id| language.node_kind_for_id(*id) == Some(kind)).collect();
    if ids.is_empty() { Err(format!("the grammar has no node `{kind}`")) } else { Ok(ids) }
}

/// The place of a node.
pub fn range(node: Node<'_>) -> Range {
    Range::new(node.start_byte(), node.end_byte())
}

/// One file's text.
#[derive(Debug)]
pub struct Source<'t> {
    text: &'t str,
    names: HashSet<Arc<str>>,
    shapes: &'t Shapes,
    scratch: Vec<&'t str>,
}

impl<'t> Source<'t> {
    /// The whole text.
    pub(super) fn whole(&self) -> &'t str {
        self.text
    }

    pub(super) fn new(text: &'t str, shapes: &'t Shapes) -> Self {
        Self { text, names: HashSet::new(), shapes, scratch: Vec::new() }
    }

    /// The text of a place.
    pub fn slice(&self, range: Range) -> &'t str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// The text of a node.
    pub fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.start_byte()..node.end_byte()).unwrap_or_default()
    }

    /// The one copy of a name in this file.
    pub fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let fresh: Arc<str> = Arc::from(name);
        self.names.insert(Arc::clone(&fresh));
        fresh
    }

    /// The text of a node, interned.
    pub fn name(&mut self, node: Node<'_>) -> Arc<str> {
        let text = self.text(node);
        self.intern(text)
    }

    /// The dotted symbol of an expression; parts that are no names become `()` and `[]`.
    pub fn symbol(&mut self, node: Node<'_>) -> Arc<str> {
        let written = self.text(node);
        if is_plain(written) { self.intern(written) } else { self.chain(node).0 }
    }

    /// The dotted symbol of an expression that is made of names only (type arguments dropped): a base class, what is
    /// registered, an error's kind.
    pub fn plain_symbol(&mut self, node: Node<'_>) -> Option<Arc<str>> {
        let written = self.text(node);
        if is_plain(written) {
            return Some(self.intern(written));
        }
        let (symbol, named) = self.chain(node);
        named.then(|| if symbol.contains("[]") { self.intern(&symbol.replace("[]", "")) } else { symbol })
    }

    /// The symbol of a base class: names, or a call that makes one (`namedtuple()`).
    pub(super) fn base(&mut self, node: Node<'_>) -> Option<Arc<str>> {
        match self.shapes.of(self.unwrapped(node)) {
            Resolved::Call(_) => Some(self.symbol(node)),
            _ => self.plain_symbol(node),
        }
    }

    /// The expression inside parentheses, `await`, type arguments and the like.
    pub fn unwrapped<'n>(&self, mut node: Node<'n>) -> Node<'n> {
        for _ in 0..SEGMENTS {
            let Resolved::Through = self.shapes.of(node) else { break };
            let mut cursor = node.walk();
            let Some(inner) = node.named_children(&mut cursor).find(|child| !child.is_extra()) else { break };
            node = inner;
        }
        node
    }

    /// The symbol, and whether its root is a name and no part is a call.
    fn chain(&mut self, node: Node<'_>) -> (Arc<str>, bool) {
        let mut parts = std::mem::take(&mut self.scratch);
        parts.clear();
        let mut at = Some(node);
        let mut named = true;
        let mut segments = 0;
        while let Some(node) = at.take() {
            match self.shapes.of(node) {
                _ if segments >= SEGMENTS => {
                    parts.push("()");
                    named = false;
                }
                Resolved::Name => parts.push(self.text(node)),
                Resolved::Member(object, property) => {
                    let property = node.child_by_field_id(property).map_or("", |property| self.text(property));
                    parts.push(property);
                    parts.push(".");
                    segments += 1;
                    at = node.child_by_field_id(object);
                }
                Resolved::Call(function) => {
                    parts.push("()");
                    named = false;
                    segments += 1;
                    at = node.child_by_field_id(function);
                }
                Resolved::Index(object) => {
                    parts.push("[]");
                    segments += 1;
                    at = node.child_by_field_id(object);
                }
                Resolved::List => {
                    parts.push("[]");
                    named = false;
                }
                // A comment may stand inside parentheses.
                Resolved::Through => {
                    segments += 1;
                    let mut cursor = node.walk();
                    at = node.named_children(&mut cursor).find(|child| !child.is_extra());
                }
                Resolved::Other => {
                    parts.push("()");
                    named = false;
                }
            }
        }
        parts.reverse();
        let symbol = parts.concat();
        self.scratch = parts;
        (self.intern(&symbol), named)
    }
}

/// Whether the text is a dotted name as it stands.
fn is_plain(text: &str) -> bool {
    text.len() <= WRITTEN
        && text.bytes().next().is_some_and(|first| !first.is_ascii_digit() && first != b'.')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'#') || byte >= 0x80)
        && !text.ends_with('.')
}
