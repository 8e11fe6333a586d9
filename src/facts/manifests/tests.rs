//! Manifests and their twins under `tests/manifests/`; a case is a folder `<case>` whose other files its includes see.
#![expect(clippy::string_slice, reason = "tests slice their own fixtures")]

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::*;

/// Reads beside the case: the first two folders of a path are the case's root.
fn rendered(path: &str, text: &str) -> String {
    let mut parts = path.splitn(2, '/');
    let (case, inner) = (parts.next().unwrap(), parts.next().unwrap());
    #[expect(clippy::disallowed_methods, reason = "tests read their own files")]
    let read = |other: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests").join(case).join(other);
        std::fs::read_to_string(path).map(Arc::from).map_err(|_| String::from("no such file"))
    };
    let mut out = String::new();
    match parse(inner, text, &read) {
        Ok(rows) => {
            for row in rows {
                let at = &text[row.span.start as usize..row.span.end as usize];
                write!(out, "{} {} [{}]", row.ecosystem, row.name, row.range).unwrap();
                if let Some(version) = &row.version {
                    write!(out, " = {version}").unwrap();
                }
                if let Some(file) = &row.declared_in {
                    write!(out, " in {file}").unwrap();
                }
                let any = VersionReq::parse("*").unwrap();
                match row.within(&any) {
                    Ok(true) => {}
                    Ok(false) => write!(out, " NOT WITHIN *").unwrap(),
                    Err(error) => write!(out, " ({error})").unwrap(),
                }
                writeln!(out, " ‹{}›", at.replace('\n', "⏎")).unwrap();
            }
        }
        Err(error) => {
            let start = error.span.start as usize;
            let line = text[..start].matches('\n').count() + 1;
            let at = &text[start..error.span.end as usize];
            writeln!(out, "error: {} (line {line}, ‹{}›)", error.message, at.replace('\n', "⏎")).unwrap();
        }
    }
    out
}

#[test]
fn manifests_and_their_twins() {
    crate::facts::twins::check("tests/manifests", rendered);
}

#[test]
fn names_are_equal_by_the_ecosystem() {
    let is = |ecosystem, name, package| Dependency::locked(ecosystem, name, "1", Range::default()).is(package);
    assert!(is(PYPI, "Flask_SQL.-alchemy", "flask-sql-alchemy"));
    assert!(!is(PYPI, "flask", "flask-login"));
    assert!(is(NPM, "@types/node", "@types/node"));
    assert!(!is(NPM, "Express", "express"));
    assert!(!is(NPM, "@types/node", "node"));
    assert!(is(CARGO, "proc-macro2", "proc_macro2"));
    assert!(is(GO, "github.com/a/b/v2", "github.com/a/b/v2"));
    assert!(!is(GO, "github.com/a/b/v2", "github.com/a/b"));
}

proptest! {
    #[test]
    fn no_text_panics(text in "[-a-z0-9 \\n\\t@#=<>~^*.,;:/\\[\\](){}\"'\\\\é]{0,80}", which in 0_usize..=NAMED.len()) {
        let name = NAMED.get(which).map_or("requirements.txt", |row| row.0);
        let read = |_: &str| Ok(Arc::from("-r requirements.txt\n-c other.txt\nx"));
        if let Ok(rows) = parse(name, &text, &read) {
            for row in rows {
                prop_assert!(text.get(row.span.start as usize..row.span.end as usize).is_some(), "{row:?}");
                let _ = row.within(&VersionReq::parse(">=1, <2").unwrap());
            }
        }
    }
}
