//! The GitHub Action and the GitLab template: what stands in their files, and what their shell does in the environments that
//! the two systems give. The environments are recorded in `tests/action/`; expressions, inputs and `extends` are resolved
//! here as there, so that the files are run as they are.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, reason = "the test has files and processes of its own")]
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failure here is a failed test")]

#[path = "action/files.rs"]
mod files;
#[cfg(feature = "keyless")]
#[path = "action/keyless.rs"]
mod keyless;
#[path = "action/real.rs"]
mod real;
#[cfg(feature = "keyless")]
#[path = "stand_in/server.rs"]
#[expect(dead_code, reason = "of the stand-ins not all is needed here")]
mod server;
#[path = "action/shell.rs"]
mod shell;
#[cfg(feature = "keyless")]
mod stand_in;
#[path = "action/structure.rs"]
mod structure;
#[path = "action/world.rs"]
mod world;
