//! The certificate authority: a token and a public key to a certificate (Fulcio, version 2 of its API). Does not know what is
//! signed.

use serde_json::Value;
use zeroize::Zeroizing;

use super::token::Token;
use super::wire::{Client, Question, failed, malformed};
use super::{Address, KeylessError, Service, base64};
use crate::attestation::certificate::Unverified;
use crate::attestation::key::SigningKey;
use crate::base::json;

/// Largest answer, bytes.
pub(super) const BYTES: usize = 256 << 10;

/// A certificate for the key, found to be for the key.
pub(super) fn certificate(
    client: &Client,
    authority: &Address,
    token: &Token,
    key: &SigningKey,
    public: &[u8],
) -> Result<Unverified, KeylessError> {
    let proof = base64(&key.sign(token.challenge().as_bytes()));
    let pem = serde_json::Value::from(pem(public)).to_string();
    // Written in one piece and wiped afterwards, for it holds the token, of which no character needs to be escaped.
    let mut body = Zeroizing::new(String::with_capacity(token.secret().len().saturating_add(1024)));
    body.push_str(r#"{"credentials":{"oidcIdentityToken":""#);
    body.push_str(token.secret());
    body.push_str(r#""},"publicKeyRequest":{"publicKey":{"algorithm":"ECDSA","content":"#);
    body.push_str(&pem);
    body.push_str(r#"},"proofOfPossession":""#);
    body.push_str(&proof);
    body.push_str(r#""}}"#);
    let answer = client.ask(&Question {
        service: Service::Authority,
        address: authority,
        url: &authority.join("/api/v2/signingCert"),
        types: ("application/json", "application/json"),
        body: Some(body.as_bytes()),
        bearer: None,
        limit: u64::try_from(BYTES).unwrap_or(u64::MAX),
    })?;
    let wrong = |what: &str| malformed(Service::Authority, authority, what);
    let answer = json::parse(&answer, BYTES).map_err(|error| malformed(Service::Authority, authority, error))?;
    if answer.get("signedCertificateDetachedSct").is_some_and(|it| !it.is_null()) {
        return Err(wrong("the certificate's log signed beside it and not in it, and bundles cannot hold that"));
    }
    let leaf = answer
        .pointer("/signedCertificateEmbeddedSct/chain/certificates/0")
        .and_then(Value::as_str)
        .ok_or_else(|| wrong("there is no certificate"))?;
    let certificate = Unverified::from_pem(leaf).map_err(|error| malformed(Service::Authority, authority, error))?;
    if certificate.public_key != public {
        let help = "nothing was signed; tell who runs the service";
        return Err(failed(Service::Authority, authority, "gave a certificate for another key", help));
    }
    Ok(certificate)
}

/// A public key as PEM.
fn pem(der: &[u8]) -> String {
    sigstore_types::DerPublicKey::new(der.to_vec()).to_pem()
}
