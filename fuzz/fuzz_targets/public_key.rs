//! Any bytes as a public key, as PEM and as DER: it is one key with one digest, or refused; what another key signed is never
//! verified by it.
#![no_main]

use std::sync::LazyLock;

use attest::attestation::key::SigningKey;
use attest::attestation::sign::{Form, sign};
use attest::attestation::{Pins, Request, Trust, Verdict, verify};
use libfuzzer_sys::fuzz_target;

const PRIVATE: &[u8] = include_bytes!("../../tests/attestation/keys/p256.pem");
const PUBLIC: &[u8] = include_bytes!("../../tests/attestation/keys/p256.pub");
const STATEMENT: &[u8] = include_bytes!("../../tests/attestation/statement.json");

static SIGNED: LazyLock<(String, Option<String>)> = LazyLock::new(|| {
    let key = SigningKey::from_pem(PRIVATE, None).expect("a key");
    let public = Trust::default().with_key(PUBLIC).expect("a key");
    (sign(STATEMENT, &key, Form::Bundle).expect("a statement"), public.key_digest())
});

fuzz_target!(|bytes: &[u8]| {
    for trust in [Trust::default().with_key(bytes), Trust::default().with_der(bytes)] {
        let Ok(trust) = trust else { continue };
        let digest = trust.key_digest();
        assert!(digest.as_ref().is_some_and(|digest| digest.len() == "sha256:".len() + 64));
        let request = Request {
            document: SIGNED.0.as_bytes(),
            artifacts: &[],
            subjects_open: true,
            trust: &trust,
            pins: &Pins::default(),
            predicate_type: None,
            only_subject: false,
        };
        assert_eq!(verify(&request).verdict == Verdict::Verified, digest == SIGNED.1);
    }
});
