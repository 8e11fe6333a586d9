//! Where errors are handled: patterns with `Err`, methods that map or replace an error, `?` with context. A bare `?`,
//! `unwrap` and `expect` handle nothing.

use std::sync::Arc;

use syn::visit::{self, Visit};
use syn::{Expr, Pat};

use super::symbol;
use super::walk::Walk;
use crate::facts::model::Range;

/// Methods that take a closure for the error.
const MAPPERS: &[&str] = &["map_err", "or_else", "unwrap_or_else", "map_or_else"];
/// Methods that give the error context, whatever stands around them.
const WRAPPERS: &[&str] = &["with_context", "wrap_err", "wrap_err_with", "change_context", "into_report"];

/// What a pattern says of errors.
#[derive(Default)]
struct Errors {
    /// `Err(…)` stands in it.
    seen: bool,
    /// `Ok(…)` stands in it.
    ok: bool,
    kinds: Vec<String>,
    /// `Err(e)`, `Err(_)`, `Err(..)`.
    all: bool,
}

impl Errors {
    fn of(pattern: &Pat) -> Self {
        let mut errors = Self::default();
        errors.visit_pat(pattern);
        errors
    }

    fn kinds_of(&mut self, pattern: &Pat) {
        match pattern {
            Pat::Ident(ident) => match &ident.subpat {
                Some((_, pattern)) => self.kinds_of(pattern),
                None => {
                    self.all |= !symbol::name(&ident.ident).starts_with(char::is_uppercase)
                        || self.kind(symbol::name(&ident.ident));
                }
            },
            // `Err(())` has the only value.
            Pat::Wild(_) | Pat::Rest(_) | Pat::Tuple(_) => self.all = true,
            Pat::Path(path) => {
                self.kind(symbol::of_path(&path.path));
            }
            Pat::Struct(pattern) => {
                self.kind(symbol::of_path(&pattern.path));
            }
            Pat::TupleStruct(pattern) => {
                self.kind(symbol::of_path(&pattern.path));
            }
            Pat::Or(pattern) => pattern.cases.iter().for_each(|case| self.kinds_of(case)),
            Pat::Paren(pattern) => self.kinds_of(&pattern.pat),
            Pat::Reference(pattern) => self.kinds_of(&pattern.pat),
            Pat::Type(pattern) => self.kinds_of(&pattern.pat),
            _ => {}
        }
    }

    /// Never all.
    fn kind(&mut self, kind: String) -> bool {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        false
    }

    fn join(&mut self, other: Self) {
        self.seen |= other.seen;
        self.ok |= other.ok;
        self.all |= other.all;
        for kind in other.kinds {
            self.kind(kind);
        }
    }
}

impl<'ast> Visit<'ast> for Errors {
    fn visit_pat_tuple_struct(&mut self, pattern: &'ast syn::PatTupleStruct) {
        match symbol::last(&pattern.path).as_str() {
            "Err" => {
                self.seen = true;
                pattern.elems.iter().for_each(|inner| self.kinds_of(inner));
            }
            "Ok" => {
                self.ok = true;
                visit::visit_pat_tuple_struct(self, pattern);
            }
            _ => visit::visit_pat_tuple_struct(self, pattern),
        }
    }

    /// `Err(e) if e.kind() == io::ErrorKind::NotFound` names the kinds of its condition.
    fn visit_pat_guard(&mut self, pattern: &'ast syn::PatGuard) {
        struct Kinds<'e>(&'e mut Errors);
        impl<'ast> Visit<'ast> for Kinds<'_> {
            fn visit_path(&mut self, path: &'ast syn::Path) {
                if path.segments.last().is_some_and(|last| symbol::name(&last.ident).starts_with(char::is_uppercase)) {
                    self.0.kind(symbol::of_path(path));
                }
                visit::visit_path(self, path);
            }
        }
        self.visit_pat(&pattern.pat);
        if self.seen {
            self.all = false;
            Kinds(self).visit_expr(&pattern.guard);
        }
    }

    fn visit_expr(&mut self, _: &'ast Expr) {}
}

impl Walk<'_> {
    fn handled(&mut self, errors: &Errors, span: Range) {
        let kinds: Vec<Arc<str>> = errors.kinds.iter().map(|kind| self.rows.intern(kind)).collect();
        let all = errors.all || kinds.is_empty();
        self.handler(kinds, all, span);
    }

    pub(super) fn handler_of_match(&mut self, choice: &syn::ExprMatch) {
        let mut errors = Errors::default();
        let mut rest = false;
        for arm in &choice.arms {
            errors.join(Errors::of(&arm.pat));
            rest |= matches!(&arm.pat, Pat::Wild(_) | Pat::Ident(_));
        }
        // `match r { Ok(x) => …, _ => … }`
        if errors.seen || (errors.ok && rest) {
            errors.all |= rest;
            let span = self.head(choice.match_token.span, choice.brace_token.span.open());
            self.handled(&errors, span);
        }
    }

    pub(super) fn handler_of_if(&mut self, branch: &syn::ExprIf) {
        let otherwise = branch.else_branch.is_some();
        if let Some(errors) = of_condition(&branch.cond, otherwise) {
            let span = self.head(branch.if_token.span, branch.then_branch.brace_token.span.open());
            self.handled(&errors, span);
        }
    }

    pub(super) fn handler_of_while(&mut self, repeat: &syn::ExprWhile) {
        if let Some(errors) = of_condition(&repeat.cond, false) {
            let span = self.head(repeat.while_token.span, repeat.body.brace_token.span.open());
            self.handled(&errors, span);
        }
    }

    /// `let Ok(x) = f() else { … }` and `let Err(e) = f() else { … }`.
    pub(super) fn handler_of_local(&mut self, local: &syn::Local, init: &syn::LocalInit) {
        if let Some((otherwise, _)) = &init.diverge {
            let errors = Errors::of(&local.pat);
            if errors.seen || errors.ok {
                let span = self.head(local.let_token.span, otherwise.span);
                self.handled(&errors, span);
            }
        }
    }

    pub(super) fn handler_of_method(&mut self, call: &syn::ExprMethodCall, method: Range) {
        let name = symbol::name(&call.method);
        let with_text = name == "context"
            && call.args.len() == 1
            && call.args.first().is_some_and(|argument| {
                symbol::literal(argument).is_some()
                    || matches!(argument, Expr::Macro(text) if symbol::last(&text.mac.path) == "format")
            });
        if MAPPERS.contains(&name.as_str()) || WRAPPERS.contains(&name.as_str()) || with_text {
            self.handler(Vec::new(), true, method);
        }
    }

    /// `f().context(Place)?`: any other argument than a text is context by the `?` behind it.
    pub(super) fn handler_of_try(&mut self, attempt: &syn::ExprTry) {
        if let Expr::MethodCall(call) = &*attempt.expr
            && call.method == "context"
            && let [argument] = call.args.iter().collect::<Vec<_>>().as_slice()
            && symbol::literal(argument).is_none()
            && !matches!(argument, Expr::Macro(text) if symbol::last(&text.mac.path) == "format")
        {
            let span = self.places.range(call.method.span());
            self.handler(Vec::new(), true, span);
        }
    }
}

/// `let Err(e) = …` or `.is_err()` in a condition; `let Ok(x) = …` where an `else` follows.
fn of_condition(condition: &Expr, otherwise: bool) -> Option<Errors> {
    match condition {
        Expr::Let(binding) => {
            let errors = Errors::of(&binding.pat);
            (errors.seen || (errors.ok && otherwise)).then_some(errors)
        }
        Expr::Binary(both) => {
            let left = of_condition(&both.left, otherwise);
            let right = of_condition(&both.right, otherwise);
            match (left, right) {
                (Some(mut left), Some(right)) => {
                    left.join(right);
                    Some(left)
                }
                (left, right) => left.or(right),
            }
        }
        Expr::Paren(inner) => of_condition(&inner.expr, otherwise),
        Expr::MethodCall(call) if call.method == "is_err" => Some(Errors::default()),
        _ => None,
    }
}
