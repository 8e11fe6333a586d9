//! Transcripts and the verdict store as their users see them: the key and what it depends on, files that are replayed, and
//! `attest transcript`, whose conversation stands in `tests/transcript/` (`ATTEST_BLESS=1` rewrites it).
#![expect(clippy::disallowed_methods, reason = "the expected output is a file")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failure here is a failed test"
)]

#[cfg(all(unix, feature = "http"))]
#[expect(dead_code, reason = "the providers' tests ask it more")]
#[path = "providers/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use attest::base::canonical;
use attest::base::digest::sha256;
use attest::base::system::{MemorySystem, OsSystem, System};
use attest::judge::prompt;
use attest::judge::question::{Exhibit, ExhibitKind, Omission, Point, Question, Statement, Subject};
use attest::judge::store::Store;
use attest::judge::transcript::{Entry, Judge, Key, Recorded, SCHEMA, Transcript, Usage};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

// The key.

fn question() -> Question {
    Question {
        id: "shop/JWT/decodes".into(),
        subject: Subject::Assertion,
        check: Some("function_calls".into()),
        control: Some(Statement { title: "Tokens".into(), doc: Some("All".into()), facets: vec!["signature".into()] }),
        claim: "function_calls(file: \"a.py\")".into(),
        meaning: Some("Calls it".into()),
        ask: "Does it?".into(),
        finding: "call `decode`".into(),
        expression: sha256(b"expression").to_string(),
        exhibits: vec![Exhibit {
            kind: ExhibitKind::Definition,
            path: "a.py".into(),
            name: Some("function `f`".into()),
            first_line: 10,
            text: "def f():\n    decode()\n".into(),
            points: vec![Point { line: 2, message: "call".into() }],
        }],
        omitted: vec![Omission { what: "function `g`".into(), bytes: 7 }],
        confirmed: true,
    }
}

fn judge() -> Judge {
    Judge { provider: "openai".into(), model: "gpt-x".into(), endpoint: None }
}

fn key_of(change: impl FnOnce(&mut Question, &mut Judge)) -> Key {
    let (mut question, mut judge) = (question(), judge());
    change(&mut question, &mut judge);
    Key::of(&question, &judge).unwrap()
}

#[test]
fn the_key_is_the_same_wherever_the_evidence_stands() {
    let base = key_of(|_, _| {});
    assert_eq!(base.hex().expect("a digest").len(), 64);
    assert_eq!(key_of(|it, _| it.id = "other".into()), base);
    assert_eq!(key_of(|it, _| it.exhibits[0].first_line = 900), base);
}

#[test]
fn the_key_changes_with_whatever_an_answer_may_depend_on() {
    type Change = fn(&mut Question, &mut Judge);
    let changes: [(&str, Change); 25] = [
        ("check", |it, _| it.check = Some("function_exists".into())),
        ("no check", |it, _| it.check = None),
        ("expression", |it, _| it.expression = sha256(b"other").to_string()),
        ("claim", |it, _| it.claim = "function_calls(file: \"b.py\")".into()),
        ("meaning", |it, _| it.meaning = None),
        ("control's title", |it, _| it.control.as_mut().unwrap().title = "Keys".into()),
        ("control's text", |it, _| it.control.as_mut().unwrap().doc = Some("Some".into())),
        ("control's facets", |it, _| it.control.as_mut().unwrap().facets.clear()),
        ("no control", |it, _| it.control = None),
        ("ask", |it, _| it.ask = "Does it not?".into()),
        ("finding", |it, _| it.finding = "call `encode`".into()),
        ("subject", |it, _| it.subject = Subject::Control),
        ("exhibit's text", |it, _| it.exhibits[0].text = "def f():\n    decode(1)\n".into()),
        ("exhibit's path", |it, _| it.exhibits[0].path = "b.py".into()),
        ("exhibit's name", |it, _| it.exhibits[0].name = Some("function `g`".into())),
        ("exhibit's kind", |it, _| it.exhibits[0].kind = ExhibitKind::Caller),
        ("point", |it, _| it.exhibits[0].points[0].line = 1),
        ("another exhibit", |it, _| it.exhibits.push(it.exhibits[0].clone())),
        ("omission", |it, _| it.omitted.clear()),
        ("omission's size", |it, _| it.omitted[0].bytes = 8),
        ("provider", |_, it| it.provider = "anthropic".into()),
        ("model", |_, it| it.model = "gpt-y".into()),
        ("endpoint", |_, it| it.endpoint = Some("http://localhost:1".into())),
        ("other endpoint", |_, it| it.endpoint = Some("http://localhost:2".into())),
        ("endpoint that is empty", |_, it| it.endpoint = Some(String::new())),
    ];
    let mut seen = BTreeMap::from([(key_of(|_, _| {}), "nothing")]);
    for (name, change) in changes {
        if let Some(same) = seen.insert(key_of(change), name) {
            panic_with(&format!("the key is the same with {same} and {name}"));
        }
    }
}

#[expect(clippy::panic, reason = "a failure here is a failed test")]
fn panic_with(message: &str) {
    panic!("{message}");
}

/// The version of the instructions, and every byte of them, are in the prompt's digest, and that is in the key.
#[test]
fn the_key_changes_with_the_instructions() {
    let question = question();
    let shown = prompt::shown(&question);
    let digest =
        |version: u32, system: &str| sha256(format!("{version}\n{system}\0{}", shown.user).as_bytes()).to_string();
    let today = digest(prompt::VERSION, &shown.system);
    assert_eq!(prompt::digest(&question).to_string(), today);
    assert_ne!(digest(prompt::VERSION + 1, &shown.system), today);
    assert_ne!(digest(prompt::VERSION, &format!("{}.", shown.system)), today);
    let key = |prompt: &str| {
        let (check, expression) = (&question.check, &question.expression);
        let parts = json!({"check": check, "expression": expression, "prompt": prompt, "judge": judge()});
        Key(canonical::digest(&parts).unwrap().to_string())
    };
    assert_eq!(key_of(|_, _| {}), key(&today));
    assert_ne!(key(&digest(prompt::VERSION + 1, &shown.system)), key(&today));
}

// Entries, made by hand: their keys do not change with the instructions, so they can be written down.

const HOLDS: &str = r#"{"answer":"holds","reason":null,"cited":[{"exhibit":"A","line":2}],"message":"it decodes"}"#;
const STUB: &str = r#"{"answer":"fails","reason":"stub","cited":[{"exhibit":"A","line":1},{"exhibit":"B","line":3}],"message":"it \u001b[2Jdoes nothing"}"#;
const UNSURE: &str = r#"{"answer":"cannot_tell","reason":"insufficient","cited":[{"exhibit":"A","line":1}],"message":"the callee is not shown"}"#;

fn vote(text: &str, at: &str) -> Recorded {
    Recorded {
        text: Some(text.to_owned()),
        problem: String::new(),
        usage: Usage { input: 1_200, output: 90 },
        at: at.to_owned(),
        millis: 2_350,
    }
}

fn entry(id: &str, model: &str, votes: Vec<Recorded>) -> Entry {
    let digest = |what: &str| sha256(format!("{what} of {id}").as_bytes()).to_string();
    Entry {
        id: id.to_owned(),
        check: Some("function_calls".into()),
        expression: digest("expression"),
        ask: "Is the result of `jwt.decode` used, and does a token that is expired end in a refusal?".into(),
        judge: Judge { model: model.to_owned(), ..judge() },
        prompt_digest: digest("prompt"),
        evidence_digest: digest("evidence"),
        cached: false,
        votes,
    }
}

fn key(entry: &Entry) -> Key {
    let parts = json!({
        "check": entry.check, "expression": entry.expression, "prompt": entry.prompt_digest, "judge": entry.judge,
    });
    Key(canonical::digest(&parts).unwrap().to_string())
}

fn transcript(entries: impl IntoIterator<Item = Entry>) -> Transcript {
    let entries = entries.into_iter().map(|entry| (key(&entry), entry)).collect();
    Transcript { schema: SCHEMA, judge: judge(), votes: 3, entries }
}

fn two() -> Transcript {
    let at = "2026-11-21T10:00:00Z";
    transcript([entry("a", "gpt-x", vec![vote(HOLDS, at)]), entry("b", "gpt-x", vec![vote(STUB, at), vote("?", at)])])
}

// Transcripts.

#[test]
fn a_transcript_is_read_as_it_was_written() {
    let (system, path) = (MemorySystem::new(), Path::new("t.json"));
    two().write(&system, path).unwrap();
    assert_eq!(Transcript::read(&system, path).unwrap(), two());
    let text = String::from_utf8(system.read(path, 1 << 20).unwrap()).unwrap();
    assert_eq!(Transcript::parse(text.as_bytes()).unwrap().text().unwrap(), text);
    assert!(text.ends_with("}\n") && text.starts_with("{\n  \"entries\": {\n"), "{text}");
    // Whoever formats it otherwise, or gets other line ends from git, reads the same.
    let loose = serde_json::to_string(&serde_json::from_str::<Json>(&text).unwrap()).unwrap();
    assert_eq!(Transcript::parse(loose.as_bytes()).unwrap(), two());
    assert_eq!(Transcript::parse(text.replace('\n', "\r\n").as_bytes()).unwrap(), two());
}

/// What becomes of the transcript's text, changed.
fn refused(change: impl FnOnce(&mut Json)) -> String {
    let mut value = serde_json::to_value(two()).unwrap();
    change(&mut value);
    Transcript::parse(value.to_string().as_bytes()).expect_err("it is refused")
}

#[test]
fn what_is_no_transcript_is_refused_and_it_is_said_why() {
    let first = two().entries.keys().next().unwrap().0.clone();
    let other = format!("sha256:{}", "0".repeat(64));
    let with = |first: &str, change: fn(&mut Json)| {
        let first = first.to_owned();
        move |it: &mut Json| change(&mut it["entries"][first.as_str()])
    };
    for (message, part) in [
        (refused(|it| it["schema"] = json!(2)), "its schema is 2, that of a newer version of attest; this one reads 1"),
        (refused(|it| it["schema"] = json!(0)), "its schema is 0, that of another version"),
        (refused(|it| it["schema"] = json!(null)), "invalid type: null"),
        (refused(|it| drop(it.as_object_mut().unwrap().remove("schema"))), "missing field `schema`"),
        (refused(|it| it["extra"] = json!(1)), "unknown field `extra`"),
        (refused(|it| it["votes"] = json!(0)), "`votes` is 0, not a number from 1 to 1000"),
        (refused(|it| it["votes"] = json!(1_001)), "`votes` is 1001"),
        (refused(|it| it["votes"] = json!(-1)), "invalid value"),
        (refused(|it| it["judge"]["model"] = json!("gpt-y")), "is of another judge than the transcript"),
        (refused(|it| it["judge"]["key"] = json!("x")), "unknown field `key`"),
        (refused(|it| drop(it["judge"].as_object_mut().unwrap().remove("endpoint"))), "missing field `endpoint`"),
        (refused(|it| it["entries"] = json!([])), "an object of entries by key"),
        (refused(|it| it["entries"]["x"] = it["entries"][&first].clone()), "entry `x`: what it says"),
        (refused(|it| it["entries"][&other] = it["entries"][&first].clone()), "does not make its key"),
        (refused(with(&first, |it| it["votes"] = json!([]))), "it holds no answer"),
        (
            refused(with(&first, |it| it["votes"] = json!(vec![it["votes"][0].clone(); 1_001]))),
            "more than 1000 answers",
        ),
        (refused(with(&first, |it| it["votes"][0]["text"] = json!("x".repeat(65_537)))), "larger than 65536 bytes"),
        (refused(with(&first, |it| it["votes"][0]["headers"] = json!({}))), "unknown field `headers`"),
        (refused(with(&first, |it| it["judge"]["model"] = json!("gpt-y"))), "does not make its key"),
        (refused(with(&first, |it| it["promptDigest"] = json!("sha256:1"))), "`promptDigest` is no SHA-256 digest"),
        (refused(with(&first, |it| it["ask"] = json!(7))), "invalid type: integer `7`"),
    ] {
        assert!(message.contains(part), "`{part}`: {message}");
    }
    // A file may not hold one question twice, whatever the second answer says.
    let text = two().text().unwrap();
    let twice = text.replace(&two().entries.keys().nth(1).unwrap().0, &first);
    assert!(Transcript::parse(twice.as_bytes()).unwrap_err().contains("duplicate key"), "{twice}");
    let long = format!("{{\"schema\":1,\"{}\":1}}", "x".repeat(1 << 20));
    assert!(Transcript::parse(long.as_bytes()).unwrap_err().len() < 1_000, "a file's text is repeated in part only");
    let deep = "[".repeat(1 << 20);
    assert!(Transcript::parse(deep.as_bytes()).is_err());
}

#[test]
fn a_transcript_that_could_not_be_read_is_not_written() {
    let system = MemorySystem::new();
    let at = "2026-11-21T10:00:00Z";
    for (transcript, part) in [
        (Transcript { votes: 0, ..two() }, "`votes` is 0"),
        (Transcript { schema: 2, ..two() }, "its schema is 2"),
        (transcript([entry("a", "gpt-y", vec![vote(HOLDS, at)])]), "another judge"),
        (transcript([entry("a", "gpt-x", Vec::new())]), "no answer"),
        (
            // 1,100 entries of 60 KiB.
            transcript((0..1_100).map(|it| entry(&it.to_string(), "gpt-x", vec![vote(&"x".repeat(61_440), at)]))),
            "larger than 67108864 bytes",
        ),
    ] {
        let message = transcript.write(&system, Path::new("t.json")).unwrap_err().to_string();
        assert!(message.contains("could not be read again") && message.contains(part), "{message}");
    }
    assert!(
        Transcript::read(&system, Path::new("t.json")).unwrap_err().to_string().contains("`t.json` does not exist")
    );
    let large = MemorySystem::new().with_file("l.json", vec![b' '; (64 << 20) + 1]);
    let message = Transcript::read(&large, Path::new("l.json")).unwrap_err().to_string();
    assert!(message.contains("larger than the limit of 67108864 bytes"), "{message}");
}

/// Whatever is added here is kept on disk and committed with transcripts: it can be no credential, and no header.
#[test]
fn there_is_no_place_for_a_credential() {
    let schema = attest::catalog::schemas::SCHEMAS.iter().find(|it| it.name == "transcript").unwrap();
    let schema: Json = serde_json::from_str(schema.text).unwrap();
    let names = |of: &Json| -> Vec<String> { of["properties"].as_object().unwrap().keys().cloned().collect() };
    let all: BTreeMap<&str, Vec<String>> = schema["$defs"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, it)| it.get("properties").is_some())
        .map(|(name, it)| (name.as_str(), names(it)))
        .collect();
    assert_eq!(names(&schema), ["entries", "judge", "schema", "votes"]);
    assert_eq!(
        all,
        BTreeMap::from([
            (
                "Entry",
                ["ask", "cached", "check", "evidenceDigest", "expression", "id", "judge", "promptDigest", "votes"]
                    .map(String::from)
                    .to_vec()
            ),
            ("Judge", ["endpoint", "model", "provider"].map(String::from).to_vec()),
            ("Recorded", ["at", "millis", "problem", "text", "usage"].map(String::from).to_vec()),
            ("Usage", ["input", "output"].map(String::from).to_vec()),
        ])
    );
}

#[test]
fn transcripts_fit_their_schema() {
    let schema = attest::catalog::schemas::SCHEMAS.iter().find(|it| it.name == "transcript").unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema.text).unwrap()).unwrap();
    let mut value = serde_json::to_value(two()).unwrap();
    assert!(validator.is_valid(&value));
    let first = two().entries.keys().next().unwrap().0.clone();
    value["entries"][first]["votes"][0]["headers"] = json!({});
    assert!(!validator.is_valid(&value), "an unknown field fits");
}

proptest! {
    #[test]
    fn any_bytes_are_no_transcript(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Transcript::parse(&bytes).is_err());
    }

    #[test]
    fn a_damaged_transcript_is_refused_or_still_one(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = two().text().unwrap().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = byte }
        if let Ok(read) = Transcript::parse(&bytes) {
            prop_assert!(read.entries.iter().all(|(of, entry)| *of == key(entry)));
            let text = read.text().unwrap();
            prop_assert_eq!(Transcript::parse(text.as_bytes()).unwrap(), read);
        }
    }

    #[test]
    fn any_transcript_comes_back_byte_for_byte(
        entries in proptest::collection::vec((".{0,20}", proptest::collection::vec(".{0,40}", 1..4)), 0..6),
        votes in 1_u32..=1_000,
    ) {
        let at = "2026-11-21T10:00:00.000000001Z";
        let entries = entries
            .into_iter()
            .map(|(id, texts)| entry(&id, "gpt-x", texts.iter().map(|text| vote(text, at)).collect()));
        let whole = Transcript { votes, ..transcript(entries) };
        let text = whole.text().unwrap();
        let read = Transcript::parse(text.as_bytes()).unwrap();
        prop_assert_eq!(&read, &whole);
        prop_assert_eq!(read.text().unwrap(), text);
    }
}

// The commands.

/// A machine on 22 November 2026, with a store of three judges' answers.
fn machine() -> Arc<dyn System> {
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    let system: Arc<dyn System> = Arc::new(MemorySystem::new().at(now).with_env("HOME", "/home/u"));
    let store = Store::open(Arc::clone(&system), PathBuf::from("/home/u/.cache/attest/tier2"));
    let put = |entry: &Entry| store.put(&key(entry), entry).unwrap();
    let day = |day: u32| format!("2026-11-{day:02}T10:00:00.25Z");
    put(&entry("shop/JWT/decodes", "gpt-x", (1..4).map(|_| vote(HOLDS, &day(1))).collect()));
    let split = [HOLDS, STUB, UNSURE, "```\nyes\u{202e}\n```"].map(|text| vote(text, &day(20)));
    put(&entry("shop/JWT/expires", "gpt-x", split.to_vec()));
    let mut refused = vote("I will not \u{1b}]0;say\u{7}", &day(21));
    refused.problem = "the model refused to answer".into();
    let lost = Recorded { text: None, problem: "the answer is larger than 65536 bytes".into(), ..vote("", &day(21)) };
    let mut local = entry("shop/CORS/\u{1b}[31mred", "llama", vec![refused, lost]);
    local.judge =
        Judge { provider: "ollama".into(), model: "llama".into(), endpoint: Some("http://localhost:11434".into()) };
    local.check = None;
    put(&local);
    system
}

fn attest(system: &Arc<dyn System>, line: &str) -> (u8, String, String) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let arguments = ["attest"].into_iter().chain(line.split_whitespace()).map(Into::into);
    let exit = attest::cli::run(arguments, system, &mut stdout, &mut stderr);
    (exit.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// A conversation: each line, what it prints, and how it ends.
fn conversation(system: &Arc<dyn System>, lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let (exit, data, talk) = attest(system, line);
        let _ = writeln!(text, "$ attest {line}");
        for (mark, stream) in [("", data), ("! ", talk)] {
            for line in stream.lines() {
                let _ = writeln!(text, "{mark}{line}");
            }
        }
        let _ = writeln!(text, "[{exit}]\n");
    }
    text
}

fn compare(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcript").join(name);
    if std::env::var_os("ATTEST_BLESS").is_some() {
        std::fs::write(path, made).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(made, expected, "{name}; ATTEST_BLESS=1 rewrites it");
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_store_is_shown() {
    let system = machine();
    let decodes = key(&entry("shop/JWT/decodes", "gpt-x", Vec::new()));
    let prefix = &decodes.hex().unwrap()[..12];
    let said = lines(&format!(
        "transcript show
        transcript show -q
        transcript show --provider ollama
        transcript show --model nobody
        transcript show shop/JWT/expires
        transcript show {prefix}
        transcript show {decodes} --format json
        transcript show --format json --id shop/JWT/decodes
        transcript show shop/JWT/decods
        transcript show 0123456789abcdef
        transcript show shop/JWT/decodes --model llama
        transcript show --store /nowhere
        transcript show --store /home/u/.cache/attest/tier2/{}/{}.json
        transcript show --format sarif",
        &decodes.hex().unwrap()[..2],
        &decodes.hex().unwrap()[2..]
    ));
    compare("show.txt", &conversation(&system, &said));
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_store_is_exported() {
    let system = machine();
    let said = lines(
        "transcript export out.json
        transcript export out.json --provider openai
        transcript export three.json --provider openai --votes 4
        transcript export out.json --provider openai --id shop/JWT/decodes -q
        transcript export local.json --endpoint http://localhost:11434
        transcript export none.json --model nobody
        transcript export none.json --store /nowhere
        transcript export none.json --provider openai --votes 0
        transcript export",
    );
    compare("export.txt", &conversation(&system, &said));
    let one = Transcript::read(&*system, Path::new("out.json")).unwrap();
    let ids: Vec<&str> = one.entries.values().map(|entry| entry.id.as_str()).collect();
    assert_eq!((ids, one.votes, one.judge), (vec!["shop/JWT/decodes"], 3, judge()));
    assert_eq!(Transcript::read(&*system, Path::new("three.json")).unwrap().votes, 4);
    assert!(system.symlink_metadata(Path::new("none.json")).unwrap().is_none());
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn the_store_is_pruned() {
    let system = machine();
    let root = PathBuf::from("/home/u/.cache/attest/tier2");
    let store = Store::open(Arc::clone(&system), root.clone());
    let mine = root.join("README");
    system.write(&mine, b"mine").unwrap();
    let zero = root.join("00").join(format!("{}.json", "0".repeat(62)));
    system.write(&zero, b"{\"schema\":9}").unwrap();
    let draft = root.join("00").join(format!(".{}.json.17-0.tmp", "0".repeat(62)));
    system.write(&draft, b"{").unwrap();
    let said = lines(
        "transcript show
        transcript show 0000
        transcript prune
        transcript prune --older-than 30y
        transcript prune --older-than 30d
        transcript prune --older-than 10d --dry-run
        transcript prune --older-than 10d --model llama
        transcript prune --older-than 10d
        transcript prune --broken --dry-run
        transcript prune --broken
        transcript prune --model llama -q
        transcript prune --all --broken
        transcript prune --all --model llama
        transcript prune --all
        transcript prune --all
        transcript show",
    );
    compare("prune.txt", &conversation(&system, &said));
    assert!(store.contents().unwrap().keys.is_empty());
    assert_eq!(system.read(&mine, 10).unwrap(), b"mine", "what is not the store's stays");
    assert!(system.symlink_metadata(&draft).unwrap().is_none());
}

#[test]
fn an_ambiguous_prefix_names_its_candidates() {
    let system: Arc<dyn System> = Arc::new(MemorySystem::new());
    let store = Store::open(Arc::clone(&system), PathBuf::from("/s"));
    let entries: Vec<Entry> =
        (0..200).map(|it| entry(&format!("a{it}"), "gpt-x", vec![vote(HOLDS, "2026-11-21T10:00:00Z")])).collect();
    let mut first = BTreeMap::<String, usize>::new();
    for entry in &entries {
        store.put(&key(entry), entry).unwrap();
        *first.entry(key(entry).hex().unwrap()[..1].to_owned()).or_default() += 1;
    }
    // Two hundred keys have sixteen first digits.
    let (digit, count) = first.iter().max_by_key(|(_, count)| **count).unwrap();
    let (exit, data, talk) = attest(&system, &format!("transcript show sha256:{digit} --store /s"));
    assert_eq!((exit, data.as_str()), (2, ""));
    assert!(talk.contains(&format!("begins the keys of {count} entries")), "{talk}");
    assert_eq!(talk.matches(&format!("`sha256:{digit}")).count(), 11, "ten candidates and the prefix itself: {talk}");
    assert!(talk.contains(&format!("and {} more", count - 10)), "{talk}");
}

#[test]
fn on_a_disk_an_export_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let system: Arc<dyn System> = Arc::new(OsSystem);
    let store = Store::open(Arc::clone(&system), dir.path().join("s"));
    let one = entry("a", "gpt-x", vec![vote(HOLDS, "2026-11-21T10:00:00Z")]);
    store.put(&key(&one), &one).unwrap();
    let file = dir.path().join("t.json");
    let line = format!("transcript export {} --votes 1 --store {}", file.display(), dir.path().join("s").display());
    let (exit, _, talk) = attest(&system, &line);
    assert_eq!(exit, 0, "{talk}");
    let read = Transcript::read(&OsSystem, &file).unwrap();
    assert_eq!(read, Transcript { votes: 1, ..transcript([one]) });
    let (exit, _, talk) = attest(&system, &line.replace("t.json", "nowhere/t.json"));
    assert_eq!(exit, 3, "{talk}");
}

// A run.

/// The provider sends the key back in its answer; neither the store nor the transcript nor the report holds a piece of it.
#[cfg(all(unix, feature = "http"))]
#[test]
fn a_run_with_a_key_keeps_no_piece_of_it() {
    const KEY: &str = "sk-test-5f1e9c0b7a2d4e68-never-kept";
    let server = server::Server::new(|stream, seen| {
        let told = seen.header("authorization").unwrap();
        assert!(told.contains(KEY), "the key goes to the provider");
        let message = format!("You sent {told}; its end is {}.", &KEY[10..]);
        let answer =
            json!({"answer": "holds", "reason": null, "cited": [{"exhibit": "A", "line": 1}], "message": message});
        let choice = json!({"finish_reason": "stop", "message": {"role": "assistant", "content": answer.to_string()}});
        let body = json!({"choices": [choice], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}).to_string();
        server::send(stream, &server::response("200 OK", "Content-Type: application/json\r\n", body.as_bytes()));
    });
    let system = MemorySystem::new()
        .at("2026-11-22T00:00:00Z".parse().unwrap())
        .with_env("HOME", "/home/u")
        .with_env("XDG_CACHE_HOME", "/cache")
        .with_env("ATTEST_TIER2_KEY", KEY)
        .with_file("/rules/r.attest", "edition 1\nassert there: function_exists(file: \"a.py\", name: \"f\")\n")
        .with_file("/code/a.py", "def f():\n    return 1\n");
    let system: Arc<dyn System> = Arc::new(system);
    let line = format!(
        "run /rules/r.attest --root /code --tier2 openai --model m --base-url http://127.0.0.1:{}/v1 --votes 2 \
         --record /t.json -o json=/report.json -v",
        server.port
    );
    let (exit, data, talk) = attest(&system, &line);
    assert_eq!((exit, server.seen().len()), (0, 2), "{data}{talk}");
    let mut texts = vec![data, talk];
    let mut pending = vec![PathBuf::from("/")];
    while let Some(directory) = pending.pop() {
        for item in system.read_dir(&directory).unwrap() {
            let path = directory.join(item.name);
            match system.read(&path, 1 << 20) {
                Ok(bytes) => texts.push(String::from_utf8(bytes).unwrap()),
                Err(_) => pending.push(path),
            }
        }
    }
    let kept = texts.iter().filter(|text| text.contains("You sent")).count();
    assert!(kept >= 3, "the answer is in the store, the transcript and the report: {kept}");
    for text in &texts {
        for piece in KEY.as_bytes().windows(12) {
            let piece = std::str::from_utf8(piece).unwrap();
            assert!(!text.contains(piece), "`{piece}` is in {text}");
        }
    }
    let (exit, shown, _) = attest(&system, "transcript show there");
    assert_eq!(exit, 0);
    assert!(shown.contains("2 holds") && shown.contains("[key]"), "{shown}");
    // And it is replayed as it was recorded.
    let replay = "run /rules/r.attest --root /code --replay /t.json -o json=/again.json -q";
    assert_eq!(attest(&system, replay).0, 0);
    let read = |path: &str| String::from_utf8(system.read(Path::new(path), 1 << 20).unwrap()).unwrap();
    assert_eq!(read("/again.json"), read("/report.json"));
}

/// A repository cannot bring its verdict along.
#[test]
fn a_store_in_the_target_is_refused() {
    let system: Arc<dyn System> = Arc::new(
        MemorySystem::new()
            .with_file("/code/r.attest", "edition 1\nassert there: function_exists(file: \"a.py\", name: \"f\")\n")
            .with_file("/code/a.py", "def f():\n    return 1\n"),
    );
    for store in ["/code/.attest", "/code", "code/x", "/"] {
        let line = format!("run /code/r.attest --root /code --tier2 command --command x --model m --store {store}");
        let (exit, data, talk) = attest(&system, &line);
        assert_eq!((exit, data.as_str()), (2, ""), "{store}: {talk}");
        assert!(talk.contains("forged verdicts") && talk.contains("--store DIR"), "{store}: {talk}");
    }
}
