//! `attest verify` and `attest sign`: files to bytes, options to a request. Does not know cryptography, and prints nothing.

use std::io::Read;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::options::Failure;
use crate::attestation::key::{self, SigningKey};
use crate::attestation::sign::{self, Form, SignError};
use crate::attestation::{
    self, Code, Pins, Request, Signed, Source, Trust, Verdict, Verification, statement, trust, verify as verification,
};
use crate::base::digest::{Algorithm, Digest};
use crate::base::system::{System, SystemError};
use crate::diag::style::harmless;
use crate::report::Exit;

/// Largest artifact that is held in memory; larger ones are read as a stream.
const HELD_BYTES: u64 = 64 << 20;
/// Largest artifact.
const ARTIFACT_BYTES: u64 = 1 << 40;
/// Most artifacts of one verification.
const ARTIFACTS: usize = 10_000;
/// Largest passphrase.
const PASSPHRASE_BYTES: u64 = 1 << 10;
/// The variable that holds the passphrase.
const PASSPHRASE: &str = "ATTEST_SIGN_PASSPHRASE";

/// `attest verify`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// The bundle or envelope.
    pub bundle: PathBuf,
    /// What was signed, as files.
    pub artifacts: Vec<PathBuf>,
    /// What was signed, as digests.
    pub digests: Vec<Digest>,
    /// The trust root.
    pub trusted_root: Option<PathBuf>,
    /// Of several roots, the one with this certificate authority.
    pub authority: Option<String>,
    /// The signer's public key.
    pub key: Option<PathBuf>,
    /// Who may have signed.
    pub pins: Pins,
    /// The predicate type that a statement must have.
    pub predicate_type: Option<String>,
    /// Whether there may be no other subject.
    pub only_subject: bool,
}

/// `attest sign`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOptions {
    /// The statement.
    pub statement: PathBuf,
    /// The private key.
    pub key: PathBuf,
    /// What is made.
    pub form: Form,
    /// The descriptor that the passphrase is read from.
    pub passphrase_fd: Option<u32>,
    /// Where it is written to; `None` gives the text back alone.
    pub output: Option<PathBuf>,
    /// Whether a file that is there may be replaced.
    pub force: bool,
}

/// A digest as it is written: `sha256:<hex>`.
///
/// # Errors
/// Where it is none.
pub fn digest(text: &str) -> Result<Digest, String> {
    let wanted = || String::from("write it like `sha256:<64 hex digits>`; sha384 and sha512 are known too");
    let (name, hex) = text.split_once(':').ok_or_else(wanted)?;
    let algorithm = Algorithm::from_name(name).ok_or_else(wanted)?;
    let hex = hex.to_ascii_lowercase();
    let fits = hex.len() == algorithm.hex_length() && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
    if fits { Ok(Digest { algorithm, hex }) } else { Err(wanted()) }
}

/// How a verdict ends a command: nothing but a complete verification is 0.
pub fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Verified => Exit::Met,
        Verdict::Failed => Exit::NotMet,
        Verdict::Unverified => Exit::Undecided,
    }
}

/// Verifies a bundle or an envelope. What cannot be read is a verdict too: `UNVERIFIED`.
///
/// # Errors
/// Options that make no sense together.
pub fn verify(system: &dyn System, options: &VerifyOptions) -> Result<Verification, Failure> {
    agree(options)?;
    Ok(read_and_verify(system, options).unwrap_or_else(Verification::unusable))
}

/// Whether the options make sense together.
fn agree(options: &VerifyOptions) -> Result<(), Failure> {
    let usage = |message: &str, help: &str| Err(Failure::usage(message, help));
    let pins = &options.pins;
    if options.artifacts.is_empty() && options.digests.is_empty() {
        return usage("it is not said what was signed", "name it: `--artifact FILE` or `--digest ALG:HEX`");
    }
    if options.artifacts.len().saturating_add(options.digests.len()) > ARTIFACTS {
        return usage("there are too many artifacts", "verify them in several calls");
    }
    if options.trusted_root.is_none() && options.key.is_none() {
        return usage("it is not said whom to trust", "give `--trusted-root FILE` or `--key PEM`");
    }
    if options.authority.is_some() && options.trusted_root.is_none() {
        return usage("`--authority` names one of several trust roots", "give the file of them: `--trusted-root FILE`");
    }
    if options.key.is_some() && !pins.is_empty() {
        return usage(
            "a key says nothing of what `--identity`, `--issuer` and the like pin",
            "leave them out; the key is the identity",
        );
    }
    if options.key.is_none() && !pins.names_somebody() {
        return usage(
            "a trust root vouches for everybody who has an account",
            "say who may have signed: `--identity ID --issuer URL`",
        );
    }
    let all = [
        &pins.identity,
        &pins.issuer,
        &pins.repository,
        &pins.workflow,
        &pins.source_ref,
        &pins.commit,
        &pins.runner,
        &pins.trigger,
        &pins.environment,
        &options.predicate_type,
    ];
    if all.into_iter().flatten().any(|pin| pin.trim().is_empty()) {
        return usage("a pin is empty", "give it a value or leave it out; perhaps a variable of the shell is not set");
    }
    Ok(())
}

/// A file as a stream.
#[derive(Debug)]
struct File<'a> {
    system: &'a dyn System,
    path: &'a Path,
}

impl Source for File<'_> {
    fn open(&self) -> std::io::Result<Box<dyn Read + '_>> {
        match self.system.open(self.path, ARTIFACT_BYTES) {
            Ok(reader) => Ok(reader),
            Err(error) => Err(std::io::Error::other(error.to_string())),
        }
    }
}

fn unusable(error: &SystemError) -> attestation::Failure {
    attestation::Failure::new(Code::MissingEvidence, error.to_string())
}

/// An artifact, held or not.
enum Opened<'a> {
    Held(Vec<u8>),
    Large(File<'a>),
}

fn read_and_verify(system: &dyn System, options: &VerifyOptions) -> Result<Verification, attestation::Failure> {
    let read = |path: &Path, limit: usize| {
        system.read(path, u64::try_from(limit).unwrap_or(u64::MAX)).map_err(|error| unusable(&error))
    };
    let mut trust = Trust::default();
    if let Some(path) = &options.trusted_root {
        let bytes = read(path, trust::ROOT_BYTES)?;
        trust = trust.with_roots(&bytes, options.authority.as_deref())?;
    }
    if let Some(path) = &options.key {
        trust = trust.with_key(&read(path, trust::KEY_BYTES)?)?;
    }
    let document = read(&options.bundle, verification::BYTES)?;
    let mut left = HELD_BYTES;
    let mut opened = Vec::new();
    for path in &options.artifacts {
        match system.read(path, left) {
            Ok(bytes) => {
                left = left.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
                opened.push(Opened::Held(bytes));
            }
            Err(SystemError::TooLarge { .. }) => opened.push(Opened::Large(File { system, path })),
            Err(error) => return Err(unusable(&error)),
        }
    }
    let files = opened.iter().map(|artifact| match artifact {
        Opened::Held(bytes) => Signed::Bytes(bytes),
        Opened::Large(file) => Signed::Stream(file),
    });
    let artifacts: Vec<Signed<'_>> = files.chain(options.digests.iter().map(Signed::Digest)).collect();
    Ok(attestation::verify(&Request {
        document: &document,
        artifacts: &artifacts,
        subjects_open: false,
        trust: &trust,
        pins: &options.pins,
        predicate_type: options.predicate_type.as_deref(),
        only_subject: options.only_subject,
    }))
}

/// Signs a statement, and writes it where that is asked for. The text is given back in any case.
///
/// # Errors
/// A statement that is none, a key that cannot be used, a file that is there.
pub fn sign(system: &dyn System, options: &SignOptions) -> Result<String, Failure> {
    free(system, options.output.as_deref(), options.force)?;
    let limit = u64::try_from(statement::BYTES).unwrap_or(u64::MAX);
    let statement = system.read(&options.statement, limit)?;
    let pem = Zeroizing::new(system.read_private(&options.key, key::BYTES)?);
    let passphrase = passphrase(system, options, SigningKey::is_encrypted(&pem))?;
    let key = SigningKey::from_pem(&pem, passphrase.as_deref().map(Vec::as_slice)).map_err(SignError::from);
    let text = key.and_then(|key| sign::sign(&statement, &key, options.form)).map_err(|error| refused(&error))?;
    if let Some(path) = &options.output {
        system.write(path, text.as_bytes())?;
    }
    Ok(text)
}

/// That nothing is replaced without being asked to.
pub(super) fn free(system: &dyn System, output: Option<&Path>, force: bool) -> Result<(), Failure> {
    if let Some(path) = output
        && !force
        && system.symlink_metadata(path)?.is_some()
    {
        let message = format!("`{}` is there already", path.display());
        return Err(Failure::usage(message, "name another file, or replace it: `--force`"));
    }
    Ok(())
}

/// The passphrase: from the descriptor that was named, else the variable, else the person at the terminal, who is asked once
/// and only where the key is encrypted.
fn passphrase(
    system: &dyn System,
    options: &SignOptions,
    is_encrypted: bool,
) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
    if let Some(number) = options.passphrase_fd {
        return Ok(Some(line(Zeroizing::new(system.read_descriptor(number, PASSPHRASE_BYTES)?))));
    }
    if let Some(text) = system.env_var(PASSPHRASE) {
        return Ok(Some(Zeroizing::new(text.into_bytes())));
    }
    if !is_encrypted {
        return Ok(None);
    }
    let asked = system.ask_secret(&format!("passphrase of `{}`: ", harmless(&options.key.display().to_string())))?;
    match asked {
        Some(text) if u64::try_from(text.len()).unwrap_or(u64::MAX) > PASSPHRASE_BYTES => {
            let message = format!("the passphrase is longer than the limit of {PASSPHRASE_BYTES} bytes");
            Err(Failure { message, help: None, exit: Exit::Undecided })
        }
        asked => Ok(asked.map(|text| Zeroizing::new(text.as_bytes().to_vec()))),
    }
}

/// A secret without the line end that a pipe puts behind it.
fn line(mut bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    for end in *b"\n\r" {
        if bytes.last() == Some(&end) {
            bytes.pop();
        }
    }
    bytes
}

pub(super) fn refused(error: &SignError) -> Failure {
    let help = match error {
        SignError::Key(error) => error.help().to_owned(),
        SignError::Statement(failures) => {
            let place = failures.first().and_then(|failure| failure.path.clone()).unwrap_or_default();
            let place = if place.is_empty() { String::from("the document") } else { format!("`{place}`") };
            format!("give an in-toto statement v1; mend {place}")
        }
    };
    Failure { message: error.to_string(), help: Some(help), exit: Exit::Undecided }
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn a_digest_is_whole_or_refused() {
        let hex = "AB".repeat(32);
        assert_eq!(digest(&format!("sha256:{hex}")).unwrap().hex, hex.to_lowercase());
        for text in [
            "",
            "sha256",
            "sha256:ab",
            &hex,
            &format!("sha1:{hex}"),
            &format!("sha384:{hex}"),
            &format!("sha256:{hex}g"),
        ] {
            assert!(digest(text).is_err(), "{text}");
        }
        assert!(digest(&format!("sha256:{}", "zz".repeat(32))).is_err());
    }
}
