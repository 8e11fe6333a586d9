//! Python: its row, and what its query cannot say of definitions. Python 3.14 as far as the grammar release goes.

mod errors;
mod tests;
mod web;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use super::super::model::{CodeFacts, FunctionKind, Guard, GuardKind, Visibility};
use super::treesitter::{
    Definition, Flow, Grammar, Hooks, Judgement, Machine, Nature, Shape, Source, last_segment, words,
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_python::LANGUAGE.into(),
    query: &[include_str!("query.scm")],
    shapes: &[
        ("identifier", Shape::Name),
        ("dotted_name", Shape::Name),
        ("attribute", Shape::Member("object", "attribute")),
        ("call", Shape::Call("function")),
        ("subscript", Shape::Index("value")),
        ("list", Shape::List),
        ("parenthesized_expression", Shape::Through),
        ("await", Shape::Through),
        // `except E as e`.
        ("as_pattern", Shape::Through),
    ],
    flow: Flow {
        names: &["identifier"],
        bound: &[
            ("attribute", "attribute"),
            ("keyword_argument", "name"),
            ("assignment", "left"),
            ("named_expression", "name"),
        ],
        leaving: &["return_statement", "raise_statement", "continue_statement"],
        blocks: &["block", "expression_statement", "with_statement", "parenthesized_expression", "await"],
        calls: &[("call", "function")],
        aborts,
        judge,
    },
    pattern_names: &["identifier"],
    pattern_skips: &[],
    unknown_words: &[],
    hooks: Hooks {
        classify,
        qualifier,
        receiver,
        call: web::call,
        note: web::note,
        model,
        validating,
        finish,
        constants: |_, _, _| HashMap::new(),
        respell: |_| None,
    },
};

static MACHINE: LazyLock<Machine> = LazyLock::new(|| Machine::new(&GRAMMAR));

/// The compiled row.
pub fn machine() -> &'static Machine {
    &MACHINE
}

/// Text to facts.
pub fn extract(text: &str) -> CodeFacts {
    MACHINE.extract(text)
}

fn classify<'t>(definition: &mut Definition<'t>, source: &Source<'t>) {
    definition.visibility = match definition.name.as_bytes() {
        [b'_', b'_', .., b'_', b'_'] => Visibility::Public,
        [b'_', b'_', ..] => Visibility::Private,
        [b'_', ..] => Visibility::Protected,
        _ => Visibility::Public,
    };
    match &mut definition.nature {
        Nature::Class(kind) if *kind == "class" => {
            let base = |wanted: &[&str]| definition.bases.iter().any(|base| wanted.contains(&last_segment(base)));
            if base(&["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"]) {
                *kind = "enum";
            } else if base(&["Protocol"]) {
                *kind = "protocol";
            }
        }
        Nature::Function(kind) if *kind != FunctionKind::Lambda => {
            definition.is_async = definition.code.child(0).is_some_and(|first| first.kind() == "async");
            let decorated = |wanted: &[&str]| {
                definition.decorators.iter().any(|decorator| wanted.contains(&last_segment(decorator)))
            };
            let accessor = decorated(&["property", "cached_property", "setter", "getter", "deleter"]);
            let in_protocol = definition.within == Some(Nature::Class("protocol"));
            if let Some(Nature::Class(_)) = definition.within {
                *kind = match &*definition.name {
                    "__init__" => FunctionKind::Constructor,
                    _ if accessor => FunctionKind::Accessor,
                    _ => FunctionKind::Method,
                };
            }
            let without_body = || definition.code.child_by_field_name("body").is_some_and(|body| is_stub(body, source));
            if decorated(&["overload"]) || ((in_protocol || decorated(&["abstractmethod"])) && without_body()) {
                *kind = FunctionKind::Signature;
            }
        }
        _ => {}
    }
}

/// What stands before the name in an assignment, without the word for "this object".
fn qualifier(written: &str) -> String {
    written.split('.').filter(|segment| !matches!(*segment, "self" | "cls")).collect::<Vec<_>>().join(".")
}

/// A body of `...`, perhaps after a docstring.
fn is_stub(body: tree_sitter::Node<'_>, source: &Source<'_>) -> bool {
    let mut cursor = body.walk();
    body.named_children(&mut cursor).filter(|child| !child.is_extra()).all(|statement| {
        let only = statement.named_child(0).filter(|_| statement.kind() == "expression_statement");
        only.is_some_and(|only| only.kind() == "ellipsis" || only.kind() == "string")
    }) && source.text(body).ends_with("...")
}

/// The first parameter of a method is its receiver, unless it is static.
fn receiver(definition: &Definition<'_>, first: &str) -> bool {
    let is_static = definition.decorators.iter().any(|decorator| last_segment(decorator) == "staticmethod");
    let method = matches!(definition.within, Some(Nature::Class(_)))
        && !matches!(definition.nature, Nature::Function(FunctionKind::Lambda));
    (method && !is_static) || matches!(first, "self" | "cls")
}

fn aborts(callee: &str) -> bool {
    matches!(callee, "exit" | "quit" | "sys.exit" | "os._exit" | "os.abort" | "pytest.fail" | "pytest.skip")
        || matches!(last_segment(callee), "abort" | "fail" | "die" | "raise_for_status" | "raise_error")
        || last_segment(callee).starts_with("raise_")
        || last_segment(callee).starts_with("abort_")
}

const VALIDATING_WORDS: &[&str] = &[
    "validate",
    "validates",
    "validated",
    "validator",
    "valid",
    "check",
    "sanitize",
    "sanitise",
    "clean",
    "verify",
    "ensure",
    "require",
    "assert",
    "parse",
    "coerce",
    "escape",
];

fn judge(callee: &str) -> Judgement {
    let last = last_segment(callee);
    match last {
        "int" | "float" | "complex" | "Decimal" | "UUID" | "Fraction" | "fromisoformat" | "strptime" | "ip_address"
        | "ip_network" | "IPv4Address" | "IPv6Address" => Judgement::Validator,
        "isinstance" | "issubclass" | "len" | "type" | "callable" | "hasattr" | "any" | "all" | "str" | "bool"
        | "abs" | "min" | "max" | "match" | "fullmatch" | "search" | "compare_digest" | "set" | "repr" | "lower"
        | "isfile" | "isdir" | "exists" => Judgement::Test,
        _ if words(last).any(|word| VALIDATING_WORDS.contains(&word.as_str())) => Judgement::Validator,
        _ if last.starts_with("is_") || last.starts_with("has_") => Judgement::Test,
        _ => Judgement::Use,
    }
}

/// Types that a framework checks values against, and what marks a plain type as constrained.
const CONSTRAINED: &[&str] = &[
    "conint",
    "constr",
    "confloat",
    "conlist",
    "conset",
    "condecimal",
    "condate",
    "conbytes",
    "EmailStr",
    "NameEmail",
    "AnyUrl",
    "AnyHttpUrl",
    "HttpUrl",
    "PostgresDsn",
    "PositiveInt",
    "NegativeInt",
    "NonNegativeInt",
    "NonPositiveInt",
    "PositiveFloat",
    "NegativeFloat",
    "NonNegativeFloat",
    "NonPositiveFloat",
    "FiniteFloat",
    "StrictStr",
    "StrictInt",
    "StrictFloat",
    "StrictBool",
    "StrictBytes",
    "UUID1",
    "UUID3",
    "UUID4",
    "UUID5",
    "IPvAnyAddress",
    "IPvAnyInterface",
    "IPvAnyNetwork",
    "FilePath",
    "DirectoryPath",
    "PastDate",
    "FutureDate",
    "PastDatetime",
    "FutureDatetime",
    "AwareDatetime",
    "NaiveDatetime",
    "BaseModel",
];

/// What constrains the type inside `Annotated[…]`, and as a default binds a request's value (`FastAPI`).
const MARKERS: &[&str] = &[
    "Field",
    "Query",
    "Path",
    "Body",
    "Form",
    "Header",
    "Cookie",
    "File",
    "Depends",
    "Security",
    "AfterValidator",
    "BeforeValidator",
    "PlainValidator",
    "WrapValidator",
    "StringConstraints",
    "Len",
    "MinLen",
    "MaxLen",
    "Gt",
    "Ge",
    "Lt",
    "Le",
    "Interval",
    "MultipleOf",
    "Predicate",
    "Strict",
    "UrlConstraints",
];

/// Bases whose subclasses check what they are made of.
const MODELS: &[&str] = &["BaseModel", "RootModel", "SQLModel", "BaseSettings"];

fn model(base: &str) -> bool {
    MODELS.contains(&base)
}

fn validating(ty: Option<&str>, default: Option<&str>, models: &HashSet<Arc<str>>) -> bool {
    let names = |text: &str| -> Vec<String> {
        let segments = text.split(|character: char| !(character.is_alphanumeric() || character == '_'));
        segments.filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let by_type = ty.is_some_and(|ty| {
        let names = names(ty);
        let annotated = names.iter().any(|name| name == "Annotated");
        names.iter().any(|name| {
            let name = name.as_str();
            CONSTRAINED.contains(&name) || (annotated && MARKERS.contains(&name)) || models.contains(name)
        })
    });
    let by_default = default.and_then(|default| default.split_once('(')).is_some_and(|(callee, _)| {
        let callee = last_segment(callee.trim());
        MARKERS.contains(&callee)
    });
    by_type || by_default
}

fn finish(facts: &mut CodeFacts) {
    errors::resolve(facts);
    tests::collect(facts);
    web::decorated(facts);
    enforced_types(facts);
}

/// Decorators that check every annotated parameter of a call.
fn enforced_types(facts: &mut CodeFacts) {
    for decorator in &facts.decorators {
        if !matches!(last_segment(&decorator.name), "validate_call" | "validate_arguments" | "typechecked" | "beartype")
        {
            continue;
        }
        let super::super::model::Owner::Function(function) = decorator.owner else { continue };
        let from = facts.functions.get(function as usize).map_or(0, |row| row.span.start);
        let first = facts.parameters.partition_point(|parameter| parameter.span.start < from);
        let until = facts.functions.get(function as usize).map_or(0, |row| row.span.end);
        for parameter in facts.parameters.iter_mut().skip(first).take_while(|parameter| parameter.span.start < until) {
            if parameter.function == function && parameter.ty.is_some() {
                let guard = Guard { kind: GuardKind::Type, before_use: true, leaves: false, span: parameter.span };
                parameter.guards.insert(0, guard);
            }
        }
    }
}
