//! What a judge is asked, as plain data: the rule's words, Tier 1's finding, and the code, each apart from the other. Does
//! not know how it is put into words or who answers.

use std::sync::Arc;

use serde::Serialize;

/// One question, with everything that its answer may depend on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
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
    /// What Tier 1 said.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// One assertion.
    Assertion,
    /// All assertions of a control: whether together they show what it demands.
    Control,
}

/// What a control demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its title.
    pub title: Arc<str>,
    /// Its documentation.
    pub doc: Option<Arc<str>>,
    /// The facets that the assertion covers; of a control, all of its facets.
    pub facets: Vec<Arc<str>>,
}

/// One piece of evidence: whole lines of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exhibit {
    /// Why it is here.
    pub kind: ExhibitKind,
    /// The file, relative to the target's root.
    pub path: Arc<str>,
    /// What it is, in a few words: ``function `verify_token` ``; of a whole file nothing.
    pub name: Option<String>,
    /// The line of the file (from 1) that its first line is: for people, no part of the prompt or the key.
    pub first_line: u32,
    /// The lines, as they stand; line ends are LF.
    pub text: String,
    /// What Tier 1 points at.
    pub points: Vec<Point>,
}

/// Why a piece of evidence is shown; those of the enum `evidence`, and lines where no definition stands around a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Point {
    /// The line within the exhibit, from 1.
    pub line: u32,
    /// What is there.
    pub message: String,
}

/// Evidence that is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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

    /// How many lines it has.
    pub fn lines(&self) -> u32 {
        u32::try_from(self.text.lines().count()).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exhibits_are_lettered() {
        let labels: Vec<String> = [0, 1, 25, 26, 27, 51, 52, 701, 702].into_iter().map(Exhibit::label).collect();
        assert_eq!(labels, ["A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA"]);
    }
}
