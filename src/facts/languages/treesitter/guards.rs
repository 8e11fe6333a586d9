//! How parameters are checked: one pass over the names of a file against the conditions and calls that the query found.
//! Does not know any language: what a validator is called is asked of the language's row.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tree_sitter::{Language, Node, Tree};

use super::super::super::model::{Guard, GuardKind, Range};
use super::definitions::{Definition, Nature};
use super::source::{Source, kind_ids, range};
use crate::base::limits;

/// What passing a value to a call says of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// Nothing: it is used.
    Use,
    /// In a condition, it is tested (`isinstance`, `len`, `Array.isArray`).
    Test,
    /// It is validated wherever the call stands.
    Validator,
}

/// A grammar's data on names and branches.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// Kinds of nodes that name a variable where it is used.
    pub names: &'static [&'static str],
    /// Places (kind of the parent, field; no field: any) where such a node is no use: what is assigned, keyword names,
    /// properties.
    pub bound: &'static [(&'static str, &'static str)],
    /// Statements after which a branch does not go on.
    pub leaving: &'static [&'static str],
    /// Blocks and wrappers: the last statement in them decides.
    pub blocks: &'static [&'static str],
    /// Kinds of call expressions with the field of what is called.
    pub calls: &'static [(&'static str, &'static str)],
    /// Whether a call of that symbol never returns.
    pub aborts: fn(&str) -> bool,
    /// What passing a parameter to a call of that symbol says.
    pub judge: fn(&str) -> Judgement,
}

/// Stands for every field: fields count from 1.
const ANY_FIELD: u16 = 0;

/// [`Flow`] by the grammar's numbers.
#[derive(Debug)]
pub(super) struct FlowTable {
    pub(super) flow: Flow,
    names: Vec<bool>,
    bound: Vec<(u16, u16)>,
}

impl FlowTable {
    /// Resolves a row's data; an unknown kind or field is the error.
    pub(super) fn new(language: &Language, flow: &Flow) -> Result<Self, String> {
        let mut names = vec![false; language.node_kind_count()];
        for kind in flow.names {
            for id in kind_ids(language, kind)? {
                if let Some(slot) = names.get_mut(usize::from(id)) {
                    *slot = true;
                }
            }
        }
        let mut bound = Vec::new();
        for (kind, field) in flow.bound {
            let field = match *field {
                "" => ANY_FIELD,
                field => language.field_id_for_name(field).ok_or_else(|| format!("no field `{field}`"))?.get(),
            };
            bound.extend(kind_ids(language, kind)?.into_iter().map(|kind| (kind, field)));
        }
        Ok(Self { flow: *flow, names, bound })
    }

    /// Whether a branch leaves: its last statement does.
    pub(super) fn leaves(&self, source: &mut Source<'_>, branch: Node<'_>) -> bool {
        let mut at = branch;
        for _ in 0..limits::SYNTAX_NESTING {
            let kind = at.kind();
            if self.flow.leaving.contains(&kind) {
                return true;
            }
            if let Some((_, function)) = self.flow.calls.iter().find(|(call, _)| *call == kind) {
                let callee = at.child_by_field_name(function).map(|callee| source.symbol(callee));
                return callee.is_some_and(|callee| (self.flow.aborts)(&callee));
            }
            if !self.flow.blocks.contains(&kind) {
                return false;
            }
            let mut cursor = at.walk();
            let Some(last) = at.named_children(&mut cursor).filter(|child| !child.is_extra()).last() else {
                return false;
            };
            at = last;
        }
        false
    }
}

/// A condition in which parameters may be tested.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition {
    pub(super) span: Range,
    pub(super) leaves: bool,
}

/// The argument list of a call.
#[derive(Clone, Debug)]
pub(super) struct ArgumentList {
    pub(super) span: Range,
    pub(super) callee: Arc<str>,
    pub(super) callee_start: u32,
}

/// A parameter of a row or of an anonymous function.
#[derive(Clone, Debug)]
pub(super) struct DraftParameter {
    pub(super) name: Arc<str>,
    pub(super) ty: Option<Arc<str>>,
    pub(super) default: Option<Arc<str>>,
    pub(super) span: Range,
    pub(super) type_span: Range,
    /// Index of its definition.
    pub(super) definition: usize,
    pub(super) guards: Vec<Guard>,
}

struct Pass<'a, 't> {
    source: &'a Source<'t>,
    table: &'a FlowTable,
    definitions: &'a [Definition<'t>],
    parameters: &'a mut [DraftParameter],
    /// Where in `parameters` each definition's own begin; they are sorted by definition.
    first: HashMap<usize, usize>,
    declared: HashSet<u32>,
    active: HashMap<Arc<str>, Vec<usize>>,
    open: Vec<usize>,
    next: usize,
    conditions: Positions<'a, Condition>,
    lists: Positions<'a, ArgumentList>,
    first_use: Vec<u32>,
}

/// Places in order, and those open at a position.
struct Positions<'a, T> {
    all: &'a [T],
    span: fn(&T) -> Range,
    next: usize,
    open: Vec<&'a T>,
}

impl<'a, T> Positions<'a, T> {
    fn new(all: &'a [T], span: fn(&T) -> Range) -> Self {
        Self { all, span, next: 0, open: Vec::new() }
    }

    fn at(&mut self, position: u32) -> &[&'a T] {
        let span = self.span;
        while let Some(item) = self.all.get(self.next).filter(|item| span(item).start <= position) {
            let start = span(item).start;
            while self.open.last().is_some_and(|last| span(last).end <= start) {
                self.open.pop();
            }
            self.open.push(item);
            self.next += 1;
        }
        while self.open.last().is_some_and(|last| span(last).end <= position) {
            self.open.pop();
        }
        &self.open
    }
}

/// Walks the tree once: notes the guards of all parameters, and returns what nests too deep to be known.
pub(super) fn pass<'t>(
    tree: &Tree,
    source: &Source<'t>,
    table: &FlowTable,
    definitions: &[Definition<'t>],
    parameters: &mut [DraftParameter],
    conditions: &[Condition],
    lists: &[ArgumentList],
) -> Vec<Range> {
    let mut first = HashMap::new();
    for (at, parameter) in parameters.iter().enumerate() {
        first.entry(parameter.definition).or_insert(at);
    }
    let count = parameters.len();
    let mut pass = Pass {
        source,
        table,
        definitions,
        declared: parameters.iter().map(|parameter| parameter.span.start).collect(),
        parameters,
        first,
        active: HashMap::new(),
        open: Vec::new(),
        next: 0,
        conditions: Positions::new(conditions, |condition| condition.span),
        lists: Positions::new(lists, |list| list.span),
        first_use: vec![u32::MAX; count],
    };
    let deep = pass.walk(tree);
    let Pass { parameters, first_use, .. } = pass;
    for (parameter, first_use) in parameters.iter_mut().zip(first_use) {
        for guard in &mut parameter.guards {
            guard.before_use = first_use >= guard.span.start;
        }
    }
    deep
}

impl Pass<'_, '_> {
    fn walk(&mut self, tree: &Tree) -> Vec<Range> {
        let mut deep = Vec::new();
        let mut cursor = tree.walk();
        let mut parents: Vec<u16> = Vec::new();
        loop {
            let node = cursor.node();
            let kind = node.kind_id();
            if self.table.names.get(usize::from(kind)).copied().unwrap_or_default() {
                let parent = parents.last().copied().unwrap_or_default();
                self.name(node, || (parent, cursor.field_id().map_or(0, std::num::NonZero::get)));
            }
            if parents.len() >= limits::SYNTAX_NESTING {
                if node.child_count() > 0 {
                    deep.push(range(node));
                }
            } else if cursor.goto_first_child() {
                parents.push(kind);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return deep;
                }
                parents.pop();
            }
        }
    }

    fn name(&mut self, node: Node<'_>, place: impl FnOnce() -> (u16, u16)) {
        let span = range(node);
        self.enter(span.start);
        if self.open.is_empty() {
            return;
        }
        let Some(parameter) = self.active.get(self.source.text(node)).and_then(|candidates| {
            let inside = |at: &&usize| {
                let definition = self.parameters.get(**at).and_then(|it| self.definitions.get(it.definition));
                definition.is_some_and(|definition| definition.inside() <= span.start)
            };
            candidates.iter().rev().find(inside).copied()
        }) else {
            return;
        };
        let (parent, field) = place();
        let is_bound = |(kind, bound): &(u16, u16)| *kind == parent && (*bound == field || *bound == ANY_FIELD);
        if self.declared.contains(&span.start) || self.table.bound.iter().any(is_bound) {
            return;
        }
        let list = self.lists.at(span.start).last().copied();
        let judgement = list.map_or(Judgement::Use, |list| (self.table.flow.judge)(&list.callee));
        let Some(row) = self.parameters.get_mut(parameter) else { return };
        let mut guarded = false;
        let mut note = |kind, leaves, span| {
            guarded = true;
            if row.guards.last().is_none_or(|last| (last.kind, last.span) != (kind, span)) {
                row.guards.push(Guard { kind, before_use: true, leaves, span });
            }
        };
        for condition in self.conditions.at(span.start) {
            let passed_on = list.is_some_and(|list| list.span.start >= condition.span.start);
            if !passed_on || judgement != Judgement::Use {
                note(GuardKind::Comparison, condition.leaves, condition.span);
            }
        }
        if let Some(list) = list.filter(|_| judgement == Judgement::Validator) {
            note(GuardKind::Validator, false, Range { start: list.callee_start, end: list.span.end });
        }
        if !guarded && let Some(first) = self.first_use.get_mut(parameter) {
            *first = (*first).min(span.start);
        }
    }

    /// Opens and closes functions up to a position.
    fn enter(&mut self, position: u32) {
        while let Some(definition) = self.definitions.get(self.next).filter(|it| it.span.start <= position) {
            self.close(definition.span.start);
            if !matches!(definition.nature, Nature::Class(_)) && self.first.contains_key(&self.next) {
                for at in self.own(self.next) {
                    if let Some(parameter) = self.parameters.get(at) {
                        self.active.entry(Arc::clone(&parameter.name)).or_default().push(at);
                    }
                }
                self.open.push(self.next);
            }
            self.next += 1;
        }
        self.close(position);
    }

    fn close(&mut self, position: u32) {
        while let Some(last) = self.open.last().copied()
            && self.definitions.get(last).is_some_and(|it| it.span.end <= position)
        {
            self.open.pop();
            for at in self.own(last) {
                if let Some(stack) = self.parameters.get(at).and_then(|it| self.active.get_mut(&it.name)) {
                    stack.pop();
                }
            }
        }
    }

    /// The parameters of a definition.
    fn own(&self, definition: usize) -> std::ops::Range<usize> {
        let start = self.first.get(&definition).copied().unwrap_or_default();
        let count = self.parameters.iter().skip(start).take_while(|it| it.definition == definition).count();
        start..start + count
    }
}
