//! `attest provenance digest`: the digests of a change, and its patch as a file. Prints nothing.

use std::path::PathBuf;

use super::change_options::ChangeOptions;
use crate::base::system::System;
use crate::change::Change;
use crate::session::Failure;

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
    let mut patch = Vec::new();
    let change = options.change.read(system, ci_base, Some(&mut patch))?;
    system.write(path, &patch)?;
    Ok(change)
}
