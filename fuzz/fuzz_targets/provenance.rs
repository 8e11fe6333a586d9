//! Any bytes as a statement and as a context (a NUL stands between the two): a verdict that agrees with itself, never a crash.
//! What has no NUL is a statement against a context that is whole.
#![no_main]

use attest::provenance::contract::standard;
use attest::provenance::{Trust, verify};
use libfuzzer_sys::fuzz_target;

const CONTEXT: &[u8] = br#"{"repoUrl": "https://git.example/a", "baseCommit": "1111111111111111111111111111111111111111",
    "requiredLevel": "evidence-grade", "subjects": [{"name": "patch.diff", "algorithm": "sha256",
    "digest": "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"}]}"#;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == 0);
    let (statement, context) = (parts.next().unwrap_or_default(), parts.next().unwrap_or(CONTEXT));
    let contract = standard().expect("the standard documents compile");
    let verdict = verify(contract, statement, context, Trust::None);
    assert_eq!(verdict.valid, verdict.failures.is_empty());
    assert!(!verdict.valid || verdict.level.as_deref() == Some("evidence-grade"));
});
