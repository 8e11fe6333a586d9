//! Expressions: flat operands and operators to a tree with CEL's precedence, its height limited.

use super::{Lowerer, Node, unnamed};
use crate::base::limits::RULE_NESTING;
use crate::base::span::Span;
use crate::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, Ident, Quantifier, QuantifierKind, UnaryOp};
use crate::syntax::diags;
use crate::syntax::grammar::Rule;

/// A chain of `&&` or `||` with more parts than this becomes a balanced tree: both are associative, and a long
/// conjunction is no deep one.
const LEFT_NESTED: usize = 16;

/// An expression, the height of its tree, and what its context must know.
pub(super) struct Built {
    expr: Expr,
    height: usize,
    /// It ends with a quantifier without body, not in parentheses.
    open: bool,
}

impl Built {
    fn leaf(kind: ExprKind, span: Span) -> Self {
        Self { expr: Expr { kind, span }, height: 1, open: false }
    }
}

/// From the loosest to the tightest.
const LEVELS: usize = 5;

fn level_of(op: BinaryOp) -> usize {
    match op {
        BinaryOp::Or => 0,
        BinaryOp::And => 1,
        BinaryOp::Equal
        | BinaryOp::NotEqual
        | BinaryOp::Less
        | BinaryOp::LessEqual
        | BinaryOp::Greater
        | BinaryOp::GreaterEqual
        | BinaryOp::In => 2,
        BinaryOp::Add | BinaryOp::Subtract => 3,
        BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => 4,
    }
}

fn operator_of(written: &str) -> Option<BinaryOp> {
    const ALL: [BinaryOp; 14] = [
        BinaryOp::Or,
        BinaryOp::And,
        BinaryOp::Equal,
        BinaryOp::NotEqual,
        BinaryOp::Less,
        BinaryOp::LessEqual,
        BinaryOp::Greater,
        BinaryOp::GreaterEqual,
        BinaryOp::In,
        BinaryOp::Add,
        BinaryOp::Subtract,
        BinaryOp::Multiply,
        BinaryOp::Divide,
        BinaryOp::Remainder,
    ];
    ALL.into_iter().find(|op| op.symbol() == written)
}

impl Lowerer<'_> {
    /// A whole expression.
    pub(in crate::syntax) fn expr(&mut self, pair: Node<'_>) -> Expr {
        self.built(pair, 0).expr
    }

    /// A primary expression and what is selected, indexed and called: the subject of an expectation.
    pub(super) fn postfix_chain(&mut self, pair: Node<'_>) -> Expr {
        self.chain(pair, 0).expr
    }

    /// A node over parts of `height`; too high a tree is reported and dropped.
    fn node(&mut self, kind: ExprKind, span: Span, height: usize) -> Built {
        let height = height.saturating_add(1);
        if height > RULE_NESTING {
            if self.too_deep != Some(span.start) {
                self.too_deep = Some(span.start);
                self.diagnostics.push(diags::expression_too_deep(span));
            }
            return Built::leaf(ExprKind::Error, span);
        }
        Built { expr: Expr { kind, span }, height, open: false }
    }

    /// `depth` bounds the recursion where quantifiers or ternaries nest without brackets.
    fn built(&mut self, pair: Node<'_>, depth: usize) -> Built {
        let span = self.span(&pair);
        if depth > RULE_NESTING.saturating_mul(2) {
            self.diagnostics.push(diags::expression_too_deep(span));
            return Built::leaf(ExprKind::Error, span);
        }
        let mut operands = Vec::new();
        let mut operators = Vec::new();
        let mut arms = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::operand => operands.push(self.operand(part, depth)),
                Rule::infix => {
                    let place = self.span(&part);
                    if part.as_str() == "-" {
                        self.spaced(place);
                    }
                    match operator_of(part.as_str()) {
                        Some(op) => operators.push((op, place)),
                        None => self.bug(&part),
                    }
                }
                Rule::ternary => {
                    let mut both = Vec::new();
                    for arm in part.into_inner() {
                        both.push(self.built(arm, depth.saturating_add(1)));
                    }
                    let no = both.pop();
                    arms = both.pop().zip(no);
                }
                _ => self.bug(&part),
            }
        }
        for (operand, (op, _)) in operands.iter().zip(&operators) {
            if operand.open {
                self.diagnostics.push(diags::bare_quantifier(operand.expr.span, op.symbol()));
            }
        }
        let condition = self.fold(0, operands, operators, span);
        let Some((yes, no)) = arms else { return condition };
        let whole = condition.expr.span.to(no.expr.span);
        let height = condition.height.max(yes.height).max(no.height);
        let kind =
            ExprKind::Ternary { condition: Box::new(condition.expr), yes: Box::new(yes.expr), no: Box::new(no.expr) };
        self.node(kind, whole, height)
    }

    /// The grammar sees the blank after a minus only.
    fn spaced(&mut self, minus: Span) {
        let before = self.text.as_bytes().get((minus.start as usize).saturating_sub(1));
        if !before.is_some_and(u8::is_ascii_whitespace) {
            self.diagnostics.push(diags::minus_spacing(minus));
        }
    }

    /// The tree of a flat chain, from the operators of `level` inwards.
    fn fold(&mut self, level: usize, operands: Vec<Built>, operators: Vec<(BinaryOp, Span)>, whole: Span) -> Built {
        let mut operands = operands.into_iter();
        let Some(first) = operands.next() else { return Built::leaf(ExprKind::Error, whole) };
        if operators.is_empty() || level >= LEVELS {
            return first;
        }
        let mut parts = Vec::new();
        let mut joints = Vec::new();
        let (mut inner, mut inner_operators) = (vec![first], Vec::new());
        for ((op, place), operand) in operators.into_iter().zip(operands) {
            if level_of(op) == level {
                let (done, done_operators) = (std::mem::take(&mut inner), std::mem::take(&mut inner_operators));
                parts.push(self.fold(level.saturating_add(1), done, done_operators, whole));
                joints.push((op, place));
            } else {
                inner_operators.push((op, place));
            }
            inner.push(operand);
        }
        parts.push(self.fold(level.saturating_add(1), inner, inner_operators, whole));
        if level < 2 && parts.len() > LEFT_NESTED {
            return self.balance(parts, joints, whole);
        }
        let mut parts = parts.into_iter();
        let Some(mut left) = parts.next() else { return Built::leaf(ExprKind::Error, whole) };
        for ((op, place), right) in joints.into_iter().zip(parts) {
            left = self.join(left, op, place, right);
        }
        left
    }

    fn balance(&mut self, mut parts: Vec<Built>, mut joints: Vec<(BinaryOp, Span)>, whole: Span) -> Built {
        while parts.len() > 1 {
            let mut next = Vec::with_capacity(parts.len().div_ceil(2));
            let mut kept = Vec::with_capacity(joints.len() / 2);
            let mut rest = parts.into_iter();
            let mut between = joints.into_iter();
            while let Some(left) = rest.next() {
                match (between.next(), rest.next()) {
                    (Some((op, place)), Some(right)) => next.push(self.join(left, op, place, right)),
                    _ => next.push(left),
                }
                kept.extend(between.next());
            }
            (parts, joints) = (next, kept);
        }
        parts.pop().unwrap_or_else(|| Built::leaf(ExprKind::Error, whole))
    }

    fn join(&mut self, left: Built, op: BinaryOp, op_span: Span, right: Built) -> Built {
        let span = left.expr.span.to(right.expr.span);
        let height = left.height.max(right.height);
        let kind = ExprKind::Binary { op, op_span, left: Box::new(left.expr), right: Box::new(right.expr) };
        self.node(kind, span, height)
    }

    fn operand(&mut self, pair: Node<'_>, depth: usize) -> Built {
        let mut prefixes = Vec::new();
        let mut value: Option<Built> = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::prefix => {
                    let op = if part.as_str() == "!" { UnaryOp::Not } else { UnaryOp::Negate };
                    prefixes.push((op, self.span(&part)));
                }
                Rule::quantifier => value = Some(self.quantifier(part, depth)),
                _ => value = Some(self.link(value, part, depth)),
            }
        }
        let Some(mut built) = value else {
            return Built::leaf(ExprKind::Error, Span::new(self.source, 0, 0));
        };
        for (op, op_span) in prefixes.into_iter().rev() {
            let open = built.open;
            let span = op_span.to(built.expr.span);
            let kind = ExprKind::Unary { op, op_span, operand: Box::new(built.expr) };
            built = self.node(kind, span, built.height);
            built.open = open;
        }
        built
    }

    /// `primary postfix*`.
    fn chain(&mut self, pair: Node<'_>, depth: usize) -> Built {
        let span = self.span(&pair);
        let mut value = None;
        for part in pair.into_inner() {
            value = Some(self.link(value, part, depth));
        }
        value.unwrap_or_else(|| Built::leaf(ExprKind::Error, span))
    }

    /// The next part of a chain: its primary, or a postfix of what came so far.
    fn link(&mut self, base: Option<Built>, part: Node<'_>, depth: usize) -> Built {
        let place = self.span(&part);
        let Some(base) = base else { return self.primary(part, depth) };
        let span = base.expr.span.to(place);
        let height = base.height;
        match part.as_rule() {
            Rule::select => {
                let mut optional = false;
                let mut field = unnamed(place);
                for word in part.into_inner() {
                    match word.as_rule() {
                        Rule::optional_mark => optional = true,
                        Rule::name => field = self.ident(&word),
                        _ => self.bug(&word),
                    }
                }
                let kind = ExprKind::Select { base: Box::new(base.expr), optional, field };
                self.node(kind, span, height)
            }
            Rule::index => {
                let mut optional = false;
                let mut index = Built::leaf(ExprKind::Error, place);
                for word in part.into_inner() {
                    match word.as_rule() {
                        Rule::optional_mark => optional = true,
                        Rule::expr => index = self.built(word, depth.saturating_add(1)),
                        _ => self.bug(&word),
                    }
                }
                let height = height.max(index.height);
                let kind = ExprKind::Index { base: Box::new(base.expr), optional, index: Box::new(index.expr) };
                self.node(kind, span, height)
            }
            Rule::call => {
                let mut args = Vec::new();
                let mut height = height;
                for arg in part.into_inner() {
                    let mut name = None;
                    let mut value = Built::leaf(ExprKind::Error, self.span(&arg));
                    for word in arg.into_inner() {
                        match word.as_rule() {
                            Rule::label => name = word.into_inner().next().map(|label| self.ident(&label)),
                            Rule::expr => value = self.built(word, depth.saturating_add(1)),
                            _ => self.bug(&word),
                        }
                    }
                    height = height.max(value.height);
                    args.push(Arg { name, value: value.expr });
                }
                let kind = ExprKind::Call { callee: Box::new(base.expr), args, args_span: place };
                self.node(kind, span, height)
            }
            _ => {
                self.bug(&part);
                base
            }
        }
    }

    fn primary(&mut self, pair: Node<'_>, depth: usize) -> Built {
        let span = self.span(&pair);
        let or_error = |kind: Option<ExprKind>| Built::leaf(kind.unwrap_or(ExprKind::Error), span);
        match pair.as_rule() {
            Rule::text => or_error(Some(ExprKind::Text(self.text(&pair)))),
            Rule::code => or_error(Some(ExprKind::CodePattern(self.code_pattern(&pair)))),
            Rule::date => or_error(Some(ExprKind::Date(pair.as_str().into()))),
            Rule::duration => or_error(self.duration(&pair).map(|(number, unit)| ExprKind::Duration(number, unit))),
            Rule::decimal => or_error(self.decimal(&pair).map(ExprKind::Decimal)),
            Rule::int => or_error(self.integer(&pair).map(ExprKind::Int)),
            Rule::boolean => or_error(Some(ExprKind::Bool(pair.as_str() == "true"))),
            Rule::null => or_error(Some(ExprKind::Null)),
            Rule::paren => {
                let mut inner = Built::leaf(ExprKind::Error, span);
                for part in pair.into_inner() {
                    inner = self.built(part, depth.saturating_add(1));
                }
                inner.open = false;
                inner
            }
            Rule::list => {
                let mut elements = Vec::new();
                let mut height = 0;
                for part in pair.into_inner() {
                    let element = self.built(part, depth.saturating_add(1));
                    height = height.max(element.height);
                    elements.push(element.expr);
                }
                self.node(ExprKind::List(elements), span, height)
            }
            Rule::named => self.named(pair),
            _ => {
                self.bug(&pair);
                or_error(None)
            }
        }
    }

    /// A name, or `attacker on asset for [properties]`.
    fn named(&mut self, pair: Node<'_>) -> Built {
        let span = self.span(&pair);
        let mut names: Vec<Ident> = Vec::new();
        let mut properties = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::name => names.push(self.ident(&part)),
                Rule::properties => {
                    let words = part.into_inner().filter(|word| word.as_rule() == Rule::name);
                    properties = Some(words.map(|word| self.ident(&word)).collect());
                }
                Rule::kw_on => {}
                _ => self.bug(&part),
            }
        }
        let mut names = names.into_iter();
        let kind = match (names.next(), names.next()) {
            (Some(attacker), Some(asset)) => ExprKind::On { attacker, asset, properties },
            (Some(name), None) => ExprKind::Name(name),
            _ => ExprKind::Error,
        };
        Built::leaf(kind, span)
    }

    fn quantifier(&mut self, pair: Node<'_>, depth: usize) -> Built {
        let span = self.span(&pair);
        let mut kind = (QuantifierKind::Every, span);
        let mut variable = unnamed(span);
        let mut source = Built::leaf(ExprKind::Error, span);
        let mut filter = None;
        let mut body = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::quantifier_word => {
                    let word = match part.as_str() {
                        "every" => QuantifierKind::Every,
                        "any" => QuantifierKind::Any,
                        _ => QuantifierKind::No,
                    };
                    kind = (word, self.span(&part));
                }
                Rule::name => variable = self.ident(&part),
                Rule::kw_in => {}
                Rule::source => source = self.chain(part, depth.saturating_add(1)),
                Rule::filter | Rule::body => {
                    let is_filter = part.as_rule() == Rule::filter;
                    for inner in part.into_inner() {
                        match inner.as_rule() {
                            Rule::kw_where => {}
                            Rule::expr if is_filter => filter = Some(self.built(inner, depth.saturating_add(1))),
                            Rule::expr => body = Some(self.built(inner, depth.saturating_add(1))),
                            _ => self.bug(&inner),
                        }
                    }
                }
                _ => self.bug(&part),
            }
        }
        let height_of = |part: &Option<Built>| part.as_ref().map_or(0, |built| built.height);
        let height = source.height.max(height_of(&filter)).max(height_of(&body));
        let open = body.is_none();
        let quantifier = Quantifier {
            kind: kind.0,
            kind_span: kind.1,
            variable,
            source: source.expr,
            filter: filter.map(|built| built.expr),
            body: body.map(|built| built.expr),
        };
        let mut built = self.node(ExprKind::Quantifier(Box::new(quantifier)), span, height);
        built.open = open;
        built
    }
}
