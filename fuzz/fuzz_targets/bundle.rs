//! Any bytes as a bundle or envelope, and as a trust root: nothing crashes, and nothing that nobody signed is verified.
#![no_main]

use attest::attestation::{Pins, Request, Signed, Trust, Verdict, verify};
use libfuzzer_sys::fuzz_target;

const KEY: &[u8] = include_bytes!("../../tests/attestation/keys/p256.pub");
const ROOT: &[u8] = br#"{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}"#;

fuzz_target!(|bytes: &[u8]| {
    let artifacts = [Signed::Bytes(b"artifact")];
    let named = Pins { identity: Some("a@b".into()), issuer: Some("https://c".into()), ..Pins::default() };
    let Ok(key) = Trust::default().with_key(KEY) else { return };
    let Ok(root) = Trust::default().with_roots(ROOT, None) else { return };
    for (trust, pins) in [(&key, &Pins::default()), (&root, &named)] {
        let request = Request {
            document: bytes,
            artifacts: &artifacts,
            subjects_open: false,
            trust,
            pins,
            predicate_type: None,
            only_subject: true,
        };
        // The corpus may hold what the test's key signed, but never over this artifact.
        assert_ne!(verify(&request).verdict, Verdict::Verified);
    }
    let _ = Trust::default().with_roots(bytes, Some("host"));
    let _ = Trust::default().with_key(bytes);
});
