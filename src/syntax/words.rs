//! The words of the language: which begin a declaration, where they nest, and what authors write instead of them.

use super::ast::Keyword;
use crate::base::suggest::nearest;

/// The first word of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// `edition`.
    Edition,
    /// `module`.
    Module,
    /// `use`.
    Use,
    /// `param`.
    Param,
    /// Any other.
    Block(Keyword),
}

/// The words of [`Head`] that are no [`Keyword`].
const PLAIN: [(&str, Head); 4] =
    [("edition", Head::Edition), ("module", Head::Module), ("use", Head::Use), ("param", Head::Param)];

impl Head {
    /// The statement that `word` begins.
    pub(super) fn of(word: &str) -> Option<Self> {
        let block = Keyword::ALL.into_iter().find(|keyword| keyword.name() == word).map(Self::Block);
        block.or_else(|| PLAIN.into_iter().find(|(name, _)| *name == word).map(|(_, head)| head))
    }

    /// As written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Edition => "edition",
            Self::Module => "module",
            Self::Use => "use",
            Self::Param => "param",
            Self::Block(keyword) => keyword.name(),
        }
    }

    /// The statement that a misspelt `word` probably begins.
    pub(super) fn like(word: &str) -> Option<Self> {
        let foreign = FOREIGN.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, meant)| meant);
        let names = Keyword::ALL.into_iter().map(Keyword::name).chain(PLAIN.into_iter().map(|(name, _)| name));
        Self::of(foreign.or_else(|| nearest(word, names))?)
    }

    /// Whether a block of this head may stand in a block of `keyword`.
    pub(super) fn nests_in(self, keyword: Keyword) -> bool {
        match self {
            Self::Block(Keyword::Assert) => keyword == Keyword::Control,
            Self::Block(
                Keyword::Asset | Keyword::Attacker | Keyword::Component | Keyword::Boundary | Keyword::Assumption,
            ) => keyword == Keyword::Model,
            Self::Block(Keyword::Rule) => keyword == Keyword::Document,
            _ => false,
        }
    }
}

/// What other languages call our declarations.
const FOREIGN: [(&str, &str); 8] = [
    ("import", "use"),
    ("package", "module"),
    ("let", "param"),
    ("const", "param"),
    ("function", "check"),
    ("fn", "check"),
    ("waiver", "waive"),
    ("assertion", "assert"),
];

/// Whether a line's code begins with a keyword and what may follow it in a declaration's head.
pub(super) fn begins_declaration(code: &str) -> bool {
    let end = code.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(code.len());
    let (word, rest) = code.split_at_checked(end).unwrap_or((code, ""));
    let Some(head) = Head::of(word) else { return false };
    let rest = rest.trim_start_matches([' ', '\t']);
    let Some(next) = rest.chars().next() else { return false };
    let spaced = code.len().saturating_sub(rest.len()) > end;
    match head {
        Head::Edition => spaced && next.is_ascii_digit(),
        Head::Block(Keyword::Test) => next == '"',
        // Prose that happens to begin with `use` or `rule` has no brace, colon or path after its second word.
        Head::Block(_) => {
            spaced && next.is_ascii_alphabetic() && (rest.contains('{') || rest.contains(':') || rest.contains('('))
        }
        Head::Param => spaced && rest.contains(':'),
        Head::Module | Head::Use => {
            spaced
                && rest.trim_end().chars().all(|c| c.is_ascii_alphanumeric() || "._-{}, ".contains(c))
                && (head == Head::Module || rest.contains('.'))
        }
    }
}
