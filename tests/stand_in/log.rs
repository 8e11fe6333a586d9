//! A transparency log: entries as Rekor makes them, a Merkle tree of RFC 6962, signed checkpoints and promises. Does not know
//! certificates, nor what is logged.

use serde_json::{Value, json};

use super::key::{Key, b64, hex, pem, sha256};

/// The name under which checkpoints are signed.
const ORIGIN: &str = "log.stand-in.test";
/// Entries of an older log, so that an index is not the index in the tree.
const SHIFT: usize = 1000;

/// What is logged of a signed envelope.
#[derive(Clone, Copy)]
pub(crate) struct Logged<'a> {
    /// The envelope as it was sent.
    pub(crate) envelope: &'a [u8],
    pub(crate) payload: &'a [u8],
    /// The SHA-256 of what was signed.
    pub(crate) signed: [u8; 32],
    pub(crate) signature: &'a [u8],
    pub(crate) certificate: &'a [u8],
}

impl Logged<'_> {
    /// The body of an entry `dsse` 0.0.1, canonical.
    fn v1(&self) -> String {
        let certificate = b64(pem("CERTIFICATE", self.certificate).as_bytes());
        let hash = |bytes: &[u8]| format!(r#"{{"algorithm":"sha256","value":"{}"}}"#, hex(&sha256(bytes)));
        format!(
            r#"{{"apiVersion":"0.0.1","kind":"dsse","spec":{{"envelopeHash":{},"payloadHash":{},"signatures":[{{"signature":"{}","verifier":"{certificate}"}}]}}}}"#,
            hash(self.envelope),
            hash(self.payload),
            b64(self.signature),
        )
    }

    /// The body of an entry `hashedrekord` 0.0.2, canonical.
    fn v2(&self) -> String {
        format!(
            r#"{{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{{"hashedRekordV002":{{"data":{{"algorithm":"SHA2_256","digest":"{}"}},"signature":{{"content":"{}","verifier":{{"keyDetails":"PKIX_ECDSA_P256_SHA_256","x509Certificate":{{"rawBytes":"{}"}}}}}}}}}}}}"#,
            b64(&self.signed),
            b64(self.signature),
            b64(self.certificate),
        )
    }
}

/// An entry with the proof that it is in the log.
pub(crate) struct Entry {
    body: String,
    log_id: [u8; 32],
    /// Where it is in the tree, and how large that is.
    index: usize,
    size: usize,
    root: [u8; 32],
    hashes: Vec<[u8; 32]>,
    checkpoint: String,
    /// The time and the signed promise; version 2 has neither.
    promise: Option<(i64, Vec<u8>)>,
}

impl Entry {
    /// Logs it, between others.
    pub(crate) fn new(key: &Key, logged: &Logged<'_>, v2: bool, now: i64) -> Self {
        let body = if v2 { logged.v2() } else { logged.v1() };
        let others = ["first", "second", "third", "fifth", "sixth"];
        let mut leaves: Vec<Vec<u8>> = others.iter().map(|other| other.as_bytes().to_vec()).collect();
        let index = 3;
        leaves.insert(index, body.clone().into_bytes());
        let root = tree(&leaves);
        let size = leaves.len();
        let note = format!("{ORIGIN}\n{size}\n{}\n", b64(&root));
        let signature = [&key.id()[..4], &key.sign(note.as_bytes())].concat();
        let checkpoint = format!("{note}\n\u{2014} {ORIGIN} {}\n", b64(&signature));
        let promise = (!v2).then(|| {
            let said = format!(
                r#"{{"body":"{}","integratedTime":{now},"logID":"{}","logIndex":{}}}"#,
                b64(body.as_bytes()),
                hex(&key.id()),
                index + SHIFT
            );
            (now, key.sign(said.as_bytes()))
        });
        Self { body, log_id: key.id(), index, size, root, hashes: path(&leaves, index), checkpoint, promise }
    }

    /// As bundles hold it, and as version 2 answers.
    pub(crate) fn in_bundle(&self) -> Value {
        let (kind, version) = if self.promise.is_some() { ("dsse", "0.0.1") } else { ("hashedrekord", "0.0.2") };
        let index = if self.promise.is_some() { self.index + SHIFT } else { self.index };
        let mut entry = json!({
            "logIndex": index.to_string(),
            "logId": {"keyId": b64(&self.log_id)},
            "kindVersion": {"kind": kind, "version": version},
            "inclusionProof": {
                "logIndex": self.index.to_string(),
                "rootHash": b64(&self.root),
                "treeSize": self.size.to_string(),
                "hashes": self.hashes.iter().map(|hash| b64(hash)).collect::<Vec<_>>(),
                "checkpoint": {"envelope": self.checkpoint},
            },
            "canonicalizedBody": b64(self.body.as_bytes()),
        });
        if let Some((time, signature)) = &self.promise {
            entry["integratedTime"] = json!(time.to_string());
            entry["inclusionPromise"] = json!({"signedEntryTimestamp": b64(signature)});
        }
        entry
    }

    /// As version 1 answers.
    pub(crate) fn answered(&self) -> Value {
        let (time, signature) = self.promise.clone().unwrap_or_default();
        let leaf = hex(&leaf(self.body.as_bytes()));
        json!({ format!("24296fb24b8ad77a{leaf}"): {
            "body": b64(self.body.as_bytes()),
            "integratedTime": time,
            "logID": hex(&self.log_id),
            "logIndex": self.index + SHIFT,
            "verification": {
                "inclusionProof": {
                    "checkpoint": self.checkpoint,
                    "hashes": self.hashes.iter().map(|hash| hex(hash)).collect::<Vec<_>>(),
                    "logIndex": self.index,
                    "rootHash": hex(&self.root),
                    "treeSize": self.size,
                },
                "signedEntryTimestamp": b64(&signature),
            },
        }})
    }
}

fn leaf(bytes: &[u8]) -> [u8; 32] {
    sha256(&[&[0], bytes].concat())
}

/// Where a tree of that many leaves is split: the largest power of two below.
fn half(count: usize) -> usize {
    count.next_power_of_two() / 2
}

fn tree(leaves: &[Vec<u8>]) -> [u8; 32] {
    if let [one] = leaves {
        return leaf(one);
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    sha256(&[&[1][..], &tree(left), &tree(right)].concat())
}

fn path(leaves: &[Vec<u8>], index: usize) -> Vec<[u8; 32]> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let at = half(leaves.len());
    let (left, right) = leaves.split_at(at);
    let (mut hashes, other) =
        if index < at { (path(left, index), tree(right)) } else { (path(right, index - at), tree(left)) };
    hashes.push(other);
    hashes
}
