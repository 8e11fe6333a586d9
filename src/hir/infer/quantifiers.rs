//! `every`, `any` and `no`: a result over a relation, a row's own list, or a list of parameters.

use std::sync::Arc;

use crate::base::schema::Ty;
use crate::base::span::Span;
use crate::syntax::ast::{Quantifier, QuantifierKind};

use super::super::diags;
use super::super::expr::{Expr, ExprKind};
use super::{By, Infer, Reach, error_at};

impl Infer<'_, '_> {
    /// `every x in S where P { Q }`.
    pub(super) fn quantifier(&mut self, quantifier: &Quantifier, span: Span) -> Expr {
        if self.reach != Reach::Everything {
            self.log.push(diags::out_of_reach(quantifier.kind_span, self.reach));
            return error_at(span);
        }
        let source = self.expr(&quantifier.source, None);
        let range = self.ranges_over(&source);
        let ranges = range.is_some();
        // The body is typed all the same: with a variable of unknown type it says nothing wrong.
        let (item, constant) = range.unwrap_or((Ty::Unknown, true));
        let known = self.known();
        let variable = self.bind(&quantifier.variable, item, constant);
        let filter = quantifier.filter.as_ref().map(|filter| {
            let filter = self.condition(filter, By::Where);
            self.assume(&filter, true);
            filter
        });
        let body = quantifier.body.as_ref().map(|body| self.check(body, &Ty::Result, By::Body));
        self.unbind();
        self.forget(known);
        if quantifier.kind == QuantifierKind::Every && body.is_none() {
            self.log.push(diags::every_without_body(quantifier.kind_span));
            return Expr { kind: ExprKind::Error, ty: Ty::Result, span };
        }
        let failed = !ranges
            || matches!(source.kind, ExprKind::Error)
            || filter.as_ref().is_some_and(|filter| matches!(filter.kind, ExprKind::Error))
            || body.as_ref().is_some_and(|body| matches!(body.kind, ExprKind::Error));
        if failed {
            return Expr { kind: ExprKind::Error, ty: Ty::Result, span };
        }
        let kind = ExprKind::Quantifier {
            kind: quantifier.kind,
            variable,
            name: Arc::clone(&quantifier.variable.text),
            source: Box::new(source),
            filter: filter.map(Box::new),
            body: body.map(Box::new),
        };
        Expr { kind, ty: Ty::Result, span }
    }

    /// The type of the elements, and whether they are known when the plan is made.
    fn ranges_over(&mut self, source: &Expr) -> Option<(Ty, bool)> {
        let Ty::List(item) = &source.ty else {
            match &source.ty {
                Ty::Unknown => {}
                Ty::Optional(inner) if matches!(**inner, Ty::List(_)) => {
                    let text = self.world.sources.text(source.span);
                    self.log.push(diags::possibly_missing(source.span, text, &source.ty));
                }
                ty => self.log.push(diags::not_iterable(source.span, ty)),
            }
            return None;
        };
        match &source.kind {
            ExprKind::Relation { .. } | ExprKind::Column { .. } | ExprKind::Method { .. } | ExprKind::Error => {
                Some(((**item).clone(), false))
            }
            ExprKind::Local(_) => Some(((**item).clone(), self.is_static(source))),
            // A list of a package's parameters. A list that is written out is none.
            ExprKind::Const(_) if !self.world.sources.text(source.span).starts_with('[') => {
                Some(((**item).clone(), true))
            }
            ExprKind::OrValue(..) if self.is_static(source) => Some(((**item).clone(), true)),
            ExprKind::Macro { .. } => {
                self.log.push(diags::quantifier_over_macro(source.span));
                None
            }
            _ => {
                self.log.push(diags::quantifier_over_expression(source.span));
                None
            }
        }
    }
}
