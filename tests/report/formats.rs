//! The formats for other readers: two reports in each of them, side by side with what is wanted; a hostile report, and the
//! laws that hold for whatever text a report has.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failure here is a failed test")]

use std::collections::{BTreeMap, BTreeSet};

use attest::base::source::SourceMap;
use attest::base::span::Span;
use attest::decide::input::{Answer, Citation, Reason, Tier2, VoteWord};
use attest::diag::json::Diagnostic;
use attest::diag::{Style, codes, json};
use attest::report::model::{Mitigation, Requirement};
use attest::report::{Exit, FORMATS, Format, Places, Report, Said, human};
use attest::verdict::Outcome;
use proptest::prelude::*;
use serde_json::Value;

use super::{
    ControlStatus, Package, Subject, WaiverState, assertion, compare, control, decided, finding, sample, waiver,
};

fn places() -> Places {
    Places { rules: "policy/".into(), target: "svc/".into() }
}

/// A report in a format, as a command gives it.
fn said(name: &str, report: &Report) -> String {
    let options = human::Options { style: Style::PLAIN, verbose: false, quiet: false };
    let exit = Exit::of(report, false);
    let said = Said { report, exit, places: &places(), excerpt: &|_, _| None, options };
    let text = Format::find(name).expect("the format is in the table").render(&said).expect("it can be written");
    assert_eq!(text, Format::find(name).unwrap().render(&said).unwrap(), "the same bytes");
    text
}

fn tier2(outcome: Outcome, answer: Option<Answer>, reason: Option<Reason>, message: &str) -> Tier2 {
    Tier2 {
        outcome,
        answer,
        reason,
        cited: vec![
            Citation { path: "app/auth.py".into(), line: 14 },
            Citation { path: "app/keys.py".into(), line: 3 },
        ],
        votes: vec![VoteWord::Holds, VoteWord::Fails, VoteWord::CannotTell],
        provider: "openai".into(),
        model: "gpt-5".into(),
        evidence_digest: "sha256:cc".into(),
        cached: true,
        message: message.to_owned(),
    }
}

fn diagnostics(hostile: &str) -> Vec<Diagnostic> {
    let mut sources = SourceMap::new();
    let source = sources.add(format!("auth{hostile}.attest"), "edition 1\nassert a: function_exist()\n");
    let unknown = attest::diag::Diagnostic::new(
        codes::UNKNOWN_CHECK,
        Span::new(source, 20, 34),
        "unknown check `function_exist`",
    )
    .also(Span::new(source, 0, 7), format!("the edition{hostile}"))
    .help(format!("did you mean `function_exists`?{hostile}"));
    let expired = attest::diag::Diagnostic::new(
        codes::EXPIRED_WAIVER,
        Span::new(source, 10, 16),
        format!("the waiver of `shop/JWT/routes` held until 2026-10-01{hostile}"),
    );
    json::list(&sources, &[unknown, expired])
}

/// The sample, and what Tier 2 may say of an assertion.
fn judged() -> Report {
    let mut stub = assertion("shop/JWT/stub", Some("shop/JWT"), Outcome::Fail);
    stub.tier1.outcome = Outcome::Pass;
    stub.tier1.findings = vec![finding("app/auth.py", 12, 5, 17, "`verify_token` is defined here")];
    let words = "`verify_token` decodes and throws the result away";
    stub.tier2 = Some(tier2(Outcome::Fail, Some(Answer::Fails), Some(Reason::Stub), words));
    let mut split = assertion("shop/TLS/split", Some("shop/TLS"), Outcome::Error);
    split.tier1.outcome = Outcome::Pass;
    split.tier2 = Some(tier2(Outcome::Error, Some(Answer::CannotTell), None, "the votes are split"));
    let mut judged = assertion("shop/OLD/judged", Some("shop/OLD"), Outcome::Pass);
    judged.tier2 = Some(tier2(Outcome::Pass, Some(Answer::Holds), None, "every path is guarded"));
    let Report { subject, package, mut assertions, controls, models, decision, .. } = sample();
    assertions.extend([stub, split, judged]);
    let warnings = diagnostics("").into_iter().filter(|it| it.severity != "error").collect();
    Report::new(subject, package, assertions, controls, models, decision, warnings)
}

fn uncompiled() -> Report {
    let package = Package { name: Some("shop".to_owned()), digest: None };
    Report::uncompiled(Subject::default(), package, diagnostics(""))
}

/// A report with a text in every field that may be foreign, beside what tells one from the other.
fn foreign(text: &str) -> Report {
    saying(text, text)
}

/// A report with a text in every name, and another in every message.
fn saying(name: &str, text: &str) -> Report {
    let id = |at: &str| format!("{at}{name}");
    let mut fail = assertion(&id("a"), Some(&id("c")), Outcome::Fail);
    fail.check = Some(id("check"));
    fail.covers = vec![id("facet")];
    fail.tier1.message = String::from(text);
    fail.tier1.findings = vec![finding(&id("p"), 3, 1, 4, text), finding(&id("p"), 9, 1, 4, &format!("m{text}"))];
    fail.source = Some(super::Source { path: id("rules/r").into(), line: 1, column: 1 });
    let mut judged = assertion(&id("b"), Some(&id("c")), Outcome::Fail);
    judged.tier1.outcome = Outcome::Pass;
    let mut opinion = tier2(Outcome::Fail, Some(Answer::Fails), Some(Reason::Injection), text);
    opinion.cited = vec![Citation { path: id("p"), line: 7 }];
    opinion.provider = id("provider");
    opinion.model = id("model");
    opinion.evidence_digest = id("digest");
    judged.tier2 = Some(opinion);
    let mut error = assertion(&id("d"), None, Outcome::Error);
    error.tier1.message = String::from(text);
    error.source = None;
    let mut carried = assertion(&id("e"), Some(&id("nowhere")), Outcome::Waived);
    let mut expired = assertion(&id("f"), None, Outcome::Fail);
    for (assertion, state) in [(&mut carried, WaiverState::Live), (&mut expired, WaiverState::Expired)] {
        let mut given = waiver(state);
        given.by = id("by");
        given.because = String::from(text);
        given.ticket = Some(id("ticket"));
        assertion.waiver = Some(given);
    }
    let mut owner = control(&id("c"), text, ControlStatus::Failing);
    owner.severity = Some(id("high"));
    owner.facets.missing = vec![id("facet")];
    let other: std::sync::Arc<str> = id("x").into();
    owner.mitigates = vec![Mitigation { attacker: other.clone(), asset: other.clone(), properties: Vec::new() }];
    owner.satisfies = vec![Requirement { framework: other.clone(), requirement: other }];
    let denial = r#"{"code": "finding_open", "subject": "s", "message": "m"}"#;
    let mut decision = decided(&format!(r#"{{"level": null, "denials": [{denial}]}}"#));
    for denial in &mut decision.denials {
        denial.subject = String::from(name);
        denial.message = String::from(text);
    }
    decision.gate = id("gate");
    decision.failure_codes.push(id("CODE"));
    let subject = Subject { repo: Some(id("https://r")), commit: Some(id("4b82")), tree: Some(id("t")), dirty: true };
    let package = Package { name: Some(id("n")), digest: Some(id("d")) };
    let assertions = vec![fail, judged, error, carried, expired];
    let diagnostics = diagnostics(name);
    Report::new(subject, package, assertions, vec![owner], Vec::new(), Some(decision), diagnostics)
}

/// What formats are attacked with.
const HOSTILE: [&str; 24] = [
    "\n",
    "\r\n::error::owned",
    "\n## owned\n",
    " | owned | ",
    "`",
    "```\n",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><a href='javascript:alert(1)'>",
    "]]>",
    "-->",
    "&lt;&#64;",
    "%0A::error::owned",
    "##[error]owned",
    ",title=owned,file=/etc/passwd::",
    "@octocat",
    "#1 GH-2 acme/shop#3",
    "https://evil.example www.evil.example",
    "![x](https://evil.example/x.png) [a](b)",
    "{0} {{",
    "\u{1b}[31m\u{0}\u{7f}\u{9b}",
    "\u{202e}\u{2066}\u{200b}\u{61c}\u{feff}",
    "\u{e0041}\u{e0042}\u{ffff}\u{fffe}",
    "\\",
];

const FILES: [(&str, &str); 6] = [
    ("jsonl", "jsonl"),
    ("sarif", "sarif"),
    ("junit", "xml"),
    ("markdown", "md"),
    ("html", "html"),
    ("github", "github.txt"),
];

#[test]
fn each_format_reads_as_wanted() {
    for (format, extension) in FILES {
        compare(&format!("judged.{extension}"), &said(format, &judged()));
        compare(&format!("uncompiled.{extension}"), &said(format, &uncompiled()));
    }
    compare("judged.txt", &said("human", &judged()));
}

#[test]
fn a_hostile_report_is_only_text() {
    let attacks = HOSTILE.concat();
    for (format, extension) in FILES {
        compare(&format!("hostile.{extension}"), &said(format, &foreign(&attacks)));
    }
    let text = attacks.clone() + &"x".repeat(1 << 20);
    let report = saying(&attacks, &text);
    lawful(&report);
    for (format, _) in FILES.iter().filter(|(format, _)| *format != "jsonl") {
        let written = said(format, &report);
        assert!(written.len() < 200_000, "{format} is not bounded: {}", written.len());
        assert!(written.contains(" more characters"), "{format} says what it cuts");
    }
    let lines: Vec<Value> = said("jsonl", &report).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let fail = lines.iter().find(|line| line["kind"] == "assertion").unwrap();
    assert_eq!(fail["tier1"]["message"], text, "lines keep every byte");
}

#[test]
fn every_attack_alone_is_only_text() {
    for attack in HOSTILE {
        lawful(&foreign(attack));
        lawful(&foreign(&format!("{attack} {attack}")));
    }
    lawful(&foreign(""));
    lawful(&foreign(" "));
    lawful(&foreign(&"`".repeat(100)));
    lawful(&judged());
    lawful(&uncompiled());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_only_text(
        pieces in prop::collection::vec(
            prop_oneof![
                2 => prop::sample::select(&HOSTILE[..]).prop_map(str::to_owned),
                1 => prop::sample::select(&["`", "a", " ", "1.", "\\", "|", "@", ":", "<", "&"][..]).prop_map(str::to_owned),
                1 => any::<char>().prop_map(String::from),
            ],
            0..12,
        )
    ) {
        lawful(&foreign(&pieces.concat()));
    }
}

/// The laws of all formats.
fn lawful(report: &Report) {
    for format in &FORMATS {
        let text = said(format.name, report);
        assert!(text.ends_with('\n'), "{} does not end its last line", format.name);
        if !matches!(format.name, "json" | "jsonl" | "sarif") {
            let odd = |char: char| char.is_control() && char != '\n';
            let bidi = |char: char| matches!(char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
            let found = text.chars().find(|char| odd(*char) || bidi(*char));
            assert_eq!(found, None, "{} lets a character through:\n{text}", format.name);
        }
    }
    lawful_lines(report);
    lawful_sarif(report);
    lawful_xml(report);
    lawful_markdown(&said("markdown", report));
    lawful_html(&said("html", report));
    lawful_commands(&said("github", report));
    for line in said("human", report).lines() {
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "a log sees a command: {line}");
    }
}

fn lawful_lines(report: &Report) {
    let lines: Vec<Value> = said("jsonl", report).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    let decision = report.decision.as_ref();
    assert_eq!((lines[0]["kind"].as_str(), lines.last().unwrap()["kind"].as_str()), (Some("run"), Some("summary")));
    assert_eq!((of("run"), of("summary"), of("decision")), (1, 1, usize::from(decision.is_some())));
    assert_eq!(of("assertion"), report.assertions.len());
    assert_eq!(of("control"), report.controls.len());
    assert_eq!(of("diagnostic"), report.diagnostics.len());
    assert_eq!(of("denial"), decision.map_or(0, |decision| decision.denials.len()));
    let whole: Value = serde_json::from_str(&said("json", report)).unwrap();
    let mut assertion = whole["assertions"].as_array().unwrap().clone();
    for it in &mut assertion {
        it["kind"] = "assertion".into();
    }
    let own: Vec<Value> = lines.iter().filter(|line| line["kind"] == "assertion").cloned().collect();
    assert_eq!(own, assertion, "a line is what the report has");
}

/// The essential shape of SARIF; the whole schema is held by hand, see `docs/src/reference/formats.md`.
fn lawful_sarif(report: &Report) {
    let log: Value = serde_json::from_str(&said("sarif", report)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let results = run["results"].as_array().unwrap();
    let mut prints = BTreeSet::new();
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        assert!(prints.insert(result["partialFingerprints"]["attest/v1"].to_string()), "two results are told apart");
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.is_empty() && !message.contains("]("), "{message}");
        assert!(!message.replace("{{", "").replace("}}", "").contains(['{', '}']), "a placeholder: {message}");
        let places = result["locations"]
            .as_array()
            .unwrap()
            .iter()
            .chain(result["relatedLocations"].as_array().into_iter().flatten());
        for place in places {
            let physical = &place["physicalLocation"];
            let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
            assert!(
                !uri.starts_with('/')
                    && uri.chars().all(|char| char.is_ascii_alphanumeric() || "-._~/%".contains(char)),
                "{uri}"
            );
            let region = &physical["region"];
            let number = |name: &str| region[name].as_u64().unwrap();
            assert!(number("startLine") > 0 && number("startColumn") > 0);
            assert!((number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn")));
        }
    }
    let shown: BTreeSet<u64> = results.iter().map(|result| result["ruleIndex"].as_u64().unwrap()).collect();
    let telling = |it: &&attest::report::model::Assertion| !matches!(it.outcome, Outcome::Pass | Outcome::Skip);
    assert_eq!(
        shown.len(),
        report.assertions.iter().filter(telling).count()
            + report.diagnostics.iter().map(|it| it.code).collect::<BTreeSet<_>>().len(),
        "each assertion that does not pass, and each code, is there"
    );
    let suppressed = results.iter().filter(|result| result.get("suppressions").is_some()).count();
    let waived = report.assertions.iter().filter(|it| it.outcome == Outcome::Waived).count();
    assert!(suppressed >= waived && (waived > 0 || suppressed == 0), "what is waived is suppressed, and nothing else");
}

fn lawful_xml(report: &Report) {
    let text = said("junit", report);
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}:\n{text}"));
    let root = document.root_element();
    let count = |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<usize>().unwrap();
    let element =
        |node: roxmltree::Node<'_, '_>, name: &str| node.descendants().filter(|it| it.has_tag_name(name)).count();
    for node in document.descendants().filter(|it| it.has_tag_name("testsuites") || it.has_tag_name("testsuite")) {
        assert_eq!(count(node, "tests"), element(node, "testcase"));
        assert_eq!(count(node, "failures"), element(node, "failure"));
        assert_eq!(count(node, "errors"), element(node, "error"));
        assert_eq!(count(node, "skipped"), element(node, "skipped"));
    }
    let errors = report.diagnostics.iter().filter(|it| it.severity == "error").count();
    let gate = usize::from(report.decision.is_some());
    assert_eq!(count(root, "tests"), report.summary.total() + errors + gate);
    assert!(count(root, "failures") >= report.summary.fail && count(root, "errors") >= report.summary.error + errors);
    assert_eq!(count(root, "skipped"), report.summary.skip + report.summary.waived);
    let known =
        ["testsuites", "testsuite", "testcase", "properties", "property", "failure", "error", "skipped", "system-out"];
    let other = document.descendants().find(|it| it.is_element() && !known.contains(&it.tag_name().name()));
    assert!(other.is_none(), "{other:?}");
}

/// What stands outside of code spans, by the rule of `CommonMark`: a span ends with as many backticks as it begins with.
fn outside(line: &str) -> String {
    let chars: Vec<char> = line.chars().collect();
    let run = |at: usize| chars[at..].iter().take_while(|char| **char == '`').count();
    let (mut out, mut at) = (String::new(), 0);
    while at < chars.len() {
        let fence = run(at);
        if fence == 0 {
            out.push(chars[at]);
            at += 1;
            continue;
        }
        assert!(fence < 80, "no reader knows so long a fence");
        let mut end = at + fence;
        while end < chars.len() && run(end) != fence {
            end += run(end).max(1);
        }
        assert!(end < chars.len(), "a code span is not closed: {line}");
        out.push('\u{1}');
        at = end + fence;
    }
    out
}

fn lawful_markdown(text: &str) {
    assert!(text.len() <= attest::report::markdown::LIMIT);
    let table = ["| pass |", "|---:|"];
    for line in text.lines() {
        let own = line.starts_with("## attest: ") || line.starts_with("### ") || line.is_empty();
        let item = line.starts_with("- ") || line.starts_with("  - ");
        let fact = ["package ", "repository ", "commit ", "Failure codes: ", "**Cut:** "]
            .iter()
            .any(|it| line.starts_with(it));
        let counted = line.ends_with("nothing was judged, exit 2");
        let row = table.iter().any(|it| line.starts_with(it))
            || line.starts_with("| ") && line.chars().all(|char| char.is_ascii_alphanumeric() || "| -".contains(char));
        assert!(own || item || fact || counted || row, "foreign text begins a line: {line}");
        if row {
            continue;
        }
        let rest = outside(line);
        let rest = rest.trim_start_matches(['#', ' ']);
        let rest = rest.strip_prefix("- ").unwrap_or(rest).replace("**", "");
        let odd = rest
            .chars()
            .find(|char| !(char.is_alphanumeric() || char.is_whitespace() || "\u{1},.;:?()'-".contains(*char)));
        assert_eq!(odd, None, "outside of code: {line}");
    }
}

fn lawful_html(text: &str) {
    let (head, body) = text.split_once("</style>").unwrap();
    let style = "'none'; style-src 'sha256-";
    assert!(head.contains(&format!("content=\"default-src {style}")), "a policy forbids the rest");
    assert!(!head.contains("url(") && !head.contains("@import") && !head.contains("<script"), "nothing from elsewhere");
    let known = [
        "html",
        "head",
        "body",
        "header",
        "main",
        "footer",
        "section",
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "dl",
        "dt",
        "dd",
        "b",
        "code",
        "bdi",
        "span",
        "details",
        "summary",
        "blockquote",
    ];
    let mut open: Vec<&str> = Vec::new();
    for part in body.split('<').skip(1) {
        let (tag, rest) = part.split_once('>').unwrap_or_else(|| panic!("`<` stands alone before {part}"));
        assert!(!rest.contains('>'), "`>` stands alone in {rest}");
        if let Some(name) = tag.strip_prefix('/') {
            if !["head", "body", "html"].contains(&name) {
                assert_eq!(open.pop(), Some(name), "{part}");
            }
            continue;
        }
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(known.contains(&name), "<{tag}>");
        let class = attributes.strip_prefix("class=\"").and_then(|it| it.strip_suffix('"'));
        let plain = class.is_some_and(|class| class.chars().all(|char| char.is_ascii_lowercase() || char == ' '));
        assert!(attributes.is_empty() || attributes == "open" || plain, "<{tag}>");
        if name != "body" {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "all is closed");
    let title = head.split("<title>").nth(1).unwrap();
    assert!(!title.split("</title>").next().unwrap().contains(['<', '>', '"']), "{title}");
}

/// The commands of a log as the runner reads them: kind, properties, message.
fn commands(text: &str) -> Vec<(String, BTreeMap<String, String>, String)> {
    let decoded = |text: &str| {
        let text = text.replace("%0A", "\n").replace("%0D", "\r").replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let mut found = Vec::new();
    for line in text.lines().filter(|line| line.trim_start().starts_with("::")) {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (kind, properties) = head.split_once(' ').unwrap_or((head, ""));
        let properties = properties.split(',').filter_map(|it| it.split_once('='));
        let properties = properties.map(|(name, value)| (name.to_owned(), decoded(value))).collect();
        found.push((kind.to_owned(), properties, decoded(message)));
    }
    found
}

fn lawful_commands(text: &str) {
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, properties, message) in commands(text) {
        assert!(["error", "warning", "notice", "group", "endgroup"].contains(&kind.as_str()), "{kind}");
        for name in properties.keys() {
            assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&name.as_str()), "{name}");
        }
        assert!(properties.get("file").is_none_or(|file| !file.starts_with('/')));
        assert!(kind.ends_with("group") || !message.is_empty());
        *shown.entry(kind).or_default() += 1;
    }
    assert!(shown.values().all(|number| *number <= 10), "{shown:?}");
    for line in text.lines().filter(|line| !line.starts_with("::")) {
        assert!(!line.contains("##["), "{line}");
    }
}

#[test]
fn a_step_shows_ten_of_a_kind() {
    let of = |number: usize, outcome| {
        let assertions = (0..number).map(|at| assertion(&format!("a{at:03}"), None, outcome)).collect();
        let denied = decided(r#"{"level": null, "denials": []}"#);
        Report::new(
            Subject::default(),
            Package::default(),
            assertions,
            Vec::new(),
            Vec::new(),
            Some(denied),
            Vec::new(),
        )
    };
    let kinds = |report: &Report, kind: &str| {
        commands(&said("github", report)).into_iter().filter(|it| it.0 == kind).collect::<Vec<_>>()
    };
    // The gate's own "no" is one of the ten.
    assert_eq!(kinds(&of(9, Outcome::Fail), "error").len(), 10);
    let errors = kinds(&of(57, Outcome::Fail), "error");
    assert_eq!(errors.len(), 10);
    assert_eq!(errors[9].2, "49 more of this kind: a step shows 10, the log has them all");
    let text = said("github", &of(57, Outcome::Fail));
    assert!(
        text.contains("\n::group::49 error more\n") && text.contains("\nerror policy/rules/jwt.attest:5: a056: "),
        "{text}"
    );
    assert_eq!(kinds(&of(3, Outcome::Error), "warning").len(), 3);
    assert_eq!(kinds(&of(3, Outcome::Pass), "notice").len(), 0);
}

#[test]
fn what_fails_worst_is_shown_first() {
    let mut report = sample();
    report.controls[0].severity = Some("low".to_owned());
    let mut worse = assertion("z/last", Some("shop/NEW"), Outcome::Fail);
    worse.tier1.message = "worse".to_owned();
    report.controls[1].severity = Some("critical".to_owned());
    report.assertions.push(worse);
    let found = commands(&said("github", &report));
    assert_eq!(found[0].1["title"], "z/last");
}

#[test]
fn fingerprints_stay_where_lines_move() {
    let prints = |report: &Report| {
        let log: Value = serde_json::from_str(&said("sarif", report)).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.into_iter().map(|it| it["partialFingerprints"]["attest/v1"].clone()).collect::<Vec<_>>()
    };
    let before = prints(&judged());
    let mut moved = judged();
    for finding in moved.assertions.iter_mut().flat_map(|it| &mut it.tier1.findings) {
        finding.location.line += 40;
        finding.location.end_line += 40;
        finding.location.column += 4;
    }
    assert_eq!(prints(&moved), before);
    moved.assertions[0].id.push('x');
    let mut renamed = judged();
    for finding in renamed.assertions.iter_mut().flat_map(|it| &mut it.tier1.findings) {
        finding.location.path = "other.py".into();
    }
    assert_ne!(prints(&renamed), before, "another file is another finding");
}

#[test]
fn markdown_says_what_it_cuts() {
    let mut report = sample();
    for at in 0..3_000 {
        let mut fail = assertion(&format!("shop/JWT/f{at:04}"), Some("shop/JWT"), Outcome::Fail);
        fail.tier1.message = format!("`f{at}` has no guard");
        report.assertions.push(fail);
        report.controls.push(control(&format!("shop/C{at}"), "one of many", ControlStatus::Failing));
    }
    let whole = Report::new(
        report.subject,
        report.package,
        report.assertions,
        report.controls,
        report.models,
        report.decision,
        report.diagnostics,
    );
    let text = said("markdown", &whole);
    lawful_markdown(&text);
    assert!(text.len() > 60_000, "what fits is shown: {}", text.len());
    let last = text.lines().last().unwrap();
    assert!(
        last.starts_with("**Cut:** ")
            && last.contains(" of 3005 assertions and ")
            && last.contains(" of 3004 controls"),
        "{last}"
    );
    assert!(text.contains("\n| 3 | 3002 | 1 | 1 | 1 |"), "the counts are whole");
    let shown = text.lines().filter(|line| line.starts_with("- **fail**")).count();
    let cut: usize = last.strip_prefix("**Cut:** ").unwrap().split(' ').next().unwrap().parse().unwrap();
    assert_eq!(shown + cut, 3_005, "every assertion is shown or counted");
}

#[test]
fn a_run_that_nothing_affects_is_no_pass_and_no_fail() {
    let skipped = vec![assertion("a", None, Outcome::Skip)];
    let denied = decided(r#"{"level": null, "denials": []}"#);
    let report =
        Report::new(Subject::default(), Package::default(), skipped, Vec::new(), Vec::new(), Some(denied), Vec::new());
    lawful_markdown(&said("markdown", &report));
    assert!(said("markdown", &report).starts_with("## attest: gate `default` is not asked: nothing is affected\n"));
    let text = said("junit", &report);
    assert!(
        text.contains("<testsuites name=\"attest\" tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"2\""),
        "{text}"
    );
}

#[test]
fn every_format_has_its_place_on_the_page() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src/reference/formats.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    for format in &FORMATS {
        assert!(page.contains(&format!("\n## {}\n", format.name)), "{} is not on the page", format.name);
    }
}
