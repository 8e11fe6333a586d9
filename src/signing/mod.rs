//! Keyless signing: an identity token becomes a certificate for a key that lives for one signature, and the signature is
//! logged and stamped by the services that were named, and by no others. Does not know where options come from, nor files.

mod address;
mod ambient;
mod der;
mod fulcio;
#[cfg(feature = "keyless")]
mod reason;
mod rekor;
mod services;
mod timestamp;
mod token;
mod wire;

use serde_json::{Value, json};
use zeroize::Zeroizing;

pub use self::address::Address;
pub use self::ambient::ambient;
pub use self::rekor::Version;
pub use self::services::{BYTES as CONFIGURATION_BYTES, LogService, Services};
pub use self::token::{AUDIENCE, BYTES as TOKEN_BYTES, Token};
use self::wire::Client;
use crate::attestation::certificate::Unverified;
use crate::attestation::envelope::{Envelope, Signature, pae};
use crate::attestation::key::SigningKey;
use crate::attestation::sign::{self, SignError};
use crate::attestation::{Identity, Pins, Request, Trust, Verdict, statement, verify};
use crate::base::digest;
use crate::base::system::System;

/// Who is talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Who gives out identity tokens.
    Issuer,
    /// The certificate authority.
    Authority,
    /// The transparency log.
    Log,
    /// The timestamp authority.
    Timestamp,
}

impl Service {
    /// In a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Issuer => "token issuer",
            Self::Authority => "certificate authority",
            Self::Log => "transparency log",
            Self::Timestamp => "timestamp authority",
        }
    }
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeylessError {
    /// The statement may not be signed.
    #[error(transparent)]
    Statement(#[from] SignError),
    /// The identity token is none, or not for this.
    #[error("the identity token cannot be used: {reason}")]
    Token {
        /// Why not; nothing of the token itself.
        reason: String,
        /// What to do.
        help: String,
    },
    /// The services do not make a signature that could be verified, or may not be named so.
    #[error("{reason}")]
    Services {
        /// What is wrong.
        reason: String,
        /// What to do.
        help: String,
    },
    /// A public log must not hold it.
    #[error("{reason}, so nothing is sent to a log that may be public")]
    Private {
        /// Who says so.
        reason: String,
    },
    /// A service did not do its part.
    #[error("the {} `{host}` {problem}", service.name())]
    Service {
        /// Which.
        service: Service,
        /// Its host.
        host: String,
        /// What it did instead.
        problem: String,
        /// What to do.
        help: String,
    },
    /// What was made does not verify.
    #[error("the bundle that was made does not verify: {reason}")]
    Unverified {
        /// Why not.
        reason: String,
    },
    /// The machine did not give what is needed.
    #[error("{0}")]
    Machine(String),
}

impl KeylessError {
    /// What to do.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Statement(_) | Self::Machine(_) => None,
            Self::Token { help, .. } | Self::Services { help, .. } | Self::Service { help, .. } => Some(help.clone()),
            Self::Private { .. } => Some(String::from(
                "name a log that is not public and say so: `--private-log`; or leave the log out and name a timestamp \
                 authority: `--tsa-url URL`",
            )),
            Self::Unverified { .. } => Some(String::from(
                "nothing was written; check that the trust root is that of the services, and do not use these services \
                 before it is known why",
            )),
        }
    }
}

/// What is signed, and by means of whom.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The statement, its very bytes.
    pub statement: &'a [u8],
    /// Who is called.
    pub services: &'a Services,
    /// Who signs.
    pub token: &'a Token,
    /// What the bundle is verified by afterwards.
    pub trust: Option<&'a Trust>,
    /// Whether the caller says that the logs are not public.
    pub private_log: bool,
}

/// What was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The bundle as JSON, with a line end.
    pub text: String,
    /// Who signed, as the certificate says.
    pub identity: Identity,
    /// Whether a trust root vouches for all of it.
    pub verified: bool,
}

/// What can be known before anybody is called, also for a token: that the statement may be signed, and that the services make
/// what can be verified.
///
/// # Errors
/// See [`KeylessError`].
pub fn prepare(statement: &[u8], services: &Services, private_log: bool) -> Result<(), KeylessError> {
    let read = sign::signable(statement)?;
    services.agree()?;
    if private_log || services.logs.is_empty() { Ok(()) } else { allowed(&read.document) }
}

/// Signs a statement. Nobody is called before everything that can be known is found to be in order, and nothing is sent to a
/// log before the certificate is found to be for the key that was made.
///
/// # Errors
/// See [`KeylessError`]; nothing is given out then.
pub fn sign(system: &dyn System, order: &Order<'_>) -> Result<Signed, KeylessError> {
    let Order { statement: bytes, services, token, .. } = *order;
    let read = sign::signable(bytes)?;
    prepare(bytes, services, order.private_log)?;
    token.may_be_used(system.now())?;
    if !order.private_log && !services.logs.is_empty() {
        is_public(token)?;
    }
    let client = Client::new(services.timeout, token.secret())?;
    let key = key(system)?;
    let public = key.public_der().map_err(SignError::from)?;
    let certificate = fulcio::certificate(&client, &services.authority, token, &key, &public)?;
    belongs(&certificate, token, services)?;
    let signature = key.sign(&pae(statement::PAYLOAD_TYPE, bytes));
    drop(key);
    let envelope = Envelope {
        payload_type: statement::PAYLOAD_TYPE.to_owned(),
        payload: bytes.to_vec(),
        signatures: vec![Signature { keyid: String::new(), bytes: signature.clone() }],
    };
    if !certificate.signed(&envelope) {
        return Err(KeylessError::Unverified { reason: String::from("the key of the certificate did not sign it") });
    }
    let mut entries = Vec::new();
    for log in &services.logs {
        entries.push(rekor::enter(&client, log, &envelope, &signature, &certificate)?);
    }
    let mut stamps = Vec::new();
    for authority in &services.timestamps {
        stamps.push(timestamp::stamp(system, &client, authority, &signature)?);
    }
    let text = bundle(&certificate, &entries, &stamps, &envelope);
    let verified = match order.trust {
        None => false,
        Some(trust) => hold(&text, bytes, &read.predicate_type, trust, &certificate.identity).map(|()| true)?,
    };
    Ok(Signed { text, identity: certificate.identity, verified })
}

/// A key for one signature.
fn key(system: &dyn System) -> Result<SigningKey, KeylessError> {
    for _ in 0..8 {
        let mut scalar = Zeroizing::new([0_u8; 32]);
        for half in scalar.chunks_mut(16) {
            let random = Zeroizing::new(system.random().map_err(|error| KeylessError::Machine(error.to_string()))?);
            half.copy_from_slice(&*random);
        }
        if let Some(key) = SigningKey::from_scalar(&scalar) {
            return Ok(key);
        }
    }
    Err(KeylessError::Machine(String::from("the random bytes of this machine make no key")))
}

/// A statement may say that it is not for a public log.
fn allowed(document: &Value) -> Result<(), KeylessError> {
    match document.pointer("/predicate/privacy/publicTransparencyLog/allowed") {
        None | Some(Value::Bool(true)) => Ok(()),
        Some(_) => Err(KeylessError::Private {
            reason: String::from("the statement's `publicTransparencyLog` does not allow it"),
        }),
    }
}

/// A token may say that its repository is not public.
fn is_public(token: &Token) -> Result<(), KeylessError> {
    match token.visibility() {
        Some(visibility) if visibility != "public" => {
            Err(KeylessError::Private { reason: format!("the repository of the identity token is {visibility}") })
        }
        _ => Ok(()),
    }
}

/// Whether the certificate is for this key, and for whom the token speaks of, as far as a token says so in the words of a
/// certificate.
fn belongs(certificate: &Unverified, token: &Token, services: &Services) -> Result<(), KeylessError> {
    let other = |problem: String| {
        let help =
            "somebody else's certificate was given out; nothing was signed: tell who runs the service".to_owned();
        Err(KeylessError::Service {
            service: Service::Authority,
            host: services.authority.host().to_owned(),
            problem,
            help,
        })
    };
    let identity = &certificate.identity;
    if identity.subject.as_ref().is_none_or(String::is_empty) {
        return other(String::from("gave a certificate without an identity"));
    }
    if let (Some(email), Some(subject)) = (token.email(), &identity.subject)
        && email != subject
    {
        return other(format!("gave a certificate for `{subject}`, and the token is that of `{email}`"));
    }
    match &identity.issuer {
        Some(issuer) if issuer != token.vouching() => {
            other(format!("gave a certificate by `{issuer}`, and the token is by `{}`", token.vouching()))
        }
        _ => Ok(()),
    }
}

fn bundle(certificate: &Unverified, entries: &[Value], stamps: &[Vec<u8>], envelope: &Envelope) -> String {
    let stamps: Vec<Value> = stamps.iter().map(|stamp| json!({"signedTimestamp": base64(stamp)})).collect();
    let mut material = json!({"certificate": {"rawBytes": base64(&certificate.der)}, "tlogEntries": entries});
    if !stamps.is_empty()
        && let Some(material) = material.as_object_mut()
    {
        material.insert(String::from("timestampVerificationData"), json!({"rfc3161Timestamps": stamps}));
    }
    let bundle = json!({
        "mediaType": sign::BUNDLE,
        "verificationMaterial": material,
        "dsseEnvelope": envelope.to_json(),
    });
    format!("{bundle}\n")
}

/// Verifies what was made, as anybody else would.
fn hold(
    text: &str,
    statement: &[u8],
    predicate_type: &str,
    trust: &Trust,
    identity: &Identity,
) -> Result<(), KeylessError> {
    let pins = Pins {
        identity: identity.subject.clone(),
        issuer: identity.issuer.clone(),
        no_issuer: identity.issuer.is_none(),
        ..Pins::default()
    };
    let verification = verify(&Request {
        document: text.as_bytes(),
        artifacts: &[],
        subjects_open: true,
        trust,
        pins: &pins,
        predicate_type: Some(predicate_type),
        only_subject: false,
    });
    if verification.verdict == Verdict::Verified && verification.payload.as_deref() == Some(statement) {
        return Ok(());
    }
    let reason = verification.failures.first().map_or_else(
        || String::from("another statement was signed"),
        |failure| format!("{} ({})", failure.message, failure.code.name()),
    );
    Err(KeylessError::Unverified { reason })
}

/// Base64 with padding.
fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The bytes of base64 with padding.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

/// SHA-256.
fn sha256(bytes: &[u8]) -> Vec<u8> {
    unhex(&digest::sha256(bytes).hex).unwrap_or_default()
}

/// The bytes of hex digits.
fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect()
}
