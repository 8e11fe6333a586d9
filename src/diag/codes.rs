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
    BAD_MANIFEST "AT0005" "bad-manifest" Error;
    // 1: syntax
    SYNTAX "AT1001" "syntax-error" Error;
    UNTERMINATED "AT1002" "unterminated-literal" Error;
    BAD_ESCAPE "AT1003" "bad-escape" Error;
    MISPLACED_HEADER "AT1004" "misplaced-header" Error;
    DUPLICATE_HEADER "AT1005" "duplicate-header" Error;
    UNKNOWN_KEYWORD "AT1006" "unknown-keyword" Error;
    WRONG_OPERATOR "AT1007" "wrong-operator" Error;
    WRONG_QUOTES "AT1008" "wrong-quotes" Error;
    NUMBER_OUT_OF_RANGE "AT1009" "number-out-of-range" Error;
    MALFORMED_NUMBER "AT1010" "malformed-number" Error;
    NOT_ASCII_NAME "AT1011" "not-ascii-name" Error;
    UNEXPECTED_CHARACTER "AT1012" "unexpected-character" Error;
    BIDI_CONTROL "AT1013" "bidi-control" Error;
    DANGLING_DOC "AT1014" "dangling-doc" Warning;
    FIELD_PUNCTUATION "AT1015" "field-punctuation" Error;
    UNCLOSED_BRACKET "AT1016" "unclosed-bracket" Error;
    STRAY_BRACKET "AT1017" "stray-bracket" Error;
    MISPLACED_DECLARATION "AT1018" "misplaced-declaration" Error;
    MAP_LITERAL "AT1019" "map-literal" Error;
    UNQUOTED_TEXT "AT1020" "unquoted-text" Error;
    MINUS_SPACING "AT1021" "minus-without-spaces" Error;
    BARE_QUANTIFIER "AT1022" "bare-quantifier" Error;
    // 2: names
    UNKNOWN_NAME "AT2003" "unknown-name" Error;
    // 3: types
    MISMATCHED_TYPES "AT3001" "mismatched-types" Error;
    // 4: rules and lints
    // 5: target and facts
    // 6: evaluation
    // 8: decision
}
