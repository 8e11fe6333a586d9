//! A timestamp authority of RFC 3161. Does not know what it vouches for.

use super::certificate::{Authority, algorithm};
use super::der::{context, generalized, integer, octets, oid, seq, set, split};
use super::key::{Key, sha256};

const SHA256: &str = "2.16.840.1.101.3.4.2.1";
const TST_INFO: &str = "1.2.840.113549.1.9.16.1.4";

/// The authority: a root, and the certificate that signs.
#[derive(Clone)]
pub(crate) struct Timestamper {
    root: Authority,
    key: Key,
    leaf: Vec<u8>,
}

impl Timestamper {
    /// With keys of the seed, valid from that time.
    pub(crate) fn new(seed: u64, from: i64) -> Self {
        let root = Authority::new(Key::new(seed, "tsa root"), "stand-in tsa root", from);
        let key = Key::new(seed, "tsa");
        let leaf = root.timestamping(&key.spki(), from);
        Self { root, key, leaf }
    }

    /// The chain, the signing certificate first.
    pub(crate) fn chain(&self) -> [&[u8]; 2] {
        [&self.leaf, &self.root.der]
    }

    /// The answer to a request for that digest, with the request's nonce.
    pub(crate) fn answer(&self, digest: &[u8], nonce: Option<&[u8]>, now: i64) -> Vec<u8> {
        let sha = seq(&[&oid(SHA256)]);
        let nonce = nonce.map(integer).unwrap_or_default();
        let info = seq(&[
            &integer(&[1]),
            &oid("1.3.6.1.4.1.57264.2"),
            &seq(&[&sha, &octets(digest)]),
            &integer(&sha256(digest)[..8]),
            &generalized(now),
            &nonce,
        ]);
        let attribute = |kind: &str, value: &[u8]| seq(&[&oid(kind), &set(&[value])]);
        let attributes = [
            attribute("1.2.840.113549.1.9.3", &oid(TST_INFO)),
            attribute("1.2.840.113549.1.9.4", &octets(&sha256(&info))),
        ]
        .concat();
        let signer = seq(&[
            &integer(&[1]),
            &seq(&[&self.root.name, &integer(&[2])]),
            &sha,
            &context(0, &attributes),
            &algorithm(),
            &octets(&self.key.sign(&set(&[&attributes]))),
        ]);
        let data = seq(&[
            &integer(&[3]),
            &set(&[&sha]),
            &seq(&[&oid(TST_INFO), &context(0, &octets(&info))]),
            &set(&[&signer]),
        ]);
        let token = seq(&[&oid("1.2.840.113549.1.7.2"), &context(0, &data)]);
        seq(&[&seq(&[&integer(&[0])]), &token])
    }

    /// The answer to a whole request; `None` where it is none.
    pub(crate) fn respond(&self, request: &[u8], now: i64) -> Option<Vec<u8>> {
        let (0x30, request, _) = split(request)? else { return None };
        let (0x02, [1], rest) = split(request)? else { return None };
        let (0x30, imprint, mut rest) = split(rest)? else { return None };
        let (0x30, _, digest) = split(imprint)? else { return None };
        let (0x04, digest, _) = split(digest)? else { return None };
        let mut nonce = None;
        while let Some((tag, content, behind)) = split(rest) {
            if tag == 0x02 {
                nonce = Some(content);
            }
            rest = behind;
        }
        Some(self.answer(digest, nonce, now))
    }
}
