//! `attest sign`: an in-toto statement in an envelope, signed by a key.

use std::path::PathBuf;

use super::output::Output;
use crate::attestation::sign::Form;
use crate::base::system::System;
use crate::report::Exit;
use crate::session::Failure;
use crate::session::attestation::{self, SignOptions};

/// The arguments. The passphrase of an encrypted key is in `ATTEST_SIGN_PASSPHRASE`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The in-toto statement
    #[arg(value_name = "STATEMENT")]
    statement: PathBuf,
    /// The private key: PKCS#8 PEM, ECDSA P-256 or Ed25519, readable by its owner alone
    #[arg(long, value_name = "PEM")]
    key: PathBuf,
    /// Read the key's passphrase from this open descriptor [default: `ATTEST_SIGN_PASSPHRASE`]
    #[arg(long, value_name = "N")]
    passphrase_fd: Option<u32>,
    /// Make a bare DSSE envelope instead of a Sigstore bundle
    #[arg(long)]
    envelope: bool,
    /// Write it to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    force: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, system: &dyn System, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let options = SignOptions {
        statement: args.statement.clone(),
        key: args.key.clone(),
        form: if args.envelope { Form::Envelope } else { Form::Bundle },
        passphrase_fd: args.passphrase_fd,
        output: args.output.clone(),
        force: args.force,
    };
    let text = attestation::sign(system, &options)?;
    if args.output.is_none() {
        output.data(&text);
    }
    Ok(Exit::Met)
}
