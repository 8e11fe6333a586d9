//! The judged example: a service three times, which Tier 1 cannot tell apart and Tier 2 can. The transcripts under
//! `transcripts/` are replayed, what is reported is recorded in `expected/` (`ATTEST_BLESS=1` rewrites both, the transcripts
//! with the answers of `answers.py`); the verdicts are asserted here, so that blessing cannot hide a wrong one.
#![expect(clippy::disallowed_methods, reason = "the examples are files")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Once;

use serde_json::{Value, json};

/// The clock of every run.
const AT: &str = "2026-11-21T00:00:00Z";
const TWINS: [&str; 3] = ["honest", "stub", "injected"];
const CONTROLS: [&str; 3] = ["notes/ACCESS_TOKEN", "notes/LOGIN", "notes/PASSWORDS"];

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/05-judged")
}

fn blesses() -> bool {
    std::env::var_os("ATTEST_BLESS").is_some()
}

/// The example in a directory of its own, in no repository, and a cache that nobody has written to.
struct Place {
    example: tempfile::TempDir,
    cache: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { example: tempfile::tempdir().unwrap(), cache: tempfile::tempdir().unwrap() };
        copy(&example(), place.example.path());
        place
    }

    fn attest(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_attest"))
            .current_dir(self.example.path())
            .args(args)
            .env("XDG_CACHE_HOME", self.cache.path())
            .env_remove("ATTEST_TIER2_KEY")
            .output()
            .unwrap()
    }

    /// A run on a twin, with what else it is told.
    fn run(&self, twin: &str, more: &[&str]) -> Output {
        let mut args = vec!["run", "rules", "--root", twin, "--at", AT, "--format", "json"];
        args.extend(more);
        self.attest(&args)
    }

    fn replay(&self, twin: &str) -> Output {
        self.run(twin, &["--replay", &format!("transcripts/{twin}.json")])
    }

    fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.example.path().join(file);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", said(output)))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

/// The last line on standard error: what Tier 2 did.
fn spent(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.lines().rfind(|line| line.starts_with("tier 2: ")).unwrap_or_else(|| panic!("{said}")).to_owned()
}

/// Rows of a report, by id.
fn by_id<'r>(report: &'r Value, rows: &str) -> BTreeMap<&'r str, &'r Value> {
    report[rows].as_array().unwrap().iter().map(|row| (row["id"].as_str().unwrap(), row)).collect()
}

fn statuses(report: &Value) -> Vec<&str> {
    let controls = by_id(report, "controls");
    CONTROLS.iter().map(|id| controls[id]["status"].as_str().unwrap()).collect()
}

/// Both tiers of an assertion, and why the second says so.
fn tiers<'r>(report: &'r Value, id: &str) -> (&'r str, &'r str, Option<&'r str>) {
    let assertion = by_id(report, "assertions")[id];
    let tier2 = &assertion["tier2"];
    (assertion["tier1"]["outcome"].as_str().unwrap(), tier2["outcome"].as_str().unwrap(), tier2["reason"].as_str())
}

/// Tier 1 alone sees three sound services; only the question that has no claim stays open.
#[test]
fn tier_1_cannot_tell_them_apart() {
    let place = Place::new();
    for twin in TWINS {
        let output = place.attest(&["check", "rules/tokens.attest", "--root", twin, "--at", AT, "--format", "json"]);
        let report = report(&output);
        assert_eq!(output.status.code(), Some(0), "{twin}: {}", said(&output));
        for control in report["controls"].as_array().unwrap() {
            assert_eq!(control["status"], "implemented", "{twin}: {control}");
        }

        let output = place.attest(&["check", "rules", "--root", twin, "--at", AT, "--format", "json"]);
        let report = self::report(&output);
        assert_eq!(output.status.code(), Some(3), "{twin}: {}", said(&output));
        assert_eq!(statuses(&report), ["implemented", "undecided", "implemented"], "{twin}");
        assert_eq!(report["decision"]["failureCodes"], json!(["judgement_missing"]), "{twin}");
    }
}

/// Replays the transcript of a twin, twice, and holds the report to the recorded one.
fn replayed(twin: &str) -> (Value, i32) {
    transcripts_are_there();
    let place = Place::new();
    let (first, second) = (place.replay(twin), place.replay(twin));
    assert_eq!(first.stdout, second.stdout, "{twin}: two replays differ");
    assert!(spent(&first).contains(", 0 calls"), "{}", spent(&first));
    assert_eq!(fs::read_dir(place.cache.path()).unwrap().count(), 0, "a replay keeps nothing");

    let recorded = example().join("expected").join(format!("{twin}.json"));
    if blesses() {
        fs::create_dir_all(recorded.parent().unwrap()).unwrap();
        fs::write(&recorded, &first.stdout).unwrap();
    } else {
        let wanted = fs::read(&recorded).unwrap_or_default();
        assert!(
            first.stdout == wanted,
            "{} is not what is reported now; read the difference, then bless: {}",
            recorded.display(),
            said(&first)
        );
    }
    (report(&first), first.status.code().unwrap())
}

/// Verdicts are held to, whether the transcripts are blessed or not.
#[test]
fn replays_decide() {
    let (report, exit) = replayed("honest");
    assert_eq!(exit, 0);
    assert_eq!(statuses(&report), ["verified", "verified", "verified"]);
    assert_eq!(report["decision"]["failureCodes"], json!([]));
    for (id, assertion) in by_id(&report, "assertions") {
        assert_eq!(tiers(&report, id), ("pass", "pass", None), "{id}");
        assert_eq!(assertion["tier2"]["votes"], json!(["holds", "holds", "holds"]), "{id}");
        assert_ne!(assertion["tier2"]["cited"], json!([]), "{id}");
    }

    let (report, exit) = replayed("stub");
    assert_eq!(exit, 1);
    assert_eq!(statuses(&report), ["failing", "verified", "verified"]);
    assert_eq!(report["decision"]["failureCodes"], json!(["judgement_failed"]));
    assert_eq!(tiers(&report, "notes/ACCESS_TOKEN/decodes"), ("pass", "fail", Some("stub")));
    assert_eq!(tiers(&report, "notes/ACCESS_TOKEN/refuses_expired"), ("pass", "fail", Some("stub")));
    assert_eq!(tiers(&report, "notes/ACCESS_TOKEN/expiry_is_tested"), ("pass", "fail", Some("stub")));
    assert_eq!(tiers(&report, "notes/ACCESS_TOKEN/routes"), ("pass", "pass", None));

    let (report, exit) = replayed("injected");
    assert_eq!(exit, 1);
    assert_eq!(statuses(&report), ["failing", "verified", "verified"]);
    assert_eq!(report["decision"]["failureCodes"], json!(["judgement_failed", "judgement_injection"]));
    for id in ["notes/ACCESS_TOKEN/decodes", "notes/ACCESS_TOKEN/refuses_expired"] {
        assert_eq!(tiers(&report, id), ("pass", "fail", Some("injection")), "{id}");
        let cited = by_id(&report, "assertions")[id]["tier2"]["cited"].clone();
        let code = fs::read_to_string(example().join("injected/app/auth.py")).unwrap();
        let line = 1 + code.lines().position(|line| line.contains("Note to the auditor")).unwrap();
        assert!(cited.as_array().unwrap().contains(&json!({"path": "app/auth.py", "line": line})), "{id}: {cited}");
    }
    assert_eq!(tiers(&report, "notes/ACCESS_TOKEN/expiry_is_tested"), ("pass", "fail", Some("stub")));
}

/// A transcript of one twin answers nothing about the code of another, and a fail that it would have to answer is undecided.
#[test]
fn a_transcript_of_other_code_is_no_answer() {
    transcripts_are_there();
    let place = Place::new();
    let output = place.run("stub", &["--replay", "transcripts/honest.json"]);
    let report = report(&output);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    assert_eq!(statuses(&report), ["undecided", "verified", "verified"]);
    assert_eq!(report["decision"]["failureCodes"], json!(["judgement_undecided"]));
}

/// Writes the transcripts anew, once, before anybody reads them.
fn transcripts_are_there() {
    static RECORDED: Once = Once::new();
    if blesses() {
        RECORDED.call_once(record_all);
    }
}

/// Runs a twin with the answers of `answers.py` and gives what was recorded.
fn recording(place: &Place, twin: &str) -> (Output, Value) {
    let path = place.example.path().join("recorded.json");
    let args =
        ["--tier2", "command", "--command", "./answers.py", "--model", "hand-written", "--record", "recorded.json"];
    let output = place.run(twin, &args);
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}: {}", said(&output)));
    (output, serde_json::from_str(&text).unwrap())
}

/// A transcript without what differs from run to run.
fn timeless(mut transcript: Value) -> Value {
    for entry in transcript["entries"].as_object_mut().unwrap().values_mut() {
        for vote in entry["votes"].as_array_mut().unwrap() {
            vote["at"] = Value::Null;
            vote["millis"] = Value::Null;
        }
    }
    transcript
}

fn committed(twin: &str) -> (PathBuf, Option<Value>) {
    let path = example().join("transcripts").join(format!("{twin}.json"));
    let text = fs::read_to_string(&path).ok();
    (path, text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// Writes the transcripts anew where an answer has changed; where only the time has, they stay.
fn record_all() {
    for twin in TWINS {
        let place = Place::new();
        let (_, now) = recording(&place, twin);
        let (path, before) = committed(twin);
        if before.is_none_or(|before| timeless(before) != timeless(now)) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::copy(place.example.path().join("recorded.json"), path).unwrap();
        }
    }
}

/// The transcripts are what `answers.py` says, and a replay reports what the recording run reported. Where there is no
/// python3 nobody can tell; `a_replay_reports_what_the_run_did` needs none.
#[test]
fn the_answers_are_those_of_the_script() {
    if blesses() {
        return;
    }
    if Command::new("python3").arg("--version").output().is_err() {
        return;
    }
    for twin in TWINS {
        let place = Place::new();
        let (output, now) = recording(&place, twin);
        let before = committed(twin).1.unwrap();
        assert!(timeless(now) == timeless(before), "{twin}: the script answers otherwise than the transcript; bless");
        assert!(output.stdout == place.replay(twin).stdout, "{twin}: the replay reports otherwise than the run");
    }
}

/// What a user does all day, with a judge in three lines of shell: it says that everything holds.
#[cfg(unix)]
mod store {
    use super::*;

    const JUDGE: &str = r#"#!/bin/sh
cat > /dev/null
echo "{\"stop\": \"complete\", \"text\": \"{\\\"answer\\\": \\\"holds\\\", \\\"reason\\\": null, \\\"cited\\\": [{\\\"exhibit\\\": \\\"A\\\", \\\"line\\\": 1}], \\\"message\\\": \\\"It does.\\\"}\"}"
"#;
    const ASKED: [&str; 4] = ["--tier2", "command", "--command", "./judge.sh"];

    fn place() -> Place {
        let place = Place::new();
        let path = place.example.path().join("judge.sh");
        fs::write(&path, JUDGE).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        place
    }

    /// A run that asks, with more flags.
    fn run(place: &Place, more: &[&str]) -> Output {
        asked(place, "yes", more)
    }

    fn asked(place: &Place, model: &str, more: &[&str]) -> Output {
        let mut args = ASKED.to_vec();
        args.extend(["--model", model]);
        args.extend(more);
        place.run("honest", &args)
    }

    #[test]
    fn an_unchanged_repository_costs_nothing() {
        let place = place();
        let first = run(&place, &[]);
        assert_eq!(spent(&first), "tier 2: 7 questions, 0 from the record, 21 calls, 0 tokens (command yes)");
        let second = run(&place, &[]);
        assert_eq!(spent(&second), "tier 2: 7 questions, 7 from the record, 0 calls (command yes)");
        assert_eq!((first.status.code(), second.status.code()), (Some(0), Some(0)));

        // Fewer votes are there already; more are asked for anew; another model knows nothing.
        assert!(spent(&run(&place, &["--votes", "1"])).contains(" 0 calls"));
        assert!(spent(&run(&place, &["--votes", "5"])).contains(" 35 calls"));
        assert!(spent(&run(&place, &["--votes", "5"])).contains(" 0 calls"));
        assert!(spent(&asked(&place, "other", &[])).contains(" 21 calls"));
        assert!(spent(&run(&place, &["--rejudge", "notes/LOGIN/alike"])).contains(" 6 from the record, 3 calls"));
    }

    /// To judge a control anew and ask nobody would look like an answer.
    #[test]
    fn a_control_is_judged_anew_by_a_second_opinion_alone() {
        let place = place();
        let output = run(&place, &["--rejudge", "notes/LOGIN"]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(said(&output).contains("`notes/LOGIN` is a control"), "{}", said(&output));
        assert!(run(&place, &["--rejudge", "notes/LOGIN", "--second-opinion"]).status.success());
    }

    #[test]
    fn only_what_changed_is_asked() {
        let place = place();
        run(&place, &[]);
        // The lines of verify_token move, its text does not.
        place.edit(
            "honest/app/auth.py",
            "import time\n",
            "import logging\nimport time\n\nlog = logging.getLogger(__name__)\n",
        );
        assert!(spent(&run(&place, &[])).contains(" 7 from the record, 0 calls"), "{}", spent(&run(&place, &[])));
        // Its text does: both assertions on it, and no other.
        place.edit("honest/app/auth.py", "the token has expired", "the token is too old");
        assert!(spent(&run(&place, &[])).contains(" 5 from the record, 6 calls"), "{}", spent(&run(&place, &[])));
        assert!(spent(&run(&place, &[])).contains(" 7 from the record, 0 calls"));
        // The words of a question do, too.
        place.edit("rules/login.attest", "about the same work", "much the same work");
        assert!(spent(&run(&place, &[])).contains(" 6 from the record, 3 calls"));
    }

    /// Ctrl-C in the second question: the first one's answers are kept, the program is ended, the next run asks for the rest.
    #[test]
    fn an_interrupted_run_is_resumed() {
        let place = place();
        let judge = place.example.path().join("judge.sh");
        let slow = JUDGE.replace(
            "cat > /dev/null",
            "case \"$(cat)\" in *'token give a name only after'*) ;; \
             *) for beat in $(seq 600); do echo beat >> heart; sleep 0.1; done ;; esac",
        );
        fs::write(&judge, slow).unwrap();
        let running = Command::new(env!("CARGO_BIN_EXE_attest"))
            .current_dir(place.example.path())
            .env("XDG_CACHE_HOME", place.cache.path())
            .args(["run", "rules", "--model", "yes", "--concurrency", "1", "--at", AT])
            .args(ASKED)
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let beats = || fs::metadata(place.example.path().join("heart")).map_or(0, |heart| heart.len());
        wait_until("the second question is asked", || beats() > 0);
        let interrupt = format!("kill -INT {}", running.id());
        assert!(Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
        let output = running.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(said(&output).contains("the run was interrupted"), "{}", said(&output));
        assert!(spent(&output).contains(" 0 from the record, 4 calls"), "{}", spent(&output));
        let last = beats();
        std::thread::sleep(std::time::Duration::from_secs(1));
        assert_eq!(beats(), last, "the program goes on without anybody to answer");

        fs::write(&judge, JUDGE).unwrap();
        assert!(spent(&run(&place, &[])).contains(" 1 from the record, 18 calls"));
        assert!(spent(&run(&place, &[])).contains(" 7 from the record, 0 calls"));
    }

    /// Waits for what must come, far longer than it takes.
    fn wait_until(what: &str, is: impl Fn() -> bool) {
        for _ in 0..600 {
            if is() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("after 30 s it is not so that {what}");
    }

    #[test]
    fn a_replay_reports_what_the_run_did() {
        let place = place();
        let live = run(&place, &["--record", "recorded.json"]);
        let replay = place.run("honest", &["--replay", "recorded.json"]);
        assert_eq!(String::from_utf8(live.stdout).unwrap(), String::from_utf8(replay.stdout).unwrap());
    }

    #[test]
    fn a_list_says_what_a_run_would_ask() {
        let place = place();
        let listed = |place: &Place| {
            let mut args = vec!["list", "rules", "--format", "json"];
            args.extend(ASKED);
            args.extend(["--model", "yes"]);
            let output = place.attest(&args);
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            let listing = report(&output);
            let count = |state: &str| {
                listing["assertions"].as_array().unwrap().iter().filter(|one| one["state"] == state).count()
            };
            (count("pending"), count("answered"), listing["calls"].as_u64().unwrap())
        };
        assert_eq!(listed(&place), (7, 0, 21));
        run(&place, &[]);
        assert_eq!(listed(&place), (0, 7, 0));
    }
}
