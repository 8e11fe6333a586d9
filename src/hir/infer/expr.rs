//! The dispatch over shapes of expressions: names, columns, indices, ternaries.

use std::sync::Arc;

use crate::base::schema::{ENUMS, Refinement, Ty, enum_values};
use crate::base::span::Span;
use crate::syntax::ast::{self, Ident};

use super::super::diags;
use super::super::expr::{Builtin, Const, Expr, ExprKind};
use super::super::types;
use super::{By, DEPTH, Infer, Reach, error_at};

impl Infer<'_, '_> {
    /// Types an expression; `hint` is what its place expects, where something is.
    pub(in crate::hir) fn expr(&mut self, expr: &ast::Expr, hint: Option<&Ty>) -> Expr {
        if self.log.is_full(expr.span.source) {
            return error_at(expr.span);
        }
        if self.depth >= DEPTH {
            self.log.push(diags::too_deep(expr.span, DEPTH));
            return error_at(expr.span);
        }
        self.depth = self.depth.saturating_add(1);
        let typed = self.shape(expr, hint);
        self.depth = self.depth.saturating_sub(1);
        typed
    }

    fn shape(&mut self, expr: &ast::Expr, hint: Option<&Ty>) -> Expr {
        let span = expr.span;
        match &expr.kind {
            ast::ExprKind::Bool(value) => constant(Const::Bool(*value), Ty::Bool, span),
            ast::ExprKind::Null => constant(Const::Null, Ty::Null, span),
            ast::ExprKind::Int(value) => constant(Const::Int(*value), Ty::Int, span),
            ast::ExprKind::Decimal(value) => constant(Const::Decimal(*value), Ty::Decimal, span),
            ast::ExprKind::Text(text) => self.text(text, hint),
            ast::ExprKind::Date(text) => self.time(text, Refinement::Date, span),
            ast::ExprKind::Duration(count, unit) => self.time(&format!("{count}{unit}"), Refinement::Duration, span),
            ast::ExprKind::CodePattern(_) => {
                self.log.push(diags::code_pattern(span));
                error_at(span)
            }
            ast::ExprKind::Name(name) => self.name(name, hint),
            ast::ExprKind::List(items) => self.list(items, span, hint),
            ast::ExprKind::Select { base, optional, field } => self.select(expr, base, *optional, field),
            ast::ExprKind::Index { base, optional, index } => self.index(base, *optional, index, span),
            ast::ExprKind::Call { callee, args, args_span } => self.call(callee, args, *args_span, span),
            ast::ExprKind::Unary { op, op_span, operand } => self.unary(*op, *op_span, operand, span),
            ast::ExprKind::Binary { op, op_span, left, right } => self.binary(expr, *op, *op_span, left, right),
            ast::ExprKind::Ternary { condition, yes, no } => self.ternary(condition, yes, no, span, hint),
            ast::ExprKind::Quantifier(quantifier) => self.quantifier(quantifier, span),
            ast::ExprKind::On { .. } => {
                self.log.push(diags::misplaced_on(span));
                error_at(span)
            }
            ast::ExprKind::Error => error_at(span),
        }
    }

    /// A bare name: a variable, a parameter of the package, or a value of the expected enum.
    fn name(&mut self, name: &Ident, hint: Option<&Ty>) -> Expr {
        if let Some(variable) = self.variable(&name.text) {
            let (local, ty) = (variable.local, variable.ty.clone());
            self.used.insert(local);
            return self.narrow(Expr { kind: ExprKind::Local(local), ty, span: name.span });
        }
        let expected = match hint.map(types::plain) {
            Some(Ty::Enum(expected)) => Some(*expected),
            _ => None,
        };
        if let Some(expected) = expected
            && enum_values(expected).contains(&&*name.text)
        {
            return constant(Const::Text(Arc::clone(&name.text)), Ty::Enum(expected), name.span);
        }
        if let Some(param) = self.world.param(self.file, &name.text, self.log) {
            return match &param.value {
                Some(Const::Null) => constant(Const::Null, param.ty.clone(), name.span),
                Some(value) => constant(value.clone(), types::plain(&param.ty).clone(), name.span),
                None => error_at(name.span),
            };
        }
        if self.world.is_poisoned(self.file, &name.text) {
            return error_at(name.span);
        }
        let diagnostic = if let Some(expected) = expected {
            diags::unknown_value(name.span, &name.text, expected, enum_values(expected))
        } else {
            let function = self.world.function(self.file, &name.text, self.log);
            let candidates = self.value_names();
            diags::unknown_name(name.span, &name.text, candidates, function, is_word(&name.text), hint)
        };
        self.log.push(diagnostic);
        error_at(name.span)
    }

    /// Names that a value may have here.
    fn value_names(&self) -> Vec<(&str, Option<Span>)> {
        let mut names: Vec<(&str, Option<Span>)> =
            self.variables.iter().rev().map(|variable| (&*variable.name, Some(variable.span))).collect();
        names.extend(self.world.param_names(self.file));
        names.extend(self.world.signatures.values.iter().map(|value| (value.name, None)));
        names
    }

    /// Whether a bare name stands for a value of whichever enum its place expects.
    pub(super) fn is_enum_word(&self, expr: &ast::Expr) -> bool {
        match &expr.kind {
            ast::ExprKind::Name(name) => {
                self.variable(&name.text).is_none() && !self.world.has_param(self.file, &name.text)
            }
            ast::ExprKind::List(items) => !items.is_empty() && items.iter().all(|item| self.is_enum_word(item)),
            _ => false,
        }
    }

    /// `row.column`, `row.?column`, `target.commit`.
    fn select(&mut self, whole: &ast::Expr, base: &ast::Expr, optional: bool, field: &Ident) -> Expr {
        if let Some(value) = self.run_value(whole) {
            return value;
        }
        let row = self.expr(base, None);
        let (name, maybe) = match &row.ty {
            Ty::Unknown => return error_at(whole.span),
            Ty::Row(name) => (*name, optional),
            Ty::Optional(inner) if optional && matches!(**inner, Ty::Row(_)) => match **inner {
                Ty::Row(name) => (name, true),
                _ => return error_at(whole.span),
            },
            Ty::Optional(_) if !optional => {
                self.log.push(diags::possibly_missing(row.span, self.world.sources.text(row.span), &row.ty));
                return error_at(whole.span);
            }
            other => {
                self.log.push(diags::no_columns(field.span, &field.text, other));
                return error_at(whole.span);
            }
        };
        let Some(spec) = self.world.row(name) else { return error_at(whole.span) };
        let Some(column) = spec.columns.iter().find(|column| column.name == &*field.text) else {
            let method = spec.methods.iter().find(|method| method.name == &*field.text);
            self.log.push(match method {
                Some(method) => diags::method_without_call(field.span, name, method),
                None => diags::unknown_column(field.span, &field.text, spec),
            });
            return error_at(whole.span);
        };
        let ty = match &column.ty {
            Ty::Optional(_) => column.ty.clone(),
            plain if maybe => Ty::optional(plain.clone()),
            plain => plain.clone(),
        };
        let kind = ExprKind::Column { row: Box::new(row), column: column.name };
        self.narrow(Expr { kind, ty, span: whole.span })
    }

    /// `target.commit`, where `target` is no variable.
    fn run_value(&mut self, whole: &ast::Expr) -> Option<Expr> {
        let mut segments = Vec::new();
        let mut at = whole;
        let root = loop {
            match &at.kind {
                ast::ExprKind::Select { base, optional: false, field } => {
                    segments.push(field);
                    at = base;
                }
                ast::ExprKind::Name(name) => break name,
                _ => return None,
            }
        };
        let values = &self.world.signatures.values;
        let is_root = |name: &str| name.split('.').next() == Some(&*root.text);
        if self.variable(&root.text).is_some() || !values.iter().any(|value| is_root(value.name)) {
            return None;
        }
        if self.world.param(self.file, &root.text, self.log).is_some() {
            return None;
        }
        segments.reverse();
        let path = std::iter::once(&*root.text)
            .chain(segments.iter().map(|segment| &*segment.text))
            .collect::<Vec<_>>()
            .join(".");
        let Some(value) = values.iter().find(|value| value.name == path) else {
            let names = values.iter().map(|value| value.name);
            self.log.push(diags::unknown_run_value(whole.span, &path, names));
            return Some(error_at(whole.span));
        };
        if self.reach != Reach::Everything {
            self.log.push(diags::out_of_reach(whole.span, self.reach));
            return Some(error_at(whole.span));
        }
        Some(self.narrow(Expr { kind: ExprKind::Value(value.name), ty: value.ty.clone(), span: whole.span }))
    }

    /// `list[0]`, `list[?0]`.
    fn index(&mut self, base: &ast::Expr, optional: bool, index: &ast::Expr, span: Span) -> Expr {
        let list = self.expr(base, None);
        let index = self.check(index, &Ty::Int, By::Operand("[]"));
        let item = match &list.ty {
            Ty::List(item) => (**item).clone(),
            Ty::Unknown => return error_at(span),
            Ty::Optional(inner) if matches!(**inner, Ty::List(_)) => {
                self.log.push(diags::possibly_missing(list.span, self.world.sources.text(list.span), &list.ty));
                return error_at(span);
            }
            other => {
                self.log.push(diags::not_indexable(list.span, other));
                return error_at(span);
            }
        };
        if matches!(index.kind, ExprKind::Error) {
            return error_at(span);
        }
        let ty = if optional { Ty::optional(types::plain(&item).clone()) } else { item };
        Expr { kind: ExprKind::Builtin { function: Builtin::Index, args: vec![list, index] }, ty, span }
    }

    /// `condition ? yes : no`, on plain values.
    fn ternary(
        &mut self,
        condition: &ast::Expr,
        yes: &ast::Expr,
        no: &ast::Expr,
        span: Span,
        hint: Option<&Ty>,
    ) -> Expr {
        // A result is no value: what the place expects is not asked of the arms then.
        let hint = hint.filter(|hint| **hint != Ty::Result);
        let condition = self.check(condition, &Ty::Bool, By::Condition);
        let known = self.known();
        self.assume(&condition, true);
        let yes = self.expr(yes, hint);
        self.forget(known);
        self.assume(&condition, false);
        let no = self.expr(no, hint.or((yes.ty != Ty::Unknown).then_some(&yes.ty)));
        self.forget(known);
        for arm in [&yes, &no] {
            if arm.ty == Ty::Result {
                self.log.push(diags::result_as_value(arm.span, "an arm of `?:`"));
                return error_at(span);
            }
        }
        if yes.ty == Ty::Unknown || no.ty == Ty::Unknown || condition.ty == Ty::Unknown {
            return error_at(span);
        }
        let ty = if types::agrees(&no.ty, &yes.ty) {
            yes.ty.clone()
        } else if types::agrees(&yes.ty, &no.ty) {
            no.ty.clone()
        } else {
            self.log.push(diags::arms_disagree(&yes, &no));
            return error_at(span);
        };
        let kind = ExprKind::Ternary { condition: Box::new(condition), yes: Box::new(yes), no: Box::new(no) };
        Expr { kind, ty, span }
    }
}

/// Whether a word is a value of some enum.
fn is_word(name: &str) -> bool {
    ENUMS.iter().any(|(_, values)| values.contains(&name))
}

/// A constant.
pub(super) fn constant(value: Const, ty: Ty, span: Span) -> Expr {
    Expr { kind: ExprKind::Const(value), ty, span }
}
