//! Stand-ins of what keyless signing needs: a certificate authority like Fulcio, a certificate log, a transparency log like
//! Rekor, a timestamp authority. In the process, from a seed: the same calls give the same bytes. `server.rs` puts them behind
//! HTTP. Does not know what this program makes of it.
//!
//! ```ignore
//! mod stand_in;
//! let services = StandIn::new(7);
//! let root = services.trusted_root_json();
//! let bundle = services.bundle(statement, &Claims::github("acme/shop", "agent.yml"));
//! ```

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failure here is a failed test")]

pub(crate) mod certificate;
pub(crate) mod der;
pub(crate) mod key;
pub(crate) mod log;
pub(crate) mod timestamp;

use self::certificate::Authority;
pub(crate) use self::certificate::{Claims, Sct};
use self::key::{Key, b64, sha256};
use self::log::{Entry, Logged};
use self::timestamp::Timestamper;
use serde_json::{Value, json};

/// When everything is signed, unless [`StandIn::at`] says otherwise: 2025-06-01T12:00:00Z.
pub(crate) const NOW: i64 = 1_748_779_200;
/// From when on the authorities are valid: 2025-01-01T00:00:00Z.
const FROM: i64 = 1_735_689_600;
/// The type of what is signed.
pub(crate) const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// How the bundles are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Log {
    /// Rekor 1: an entry with a signed promise, whose time is the time of the signature.
    V1,
    /// Rekor 2: an entry without a time, and a timestamp beside it.
    V2,
    /// No log and no SCT, as in GitHub's instance for private repositories: a timestamp alone.
    None,
}

/// All services of one instance.
#[derive(Clone)]
pub(crate) struct StandIn {
    seed: u64,
    now: i64,
    log: Log,
    timestamps: bool,
    sct: Sct,
    authority: Authority,
    certificate_log: Key,
    log_key: Key,
    timestamper: Timestamper,
}

impl StandIn {
    /// An instance with a log of version 1 and no timestamps.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            now: NOW,
            log: Log::V1,
            timestamps: false,
            sct: Sct::Good,
            authority: Authority::new(Key::new(seed, "ca"), "stand-in ca", FROM),
            certificate_log: Key::new(seed, "certificate log"),
            log_key: Key::new(seed, "log"),
            timestamper: Timestamper::new(seed, FROM),
        }
    }

    /// Another instance of the same shape.
    pub(crate) fn with_seed(&self, seed: u64) -> Self {
        Self { log: self.log, timestamps: self.timestamps, sct: self.sct, now: self.now, ..Self::new(seed) }
    }

    /// The same instance at another time, in seconds of Unix.
    pub(crate) fn at(mut self, now: i64) -> Self {
        self.now = now;
        self
    }

    /// With a log of another kind; all but the first make timestamps.
    pub(crate) fn with_log(mut self, log: Log) -> Self {
        self.log = log;
        self.timestamps |= log != Log::V1;
        self.sct = if log == Log::None { Sct::None } else { Sct::Good };
        self
    }

    /// With a timestamp in each bundle.
    pub(crate) fn with_timestamps(mut self) -> Self {
        self.timestamps = true;
        self
    }

    /// With certificates whose SCT is not good.
    pub(crate) fn with_sct(mut self, sct: Sct) -> Self {
        self.sct = sct;
        self
    }

    /// The trust root of this instance; without a log it has no log.
    pub(crate) fn trusted_root_json(&self) -> String {
        let since = json!({"start": "2025-01-01T00:00:00Z"});
        let chain = |certificates: &[&[u8]]| {
            let certificates: Vec<Value> =
                certificates.iter().map(|certificate| json!({"rawBytes": b64(certificate)})).collect();
            json!({"certificates": certificates})
        };
        let log = |key: &Key, host: &str| {
            json!([{
                "baseUrl": format!("https://{host}"),
                "hashAlgorithm": "SHA2_256",
                "publicKey": {
                    "rawBytes": b64(&key.spki()),
                    "keyDetails": "PKIX_ECDSA_P256_SHA_256",
                    "validFor": since,
                },
                "logId": {"keyId": b64(&key.id())},
            }])
        };
        let authority = |host: &str, certificates: &[&[u8]]| {
            json!([{
                "subject": {"organization": "stand-in", "commonName": host},
                "uri": format!("https://{host}"),
                "certChain": chain(certificates),
                "validFor": since,
            }])
        };
        let mut root = json!({
            "mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
            "certificateAuthorities": authority("fulcio.stand-in.test", &[&self.authority.der]),
        });
        if self.log != Log::None {
            root["tlogs"] = log(&self.log_key, "log.stand-in.test");
            root["ctlogs"] = log(&self.certificate_log, "ct.stand-in.test");
        }
        if self.timestamps {
            root["timestampAuthorities"] = authority("tsa.stand-in.test", &self.timestamper.chain());
        }
        format!("{root:#}\n")
    }

    /// A bundle over a statement, its very bytes, signed by somebody of whom the certificate says that.
    pub(crate) fn bundle(&self, statement: &[u8], claims: &Claims) -> String {
        let signer = Key::new(self.seed, &format!("signer {}", claims.subject));
        let certificate = self.certificate(&signer.spki(), claims);
        let pae = pae(PAYLOAD_TYPE, statement);
        let signature = signer.sign(&pae);
        let envelope = json!({
            "payload": b64(statement),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"sig": b64(&signature)}],
        });
        let mut material = json!({"certificate": {"rawBytes": b64(&certificate)}, "tlogEntries": []});
        if self.log != Log::None {
            let sent = envelope.to_string();
            let logged = Logged {
                envelope: sent.as_bytes(),
                payload: statement,
                signed: sha256(&pae),
                signature: &signature,
                certificate: &certificate,
            };
            material["tlogEntries"] = json!([self.entry(&logged, self.log == Log::V2).in_bundle()]);
        }
        if self.timestamps {
            let answer = self.timestamper.answer(&sha256(&signature), None, self.now + 2);
            material["timestampVerificationData"] = json!({"rfc3161Timestamps": [{"signedTimestamp": b64(&answer)}]});
        }
        let bundle = json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": material,
            "dsseEnvelope": envelope,
        });
        format!("{bundle}\n")
    }

    /// A certificate for a public key.
    pub(crate) fn certificate(&self, spki: &[u8], claims: &Claims) -> Vec<u8> {
        self.authority.leaf(spki, claims, self.now, &self.certificate_log, self.sct)
    }

    /// The certificate of the authority.
    pub(crate) fn authority(&self) -> &[u8] {
        &self.authority.der
    }

    /// An entry of the log.
    pub(crate) fn entry(&self, logged: &Logged<'_>, v2: bool) -> Entry {
        Entry::new(&self.log_key, logged, v2, self.now + 1)
    }

    /// The answer of the timestamp authority; `None` where the request is none.
    pub(crate) fn timestamp(&self, request: &[u8]) -> Option<Vec<u8>> {
        self.timestamper.respond(request, self.now + 2)
    }

    /// When it is.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Which seed the keys come from.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }
}

/// What DSSE signs.
pub(crate) fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

/// Each test mounts the whole of it and uses a part.
const _: fn() = || {
    let _ = (
        StandIn::at,
        StandIn::with_log,
        StandIn::with_timestamps,
        StandIn::with_sct,
        StandIn::now,
        StandIn::seed,
        StandIn::with_seed,
    );
    let _ = (StandIn::authority, StandIn::timestamp, StandIn::trusted_root_json, StandIn::bundle, StandIn::new);
    let _ = (Claims::github, Entry::answered, Entry::in_bundle, [Log::V1, Log::V2, Log::None], Sct::Wrong);
};
