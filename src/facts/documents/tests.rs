//! Documents and their twins under `tests/documents/`, and what no bytes may do.
#![expect(clippy::string_slice, reason = "tests slice their own fixtures")]

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::base::literal::Key;
use crate::facts::language;

/// A tree as text: one node a line, its place as the source at that place.
fn dump(text: &str, node: &Node, indent: usize, out: &mut String) {
    let pad = "  ".repeat(indent);
    let at = |span: Range| text[span.start as usize..span.end as usize].replace('\n', "⏎").replace('\r', "␍");
    match &node.value {
        NodeValue::List(elements) => {
            writeln!(out, "list ‹{}›", clipped(&at(node.span))).unwrap();
            for element in elements {
                write!(out, "{pad}- ").unwrap();
                dump(text, element, indent + 1, out);
            }
        }
        NodeValue::Map(entries) => {
            writeln!(out, "map ‹{}›", clipped(&at(node.span))).unwrap();
            for entry in entries {
                write!(out, "{pad}{:?} ‹{}›: ", entry.key, at(entry.key_span)).unwrap();
                dump(text, &entry.value, indent + 1, out);
            }
        }
        value => writeln!(out, "{value:?} ‹{}›", at(node.span)).unwrap(),
    }
}

fn clipped(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= 24 {
        return text.to_owned();
    }
    letters[..11].iter().chain(&['…']).chain(&letters[letters.len() - 11..]).collect()
}

fn rendered(path: &str, text: &str) -> String {
    let mut out = String::new();
    match parse(language::of_path(path).name, path, text) {
        Ok(nodes) => {
            writeln!(out, "documents: {}", nodes.len()).unwrap();
            for node in &nodes {
                dump(text, node, 0, &mut out);
            }
        }
        Err(error) => {
            let start = error.span.start as usize;
            let line = text[..start].matches('\n').count() + 1;
            let at = &text[start..error.span.end as usize];
            writeln!(out, "error: {} (line {line}, ‹{}›)", error.message, clipped(at)).unwrap();
        }
    }
    out
}

#[test]
fn documents_and_their_twins() {
    crate::facts::twins::check("tests/documents", rendered);
}

#[test]
fn nesting_is_bounded_everywhere() {
    let deep = 100_000;
    for (path, open) in [
        ("a.json", "["),
        ("a.json", "{\"a\":"),
        ("a.yaml", "["),
        ("a.yaml", "- "),
        ("a.yaml", "{a: "),
        ("a.toml", "a = ["),
    ] {
        let text = match path {
            "a.toml" => format!("a = {}", "[".repeat(deep)),
            _ => open.repeat(deep),
        };
        assert!(parse(language::of_path(path).name, path, &text).is_err(), "{path} {open}");
    }
    let keys = format!("{}a = 1", "a.".repeat(deep));
    assert!(parse("toml", "a.toml", &keys).is_err());
    let fits = format!("{}{}", "[".repeat(limits::DOCUMENT_NESTING), "]".repeat(limits::DOCUMENT_NESTING));
    assert!(parse("json", "a.json", &fits).is_ok());
    assert!(parse("yaml", "a.yaml", &fits).is_ok());
    assert!(parse("json", "a.json", &format!("[{fits}]")).unwrap_err().message.contains("128"));
    assert!(parse("yaml", "a.yaml", &format!("[{fits}]")).unwrap_err().message.contains("128"));
}

#[test]
fn laughs_are_counted() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{below}]").unwrap();
    }
    let error = parse("yaml", "a.yaml", &text).unwrap_err();
    assert!(error.message.contains("copy more than"), "{}", error.message);
    // A merge key doubles as well as an alias does.
    let mut text = String::from("a0: &a0 {x: 1}\n");
    for level in 1..40 {
        writeln!(text, "a{level}: &a{level} {{l: *a{}, r: *a{}}}", level - 1, level - 1).unwrap();
    }
    assert!(parse("yaml", "a.yaml", &text).is_err());
}

#[test]
fn long_lines_are_read_in_linear_time() {
    let long = "x".repeat(10 << 20);
    let started = std::time::Instant::now();
    assert!(parse("json", "a.json", &format!("{{\"a\": \"{long}\"}}")).is_ok());
    assert!(parse("yaml", "a.yaml", &format!("a: {long}\n")).is_ok());
    assert!(parse("yaml", "a.yaml", &format!("ä: \"{long}\"\n")).is_ok());
    assert!(parse("toml", "a.toml", &format!("a = \"{long}\"\n")).is_ok());
    assert!(parse("ini", "a.ini", &format!("a = {long}\n")).is_ok());
    assert!(parse("dotenv", ".env", &format!("a={long}\n")).is_ok());
    assert!(parse("properties", "a.properties", &format!("a={long}\n")).is_ok());
    let elements = "1,".repeat(1 << 20);
    assert!(parse("json", "a.json", &format!("[{elements}1]")).is_ok());
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn keys_select() {
    let root = &parse("yaml", "a.yaml", "a: [{b: 1}, {b: 2}]\nn: {0: x}\ne: []\nh: [{b: 1}, {c: 1}]\n").unwrap()[0];
    let selected = |key: &str| select(root, &Key::parse(key).unwrap());
    let found = |key: &str| match selected(key) {
        Selection::Found(all) => all.iter().map(|one| one.node.scalar().unwrap().to_string()).collect(),
        other => vec![format!("{other:?}")],
    };
    assert_eq!(found("a[*].b"), ["1", "2"]);
    assert_eq!(found("a[1].b"), ["2"]);
    assert_eq!(found("a.1.b"), ["2"]);
    assert_eq!(found("n[0]"), ["x"]);
    assert!(matches!(selected("e[*]"), Selection::Missing { segment: 1, .. }));
    assert!(matches!(selected("h[*].b"), Selection::Missing { segment: 2, .. }));
    assert!(matches!(selected("a[2]"), Selection::Missing { segment: 1, .. }));
    assert!(matches!(selected("z.y"), Selection::Missing { segment: 0, .. }));
    assert!(matches!(selected("n[*]"), Selection::WrongType { segment: 1, expected: "a list", .. }));
    assert!(matches!(selected("a.b"), Selection::WrongType { segment: 1, .. }));
}

/// Every place of a tree lies in the text, on character boundaries.
fn placed(text: &str, node: &Node) {
    let whole = |span: Range| text.get(span.start as usize..span.end as usize).is_some();
    assert!(whole(node.span), "{:?}", node.span);
    for entry in node.entries() {
        assert!(whole(entry.key_span), "{:?}", entry.key_span);
        placed(text, &entry.value);
    }
    node.elements().iter().for_each(|element| placed(text, element));
}

fn survives(text: &str) {
    for (language, path) in [
        ("json", "a.json"),
        ("json", "tsconfig.json"),
        ("yaml", "a.yaml"),
        ("toml", "a.toml"),
        ("ini", "a.ini"),
        ("ini", ".gitconfig"),
        ("dotenv", ".env"),
        ("properties", "a.properties"),
    ] {
        match parse(language, path, text) {
            Ok(nodes) => nodes.iter().for_each(|node| placed(text, node)),
            Err(error) => {
                let span = error.span.start as usize..error.span.end as usize;
                assert!(text.get(span).is_some(), "{language} {:?} {}", error.span, error.message);
            }
        }
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,80}") { survives(&text) }

    #[test]
    fn no_punctuation_panics(text in "[-\\[\\]{}:,\"'#&*!|>%@`=;\\\\ \n\r\ta0é.<~?u+/]{0,60}") { survives(&text) }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    /// What `serde_json` writes, we read back to the same value, and what it refuses, we refuse.
    #[test]
    fn json_is_what_serde_json_says(text in "[\\[\\]{}:,\"a0-9. \\-eE+tn\\\\u]{0,24}") {
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        let ours = parse("json", "a.json", &text);
        if ours.is_ok() { prop_assert!(theirs.is_ok() || theirs.unwrap_err().to_string().contains("out of range")); }
        else if let Ok(theirs) = theirs {
            // We alone refuse duplicate keys.
            prop_assert!(ours.as_ref().unwrap_err().message.contains("twice"), "{theirs} {ours:?}");
        }
    }
}
