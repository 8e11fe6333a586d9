//! Calls by name: checks with named arguments, relations and CEL's functions with positional ones.

use std::sync::Arc;

use crate::base::schema::{Refinement, RelationSpec, Ty};
use crate::base::span::Span;
use crate::syntax::ast::{self, Arg};

use super::super::arguments;
use super::super::diags;
use super::super::expr::{Builtin, Const, Expr, ExprKind};
use super::super::model::CheckId;
use super::super::order::module_of;
use super::super::types;
use super::super::world::Function;
use super::expr::constant;
use super::operators::builtin;
use super::{By, Infer, Reach, error_at};

impl Infer<'_, '_> {
    /// `f(x)`, `receiver.m(x)`, `module.check(x: y)`.
    pub(super) fn call(&mut self, callee: &ast::Expr, args: &[Arg], args_span: Span, span: Span) -> Expr {
        match &callee.kind {
            ast::ExprKind::Name(name) => match self.world.function(self.file, &name.text, self.log) {
                Some(Function::Builtin(function)) => self.builtin_call(function, name.span, args, span),
                Some(Function::Relation(relation)) => self.relation(relation, name.span, args, args_span, span),
                Some(Function::Check(check)) => self.check_call(check, name.span, args, span),
                None => {
                    self.unknown_function(name, args);
                    error_at(span)
                }
            },
            ast::ExprKind::Select { base, optional, field } => {
                if let Some(module) = self.module_receiver(callee) {
                    if let Some(check) = self.world.check_in(&module, &field.text) {
                        return self.check_call(check, callee.span, args, span);
                    }
                    let names = self.world.importable(&module);
                    self.log.push(diags::unknown_import(field.span, &field.text, &module, &names));
                    return error_at(span);
                }
                if *optional {
                    self.log.push(diags::optional_method(field.span, &field.text));
                    return error_at(span);
                }
                self.method(base, field, args, args_span, span)
            }
            ast::ExprKind::Error => error_at(span),
            _ => {
                self.log.push(diags::not_callable(callee.span));
                error_at(span)
            }
        }
    }

    /// `a.b` of `a.b.check(…)`, where that is a module and no variable hides it.
    fn module_receiver(&mut self, callee: &ast::Expr) -> Option<String> {
        let module = module_of(callee)?;
        let root = module.split('.').next().unwrap_or_default();
        if self.variable(root).is_some() || self.world.param(self.file, root, self.log).is_some() {
            return None;
        }
        self.world.modules.contains_key(module.as_str()).then_some(module)
    }

    fn unknown_function(&mut self, name: &ast::Ident, args: &[Arg]) {
        if self.world.is_poisoned(self.file, &name.text) {
            return;
        }
        let checks = self.world.callable(self.file);
        let relations: Vec<&str> = self.world.signatures.relations.iter().map(|relation| relation.name).collect();
        let named = args.iter().any(|arg| arg.name.is_some());
        let diagnostic =
            if self.variable(&name.text).is_some() || self.world.param(self.file, &name.text, self.log).is_some() {
                diags::value_called(name.span, &name.text)
            } else {
                diags::unknown_function(name.span, &name.text, &checks, &relations, named || args.is_empty())
            };
        self.log.push(diagnostic);
    }

    /// `check(name: value)`: every argument is named, in any order.
    fn check_call(&mut self, check: usize, name_span: Span, args: &[Arg], span: Span) -> Expr {
        if self.reach != Reach::Everything {
            self.log.push(diags::out_of_reach(span, self.reach));
            return error_at(span);
        }
        let world = self.world;
        let Some(decl) = world.checks.get(check) else { return error_at(span) };
        let params = &decl.params;
        let mut given: Vec<Option<Expr>> = params.iter().map(|_| None).collect();
        let mut failed = false;
        let mut positional = 0_usize;
        // Missing arguments are no news where some could not be attributed.
        let mut incomplete = false;
        for arg in args {
            let Some(name) = &arg.name else {
                // The parameter that stands at this place and has no argument of its name.
                let param = params.get(positional).filter(|param| {
                    !args.iter().any(|other| other.name.as_ref().is_some_and(|name| name.text == param.name))
                });
                positional = positional.saturating_add(1);
                if self.log.is_full(span.source) {
                    return Expr { kind: ExprKind::Error, ty: Ty::Result, span };
                }
                self.log.push(diags::positional_argument(arg.value.span, &decl.name, param, params));
                (failed, incomplete) = (true, true);
                continue;
            };
            let found = params.iter().zip(given.iter_mut()).find(|(param, _)| param.name == name.text);
            let Some((param, slot)) = found else {
                let own = self.is_own(decl.unit);
                self.log.push(diags::unknown_argument(name.span, &name.text, &decl.name, params, own));
                (failed, incomplete) = (true, true);
                continue;
            };
            if slot.is_some() {
                self.log.push(diags::duplicate_argument(name.span, &name.text));
                failed = true;
                continue;
            }
            let value = self.expr(&arg.value, Some(&param.ty));
            let own = self.is_own(decl.unit);
            let declared = own.then_some((param.span, "the parameter is declared here"));
            let value = self.agree(value, &param.ty, By::Argument(&param.name), declared);
            failed |= matches!(value.kind, ExprKind::Error);
            *slot = Some(value);
        }
        let mut values = Vec::with_capacity(params.len());
        for (param, value) in params.iter().zip(given) {
            match (value, &param.default, &param.ty) {
                (Some(value), ..) => values.push(value),
                (None, Some(default), ty) => values.push(constant(default.clone(), types::plain(ty).clone(), span)),
                (None, None, Ty::Optional(_)) => values.push(constant(Const::Null, param.ty.clone(), span)),
                (None, None, _) => {
                    // A parameter whose own type did not compile says so itself.
                    if !incomplete && param.ty != Ty::Unknown {
                        let doc = decl.block.doc.as_ref().map(|doc| doc.text.as_str());
                        self.log.push(diags::missing_argument(name_span, &decl.name, param, doc));
                    }
                    failed = true;
                }
            }
        }
        // Part of a cycle, which was reported where the checks were ordered.
        if failed || self.check.is_some_and(|current| check >= current) {
            return Expr { kind: ExprKind::Error, ty: Ty::Result, span };
        }
        if let Some((require, otherwise)) = &decl.require
            && arguments::violates(require, params, &values)
        {
            self.log.push(diags::unmet_requirement(span, &decl.name, otherwise));
        }
        if decl.is_question() {
            self.questions.push((span, Arc::clone(&decl.name)));
        }
        let id = CheckId(u32::try_from(check).unwrap_or(u32::MAX));
        Expr { kind: ExprKind::Check { check: id, args: values }, ty: Ty::Result, span }
    }

    /// Whether a declaration's source is the author's: the standard library's places are no help.
    fn is_own(&self, unit: usize) -> bool {
        self.world.units.get(unit).is_some_and(|unit| unit.role != super::super::world::Role::Std)
    }

    /// `functions(scope)`.
    fn relation(
        &mut self,
        relation: &RelationSpec,
        name_span: Span,
        args: &[Arg],
        args_span: Span,
        span: Span,
    ) -> Expr {
        if self.reach != Reach::Everything {
            self.log.push(diags::out_of_reach(span, self.reach));
            return error_at(span);
        }
        let ty = Ty::list(Ty::Row(relation.row));
        let signature = diags::signature(relation.name, &relation.params);
        let Some(values) = self.positional(&relation.params, &signature, name_span, args, args_span) else {
            // The rows are known all the same: what is said of them can be checked.
            return Expr { kind: ExprKind::Error, ty, span };
        };
        Expr { kind: ExprKind::Relation { relation: relation.name, args: values }, ty, span }
    }

    /// Arguments by place; scopes and regexes must be known when the plan is made. Nothing where one is wrong.
    pub(super) fn positional(
        &mut self,
        params: &[(&'static str, Ty)],
        signature: &str,
        name_span: Span,
        args: &[Arg],
        args_span: Span,
    ) -> Option<Vec<Expr>> {
        let required = params.iter().filter(|(_, ty)| !matches!(ty, Ty::Optional(_))).count();
        let mut fine = true;
        if args.len() < required || args.len() > params.len() {
            let extra = args.get(params.len()).map(|arg| arg.value.span);
            self.log.push(diags::argument_count(name_span, extra, args.len(), signature, params));
            fine = false;
        }
        let mut values = Vec::with_capacity(params.len());
        for (arg, (name, ty)) in args.iter().zip(params) {
            if let Some(label) = &arg.name {
                self.log.push(diags::named_argument(label.span.to(arg.value.span.before()), &label.text, signature));
                fine = false;
            }
            let value = self.check(&arg.value, ty, By::Argument(name));
            if matches!(value.kind, ExprKind::Error) {
                fine = false;
            } else if is_planned(ty) && !self.is_static(&value) {
                self.log.push(diags::computed_scope(value.span, types::plain(ty), name));
                fine = false;
            }
            values.push(value);
        }
        for (_, ty) in params.iter().skip(values.len()) {
            values.push(constant(Const::Null, ty.clone(), args_span));
        }
        fine.then_some(values)
    }

    /// `has(x)`, `size(x)`, `int(x)`, `double(x)`, `string(x)`.
    fn builtin_call(&mut self, function: &'static str, name_span: Span, args: &[Arg], span: Span) -> Expr {
        let [arg] = args else {
            let params = [("x", Ty::Unknown)];
            let signature = format!("{function}(x)");
            self.log.push(diags::argument_count(name_span, None, args.len(), &signature, &params));
            return error_at(span);
        };
        if let Some(label) = &arg.name {
            let place = label.span.to(arg.value.span.before());
            self.log.push(diags::named_argument(place, &label.text, &format!("{function}(x)")));
            return error_at(span);
        }
        if function == "has" {
            return self.has(&arg.value, span);
        }
        let value = self.expr(&arg.value, None);
        if let Ty::Optional(_) = value.ty {
            let text = self.world.sources.text(value.span);
            self.log.push(diags::possibly_missing(value.span, text, &value.ty));
            return error_at(span);
        }
        let (builtin_kind, ty, fits) = match function {
            "size" => (Builtin::Size, Ty::Int, types::is_text(&value.ty) || matches!(value.ty, Ty::List(_))),
            "int" => (Builtin::ToInt, Ty::Int, matches!(value.ty, Ty::Int | Ty::Decimal | Ty::Text | Ty::Json)),
            "double" => {
                (Builtin::ToDecimal, Ty::Decimal, matches!(value.ty, Ty::Int | Ty::Decimal | Ty::Text | Ty::Json))
            }
            _ => (
                Builtin::ToText,
                Ty::Text,
                types::is_text(&value.ty)
                    || matches!(value.ty, Ty::Int | Ty::Decimal | Ty::Bool | Ty::Json | Ty::Enum(_)),
            ),
        };
        if value.ty == Ty::Unknown {
            return error_at(span);
        }
        if !fits {
            self.log.push(diags::no_function_overload(name_span, function, &value));
            return error_at(span);
        }
        builtin(builtin_kind, vec![value], ty, span)
    }

    /// `has(row.column)`, `has(parameter)`.
    fn has(&mut self, asked: &ast::Expr, span: Span) -> Expr {
        if !matches!(asked.kind, ast::ExprKind::Name(_) | ast::ExprKind::Select { .. } | ast::ExprKind::Error) {
            self.log.push(diags::has_of_expression(asked.span));
            return error_at(span);
        }
        let value = self.expr(asked, None);
        match (&value.kind, &value.ty) {
            (_, Ty::Unknown) => error_at(span),
            (ExprKind::Const(constant_value), _) => {
                constant(Const::Bool(*constant_value != Const::Null), Ty::Bool, span)
            }
            (_, Ty::Optional(_)) => Expr { kind: ExprKind::Has(Box::new(value)), ty: Ty::Bool, span },
            // Asked twice: still true.
            _ if self.is_given(&value) => constant(Const::Bool(true), Ty::Bool, span),
            _ => {
                let text = self.world.sources.text(value.span);
                self.log.push(diags::always_given(asked.span, text, &value.ty));
                error_at(span)
            }
        }
    }
}

/// Whether the plan must know a value of this type.
pub(super) fn is_planned(ty: &Ty) -> bool {
    match types::plain(ty) {
        Ty::Refined(Refinement::Files | Refinement::Regex | Refinement::Glob) => true,
        Ty::List(item) => is_planned(item),
        _ => false,
    }
}
