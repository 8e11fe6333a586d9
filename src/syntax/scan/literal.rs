//! Literals with delimiters: texts of every spelling, code patterns, and the quotes that are none of ours.

use super::TokenKind;
use super::lexer::Lexer;
use crate::syntax::diags;

/// Most `#` around a raw text.
const HASHES: usize = 3;

/// Most brackets at the end of an unclosed text's line that are looked at.
const TRAILING: usize = 32;

impl Lexer<'_> {
    /// `r"`, `r#"`: whether a raw text begins here.
    pub(super) fn raw_follows(&self) -> bool {
        let rest = self.rest().as_bytes().get(1..).unwrap_or_default();
        let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
        rest.get(hashes) == Some(&b'"')
    }

    /// A raw text, or a block with hashes.
    pub(super) fn raw(&mut self) {
        let start = self.at;
        let hashes = self.rest().bytes().skip(1).take_while(|byte| *byte == b'#').count();
        let mut bad = false;
        if hashes > HASHES {
            let found = diags::too_many_hashes(self.span(start, start.saturating_add(1).saturating_add(hashes)));
            self.scan.diagnostics.push(found);
            bad = true;
        }
        let quotes = start.saturating_add(1).saturating_add(hashes);
        if self.text.get(quotes..).is_some_and(|rest| rest.starts_with("\"\"\"")) {
            self.block(1, hashes);
            return;
        }
        let body = quotes.saturating_add(1);
        let line = self.text.get(body..self.line_end(start)).unwrap_or_default();
        let mut closing = String::from("\"");
        closing.push_str(&"#".repeat(hashes));
        if let Some(found) = line.find(&closing) {
            self.at = body.saturating_add(found).saturating_add(closing.len());
        } else {
            self.unterminated(start, body, &closing);
            bad = true;
        }
        self.push(TokenKind::Text, start, bad);
    }

    /// `"""`, after `prefix` (`r` or nothing) and `hashes`.
    pub(super) fn block(&mut self, prefix: usize, hashes: usize) {
        let start = self.at;
        let body = start.saturating_add(prefix).saturating_add(hashes).saturating_add(3);
        let mut closing = String::from("\"\"\"");
        closing.push_str(&"#".repeat(hashes));
        self.delimited(start, body, &closing);
    }

    /// A literal of several lines up to `closing`.
    fn delimited(&mut self, start: usize, body: usize, closing: &str) {
        let (first, indent) = (self.first, self.indent);
        let (end, closed) = self.extent(body, |text| {
            memchr::memmem::find(text, closing.as_bytes()).map(|found| found.saturating_add(closing.len()))
        });
        if !closed {
            self.open_ended = true;
            let found = diags::unterminated_block(self.span(start, body), closing);
            self.scan.diagnostics.push(found);
        }
        self.leave(end);
        self.push_from(first, indent, TokenKind::Text, start, !closed);
    }

    /// A token of several lines belongs to the line on which it starts; what follows it, to the line on which it ends.
    fn push_from(&mut self, first: bool, indent: u32, kind: TokenKind, start: usize, bad: bool) {
        let after = (self.first, self.indent);
        (self.first, self.indent) = (first, indent);
        self.push(kind, start, bad);
        (self.first, self.indent) = after;
    }

    /// A code pattern: a backtick inside is doubled.
    pub(super) fn code(&mut self) {
        let start = self.at;
        let (first, indent) = (self.first, self.indent);
        let (end, closed) = self.extent(start.saturating_add(1), |text| {
            let mut from = 0_usize;
            loop {
                let close = from.saturating_add(memchr::memchr(b'`', text.get(from..)?)?);
                if text.get(close.saturating_add(1)) != Some(&b'`') {
                    return Some(close.saturating_add(1));
                }
                from = close.saturating_add(2);
            }
        });
        if !closed {
            self.open_ended = true;
            let diagnostic = diags::unterminated_code(self.span(start, start.saturating_add(1)));
            self.scan.diagnostics.push(diagnostic);
        }
        self.leave(end);
        self.push_from(first, indent, TokenKind::Code, start, !closed);
    }

    /// `"text"`.
    pub(super) fn plain(&mut self) {
        let start = self.at;
        let body = start.saturating_add(1);
        let closed = self.closing_quote(body, b'"');
        if let Some(close) = closed {
            self.at = close.saturating_add(1);
        } else {
            self.unterminated(start, body, "\"");
        }
        self.push(TokenKind::Text, start, closed.is_none());
    }

    /// `'text'`: a text in quotes that the language does not have.
    pub(super) fn single_quoted(&mut self) {
        let start = self.at;
        let body = start.saturating_add(1);
        let closed = self.closing_quote(body, b'\'');
        if let Some(close) = closed {
            self.at = close.saturating_add(1);
            let inner = self.text.get(body..close).unwrap_or_default();
            let found = diags::single_quotes(self.span(start, self.at), inner);
            self.scan.diagnostics.push(found);
        } else {
            self.unterminated(start, body, "'");
        }
        self.push(TokenKind::Text, start, true);
    }

    /// Curly quotes, as word processors write them.
    pub(super) fn smart_quoted(&mut self) {
        let start = self.at;
        let quote = self.rest().chars().next().map_or(0, char::len_utf8);
        let body = start.saturating_add(quote);
        let line = self.text.get(body..self.line_end(start)).unwrap_or_default();
        let is_quote = |c: char| matches!(c, '"' | '\u{2018}'..='\u{201F}' | '\u{00AB}' | '\u{00BB}');
        let (inner, end) = match line.char_indices().find(|(_, c)| is_quote(*c)) {
            Some((found, close)) => {
                (line.get(..found).unwrap_or_default(), body.saturating_add(found).saturating_add(close.len_utf8()))
            }
            None => ("", body),
        };
        self.at = end;
        let found = diags::smart_quotes(self.span(start, end), inner);
        self.scan.diagnostics.push(found);
        self.push(TokenKind::Text, start, true);
    }

    /// The place of the `quote` that ends a text on this line; an escape never ends it.
    fn closing_quote(&self, body: usize, quote: u8) -> Option<usize> {
        let line = self.text.as_bytes().get(body..self.line_end(body)).unwrap_or_default();
        let mut from = 0_usize;
        loop {
            let found = from.saturating_add(memchr::memchr2(quote, b'\\', line.get(from..)?)?);
            if line.get(found) == Some(&quote) {
                return Some(body.saturating_add(found));
            }
            from = found.saturating_add(2);
        }
    }

    /// A text that its line does not close ends before the brackets and commas at the line's end: they are more likely
    /// meant for the code around it, and a lost brace would cost more than this declaration.
    fn unterminated(&mut self, start: usize, body: usize, closing: &str) {
        let end = self.line_end(start);
        let line = self.text.get(body..end).unwrap_or_default();
        let mut kept = line.trim_end_matches([' ', '\t', ')', ']', '}', '{', ',']);
        if line.len().saturating_sub(kept.len()) > TRAILING {
            kept = line;
        }
        let mut cut = kept.len();
        let count = |part: &str, sign: char| part.chars().filter(|found| *found == sign).count();
        for (at, sign) in line.get(kept.len()..).unwrap_or_default().char_indices() {
            let open = match sign {
                ')' => '(',
                ']' => '[',
                '}' => '{',
                _ => continue,
            };
            let before = line.get(..kept.len().saturating_add(at)).unwrap_or_default();
            // `{name}` inside the text closes what the text opened.
            if count(before, open) <= count(before, sign) {
                break;
            }
            cut = kept.len().saturating_add(at).saturating_add(1);
        }
        self.at = body.saturating_add(cut);
        let found = diags::unterminated_text(self.span(start, self.at), closing);
        self.scan.diagnostics.push(found);
    }
}
