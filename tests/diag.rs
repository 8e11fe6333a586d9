//! How diagnostics look: the rendered text of a few, side by side with what is wanted. `ATTEST_BLESS=1` rewrites it.
#![expect(clippy::disallowed_methods, reason = "the wanted text is a file")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failure here is a failed test")]

use attest::base::source::SourceMap;
use attest::base::span::Span;
use attest::diag::codes::{MISMATCHED_TYPES, SYNTAX, UNKNOWN_NAME};
use attest::diag::{Diagnostic, Severity, Style, json, render};

const RULES: &str = "edition 1\n\ncontrol JWT_AUTH \"Requests carry a verified JWT\" {\n  severity: hihg\n  assert decodes: funktion_calls(file: \"app/auth.py\", caller: \"verify_token\")\n  assert s: \"ü漢\" == 3\n}\n";

fn sample() -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let rules = sources.add("rules/jwt.attest", RULES);
    let hostile = sources.add("rules/a\u{1b}[2J.attest", "edition 1\nassert x: \u{1b}[31mred\u{202e}\n");
    let wide = sources.add("wide.attest", format!("edition 1 // {}", "x".repeat(2000)));
    let find = |source, text: &str, needle: &str| {
        let at = u32::try_from(text.find(needle).expect("the needle is there")).unwrap();
        Span::new(source, at, at + u32::try_from(needle.len()).unwrap())
    };
    let mut warning =
        Diagnostic::new(SYNTAX, find(rules, RULES, "JWT_AUTH"), "nothing is said about who owns this control");
    warning.severity = Severity::Warning;
    let mut note = Diagnostic::new(SYNTAX, Span::new(wide, 13, 20), "a long line is named, not shown").label("here");
    note.severity = Severity::Note;
    let all = vec![
        warning,
        Diagnostic::new(UNKNOWN_NAME, find(rules, RULES, "hihg"), "there is no severity `hihg`")
            .help("use one of `info`, `low`, `medium`, `high`, `critical`")
            .fix("replace it by `high`", find(rules, RULES, "hihg"), "high"),
        Diagnostic::new(UNKNOWN_NAME, find(rules, RULES, "funktion_calls"), "there is no check `funktion_calls`")
            .label("not found in this package or in `std`")
            .also(find(rules, RULES, "JWT_AUTH"), "in this control")
            .also(Span::new(hostile, 0, 9), "and in another file"),
        Diagnostic::new(MISMATCHED_TYPES, find(rules, RULES, "3"), "a `Text` is compared with an `Int`, which is never true, and the message goes on for so long that it does not fit into one line of a terminal")
            .label("`Int`")
            .also(find(rules, RULES, "\"ü漢\""), "`Text`"),
        Diagnostic::new(SYNTAX, Span::new(hostile, 20, 29), "this text \u{1b}[2J is hostile").label("\u{9b}31m"),
        Diagnostic::new(SYNTAX, find(rules, RULES, "}\n").after(), "the file ends too early"),
        note,
    ];
    (sources, all)
}

fn compare(name: &str, actual: &str) {
    let path = format!("{}/tests/diag/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("ATTEST_BLESS").is_some() {
        std::fs::write(&path, actual).expect("the expectation can be written");
        return;
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(wanted == actual, "{path} differs; ATTEST_BLESS=1 rewrites it. Now:\n{actual}");
}

#[test]
fn diagnostics_look_as_wanted() {
    let (sources, all) = sample();
    let plain = render::render(&all, &sources, Style::PLAIN);
    assert!(plain.is_ascii() || !plain.contains('╭'), "no line drawing away from terminals");
    compare("plain.txt", &plain);
    let unicode = Style { unicode: true, ..Style::PLAIN };
    compare("unicode.txt", &render::render(&all, &sources, unicode));
    let color = Style { color: true, ..unicode };
    compare("color.txt", &render::render(&all, &sources, color));
    for line in plain.lines() {
        assert!(line.chars().count() <= 100, "wider than 100 columns: {line}");
        assert!(!line.contains('\u{1b}') && !line.contains('\u{202e}'), "hostile text gets through: {line:?}");
    }
}

#[test]
fn diagnostics_for_programs_are_as_wanted() {
    let (sources, all) = sample();
    compare("list.json", &(serde_json::to_string_pretty(&json::list(&sources, &all)).unwrap() + "\n"));
}
