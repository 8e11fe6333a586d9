//! Private keys: PKCS#8 as PEM, encrypted (PBES2) or not; ECDSA P-256 and Ed25519. Secrets are wiped from memory when they
//! are dropped, and never shown. Does not know where a key or its passphrase comes from.

use std::fmt;

use p256::ecdsa::signature::Signer as _;
use p256::pkcs8::{EncodePublicKey as _, EncryptedPrivateKeyInfo, PrivateKeyInfo, SecretDocument};
use pkcs8::pkcs5::EncryptionScheme;
use pkcs8::pkcs5::pbes2::{Kdf, Pbkdf2Prf};

use crate::base::digest;

/// Largest key file, bytes.
pub const BYTES: u64 = 64 << 10;
/// Most rounds of PBKDF2.
const ROUNDS: u32 = 10_000_000;
/// Most memory that scrypt touches, bytes; OpenSSL's own keys ask for 16 MiB.
const SCRYPT_BYTES: u64 = 1 << 30;
/// The algorithms of keys.
const EC: &str = "1.2.840.10045.2.1";
const P256: &str = "1.2.840.10045.3.1.7";
const ED25519: &str = "1.3.101.112";

/// Why a key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM, or no PKCS#8 in it.
    #[error("the key is no PKCS#8 PEM: {reason}")]
    Malformed {
        /// What is wrong.
        reason: String,
    },
    /// Something else than PKCS#8 with PBES2.
    #[error("the key is {what}")]
    Unsupported {
        /// What it is.
        what: &'static str,
        /// What to do.
        help: &'static str,
    },
    /// An encrypted key, and no passphrase.
    #[error("the key is encrypted, and there is no passphrase")]
    PassphraseMissing,
    /// An encrypted key, and another passphrase.
    #[error("the passphrase is not that of the key, or the key is damaged")]
    PassphraseWrong,
    /// A key whose decryption would take all memory or all day.
    #[error("the key's encryption asks for more work than the limit: {what}")]
    Costly {
        /// What it asks for.
        what: String,
    },
    /// The key does not sign what its own public half verifies.
    #[error("a signature by the key does not verify")]
    Broken,
}

/// How to convert to what is read.
const CONVERT: &str = "convert it: `openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW`";
/// How to make a key.
const MAKE: &str = "make one: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes-256-cbc -out KEY`";

impl KeyError {
    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Malformed { .. } | Self::Broken => MAKE,
            Self::Costly { .. } => CONVERT,
            Self::Unsupported { help, .. } => help,
            Self::PassphraseMissing => {
                "set `ATTEST_SIGN_PASSPHRASE`, give an open descriptor: `--passphrase-fd N`, or run it in a terminal"
            }
            Self::PassphraseWrong => "check the passphrase; a trailing line end is not part of it",
        }
    }
}

/// A private key.
pub enum SigningKey {
    /// ECDSA on P-256 with SHA-256; signatures are deterministic (RFC 6979).
    P256(Box<p256::ecdsa::SigningKey>),
    /// Ed25519.
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::P256(_) => "SigningKey::P256",
            Self::Ed25519(_) => "SigningKey::Ed25519",
        })
    }
}

impl SigningKey {
    /// Whether the key is encrypted, by the label of its block: whether somebody has to be asked. What is no key is not.
    pub fn is_encrypted(pem: &[u8]) -> bool {
        std::str::from_utf8(pem).is_ok_and(|text| text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----"))
    }

    /// Reads a key; the passphrase is not looked at where the key is not encrypted.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn from_pem(pem: &[u8], passphrase: Option<&[u8]>) -> Result<Self, KeyError> {
        let malformed = |reason: &dyn fmt::Display| KeyError::Malformed { reason: reason.to_string() };
        let text = std::str::from_utf8(pem).map_err(|_| malformed(&"it is not UTF-8"))?;
        // Some writers put remarks before the block, which strict PEM has not.
        let text =
            text.find("-----BEGIN ").and_then(|start| text.get(start..)).ok_or_else(|| malformed(&"no block"))?;
        refuse_by_label(text)?;
        let (label, document) = SecretDocument::from_pem(text).map_err(|error| malformed(&error))?;
        match label {
            "PRIVATE KEY" => Self::from_der(document.as_bytes()),
            "ENCRYPTED PRIVATE KEY" => {
                let encrypted =
                    EncryptedPrivateKeyInfo::try_from(document.as_bytes()).map_err(|_| KeyError::Unsupported {
                        what: "encrypted in a way that is not read (PBES2 with AES is)",
                        help: CONVERT,
                    })?;
                bound(&encrypted.encryption_algorithm)?;
                let passphrase = passphrase.ok_or(KeyError::PassphraseMissing)?;
                let plain = encrypted.decrypt(passphrase).map_err(|_| KeyError::PassphraseWrong)?;
                Self::from_der(plain.as_bytes())
            }
            _ => Err(KeyError::Unsupported { what: "no private key", help: MAKE }),
        }
    }

    /// The P-256 key of a secret number, big-endian; `None` where the number is zero or beyond the curve's order, which is met
    /// about never with random bytes.
    pub fn from_scalar(scalar: &[u8; 32]) -> Option<Self> {
        p256::ecdsa::SigningKey::from_slice(scalar).ok().map(|key| Self::P256(Box::new(key)))
    }

    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let malformed = |error: &dyn fmt::Display| KeyError::Malformed { reason: error.to_string() };
        let info = PrivateKeyInfo::try_from(der).map_err(|error| malformed(&error))?;
        let algorithm = info.algorithm.oid.to_string();
        let curve = info.algorithm.parameters_oid().map(|oid| oid.to_string()).unwrap_or_default();
        match (algorithm.as_str(), curve.as_str()) {
            (EC, P256) => {
                let key = p256::ecdsa::SigningKey::try_from(info).map_err(|error| malformed(&error))?;
                Ok(Self::P256(Box::new(key)))
            }
            (ED25519, _) => {
                let key = ed25519_dalek::SigningKey::try_from(info).map_err(|error| malformed(&error))?;
                Ok(Self::Ed25519(Box::new(key)))
            }
            _ => Err(KeyError::Unsupported { what: "neither ECDSA P-256 nor Ed25519", help: MAKE }),
        }
    }

    /// The public key as DER (`SubjectPublicKeyInfo`).
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn public_der(&self) -> Result<Vec<u8>, KeyError> {
        let document = match self {
            Self::P256(key) => key.verifying_key().to_public_key_der(),
            Self::Ed25519(key) => key.verifying_key().to_public_key_der(),
        };
        document.map(p256::pkcs8::Document::into_vec).map_err(|error| KeyError::Malformed { reason: error.to_string() })
    }

    /// What tells the key from others: SHA-256 of its public half, hex.
    ///
    /// # Errors
    /// As [`Self::public_der`].
    pub fn id(&self) -> Result<String, KeyError> {
        Ok(digest::sha256(&self.public_der()?).hex)
    }

    /// A signature over bytes: DER for ECDSA, 64 bytes for Ed25519.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(bytes);
                signature.to_der().as_bytes().to_vec()
            }
            Self::Ed25519(key) => key.sign(bytes).to_bytes().to_vec(),
        }
    }
}

/// What people have lying about, by its first lines.
fn refuse_by_label(text: &str) -> Result<(), KeyError> {
    let first = text.lines().next().unwrap_or_default();
    let unsupported = |what, help| Err(KeyError::Unsupported { what, help });
    if text.contains("\nProc-Type:") || text.contains("\rProc-Type:") {
        return unsupported("encrypted the old way (`Proc-Type`), which a passphrase hardly protects", CONVERT);
    }
    for (label, what, help) in [
        ("EC PRIVATE KEY", "in the SEC1 form", CONVERT),
        ("RSA PRIVATE KEY", "an RSA key", MAKE),
        ("OPENSSH PRIVATE KEY", "an OpenSSH key", MAKE),
        ("SIGSTORE PRIVATE KEY", "encrypted in cosign's own form", MAKE),
        ("COSIGN PRIVATE KEY", "encrypted in cosign's own form", MAKE),
        ("EC PARAMETERS", "preceded by a block of parameters", CONVERT),
        ("PUBLIC KEY", "a public key", "give the private key; the public one is for `attest verify`"),
    ] {
        if first.trim_end().strip_suffix("-----").is_some_and(|begin| begin.ends_with(label)) {
            return unsupported(what, help);
        }
    }
    Ok(())
}

/// An encrypted key says itself how much work its decryption is.
fn bound(scheme: &EncryptionScheme<'_>) -> Result<(), KeyError> {
    let EncryptionScheme::Pbes2(parameters) = scheme else {
        return Err(KeyError::Unsupported { what: "encrypted the old way (PBES1)", help: CONVERT });
    };
    let costly = |what: String| Err(KeyError::Costly { what });
    match &parameters.kdf {
        Kdf::Pbkdf2(kdf) if kdf.iteration_count > ROUNDS => {
            costly(format!("{} rounds, more than {ROUNDS}", kdf.iteration_count))
        }
        Kdf::Pbkdf2(kdf) if kdf.prf == Pbkdf2Prf::HmacWithSha1 => {
            Err(KeyError::Unsupported { what: "encrypted by way of SHA-1", help: CONVERT })
        }
        Kdf::Scrypt(kdf) => {
            let (block, lanes) = (u64::from(kdf.block_size), u64::from(kdf.parallelization));
            let bytes = kdf.cost_parameter.checked_mul(block).and_then(|it| it.checked_mul(lanes));
            let bytes = bytes.and_then(|it| it.checked_mul(128)).unwrap_or(u64::MAX);
            if !kdf.cost_parameter.is_power_of_two() || bytes > SCRYPT_BYTES || bytes == 0 {
                return costly(format!("scrypt over {bytes} bytes, more than {SCRYPT_BYTES}"));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
