//! `repo-tree`: one digest over all files of a side. Does not know what changed.
//!
//! SHA-256 over, for each entry by the bytes of its path: the mode, a space, the SHA-256 of the content in hex (of a
//! submodule the id of its commit), a tab, the path, a NUL byte.

use rayon::prelude::*;
use sha2::Digest as _;

use super::ends::{Listing, Reader};
use super::{ChangeError, Mode};
use crate::base::digest::{Algorithm, Digest, hex};

/// Files that are read before their lines are counted in.
const CHUNK: usize = 1024;

/// The digest of a listing.
pub(super) fn digest(reader: &Reader<'_>, listing: &Listing) -> Result<Digest, ChangeError> {
    let mut hash = sha2::Sha256::new();
    for chunk in listing.chunks(CHUNK) {
        let digests: Vec<Option<Digest>> = chunk
            .par_iter()
            .map(|(path, content)| reader.digest(path, content))
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<Result<_, _>>()?;
        for ((path, content), digest) in chunk.iter().zip(digests) {
            hash.update(content.mode.octal());
            hash.update(b" ");
            match digest {
                Some(digest) if content.mode != Mode::Submodule => hash.update(digest.hex),
                _ => hash.update(content.id.to_string()),
            }
            hash.update(b"\t");
            hash.update(path.as_bytes());
            hash.update(b"\0");
        }
    }
    Ok(Digest { algorithm: Algorithm::Sha256, hex: hex(&hash.finalize()) })
}
