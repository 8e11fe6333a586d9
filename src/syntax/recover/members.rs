//! The inside of a block: where one field ends and the next begins, and each of them parsed alone.

use super::Recovery;
use super::explain::describe;
use crate::syntax::ast::{Field, FieldValue, Ident, Keyword, Member};
use crate::syntax::diags;
use crate::syntax::grammar::Rule;
use crate::syntax::scan::TokenKind;
use crate::syntax::words::Head;

impl Recovery<'_, '_> {
    /// The members that stand in `at..end`, inside of a `keyword`.
    pub(super) fn members(&mut self, mut at: usize, end: usize, keyword: Keyword) -> Vec<Member> {
        let mut members = Vec::new();
        while at < end {
            if self.view.is(at, ",") || self.view.is(at, ";") {
                self.separator(at);
                at = at.saturating_add(1);
            } else if self.view.kind(at) == Some(TokenKind::Close) {
                self.stray(at);
                at = at.saturating_add(1);
            } else if let Some(head) = self.nested_head(at) {
                let next = self.nested_end(at, end, head);
                members.push(self.nested(at, next, head, keyword));
                at = next;
            } else {
                let next = self.field_end(at, end);
                members.push(self.field(at, next, keyword));
                at = next;
            }
        }
        members
    }

    fn separator(&mut self, at: usize) {
        self.lower.diagnostics.push(diags::separator(self.view.span(at), self.view.word(at)));
    }

    fn nested_head(&self, at: usize) -> Option<Head> {
        self.view.head(at).or_else(|| self.view.misspelt(at)).filter(|head| matches!(head, Head::Block(_)))
    }

    fn nested(&mut self, at: usize, end: usize, head: Head, container: Keyword) -> Member {
        let span = self.view.range(at, end);
        let Head::Block(keyword) = head else { return Member::Error(span) };
        if !head.nests_in(container) {
            let place = self.view.span(at);
            self.lower.diagnostics.push(diags::misplaced_declaration(place, head.name(), container.name()));
            self.broken.push(span);
            return Member::Error(span);
        }
        let misspelt = self.view.head(at).is_none();
        if misspelt {
            let written = self.view.word(at);
            self.lower.diagnostics.push(diags::misspelt_keyword(self.view.span(at), written, head.name()));
        } else if let Some(mut pairs) = self.parse(Rule::one_member, at, end)
            && let Some(pair) = pairs.next()
            && let Some(member) = self.lower.member(pair, false)
        {
            return member;
        }
        Member::Block(self.block(at, end, keyword))
    }

    fn nested_end(&self, at: usize, end: usize, head: Head) -> usize {
        if head == Head::Block(Keyword::Assert) {
            return self.field_end(at.saturating_add(2), end);
        }
        self.statement_end(at, head).min(end)
    }

    /// One field that stands in `at..end`.
    fn field(&mut self, at: usize, mut end: usize, keyword: Keyword) -> Member {
        // A separator costs nothing but itself.
        while end > at.saturating_add(1) && matches!(self.view.word(end.saturating_sub(1)), "," | ";") {
            end = end.saturating_sub(1);
            self.separator(end);
        }
        let span = self.view.range(at, end);
        let in_test = keyword == Keyword::Test;
        let rule = if in_test { Rule::one_test_member } else { Rule::one_member };
        if let Some(mut pairs) = self.parse(rule, at, end)
            && let Some(pair) = pairs.next()
            && let Some(member) = self.lower.member(pair, in_test)
        {
            return member;
        }
        self.broken.push(span);
        if !self.view.is_word(at) && self.view.tokens.get(at).is_some_and(|token| !token.bad) {
            let found = describe(&self.view, at, false);
            self.lower.diagnostics.push(diags::expected_field(self.view.span(at), &found));
            return Member::Error(span);
        }
        self.explain(at, end, |walk| walk.field(in_test));
        if !self.view.is_word(at) {
            return Member::Error(span);
        }
        // The field is known to be there: what misses it has nothing to report.
        let name = Ident { text: self.view.word(at).into(), span: self.view.span(at) };
        Member::Field(Field { name, argument: None, value: FieldValue::Error(span), span })
    }

    /// Where the field ends that begins at `at`: before the next one, or at `end`.
    fn field_end(&self, at: usize, end: usize) -> usize {
        let mut next = self.view.next(at);
        // The name and what follows it belong to this field in any case.
        while next < end && !self.begins_member(next) {
            let group = self.view.group(next);
            let unclosed = self.view.is(next, "{") && !group.closed;
            next = if unclosed && group.end > next && group.end >= end {
                next.saturating_add(1)
            } else {
                self.view.next(next)
            };
        }
        next.min(end)
    }

    /// A field or a nested declaration begins here, as far as tokens can tell.
    fn begins_member(&self, at: usize) -> bool {
        let before = at.saturating_sub(1);
        if self.view.kind(at) == Some(TokenKind::Close) && !self.view.group(at).closed {
            return true;
        }
        if !self.view.is_word(at) || self.view.is(before, "?") || self.view.is(before, ".") {
            return false;
        }
        let first = self.view.first(at);
        if (first || self.view.is(before, "}")) && self.nested_head(at).is_some() {
            return true;
        }
        let ended = self.view.ends_value(before) || matches!(self.view.word(before), "," | ";");
        let mut next = at.saturating_add(1);
        if self.view.kind(next) == Some(TokenKind::Text) && !self.view.first(next) {
            next = next.saturating_add(1);
        }
        match self.view.word(next) {
            // An argument in an unclosed call follows its parenthesis or a comma.
            ":" => first || ended && !self.view.is(before, ","),
            "=" | ":=" | "=>" => first,
            _ => {
                let words = ["where", "in", "on", "for", "at", "and", "or", "not", "every", "any", "no"];
                let value = matches!(
                    self.view.kind(at.saturating_add(1)),
                    Some(TokenKind::Word | TokenKind::Text | TokenKind::Number)
                ) || self.view.is(at.saturating_add(1), "[");
                let same_line = !self.view.first(at.saturating_add(1));
                first && ended && value && same_line && !words.contains(&self.view.word(at))
            }
        }
    }
}
