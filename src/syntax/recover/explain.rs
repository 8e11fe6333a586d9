//! Why a part did not parse: a walk over its tokens that knows what may follow what, and what authors write instead.
//!
//! A slip whose meaning is plain (`and`, `=`, a missing comma) is reported and passed over, so that the next mistake of
//! the same part is reported too; the first thing that is not plain ends the walk. Knows nothing of the tree.

use super::view::View;
use crate::base::limits::RULE_NESTING;
use crate::base::span::Span;
use crate::diag::Diagnostic;
use crate::syntax::ast::Keyword;
use crate::syntax::diags;
use crate::syntax::scan::TokenKind;
use crate::syntax::words::Head;

/// The walk ended: everything that can be said was said.
pub(super) struct Stop;

/// Whether the walk goes on.
pub(super) type Walk = Result<(), Stop>;

/// The walk over the tokens `at..end`.
pub(super) struct Explainer<'v, 'a> {
    pub(super) view: &'v View<'a>,
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) found: &'v mut Vec<Diagnostic>,
    pub(super) depth: usize,
}

impl Explainer<'_, '_> {
    // ── Looking and moving ──

    pub(super) fn is(&self, written: &str) -> bool {
        self.at < self.end && self.view.is(self.at, written)
    }

    pub(super) fn is_ahead(&self, ahead: usize, written: &str) -> bool {
        let at = self.at.saturating_add(ahead);
        at < self.end && self.view.is(at, written)
    }

    pub(super) fn kind(&self, ahead: usize) -> Option<TokenKind> {
        let at = self.at.saturating_add(ahead);
        if at < self.end { self.view.kind(at) } else { None }
    }

    pub(super) fn word(&self, ahead: usize) -> &str {
        let at = self.at.saturating_add(ahead);
        if at < self.end { self.view.word(at) } else { "" }
    }

    pub(super) fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    pub(super) fn here(&self) -> Span {
        if self.at < self.end {
            self.view.span(self.at)
        } else {
            self.at.checked_sub(1).map_or_else(|| self.view.span(self.at), |last| self.view.span(last).after())
        }
    }

    /// What stands here, in words.
    pub(super) fn what(&self) -> String {
        describe(self.view, self.at, self.at >= self.end)
    }

    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub(super) fn stop<T>(&mut self, diagnostic: Diagnostic) -> Result<T, Stop> {
        self.found.push(diagnostic);
        Err(Stop)
    }

    pub(super) fn expected<T>(&mut self, what: &str) -> Result<T, Stop> {
        let bad = self.at < self.end && self.view.tokens.get(self.at).is_some_and(|token| token.bad);
        if bad {
            // The scan has said what is wrong here.
            return Err(Stop);
        }
        let stray = self.kind(0) == Some(TokenKind::Close) && !self.view.group(self.at).closed;
        let diagnostic = if stray {
            diags::stray_bracket(self.here(), self.word(0))
        } else {
            diags::expected(self.here(), what, &self.what())
        };
        self.stop(diagnostic)
    }

    /// The closing bracket of the one at `open`.
    pub(super) fn close(&mut self, open: usize, closing: &str) -> Walk {
        if self.is(closing) {
            self.step();
            return Ok(());
        }
        if self.at < self.end && self.view.tokens.get(self.at).is_some_and(|token| token.bad) {
            return Err(Stop);
        }
        let (sign, at, what) = (self.view.span(open), self.here(), self.what());
        let written = self.view.word(open).to_owned();
        self.stop(diags::unclosed(sign, at, &written, closing, &what))
    }

    /// The part must end here.
    pub(super) fn finish(&mut self) -> Walk {
        if self.at >= self.end {
            return Ok(());
        }
        if self.is("{") {
            return self.stop(diags::map_literal(self.here()));
        }
        // Words without quotes, as in `owner: team identity`.
        let previous = self.at.saturating_sub(1);
        let both = self.view.is_word(previous) && matches!(self.kind(0), Some(TokenKind::Word | TokenKind::Number));
        if both && !self.view.first(self.at) {
            let mut from = previous;
            while self.view.is_word(from.saturating_sub(1)) && !self.view.first(from) {
                from = from.saturating_sub(1);
            }
            let mut to = self.at;
            while to < self.end
                && !self.view.first(to)
                && matches!(self.view.kind(to), Some(TokenKind::Word | TokenKind::Number))
            {
                to = to.saturating_add(1);
            }
            let span = self.view.range(from, to);
            return self.stop(diags::unquoted_text(span, self.view.slice(span), false));
        }
        if let Some((span, certain)) = self.bare_text() {
            return self.stop(diags::unquoted_text(span, self.view.slice(span), certain));
        }
        // `impact high` after a value: a field without its colon.
        let value = matches!(self.kind(1), Some(TokenKind::Word | TokenKind::Text | TokenKind::Number));
        if self.view.ends_value(previous) && self.kind(0) == Some(TokenKind::Word) && value {
            let (place, name) = (self.here().after(), self.word(0).to_owned());
            let found = describe(self.view, self.at.saturating_add(1), false);
            return self.stop(diags::missing_colon_unsure(place, &name, &found));
        }
        self.expected("an operator or the end of this value")
    }

    /// A path, glob or address that stands here without quotes: signs and words glued together.
    pub(super) fn bare_text(&self) -> Option<(Span, bool)> {
        // By the text itself: what looks like a comment, as in `app/**/x` and `https://x`, is part of it.
        let stops = |c: char| c.is_whitespace() || matches!(c, ',' | ')' | ']' | '"' | '(' | '[' | '`' | ';');
        let at = self.view.span(self.at.min(self.end.saturating_sub(1))).start as usize;
        let start = self.view.text.get(..at)?.rfind(stops).map_or(0, |found| found.saturating_add(1));
        let rest = self.view.text.get(start..)?;
        let length = rest.find(stops).unwrap_or(rest.len());
        let written = rest.get(..length)?;
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let pathlike = written.contains('/') || written.contains("*.") || written.contains('@');
        let plain = written.len() > 2 && written.starts_with(|c: char| c.is_ascii_alphanumeric() || "./*_".contains(c));
        let end = start.saturating_add(u32::try_from(length).unwrap_or(0));
        let certain = !written.contains(['\\', '{', '}', '\'']);
        (pathlike && plain).then(|| (Span::new(self.view.source, start, end), certain))
    }

    // ── Fields and heads ──

    /// `name: value`, `name "argument": value`; in a test also `expect`.
    pub(super) fn field(&mut self, in_test: bool) -> Walk {
        if self.kind(0) != Some(TokenKind::Word) {
            let what = self.what();
            let bad = self.view.tokens.get(self.at).is_some_and(|token| token.bad);
            return if bad { Err(Stop) } else { self.stop(diags::expected_field(self.here(), &what)) };
        }
        let name = self.word(0).to_owned();
        self.step();
        if self.kind(0) == Some(TokenKind::Text) && (self.is_ahead(1, ":") || self.is_ahead(1, "=")) {
            self.step();
        }
        self.colon(&name, "a field")?;
        if in_test && name == "expect" {
            return self.expect();
        }
        self.expr()?;
        self.finish()
    }

    /// `:` after a name, or what is written for it.
    pub(super) fn colon(&mut self, name: &str, what: &str) -> Walk {
        if self.is(":") {
            self.step();
            return Ok(());
        }
        let shown = self.what();
        if self.is("=") || self.is(":=") || self.is("=>") {
            let slip = diags::equals_for_colon(self.here(), name, what);
            self.report(slip);
            self.step();
            return Ok(());
        }
        let previous = self.at.saturating_sub(1);
        let place = self.view.span(previous).after();
        if self.begins_value() && !self.view.first(self.at) && !self.is("(") && !self.is("-") && !self.is("!") {
            self.report(diags::missing_colon(place, name, &shown));
            return Ok(());
        }
        let bad = self.at < self.end && self.view.tokens.get(self.at).is_some_and(|token| token.bad);
        if bad { Err(Stop) } else { self.stop(diags::missing_colon_unsure(place, name, &shown)) }
    }

    fn expect(&mut self) -> Walk {
        self.postfix_expression()?;
        if self.kind(0) != Some(TokenKind::Word) {
            return self.stop(diags::expected_verb(self.here()));
        }
        self.step();
        if self.is("at") {
            self.step();
            if self.kind(0) != Some(TokenKind::Text) {
                return self.expected("a path in quotes after `at`");
            }
            self.step();
            if self.is(":") {
                self.step();
                if self.kind(0) != Some(TokenKind::Number) {
                    return self.expected("a line number after `:`");
                }
                self.step();
            }
        }
        if self.at < self.end { self.expected("`at \"path\":line` or the end of this expectation") } else { Ok(()) }
    }

    /// A declaration's head: all that stands before its `{`. An assert's is all of it but the fields.
    pub(super) fn head(&mut self, keyword: Keyword) -> Walk {
        self.step();
        match keyword {
            Keyword::Test => {
                if self.kind(0) != Some(TokenKind::Text) {
                    let what = self.what();
                    return self.stop(diags::missing_name(self.here(), "test", &what));
                }
                self.step();
            }
            _ => self.name(keyword)?,
        }
        match keyword {
            Keyword::Check => {
                if !self.is("(") {
                    return self.expected("`(` and the check's parameters");
                }
                let open = self.at;
                self.step();
                self.list(open, ")", "a parameter `name: Type`", Self::param)?;
            }
            Keyword::Assert => {
                if self.kind(0) == Some(TokenKind::Text) {
                    self.step();
                }
                let name = self.view.word(self.at.saturating_sub(1)).to_owned();
                self.colon(&name, "an assertion")?;
                self.expr()?;
                return self.finish();
            }
            Keyword::Waive | Keyword::Test => {}
            _ => {
                if self.kind(0) == Some(TokenKind::Text) {
                    self.step();
                } else if self.kind(0) == Some(TokenKind::Word) {
                    let span = self.view.range(self.at, self.end);
                    return self.stop(diags::unquoted_title(span, self.view.slice(span)));
                }
            }
        }
        if self.at < self.end {
            return self.expected(if keyword == Keyword::Test || keyword == Keyword::Waive {
                "`{`"
            } else {
                "a title or `{`"
            });
        }
        Ok(())
    }

    fn name(&mut self, keyword: Keyword) -> Walk {
        if self.kind(0) != Some(TokenKind::Word) {
            let what = self.what();
            let bad = self.at < self.end && self.view.tokens.get(self.at).is_some_and(|token| token.bad);
            return if bad { Err(Stop) } else { self.stop(diags::missing_name(self.here(), keyword.name(), &what)) };
        }
        self.step();
        if keyword == Keyword::Waive {
            self.segments()?;
        }
        Ok(())
    }

    /// `.a.b` after a name.
    fn segments(&mut self) -> Walk {
        while self.is(".") {
            self.step();
            if self.kind(0) != Some(TokenKind::Word) || !self.view.glued(self.at) {
                return self.expected("a name right after `.`");
            }
            self.step();
        }
        Ok(())
    }

    /// `edition`, `module`, `use` and `param`.
    pub(super) fn header(&mut self, head: Head) -> Walk {
        self.step();
        match head {
            Head::Edition => {
                if self.kind(0) != Some(TokenKind::Number) {
                    return self.expected("the number of the edition");
                }
                self.step();
            }
            Head::Module | Head::Use => {
                if self.kind(0) != Some(TokenKind::Word) {
                    return self.expected("a dotted name");
                }
                self.step();
                while self.is(".") && !self.is_ahead(1, "{") {
                    self.step();
                    if self.kind(0) != Some(TokenKind::Word) || !self.view.glued(self.at) {
                        return self.expected("a name or `{` right after `.`");
                    }
                    self.step();
                }
                if head == Head::Use && self.is(".") {
                    self.step();
                    let open = self.at;
                    self.step();
                    self.list(open, "}", "a name", |walk| {
                        if walk.kind(0) != Some(TokenKind::Word) {
                            return walk.expected("a name");
                        }
                        walk.step();
                        Ok(())
                    })?;
                }
            }
            Head::Param => self.param()?,
            Head::Block(_) => {}
        }
        if self.is(",") || self.is(";") {
            let sign = self.word(0).to_owned();
            self.report(diags::separator(self.here(), &sign));
            self.step();
        }
        if self.at < self.end { self.expected("the end of this declaration") } else { Ok(()) }
    }

    /// `name: Type = value`.
    fn param(&mut self) -> Walk {
        if self.kind(0) != Some(TokenKind::Word) {
            return self.expected("a parameter `name: Type`");
        }
        let name = self.word(0).to_owned();
        self.step();
        if !self.is(":") {
            let place = self.view.span(self.at.saturating_sub(1)).after();
            let what = self.what();
            return self.stop(diags::missing_colon_unsure(place, &name, &what));
        }
        self.step();
        self.type_expr()?;
        if self.is("=") {
            self.step();
            self.expr()?;
        }
        Ok(())
    }

    fn type_expr(&mut self) -> Walk {
        if self.kind(0) != Some(TokenKind::Word) {
            return self.expected("a type");
        }
        self.deeper()?;
        self.step();
        if self.is("<") {
            self.step();
            loop {
                self.type_expr()?;
                if !self.is(",") {
                    break;
                }
                self.step();
            }
            if !self.is(">") {
                return self.expected("`>`");
            }
            self.step();
        }
        if self.is("?") {
            self.step();
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// Elements with commas between them, up to `closing`.
    pub(super) fn list(
        &mut self,
        open: usize,
        closing: &str,
        what: &str,
        mut element: impl FnMut(&mut Self) -> Walk,
    ) -> Walk {
        loop {
            if self.is(closing) {
                self.step();
                return Ok(());
            }
            if self.at >= self.end || self.kind(0) == Some(TokenKind::Close) {
                return self.close(open, closing);
            }
            if self.is(",") {
                return self.expected(what);
            }
            element(self)?;
            if self.is(",") {
                self.step();
            } else if self.begins_value() && !self.is("-") && !self.is("!") {
                let place = self.view.span(self.at.saturating_sub(1)).after();
                let what = self.what();
                self.report(diags::missing_comma(place, &what));
            } else if !self.is(closing) {
                if self.at < self.end && self.kind(0) != Some(TokenKind::Close) {
                    if let Some((span, certain)) = self.bare_text() {
                        return self.stop(diags::unquoted_text(span, self.view.slice(span), certain));
                    }
                    return self.expected(&format!("`,` or `{closing}`"));
                }
                return self.close(open, closing);
            }
        }
    }

    /// One level down; the limit keeps the walk's own recursion short.
    pub(super) fn deeper(&mut self) -> Walk {
        self.depth = self.depth.saturating_add(1);
        if self.depth > RULE_NESTING.saturating_mul(2) {
            return self.stop(diags::expression_too_deep(self.here()));
        }
        Ok(())
    }
}

/// What a token is, in words; `over` where it lies past the part that is explained.
pub(super) fn describe(view: &View<'_>, at: usize, over: bool) -> String {
    let Some(token) = view.tokens.get(at) else { return "the end of the file".to_owned() };
    if over && token.first && token.kind != TokenKind::Close {
        return "the end of the line".to_owned();
    }
    let written = view.word(at);
    match token.kind {
        TokenKind::Text => "a text".to_owned(),
        TokenKind::Code => "a code pattern".to_owned(),
        TokenKind::Number => format!("the number `{written}`"),
        TokenKind::Word | TokenKind::Open | TokenKind::Close | TokenKind::Sign => {
            let shown: String = written.chars().take(40).collect();
            format!("`{shown}`")
        }
    }
}
