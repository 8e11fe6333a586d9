//! A package to its plan: declarations in the order of their ids, models as they are.

use std::sync::Arc;

use super::lower::obligation;
use super::plan::{
    Asset, Assumption, Attacker, Boundary, Component, Control, FailureCode, Gate, Mitigation, Model, Obligation,
    PackageInfo, Plan, Requirement, SCHEMA, SourcePlace, Waiver,
};
use crate::base::source::SourceMap;
use crate::hir::model::{MitigationDef, ModelDef, Package};

/// The plan of a package.
pub fn lower(package: &Package, sources: &SourceMap) -> Plan {
    let id_of = |id: &crate::hir::model::AssertionId| {
        package.assertions.get(id.0 as usize).map_or_else(|| Arc::from(""), |assertion| assertion.id.clone())
    };
    let mut obligations: Vec<Obligation> =
        package.assertions.iter().map(|assertion| obligation(package, sources, assertion)).collect();
    obligations.sort_by(|left, right| left.id.cmp(&right.id));
    let mut controls: Vec<Control> = package
        .controls
        .iter()
        .map(|control| {
            let mut assertions: Vec<Arc<str>> = control.assertions.iter().map(id_of).collect();
            assertions.sort();
            Control {
                id: control.id.clone(),
                title: control.title.clone(),
                doc: control.doc.clone(),
                severity: control.severity.clone(),
                owner: control.owner.clone(),
                facets: control.facets.clone(),
                needs: control.needs.clone(),
                mitigates: control.mitigates.iter().map(mitigation).collect(),
                satisfies: control
                    .satisfies
                    .iter()
                    .map(|it| Requirement { framework: it.framework.clone(), requirement: it.requirement.clone() })
                    .collect(),
                component: control.component.clone(),
                assertions,
            }
        })
        .collect();
    controls.sort_by(|left, right| left.id.cmp(&right.id));
    let mut waivers: Vec<Waiver> = package
        .waivers
        .iter()
        .map(|waiver| {
            let mut assertions: Vec<Arc<str>> = waiver.assertions.iter().map(id_of).collect();
            assertions.sort();
            Waiver {
                target: waiver.target.clone(),
                assertions,
                at: waiver.at.clone(),
                until: waiver.until.clone(),
                by: waiver.by.clone(),
                because: waiver.because.clone(),
                ticket: waiver.ticket.clone(),
                source: SourcePlace::of(sources, waiver.span),
            }
        })
        .collect();
    waivers.sort_by(|left, right| (&left.target, &left.source).cmp(&(&right.target, &right.source)));
    let mut gates: Vec<Gate> = package
        .gates
        .iter()
        .map(|gate| Gate {
            name: gate.name.clone(),
            requires: gate.requires.clone(),
            policy: gate.policy.as_ref().map(|(path, _)| path.clone()),
            emits: gate.emits.clone(),
        })
        .collect();
    gates.sort_by(|left, right| left.name.cmp(&right.name));
    let mut codes: Vec<FailureCode> = package
        .codes
        .iter()
        .map(|code| FailureCode { name: code.name.clone(), title: code.title.clone(), severity: code.severity.clone() })
        .collect();
    codes.sort_by(|left, right| left.name.cmp(&right.name));
    let mut models: Vec<Model> = package.models.iter().map(model).collect();
    models.sort_by(|left, right| left.name.cmp(&right.name));
    Plan {
        schema: SCHEMA,
        package: PackageInfo { name: package.name.clone(), version: package.version.clone() },
        obligations,
        controls,
        waivers,
        gates,
        codes,
        models,
    }
}

fn mitigation(it: &MitigationDef) -> Mitigation {
    Mitigation { attacker: it.attacker.clone(), asset: it.asset.clone(), properties: it.properties.clone() }
}

fn model(model: &ModelDef) -> Model {
    Model {
        name: model.name.clone(),
        title: model.title.clone(),
        assets: model
            .assets
            .iter()
            .map(|it| Asset {
                name: it.name.clone(),
                title: it.title.clone(),
                protect: it.protect.clone(),
                impact: it.impact.clone(),
            })
            .collect(),
        attackers: model
            .attackers
            .iter()
            .map(|it| Attacker {
                name: it.name.clone(),
                title: it.title.clone(),
                likelihood: it.likelihood.clone(),
                targets: it.targets.clone(),
            })
            .collect(),
        components: model
            .components
            .iter()
            .map(|it| Component {
                name: it.name.clone(),
                title: it.title.clone(),
                path: it.path.clone(),
                repo: it.repo.clone(),
            })
            .collect(),
        boundaries: model
            .boundaries
            .iter()
            .map(|it| Boundary { name: it.name.clone(), title: it.title.clone(), separates: it.separates.clone() })
            .collect(),
        assumptions: model
            .assumptions
            .iter()
            .map(|it| Assumption {
                name: it.name.clone(),
                title: it.title.clone(),
                owner: it.owner.clone(),
                expires: it.expires.clone(),
                mitigates: it.mitigates.iter().map(mitigation).collect(),
            })
            .collect(),
    }
}
