//! `check name(params) { … }`.

use std::sync::Arc;

use crate::base::schema::{Refinement, Ty};
use crate::syntax::ast::Keyword;

use super::super::diags;
use super::super::expr::{Const, Expr, ExprKind};
use super::super::fields::{Fields, Reader, Shape};
use super::super::infer::{By, Infer, Reach};
use super::super::model::{CheckDef, CheckParam, IfEmpty};
use super::super::template;
use super::super::types;
use super::super::world::{Log, Role, World};
use super::{doc, param};

const SHAPE: Shape = Shape {
    keyword: Keyword::Check,
    fields: &["proves", "holds", "require", "otherwise", "if_empty", "message", "ask", "evidence"],
    required: &[],
    repeated: &[],
    blocks: &[],
    title: false,
};

/// Most parameters of a check; what looks through them stays linear in the size of a file.
const PARAMETERS: usize = 256;

/// `require`, with the words where it does not hold.
type Requirement = (Expr, Arc<str>);

/// Types and defaults of every check's parameters: what a call needs to know.
pub(in crate::hir) fn signatures(world: &mut World<'_>, log: &mut Log) {
    for index in 0..world.checks.len() {
        let Some(decl) = world.checks.get(index) else { continue };
        let (file, block) = (decl.file, decl.block);
        let mut params: Vec<CheckParam> = Vec::with_capacity(block.params.len());
        let mut infer = Infer::new(world, file, log, Reach::Constants);
        if let Some(extra) = block.params.get(PARAMETERS) {
            infer.log.push(diags::too_many_params(extra.name.span, PARAMETERS));
        }
        for written in block.params.iter().take(PARAMETERS) {
            let name = &written.name;
            if let Some(first) = params.iter().find(|param| param.name == name.text) {
                infer.log.push(diags::duplicate_declaration(name.span, &name.text, first.span));
                continue;
            }
            let ty = param::ty(&written.ty, infer.log);
            let default = written.default.as_ref().and_then(|value| infer.constant(value, &ty, By::Param(&name.text)));
            // After a default that did not compile the argument is not missing at every call.
            let ty = if written.default.is_some() && default.is_none() { Ty::Unknown } else { ty };
            params.push(CheckParam {
                name: Arc::clone(&name.text),
                ty,
                default,
                local: super::super::expr::Local(u32::try_from(params.len()).unwrap_or(u32::MAX)),
                span: name.span,
            });
        }
        if let Some(decl) = world.checks.get_mut(index) {
            decl.params = params;
        }
    }
}

/// The check at `index`; those before it are compiled.
pub(in crate::hir) fn lower(world: &mut World<'_>, index: usize, log: &mut Log) -> Option<CheckDef> {
    let (def, require) = {
        let decl = world.checks.get(index)?;
        lower_body(world, index, decl.file, log)?
    };
    if let Some(decl) = world.checks.get_mut(index) {
        decl.require = require;
    }
    Some(def)
}

fn lower_body(world: &World<'_>, index: usize, file: usize, log: &mut Log) -> Option<(CheckDef, Option<Requirement>)> {
    let decl = world.checks.get(index)?;
    let block = decl.block;
    let params = &decl.params;
    let role = world.units.get(decl.unit).map_or(Role::Main, |unit| unit.role);
    let before = log.found();
    let fields = Fields::read(block, &SHAPE, log);
    let mut used = std::collections::BTreeSet::new();

    let mut infer = Infer::new(world, file, log, Reach::Everything);
    infer.check = Some(index);
    // A constant of the plan: what calls give is known by then.
    let bind = |infer: &mut Infer<'_, '_>| {
        for param in params {
            // An optional with a default is always given.
            let ty = if param.default.as_ref().is_some_and(|value| *value != Const::Null) {
                types::plain(&param.ty).clone()
            } else {
                param.ty.clone()
            };
            let ident = crate::syntax::ast::Ident { text: Arc::clone(&param.name), span: param.span };
            infer.bind(&ident, ty, true);
        }
    };
    bind(&mut infer);
    let holds = fields.expr("holds").map(|expr| infer.check(expr, &Ty::Result, By::Field("holds")));
    infer.refuse_questions(None);
    used.append(&mut infer.used);

    let mut infer = Infer::new(world, file, log, Reach::Parameters);
    bind(&mut infer);
    let require = fields.expr("require").map(|expr| infer.check(expr, &Ty::Bool, By::Field("require")));
    used.append(&mut infer.used);

    let mut reader = Reader { world, file, log };
    let otherwise = reader.text(&fields, "otherwise");
    let proves = reader.choices(&fields, "proves", "proves");
    let evidence = reader.choices(&fields, "evidence", "evidence");
    let if_empty = if_empty(&mut reader, &fields);
    let message = reader.literal(&fields, "message");
    let ask = reader.literal(&fields, "ask");
    let message = message.and_then(|text| template::of_check(text, params, &mut used, log));
    let ask = ask.and_then(|text| template::of_check(text, params, &mut used, log));

    if fields.has("require") && !fields.has("otherwise") && !block.broken {
        let span = fields.name_span("require").unwrap_or(block.head());
        let missing = [("otherwise", "\"give exactly one of …\"")];
        log.push(diags::missing_fields(span, "a check with `require`", &missing));
    }
    if let Some(span) = fields.name_span("otherwise").filter(|_| !fields.has("require") && !block.broken) {
        log.push(diags::otherwise_without_require(span));
    }
    if !fields.has("holds") && !fields.has("ask") && !block.broken {
        log.push(diags::question_or_claim(block.head()));
    }
    if !fields.has("holds") && fields.has("ask") && !block.broken {
        // They say what the question is about: its subject is looked for before anybody is asked.
        let subjects = [Refinement::Files, Refinement::Symbol];
        let of_subject = params.iter().filter(|param| subjects.iter().any(|it| holds_text(&param.ty, *it)));
        used.extend(of_subject.map(|param| param.local));
        if !params.iter().any(|param| holds_text(&param.ty, Refinement::Files)) {
            log.push(diags::question_without_files(block.head(), &decl.name));
        }
    }
    // What did not compile may use what seems unused.
    if role != Role::Dependency && !block.broken && log.found() == before {
        lints(params, &used, &decl.name, holds.as_ref(), log);
    }
    let require = require
        .filter(|require| !matches!(require.kind, ExprKind::Error))
        .map(|require| (require, otherwise.unwrap_or_default()));
    let def = CheckDef {
        path: Arc::clone(&decl.path),
        name: Arc::clone(&decl.name),
        doc: doc(block),
        params: params.clone(),
        proves,
        holds,
        require: require.clone(),
        if_empty,
        message,
        ask,
        evidence,
        is_std: role == Role::Std,
        span: decl.span(),
    };
    Some((def, require))
}

/// Whether an argument of the type is a text of that refinement, or some of them; one that did not compile may be.
fn holds_text(ty: &Ty, refinement: Refinement) -> bool {
    match ty {
        Ty::Optional(inner) | Ty::List(inner) => holds_text(inner, refinement),
        ty => matches!(ty, Ty::Unknown) || *ty == Ty::Refined(refinement),
    }
}

fn lints(
    params: &[CheckParam],
    used: &std::collections::BTreeSet<super::super::expr::Local>,
    name: &str,
    holds: Option<&Expr>,
    log: &mut Log,
) {
    for param in params.iter().filter(|param| !used.contains(&param.local)) {
        log.push(diags::unused_param(param.span, &param.name, name));
    }
    if let Some(holds) = holds
        && is_constant(holds)
    {
        log.push(diags::vacuous(holds.span, "check"));
    }
}

/// Whether an expression is certainly the same for every target: constants and nothing else.
pub(super) fn is_constant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Const(_) => true,
        ExprKind::Lift(inner) | ExprKind::Negated(inner) => is_constant(inner),
        ExprKind::Builtin { args, .. } | ExprKind::List(args) | ExprKind::AllOf(args) | ExprKind::AnyOf(args) => {
            args.iter().all(is_constant)
        }
        ExprKind::Ternary { condition, yes, no } => is_constant(condition) && is_constant(yes) && is_constant(no),
        _ => false,
    }
}

/// `if_empty: pass` or `fail`.
pub(super) fn if_empty(reader: &mut Reader<'_, '_, '_>, fields: &Fields<'_>) -> Option<IfEmpty> {
    match &*reader.choice(fields, "if_empty", "if_empty")? {
        "pass" => Some(IfEmpty::Pass),
        _ => Some(IfEmpty::Fail),
    }
}
