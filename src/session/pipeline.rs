//! From `.attest` text to a decision, one function a step: open -> compile -> plan -> gate -> freeze -> evaluate ->
//! weigh -> report. Data in, data out.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::assertions;
use super::manifest::Tier2Section;
use super::options::{CheckRun, ListRun};
use super::outcome;
use super::package::{self, Opened};
use super::tier2::{self, Tier2};
use super::{Failure, Request};
use crate::base::source::SourceMap;
use crate::base::system::System;
use crate::decide::{DeclaredCodes, Input, Level, Policy, default_policy};
use crate::diag::{Diagnostic, Severity, Sink, codes};
use crate::engine::{self, Evaluation, Options, Progress};
use crate::facts::relations;
use crate::facts::store::{Settings, Store};
use crate::hir::{self, model::Package};
use crate::ir::{self, Plan};
use crate::report::{Exit, Places};
use crate::target::{Revision, Target, WorkTree};

/// Largest policy file.
const POLICY_BYTES: u64 = 4 << 20;

/// A compiled package.
#[derive(Debug)]
pub struct Compiled {
    /// All texts.
    pub sources: SourceMap,
    /// The model; nothing may be decided by it where [`Compiled::is_sound`] is false.
    pub package: Package,
    /// What was wrong, severities in force.
    pub diagnostics: Vec<Diagnostic>,
    /// Of the opened package.
    pub setup: Setup,
}

/// What of an opened package the later steps need.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The package's directory.
    pub directory: PathBuf,
    /// `[target] root`, resolved.
    pub target_root: Option<PathBuf>,
    /// `[gate] default`.
    pub default_gate: Option<(String, crate::base::span::Span)>,
    /// Settings of facts.
    pub settings: Settings,
    /// `[tier2]`.
    pub(super) tier2: Tier2Section,
    /// Whether there is any rule file.
    pub has_rules: bool,
    overrides: crate::diag::sink::Overrides,
}

impl Compiled {
    /// Whether the rules compile.
    pub fn is_sound(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error)
    }

    /// Adds a diagnostic of a later step, under the same overrides.
    fn complain(&mut self, diagnostic: Diagnostic) {
        let mut sink = Sink::with_overrides(self.setup.overrides.clone());
        sink.extend(std::mem::take(&mut self.diagnostics));
        sink.push(diagnostic);
        self.diagnostics = sink.finish();
    }
}

/// Opens and compiles the package that a request names.
///
/// # Errors
/// Where it cannot be read at all.
pub fn compile(system: &dyn System, request: &Request, std_tests: bool) -> Result<Compiled, Failure> {
    Ok(compile_opened(package::open(system, request)?, std_tests))
}

/// Compiles the standard library alone: for assertions without a package.
pub fn compile_std(std_tests: bool) -> Compiled {
    let mut opened = Opened::default();
    opened.main.edition = Some(1);
    compile_opened(opened, std_tests)
}

fn compile_opened(opened: Opened, std_tests: bool) -> Compiled {
    let Opened {
        mut sources,
        main,
        dependencies,
        directory,
        target_root,
        default_gate,
        settings,
        tier2,
        overrides,
        diagnostics,
        has_rules,
    } = opened;
    let mut sink = Sink::with_overrides(overrides.clone());
    sink.extend(diagnostics);
    let std = package::std_unit(&mut sources, std_tests, &mut sink);
    let input = hir::Input { std, dependencies, main, sources: &sources, signatures: relations::signatures() };
    let compiled = hir::compile(input);
    sink.extend(compiled.diagnostics);
    let setup = Setup { directory, target_root, default_gate, settings, tier2, has_rules, overrides };
    Compiled { package: compiled.package, diagnostics: sink.finish(), sources, setup }
}

/// The gate of a run, its policy compiled.
#[derive(Debug)]
pub struct Gate {
    /// Its name.
    pub name: String,
    /// The level that must be earned.
    pub requires: Level,
    /// Its policy.
    pub policy: Policy,
    /// The codes that it may emit.
    pub codes: DeclaredCodes,
}

/// Chooses the gate: `--gate`, else `[gate] default`, else the only gate of the package, else the built-in `default`; and
/// compiles its policy. A missing or broken policy does not compile: a diagnostic, and no gate.
///
/// # Errors
/// Where `--gate` names none, or a policy file cannot be read.
pub fn gate(
    system: &dyn System,
    request: &Request,
    compiled: &mut Compiled,
    plan: &Plan,
) -> Result<Option<Gate>, Failure> {
    let own = |name: &str| plan.gates.iter().find(|gate| *gate.name == *name);
    let (name, chosen) = if let Some(name) = &request.gate {
        match own(name) {
            Some(gate) => (name.clone(), Some(gate)),
            None if name == "default" => (name.clone(), None),
            None => {
                let names: Vec<&str> = plan.gates.iter().map(|gate| &*gate.name).collect();
                let known = if names.is_empty() {
                    String::from("the package declares none")
                } else {
                    format!("there are {}", names.join(", "))
                };
                return Err(Failure::usage(format!("there is no gate `{name}`"), known));
            }
        }
    } else if let Some((name, place)) = compiled.setup.default_gate.clone() {
        match own(&name) {
            Some(gate) => (name, Some(gate)),
            None if name == "default" => (name, None),
            None => {
                let near = crate::base::suggest::nearest(&name, plan.gates.iter().map(|gate| &*gate.name));
                let mut diagnostic = Diagnostic::new(codes::BAD_MANIFEST, place, format!("there is no gate `{name}`"));
                if let Some(near) = near {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
                }
                compiled.complain(diagnostic);
                return Ok(None);
            }
        }
    } else if let [only] = plan.gates.as_slice() {
        (only.name.to_string(), Some(only))
    } else {
        (String::from("default"), None)
    };
    let requires = request
        .require_level
        .or_else(|| chosen.and_then(|gate| Level::from_name(&gate.requires)))
        .unwrap_or(Level::EvidenceGrade);
    let emits: Vec<String> =
        chosen.map(|gate| gate.emits.iter().map(ToString::to_string).collect()).unwrap_or_default();
    let codes = DeclaredCodes::new(emits);
    let policy = match chosen.and_then(|gate| gate.policy.clone()) {
        None => match default_policy() {
            Ok(policy) => policy.clone(),
            Err(error) => return Err(Failure::bug(format!("the embedded policy does not compile: {error}"))),
        },
        Some(path) => {
            let place = compiled
                .package
                .gates
                .iter()
                .find(|gate| *gate.name == *name)
                .and_then(|gate| gate.policy.as_ref().map(|(_, place)| *place));
            match read_policy(system, &compiled.setup.directory, &path) {
                Ok(policy) => policy,
                Err(message) => {
                    if let Some(place) = place {
                        compiled.complain(Diagnostic::new(codes::BAD_POLICY, place, message).help(
                            "the policy is package `attest.gate` with `decision := {\"level\": …, \"denials\": […]}`",
                        ));
                    }
                    return Ok(None);
                }
            }
        }
    };
    Ok(Some(Gate { name, requires, policy, codes }))
}

fn read_policy(system: &dyn System, directory: &Path, path: &Arc<str>) -> Result<Policy, String> {
    let bytes = system.read(&directory.join(&**path), POLICY_BYTES).map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|_| format!("the policy `{path}` is not UTF-8"))?;
    Policy::compile(path, &text).map_err(|error| format!("the policy `{path}` does not compile: {error}"))
}

/// The target's root: what the request says, else the package, else the current directory.
fn root(request: &Request, setup: Option<&Setup>) -> PathBuf {
    let root = request.root.clone().or_else(|| setup.and_then(|setup| setup.target_root.clone()));
    root.unwrap_or_else(|| PathBuf::from("."))
}

/// Where rules and target lie, seen from the current directory; a directory that does not lie below it has no name that
/// others could look up.
fn places(system: &dyn System, request: &Request, setup: &Setup) -> Places {
    let here = system.current_dir().ok();
    let below = |directory: &Path| {
        let relative = here.as_ref().and_then(|here| directory.strip_prefix(here).ok()).unwrap_or(directory);
        let mut parts: Vec<&str> = Vec::new();
        for component in relative.components() {
            match component {
                Component::CurDir => {}
                Component::Normal(part) => parts.push(part.to_str()?),
                Component::ParentDir => {
                    parts.pop()?;
                }
                Component::RootDir | Component::Prefix(_) => return None,
            }
        }
        Some(parts.iter().flat_map(|part| [*part, "/"]).collect::<String>())
    };
    // Lone files are named by the paths that the request has.
    let lone = request.paths.iter().any(|path| path.extension().is_some_and(|extension| extension == "attest"));
    let rules = if lone { None } else { below(&setup.directory) };
    let target = below(&root(request, Some(setup)));
    Places { rules: rules.unwrap_or_default(), target: target.unwrap_or_default() }
}

/// Freezes the target of a request.
///
/// # Errors
/// Where it cannot be read, or the revision is unknown.
pub fn freeze(system: &Arc<dyn System>, request: &Request, setup: Option<&Setup>) -> Result<Box<dyn Target>, Failure> {
    let root = root(request, setup);
    Ok(match &request.rev {
        Some(rev) => Box::new(Revision::open(&**system, &root, rev)?),
        None => Box::new(WorkTree::open(Arc::clone(system), &root)?),
    })
}

/// The options of the engine.
pub fn options(system: &dyn System, request: &Request, settings: Settings) -> Options {
    Options {
        at: request.at.unwrap_or_else(|| system.now()),
        changed: request.changed_files.clone(),
        component: request.component.clone(),
        settings,
    }
}

/// `attest check` of a package.
///
/// # Errors
/// Where the run could not begin.
pub fn check(
    system: &Arc<dyn System>,
    request: &Request,
    progress: Option<&dyn Progress>,
) -> Result<CheckRun, Failure> {
    let mut compiled = compile(&**system, request, false)?;
    let plan = ir::lower(&compiled.package, &compiled.sources);
    if !compiled.setup.has_rules {
        let shown = request.paths.first().map_or_else(|| String::from("."), |path| path.display().to_string());
        return Err(Failure::usage(
            format!("there is no `.attest` file in `{shown}`"),
            "name the directory of the rules, or write a first one",
        ));
    }
    if let Some(component) = &request.component
        && !plan.models.iter().flat_map(|model| &model.components).any(|it| it.name == *component)
    {
        return Err(Failure::usage(
            format!("no model of the package has a component `{component}`"),
            "name one that a `model` declares",
        ));
    }
    let gate = gate(&**system, request, &mut compiled, &plan)?;
    let Some(gate) = gate.filter(|_| compiled.is_sound()) else {
        return Ok(outcome::uncompiled(places(&**system, request, &compiled.setup), compiled));
    };
    run(system, request, compiled, &plan, &gate, progress)
}

/// Evaluates and weighs a plan.
pub(super) fn run(
    system: &Arc<dyn System>,
    request: &Request,
    mut compiled: Compiled,
    plan: &Plan,
    gate: &Gate,
    progress: Option<&dyn Progress>,
) -> Result<CheckRun, Failure> {
    let target = freeze(system, request, Some(&compiled.setup))?;
    let options = options(&**system, request, compiled.setup.settings);
    // Who is asked is settled before anything is read: a run that cannot ask does not begin.
    let tier2 = request
        .tier2
        .as_ref()
        .map(|wanted| Tier2::open(system, wanted, &compiled.setup.tier2, plan, &root(request, Some(&compiled.setup))))
        .transpose()?;
    let store = engine::open_store(plan, &*target, &options);
    let judged = engine::judge_all(plan, &store, &options, progress);
    let mut said = tier2.as_ref().map(|tier2| {
        let asking = engine::questions(plan, &store, &judged);
        tier2.judge(system, plan, &judged, asking)
    });
    let opinions = said.as_mut().map_or_else(|| vec![None; judged.len()], |said| std::mem::take(&mut said.opinions));
    let evaluation = engine::conclude(plan, judged, opinions, options.at);
    let second = match (&tier2, &mut said) {
        (Some(tier2), Some(said)) => tier2.second_opinions(system, plan, &evaluation, said)?,
        _ => BTreeMap::new(),
    };
    let summary = match (tier2, said) {
        (Some(tier2), Some(said)) => Some(tier2.close(&**system, said)?),
        _ => None,
    };
    let excerpts = outcome::excerpts(&evaluation, &store);
    for diagnostic in outcome::stale_waivers(&evaluation, &compiled.package, plan) {
        compiled.complain(diagnostic);
    }
    let input = outcome::input(plan, &evaluation, &second, target.identity()?, gate, &options)?;
    let decision = gate.policy.decide(&input, &gate.codes);
    let places = places(&**system, request, &compiled.setup);
    let mut run = outcome::report(request, places, compiled, plan, input, decision, excerpts)?;
    run.tier2 = summary;
    Ok(run)
}

/// What Tier 2 would ask.
///
/// # Errors
/// Where the run could not begin.
pub(super) fn list(system: &Arc<dyn System>, request: &Request) -> Result<ListRun, Failure> {
    let (compiled, plan) = planned(system, request)?;
    if !compiled.is_sound() {
        let Compiled { sources, diagnostics, .. } = compiled;
        return Ok(ListRun { listing: None, sources, diagnostics, exit: Exit::Usage });
    }
    let target = freeze(system, request, Some(&compiled.setup))?;
    let options = options(&**system, request, compiled.setup.settings);
    let store = engine::open_store(&plan, &*target, &options);
    let judged = engine::judge_all(&plan, &store, &options, None);
    let asking = engine::questions(&plan, &store, &judged);
    let wanted = request.tier2.as_ref().ok_or_else(|| Failure::bug("a list without its settings"))?;
    let root = root(request, Some(&compiled.setup));
    let listing = tier2::list(system, wanted, &compiled.setup.tier2, &plan, &root, &judged, asking)?;
    let Compiled { sources, diagnostics, .. } = compiled;
    Ok(ListRun { listing: Some(listing), sources, diagnostics, exit: Exit::Met })
}

/// The plan of a request: of a package, or of a JSON file of assertions.
///
/// # Errors
/// Where it cannot be read.
pub(super) fn planned(system: &Arc<dyn System>, request: &Request) -> Result<(Compiled, Plan), Failure> {
    if let Some(path) = request.json_file() {
        let compiled = compile_std(false);
        let (plan, _) = assertions::plan_of_file(&**system, request, &path, &compiled)?;
        return Ok((compiled, plan));
    }
    let compiled = compile(&**system, request, false)?;
    let plan = ir::lower(&compiled.package, &compiled.sources);
    Ok((compiled, plan))
}

/// What the policy sees.
///
/// # Errors
/// Where the target's identity cannot be read.
pub fn input(
    plan: &Plan,
    evaluation: &Evaluation,
    target: &dyn Target,
    gate: &Gate,
    options: &Options,
) -> Result<Input, Failure> {
    outcome::input(plan, evaluation, &BTreeMap::new(), target.identity()?, gate, options)
}

/// Evaluates a plan over a target for other steps (`dump`).
pub fn evaluate<'t>(plan: &Plan, target: &'t dyn Target, options: &Options) -> (Store<'t>, Evaluation) {
    let store = engine::open_store(plan, target, options);
    let evaluation = engine::evaluate(plan, &store, options, None);
    (store, evaluation)
}

/// A compiled package without anything in it.
pub(super) fn compile_nothing() -> Compiled {
    let setup = Setup {
        directory: PathBuf::from("."),
        target_root: None,
        default_gate: None,
        settings: Settings::default(),
        tier2: Tier2Section::default(),
        has_rules: false,
        overrides: crate::diag::sink::Overrides::default(),
    };
    Compiled { sources: SourceMap::new(), package: Package::default(), diagnostics: Vec::new(), setup }
}
