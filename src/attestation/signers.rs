//! One of several may have signed: a bundle is read once, verified once under the trust root or by each of a few keys, and
//! then held against each entry. Who is nobody's entry is nobody's signature. Does not know files, nor where entries come from.

use std::collections::BTreeSet;

use serde_json::Value;

use super::pins::Pins;
use super::trust::Trust;
use super::verdict::{Check, Code, Failure, Fault};
use super::verify::{self, Request, Verification};

/// Most keys that are tried on one bundle.
pub const KEYS: usize = 32;

/// One who may have signed.
#[derive(Clone, Copy, Debug)]
pub enum Signer<'a> {
    /// The holder of a certificate of the trust root, named by identity and issuer.
    Certificate(&'a Pins),
    /// The holder of a key; with a trust root beside it, its log has to hold the signature too.
    Key(&'a Trust),
}

/// What is to be verified.
#[derive(Clone, Copy, Debug)]
pub struct OneOf<'a> {
    /// The bytes of the bundle or envelope.
    pub document: &'a [u8],
    /// The trust root of certificates.
    pub root: Option<&'a Trust>,
    /// Who may have signed, any one of them.
    pub signers: &'a [Signer<'a>],
}

/// Verifies a bundle or an envelope whose subjects the caller compares itself. With the verdict `VERIFIED` comes the place of
/// the entry that matched, the first one; with every other the failures say of each entry that could have signed why it did
/// not.
pub fn verify_one_of(request: &OneOf<'_>) -> (Verification, Option<usize>) {
    let mut checks = Vec::new();
    let refused = |checks, faults| (Verification::of(trusted(request), None, checks, faults), None);
    let document = match verify::read(request.document) {
        Ok(document) => document,
        Err(fault) => return refused(checks, vec![fault]),
    };
    let judged = if is_by_key(&document) {
        by_keys(request, &document, &mut checks)
    } else if is_by_certificate(&document) {
        by_certificate(request, &document, &mut checks)
    } else {
        neither(request, &document, &mut checks)
    };
    match judged {
        Ok(judged) => judged,
        Err(faults) => refused(checks, faults),
    }
}

/// The digests of all that is trusted.
fn trusted(request: &OneOf<'_>) -> Vec<String> {
    let keys = request.signers.iter().filter_map(|signer| match signer {
        Signer::Key(trust) => Some(*trust),
        Signer::Certificate(_) => None,
    });
    let mut digests: Vec<String> = Vec::new();
    for digest in request.root.into_iter().chain(keys).flat_map(Trust::digests) {
        if !digests.contains(digest) {
            digests.push(digest.clone());
        }
    }
    digests
}

/// Whether the material is a key's. What it says is believed of nothing but which check it is put to.
fn is_by_key(document: &Value) -> bool {
    let bare = document.get("mediaType").is_none() && document.get("signatures").is_some();
    bare || document.pointer("/verificationMaterial/publicKey").is_some()
}

/// Whether the material is a certificate's.
fn is_by_certificate(document: &Value) -> bool {
    let material = document.get("verificationMaterial");
    let has = |name: &str| material.and_then(|material| material.get(name)).is_some();
    has("certificate") || has("x509CertificateChain")
}

/// What has neither is no bundle, and reading it says why.
fn neither(request: &OneOf<'_>, document: &Value, checks: &mut Vec<Check>) -> Judged {
    let (nobody, anybody) = (Trust::default(), Pins::default());
    match verify::held(&open(request.document, &nobody, &anybody), document, checks) {
        Err(fault) => Err(vec![fault]),
        Ok(_) => Err(vec![Fault::Unusable(Failure::new(Code::MissingEvidence, "the bundle does not say who signed"))]),
    }
}

fn open<'a>(document: &'a [u8], trust: &'a Trust, pins: &'a Pins) -> Request<'a> {
    Request { document, artifacts: &[], subjects_open: true, trust, pins, predicate_type: None, only_subject: false }
}

type Judged = Result<(Verification, Option<usize>), Vec<Fault>>;

/// The signature holds or it does not, whoever is meant; then each entry's pins are compared with who it was.
fn by_certificate(request: &OneOf<'_>, document: &Value, checks: &mut Vec<Check>) -> Judged {
    let entries = request.signers.iter().enumerate().filter_map(|(index, signer)| match signer {
        Signer::Certificate(pins) => Some((index, *pins)),
        Signer::Key(_) => None,
    });
    let entries: Vec<(usize, &Pins)> = entries.collect();
    if entries.is_empty() {
        let failure = Failure::new(Code::SignatureInvalid, "a certificate signed, and only keys may sign");
        return Err(vec![Fault::Failed(failure.at("/verificationMaterial"))]);
    }
    let Some(root) = request.root.filter(|trust| trust.root.is_some() && trust.key.is_none()) else {
        let failure =
            Failure::new(Code::MissingEvidence, "a certificate signed, and there is no trust root to verify it");
        return Err(vec![Fault::Unusable(failure.help("give the trust root: `--trusted-root FILE`"))]);
    };
    let nobody = Pins::default();
    let opened = open(request.document, root, &nobody);
    let held = verify::held(&opened, document, checks).map_err(|fault| vec![fault])?;
    let mut faults = Vec::new();
    for (index, pins) in &entries {
        if !pins.names_somebody() {
            let failure = Failure::new(Code::SignerIdentityMismatch, "nobody is named who may have signed");
            faults.push(Fault::Unusable(told(failure, *index, entries.len())));
            continue;
        }
        let (compared, differing) = pins.compare(&held.identity);
        if differing.is_empty() {
            let mut checks = std::mem::take(checks);
            checks.extend(compared);
            let request_ = open(request.document, root, pins);
            let verification = verify::finish(&request_, held, trusted(request), checks, Vec::new());
            return Ok(with(verification, *index));
        }
        faults.extend(differing.into_iter().map(|failure| Fault::Failed(told(failure, *index, entries.len()))));
    }
    let verification = Verification::of(trusted(request), Some(held.identity), std::mem::take(checks), faults);
    Ok((verification, None))
}

/// Each key is tried, the one that the bundle hints at first: a hint is a shortcut and proves nothing.
fn by_keys(request: &OneOf<'_>, document: &Value, checks: &mut Vec<Check>) -> Judged {
    let keys = request.signers.iter().enumerate().filter_map(|(index, signer)| match signer {
        Signer::Key(trust) if trust.key.is_some() => Some((index, *trust)),
        _ => None,
    });
    let mut keys: Vec<(usize, &Trust)> = keys.collect();
    if keys.is_empty() {
        let failure = Failure::new(Code::SignatureInvalid, "a key signed, and only certificates may sign");
        return Err(vec![Fault::Failed(failure)]);
    }
    if keys.len() > KEYS {
        let message = format!("{} keys may have signed, more than the limit of {KEYS}", keys.len());
        return Err(vec![Fault::Unusable(Failure::new(Code::MissingEvidence, message))]);
    }
    let hints = hints(document);
    let is_hinted = |trust: &Trust| {
        let digest = trust.key_digest().unwrap_or_default();
        hints.contains(digest.strip_prefix("sha256:").unwrap_or(&digest))
    };
    keys.sort_by_key(|(index, trust)| (!is_hinted(trust), *index));
    let nobody = Pins::default();
    let mut faults = Vec::new();
    for (index, trust) in &keys {
        let opened = open(request.document, trust, &nobody);
        let mut tried = Vec::new();
        match verify::held(&opened, document, &mut tried) {
            Ok(held) => {
                let verification = verify::finish(&opened, held, trusted(request), tried, Vec::new());
                return Ok(with(verification, *index));
            }
            // What cannot be read is so for every key.
            Err(Fault::Unusable(failure)) if failure.code == Code::SchemaInvalid => {
                return Err(vec![Fault::Unusable(failure)]);
            }
            Err(Fault::Unusable(failure)) => faults.push((*index, Fault::Unusable(told(failure, *index, keys.len())))),
            Err(Fault::Failed(failure)) => faults.push((*index, Fault::Failed(told(failure, *index, keys.len())))),
        }
        if checks.is_empty() {
            *checks = tried;
        }
    }
    faults.sort_by_key(|(index, _)| *index);
    Err(faults.into_iter().map(|(_, fault)| fault).collect())
}

fn with(verification: Verification, index: usize) -> (Verification, Option<usize>) {
    let is_verified = verification.verdict == super::Verdict::Verified;
    (verification, is_verified.then_some(index))
}

/// Of which entry it is said, where there are several.
fn told(mut failure: Failure, index: usize, entries: usize) -> Failure {
    if entries > 1 {
        failure.message = format!("entry {}: {}", index.saturating_add(1), failure.message);
    }
    failure
}

/// The hints at a key, wherever the formats have them.
fn hints(document: &Value) -> BTreeSet<String> {
    let envelope = document.get("dsseEnvelope").unwrap_or(document);
    let signatures = envelope.get("signatures").and_then(Value::as_array).into_iter().flatten();
    let keyids = signatures.filter_map(|signature| signature.get("keyid"));
    let hint = document.pointer("/verificationMaterial/publicKey/hint");
    keyids.chain(hint).filter_map(Value::as_str).map(str::to_owned).collect()
}
