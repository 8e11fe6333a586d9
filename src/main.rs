//! The `attest` binary: everything is in the library.

use std::sync::Arc;

use attest::base::system::{OsSystem, System};

fn main() -> std::process::ExitCode {
    let system: Arc<dyn System> = Arc::new(OsSystem);
    attest::cli::main(&system)
}
