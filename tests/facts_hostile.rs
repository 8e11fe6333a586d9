//! Rust and Go adapters on bytes that nobody wrote with care: no text crashes them, none takes more than linear time, and
//! every place that they name lies in the text.
#![expect(clippy::disallowed_methods, reason = "the corpus is files")]
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test may fail by panicking")]

use std::time::{Duration, Instant};

use attest::facts::languages;
use attest::facts::model::{CodeFacts, Owner, Range};
use proptest::prelude::*;

const LANGUAGES: &[&str] = &["rust", "go"];
/// What takes so long grows faster than its text: a hang is caught, speed is measured in `benches/`.
const HANG: Duration = Duration::from_secs(90);

fn extract(language: &str, text: &str) -> CodeFacts {
    let facts = (languages::adapter(language).unwrap().extract)(text);
    check(text, &facts);
    facts
}

/// Places are in the text and at the edges of characters, owners exist, rows are in order.
fn check(text: &str, facts: &CodeFacts) {
    let slice = |range: Range| text.get(range.start as usize..range.end as usize).unwrap();
    let owner = |owner: Owner| match owner {
        Owner::Function(at) => assert!((at as usize) < facts.functions.len()),
        Owner::Class(at) => assert!((at as usize) < facts.classes.len()),
    };
    for row in &facts.functions {
        // Of several functions bound at once in Go, the literal is the definition, and the name stands before it.
        assert!(row.name_span.end <= row.span.end, "{row:?}");
        assert!(slice(row.name_span).ends_with(&*row.name), "{row:?}");
        row.owner.into_iter().for_each(owner);
    }
    for row in &facts.classes {
        assert!(slice(row.span).contains(&*row.name), "{row:?}");
    }
    for row in &facts.decorators {
        slice(row.span);
        owner(row.owner);
    }
    for row in &facts.calls {
        let last = row.callee.rsplit('.').next().unwrap();
        let evidence = slice(row.span);
        // What is no name, as the result of a call, has its parentheses for evidence.
        assert!(evidence.contains(last) || (last.ends_with([')', ']']) && !evidence.is_empty()), "{row:?}");
        row.owner.into_iter().for_each(owner);
    }
    for row in &facts.parameters {
        assert!(slice(row.span).contains(&*row.name), "{row:?}");
        assert!((row.function as usize) < facts.functions.len());
        row.guards.iter().for_each(|guard| {
            slice(guard.span);
        });
    }
    for row in &facts.handlers {
        slice(row.span);
        row.owner.into_iter().for_each(owner);
    }
    for span in (facts.imports.iter().map(|row| row.span))
        .chain(facts.tests.iter().map(|row| row.span))
        .chain(facts.env_vars.iter().map(|row| row.span))
        .chain(facts.headers.iter().map(|row| row.span))
        .chain(facts.middleware.iter().map(|row| row.span))
        .chain(facts.broken.iter().copied())
    {
        slice(span);
    }
    assert!(facts.functions.is_sorted_by_key(|row| row.span.start));
    assert!(facts.calls.is_sorted_by_key(|row| row.span.start));
    assert!(facts.parameters.is_sorted_by_key(|row| row.span.start));
}

fn corpus(language: &str) -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts").join(language);
    let mut files: Vec<_> = std::fs::read_dir(root).unwrap().map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension != "facts"));
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn the_corpus_holds_what_every_row_promises() {
    for language in LANGUAGES {
        for text in corpus(language) {
            extract(language, &text);
            // Where lines end changes nothing but places.
            let windows = text.replace("\r\n", "\n").replace('\n', "\r\n");
            let (left, right) = (extract(language, &text), extract(language, &windows));
            assert_eq!(left.calls.len(), right.calls.len());
            assert_eq!(left.functions.len(), right.functions.len());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in "\\PC{0,200}") {
        for language in LANGUAGES {
            extract(language, &text);
        }
    }

    #[test]
    fn any_soup_of_tokens_is_survived(words in prop::collection::vec(prop::sample::select(vec![
        "fn", "f", "(", ")", "{", "}", "[", "]", "<", ">", "::", ".", ",", ";", "let", "=", "=>", "match", "Err", "if", "impl",
        "struct", "#", "!", "?", "|", "&", "'a", "'", "\"", "r#\"", "/*", "*/", "//", "\n", "é", "func", "type", "return", "err",
        "nil", ":=", "`", "\\", "0", "macro_rules", "use", "mod", "\u{feff}", "#!", "package p\n", "import",
    ]), 0..80)) {
        let text = words.join(" ");
        for language in LANGUAGES {
            extract(language, &text);
        }
    }

    #[test]
    fn any_mutation_of_the_corpus_is_survived(seed in any::<u64>(), cuts in 1usize..6) {
        for language in LANGUAGES {
            let corpus = corpus(language);
            let mut text: Vec<char> = corpus[usize::try_from(seed % corpus.len() as u64).unwrap()].chars().collect();
            let mut state = seed;
            for _ in 0..cuts {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % (text.len() + 1);
                match state % 3 {
                    0 => { text.truncate(text.len().max(1) - 1); }
                    1 if at < text.len() => { text.remove(at); }
                    _ => text.insert(at, ['(', '}', '"', ';', 'é', '<', '\'', '`'][(state >> 20) as usize % 8]),
                }
            }
            extract(language, &text.into_iter().collect::<String>());
        }
    }
}

#[test]
fn deep_nesting_is_told_not_crashed_on() {
    let deep =
        |open: &str, close: &str, times: usize| format!("fn f() {{ {}x{} }}", open.repeat(times), close.repeat(times));
    for times in [100, 400, 505, 5_000, 100_000] {
        for (open, close) in [
            ("(", ")"),
            ("[", "]"),
            ("{", "}"),
            ("f(", ")"),
            ("vec![", "]"),
            ("if a {", "}"),
            ("|x| {", "}"),
            ("!", ""),
            ("-", ""),
            ("&", ""),
            ("*", ""),
            ("return ", ""),
            ("if ", "{}"),
            ("match ", "{}"),
            ("a = ", ""),
            ("a + ", ""),
            ("", ".a()"),
            ("", "?"),
            ("", " as u8"),
            ("", "[0]"),
            ("", " + y"),
            ("if a {} else ", "{}"),
            ("|x| ", ""),
            ("A::<", ">"),
            ("<", ">"),
            ("a.b(|x| ", ")"),
            ("match x { _ => ", "}"),
            ("async move {", "}"),
            ("m!{", "}"),
            ("select!{ a => {", "} }"),
        ] {
            let facts = extract("rust", &deep(open, close, times));
            assert!(!facts.functions.is_empty() || !facts.broken.is_empty(), "{open} {times}");
        }
        for (before, open, close, after) in [
            ("type A = ", "A<", ">", ";"),
            ("type A = ", "&", "", "A;"),
            ("type A = ", "fn(", ")", ";"),
            ("fn f(x: ", "(", ")", ") {}"),
            ("use ", "a::", "", "b;"),
            ("use ", "a::{", "}", ";"),
            ("", "mod a {", "}", ""),
            ("", "impl A {", "}", ""),
            ("fn f(", "&", "", "x: u8) {}"),
            ("fn f() { let ", "A(", ")", " = x; }"),
            ("", "#[a(", ")]", "fn f() {}"),
            ("", "/*", "*/", "fn f() {}"),
        ] {
            extract("rust", &format!("{before}{}{}{after}", open.repeat(times), close.repeat(times)));
        }
        for (open, close) in [
            ("(", ")"),
            ("func() {", "}"),
            ("f(", ")"),
            ("if a {", "}"),
            ("", ".a()"),
            ("!", ""),
            ("a + ", ""),
            ("T{", "}"),
        ] {
            extract("go", &format!("package p\nfunc f() {{ {}x{} }}", open.repeat(times), close.repeat(times)));
        }
    }
}

#[test]
fn time_is_linear() {
    let bodies = [
        ("rust", "fn f(a: &str) -> Result<(), E> { if a.is_empty() { return Err(E::X) } g(a)?; vec![h(a)]; Ok(()) }\n"),
        ("rust", "const A: &[(u8, &str)] = &[(1, \"é\"), (2, \"b\")]; "),
        ("rust", "m! { a => b(c), }"),
        (
            "go",
            "func f(a string) error { if a == \"\" { return errors.New(a) }; if err != nil { return err }; return nil }\n",
        ),
        ("go", "var a = func(x int) { f(x) }; "),
    ];
    for (language, body) in bodies {
        let text =
            format!("{}{}", if language == "go" { "package p\n" } else { "" }, body.repeat(400_000 / body.len()));
        let start = Instant::now();
        extract(language, &text);
        assert!(start.elapsed() < HANG, "{language} {body}: {:?}", start.elapsed());
    }
    // One long line, one chain, one list, one macro inside another.
    for text in [
        format!("fn f() {{ a{} }}", ".b(é)".repeat(3_000)),
        format!("fn f() {{ a({}) }}", "b(c), ".repeat(40_000)),
        format!("fn f() {{ {} x {} }}", "m!(a(b), ".repeat(200), ")".repeat(200)),
        format!("fn f() {{ {} {} {} }}", "m!(".repeat(200), "a(b) c ".repeat(20_000), ")".repeat(200)),
        format!("fn f({}) {{}}", "a: u8, ".repeat(20_000)),
    ] {
        let start = Instant::now();
        extract("rust", &text);
        assert!(start.elapsed() < HANG, "{}: {:?}", &text[..40], start.elapsed());
    }
}
