//! Tier 2 on paper: how questions are put into words (`prompts/`, `ATTEST_BLESS=1` rewrites the texts), what is read as an
//! answer (`answers/`), what votes come to (`opinions.cases.json`), and code that attacks whoever judges it (`injection/`).
#![expect(clippy::disallowed_methods, reason = "the cases are files")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a failure here is a failed test"
)]

#[path = "judge/cases.rs"]
mod cases;
#[path = "judge/hostile.rs"]
mod hostile;
#[path = "judge/reader.rs"]
mod reader;

use std::collections::BTreeSet;

use attest::judge::answer::{self, Answer, Reason, Vote};
use attest::judge::machine::{self, Ballot, Verdict};
use attest::judge::opinion::{Panel, VoteWord};
use attest::judge::prompt;
use attest::judge::question::evidence_digest;
use attest::judge::transcript::Judge;
use cases::{Patch, base, files, load, patched};
use serde::Deserialize;
use serde_json::{Value, json};

fn is_blessing() -> bool {
    std::env::var_os("ATTEST_BLESS").is_some()
}

#[test]
fn questions_are_put_into_words() {
    let mut wrong = Vec::new();
    let mut compare = |path: &std::path::Path, text: &str| {
        if is_blessing() {
            std::fs::write(path, text).unwrap();
        } else if std::fs::read_to_string(path).unwrap_or_default() != text {
            wrong.push(format!("{} differs. Now:\n{text}", path.display()));
        }
    };
    let mut kinds = BTreeSet::new();
    for path in files("prompts", "json") {
        let question = patched(&load::<Patch>(&path));
        let shown = prompt::shown(&question);
        compare(&path.with_extension("txt"), &shown.user);
        compare(&path.with_file_name("instructions.txt"), &shown.system);
        assert_eq!(
            reader::read(&shown.user, prompt::PLACEHOLDER).as_ref(),
            Ok(&reader::as_shown(&question)),
            "{path:?}"
        );
        kinds.extend(question.exhibits.iter().map(|exhibit| exhibit.kind));
    }
    assert!(wrong.is_empty(), "ATTEST_BLESS=1 rewrites:\n{}", wrong.join("\n"));
    assert_eq!(kinds.len(), 6, "each kind of exhibit has its case");
}

#[test]
fn the_instructions_name_the_limits_and_the_words_of_the_schema() {
    let system = prompt::shown(&base()).system;
    assert!(system.contains(&format!("at most {} characters", answer::MESSAGE_CHARACTERS)));
    assert!(system.contains(&format!("at most {},", answer::CITATIONS)));
    for word in Answer::ALL.map(Answer::name).iter().chain(&Reason::ALL.map(Reason::name)) {
        assert!(system.contains(&format!("`{word}`")), "{word}");
        assert_eq!(system.matches("{token}").count(), 0);
    }
    for word in Answer::ALL {
        assert_eq!(serde_json::to_value(word).unwrap(), json!(word.name()));
    }
    for word in Reason::ALL {
        assert_eq!(serde_json::to_value(word).unwrap(), json!(word.name()));
    }
}

#[test]
fn the_digest_is_of_what_is_shown_and_of_nothing_else() {
    let question = base();
    let same = [json!({"id": "another/id"}), json!({"check": "another"}), json!({"expression": "sha256:1"})];
    for patch in same {
        assert_eq!(prompt::digest(&patched(&Patch::of(&patch))), prompt::digest(&question), "{patch}");
    }
    let mut moved = question.clone();
    moved.exhibits[0].first_line += 7;
    assert_eq!(prompt::digest(&moved), prompt::digest(&question));
    assert_eq!(evidence_digest(&moved).unwrap(), evidence_digest(&question).unwrap());
    let others = [
        json!({"subject": "control"}),
        json!({"control": null}),
        json!({"claim": "function_exists()"}),
        json!({"meaning": null}),
        json!({"ask": "Really?"}),
        json!({"finding": ""}),
        json!({"confirmed": false}),
        json!({"exhibits": []}),
        json!({"omitted": []}),
    ];
    for patch in others {
        assert_ne!(prompt::digest(&patched(&Patch::of(&patch))), prompt::digest(&question), "{patch}");
    }
}

#[test]
fn a_prompt_that_is_too_large_is_refused_before_it_is_built() {
    let size = prompt::fits(&base()).unwrap();
    let shown = prompt::shown(&base());
    assert_eq!(size, shown.system.len() + shown.user.len());
    for field in ["ask", "finding", "claim", "meaning"] {
        let question = patched(&Patch::of(&json!({field: "x".repeat(prompt::PROMPT_BYTES)})));
        let error = prompt::compose(&question, &attest::base::system::MemorySystem::new()).unwrap_err().to_string();
        assert!(error.starts_with("the question is too large: 2"), "{error}");
    }
    // What counts is the text as it is written out.
    let question = patched(&Patch::of(&json!({"ask": "\u{0}".repeat(prompt::PROMPT_BYTES / 10)})));
    assert!(prompt::fits(&question).is_ok());
    let question = patched(&Patch::of(&json!({"ask": "\u{0}".repeat(prompt::PROMPT_BYTES / 8)})));
    assert!(prompt::fits(&question).is_err());
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerCase {
    /// What the case shows.
    note: String,
    /// The question, where it is not the base.
    #[serde(default)]
    question: Patch,
    /// The answer's bytes.
    text: Option<String>,
    /// Or the answer as JSON.
    reply: Option<Value>,
    /// Or a text that is repeated.
    repeat: Option<(String, usize)>,
    /// The ballot.
    vote: String,
    /// A part of the problem.
    #[serde(default)]
    says: String,
    /// Of a valid instance of the schema that is no answer: that it is one.
    #[serde(default)]
    fits_schema: bool,
}

/// A ballot's word.
fn word(ballot: Ballot) -> &'static str {
    match ballot {
        Ballot::Holds => "holds",
        Ballot::Fails => "fails",
        Ballot::Injection => "injection",
        Ballot::CannotTell => "cannot_tell",
        Ballot::Invalid => "invalid",
    }
}

/// The JSON in an answer, in a whole fence or in none.
fn instance(text: &str) -> Option<Value> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    let fences = ["```json\n", "```json\r\n", "```\n"];
    let inside = fences.iter().find_map(|fence| text.strip_prefix(fence)?.strip_suffix("```")).unwrap_or(text);
    serde_json::from_str(inside).ok()
}

#[test]
fn answers_are_read_by_the_rules() {
    let validator = jsonschema::validator_for(&answer::schema()).unwrap();
    let (mut count, mut wrong) = (0, Vec::new());
    for path in files("answers", "json") {
        for case in load::<Vec<AnswerCase>>(&path) {
            let text = match (&case.text, &case.reply, &case.repeat) {
                (Some(text), None, None) => text.clone(),
                (None, Some(reply), None) => reply.to_string(),
                (None, None, Some((piece, times))) => piece.repeat(*times),
                _ => panic!("{}: one answer is wanted", case.note),
            };
            let vote = answer::read(&text, &patched(&case.question));
            let mut fault = |words: &str| wrong.push(format!("{}: {words}: {vote:?}", case.note));
            count += 1;
            if word(vote.ballot) != case.vote || !vote.problem.contains(&case.says) {
                fault("another vote");
            }
            if (vote.ballot == Ballot::Invalid) == vote.problem.is_empty() {
                fault("a problem is what an invalid vote has");
            }
            if vote.problem.chars().count() > 300 || vote.problem.contains("u32") || vote.problem.contains("struct ") {
                fault("the problem is not in plain words");
            }
            let fits = instance(&text).is_some_and(|instance| validator.is_valid(&instance));
            if vote.reply.is_some() && !fits {
                fault("what is read is not of the schema");
            }
            if vote.ballot == Ballot::Invalid && fits != case.fits_schema {
                fault("the schema says otherwise");
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 60, "{count} cases");
}

#[test]
fn the_schema_keeps_to_what_every_strict_mode_takes() {
    fn look(value: &Value, path: &str) {
        const WORDS: &[&str] = &[
            "title",
            "description",
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "anyOf",
        ];
        let Some(object) = value.as_object() else { return };
        for (key, inner) in object {
            assert!(WORDS.contains(&key.as_str()), "{path}: `{key}`");
            match key.as_str() {
                "properties" => {
                    inner.as_object().unwrap().iter().for_each(|(name, inner)| look(inner, &format!("{path}.{name}")));
                }
                "items" => look(inner, &format!("{path}[]")),
                "anyOf" => inner.as_array().unwrap().iter().for_each(|inner| look(inner, path)),
                _ => {}
            }
        }
        if object.get("type") == Some(&json!("object")) {
            let names: BTreeSet<&str> = object["properties"].as_object().unwrap().keys().map(String::as_str).collect();
            let required: BTreeSet<&str> =
                object["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert_eq!(names, required, "{path}");
            assert_eq!(object["additionalProperties"], json!(false), "{path}");
        }
    }
    look(&answer::schema(), "answer");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpinionCase {
    /// What the case shows.
    note: String,
    /// How many votes were wanted.
    wanted: usize,
    /// The answers that came; a text is one as it stands.
    answers: Vec<Value>,
    /// Why others did not.
    missing: Option<String>,
    /// The verdict, where it is not the machine's.
    claimed: Option<String>,
    /// The opinion: verdict, answer, reason, cited lines, votes, message.
    want: Value,
}

#[test]
fn votes_become_an_opinion() {
    let question = base();
    let judge = Judge { provider: "command".into(), model: "m".into(), endpoint: None };
    let mut wrong = Vec::new();
    for case in load::<Vec<OpinionCase>>(&cases::root().join("opinions.cases.json")) {
        let votes: Vec<Vote> = case
            .answers
            .iter()
            .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            .map(|text| answer::read(&text, &question))
            .collect();
        let ballots: Vec<Ballot> = votes.iter().map(|vote| vote.ballot).collect();
        let verdict = match case.claimed.as_deref() {
            None => machine::count(&ballots, case.wanted),
            Some("pass") => Verdict::Pass,
            Some(other) => panic!("{other}"),
        };
        let panel = Panel {
            verdict,
            votes: &votes,
            wanted: case.wanted,
            missing: case.missing.as_deref(),
            question: &question,
            judge: &judge,
            evidence_digest: "sha256:0",
            cached: true,
        };
        let opinion = panel.opinion();
        assert_eq!((&opinion.judge, opinion.cached, opinion.evidence_digest.as_str()), (&judge, true, "sha256:0"));
        if opinion.verdict == Verdict::Pass {
            assert!(opinion.votes.len() >= case.wanted && opinion.votes.iter().all(|vote| *vote == VoteWord::Holds));
        }
        let cited: Vec<String> = opinion.cited.iter().map(|place| format!("{}:{}", place.path, place.line)).collect();
        let made = json!({
            "verdict": format!("{:?}", opinion.verdict).to_lowercase(),
            "answer": opinion.answer,
            "reason": opinion.reason,
            "cited": cited,
            "votes": opinion.votes,
            "message": opinion.message,
        });
        if made != case.want {
            wrong.push(format!("{}: {made:#}", case.note));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
