//! The house is as the architecture page says: imports go down, modules say what they are for, are of a readable size, and
//! touch the machine in one place only.
#![expect(clippy::disallowed_methods, reason = "the test reads the sources")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a failure here is a failed test"
)]

use std::collections::BTreeMap;
use std::path::Path;

/// A file that breaks a rule for a reason, until a day on which the reason must be looked at again.
struct Exemption {
    path: &'static str,
    rule: &'static str,
    reason: &'static str,
    until: &'static str,
}

/// All of them.
const EXEMPTIONS: &[Exemption] = &[Exemption {
    path: "src/facts/languages/treesitter/mod.rs",
    rule: "length",
    reason: "the extraction is one walk over captures; its wiring to rows is to move to a file of its own",
    until: "2027-03-31",
}];

/// The rows of the layer table: room, layer, column.
fn layers() -> BTreeMap<String, (u32, String)> {
    let page = std::fs::read_to_string(root().join("docs/src/contributing/architecture.md")).unwrap();
    let table = page.split_once("<!-- layers -->").expect("the page has the marker").1;
    let rows: BTreeMap<String, (u32, String)> = table
        .trim_start()
        .lines()
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            (cells[1].trim_matches('`').to_owned(), (cells[0].parse().expect("a layer"), cells[2].to_owned()))
        })
        .collect();
    assert!(rows.len() > 10, "the table has rows");
    rows
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A source file: its path from the root, and its text without test modules.
struct Source {
    path: String,
    text: String,
    code: String,
}

/// All files of `src/`, in order.
fn sources() -> Vec<Source> {
    let mut pending = vec![root().join("src")];
    let mut found = Vec::new();
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                let code = without_tests(&text);
                found.push(Source { path: name, text, code });
            }
        }
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    assert!(found.len() > 100, "the sources are found");
    // `tests.rs` below a `#[cfg(test)] mod tests;` is a test as a whole.
    found.retain(|source| !source.path.ends_with("/tests.rs") && !source.path.ends_with("/twins.rs"));
    found
}

/// The code of a file: without what follows `#[cfg(test)]` (by convention the end of the file), without comments.
fn without_tests(text: &str) -> String {
    let mut code = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            match lines.peek() {
                // `mod tests;` of a file of its own.
                Some(next) if next.trim_end().ends_with(';') => {
                    lines.next();
                    continue;
                }
                _ => break,
            }
        }
        let bare = line.trim_start();
        if !bare.starts_with("//") {
            code.push_str(line);
        }
        code.push('\n');
    }
    code
}

fn is_exempt(path: &str, rule: &str) -> bool {
    EXEMPTIONS.iter().any(|exemption| exemption.path == path && exemption.rule == rule)
}

/// The rooms that a line names as `crate::room`.
fn rooms(line: &str) -> impl Iterator<Item = &str> {
    let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    line.split("crate::").skip(1).map(move |rest| rest.split(is_end).next().unwrap_or_default())
}

#[test]
fn imports_go_down() {
    let layers = layers();
    let mut wrong = Vec::new();
    let mut seen = BTreeMap::new();
    for source in sources() {
        let room = source.path.trim_start_matches("src/").split('/').next().unwrap().trim_end_matches(".rs").to_owned();
        if matches!(room.as_str(), "lib" | "main") {
            continue;
        }
        let Some((layer, column)) = layers.get(&room) else {
            wrong.push(format!("{}: the room `{room}` is not in the table", source.path));
            continue;
        };
        *seen.entry(room.clone()).or_insert(0) += 1;
        for (number, line) in source.code.lines().enumerate() {
            for other in rooms(line).filter(|other| *other != room) {
                let Some((below, theirs)) = layers.get(other) else {
                    wrong.push(format!("{}:{}: `{other}` is no room of the table", source.path, number + 1));
                    continue;
                };
                let crosses = column != "both" && theirs != "both" && column != theirs;
                if below >= layer || crosses {
                    wrong.push(format!("{}:{}: `{room}` may not import `{other}`", source.path, number + 1));
                }
            }
        }
    }
    for room in layers.keys().filter(|room| !seen.contains_key(*room)) {
        wrong.push(format!("the room `{room}` of the table is not there"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_them() {
    let line = "use crate::base::{span, schema}; fn f(_: crate::facts::Row) {}";
    assert_eq!(rooms(line).collect::<Vec<_>>(), ["base", "facts"]);
    assert_eq!(without_tests("a\n// b\n#[cfg(test)]\nmod tests;\nc\n#[cfg(test)]\nmod tests {\nd\n}\n"), "a\n\nc\n");
}

#[test]
fn modules_say_what_they_are_for_and_are_of_a_readable_size() {
    const MOST: usize = 600;
    let mut wrong = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//! ") {
            wrong.push(format!("{}: does not begin with `//!`", source.path));
        }
        let lines = source.text.lines().count();
        if lines > MOST && !is_exempt(&source.path, "length") {
            wrong.push(format!("{}: {lines} lines, more than {MOST}", source.path));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_machine_is_touched_in_one_place() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (number, line) in source.code.lines().enumerate() {
            let place = || format!("{}:{}: {}", source.path, number + 1, line.trim());
            let machine =
                ["std::fs", "std::env::", "SystemTime", "std::process::Command", "std::net::Tcp", "std::net::Udp"];
            let reaches = machine.iter().any(|door| line.contains(door)) && !line.contains("std::env::args_os");
            if reaches && !source.path.starts_with("src/base/system/") && !is_exempt(&source.path, "machine") {
                wrong.push(place());
            }
            let prints = ["println!", "print!(", "std::io::stdout", "std::io::stderr", "process::exit"];
            let asks = line.contains("is_terminal()");
            if prints.iter().any(|door| line.contains(door)) && !asks && !source.path.starts_with("src/cli/") {
                wrong.push(place());
            }
        }
    }
    assert!(wrong.is_empty(), "only `base::system` reaches the machine, only `cli` prints:\n{}", wrong.join("\n"));
}

/// Nothing is decided by what a file in the repository remembers: who knows the cache writes it, shows it, or describes it.
#[test]
fn nobody_asks_the_cache() {
    let known = ["src/session/cache.rs", "src/cli/cache.rs", "src/catalog/schemas.rs"];
    let found: Vec<String> = sources()
        .into_iter()
        .filter(|source| !source.path.starts_with("src/cache/") && source.code.contains("crate::cache"))
        .map(|source| source.path)
        .collect();
    assert!(found.iter().all(|path| known.contains(&path.as_str())), "{found:?}");
    assert_eq!(found.len(), known.len(), "the test sees them: {found:?}");
}

#[test]
fn exemptions_are_reasoned_dated_and_needed() {
    let today = jiff::Timestamp::now().to_string();
    for exemption in EXEMPTIONS {
        assert!(today.as_str() < exemption.until, "{}: the exemption has expired, look again", exemption.path);
        let text = std::fs::read_to_string(root().join(exemption.path)).expect("the exempt file is there");
        assert!(exemption.reason.len() > 20 && exemption.until.len() == 10, "{}: a reason and a day", exemption.path);
        if exemption.rule == "length" {
            assert!(text.lines().count() > 600, "{} is no longer too long: remove its exemption", exemption.path);
        }
    }
}

#[test]
fn every_fuzz_target_is_built_and_listed() {
    let folder = std::fs::read_dir(root().join("fuzz/fuzz_targets")).unwrap();
    let mut files: Vec<String> =
        folder.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    files.sort();
    let manifest: toml::Table = std::fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap().parse().unwrap();
    let mut built: Vec<&str> =
        manifest["bin"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    built.sort_unstable();
    assert_eq!(files, built);
    let page = std::fs::read_to_string(root().join("docs/src/contributing/architecture.md")).unwrap();
    let table = page.split_once("## Fuzzing").unwrap().1;
    let mut listed: Vec<&str> =
        table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name)).collect();
    listed.sort_unstable();
    assert_eq!(files, listed);
}
