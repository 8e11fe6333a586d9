//! The timestamp authority (RFC 3161): a signature to a token. That the token is about the signature and answers this request
//! is compared; whose it is, is for whoever has the authority's certificate.

use super::der::{CONTEXT_0, INTEGER, OBJECT, OCTETS, Reader, SEQUENCE, number, value};
use super::wire::{Client, Question, failed, malformed};
use super::{Address, KeylessError, Service, sha256};
use crate::base::system::System;

/// Largest answer, bytes.
pub(super) const BYTES: usize = 256 << 10;
/// 2.16.840.1.101.3.4.2.1
const SHA256: [u8; 9] = [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
/// 1.2.840.113549.1.7.2
const SIGNED_DATA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.9.16.1.4
const TST_INFO: [u8; 11] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];

/// The token over a signature.
pub(super) fn stamp(
    system: &dyn System,
    client: &Client,
    authority: &Address,
    signature: &[u8],
) -> Result<Vec<u8>, KeylessError> {
    let digest = sha256(signature);
    let random = system.random().map_err(|error| KeylessError::Machine(error.to_string()))?;
    let nonce = number(random.get(8..).unwrap_or_default());
    let imprint = value(SEQUENCE, &[value(SEQUENCE, &value(OBJECT, &SHA256)), value(OCTETS, &digest)].concat());
    let request = value(SEQUENCE, &[number(&[1]), imprint, nonce.clone(), vec![0x01, 0x01, 0xff]].concat());
    let answer = client.ask(&Question {
        service: Service::Timestamp,
        address: authority,
        url: authority.as_str(),
        types: ("application/timestamp-query", "application/timestamp-reply"),
        body: Some(&request),
        bearer: None,
        limit: u64::try_from(BYTES).unwrap_or(u64::MAX),
    })?;
    let said = Said::read(&answer)
        .ok_or_else(|| malformed(Service::Timestamp, authority, "it is no granted timestamp of RFC 3161"))?;
    if said.digest != digest || value(INTEGER, said.nonce) != nonce {
        let help = "nothing was written; tell who runs the service";
        return Err(failed(Service::Timestamp, authority, "stamped something else than was asked for", help));
    }
    Ok(answer)
}

/// What a token is about.
struct Said<'a> {
    digest: &'a [u8],
    nonce: &'a [u8],
}

impl<'a> Said<'a> {
    /// Reads an answer that was granted.
    fn read(answer: &'a [u8]) -> Option<Self> {
        let mut answer = Reader(answer);
        let mut response = answer.enter(SEQUENCE)?;
        let status = response.enter(SEQUENCE)?.expect(INTEGER)?;
        if !matches!(status, [0 | 1]) || !answer.0.is_empty() {
            return None;
        }
        let mut content = response.enter(SEQUENCE)?;
        if content.expect(OBJECT)? != SIGNED_DATA {
            return None;
        }
        let mut data = content.enter(CONTEXT_0)?.enter(SEQUENCE)?;
        data.expect(INTEGER)?;
        data.any()?;
        let mut held = data.enter(SEQUENCE)?;
        if held.expect(OBJECT)? != TST_INFO {
            return None;
        }
        let mut info = held.enter(CONTEXT_0)?.enter(OCTETS)?.enter(SEQUENCE)?;
        info.expect(INTEGER)?;
        info.expect(OBJECT)?;
        let mut imprint = info.enter(SEQUENCE)?;
        if imprint.enter(SEQUENCE)?.expect(OBJECT)? != SHA256 {
            return None;
        }
        let digest = imprint.expect(OCTETS)?;
        info.expect(INTEGER)?;
        // The time, then what may be there: accuracy, ordering, the nonce.
        info.any()?;
        loop {
            let (tag, content) = info.any()?;
            if tag == INTEGER {
                return Some(Self { digest, nonce: content });
            }
        }
    }
}
