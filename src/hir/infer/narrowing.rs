//! What `has()` tells about the rest of an expression: in the right side of `&&`, the right side of `||` after `!has`,
//! both arms of `?:`, after a `where`, and through the bodies of macros and quantifiers.

use crate::base::schema::Ty;

use super::super::expr::{Builtin, Expr, ExprKind, Local};
use super::super::types;
use super::Infer;

/// Something that may be asked for: a variable, a value of the run, or columns of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    root: Root,
    columns: Vec<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Root {
    Local(Local),
    Value(&'static str),
}

impl Place {
    /// The place that an expression names.
    fn of(expr: &Expr) -> Option<Self> {
        let mut columns = Vec::new();
        let mut at = expr;
        loop {
            let root = match &at.kind {
                ExprKind::Local(local) => Root::Local(*local),
                ExprKind::Value(name) => Root::Value(name),
                ExprKind::Column { row, column } => {
                    columns.push(*column);
                    at = row;
                    continue;
                }
                _ => return None,
            };
            columns.reverse();
            return Some(Self { root, columns });
        }
    }
}

/// The places that are given where `expr` is `truth`.
fn given(expr: &Expr, truth: bool, into: &mut Vec<Place>) {
    match &expr.kind {
        ExprKind::Has(asked) if truth => into.extend(Place::of(asked)),
        ExprKind::Lift(inner) => given(inner, truth, into),
        ExprKind::Builtin { function: Builtin::Not, args } => {
            if let [inner] = args.as_slice() {
                given(inner, !truth, into);
            }
        }
        ExprKind::Negated(inner) => given(inner, !truth, into),
        ExprKind::Builtin { function: Builtin::And, args } | ExprKind::AllOf(args) if truth => {
            for arg in args {
                given(arg, truth, into);
            }
        }
        ExprKind::Builtin { function: Builtin::Or, args } | ExprKind::AnyOf(args) if !truth => {
            for arg in args {
                given(arg, truth, into);
            }
        }
        _ => {}
    }
}

impl Infer<'_, '_> {
    /// From here on `expr` is known to be `truth`.
    pub(in crate::hir) fn assume(&mut self, expr: &Expr, truth: bool) {
        given(expr, truth, &mut self.narrowed);
    }

    /// How much is known now; [`Self::forget`] goes back to it.
    pub(super) fn known(&self) -> usize {
        self.narrowed.len()
    }

    /// Forgets what was learnt since.
    pub(super) fn forget(&mut self, known: usize) {
        self.narrowed.truncate(known);
    }

    /// Opens `T?` where its place is known to be given.
    pub(super) fn narrow(&self, expr: Expr) -> Expr {
        if matches!(expr.ty, Ty::Optional(_)) && self.is_given(&expr) {
            let ty = types::plain(&expr.ty).clone();
            return Expr { ty, ..expr };
        }
        expr
    }

    /// Whether a place is known to be given.
    pub(super) fn is_given(&self, expr: &Expr) -> bool {
        Place::of(expr).is_some_and(|place| self.narrowed.contains(&place))
    }
}
