//! Data-driven tests: each file of a folder has a twin `<file>.expected` beside it, which `ATTEST_BLESS=1` rewrites.
#![expect(clippy::disallowed_methods, reason = "tests read and bless their own files")]

use std::path::{Path, PathBuf};

/// Compares `render(path relative to the folder, text)` of every file under `folder` with its twin.
pub(crate) fn check(folder: &str, render: impl Fn(&str, &str) -> String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let bless = std::env::var("ATTEST_BLESS").is_ok_and(|value| value == "1");
    let mut cases = Vec::new();
    gather(&root, &mut cases);
    cases.sort();
    assert!(!cases.is_empty(), "no cases under {folder}");
    let mut wrong = Vec::new();
    for case in cases {
        let text = std::fs::read_to_string(&case).unwrap();
        let name = case.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let actual = render(&name, &text);
        let twin = PathBuf::from(format!("{}.expected", case.display()));
        if bless {
            std::fs::write(&twin, &actual).unwrap();
            continue;
        }
        let expected = std::fs::read_to_string(&twin).unwrap_or_default();
        if expected != actual {
            wrong.push(format!("{name}\n--- expected\n{expected}--- actual\n{actual}"));
        }
    }
    assert!(wrong.is_empty(), "{}\nATTEST_BLESS=1 rewrites the twins", wrong.join("\n"));
}

fn gather(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, out);
        } else if path.extension().is_none_or(|extension| extension != "expected") {
            out.push(path);
        }
    }
}
