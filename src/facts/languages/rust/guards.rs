//! How parameters are checked: conditions that leave, validators, validating types. It knows one function at a time, by
//! names: a variable that shadows a parameter hides it.

use std::collections::BTreeMap;

use proc_macro2::{Ident, Span};
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt, Type};

use super::walk::Walk;
use super::{macros, symbol};
use crate::facts::model::{Guard, GuardKind, Range};

/// First words of names that check what they are given: `validate_email`, `check`, `ensure_absolute`.
const VALIDATOR_WORDS: &[&str] = &[
    "validate",
    "validated",
    "validator",
    "check",
    "sanitize",
    "sanitise",
    "parse",
    "verify",
    "ensure",
    "assert",
    "require",
    "canonicalize",
];
/// Names that convert and refuse.
const CONVERSIONS: &[&str] = &["from_str", "from_str_radix", "try_from", "try_into", "try_parse", "try_new"];
/// Macros whose first arguments are a condition that must hold.
const ASSERTIONS: &[&str] = &["assert", "assert_eq", "assert_ne", "assert_matches", "ensure", "ensure_eq", "require"];
/// Macros that end the function or the process.
const LEAVING_MACROS: &[&str] = &["panic", "bail", "unreachable", "todo", "unimplemented", "abort", "throw"];
/// Calls that do.
const LEAVING_CALLS: &[&str] = &["exit", "abort", "panic_any", "resume_unwind", "unreachable_unchecked"];
/// Methods that leave the same value in another dress.
const NORMALISERS: &[&str] = &[
    "trim",
    "trim_start",
    "trim_end",
    "to_owned",
    "to_string",
    "to_lowercase",
    "to_uppercase",
    "to_ascii_lowercase",
    "to_ascii_uppercase",
    "clone",
    "into",
    "as_str",
    "as_ref",
    "as_bytes",
    "as_deref",
    "into_inner",
    "borrow",
    "iter",
];

/// A function or closure around a place: what its parameters' names mean.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// A `fn` sees nothing of the functions around it.
    closed: bool,
    /// Row of each name; a closure's own names have none.
    names: BTreeMap<String, Option<usize>>,
    uses: Vec<(usize, u32)>,
    guards: Vec<(usize, Guard)>,
}

impl Context {
    pub(super) fn function() -> Self {
        Self { closed: true, ..Self::default() }
    }

    pub(super) fn closure() -> Self {
        Self::default()
    }

    pub(super) fn bind(&mut self, name: String, row: Option<usize>) {
        self.names.insert(name, row);
    }
}

/// A guard by the type alone: `Valid<Json<T>>`, `NonZeroU32`.
pub(super) fn validating_type(ty: &Type, span: Range) -> Option<Guard> {
    let symbol = symbol::of_type(ty)?;
    let last = symbol.rsplit('.').next().unwrap_or_default();
    let validates = ["Valid", "Validated", "NonZero"].iter().any(|word| {
        last.strip_prefix(word).is_some_and(|rest| rest.chars().next().is_none_or(|next| next.is_ascii_uppercase()))
    }) || matches!(last, "Garde" | "WithValidation");
    validates.then_some(Guard { kind: GuardKind::Type, before_use: true, leaves: false, span })
}

/// Whether a call's name says that it checks its argument.
fn validates(callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or_default();
    let first_word = last.split('_').find(|word| !word.is_empty()).unwrap_or_default();
    VALIDATOR_WORDS.contains(&first_word) || CONVERSIONS.contains(&last)
}

/// Whether a call's name says that it tests its arguments: `is_allowed(x)`, `roles.contains(&x)`, `Some(x)`, a validator.
fn tests(callee: &str) -> bool {
    let last = callee.rsplit('.').next().unwrap_or_default();
    let first_word = last.split('_').find(|word| !word.is_empty()).unwrap_or_default();
    last.starts_with(char::is_uppercase)
        || validates(callee)
        || matches!(
            first_word,
            "is" | "has"
                | "valid"
                | "contains"
                | "can"
                | "allowed"
                | "allows"
                | "match"
                | "matches"
                | "eq"
                | "ne"
                | "lt"
                | "le"
                | "gt"
                | "ge"
                | "cmp"
                | "partial"
                | "starts"
                | "ends"
                | "any"
                | "all"
                | "exists"
                | "compare"
                | "constant"
        )
        || last == "ct_eq"
}

impl Walk<'_> {
    /// Ends the innermost context: its guards go to the rows of its parameters.
    pub(super) fn leave_context(&mut self) {
        let Some(context) = self.contexts.pop() else { return };
        let mut first_use: BTreeMap<usize, u32> = BTreeMap::new();
        let mut heads: BTreeMap<usize, Vec<Range>> = BTreeMap::new();
        for (row, guard) in &context.guards {
            heads.entry(*row).or_default().push(guard.span);
        }
        for spans in heads.values_mut() {
            spans.sort_unstable();
            // The furthest end so far: a use lies in some guard if it stands before that end.
            let mut reach = 0;
            for span in spans {
                reach = reach.max(span.end);
                span.end = reach;
            }
        }
        for (row, at) in context.uses {
            let guarded = heads.get(&row).is_some_and(|spans| {
                let before = spans.partition_point(|span| span.start <= at);
                before.checked_sub(1).and_then(|index| spans.get(index)).is_some_and(|span| at < span.end)
            });
            if !guarded {
                let first = first_use.entry(row).or_insert(at);
                *first = (*first).min(at);
            }
        }
        for (row, mut guard) in context.guards {
            guard.before_use = first_use.get(&row).is_none_or(|first| *first >= guard.span.start);
            if let Some(parameter) = self.rows.facts.parameters.get_mut(row) {
                parameter.guards.push(guard);
            }
        }
    }

    /// The context and row that a name means here.
    fn parameter_named(&self, name: &str) -> Option<(usize, usize)> {
        for (depth, context) in self.contexts.iter().enumerate().rev() {
            if let Some(row) = context.names.get(name) {
                return row.map(|row| (depth, row));
            }
            if context.closed {
                return None;
            }
        }
        None
    }

    /// A read of a variable.
    pub(super) fn note_use(&mut self, ident: &Ident) {
        if self.contexts.is_empty() {
            return;
        }
        if let Some((depth, row)) = self.parameter_named(&symbol::name(ident)) {
            let at = self.places.range(ident.span()).start;
            if let Some(context) = self.contexts.get_mut(depth) {
                context.uses.push((row, at));
            }
        }
    }

    /// Walks code whose reads do not count.
    pub(super) fn without_uses(&mut self, body: impl FnOnce(&mut Self)) {
        let before: Vec<usize> = self.contexts.iter().map(|context| context.uses.len()).collect();
        body(self);
        for (context, length) in self.contexts.iter_mut().zip(before) {
            context.uses.truncate(length);
        }
    }

    /// `let x = x.trim();`
    pub(super) fn is_rebinding(&self, ident: &Ident, init: &Expr) -> bool {
        let mut expr = init;
        loop {
            expr = match expr {
                Expr::MethodCall(call)
                    if call.args.is_empty() && NORMALISERS.contains(&symbol::name(&call.method).as_str()) =>
                {
                    &call.receiver
                }
                Expr::Reference(inner) => &inner.expr,
                Expr::Paren(inner) => &inner.expr,
                Expr::Path(path) => {
                    return path.path.get_ident().is_some_and(|root| root == ident)
                        && self.parameter_named(&symbol::name(ident)).is_some();
                }
                _ => return false,
            };
        }
    }

    fn guard(&mut self, (depth, row): (usize, usize), kind: GuardKind, leaves: bool, span: Range) {
        if let Some(context) = self.contexts.get_mut(depth) {
            context.guards.push((row, Guard { kind, before_use: false, leaves, span }));
        }
    }

    /// Every parameter that an expression mentions.
    fn mentioned(&self, exprs: &[&Expr]) -> Vec<(usize, usize)> {
        struct Mentions<'w, 't>(&'w Walk<'t>, Vec<(usize, usize)>);
        impl<'ast> Visit<'ast> for Mentions<'_, '_> {
            fn visit_expr(&mut self, expr: &'ast Expr) {
                if let Expr::Path(path) = expr
                    && let Some(ident) = path.path.get_ident()
                    && let Some(found) = self.0.parameter_named(&symbol::name(ident))
                    && !self.1.contains(&found)
                {
                    self.1.push(found);
                }
                match expr {
                    // What is only passed on is not compared, unless the call's name says that it tests.
                    Expr::Call(call) if !tests(&symbol::of_expr(&call.func)) => {}
                    Expr::MethodCall(call) if !tests(&symbol::name(&call.method)) => self.visit_expr(&call.receiver),
                    // `matches!(x, A | B)` tests what it matches.
                    Expr::Macro(call) => {
                        for matched in macros::matched(&call.mac) {
                            Visit::visit_expr(self, &matched);
                        }
                    }
                    _ => visit::visit_expr(self, expr),
                }
            }
            // A body inside a condition is no part of what is compared.
            fn visit_block(&mut self, _: &'ast Block) {}
            fn visit_pat(&mut self, _: &'ast Pat) {}
        }
        if self.contexts.iter().all(|context| context.names.is_empty()) {
            return Vec::new();
        }
        let mut mentions = Mentions(self, Vec::new());
        for expr in exprs {
            mentions.visit_expr(expr);
        }
        mentions.1
    }

    fn comparison(&mut self, exprs: &[&Expr], leaves: bool, span: Range) {
        for found in self.mentioned(exprs) {
            self.guard(found, GuardKind::Comparison, leaves, span);
        }
    }

    /// From a token to what stands before another, without the white space between.
    pub(super) fn head(&self, from: Span, before: Span) -> Range {
        let range = Range { start: self.places.range(from).start, end: self.places.range(before).start };
        let text = self.source(range);
        Range { start: range.start, end: range.start + u32::try_from(text.trim_end().len()).unwrap_or(u32::MAX) }
    }

    pub(super) fn guard_of_if(&mut self, branch: &syn::ExprIf) {
        if self.contexts.is_empty() {
            return;
        }
        let otherwise = branch.else_branch.as_ref().is_some_and(|(_, expr)| leaves(expr));
        let leaves = block_leaves(&branch.then_branch) || otherwise;
        let span = self.head(branch.if_token.span, branch.then_branch.brace_token.span.open());
        self.comparison(&[&branch.cond], leaves, span);
    }

    pub(super) fn guard_of_match(&mut self, choice: &syn::ExprMatch) {
        if self.contexts.is_empty() {
            return;
        }
        let any_leaves = choice.arms.iter().any(|arm| leaves(&arm.body));
        let span = self.head(choice.match_token.span, choice.brace_token.span.open());
        self.comparison(&[&choice.expr], any_leaves, span);
        for arm in &choice.arms {
            if let Pat::Guard(pattern) = &arm.pat {
                let span = self.head(
                    pattern.if_token.span,
                    arm.fat_arrow_token.spans.first().copied().unwrap_or(pattern.if_token.span),
                );
                self.comparison(&[&pattern.guard], leaves(&arm.body), span);
            }
        }
    }

    /// `let Some(id) = parse(x) else { return … };`
    pub(super) fn guard_of_local(&mut self, local: &syn::Local, init: &syn::LocalInit) {
        if let Some((otherwise, _)) = &init.diverge {
            let span = self.head(local.let_token.span, otherwise.span);
            self.comparison(&[&init.expr], true, span);
        }
    }

    /// `validate(x)?`, `x.parse::<u16>()?`, `Port::try_from(x)?`.
    pub(super) fn guard_of_call<'e>(
        &mut self,
        callee: &str,
        arguments: impl Iterator<Item = &'e Expr>,
        receiver: Option<&'e Expr>,
        start: u32,
        close: Span,
    ) {
        if self.contexts.is_empty() || !validates(callee) {
            return;
        }
        let mut roots: Vec<&Ident> = arguments.filter_map(symbol::root).collect();
        roots.extend(receiver.and_then(symbol::root));
        let mut found: Vec<(usize, usize)> = Vec::new();
        for root in roots {
            if let Some(parameter) = self.parameter_named(&symbol::name(root))
                && !found.contains(&parameter)
            {
                found.push(parameter);
            }
        }
        // Where the receiver is longer than a name, the span begins at the method: the receiver's own reads come first.
        let start =
            receiver.and_then(symbol::root).map_or(start, |root| self.places.range(root.span()).start.min(start));
        let span = Range { start, end: self.places.range(close).end };
        for parameter in found {
            self.guard(parameter, GuardKind::Validator, false, span);
        }
    }

    /// `assert!(…)`, `ensure!(…)`; `debug_assert!` leaves only in debug builds, so it does not count as leaving.
    pub(super) fn guard_of_macro(&mut self, callee: &str, arguments: &[&Expr], span: Range) {
        let last = callee.rsplit('.').next().unwrap_or_default();
        let (name, leaves) = match last.strip_prefix("debug_") {
            Some(rest) => (rest, false),
            None => (last, true),
        };
        if ASSERTIONS.contains(&name) {
            let operands = if name.ends_with("_eq") || name.ends_with("_ne") { 2 } else { 1 };
            let condition: Vec<&Expr> = arguments.iter().copied().take(operands).collect();
            self.comparison(&condition, leaves, span);
        } else if validates(name) {
            self.comparison(arguments, leaves, span);
        }
    }
}

/// Whether an arm's or branch's expression leaves: a jump, a call that never returns, or the value `Err(…)`.
fn leaves(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Block(block) => block_leaves(&block.block),
        Expr::Unsafe(block) => block_leaves(&block.block),
        Expr::Paren(inner) => leaves(&inner.expr),
        Expr::If(branch) => {
            block_leaves(&branch.then_branch) && branch.else_branch.as_ref().is_some_and(|(_, expr)| leaves(expr))
        }
        Expr::Try(inner) => is_err(&inner.expr),
        Expr::Macro(call) => LEAVING_MACROS.contains(&symbol::last(&call.mac.path).as_str()),
        Expr::Call(call) => {
            is_err(expr)
                || matches!(&*call.func, Expr::Path(path) if LEAVING_CALLS.contains(&symbol::last(&path.path).as_str()))
        }
        _ => false,
    }
}

fn is_err(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if matches!(&*call.func, Expr::Path(path) if symbol::last(&path.path) == "Err"))
}

fn block_leaves(block: &Block) -> bool {
    block.stmts.iter().any(|statement| match statement {
        Stmt::Expr(expr, semi) => leaves(expr) && !(semi.is_some() && is_err(expr)),
        Stmt::Macro(call) => LEAVING_MACROS.contains(&symbol::last(&call.mac.path).as_str()),
        _ => false,
    })
}
