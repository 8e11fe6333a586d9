//! `attest test`: each `test` runs on files in memory, never on the real tree.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::Request;
use super::options::{Failure, GateOptions, TargetOptions, TestOptions, TestResult, TestRun};
use super::pipeline::{self, Compiled};
use crate::base::literal::{Date, Timestamp};
use crate::base::system::System;
use crate::engine::{self, Evaluated, Options};
use crate::hir::model::{ExpectDef, ExpectSubject, TestDef};
use crate::ir::plan::{Obligation, Plan};
use crate::ir::{self};
use crate::report::{Exit, model};
use crate::target::MemoryTarget;
use crate::verdict::Outcome;

/// Runs the tests that the options choose.
pub(super) fn run(system: &dyn System, options: &TestOptions) -> Result<TestRun, Failure> {
    let of_std = options.paths.iter().any(|path| path == Path::new("std"));
    let compiled = if of_std {
        pipeline::compile_std(true)
    } else {
        let request = Request::new(system, &options.paths, &TargetOptions::default(), &GateOptions::default())?;
        pipeline::compile(system, &request, false)?
    };
    if !compiled.is_sound() {
        let Compiled { sources, diagnostics, .. } = compiled;
        return Ok(TestRun { tests: Vec::new(), sources, diagnostics, exit: Exit::Usage });
    }
    let plan = ir::lower(&compiled.package, &compiled.sources);
    let now = options.at.unwrap_or_else(|| system.now());
    let chosen: Vec<&TestDef> = compiled
        .package
        .tests
        .iter()
        .filter(|test| test.is_std == of_std)
        .filter(|test| options.filter.as_ref().is_none_or(|filter| test.title.contains(filter.as_str())))
        .collect();
    let tests: Vec<TestResult> = chosen.par_iter().map(|test| one(&compiled, &plan, test, now)).collect();
    let Compiled { sources, diagnostics, .. } = compiled;
    if tests.is_empty() {
        let where_to = options.paths.first().map_or_else(|| PathBuf::from("."), Clone::clone);
        return Err(Failure::usage(
            format!("there is no test to run in `{}`", where_to.display()),
            if options.filter.is_some() {
                "no title holds the text of `--filter`"
            } else {
                "write one: `test \"…\" { … }`"
            },
        ));
    }
    let exit = if tests.iter().all(|test| test.passed) { Exit::Met } else { Exit::NotMet };
    Ok(TestRun { tests, sources, diagnostics, exit })
}

fn one(compiled: &Compiled, plan: &Plan, test: &TestDef, now: jiff::Timestamp) -> TestResult {
    let messages = match clock(test, now) {
        Ok(at) => judged(compiled, plan, test, at),
        Err(message) => vec![message],
    };
    let source = compiled.sources.get(test.span.source);
    let (line, column) = source.map_or((1, 1), |source| source.position(test.span.start));
    TestResult {
        name: test.title.to_string(),
        source: model::Source {
            path: source.map_or_else(|| Arc::from(""), |source| source.path.clone()),
            line,
            column,
        },
        passed: messages.is_empty(),
        message: messages.join("\n"),
    }
}

/// The test's own clock, else the run's.
fn clock(test: &TestDef, now: jiff::Timestamp) -> Result<jiff::Timestamp, String> {
    let Some(at) = &test.at else { return Ok(now) };
    if let Ok(date) = Date::parse(at) {
        return date
            .0
            .to_zoned(jiff::tz::TimeZone::UTC)
            .map(|zoned| zoned.timestamp())
            .map_err(|error| error.to_string());
    }
    Timestamp::parse(at).map(|it| it.0).map_err(|error| error.message)
}

/// What does not come out as expected.
fn judged(compiled: &Compiled, plan: &Plan, test: &TestDef, at: jiff::Timestamp) -> Vec<String> {
    let target = MemoryTarget::new(test.files.iter().map(|(path, text)| (path.clone(), text.as_bytes())));
    let mut obligations: Vec<Obligation> = Vec::new();
    let mut wanted: Vec<Vec<usize>> = Vec::new();
    for (index, expect) in test.expects.iter().enumerate() {
        let mut own = Vec::new();
        let mut add = |obligation: Obligation| {
            own.push(obligations.len());
            obligations.push(obligation);
        };
        match &expect.subject {
            ExpectSubject::Assertion(id) => {
                let id = compiled.package.assertions.get(id.0 as usize).map(|assertion| &assertion.id);
                plan.obligations.iter().filter(|it| Some(&it.id) == id).cloned().for_each(&mut add);
            }
            ExpectSubject::Control(id) => {
                let id = compiled.package.controls.get(id.0 as usize).map(|control| &control.id);
                plan.obligations.iter().filter(|it| it.control.as_ref() == id).cloned().for_each(&mut add);
            }
            ExpectSubject::Expr(expr) => {
                let id = format!("expect {index}");
                add(ir::lower_claim(&compiled.package, &compiled.sources, id, expr));
            }
        }
        wanted.push(own);
    }
    let mini = Plan { obligations, waivers: plan.waivers.clone(), controls: plan.controls.clone(), ..Plan::default() };
    let options = Options { at, changed: None, component: None, settings: compiled.setup.settings };
    let store = engine::open_store(&mini, &target, &options);
    let evaluation = engine::evaluate(&mini, &store, &options, None);
    test.expects
        .iter()
        .zip(&wanted)
        .filter_map(|(expect, indexes)| {
            let outcomes: Vec<&Evaluated> = indexes.iter().filter_map(|at| evaluation.outcomes.get(*at)).collect();
            let place =
                compiled.sources.get(expect.span.source).map_or(1, |source| source.position(expect.span.start).0);
            mismatch(expect, &outcomes).map(|message| {
                format!(
                    "line {place}: {} {message}",
                    compiled.sources.text(expect.span).split_whitespace().collect::<Vec<_>>().join(" ")
                )
            })
        })
        .collect()
}

/// A verb of `expect` in a sentence.
fn expected(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Error => "be an error",
        Outcome::Skip => "be skipped",
        Outcome::Waived => "be waived",
    }
}

/// How an expectation is not met.
fn mismatch(expect: &ExpectDef, outcomes: &[&Evaluated]) -> Option<String> {
    let worst = [Outcome::Fail, Outcome::Error, Outcome::Waived, Outcome::Pass, Outcome::Skip]
        .into_iter()
        .find(|outcome| outcomes.iter().any(|it| it.outcome == *outcome));
    let Some(worst) = worst else { return Some(String::from("has no assertion")) };
    if worst != expect.verb {
        let why = outcomes.iter().find(|it| it.outcome == worst).map_or("", |it| it.message());
        return Some(format!("should {}, but is {}: {why}", expected(expect.verb), worst.name()));
    }
    let (path, line) = expect.at.as_ref()?;
    let there = |finding: &crate::verdict::Finding| {
        finding.location.path == *path && line.is_none_or(|line| finding.location.line == line)
    };
    let findings = || outcomes.iter().filter(|it| it.outcome == worst).flat_map(|it| &it.tier1.findings);
    if findings().any(there) {
        return None;
    }
    let found: Vec<String> =
        findings().map(|finding| format!("{}:{}", finding.location.path, finding.location.line)).collect();
    let found = if found.is_empty() { String::from("nowhere") } else { found.join(", ") };
    let line = line.map(|line| format!(":{line}")).unwrap_or_default();
    Some(format!("is expected at {path}{line}, its evidence is at {found}"))
}
