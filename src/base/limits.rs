//! Limits on everything foreign. A limit is an argument with a default here; its error names the limit, the actual value
//! and the place.

/// Largest rule file, bytes.
pub const RULE_FILE_BYTES: usize = 4 << 20;
/// Deepest nesting of a rule file: blocks, parentheses, lists.
pub const RULE_NESTING: usize = 128;
/// Most diagnostics that one file gives before the rest is counted only.
pub const DIAGNOSTICS_PER_FILE: usize = 100;
/// Largest file of the target whose content is read, bytes.
pub const TARGET_FILE_BYTES: u64 = 32 << 20;
/// Most files of a target.
pub const TARGET_FILES: usize = 1_000_000;
/// Most findings that one assertion lists; the rest is counted in its message.
pub const FINDINGS: usize = 100;
/// Deepest nesting of syntax that an adapter descends into.
pub const SYNTAX_NESTING: usize = 512;
/// Deepest nesting of a document (JSON, YAML, TOML, XML).
pub const DOCUMENT_NESTING: usize = 128;
