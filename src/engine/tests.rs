//! Evaluation within limits.

use std::sync::Arc;

use super::judge::judge_within;
use super::link::link;
use crate::facts::store::{Settings, Store};
use crate::hir::expr::{MacroKind, QuantifierKind};
use crate::ir::plan::{Constant, Expr, MacroName, QuantifierName};
use crate::target::MemoryTarget;
use crate::verdict::Outcome;

fn functions() -> Expr {
    Expr::Relation { name: Arc::from("functions"), scope: Arc::from("*.py"), regex: None }
}

fn truth(value: bool) -> Expr {
    Expr::Lift { operand: Box::new(Expr::Const { value: Constant::Bool(value) }) }
}

/// Quantifiers over all functions inside each other, the innermost with `body`.
fn nested(kind: QuantifierKind, depth: u32, body: Expr) -> Expr {
    (0..depth).fold(body, |body, slot| Expr::Quantifier {
        kind: QuantifierName(kind),
        slot,
        variable: Arc::from("f"),
        source: Box::new(functions()),
        filter: None,
        body: Some(Box::new(body)),
        if_empty: None,
    })
}

fn judged(limit: u64, expr: &Expr) -> (Outcome, String) {
    let code = "def f(): ...\n".repeat(200);
    let target = MemoryTarget::new([("a.py", code.as_bytes())]);
    let store = Store::open(&target, ["*.py"], Settings::default());
    let judgement = judge_within(limit, &link(expr, &store).unwrap(), &store, None);
    (judgement.outcome, judgement.message)
}

#[test]
fn nested_relations_end_at_the_limit_of_steps() {
    for kind in [QuantifierKind::Every, QuantifierKind::No] {
        let expr = nested(kind, 8, truth(kind == QuantifierKind::Every));
        let (outcome, message) = judged(100_000, &expr);
        if kind == QuantifierKind::Every {
            assert_eq!(outcome, Outcome::Error);
            assert!(message.contains("more than 100000 steps"), "{message}");
        } else {
            // `no` of `no` of …: whatever is found before the end, it is no pass by exhaustion.
            assert_ne!(outcome, Outcome::Pass, "{message}");
        }
    }
    let (outcome, message) = judged(100_000, &nested(QuantifierKind::Any, 8, truth(false)));
    assert_eq!(outcome, Outcome::Error, "{message}");
    // What is found within the limit stands.
    assert_eq!(judged(100_000, &nested(QuantifierKind::Any, 1, truth(true))).0, Outcome::Pass);
    assert_eq!(judged(100_000, &nested(QuantifierKind::Every, 1, truth(false))).0, Outcome::Fail);
}

#[test]
fn nested_macros_end_at_the_limit_of_steps() {
    let innermost = Expr::Const { value: Constant::Bool(false) };
    let nested = (0..8).fold(innermost, |body, slot| Expr::Macro {
        kind: MacroName(MacroKind::Exists),
        slot,
        source: Box::new(functions()),
        body: Box::new(body),
    });
    let (outcome, message) = judged(100_000, &Expr::Lift { operand: Box::new(nested) });
    assert_eq!(outcome, Outcome::Error);
    assert!(message.contains("more than 100000 steps"), "{message}");
}
