//! Definitions of one file: one row for each, nesting by containment, qualified names. Does not know any language.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tree_sitter::Node;

use super::super::super::model::{Class, CodeFacts, Function, FunctionKind, Owner, Range, Visibility};
use super::source::{Source, range};
use super::vocabulary::{Found, Part, Properties, Row};

/// What a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// A function, as far as its query pattern says.
    Function(FunctionKind),
    /// A class of that kind.
    Class(&'static str),
    /// Gives its name to what it encloses and is no row; without a name, an anonymous function.
    Scope,
}

/// A definition before its place among the others is known.
#[derive(Clone, Debug)]
pub struct Definition<'t> {
    /// What it is.
    pub nature: Nature,
    /// The last segment; empty for an anonymous function.
    pub name: Arc<str>,
    /// Where the name stands.
    pub name_span: Range,
    /// What stands before the name in its own head (`Foo` of `Foo.prototype.bar = …`), dotted.
    pub qualifier: Option<Arc<str>>,
    /// The whole definition.
    pub span: Range,
    /// Where it begins after its decorators.
    code_start: u32,
    /// Where its parameters stand.
    pub parameters: Option<Range>,
    /// Its body, where it has one that the query names.
    pub body: Option<Range>,
    /// The node of the function or class itself (without decorators or the binding around it).
    pub code: Node<'t>,
    /// The node of the row.
    pub row: Node<'t>,
    /// Base classes.
    pub bases: Vec<Arc<str>>,
    /// `async`.
    pub is_async: bool,
    /// Who may use it.
    pub visibility: Visibility,
    /// The nature of the innermost enclosing class or function.
    pub within: Option<Nature>,
    /// Names of its decorators, in order.
    pub decorators: Vec<Arc<str>>,
    owner: Option<Owner>,
    qualified: Arc<str>,
    index: u32,
}

/// A decorator before its definition is known.
#[derive(Clone, Debug)]
pub(super) struct Decoration {
    pub(super) name: Arc<str>,
    pub(super) arguments: Vec<Arc<str>>,
    pub(super) span: Range,
    pub(super) whole: Range,
    pub(super) next: bool,
}

const CLASS_KINDS: &[&str] =
    &["class", "struct", "interface", "trait", "enum", "record", "object", "protocol", "union", "alias"];

const FUNCTION_KINDS: &[FunctionKind] = &[
    FunctionKind::Function,
    FunctionKind::Method,
    FunctionKind::Constructor,
    FunctionKind::Accessor,
    FunctionKind::Lambda,
    FunctionKind::Signature,
];

/// The nature that a pattern gives its row; an unknown kind is the error.
pub(super) fn nature(row: Row, properties: &Properties) -> Result<Nature, String> {
    let kind = properties.kind.as_deref();
    let unknown = || format!("the query sets the unknown kind `{}`", kind.unwrap_or_default());
    match row {
        Row::Function => match kind {
            None => Ok(Nature::Function(FunctionKind::Function)),
            Some(kind) => {
                let known = FUNCTION_KINDS.iter().find(|known| known.name() == kind);
                known.map(|kind| Nature::Function(*kind)).ok_or_else(unknown)
            }
        },
        Row::Class => {
            let kind = kind.unwrap_or("class");
            CLASS_KINDS.iter().find(|known| **known == kind).map(|kind| Nature::Class(kind)).ok_or_else(unknown)
        }
        _ => Ok(Nature::Scope),
    }
}

/// A definition from a match, `None` where its name is no name (a computed key).
pub(super) fn draft<'t>(
    source: &mut Source<'t>,
    found: &Found<'_, 't>,
    qualified: fn(&str) -> String,
) -> Option<Definition<'t>> {
    let nature = nature(found.row, found.properties).ok()?;
    let name_node = found.part(Part::Name);
    let name = match name_node {
        Some(node) => unquoted(source, node)?,
        None if nature == Nature::Scope => source.intern(""),
        None => return None,
    };
    let qualifier = match found.part(Part::Qualifier) {
        Some(node) => {
            let written = source.plain_symbol(node).map(|written| qualified(&written)).unwrap_or_default();
            (!written.is_empty()).then(|| source.intern(&written))
        }
        None => None,
    };
    let mut bases = Vec::new();
    for list in found.parts(Part::Bases) {
        let mut cursor = list.walk();
        bases.extend(list.named_children(&mut cursor).filter_map(|base| source.base(base)));
    }
    Some(Definition {
        nature,
        name_span: name_node.map_or_else(|| range(found.node), range),
        qualifier,
        span: range(found.node),
        code_start: range(found.node).start,
        parameters: found.part(Part::Parameters).map(range),
        body: found.part(Part::Body).map(range),
        row: found.node,
        code: found.part(Part::Code).unwrap_or(found.node),
        bases,
        is_async: false,
        visibility: Visibility::Public,
        within: None,
        decorators: Vec::new(),
        owner: None,
        qualified: Arc::clone(&name),
        index: 0,
        name,
    })
}

/// A name as written, or the content of a quoted one where that is a name.
fn unquoted(source: &mut Source<'_>, node: Node<'_>) -> Option<Arc<str>> {
    let text = source.text(node);
    let inner = text.trim_matches(['"', '\'']);
    (!inner.is_empty() && !inner.starts_with('[')).then(|| source.intern(inner))
}

/// The definitions of a file in order: outer before inner.
#[derive(Debug, Default)]
pub(super) struct Definitions<'t> {
    /// All of them, anonymous functions included.
    pub list: Vec<Definition<'t>>,
}

impl<'t> Definitions<'t> {
    /// Merges, sorts and nests; `classify` says per language what the query cannot.
    pub(super) fn settle(
        mut found: Vec<Definition<'t>>,
        decorations: &mut [Decoration],
        source: &mut Source<'t>,
        classify: fn(&mut Definition<'t>, &Source<'t>),
    ) -> Self {
        merge(&mut found);
        let in_order = |list: &mut Vec<Definition<'t>>| {
            list.sort_by_key(|definition| (definition.span.start, Reverse(definition.span.end), definition.name_span));
        };
        in_order(&mut found);
        if adopt(&mut found, decorations) {
            in_order(&mut found);
        }
        let mut definitions = Self { list: found };
        definitions.name_decorators(decorations);
        definitions.nest(source, classify);
        definitions
    }

    /// Tells each definition its decorators: those inside its span and before its name, innermost definition first.
    fn name_decorators(&mut self, decorations: &[Decoration]) {
        let mut sweep = Sweep::default();
        for decoration in decorations {
            if let Some(at) =
                sweep.innermost(&self.list, decoration.span, |definition| definition.nature != Nature::Scope)
                && let Some(definition) = self.list.get_mut(at)
            {
                definition.decorators.push(Arc::clone(&decoration.name));
                // Decorators of parameters stand inside.
                if decoration.whole.end <= definition.name_span.start {
                    definition.code_start = definition.code_start.max(decoration.whole.end);
                }
            }
        }
    }

    fn nest(&mut self, source: &mut Source<'t>, classify: fn(&mut Definition<'t>, &Source<'t>)) {
        let mut open: Vec<usize> = Vec::new();
        let (mut functions, mut classes) = (0, 0);
        for at in 0..self.list.len() {
            let Some(start) = self.list.get(at).map(|definition| definition.span) else { break };
            while open.last().and_then(|last| self.list.get(*last)).is_some_and(|last| !last.span.contains(start)) {
                open.pop();
            }
            let mut prefix =
                open.last().and_then(|last| self.list.get(*last)).map(|outer| Arc::clone(&outer.qualified));
            let mut owner = None;
            let mut within = None;
            // Named scopes and anonymous functions own nothing.
            for outer in open.iter().rev().filter_map(|outer| self.list.get(*outer)) {
                match outer.nature {
                    Nature::Function(_) => owner = Some(Owner::Function(outer.index)),
                    Nature::Class(_) => owner = Some(Owner::Class(outer.index)),
                    Nature::Scope => continue,
                }
                within = Some(outer.nature);
                break;
            }
            let Some(definition) = self.list.get_mut(at) else { break };
            definition.owner = owner;
            definition.within = within;
            if let Some(qualifier) = &definition.qualifier {
                prefix = Some(match prefix.filter(|prefix| !prefix.is_empty()) {
                    Some(prefix) => source.intern(&format!("{prefix}.{qualifier}")),
                    None => Arc::clone(qualifier),
                });
            }
            definition.qualified = match prefix.filter(|prefix| !prefix.is_empty()) {
                Some(prefix) if definition.name.is_empty() => prefix,
                Some(prefix) => source.intern(&format!("{prefix}.{}", definition.name)),
                None => Arc::clone(&definition.name),
            };
            if definition.nature != Nature::Scope {
                classify(definition, source);
            }
            match definition.nature {
                Nature::Function(_) => {
                    definition.index = functions;
                    functions += 1;
                }
                Nature::Class(_) => {
                    definition.index = classes;
                    classes += 1;
                }
                Nature::Scope => {}
            }
            open.push(at);
        }
    }

    /// Writes the rows.
    pub(super) fn emit(&self, facts: &mut CodeFacts) {
        for definition in &self.list {
            match definition.nature {
                Nature::Function(kind) => facts.functions.push(Function {
                    name: Arc::clone(&definition.name),
                    qualified_name: Arc::clone(&definition.qualified),
                    kind,
                    owner: definition.owner,
                    is_async: definition.is_async,
                    visibility: definition.visibility,
                    span: definition.span,
                    code_span: Range { start: definition.code_start, end: definition.span.end },
                    name_span: definition.name_span,
                }),
                Nature::Class(kind) => facts.classes.push(Class {
                    name: Arc::clone(&definition.name),
                    qualified_name: Arc::clone(&definition.qualified),
                    kind,
                    bases: definition.bases.clone(),
                    span: definition.span,
                    name_span: definition.name_span,
                }),
                Nature::Scope => {}
            }
        }
    }

    /// The innermost function or class around each of the spans, which must be sorted by start.
    pub(super) fn owner(&self, sweep: &mut Sweep, span: Range) -> Option<Owner> {
        let at = sweep.innermost(&self.list, span, |definition| definition.nature != Nature::Scope)?;
        self.list.get(at).and_then(Definition::as_owner)
    }
}

impl Definition<'_> {
    /// Itself as an owner of rows.
    pub fn as_owner(&self) -> Option<Owner> {
        match self.nature {
            Nature::Function(_) => Some(Owner::Function(self.index)),
            Nature::Class(_) => Some(Owner::Class(self.index)),
            Nature::Scope => None,
        }
    }

    /// Where the text of its own begins: after the parameters.
    pub(super) fn inside(&self) -> u32 {
        self.parameters.map_or(self.span.start, |parameters| parameters.end)
    }
}

/// A pass over definitions by places that come in order.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    next: usize,
    open: Vec<usize>,
}

impl Sweep {
    /// The innermost definition that contains the place and is wanted.
    pub(super) fn innermost(
        &mut self,
        list: &[Definition<'_>],
        place: Range,
        wanted: impl Fn(&Definition<'_>) -> bool,
    ) -> Option<usize> {
        while let Some(definition) = list.get(self.next).filter(|definition| definition.span.start <= place.start) {
            self.close(list, definition.span.start);
            self.open.push(self.next);
            self.next += 1;
        }
        self.close(list, place.start);
        let contains = |at: &&usize| list.get(**at).is_some_and(|it| it.span.contains(place) && wanted(it));
        self.open.iter().rev().find(contains).copied()
    }

    fn close(&mut self, list: &[Definition<'_>], position: u32) {
        while self.open.last().and_then(|last| list.get(*last)).is_some_and(|last| last.span.end <= position) {
            self.open.pop();
        }
    }
}

/// Several patterns may match one definition (bare, decorated, bound to a name): the widest match is the row.
fn merge(found: &mut Vec<Definition<'_>>) {
    let key = |definition: &Definition<'_>| {
        let place = definition.parameters.or(definition.body);
        place.map_or((1, definition.name_span.start), |place| (0, place.start))
    };
    found.sort_by_key(|definition| {
        (Reverse(definition.nature != Nature::Scope), Reverse(definition.span.end - definition.span.start))
    });
    let mut seen: HashSet<(u8, u32)> = HashSet::with_capacity(found.len());
    found.retain(|definition| seen.insert(key(definition)));
}

/// Decorators that stand before their definition widen it; says whether any did.
fn adopt(list: &mut [Definition<'_>], decorations: &mut [Decoration]) -> bool {
    let mut starts: Option<Vec<(u32, usize)>> = None;
    let mut first: HashMap<usize, u32> = HashMap::new();
    for decoration in decorations.iter().filter(|decoration| decoration.next) {
        let starts = starts.get_or_insert_with(|| {
            let rows = list.iter().enumerate().filter(|(_, definition)| definition.nature != Nature::Scope);
            rows.map(|(at, definition)| (definition.span.start, at)).collect()
        });
        let after = starts.partition_point(|(start, _)| *start < decoration.whole.end);
        if let Some((_, at)) = starts.get(after) {
            let start = first.entry(*at).or_insert(decoration.whole.start);
            *start = (*start).min(decoration.whole.start);
        }
    }
    for (at, definition) in list.iter_mut().enumerate() {
        if let Some(start) = first.get(&at) {
            definition.span.start = *start;
        }
    }
    !first.is_empty()
}
