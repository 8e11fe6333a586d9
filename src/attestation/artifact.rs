//! What is said to be signed: bytes, a stream of them, or a digest. Does not know where it comes from.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io::Read;

use sha2::Digest as _;

use crate::base::digest::{self, Algorithm, Digest};

/// Bytes that can be read more than once, and need not be held.
pub trait Source: Debug {
    /// The bytes from the start.
    ///
    /// # Errors
    /// Where they cannot be read.
    fn open(&self) -> std::io::Result<Box<dyn Read + '_>>;
}

/// What was signed, as far as the caller knows it.
#[derive(Clone, Copy, Debug)]
pub enum Signed<'a> {
    /// Its bytes.
    Bytes(&'a [u8]),
    /// Its bytes, too many to be held.
    Stream(&'a dyn Source),
    /// Its digest.
    Digest(&'a Digest),
}

impl Signed<'_> {
    /// Its digests by the names of their algorithms, in lower-case hex: all that are known.
    ///
    /// # Errors
    /// Where a stream cannot be read.
    pub(super) fn digests(&self) -> std::io::Result<BTreeMap<&'static str, String>> {
        match self {
            Self::Bytes(bytes) => Ok(Algorithm::ALL.iter().map(|it| (it.name(), it.digest(bytes).hex)).collect()),
            Self::Digest(digest) => Ok(BTreeMap::from([(digest.algorithm.name(), digest.hex.clone())])),
            Self::Stream(source) => {
                let mut reader = source.open()?;
                let (mut small, mut middle, mut large) =
                    (sha2::Sha256::new(), sha2::Sha384::new(), sha2::Sha512::new());
                let mut buffer = vec![0; 1 << 16];
                loop {
                    let read = match reader.read(&mut buffer) {
                        Ok(0) => break,
                        Ok(read) => buffer.get(..read).unwrap_or_default(),
                        Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                        Err(error) => return Err(error),
                    };
                    small.update(read);
                    middle.update(read);
                    large.update(read);
                }
                Ok(BTreeMap::from([
                    (Algorithm::Sha256.name(), digest::hex(&small.finalize())),
                    (Algorithm::Sha384.name(), digest::hex(&middle.finalize())),
                    (Algorithm::Sha512.name(), digest::hex(&large.finalize())),
                ]))
            }
        }
    }
}

/// The first of the digests in words: `sha256:...`.
pub(super) fn shown(digests: &BTreeMap<&'static str, String>) -> String {
    digests.iter().next().map(|(name, hex)| format!("{name}:{hex}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Slow(Vec<u8>);

    impl Source for Slow {
        fn open(&self) -> std::io::Result<Box<dyn Read + '_>> {
            Ok(Box::new(self.0.as_slice()))
        }
    }

    #[test]
    fn a_stream_has_the_digests_of_its_bytes() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let whole = Signed::Bytes(&bytes).digests().unwrap();
        assert_eq!(whole.len(), 3);
        assert_eq!(whole, Signed::Stream(&Slow(bytes.clone())).digests().unwrap());
        assert!(shown(&whole).starts_with("sha256:"));
    }
}
