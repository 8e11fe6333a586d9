//! JavaScript (with JSX), TypeScript and TSX: three rows that share a query, and what it cannot say of definitions.

mod http;
mod tests;
mod world;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use super::super::model::{CodeFacts, FunctionKind, Visibility};
use super::treesitter::{
    Definition, Flow, Grammar, Hooks, Judgement, Machine, Nature, Shape, Source, last_segment, words,
};

const SHARED: &str = include_str!("query.scm");

const FLOW: Flow = Flow {
    names: &["identifier", "shorthand_property_identifier"],
    bound: &[("assignment_expression", "left"), ("variable_declarator", "name"), ("catch_clause", "parameter")],
    leaving: &["return_statement", "throw_statement", "continue_statement"],
    blocks: &[
        "statement_block",
        "expression_statement",
        "else_clause",
        "switch_case",
        "switch_default",
        "await_expression",
        "parenthesized_expression",
    ],
    calls: &[("call_expression", "function")],
    aborts,
    judge,
};

/// With the places where types name a parameter.
const TYPED_FLOW: Flow = Flow {
    bound: &[
        ("assignment_expression", "left"),
        ("variable_declarator", "name"),
        ("catch_clause", "parameter"),
        ("type_predicate", ""),
        ("asserts", ""),
        ("type_query", ""),
    ],
    ..FLOW
};

const HOOKS: Hooks = Hooks {
    classify,
    qualifier,
    receiver: |_, _| false,
    call: world::call,
    note: world::note,
    model: |_| false,
    // Types are gone when the program runs: none validates.
    validating: no_type_validates,
    finish: tests::finish,
    constants: |_, _, _| HashMap::new(),
    respell: |_| None,
};

const PATTERN_NAMES: &[&str] = &["identifier", "shorthand_property_identifier_pattern"];

const PATTERN_SKIPS: &[(&str, &str)] =
    &[("assignment_pattern", "right"), ("object_assignment_pattern", "right"), ("pair_pattern", "key")];

/// `export type * from` (TypeScript 5.0), deferred and source-phase imports.
const UNKNOWN_WORDS: &[(&str, &str)] =
    &[("export_statement", "type"), ("import_statement", "defer"), ("import_statement", "source")];

const JAVASCRIPT_SHAPES: &[(&str, Shape)] = &[
    ("identifier", Shape::Name),
    ("shorthand_property_identifier", Shape::Name),
    ("property_identifier", Shape::Name),
    ("private_property_identifier", Shape::Name),
    ("this", Shape::Name),
    ("super", Shape::Name),
    ("import", Shape::Name),
    ("meta_property", Shape::Name),
    ("member_expression", Shape::Member("object", "property")),
    ("call_expression", Shape::Call("function")),
    ("new_expression", Shape::Call("constructor")),
    ("subscript_expression", Shape::Index("object")),
    ("array", Shape::List),
    ("parenthesized_expression", Shape::Through),
    ("await_expression", Shape::Through),
];

const TYPESCRIPT_SHAPES: &[(&str, Shape)] = &[
    ("identifier", Shape::Name),
    ("shorthand_property_identifier", Shape::Name),
    ("property_identifier", Shape::Name),
    ("private_property_identifier", Shape::Name),
    ("type_identifier", Shape::Name),
    ("this", Shape::Name),
    ("super", Shape::Name),
    ("import", Shape::Name),
    ("meta_property", Shape::Name),
    ("member_expression", Shape::Member("object", "property")),
    ("nested_identifier", Shape::Member("object", "property")),
    ("nested_type_identifier", Shape::Member("module", "name")),
    ("call_expression", Shape::Call("function")),
    ("new_expression", Shape::Call("constructor")),
    ("subscript_expression", Shape::Index("object")),
    ("array", Shape::List),
    ("parenthesized_expression", Shape::Through),
    ("await_expression", Shape::Through),
    ("non_null_expression", Shape::Through),
    ("as_expression", Shape::Through),
    ("satisfies_expression", Shape::Through),
    ("instantiation_expression", Shape::Through),
    ("generic_type", Shape::Through),
];

static JAVASCRIPT: Grammar = Grammar {
    language: || tree_sitter_javascript::LANGUAGE.into(),
    query: &[SHARED, include_str!("javascript.scm")],
    shapes: JAVASCRIPT_SHAPES,
    flow: FLOW,
    pattern_names: PATTERN_NAMES,
    pattern_skips: PATTERN_SKIPS,
    unknown_words: UNKNOWN_WORDS,
    hooks: HOOKS,
};

static TYPESCRIPT: Grammar = Grammar {
    language: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    query: &[SHARED, include_str!("typescript.scm")],
    shapes: TYPESCRIPT_SHAPES,
    flow: TYPED_FLOW,
    pattern_names: PATTERN_NAMES,
    pattern_skips: PATTERN_SKIPS,
    unknown_words: UNKNOWN_WORDS,
    hooks: HOOKS,
};

static TSX: Grammar = Grammar {
    language: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    query: &[SHARED, include_str!("typescript.scm")],
    shapes: TYPESCRIPT_SHAPES,
    flow: TYPED_FLOW,
    pattern_names: PATTERN_NAMES,
    pattern_skips: PATTERN_SKIPS,
    unknown_words: UNKNOWN_WORDS,
    hooks: HOOKS,
};

static JAVASCRIPT_MACHINE: LazyLock<Machine> = LazyLock::new(|| Machine::new(&JAVASCRIPT));
static TYPESCRIPT_MACHINE: LazyLock<Machine> = LazyLock::new(|| Machine::new(&TYPESCRIPT));
static TSX_MACHINE: LazyLock<Machine> = LazyLock::new(|| Machine::new(&TSX));

/// The compiled rows.
pub fn machines() -> [&'static Machine; 3] {
    [&JAVASCRIPT_MACHINE, &TYPESCRIPT_MACHINE, &TSX_MACHINE]
}

/// JavaScript to facts.
pub fn extract_javascript(text: &str) -> CodeFacts {
    JAVASCRIPT_MACHINE.extract(text)
}

/// TypeScript to facts.
pub fn extract_typescript(text: &str) -> CodeFacts {
    TYPESCRIPT_MACHINE.extract(text)
}

/// TSX to facts.
pub fn extract_tsx(text: &str) -> CodeFacts {
    TSX_MACHINE.extract(text)
}

fn no_type_validates(_: Option<&str>, _: Option<&str>, _: &HashSet<Arc<str>>) -> bool {
    false
}

/// What stands before the name in an assignment, without the words for "this module" and "this object".
fn qualifier(written: &str) -> String {
    let drop = ["module", "exports", "prototype", "this", "window", "globalThis"];
    written.split('.').filter(|segment| !drop.contains(segment)).collect::<Vec<_>>().join(".")
}

fn classify<'t>(definition: &mut Definition<'t>, source: &Source<'t>) {
    if definition.name.starts_with('#') {
        definition.visibility = Visibility::Private;
    }
    let Nature::Function(kind) = &mut definition.nature else { return };
    let mut cursor = definition.code.walk();
    let mut accessor = false;
    // Modifiers stand before the parameters, those of a field before its value.
    for child in definition.code.children(&mut cursor).take(12) {
        match child.kind() {
            "async" => definition.is_async = true,
            "get" | "set" if *kind == FunctionKind::Method => accessor = true,
            "accessibility_modifier" => definition.visibility = visibility(source.text(child)),
            "formal_parameters" | "statement_block" | "=>" => break,
            _ => {}
        }
    }
    if let Some(row) = Some(definition.row).filter(|row| row.kind() == "public_field_definition") {
        let mut cursor = row.walk();
        if let Some(modifier) =
            row.children(&mut cursor).take(12).find(|child| child.kind() == "accessibility_modifier")
        {
            definition.visibility = visibility(source.text(modifier));
        }
    }
    let on_prototype = definition.row.kind() == "assignment_expression"
        && definition.row.child_by_field_name("left").is_some_and(|left| source.text(left).contains(".prototype."));
    if on_prototype {
        *kind = FunctionKind::Method;
    }
    if *kind != FunctionKind::Method {
        return;
    }
    let in_class = matches!(definition.within, Some(Nature::Class(_)));
    if in_class && &*definition.name == "constructor" {
        *kind = FunctionKind::Constructor;
    } else if accessor {
        *kind = FunctionKind::Accessor;
    }
}

fn visibility(modifier: &str) -> Visibility {
    match modifier {
        "private" => Visibility::Private,
        "protected" => Visibility::Protected,
        _ => Visibility::Public,
    }
}

fn aborts(callee: &str) -> bool {
    let last = last_segment(callee);
    matches!(
        callee,
        "process.exit" | "process.abort" | "Deno.exit" | "notFound" | "redirect" | "unauthorized" | "forbidden"
    ) || matches!(last, "abort" | "fail" | "throw" | "reject" | "raise" | "die")
        || words(last).next().is_some_and(|word| matches!(word.as_str(), "throw" | "raise" | "abort"))
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
    "invariant",
];

fn judge(callee: &str) -> Judgement {
    let last = last_segment(callee);
    match last {
        // `require("x")` imports, `console.assert` only prints.
        _ if matches!(callee, "require" | "console.assert") => Judgement::Use,
        _ if callee.starts_with("assert.") => Judgement::Validator,
        "Number" | "BigInt" | "URL" => Judgement::Validator,
        "String" | "Boolean" | "test" | "has" | "includes" | "match" | "hasOwn" | "hasOwnProperty" | "keys"
        | "exec" | "timingSafeEqual" | "some" | "every" | "indexOf" | "startsWith" | "endsWith" => Judgement::Test,
        _ if words(last).any(|word| VALIDATING_WORDS.contains(&word.as_str())) => Judgement::Validator,
        _ if words(last).next().is_some_and(|word| word == "is" || word == "has") => Judgement::Test,
        _ => Judgement::Use,
    }
}
