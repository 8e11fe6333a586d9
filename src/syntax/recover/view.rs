//! Tokens with their brackets paired: what recovery and explanation look at.
//!
//! Pairing forgives: a bracket that is never closed ends where the next declaration begins, or where an outer bracket
//! closes; a brace at the start of a line closes the block whose line is indented like it.

use crate::base::span::{SourceId, Span};
use crate::syntax::ast::Keyword;
use crate::syntax::scan::{Scan, Token, TokenKind};
use crate::syntax::words::Head;

/// Where a bracket's group ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    /// The closing bracket; where there is none, the token before which the group ends.
    pub(super) end: usize,
    /// There is a closing (or, for one that closes, an opening) bracket.
    pub(super) closed: bool,
}

/// The tokens of a source.
pub(super) struct View<'a> {
    pub(super) source: SourceId,
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    groups: Vec<Group>,
}

/// How many open brackets one that closes looks through: more than may nest, and few enough for hostile input.
const REACH: usize = 256;

struct Frame {
    open: usize,
    brace: bool,
    owner: Option<Keyword>,
    indent: u32,
}

impl<'a> View<'a> {
    pub(super) fn new(source: SourceId, text: &'a str, scan: &'a Scan) -> Self {
        let groups = vec![Group { end: 0, closed: false }; scan.tokens.len()];
        let mut view = Self { source, text, tokens: &scan.tokens, groups };
        view.pair();
        view
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn kind(&self, at: usize) -> Option<TokenKind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    /// The token as written.
    pub(super) fn word(&self, at: usize) -> &'a str {
        let slice = |token: &Token| self.text.get(token.start as usize..token.end as usize);
        self.tokens.get(at).and_then(slice).unwrap_or_default()
    }

    pub(super) fn is(&self, at: usize, written: &str) -> bool {
        self.word(at) == written
    }

    pub(super) fn is_word(&self, at: usize) -> bool {
        self.kind(at) == Some(TokenKind::Word)
    }

    /// It is the first token of its line.
    pub(super) fn first(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.first)
    }

    /// No white space stands between a token and the one before it.
    pub(super) fn glued(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.tokens.get(before));
        before.zip(self.tokens.get(at)).is_some_and(|(left, right)| left.end == right.start)
    }

    pub(super) fn span(&self, at: usize) -> Span {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let (start, end) = self.tokens.get(at).map_or((end, end), |token| (token.start, token.end));
        Span::new(self.source, start, end)
    }

    /// The source from the token `from` to the one before `to`.
    pub(super) fn range(&self, from: usize, to: usize) -> Span {
        if to > from { self.span(from).to(self.span(to.saturating_sub(1))) } else { self.span(from).before() }
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    pub(super) fn group(&self, at: usize) -> Group {
        self.groups.get(at).copied().unwrap_or(Group { end: at, closed: false })
    }

    /// The token after `at`, over the whole group where `at` opens one that is closed.
    pub(super) fn next(&self, at: usize) -> usize {
        let group = self.group(at);
        let over = self.kind(at) == Some(TokenKind::Open) && group.closed;
        if over { group.end.saturating_add(1) } else { at.saturating_add(1) }
    }

    /// What may end a value.
    pub(super) fn ends_value(&self, at: usize) -> bool {
        match self.kind(at) {
            Some(TokenKind::Word) => !matches!(self.word(at), "where" | "in" | "on" | "and" | "or" | "not"),
            Some(TokenKind::Number | TokenKind::Text | TokenKind::Code | TokenKind::Close) => true,
            _ => false,
        }
    }

    /// The declaration that begins at a token: its keyword, and what may follow it in a head.
    pub(super) fn head(&self, at: usize) -> Option<Head> {
        if !self.is_word(at) {
            return None;
        }
        let head = Head::of(self.word(at))?;
        let next = at.saturating_add(1);
        let follows = match head {
            Head::Edition => self.kind(next) == Some(TokenKind::Number),
            Head::Module | Head::Use | Head::Param => self.is_word(next),
            Head::Block(Keyword::Test) => {
                let title = |at| self.kind(at) == Some(TokenKind::Text) && !self.is(at.saturating_add(1), ":");
                title(next) || (self.is_word(next) && title(next.saturating_add(1)))
            }
            Head::Block(_) => {
                // `file "path":` is a field with an argument.
                let title = self.kind(next) == Some(TokenKind::Text) && !self.is(next.saturating_add(1), ":");
                (self.is_word(next) && !self.glued(next)) || title || self.is(next, "{")
            }
        };
        follows.then_some(head)
    }

    /// A declaration whose keyword is misspelt: the first word of a line, and a name or title after it.
    pub(super) fn misspelt(&self, at: usize) -> Option<Head> {
        let next = at.saturating_add(1);
        let named = self.is_word(next) || self.kind(next) == Some(TokenKind::Text);
        let field = self.is(at.saturating_add(2), ":") && self.kind(next) == Some(TokenKind::Text);
        if !(self.is_word(at) && self.first(at) && named && !self.first(next) && !field)
            || Head::of(self.word(at)).is_some()
        {
            return None;
        }
        let head = Head::like(self.word(at))?;
        // A lone pair of words may be anything; a declaration goes on with a brace, a colon, a parameter list or a title.
        let goes_on = (next.saturating_add(1)..next.saturating_add(3))
            .any(|at| matches!(self.word(at), "{" | ":" | "(") || self.kind(at) == Some(TokenKind::Text));
        let short = matches!(head, Head::Use | Head::Module) || self.is(next.saturating_add(1), ".");
        (goes_on || short).then_some(head)
    }

    fn pair(&mut self) {
        let mut stack: Vec<Frame> = Vec::new();
        let mut pending = None;
        for at in 0..self.tokens.len() {
            let Some(token) = self.tokens.get(at).copied() else { break };
            match token.kind {
                TokenKind::Word => {
                    let head = if token.first || self.begins_inside(at) { self.head(at) } else { None };
                    let head = head.or_else(|| if token.first { self.misspelt(at) } else { None });
                    if let Some(head) = head {
                        if token.first {
                            self.resume(&mut stack, at, token.indent, head);
                        }
                        pending = if let Head::Block(keyword) = head { Some(keyword) } else { None };
                    }
                }
                TokenKind::Open => {
                    let brace = self.is(at, "{");
                    let owner = if brace { pending.take() } else { None };
                    stack.push(Frame { open: at, brace, owner, indent: token.indent });
                }
                TokenKind::Close => self.close(&mut stack, at, token),
                _ => {}
            }
        }
        let end = self.len();
        while let Some(frame) = stack.pop() {
            self.set(frame.open, end, false);
        }
    }

    /// A declaration that follows a brace on the same line.
    fn begins_inside(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| matches!(self.word(before), "{" | "}"))
    }

    fn set(&mut self, at: usize, end: usize, closed: bool) {
        if let Some(group) = self.groups.get_mut(at) {
            *group = Group { end, closed };
        }
    }

    /// Before a declaration that begins a line, all brackets are closed that cannot hold it, unless it is indented
    /// deeper than they are: then it is misplaced, not they unclosed.
    fn resume(&mut self, stack: &mut Vec<Frame>, at: usize, indent: u32, head: Head) {
        while let Some(top) = stack.last() {
            let admits = top.owner.is_some_and(|owner| head.nests_in(owner));
            if admits || (top.brace && indent > top.indent) {
                break;
            }
            let open = top.open;
            stack.pop();
            self.set(open, at, false);
        }
    }

    fn close(&mut self, stack: &mut Vec<Frame>, at: usize, token: Token) {
        let partner = match self.word(at) {
            "}" => {
                let braces = || stack.iter().enumerate().rev().take(REACH).filter(|(_, frame)| frame.brace);
                let innermost = braces().next();
                let aligned = || braces().find(|(_, frame)| frame.indent <= token.indent);
                let outdented = token.first && innermost.is_some_and(|(_, frame)| frame.indent > token.indent);
                let same = |found: &(usize, &Frame)| found.1.indent == token.indent;
                (if outdented { aligned().filter(same).or(innermost) } else { innermost }).map(|(depth, _)| depth)
            }
            closing => {
                let open = if closing == ")" { "(" } else { "[" };
                let inside = stack.iter().enumerate().rev().take(REACH).take_while(|(_, frame)| !frame.brace);
                inside.into_iter().find(|(_, frame)| self.is(frame.open, open)).map(|(depth, _)| depth)
            }
        };
        let Some(depth) = partner else { return };
        while stack.len() > depth.saturating_add(1) {
            if let Some(frame) = stack.pop() {
                self.set(frame.open, at, false);
            }
        }
        if let Some(frame) = stack.pop() {
            self.set(frame.open, at, true);
            self.set(at, frame.open, true);
        }
    }
}
