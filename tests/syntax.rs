//! The parser on files: sound ones with their trees, unsound ones with what is said of them.
//!
//! `ATTEST_BLESS=1 cargo test --test syntax` rewrites the expectations.
#![expect(clippy::disallowed_methods, reason = "the cases are files beside this one")]
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use attest::base::source::SourceMap;
use attest::base::span::{SourceId, Span};
use attest::diag::{Diagnostic, Severity};
use attest::syntax::{parse, parse_expression, tree_json};
use proptest::prelude::*;

fn cases(kind: &str) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/syntax").join(kind);
    let mut files: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "attest"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Compares with the twin, or rewrites it; gives the difference.
fn compare(twin: &Path, actual: &str) -> Option<String> {
    if std::env::var("ATTEST_BLESS").is_ok_and(|value| value == "1") {
        std::fs::write(twin, actual).unwrap();
        return None;
    }
    let expected = std::fs::read_to_string(twin).unwrap_or_default();
    (expected != actual).then(|| format!("{}: expected\n{expected}\nactual\n{actual}", twin.display()))
}

fn said(sources: &SourceMap, diagnostics: &[Diagnostic]) -> String {
    let mut lines = String::new();
    for found in diagnostics {
        let place = |span: Span| {
            let source = sources.get(span.source).unwrap();
            let ((line, column), (end_line, end_column)) = (source.position(span.start), source.position(span.end));
            if line == end_line {
                format!("{line}:{column}-{end_column}")
            } else {
                format!("{line}:{column}-{end_line}:{end_column}")
            }
        };
        let severity = if found.severity == Severity::Error { "" } else { found.severity.name() };
        let space = if severity.is_empty() { "" } else { " " };
        writeln!(lines, "{} {} {severity}{space}{}", place(found.primary.span), found.code.as_str(), found.message)
            .unwrap();
        if !found.primary.message.is_empty() {
            writeln!(lines, "    here: {}", found.primary.message).unwrap();
        }
        for label in &found.labels {
            writeln!(lines, "    {}: {}", place(label.span), label.message).unwrap();
        }
        if let Some(help) = &found.help {
            writeln!(lines, "    help: {help}").unwrap();
        }
        for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
            writeln!(lines, "    fix: {} `{}` -> `{}`", place(edit.span), sources.text(edit.span), edit.text).unwrap();
        }
    }
    lines
}

#[test]
fn the_standard_library_parses() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "attest") {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut sources = SourceMap::new();
            let source = sources.add(path.to_string_lossy().into_owned(), text.as_str());
            let parsed = parse(source, &text);
            assert!(parsed.diagnostics.is_empty(), "{}:\n{}", path.display(), said(&sources, &parsed.diagnostics));
        }
    }
}

#[test]
fn sound_files_give_their_trees() {
    let mut wrong = Vec::new();
    for path in cases("ok") {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut sources = SourceMap::new();
        let source = sources.add("case.attest", text.as_str());
        let parsed = parse(source, &text);
        assert!(parsed.diagnostics.is_empty(), "{}:\n{}", path.display(), said(&sources, &parsed.diagnostics));
        let mut tree = serde_json::to_string_pretty(&tree_json(&parsed.file, &sources)).unwrap();
        tree.push('\n');
        wrong.extend(compare(&path.with_extension("json"), &tree));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsound_files_are_explained() {
    let mut wrong = Vec::new();
    for path in cases("err") {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut sources = SourceMap::new();
        let source = sources.add("case.attest", text.as_str());
        let parsed = parse(source, &text);
        assert!(!parsed.diagnostics.is_empty(), "{} has no diagnostic", path.display());
        let lines = said(&sources, &parsed.diagnostics);
        wrong.extend(compare(&path.with_extension("said"), &lines));
        // `mistake` marks the line of each; a file with such marks has as many diagnostics, each on its line.
        let marked: Vec<u32> =
            text.lines().zip(1..).filter(|(line, _)| line.contains(" mistake")).map(|(_, number)| number).collect();
        if !marked.is_empty() {
            let at = |found: &Diagnostic| sources.get(source).unwrap().position(found.primary.span.start).0;
            let found: Vec<u32> = parsed.diagnostics.iter().map(at).collect();
            if found != marked {
                wrong.push(format!("{}: marked {marked:?}, found {found:?}\n{lines}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All fixes of the unsound files, applied, give text that has fewer mistakes.
#[test]
fn fixes_mend() {
    for path in cases("err") {
        let text = std::fs::read_to_string(&path).unwrap();
        let before = parse(SourceId(0), &text).diagnostics;
        let mut edits: Vec<_> = before.iter().flat_map(|found| &found.fix).flat_map(|fix| &fix.edits).collect();
        if edits.is_empty() {
            continue;
        }
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
        let mut mended = text.clone();
        let mut last = usize::MAX;
        for edit in edits {
            let (start, end) = (edit.span.start as usize, edit.span.end as usize);
            if end <= last {
                mended.replace_range(start..end, &edit.text);
                last = start;
            }
        }
        let after = parse(SourceId(0), &mended).diagnostics;
        assert!(after.len() < before.len(), "{}: {} then {after:#?}\n{mended}", path.display(), before.len());
    }
}

fn texts() -> Vec<String> {
    cases("ok").into_iter().chain(cases("err")).map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Whatever comes back points into the text.
fn survives(text: &str) -> usize {
    let parsed = parse(SourceId(0), text);
    let inside = |span: Span| {
        assert!(span.end as usize <= text.len(), "{span:?} outside of {text:?}");
        assert!(
            text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize),
            "{span:?} in {text:?}"
        );
    };
    for found in &parsed.diagnostics {
        inside(found.primary.span);
        found.labels.iter().for_each(|label| inside(label.span));
        found.fix.iter().flat_map(|fix| &fix.edits).for_each(|edit| inside(edit.span));
        assert!(!found.message.contains("bug in the parser"), "{text:?}");
    }
    if text.len() > 10_000 {
        return 0;
    }
    let mut sources = SourceMap::new();
    sources.add("case.attest", text);
    let _ = tree_json(&parsed.file, &sources);
    parsed.diagnostics.iter().filter(|found| found.message.contains("that the language knows")).count()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,200}") {
        survives(&text);
    }

    #[test]
    fn arbitrary_tokens_never_panic(words in prop::collection::vec(prop::sample::select(vec![
        "control", "assert", "test", "X", "a", "\"t\"", "{", "}", "(", ")", "[", "]", ":", ",", ".", "==", "-", "every",
        "in", "where", "\n", "\"\"\"", "r#\"", "`", "/*", "*/", "///", "//", "use", "?", "=", "1", "2027-01-01", "model",
        "asset", "on", "for", "file", "expect", "at", "!", "é", "\u{202e}", "'", "<", "param", "edition", "\r\n", "|",
    ]), 0..80)) {
        survives(&words.join(" "));
        survives(&words.concat());
    }

    #[test]
    fn mutated_files_never_panic(
        which in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        length in 0_usize..12,
        insert in prop::sample::select(vec!["", "", "{", "}", "(", ")", "\"", "\"\"\"", "=", " and ", "`", "'", "/*", "\n", "control A ", "?"]),
    ) {
        let texts = texts();
        let text = which.get(&texts);
        let mut start = cut.index(text.len());
        while !text.is_char_boundary(start) { start -= 1; }
        let mut end = (start + length).min(text.len());
        while !text.is_char_boundary(end) { end += 1; }
        let mut mutated = text.clone();
        mutated.replace_range(start..end, insert);
        survives(&mutated);
    }
}

/// The explanation is written by hand, the grammar is not: what the grammar refuses must have a reason in words.
#[test]
fn whatever_the_grammar_refuses_is_explained() {
    let mut unexplained = Vec::new();
    for path in cases("ok") {
        let text = std::fs::read_to_string(path).unwrap();
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        for (at, next) in places.iter().zip(places.iter().skip(1)) {
            let mut mutated = text.clone();
            mutated.replace_range(at..next, "");
            if survives(&mutated) > 0 {
                let from = mutated[..*at].rfind('\n').map_or(0, |found| found + 1);
                let to = mutated[*at..].find('\n').map_or(mutated.len(), |found| at + found);
                unexplained.push(mutated[from..to].to_owned());
            }
        }
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
}

#[test]
fn hostile_sizes_are_bounded() {
    let deep =
        |open: &str, close: &str, depth: usize| format!("assert a: {}x{}", open.repeat(depth), close.repeat(depth));
    for depth in [120, 127, 128, 129, 1_000, 100_000] {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("f(", ")"),
            ("{", "}"),
            ("every x in ", ""),
            ("a ? b : ", ""),
            ("!", ""),
            ("-", ""),
        ] {
            survives(&deep(open, close, depth));
        }
        survives(&format!("assert a: x{}", ".a".repeat(depth)));
        survives(&format!("assert a: x{}", " + a".repeat(depth)));
        survives(&format!("assert a: x{}", " && a".repeat(depth)));
        survives(&format!("param a: {}T{}", "List<".repeat(depth), ">".repeat(depth)));
        survives(&format!("{}{}", "control A \"a\" {\n".repeat(depth), "}".repeat(depth)));
    }
    assert!(parse(SourceId(0), &deep("(", ")", 128)).diagnostics.is_empty());
    let over = parse(SourceId(0), &deep("(", ")", 129)).diagnostics;
    assert_eq!(over.len(), 1);
    assert_eq!(over[0].code.as_str(), "AT0002");
    assert!(over[0].message.contains("129") && over[0].message.contains("128"), "{}", over[0].message);
    let large = parse(SourceId(0), &" ".repeat((4 << 20) + 1)).diagnostics;
    assert_eq!(large[0].code.as_str(), "AT0002");
    for text in
        [")", "`\n", "\"", "\"\"\"", "/*", "'", "a ", "a: ", "use ", "{ ", "} ", "é", "r#\"", "\"(", "//\n///\n"]
    {
        survives(&text.repeat(50_000));
    }
    // A line of a megabyte.
    survives(&format!("assert a: f(x: \"{}\")", "y".repeat(1 << 20)));
    survives(&format!("assert a: [{}]", "\"abc\", ".repeat(130_000)));
    // Bytes of every kind, as a caller would decode them.
    let mut state = 1_u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    })
    .take(100_000)
    .collect();
    survives(&String::from_utf8_lossy(&bytes));
}

#[test]
fn a_file_of_the_largest_size_is_parsed() {
    let unit = "control A \"a\" {\n  severity: high\n  assert b: no x in functions(\"app/**/*.py\") where x.name == \"eval\" && !x.is_async\n}\n";
    let text = unit.repeat((4 << 20) / unit.len());
    let started = std::time::Instant::now();
    assert!(parse(SourceId(0), &text).diagnostics.is_empty());
    let sound = started.elapsed();
    let broken = format!("{text}\ncontrol {{ }}");
    let started = std::time::Instant::now();
    let diagnostics = parse(SourceId(0), &broken[broken.len().saturating_sub(4 << 20)..]).diagnostics;
    assert!(!diagnostics.is_empty() && diagnostics.len() < 4, "{diagnostics:?}");
    let recovered = started.elapsed();
    let rate = |elapsed: std::time::Duration| 4.0 / elapsed.as_secs_f64();
    // A wall clock is no assertion: other work shares the machine.
    let shown = format!("sound {:.2} MiB/s, recovering {:.2} MiB/s", rate(sound), rate(recovered));
    if std::env::var("ATTEST_MEASURE").is_ok() {
        std::fs::write("/tmp/attest-syntax-speed", shown).unwrap();
    }
}

#[test]
fn places_inside_of_texts() {
    let check = |literal: &str, needle: &str, expected: &str| {
        let (expr, diagnostics) = parse_expression(SourceId(0), literal);
        assert!(diagnostics.is_empty(), "{diagnostics:?}");
        let attest::syntax::ast::ExprKind::Text(text) = expr.kind else { panic!("{expr:?}") };
        let at = text.value.find(needle).unwrap();
        let span = text.inside(at, at + needle.len());
        assert_eq!(&literal[span.start as usize..span.end as usize], expected, "{literal}");
    };
    check(r#""a\n\u{e9}bcd""#, "bc", "bc");
    check("r#\"a\"bc\"#", "bc", "bc");
    check("\"\"\"\n    one\n      two\n  \"\"\"", "two", "two");
    check("\"\"\"\r\n    one\r\n      two\r\n  \"\"\"", "two", "two");
    check("\"\"\"\n    one\n      two\n  \"\"\"", "one\n  two", "one\n      two");
}

#[test]
fn blocks_mean_what_the_reference_says() {
    let check = |literal: &str, expected: &str| {
        let (expr, diagnostics) = parse_expression(SourceId(0), literal);
        assert!(diagnostics.is_empty(), "{literal}: {diagnostics:?}");
        let attest::syntax::ast::ExprKind::Text(text) = expr.kind else { panic!("{expr:?}") };
        assert_eq!(&*text.value, expected, "{literal}");
    };
    check("\"\"\"abc\"\"\"", "abc");
    check("\"\"\"\"\"\"", "");
    check("\"\"\"\n\"\"\"", "");
    check("\"\"\"\n  a\n\n    b\n  \"\"\"", "a\n\n  b\n");
    check("\"\"\"\n  a\n  b\"\"\"", "a\nb");
    check("\"\"\"\n\ta\n\t\tb\n\"\"\"", "a\n\tb\n");
    check("\"\"\"\r\n  a\r\n  b\r\n\"\"\"", "a\nb\n");
    check("r#\"\"\"\n  say \"\"\" \\n\n\"\"\"#", "say \"\"\" \\n\n");
    check("r\"\\d+\"", "\\d+");
    check("r##\"a\"#b\"##", "a\"#b");
    check("\"\\u{1F600}\\t\\\"\\\\\"", "\u{1F600}\t\"\\");
}
