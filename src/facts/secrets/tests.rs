//! `tests/secrets/bad/*`: every line that is not blank holds a secret, `tests/secrets/good/*`: none does. A `~` in a bad
//! sample is removed before the search, so that no scanner takes this repository's samples for secrets.
#![expect(clippy::string_slice, reason = "tests slice their own fixtures")]
#![expect(clippy::disallowed_methods, reason = "tests read their own files")]

use std::path::Path;

use proptest::prelude::*;

use super::*;

fn samples(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/secrets").join(folder);
    let mut all: Vec<(String, String)> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    all.sort();
    assert!(!all.is_empty());
    all
}

#[test]
fn every_line_of_a_bad_sample_holds_a_secret() {
    let mut missed = Vec::new();
    let mut count = 0;
    for (name, text) in samples("bad") {
        let whole = name.contains(".whole.");
        let units: Vec<&str> = if whole { text.split("\n\n").collect() } else { text.lines().collect() };
        for unit in units.iter().filter(|unit| !unit.trim().is_empty()) {
            count += 1;
            let found = find(&name, &unit.replace('~', ""));
            if found.len() != 1 {
                missed.push(format!("{name}: {unit}: {found:?}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
    assert!(count > 90, "{count}");
}

#[test]
fn no_good_sample_holds_a_secret() {
    let mut wrong = Vec::new();
    for (name, text) in samples("good") {
        for secret in find(&name, &text) {
            let at = &text[secret.span.start as usize..secret.span.end as usize];
            wrong.push(format!("{name}: {}: {at}", secret.kind));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_span_is_the_secret() {
    let token = format!("gh{}_{}", "p", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let text = format!("é\ntoken = \"{token}\"\n");
    let found = find("a.py", &text);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, "github-token");
    assert_eq!(&text[found[0].span.start as usize..found[0].span.end as usize], token);
}

#[test]
fn hostile_lines_take_linear_time() {
    let started = std::time::Instant::now();
    for part in [
        "eyJa.eyJ",
        "sk-",
        "://a:b",
        "password=",
        "key-",
        "-----BEGIN A ",
        "token: ",
        "AKIA",
        "pwd_",
        "password=[",
        "password=\"",
        "token=(",
    ] {
        let text = part.repeat((1 << 20) / part.len());
        for path in ["a.yaml", "a.sh", "a.py"] {
            let _ = find(path, &text);
        }
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn no_text_panics(text in "(\\PC{0,20}|password|://|=|: |\"|'|sk-|token|eyJ|-----BEGIN |é){0,12}") {
        for path in ["a.py", "a.yaml", ".env", "a.sh", "a.xml"] {
            for secret in find(path, &text) {
                prop_assert!(text.get(secret.span.start as usize..secret.span.end as usize).is_some());
            }
        }
    }
}

#[test]
fn a_private_key_is_masked_to_its_end() {
    let head = ["-----BEGIN PRIV", "ATE KEY-----\n"].concat();
    let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nk3J4h5G6f7D8s9A0+/==\n";
    for (end, after) in [("-----END PRIVATE KEY-----", "\nx = 1\n"), ("", ") # cut off\n"), ("", "")] {
        let text = format!("a\n{head}{body}{end}{after}");
        let found = find("key.txt", &text);
        let [secret] = found.as_slice() else { panic!("{found:?}") };
        let range = super::whole(&text, *secret);
        assert_eq!(&text[range.start as usize..range.end as usize], format!("{head}{body}{end}"), "{text:?}");
    }
}
