//! Assertions to obligations: checks are inlined with their arguments in place, so that every scope and regex of an obligation
//! is a constant and the plan names every file that it needs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::constants::{constant, literal, refined, spelled};
use super::fold;
use super::plan::{Constant, Expr, IfEmptyName, MacroName, MessagePart, Obligation, QuantifierName, SourcePlace};
use crate::base::schema::Ty;
use crate::base::source::SourceMap;
use crate::hir::expr::{self as hir, Const, ExprKind, Local, QuantifierKind};
use crate::hir::model::{AssertionDef, CheckDef, IfEmpty, Package, Template, TemplatePart};
use crate::hir::unmet_requirement;

/// Longest constant list that a quantifier is unrolled over.
const UNROLLED: usize = 1_000;
/// Most expressions of one assertion, checks inlined: checks that call checks twice double what they expand to.
const EXPRESSIONS: usize = 200_000;
/// Deepest nesting of an assertion's expressions, checks inlined: what evaluates them has a stack.
const NESTING: usize = 200;

/// An expression of type `Result` outside of any assertion: of an `expect`, of `attest assert`, of a JSON assertion.
pub fn lower_expression(package: &Package, expr: &hir::Expr) -> Expr {
    Lowering::new(package).top(expr, None)
}

/// The obligation of an expression alone: all that its check, or its own words, say.
pub fn lower_claim(package: &Package, sources: &SourceMap, id: impl Into<Arc<str>>, expr: &hir::Expr) -> Obligation {
    claim(package, sources, id.into(), expr, None)
}

fn claim(
    package: &Package,
    sources: &SourceMap,
    id: Arc<str>,
    expr: &hir::Expr,
    if_empty: Option<IfEmpty>,
) -> Obligation {
    let mut lowering = Lowering::new(package);
    let lowered = lowering.top(expr, if_empty);
    let check = match &expr.kind {
        ExprKind::Check { check, .. } => package.checks.get(check.0 as usize),
        _ => None,
    };
    Obligation {
        check: check.map(|check| check.path.clone()),
        claim: super::claim::of(package, sources, expr),
        meaning: check.and_then(|check| check.doc.clone()),
        proves: check.map(|check| check.proves.clone()).unwrap_or_default(),
        ask: lowering.ask.take(),
        evidence: check.map(|check| check.evidence.clone()).unwrap_or_default(),
        question_only: check.is_some_and(|check| check.holds.is_none()),
        ..Obligation::of(id, lowered)
    }
}

/// The obligation of an assertion.
pub(super) fn obligation(package: &Package, sources: &SourceMap, assertion: &AssertionDef) -> Obligation {
    let bare = claim(package, sources, assertion.id.clone(), &assertion.expr, assertion.if_empty);
    Obligation {
        control: assertion
            .control
            .and_then(|control| package.controls.get(control.0 as usize))
            .map(|control| control.id.clone()),
        title: assertion.title.clone(),
        doc: assertion.doc.clone(),
        meaning: assertion.doc.clone().or(bare.meaning),
        message: assertion.message.clone(),
        covers: assertion.covers.clone(),
        ask: assertion.ask.clone().or(bare.ask),
        evidence: if assertion.evidence.is_empty() { bare.evidence } else { assertion.evidence.clone() },
        component: assertion.component.clone(),
        source: SourcePlace::of(sources, assertion.span),
        ..bare
    }
}

/// What a variable of the model is in the plan.
#[derive(Clone, Debug)]
pub(super) enum Binding {
    /// Known now.
    Constant(Constant),
    /// Known at run time.
    Slot(u32),
}

/// The variables of one declaration.
pub(super) type Scope = BTreeMap<Local, Binding>;

struct Lowering<'p> {
    package: &'p Package,
    slots: u32,
    /// The question of the first check on the way from the top.
    ask: Option<Arc<str>>,
    /// What is lowered next is the whole claim: only there a question may stand.
    whole: bool,
    expressions: usize,
    nesting: usize,
    /// The limit that was passed.
    passed: Option<String>,
}

impl<'p> Lowering<'p> {
    fn new(package: &'p Package) -> Self {
        Self { package, slots: 0, ask: None, whole: false, expressions: 0, nesting: 0, passed: None }
    }

    fn top(&mut self, expr: &hir::Expr, if_empty: Option<IfEmpty>) -> Expr {
        self.whole = matches!(expr.kind, ExprKind::Check { .. });
        let lowered = self.result(expr, &Scope::new(), if_empty);
        self.passed.take().map_or(lowered, |limit| undecidable(&limit))
    }

    /// Lowers an expression within the limits; past one, everything is undecidable at once.
    fn within(&mut self, lower: impl FnOnce(&mut Self) -> Expr) -> Expr {
        self.expressions = self.expressions.saturating_add(1);
        if self.passed.is_none() && self.expressions > EXPRESSIONS {
            self.passed = Some(format!("the checks expand to more than {EXPRESSIONS} expressions"));
        }
        if self.passed.is_none() && self.nesting >= NESTING {
            self.passed = Some(format!("the checks nest more than {NESTING} expressions deep"));
        }
        if self.passed.is_some() {
            return undecidable("a limit was passed");
        }
        self.nesting = self.nesting.saturating_add(1);
        let lowered = lower(self);
        self.nesting = self.nesting.saturating_sub(1);
        lowered
    }

    fn slot(&mut self) -> u32 {
        let slot = self.slots;
        self.slots = self.slots.saturating_add(1);
        slot
    }

    /// An expression of type `Result`; `if_empty` governs the quantifiers that are reached first.
    fn result(&mut self, expr: &hir::Expr, scope: &Scope, if_empty: Option<IfEmpty>) -> Expr {
        self.within(|it| it.result_of(expr, scope, if_empty))
    }

    fn result_of(&mut self, expr: &hir::Expr, scope: &Scope, if_empty: Option<IfEmpty>) -> Expr {
        match &expr.kind {
            ExprKind::Lift(operand) => Expr::Lift { operand: Box::new(self.value(operand, scope)) },
            ExprKind::AllOf(items) => {
                let items = items.iter().map(|item| self.result(item, scope, if_empty)).collect();
                fold::all_of(items)
            }
            ExprKind::AnyOf(items) => {
                let items = items.iter().map(|item| self.result(item, scope, if_empty)).collect();
                fold::any_of(items)
            }
            ExprKind::Negated(operand) => fold::negated(self.result(operand, scope, if_empty)),
            ExprKind::Quantifier { kind, variable, name, source, filter, body } => {
                self.quantifier(*kind, *variable, name, source, filter.as_deref(), body.as_deref(), scope, if_empty)
            }
            ExprKind::Check { check, args } => match self.package.checks.get(check.0 as usize) {
                Some(check) => self.check(check, args, scope, if_empty),
                None => undecidable("a check is gone; this is a bug in attest, please report it"),
            },
            ExprKind::Error => undecidable("the expression does not compile"),
            _ => Expr::Lift { operand: Box::new(self.value(expr, scope)) },
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a quantifier, each used once")]
    fn quantifier(
        &mut self,
        kind: QuantifierKind,
        variable: Local,
        name: &Arc<str>,
        source: &hir::Expr,
        filter: Option<&hir::Expr>,
        body: Option<&hir::Expr>,
        scope: &Scope,
        if_empty: Option<IfEmpty>,
    ) -> Expr {
        let lowered = self.value(source, scope);
        if let Expr::Const { value: Constant::List(items) } = lowered {
            return self.unrolled(kind, variable, items, filter, body, scope, if_empty);
        }
        let slot = self.slot();
        let mut inner = scope.clone();
        inner.insert(variable, Binding::Slot(slot));
        let filter = filter.map(|filter| Box::new(self.value(filter, &inner)));
        let body = body.map(|body| Box::new(self.result(body, &inner, None)));
        Expr::Quantifier {
            kind: QuantifierName(kind),
            slot,
            variable: name.clone(),
            source: Box::new(lowered),
            filter,
            body,
            if_empty: if_empty.map(IfEmptyName),
        }
    }

    /// A quantifier over a list parameter: one result for each item, so that an item may be a regex or a scope.
    #[expect(clippy::too_many_arguments, reason = "the parts of a quantifier, each used once")]
    fn unrolled(
        &mut self,
        kind: QuantifierKind,
        variable: Local,
        items: Vec<Constant>,
        filter: Option<&hir::Expr>,
        body: Option<&hir::Expr>,
        scope: &Scope,
        if_empty: Option<IfEmpty>,
    ) -> Expr {
        if items.is_empty() {
            return match if_empty {
                Some(IfEmpty::Pass) => Expr::Lift { operand: Box::new(fold::boolean(true)) },
                Some(IfEmpty::Fail) => Expr::Lift { operand: Box::new(fold::boolean(false)) },
                None => undecidable("the list is empty: nothing would be checked"),
            };
        }
        if items.len() > UNROLLED {
            return undecidable(&format!("the list has {} items, more than the limit of {UNROLLED}", items.len()));
        }
        let mut filters = Vec::new();
        let mut results: Vec<Expr> = items
            .into_iter()
            .map(|item| {
                let mut inner = scope.clone();
                inner.insert(variable, Binding::Constant(item));
                let filter = filter.map(|filter| self.value(filter, &inner));
                if kind == QuantifierKind::Every {
                    filters.extend(filter.clone());
                }
                let filter = filter.map(|filter| Expr::Lift { operand: Box::new(filter) });
                let body = body.map(|body| self.result(body, &inner, None));
                match kind {
                    QuantifierKind::Every => {
                        let filter = filter.map(fold::negated);
                        fold::any_of(filter.into_iter().chain(body).collect())
                    }
                    QuantifierKind::Any => fold::all_of(filter.into_iter().chain(body).collect()),
                    QuantifierKind::No => fold::negated(fold::all_of(filter.into_iter().chain(body).collect())),
                }
            })
            .collect();
        if filter.is_some() && kind == QuantifierKind::Every {
            results.push(selected(filters, if_empty));
        }
        if kind == QuantifierKind::Any { fold::any_of(results) } else { fold::all_of(results) }
    }

    fn check(&mut self, check: &'p CheckDef, args: &[hir::Expr], scope: &Scope, outer: Option<IfEmpty>) -> Expr {
        let whole = std::mem::take(&mut self.whole);
        let mut inner = Scope::new();
        let mut lets = Vec::new();
        for (index, param) in check.params.iter().enumerate() {
            let value = match args.get(index) {
                Some(arg) => retyped(self.value(arg, scope), &param.ty),
                None => {
                    Expr::Const { value: param.default.as_ref().map_or(Constant::Null, |it| constant(it, &param.ty)) }
                }
            };
            let binding = match value {
                Expr::Const { value } => Binding::Constant(value),
                value => {
                    let slot = self.slot();
                    lets.push((slot, value));
                    Binding::Slot(slot)
                }
            };
            inner.insert(param.local, binding);
        }
        if let Some(words) = requirement(check, &inner) {
            return undecidable(&words);
        }
        if self.ask.is_none() {
            self.ask = check.ask.as_ref().map(|ask| Arc::from(words(&template(ask, check, &inner)).as_str()));
        }
        let message = check.message.as_ref().map(|message| template(message, check, &inner)).unwrap_or_default();
        let body = match &check.holds {
            Some(holds) => self.result(holds, &inner, check.if_empty.or(outer)),
            None if whole => {
                super::subject::is_there(check, &inner, &mut || self.slot()).unwrap_or_else(|words| undecidable(&words))
            }
            None => undecidable(&format!(
                "the check `{}` is a question only: it is an assertion of its own, and no part of a claim",
                check.path
            )),
        };
        let called = Expr::Check { check: check.path.clone(), message, body: Box::new(body) };
        lets.into_iter().rev().fold(called, |body, (slot, value)| Expr::Let {
            slot,
            value: Box::new(value),
            body: Box::new(body),
        })
    }

    /// An expression of any other type.
    fn value(&mut self, expr: &hir::Expr, scope: &Scope) -> Expr {
        self.within(|it| it.value_of(expr, scope))
    }

    fn value_of(&mut self, expr: &hir::Expr, scope: &Scope) -> Expr {
        match &expr.kind {
            ExprKind::Const(value) => Expr::Const { value: constant(value, &expr.ty) },
            ExprKind::Local(local) => match scope.get(local) {
                Some(Binding::Constant(value)) => Expr::Const { value: value.clone() },
                Some(Binding::Slot(slot)) => Expr::Slot { slot: *slot },
                None => undecidable("a variable is gone; this is a bug in attest, please report it"),
            },
            ExprKind::Value(name) => Expr::Value { name: Arc::from(*name) },
            ExprKind::Column { row, column } => {
                Expr::Column { of: row_name(&row.ty), name: Arc::from(*column), row: Box::new(self.value(row, scope)) }
            }
            ExprKind::Method { row, method, args } => Expr::Method {
                of: row_name(&row.ty),
                name: Arc::from(*method),
                row: Box::new(self.value(row, scope)),
                args: args.iter().map(|arg| self.value(arg, scope)).collect(),
            },
            ExprKind::Relation { relation, args } => {
                let mut texts = args.iter().map(|arg| match self.value(arg, scope) {
                    Expr::Const { value: Constant::Text(text) } => Some(text),
                    _ => None,
                });
                match (texts.next().flatten(), texts.next()) {
                    (Some(scope), None) => Expr::Relation { name: Arc::from(*relation), scope, regex: None },
                    (Some(scope), Some(Some(regex))) => {
                        Expr::Relation { name: Arc::from(*relation), scope, regex: Some(regex) }
                    }
                    _ => undecidable("the scope of a relation is not known before the run"),
                }
            }
            ExprKind::Builtin { function, args } => {
                let args = args.iter().map(|arg| self.value(arg, scope)).collect();
                fold::builtin(*function, args)
            }
            ExprKind::Ternary { condition, yes, no } => {
                let condition = self.value(condition, scope);
                let (yes, no) = (self.value(yes, scope), self.value(no, scope));
                fold::ternary(condition, yes, no)
            }
            ExprKind::List(items) => list(items.iter().map(|item| self.value(item, scope)).collect()),
            ExprKind::Macro { kind, variable, source, body } => {
                let source = Box::new(self.value(source, scope));
                let slot = self.slot();
                let mut inner = scope.clone();
                inner.insert(*variable, Binding::Slot(slot));
                Expr::Macro { kind: MacroName(*kind), slot, source, body: Box::new(self.value(body, &inner)) }
            }
            ExprKind::Has(operand) => fold::has(self.value(operand, scope)),
            ExprKind::OrValue(operand, otherwise) => {
                let operand = self.value(operand, scope);
                fold::or_value(operand, self.value(otherwise, scope))
            }
            ExprKind::Lift(operand) => self.value(operand, scope),
            ExprKind::AllOf(_)
            | ExprKind::AnyOf(_)
            | ExprKind::Negated(_)
            | ExprKind::Quantifier { .. }
            | ExprKind::Check { .. } => undecidable("a result stands where a value must"),
            ExprKind::Error => undecidable("the expression does not compile"),
        }
    }
}

/// The words of a check's `require` that its constant arguments do not meet: an argument may have become constant only
/// here, through the check around it.
fn requirement(check: &CheckDef, scope: &Scope) -> Option<String> {
    check.require.as_ref()?;
    let args: Option<Vec<Const>> = check
        .params
        .iter()
        .map(|param| match scope.get(&param.local) {
            Some(Binding::Constant(value)) => Some(literal(value)),
            _ => None,
        })
        .collect();
    unmet_requirement(check, &args?).map(|words| format!("`{}`: {words}", check.path))
}

/// What an `every` over a list says where its `where` selects none of the items.
fn selected(filters: Vec<Expr>, if_empty: Option<IfEmpty>) -> Expr {
    let none = match if_empty {
        Some(IfEmpty::Pass) => fold::boolean(true),
        Some(IfEmpty::Fail) => fold::boolean(false),
        None => undecidable("nothing to check: no item of the list is selected"),
    };
    let some = fold::builtin(hir::Builtin::Or, filters);
    Expr::Lift { operand: Box::new(fold::ternary(some, fold::boolean(true), none)) }
}

fn undecidable(message: &str) -> Expr {
    Expr::Undecidable { message: Arc::from(message) }
}

/// A list of constants is a constant.
fn list(items: Vec<Expr>) -> Expr {
    let constants: Option<Vec<Constant>> = items
        .iter()
        .map(|item| match item {
            Expr::Const { value } => Some(value.clone()),
            _ => None,
        })
        .collect();
    constants.map_or(Expr::List { items }, |items| Expr::Const { value: Constant::List(items) })
}

fn row_name(ty: &Ty) -> Arc<str> {
    match ty {
        Ty::Row(name) => Arc::from(*name),
        _ => Arc::from(""),
    }
}

/// An argument whose literal was typed by its own place takes the parameter's form.
fn retyped(value: Expr, ty: &Ty) -> Expr {
    match (value, ty) {
        (value, Ty::Optional(inner)) => retyped(value, inner),
        (Expr::Const { value: Constant::Text(text) }, Ty::Refined(refinement)) => {
            Expr::Const { value: refined(&text, *refinement) }
        }
        (value, _) => value,
    }
}

fn template(template: &Template, check: &CheckDef, scope: &Scope) -> Vec<MessagePart> {
    let ty =
        |local: &Local| check.params.iter().find(|param| param.local == *local).map_or(&Ty::Text, |param| &param.ty);
    let mut parts: Vec<MessagePart> = Vec::new();
    for part in &template.parts {
        let text = match part {
            TemplatePart::Text(text) => text.to_string(),
            TemplatePart::Hole(local) => match scope.get(local) {
                Some(Binding::Constant(value)) => spelled(value, ty(local)),
                Some(Binding::Slot(slot)) => {
                    parts.push(MessagePart::Slot(*slot));
                    continue;
                }
                None => String::new(),
            },
        };
        if let Some(MessagePart::Text(last)) = parts.last_mut() {
            *last = Arc::from(format!("{last}{text}"));
        } else {
            parts.push(MessagePart::Text(Arc::from(text)));
        }
    }
    parts
}

/// A question is asked about constants; what is known only at run time is named by its place.
fn words(parts: &[MessagePart]) -> String {
    parts
        .iter()
        .map(|part| match part {
            MessagePart::Text(text) => &**text,
            MessagePart::Slot(_) => "…",
        })
        .collect()
}
