//! Rule sources by id, and the translation of byte offsets to lines and columns.

use std::sync::Arc;

use super::span::{SourceId, Span};

/// Byte offsets of line starts; lines and columns count from 1, columns in characters.
///
/// A line ends at `\n`; a `\r` before it belongs to the line's end and never moves a column that lies before it.
#[derive(Clone, Debug, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes `text` in one pass.
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        starts
            .extend(memchr::memchr_iter(b'\n', text).map(|at| u32::try_from(at.saturating_add(1)).unwrap_or(u32::MAX)));
        Self { starts }
    }

    /// Line and column (from 1, the column in characters) of the byte `offset` of `text`, which must be the indexed text.
    /// An offset past the end is the end; one inside a character is that character.
    pub fn position(&self, text: &str, offset: u32) -> (u32, u32) {
        let offset = (offset as usize).min(text.len());
        let offset32 = u32::try_from(offset).unwrap_or(u32::MAX);
        let line = self.starts.partition_point(|start| *start <= offset32);
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(0) as usize;
        let before = text.as_bytes().get(start..offset).unwrap_or_default();
        // Every byte but a UTF-8 continuation starts a character.
        let characters = before.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(characters).unwrap_or(u32::MAX).saturating_add(1))
    }

    /// How many lines the text has (at least one).
    pub fn lines(&self) -> usize {
        self.starts.len()
    }

    /// The byte at which `line` (from 1) starts.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }
}

/// One rule source: its display path and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// How diagnostics and reports name it: relative to the package, `/` between segments.
    pub path: Arc<str>,
    /// The text, a byte order mark included where the file had one.
    pub text: Arc<str>,
    lines: LineIndex,
}

impl Source {
    /// Line and column of a byte offset, both from 1, the column in characters.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        self.lines.position(&self.text, offset)
    }
}

/// All rule sources of a compilation, by [`SourceId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source and gives its id.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> SourceId {
        let text = text.into();
        let id = SourceId(u32::try_from(self.sources.len()).unwrap_or(u32::MAX));
        self.sources.push(Source { path: path.into(), lines: LineIndex::new(text.as_bytes()), text });
        id
    }

    /// The source of an id, if it is of this map.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// All sources with their ids, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.sources.iter().enumerate().map(|(at, source)| (SourceId(u32::try_from(at).unwrap_or(u32::MAX)), source))
    }

    /// The text under a span; empty where the span lies outside.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source)
            .and_then(|source| source.text.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }
}
