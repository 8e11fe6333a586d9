//! Explaining expressions: operands, operators, quantifiers, and the operators of other languages.

use super::explain::{Explainer, Walk};
use crate::syntax::diags;
use crate::syntax::scan::TokenKind;

/// What stands for an operator of ours elsewhere: written, meant, help.
const FOREIGN_OPERATORS: [(&str, &str, &str); 17] = [
    ("=", "==", "`==` compares; `=` gives a parameter its default"),
    ("===", "==", "`==` compares type and value"),
    ("!==", "!=", "`!=` compares type and value"),
    ("<>", "!=", "write `!=`"),
    ("=>", ">=", "write `>=`"),
    ("&", "&&", "both sides must hold: `&&`"),
    ("|", "||", "one side must hold: `||`"),
    ("and", "&&", "write `&&`"),
    ("AND", "&&", "write `&&`"),
    ("And", "&&", "write `&&`"),
    ("or", "||", "write `||`"),
    ("OR", "||", "write `||`"),
    ("Or", "||", "write `||`"),
    ("is", "==", "write `==`"),
    ("eq", "==", "write `==`"),
    ("IN", "in", "write `in`"),
    ("mod", "%", "write `%`"),
];

/// What stands for a quantifier of ours elsewhere.
const FOREIGN_QUANTIFIERS: [(&str, &str); 12] = [
    ("all", "every"),
    ("each", "every"),
    ("forall", "every"),
    ("foreach", "every"),
    ("for", "every"),
    ("Every", "every"),
    ("some", "any"),
    ("exists", "any"),
    ("Any", "any"),
    ("none", "no"),
    ("not", "no"),
    ("No", "no"),
];

impl Explainer<'_, '_> {
    /// What may begin a value.
    pub(super) fn begins_value(&self) -> bool {
        match self.kind(0) {
            Some(TokenKind::Word | TokenKind::Number | TokenKind::Text | TokenKind::Code) => true,
            Some(TokenKind::Open) => !self.is("{"),
            Some(TokenKind::Sign) => self.is("!") || self.is("-"),
            _ => false,
        }
    }

    /// A whole expression.
    pub(super) fn expr(&mut self) -> Walk {
        self.deeper()?;
        self.operand()?;
        while self.operator() {
            self.operand()?;
        }
        if self.is("?") {
            self.step();
            self.expr()?;
            if !self.is(":") {
                return self.expected("`:` and the value of the other case");
            }
            self.step();
            self.expr()?;
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// Passes an operator between operands, reporting what only stands for one.
    fn operator(&mut self) -> bool {
        if matches!(self.word(0), "||" | "&&" | "==" | "!=" | "<=" | "<" | ">=" | ">" | "in" | "+" | "*" | "/" | "%") {
            // `in:` is the next field.
            if self.is("in") && self.is_ahead(1, ":") {
                return false;
            }
            self.step();
            return true;
        }
        if self.is("-") {
            self.minus();
            return true;
        }
        if self.is("not") && self.is_ahead(1, "in") {
            let span = self.here().to(self.view.span(self.at.saturating_add(1)));
            self.report(diags::not_in(span));
            self.step();
            self.step();
            return true;
        }
        let foreign = FOREIGN_OPERATORS.iter().find(|(written, _, _)| self.word(0) == *written);
        if let Some((written, meant, help)) = foreign
            && !self.is_ahead(1, ":")
        {
            self.report(diags::wrong_operator(self.here(), written, meant, help));
            self.step();
            return true;
        }
        false
    }

    fn minus(&mut self) {
        let at = self.at;
        let next = at.saturating_add(1);
        let spaced_before = !self.view.glued(at);
        let spaced_after = !self.view.glued(next) && next < self.end;
        if !(spaced_before && spaced_after) && next < self.end {
            let before = at.saturating_sub(1);
            let digits = |index: usize| self.view.kind(index) == Some(TokenKind::Number);
            let dashed = self.view.is(at.saturating_add(2), "-") && digits(at.saturating_add(3));
            if digits(before) && digits(next) && dashed && !spaced_before && !spaced_after {
                let span = self.view.range(before, at.saturating_add(4));
                self.report(diags::date_like(span, self.view.slice(span)));
                self.step();
                self.step();
            } else {
                let from = self.view.span(before).after();
                let to = self.view.span(next).before();
                self.report(diags::minus_spacing(from.to(to)));
            }
        }
        self.step();
    }

    fn operand(&mut self) -> Walk {
        loop {
            if self.is("!") || self.is("-") {
                self.step();
            } else if matches!(self.word(0), "not" | "NOT" | "Not")
                && self.kind(1).is_some()
                && !self.quantifier_follows()
            {
                let follows = matches!(self.kind(1), Some(TokenKind::Word)) || self.is_ahead(1, "(");
                if !follows || self.is_ahead(1, "in") {
                    break;
                }
                let written = self.word(0).to_owned();
                let mut span = self.here();
                // The blank after the word goes with it.
                if self.is_ahead(1, "(") || self.kind(1) == Some(TokenKind::Word) {
                    span.end = self.view.span(self.at.saturating_add(1)).start;
                }
                self.report(diags::wrong_operator(span, &written, "!", "write `!` directly before what must not hold"));
                self.step();
            } else {
                break;
            }
        }
        if self.quantifier_follows() {
            return self.quantifier();
        }
        self.postfix_expression()
    }

    /// `word name in`.
    fn quantifier_follows(&self) -> bool {
        let named = self.kind(0) == Some(TokenKind::Word) && self.kind(1) == Some(TokenKind::Word);
        let word = self.word(0);
        let known = matches!(word, "every" | "any" | "no") || FOREIGN_QUANTIFIERS.iter().any(|(name, _)| *name == word);
        named && known && self.is_ahead(2, "in") && !self.is_ahead(3, ":")
    }

    fn quantifier(&mut self) -> Walk {
        self.deeper()?;
        let foreign = FOREIGN_QUANTIFIERS.iter().find(|(name, _)| self.word(0) == *name);
        if let Some((written, meant)) = foreign {
            self.report(diags::unknown_quantifier(self.here(), written, meant));
        }
        self.step();
        self.step();
        self.step();
        self.postfix_expression()?;
        if self.is("where") && !self.is_ahead(1, ":") {
            self.step();
            self.expr()?;
        } else if matches!(self.word(0), "with" | "if" | "when" | "such") && !self.is_ahead(1, ":") {
            let written = self.word(0).to_owned();
            self.report(diags::wrong_operator(
                self.here(),
                &written,
                "where",
                "a quantifier's condition begins with `where`",
            ));
            self.step();
            self.expr()?;
        }
        let fields = self.kind(1) == Some(TokenKind::Word) && self.is_ahead(2, ":");
        if self.is("{") && !fields {
            let open = self.at;
            self.step();
            self.expr()?;
            self.close(open, "}")?;
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// A primary expression with its selections, indices and calls.
    pub(super) fn postfix_expression(&mut self) -> Walk {
        self.primary()?;
        loop {
            if self.is(".") {
                self.step();
                if self.is("?") {
                    self.step();
                }
                if self.kind(0) != Some(TokenKind::Word) || !self.view.glued(self.at) {
                    if let Some((span, certain)) = self.bare_text() {
                        return self.stop(diags::unquoted_text(span, self.view.slice(span), certain));
                    }
                    return self.expected("a name right after `.`");
                }
                self.step();
            } else if self.is("[") {
                let open = self.at;
                self.step();
                if self.is("?") {
                    self.step();
                }
                self.expr()?;
                self.close(open, "]")?;
            } else if self.is("(") {
                let open = self.at;
                self.step();
                self.list(open, ")", "an argument", Self::argument)?;
            } else {
                return Ok(());
            }
        }
    }

    fn argument(&mut self) -> Walk {
        if self.kind(0) == Some(TokenKind::Word) {
            if self.is_ahead(1, ":") {
                self.step();
                self.step();
            } else if self.is_ahead(1, "=") {
                let name = self.word(0).to_owned();
                self.step();
                self.report(diags::equals_for_colon(self.here(), &name, "an argument"));
                self.step();
            }
        }
        self.expr()
    }

    fn primary(&mut self) -> Walk {
        match self.kind(0) {
            Some(TokenKind::Number | TokenKind::Text | TokenKind::Code) => {
                self.step();
                Ok(())
            }
            Some(TokenKind::Word) if self.is("in") => self.no_value(),
            Some(TokenKind::Word) => self.named(),
            Some(TokenKind::Open) if self.is("(") => {
                let open = self.at;
                self.step();
                self.expr()?;
                self.close(open, ")")
            }
            Some(TokenKind::Open) if self.is("[") => {
                let open = self.at;
                self.step();
                self.list(open, "]", "an element", Self::expr)
            }
            Some(TokenKind::Open) => {
                let at = self.here();
                self.stop(diags::map_literal(at))
            }
            _ => self.no_value(),
        }
    }

    fn no_value(&mut self) -> Walk {
        let glued = self.at < self.end && (self.view.glued(self.at) || self.view.glued(self.at.saturating_add(1)));
        if glued && let Some((span, certain)) = self.bare_text() {
            return self.stop(diags::unquoted_text(span, self.view.slice(span), certain));
        }
        if self.at >= self.end
            && self.at > 0
            && let Some((span, certain)) = self.address()
        {
            return self.stop(diags::unquoted_text(span, self.view.slice(span), certain));
        }
        let before = self.at.checked_sub(1).map(|before| self.view.word(before)).unwrap_or_default();
        let sign = self.at.checked_sub(1).and_then(|before| self.view.kind(before)) == Some(TokenKind::Sign)
            || matches!(before, "in" | "where");
        let what = if sign && before != "," { format!("a value after `{before}`") } else { "a value".to_owned() };
        self.expected(&what)
    }

    /// `https://host`: its second half is a comment.
    fn address(&self) -> Option<(crate::base::span::Span, bool)> {
        let previous = self.view.span(self.at.checked_sub(1)?);
        let rest = self.view.text.get(previous.end as usize..)?;
        if rest.starts_with("//") { self.bare_text() } else { None }
    }

    fn named(&mut self) -> Walk {
        self.step();
        if self.is("on") && self.kind(1) == Some(TokenKind::Word) {
            self.step();
            self.step();
            if self.is("for") && self.is_ahead(1, "[") {
                self.step();
                let open = self.at;
                self.step();
                return self.list(open, "]", "a property", |walk| {
                    if walk.kind(0) != Some(TokenKind::Word) {
                        return walk.expected("the name of a property");
                    }
                    walk.step();
                    Ok(())
                });
            }
        }
        Ok(())
    }
}
