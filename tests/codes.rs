//! The pages of the diagnostic codes: each row of the table has one, each page has a row, and each example is true.
//!
//! A page is `docs/src/codes/ATnnnn.md`: a heading `# ATnnnn name`, the default severity in italics, then prose with fenced
//! examples. What an example is, its fence says:
//!
//! - ```` ```attest bad ```` gives the page's code and no other when it is compiled, ```` ```attest good ```` nothing at all;
//! - ```` ```attest run bad ```` and `run good` are checked against a directory that holds the rules and no other file;
//! - ```` ```toml bad ```` is the `attest.toml`, ```` ```rego bad ```` the `release.rego` of a package, likewise checked; the
//!   package's rules are the page's ```` ```attest rules ````.
#![expect(clippy::disallowed_methods, reason = "the pages are files")]
#![expect(clippy::expect_used, reason = "a failure here is a failed test")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use attest::base::source::SourceMap;
use attest::base::system::{MemorySystem, OsSystem, System};
use attest::catalog::pages::{PAGES, page};
use attest::diag::codes::CODES;
use attest::diag::{Diagnostic, Style, render};
use attest::session::{self, CheckOptions, Request, TargetOptions, pipeline};

/// Compiles a text as a file of its own.
fn compile(text: &str) -> (SourceMap, Vec<Diagnostic>) {
    let system = MemorySystem::new().with_file("rules.attest", text);
    let request = Request { paths: vec!["rules.attest".into()], ..Request::default() };
    let compiled = pipeline::compile(&system, &request, false).expect("the file is there");
    (compiled.sources, compiled.diagnostics)
}

/// Checks a package on the directory that holds it.
fn check(files: &[(&str, &str)]) -> (SourceMap, Vec<Diagnostic>) {
    let directory = tempfile::tempdir().expect("a directory for the package");
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).expect("a file of the package");
    }
    let root = |path: &Path| path.to_path_buf();
    let options = CheckOptions {
        paths: vec![root(directory.path())],
        target: TargetOptions { root: Some(root(directory.path())), ..TargetOptions::default() },
        ..CheckOptions::default()
    };
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let run = session::check(&system, &options, None).expect("the package is checked");
    (run.sources, run.diagnostics)
}

/// What an example gives, and whether it should be wrong; nothing for what only stands beside an example.
fn judge(kind: &str, text: &str, rules: &str) -> Option<(bool, SourceMap, Vec<Diagnostic>)> {
    let (kind, bad) = match kind.rsplit_once(' ') {
        Some((kind, "bad")) => (kind, true),
        Some((kind, "good")) => (kind, false),
        _ => return None,
    };
    let (sources, found) = match kind {
        "attest" => compile(text),
        "attest run" => check(&[("rules.attest", text)]),
        "toml" => check(&[("attest.toml", text), ("rules.attest", rules)]),
        "rego" => check(&[("release.rego", text), ("rules.attest", rules)]),
        _ => return None,
    };
    Some((bad, sources, found))
}

/// The fenced examples of a page: their kind and text.
fn examples(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => open = Some((info.trim().to_owned(), String::new())),
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some((_, body)), None) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is never closed");
    found
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let rows: BTreeSet<&str> = CODES.iter().map(|info| info.code.as_str()).collect();
    let pages: BTreeSet<&str> = PAGES.iter().map(|(code, _)| *code).collect();
    let missing: Vec<_> = rows.difference(&pages).collect();
    assert!(missing.is_empty(), "write docs/src/codes/ATnnnn.md and a row in src/catalog/pages.rs for {missing:?}");
    let orphans: Vec<_> = pages.difference(&rows).collect();
    assert!(orphans.is_empty(), "no code belongs to the pages {orphans:?}");
    let mut files: Vec<String> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/src/codes"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("AT"))
        .collect();
    files.sort();
    let listed: Vec<String> = PAGES.iter().map(|(code, _)| format!("{code}.md")).collect();
    assert_eq!(files, listed, "the files and src/catalog/pages.rs differ");
}

#[test]
fn every_page_begins_with_its_row() {
    for info in CODES {
        let Some(text) = page(info.code) else { continue };
        let head = format!("# {} {}\n\n*{}*\n\n", info.code.as_str(), info.name, info.severity.name());
        assert!(text.starts_with(&head), "{} begins otherwise than\n{head}", info.code.as_str());
        assert!(text.contains("\n## How to mend it\n"), "{} does not say how to mend it", info.code.as_str());
    }
}

#[test]
fn every_example_is_true() {
    let (mut wrong, mut judged) = (Vec::new(), 0);
    for info in CODES {
        let code = info.code.as_str();
        let examples = examples(page(info.code).unwrap_or_default());
        let rules = examples.iter().find(|(kind, _)| kind == "attest rules").map_or("", |(_, text)| text);
        for (kind, text) in &examples {
            let Some((bad, sources, found)) = judge(kind, text, rules) else {
                assert_eq!(kind, "attest rules", "{code}: an example is fenced otherwise than this test knows");
                continue;
            };
            judged += 1;
            let own = found.iter().all(|diagnostic| diagnostic.code == info.code);
            if bad == found.is_empty() || !own {
                wrong.push(format!("{code} ({kind}):\n{text}{}", render::render(&found, &sources, Style::PLAIN)));
            }
        }
    }
    assert!(judged >= 2 * (CODES.len() - PROSE.len()), "only {judged} examples were judged");
    assert!(wrong.is_empty(), "{} examples are not true:\n{}", wrong.len(), wrong.join("\n"));
}

/// Codes whose pages have no example: a bug of ours, and what no rule text can show.
const PROSE: &[&str] = &["AT0001", "AT0003", "AT0004"];

#[test]
fn only_some_pages_have_no_example() {
    for info in CODES {
        let kinds: Vec<String> =
            examples(page(info.code).unwrap_or_default()).into_iter().map(|(kind, _)| kind).collect();
        let shows = |end: &str| kinds.iter().any(|kind| kind.ends_with(end));
        let code = info.code.as_str();
        assert_eq!(shows(" bad") && shows(" good"), !PROSE.contains(&code), "{code}: a bad and a good example");
    }
}
