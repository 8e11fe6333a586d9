//! Any bytes as a private key, with and without a passphrase: it is opened, or refused, in bounded time.
#![no_main]

use attest::attestation::key::SigningKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for passphrase in [None, Some(&b"correct-horse"[..])] {
        if let Ok(key) = SigningKey::from_pem(bytes, passphrase) {
            assert!(key.id().is_ok_and(|id| id.len() == 64));
        }
    }
});
