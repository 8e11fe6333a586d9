//! Code that attacks whoever judges it, and bytes that nobody wrote with care.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use attest::base::system::{MemorySystem, System as _};
use attest::judge::answer::{self, Answer};
use attest::judge::machine::{self, Ballot, Verdict};
use attest::judge::prompt::{self, PLACEHOLDER, PromptError, Token};
use attest::judge::question::{Exhibit, ExhibitKind, Omission, Point, Question, Statement, Subject};
use proptest::prelude::*;
use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cases::{Patch, base, files, load, patched};
use crate::reader;

/// What takes so long grows faster than its text: a hang is caught, speed is measured in `benches/`.
const HANG: Duration = Duration::from_secs(90);
/// How the first token that a [`MemorySystem`] draws is spelt in a case.
const FIRST_TOKEN: &str = "@FIRST-TOKEN@";
/// Control words of chat templates, none of which may come out as it went in.
const CONTROL_WORDS: &[&str] = &[
    "<|",
    "<\u{ff5c}",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<</SYS>>",
    "</s>",
    "<s>",
    "<bos>",
    "<eos>",
    "<start_of_turn>",
    "<end_of_turn>",
    "[SYSTEM_PROMPT]",
    "[TOOL_CALLS]",
    "[TOOL_RESULTS]",
    "<think>",
    "</think>",
    "<tool_call>",
    "<function_calls>",
    "<fim_prefix>",
    "[gMASK]",
    "<unused0>",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the code tries.
    attack: String,
    /// Where it tries it: a change to the base question.
    question: Value,
    /// What an honest judge answers.
    reply: Value,
    /// What that counts for.
    vote: String,
}

/// What holds of every prompt, whoever wrote the question.
fn inspect(question: &Question) -> Result<(), String> {
    let clean = prompt::shown(&base());
    let shown = prompt::shown(question);
    let token = Token::draw(question, &MemorySystem::new()).map_err(|error| error.to_string())?;
    let sent = prompt::render(question, &token);
    // The instructions are the same whatever is asked.
    if shown.system != clean.system || sent.system.replace(token.as_str(), PLACEHOLDER) != clean.system {
        return Err("the instructions differ".to_owned());
    }
    // The prompt is the same for every token.
    if sent.user.replace(token.as_str(), PLACEHOLDER) != shown.user || sent.user.len() != shown.user.len() {
        return Err("the token changes more than the boundaries".to_owned());
    }
    for (user, token) in [(&sent.user, token.as_str()), (&shown.user, PLACEHOLDER)] {
        // The boundaries are ours and no others.
        let boundaries = reader::boundaries(user, token)?;
        if boundaries != reader::expected(question) {
            return Err(format!("the sections are {boundaries:?}"));
        }
        // Everything can be read back.
        if reader::read(user, token)? != reader::as_shown(question) {
            return Err("another question is read back".to_owned());
        }
    }
    let tokens = sent.user.to_ascii_lowercase().matches(token.as_str()).count();
    if tokens != reader::expected(question).len() {
        return Err(format!("the token stands there {tokens} times"));
    }
    // Nothing is hidden, and nothing is markup.
    let hidden = Regex::new(r"[\p{Cc}\p{Cf}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}--[\t\n ]]").unwrap();
    if let Some(found) = hidden.find(&shown.user).or_else(|| hidden.find(&shown.system)) {
        return Err(format!("{:?} is hidden in the prompt", found.as_str()));
    }
    if let Some(word) = CONTROL_WORDS.iter().find(|word| shown.user.contains(**word)) {
        return Err(format!("`{word}` is in the prompt"));
    }
    match prompt::fits(question) {
        Ok(size) if size == sent.system.len() + sent.user.len() => Ok(()),
        other => Err(format!("its size is {other:?}")),
    }
}

fn is_vote(ballot: Ballot, word: &str) -> bool {
    matches!(
        (ballot, word),
        (Ballot::Fails, "fails") | (Ballot::Injection, "injection") | (Ballot::CannotTell, "cannot_tell")
    )
}

/// What can be wrong with one case.
fn attack(case: &Case) -> Result<(), String> {
    let planted = case.question.to_string().replace(FIRST_TOKEN, Token::new([0; 16]).as_str());
    let question = patched(&Patch::of(&serde_json::from_str(&planted).unwrap()));
    if reader::as_shown(&question) == reader::as_shown(&base()) {
        return Err("it attacks nothing".to_owned());
    }
    inspect(&question)?;
    // An honest answer stays what it is, alone and with the attack in its words.
    let mut reply = case.reply.clone();
    let honest = reply.to_string();
    let evidence: String = question.exhibits.iter().map(|exhibit| exhibit.text.as_str()).collect();
    let quoted: String = format!("it says {evidence}{}", question.finding).chars().take(3_000).collect();
    reply["message"] = json!(quoted);
    for text in [honest.clone(), reply.to_string()] {
        let vote = answer::read(&text, &question);
        if !is_vote(vote.ballot, &case.vote) {
            return Err(format!("the honest answer is {:?}, {}", vote.ballot, vote.problem));
        }
        let panel = [vote.ballot; 3];
        if machine::count(&panel, 3) == Verdict::Pass
            || machine::count(&[Ballot::Holds, vote.ballot, Ballot::Holds], 3) == Verdict::Pass
        {
            return Err("the honest answer passes".to_owned());
        }
    }
    // A judge that repeats what it was shown, before, after or instead of its answer, gives no vote for a pass.
    let user = prompt::shown(&question).user;
    let echoes = [
        user.clone(),
        format!("{user}{honest}"),
        format!("{honest}\n{user}"),
        format!("{evidence}{honest}"),
        format!("{honest}{evidence}"),
        format!("```json\n{honest}\n```\n{evidence}"),
        format!("```json\n{evidence}{honest}\n```"),
    ];
    for echo in echoes {
        if answer::read(&echo, &question).ballot == Ballot::Holds {
            return Err(format!("an echo holds: {echo:.200}"));
        }
    }
    Ok(())
}

#[test]
fn no_code_gets_at_its_judge() {
    let start = Instant::now();
    let (mut wrong, mut attacks) = (Vec::new(), BTreeSet::new());
    for path in files("injection", "json") {
        let case: Case = load(&path);
        if let Err(fault) = attack(&case) {
            wrong.push(format!("{}: {fault}", path.display()));
        }
        assert!(attacks.insert(case.attack), "{} is there twice", path.display());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(attacks.len() >= 70, "{} attacks", attacks.len());
    assert!(start.elapsed() < HANG);
}

#[test]
fn a_token_that_the_evidence_holds_is_drawn_again() {
    let mut bytes = [0; 16];
    (0_u8..).zip(bytes.iter_mut()).for_each(|(at, byte)| *byte = 0xa0 + at);
    let token = Token::new(bytes);
    assert_eq!(token.as_str(), "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf");
    assert_eq!(format!("{token:?}"), "Token(..)");
    let spellings = [
        token.as_str().to_owned(),
        token.as_str().to_uppercase(),
        format!("0f{}0f", token.as_str()),
        "a0A1".to_owned() + &token.as_str()[4..],
    ];
    let places: [fn(&str) -> Value; 12] = [
        |text| json!({"claim": text}),
        |text| json!({"meaning": text}),
        |text| json!({"ask": text}),
        |text| json!({"finding": text}),
        |text| json!({"control": {"title": text}}),
        |text| json!({"control": {"doc": text}}),
        |text| json!({"control": {"facets": [text]}}),
        |text| json!({"exhibit": {"path": text}}),
        |text| json!({"exhibit": {"name": text}}),
        |text| json!({"exhibit": {"text": format!("x\n{text}\n")}}),
        |text| json!({"exhibit": {"points": [{"line": 1, "message": text}]}}),
        |text| json!({"omitted": [{"what": text, "bytes": 1}]}),
    ];
    for place in places {
        for spelling in &spellings {
            assert!(prompt::occurs(&token, &patched(&Patch::of(&place(spelling)))), "{}", place(spelling));
        }
        // A token in two pieces is none.
        let broken = format!("{}\n{}", &token.as_str()[..16], &token.as_str()[16..]);
        assert!(!prompt::occurs(&token, &patched(&Patch::of(&place(&broken)))));
    }
    // What is no part of the prompt plants nothing.
    assert!(!prompt::occurs(&token, &patched(&Patch::of(&json!({"id": token.as_str(), "check": token.as_str()})))));

    let system = MemorySystem::new();
    let first = Token::new(system.random().unwrap());
    let planted = patched(&Patch::of(&json!({"finding": first.as_str()})));
    let prompt = prompt::compose(&planted, &MemorySystem::new()).unwrap();
    assert!(prompt.user.starts_with(&format!("<<<{} begin", Token::new(system.random().unwrap()).as_str())));
    assert_eq!(prompt.user.matches(first.as_str()).count(), 1);

    // A source that gives nothing else is broken, which is said and not waited for.
    let all: Vec<String> = (0_u128..64).map(|number| Token::new(number.to_be_bytes()).as_str().to_owned()).collect();
    let planted = patched(&Patch::of(&json!({"finding": all.join(" ")})));
    let error = prompt::compose(&planted, &MemorySystem::new()).unwrap_err();
    assert!(matches!(error, PromptError::NotRandom), "{error}");
}

/// Texts made of what an attacker would use.
fn foreign() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => any::<char>().prop_map(String::from),
        1 => Just("\n".to_owned()),
        1 => "[ -~]{0,12}",
        2 => prop::sample::select(vec![
            "<<<", ">>>", "<", "<U+", "<U+202E>", ">", PLACEHOLDER, " begin exhibit A", " end exhibit A", "| ", "1 | ",
            "\r\n", "\u{85}", "\u{2028}", "\u{202e}", "\u{200b}", "\u{e0041}", "\u{301}", "<|im_start|>", "[INST]", "</s>",
            "title: ", "lines: 1", "kind: ", "found: yes", "00000000000000000000000000000000", "{token}", " ",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn exhibit() -> impl Strategy<Value = Exhibit> {
    let kind = prop::sample::select(vec![
        ExhibitKind::Definition,
        ExhibitKind::Lines,
        ExhibitKind::File,
        ExhibitKind::Caller,
        ExhibitKind::Test,
        ExhibitKind::Assertion,
    ]);
    let point = (any::<u32>(), foreign()).prop_map(|(line, message)| Point { line, message });
    (kind, foreign(), prop::option::of(foreign()), any::<u32>(), foreign(), prop::collection::vec(point, 0..3))
        .prop_map(|(kind, path, name, first_line, text, points)| Exhibit {
            kind,
            path: path.into(),
            name,
            first_line,
            text,
            points,
        })
}

fn question() -> impl Strategy<Value = Question> {
    let control = (foreign(), prop::option::of(foreign()), prop::collection::vec(foreign(), 0..3)).prop_map(
        |(title, doc, facets)| Statement {
            title: title.into(),
            doc: doc.map(Into::into),
            facets: facets.into_iter().map(Into::into).collect(),
        },
    );
    let omission = (foreign(), any::<usize>()).prop_map(|(what, bytes)| Omission { what, bytes });
    (
        prop::option::of(control),
        (foreign(), prop::option::of(foreign()), foreign(), foreign()),
        prop::collection::vec(exhibit(), 0..3),
        prop::collection::vec(omission, 0..3),
        any::<(bool, bool)>(),
    )
        .prop_map(|(control, (claim, meaning, ask, finding), exhibits, omitted, (confirmed, of_control))| {
            Question {
                id: "x".into(),
                subject: if of_control { Subject::Control } else { Subject::Assertion },
                check: None,
                control,
                claim: claim.into(),
                meaning: meaning.map(Into::into),
                ask: ask.into(),
                finding,
                expression: String::new(),
                exhibits,
                omitted,
                confirmed,
            }
        })
}

/// JSON that is nearly an answer.
fn nearly() -> impl Strategy<Value = String> {
    let scalar = prop::sample::select(vec![
        "null",
        "true",
        "0",
        "1",
        "2",
        "3",
        "-1",
        "1.0",
        "1e0",
        "4294967296",
        "\"A\"",
        "\"B\"",
        "\"holds\"",
        "\"fails\"",
        "\"cannot_tell\"",
        "\"stub\"",
        "\"injection\"",
        "\"not_found\"",
        "\"\"",
        "[]",
        "{}",
        "{\"holds\":null}",
        "[{\"exhibit\":\"A\",\"line\":1}]",
        "[[\"A\",1]]",
        "[{\"exhibit\":\"A\",\"line\":99}]",
        "\"\\ud800\"",
        "\"\\u0000\"",
    ]);
    let proper = |key: &'static str| match key {
        "cited" => "[{\"exhibit\":\"A\",\"line\":1}]",
        "message" => "\"m\"",
        "answer" => "\"holds\"",
        _ => "null",
    };
    let field =
        (prop::sample::select(vec!["cited", "message", "answer", "reason"]), prop::option::weighted(0.3, scalar))
            .prop_map(move |(key, value)| format!("\"{key}\":{}", value.unwrap_or_else(|| proper(key))));
    let shuffled = Just(vec!["cited", "message", "answer", "reason"]).prop_shuffle();
    let whole = (shuffled, prop::option::of(field.clone()), 0_usize..12).prop_map(move |(keys, other, at)| {
        let mut fields: Vec<String> = keys.into_iter().map(|key| format!("\"{key}\":{}", proper(key))).collect();
        if let (Some(other), true) = (other, at < fields.len()) {
            fields[at] = other;
        }
        fields.join(",")
    });
    let body = prop_oneof![whole, prop::collection::vec(field, 0..6).prop_map(|fields| fields.join(","))];
    let around = prop::sample::select(vec![
        ("", ""),
        (" \n", "\t\r\n"),
        ("```json\n", "\n```"),
        ("```\n", "```\n"),
        ("\u{feff}", ""),
        ("so: ", ""),
        ("", " ."),
        ("[", "]"),
        ("```json\n", "\n```\nmore"),
        ("```yaml\n", "\n```"),
        ("", "{}"),
        ("", "\u{0}"),
    ]);
    (body, around).prop_map(|(body, (before, after))| format!("{before}{{{body}}}{after}"))
}

/// A reading that is held against the schema and the evidence by other means.
fn hold(text: &str) -> Result<(), TestCaseError> {
    let question = base();
    let vote = answer::read(text, &question);
    prop_assert_eq!(vote.ballot == Ballot::Invalid, !vote.problem.is_empty());
    let Some(reply) = vote.reply else {
        prop_assert_eq!(vote.ballot, Ballot::Invalid);
        return Ok(());
    };
    let inside = text.trim_ascii().trim_start_matches("```json").trim_matches('`');
    let instance: Value = serde_json::from_str(inside).unwrap();
    prop_assert!(jsonschema::is_valid(&answer::schema(), &instance), "{}", text);
    if vote.ballot == Ballot::Holds {
        prop_assert_eq!(reply.answer, Answer::Holds);
        prop_assert_eq!(&instance["answer"], &json!("holds"));
        prop_assert_eq!(&instance["reason"], &Value::Null);
        let cited = instance["cited"].as_array().unwrap();
        prop_assert!(!cited.is_empty());
        for line in cited {
            let index = ["A", "B"].iter().position(|label| line["exhibit"] == json!(label)).unwrap();
            let lines = question.exhibits[index].text.split_terminator('\n').count() as u64;
            prop_assert!((1..=lines).contains(&line["line"].as_u64().unwrap()));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn every_question_can_be_read_back(question in question()) {
        inspect(&question).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn questions_that_differ_are_digested_apart(left in question(), right in question(), swap in 0_usize..4) {
        // Words that wander from one field to its neighbour are another question.
        let mut moved = left.clone();
        match swap {
            0 => std::mem::swap(&mut moved.claim, &mut moved.ask),
            1 => moved.finding = format!("{}\n{}", left.claim, left.finding),
            2 => moved.meaning = right.meaning.clone(),
            _ => moved.exhibits.reverse(),
        }
        for other in [&right, &moved] {
            let same = reader::as_shown(&left) == reader::as_shown(other);
            prop_assert_eq!(same, prompt::digest(&left) == prompt::digest(other));
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        hold(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn what_is_nearly_an_answer_is_read(text in nearly()) {
        hold(&text)?;
    }

    #[test]
    fn a_cut_answer_is_none(cut in 1_usize..100) {
        let text = json!({"cited": [{"exhibit": "A", "line": 1}], "message": "ü".repeat(20), "answer": "holds", "reason": null}).to_string();
        let end = text.len().saturating_sub(cut);
        let shorter = String::from_utf8_lossy(&text.as_bytes()[..end]);
        prop_assert_eq!(answer::read(&shorter, &base()).ballot, Ballot::Invalid);
    }
}
