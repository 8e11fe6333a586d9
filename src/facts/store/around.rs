//! Definitions around places, and who calls or tests them. Does not know why somebody asks.

use std::sync::Arc;

use super::super::model::{Class, CodeFacts, Function, FunctionKind, Owner};
use super::super::relations::symbol_matches;
use super::{FileId, Range, Store};

/// Most lines of a comment above a definition that belong to it.
const COMMENT_LINES: u32 = 200;

/// A definition: a function, a class, or a test that is no function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// All of it, decorators included.
    pub whole: Range,
    /// What it is, in a few words: ``function `verify` ``.
    pub title: String,
    /// What a call of it names; nothing for a test with a title.
    pub name: Option<Arc<str>>,
}

impl Store<'_> {
    /// The innermost definition around a place.
    pub fn definition_around(&self, id: FileId, place: Range) -> Option<Definition> {
        let facts = self.code(id)?;
        let function = innermost(&facts.functions, |it| it.span, place).map(|it| of_function(facts, it));
        let class = innermost(&facts.classes, |it| it.span, place).map(of_class);
        let test = facts.tests.iter().filter(|it| it.whole.contains(place)).min_by_key(|it| length(it.whole));
        let test =
            test.map(|it| Definition { whole: it.whole, title: format!("test `{}`", it.qualified_name), name: None });
        // A test that is a function is that function.
        [function, class, test].into_iter().flatten().min_by_key(|definition| length(definition.whole))
    }

    /// Where a file calls something of that name: a bare one is the last segment of the callee.
    pub fn calls_of(&self, id: FileId, name: &str) -> Vec<Range> {
        let calls = self.code(id).map(|facts| facts.calls.as_slice()).unwrap_or_default();
        calls.iter().filter(|call| symbol_matches(&call.callee, name)).map(|call| call.span).collect()
    }

    /// The tests of a file that mention a name as a whole word, in order.
    pub fn tests_of(&self, id: FileId, name: &str) -> Vec<Definition> {
        let (Some(facts), Some(text)) = (self.code(id), self.text(id)) else { return Vec::new() };
        let mentions = |range: Range| {
            text.get(range.start as usize..range.end as usize).is_some_and(|test| holds_word(test, name))
        };
        let found = facts.tests.iter().filter(|test| mentions(test.whole));
        found
            .map(|test| Definition { whole: test.whole, title: format!("test `{}`", test.qualified_name), name: None })
            .collect()
    }

    /// Whether a place lies in a test.
    pub fn is_in_test(&self, id: FileId, place: Range) -> bool {
        self.code(id).is_some_and(|facts| facts.tests.iter().any(|test| test.whole.contains(place)))
    }

    /// The first line of the comment that stands right above a line; the line itself where there is none.
    pub fn comment_above(&self, id: FileId, line: u32) -> u32 {
        let hash = self.language(id).name == "python";
        let mut first = line;
        let mut at = line.saturating_sub(1);
        // Inside a block comment that is read from its end.
        let mut block = false;
        while at > 0 && line.saturating_sub(at) <= COMMENT_LINES {
            let Some(text) = self.raw_line(id, at).map(str::trim) else { break };
            if block {
                if text.starts_with("/*") {
                    (block, first) = (false, at);
                } else if text.contains("/*") || text.ends_with("*/") {
                    break;
                }
            } else if hash && text.starts_with('#') && !text.starts_with("#!") || !hash && text.starts_with("//") {
                first = at;
            } else if !hash && text.ends_with("*/") {
                if text.starts_with("/*") {
                    first = at;
                } else {
                    block = true;
                }
            } else {
                break;
            }
            at = at.saturating_sub(1);
        }
        first
    }

    fn raw_line(&self, id: FileId, line: u32) -> Option<&str> {
        let extent = self.extent(id, line, line)?;
        self.text(id)?.get(extent.start as usize..extent.end as usize)
    }
}

fn length(range: Range) -> u32 {
    range.end.saturating_sub(range.start)
}

/// The last of the rows that contain a place: rows are ordered by their start, outer before inner.
fn innermost<T>(rows: &[T], span: impl Fn(&T) -> Range, place: Range) -> Option<&T> {
    let before = rows.partition_point(|row| span(row).start <= place.start);
    rows.get(..before)?.iter().rev().find(|row| span(row).contains(place))
}

fn of_function(facts: &CodeFacts, function: &Function) -> Definition {
    // A constructor is called by the name of its class.
    let class = match (function.kind, function.owner) {
        (FunctionKind::Constructor, Some(Owner::Class(class))) => facts.classes.get(class as usize),
        _ => None,
    };
    Definition {
        whole: function.span,
        title: format!("{} `{}`", function.kind.name(), function.qualified_name),
        name: Some(class.map_or(&function.name, |class| &class.name).clone()),
    }
}

fn of_class(class: &Class) -> Definition {
    let title = format!("{} `{}`", class.kind, class.qualified_name);
    Definition { whole: class.span, title, name: Some(class.name.clone()) }
}

/// Whether a text holds a name that is no part of a longer one.
fn holds_word(text: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at.saturating_add(name.len())..).and_then(|after| after.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::store::Settings;
    use crate::target::MemoryTarget;

    fn around(path: &str, text: &str, needle: &str) -> Option<(String, String)> {
        let target = MemoryTarget::new([(path, text.as_bytes())]);
        let store = Store::open(&target, [path], Settings::default());
        let id = store.id_of(path).unwrap();
        let at = text.find(needle).unwrap();
        let found = store.definition_around(id, Range::new(at, at + needle.len()))?;
        let (first, last) = store.lines_of(id, found.whole).unwrap();
        Some((found.title, store.excerpt(id, store.comment_above(id, first), last).unwrap()))
    }

    #[test]
    fn the_innermost_definition_is_found_with_its_comment_and_decorators() {
        let python = "import x\n\n# Verifies.\n@guard(1)\ndef outer():\n    def inner():\n        return here\n    return inner\n";
        let (title, text) = around("a.py", python, "here").unwrap();
        assert_eq!((title.as_str(), text.lines().count()), ("function `outer.inner`", 2));
        let (title, text) = around("a.py", python, "@guard").unwrap();
        assert_eq!(title, "function `outer`");
        assert!(text.starts_with("# Verifies.\n@guard(1)\n"), "{text}");
        assert_eq!(around("a.py", python, "import x"), None);
        let go = "package p\n\n/* Block\n   of two. */\nfunc (a Auth) Verify() bool {\n\treturn true\n}\n";
        let (title, text) = around("a.go", go, "true").unwrap();
        assert_eq!(title, "method `Auth.Verify`");
        assert!(text.starts_with("/* Block\n"), "{text}");
        let rust = "/// Says.\n#[inline]\nfn verify() -> bool { true }\n";
        assert!(around("a.rs", rust, "true").unwrap().1.starts_with("/// Says.\n"));
        let test = "describe('auth', () => {\n  it('refuses', () => {\n    verify()\n  })\n})\n";
        let (title, text) = around("a.test.ts", test, "verify").unwrap();
        assert_eq!(title, "test `auth > refuses`");
        assert_eq!(text, "  it('refuses', () => {\n    verify()\n  })\n");
    }

    #[test]
    fn a_name_is_a_whole_word() {
        assert!(holds_word("assert verify(x)", "verify"));
        assert!(!holds_word("assert verify_all(x) and reverify", "verify"));
        assert!(!holds_word("x", ""));
    }
}
