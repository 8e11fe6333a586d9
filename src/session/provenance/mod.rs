//! `attest provenance`: files, git and the environment of a CI to the values of [`crate::provenance`]; one file for each
//! subcommand. Does not know argv, and prints nothing.

pub mod bound;
pub mod change_options;
pub mod context;
pub mod create;
pub mod digest;
pub mod gate;
mod references;
pub mod summary;
pub mod verify;
