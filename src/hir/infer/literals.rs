//! Literals: their meaning comes from the type of their place, and an error points inside them.

use std::sync::Arc;

use crate::base::literal::{self, LiteralError};
use crate::base::schema::{Refinement, Ty};
use crate::base::span::Span;
use crate::syntax::ast;

use super::super::diags;
use super::super::expr::{Const, Expr, ExprKind};
use super::super::types;
use super::{By, Infer, error_at};

/// Checks a text that is known now.
///
/// # Errors
/// Why it is not what the refinement says.
pub(in crate::hir) fn check_constant(refinement: Refinement, text: &str) -> Result<(), LiteralError> {
    literal::check(refinement, text)
}

impl Infer<'_, '_> {
    /// A text literal.
    pub(super) fn text(&mut self, text: &ast::Text, hint: Option<&Ty>) -> Expr {
        let refinement = match hint.map(types::plain) {
            Some(Ty::Refined(refinement)) => Some(*refinement),
            _ => None,
        };
        if let Some(refinement) = refinement
            && let Err(error) = self.sound(refinement, &text.value)
        {
            let inside = text.inside(error.range.start, error.range.end);
            // An empty place inside the literal shows nothing.
            let span = if inside.start == inside.end { text.span } else { inside };
            self.log.push(diags::bad_literal(span, refinement, &error));
            return error_at(text.span);
        }
        let ty = refinement.map_or(Ty::Text, Ty::Refined);
        Expr { kind: ExprKind::Const(Const::Text(Arc::clone(&text.value))), ty, span: text.span }
    }

    /// [`check_constant`], once for each text.
    fn sound(&mut self, refinement: Refinement, text: &Arc<str>) -> Result<(), LiteralError> {
        let key = (refinement, Arc::clone(text));
        if !self.log.sound.contains(&key) {
            check_constant(refinement, text)?;
            self.log.sound.insert(key);
        }
        Ok(())
    }

    /// A date or duration literal.
    pub(super) fn time(&mut self, text: &str, refinement: Refinement, span: Span) -> Expr {
        if let Err(error) = check_constant(refinement, text) {
            let start = span.start.saturating_add(u32::try_from(error.range.start).unwrap_or(u32::MAX)).min(span.end);
            let end = span.start.saturating_add(u32::try_from(error.range.end).unwrap_or(u32::MAX)).min(span.end);
            let inside = if start < end { Span::new(span.source, start, end) } else { span };
            self.log.push(diags::bad_literal(inside, refinement, &error));
            return error_at(span);
        }
        Expr { kind: ExprKind::Const(Const::Text(text.into())), ty: Ty::Refined(refinement), span }
    }

    /// `[a, b]`: all elements of one type, or of any where JSON is expected.
    pub(super) fn list(&mut self, items: &[ast::Expr], span: Span, hint: Option<&Ty>) -> Expr {
        let mut item_ty = match hint.map(types::plain) {
            Some(Ty::List(item)) => Some((**item).clone()),
            Some(Ty::Json) => Some(Ty::Json),
            _ => None,
        };
        let mut typed = Vec::with_capacity(items.len());
        let mut failed = false;
        for item in items {
            let item = if let Some(ty) = &item_ty {
                self.check(item, ty, By::Element)
            } else {
                let item = self.expr(item, None);
                if item.ty != Ty::Unknown {
                    item_ty = Some(item.ty.clone());
                }
                item
            };
            if item.ty == Ty::Result {
                self.log.push(diags::result_as_value(item.span, "an element of a list"));
                failed = true;
            }
            failed |= matches!(item.kind, ExprKind::Error);
            typed.push(item);
        }
        if failed {
            return error_at(span);
        }
        let ty = Ty::list(item_ty.unwrap_or(Ty::Unknown));
        let constants: Option<Vec<Const>> = typed
            .iter()
            .map(|item| match &item.kind {
                ExprKind::Const(value) => Some(value.clone()),
                _ => None,
            })
            .collect();
        let kind = constants.map_or(ExprKind::List(typed), |values| ExprKind::Const(Const::List(values)));
        Expr { kind, ty, span }
    }
}
