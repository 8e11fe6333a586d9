//! The cache: what is written, what is shown, and what becomes of every file that is no cache of ours. The warnings and what
//! `attest cache` prints stand in `tests/cache/` (`ATTEST_BLESS=1` rewrites them).
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the tests make the files that the cache finds")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use attest::base::digest::{Digest, sha256};
use attest::base::system::{MemorySystem, OsSystem, System};
use attest::cache::{self, ASIDE, BYTES, DIGESTS, Seen, TEXT_BYTES};
use attest::catalog::schemas::SCHEMAS;
use attest::change::{self, Base, End, Limits, Options};
use attest::session;
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

/// Puts something where the cache would be.
type Making<'a> = Box<dyn Fn(&Path) + 'a>;

/// A work tree, as far as the cache asks.
fn repository() -> TempDir {
    let root = tempfile::Builder::new().prefix("attest-cache-").tempdir().unwrap();
    fs::create_dir(root.path().join(".git")).unwrap();
    root
}

fn seen() -> Seen {
    Seen {
        repo_url: Some("https://git.example/acme/shop".into()),
        base_commit: "1".repeat(40),
        head_commit: "2".repeat(40),
        patch: sha256(b"patch"),
        tree: Some(sha256(b"tree")),
        files: vec![("src/a.rs".into(), sha256(b"a")), ("\"b\\303\\274.rs\"".into(), sha256(b"b"))],
        at: "2026-11-21T12:00:00.5Z".parse().unwrap(),
    }
}

fn record(root: &Path) -> Option<String> {
    cache::record(&OsSystem, root, &seen())
}

fn attest(arguments: &[&str]) -> (u8, String, String) {
    attest_on(&(Arc::new(OsSystem) as Arc<dyn System>), arguments)
}

fn attest_on(system: &Arc<dyn System>, arguments: &[&str]) -> (u8, String, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["attest"].iter().chain(arguments).map(Into::into);
    let exit = attest::cli::run(arguments, system, &mut stdout, &mut stderr);
    (exit.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// What stands below a directory: names with their bytes, links with where they lead.
fn listing(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let info = fs::symlink_metadata(&path).unwrap();
        let bytes = if info.is_symlink() {
            fs::read_link(&path).unwrap().to_str().unwrap().as_bytes().to_vec()
        } else if info.is_file() {
            fs::read(&path).unwrap()
        } else {
            Vec::new()
        };
        found.insert(name, bytes);
    }
    found
}

fn compare(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cache").join(name);
    if std::env::var_os("ATTEST_BLESS").is_some() {
        fs::write(&path, made).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(made, expected, "{name} differs; ATTEST_BLESS=1 rewrites it");
}

fn database(root: &Path) -> PathBuf {
    root.join(".attest/cache.db")
}

/// A cache of ours with something forged in it.
fn forge(root: &Path, statements: &str) {
    assert_eq!(record(root), None);
    let connection = Connection::open(database(root)).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[test]
fn what_was_seen_is_shown() {
    let root = repository();
    let shown = |text: &str| text.replace(fs::canonicalize(root.path()).unwrap().to_str().unwrap(), "ROOT");
    let at = root.path().to_str().unwrap();
    let mut talk = String::new();
    let mut say = |arguments: &[&str]| {
        let (exit, data, errors) = attest(&[arguments, &["--root", at]].concat());
        let _ = write!(talk, "$ attest {}\n{}{}exit {exit}\n\n", arguments.join(" "), shown(&data), shown(&errors));
        data
    };
    say(&["cache", "show"]);
    assert_eq!(record(root.path()), None);
    say(&["cache", "show"]);
    let json = say(&["cache", "show", "--format", "json"]);
    fs::write(root.path().join(".attest/cache.db-wal"), "x").unwrap();
    say(&["cache", "show"]);
    fs::write(root.path().join(".attest/cache.db.corrupt-7"), "x").unwrap();
    fs::write(root.path().join(".attest/cache.db.mine"), "x").unwrap();
    say(&["cache", "clear"]);
    say(&["cache", "clear"]);
    fs::create_dir(database(root.path())).unwrap();
    fs::write(root.path().join(".attest/cache.db.corrupt-1"), "x").unwrap();
    say(&["cache", "clear"]);
    assert_eq!(
        listing(&root.path().join(".attest")).into_keys().collect::<Vec<_>>(),
        [".gitignore", "cache.db", "cache.db.mine"]
    );
    compare("show.txt", &talk);

    let schema = SCHEMAS.iter().find(|row| row.name == "cache").expect("a schema");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema.text).unwrap()).unwrap();
    let mut json: Value = serde_json::from_str(&json).unwrap();
    assert!(validator.is_valid(&json));
    json["digests"][0]["digest"] = Value::Null;
    assert!(!validator.is_valid(&json), "a digest that is none fits");
}

#[test]
fn what_is_written_is_the_owners_and_no_part_of_the_change() {
    let root = repository();
    assert_eq!(record(root.path()), None);
    let directory = root.path().join(".attest");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&database(root.path())), 0o600);
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(listing(&directory).into_keys().collect::<Vec<_>>(), [".gitignore", "cache.db"]);
    let ignore = fs::read_to_string(directory.join(".gitignore")).unwrap();
    assert!(ignore.contains("/cache.db*\n") && ignore.contains("/.gitignore\n"), "{ignore}");

    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(root.path()).env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", root.path());
        String::from_utf8(git.output().unwrap().stdout).unwrap()
    };
    fs::remove_dir(root.path().join(".git")).unwrap();
    git(&["init", "-q"]);
    assert_eq!(git(&["status", "--porcelain", "--untracked-files=all"]), "");

    // Whatever the caller's mask is, and however often it is written.
    assert_eq!(record(root.path()), None);
    assert_eq!(mode(&database(root.path())), 0o600);
}

type Make = fn(&Path);

/// The states that a cache may be found in.
fn states() -> Vec<(&'static str, Make)> {
    vec![
        ("nothing", |_| {}),
        ("an empty file", |root| write(root, "cache.db", b"")),
        ("a cache", |root| forge(root, "")),
        ("a forged cache", |root| {
            forge(
                root,
                "UPDATE refs SET value = 'forged'; UPDATE digests SET digest = printf('%064d', 0) WHERE kind = 'patch';",
            );
        }),
        ("a cache that a clone brought", |root| {
            forge(root, "");
            fs::set_permissions(database(root), fs::Permissions::from_mode(0o644)).unwrap();
        }),
        ("garbage", |root| write(root, "cache.db", b"not a database, but long enough to be looked at as one")),
        ("a header and nothing more", |root| write(root, "cache.db", b"SQLite format 3\0")),
        ("a directory", |root| fs::create_dir_all(database(root)).unwrap()),
        ("a directory that is not empty", |root| write(root, "cache.db/file", b"x")),
        ("a pipe", |root| {
            fs::create_dir_all(root.join(".attest")).unwrap();
            assert!(Command::new("mkfifo").arg(database(root)).status().unwrap().success());
        }),
        ("a link to nothing", |root| link(root, Path::new("/nonexistent/attest-cache"))),
        ("a link to a file", |root| link(root, Path::new("../precious"))),
        ("a future version", |root| forge(root, "PRAGMA user_version = 2")),
        ("version 0 with our tables", |root| forge(root, "PRAGMA user_version = 0")),
        ("a negative version", |root| forge(root, "PRAGMA user_version = -1")),
        ("a table of verdicts", |root| forge(root, "CREATE TABLE results (verdict TEXT)")),
        ("a trigger", |root| {
            forge(root, "CREATE TRIGGER t AFTER INSERT ON refs BEGIN DELETE FROM digests; END");
        }),
        ("a view in place of a table", |root| {
            forge(root, "DROP TABLE refs; CREATE VIEW refs AS SELECT 1 AS key, 2 AS value, 3 AS last_seen_at");
        }),
        ("a generated column", |root| forge(root, "ALTER TABLE timestamps ADD COLUMN x TEXT AS (lower(name))")),
        ("a table without checks", |root| {
            forge(
                root,
                "DROP TABLE refs; CREATE TABLE refs (key TEXT NOT NULL PRIMARY KEY, value TEXT, last_seen_at TEXT)",
            );
        }),
        ("a row that breaks the checks", |root| {
            forge(root, "PRAGMA ignore_check_constraints = ON; UPDATE digests SET kind = 'verdict'");
        }),
        ("a write-ahead log", |root| forge(root, "PRAGMA journal_mode = WAL")),
        ("a journal beside it", |root| {
            forge(root, "");
            write(root, "cache.db-journal", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7");
        }),
        ("a log beside nothing", |root| write(root, "cache.db-wal", b"x")),
        ("too large a file", |root| {
            forge(root, "");
            fs::File::options().write(true).open(database(root)).unwrap().set_len(BYTES + 1).unwrap();
        }),
        ("half of it", |root| {
            forge(root, "");
            let half = fs::metadata(database(root)).unwrap().len() / 2;
            fs::File::options().write(true).open(database(root)).unwrap().set_len(half).unwrap();
        }),
        ("broken pages", |root| {
            forge(root, "");
            let mut bytes = fs::read(database(root)).unwrap();
            let end = bytes.len();
            bytes[5000..end].fill(0xa5);
            fs::write(database(root), bytes).unwrap();
        }),
    ]
}

/// Each of them: the warning, and what stands there afterwards.
#[test]
fn what_is_no_cache_is_set_aside_with_one_warning() {
    let mut talk = String::new();
    for (name, make) in states() {
        let root = repository();
        fs::write(root.path().join("precious"), "precious").unwrap();
        make(root.path());
        let before = listing(&root.path().join(".attest"));
        let warning =
            record(root.path()).map(|it| it.replace(fs::canonicalize(root.path()).unwrap().to_str().unwrap(), "ROOT"));
        let after: Vec<String> = listing(&root.path().join(".attest")).into_keys().collect();
        let _ = writeln!(talk, "{name}\n  {}\n  {}", warning.as_deref().unwrap_or("no warning"), after.join(" "));
        assert_eq!(fs::read(root.path().join("precious")).unwrap(), b"precious", "{name}: a link was followed");
        // What was set aside is as it was.
        if let Some(bytes) = before.get("cache.db").filter(|_| warning.is_some()) {
            assert_eq!(listing(&root.path().join(".attest")).get("cache.db.corrupt-1"), Some(bytes), "{name}");
        }
        // And the cache works: it holds what was seen, and says nothing the next time.
        let shown = cache::show(&OsSystem, root.path()).expect(name);
        assert_eq!(
            shown.contents.refs.iter().find(|one| one.key == "repo.url").unwrap().value,
            "https://git.example/acme/shop"
        );
        assert_eq!(record(root.path()), None, "{name}: the second time");
    }
    compare("states.txt", &talk);
}

fn write(root: &Path, name: &str, bytes: &[u8]) {
    let path = root.join(".attest").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn link(root: &Path, to: &Path) {
    fs::create_dir_all(root.join(".attest")).unwrap();
    symlink(to, database(root)).unwrap();
}

/// What must be left as it is: the warning, and that nothing changed.
#[test]
fn what_is_not_ours_to_move_is_left_alone() {
    type Make = fn(&Path) -> Option<Connection>;
    let states: [(&str, Make); 7] = [
        ("locked for writing", |root| {
            forge(root, "");
            let connection = Connection::open(database(root)).unwrap();
            connection.execute_batch("BEGIN IMMEDIATE").unwrap();
            Some(connection)
        }),
        ("locked for all", |root| {
            forge(root, "");
            let connection = Connection::open(database(root)).unwrap();
            connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
            Some(connection)
        }),
        ("the directory is a link", |root| {
            fs::create_dir(root.join("elsewhere")).unwrap();
            symlink("elsewhere", root.join(".attest")).unwrap();
            None
        }),
        ("the directory is a file", |root| {
            fs::write(root.join(".attest"), "x").unwrap();
            None
        }),
        ("a `.gitignore` of the user's that does not name it", |root| {
            write(root, ".gitignore", b"*.log\n!cache.db\n");
            None
        }),
        ("a `.gitignore` that is a link", |root| {
            fs::create_dir(root.join(".attest")).unwrap();
            symlink("/etc/hostname", root.join(".attest/.gitignore")).unwrap();
            None
        }),
        ("too many set aside", |root| {
            for number in 1..=ASIDE {
                write(root, &format!("cache.db.corrupt-{number}"), b"x");
            }
            write(root, "cache.db", b"garbage");
            write(root, ".gitignore", b"*\n");
            None
        }),
    ];
    let mut talk = String::new();
    for (name, make) in states {
        let root = repository();
        let held = make(root.path());
        let before =
            (listing(root.path()), listing(&root.path().join(".attest")), listing(&root.path().join("elsewhere")));
        let warning = record(root.path()).expect(name);
        let warning = warning.replace(fs::canonicalize(root.path()).unwrap().to_str().unwrap(), "ROOT");
        let _ = writeln!(talk, "{name}\n  {warning}");
        let after =
            (listing(root.path()), listing(&root.path().join(".attest")), listing(&root.path().join("elsewhere")));
        assert_eq!(before, after, "{name}");
        drop(held);
    }
    compare("left-alone.txt", &talk);
}

/// From a repository to what is shown of it: what a command reads is what it writes down.
#[test]
fn a_change_is_written_down() {
    let root = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(arguments).current_dir(root.path());
        assert!(git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").status().unwrap().success());
    };
    git(&["init", "-q", "-b", "main"]);
    git(&["remote", "add", "origin", "git@git.example:acme/shop.git"]);
    for (name, text) in [("gone", "x"), ("kept", "y"), ("changed", "z")] {
        fs::write(root.path().join(name), text).unwrap();
    }
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "base"]);
    fs::remove_file(root.path().join("gone")).unwrap();
    fs::write(root.path().join("changed"), "zz").unwrap();
    fs::write(root.path().join("new"), "n").unwrap();
    let options =
        Options { base: Base::Branch("main".into()), end: End::WorkTree, tree: true, limits: Limits::default() };
    let read = || change::read(&OsSystem, root.path(), &options).unwrap();
    let first = read();
    let at = "2026-11-21T12:00:00Z".parse().unwrap();
    assert_eq!(session::cache::note(&OsSystem, root.path(), false, &session::cache::seen(&first, at)), None);
    assert_eq!(read(), first, "the cache is no part of the change that it is about");

    let shown = cache::show(&OsSystem, root.path()).unwrap().contents;
    let digest = |kind: &str, path: &str, digest: &Digest| {
        let found = shown.digests.iter().find(|one| one.kind == kind && one.path == path);
        assert_eq!(found.map(|one| &one.digest), Some(&digest.hex), "{kind} {path}");
    };
    digest("patch", "patch.diff", &first.patch.sha256);
    digest("tree", "repo-tree", first.tree.as_ref().unwrap());
    digest("file", "changed", &sha256(b"zz"));
    digest("file", "new", &sha256(b"n"));
    assert_eq!(shown.digests.len(), 4, "a deleted file has no digest");
    let refs: Vec<&str> = shown.refs.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(refs, [&first.base_commit, &first.head_commit, "https://git.example/acme/shop"]);
}

/// Without rights a warning is all that happens. Whoever runs this as root has all rights.
#[test]
fn a_directory_that_cannot_be_written_is_a_warning() {
    let root = repository();
    let directory = root.path().join(".attest");
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o500)).unwrap();
    let is_root = fs::write(directory.join("probe"), "").is_ok();
    let warning = record(root.path());
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(is_root || warning.is_some_and(|it| it.starts_with("no cache is kept: cannot make `")));
}

#[test]
fn nothing_is_written_where_nobody_wants_it() {
    let plain = tempfile::tempdir().unwrap();
    assert_eq!(record(plain.path()), None);
    assert!(listing(plain.path()).is_empty(), "there is neither `.attest` nor a work tree");

    let root = repository();
    assert_eq!(session::cache::note(&OsSystem, root.path(), true, &seen()), None);
    let unwanted = MemorySystem::new().with_env(session::cache::NO_CACHE, "1");
    assert_eq!(session::cache::note(&unwanted, root.path(), false, &seen()), None);
    // A made-up system has no files that SQLite could open.
    let made_up = MemorySystem::new().with_file(root.path().join(".git/HEAD").to_str().unwrap(), "x");
    assert_eq!(cache::record(&made_up, root.path(), &seen()), None);
    assert!(!root.path().join(".attest").exists());

    // From a directory below, it is that of the work tree; where one has its own `.attest`, it is that.
    fs::create_dir_all(root.path().join("a/b")).unwrap();
    assert_eq!(record(&root.path().join("a/b")), None);
    assert!(database(root.path()).exists() && !root.path().join("a/b/.attest").exists());
    fs::create_dir(root.path().join("a/.attest")).unwrap();
    assert_eq!(record(&root.path().join("a")), None);
    assert!(root.path().join("a/.attest/cache.db").exists());
    assert!(record(&root.path().join("nowhere")).is_some_and(|it| it.contains("does not exist")));
}

#[test]
fn the_oldest_digests_go_first() {
    let root = repository();
    assert_eq!(record(root.path()), None);
    let mut many = seen();
    many.at = "2026-11-22T12:00:00Z".parse().unwrap();
    many.files = (0..DIGESTS + 500).map(|number| (format!("src/{number}.rs"), sha256(&number.to_be_bytes()))).collect();
    many.files.push(("x".repeat(4000), sha256(b"long")));
    assert_eq!(cache::record(&OsSystem, root.path(), &many), None);
    let shown = cache::show(&OsSystem, root.path()).unwrap().contents;
    assert_eq!(shown.digests.len(), DIGESTS);
    assert!(shown.digests.iter().all(|one| one.last_seen_at == "2026-11-22T12:00:00Z" && one.path.len() < 100));
    assert!(shown.digests.iter().any(|one| one.kind == "patch"), "what matters most stays");
    // The longest paths, and again others: old and new do not have to fit at once.
    for (round, letter) in ["x", "y", "z"].into_iter().enumerate() {
        let name = |number: usize| format!("{letter}{number:08}{}", "p".repeat(TEXT_BYTES - 9));
        many.files = (0..DIGESTS).map(|number| (name(number), sha256(&(number * 3 + round).to_be_bytes()))).collect();
        assert_eq!(cache::record(&OsSystem, root.path(), &many), None);
        assert!(fs::metadata(database(root.path())).unwrap().len() < BYTES);
    }
    let shown = cache::show(&OsSystem, root.path()).unwrap().contents;
    assert_eq!(shown.digests.iter().filter(|one| one.path.starts_with('z')).count(), DIGESTS - 2);
}

#[test]
fn writers_at_once_lose_at_most_their_own() {
    let root = repository();
    let warnings: Vec<Option<String>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8_u32)
            .map(|number| {
                let root = root.path();
                scope.spawn(move || {
                    let mut seen = seen();
                    seen.files = vec![(format!("{number}"), sha256(&number.to_be_bytes()))];
                    cache::record(&OsSystem, root, &seen)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let shown = cache::show(&OsSystem, root.path()).unwrap().contents;
    for (number, warning) in warnings.iter().enumerate() {
        let there = shown.digests.iter().any(|one| one.path == number.to_string());
        match warning {
            None => assert!(there, "{number} was written, and is not there"),
            Some(warning) => assert!(warning.contains("is locked by another process"), "{warning}"),
        }
    }
    assert!(warnings.iter().any(Option::is_none));
    assert_eq!(listing(&root.path().join(".attest")).into_keys().collect::<Vec<_>>(), [".gitignore", "cache.db"]);
}

/// The id of git's empty tree: what a first commit begins at.
const EMPTY: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/// A repository with one commit.
fn commit_something(root: &Path) {
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.org"]).args(arguments).current_dir(root);
        assert!(git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").status().unwrap().success());
    };
    fs::write(root.join("file"), "x\n").unwrap();
    git(&["init", "-q", "-b", "main"]);
    git(&["remote", "add", "origin", "https://git.example/acme/shop.git"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
}

/// Deleting or forging the cache changes no byte of what a command that decides prints, and no exit.
#[test]
fn no_command_asks_the_cache() {
    let bases: Value = serde_json::from_str(
        &fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/provenance/base.json")).unwrap(),
    )
    .unwrap();
    let files = tempfile::tempdir().unwrap();
    let file = |name: &str, value: &Value| {
        let path = files.path().join(name);
        fs::write(&path, value.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (statement, context) =
        (file("s.json", &bases["policy"]["statement"]), file("c.json", &bases["policy"]["context"]));
    let patch = Digest { hex: "5a".repeat(32), ..sha256(b"") };
    let lines: [&[&str]; 6] = [
        &["provenance", "verify", "--statement", &statement, "--context", &context, "--format", "json"],
        &["provenance", "verify", "--statement", &statement, "--context", &context, "--trust-context"],
        &["provenance", "summary", "--statement", &statement, "--context", &context, "--trust-context"],
        &["provenance", "summary", "--statement", &statement, "--context", &context],
        // It writes; what it finds there is another thing each time.
        &["provenance", "digest", "--base-commit", EMPTY, "--format", "json"],
        &["provenance", "digest", "--base-commit", EMPTY, "--no-cache"],
    ];
    let template = tempfile::tempdir().unwrap();
    commit_something(template.path());
    let believed = |root: &Path| {
        // The very digest that is wanted.
        assert_eq!(cache::record(&OsSystem, root, &Seen { patch: patch.clone(), ..seen() }), None);
    };
    let locked = |root: &Path| {
        forge(root, "");
        // Held until the end.
        let connection = Connection::open(database(root)).unwrap();
        connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
        std::mem::forget(connection);
    };
    let mut states: Vec<Making<'_>> = vec![Box::new(believed), Box::new(locked)];
    states.extend(self::states().into_iter().map(|(_, make)| Box::new(make) as Making<'_>));
    let mut known: BTreeMap<usize, (u8, String)> = BTreeMap::new();
    let mut warned = 0;
    for state in states {
        for (number, line) in lines.iter().enumerate() {
            let root = tempfile::tempdir().unwrap();
            let git = template.path().join(".git");
            assert!(Command::new("cp").arg("-r").arg(git).arg(root.path()).status().unwrap().success());
            fs::write(root.path().join("precious"), "precious").unwrap();
            state(root.path());
            // Not where a lock must hold: whoever closes a file gives up the locks of its process.
            let before = (number != 4).then(|| listing(&root.path().join(".attest")));
            // In the repository, whose cache is the one of the current directory.
            let mut attest = Command::new(env!("CARGO_BIN_EXE_attest"));
            let out =
                attest.args(*line).current_dir(root.path()).env_remove(session::cache::NO_CACHE).output().unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            let (data, talk) = (text(out.stdout), text(out.stderr));
            let said = (u8::try_from(out.status.code().unwrap()).unwrap(), data);
            assert_eq!(known.entry(number).or_insert_with(|| said.clone()), &said, "{line:?}: {talk}");
            if number == 4 {
                let one = talk.lines().count() == 1 && talk.starts_with("warning: the cache `");
                assert!(talk.is_empty() || one, "{talk}");
                warned += usize::from(one);
            } else {
                assert_eq!(talk, "", "{line:?}");
                assert_eq!(Some(listing(&root.path().join(".attest"))), before, "{line:?} writes there");
            }
        }
    }
    assert!(warned > 20, "{warned}: the command that writes finds the states");
    assert_eq!(known.values().map(|said| said.0).collect::<Vec<_>>(), [1, 0, 0, 1, 0, 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever bytes change in a cache: nothing breaks, and it is used, set aside with a warning, or left with one.
    #[test]
    fn no_byte_of_a_cache_breaks_anything(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let root = repository();
        forge(root.path(), "");
        let mut bytes = fs::read(database(root.path())).unwrap();
        for (at, byte) in &changes {
            // Half of them where the header and the schema are.
            let range = if byte % 2 == 0 { bytes.len() } else { 200 };
            bytes[at.index(range)] = *byte;
        }
        fs::write(database(root.path()), &bytes).unwrap();
        let _ = cache::show(&OsSystem, root.path());
        prop_assert_eq!(&fs::read(database(root.path())).unwrap(), &bytes, "to show it changes it");
        let warning = record(root.path());
        let names: Vec<String> = listing(&root.path().join(".attest")).into_keys().collect();
        prop_assert!(names.iter().all(|name| name == ".gitignore" || name == "cache.db" || name == "cache.db.corrupt-1"), "{names:?}");
        let aside = names.iter().any(|name| name == "cache.db.corrupt-1");
        prop_assert_eq!(aside, warning.as_ref().is_some_and(|it| it.contains("set aside as")));
        if warning.is_none() || aside {
            prop_assert!(cache::show(&OsSystem, root.path()).is_ok());
        }
    }
}
