//! `attest verify`: whether a signature holds, by whom, and what was not checked.

use std::fmt::Write as _;
use std::path::PathBuf;

use super::args::Shape as Format;
use super::output::Output;
use crate::attestation::{Check, Identity, Pins, Verdict, Verification};
use crate::base::digest::Digest;
use crate::base::system::System;
use crate::diag::style::{Ink, Style, harmless, inert};
use crate::report::{Exit, json};
use crate::session::Failure;
use crate::session::attestation::{self, VerifyOptions};

/// The arguments.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The Sigstore bundle, or a DSSE envelope
    #[arg(value_name = "BUNDLE")]
    bundle: PathBuf,
    #[command(flatten)]
    signed: Signed,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    signer: Signer,
    /// What is written to standard output: human, json
    #[arg(long, value_name = "FORMAT", default_value = "human", hide_default_value = true, help_heading = "Output")]
    format: Format,
}

/// What was signed.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Subject")]
struct Signed {
    /// What was signed; repeat it for several subjects of one statement
    #[arg(long, value_name = "FILE")]
    artifact: Vec<PathBuf>,
    /// What was signed, by its digest: sha256, sha384, sha512
    #[arg(long, value_name = "ALG:HEX", value_parser = attestation::digest)]
    digest: Vec<Digest>,
    /// Refuse a statement about anything else
    #[arg(long)]
    only_subject: bool,
    /// The predicate type that the statement must have
    #[arg(long, value_name = "URI")]
    predicate_type: Option<String>,
}

/// Whom to trust.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Trust")]
struct Trust {
    /// A pinned `trusted_root.json`, a `.jsonl` of several, or a client trust configuration
    #[arg(long, value_name = "FILE")]
    trusted_root: Option<PathBuf>,
    /// Of several trust roots, the one with this certificate authority: `fulcio.sigstore.dev`
    #[arg(long, value_name = "HOST")]
    authority: Option<String>,
    /// The signer's public key; with `--trusted-root` its signature must be in the log too
    #[arg(long, value_name = "PEM")]
    key: Option<PathBuf>,
}

/// Who may have signed.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Signer")]
struct Signer {
    /// The certificate's subject: exact, or with `*` for anything but `/` and `@`
    #[arg(long, value_name = "ID")]
    identity: Option<String>,
    /// Who vouches for the subject, exactly
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    /// The certificate names no issuer, as those of GitHub's releases do not
    #[arg(long, conflicts_with = "issuer")]
    no_issuer: bool,
    /// The source repository
    #[arg(long, value_name = "URL")]
    repository: Option<String>,
    /// The workflow that signed; may have `*` as the identity may
    #[arg(long, value_name = "URL")]
    workflow: Option<String>,
    /// The source ref
    #[arg(long = "ref", value_name = "REF")]
    source_ref: Option<String>,
    /// The source commit
    #[arg(long, value_name = "SHA")]
    commit: Option<String>,
    /// The class of the runner: github-hosted, self-hosted
    #[arg(long, value_name = "CLASS")]
    runner: Option<String>,
    /// The event that triggered the build
    #[arg(long, value_name = "EVENT")]
    trigger: Option<String>,
    /// The deployment environment
    #[arg(long, value_name = "NAME")]
    environment: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: Args, system: &dyn System, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let Args { bundle, signed, trust, signer, format } = args;
    let options = VerifyOptions {
        bundle,
        artifacts: signed.artifact,
        digests: signed.digest,
        trusted_root: trust.trusted_root,
        authority: trust.authority,
        key: trust.key,
        pins: Pins {
            identity: signer.identity,
            issuer: signer.issuer,
            no_issuer: signer.no_issuer,
            repository: signer.repository,
            workflow: signer.workflow,
            source_ref: signer.source_ref,
            commit: signer.commit,
            runner: signer.runner,
            trigger: signer.trigger,
            environment: signer.environment,
        },
        predicate_type: signed.predicate_type,
        only_subject: signed.only_subject,
    };
    let verification = attestation::verify(system, &options)?;
    match format {
        Format::Human => {
            let text = human(&verification, output.data_style(), output.quiet());
            let lines: String = text.lines().flat_map(|line| [inert(line), "\n".into()]).collect();
            output.data(&lines);
        }
        Format::Json => {
            let json = json::to_string(&verification).map_err(Failure::bug)?;
            output.data(&json);
        }
    }
    Ok(attestation::exit(verification.verdict))
}

/// For people: the verdict, who signed, what was checked and what was not, and why not.
fn human(verification: &Verification, style: Style, quiet: bool) -> String {
    let ink = match verification.verdict {
        Verdict::Verified => Ink::Good,
        Verdict::Failed => Ink::Bad,
        Verdict::Unverified => Ink::Warn,
    };
    let mut text = format!("{}", style.paint(ink, verification.verdict.name()));
    if let Some(identity) = &verification.identity
        && verification.verdict == Verdict::Verified
    {
        let _ = write!(text, " signed by {}", harmless(&who(identity)));
    }
    text.push('\n');
    for failure in &verification.failures {
        let place = failure.path.as_deref().filter(|path| !path.is_empty());
        let place = place.map(|path| format!(" ({path})")).unwrap_or_default();
        let code = failure.code.name();
        let _ = writeln!(text, "  {}: {}{}", style.paint(Ink::Bad, code), harmless(&failure.message), harmless(&place));
        for (name, value) in [("expected", &failure.expected), ("found", &failure.found), ("help", &failure.help)] {
            if let Some(value) = value {
                let _ = writeln!(text, "    {}: {}", style.paint(Ink::Hint, name), harmless(value));
            }
        }
    }
    if quiet {
        return text;
    }
    let width = verification.checks.iter().map(|check| check.name.len()).max().unwrap_or_default();
    let mut list = |title: &str, done: bool| {
        let checks: Vec<&Check> = verification.checks.iter().filter(|check| check.done == done).collect();
        if checks.is_empty() {
            return;
        }
        let _ = writeln!(text, "{}", style.paint(Ink::Strong, title));
        for Check { name, detail, .. } in checks {
            let _ = writeln!(text, "  {name:width$}  {}", harmless(detail));
        }
    };
    list("checked", true);
    list("not checked", false);
    for digest in &verification.trust {
        let _ = writeln!(text, "{} {digest}", style.paint(Ink::Faint, "trusting"));
    }
    text
}

/// Who signed, in words.
pub(super) fn who(identity: &Identity) -> String {
    let subject = identity.subject.clone().or_else(|| identity.key.as_ref().map(|key| format!("the key {key}")));
    let subject = subject.unwrap_or_else(|| String::from("nobody"));
    match &identity.issuer {
        Some(issuer) => format!("{subject}, says {issuer}"),
        None => subject,
    }
}
