//! X.509: authorities, and leaves as Fulcio makes them, with the SCT of a certificate log in them. Does not know bundles.

use super::der::{bits, context, integer, octets, oid, seq, set, tlv, utc, utf8};
use super::key::{Key, sha256};

/// How long the certificate of a signer is valid, seconds.
const LIFE: i64 = 600;
const ECDSA_SHA256: &str = "1.2.840.10045.4.3.2";
const SCT_LIST: &str = "1.3.6.1.4.1.11129.2.4.2";
/// The arc of Fulcio's extensions.
const FULCIO: &str = "1.3.6.1.4.1.57264.1";
/// `codeSigning` and `timeStamping`.
const CODE: &str = "1.3.6.1.5.5.7.3.3";
const TIME: &str = "1.3.6.1.5.5.7.3.8";

/// What a certificate says of its signer. Nothing of it that is `None` or empty is in the certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Claims {
    /// An address with `://` is a URI, everything else an e-mail.
    pub(crate) subject: String,
    pub(crate) issuer: Option<String>,
    pub(crate) repository: Option<String>,
    /// The build signer, which is the workflow with its ref.
    pub(crate) workflow: Option<String>,
    pub(crate) source_ref: Option<String>,
    pub(crate) commit: Option<String>,
    pub(crate) runner: Option<String>,
    pub(crate) trigger: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) run: Option<String>,
}

impl Claims {
    /// A workflow of GitHub Actions, `owner/name`, on its main branch.
    pub(crate) fn github(repository: &str, workflow: &str) -> Self {
        let address = format!("https://github.com/{repository}");
        let signer = format!("{address}/.github/workflows/{workflow}@refs/heads/main");
        Self {
            subject: signer.clone(),
            issuer: Some(String::from("https://token.actions.githubusercontent.com")),
            run: Some(format!("{address}/actions/runs/4242/attempts/1")),
            repository: Some(address),
            workflow: Some(signer),
            source_ref: Some(String::from("refs/heads/main")),
            commit: Some("c0ffee".repeat(7).chars().take(40).collect()),
            runner: Some(String::from("github-hosted")),
            trigger: Some(String::from("push")),
            environment: Some(String::from("production")),
        }
    }
}

/// How the SCT of a leaf is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sct {
    Good,
    /// Signed over another certificate.
    Wrong,
    None,
}

/// An authority: a self-signed certificate and its key.
#[derive(Clone)]
pub(crate) struct Authority {
    pub(crate) key: Key,
    pub(crate) name: Vec<u8>,
    pub(crate) der: Vec<u8>,
}

impl Authority {
    /// A root, valid for ten years from its beginning.
    pub(crate) fn new(key: Key, common_name: &str, from: i64) -> Self {
        let name = name(common_name);
        let extensions = [
            extension("2.5.29.19", true, &seq(&[&tlv(0x01, &[0xff])])),
            extension("2.5.29.15", true, &bits(1, &[0x06])),
        ];
        let to = from + 10 * 365 * 86_400;
        let tbs = tbs(&[1], &name, (from, to), &name, &key.spki(), &extensions);
        let der = signed(&tbs, &key);
        Self { key, name, der }
    }

    /// A certificate for a timestamp authority, and its serial number.
    pub(crate) fn timestamping(&self, spki: &[u8], from: i64) -> Vec<u8> {
        let extensions =
            [extension("2.5.29.15", true, &bits(7, &[0x80])), extension("2.5.29.37", true, &seq(&[&oid(TIME)]))];
        let to = from + 10 * 365 * 86_400;
        signed(&tbs(&[2], &self.name, (from, to), &name("stand-in tsa"), spki, &extensions), &self.key)
    }

    /// A leaf for code signing, logged by the certificate log of that key.
    pub(crate) fn leaf(&self, spki: &[u8], claims: &Claims, now: i64, log: &Key, sct: Sct) -> Vec<u8> {
        let mut extensions = vec![
            extension("2.5.29.15", true, &bits(7, &[0x80])),
            extension("2.5.29.37", false, &seq(&[&oid(CODE)])),
            extension("2.5.29.17", true, &alternative_name(&claims.subject)),
        ];
        let mut say = |number: u8, value: Vec<u8>| {
            extensions.push(extension(&format!("{FULCIO}.{number}"), false, &value));
        };
        if let Some(issuer) = &claims.issuer {
            say(1, issuer.clone().into_bytes());
            say(8, utf8(issuer));
        }
        for (number, value) in [
            (9, &claims.workflow),
            (11, &claims.runner),
            (12, &claims.repository),
            (13, &claims.commit),
            (14, &claims.source_ref),
            (20, &claims.trigger),
            (21, &claims.run),
            (23, &claims.environment),
        ] {
            if let Some(value) = value {
                say(number, utf8(value));
            }
        }
        let serial = &sha256(&[spki, claims.subject.as_bytes()].concat())[..16];
        let write = |extensions: &[Vec<u8>]| tbs(serial, &self.name, (now, now + LIFE), &seq(&[]), spki, extensions);
        if sct != Sct::None {
            let precertificate = write(&extensions);
            let said = if sct == Sct::Good { precertificate } else { [&precertificate[..], b"!"].concat() };
            let list = sct_list(&said, &self.key.id(), log, now);
            extensions.push(extension(SCT_LIST, false, &octets(&list)));
        }
        signed(&write(&extensions), &self.key)
    }
}

fn name(common_name: &str) -> Vec<u8> {
    let part = |kind: &str, value: &str| set(&[&seq(&[&oid(kind), &utf8(value)])]);
    seq(&[&part("2.5.4.10", "stand-in"), &part("2.5.4.3", common_name)])
}

fn alternative_name(subject: &str) -> Vec<u8> {
    let tag = if subject.contains("://") { 0x86 } else { 0x81 };
    seq(&[&tlv(tag, subject.as_bytes())])
}

fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { tlv(0x01, &[0xff]) } else { Vec::new() };
    seq(&[&oid(id), &critical, &octets(value)])
}

/// `ecdsa-with-SHA256`.
pub(crate) fn algorithm() -> Vec<u8> {
    seq(&[&oid(ECDSA_SHA256)])
}

fn tbs(
    serial: &[u8],
    issuer: &[u8],
    (from, to): (i64, i64),
    subject: &[u8],
    spki: &[u8],
    extensions: &[Vec<u8>],
) -> Vec<u8> {
    seq(&[
        &context(0, &integer(&[2])),
        &integer(serial),
        &algorithm(),
        issuer,
        &seq(&[&utc(from), &utc(to)]),
        subject,
        spki,
        &context(3, &tlv(0x30, &extensions.concat())),
    ])
}

fn signed(tbs: &[u8], key: &Key) -> Vec<u8> {
    seq(&[tbs, &algorithm(), &bits(0, &key.sign(tbs))])
}

/// RFC 6962: a list of one SCT over a precertificate.
fn sct_list(precertificate: &[u8], issuer_key: &[u8; 32], log: &Key, now: i64) -> Vec<u8> {
    let short = |length: usize| u16::try_from(length).unwrap().to_be_bytes();
    let milliseconds = (u64::try_from(now).unwrap() * 1000).to_be_bytes();
    let length = u32::try_from(precertificate.len()).unwrap().to_be_bytes();
    let said = [&[0, 0][..], &milliseconds, &[0, 1], issuer_key, &length[1..], precertificate, &[0, 0]].concat();
    let signature = log.sign(&said);
    let sct = [&[0][..], &log.id(), &milliseconds, &[0, 0], &[4, 3], &short(signature.len()), &signature].concat();
    [&short(sct.len() + 2)[..], &short(sct.len()), &sct].concat()
}
