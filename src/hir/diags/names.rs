//! Names: unknown ones, those declared twice, and those that are taken.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::schema::{MethodSpec, RowSpec, Ty};
use crate::base::span::Span;
use crate::diag::{Diagnostic, codes};

use super::super::model::CheckParam;
use super::super::types;
use super::super::world::Function;
use super::{did_you_mean, listed, signature};

type Named<'x> = (&'x str, Option<Span>);

fn plain<'x>(names: impl IntoIterator<Item = &'x str>) -> impl Iterator<Item = Named<'x>> {
    names.into_iter().map(|name| (name, None))
}

pub(in crate::hir) fn duplicate_declaration(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_DECLARATION, span, format!("`{name}` is declared twice"))
        .label("declared again here")
        .also(first, "first declared here")
        .help("rename one of them: all files of a package share one namespace")
}

pub(in crate::hir) fn duplicate_import(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::new(
        codes::DUPLICATE_DECLARATION,
        span,
        format!("`{name}` is imported, and is already another name here"),
    )
    .also(first, "the other one")
    .help(format!(
        "leave out one of the two; an imported check can also be called by its whole path, `module.{name}(…)`"
    ))
}

pub(in crate::hir) fn reserved_name(span: Span, name: &str, what: &str) -> Diagnostic {
    Diagnostic::new(codes::RESERVED_NAME, span, format!("`{name}` is {what} and cannot be declared again"))
        .help("give your check a name of its own")
}

pub(in crate::hir) fn recursive_check(span: Span, cycle: &[Arc<str>]) -> Diagnostic {
    let name = cycle.first().map_or("", |name| name);
    let path = cycle.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" calls ");
    let message = format!("the check `{name}` calls itself");
    Diagnostic::new(codes::RECURSIVE_CHECK, span, message)
        .label(path)
        .help("write what they share as a check of its own that both call")
}

pub(in crate::hir) fn unknown_module<'x>(span: Span, path: &str, known: impl Iterator<Item = &'x str>) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let diagnostic = Diagnostic::new(codes::UNKNOWN_MODULE, span, format!("unknown module `{path}`"));
    did_you_mean(diagnostic, span, path, plain(known.iter().copied()), || {
        Some(if known.is_empty() {
            "name the package that holds it under `[dependencies]` in `attest.toml`".to_owned()
        } else {
            format!(
                "known modules are {}; others come from `[dependencies]` in `attest.toml`",
                listed(known.iter().copied())
            )
        })
    })
}

pub(in crate::hir) fn unknown_import(span: Span, name: &str, module: &str, known: &[Named<'_>]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::UNKNOWN_IMPORT, span, format!("the module `{module}` has no check or param `{name}`"));
    did_you_mean(diagnostic, span, name, known.iter().copied(), || offered(module, known))
}

pub(in crate::hir) fn import_of_module(span: Span, module: &str, known: &[Named<'_>]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::UNKNOWN_IMPORT, span, format!("`{module}` is a module, not a check or param"));
    let example = known.first().map_or("name", |(name, _)| name);
    diagnostic.help(format!("name what you want of it, as in `use {module}.{example}`"))
}

fn offered(module: &str, known: &[Named<'_>]) -> Option<String> {
    (!known.is_empty()).then(|| format!("`{module}` offers {}", listed(known.iter().map(|(name, _)| *name))))
}

pub(in crate::hir) fn unknown_name(
    span: Span,
    name: &str,
    candidates: Vec<Named<'_>>,
    function: Option<Function<'_>>,
    is_word: bool,
    hint: Option<&Ty>,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::UNKNOWN_NAME, span, format!("unknown name `{name}`"));
    match function {
        Some(Function::Check(_)) => return diagnostic.help(format!("`{name}` is a check: call it, as in `{name}(…)`")),
        Some(Function::Relation(relation)) => {
            return diagnostic
                .help(format!("`{name}` is a relation: call it, as in `{}`", signature(name, &relation.params)));
        }
        Some(Function::Builtin(_)) => {
            return diagnostic.help(format!("`{name}` is a function: call it, as in `{name}(x)`"));
        }
        None => {}
    }
    let wants_text = hint.map(types::plain).is_some_and(|ty| types::is_text(ty) || *ty == Ty::Json);
    did_you_mean(diagnostic, span, name, candidates, || {
        Some(if wants_text {
            format!("write a text in quotes, as in `\"{name}\"`; a value that rules share is a `param`")
        } else if is_word {
            format!("`{name}` is a word of an enum, which only stands where that enum is expected")
        } else {
            "declare it as a parameter of the check or as a `param` of the package".to_owned()
        })
    })
}

pub(in crate::hir) fn unknown_value(
    span: Span,
    name: &str,
    expected: &str,
    known: &'static [&'static str],
) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::UNKNOWN_VALUE, span, format!("`{name}` is no `{expected}`"));
    let mut diagnostic = did_you_mean(diagnostic, span, name, plain(known.iter().copied()), || None);
    let list = format!("one of {}", listed(known.iter().copied()));
    diagnostic.help = Some(match diagnostic.help {
        Some(help) => format!("{help} a `{expected}` is {list}"),
        None => format!("write {list}"),
    });
    diagnostic
}

pub(in crate::hir) fn unknown_run_value<'x>(
    span: Span,
    path: &str,
    known: impl Iterator<Item = &'x str>,
) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let diagnostic = Diagnostic::new(codes::UNKNOWN_NAME, span, format!("unknown value `{path}`"));
    did_you_mean(diagnostic, span, path, plain(known.iter().copied()), || {
        Some(format!("values of the run are {}", listed(known.iter().copied())))
    })
}

/// A name that is called and is neither check nor relation nor function.
pub(in crate::hir) fn unknown_function(
    span: Span,
    name: &str,
    checks: &[Named<'_>],
    relations: &[&'static str],
    like_check: bool,
) -> Diagnostic {
    const METHODS: [&str; 10] =
        ["contains", "startsWith", "endsWith", "exists", "exists_one", "filter", "map", "all", "orValue", "is_named"];
    if METHODS.contains(&name) {
        return Diagnostic::new(codes::UNKNOWN_CHECK, span, format!("`{name}` needs a receiver"))
            .help(format!("put what it applies to in front, as in `x.{name}(…)`"));
    }
    let near =
        crate::base::suggest::nearest(name, checks.iter().map(|(check, _)| *check).chain(relations.iter().copied()));
    let is_relation = near.map_or(!like_check, |near| relations.contains(&near));
    let (code, what) =
        if is_relation { (codes::UNKNOWN_RELATION, "relation") } else { (codes::UNKNOWN_CHECK, "check") };
    let diagnostic = Diagnostic::new(code, span, format!("unknown {what} `{name}`"));
    let candidates = checks.iter().copied().chain(plain(relations.iter().copied()));
    did_you_mean(diagnostic, span, name, candidates, || {
        Some(if is_relation {
            format!("relations are {}", listed(relations.iter().copied()))
        } else {
            format!("declare it with `check {name}(…) {{ … }}`, or import it with `use`")
        })
    })
}

pub(in crate::hir) fn value_called(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_CHECK, span, format!("`{name}` is a value and cannot be called"))
        .help("leave out the parentheses, or name a check")
}

pub(in crate::hir) fn unknown_argument(
    span: Span,
    name: &str,
    check: &str,
    params: &[CheckParam],
    label: bool,
) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::UNKNOWN_ARGUMENT, span, format!("the check `{check}` has no parameter `{name}`"));
    let candidates = params.iter().map(|param| (&*param.name, label.then_some(param.span)));
    did_you_mean(diagnostic, span, name, candidates, || {
        Some(if params.is_empty() {
            format!("`{check}` takes no arguments")
        } else {
            format!("its parameters are {}", listed(params.iter().map(|param| &*param.name)))
        })
    })
}

pub(in crate::hir) fn duplicate_argument(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_ARGUMENT, span, format!("the argument `{name}` is given twice"))
        .help("leave out one of them")
}

pub(in crate::hir) fn unknown_column(span: Span, name: &str, row: &RowSpec) -> Diagnostic {
    let message = match row.name.split_once('/') {
        Some((_, part)) => format!("the schema knows no field `{name}` of `{part}`"),
        None => format!("a row of `{}` has no column `{name}`", row.name),
    };
    let diagnostic = Diagnostic::new(codes::UNKNOWN_COLUMN, span, message);
    let columns = row.columns.iter().map(|column| column.name);
    let methods = row.methods.iter().map(|method| method.name);
    did_you_mean(diagnostic, span, name, plain(columns.clone().chain(methods)), || {
        Some(format!("its columns are {}", listed(columns)))
    })
}

pub(in crate::hir) fn method_without_call(span: Span, row: &str, method: &MethodSpec) -> Diagnostic {
    Diagnostic::new(
        codes::UNKNOWN_COLUMN,
        span,
        format!("a row of `{row}` has no column `{}`, but a method of that name", method.name),
    )
    .help(format!("call it: `{}`", signature(method.name, &method.params)))
}

pub(in crate::hir) fn column_called(span: Span, args: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_METHOD, span, format!("`{name}` is a column and cannot be called"))
        .help("leave out the parentheses")
        .fix("leave out the parentheses", args, "")
}

pub(in crate::hir) fn no_columns(span: Span, name: &str, ty: &Ty) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::UNKNOWN_COLUMN, span, format!("{} has no column `{name}`", types::phrase(ty)));
    match ty {
        Ty::List(item) if matches!(**item, Ty::Row(_)) => {
            diagnostic.help(format!("ask it of each row, as in `.exists(x, x.{name} == …)`"))
        }
        _ => diagnostic,
    }
}

pub(in crate::hir) fn unknown_method(span: Span, name: &str, ty: &Ty, known: &[&str]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::UNKNOWN_METHOD, span, format!("{} has no method `{name}`", types::phrase(ty)));
    if name == "contains" && matches!(ty, Ty::List(_)) {
        return diagnostic.help("ask with `in`, as in `x in list`");
    }
    did_you_mean(diagnostic, span, name, plain(known.iter().copied()), || {
        (!known.is_empty()).then(|| format!("its methods are {}", listed(known.iter().copied())))
    })
}

pub(in crate::hir) fn unknown_field<'x>(
    span: Span,
    name: &str,
    what: &str,
    known: impl Iterator<Item = &'x str> + Clone,
) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::UNKNOWN_FIELD, span, format!("{what} has no field `{name}`"));
    did_you_mean(diagnostic, span, name, plain(known.clone()), || Some(format!("its fields are {}", listed(known))))
}

pub(in crate::hir) fn duplicate_field(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_FIELD, span, format!("the field `{name}` is given twice"))
        .also(first, "first given here")
        .help("leave out one of them")
}

pub(in crate::hir) fn duplicate_value(span: Span, name: &str, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_VALUE, span, format!("`{name}` is listed twice"))
        .also(first, "first listed here")
        .help("leave out one of them")
}

pub(in crate::hir) fn duplicate_id(span: Span, id: &str, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_ID, span, format!("the id `{id}` is taken"))
        .also(first, "it is this one's id")
        .help("rename one of them, or give it an `id:` of its own")
}

pub(in crate::hir) fn unknown_type(span: Span, name: &str) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::UNKNOWN_TYPE, span, format!("unknown type `{name}`"));
    let wants = match name {
        "String" | "string" | "str" => Some("Text"),
        "Float" | "float" | "Double" | "double" | "Number" | "number" => Some("Decimal"),
        "Integer" | "integer" => Some("Int"),
        "Boolean" | "boolean" => Some("Bool"),
        "Array" | "array" => Some("List"),
        "Pattern" | "pattern" => Some("Regex"),
        _ => None,
    };
    if let Some(wants) = wants {
        return diagnostic.help(format!("did you mean `{wants}`?")).fix(
            format!("replace it by `{wants}`"),
            span,
            wants,
        );
    }
    did_you_mean(diagnostic, span, name, plain(types::type_names()), || {
        Some(format!(
            "types are {}",
            types::type_names().take(19).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ))
    })
}

pub(in crate::hir) fn type_arguments(span: Span, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_TYPE, span, message).help(help)
}

pub(in crate::hir) fn unknown_assertion(span: Span, path: &str, what: &str, known: &[(String, Span)]) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::UNKNOWN_ASSERTION, span, format!("unknown {what} `{path}`"));
    did_you_mean(diagnostic, span, path, known.iter().map(|(name, span)| (name.as_str(), Some(*span))), || {
        Some(if known.is_empty() {
            "this package declares no assertion".to_owned()
        } else {
            format!("name one of {}", listed(known.iter().map(|(name, _)| name.as_str())))
        })
    })
}

pub(in crate::hir) fn unknown_facet(span: Span, facet: &str, control: Option<&str>, known: &[Named<'_>]) -> Diagnostic {
    let Some(control) = control else {
        return Diagnostic::new(
            codes::UNKNOWN_FACET,
            span,
            format!("`{facet}` is covered by an assertion without control"),
        )
        .help("put the assertion into the control whose facets it covers");
    };
    let diagnostic =
        Diagnostic::new(codes::UNKNOWN_FACET, span, format!("the control `{control}` has no facet `{facet}`"));
    did_you_mean(diagnostic, span, facet, known.iter().copied(), || {
        Some(if known.is_empty() {
            format!("declare it with `facets: [{facet}]` in `{control}`")
        } else {
            format!("its facets are {}; add `{facet}` to them", listed(known.iter().map(|(name, _)| *name)))
        })
    })
}

pub(in crate::hir) fn unknown_hole(span: Span, name: &str, params: &[CheckParam]) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::UNKNOWN_HOLE, span, format!("`{{{name}}}` names no parameter of the check"));
    did_you_mean(diagnostic, span, name, params.iter().map(|param| (&*param.name, Some(param.span))), || {
        Some(if params.is_empty() {
            "the check has no parameters; write `{{` for a brace".to_owned()
        } else {
            format!("a hole is one of {}; write `{{{{` for a brace", listed(params.iter().map(|param| &*param.name)))
        })
    })
}

pub(in crate::hir) fn hole_in_assert(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_HOLE, span, format!("`{{{name}}}` is a hole, and an assertion has no parameters"))
        .help("write the value itself; write `{{` for a brace")
}

pub(in crate::hir) fn unknown_verb(span: Span, verb: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::UNKNOWN_VERB, span, format!("`{verb}` is no outcome"));
    let aliases = match verb {
        "pass" | "passed" | "holds" | "hold" => Some("passes"),
        "fail" | "failed" => Some("fails"),
        "error" | "errored" => Some("errors"),
        "skip" | "skipped" => Some("skips"),
        _ => None,
    };
    if let Some(alias) = aliases {
        return diagnostic.help(format!("did you mean `{alias}`?")).fix(
            format!("replace it by `{alias}`"),
            span,
            alias,
        );
    }
    did_you_mean(diagnostic, span, verb, plain(known.iter().copied()), || {
        Some(format!("write one of {}", listed(known.iter().copied())))
    })
}

/// A reference to a part of a model, a code, a component.
pub(in crate::hir) fn unknown_reference(
    span: Span,
    name: &str,
    what: &str,
    declare: &str,
    other: Option<(&'static str, Span)>,
    known: &[Named<'_>],
) -> Diagnostic {
    if let Some((kind, declared)) = other {
        return Diagnostic::new(codes::UNKNOWN_REFERENCE, span, format!("`{name}` is {kind}, and {what} is wanted"))
            .also(declared, "declared here")
            .help(match known.first() {
                Some(_) => format!("name one of {}", listed(known.iter().map(|(name, _)| *name))),
                None => format!("declare one: `{declare}`"),
            });
    }
    let diagnostic = Diagnostic::new(
        codes::UNKNOWN_REFERENCE,
        span,
        format!("unknown {} `{name}`", what.trim_start_matches("an ").trim_start_matches("a ")),
    );
    did_you_mean(diagnostic, span, name, known.iter().copied(), || Some(format!("declare it: `{declare}`")))
}

pub(in crate::hir) fn unknown_override<'x>(span: Span, path: &str, known: impl Iterator<Item = &'x str>) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let diagnostic = Diagnostic::new(
        codes::UNKNOWN_PARAM,
        span,
        format!("`[params]` of `attest.toml` sets `{path}`, which no package declares"),
    );
    let mut diagnostic = did_you_mean(diagnostic, span, path, plain(known.iter().copied()), || {
        Some(if known.is_empty() {
            "remove it: no `param` is declared".to_owned()
        } else {
            format!("params are {}", listed(known.iter().copied()))
        })
    });
    // The place may be no more than the package's: nothing to replace there.
    diagnostic.fix = None;
    diagnostic
}

pub(in crate::hir) fn unknown_rule_code(span: Span, name: &str, known: &BTreeSet<&str>) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::UNKNOWN_REFERENCE, span, format!("unknown failure code `{name}` of a rule"));
    did_you_mean(diagnostic, span, name, plain(known.iter().copied()), || {
        Some(format!(
            "a rule fails with {}: declare a code of your own as `code {name} \"…\"`",
            listed(known.iter().copied())
        ))
    })
}
