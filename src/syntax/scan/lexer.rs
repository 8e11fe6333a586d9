//! The loop of the scan: white space, comments, words, numbers, brackets and signs. Literals with delimiters are next door.

use super::{DocLine, Scan, Token, TokenKind};
use crate::base::span::{SourceId, Span};
use crate::syntax::{diags, words};

/// How far a delimiter is trusted to be closed where it says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// A literal reaches to its closing delimiter wherever that is.
    Whole,
    /// A literal of several lines ends before a line that begins a declaration no deeper than the literal's own line.
    Wary,
}

/// A scan, and whether some delimiter was never closed.
pub(super) struct Run {
    pub(super) scan: Scan,
    pub(super) open_ended: bool,
}

/// Scans `text` once.
pub(super) fn run(source: SourceId, text: &str, trust: Trust) -> Run {
    let mut lexer = Lexer {
        source,
        text,
        at: if text.starts_with('\u{FEFF}') { 3 } else { 0 },
        indent: 0,
        first: true,
        trust,
        open_ended: false,
        tainted: false,
        depth: 0,
        scan: Scan {
            tokens: Vec::with_capacity(text.len() / 6),
            docs: Vec::new(),
            comments: Vec::new(),
            diagnostics: Vec::new(),
            deepest: (0, 0),
        },
    };
    lexer.line_starts();
    while let Some(byte) = lexer.byte(0) {
        // The wary scan starts over.
        if lexer.open_ended && trust == Trust::Whole {
            break;
        }
        lexer.token(byte);
    }
    lexer.bidi();
    Run { scan: lexer.scan, open_ended: lexer.open_ended }
}

/// The state of a scan.
pub(super) struct Lexer<'a> {
    pub(super) source: SourceId,
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) indent: u32,
    pub(super) first: bool,
    pub(super) trust: Trust,
    pub(super) open_ended: bool,
    /// Something invisible stands before the next token.
    tainted: bool,
    depth: usize,
    pub(super) scan: Scan,
}

/// A place as spans hold it; sources are limited to far less than 4 GiB.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Signs of several bytes, longest first; the ones that are no operator are told apart by the recovery.
const SIGNS: [&str; 14] = ["===", "!==", "||", "&&", "==", "!=", "<=", ">=", "<>", "=>", "->", ":=", "**", "::"];

impl<'a> Lexer<'a> {
    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at.saturating_add(ahead)).copied()
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, offset(start), offset(end))
    }

    /// Where the line at `from` ends, its line break (and a carriage return before it) not included.
    pub(super) fn line_end(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest).map_or(self.text.len(), |found| from.saturating_add(found));
        let before = end.checked_sub(1).and_then(|last| self.text.as_bytes().get(last));
        if before == Some(&b'\r') && end > from { end.saturating_sub(1) } else { end }
    }

    /// Called at the start of a line: measures its indentation.
    pub(super) fn line_starts(&mut self) {
        let blanks = self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.indent = offset(blanks);
        self.first = true;
    }

    /// Adds the token `start..self.at`.
    pub(super) fn push(&mut self, kind: TokenKind, start: usize, bad: bool) {
        let bad = bad || std::mem::take(&mut self.tainted);
        let token =
            Token { kind, start: offset(start), end: offset(self.at), indent: self.indent, first: self.first, bad };
        self.scan.tokens.push(token);
        self.first = false;
    }

    fn token(&mut self, byte: u8) {
        let start = self.at;
        match byte {
            b'\n' => {
                self.at = self.at.saturating_add(1);
                self.line_starts();
            }
            b' ' | b'\t' | b'\r' => self.at = self.at.saturating_add(1),
            b'/' if self.byte(1) == Some(b'/') => self.line_comment(),
            b'/' if self.byte(1) == Some(b'*') => self.block_comment(),
            b'r' if self.raw_follows() => self.raw(),
            b'"' if self.rest().starts_with("\"\"\"") => self.block(0, 0),
            b'"' => self.plain(),
            b'`' => self.code(),
            b'\'' => self.single_quoted(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'(' | b'[' | b'{' => {
                self.at = self.at.saturating_add(1);
                self.push(TokenKind::Open, start, false);
                self.depth = self.depth.saturating_add(1);
                if self.depth > self.scan.deepest.0 {
                    self.scan.deepest = (self.depth, offset(start));
                }
            }
            b')' | b']' | b'}' => {
                self.at = self.at.saturating_add(1);
                self.push(TokenKind::Close, start, false);
                self.depth = self.depth.saturating_sub(1);
            }
            b'!'..=b'~' => {
                let rest = self.rest();
                let length = SIGNS.iter().find(|sign| rest.starts_with(**sign)).map_or(1, |sign| sign.len());
                self.at = self.at.saturating_add(length);
                let bad = matches!(byte, b'#' | b'$' | b'@' | b'\\' | b'^' | b'~');
                if bad {
                    let found = diags::foreign_sign(self.span(start, self.at), char::from(byte));
                    self.scan.diagnostics.push(found);
                }
                self.push(TokenKind::Sign, start, bad);
            }
            _ => self.foreign(),
        }
    }

    fn line_comment(&mut self) {
        let start = self.at;
        let end = self.line_end(start);
        let line = self.text.get(start..end).unwrap_or_default();
        if line.starts_with("///") && !line.starts_with("////") {
            let before = offset(self.scan.tokens.len());
            self.scan.docs.push(DocLine { span: self.span(start, end), before });
        } else {
            self.scan.comments.push(self.span(start, end));
        }
        self.at = end;
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let body = start.saturating_add(2);
        let (end, closed) =
            self.extent(body, |text| memchr::memmem::find(text, b"*/").map(|found| found.saturating_add(2)));
        if !closed {
            self.open_ended = true;
            let found = diags::unterminated_comment(self.span(start, body));
            self.scan.diagnostics.push(found);
        }
        self.leave(end);
        self.scan.comments.push(self.span(start, self.at));
    }

    /// Goes to `end`, over line breaks: what follows is judged by the line on which `end` lies.
    pub(super) fn leave(&mut self, end: usize) {
        let passed = self.text.get(self.at..end).unwrap_or_default();
        if let Some(last) = passed.rfind('\n') {
            let line = self.at.saturating_add(last).saturating_add(1);
            self.at = line;
            self.line_starts();
            // Something of the line is already behind: what follows is not its first token.
            self.first = end == line;
        }
        self.at = end;
    }

    /// Where what is open at `body` ends, by `find` (which gives the end of the closing delimiter), and whether it is
    /// closed at all. A wary scan goes line by line, so that no source is searched twice.
    pub(super) fn extent(&self, body: usize, find: impl Fn(&[u8]) -> Option<usize>) -> (usize, bool) {
        let bytes = self.text.as_bytes();
        if self.trust == Trust::Whole {
            let found = find(bytes.get(body..).unwrap_or_default());
            return found.map_or((self.text.len(), false), |found| (body.saturating_add(found), true));
        }
        let mut at = body;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |found| found.saturating_add(1));
            if let Some(found) = find(rest.get(..length).unwrap_or_default()) {
                return (at.saturating_add(found), true);
            }
            at = at.saturating_add(length);
            let line = self.text.get(at..self.line_end(at)).unwrap_or_default();
            let code = line.trim_start_matches([' ', '\t']);
            let indent = offset(line.len().saturating_sub(code.len()));
            if at >= bytes.len() || (indent <= self.indent && words::begins_declaration(code)) {
                return (at, false);
            }
        }
    }

    fn word(&mut self) {
        let start = self.at;
        self.eat_word();
        // A letter from elsewhere glued to a word: the whole is meant as one name.
        if self.rest().chars().next().is_some_and(|next| !next.is_ascii() && next.is_alphanumeric()) {
            self.foreign_word(start);
        } else {
            self.push(TokenKind::Word, start, false);
        }
    }

    fn eat_word(&mut self) {
        while let Some(byte) = self.byte(0) {
            let inner = byte == b'-' && self.byte(1).is_some_and(is_word);
            if !(is_word(byte) || inner) {
                break;
            }
            self.at = self.at.saturating_add(1);
        }
    }

    fn foreign_word(&mut self, start: usize) {
        let length: usize =
            self.rest().chars().take_while(|next| next.is_alphanumeric() || *next == '_').map(char::len_utf8).sum();
        self.at = self.at.saturating_add(length);
        let name = self.text.get(start..self.at).unwrap_or_default();
        let found = diags::foreign_name(self.span(start, self.at), name);
        self.scan.diagnostics.push(found);
        self.push(TokenKind::Word, start, true);
    }

    /// A character beyond ASCII, or a control character, outside of texts and comments.
    fn foreign(&mut self) {
        let start = self.at;
        let Some(found) = self.rest().chars().next() else { return };
        match found {
            '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{00AB}' | '\u{00BB}' | '\u{2018}' | '\u{2019}' | '\u{201A}' => {
                self.smart_quoted();
            }
            _ if found.is_alphanumeric() => self.foreign_word(start),
            _ => {
                self.at = self.at.saturating_add(found.len_utf8());
                // The bidi pass has its own words for these.
                if !is_bidi(found) {
                    let diagnostic = diags::foreign_character(self.span(start, self.at), found);
                    self.scan.diagnostics.push(diagnostic);
                }
                // Look-alikes of white space separate words; anything else stands where a sign would.
                if found.is_whitespace() || is_bidi(found) || is_invisible(found) {
                    self.tainted = true;
                } else {
                    self.push(TokenKind::Sign, start, true);
                }
            }
        }
    }

    fn number(&mut self) {
        let start = self.at;
        let digits = |from: usize| {
            self.text.as_bytes().get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let whole = digits(start);
        let mut end = start.saturating_add(whole);
        let byte = |at: usize| self.text.as_bytes().get(at).copied();
        let dash = |at: usize| byte(at) == Some(b'-');
        let is_date = whole == 4
            && dash(end)
            && digits(end.saturating_add(1)) == 2
            && dash(end.saturating_add(3))
            && digits(end.saturating_add(4)) == 2;
        if is_date {
            end = end.saturating_add(6);
        } else if byte(end) == Some(b'.') && digits(end.saturating_add(1)) > 0 {
            let fraction = digits(end.saturating_add(1));
            end = end.saturating_add(1).saturating_add(fraction);
        }
        let glued: usize = self
            .text
            .get(end..)
            .unwrap_or_default()
            .chars()
            .take_while(|next| next.is_alphanumeric() || *next == '_' || (is_date && *next == ':'))
            .map(char::len_utf8)
            .sum();
        let suffix = self.text.get(end..end.saturating_add(glued)).unwrap_or_default();
        let is_duration =
            !is_date && end == start.saturating_add(whole) && matches!(suffix, "s" | "m" | "h" | "d" | "w");
        self.at = end.saturating_add(glued);
        let bad = !(suffix.is_empty() || is_duration);
        if bad {
            let written = self.text.get(start..self.at).unwrap_or_default();
            let found = diags::malformed_number(self.span(start, self.at), written, is_date);
            self.scan.diagnostics.push(found);
        }
        self.push(TokenKind::Number, start, bad);
    }

    /// Control characters that turn the direction of text hide what a rule says, wherever they stand.
    fn bidi(&mut self) {
        // All of them begin with this byte; few other characters do.
        for at in memchr::memchr_iter(0xE2, self.text.as_bytes()) {
            let Some(found) = self.text.get(at..).and_then(|rest| rest.chars().next()) else { continue };
            if is_bidi(found) {
                let diagnostic = diags::bidi_control(self.span(at, at.saturating_add(found.len_utf8())), found);
                self.scan.diagnostics.push(diagnostic);
            }
        }
    }
}

fn is_bidi(found: char) -> bool {
    matches!(found, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn is_invisible(found: char) -> bool {
    matches!(found, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
}
