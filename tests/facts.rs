//! Facts of source files: each `tests/facts/<language>/<case>.<ext>` with its rows in a twin `<case>.<ext>.facts`, one
//! line a row, `line:column` from 1. `ATTEST_BLESS=1` rewrites the twins: read what it wrote.
#![expect(clippy::disallowed_methods, reason = "the cases are files")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failure here is a failed test"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use attest::facts::language;
use attest::facts::languages;
use attest::facts::model::{CodeFacts, Owner, Range};

/// The rows in the order of the relations.
fn print(text: &str, facts: &CodeFacts) -> String {
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let position = |byte: u32| {
        let byte = byte as usize;
        let line = starts.partition_point(|start| *start <= byte);
        let column = text[starts[line - 1]..byte].chars().count() + 1;
        format!("{line}:{column}")
    };
    let place = |range: Range| format!("{}-{}", position(range.start), position(range.end));
    let owner = |owner: Option<Owner>| match owner {
        None => "-".to_owned(),
        Some(Owner::Function(at)) => facts.functions[at as usize].qualified_name.to_string(),
        Some(Owner::Class(at)) => facts.classes[at as usize].qualified_name.to_string(),
    };
    let shown = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{}", text.trim_end()).unwrap();
    for row in &facts.functions {
        let note = if row.is_async { " async" } else { "" };
        line(format!(
            "function {} {} {} {} name {} in {}{note}",
            row.qualified_name,
            row.kind.name(),
            row.visibility.name(),
            place(row.span),
            place(row.name_span),
            owner(row.owner),
        ));
        assert!(row.qualified_name.ends_with(&*row.name));
    }
    for row in &facts.classes {
        let bases = row.bases.join(", ");
        line(format!(
            "class {} {} {} name {} bases [{bases}]",
            row.qualified_name,
            row.kind,
            place(row.span),
            place(row.name_span)
        ));
    }
    for row in &facts.decorators {
        let arguments = row.arguments.iter().map(|argument| shown(argument)).collect::<Vec<_>>().join(" | ");
        line(format!("decorator {} of {} {} ({arguments})", row.name, owner(Some(row.owner)), place(row.span)));
    }
    for row in &facts.calls {
        line(format!("call {} in {} {}", row.callee, owner(row.owner), place(row.span)));
    }
    for row in &facts.parameters {
        let ty = row.ty.as_ref().map(|ty| format!(": {}", shown(ty))).unwrap_or_default();
        let default = row.default.as_ref().map(|default| format!(" = {}", shown(default))).unwrap_or_default();
        let function = owner(Some(Owner::Function(row.function)));
        line(format!("parameter {}{ty}{default} of {function} {}", row.name, place(row.span)));
        for guard in &row.guards {
            let before = if guard.before_use { "before-use" } else { "after-use" };
            let leaves = if guard.leaves { " leaves" } else { "" };
            line(format!("  guard {} {before}{leaves} {}", guard.kind.name(), place(guard.span)));
        }
    }
    for row in &facts.handlers {
        let all = if row.catches_all { " all" } else { "" };
        let caught = match row.caught.len() {
            0 => String::new(),
            1..=8 => format!(" caught [{}]", row.caught.join(", ")),
            more => format!(" caught {more} kinds"),
        };
        line(format!("handler [{}]{all}{caught} in {} {}", row.errors.join(", "), owner(row.owner), place(row.span)));
    }
    for row in &facts.imports {
        let member = row.member.as_ref().map(|member| format!(" member {member}")).unwrap_or_default();
        let alias = row.alias.as_ref().map(|alias| format!(" as {alias}")).unwrap_or_default();
        line(format!("import {}{member}{alias} {}", row.module, place(row.span)));
    }
    for row in &facts.tests {
        let skipped = if row.skipped { " skipped" } else { "" };
        line(format!("test `{}` = `{}` {}{skipped} {}", row.name, row.qualified_name, row.framework, place(row.span)));
    }
    for row in &facts.env_vars {
        line(format!("env {} {}", row.name, place(row.span)));
    }
    for row in &facts.headers {
        let value = row.value.as_ref().map(|value| format!(" = `{value}`")).unwrap_or_default();
        line(format!("header {}{value} {}", row.name, place(row.span)));
    }
    for row in &facts.middleware {
        line(format!("middleware {} {}", row.name, place(row.span)));
    }
    for range in &facts.broken {
        line(format!("broken {}", place(*range)));
    }
    out
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts");
    let mut cases = Vec::new();
    for folder in fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        if folder.is_dir() {
            let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
            cases.extend(files.filter(|file| file.extension().is_some_and(|extension| extension != "facts")));
        }
    }
    cases.sort();
    cases
}

#[test]
fn every_source_has_the_facts_of_its_twin() {
    let bless = std::env::var_os("ATTEST_BLESS").is_some();
    let mut wrong = Vec::new();
    let cases = cases();
    for case in &cases {
        let name = case.file_name().unwrap().to_str().unwrap();
        let Some(adapter) = languages::adapter(language::of_path(name).name) else { continue };
        let text = fs::read_to_string(case).unwrap();
        let got = print(&text, &(adapter.extract)(&text));
        let twin = case.with_file_name(format!("{name}.facts"));
        if bless {
            fs::write(&twin, &got).unwrap();
        } else if fs::read_to_string(&twin).unwrap_or_default() != got {
            wrong.push(format!("--- {}\n{got}", twin.display()));
        }
    }
    assert!(!cases.is_empty());
    assert!(wrong.is_empty(), "these twins differ (ATTEST_BLESS=1 rewrites them):\n{}", wrong.join("\n"));
}

#[test]
fn every_row_fits_its_grammar() {
    let machines =
        languages::ecmascript::machines().into_iter().chain([languages::python::machine(), languages::go::machine()]);
    for machine in machines {
        assert_eq!(machine.fault(), None);
    }
}

const LANGUAGES: [&str; 4] = ["python", "javascript", "typescript", "tsx"];

fn facts(language: &str, text: &str) -> CodeFacts {
    (languages::adapter(language).unwrap().extract)(text)
}

#[test]
fn deep_nesting_is_broken_and_no_crash() {
    let depth = 100_000;
    for language in ["python", "typescript"] {
        for (open, close) in
            [("(", ")"), ("[", "]"), ("f(", ")"), ("{", "}"), ("-", ""), ("lambda x: ", ""), ("x => ", "")]
        {
            let text = format!("before()\nx = {}1{}\nafter()\n", open.repeat(depth), close.repeat(depth));
            let facts = facts(language, &text);
            assert!(!facts.broken.is_empty(), "{language} `{open}`");
        }
        let chain = format!("x{}\n", ".a()".repeat(100_000));
        let facts = facts(language, &chain);
        assert!(facts.calls.iter().all(|call| call.callee.len() < 200), "{language}");
        assert!(!facts.broken.is_empty(), "{language}");
    }
}

#[test]
fn a_single_line_of_megabytes_is_read_whole() {
    for language in LANGUAGES {
        let line = "call(a, [1, 2], 'text'); ".repeat(100_000);
        let facts = facts(language, &line);
        assert_eq!(facts.calls.len(), 100_000, "{language}");
        assert!(facts.broken.is_empty(), "{language}");
    }
}

#[test]
fn nothing_and_blanks_have_no_facts() {
    for language in LANGUAGES {
        for text in ["", "\n", "   \r\n\t", "\0"] {
            let facts = facts(language, text);
            assert!(facts.functions.is_empty() && facts.calls.is_empty());
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    /// Any text at all, and sources cut and joined at any byte, give facts whose places lie in the text.
    #[test]
    fn any_text_gives_facts_inside_it(
        noise in "\\PC{0,200}",
        case in proptest::prelude::any::<proptest::sample::Index>(),
        cut in proptest::prelude::any::<proptest::sample::Index>(),
    ) {
        let cases = cases();
        let source = fs::read_to_string(case.get(&cases)).unwrap();
        let at = source.floor_char_boundary(cut.index(source.len() + 1));
        for text in [noise.clone(), format!("{}{noise}{}", &source[..at], &source[at..]), source[at..].to_owned()] {
            for language in LANGUAGES {
                let facts = facts(language, &text);
                let spans = facts.functions.iter().map(|row| row.span).chain(facts.calls.iter().map(|row| row.span));
                for span in spans.chain(facts.broken.iter().copied()) {
                    assert!(text.get(span.start as usize..span.end as usize).is_some());
                }
                assert!(facts.functions.is_sorted_by_key(|row| row.span.start));
                assert!(facts.calls.is_sorted_by_key(|row| row.span.start));
                print(&text, &facts);
            }
        }
    }
}
