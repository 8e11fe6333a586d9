//! `attest provenance digest`: the digests of a change, and its patch as a file. Prints nothing.

use std::io::{self, Write};
use std::path::PathBuf;

use super::change_options::ChangeOptions;
use crate::base::system::System;
use crate::change::Change;
use crate::session::Failure;

/// Longest patch that is written to a file, bytes. The digest alone is made as a stream, and knows only the limit of changes.
const PATCH_BYTES: usize = 256 << 20;

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DigestOptions {
    /// Of which change.
    pub change: ChangeOptions,
    /// Where the patch goes.
    pub patch: Option<PathBuf>,
}

/// Computes the digests of a change. `ci_base` is the branch that a pull request is to be merged into.
///
/// # Errors
/// Where the change cannot be read, or the patch not be written.
pub fn digest(system: &dyn System, options: &DigestOptions, ci_base: Option<&str>) -> Result<Change, Failure> {
    let Some(path) = &options.patch else {
        return options.change.read(system, ci_base, None);
    };
    let mut patch = Held::default();
    let change = options.change.read(system, ci_base, Some(&mut patch)).map_err(|failure| {
        if !patch.is_over {
            return failure;
        }
        Failure {
            message: format!("the patch has more than the {PATCH_BYTES} bytes that `--patch` writes"),
            help: Some("leave `--patch` out, the digest needs no file; or split the change".to_owned()),
            ..failure
        }
    })?;
    system.write(path, &patch.bytes)?;
    Ok(change)
}

/// A patch that is held until it is whole, since its file is written whole or not at all.
#[derive(Default)]
struct Held {
    bytes: Vec<u8>,
    is_over: bool,
}

impl Write for Held {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len().saturating_add(bytes.len()) > PATCH_BYTES {
            self.is_over = true;
            return Err(io::Error::other("it is too long"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::{Held, PATCH_BYTES};

    #[test]
    fn a_patch_is_held_up_to_its_limit() {
        let (mut held, part) = (Held::default(), vec![b'x'; PATCH_BYTES / 4]);
        for _ in 0..4 {
            held.write_all(&part).unwrap();
        }
        assert!(!held.is_over);
        held.write_all(b"x").unwrap_err();
        assert!(held.is_over);
        assert_eq!(held.bytes.len(), PATCH_BYTES);
    }
}
