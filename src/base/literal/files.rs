//! `Files`: what a check looks at, one path or one glob.

use std::fmt;

use super::{Glob, LiteralError, RelPath, glob::WILD};

/// One path or one glob relative to the target's root. A text with one of `*?[{` is a glob; such a character in a file's
/// name is written as a class (`app/[[]id].tsx`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Files {
    /// Exactly this file.
    Path(RelPath),
    /// Every file that matches.
    Glob(Glob),
}

impl Files {
    /// Parses either.
    ///
    /// # Errors
    /// As for [`RelPath::parse`] and [`Glob::parse`].
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        if text.contains(WILD) { Glob::parse(text).map(Self::Glob) } else { RelPath::parse(text).map(Self::Path) }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Path(path) => path.as_str(),
            Self::Glob(glob) => glob.as_str(),
        }
    }

    /// Whether a path relative to the root is named.
    pub fn is_match(&self, path: &str) -> bool {
        match self {
            Self::Path(named) => named.as_str() == path,
            Self::Glob(glob) => glob.is_match(path),
        }
    }
}

impl fmt::Display for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
