//! What a run came to: outcomes as the policy's input, as the report, and as the diagnostics that only a run can give.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Request;
use super::options::{CheckRun, Failure};
use super::pipeline::{Compiled, Gate};
use crate::decide::Decision;
use crate::decide::input::{self, ControlStatus, Facets, Input, Runner, RunnerKind};
use crate::diag::{Diagnostic, codes, json};
use crate::engine::{Evaluated, Evaluation, Options, WaiverBearing, WaiverState, WaiverUse};
use crate::facts::store::Store;
use crate::hir::model::Package;
use crate::ir::plan::{Control, Mitigation, Obligation, Plan, Waiver};
use crate::judge::opinion::Opinion;
use crate::posture::{self, Judged, SecondOpinion, Status};
use crate::report::{Exit, Places, Report, model};
use crate::target::Identity;
use crate::verdict::Outcome;

/// Lines of the target by path and number.
pub(super) type Excerpts = BTreeMap<(Arc<str>, u32), String>;

/// What the judges said of whole controls, by id.
pub(super) type SecondOpinions = BTreeMap<Arc<str>, Opinion>;

/// The lines at which findings of what does not pass begin, and those that judges cite.
pub(super) fn excerpts(evaluation: &Evaluation, store: &Store<'_>) -> Excerpts {
    let shown = || evaluation.outcomes.iter().filter(|it| !matches!(it.outcome, Outcome::Pass | Outcome::Skip));
    let findings = shown().flat_map(|it| &it.tier1.findings);
    let found = findings.map(|finding| (finding.location.path.clone(), finding.location.line));
    let cited = evaluation
        .outcomes
        .iter()
        .filter_map(|it| it.tier2.as_ref())
        .flat_map(|opinion| &opinion.cited)
        .map(|cited| (Arc::from(cited.path.as_str()), cited.line));
    let mut excerpts = Excerpts::new();
    for key in found.chain(cited) {
        if !excerpts.contains_key(&key)
            && let Some(line) = store.line(&key.0, key.1)
        {
            excerpts.insert(key, line);
        }
    }
    excerpts
}

/// Waivers that carry nothing: stale ones, and expired ones whose assertion fails.
pub(super) fn stale_waivers(evaluation: &Evaluation, package: &Package, plan: &Plan) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (waiver, state) in plan.waivers.iter().zip(&evaluation.waivers) {
        let Some(definition) = package
            .waivers
            .iter()
            .find(|it| it.target == waiver.target && it.until == waiver.until && it.at == waiver.at)
        else {
            continue;
        };
        match state {
            WaiverState::Carries | WaiverState::Idle => {}
            WaiverState::Stale => found.push(
                Diagnostic::new(
                    codes::STALE_WAIVER,
                    definition.span,
                    format!("the waiver of `{}` has nothing to carry", waiver.target),
                )
                .help("remove it, so that a later fail is not carried by mistake"),
            ),
            WaiverState::Expired => found.push(
                Diagnostic::new(
                    codes::EXPIRED_WAIVER,
                    definition.span,
                    format!("the waiver of `{}` held until {}", waiver.target, waiver.until),
                )
                .help("mend what it carried and remove it, or have it granted again with a new date"),
            ),
        }
    }
    found
}

/// What the policy sees.
pub(super) fn input(
    plan: &Plan,
    evaluation: &Evaluation,
    second: &SecondOpinions,
    identity: &Identity,
    gate: &Gate,
    options: &Options,
) -> Result<Input, Failure> {
    let digest = plan.digest().map_err(Failure::bug)?.to_string();
    let assertions = plan
        .obligations
        .iter()
        .zip(&evaluation.outcomes)
        .map(|(obligation, evaluated)| (obligation.id.to_string(), assertion_input(plan, obligation, evaluated)))
        .collect();
    let mut controls = BTreeMap::new();
    for control in &plan.controls {
        let second = second.get(&control.id);
        controls.insert(control.id.to_string(), control_input(plan, control, evaluation, second));
    }
    let waivers = plan
        .waivers
        .iter()
        .zip(&evaluation.waivers)
        .map(|(waiver, state)| {
            let state = match state {
                WaiverState::Carries | WaiverState::Idle => input::WaiverState::Live,
                WaiverState::Expired => input::WaiverState::Expired,
                WaiverState::Stale => input::WaiverState::Stale,
            };
            (waiver.target.to_string(), waiver_input(waiver, state))
        })
        .collect();
    Ok(Input {
        schema: input::SCHEMA,
        at: options.at.to_string(),
        gate: input::Gate { name: gate.name.clone(), requires: gate.requires },
        subject: input::Subject {
            repo: identity.repo.clone(),
            commit: identity.commit.clone(),
            tree: identity.tree.clone(),
            dirty: identity.dirty,
            approvals: Vec::new(),
        },
        package: input::Package {
            name: plan.package.name.as_ref().map(ToString::to_string).unwrap_or_default(),
            digest,
            pinned: false,
            signer: None,
        },
        runner: Runner { kind: RunnerKind::Local, identity: None, isolated: false, witnesses: Vec::new() },
        assertions,
        controls,
        objectives: BTreeMap::new(),
        assumptions: BTreeMap::new(),
        findings: BTreeMap::new(),
        waivers,
        previous: None,
    })
}

fn assertion_input(plan: &Plan, obligation: &Obligation, evaluated: &Evaluated) -> input::Assertion {
    let control = obligation.control.as_ref().and_then(|id| plan.controls.iter().find(|control| control.id == *id));
    input::Assertion {
        outcome: evaluated.outcome,
        check: obligation.check.as_ref().map(ToString::to_string),
        control: obligation.control.as_ref().map(ToString::to_string),
        severity: control.map(|control| control.severity.to_string()),
        tier1: tier1(evaluated),
        tier2: evaluated.tier2.as_ref().map(input::Tier2::from),
        coherent: control.is_none_or(|control| posture::is_coherent(control, obligation)),
        waiver: evaluated.waiver.as_ref().and_then(|used| used_waiver(plan, used)),
    }
}

fn tier1(evaluated: &Evaluated) -> input::Tier1 {
    let judgement = &evaluated.tier1;
    let message = if judgement.more > 0 {
        format!("{} ({} more not listed)", judgement.message, judgement.more)
    } else {
        judgement.message.clone()
    };
    input::Tier1 { outcome: judgement.outcome, message, findings: judgement.findings.clone() }
}

fn used_waiver(plan: &Plan, used: &WaiverUse) -> Option<input::Waiver> {
    let state = match used.bearing {
        WaiverBearing::Carries => input::WaiverState::Live,
        WaiverBearing::Expired => input::WaiverState::Expired,
        WaiverBearing::Elsewhere => input::WaiverState::Elsewhere,
    };
    plan.waivers.get(used.index).map(|waiver| waiver_input(waiver, state))
}

fn waiver_input(waiver: &Waiver, state: input::WaiverState) -> input::Waiver {
    input::Waiver {
        state,
        until: waiver.until.to_string(),
        by: waiver.by.to_string(),
        because: waiver.because.to_string(),
        at: waiver.at.as_ref().map(ToString::to_string),
        ticket: waiver.ticket.as_ref().map(ToString::to_string),
    }
}

/// The id of a control objective: who is kept from what.
fn objective(mitigation: &Mitigation) -> String {
    format!("{} on {}", mitigation.attacker, mitigation.asset)
}

/// What both tiers and the waivers left of a control's assertions.
pub(super) fn judged<'a>(
    plan: &'a Plan,
    control: &Control,
    evaluation: &'a Evaluation,
) -> impl Iterator<Item = (Judged<'a>, &'a Evaluated)> {
    let id = control.id.clone();
    plan.obligations
        .iter()
        .zip(&evaluation.outcomes)
        .filter(move |(obligation, _)| obligation.control.as_ref() == Some(&id))
        .map(|(obligation, evaluated)| {
            let tier2 = evaluated.tier2.as_ref().map(Opinion::outcome);
            (Judged { obligation, outcome: evaluated.outcome, tier2 }, evaluated)
        })
}

fn control_input(plan: &Plan, control: &Control, evaluation: &Evaluation, second: Option<&Opinion>) -> input::Control {
    let own: Vec<Judged<'_>> = judged(plan, control, evaluation).map(|(judged, _)| judged).collect();
    let heard = second.map(|opinion| SecondOpinion { outcome: opinion.outcome(), message: &opinion.message });
    let standing = posture::standing(control, &own, heard);
    let words = |facets: &[Arc<str>]| facets.iter().map(ToString::to_string).collect();
    input::Control {
        status: match standing.status {
            Status::NotImplemented => ControlStatus::NotImplemented,
            Status::Failing => ControlStatus::Failing,
            Status::Undecided => ControlStatus::Undecided,
            Status::Waived => ControlStatus::Waived,
            Status::OutOfScope => ControlStatus::OutOfScope,
            Status::Implemented => ControlStatus::Implemented,
            Status::Verified => ControlStatus::Verified,
        },
        severity: Some(control.severity.to_string()),
        facets: Facets { covered: words(&standing.covered), missing: words(&standing.missing) },
        objectives: control.mitigates.iter().map(objective).collect(),
        reasons: standing.reasons,
        second_opinion: second.map(input::Tier2::from),
    }
}

/// The whole run.
pub(super) fn report(
    request: &Request,
    places: Places,
    compiled: Compiled,
    plan: &Plan,
    input: Input,
    decision: Decision,
    excerpts: Excerpts,
) -> Result<CheckRun, Failure> {
    let Input { subject, package, mut assertions, mut controls, .. } = input;
    let report_assertions = plan
        .obligations
        .iter()
        .map(|obligation| {
            let judged = assertions
                .remove(&*obligation.id)
                .ok_or_else(|| Failure::bug(format!("the assertion `{}` was not judged", obligation.id)))?;
            Ok(model::Assertion {
                id: obligation.id.to_string(),
                check: judged.check,
                control: judged.control,
                outcome: judged.outcome,
                tier1: judged.tier1,
                tier2: judged.tier2,
                covers: obligation.covers.iter().map(ToString::to_string).collect(),
                waiver: judged.waiver,
                source: obligation.source.as_ref().map(|place| model::Source {
                    path: place.path.clone(),
                    line: place.line,
                    column: place.column,
                }),
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let report_controls = plan
        .controls
        .iter()
        .map(|control| {
            let judged = controls
                .remove(&*control.id)
                .ok_or_else(|| Failure::bug(format!("the control `{}` was not judged", control.id)))?;
            Ok(model::Control {
                id: control.id.to_string(),
                title: control.title.to_string(),
                severity: judged.severity,
                status: judged.status,
                facets: judged.facets,
                reasons: judged.reasons,
                second_opinion: judged.second_opinion,
                mitigates: control.mitigates.clone(),
                satisfies: control.satisfies.clone(),
            })
        })
        .collect::<Result<Vec<_>, Failure>>()?;
    let Compiled { sources, diagnostics, .. } = compiled;
    let report = Report::new(
        model::Subject { repo: subject.repo, commit: subject.commit, tree: subject.tree, dirty: subject.dirty },
        model::Package { name: plan.package.name.as_ref().map(ToString::to_string), digest: Some(package.digest) },
        report_assertions,
        report_controls,
        plan.models.clone(),
        Some(decision),
        json::list(&sources, &diagnostics),
    );
    let exit = Exit::of(&report, request.require_level.is_some());
    Ok(CheckRun { report, sources, diagnostics, exit, excerpts, places, tier2: None })
}

/// The run of rules that do not compile: whole, with its diagnostics.
pub(super) fn uncompiled(places: Places, compiled: Compiled) -> CheckRun {
    let Compiled { sources, diagnostics, package, .. } = compiled;
    let name = package.name.as_ref().map(ToString::to_string);
    let report = Report::uncompiled(
        model::Subject::default(),
        model::Package { name, digest: None },
        json::list(&sources, &diagnostics),
    );
    CheckRun { report, sources, diagnostics, exit: Exit::Usage, excerpts: Excerpts::new(), places, tier2: None }
}
