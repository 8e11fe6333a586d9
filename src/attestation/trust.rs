//! Whom to trust: a pinned `trusted_root.json` (protobuf JSON of the Sigstore trust root), several of them a line each, or
//! a client trust configuration that holds one; or one public key. Nothing is ever fetched, and a file of several roots is
//! never "any of them": the caller names the authority. Does not know bundles.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;
use sigstore_crypto::KeyAlgorithm;
use sigstore_trust_root::TrustedRoot;
use sigstore_types::DerPublicKey;
use sigstore_verify::Verifier;

use super::bundle::plainly;
use super::verdict::{Code, Failure};
use crate::base::digest;
use crate::base::json;

/// Largest trust root, bytes.
pub const ROOT_BYTES: usize = 4 << 20;
/// Most trust roots in one file.
const ROOTS: usize = 64;
/// Largest key file, bytes.
pub const KEY_BYTES: usize = 64 << 10;
/// The media type of a client trust configuration, which holds a trust root.
const CLIENT_TRUST: &str = "application/vnd.dev.sigstore.clienttrustconfig";
/// The media type of a trust root.
const TRUSTED_ROOT: &str = "application/vnd.dev.sigstore.trustedroot";

/// Whom to trust: authorities, a key, or a key whose signatures are in the log of those authorities.
#[derive(Debug, Default)]
pub struct Trust {
    /// The trust root.
    pub(super) root: Option<Root>,
    /// A public key, as DER: then no certificate is accepted.
    pub(super) key: Option<DerPublicKey>,
    /// The digests of what is trusted, `sha256:...`, in the order in which they were given.
    digests: Vec<String>,
}

/// One trust root, read and checked.
pub(super) struct Root {
    pub(super) verifier: Verifier,
    /// Whether its instance has no log at all, and time comes from a timestamp authority (GitHub's for private
    /// repositories). A property of the root that the caller pinned: no bundle can choose it.
    pub(super) without_log: bool,
}

impl fmt::Debug for Root {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Root").field("without_log", &self.without_log).finish_non_exhaustive()
    }
}

fn unusable(reason: impl fmt::Display) -> Failure {
    Failure::new(Code::MissingEvidence, format!("the trust root cannot be used: {}", plainly(reason)))
        .help("give a `trusted_root.json`, a `.jsonl` of them, or a client trust configuration")
}

impl Trust {
    /// With the roots of a file. Of several roots, `authority` names the one that is meant: the host of one of its certificate
    /// authorities (`fulcio.sigstore.dev`).
    ///
    /// # Errors
    /// Where it is no trust root, or not clear which one is meant.
    pub fn with_roots(mut self, bytes: &[u8], authority: Option<&str>) -> Result<Self, Failure> {
        self.digests.push(digest::sha256(bytes).to_string());
        let mut roots = documents(bytes)?.into_iter().map(root).collect::<Result<Vec<_>, _>>()?;
        let names: BTreeSet<String> = roots.iter().flat_map(hosts).collect();
        let listed = || names.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        if let Some(authority) = authority {
            roots.retain(|root| hosts(root).any(|host| host == authority));
            if roots.is_empty() {
                return Err(Failure::new(Code::MissingEvidence, "the trust root has no authority of that name")
                    .between(authority, listed())
                    .help("name one of those that were found"));
            }
        }
        let [root] = roots.as_slice() else {
            let message = format!("the file holds {} trust roots, and it is not said which one is meant", roots.len());
            return Err(Failure::new(Code::MissingEvidence, message)
                .between("one authority", listed())
                .help("name its authority: `--authority HOST`"));
        };
        let without_log = root.tlogs.is_empty() && root.ctlogs.is_empty() && !root.timestamp_authorities.is_empty();
        self.root = Some(Root { verifier: Verifier::new(root).map_err(unusable)?, without_log });
        Ok(self)
    }

    /// With a public key, PEM (`PUBLIC KEY`).
    ///
    /// # Errors
    /// Where it is none, or of an algorithm that is not read.
    pub fn with_key(self, bytes: &[u8]) -> Result<Self, Failure> {
        let unusable = |reason: String| {
            Failure::new(Code::MissingEvidence, format!("the key cannot be used: {reason}"))
                .help("give a public key as PEM, `-----BEGIN PUBLIC KEY-----`: `openssl pkey -in KEY -pubout`")
        };
        if bytes.len() > KEY_BYTES {
            return Err(unusable(format!("{} bytes, more than the limit of {KEY_BYTES}", bytes.len())));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| unusable(String::from("it is not UTF-8")))?;
        if text.contains("PRIVATE KEY-----") {
            return Err(unusable(String::from("it is a private key")));
        }
        let key = DerPublicKey::from_pem(text)
            .map_err(|_| unusable(String::from("it is no PEM with one block `PUBLIC KEY` alone")))?;
        self.with_der(key.as_bytes()).map_err(|failure| unusable(failure.message))
    }

    /// With a public key, DER (`SubjectPublicKeyInfo`).
    ///
    /// # Errors
    /// Where it is none, or of an algorithm that is not read.
    pub fn with_der(mut self, bytes: &[u8]) -> Result<Self, Failure> {
        let key = DerPublicKey::new(bytes.to_vec());
        KeyAlgorithm::from_spki(&key).map_err(|error| Failure::new(Code::MissingEvidence, plainly(error)))?;
        self.digests.push(digest::sha256(key.as_bytes()).to_string());
        self.key = Some(key);
        Ok(self)
    }

    /// The digest of the key, `sha256:...`, where there is one.
    pub fn key_digest(&self) -> Option<String> {
        self.key.as_ref().map(|key| digest::sha256(key.as_bytes()).to_string())
    }

    /// The digests of what is trusted.
    pub fn digests(&self) -> &[String] {
        &self.digests
    }
}

/// The documents of a file: one, or one a line where its first line is one by itself.
fn documents(bytes: &[u8]) -> Result<Vec<Value>, Failure> {
    if bytes.len() > ROOT_BYTES {
        return Err(unusable(format!("{} bytes, more than the limit of {ROOT_BYTES}", bytes.len())));
    }
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
    let first_is_whole = lines.first().is_some_and(|line| json::parse(line, ROOT_BYTES).is_ok_and(|it| it.is_object()));
    if lines.len() < 2 || !first_is_whole {
        return Ok(vec![json::parse(bytes, ROOT_BYTES).map_err(unusable)?]);
    }
    if lines.len() > ROOTS {
        return Err(unusable(format!("{} roots, more than the limit of {ROOTS}", lines.len())));
    }
    lines.into_iter().map(|line| json::parse(line, ROOT_BYTES).map_err(unusable)).collect()
}

fn root(document: Value) -> Result<TrustedRoot, Failure> {
    let media_type = |value: &Value| value.get("mediaType").and_then(Value::as_str).unwrap_or_default().to_owned();
    let document = if media_type(&document).starts_with(CLIENT_TRUST) {
        document.get("trustedRoot").cloned().ok_or_else(|| unusable("the configuration holds no `trustedRoot`"))?
    } else {
        document
    };
    if !media_type(&document).starts_with(TRUSTED_ROOT) {
        return Err(unusable(format!("its `mediaType` is not `{TRUSTED_ROOT}+json;version=0.1` or the like")));
    }
    TrustedRoot::from_json(&document.to_string()).map_err(unusable)
}

/// The hosts of a root's certificate authorities.
fn hosts(root: &TrustedRoot) -> impl Iterator<Item = String> {
    root.certificate_authorities.iter().map(|authority| {
        let uri = authority.uri.split_once("://").map_or(authority.uri.as_str(), |(_, rest)| rest);
        uri.split(['/', ':']).next().unwrap_or_default().to_owned()
    })
}
