//! Any text as an answer, and as every part of a question: what is read is a vote by the rules, and a prompt can be read back.
#![no_main]

#[path = "../../tests/judge/reader.rs"]
mod reader;

use attest::judge::answer::{self, Answer};
use attest::judge::machine::Ballot;
use attest::judge::prompt::{self, PLACEHOLDER};
use attest::judge::question::{Exhibit, ExhibitKind, Omission, Point, Question, Statement, Subject};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str, &str, &str, &str)| {
    let (flags, answer, words, names, text) = input;
    let flag = |bit: u8| flags & (1 << bit) != 0;
    let control = Statement {
        title: names.into(),
        doc: flag(0).then(|| words.into()),
        facets: names.split('/').map(Into::into).collect(),
    };
    let exhibit = Exhibit {
        kind: if flag(1) { ExhibitKind::Definition } else { ExhibitKind::Test },
        path: names.into(),
        name: flag(2).then(|| words.to_owned()),
        first_line: 1,
        text: text.to_owned(),
        points: vec![Point { line: u32::from(flags), message: words.to_owned() }],
    };
    let question = Question {
        id: "fuzz".into(),
        subject: if flag(3) { Subject::Control } else { Subject::Assertion },
        check: None,
        control: flag(4).then_some(control),
        claim: words.into(),
        meaning: flag(5).then(|| names.into()),
        ask: text.into(),
        finding: names.to_owned(),
        expression: String::new(),
        exhibits: vec![exhibit],
        omitted: vec![Omission { what: words.to_owned(), bytes: text.len() }],
        confirmed: flag(6),
    };
    let shown = prompt::shown(&question);
    assert_eq!(reader::boundaries(&shown.user, PLACEHOLDER), Ok(reader::expected(&question)));
    assert_eq!(reader::read(&shown.user, PLACEHOLDER), Ok(reader::as_shown(&question)));

    let vote = answer::read(answer, &question);
    assert_eq!(vote.ballot == Ballot::Invalid, !vote.problem.is_empty());
    if vote.ballot == Ballot::Holds {
        let reply = vote.reply.expect("a vote that counts has an answer");
        assert!(reply.answer == Answer::Holds && reply.reason.is_none() && !reply.cited.is_empty());
        let lines = question.exhibits[0].lines();
        assert!(reply.cited.iter().all(|cited| cited.exhibit == "A" && (1..=lines).contains(&cited.line)));
    }
    let echo = answer::read(&shown.user, &question);
    assert_eq!(echo.ballot, Ballot::Invalid);
});
