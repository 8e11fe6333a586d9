//! Puts checks in an order in which each only calls earlier ones, and reports those that call themselves.
//!
//! Works on the AST: functions have a namespace of their own, so a call's name means the same before any typing.

use std::sync::Arc;

use crate::base::span::Span;
use crate::syntax::ast::{Expr, ExprKind, FieldValue, Member};

use super::diags;
use super::world::{Function, Log, World};

/// Reorders [`World::checks`] and all that points to them.
pub(super) fn order(world: &mut World<'_>, log: &mut Log) {
    let calls: Vec<Vec<(usize, Span)>> = (0..world.checks.len()).map(|check| calls_of(world, check)).collect();
    let order = depth_first(world, &calls, log);
    let mut place = vec![0; order.len()];
    for (to, from) in order.iter().enumerate() {
        if let Some(slot) = place.get_mut(*from) {
            *slot = to;
        }
    }
    let moved = |check: usize| place.get(check).copied().unwrap_or(check);
    let mut slots: Vec<Option<_>> = std::mem::take(&mut world.checks).into_iter().map(Some).collect();
    world.checks = order.iter().filter_map(|from| slots.get_mut(*from).and_then(Option::take)).collect();
    for unit in &mut world.units {
        for check in unit.functions.values_mut() {
            *check = moved(*check);
        }
    }
    for file in &mut world.files {
        for import in file.imports.values_mut() {
            import.check = import.check.map(moved);
        }
    }
}

/// Post-order of the graph of calls with an explicit stack: a chain of a hundred thousand checks is no problem.
fn depth_first(world: &World<'_>, calls: &[Vec<(usize, Span)>], log: &mut Log) -> Vec<usize> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; calls.len()];
    let mut order = Vec::with_capacity(calls.len());
    for root in 0..calls.len() {
        if state.get(root) != Some(&State::New) {
            continue;
        }
        let mut stack: Vec<(usize, usize)> = vec![(root, 0)];
        if let Some(slot) = state.get_mut(root) {
            *slot = State::Open;
        }
        while let Some((check, next)) = stack.last_mut() {
            let check = *check;
            if let Some((callee, span)) = calls.get(check).and_then(|callees| callees.get(*next)).copied() {
                *next = next.saturating_add(1);
                match state.get(callee) {
                    Some(State::New) => {
                        if let Some(slot) = state.get_mut(callee) {
                            *slot = State::Open;
                        }
                        stack.push((callee, 0));
                    }
                    Some(State::Open) => {
                        let from = stack.iter().position(|(open, _)| *open == callee).unwrap_or_default();
                        let cycle: Vec<Arc<str>> = stack
                            .iter()
                            .skip(from)
                            .map(|(open, _)| *open)
                            .chain(std::iter::once(callee))
                            .filter_map(|open| world.checks.get(open).map(|decl| Arc::clone(&decl.name)))
                            .collect();
                        log.push(diags::recursive_check(span, &cycle));
                    }
                    _ => {}
                }
            } else {
                if let Some(slot) = state.get_mut(check) {
                    *slot = State::Done;
                }
                order.push(check);
                stack.pop();
            }
        }
    }
    order
}

/// The checks that a check's fields call, with the places of the calls.
fn calls_of(world: &World<'_>, check: usize) -> Vec<(usize, Span)> {
    let Some(decl) = world.checks.get(check) else { return Vec::new() };
    // Whether an import is of use is decided by typing.
    let mut log = Log::default();
    let mut found = Vec::new();
    let mut todo: Vec<&Expr> = decl
        .block
        .members
        .iter()
        .filter_map(|member| match member {
            Member::Field(field) => match &field.value {
                FieldValue::Expr(expr) => Some(expr),
                FieldValue::Expect(_) | FieldValue::Error(_) => None,
            },
            Member::Block(_) | Member::Error(_) => None,
        })
        .collect();
    todo.reverse();
    while let Some(expr) = todo.pop() {
        let before = todo.len();
        match &expr.kind {
            ExprKind::Call { callee, args, .. } => {
                match &callee.kind {
                    ExprKind::Name(name) => {
                        if let Some(Function::Check(callee)) = world.function(decl.file, &name.text, &mut log) {
                            found.push((callee, name.span));
                        }
                    }
                    ExprKind::Select { field, .. } => {
                        if let Some(path) = module_of(callee)
                            && let Some(target) = world.check_in(&path, &field.text)
                        {
                            found.push((target, callee.span));
                        }
                        todo.push(callee);
                    }
                    _ => todo.push(callee),
                }
                todo.extend(args.iter().map(|arg| &arg.value));
            }
            ExprKind::List(items) => todo.extend(items),
            ExprKind::Select { base, .. } => todo.push(base),
            ExprKind::Index { base, index, .. } => todo.extend([&**base, &**index]),
            ExprKind::Unary { operand, .. } => todo.push(operand),
            ExprKind::Binary { left, right, .. } => todo.extend([&**left, &**right]),
            ExprKind::Ternary { condition, yes, no } => todo.extend([&**condition, &**yes, &**no]),
            ExprKind::Quantifier(quantifier) => {
                todo.push(&quantifier.source);
                todo.extend(&quantifier.filter);
                todo.extend(&quantifier.body);
            }
            ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Int(_)
            | ExprKind::Decimal(_)
            | ExprKind::Text(_)
            | ExprKind::Date(_)
            | ExprKind::Duration(..)
            | ExprKind::CodePattern(_)
            | ExprKind::Name(_)
            | ExprKind::On { .. }
            | ExprKind::Error => {}
        }
        if let Some(added) = todo.get_mut(before..) {
            added.reverse();
        }
    }
    // One call of each: a cycle is one mistake.
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|(callee, _)| seen.insert(*callee));
    found
}

/// `a.b` of the callee `a.b.c`.
pub(super) fn module_of(callee: &Expr) -> Option<String> {
    let ExprKind::Select { base, optional: false, .. } = &callee.kind else { return None };
    let mut segments = Vec::new();
    let mut at = &**base;
    loop {
        match &at.kind {
            ExprKind::Name(name) => {
                segments.push(&*name.text);
                segments.reverse();
                return Some(segments.join("."));
            }
            ExprKind::Select { base, optional: false, field } => {
                segments.push(&*field.text);
                at = base;
            }
            _ => return None,
        }
    }
}
