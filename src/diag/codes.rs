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
    UNKNOWN_MODULE "AT2001" "unknown-module" Error;
    UNKNOWN_IMPORT "AT2002" "unknown-import" Error;
    UNKNOWN_NAME "AT2003" "unknown-name" Error;
    UNKNOWN_CHECK "AT2004" "unknown-check" Error;
    UNKNOWN_RELATION "AT2005" "unknown-relation" Error;
    UNKNOWN_COLUMN "AT2006" "unknown-column" Error;
    UNKNOWN_METHOD "AT2007" "unknown-method" Error;
    UNKNOWN_ARGUMENT "AT2008" "unknown-argument" Error;
    UNKNOWN_FIELD "AT2009" "unknown-field" Error;
    UNKNOWN_VALUE "AT2010" "unknown-value" Error;
    UNKNOWN_TYPE "AT2011" "unknown-type" Error;
    UNKNOWN_ASSERTION "AT2012" "unknown-assertion" Error;
    UNKNOWN_FACET "AT2013" "unknown-facet" Error;
    UNKNOWN_HOLE "AT2014" "unknown-hole" Error;
    UNKNOWN_VERB "AT2015" "unknown-verb" Error;
    UNKNOWN_REFERENCE "AT2016" "unknown-reference" Error;
    UNKNOWN_PARAM "AT2017" "unknown-param" Error;
    DUPLICATE_DECLARATION "AT2020" "duplicate-declaration" Error;
    DUPLICATE_FIELD "AT2021" "duplicate-field" Error;
    DUPLICATE_ARGUMENT "AT2022" "duplicate-argument" Error;
    DUPLICATE_VALUE "AT2023" "duplicate-value" Error;
    DUPLICATE_ID "AT2024" "duplicate-id" Error;
    RESERVED_NAME "AT2025" "reserved-name" Error;
    RECURSIVE_CHECK "AT2026" "recursive-check" Error;
    // 3: types
    MISMATCHED_TYPES "AT3001" "mismatched-types" Error;
    MISSING_ARGUMENT "AT3002" "missing-argument" Error;
    POSITIONAL_ARGUMENT "AT3003" "positional-argument" Error;
    NAMED_ARGUMENT "AT3004" "named-argument" Error;
    ARGUMENT_COUNT "AT3005" "argument-count" Error;
    NO_SUCH_OVERLOAD "AT3006" "no-such-overload" Error;
    POSSIBLY_MISSING "AT3007" "possibly-missing" Error;
    NOT_OPTIONAL "AT3008" "not-optional" Error;
    NOT_CONSTANT "AT3009" "not-constant" Error;
    NOT_ITERABLE "AT3010" "not-iterable" Error;
    ALL_ON_RELATION "AT3011" "all-on-relation" Error;
    RESULT_AS_VALUE "AT3012" "result-as-value" Error;
    MIXED_NUMBERS "AT3013" "mixed-numbers" Error;
    NOT_A_CONDITION "AT3014" "not-a-condition" Error;
    UNMET_REQUIREMENT "AT3015" "unmet-requirement" Error;
    MISPLACED_EXPRESSION "AT3016" "misplaced-expression" Error;
    BAD_FILES "AT3020" "bad-files" Error;
    BAD_REGEX "AT3021" "bad-regex" Error;
    BAD_SYMBOL "AT3022" "bad-symbol" Error;
    BAD_KEY "AT3023" "bad-key" Error;
    BAD_VERSION "AT3024" "bad-version" Error;
    BAD_DIGEST "AT3025" "bad-digest" Error;
    BAD_TIME "AT3026" "bad-time" Error;
    BAD_URL "AT3027" "bad-url" Error;
    BAD_TEMPLATE "AT3028" "bad-template" Error;
    BAD_ID "AT3029" "bad-id" Error;
    // 4: rules and lints
    VACUOUS_CHECK "AT4001" "vacuous-check" Warning;
    UNUSED_USE "AT4002" "unused-use" Warning;
    UNUSED_PARAM "AT4003" "unused-param" Warning;
    MISSING_EDITION "AT4010" "missing-edition" Error;
    UNKNOWN_EDITION "AT4011" "unknown-edition" Error;
    MISSING_FIELD "AT4012" "missing-field" Error;
    MISSING_TITLE "AT4013" "missing-title" Error;
    UNSUPPORTED_DECLARATION "AT4015" "unsupported-declaration" Error;
    MISSING_VALUE "AT4016" "missing-value" Error;
    STALE_WAIVER "AT4018" "stale-waiver" Warning;
    EXPIRED_WAIVER "AT4019" "expired-waiver" Warning;
    // 5: target and facts
    // 6: evaluation
    // 7: judge
    NESTED_QUESTION "AT7001" "nested-question" Error;
    QUESTION_WITHOUT_FILES "AT7002" "question-without-files" Error;
    // 8: decision
    BAD_POLICY "AT8001" "bad-policy" Error;
    BAD_SCHEMA "AT8002" "bad-schema" Error;
}
