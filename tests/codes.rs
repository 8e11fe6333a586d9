//! The pages of the diagnostic codes: each row of the table has one, each page has a row, and each example is true.
//!
//! A page is `docs/src/codes/ATnnnn.md`: a heading `# ATnnnn name`, the default severity in italics, then prose with fenced
//! examples. One that is fenced ```` ```attest bad ```` gives the page's code when it is compiled, one that is fenced
//! ```` ```attest good ```` gives no diagnostic.
#![expect(clippy::disallowed_methods, reason = "the pages are files")]

use std::collections::BTreeSet;

use attest::base::source::SourceMap;
use attest::catalog::pages::{PAGES, page};
use attest::diag::codes::CODES;
use attest::diag::{Diagnostic, Style, render};

/// How far the examples of a block of codes are compiled.
///
/// Block 1 needs the parser only. The other blocks' examples are compiled where the whole compiler is at hand.
fn compile(block: char, text: &str) -> Option<(SourceMap, Vec<Diagnostic>)> {
    let mut sources = SourceMap::new();
    let source = sources.add("example.attest", text);
    match block {
        '0' | '1' => Some((sources, attest::syntax::parse(source, text).diagnostics)),
        _ => None,
    }
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
    let (mut wrong, mut compiled) = (Vec::new(), 0);
    for info in CODES {
        let code = info.code.as_str();
        for (kind, text) in examples(page(info.code).unwrap_or_default()) {
            let Some((sources, found)) = compile(code.chars().nth(2).unwrap(), &text) else { continue };
            compiled += 1;
            let holds = match kind.as_str() {
                "attest bad" => found.iter().any(|diagnostic| diagnostic.code == info.code),
                "attest good" => found.is_empty(),
                other => panic!("{code}: an example is fenced `{other}`; write `attest bad` or `attest good`"),
            };
            if !holds {
                wrong.push(format!("{code} ({kind}):\n{text}{}", render::render(&found, &sources, Style::PLAIN)));
            }
        }
    }
    assert!(compiled >= 40, "only {compiled} examples were compiled");
    assert!(wrong.is_empty(), "{} examples are not true:\n{}", wrong.len(), wrong.join("\n"));
}
