//! The rows of one Rust file while they are gathered. It knows the order that the model asks for, not the language.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::facts::model::{Class, CodeFacts, Function, Owner, Range};

/// Rows in the making.
///
/// INVARIANT: until [`Rows::finish`], an `Owner::Class` holds the id that [`Rows::declare_class`] gave, because an `impl`
/// may stand before its type; an `Owner::Function` holds an index into `facts.functions` as pushed.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) facts: CodeFacts,
    names: HashSet<Arc<str>>,
    classes: BTreeMap<String, u32>,
    /// Ids by the last segment.
    simple: BTreeMap<String, Vec<u32>>,
    qualified: Vec<String>,
    /// The first row of each id.
    first: Vec<Option<u32>>,
    /// Bases that an `impl` adds.
    bases: Vec<(u32, Arc<str>)>,
    /// The id of each row of `facts.classes`.
    row_ids: Vec<u32>,
}

impl Rows {
    /// One allocation for each distinct name.
    pub(super) fn intern(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = Arc::from(name);
        self.names.insert(Arc::clone(&name));
        name
    }

    /// The id of the class of that qualified name, whose row may come later.
    pub(super) fn declare_class(&mut self, qualified: String) -> u32 {
        if let Some(id) = self.classes.get(&qualified) {
            return *id;
        }
        let id = u32::try_from(self.qualified.len()).unwrap_or(u32::MAX);
        let simple = qualified.rsplit('.').next().unwrap_or_default().to_owned();
        self.simple.entry(simple).or_default().push(id);
        self.classes.insert(qualified.clone(), id);
        self.qualified.push(qualified);
        self.first.push(None);
        id
    }

    /// The class that `path` names from inside `scope`: the innermost scope that has it, else the only one of that name.
    pub(super) fn find_class(&self, scope: &str, path: &str) -> Option<(u32, &str)> {
        let mut scope = Some(scope);
        while let Some(prefix) = scope {
            let key = if prefix.is_empty() { path.to_owned() } else { format!("{prefix}.{path}") };
            if let Some(id) = self.classes.get(&key) {
                return Some((*id, self.qualified.get(*id as usize)?));
            }
            scope = if prefix.is_empty() { None } else { Some(prefix.rsplit_once('.').map_or("", |(outer, _)| outer)) };
        }
        let last = path.rsplit('.').next().unwrap_or_default();
        match self.simple.get(last).map(Vec::as_slice) {
            Some([id]) => Some((*id, self.qualified.get(*id as usize)?)),
            _ => None,
        }
    }

    /// Adds the row of a declared class.
    pub(super) fn push_class(&mut self, id: u32, class: Class) {
        let row = u32::try_from(self.facts.classes.len()).unwrap_or(u32::MAX);
        if let Some(slot) = self.first.get_mut(id as usize) {
            slot.get_or_insert(row);
        }
        self.row_ids.push(id);
        self.facts.classes.push(class);
    }

    /// The class implements a trait.
    pub(super) fn add_base(&mut self, id: u32, base: Arc<str>) {
        self.bases.push((id, base));
    }

    /// Adds a function and gives its owner form.
    pub(super) fn push_function(&mut self, function: Function) -> u32 {
        let index = u32::try_from(self.facts.functions.len()).unwrap_or(u32::MAX);
        self.facts.functions.push(function);
        index
    }

    /// The facts, in the model's order, owners resolved.
    pub(super) fn finish(mut self) -> CodeFacts {
        let mut by_id: BTreeMap<u32, Vec<Arc<str>>> = BTreeMap::new();
        for (id, base) in std::mem::take(&mut self.bases) {
            by_id.entry(id).or_default().push(base);
        }
        for (class, id) in self.facts.classes.iter_mut().zip(&self.row_ids) {
            for base in by_id.get(id).into_iter().flatten() {
                if !class.bases.contains(base) {
                    class.bases.push(Arc::clone(base));
                }
            }
        }
        let facts = &mut self.facts;
        let functions = order(&mut facts.functions, |function| function.span);
        let classes = order(&mut facts.classes, |class| class.span);
        let first = &self.first;
        let resolve = |owner: Owner| match owner {
            Owner::Function(index) => functions.get(index as usize).map(|index| Owner::Function(*index)),
            Owner::Class(id) => {
                let row = first.get(id as usize).copied().flatten()?;
                classes.get(row as usize).map(|index| Owner::Class(*index))
            }
        };
        for function in &mut facts.functions {
            function.owner = function.owner.and_then(resolve);
        }
        for call in &mut facts.calls {
            call.owner = call.owner.and_then(resolve);
        }
        for handler in &mut facts.handlers {
            handler.owner = handler.owner.and_then(resolve);
        }
        facts.decorators.retain_mut(|decorator| match resolve(decorator.owner) {
            Some(owner) => {
                decorator.owner = owner;
                true
            }
            None => false,
        });
        for parameter in &mut facts.parameters {
            parameter.function = functions.get(parameter.function as usize).copied().unwrap_or(parameter.function);
        }
        order(&mut facts.decorators, |row| row.span);
        order(&mut facts.calls, |row| row.span);
        order(&mut facts.parameters, |row| row.span);
        order(&mut facts.handlers, |row| row.span);
        order(&mut facts.imports, |row| row.span);
        order(&mut facts.tests, |row| row.span);
        order(&mut facts.env_vars, |row| row.span);
        order(&mut facts.headers, |row| row.span);
        order(&mut facts.middleware, |row| row.span);
        order(&mut facts.broken, |row| *row);
        self.facts
    }
}

/// Sorts by start, outer before inner, and says where each row went.
fn order<T>(rows: &mut Vec<T>, span: impl Fn(&T) -> Range) -> Vec<u32> {
    let key = |row: &T| {
        let span = span(row);
        (span.start, std::cmp::Reverse(span.end))
    };
    let narrow = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    if rows.is_sorted_by_key(key) {
        return (0..rows.len()).map(narrow).collect();
    }
    let mut tagged: Vec<(usize, T)> = std::mem::take(rows).into_iter().enumerate().collect();
    tagged.sort_by_key(|(_, row)| key(row));
    let mut places = vec![0; tagged.len()];
    for (place, (index, row)) in tagged.into_iter().enumerate() {
        if let Some(slot) = places.get_mut(index) {
            *slot = narrow(place);
        }
        rows.push(row);
    }
    places
}
