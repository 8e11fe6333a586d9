//! Any bytes as a trust root, with and without the name of an authority: it is read the same way twice, or refused with what
//! to do, and nothing that nobody signed is verified by it.
#![no_main]

use attest::attestation::{Pins, Request, Signed, Trust, Verdict, verify};
use libfuzzer_sys::fuzz_target;

/// A bundle whose certificate belongs to no root that chance could find.
const BUNDLE: &[u8] = br#"{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial":
    {"certificate": {"rawBytes": "MAA="}, "tlogEntries": []}, "dsseEnvelope": {"payload": "e30=",
    "payloadType": "application/vnd.in-toto+json", "signatures": [{"sig": "MAA="}]}}"#;

fuzz_target!(|bytes: &[u8]| {
    for authority in [None, Some("fulcio.sigstore.dev")] {
        let again = Trust::default().with_roots(bytes, authority);
        match Trust::default().with_roots(bytes, authority) {
            Err(failure) => {
                assert!(again.is_err() && !failure.message.is_empty() && failure.help.is_some_and(|it| !it.is_empty()));
            }
            Ok(trust) => {
                assert_eq!(trust.digests(), again.expect("as before").digests());
                assert!(trust.key_digest().is_none());
                let artifacts = [Signed::Bytes(b"artifact")];
                let request = Request {
                    document: BUNDLE,
                    artifacts: &artifacts,
                    subjects_open: false,
                    trust: &trust,
                    pins: &Pins { identity: Some("a@b".into()), issuer: Some("https://c".into()), ..Pins::default() },
                    predicate_type: None,
                    only_subject: false,
                };
                assert_ne!(verify(&request).verdict, Verdict::Verified);
            }
        }
    }
});
