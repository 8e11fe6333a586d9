//! Byte ranges in rule sources.

/// A rule source in a [`super::source::SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A half-open byte range `start..end` in one rule source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source that the range lies in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A range of `source`; an `end` before `start` is taken as empty.
    pub fn new(source: SourceId, start: u32, end: u32) -> Self {
        Self { source, start, end: end.max(start) }
    }

    /// From the start of `self` to the end of `other` (of the same source).
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.source, self.start.min(other.start), self.end.max(other.end))
    }

    /// The empty range at the end of `self`.
    #[must_use]
    pub fn after(self) -> Self {
        Self::new(self.source, self.end, self.end)
    }

    /// The empty range at the start of `self`.
    #[must_use]
    pub fn before(self) -> Self {
        Self::new(self.source, self.start, self.start)
    }
}
