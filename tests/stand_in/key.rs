//! Keys that come from a seed. Does not know what they sign.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey as _;
use sha2::{Digest as _, Sha256};

/// ECDSA P-256 with SHA-256; the same seed and name give the same key and the same signatures.
#[derive(Clone)]
pub(crate) struct Key(SigningKey);

impl Key {
    /// The key of that name.
    pub(crate) fn new(seed: u64, name: &str) -> Self {
        let scalar = sha256(format!("stand-in key {seed} {name}").as_bytes());
        Self(SigningKey::from_slice(&scalar).unwrap())
    }

    /// A signature as DER.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.0.sign(message);
        signature.to_der().as_bytes().to_vec()
    }

    /// `SubjectPublicKeyInfo`.
    pub(crate) fn spki(&self) -> Vec<u8> {
        self.0.verifying_key().to_public_key_der().unwrap().as_bytes().to_vec()
    }

    /// The SHA-256 of the public key, which is the identifier of a log.
    pub(crate) fn id(&self) -> [u8; 32] {
        sha256(&self.spki())
    }
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Base64 with padding.
pub(crate) fn b64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// PEM with lines of 64 characters.
pub(crate) fn pem(label: &str, der: &[u8]) -> String {
    let text = b64(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
