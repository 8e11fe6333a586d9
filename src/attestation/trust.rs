//! Whom to trust: a pinned `trusted_root.json` (protobuf JSON of the Sigstore trust root), several of them a line each, or
//! a client trust configuration that holds one; or one public key. Nothing is ever fetched.

use sigstore_trust_root::TrustedRoot;
use sigstore_types::DerPublicKey;

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

/// Whom to trust: authorities, a key, or a key whose signatures are in the log of those authorities.
#[derive(Debug, Default)]
pub struct Trust {
    /// The roots of a file, in order; a bundle has to hold under one of them.
    pub(super) roots: Vec<TrustedRoot>,
    /// A public key, as DER: then no certificate is accepted.
    pub(super) key: Option<DerPublicKey>,
    /// The digests of the files, `sha256:...`, in the order in which they were given.
    pub(super) digests: Vec<String>,
}

impl Trust {
    /// With the roots of a file.
    ///
    /// # Errors
    /// Where it is no trust root.
    pub fn with_roots(mut self, bytes: &[u8]) -> Result<Self, Failure> {
        let unusable = |reason: String| {
            Failure::new(Code::MissingEvidence, format!("the trust root cannot be used: {reason}"))
                .help("give a `trusted_root.json`, a `.jsonl` of them, or a client trust configuration")
        };
        self.digests.push(digest::sha256(bytes).to_string());
        let whole = json::parse(bytes, ROOT_BYTES);
        let documents = match whole {
            Ok(document) => vec![document],
            // A file of lines: each is strict JSON of its own.
            Err(error @ json::JsonError::TooLarge { .. }) => return Err(unusable(error.to_string())),
            Err(error) => {
                let lines: Vec<&[u8]> =
                    bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect();
                if lines.len() < 2 {
                    return Err(unusable(error.to_string()));
                }
                if lines.len() > ROOTS {
                    return Err(unusable(format!("{} roots, more than the limit of {ROOTS}", lines.len())));
                }
                lines
                    .into_iter()
                    .map(|line| json::parse(line, ROOT_BYTES))
                    .collect::<Result<_, _>>()
                    .map_err(|error| unusable(error.to_string()))?
            }
        };
        self.roots = documents
            .into_iter()
            .map(|document| {
                let is_config = document
                    .get("mediaType")
                    .and_then(serde_json::Value::as_str)
                    .is_some_and(|media_type| media_type.starts_with(CLIENT_TRUST));
                let root = if is_config { document.get("trustedRoot").cloned() } else { Some(document) };
                let root = root.ok_or_else(|| unusable(String::from("the configuration holds no `trustedRoot`")))?;
                TrustedRoot::from_json(&root.to_string()).map_err(|error| unusable(error.to_string()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        if self.roots.is_empty() {
            return Err(unusable(String::from("it holds no root")));
        }
        Ok(self)
    }

    /// With a public key, PEM (`PUBLIC KEY`).
    ///
    /// # Errors
    /// Where it is none.
    pub fn with_key(mut self, bytes: &[u8]) -> Result<Self, Failure> {
        let unusable = |reason: String| {
            Failure::new(Code::MissingEvidence, format!("the key cannot be used: {reason}"))
                .help("give a public key as PEM: `-----BEGIN PUBLIC KEY-----`")
        };
        if bytes.len() > KEY_BYTES {
            return Err(unusable(format!("{} bytes, more than the limit of {KEY_BYTES}", bytes.len())));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| unusable(String::from("it is not UTF-8")))?;
        let key = DerPublicKey::from_pem(text).map_err(|error| unusable(error.to_string()))?;
        self.digests.push(digest::sha256(key.as_bytes()).to_string());
        self.key = Some(key);
        Ok(self)
    }

    /// The digests of what is trusted.
    pub fn digests(&self) -> &[String] {
        &self.digests
    }
}
