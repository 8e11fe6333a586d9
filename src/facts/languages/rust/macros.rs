//! Macro calls: their arguments are code where they parse as such. First as expressions, then as statements and items,
//! and where neither fits (`select!`), by a scan that finds calls among the tokens and code inside braces.
//!
//! Macros that quote (`quote!`, `stringify!`) and the rules of `macro_rules!` are templates: nothing in them is code here.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::visit::Visit as _;
use syn::{Block, Expr, Pat, Stmt, Token};

use super::symbol;
use super::walk::Walk;
use crate::facts::model::Range;

/// Macros whose tokens are data.
const QUOTING: &[&str] = &[
    "quote",
    "quote_spanned",
    "parse_quote",
    "parse_quote_spanned",
    "stringify",
    "macro_rules",
    "include_str",
    "include_bytes",
];
/// Macros of the form `(expression, pattern)`.
const MATCHING: &[&str] = &["matches", "assert_matches", "debug_assert_matches"];
/// Words that stand before parentheses and call nothing.
const WORDS: &[&str] = &[
    "if", "while", "match", "for", "in", "return", "let", "mut", "ref", "as", "move", "else", "loop", "break", "pub",
    "where", "impl", "dyn", "async", "unsafe", "const", "static", "struct", "enum", "union", "trait", "type", "use",
    "mod",
];
/// Longest symbol that the scan spells.
const SYMBOL_BYTES: usize = 256;

enum Arguments {
    Expressions(Vec<Expr>),
    Statements(Vec<Stmt>),
    Tokens,
}

impl Walk<'_> {
    /// One macro call, whatever position it stands in.
    pub(super) fn macro_call(&mut self, call: &syn::Macro) {
        let callee = symbol::of_path(&call.path);
        let last = callee.rsplit('.').next().unwrap_or_default().to_owned();
        if last == "macro_rules" {
            return;
        }
        let (Some(from), Some(to)) = (symbol::start_of_path(&call.path), symbol::end_of_path(&call.path)) else {
            return;
        };
        let span = self.places.between(from, to);
        self.call(&callee, span);
        if QUOTING.contains(&last.as_str()) || call.tokens.is_empty() || !self.may_parse(call.delimiter.span()) {
            return;
        }
        match parse(&last, &call.tokens) {
            Arguments::Expressions(arguments) => {
                let whole = self.places.between(from, call.delimiter.span().close());
                let references: Vec<&Expr> = arguments.iter().collect();
                self.guard_of_macro(&callee, &references, whole);
                self.web_of_macro(&last, &references);
                for argument in &arguments {
                    self.visit_expr(argument);
                }
            }
            Arguments::Statements(statements) => self.statements(&statements),
            Arguments::Tokens => self.scan(call.tokens.clone()),
        }
    }

    /// Whether the arguments between these delimiters are still within the file's budget; else they are unknown.
    fn may_parse(&mut self, delimiters: &proc_macro2::extra::DelimSpan) -> bool {
        let range = self.places.range(delimiters.join());
        let length = (range.end - range.start) as usize;
        let Some(rest) = self.macro_budget.checked_sub(length) else {
            self.rows.facts.broken.push(range);
            return false;
        };
        self.macro_budget = rest;
        true
    }

    /// The calls among tokens that the parser kept unread.
    pub(super) fn scan_tokens(&mut self, tokens: TokenStream) {
        self.scan(tokens);
    }

    /// Calls among tokens: a dotted name before parentheses. Braces that hold statements are read as such.
    fn scan(&mut self, tokens: TokenStream) {
        let mut name = Symbol::default();
        let mut attribute = false;
        for token in tokens {
            // `#[…]` inside a macro is data, as anywhere.
            let of_attribute =
                std::mem::replace(&mut attribute, matches!(&token, TokenTree::Punct(it) if it.as_char() == '#'));
            match token {
                TokenTree::Group(group) if of_attribute && group.delimiter() == Delimiter::Bracket => {}
                TokenTree::Ident(ident) => {
                    let word = ident.unraw().to_string();
                    name.word(&word, self.places.range(ident.span()));
                }
                TokenTree::Punct(punct) => name.punct(punct.as_char()),
                TokenTree::Literal(_) => name = Symbol::default(),
                TokenTree::Group(group) => {
                    let quoted = name.bang && QUOTING.contains(&name.last());
                    let bang = name.bang;
                    if let Some((callee, span)) = name.callee(group.delimiter()) {
                        self.call(&callee, span);
                    }
                    match group.delimiter() {
                        Delimiter::Parenthesis => name.close("()"),
                        Delimiter::Bracket => name.close("[]"),
                        _ => name = Symbol::default(),
                    }
                    if !quoted {
                        self.group(&group, bang);
                    }
                }
            }
        }
    }

    fn group(&mut self, group: &proc_macro2::Group, of_macro: bool) {
        if group.stream().is_empty() {
            return;
        }
        if group.delimiter() == Delimiter::Brace || of_macro {
            if !self.may_parse(&group.delim_span()) {
                return;
            }
            match if of_macro { parse("", &group.stream()) } else { as_statements(&group.stream()) } {
                Arguments::Expressions(arguments) => arguments.iter().for_each(|argument| self.visit_expr(argument)),
                Arguments::Statements(statements) => self.statements(&statements),
                Arguments::Tokens => self.scan(group.stream()),
            }
        } else {
            self.scan(group.stream());
        }
    }
}

fn parse(name: &str, tokens: &TokenStream) -> Arguments {
    if MATCHING.contains(&name)
        && let Ok(arguments) = matching.parse2(tokens.clone())
    {
        return Arguments::Expressions(arguments);
    }
    if let Ok(arguments) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()) {
        return Arguments::Expressions(arguments.into_iter().collect());
    }
    if let Ok(arguments) = repeated.parse2(tokens.clone()) {
        return Arguments::Expressions(arguments);
    }
    as_statements(tokens)
}

fn as_statements(tokens: &TokenStream) -> Arguments {
    match Block::parse_within.parse2(tokens.clone()) {
        Ok(statements) => Arguments::Statements(statements),
        Err(_) => Arguments::Tokens,
    }
}

/// What a macro of the form `(expression, pattern)` matches, and the condition beside the pattern; nothing of another.
pub(super) fn matched(call: &syn::Macro) -> Vec<Expr> {
    if MATCHING.contains(&symbol::last(&call.path).as_str()) {
        matching.parse2(call.tokens.clone()).unwrap_or_default()
    } else {
        Vec::new()
    }
}

/// `expression, pattern if condition, message…`: the pattern calls nothing.
fn matching(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let mut arguments = vec![input.parse()?];
    input.parse::<Token![,]>()?;
    Pat::parse_multi_with_leading_vert(input)?;
    if input.parse::<Option<Token![if]>>()?.is_some() {
        arguments.push(input.parse()?);
    }
    if input.parse::<Option<Token![,]>>()?.is_some() {
        arguments.extend(Punctuated::<Expr, Token![,]>::parse_terminated(input)?);
    }
    Ok(arguments)
}

/// `value; count`
fn repeated(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let value = input.parse()?;
    input.parse::<Token![;]>()?;
    Ok(vec![value, input.parse()?])
}

/// A dotted symbol as the scan puts it together.
#[derive(Default)]
struct Symbol {
    text: String,
    place: Range,
    /// The last token was a name: parentheses call it.
    callable: bool,
    /// The last token was `.` or `::`: a name goes on.
    open: bool,
    /// `fn` stands before it.
    defines: bool,
    /// `!` stands behind it.
    bang: bool,
    colon: bool,
}

impl Symbol {
    fn word(&mut self, word: &str, place: Range) {
        if WORDS.contains(&word) {
            *self = Self::default();
        } else if word == "fn" {
            *self = Self { defines: true, ..Self::default() };
        } else if self.open && self.text.len() < SYMBOL_BYTES {
            self.text.push('.');
            self.text.push_str(word);
            self.place.end = place.end;
            if self.text.contains("()") || self.text.contains("[]") {
                self.place.start = place.start;
            }
            (self.callable, self.open, self.bang) = (true, false, false);
        } else {
            let defines = self.defines;
            *self = Self { text: word.to_owned(), place, callable: true, defines, ..Self::default() };
        }
    }

    fn punct(&mut self, punct: char) {
        match punct {
            '.' if !self.text.is_empty() => (self.open, self.callable) = (true, false),
            ':' if self.colon => (self.open, self.callable, self.colon) = (true, false, false),
            ':' if !self.text.is_empty() => self.colon = true,
            '!' if self.callable => self.bang = true,
            '?' if !self.text.is_empty() && !self.callable => {}
            _ => *self = Self::default(),
        }
    }

    fn last(&self) -> &str {
        self.text.rsplit('.').next().unwrap_or_default()
    }

    /// What a group behind the symbol calls.
    fn callee(&self, delimiter: Delimiter) -> Option<(String, Range)> {
        let calls = self.bang || delimiter == Delimiter::Parenthesis;
        let pattern = matches!(self.text.as_str(), "Some" | "Ok" | "Err");
        (self.callable && calls && !self.defines && !pattern).then(|| (self.text.clone(), self.place))
    }

    fn close(&mut self, mark: &str) {
        if self.text.len() > SYMBOL_BYTES || self.defines {
            *self = Self::default();
        }
        self.text.push_str(mark);
        (self.callable, self.open, self.bang) = (false, false, false);
    }
}
