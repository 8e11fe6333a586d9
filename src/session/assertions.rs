//! Assertions without a rule file: `attest assert CHECK name=value...`, and a JSON file of them. What is wrong with one
//! is the error outcome of that one; a malformed file is a usage error.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::Request;
use super::options::{CheckRun, Failure};
use super::pipeline::{self, Compiled};
use crate::base::schema::Ty;
use crate::base::source::SourceMap;
use crate::base::span::{SourceId, Span};
use crate::base::suggest;
use crate::base::system::System;
use crate::engine::Progress;
use crate::hir::expr::{Expr, ExprKind};
use crate::hir::model::{CheckDef, CheckId, Package};
use crate::hir::{ArgumentError, check_arguments};
use crate::ir::plan::{Obligation, Plan, SCHEMA};
use crate::ir::{self};
use crate::target::normalise_remote;

/// Largest file of assertions.
const FILE_BYTES: u64 = 64 << 20;
/// Most assertions of one file.
const ASSERTIONS: usize = 1_000_000;
/// The keys of an assertion.
const KEYS: [&str; 7] = ["id", "type", "params", "description", "repo", "covers", "control"];

/// One assertion, ad hoc.
pub(super) fn check_one(
    system: &Arc<dyn System>,
    request: &Request,
    check: &str,
    arguments: &[(String, String)],
) -> Result<CheckRun, Failure> {
    let mut compiled = pipeline::compile_std(false);
    let (id, definition) =
        find(&compiled.package, check).map_err(|help| Failure::usage(format!("there is no check `{check}`"), help))?;
    let typed: Vec<(String, Value)> =
        arguments.iter().map(|(name, text)| (name.clone(), typed(definition, name, text))).collect();
    let obligation = obligation(&compiled.package, "assert", id, &typed).map_err(|error| {
        let help = error.help.clone().unwrap_or_else(|| signature(definition));
        Failure::usage(error.message, help)
    })?;
    let plan = Plan { schema: SCHEMA, obligations: vec![obligation], ..Plan::default() };
    weigh(system, request, &mut compiled, &plan, None)
}

/// A JSON file of assertions.
pub(super) fn check_file(
    system: &Arc<dyn System>,
    request: &Request,
    path: &Path,
    progress: Option<&dyn Progress>,
) -> Result<CheckRun, Failure> {
    let mut compiled = pipeline::compile_std(false);
    let plan = plan_of_file(&**system, request, path, &compiled)?;
    let plan = with_repositories(system, request, plan)?;
    weigh(system, request, &mut compiled, &plan, progress)
}

/// The plan of a JSON file of assertions.
pub(super) fn plan_of_file(
    system: &dyn System,
    _: &Request,
    path: &Path,
    compiled: &Compiled,
) -> Result<(Plan, Vec<Option<String>>), Failure> {
    let bytes = system.read(path, FILE_BYTES).map_err(|error| {
        if error.is_missing() {
            Failure::usage(format!("`{}` does not exist", path.display()), "name a file of assertions")
        } else {
            Failure::from(error)
        }
    })?;
    let items = parse(&bytes, path)?;
    let width = items.len().saturating_sub(1).to_string().len().max(4);
    let mut assertions: Vec<(Obligation, Option<String>)> = items
        .into_iter()
        .enumerate()
        .map(|(index, item)| one(&compiled.package, &format!("a{index:0width$}"), item))
        .collect();
    assertions.sort_by(|left, right| left.0.id.cmp(&right.0.id));
    for pair in assertions.windows(2) {
        if let [(left, _), (right, _)] = pair
            && left.id == right.id
        {
            return Err(Failure::usage(
                format!("two assertions of `{}` have the id `{}`", path.display(), left.id),
                "give each an id of its own, or none",
            ));
        }
    }
    let (obligations, repos) = assertions.into_iter().unzip();
    Ok((Plan { schema: SCHEMA, obligations, ..Plan::default() }, repos))
}

/// An assertion for another repository than the target's is refused.
fn with_repositories(
    system: &Arc<dyn System>,
    request: &Request,
    (mut plan, repos): (Plan, Vec<Option<String>>),
) -> Result<Plan, Failure> {
    if repos.iter().all(Option::is_none) {
        return Ok(plan);
    }
    let target = pipeline::freeze(system, request, None)?;
    let own = target.identity()?.repo.clone();
    for (obligation, repo) in plan.obligations.iter_mut().zip(repos) {
        let Some(repo) = repo else { continue };
        let wanted = normalise_remote(&repo)
            .or_else(|| normalise_remote(&format!("https://{repo}")))
            .unwrap_or_else(|| repo.clone());
        let matches = own.as_ref().is_some_and(|own| {
            // A slug without host (`acme/shop`) names the last two segments.
            own.eq_ignore_ascii_case(&wanted)
                || own
                    .to_ascii_lowercase()
                    .ends_with(&format!("/{}", repo.trim_end_matches(".git").to_ascii_lowercase()))
        });
        if !matches && obligation.unusable.is_none() {
            obligation.unusable = Some(Arc::from(match &own {
                Some(own) => format!("the assertion is about `{repo}`, and the target is `{own}`"),
                None => format!(
                    "the assertion is about `{repo}`, and the target's repository is unknown: add a remote, or drop `repo`"
                ),
            }));
        }
    }
    Ok(plan)
}

fn weigh(
    system: &Arc<dyn System>,
    request: &Request,
    compiled: &mut Compiled,
    plan: &Plan,
    progress: Option<&dyn Progress>,
) -> Result<CheckRun, Failure> {
    let gate = pipeline::gate(&**system, request, compiled, plan)?;
    let gate = gate.ok_or_else(|| Failure::bug("the default gate does not compile"))?;
    let compiled = std::mem::replace(compiled, pipeline::compile_nothing());
    pipeline::run(system, request, compiled, plan, &gate, progress)
}

/// An array, or `{"assertions": [...]}`.
fn parse(bytes: &[u8], path: &Path) -> Result<Vec<Value>, Failure> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let help = "a file of assertions is a JSON array of `{\"type\": …, \"params\": {…}}`, or `{\"assertions\": [...]}`";
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| Failure::usage(format!("`{}` is not JSON: {error}", path.display()), help))?;
    let items = match value {
        Value::Array(items) => items,
        Value::Object(mut object) => match object.remove("assertions") {
            Some(Value::Array(items)) if object.is_empty() => items,
            Some(Value::Array(_)) => {
                let unknown = object.keys().next().cloned().unwrap_or_default();
                return Err(Failure::usage(format!("`{}` has the unknown key `{unknown}`", path.display()), help));
            }
            _ => return Err(Failure::usage(format!("`{}` holds no list of assertions", path.display()), help)),
        },
        _ => return Err(Failure::usage(format!("`{}` holds no list of assertions", path.display()), help)),
    };
    if items.len() > ASSERTIONS {
        return Err(Failure::usage(
            format!("`{}` holds {} assertions, the limit is {ASSERTIONS}", path.display(), items.len()),
            "split the file",
        ));
    }
    Ok(items)
}

/// One assertion of a file: whatever is wrong with it becomes its own error.
fn one(package: &Package, fallback: &str, item: Value) -> (Obligation, Option<String>) {
    let Value::Object(item) = item else {
        return (unusable(fallback, None, "an assertion is an object with `type` and `params`"), None);
    };
    let id = match item.get("id") {
        None => fallback.to_owned(),
        Some(Value::String(id)) if !id.trim().is_empty() && !id.chars().any(char::is_control) => id.clone(),
        Some(_) => return (unusable(fallback, None, "`id` must be a text that is not empty"), None),
    };
    match read(package, &id, &item) {
        Ok((mut obligation, repo)) => {
            obligation.control = text(&item, "control").ok().flatten().map(Arc::from);
            obligation.doc = text(&item, "description").ok().flatten().map(Arc::from);
            obligation.meaning = obligation.doc.clone().or(obligation.meaning);
            (obligation, repo)
        }
        Err(message) => {
            let check = item.get("type").and_then(Value::as_str);
            (unusable(&id, check, &message), None)
        }
    }
}

fn read(package: &Package, id: &str, item: &Map<String, Value>) -> Result<(Obligation, Option<String>), String> {
    if let Some(key) = item.keys().find(|key| !KEYS.contains(&key.as_str())) {
        let hint = suggest::nearest(key, KEYS).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        return Err(format!("unknown key `{key}`{hint}"));
    }
    let name = text(item, "type")?.ok_or("the assertion has no `type`: name a check")?;
    let (check, definition) = find(package, name).map_err(|help| format!("unknown type `{name}`: {help}"))?;
    let params = match item.get("params") {
        Some(Value::Object(params)) => params,
        None => return Err(String::from("the assertion has no `params`")),
        Some(_) => return Err(String::from("`params` must be an object of named arguments")),
    };
    let args: Vec<(String, Value)> = params.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let mut obligation = obligation(package, id, check, &args).map_err(|error| worded(&error, definition))?;
    obligation.covers = match item.get("covers") {
        None => Vec::new(),
        Some(Value::Array(facets)) => facets
            .iter()
            .map(|facet| facet.as_str().map(Arc::from).ok_or_else(|| String::from("`covers` must be a list of texts")))
            .collect::<Result<_, _>>()?,
        Some(_) => return Err(String::from("`covers` must be a list of texts")),
    };
    text(item, "control")?;
    text(item, "description")?;
    let repo = text(item, "repo")?.map(str::to_owned);
    Ok((obligation, repo))
}

fn text<'v>(item: &'v Map<String, Value>, key: &str) -> Result<Option<&'v str>, String> {
    match item.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("`{key}` must be a text")),
    }
}

fn worded(error: &ArgumentError, definition: &CheckDef) -> String {
    let help = error.help.clone().unwrap_or_else(|| signature(definition));
    format!("{} ({help})", error.message)
}

/// `function_exists(file: Files, name: Symbol)`.
fn signature(definition: &CheckDef) -> String {
    let params: Vec<String> = definition.params.iter().map(|param| format!("{}: {}", param.name, param.ty)).collect();
    format!("{}({})", definition.path, params.join(", "))
}

fn unusable(id: &str, check: Option<&str>, message: &str) -> Obligation {
    Obligation {
        check: check.map(Arc::from),
        unusable: Some(Arc::from(message)),
        ..Obligation::of(id, ir::plan::Expr::Undecidable { message: Arc::from(message) })
    }
}

/// The obligation of one call of a check.
fn obligation(
    package: &Package,
    id: &str,
    check: CheckId,
    args: &[(String, Value)],
) -> Result<Obligation, ArgumentError> {
    let values = check_arguments(package, check, args)?;
    let definition = package.checks.get(check.0 as usize);
    let nowhere = Span::new(SourceId(0), 0, 0);
    let params = definition.map(|definition| definition.params.as_slice()).unwrap_or_default();
    let args = values
        .into_iter()
        .zip(params)
        .map(|(value, param)| Expr { kind: ExprKind::Const(value), ty: param.ty.clone(), span: nowhere })
        .collect();
    let call = Expr { kind: ExprKind::Check { check, args }, ty: Ty::Result, span: nowhere };
    // All its arguments are constants: no source is looked into.
    Ok(ir::lower_claim(package, &SourceMap::new(), id, &call))
}

/// The check of that name, or what to do.
fn find<'p>(package: &'p Package, name: &str) -> Result<(CheckId, &'p CheckDef), String> {
    let found = package.checks.iter().position(|check| *check.path == *name);
    let found = found.and_then(|at| Some((CheckId(u32::try_from(at).ok()?), package.checks.get(at)?)));
    found.ok_or_else(|| {
        if let Some(near) = suggest::nearest(name, package.checks.iter().map(|check| &*check.path)) {
            format!("did you mean `{near}`?")
        } else {
            let names: Vec<&str> = package.checks.iter().map(|check| &*check.path).collect();
            format!("there are {}", names.join(", "))
        }
    })
}

/// An argument of the command line in the type of its parameter: JSON where the type is no text.
fn typed(definition: &CheckDef, name: &str, text: &str) -> Value {
    let ty = definition.params.iter().find(|param| *param.name == *name).map(|param| &param.ty);
    let inner = match ty {
        Some(Ty::Optional(inner)) => Some(&**inner),
        other => other,
    };
    match inner {
        Some(Ty::Bool | Ty::Int | Ty::Decimal | Ty::Json | Ty::List(_)) => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()))
        }
        _ => Value::String(text.to_owned()),
    }
}
