//! The book is true: links lead somewhere, every page is in the summary, the rules that it shows compile, and the guides'
//! commands print what the guides say (`ATTEST_BLESS=1` rewrites that).
//!
//! In a guide a fence ```` ```LANGUAGE PATH ```` is a file, and a fence ```` ```console ```` is commands after `$ attest`
//! with what they print. Elsewhere a fence ```` ```attest ```` is a rule file that gives no diagnostic.
#![expect(clippy::disallowed_methods, reason = "the pages are files")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failure here is a failed test")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use attest::base::system::MemorySystem;
use attest::session::{Request, pipeline};

fn book() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src")
}

/// All pages below a directory, in order.
fn pages(directory: &Path) -> Vec<PathBuf> {
    let mut pending = vec![directory.to_owned()];
    let mut found = Vec::new();
    while let Some(directory) = pending.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "there are pages");
    found
}

/// The relative links of a text, outside of fences and code.
fn links(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        // Code holds no links: every second part between backticks.
        let prose: String = line.split('`').step_by(2).collect::<Vec<_>>().join("code");
        for part in prose.split("](").skip(1) {
            let link = part.split(')').next().unwrap();
            if !link.contains("://") && !link.starts_with('#') {
                found.push(link.split('#').next().unwrap().to_owned());
            }
        }
    }
    found
}

#[test]
fn links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = pages(&book());
    files.extend(["README.md", "CHANGELOG.md"].map(|name| root.join(name)).into_iter().filter(|path| path.exists()));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files {
        for link in links(&std::fs::read_to_string(&file).unwrap()) {
            seen += 1;
            if !file.parent().unwrap().join(&link).exists() {
                wrong.push(format!("{}: {link}", file.display()));
            }
        }
    }
    assert!(seen > 100, "only {seen} links were found");
    assert!(wrong.is_empty(), "links that lead nowhere:\n{}", wrong.join("\n"));
}

#[test]
fn every_page_is_in_the_summary() {
    let book = book();
    let summary = std::fs::read_to_string(book.join("SUMMARY.md")).unwrap();
    let listed: BTreeSet<PathBuf> = links(&summary).into_iter().map(|link| book.join(link)).collect();
    let there: BTreeSet<PathBuf> = pages(&book).into_iter().filter(|path| !path.ends_with("SUMMARY.md")).collect();
    assert_eq!(listed, there);
    for code in attest::diag::codes::CODES {
        let entry = format!("[{} {}](codes/{}.md)", code.code.as_str(), code.name, code.code.as_str());
        assert!(summary.contains(&entry), "the summary has no {entry}");
    }
}

#[test]
fn the_files_that_limits_name_are_there() {
    let page = std::fs::read_to_string(book().join("concepts/limits.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| ") && line.contains(".rs`")).collect();
    assert!(rows.len() > 40, "only {} limits name a file", rows.len());
    for row in rows {
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap();
        for file in cell.split(',').map(|file| file.trim().trim_matches('`')) {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
            assert!(path.is_file(), "{row}: there is no src/{file}");
        }
    }
}

/// The fences of a page: what follows the backticks, the body, and the line on which the body begins.
fn fences(text: &str) -> Vec<(String, String, usize)> {
    let mut found: Vec<(String, String, usize)> = Vec::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate() {
        match (open, line.strip_prefix("```")) {
            (false, Some(info)) => {
                found.push((info.to_owned(), String::new(), number + 1));
                open = true;
            }
            (true, Some(_)) => open = false,
            (true, None) => {
                let body = &mut found.last_mut().unwrap().1;
                body.push_str(line);
                body.push('\n');
            }
            (false, None) => {}
        }
    }
    found
}

#[test]
fn rules_that_the_book_shows_compile() {
    let mut wrong = String::new();
    let mut compiled = 0;
    for file in [book().join("language/reference.md"), book().join("concepts/limits.md")] {
        for (info, body, line) in fences(&std::fs::read_to_string(&file).unwrap()) {
            if info != "attest" {
                continue;
            }
            compiled += 1;
            let system = MemorySystem::new().with_file("rules.attest", body);
            let request = Request { paths: vec!["rules.attest".into()], ..Request::default() };
            let run = pipeline::compile(&system, &request, false).expect("the file is there");
            let rendered = attest::diag::render::render(&run.diagnostics, &run.sources, attest::diag::Style::PLAIN);
            if !run.diagnostics.is_empty() {
                write!(wrong, "{}:{line}\n{rendered}", file.display()).unwrap();
            }
        }
    }
    assert!(compiled >= 8, "only {compiled} examples were compiled");
    assert!(wrong.is_empty(), "{wrong}");
}

/// What a command line prints, talk first. `cache` is where a guide's answers are kept.
fn printed(directory: &Path, cache: &Path, line: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attest"));
    command.args(line.split_whitespace()).current_dir(directory).env("XDG_CACHE_HOME", cache);
    command.env("NO_COLOR", "1").env("LC_ALL", "C").env("COLUMNS", "100");
    let output = command.output().expect("the program runs");
    String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
}

/// A program of a guide may be run, where files say so at all.
fn make_executable(path: &Path) {
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    #[cfg(not(unix))]
    let _ = path;
}

/// A guide with what its commands print now.
fn replayed(text: &str) -> String {
    let directory = tempfile::tempdir().expect("a directory for the guide");
    let cache = tempfile::tempdir().expect("a directory for its answers");
    let mut now = String::new();
    let mut fence: Option<String> = None;
    let mut file = String::new();
    for line in text.lines() {
        match (fence.take(), line.strip_prefix("```")) {
            (None, Some(info)) => {
                fence = Some(info.to_owned());
                file.clear();
            }
            (Some(info), Some(_)) => {
                if let Some((_, path)) = info.split_once(' ') {
                    let path = directory.path().join(path);
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(&path, &file).unwrap();
                    if file.starts_with("#!") {
                        make_executable(&path);
                    }
                }
            }
            (Some(info), None) if info == "console" => {
                fence = Some(info);
                let Some(command) = line.strip_prefix("$ attest ") else { continue };
                write!(now, "{line}\n{}", printed(directory.path(), cache.path(), command)).unwrap();
                continue;
            }
            (open, None) => {
                fence = open;
                file.push_str(line);
                file.push('\n');
            }
        }
        now.push_str(line);
        now.push('\n');
    }
    now
}

#[test]
fn guides_say_what_happens() {
    for guide in pages(&book().join("guides")) {
        let text = std::fs::read_to_string(&guide).unwrap();
        let now = replayed(&text);
        assert!(text.contains("$ attest "), "{} runs nothing", guide.display());
        if std::env::var_os("ATTEST_BLESS").is_some() {
            std::fs::write(&guide, now).unwrap();
        } else {
            assert_eq!(text, now, "{} says otherwise than what happens", guide.display());
        }
    }
}
