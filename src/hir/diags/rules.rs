//! Rules: editions, fields, titles, templates, and lints.

use crate::base::span::Span;
use crate::diag::{Diagnostic, Edit, Fix, codes};

use super::listed;

pub(in crate::hir) fn missing_edition(at: Span) -> Diagnostic {
    Diagnostic::new(codes::MISSING_EDITION, at, "no edition is named")
        .help("begin the file with `edition 1`, or set `edition = 1` in `[package]` of `attest.toml`")
        .fix("begin the file with `edition 1`", at, "edition 1\n")
}

pub(in crate::hir) fn unknown_edition(span: Span, edition: i64) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_EDITION, span, format!("unknown edition `{edition}`"))
        .help("this compiler reads edition 1; a newer edition needs a newer `attest`")
}

pub(in crate::hir) fn unknown_package_edition(at: Span, edition: u32) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_EDITION, at, format!("`attest.toml` names the unknown edition `{edition}`"))
        .help("this compiler reads edition 1; a newer edition needs a newer `attest`")
}

pub(in crate::hir) fn missing_fields(span: Span, what: &str, missing: &[(&str, &str)]) -> Diagnostic {
    let names = missing.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>();
    let fields = match names.as_slice() {
        [one] => format!("the field {one}"),
        [all @ .., last] => format!("the fields {} and {last}", all.join(", ")),
        [] => String::new(),
    };
    let examples = missing.iter().map(|(name, example)| format!("`{name}: {example}`")).collect::<Vec<_>>().join(", ");
    Diagnostic::new(codes::MISSING_FIELD, span, format!("{what} needs {fields}")).help(format!("add {examples}"))
}

pub(in crate::hir) fn question_or_claim(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISSING_FIELD, span, "this check neither claims nor asks anything")
        .help("add `holds: …` for a claim, or `ask: \"…\"` for a question")
}

pub(in crate::hir) fn nested_question(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::NESTED_QUESTION,
        span,
        format!("the check `{name}` is a question only, and no part of a claim"),
    )
    .label("a model answers it when all else is decided")
    .help("make it an assertion of its own, or write its question as the `ask` of the claim")
}

pub(in crate::hir) fn question_without_files(span: Span, name: &str) -> Diagnostic {
    Diagnostic::new(
        codes::QUESTION_WITHOUT_FILES,
        span,
        format!("the check `{name}` is a question only, and names no files to show"),
    )
    .help("add a parameter of type `Files`, as in `file: Files`, or a claim: `holds: …`")
}

pub(in crate::hir) fn assert_without_expression(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISSING_FIELD, span, "this assertion claims nothing")
        .help("write its claim after the name, as in `assert name: file_exists(file: \"LICENSE\")`")
}

pub(in crate::hir) fn test_without_expect(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISSING_FIELD, span, "this test expects nothing")
        .help("add what it expects, as in `expect: CONTROL.assertion passes`")
}

pub(in crate::hir) fn missing_title(head: Span, keyword: &str) -> Diagnostic {
    let article = if keyword.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    Diagnostic::new(codes::MISSING_TITLE, head, format!("{article} {keyword} needs a title"))
        .help(format!("write it after the name, as in `{keyword} NAME \"what it is\"`"))
}

pub(in crate::hir) fn too_many_params(span: Span, most: usize) -> Diagnostic {
    Diagnostic::new(codes::LIMIT, span, format!("a check has at most {most} parameters"))
        .help("write several checks, or take a list")
}

pub(in crate::hir) fn more_diagnostics(span: Span) -> Diagnostic {
    let most = crate::base::limits::DIAGNOSTICS_PER_FILE;
    let mut note = Diagnostic::new(
        codes::LIMIT,
        span,
        format!("this file gave {most} diagnostics of a kind, what follows is not shown"),
    )
    .help("mend those above first");
    note.severity = crate::diag::Severity::Note;
    note
}

pub(in crate::hir) fn misplaced_declaration(span: Span, keyword: &str, place: &str, belongs: &str) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_DECLARATION, span, format!("`{keyword}` cannot stand {place}"))
        .help(format!("move it {belongs}"))
}

pub(in crate::hir) fn unsupported_declaration(span: Span, keyword: &str) -> Diagnostic {
    Diagnostic::new(codes::UNSUPPORTED_DECLARATION, span, format!("`{keyword}` is not part of this version"))
        .help("remove the declaration; it would have no effect")
}

pub(in crate::hir) fn missing_value(span: Span, name: &str, path: &str) -> Diagnostic {
    Diagnostic::new(codes::MISSING_VALUE, span, format!("the param `{name}` has no value")).help(format!(
        "give it one, as in `param {name}: T = …`, or set `\"{path}\"` under `[params]` in `attest.toml`"
    ))
}

pub(in crate::hir) fn bad_override(span: Span, path: &str, message: &str, help: Option<String>) -> Diagnostic {
    Diagnostic::new(codes::MISMATCHED_TYPES, span, format!("`[params]` of `attest.toml` sets `{path}`: {message}"))
        .help(help.unwrap_or_else(|| "write a value of the param's type".to_owned()))
}

pub(in crate::hir) fn text_wanted(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(codes::MISMATCHED_TYPES, span, format!("the field `{field}` wants a text literal"))
        .help(format!("write it in quotes, as in `{field}: \"…\"`"))
}

pub(in crate::hir) fn argument_of_field(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED_EXPRESSION, span, format!("the field `{field}` takes no text before its colon"))
        .help(format!("write `{field}: …`"))
}

pub(in crate::hir) fn list_wanted(span: Span, field: &str, text: &str, of: &str) -> Diagnostic {
    let diagnostic =
        Diagnostic::new(codes::MISMATCHED_TYPES, span, format!("the field `{field}` wants a list of {of}"));
    if super::shown(text).is_some() && !text.starts_with('"') {
        diagnostic.help(format!("write `{field}: [{text}]`")).fix("write a list", span, format!("[{text}]"))
    } else {
        diagnostic.help(format!("write `{field}: [a, b]`"))
    }
}

pub(in crate::hir) fn name_wanted(span: Span, field: &str, of: &str, unquoted: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::new(codes::MISMATCHED_TYPES, span, format!("the field `{field}` wants {of}"));
    match unquoted {
        Some(name) => {
            diagnostic.help(format!("write the name without quotes: `{name}`")).fix("leave out the quotes", span, name)
        }
        None => diagnostic.help("write a bare name"),
    }
}

pub(in crate::hir) fn mitigation_wanted(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISMATCHED_TYPES, span, "`mitigates` lists objectives: an attacker on an asset")
        .help("write `mitigates: [attacker on asset]`, or `attacker on asset for [integrity]` for a part of it")
}

pub(in crate::hir) fn unprotected_property(
    span: Span,
    property: &str,
    asset: &str,
    known: &[std::sync::Arc<str>],
) -> Diagnostic {
    let known = listed(known.iter().map(|name| &**name));
    Diagnostic::new(codes::UNKNOWN_REFERENCE, span, format!("`{property}` of `{asset}` is not protected"))
        .help(format!("`{asset}` protects {known}; add `{property}` there, or leave it out here"))
}

pub(in crate::hir) fn unreached_asset(span: Span, attacker: &str, asset: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_REFERENCE, span, format!("`{attacker}` does not reach `{asset}`")).help(format!(
        "there is no such objective: add `{asset}` to the `targets` of `{attacker}`, or leave it out here"
    ))
}

pub(in crate::hir) fn other_model(span: Span, attacker: &str, asset: &str) -> Diagnostic {
    Diagnostic::new(codes::UNKNOWN_REFERENCE, span, format!("`{attacker}` and `{asset}` are of different models"))
        .help("name an attacker and an asset of one model")
}

pub(in crate::hir) fn requirement_wanted(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISMATCHED_TYPES, span, "`satisfies` lists requirements of frameworks")
        .help("write `satisfies: [asvs(\"9.1.1\"), nist(\"IA-2\")]`")
}

pub(in crate::hir) fn bad_template(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_TEMPLATE, span, message).help("write `{name}` for a hole, `{{` and `}}` for braces")
}

pub(in crate::hir) fn bad_id(span: Span, message: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_ID, span, message)
        .help("write an id such as `\"AUTH-7\"`: printable ASCII without blanks")
}

pub(in crate::hir) fn empty_text(span: Span, field: &str) -> Diagnostic {
    Diagnostic::new(codes::MISSING_VALUE, span, format!("the field `{field}` is empty"))
        .help("say something, or leave the field out")
}

pub(in crate::hir) fn duplicate_file(span: Span, path: &str, first: Span) -> Diagnostic {
    Diagnostic::new(codes::DUPLICATE_FIELD, span, format!("the file `{path}` is given twice"))
        .also(first, "first given here")
        .help("leave out one of them")
}

pub(in crate::hir) fn file_without_path(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISSING_VALUE, span, "this file has no path")
        .help("write it before the colon, as in `file \"app/auth.py\": \"\"\"…\"\"\"`")
}

pub(in crate::hir) fn expect_wanted(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISMATCHED_TYPES, span, "`expect` wants a subject and an outcome")
        .help("write `expect: CONTROL.assertion passes`")
}

pub(in crate::hir) fn bad_line(span: Span) -> Diagnostic {
    Diagnostic::new(codes::MISSING_VALUE, span, "lines count from 1")
        .help("write the line's number, as in `at \"app.py\":3`")
}

pub(in crate::hir) fn otherwise_without_require(span: Span) -> Diagnostic {
    Diagnostic::new(
        codes::MISSING_FIELD,
        span,
        "`otherwise` says what to do where `require` does not hold, and there is none",
    )
    .help("add `require: …`, a condition over the parameters")
}

pub(in crate::hir) fn unused_use(span: Span, name: &str, whole: Option<Span>) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::new(codes::UNUSED_USE, span, format!("`{name}` is imported and not used")).help("remove it");
    if let Some(whole) = whole {
        diagnostic.fix = Some(Fix {
            message: "remove the import".to_owned(),
            edits: vec![Edit { span: whole, text: String::new() }],
        });
    }
    diagnostic
}

pub(in crate::hir) fn unused_param(span: Span, name: &str, check: &str) -> Diagnostic {
    Diagnostic::new(codes::UNUSED_PARAM, span, format!("the check `{check}` does not use its parameter `{name}`"))
        .help("use it in `holds` or `ask`, or remove it")
}

pub(in crate::hir) fn vacuous(span: Span, what: &str) -> Diagnostic {
    Diagnostic::new(codes::VACUOUS_CHECK, span, format!("this {what} never looks at the target"))
        .label("the same for every target")
        .help("ask a relation, as in `any f in functions(\"src/**\") where …`, or call a check")
}

pub(in crate::hir) fn vacuous_rule(span: Span) -> Diagnostic {
    Diagnostic::new(codes::VACUOUS_CHECK, span, "this rule never looks at `predicate`")
        .label("the same for every document")
        .help("ask of a field, as in `predicate.finished >= predicate.started`")
}

pub(in crate::hir) fn bad_schema(span: Span, path: &str, problem: &str) -> Diagnostic {
    Diagnostic::new(codes::BAD_SCHEMA, span, format!("the schema `{path}` cannot be used: {problem}"))
        .help("name a JSON Schema of draft 2020-12, relative to the package's directory, that refers to nothing outside of itself")
}
