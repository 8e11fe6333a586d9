//! Signing of in-toto statements by a key: a DSSE envelope, bare or as a Sigstore bundle. What is signed is the file's own
//! bytes, checked before; what was made is verified before it is given out. Does not know files, logs or certificates.

use serde_json::json;

use super::envelope::{Envelope, Signature, pae};
use super::key::{KeyError, SigningKey};
use super::statement::{self, Statement};
use super::trust::Trust;
use super::verdict::{Code, Failure};
use super::verify::{self, Request};
use super::{Pins, Verdict};

/// The media type of the bundles that are made.
pub const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";

/// What is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A Sigstore bundle v0.3 with a hint at the key.
    Bundle,
    /// A DSSE envelope.
    Envelope,
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The statement is none.
    #[error("the statement is not signed: {}", .0.first().map(|it| it.message.as_str()).unwrap_or_default())]
    Statement(Vec<Failure>),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Reads a statement that may be signed.
///
/// # Errors
/// Where it is no in-toto statement v1, or a subject has no digest that proves anything.
pub fn signable(statement: &[u8]) -> Result<Statement, SignError> {
    let read = statement::read(statement).map_err(SignError::Statement)?;
    if read.document.get("_type").and_then(serde_json::Value::as_str) != Some(statement::TYPE) {
        let failure = Failure::new(Code::UnsupportedStatementType, "only statements of version 1 are signed");
        return Err(SignError::Statement(vec![failure.at("/_type").between(statement::TYPE, "an older version")]));
    }
    if let Some(index) = read.subjects.iter().position(statement::Subject::is_weak) {
        let failure = Failure::new(Code::SchemaInvalid, "a subject has no digest that proves anything");
        return Err(SignError::Statement(vec![failure.at(format!("/subject/{index}/digest"))]));
    }
    Ok(read)
}

/// Signs a statement; the JSON of the form, with a line end.
///
/// # Errors
/// Where the statement is no in-toto statement v1, or the key is broken.
pub fn sign(statement: &[u8], key: &SigningKey, form: Form) -> Result<String, SignError> {
    let read = signable(statement)?;
    let keyid = key.id()?;
    let signature = Signature { keyid: keyid.clone(), bytes: key.sign(&pae(statement::PAYLOAD_TYPE, statement)) };
    let envelope = Envelope {
        payload_type: statement::PAYLOAD_TYPE.to_owned(),
        payload: statement.to_vec(),
        signatures: vec![signature],
    };
    let document = match form {
        Form::Envelope => envelope.to_json(),
        Form::Bundle => json!({
            "mediaType": BUNDLE,
            "verificationMaterial": {"publicKey": {"hint": keyid}, "tlogEntries": []},
            "dsseEnvelope": envelope.to_json(),
        }),
    };
    let text = format!("{document}\n");
    let trust = Trust::default().with_der(&key.public_der()?).map_err(|_| KeyError::Broken)?;
    let request = Request {
        document: text.as_bytes(),
        artifacts: &[],
        subjects_open: true,
        trust: &trust,
        pins: &Pins::default(),
        predicate_type: Some(&read.predicate_type),
        only_subject: false,
    };
    let verification = verify::verify(&request);
    if verification.verdict == Verdict::Verified && verification.payload.as_deref() == Some(statement) {
        Ok(text)
    } else {
        Err(SignError::Key(KeyError::Broken))
    }
}
