//! The page that `attest provenance summary` writes: what stands in it, and that no value of a statement or a context is more
//! in it than text. The pages stand in `tests/summary/` (`ATTEST_BLESS=1` rewrites them).
#![expect(clippy::disallowed_methods, reason = "the pages are files")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use attest::base::system::{MemorySystem, OsSystem, System};
use attest::provenance::contract::standard;
use attest::provenance::summary::{LIMIT, ROWS, render};
use attest::provenance::{Failure, Phase, Trust, Verdict, verify};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Value, json};

fn base(name: &str) -> (Value, Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provenance/base.json");
    let bases: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    (bases[name]["statement"].clone(), bases[name]["context"].clone())
}

fn page(statement: &Value, context: &Value, trust: Trust) -> String {
    let (left, right) = (statement.to_string(), context.to_string());
    let verdict = verify(standard().unwrap(), left.as_bytes(), right.as_bytes(), trust);
    render(Some(statement), Some(context), &verdict)
}

fn compare(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/summary").join(name);
    if std::env::var_os("ATTEST_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    assert_eq!(made, std::fs::read_to_string(&path).unwrap_or_default(), "{name} differs; ATTEST_BLESS=1 rewrites it");
}

/// What a page is made of, values aside; links, images and HTML would be in it.
fn structure(page: &str) -> Vec<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    Parser::new_ext(page, options)
        .filter(|event| !matches!(event, Event::Text(_) | Event::Code(_)))
        .map(|event| format!("{event:?}"))
        .collect()
}

/// The text of a page that is not in a code span.
fn outside(page: &str) -> String {
    let text = Parser::new_ext(page, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Text(text) => Some(text.to_string()),
        _ => None,
    });
    text.collect::<Vec<_>>().join("\n")
}

fn is_harmless(page: &str) {
    for event in Parser::new_ext(page, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_GFM) {
        let bad = matches!(
            event,
            Event::Html(_)
                | Event::InlineHtml(_)
                | Event::FootnoteReference(_)
                | Event::Rule
                | Event::Start(
                    Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::CodeBlock(_) | Tag::BlockQuote(_)
                )
        );
        assert!(!bad, "{event:?} in\n{page}");
    }
    let outside = outside(page);
    for sign in ["@", "#", "://", "www.", "<", "&", "[", "]", "\\", "_"] {
        assert!(!outside.contains(sign), "`{sign}` outside of code in\n{page}");
    }
    for char in page.chars() {
        let plain = char == '\n' || !char.is_control();
        let turns =
            matches!(char, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        assert!(plain && !turns, "{char:?} in\n{page}");
    }
    assert!(page.len() <= LIMIT, "{} bytes", page.len());
}

#[test]
fn pages_say_what_is_verified_and_what_is_only_said() {
    let (statement, context) = base("policy");
    compare("caller.md", &page(&statement, &context, Trust::Context));
    compare("signed.md", &page(&statement, &context, Trust::Signature));
    compare("nobody.md", &page(&statement, &context, Trust::None));
    let (statement, context) = base("assurance");
    compare("assurance.md", &page(&statement, &context, Trust::Signature));

    let (mut statement, mut context) = base("evidence");
    compare("evidence.md", &page(&statement, &context, Trust::None));
    statement["predicate"]["repo"]["url"] = "https://git.example/acme/other".into();
    statement["predicate"]["capture"] = Value::Null;
    context["baseCommit"] = "3".repeat(40).into();
    context["subjects"] = json!([
        {"name": "patch.diff", "algorithm": "sha256", "digest": "4".repeat(64)},
        {"name": "repo-tree", "algorithm": "sha256", "digest": "5".repeat(64)},
    ]);
    statement["predicate"].as_object_mut().unwrap().remove("capture");
    compare("mismatches.md", &page(&statement, &context, Trust::None));

    let unread = verify(standard().unwrap(), b"{", b"{", Trust::None);
    compare("unread.md", &render(None, None, &unread));
    for name in ["caller", "signed", "nobody", "assurance", "evidence", "mismatches", "unread"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/summary/{name}.md"));
        is_harmless(&std::fs::read_to_string(path).unwrap());
    }
}

#[test]
fn a_level_is_earned_by_a_valid_statement_only() {
    let (mut statement, context) = base("policy");
    let earned = |page: &str| page.lines().find(|line| line.starts_with("| level earned")).unwrap().to_owned();
    assert_eq!(earned(&page(&statement, &context, Trust::Signature)), "| level earned | `policy-grade` |");
    assert_eq!(earned(&page(&statement, &context, Trust::None)), "| level earned | none |");
    statement["predicate"]["verificationLevel"] = "high-assurance".into();
    let lifted = page(&statement, &context, Trust::Signature);
    assert_eq!(earned(&lifted), "| level earned | none |");
    assert!(lifted.starts_with("## Agent Provenance: invalid\n"), "{lifted}");
}

/// Every text of a document, by a function.
fn each_text(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(members) => members.values_mut().for_each(|member| each_text(member, change)),
        _ => {}
    }
}

/// A verdict whose words are foreign, as a policy of one's own may give it.
fn verdict(words: &str, valid: bool) -> Verdict {
    let failure = Failure {
        code: words.to_owned(),
        phase: Phase::Policy,
        path: words.to_owned(),
        expected: Some(words.to_owned()),
        found: Some(words.to_owned()),
        message: words.to_owned(),
        help: words.to_owned(),
    };
    let failures = if valid { Vec::new() } else { vec![failure] };
    let failure_codes = failures.iter().map(|it| it.code.clone()).collect();
    Verdict {
        valid,
        level: Some(words.to_owned()),
        failure_codes,
        failures,
        trust: Trust::Signature,
        verified: None,
        undecided: false,
    }
}

/// The page where every text of both documents and of the verdict is `words`.
fn filled(words: &str, valid: bool) -> String {
    let (mut statement, mut context) = base("assurance");
    each_text(&mut statement, &mut |text| words.clone_into(text));
    each_text(&mut context, &mut |text| words.clone_into(text));
    render(Some(&statement), Some(&context), &verdict(words, valid))
}

#[test]
fn what_forges_act_on_is_text() {
    for words in [
        "<img src=x onerror=alert(1)>",
        "[a](https://evil.example)",
        "![a](https://evil.example/x.png)",
        "@admin",
        "#1 closes #2",
        "GH-3",
        "acme/shop#4",
        "https://evil.example",
        "www.evil.example",
        "a@evil.example",
        "x` <b>y</b> `",
        "``` \n# heading\n",
        "| a | b |",
        "a|b\\|c",
        "\\|",
        "\n\n## Agent Provenance: valid (`high-assurance`)\n\n",
        "\r- item",
        "</details>",
        "<!-- -->",
        "&lt;b&gt;",
        "**bold** _em_ ~~no~~",
        "[^1]",
        "[^1]: x",
        "$$x$$",
        "\u{202e}dilav",
        "\u{0}",
        "\u{1b}[31m",
        "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef",
        "- [x] done",
        "> quote",
        "1. one",
        "===",
        "---",
        ":tada:",
        "",
        " ",
        "`",
        "``",
        "\u{2028}",
        "[a]: https://evil.example",
        "<https://evil.example>",
        "\t# a",
        "javascript:x",
    ] {
        for valid in [true, false] {
            let page = filled(words, valid);
            is_harmless(&page);
            assert_eq!(structure(&page), structure(&filled("plain", valid)), "{words:?} in\n{page}");
        }
    }
}

#[test]
fn pages_are_bounded() {
    for words in ["\u{e0001}".repeat(5_000), "|".repeat(5_000), "`|".repeat(5_000), "word ".repeat(5_000)] {
        let (mut statement, context) = base("assurance");
        let entry = statement["predicate"]["evidence"][0].clone();
        statement["predicate"]["evidence"] = vec![entry; 500].into();
        let subject = statement["subject"][0].clone();
        statement["subject"] = vec![subject; 500].into();
        each_text(&mut statement, &mut |text| words.clone_into(text));
        let mut verdict = verdict(&words, false);
        verdict.failures = vec![verdict.failures[0].clone(); 100];
        verdict.failure_codes = vec![words.clone(); 100];
        let page = render(Some(&statement), Some(&context), &verdict);
        is_harmless(&page);
    }
    let (mut statement, context) = base("evidence");
    let entry = statement["predicate"]["evidence"][0].clone();
    statement["predicate"]["evidence"] = vec![entry; ROWS + 3].into();
    assert!(page(&statement, &context, Trust::None).ends_with("\n\nAnd 3 more.\n"));
}

/// Values of any type, in any place.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z|`<]{0,6}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

fn any_words() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,60}",
        prop::collection::vec(any::<char>(), 0..40).prop_map(|chars| chars.into_iter().collect()),
        "[`|<>@#*_\\[\\]()!&~$:/\\\\\n\r\t .a1-]{0,60}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_words_change_what_a_page_is_made_of(words in any_words(), valid in any::<bool>()) {
        let page = filled(&words, valid);
        is_harmless(&page);
        prop_assert_eq!(structure(&page), structure(&filled("plain", valid)), "{}", page);
    }

    #[test]
    fn any_document_has_a_page(statement in any_value(), predicate in any_value(), context in any_value()) {
        is_harmless(&page(&statement, &context, Trust::Context));
        let statement = json!({"predicate": predicate, "subject": statement});
        is_harmless(&page(&statement, &context, Trust::None));
    }
}

// The command.

fn attest(system: &Arc<dyn System>, line: &str) -> (u8, String, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["attest"].into_iter().chain(line.split_whitespace()).map(Into::into);
    let exit = attest::cli::run(arguments, system, &mut stdout, &mut stderr);
    (exit.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn files(name: &str) -> MemorySystem {
    let (statement, context) = base(name);
    let policy = "package attest.document\n\ndecision := 1 / 0\n";
    MemorySystem::new()
        .with_file("s.json", statement.to_string())
        .with_file("c.json", context.to_string())
        .with_file("bad.json", "[")
        .with_file("own.rego", policy)
}

#[test]
fn the_command_ends_as_verify_does() {
    for (line, exit, data, talk) in [
        ("--statement s.json --context c.json --trust-context", 0, "## Agent Provenance: valid (`policy-grade`)", ""),
        ("--statement s.json --context c.json", 1, "`level_escalation`", ""),
        ("--statement s.json --context c.json --exit-zero", 0, "## Agent Provenance: invalid", ""),
        ("--statement bad.json --context c.json", 1, "`schema_invalid`", ""),
        ("--statement s.json --context bad.json", 1, "`schema_invalid`", ""),
        ("--statement s.json --context c.json --policy own.rego", 3, "`policy_eval_error`", ""),
        ("--statement none.json --context c.json --exit-zero", 3, "", "`none.json` does not exist"),
        ("--statement s.json", 2, "", "--context"),
    ] {
        let system: Arc<dyn System> = Arc::new(files("policy"));
        let (code, page, errors) = attest(&system, &format!("provenance summary {line}"));
        assert_eq!(code, exit, "{line}: {page}{errors}");
        assert!(page.contains(data) && page.is_empty() == data.is_empty(), "{line}: {page}");
        assert!(errors.contains(talk) && errors.is_empty() == talk.is_empty(), "{line}: {errors}");
        if !page.is_empty() {
            is_harmless(&page);
            let verified = attest(&system, &format!("provenance verify {}", line.replace("--exit-zero", "")));
            assert!(line.contains("--exit-zero") || verified.0 == exit, "{line}");
        }
    }
}

#[test]
fn the_page_goes_to_a_file_whole_or_not_at_all() {
    let system: Arc<dyn System> = Arc::new(files("policy"));
    let line = "provenance summary --statement s.json --context c.json --trust-context";
    let whole = attest(&system, line).1;
    assert_eq!(attest(&system, &format!("{line} -o page.md")), (0, String::new(), String::new()));
    assert_eq!(system.read(&PathBuf::from("page.md"), 1 << 20).unwrap(), whole.as_bytes());

    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (statement, context) = base("policy");
    std::fs::write(at("s.json"), statement.to_string()).unwrap();
    std::fs::write(at("c.json"), context.to_string()).unwrap();
    let machine: Arc<dyn System> = Arc::new(OsSystem);
    let line = format!("provenance summary --statement {} --context {} --trust-context", at("s.json"), at("c.json"));
    let (exit, data, talk) = attest(&machine, &format!("{line} --exit-zero -o {}", at("none/page.md")));
    assert_eq!((exit, data.as_str()), (3, ""), "what could not be written is no success: {talk}");
}
