//! Types expressions: bidirectional, one expected type, no unification. An error has the type `Unknown`, which agrees with
//! everything, so that one mistake gives one diagnostic.

mod calls;
mod expr;
mod literals;
mod methods;
mod narrowing;
mod operators;
mod quantifiers;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::base::schema::Ty;
use crate::base::span::Span;
use crate::syntax::ast;

use super::diags;
use super::expr::{Const, Expr, ExprKind, Local};
use super::types;
use super::world::{Log, World};

pub(super) use literals::check_constant;
use narrowing::Place;

/// Deepest nesting of an expression that is typed; the parser's own limit lies below.
const DEPTH: usize = 160;

/// What an expression stands for, in a message: "the argument `name` wants …".
#[derive(Clone, Copy, Debug)]
pub(super) enum By<'x> {
    Argument(&'x str),
    Field(&'x str),
    Param(&'x str),
    Operand(&'x str),
    Where,
    Body,
    Condition,
    Element,
    Expect,
    Assertion,
}

impl fmt::Display for By<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "the argument `{name}`"),
            Self::Field(name) => write!(f, "the field `{name}`"),
            Self::Param(name) => write!(f, "the parameter `{name}`"),
            Self::Operand(operator) => write!(f, "`{operator}`"),
            Self::Where => f.write_str("`where`"),
            Self::Body => f.write_str("the body of a quantifier"),
            Self::Condition => f.write_str("a condition"),
            Self::Element => f.write_str("an element of the list"),
            Self::Expect => f.write_str("`expect`"),
            Self::Assertion => f.write_str("an assertion"),
        }
    }
}

/// A variable in scope.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: Arc<str>,
    pub(super) local: Local,
    pub(super) ty: Ty,
    pub(super) span: Span,
    /// Known when the plan is made: a parameter, or an element of a list of parameters.
    pub(super) constant: bool,
}

/// What an expression may speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Facts and checks.
    Everything,
    /// Parameters and constants: `require`.
    Parameters,
    /// A document and constants: the rules of a `document`.
    Document,
    /// Constants only: defaults, values of fields.
    Constants,
}

/// The typing of the expressions of one declaration.
#[derive(Debug)]
pub(super) struct Infer<'c, 'a> {
    pub(super) world: &'c World<'a>,
    pub(super) file: usize,
    pub(super) log: &'c mut Log,
    pub(super) reach: Reach,
    /// The check that is compiled: a call of it or of a later one is part of a cycle, which is reported already.
    pub(super) check: Option<usize>,
    /// Variables that were read.
    pub(super) used: BTreeSet<Local>,
    /// Calls of checks that are a question only, with the check's name.
    pub(super) questions: Vec<(Span, Arc<str>)>,
    variables: Vec<Variable>,
    next: u32,
    narrowed: Vec<Place>,
    depth: usize,
}

impl<'c, 'a> Infer<'c, 'a> {
    pub(super) fn new(world: &'c World<'a>, file: usize, log: &'c mut Log, reach: Reach) -> Self {
        Self {
            world,
            file,
            log,
            reach,
            check: None,
            used: BTreeSet::new(),
            questions: Vec::new(),
            variables: Vec::new(),
            next: 0,
            narrowed: Vec::new(),
            depth: 0,
        }
    }

    /// Puts a variable into scope.
    pub(super) fn bind(&mut self, name: &ast::Ident, ty: Ty, constant: bool) -> Local {
        let local = Local(self.next);
        self.next = self.next.saturating_add(1);
        self.variables.push(Variable { name: Arc::clone(&name.text), local, ty, span: name.span, constant });
        local
    }

    /// A claim as a whole: of an assertion, of an `expect`. A question may be all of it, and no part of it.
    pub(super) fn claim(&mut self, expr: &ast::Expr, by: By<'_>) -> Expr {
        let typed = self.check(expr, &Ty::Result, by);
        let whole = matches!(typed.kind, ExprKind::Check { .. }).then_some(typed.span);
        self.refuse_questions(whole);
        typed
    }

    /// Reports the questions that were called but for the one that is the whole expression.
    pub(super) fn refuse_questions(&mut self, whole: Option<Span>) {
        for (span, name) in std::mem::take(&mut self.questions) {
            if whole != Some(span) {
                self.log.push(diags::nested_question(span, &name));
            }
        }
    }

    /// Takes the last variable out of scope.
    fn unbind(&mut self) {
        self.variables.pop();
    }

    /// The innermost variable of that name.
    fn variable(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().rev().find(|variable| &*variable.name == name)
    }

    /// Types `expr` and demands `want`; the result is of that type, lifted or converted where the language does so.
    pub(super) fn check(&mut self, expr: &ast::Expr, want: &Ty, by: By<'_>) -> Expr {
        let typed = self.expr(expr, Some(want));
        self.agree(typed, want, by, None)
    }

    /// As [`Self::check`], and the value must be known now.
    pub(super) fn constant(&mut self, expr: &ast::Expr, want: &Ty, by: By<'_>) -> Option<Const> {
        let typed = self.check(expr, want, by);
        match typed.kind {
            ExprKind::Const(value) => Some(value),
            ExprKind::Error => None,
            _ => {
                self.log.push(diags::not_constant(typed.span, by));
                None
            }
        }
    }

    /// Makes a typed expression agree with `want`, or reports why it does not.
    fn agree(&mut self, expr: Expr, want: &Ty, by: By<'_>, declared: Option<(Span, &str)>) -> Expr {
        if expr.ty == Ty::Unknown || *want == Ty::Unknown || matches!(expr.kind, ExprKind::Error) {
            return expr;
        }
        if *want == Ty::Result && expr.ty == Ty::Bool {
            return lift(expr);
        }
        if let (Ty::Refined(refinement), ExprKind::Const(Const::Text(text))) = (types::plain(want), &expr.kind)
            && types::is_text(&expr.ty)
        {
            // A constant of another text type: what it says decides.
            if expr.ty != *types::plain(want)
                && let Err(error) = check_constant(*refinement, text)
            {
                self.log.push(diags::bad_constant(expr.span, *refinement, text, &error));
                return error_at(expr.span);
            }
            return Expr { ty: Ty::Refined(*refinement), ..expr };
        }
        if let (Ty::List(want_item), ExprKind::Const(Const::List(items)), Ty::List(have)) =
            (types::plain(want), &expr.kind, &expr.ty)
            && let Ty::Refined(refinement) = **want_item
            && **have == Ty::Text
        {
            for item in items {
                if let Const::Text(text) = item
                    && let Err(error) = check_constant(refinement, text)
                {
                    self.log.push(diags::bad_constant(expr.span, refinement, text, &error));
                    return error_at(expr.span);
                }
            }
            return Expr { ty: Ty::list(Ty::Refined(refinement)), ..expr };
        }
        if types::agrees(&expr.ty, want) {
            return expr;
        }
        let mut diagnostic = diags::mismatch(&expr, want, by, self.world.sources.text(expr.span));
        if let Some((span, words)) = declared {
            diagnostic = diagnostic.also(span, words);
        }
        self.log.push(diagnostic);
        error_at(expr.span)
    }

    /// Whether a value is known when the plan is made.
    fn is_static(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::Error => true,
            ExprKind::Local(local) => {
                self.variables.iter().any(|variable| variable.local == *local && variable.constant)
            }
            ExprKind::List(items) => items.iter().all(|item| self.is_static(item)),
            ExprKind::OrValue(value, other) => self.is_static(value) && self.is_static(other),
            _ => false,
        }
    }
}

/// What stands where nothing compiled.
pub(super) fn error_at(span: Span) -> Expr {
    Expr { kind: ExprKind::Error, ty: Ty::Unknown, span }
}

/// A `Bool` as a `Result`.
pub(super) fn lift(expr: Expr) -> Expr {
    if expr.ty != Ty::Bool {
        return expr;
    }
    let span = expr.span;
    Expr { kind: ExprKind::Lift(Box::new(expr)), ty: Ty::Result, span }
}
