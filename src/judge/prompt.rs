//! A question in words: fixed instructions, then each part as data inside a boundary whose token is new for each call. Does
//! not know who reads it.

use std::fmt::Write as _;

use super::question::{Exhibit, ExhibitKind, Question, Subject};
use crate::base::digest::{self, Digest};

/// The version of the instructions and of the way questions are put into words; a change makes every recorded answer stale.
pub const VERSION: u32 = 1;

/// The fixed instructions.
const INSTRUCTIONS: &str = include_str!("instructions.txt");
/// What stands in place of the token where a prompt is digested or shown.
const PLACEHOLDER: &str = "TOKEN";

/// What marks the boundary around data: nobody who wrote the data can have known it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token of random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(random.iter().fold(String::with_capacity(32), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    /// As it stands in the boundary.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A prompt for one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The instructions.
    pub system: String,
    /// The question.
    pub user: String,
}

impl Prompt {
    /// How many tokens it is, estimated from above for code: providers count differently, and say so afterwards.
    pub fn tokens(&self) -> u64 {
        u64::try_from(self.system.len().saturating_add(self.user.len()).div_ceil(3)).unwrap_or(u64::MAX)
    }
}

/// Whether a token occurs in what a question holds: then another one must be drawn.
pub fn occurs(token: &Token, question: &Question) -> bool {
    render_with("", question).user.contains(token.as_str())
}

/// The prompt of a question for one call.
pub fn render(question: &Question, token: &Token) -> Prompt {
    render_with(token.as_str(), question)
}

/// The prompt as people and digests see it: the same bytes, with a word in place of the token.
pub fn shown(question: &Question) -> Prompt {
    render_with(PLACEHOLDER, question)
}

/// SHA-256 of a prompt's bytes without its token.
pub fn digest(question: &Question) -> Digest {
    let prompt = shown(question);
    digest::sha256(format!("{}\n{}\0{}", VERSION, prompt.system, prompt.user).as_bytes())
}

fn render_with(token: &str, question: &Question) -> Prompt {
    let mut page = Page { token, text: String::new() };
    if let Some(control) = &question.control {
        let mut text = control.title.to_string();
        if let Some(doc) = &control.doc {
            let _ = write!(text, "\n\n{doc}");
        }
        if !control.facets.is_empty() {
            let _ = write!(text, "\n\nFacets: {}", control.facets.join(", "));
        }
        page.section("control", &text);
    }
    let mut claim = question.claim.to_string();
    if let Some(meaning) = &question.meaning {
        let _ = write!(claim, "\n\n{meaning}");
    }
    page.section(if question.subject == Subject::Control { "assertions" } else { "assertion" }, &claim);
    page.section("finding", &question.finding);
    page.section("question", &question.ask);
    for (index, exhibit) in question.exhibits.iter().enumerate() {
        page.exhibit(index, exhibit);
    }
    if !question.omitted.is_empty() {
        let list: Vec<String> =
            question.omitted.iter().map(|omission| format!("{} ({} bytes)", omission.what, omission.bytes)).collect();
        page.section("not shown, for it would not fit", &list.join("\n"));
    }
    let system = INSTRUCTIONS.replace("{token}", token);
    Prompt { system, user: page.text }
}

struct Page<'t> {
    token: &'t str,
    text: String,
}

impl Page<'_> {
    fn section(&mut self, name: &str, text: &str) {
        let numbered: Vec<&str> = text.split('\n').collect();
        self.open(name);
        for line in numbered {
            let _ = writeln!(self.text, "| {}", visible(line));
        }
        self.close(name);
    }

    fn exhibit(&mut self, index: usize, exhibit: &Exhibit) {
        let name = format!("exhibit {}", Exhibit::label(index));
        self.open(&name);
        let kind = match exhibit.kind {
            ExhibitKind::Definition => "the definition that matched",
            ExhibitKind::Lines => "lines around what matched",
            ExhibitKind::File => "a whole file",
            ExhibitKind::Caller => "a definition that calls it",
            ExhibitKind::Test => "a test of it",
            ExhibitKind::Assertion => "an assertion and what was said of it",
        };
        let _ = writeln!(self.text, "kind: {kind}");
        let _ = writeln!(self.text, "path: {}", visible(&exhibit.path));
        if let Some(name) = &exhibit.name {
            let _ = writeln!(self.text, "name: {}", visible(name));
        }
        for point in &exhibit.points {
            let _ = writeln!(self.text, "matched: line {}: {}", point.line, visible(&point.message));
        }
        for (number, line) in (1_u32..).zip(exhibit.text.lines()) {
            let _ = writeln!(self.text, "{number:>5} | {}", visible(line));
        }
        self.close(&name);
    }

    fn open(&mut self, name: &str) {
        let _ = writeln!(self.text, "<<<{} begin {name}>>>", self.token);
    }

    fn close(&mut self, name: &str) {
        let _ = writeln!(self.text, "<<<{} end {name}>>>", self.token);
    }
}

/// A line with nothing hidden in it: control characters, invisible and direction-changing ones are written out.
fn visible(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.chars() {
        if character == '\t' || !(character.is_control() || is_invisible(character)) {
            out.push(character);
        } else {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
    }
    out
}

/// Characters that show nothing or change what stands around them.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}
