//! Any JSON as an envelope, any bytes as a statement, and any statement signed: what is signed verifies, and is the same bytes.
#![no_main]

use attest::attestation::envelope::{Envelope, pae};
use attest::attestation::key::SigningKey;
use attest::attestation::sign::{Form, sign};
use attest::attestation::statement;
use libfuzzer_sys::fuzz_target;

const KEY: &[u8] = include_bytes!("../../tests/attestation/keys/ed25519.pem");

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = serde_json::from_slice(bytes)
        && let Ok(envelope) = Envelope::read(&document)
    {
        assert!(pae(&envelope.payload_type, &envelope.payload).ends_with(&envelope.payload));
        assert_eq!(Envelope::read(&envelope.to_json()), Ok(envelope));
    }
    let read = statement::read(bytes);
    let Ok(key) = SigningKey::from_pem(KEY, None) else { return };
    let signed = sign(bytes, &key, Form::Bundle);
    assert!(signed.is_err() || read.is_ok(), "only statements are signed");
});
