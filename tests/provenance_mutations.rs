//! Statements about agents' runs and their contexts, changed in any way: never a crash, and never a verdict that differs from
//! what the contract's tables say. `oracle` works that out a second time and shares no code with the verifier. Every place
//! is changed once; then by chance, `ATTEST_MUTATIONS` times for each document (100,000 by hand in release), where
//! `ATTEST_SEED` says which. The golden cases are changed too where they are there (`ATTEST_PROVENANCE_FIXTURES`).

#![expect(clippy::disallowed_methods, reason = "the documents are files")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failure here is a failed test")]
#![expect(clippy::print_stdout, reason = "a long test says what it did")]

mod mutations;
#[path = "mutations/oracle.rs"]
mod oracle;
#[path = "mutations/tree.rs"]
mod tree;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use attest::attestation::key::SigningKey;
use attest::attestation::sign::{Form, sign};
use attest::attestation::{self as signatures, Pins};
use attest::provenance::contract::standard;
use attest::provenance::{Phase, Trust, Verdict, verify};
use base64::Engine as _;
use mutations::{Random, change_bytes, changes, number};
use rayon::prelude::*;
use serde_json::{Value, json};
use tree::Tree;

/// A statement with its context.
struct Subject {
    name: String,
    statement: Vec<u8>,
    context: Vec<u8>,
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Ours, and the golden cases where they are there.
fn subjects() -> Vec<Subject> {
    let bases: Value = serde_json::from_slice(&std::fs::read(tests().join("provenance/base.json")).unwrap()).unwrap();
    let ours = ["evidence", "policy", "assurance"].map(|name| Subject {
        name: name.to_owned(),
        statement: bases[name]["statement"].to_string().into_bytes(),
        context: bases[name]["context"].to_string().into_bytes(),
    });
    let mut subjects = Vec::from(ours);
    let named = std::env::var_os("ATTEST_PROVENANCE_FIXTURES").map(PathBuf::from);
    let root =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fixtures/agent-provenance"));
    let Ok(folder) = std::fs::read_dir(&root) else {
        println!("the golden cases are not here; only our own statements were changed");
        return subjects;
    };
    let mut cases: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in cases.iter().filter(|case| case.join("want.json").is_file()) {
        subjects.push(Subject {
            name: case.file_name().unwrap().to_string_lossy().into_owned(),
            statement: std::fs::read(case.join("statement.json")).unwrap(),
            context: std::fs::read(case.join("context.json")).unwrap(),
        });
    }
    assert_eq!(subjects.len(), 49, "three of ours and 46 golden cases");
    subjects
}

/// What the verdict compares with the verifier's own knowledge, whatever the level.
fn compared(statement: &Tree) -> Vec<String> {
    let mut subjects: Vec<String> = statement
        .items("subject")
        .iter()
        .map(|it| format!("{} {}", it.text("name"), it.text("digest/sha256")))
        .collect();
    subjects.sort();
    let paths = ["_type", "predicateType", "predicate/repo/url", "predicate/repo/baseCommit"];
    subjects.extend(paths.iter().map(|path| statement.text(path).to_owned()));
    subjects
}

/// Judges, and holds the verdict to the laws and to the oracle.
fn judged(statement: &[u8], context: &[u8], trust: Trust) -> Verdict {
    let verdict = verify(standard().unwrap(), statement, context, trust);
    let wrong = |why: &str| -> ! {
        panic!(
            "{why}\n{verdict:#?}\nstatement: {}\ncontext: {}",
            String::from_utf8_lossy(statement),
            String::from_utf8_lossy(context)
        )
    };
    let holds = |law: bool, why: &str| {
        if !law {
            wrong(why);
        }
    };
    // The verdict agrees with itself.
    holds(verdict.valid == verdict.failures.is_empty(), "valid, and failures");
    holds(verdict.valid == verdict.failure_codes.is_empty(), "valid, and codes");
    let mut codes: Vec<&str> = verdict.failures.iter().map(|failure| failure.code.as_str()).collect();
    codes.dedup();
    holds(codes == verdict.failure_codes, "the failures are not in the order of the codes");
    let ranks: Option<Vec<usize>> = codes.iter().map(|code| oracle::CODES.iter().position(|it| it == code)).collect();
    holds(ranks.is_some_and(|ranks| ranks.is_sorted_by(|one, next| one < next)), "codes out of order, or unknown");
    for failure in &verdict.failures {
        let said = !failure.code.is_empty() && !failure.message.is_empty() && !failure.help.is_empty();
        // What is expected is told wherever somebody knows it: of the standard policy, everywhere.
        let told = failure.phase != Phase::Policy || failure.code == "policy_eval_error" || failure.expected.is_some();
        holds(told, "a denial that does not say what was expected");
        holds(said && failure.path.starts_with('/'), "a failure without code, message, help or path");
        let short = [Some(&failure.message), failure.found.as_ref(), failure.expected.as_ref()];
        holds(short.iter().flatten().all(|text| text.chars().count() <= 600), "foreign text without end");
    }
    // One phase speaks, the rest is silent.
    let phase = verdict.failures.first().map(|failure| failure.phase);
    holds(verdict.failures.iter().all(|failure| Some(failure.phase) == phase), "two phases speak");
    // What the contract's tables say of the two documents.
    let read = tree::read(statement);
    let unreadable = oracle::unreadable(read.as_ref());
    if phase == Some(Phase::Statement) {
        holds(verdict.level.is_none(), "a level of what cannot be read");
        return verdict;
    }
    let Some(read) = read.filter(|_| unreadable.is_none()) else { wrong(unreadable.unwrap_or_default()) };
    let routing = oracle::routing(&read);
    if phase == Some(Phase::Routing) || !routing.is_empty() {
        holds(codes == routing, &format!("routing: {routing:?}"));
        return verdict;
    }
    let theirs = tree::read(context);
    let mut faults = oracle::predicate_faults(&read);
    faults.extend(oracle::context_faults(theirs.as_ref()));
    if matches!(phase, Some(Phase::Schema | Phase::Rules)) {
        holds(codes == ["schema_invalid"], "a shape with another code");
        holds(!faults.is_empty(), "refused for its shape, which is right");
        return verdict;
    }
    holds(faults.is_empty(), &format!("accepted in its shape, which is wrong: {faults:?}"));
    let expected = oracle::policy(&read, &theirs.unwrap_or(Tree::Null), trust != Trust::None);
    holds(codes == expected, &format!("the tables say {expected:?}"));
    holds(verdict.level.as_deref() == Some(read.text("predicate/verificationLevel")), "another level");
    verdict
}

/// Letters that look like others, or like nothing.
fn twin(letter: char) -> &'static str {
    match letter {
        'a' => "а",
        'c' => "с",
        'e' => "е",
        'o' => "о",
        'p' => "р",
        'i' => "і",
        's' => "ѕ",
        'v' => "ν",
        '/' => "⁄",
        ':' => "꞉",
        '.' => "․",
        '-' => "‐",
        '0' => "٠",
        '1' => "１",
        'Z' => "Ｚ",
        'T' => "Т",
        'm' => "m\u{301}",
        'r' => "r\u{200b}",
        't' => "\u{202e}t",
        'g' => "\u{0}g",
        'h' => "h\n",
        _ => "\u{feff}",
    }
}

fn twisted(text: &str, random: &mut Random) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = random.below(letters.len() + 1);
    let (before, after) = letters.split_at(at);
    let (before, after): (String, String) = (before.iter().collect(), after.iter().collect());
    let first = after.chars().next();
    let rest: String = after.chars().skip(1).collect();
    match random.below(9) {
        0 | 1 => format!("{before}{}{rest}", first.map_or("\u{feff}", twin)),
        2 => format!("{before}{rest}"),
        3 => format!(
            "{before}{}{rest}",
            first.map_or(' ', |it| if it.is_uppercase() { it.to_ascii_lowercase() } else { it.to_ascii_uppercase() })
        ),
        4 => format!("{before}{}{after}", ['a', '0', ' ', '@', '/', '\n', 'f', '9'][random.below(8)]),
        5 => text.to_uppercase(),
        6 => format!("{text}{text}"),
        7 => text.repeat(1 + random.below(40)),
        _ => before,
    }
}

const NUMBERS: [&str; 20] = [
    "0",
    "-0",
    "1",
    "-1",
    "17",
    "18",
    "1.0",
    "17.0",
    "1e0",
    "1.7e1",
    "0.5",
    "1e400",
    "-1e-400",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "86400",
    "86399",
    "4294967296",
    "1E+2",
];

const WORDS: [&str; 21] = [
    "",
    "none",
    "evidence-grade",
    "policy-grade",
    "high-assurance",
    "transparency-log",
    "public",
    "local-only",
    "v0",
    "v1",
    "2026-10-01T08:00:00.0000000001Z",
    "2026-02-29T08:00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-10-01T08:05:00.5Z",
    "2026-04-27T09:16:41.999999999999Z",
    "artifact://u:p@host/x",
    "artifact:///x",
    "oci://host/x@sha256:00",
    "s3://b?x@y",
    "https://u@git.example/acme",
];

/// One change of the structure; `words` are values of all documents.
fn change_tree(tree: &mut Tree, words: &[Tree], random: &mut Random) {
    let at = random.below(tree.size());
    let word = words[random.below(words.len())].clone();
    if random.below(8) == 0 {
        // Two values change places.
        let other = random.below(tree.size());
        let (one, two) = (tree.nth(at).cloned(), tree.nth(other).cloned());
        if let (Some(one), Some(two)) = (one, two) {
            *tree.nth(at).unwrap() = two;
            if let Some(place) = tree.nth(other) {
                *place = one;
            }
        }
        return;
    }
    let Some(place) = tree.nth(at) else { return };
    match (random.below(6), &mut *place) {
        (0, Tree::Object(members)) if !members.is_empty() => drop(members.remove(random.below(members.len()))),
        (0, Tree::List(items)) if !items.is_empty() => drop(items.remove(random.below(items.len()))),
        (1, Tree::Object(members)) if !members.is_empty() => {
            let mut copy = members[random.below(members.len())].clone();
            if random.below(2) == 0 {
                copy.1 = word;
            }
            members.insert(random.below(members.len() + 1), copy);
        }
        (1, Tree::List(items)) if !items.is_empty() => {
            let copy = items[random.below(items.len())].clone();
            items.insert(random.below(items.len() + 1), copy);
        }
        (2, Tree::Object(members)) if !members.is_empty() => {
            let member = random.below(members.len());
            members[member].0 = twisted(&members[member].0, random);
        }
        (_, Tree::Text(text)) if random.below(3) > 0 => *text = twisted(text, random),
        (_, Tree::Number(letters)) => NUMBERS[random.below(NUMBERS.len())].clone_into(letters),
        (3, place) => {
            let deep = 1 + random.below(3) * random.below(90);
            for _ in 0..deep {
                let inner = std::mem::replace(place, Tree::Null);
                *place = if random.below(2) == 0 {
                    Tree::List(vec![inner])
                } else {
                    Tree::Object(vec![("x".to_owned(), inner)])
                };
            }
        }
        (4, place) => {
            *place = match random.below(6) {
                0 => Tree::Null,
                1 => Tree::Bool(random.below(2) == 0),
                2 => Tree::Number(NUMBERS[random.below(NUMBERS.len())].to_owned()),
                3 => Tree::List(Vec::new()),
                4 => Tree::Object(Vec::new()),
                _ => Tree::Text(WORDS[random.below(WORDS.len())].to_owned()),
            }
        }
        (_, place) => *place = word,
    }
}

/// Everything that stands anywhere, each once.
fn vocabulary(trees: &[(Tree, Tree)]) -> Vec<Tree> {
    let mut words: Vec<Tree> = WORDS.iter().map(|word| Tree::Text((*word).to_owned())).collect();
    for tree in trees.iter().flat_map(|(statement, context)| [statement, context]) {
        let mut tree = tree.clone();
        for at in 0..tree.size() {
            let value = tree.nth(at).unwrap().clone();
            if value.size() < 20 && !words.contains(&value) {
                words.push(value);
            }
        }
    }
    words
}

/// Changes bytes or structure, a few times.
fn changed(tree: &Tree, bytes: &[u8], words: &[Tree], random: &mut Random) -> Vec<u8> {
    let times = 1 + random.below(3);
    if random.below(4) == 0 {
        let mut bytes = bytes.to_vec();
        (0..times).for_each(|_| {
            if !bytes.is_empty() {
                change_bytes(&mut bytes, random);
            }
        });
        return bytes;
    }
    let mut tree = tree.clone();
    (0..times).for_each(|_| change_tree(&mut tree, words, random));
    let mut out = String::new();
    tree.write(random.below(16) == 0, &mut out);
    out.into_bytes()
}

/// Where a verdict came from.
fn origin(verdict: &Verdict) -> &'static str {
    verdict.failures.first().map_or("valid", |failure| failure.phase.name())
}

#[test]
fn changes_at_random_give_what_the_tables_say() {
    let many = number("ATTEST_MUTATIONS", 80);
    let subjects = subjects();
    let trees: Vec<(Tree, Tree)> =
        subjects.iter().map(|it| (tree::read(&it.statement).unwrap(), tree::read(&it.context).unwrap())).collect();
    let words = vocabulary(&trees);
    let counts: Vec<BTreeMap<&'static str, u64>> = subjects
        .par_iter()
        .zip(&trees)
        .enumerate()
        .map(|(index, (subject, (statement_tree, context_tree)))| {
            let mut random = Random::seeded(u64::try_from(index).unwrap() + 1);
            let mut counts = BTreeMap::new();
            let began = std::time::Instant::now();
            let before = judged(&subject.statement, &subject.context, Trust::Context);
            for round in 0..many {
                let which = random.below(16);
                let statement = if which < 14 {
                    changed(statement_tree, &subject.statement, &words, &mut random)
                } else {
                    subject.statement.clone()
                };
                let context = if which > 11 {
                    changed(context_tree, &subject.context, &words, &mut random)
                } else {
                    subject.context.clone()
                };
                let trust = [Trust::Context, Trust::Context, Trust::Signature, Trust::None][random.below(4)];
                let verdict = judged(&statement, &context, trust);
                if verdict.valid && context == subject.context && before.valid {
                    let now = tree::read(&statement).unwrap();
                    assert_eq!(compared(&now), compared(statement_tree), "{}: {now:?}", subject.name);
                }
                if round % 16 == 0 {
                    assert_eq!(judged(&statement, &context, trust), verdict, "{}: twice", subject.name);
                }
                *counts.entry(origin(&verdict)).or_default() += 1;
            }
            println!("{}: {many} changes, {:.0?}: {counts:?}", subject.name, began.elapsed());
            counts
        })
        .collect();
    let mut total: BTreeMap<&str, u64> = BTreeMap::new();
    for (origin, count) in counts.iter().flatten() {
        *total.entry(origin).or_default() += count;
    }
    println!("{many} changes of each of {} documents: {total:?}", subjects.len());
    // With three documents and few changes some phase may be missed by chance.
    for origin in ["valid", "statement", "routing", "schema", "rules", "policy"] {
        assert!(total.contains_key(origin) || subjects.len() < 10, "no change led to `{origin}`: {total:?}");
    }
}

/// Each place of each document, on its own.
#[test]
fn every_changed_place_gives_what_the_tables_say() {
    let subjects = subjects();
    let few = subjects.iter().filter(|it| !it.name.starts_with("invalid-") || number("ATTEST_MUTATIONS", 0) > 0);
    let tried: usize = few
        .collect::<Vec<_>>()
        .par_iter()
        .map(|subject| {
            let parsed = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
            let statements = changes(&parsed(&subject.statement));
            let contexts = changes(&parsed(&subject.context));
            for (_, changed) in &statements {
                judged(changed.to_string().as_bytes(), &subject.context, Trust::Context);
            }
            for (_, changed) in &contexts {
                judged(&subject.statement, changed.to_string().as_bytes(), Trust::Context);
            }
            statements.len() + contexts.len()
        })
        .sum();
    assert!(tried > 1_000, "{tried}");
}

/// The oracle finds what it is there for: a verdict that says yes to each of these would be caught.
#[test]
fn the_tables_know_the_golden_verdicts() {
    for subject in subjects() {
        let verdict = judged(&subject.statement, &subject.context, Trust::Context);
        assert_eq!(verdict.valid, !subject.name.starts_with("invalid-"), "{}", subject.name);
    }
}

/// A signed statement about a run: whatever is changed in the bundle, what is verified is what was signed.
#[test]
fn no_changed_run_is_verified() {
    let many = number("ATTEST_MUTATIONS", 300);
    let file = |name: &str| std::fs::read(tests().join("attestation").join(name)).unwrap();
    let subjects = subjects();
    for (name, key) in [("policy", "p256"), ("evidence", "ed25519")] {
        let subject = subjects.iter().find(|it| it.name == name).unwrap();
        let signing = SigningKey::from_pem(&file(&format!("keys/{key}.pem")), None).unwrap();
        let trust = signatures::Trust::default().with_key(&file(&format!("keys/{key}.pub"))).unwrap();
        let verified = |document: &[u8]| {
            let verification = signatures::verify(&signatures::Request {
                document,
                artifacts: &[],
                subjects_open: true,
                trust: &trust,
                pins: &Pins::default(),
                predicate_type: None,
                only_subject: false,
            });
            let is_verified = verification.verdict == signatures::Verdict::Verified;
            assert_eq!(is_verified, verification.payload.is_some());
            verification.payload
        };
        let bundle = sign(&subject.statement, &signing, Form::Bundle).unwrap().into_bytes();
        assert_eq!(verified(&bundle), Some(subject.statement.clone()));
        let judged = judged(&subject.statement, &subject.context, Trust::Signature);
        assert!(judged.valid && judged.trust == Trust::Signature);
        let parsed: Value = serde_json::from_slice(&bundle).unwrap();
        for (pointer, changed) in changes(&parsed) {
            if let Some(payload) = verified(changed.to_string().as_bytes()) {
                assert_eq!(payload, subject.statement, "{pointer}");
            }
        }
        // The payload itself, in any way that chance finds, back in its envelope.
        let tree = tree::read(&subject.statement).unwrap();
        let words = vocabulary(&[(tree.clone(), tree::read(&subject.context).unwrap())]);
        let mut random = Random::seeded(77);
        for _ in 0..many {
            let payload = changed(&tree, &subject.statement, &words, &mut random);
            let mut copy = parsed.clone();
            *copy.pointer_mut("/dsseEnvelope/payload").unwrap() =
                json!(base64::engine::general_purpose::STANDARD.encode(&payload));
            let accepted = verified(copy.to_string().as_bytes());
            assert!(accepted.is_none() || payload == subject.statement, "{}", String::from_utf8_lossy(&payload));
            let mut bytes = bundle.clone();
            change_bytes(&mut bytes, &mut random);
            assert!(verified(&bytes).is_none_or(|payload| payload == subject.statement));
        }
    }
}
