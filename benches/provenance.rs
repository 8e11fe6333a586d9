//! How long one verification of an agent's run takes, phase by phase: `cargo bench --bench provenance`. Beside each figure
//! stands its ratio to a floor of the same run, the mere reading of the two documents as JSON, so that figures of different
//! machines can be compared. A verification of 20 ms or more ends the benchmark. Then whole processes, the gate too: a bundle
//! by a key, on a change of a small repository.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads what it is pointed at, and starts what it measures")]
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a fixture that does not fit ends the benchmark")]
#![expect(clippy::print_stdout, reason = "a benchmark talks to a terminal")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use attest::attestation::key::SigningKey;
use attest::attestation::sign::{Form, sign};
use attest::base::system::OsSystem;
use attest::change::{self, Base, End, Limits};
use attest::provenance::contract::{Contract, standard};
use attest::provenance::{Trust, Verdict, verify};
use serde_json::{Value, json};

/// What one verification may take.
const LIMIT: Duration = Duration::from_millis(20);

/// The mean of `runs`, after a few that are not counted.
fn mean(runs: u32, mut run: impl FnMut()) -> Duration {
    for _ in 0..runs.div_ceil(10) {
        run();
    }
    let start = Instant::now();
    for _ in 0..runs {
        run();
    }
    start.elapsed() / runs
}

/// A statement with its context, as bytes.
struct Case {
    statement: Vec<u8>,
    context: Vec<u8>,
}

impl Case {
    fn of(statement: &Value, context: &Value) -> Self {
        Self { statement: statement.to_string().into_bytes(), context: context.to_string().into_bytes() }
    }

    fn judge(&self, contract: &Contract) -> Verdict {
        black_box(verify(contract, black_box(&self.statement), black_box(&self.context), Trust::Context))
    }
}

/// A policy of 200 lines that lets everything pass.
fn long_policy() -> String {
    let mut text = String::from(
        "# A policy that only grows.\npackage attest.document\n\ndecision := {\"level\": level, \"denials\": denials}\n\ndefault level := null\n\n\
         level := input.statement.predicate.verificationLevel if count(denials) == 0\n",
    );
    let mut number = 0;
    while text.lines().count() < 200 {
        let _ = write!(
            text,
            "\ndenials contains {{\"code\": \"level_escalation\", \"subject\": \"/\", \"message\": \"{number}\"}} if {{\n\t\
             input.statement.predicate.agent.name == \"agent-{number}\"\n}}\n"
        );
        number += 1;
    }
    text
}

/// How long `attest` runs with those arguments, from its start to its end.
fn process(arguments: &[&str], folder: &Path) -> Duration {
    mean(20, || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attest"));
        command.args(arguments).current_dir(folder).stdout(Stdio::null());
        assert!(command.status().expect("it starts").success(), "{arguments:?}");
    })
}

fn git(repository: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=mason", "-c", "user.email=mason@acme.example"]).args(arguments);
    assert!(command.current_dir(repository).status().expect("git is there").success(), "{arguments:?}");
}

/// A repository `shop` whose branch `agent` changes a file, what it expects of a run, and a bundle `b.json` over a statement
/// about that change.
fn signed_change(folder: &Path, fixtures: &Path) {
    let shop = folder.join("shop");
    let file = |name: &str| std::fs::read_to_string(fixtures.join(name)).expect("the file is there");
    std::fs::create_dir_all(shop.join(".attest")).expect("a folder");
    let expected = file("gate/key.toml").replace("{key p256}", &file("attestation/keys/p256.pub"));
    std::fs::write(shop.join(".attest/provenance.toml"), expected).expect("written");
    for number in 0..100 {
        std::fs::write(shop.join(format!("{number}.py")), "def total():\n    return 0\n".repeat(50)).expect("written");
    }
    git(&shop, &["init", "-q", "-b", "main"]);
    git(&shop, &["add", "-A"]);
    git(&shop, &["commit", "-q", "-m", "the shop"]);
    git(&shop, &["checkout", "-q", "-b", "agent"]);
    std::fs::write(shop.join("7.py"), "def total():\n    return 1\n".repeat(50)).expect("written");
    git(&shop, &["commit", "-q", "-a", "-m", "a change"]);
    let options = change::Options {
        base: Base::Branch("main".to_owned()),
        end: End::Commit("agent".to_owned()),
        tree: false,
        limits: Limits::default(),
    };
    let change = change::read(&OsSystem, &shop, &options).expect("a change");
    let statement = file("gate/policy.json")
        .replace("{base}", &change.base_commit)
        .replace("{head}", &change.head_commit)
        .replace("{patch}", &change.patch.sha256.hex);
    let key = SigningKey::from_pem(file("attestation/keys/p256.pem").as_bytes(), None).expect("a key");
    let bundle = sign(statement.as_bytes(), &key, Form::Bundle).expect("a statement");
    std::fs::write(folder.join("b.json"), bundle).expect("written");
}

fn main() {
    // What a process pays once, before its first verdict.
    let start = Instant::now();
    let contract = standard().expect("the standard documents compile");
    let compiled = start.elapsed();

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bases = std::fs::read(root.join("tests/provenance/base.json")).expect("the file is there");
    let bases: Value = serde_json::from_slice(&bases).expect("JSON");
    let (statement, context) = (&bases["assurance"]["statement"], &bases["assurance"]["context"]);

    let whole = Case::of(statement, context);
    let floor = mean(2_000, || {
        black_box(serde_json::from_slice::<Value>(black_box(&whole.statement))).expect("JSON");
        black_box(serde_json::from_slice::<Value>(black_box(&whole.context))).expect("JSON");
    });
    let show = |name: &str, took: Duration| {
        println!("{name:44} {took:>10.2?} {:>8.1} x", took.as_secs_f64() / floor.as_secs_f64());
    };
    show("both documents as JSON (the floor)", floor);

    // Each stops after its phase, so that a line is what all phases up to it take together.
    let changed = |place: &str, value: Value, context: &Value| {
        let mut statement = statement.clone();
        *statement.pointer_mut(place).expect("a place") = value;
        Case::of(&statement, context)
    };
    let mut strange = context.clone();
    strange["unknown"] = json!(true);
    let early = json!("2026-10-01T07:00:00Z");
    let stops = [
        ("up to routing", changed("/predicate/predicateVersion", json!("v9"), context), "routing"),
        ("up to the schemas", changed("/predicate/runId", statement["predicate"]["runId"].clone(), &strange), "schema"),
        ("up to the rules", changed("/predicate/timestamps/finishedAt", early, context), "rules"),
    ];
    for (name, case, phase) in &stops {
        let verdict = case.judge(contract);
        assert_eq!(verdict.failures.first().map(|failure| failure.phase.name()), Some(*phase), "{verdict:?}");
        show(name, mean(500, || drop(case.judge(contract))));
    }
    assert!(whole.judge(contract).valid);
    let took = mean(500, || drop(whole.judge(contract)));
    show("one verification, all five phases", took);

    let text = long_policy();
    let own = contract.clone().with_policy("own.rego", Ok(text.clone()));
    assert!(whole.judge(&own).valid);
    let once = mean(500, || drop(whole.judge(&own)));
    let each = mean(50, || {
        let own = contract.clone().with_policy("own.rego", Ok(text.clone()));
        drop(whole.judge(&own));
    });
    let lines = text.lines().count();
    show(&format!("a policy of {lines} lines, compiled once"), once);
    show(&format!("a policy of {lines} lines, compiled each time"), each);
    show("the standard documents, compiled, once a process", compiled);

    let folder = tempfile::tempdir().expect("a folder");
    let (named, known) = (folder.path().join("s.json"), folder.path().join("c.json"));
    std::fs::write(&named, &whole.statement).expect("written");
    std::fs::write(&known, &whole.context).expect("written");
    let judge = ["provenance", "verify", "--trust-context", "--statement", "s.json", "--context", "c.json"];
    show("`attest provenance verify --statement`", process(&judge, folder.path()));
    signed_change(folder.path(), &root.join("tests"));
    let gate = ["provenance", "verify", "--root", "shop", "--base", "main", "--head", "agent", "--bundle", "b.json"];
    let gate = [&gate[..], &["--at", "2025-06-01T12:30:00Z"]].concat();
    show("`attest provenance verify --bundle`", process(&gate, folder.path()));
    show("`attest --version`", process(&["--version"], folder.path()));
    assert!(took < LIMIT, "one verification took {took:?}, more than {LIMIT:?}");
}
