//! `attest provenance create` and `context` on a real repository: each `tests/create/<case>.case` has command lines, an
//! environment of `tests/ci` and files; what they say stands beside it in `<case>.out`. `ATTEST_BLESS=1` rewrites the latter.
//!
//! A line of a case is `# note`, `env NAME` (of `tests/ci`), `set NAME=VALUE`, `unset NAME`, `file NAME CONTENT`, `base FLAGS`
//! (of each command after it), `quiet` (the statements of the commands after it are not shown), or `create FLAGS`,
//! `context FLAGS`. `{dir}`, `{head}`, `{base}` and `{first}` are the directory and its commits.
#![expect(clippy::disallowed_methods, reason = "the cases are files, and a test makes its own repository")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure here is a failed test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use attest::base::digest::sha256;
use attest::base::system::{DirItem, FileInfo, OsSystem, Program, Ran, RunError, Stream, System, SystemError};
use attest::decide::Level;
use attest::provenance::contract::standard;
use attest::provenance::make::{self, Draft, FLAGS, Origin, Subject, Version};
use attest::provenance::{Trust, verify};
use proptest::prelude::*;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// The machine, with an environment, a clock and a chance of its own.
#[derive(Debug)]
struct Machine {
    environment: BTreeMap<String, String>,
}

impl System for Machine {
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        OsSystem.read(path, limit)
    }
    fn open(&self, path: &Path, limit: u64) -> Result<Box<dyn Read + Send>, SystemError> {
        OsSystem.open(path, limit)
    }
    fn read_private(&self, path: &Path, limit: u64) -> Result<Vec<u8>, SystemError> {
        OsSystem.read_private(path, limit)
    }
    fn read_descriptor(&self, number: u32, limit: u64) -> Result<Vec<u8>, SystemError> {
        OsSystem.read_descriptor(number, limit)
    }
    fn read_unchanged(&self, path: &Path, info: &FileInfo, limit: u64) -> Result<Vec<u8>, SystemError> {
        OsSystem.read_unchanged(path, info, limit)
    }
    fn symlink_metadata(&self, path: &Path) -> Result<Option<FileInfo>, SystemError> {
        OsSystem.symlink_metadata(path)
    }
    fn read_link(&self, path: &Path) -> Result<PathBuf, SystemError> {
        OsSystem.read_link(path)
    }
    fn read_dir(&self, path: &Path) -> Result<Vec<DirItem>, SystemError> {
        OsSystem.read_dir(path)
    }
    fn canonicalize(&self, path: &Path) -> Result<PathBuf, SystemError> {
        OsSystem.canonicalize(path)
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        OsSystem.write(path, bytes)
    }
    fn create_private(&self, path: &Path, bytes: &[u8]) -> Result<(), SystemError> {
        OsSystem.create_private(path, bytes)
    }
    fn rename(&self, from: &Path, to: &Path) -> Result<(), SystemError> {
        OsSystem.rename(from, to)
    }
    fn ask_secret(&self, _: &str) -> Result<Option<Zeroizing<String>>, SystemError> {
        Ok(None)
    }
    fn create_dir_all(&self, path: &Path) -> Result<(), SystemError> {
        OsSystem.create_dir_all(path)
    }
    fn remove_file(&self, path: &Path) -> Result<(), SystemError> {
        OsSystem.remove_file(path)
    }
    fn random(&self) -> Result<[u8; 16], SystemError> {
        Ok([7; 16])
    }
    fn monotonic(&self) -> Duration {
        OsSystem.monotonic()
    }
    fn sleep(&self, duration: Duration) {
        OsSystem.sleep(duration);
    }
    fn run(&self, program: &Program<'_>) -> Result<Ran, RunError> {
        OsSystem.run(program)
    }
    fn env_var(&self, name: &str) -> Option<String> {
        self.environment.get(name).cloned()
    }
    fn now(&self) -> jiff::Timestamp {
        "2026-11-21T12:00:00.25Z".parse().unwrap()
    }
    fn is_terminal(&self, _: Stream) -> bool {
        false
    }
    fn current_dir(&self) -> Result<PathBuf, SystemError> {
        OsSystem.current_dir()
    }
}

/// A repository with a main branch, a remote, and a branch `topic` that is one commit ahead; the same on every machine.
struct Scene {
    dir: tempfile::TempDir,
    head: String,
    base: String,
    first: String,
}

impl Scene {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut scene = Self { dir, head: String::new(), base: String::new(), first: String::new() };
        scene.git(&["init", "-q", "-b", "main"]);
        scene.write("README.md", "a shop\n");
        scene.first = scene.commit();
        scene.write("AGENTS.md", "be careful\n");
        scene.write("src/till.py", "def total(items):\n    return 0\n");
        scene.base = scene.commit();
        scene.git(&["remote", "add", "origin", "git@github.com:acme/shop.git"]);
        scene.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        scene.git(&["checkout", "-q", "-b", "topic"]);
        scene.write("src/till.py", "def total(items):\n    return sum(item.price for item in items)\n");
        scene.write("src/tax.py", "RATE = 19\n");
        scene.head = scene.commit();
        scene
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(["-c", "core.autocrlf=false"])
            .args(arguments)
            .current_dir(self.dir.path())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", self.dir.path().join("no-home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2026-11-20T12:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-11-20T12:00:00Z")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn commit(&self) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "x"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{dir}", self.dir.path().to_str().unwrap())
            .replace("{head}", &self.head)
            .replace("{base}", &self.base)
            .replace("{first}", &self.first)
    }

    /// Exit, standard output, standard error.
    fn attest(&self, environment: &BTreeMap<String, String>, line: &str) -> (u8, String, String) {
        let environment = environment.iter().map(|(name, value)| (name.clone(), self.filled(value))).collect();
        let system: Arc<dyn System> = Arc::new(Machine { environment });
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let words = words(&self.filled(line));
        let arguments = ["attest".to_owned(), "provenance".to_owned()].into_iter().chain(words).map(Into::into);
        let exit = attest::cli::run(arguments, &system, &mut stdout, &mut stderr);
        (exit.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }
}

/// Words between blanks; `'…'` is one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// An environment of `tests/ci`, its commits those of the scene.
fn environment(scene: &Scene, name: &str) -> BTreeMap<String, String> {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ci").join(name);
    let real = |text: String| text.replace(&"1".repeat(40), &scene.head).replace(&"2".repeat(40), &scene.base);
    let text = real(fs::read_to_string(place.with_extension("env")).unwrap());
    if let Ok(event) = fs::read_to_string(place.with_extension("event.json")) {
        scene.write(".git/event.json", &real(event));
    }
    let pairs = text.lines().map(|line| line.split_once('=').unwrap());
    let value = |value: &str| value.replace("/event.json", "{dir}/.git/event.json");
    pairs.map(|(name, text)| (name.to_owned(), value(text))).collect()
}

fn played(case: &str) -> String {
    let scene = Scene::new();
    let mut environment_now = BTreeMap::new();
    let (mut base, mut quiet, mut out) = (String::new(), false, String::new());
    for line in case.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "env" => environment_now = environment(&scene, rest),
            "set" => {
                let (name, value) = rest.split_once('=').unwrap();
                environment_now.insert(name.to_owned(), value.to_owned());
            }
            "unset" => {
                environment_now.remove(rest);
            }
            "file" => {
                let (name, content) = rest.split_once(' ').unwrap();
                scene.write(&format!(".git/{name}"), &content.replace("\\n", "\n"));
            }
            "base" => rest.clone_into(&mut base),
            "quiet" => quiet = true,
            "create" | "context" => {
                let base = if word == "create" { base.as_str() } else { "" };
                let (exit, data, talk) =
                    scene.attest(&environment_now, &format!("{word} --root {{dir}} {base} {rest}"));
                let data = if quiet && exit == 0 { String::new() } else { data };
                let text = format!("$ {word} {rest}\nexit {exit}\n{talk}{data}\n");
                out.push_str(&text.replace(scene.dir.path().to_str().unwrap(), "{dir}"));
            }
            "show" => {
                let text = fs::read_to_string(scene.dir.path().join(".git").join(rest)).unwrap();
                let _ = write!(out, "$ show {rest}\n{text}\n");
            }
            other => panic!("a case has no `{other}`"),
        }
    }
    out
}

#[test]
fn every_case_says_what_stands_beside_it() {
    let bless = std::env::var_os("ATTEST_BLESS").is_some();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/create");
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|it| it == "case")).collect();
    cases.sort();
    let mut wrong = Vec::new();
    for case in &cases {
        let got = played(&fs::read_to_string(case).unwrap());
        let twin = case.with_extension("out");
        if bless {
            fs::write(&twin, &got).unwrap();
        } else if fs::read_to_string(&twin).unwrap_or_default() != got {
            wrong.push(format!("--- {}\n{got}", twin.display()));
        }
    }
    assert!(!cases.is_empty());
    assert!(wrong.is_empty(), "these differ (ATTEST_BLESS=1 rewrites them):\n{}", wrong.join("\n"));
}

const PLAIN: &str = "--base origin/main --agent-name tailor --agent-version 1.2 --started-at 2026-11-21T11:00:00Z";

#[test]
fn what_is_created_is_valid_by_its_context_and_by_no_other() {
    let scene = Scene::new();
    let none = BTreeMap::new();
    scene.write("work.txt", "not committed\n");
    for ends in ["", "--head HEAD", "--work-tree", "--subject repo-tree --subject patch.diff", "--base-commit {first}"]
    {
        for version in ["v0", "v1"] {
            let plain =
                if ends.contains("--base-commit") { PLAIN.replace("--base origin/main", "") } else { PLAIN.to_owned() };
            let base = if ends.contains("--base-commit") { "" } else { "--base origin/main" };
            let files = "--record {dir}/.git/run.json -o {dir}/.git/statement.json --force";
            let created = scene
                .attest(&none, &format!("create --root {{dir}} {plain} {ends} --predicate-version {version} {files}"));
            assert_eq!(created, (0, String::new(), String::new()), "{ends}");
            let given =
                "--require-level evidence-grade --max-age 1h --at 2026-11-21T12:30:00Z -o {dir}/.git/context.json";
            let context = scene.attest(&none, &format!("context --root {{dir}} {base} {ends} {given}"));
            assert_eq!(context, (0, String::new(), String::new()), "{ends}");
            let verify = "verify --statement {dir}/.git/statement.json --context {dir}/.git/context.json";
            let verified = scene.attest(&none, verify);
            assert_eq!((verified.0, verified.2.as_str()), (0, ""), "{ends}: {}", verified.1);
            // The record is what the evidence says it is.
            let statement: Value =
                serde_json::from_slice(&fs::read(scene.dir.path().join(".git/statement.json")).unwrap()).unwrap();
            let record = fs::read(scene.dir.path().join(".git/run.json")).unwrap();
            assert_eq!(statement["predicate"]["evidence"][0]["digest"]["sha256"], sha256(&record).hex.as_str());
        }
    }
    // Another change than the one that the statement is about.
    scene.write("src/tax.py", "RATE = 20\n");
    scene.commit();
    let given = "--base origin/main --require-level evidence-grade -o {dir}/.git/context.json";
    assert_eq!(scene.attest(&none, &format!("context --root {{dir}} {given}")).0, 0);
    let verified =
        scene.attest(&none, "verify --statement {dir}/.git/statement.json --context {dir}/.git/context.json");
    assert_eq!(verified.0, 1);
    assert!(verified.1.contains("subject_digest_mismatch"), "{}", verified.1);
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let create = || {
        let scene = Scene::new();
        let environment = environment(&scene, "github-pull-request");
        let line = format!("create --root {{dir}} {PLAIN} --record {{dir}}/.git/run.json");
        scene.attest(&environment, &line).1
    };
    let first = create();
    assert!(first.contains("\"runId\": \"github-9876543210-2\""), "{first}");
    assert_eq!(create(), first);
}

#[test]
fn nothing_is_written_over_and_nothing_by_halves() {
    let scene = Scene::new();
    let none = BTreeMap::new();
    scene.write(".git/there", "x");
    for files in ["-o {dir}/.git/there --record {dir}/.git/new", "-o {dir}/.git/new --record {dir}/.git/there"] {
        let (exit, _, talk) = scene.attest(&none, &format!("create --root {{dir}} {PLAIN} {files}"));
        assert_eq!(exit, 2);
        assert!(talk.contains("is there already"), "{talk}");
        assert!(!scene.dir.path().join(".git/new").exists());
    }
    assert_eq!(fs::read(scene.dir.path().join(".git/there")).unwrap(), b"x");
}

/// The table of flags that messages name is that of the command line.
#[cfg(unix)]
#[test]
fn a_device_is_written_to_and_never_replaced() {
    let scene = Scene::new();
    let none = BTreeMap::new();
    for (name, device, exit) in [("null", "/dev/null", 0), ("full", "/dev/full", 3)] {
        let link = scene.dir.path().join(".git").join(name);
        std::os::unix::fs::symlink(device, &link).unwrap();
        let line =
            format!("create --root {{dir}} {PLAIN} --record {{dir}}/.git/{name}.json -o {{dir}}/.git/{name} --force");
        let (found, _, talk) = scene.attest(&none, &line);
        assert_eq!(found, exit, "{talk}");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink(), "{name} was replaced");
        // The record stands where its statement does.
        assert_eq!(scene.dir.path().join(format!(".git/{name}.json")).exists(), exit == 0, "{name}");
    }
}

/// Bytes of the file at the base are what a verifier reads; the work tree's are not.
#[test]
fn the_configuration_of_the_agent_is_that_of_the_base() {
    let scene = Scene::new();
    let none = BTreeMap::new();
    let line = format!("create --root {{dir}} {PLAIN} --record {{dir}}/.git/r.json --force --agent-config AGENTS.md");
    let digest = |text: &str| {
        let statement: Value = serde_json::from_str(text).unwrap();
        statement["predicate"]["agentConfig"]["primaryDigest"]["sha256"].as_str().unwrap().to_owned()
    };
    let (exit, said, talk) = scene.attest(&none, &line);
    assert_eq!(exit, 0, "{talk}");
    assert!(!talk.contains("AGENTS.md"), "{talk}");
    scene.write("AGENTS.md", "another\n");
    let (exit, again, talk) = scene.attest(&none, &line);
    assert_eq!(exit, 0, "{talk}");
    assert!(talk.contains("`AGENTS.md` is another here than at the base"), "{talk}");
    assert_eq!(digest(&said), digest(&again));
    scene.write("NEW.md", "new\n");
    let (exit, said, talk) = scene.attest(&none, &line.replace("AGENTS.md", "NEW.md"));
    assert_eq!(exit, 0, "{talk}");
    assert!(talk.contains("`NEW.md` is not at the base"), "{talk}");
    assert_eq!(digest(&said), sha256(b"new\n").hex);
}

#[test]
fn every_flag_that_is_named_exists() {
    let scene = Scene::new();
    let (exit, help, _) = scene.attest(&BTreeMap::new(), "create --help");
    assert_eq!(exit, 0);
    for (pointer, flag) in FLAGS {
        assert!(help.contains(&format!("{flag} ")) || help.contains(&format!("{flag}\n")), "{pointer}: {flag}");
    }
}

fn words_of(text: &'static str) -> impl Strategy<Value = Value> {
    prop_oneof![text.prop_map(Value::from), Just(Value::from("x")), Just(json!(null))]
}

proptest! {
    /// Whatever is made is accepted by what judges it, with a context of what is said here.
    #[test]
    fn what_is_made_is_accepted(
        name in words_of("[a-z @.:/\\n]{0,12}"),
        branch in words_of("[a-z/@-]{0,12}"),
        number in 0_u64..3,
        uri in words_of("(https|s3|artifact|file)://[a-z@:?=/]{0,16}"),
        storage in prop::sample::select(vec!["local-only", "repo", "artifact-store", "transparency-log", "attic"]),
        visibility in prop::sample::select(vec!["public", "team", "secret"]),
        kind in prop::sample::select(vec!["trace", "test-result", "builder-record", "raw-prompt-ref"]),
        finished in prop::sample::select(vec!["2026-11-21T12:00:00Z", "2026-11-21T11:59:59.5Z", "2026-11-21T12:00:00.1Z", "soon"]),
        traced in any::<bool>(),
        is_v1 in any::<bool>(),
    ) {
        let version = if is_v1 { Version::V1 } else { Version::V0 };
        let mut draft = Draft::new();
        let mut fill = |pointer: &str, value: Value| {
            if !value.is_null() {
                draft.fill(pointer, value, Origin::Input);
            }
        };
        fill("/predicateVersion", version.name().into());
        fill("/runId", "run-00000001".into());
        fill("/verificationLevel", "evidence-grade".into());
        fill("/repo/url", "https://git.example/acme/shop".into());
        fill("/repo/baseCommit", "1".repeat(40).into());
        fill("/repo/branch", branch);
        fill("/repo/pullRequest/number", number.into());
        fill("/agent", json!({"name": name, "version": "1", "invocationKind": "api"}));
        fill("/environment/executionType", "local".into());
        fill("/humanApproval/state", "none".into());
        let raw = json!({"stored": false, "visibility": "none"});
        let log = json!({"allowed": false, "includesRawContent": false});
        fill("/privacy", json!({"redactionPolicy": "p", "rawPrompt": raw, "rawToolOutputs": raw, "publicTransparencyLog": log}));
        fill("/timestamps", json!({"startedAt": "2026-11-21T12:00:00Z", "finishedAt": finished}));
        if traced {
            fill("/runtime", json!({"traceFormat": "otlp-json", "traceIds": ["0".repeat(32)]}));
        }
        let digest = json!({"sha256": "a".repeat(64)});
        fill("/evidence", json!([{"type": kind, "uri": uri, "digest": digest, "storage": storage, "visibility": visibility}]));
        let subject = Subject { name: "patch.diff", digest: sha256(b"patch") };
        let contract = standard().unwrap();
        let made = make::statement(contract, version, Level::EvidenceGrade, std::slice::from_ref(&subject), &draft);
        match made {
            Ok(made) => {
                let context = json!({
                    "repoUrl": "https://git.example/acme/shop", "baseCommit": "1".repeat(40), "requiredLevel": "evidence-grade",
                    "subjects": [{"name": "patch.diff", "algorithm": "sha256", "digest": subject.digest.hex}],
                });
                let verdict = verify(contract, made.text.as_bytes(), context.to_string().as_bytes(), Trust::None);
                prop_assert!(verdict.valid, "{:?}\n{}", verdict.failures, made.text);
                prop_assert!(made.needs.is_empty());
            }
            Err(refusals) => prop_assert!(!refusals.is_empty()),
        }
    }
}
