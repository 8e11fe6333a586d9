//! `attest sign --keyless`: files and surroundings to a token, services and a trust root. Does not know the protocols of the
//! services, and prints nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use super::attestation::{free, refused};
use super::options::Failure;
use crate::attestation::{Identity, Trust, statement, trust};
use crate::base::system::System;
use crate::report::Exit;
use crate::signing::{self, KeylessError, Order, Services, Token, Version};

/// The longest that one exchange may take, seconds.
pub const TIMEOUT_SECONDS: u64 = 600;

/// How services are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// By a signing configuration.
    Configuration(PathBuf),
    /// By address.
    Addresses {
        /// The certificate authority.
        authority: String,
        /// The logs.
        logs: Vec<String>,
        /// What the logs speak.
        version: Version,
        /// The timestamp authorities.
        timestamps: Vec<String>,
    },
}

/// Where the identity token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenSource {
    /// In a file.
    File(PathBuf),
    /// At a descriptor.
    Descriptor(u32),
    /// In the variable, or with the CI system.
    Ambient,
}

/// `attest sign --keyless`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeylessOptions {
    /// The statement.
    pub statement: PathBuf,
    /// Who is called.
    pub services: Named,
    /// Who signs.
    pub token: TokenSource,
    /// Whom the token is for.
    pub audience: String,
    /// The trust root of the services.
    pub trusted_root: Option<PathBuf>,
    /// Of several roots, the one with this certificate authority.
    pub authority: Option<String>,
    /// Whether the logs are said not to be public.
    pub private_log: bool,
    /// How long one exchange may take.
    pub timeout: Option<Duration>,
    /// Where it is written to; `None` gives the text back alone.
    pub output: Option<PathBuf>,
    /// Whether a file that is there may be replaced.
    pub force: bool,
}

/// What was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeylessSigned {
    /// The bundle.
    pub text: String,
    /// Who signed.
    pub identity: Identity,
    /// Whether a trust root vouches for it.
    pub verified: bool,
}

/// Signs a statement by an identity token, and writes it where that is asked for.
///
/// # Errors
/// Everything that is not in order; nothing is written then.
pub fn sign(system: &dyn System, options: &KeylessOptions) -> Result<KeylessSigned, Failure> {
    free(system, options.output.as_deref(), options.force)?;
    let read = |path: &Path, limit: usize| system.read(path, u64::try_from(limit).unwrap_or(u64::MAX));
    let bytes = read(&options.statement, statement::BYTES)?;
    let mut services = match &options.services {
        Named::Configuration(path) => {
            Services::configured(&read(path, signing::CONFIGURATION_BYTES)?, system.now()).map_err(|it| failure(&it))?
        }
        Named::Addresses { authority, logs, version, timestamps } => {
            Services::named(authority, logs, *version, timestamps).map_err(|it| failure(&it))?
        }
    };
    services.timeout = options.timeout.unwrap_or(services.timeout);
    let trust = match &options.trusted_root {
        None => None,
        Some(path) => {
            let root = read(path, trust::ROOT_BYTES)?;
            let trust = Trust::default().with_roots(&root, options.authority.as_deref());
            Some(trust.map_err(|it| Failure {
                message: it.message,
                help: it.help.map(Into::into),
                exit: Exit::Undecided,
            })?)
        }
    };
    signing::prepare(&bytes, &services, options.private_log).map_err(|error| failure(&error))?;
    let token = token(system, options, services.timeout)?;
    let signed = signing::sign(
        system,
        &Order {
            statement: &bytes,
            services: &services,
            token: &token,
            trust: trust.as_ref(),
            private_log: options.private_log,
        },
    )
    .map_err(|error| failure(&error))?;
    if let Some(path) = &options.output {
        system.write(path, signed.text.as_bytes())?;
    }
    Ok(KeylessSigned { text: signed.text, identity: signed.identity, verified: signed.verified })
}

fn token(system: &dyn System, options: &KeylessOptions, timeout: Duration) -> Result<Token, Failure> {
    let bytes = match &options.token {
        TokenSource::File(path) => Zeroizing::new(system.read(path, signing::TOKEN_BYTES)?),
        TokenSource::Descriptor(number) => Zeroizing::new(system.read_descriptor(*number, signing::TOKEN_BYTES)?),
        TokenSource::Ambient => {
            signing::ambient(system, &options.audience, timeout).map_err(|error| failure(&error))?
        }
    };
    Token::read(&bytes, &options.audience).map_err(|error| failure(&error))
}

fn failure(error: &KeylessError) -> Failure {
    match error {
        KeylessError::Statement(error) => refused(error),
        error => Failure { message: error.to_string(), help: error.help(), exit: Exit::Undecided },
    }
}
