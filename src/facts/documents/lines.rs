//! The lines of a text with their places, for the formats that are made of lines. Does not know comments or keys.

use crate::facts::model::Range;

/// A line without its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Its first byte in the text.
    pub(crate) start: usize,
    /// What stands on it; no `\n`, no `\r` before it.
    pub(crate) text: &'a str,
}

impl<'a> Line<'a> {
    /// The line without the blanks around it.
    pub(crate) fn trimmed(self) -> Line<'a> {
        let text = self.text.trim_start();
        Line { start: self.start + (self.text.len() - text.len()), text: text.trim_end() }
    }

    /// What stands before and from byte `at` of the line; the whole and nothing where `at` is no boundary.
    pub(crate) fn split_at(self, at: usize) -> (Line<'a>, Line<'a>) {
        let (before, after) = self.text.split_at_checked(at).unwrap_or((self.text, ""));
        (Line { start: self.start, text: before }, Line { start: self.start + before.len(), text: after })
    }

    /// What stands from byte `at` of the line.
    pub(crate) fn from(self, at: usize) -> Line<'a> {
        self.split_at(at).1
    }

    /// Its place.
    pub(crate) fn span(self) -> Range {
        Range::new(self.start, self.start + self.text.len())
    }
}

/// The lines of a text, ended by `\n` or `\r\n`.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let bare = line.strip_suffix('\n').unwrap_or(line);
        let bare = bare.strip_suffix('\r').unwrap_or(bare);
        let at = start;
        start += line.len();
        Line { start: at, text: bare }
    })
}
