//! Language adapters: source text to [`CodeFacts`]. A language is one query file and one row.

pub mod ecmascript;
pub mod go;
pub mod python;
pub mod rust;
pub mod treesitter;

use super::model::CodeFacts;

/// One language's adapter.
#[derive(Clone, Copy, Debug)]
pub struct Adapter {
    /// The language, as the enum `language` spells it.
    pub language: &'static str,
    /// Text to facts; never fails: what cannot be parsed is listed as broken.
    pub extract: fn(&str) -> CodeFacts,
}

/// All adapters.
pub const ADAPTERS: &[Adapter] = &[
    Adapter { language: "python", extract: python::extract },
    Adapter { language: "javascript", extract: ecmascript::extract_javascript },
    Adapter { language: "typescript", extract: ecmascript::extract_typescript },
    Adapter { language: "tsx", extract: ecmascript::extract_tsx },
    Adapter { language: "go", extract: go::extract },
    Adapter { language: "rust", extract: rust::extract },
];

/// The adapter of a language.
pub fn adapter(language: &str) -> Option<&'static Adapter> {
    ADAPTERS.iter().find(|adapter| adapter.language == language)
}
