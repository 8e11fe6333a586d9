//! A breadth-first search over a world, as small as can be: what the model checker does, for programs without it. Written
//! against `super::world`, like the mutants that it is compiled with.

use std::collections::{HashSet, VecDeque};

use super::world::{State, World};

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// States that are reachable.
    pub(crate) states: usize,
    /// The rules that are broken in a first broken state.
    pub(crate) first: Option<u64>,
    /// The rules that are broken anywhere.
    pub(crate) broken: u64,
}

/// Visits all states of a world.
pub(crate) fn explore(world: &World) -> Found {
    let mut found = Found::default();
    let mut known: HashSet<State> = HashSet::new();
    let mut pending: VecDeque<State> = world.begin().into();
    pending.retain(|state| known.insert(state.clone()));
    while let Some(state) = pending.pop_front() {
        found.broken |= state.broken;
        if state.broken != 0 && found.first.is_none() {
            found.first = Some(state.broken);
        }
        for event in world.events(&state) {
            let next = world.step(&state, event);
            pending.extend(next.filter(|next| known.insert(next.clone())));
        }
    }
    found.states = known.len();
    found
}
