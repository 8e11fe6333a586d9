//! Go: its row, and what its query cannot say of definitions. It resolves no name across files of a package: a method
//! whose type stands in another file has no owner, only its qualified name.

mod constants;
mod errors;
mod newer;
mod tests;
mod web;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::LazyLock;

use tree_sitter::Node;

use super::super::model::{CodeFacts, FunctionKind, Owner, Visibility};
use super::treesitter::{
    Builder, CallSite, Definition, Flow, Found, Grammar, Hooks, Judgement, Machine, Nature, Shape, Source,
    last_segment, named_children, words,
};

static GRAMMAR: Grammar = Grammar {
    language: || tree_sitter_go::LANGUAGE.into(),
    query: &[include_str!("query.scm")],
    shapes: &[
        ("identifier", Shape::Name),
        ("field_identifier", Shape::Name),
        ("package_identifier", Shape::Name),
        ("type_identifier", Shape::Name),
        ("qualified_type", Shape::Name),
        ("selector_expression", Shape::Member("operand", "field")),
        ("call_expression", Shape::Call("function")),
        ("index_expression", Shape::Index("operand")),
        ("slice_expression", Shape::Index("operand")),
        ("type_instantiation_expression", Shape::Through),
        ("generic_type", Shape::Through),
        ("pointer_type", Shape::Through),
        ("parenthesized_expression", Shape::Through),
        ("unary_expression", Shape::Through),
        ("type_assertion_expression", Shape::Through),
        ("composite_literal", Shape::Through),
    ],
    flow: Flow {
        names: &["identifier"],
        bound: &[("var_spec", "name"), ("const_spec", "name"), ("parameter_declaration", "name")],
        leaving: &["return_statement", "break_statement", "continue_statement", "goto_statement"],
        blocks: &["block", "statement_list", "expression_statement"],
        calls: &[("call_expression", "function")],
        aborts,
        judge,
    },
    pattern_names: &[],
    pattern_skips: &[],
    unknown_words: &[],
    hooks: Hooks {
        classify,
        qualifier: str::to_owned,
        receiver,
        call,
        note,
        model,
        validating,
        finish,
        constants: constants::texts,
        respell: newer::respell,
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

/// The text of a string literal, escapes refused: a name or value that needs them is no header and no variable.
fn literal<'t>(source: &Source<'t>, node: Node<'_>) -> Option<&'t str> {
    let text = source.text(node);
    let quote = match node.kind() {
        "interpreted_string_literal" if !text.contains('\\') => '"',
        "raw_string_literal" => '`',
        _ => return None,
    };
    text.strip_prefix(quote)?.strip_suffix(quote)
}

fn classify<'t>(definition: &mut Definition<'t>, source: &Source<'t>) {
    let exported = definition.name.starts_with(char::is_uppercase);
    definition.visibility = if exported { Visibility::Public } else { Visibility::Internal };
    match &mut definition.nature {
        Nature::Class(kind) => {
            let Some(ty) = definition.code.child_by_field_name("type") else { return };
            let alias = definition.code.kind() == "type_alias";
            *kind = match ty.kind() {
                "struct_type" if !alias => "struct",
                "interface_type" if !alias => "interface",
                _ => "alias",
            };
            definition.bases = embedded(ty, source);
        }
        // The body is in assembly or linked from elsewhere.
        Nature::Function(kind) if *kind != FunctionKind::Signature => {
            let code = definition.code.kind();
            let declared = matches!(code, "function_declaration" | "method_declaration");
            if declared && definition.code.child_by_field_name("body").is_none() {
                *kind = FunctionKind::Signature;
            }
        }
        _ => {}
    }
}

/// Embedded types of a struct, embedded interfaces of an interface; a union of types embeds none.
fn embedded(ty: Node<'_>, source: &Source<'_>) -> Vec<Arc<str>> {
    let candidates: Vec<Node<'_>> = match ty.kind() {
        "struct_type" => {
            let fields = named_children(ty).into_iter().flat_map(named_children);
            fields
                .filter(|field| field.kind() == "field_declaration" && field.child_by_field_name("name").is_none())
                .filter_map(|field| field.child_by_field_name("type"))
                .collect()
        }
        "interface_type" => named_children(ty)
            .into_iter()
            .filter(|element| element.kind() == "type_elem" && element.named_child_count() == 1)
            .filter_map(|element| element.named_child(0))
            .collect(),
        _ => Vec::new(),
    };
    candidates.into_iter().filter_map(|candidate| named_type(candidate, source)).collect()
}

/// The symbol of a type: `pkg.T` of `*pkg.T[int]`.
fn named_type(ty: Node<'_>, source: &Source<'_>) -> Option<Arc<str>> {
    let mut ty = ty;
    for _ in 0..8 {
        match ty.kind() {
            "type_identifier" => return Some(Arc::from(source.text(ty))),
            "qualified_type" => {
                return Some(
                    source.text(ty).chars().filter(|character| !character.is_whitespace()).collect::<String>().into(),
                );
            }
            "generic_type" => ty = ty.child_by_field_name("type")?,
            "pointer_type" | "parenthesized_type" => ty = ty.named_child(0)?,
            _ => return None,
        }
    }
    None
}

/// Receivers stand in a list of their own.
fn receiver(_: &Definition<'_>, _: &str) -> bool {
    false
}

fn call<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let site = &under_package_name(builder, site);
    errors::call(builder, site);
    tests::call(builder, site);
    web::call(builder, site);
}

fn note<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    match &*found.properties.note {
        "if" => errors::condition(builder, found),
        "switch" => errors::switch(builder, found),
        "statement" => tests::statement(builder, found),
        "tag" => web::tag(builder, found),
        "keyed" => web::keyed(builder, found),
        "entry" => web::entry(builder, found),
        "headers" => web::headers(builder, found),
        _ => {}
    }
}

/// Functions of packages that are known here by the package's own name.
const KNOWN: &[&str] =
    &["Is", "As", "AsType", "Getenv", "LookupEnv", "IsNotExist", "IsExist", "IsPermission", "IsTimeout"];
/// Most imports in which an alias is looked for.
const ALIASES: usize = 256;

/// The call with the name of the package in place of its alias: `errorspkg.Is` after `import errorspkg "errors"`.
fn under_package_name<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) -> CallSite<'t> {
    let mut site = site.clone();
    if let Some((package, function)) = site.callee.split_once('.')
        && KNOWN.contains(&function)
        && let mut imports = builder.facts.imports.iter().take(ALIASES)
        && let Some(import) = imports.find(|import| import.alias.as_deref() == Some(package))
    {
        let own = import.module.rsplit('/').next().unwrap_or_default();
        let callee = format!("{own}.{function}");
        site.callee = builder.source.intern(&callee);
    }
    site
}

fn aborts(callee: &str) -> bool {
    let last = last_segment(callee);
    matches!(callee, "panic" | "os.Exit" | "runtime.Goexit" | "syscall.Exit")
        || ["Fatal", "Panic"].iter().any(|prefix| last.starts_with(prefix))
        || matches!(last, "FailNow" | "SkipNow" | "Exit" | "Exitf" | "Exitln")
        || last.starts_with("ExitWith")
}

const VALIDATING_WORDS: &[&str] = &[
    "validate",
    "validates",
    "validated",
    "validator",
    "check",
    "sanitize",
    "sanitise",
    "verify",
    "ensure",
    "require",
    "assert",
    "parse",
    "clean",
    "escape",
    "must",
];

fn judge(callee: &str) -> Judgement {
    let last = last_segment(callee);
    let by_validator = || {
        let before = callee.rsplit_once('.').map_or("", |(before, _)| before);
        matches!(last, "Struct" | "StructCtx" | "StructPartial" | "StructExcept" | "Var" | "VarCtx" | "VarWithValue")
            && words(last_segment(before)).any(|word| word.starts_with("valid"))
    };
    match last {
        "Atoi" => Judgement::Validator,
        _ if by_validator() => Judgement::Validator,
        _ if words(last).next().is_some_and(|word| VALIDATING_WORDS.contains(&word.as_str())) => Judgement::Validator,
        "len"
        | "cap"
        | "Is"
        | "As"
        | "Equal"
        | "EqualFold"
        | "Contains"
        | "ContainsAny"
        | "ContainsRune"
        | "ContainsFunc"
        | "Compare"
        | "ConstantTimeCompare"
        | "MatchString"
        | "Match"
        | "TrimSpace"
        | "ToLower"
        | "ToUpper"
        | "Index"
        | "RuneCountInString"
        | "ValidString"
        | "Valid"
        | "DeepEqual"
        | "string"
        | "int"
        | "Abs"
        | "Base"
        | "Ext" => Judgement::Test,
        _ => match words(last).next().as_deref() {
            Some("is" | "has" | "valid" | "contains" | "can" | "allowed" | "match" | "matches") => Judgement::Test,
            _ => Judgement::Use,
        },
    }
}

/// Go's types check no values: tags do so only where a binder is asked, which is a call.
fn model(_: &str) -> bool {
    false
}

fn validating(_: Option<&str>, _: Option<&str>, _: &HashSet<Arc<str>>) -> bool {
    false
}

fn finish(facts: &mut CodeFacts) {
    let classes: HashMap<Arc<str>, usize> =
        facts.classes.iter().enumerate().rev().map(|(at, class)| (Arc::clone(&class.qualified_name), at)).collect();
    for function in &mut facts.functions {
        if function.kind == FunctionKind::Method && function.owner.is_none() {
            let ty = function.qualified_name.rsplit_once('.').map_or("", |(ty, _)| ty);
            function.owner = classes.get(ty).map(|at| Owner::Class(u32::try_from(*at).unwrap_or(u32::MAX)));
        }
    }
    tests::finish(facts);
}
