//! `attest sign`: an in-toto statement in an envelope, signed by a key or by an identity.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use super::output::Output;
use crate::attestation::sign::Form;
use crate::base::system::System;
use crate::diag::style::harmless;
use crate::report::Exit;
use crate::session::Failure;
use crate::session::attestation::{self, SignOptions};
use crate::session::keyless::{self, KeylessOptions, KeylessSigned, Named, TIMEOUT_SECONDS, TokenSource};
use crate::signing::{AUDIENCE, Version};

/// The arguments. Neither the passphrase of a key nor an identity token is ever one.
#[derive(Clone, Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("by").required(true).args(["key", "keyless"]))]
pub struct Args {
    /// The in-toto statement
    #[arg(value_name = "STATEMENT")]
    statement: PathBuf,
    /// The private key: PKCS#8 PEM, ECDSA P-256 or Ed25519, readable by its owner alone
    #[arg(long, value_name = "PEM")]
    key: Option<PathBuf>,
    /// Read the key's passphrase from this open descriptor [default: `ATTEST_SIGN_PASSPHRASE`, else a prompt]
    #[arg(long, value_name = "N", conflicts_with = "keyless")]
    passphrase_fd: Option<u32>,
    /// Make a bare DSSE envelope instead of a Sigstore bundle
    #[arg(long, conflicts_with = "keyless")]
    envelope: bool,
    /// Write it to a file instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long, requires = "output")]
    force: bool,
    #[command(flatten)]
    by_identity: ByIdentity,
}

/// Signing by an identity.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Keyless")]
struct ByIdentity {
    /// Sign by an identity token and a key that is thrown away; calls the services that are named, and no others
    #[arg(long, requires = "services")]
    keyless: bool,
    /// The services, as a signing configuration or a client trust configuration
    #[arg(long, value_name = "FILE", requires = "keyless", group = "services")]
    signing_config: Option<PathBuf>,
    /// The certificate authority
    #[arg(long, value_name = "URL", requires = "keyless", group = "services")]
    fulcio_url: Option<String>,
    /// A transparency log; repeat it for several
    #[arg(long, value_name = "URL", requires = "fulcio_url")]
    rekor_url: Vec<String>,
    /// What the logs speak: 1, 2
    #[arg(long, value_name = "N", requires = "rekor_url", default_value = "1", value_parser = ["1", "2"])]
    rekor_version: String,
    /// A timestamp authority; repeat it for several
    #[arg(long, value_name = "URL", requires = "fulcio_url")]
    tsa_url: Vec<String>,
    /// The identity token, in a file [default: `SIGSTORE_ID_TOKEN`, else that of the CI system]
    #[arg(long, value_name = "FILE", requires = "keyless")]
    identity_token: Option<PathBuf>,
    /// Read the identity token from this open descriptor
    #[arg(long, value_name = "N", requires = "keyless", conflicts_with = "identity_token")]
    identity_token_fd: Option<u32>,
    /// Whom the identity token is for
    #[arg(long, value_name = "NAME", requires = "keyless", default_value = AUDIENCE)]
    audience: String,
    /// Verify what was made under this trust root of the services before it is given out
    #[arg(long, value_name = "FILE", requires = "keyless")]
    trusted_root: Option<PathBuf>,
    /// Of several trust roots, the one with this certificate authority
    #[arg(long, value_name = "HOST", requires = "trusted_root")]
    authority: Option<String>,
    /// The logs are not public: send them what must not be in a public one
    #[arg(long, requires = "keyless")]
    private_log: bool,
    /// How long one call of a service may take [default: 30]
    #[arg(long, value_name = "SECONDS", requires = "keyless", value_parser = clap::value_parser!(u64).range(1..=TIMEOUT_SECONDS))]
    timeout: Option<u64>,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &dyn System, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let text = if let Some(key) = args.key {
        let options = SignOptions {
            statement: args.statement,
            key,
            form: if args.envelope { Form::Envelope } else { Form::Bundle },
            passphrase_fd: args.passphrase_fd,
            output: args.output.clone(),
            force: args.force,
        };
        attestation::sign(system, &options)?
    } else {
        let options = args.by_identity.options(args.statement, args.output.clone(), args.force)?;
        let signed = keyless::sign(system, &options)?;
        output.talk(&said(&signed));
        signed.text
    };
    if args.output.is_none() {
        output.data(&text);
    }
    Ok(Exit::Met)
}

impl ByIdentity {
    fn options(self, statement: PathBuf, output: Option<PathBuf>, force: bool) -> Result<KeylessOptions, Failure> {
        let services = match (self.signing_config, self.fulcio_url) {
            (Some(path), None) => Named::Configuration(path),
            (None, Some(authority)) => Named::Addresses {
                authority,
                logs: self.rekor_url,
                version: if self.rekor_version == "2" { Version::V2 } else { Version::V1 },
                timestamps: self.tsa_url,
            },
            _ => {
                let help =
                    "give `--signing-config FILE`, or `--fulcio-url URL` with `--rekor-url URL` or `--tsa-url URL`";
                return Err(Failure::usage("it is not said which services sign", help));
            }
        };
        let token = match (self.identity_token, self.identity_token_fd) {
            (Some(path), _) => TokenSource::File(path),
            (None, Some(number)) => TokenSource::Descriptor(number),
            (None, None) => TokenSource::Ambient,
        };
        Ok(KeylessOptions {
            statement,
            services,
            token,
            audience: self.audience,
            trusted_root: self.trusted_root,
            authority: self.authority,
            private_log: self.private_log,
            timeout: self.timeout.map(Duration::from_secs),
            output,
            force,
        })
    }
}

/// Who signed, and what of it was verified.
fn said(signed: &KeylessSigned) -> String {
    let subject = signed.identity.subject.as_deref().unwrap_or("nobody");
    let mut text = format!("signed by {}", harmless(subject));
    if let Some(issuer) = &signed.identity.issuer {
        let _ = write!(text, ", says {}", harmless(issuer));
    }
    text.push_str(if signed.verified {
        "\nverified under the trust root, as `attest verify` does it\n"
    } else {
        "\nverified: the signature over the statement by the certificate's key; what log and timestamps are about\n\
         not verified: the certificate's chain, its log, the log's and the timestamps' own signatures; give \
         `--trusted-root FILE`\n"
    });
    text
}
