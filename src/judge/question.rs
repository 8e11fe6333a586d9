//! What a judge is asked, as plain data: the words of the rules' author, and apart from them the words of the target. Does
//! not know how it is put into words or who answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::canonical;

/// One question, with everything that its answer may depend on.
///
/// `control`, `claim`, `meaning` and `ask` are the words of the rules' author. `finding`, `exhibits` and `omitted` hold
/// words of the target (names, paths, code), which nobody vouches for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Question {
    /// The assertion's (or control's) id: for people, no part of the prompt or the key.
    pub id: Arc<str>,
    /// What it is about.
    pub subject: Subject,
    /// The check; nothing for an expression of its own.
    pub check: Option<Arc<str>>,
    /// What the control demands; nothing for an assertion of its own.
    pub control: Option<Statement>,
    /// The assertion as its author wrote it, parameters in place.
    pub claim: Arc<str>,
    /// Its documentation: the assertion's, else its check's.
    pub meaning: Option<Arc<str>>,
    /// What its author wants to know, holes filled.
    pub ask: Arc<str>,
    /// What Tier 1 said. It may quote the target: names, paths, values.
    pub finding: String,
    /// The digest of the evaluated expression, `sha256:...`: parameters and scopes are in it, places are not.
    pub expression: String,
    /// What is shown.
    pub exhibits: Vec<Exhibit>,
    /// What belongs to the evidence and is not shown, for it would not fit.
    pub omitted: Vec<Omission>,
    /// Whether Tier 1 saw with its own eyes what the claim speaks of: then nobody can say that it is not there.
    pub confirmed: bool,
}

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// One assertion.
    Assertion,
    /// All assertions of a control: whether together they show what it demands.
    Control,
}

/// What a control demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Its title.
    pub title: Arc<str>,
    /// Its documentation.
    pub doc: Option<Arc<str>>,
    /// The facets that the assertion covers; of a control, all of its facets.
    pub facets: Vec<Arc<str>>,
}

/// One piece of evidence: whole lines of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exhibit {
    /// Why it is here.
    pub kind: ExhibitKind,
    /// The file, relative to the target's root.
    pub path: Arc<str>,
    /// What it is, in a few words: ``function `verify_token` ``; of a whole file nothing.
    pub name: Option<String>,
    /// The line of the file (from 1) that its first line is: for people, no part of the prompt or the key.
    pub first_line: u32,
    /// The lines, as they stand. A line ends with a line feed, the last one may do without; of a file with CRLF whoever
    /// makes the exhibit takes the carriage returns away, or each is shown as a character of its line.
    pub text: String,
    /// What Tier 1 points at.
    pub points: Vec<Point>,
}

/// Why a piece of evidence is shown; those of the enum `evidence`, and lines where no definition stands around a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExhibitKind {
    /// The definition that matched.
    Definition,
    /// Lines around a finding outside of any definition.
    Lines,
    /// A whole file.
    File,
    /// A definition that calls it.
    Caller,
    /// A test of it.
    Test,
    /// What Tier 1 and the judges said of one assertion: the evidence of a second opinion.
    Assertion,
}

/// What Tier 1 points at in an exhibit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// The line within the exhibit, from 1.
    pub line: u32,
    /// What is there.
    pub message: String,
}

/// Evidence that is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Omission {
    /// What it is: ``function `main` in `app/main.py` ``.
    pub what: String,
    /// Its size in bytes.
    pub bytes: usize,
}

impl Exhibit {
    /// How it is called in the prompt and in citations: `A`, `B`, … `Z`, `AA`, …
    pub fn label(index: usize) -> String {
        let (mut rest, mut letters) = (index, Vec::new());
        loop {
            let letter = u8::try_from(rest % 26).unwrap_or(0);
            letters.push(char::from(b'A'.saturating_add(letter)));
            match (rest / 26).checked_sub(1) {
                Some(next) => rest = next,
                None => break,
            }
        }
        letters.iter().rev().collect()
    }

    /// Its lines as they are shown, numbered and cited: what stands between line feeds and nothing else. A line feed at the
    /// end ends the last line and begins none; an empty text has no line.
    pub fn each_line(&self) -> impl Iterator<Item = &str> {
        let body = self.text.strip_suffix('\n').unwrap_or(&self.text);
        (!self.text.is_empty()).then(|| body.split('\n')).into_iter().flatten()
    }

    /// How many lines it has.
    pub fn lines(&self) -> u32 {
        let ended = memchr::memchr_iter(b'\n', self.text.as_bytes()).count();
        u32::try_from(ended.saturating_add(usize::from(self.is_open()))).unwrap_or(u32::MAX)
    }

    /// Whether its last line has no line end.
    pub fn is_open(&self) -> bool {
        !self.text.is_empty() && !self.text.ends_with('\n')
    }
}

/// The digest of what a question shows, `sha256:...`: kind, path, name and text of each exhibit, and what is left out. The
/// line at which an exhibit begins in its file is no part of it.
///
/// # Errors
/// Never for texts; the signature is that of canonical JSON.
pub fn evidence_digest(question: &Question) -> Result<String, serde_json::Error> {
    let exhibits: Vec<serde_json::Value> = question
        .exhibits
        .iter()
        .map(|Exhibit { kind, path, name, text, first_line: _, points: _ }| {
            serde_json::json!({"kind": kind, "path": path, "name": name, "text": text})
        })
        .collect();
    let shown = serde_json::json!({"exhibits": exhibits, "omitted": question.omitted});
    Ok(canonical::digest(&shown)?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exhibit(text: &str) -> Exhibit {
        Exhibit {
            kind: ExhibitKind::Definition,
            path: "a.py".into(),
            name: None,
            first_line: 1,
            text: text.to_owned(),
            points: Vec::new(),
        }
    }

    fn question(exhibit: Exhibit) -> Question {
        Question {
            id: "x".into(),
            subject: Subject::Assertion,
            check: None,
            control: None,
            claim: "c".into(),
            meaning: None,
            ask: "a".into(),
            finding: String::new(),
            expression: String::new(),
            exhibits: vec![exhibit],
            omitted: Vec::new(),
            confirmed: false,
        }
    }

    #[test]
    fn exhibits_are_lettered() {
        let labels: Vec<String> = [0, 1, 25, 26, 27, 51, 52, 701, 702].into_iter().map(Exhibit::label).collect();
        assert_eq!(labels, ["A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]);
    }

    #[test]
    fn only_a_line_feed_ends_a_line() {
        let cases: [(&str, &[&str]); 9] = [
            ("", &[]),
            ("\n", &[""]),
            ("a", &["a"]),
            ("a\n", &["a"]),
            ("a\n\n\n", &["a", "", ""]),
            ("\na", &["", "a"]),
            ("a\r\nb\r\n", &["a\r", "b\r"]),
            ("a\rb\u{85}c\u{b}d\u{c}e", &["a\rb\u{85}c\u{b}d\u{c}e"]),
            ("a\u{2028}b\u{2029}c\n", &["a\u{2028}b\u{2029}c"]),
        ];
        for (text, lines) in cases {
            let exhibit = exhibit(text);
            assert_eq!(exhibit.each_line().collect::<Vec<_>>(), lines, "{text:?}");
            assert_eq!(exhibit.lines() as usize, lines.len(), "{text:?}");
        }
    }

    #[test]
    fn the_digest_of_the_evidence_is_that_of_what_is_shown() {
        let base = evidence_digest(&question(exhibit("a\n"))).unwrap();
        assert!(base.starts_with("sha256:"));
        let same = [
            question(Exhibit { first_line: 90, ..exhibit("a\n") }),
            Question { ask: "other".into(), finding: "other".into(), ..question(exhibit("a\n")) },
        ];
        for question in same {
            assert_eq!(evidence_digest(&question).unwrap(), base);
        }
        let omission = Omission { what: "b".into(), bytes: 1 };
        let others = [
            question(exhibit("a")),
            question(Exhibit { kind: ExhibitKind::Test, ..exhibit("a\n") }),
            question(Exhibit { path: "b.py".into(), ..exhibit("a\n") }),
            question(Exhibit { name: Some(String::new()), ..exhibit("a\n") }),
            Question { omitted: vec![omission], ..question(exhibit("a\n")) },
            Question { exhibits: Vec::new(), ..question(exhibit("a\n")) },
        ];
        for question in others {
            assert_ne!(evidence_digest(&question).unwrap(), base, "{question:?}");
        }
    }
}
