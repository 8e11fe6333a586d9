//! What a certificate says, before anybody vouches for it. Does not know chains, logs or times.

use sigstore_crypto::parse_certificate_info;
use sigstore_types::{DerCertificate, DerPublicKey};

use super::bundle::plainly;
use super::envelope::Envelope;
use super::pins::Identity;

/// A certificate that was read and not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    /// As it came.
    pub der: Vec<u8>,
    /// Whose it claims to be.
    pub identity: Identity,
    /// The key that it is for, `SubjectPublicKeyInfo`.
    pub public_key: Vec<u8>,
}

impl Unverified {
    /// Reads a certificate, PEM.
    ///
    /// # Errors
    /// Where it is none.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        let der = DerCertificate::from_pem(pem).map_err(plainly)?;
        let information = parse_certificate_info(&der).map_err(plainly)?;
        Ok(Self {
            der: der.as_bytes().to_vec(),
            identity: Identity::of(&information),
            public_key: information.public_key.as_bytes().to_vec(),
        })
    }

    /// As PEM.
    pub fn to_pem(&self) -> String {
        DerCertificate::new(self.der.clone()).to_pem()
    }

    /// Whether a signature of the envelope is by the certificate's key.
    pub fn signed(&self, envelope: &Envelope) -> bool {
        envelope.is_signed_by(&DerPublicKey::new(self.public_key.clone()))
    }
}
