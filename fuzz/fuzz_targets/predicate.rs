//! Any bytes as the predicate of a statement that is whole: its schema and rules refuse it or hold, the same for a statement
//! alone and for a verdict.
#![no_main]

use attest::provenance::contract::standard;
use attest::provenance::{Phase, Trust, validate, verify};
use libfuzzer_sys::fuzz_target;

const CONTEXT: &[u8] =
    br#"{"repoUrl": "https://git.example/a", "baseCommit": "1111111111111111111111111111111111111111",
    "requiredLevel": "evidence-grade", "subjects": [{"name": "patch.diff", "algorithm": "sha256",
    "digest": "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"}]}"#;

fuzz_target!(|bytes: &[u8]| {
    let contract = standard().expect("the standard documents compile");
    for version in ["v0", "v1"] {
        let head = format!(
            r#"{{"_type": "https://in-toto.io/Statement/v1", "subject": [{{"name": "patch.diff", "digest": {{"sha256":
            "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"}}}}],
            "predicateType": "https://agentattest.dev/predicate/{version}", "predicate": "#
        );
        let statement = [head.as_bytes(), bytes, b"}"].concat();
        let alone = validate(contract, &statement);
        let verdict = verify(contract, &statement, CONTEXT, Trust::None);
        let shape = |phase: Phase| matches!(phase, Phase::Statement | Phase::Routing | Phase::Schema | Phase::Rules);
        let refused: Vec<_> = verdict.failures.iter().filter(|failure| shape(failure.phase)).collect();
        match alone {
            Ok(()) => assert!(refused.is_empty(), "{refused:?}"),
            Err(failures) => assert!(!failures.is_empty() && failures.iter().collect::<Vec<_>>() == refused),
        }
    }
});
