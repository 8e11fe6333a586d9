//! Calls with a receiver: methods of rows, CEL's functions on texts and lists, its macros, and `orValue`.

use crate::base::schema::Ty;
use crate::base::span::Span;
use crate::syntax::ast::{self, Arg, Ident};

use super::super::diags;
use super::super::expr::{Builtin, Expr, ExprKind, MacroKind};
use super::super::types;
use super::operators::builtin;
use super::{By, Infer, error_at};

/// Methods of texts.
const OF_TEXT: [&str; 5] = ["contains", "startsWith", "endsWith", "matches", "size"];
/// Methods and macros of lists.
const OF_LIST: [&str; 6] = ["all", "exists", "exists_one", "filter", "map", "size"];

impl Infer<'_, '_> {
    /// `receiver.name(args)`.
    pub(super) fn method(&mut self, base: &ast::Expr, name: &Ident, args: &[Arg], args_span: Span, span: Span) -> Expr {
        let receiver = self.expr(base, None);
        if &*name.text == "orValue" {
            return self.or_value(receiver, name, args, span);
        }
        match &receiver.ty {
            Ty::Unknown => error_at(span),
            Ty::Row(row) => self.row_method(receiver.clone(), row, name, args, args_span, span),
            Ty::List(item) => {
                let item = (**item).clone();
                self.list_method(receiver, &item, name, args, args_span, span)
            }
            Ty::Optional(_) => {
                let text = self.world.sources.text(receiver.span);
                self.log.push(diags::possibly_missing(receiver.span, text, &receiver.ty));
                error_at(span)
            }
            ty if types::is_text(ty) => self.text_method(receiver, name, args, args_span, span),
            ty => {
                self.log.push(diags::unknown_method(name.span, &name.text, ty, &[]));
                error_at(span)
            }
        }
    }

    fn row_method(
        &mut self,
        receiver: Expr,
        row: &'static str,
        name: &Ident,
        args: &[Arg],
        args_span: Span,
        span: Span,
    ) -> Expr {
        let world = self.world;
        let Some(spec) = world.row(row) else { return error_at(span) };
        let Some(method) = spec.methods.iter().find(|method| method.name == &*name.text) else {
            if spec.columns.iter().any(|column| column.name == &*name.text) {
                self.log.push(diags::column_called(name.span, args_span, &name.text));
            } else {
                let methods: Vec<&str> = spec.methods.iter().map(|method| method.name).collect();
                self.log.push(diags::unknown_method(name.span, &name.text, &receiver.ty, &methods));
            }
            return error_at(span);
        };
        let signature = diags::signature(method.name, &method.params);
        let Some(values) = self.positional(&method.params, &signature, name.span, args, args_span) else {
            return Expr { kind: ExprKind::Error, ty: method.result.clone(), span };
        };
        let kind = ExprKind::Method { row: Box::new(receiver), method: method.name, args: values };
        Expr { kind, ty: method.result.clone(), span }
    }

    fn text_method(&mut self, receiver: Expr, name: &Ident, args: &[Arg], args_span: Span, span: Span) -> Expr {
        use crate::base::schema::Refinement;
        let (function, params, ty): (_, &[(&'static str, Ty)], _) = match &*name.text {
            "contains" => (Builtin::Contains, &[("text", Ty::Text)], Ty::Bool),
            "startsWith" => (Builtin::StartsWith, &[("text", Ty::Text)], Ty::Bool),
            "endsWith" => (Builtin::EndsWith, &[("text", Ty::Text)], Ty::Bool),
            "matches" => (Builtin::Matches, &[("regex", Ty::Refined(Refinement::Regex))], Ty::Bool),
            "size" => (Builtin::Size, &[], Ty::Int),
            _ => {
                self.log.push(diags::unknown_method(name.span, &name.text, &receiver.ty, &OF_TEXT));
                return error_at(span);
            }
        };
        let signature = diags::signature(&name.text, params);
        match self.positional(params, &signature, name.span, args, args_span) {
            Some(values) => builtin(function, std::iter::once(receiver).chain(values).collect(), ty, span),
            None => Expr { kind: ExprKind::Error, ty, span },
        }
    }

    fn list_method(
        &mut self,
        receiver: Expr,
        item: &Ty,
        name: &Ident,
        args: &[Arg],
        args_span: Span,
        span: Span,
    ) -> Expr {
        let kind = match &*name.text {
            "size" => {
                return match self.positional(&[], "size()", name.span, args, args_span) {
                    Some(_) => builtin(Builtin::Size, vec![receiver], Ty::Int, span),
                    None => error_at(span),
                };
            }
            "all" => MacroKind::All,
            "exists" => MacroKind::Exists,
            "exists_one" => MacroKind::ExistsOne,
            "filter" => MacroKind::Filter,
            "map" => MacroKind::Map,
            _ => {
                self.log.push(diags::unknown_method(name.span, &name.text, &receiver.ty, &OF_LIST));
                return error_at(span);
            }
        };
        if kind == MacroKind::All && is_relation(&receiver) {
            self.all_on_relation(&receiver, name, args, span);
            return error_at(span);
        }
        let [Arg { name: None, value: variable }, Arg { name: None, value: body }] = args else {
            self.log.push(diags::macro_arguments(args_span, &name.text));
            return error_at(span);
        };
        let ast::ExprKind::Name(variable) = &variable.kind else {
            self.log.push(diags::macro_variable(variable.span, &name.text));
            return error_at(span);
        };
        let local = self.bind(variable, item.clone(), false);
        let body = if kind == MacroKind::Map { self.expr(body, None) } else { self.condition(body, By::Condition) };
        self.unbind();
        if body.ty == Ty::Result {
            self.log.push(diags::result_as_value(body.span, "the body of `map`"));
            return error_at(span);
        }
        let ty = match kind {
            MacroKind::Map => Ty::list(body.ty.clone()),
            MacroKind::Filter => receiver.ty.clone(),
            _ => Ty::Bool,
        };
        if matches!(body.kind, ExprKind::Error) || matches!(receiver.kind, ExprKind::Error) {
            return Expr { kind: ExprKind::Error, ty, span };
        }
        let kind = ExprKind::Macro { kind, variable: local, source: Box::new(receiver), body: Box::new(body) };
        Expr { kind, ty, span }
    }

    /// `.all` on a relation would be true of nothing; `every` says what nothing means.
    fn all_on_relation(&mut self, receiver: &Expr, name: &Ident, args: &[Arg], span: Span) {
        let sources = self.world.sources;
        let fix = match args {
            [Arg { name: None, value: variable }, Arg { name: None, value: body }]
                if matches!(receiver.kind, ExprKind::Relation { .. }) =>
            {
                Some(format!(
                    "(every {} in {} {{ {} }})",
                    sources.text(variable.span),
                    sources.text(receiver.span),
                    sources.text(body.span)
                ))
            }
            _ => None,
        };
        self.log.push(diags::all_on_relation(name.span, span, fix));
    }

    /// `optional.orValue(other)`.
    fn or_value(&mut self, receiver: Expr, name: &Ident, args: &[Arg], span: Span) -> Expr {
        let inner = match &receiver.ty {
            Ty::Unknown => return error_at(span),
            Ty::Optional(inner) => (**inner).clone(),
            ty => {
                let text = self.world.sources.text(receiver.span);
                self.log.push(diags::needless_or_value(name.span, text, ty));
                return error_at(span);
            }
        };
        let [Arg { name: None, value }] = args else {
            let params = [("other", inner)];
            let signature = diags::signature("orValue", &params);
            self.log.push(diags::argument_count(name.span, None, args.len(), &signature, &params));
            return error_at(span);
        };
        let other = self.check(value, &inner, By::Argument("other"));
        if matches!(other.kind, ExprKind::Error) {
            return Expr { kind: ExprKind::Error, ty: inner, span };
        }
        Expr { kind: ExprKind::OrValue(Box::new(receiver), Box::new(other)), ty: inner, span }
    }
}

/// Rows of the target, filtered or not.
pub(super) fn is_relation(expr: &Expr) -> bool {
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Relation { .. } => return true,
            ExprKind::Macro { kind: MacroKind::Filter | MacroKind::Map, source, .. } => at = source,
            _ => return false,
        }
    }
}
