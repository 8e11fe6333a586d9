//! CEL's operators on values, and the three-valued logic on results.

use crate::base::schema::{Refinement, Ty};
use crate::base::span::Span;
use crate::syntax::ast::{self, BinaryOp, UnaryOp};

use super::super::diags;
use super::super::expr::{Builtin, Const, Expr, ExprKind};
use super::super::types;
use super::{By, Infer, error_at, lift};

impl Infer<'_, '_> {
    /// `!x`, `-x`.
    pub(super) fn unary(&mut self, op: UnaryOp, op_span: Span, operand: &ast::Expr, span: Span) -> Expr {
        let value = self.expr(operand, None);
        match (op, &value.ty) {
            (_, Ty::Unknown) => error_at(span),
            (UnaryOp::Not, Ty::Bool) => builtin(Builtin::Not, vec![value], Ty::Bool, span),
            (UnaryOp::Not, Ty::Result) => Expr { kind: ExprKind::Negated(Box::new(value)), ty: Ty::Result, span },
            (UnaryOp::Not, _) => {
                self.log.push(diags::not_a_condition(&value, "!", self.world.sources.text(value.span)));
                error_at(span)
            }
            (UnaryOp::Negate, Ty::Int | Ty::Decimal) => {
                let ty = value.ty.clone();
                match value.kind {
                    ExprKind::Const(Const::Int(number)) if number != i64::MIN => {
                        Expr { kind: ExprKind::Const(Const::Int(number.saturating_neg())), ty, span }
                    }
                    ExprKind::Const(Const::Decimal(number)) => {
                        Expr { kind: ExprKind::Const(Const::Decimal(-number)), ty, span }
                    }
                    kind => builtin(Builtin::Negate, vec![Expr { kind, ty: ty.clone(), span: value.span }], ty, span),
                }
            }
            (UnaryOp::Negate, ty) => {
                self.log.push(diags::no_unary(op_span, "-", ty));
                error_at(span)
            }
        }
    }

    /// `a op b`.
    pub(super) fn binary(
        &mut self,
        whole: &ast::Expr,
        op: BinaryOp,
        op_span: Span,
        left: &ast::Expr,
        right: &ast::Expr,
    ) -> Expr {
        match op {
            BinaryOp::And | BinaryOp::Or => self.logic(whole, op),
            BinaryOp::Equal | BinaryOp::NotEqual => {
                let (left, right) = self.pair(left, right, |ty| ty.clone(), |ty| ty.clone());
                self.equality(op, op_span, left, right, whole.span)
            }
            BinaryOp::Less | BinaryOp::LessEqual | BinaryOp::Greater | BinaryOp::GreaterEqual => {
                let (left, right) = self.pair(left, right, |ty| ty.clone(), |ty| ty.clone());
                self.ordering(op, op_span, left, right, whole.span)
            }
            BinaryOp::In => {
                let (left, right) = self.pair(
                    left,
                    right,
                    |item| Ty::list(types::plain(item).clone()),
                    |list| match types::plain(list) {
                        Ty::List(item) => (**item).clone(),
                        _ => Ty::Unknown,
                    },
                );
                self.membership(op_span, left, right, whole.span)
            }
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => {
                let left = self.expr(left, None);
                let right = self.expr(right, None);
                self.arithmetic(op, op_span, left, right, whole.span)
            }
        }
    }

    /// Types two operands, the one that says more first: a literal or an enum's word takes its meaning from the other.
    fn pair(
        &mut self,
        left: &ast::Expr,
        right: &ast::Expr,
        right_from_left: impl Fn(&Ty) -> Ty,
        left_from_right: impl Fn(&Ty) -> Ty,
    ) -> (Expr, Expr) {
        if self.is_bare(left) && !self.is_bare(right) {
            let right = self.expr(right, None);
            let hint = left_from_right(&right.ty);
            let left = self.with_hint(left, &hint);
            (left, right)
        } else {
            let left = self.expr(left, None);
            let hint = right_from_left(&left.ty);
            let right = self.with_hint(right, &hint);
            (left, right)
        }
    }

    /// Where the other side did not compile, an enum's word cannot be judged.
    fn with_hint(&mut self, expr: &ast::Expr, hint: &Ty) -> Expr {
        let unknown = matches!(hint, Ty::Unknown) || matches!(hint, Ty::List(item) if **item == Ty::Unknown);
        if unknown && self.is_enum_word(expr) {
            return error_at(expr.span);
        }
        self.expr(expr, (!unknown).then_some(hint))
    }

    /// Whether an expression takes its type from its place.
    fn is_bare(&self, expr: &ast::Expr) -> bool {
        match &expr.kind {
            ast::ExprKind::Text(_) | ast::ExprKind::Null => true,
            ast::ExprKind::List(items) => items.iter().all(|item| self.is_bare(item)),
            _ => self.is_enum_word(expr),
        }
    }

    /// `&&` and `||`, a whole chain at once. One result among the operands makes all of them results.
    fn logic(&mut self, whole: &ast::Expr, op: BinaryOp) -> Expr {
        let mut operands = Vec::new();
        let mut at = whole;
        while let ast::ExprKind::Binary { op: inner, left, right, .. } = &at.kind {
            if *inner != op {
                break;
            }
            operands.push(&**right);
            at = left;
        }
        operands.push(at);
        operands.reverse();
        let known = self.known();
        let mut typed = Vec::with_capacity(operands.len());
        for operand in operands {
            let value = self.expr(operand, None);
            if matches!(value.ty, Ty::Bool | Ty::Result | Ty::Unknown) {
                self.assume(&value, op == BinaryOp::And);
                typed.push(value);
            } else {
                let text = self.world.sources.text(value.span);
                self.log.push(diags::not_a_condition(&value, op.symbol(), text));
                typed.push(error_at(value.span));
            }
        }
        self.forget(known);
        let has_result = typed.iter().any(|value| value.ty == Ty::Result);
        if !has_result && typed.iter().any(|value| value.ty == Ty::Unknown) {
            return error_at(whole.span);
        }
        let and = op == BinaryOp::And;
        if has_result {
            let typed: Vec<Expr> = typed.into_iter().map(lift).collect();
            let kind = if and { ExprKind::AllOf(typed) } else { ExprKind::AnyOf(typed) };
            Expr { kind, ty: Ty::Result, span: whole.span }
        } else {
            builtin(if and { Builtin::And } else { Builtin::Or }, typed, Ty::Bool, whole.span)
        }
    }

    fn equality(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        if !self.operands_are_given(&left, &right) {
            return error_at(span);
        }
        if !types::comparable(&left.ty, &right.ty) || matches!((&left.ty, &right.ty), (Ty::Null, Ty::Null)) {
            self.log.push(diags::no_overload(op_span, op.symbol(), &left, &right));
            return error_at(span);
        }
        if matches!(left.ty, Ty::List(ref item) if matches!(**item, Ty::Row(_))) {
            self.log.push(diags::no_overload(op_span, op.symbol(), &left, &right));
            return error_at(span);
        }
        let function = if op == BinaryOp::Equal { Builtin::Equal } else { Builtin::NotEqual };
        builtin(function, vec![left, right], Ty::Bool, span)
    }

    fn ordering(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        if !self.operands_are_given(&left, &right) {
            return error_at(span);
        }
        if !types::ordered(&left.ty, &right.ty) {
            self.log.push(diags::no_overload(op_span, op.symbol(), &left, &right));
            return error_at(span);
        }
        let function = match op {
            BinaryOp::Less => Builtin::Less,
            BinaryOp::LessEqual => Builtin::LessEqual,
            BinaryOp::Greater => Builtin::Greater,
            _ => Builtin::GreaterEqual,
        };
        builtin(function, vec![left, right], Ty::Bool, span)
    }

    fn membership(&mut self, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        if !self.operands_are_given(&left, &right) {
            return error_at(span);
        }
        let fits = match &right.ty {
            Ty::List(item) => types::comparable(&left.ty, item) && !matches!(**item, Ty::Row(_)),
            _ => false,
        };
        if !fits {
            self.log.push(diags::no_overload(op_span, "in", &left, &right));
            return error_at(span);
        }
        builtin(Builtin::In, vec![left, right], Ty::Bool, span)
    }

    fn arithmetic(&mut self, op: BinaryOp, op_span: Span, left: Expr, right: Expr, span: Span) -> Expr {
        if !self.operands_are_given(&left, &right) {
            return error_at(span);
        }
        let ty = match (op, &left.ty, &right.ty) {
            (_, Ty::Int, Ty::Int) => Some(Ty::Int),
            (BinaryOp::Remainder, ..) => None,
            (_, Ty::Decimal, Ty::Decimal) => Some(Ty::Decimal),
            (BinaryOp::Add, left, right)
                if types::is_text(left) && types::is_text(right) && !clock(left) && !clock(right) =>
            {
                Some(Ty::Text)
            }
            (BinaryOp::Add, Ty::List(left), Ty::List(right)) if !matches!(**left, Ty::Row(_)) => {
                if types::agrees(right, left) {
                    Some(Ty::List(left.clone()))
                } else if types::agrees(left, right) {
                    Some(Ty::List(right.clone()))
                } else {
                    None
                }
            }
            _ => None,
        };
        let Some(ty) = ty else {
            self.log.push(diags::no_overload(op_span, op.symbol(), &left, &right));
            return error_at(span);
        };
        let function = match op {
            BinaryOp::Add => Builtin::Add,
            BinaryOp::Subtract => Builtin::Subtract,
            BinaryOp::Multiply => Builtin::Multiply,
            BinaryOp::Divide => Builtin::Divide,
            _ => Builtin::Remainder,
        };
        builtin(function, vec![left, right], ty, span)
    }

    /// Reports an operand that may be missing, or that is a result; false also where one did not compile.
    fn operands_are_given(&mut self, left: &Expr, right: &Expr) -> bool {
        let mut fine = true;
        for operand in [left, right] {
            match &operand.ty {
                Ty::Unknown => fine = false,
                Ty::Optional(_) => {
                    let text = self.world.sources.text(operand.span);
                    self.log.push(diags::possibly_missing(operand.span, text, &operand.ty));
                    fine = false;
                }
                Ty::Result => {
                    self.log.push(diags::result_as_value(operand.span, "an operand"));
                    fine = false;
                }
                _ => {}
            }
        }
        fine
    }

    /// A `Bool` where one is wanted and nothing else will do: the condition of a `where`.
    pub(super) fn condition(&mut self, expr: &ast::Expr, by: By<'_>) -> Expr {
        self.check(expr, &Ty::Bool, by)
    }
}

/// Types that are texts to write but not to put together.
fn clock(ty: &Ty) -> bool {
    matches!(ty, Ty::Refined(Refinement::Date | Refinement::Timestamp | Refinement::Duration))
}

/// A function of CEL applied to operands.
pub(super) fn builtin(function: Builtin, args: Vec<Expr>, ty: Ty, span: Span) -> Expr {
    Expr { kind: ExprKind::Builtin { function, args }, ty, span }
}
