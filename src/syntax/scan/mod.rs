//! The pre-scan: one linear pass that cuts a source into words, literals, brackets and signs, with every unclosed text,
//! block and comment put to an end at a plausible place. Recovery cuts declarations by these tokens, and the depth of
//! brackets is known before any recursion. Knows no grammar: what may follow what is not decided here.

mod lexer;
mod literal;

use crate::base::span::{SourceId, Span};
use crate::diag::Diagnostic;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A name or a keyword.
    Word,
    /// An integer, decimal, date or duration, without its sign.
    Number,
    /// A text literal of any spelling.
    Text,
    /// A code pattern.
    Code,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// An operator or other sign; of several bytes where they belong together.
    Sign,
}

/// A word, literal, bracket or sign.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// How far its line is indented, in bytes.
    pub indent: u32,
    /// It is the first of its line.
    pub first: bool,
    /// A diagnostic of the scan already says what is wrong with it.
    pub bad: bool,
}

/// One `///` line.
#[derive(Clone, Copy, Debug)]
pub struct DocLine {
    /// The line from its slashes to its last character.
    pub span: Span,
    /// Index of the token that follows it.
    pub before: u32,
}

/// What the scan gives.
#[derive(Debug)]
pub struct Scan {
    /// All tokens in order, comments left out.
    pub tokens: Vec<Token>,
    /// The documentation lines in order.
    pub docs: Vec<DocLine>,
    /// The other comments in order.
    pub comments: Vec<Span>,
    /// What is wrong with the tokens themselves.
    pub diagnostics: Vec<Diagnostic>,
    /// The deepest nesting of brackets, and the bracket that opens it.
    pub deepest: (usize, u32),
}

impl Scan {
    /// Scans a whole source.
    pub fn new(source: SourceId, text: &str) -> Self {
        let scan = lexer::run(source, text, lexer::Trust::Whole);
        // A delimiter that is never closed swallows the rest of the file, or turns text and code around: then
        // multi-line literals are held to end before what looks like the next declaration.
        if scan.open_ended { lexer::run(source, text, lexer::Trust::Wary).scan } else { scan.scan }
    }
}
