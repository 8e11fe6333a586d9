//! The table of diagnostic codes: one row each, never reused.
//!
//! Blocks by room: 0 environment and limits, 1 syntax, 2 names, 3 types, 4 rules and lints, 5 target and facts,
//! 6 evaluation, 7 judge, 8 decision, 9 attestation. Each row has a page `docs/src/codes/ATnnnn.md`.

use super::Severity;

/// A stable diagnostic code, `AT` and four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

/// What the table says of a code.
#[derive(Clone, Copy, Debug)]
pub struct CodeInfo {
    /// `AT2003`.
    pub code: Code,
    /// `unknown-name`.
    pub name: &'static str,
    /// The severity without overrides.
    pub severity: Severity,
}

impl Code {
    /// `AT2003`.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The code's row.
    pub fn info(self) -> CodeInfo {
        CODES.iter().find(|info| info.code == self).copied().unwrap_or(CodeInfo {
            code: self,
            name: "bug",
            severity: Severity::Error,
        })
    }

    /// The code of that spelling (`AT2003`) or kebab-case name.
    pub fn find(text: &str) -> Option<CodeInfo> {
        CODES.iter().find(|info| info.code.0.eq_ignore_ascii_case(text) || info.name == text).copied()
    }
}

macro_rules! codes {
    ($($constant:ident $code:literal $name:literal $severity:ident;)*) => {
        $(
            #[doc = concat!("`", $code, "` ", $name, ".")]
            pub const $constant: Code = Code($code);
        )*
        /// All codes in order.
        pub const CODES: &[CodeInfo] = &[
            $(CodeInfo { code: $constant, name: $name, severity: Severity::$severity },)*
        ];
    };
}

codes! {
    // 0: environment and limits
    BUG "AT0001" "bug" Error;
    LIMIT "AT0002" "limit-exceeded" Error;
    UNREADABLE_SOURCE "AT0003" "unreadable-source" Error;
    NOTHING_TO_COMPILE "AT0004" "nothing-to-compile" Error;
    // 1: syntax
    SYNTAX "AT1001" "syntax-error" Error;
    // 2: names
    UNKNOWN_NAME "AT2003" "unknown-name" Error;
    // 3: types
    MISMATCHED_TYPES "AT3001" "mismatched-types" Error;
    // 4: rules and lints
    // 5: target and facts
    // 6: evaluation
    // 8: decision
}
