//! Any bytes as the file of `create --input`, over a draft that is whole or empty: what comes out is a statement that its own
//! verifier accepts in its shape; the rest is refused, with what to do.
#![no_main]

use attest::base::digest::sha256;
use attest::decide::Level;
use attest::provenance::contract::standard;
use attest::provenance::make::{Draft, Origin, Subject, Version, input, statement};
use attest::provenance::validate;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

/// A predicate of version 0 that may be given out.
const WHOLE: &str = r#"{"predicateVersion": "v0", "runId": "run-1", "verificationLevel": "evidence-grade",
    "repo": {"url": "https://git.example/acme/shop", "baseCommit": "1111111111111111111111111111111111111111"},
    "agent": {"name": "tailor", "version": "2.1.0", "invocationKind": "local-cli"},
    "environment": {"executionType": "local"}, "humanApproval": {"state": "none"},
    "privacy": {"redactionPolicy": "digests-only", "rawPrompt": {"stored": false, "visibility": "none"},
    "rawToolOutputs": {"stored": false, "visibility": "none"},
    "publicTransparencyLog": {"allowed": false, "includesRawContent": false}},
    "timestamps": {"startedAt": "2026-10-01T08:00:00Z", "finishedAt": "2026-10-01T08:05:00Z"},
    "evidence": [{"type": "tool-summary", "uri": "artifact://acme/runs/1.json", "storage": "local-only", "visibility": "team",
    "digest": {"sha256": "6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b"}}]}"#;

fn whole(version: Version) -> Map<String, Value> {
    let mut members: Map<String, Value> = serde_json::from_str(WHOLE).expect("JSON");
    members.insert("predicateVersion".to_owned(), version.name().into());
    members
}

fuzz_target!(|bytes: &[u8]| {
    let contract = standard().expect("the standard documents compile");
    let subjects = [Subject { name: "patch.diff", digest: sha256(b"patch") }];
    for version in [Version::V0, Version::V1] {
        let members = match input(contract, version, bytes) {
            Ok(members) => members,
            Err(refusals) => {
                assert!(!refusals.is_empty());
                assert!(refusals.iter().all(|it| !it.message.is_empty() && !it.help.is_empty()));
                continue;
            }
        };
        for around in [Map::new(), whole(version)] {
            let mut draft = Draft::new();
            draft.fill_all(members.clone(), &Origin::Input);
            draft.fill_all(around, &Origin::Default);
            match statement(contract, version, Level::EvidenceGrade, &subjects, &draft) {
                Ok(made) => assert_eq!(validate(contract, made.text.as_bytes()), Ok(())),
                Err(refusals) => assert!(refusals.iter().all(|it| !it.message.is_empty() && !it.help.is_empty())),
            }
        }
    }
});
