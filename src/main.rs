//! The `attest` binary: everything is in the library.

use attest::base::system::OsSystem;
use attest::session::options::Unconnected;

fn main() -> std::process::ExitCode {
    attest::cli::main(&Unconnected, &OsSystem)
}
