//! Evaluation within limits; what both tiers and the waivers come to.

use std::sync::Arc;

use super::judge::judge_within;
use super::link::link;
use super::{Asking, Evaluation, Judgement, WaiverBearing, WaiverState, conclude, questions};
use crate::facts::store::{Settings, Store};
use crate::hir::expr::{MacroKind, QuantifierKind};
use crate::ir::plan::{Constant, Expr, MacroName, Obligation, Plan, QuantifierName, Waiver};
use crate::judge::machine::{self, Conclusion, Verdict};
use crate::judge::opinion::{Citation, Opinion};
use crate::judge::transcript::Judge;
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

fn opinion(verdict: Verdict, cited: &[&str]) -> Opinion {
    Opinion {
        verdict,
        answer: None,
        reason: None,
        cited: cited.iter().map(|path| Citation { path: (*path).to_owned(), line: 1 }).collect(),
        votes: Vec::new(),
        judge: Judge { provider: String::from("command"), model: String::from("m"), endpoint: None },
        evidence_digest: String::new(),
        cached: false,
        message: format!("the judges say {verdict:?}"),
    }
}

const VERDICTS: [Verdict; 4] = [Verdict::Pass, Verdict::Fail, Verdict::Injection, Verdict::Undecided];

/// A plan of one assertion that asks, and its waivers: `at` and the last day.
fn plan(question_only: bool, waivers: &[(Option<&str>, &str)]) -> Plan {
    let obligation = Obligation { ask: Some(Arc::from("?")), question_only, ..Obligation::of("a", truth(true)) };
    let waivers = waivers
        .iter()
        .map(|(at, until)| Waiver {
            target: Arc::from("a"),
            assertions: vec![Arc::from("a")],
            at: at.map(Arc::from),
            until: Arc::from(*until),
            by: Arc::from("b"),
            because: Arc::from("c"),
            ticket: None,
            source: None,
        })
        .collect();
    Plan { obligations: vec![obligation], waivers, ..Plan::default() }
}

fn concluded(plan: &Plan, tier1: Outcome, opinion: Option<Opinion>) -> Evaluation {
    conclude(plan, vec![Judgement::new(tier1, "tier 1")], vec![opinion], "2027-01-01T00:00:00Z".parse().unwrap())
}

#[test]
fn the_machine_decides_what_both_tiers_come_to() {
    for tier1 in [Outcome::Pass, Outcome::Fail, Outcome::Error, Outcome::Skip] {
        for question_only in [false, true] {
            for verdict in VERDICTS.into_iter().map(Some).chain([None]) {
                let plan = plan(question_only, &[]);
                let evaluation = concluded(&plan, tier1, verdict.map(|verdict| opinion(verdict, &["a.py"])));
                let [evaluated] = evaluation.outcomes.as_slice() else { panic!("one assertion") };
                let wanted = match machine::conclude(super::mechanical(tier1), question_only, verdict) {
                    Conclusion::Pass => Outcome::Pass,
                    Conclusion::Fail => Outcome::Fail,
                    Conclusion::Error => Outcome::Error,
                    Conclusion::Skip => Outcome::Skip,
                };
                assert_eq!(evaluated.outcome, wanted, "{tier1:?} {verdict:?}");
                // An answer where nobody was to be asked is not even kept.
                assert_eq!(evaluated.tier2.is_some(), tier1 == Outcome::Pass && verdict.is_some());
                assert!(!evaluated.message().is_empty());
            }
        }
    }
    // Too few opinions are none, and nobody's answer lifts what asks nothing.
    let mut plan = plan(true, &[]);
    let judged = || vec![Judgement::new(Outcome::Pass, "there")];
    let at = "2027-01-01T00:00:00Z".parse().unwrap();
    let alone = conclude(&plan, judged(), Vec::new(), at);
    assert_eq!(alone.outcomes[0].outcome, Outcome::Error);
    assert_eq!(alone.outcomes[0].message(), "the check is a question only, and no judge was asked");
    plan.obligations[0].ask = None;
    let unasked = conclude(&plan, judged(), vec![Some(opinion(Verdict::Pass, &[]))], at);
    assert_eq!(unasked.outcomes[0].outcome, Outcome::Error);
}

/// Where a waiver holds and until when, what the judges say and cite; the outcome, how the waiver bears on it, its state.
type WaiverCase<'c> = (Option<&'c str>, &'c str, Verdict, &'c [&'c str], Outcome, Option<WaiverBearing>, WaiverState);

#[test]
fn a_waiver_carries_what_the_judges_fail_where_they_cite_it_and_never_what_they_leave_open() {
    use WaiverBearing::{Carries, Elsewhere, Expired};
    let live = "2027-03-31";
    let cases: &[WaiverCase<'_>] = &[
        (None, live, Verdict::Fail, &["a.py"], Outcome::Waived, Some(Carries), WaiverState::Carries),
        (None, live, Verdict::Fail, &[], Outcome::Waived, Some(Carries), WaiverState::Carries),
        (None, live, Verdict::Injection, &["a.py"], Outcome::Waived, Some(Carries), WaiverState::Carries),
        (Some("a.py"), live, Verdict::Fail, &["a.py"], Outcome::Waived, Some(Carries), WaiverState::Carries),
        (Some("*.py"), live, Verdict::Fail, &["a.py", "b.py"], Outcome::Waived, Some(Carries), WaiverState::Carries),
        (Some("a.py"), live, Verdict::Fail, &["a.py", "b.py"], Outcome::Fail, Some(Elsewhere), WaiverState::Stale),
        (Some("a.py"), live, Verdict::Fail, &[], Outcome::Fail, Some(Elsewhere), WaiverState::Stale),
        (None, "2026-12-31", Verdict::Fail, &["a.py"], Outcome::Fail, Some(Expired), WaiverState::Expired),
        (None, live, Verdict::Undecided, &["a.py"], Outcome::Error, None, WaiverState::Idle),
        (None, live, Verdict::Pass, &["a.py"], Outcome::Pass, None, WaiverState::Stale),
        (None, "2026-12-31", Verdict::Pass, &["a.py"], Outcome::Pass, None, WaiverState::Expired),
    ];
    for (at, until, verdict, cited, outcome, bearing, state) in cases {
        let plan = plan(false, &[(*at, until)]);
        let evaluation = concluded(&plan, Outcome::Pass, Some(opinion(*verdict, cited)));
        let [evaluated] = evaluation.outcomes.as_slice() else { panic!("one assertion") };
        let seen = (evaluated.outcome, evaluated.waiver.as_ref().map(|it| it.bearing));
        assert_eq!(seen, (*outcome, *bearing), "{at:?} {verdict:?} {cited:?}");
        assert_eq!(evaluation.waivers, [*state], "{at:?} {verdict:?} {cited:?}");
    }
}

#[test]
fn a_waiver_is_stale_only_where_all_that_it_names_is_known_to_hold() {
    let plan = plan(false, &[(None, "2027-03-31")]);
    let state = |tier1, opinion| concluded(&plan, tier1, opinion).waivers;
    // A run of Tier 1 alone speaks of Tier 1 alone.
    assert_eq!(state(Outcome::Pass, None), [WaiverState::Stale]);
    assert_eq!(state(Outcome::Error, None), [WaiverState::Idle]);
    assert_eq!(state(Outcome::Skip, None), [WaiverState::Idle]);
    assert_eq!(state(Outcome::Fail, None), [WaiverState::Carries]);
    // Where others were asked and this one was not, nothing is known.
    let mut two = plan.clone();
    two.obligations.push(Obligation { ask: Some(Arc::from("?")), ..Obligation::of("b", truth(true)) });
    let judged = vec![Judgement::new(Outcome::Pass, "one"), Judgement::new(Outcome::Pass, "two")];
    let at = "2027-01-01T00:00:00Z".parse().unwrap();
    let evaluation = conclude(&two, judged, vec![None, Some(opinion(Verdict::Pass, &["a.py"]))], at);
    assert_eq!(evaluation.waivers, [WaiverState::Idle]);
}

#[test]
fn an_absence_passes_both_tiers() {
    let expr = Expr::Quantifier {
        kind: QuantifierName(QuantifierKind::No),
        slot: 0,
        variable: Arc::from("f"),
        source: Box::new(functions()),
        filter: Some(Box::new(Expr::Const { value: Constant::Bool(false) })),
        body: None,
        if_empty: None,
    };
    let obligation = Obligation { ask: Some(Arc::from("?")), ..Obligation::of("a", expr) };
    let plan = Plan { obligations: vec![obligation], ..Plan::default() };
    let target = MemoryTarget::new([("a.py", b"x = 1\n".as_slice())]);
    let store = Store::open(&target, ["*.py"], Settings::default());
    let judgement = super::judge_expression(&plan.obligations[0].expr, &store, None);
    assert_eq!((judgement.outcome, judgement.findings.len()), (Outcome::Pass, 0));
    let asking = questions(&plan, &store, std::slice::from_ref(&judgement));
    let [Asking::Question(question)] = asking.as_slice() else { panic!("{asking:?}") };
    assert_eq!(question.exhibits[0].text, "x = 1\n");
    assert!(!question.confirmed);
    let said = vec![Some(opinion(Verdict::Pass, &["a.py"]))];
    let evaluation = conclude(&plan, vec![judgement], said, "2027-01-01T00:00:00Z".parse().unwrap());
    assert_eq!(evaluation.outcomes[0].outcome, Outcome::Pass);
}
