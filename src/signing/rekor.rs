//! The transparency log: a signed envelope to an entry with its proof, in the form of bundles (Rekor, versions 1 and 2 of its
//! API). That an entry is about this envelope is compared; its signatures are for whoever has the log's key.

use serde_json::{Value, json};

use super::services::LogService;
use super::wire::{Client, Question, failed, malformed};
use super::{KeylessError, Service, base64, sha256, unbase64, unhex};
use crate::attestation::certificate::Unverified;
use crate::attestation::envelope::{Envelope, pae};
use crate::base::{digest, json};

/// Largest answer, bytes: it repeats what was sent.
pub(super) const BYTES: usize = 4 << 20;
/// The algorithm of the key, as version 2 names it.
const KEY: &str = "PKIX_ECDSA_P256_SHA_256";

/// Which protocol a log speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// With a promise and a time.
    #[default]
    V1,
    /// With tiles, and without a time.
    V2,
}

/// What is logged.
struct Logged<'a> {
    envelope: &'a Envelope,
    signature: &'a [u8],
    certificate: &'a Unverified,
}

/// Logs an envelope; the entry as bundles hold it.
pub(super) fn enter(
    client: &Client,
    log: &LogService,
    envelope: &Envelope,
    signature: &[u8],
    certificate: &Unverified,
) -> Result<Value, KeylessError> {
    let logged = Logged { envelope, signature, certificate };
    let (path, body) = match log.version {
        Version::V1 => ("/api/v1/log/entries", logged.request_v1()),
        Version::V2 => ("/api/v2/log/entries", logged.request_v2()),
    };
    let body = body.to_string();
    let answer = client.ask(&Question {
        service: Service::Log,
        address: &log.address,
        url: &log.address.join(path),
        types: ("application/json", "application/json"),
        body: Some(body.as_bytes()),
        bearer: None,
        limit: u64::try_from(BYTES).unwrap_or(u64::MAX),
    })?;
    let answer = json::parse(&answer, BYTES).map_err(|error| malformed(Service::Log, &log.address, error))?;
    let missing = || malformed(Service::Log, &log.address, "a member of the entry is missing or of another form");
    let (entry, body) = match log.version {
        Version::V1 => entry_v1(&answer),
        Version::V2 => entry_v2(&answer),
    }
    .ok_or_else(missing)?;
    let body = json::parse(&body, BYTES).map_err(|error| malformed(Service::Log, &log.address, error))?;
    let is_ours = match log.version {
        Version::V1 => logged.is_v1(&body),
        Version::V2 => logged.is_v2(&body),
    };
    if is_ours != Some(true) {
        let help = "nothing was written; tell who runs the service";
        return Err(failed(Service::Log, &log.address, "gave an entry that is about something else", help));
    }
    Ok(entry)
}

impl Logged<'_> {
    fn request_v1(&self) -> Value {
        json!({
            "apiVersion": "0.0.1",
            "kind": "dsse",
            "spec": {"proposedContent": {
                "envelope": self.envelope.to_json().to_string(),
                "verifiers": [base64(self.certificate.to_pem().as_bytes())],
            }},
        })
    }

    fn request_v2(&self) -> Value {
        json!({"hashedRekordRequestV002": {
            "digest": base64(&self.signed()),
            "signature": {
                "content": base64(self.signature),
                "verifier": {"keyDetails": KEY, "x509Certificate": {"rawBytes": base64(&self.certificate.der)}},
            },
        }})
    }

    /// The digest of what was signed.
    fn signed(&self) -> Vec<u8> {
        sha256(&pae(&self.envelope.payload_type, &self.envelope.payload))
    }

    /// Whether the entry is about this envelope.
    fn is_v1(&self, body: &Value) -> Option<bool> {
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
        let [signature] = body.pointer("/spec/signatures")?.as_array()?.as_slice() else { return Some(false) };
        let verifier = unbase64(signature.get("verifier")?.as_str()?)?;
        let verifier = Unverified::from_pem(std::str::from_utf8(&verifier).ok()?).ok()?;
        Some(
            text("/kind")? == "dsse"
                && text("/apiVersion")? == "0.0.1"
                && text("/spec/payloadHash/algorithm")? == "sha256"
                && text("/spec/payloadHash/value")? == digest::sha256(&self.envelope.payload).hex
                && unbase64(signature.get("signature")?.as_str()?)? == self.signature
                && verifier.der == self.certificate.der,
        )
    }

    /// Whether the entry is about this envelope.
    fn is_v2(&self, body: &Value) -> Option<bool> {
        let data = body.pointer("/spec/hashedRekordV002")?;
        let bytes = |pointer: &str| data.pointer(pointer).and_then(Value::as_str).and_then(unbase64);
        Some(
            body.get("kind")?.as_str()? == "hashedrekord"
                && body.get("apiVersion")?.as_str()? == "0.0.2"
                && data.pointer("/data/algorithm")?.as_str()? == "SHA2_256"
                && bytes("/data/digest")? == self.signed()
                && bytes("/signature/content")? == self.signature
                && bytes("/signature/verifier/x509Certificate/rawBytes")? == self.certificate.der,
        )
    }
}

/// The one entry of an answer of version 1, as bundles hold it, and its body.
fn entry_v1(answer: &Value) -> Option<(Value, Vec<u8>)> {
    let answer = answer.as_object()?;
    let mut entries = answer.values();
    let (Some(entry), None) = (entries.next(), entries.next()) else { return None };
    let body = entry.get("body")?.as_str()?;
    let proof = entry.pointer("/verification/inclusionProof")?;
    let number = |value: Option<&Value>| Some(value?.as_u64()?.to_string());
    let hash = |value: &Value| Some(base64(&unhex(value.as_str()?)?));
    let hashes = proof.get("hashes")?.as_array()?.iter().map(hash).collect::<Option<Vec<_>>>()?;
    let held = json!({
        "logIndex": number(entry.get("logIndex"))?,
        "logId": {"keyId": hash(entry.get("logID")?)?},
        "kindVersion": {"kind": "dsse", "version": "0.0.1"},
        "integratedTime": number(entry.get("integratedTime"))?,
        "inclusionPromise": {"signedEntryTimestamp": entry.pointer("/verification/signedEntryTimestamp")?.as_str()?},
        "inclusionProof": {
            "logIndex": number(proof.get("logIndex"))?,
            "rootHash": hash(proof.get("rootHash")?)?,
            "treeSize": number(proof.get("treeSize"))?,
            "hashes": hashes,
            "checkpoint": {"envelope": proof.get("checkpoint")?.as_str()?},
        },
        "canonicalizedBody": body,
    });
    Some((held, unbase64(body)?))
}

/// The entry of an answer of version 2, with the members that bundles have, and its body.
fn entry_v2(answer: &Value) -> Option<(Value, Vec<u8>)> {
    let body = answer.get("canonicalizedBody")?.as_str()?;
    let proof = answer.get("inclusionProof")?;
    let number = |value: Option<&Value>| {
        let value = value?;
        value.as_str().map(str::to_owned).or_else(|| value.as_u64().map(|number| number.to_string()))
    };
    let hashes = match proof.get("hashes") {
        None | Some(Value::Null) => Vec::new(),
        Some(hashes) => hashes.as_array()?.iter().map(Value::as_str).collect::<Option<Vec<_>>>()?,
    };
    let index = |value: Option<&Value>| number(value).unwrap_or_else(|| String::from("0"));
    let held = json!({
        "logIndex": index(answer.get("logIndex")),
        "logId": {"keyId": answer.pointer("/logId/keyId")?.as_str()?},
        "kindVersion": {"kind": "hashedrekord", "version": "0.0.2"},
        "inclusionProof": {
            "logIndex": index(proof.get("logIndex")),
            "rootHash": proof.get("rootHash")?.as_str()?,
            "treeSize": number(proof.get("treeSize"))?,
            "hashes": hashes,
            "checkpoint": {"envelope": proof.pointer("/checkpoint/envelope")?.as_str()?},
        },
        "canonicalizedBody": body,
    });
    Some((held, unbase64(body)?))
}
