//! What is to be verified: a statement with its context, or a bundle with its change; the flags of `verify` and `summary`.
//! Does not know what is said of it.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::args;
use crate::base::system::System;
use crate::change::{Base, End};
use crate::decide::Level;
use crate::session::Failure;
use crate::session::provenance::gate::{self, GateOptions};
use crate::session::provenance::verify::{self, VerifyOptions, VerifyRun};

/// What is to be verified.
#[derive(Clone, Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["statement", "bundle"]))]
pub(super) struct Material {
    /// The in-toto statement, unsigned
    #[arg(long, value_name = "FILE", requires = "context", conflicts_with_all = BUNDLE)]
    statement: Option<PathBuf>,
    /// What the verifier knows from elsewhere (`attest schema agent-provenance-context`)
    #[arg(long, value_name = "FILE", requires = "statement")]
    context: Option<PathBuf>,
    /// Answer for the context: without it an unsigned statement earns no more than evidence-grade
    #[arg(long, requires = "statement")]
    trust_context: bool,
    /// The signed statement: a Sigstore bundle, or a DSSE envelope
    #[arg(long, value_name = "FILE", requires = "begin", conflicts_with_all = ["context", "trust_context"])]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    signer: Signer,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    demands: Demands,
    /// A Rego policy, package `attest.document`, in place of the document's own; take it from where the change cannot write
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A package whose documents are judged by too
    #[arg(long, value_name = "PATH")]
    package: Option<PathBuf>,
}

/// What only a bundle is verified with.
const BUNDLE: [&str; 19] = [
    "trusted_root",
    "authority",
    "key",
    "root",
    "base",
    "base_commit",
    "head",
    "index",
    "work_tree",
    "repo_url",
    "allow_empty",
    "expectations",
    "expectations_file",
    "require_level",
    "run_id",
    "pull_request",
    "witness",
    "approval",
    "at",
];

/// Whom to trust. Who may sign is said by the expectations.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Trust")]
struct Signer {
    /// A pinned `trusted_root.json`, for signers with certificates
    #[arg(long, value_name = "FILE")]
    trusted_root: Option<PathBuf>,
    /// Of several trust roots, the one with this certificate authority
    #[arg(long, value_name = "HOST", requires = "trusted_root")]
    authority: Option<String>,
    /// The one key that may have signed; of the expectations' signers the one that holds it
    #[arg(long, value_name = "PEM")]
    key: Option<PathBuf>,
}

/// The change that the statement must be about.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Change")]
struct Change {
    /// A directory of the repository
    #[arg(long, value_name = "DIR", default_value = ".", hide_default_value = true)]
    root: PathBuf,
    /// The branch that the change is for; it begins at the merge base, and the expectations are read at the branch's tip
    #[arg(long, value_name = "REV", group = "begin")]
    base: Option<String>,
    /// The very commit that the change begins at, and that the expectations are read at
    #[arg(long, value_name = "REV", group = "begin")]
    base_commit: Option<String>,
    /// The commit that the change ends at [default: HEAD]
    #[arg(long, value_name = "REV", group = "end")]
    head: Option<String>,
    /// The change ends at what is staged
    #[arg(long, group = "end")]
    index: bool,
    /// The change ends at the files as they stand
    #[arg(long, group = "end")]
    work_tree: bool,
    /// The repository's address [default: that of the expectations, else that of the remote]
    #[arg(long, value_name = "URL")]
    repo_url: Option<String>,
    /// Judge a change of nothing
    #[arg(long)]
    allow_empty: bool,
}

/// What is demanded of the statement.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Demands")]
struct Demands {
    /// Where the expectations are in the repository [default: .attest/provenance.toml]
    #[arg(long, value_name = "PATH", conflicts_with = "expectations_file")]
    expectations: Option<String>,
    /// The expectations, from a file that no change can write
    #[arg(long, value_name = "FILE")]
    expectations_file: Option<PathBuf>,
    /// Demand this level, where that is more than the expectations do
    #[arg(long, value_name = "LEVEL", value_parser = args::level)]
    require_level: Option<Level>,
    /// The run that the statement must be of
    #[arg(long, value_name = "ID")]
    run_id: Option<String>,
    /// The pull request that the statement must be of
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pull_request: Option<u64>,
    /// The bundle of a witness; as often as there are
    #[arg(long, value_name = "FILE")]
    witness: Vec<PathBuf>,
    /// The bundle or envelope of an approval; as often as there are
    #[arg(long, value_name = "FILE")]
    approval: Vec<PathBuf>,
    /// The instant of the decision, RFC 3339 or a date [default: now]
    #[arg(long, value_name = "TIME", value_parser = args::instant)]
    at: Option<jiff::Timestamp>,
}

/// A statement with its context, or a bundle with its change.
pub(super) fn judge(
    args: Material,
    save_context: Option<PathBuf>,
    system: &Arc<dyn System>,
) -> Result<VerifyRun, Failure> {
    let Material { signer, change, demands, policy, package, .. } = args;
    let bundle = match (args.statement, args.context, args.bundle) {
        (Some(statement), Some(context), _) => {
            let trust_context = args.trust_context;
            return verify::verify(system, &VerifyOptions { statement, context, trust_context, policy, package });
        }
        (_, _, Some(bundle)) => bundle,
        _ => return Err(Failure::usage("nothing to verify", "give `--bundle FILE`, or `--statement` and `--context`")),
    };
    for (name, value) in [
        ("--run-id", &demands.run_id),
        ("--repo-url", &change.repo_url),
        ("--base", &change.base),
        ("--base-commit", &change.base_commit),
        ("--head", &change.head),
        ("--expectations", &demands.expectations),
        ("--authority", &signer.authority),
    ] {
        if value.as_ref().is_some_and(|value| value.trim().is_empty()) {
            let help = "give it a value or leave it out; perhaps a variable of the shell is not set";
            return Err(Failure::usage(format!("`{name}` is empty"), help));
        }
    }
    let base = match (change.base, change.base_commit) {
        (Some(branch), None) => Base::Branch(branch),
        (None, Some(commit)) => Base::Exactly(commit),
        _ => return Err(Failure::usage("it is not said where the change begins", "give `--base BRANCH`")),
    };
    let end = match (change.index, change.work_tree) {
        (true, _) => End::Index,
        (_, true) => End::WorkTree,
        _ => End::Commit(change.head.unwrap_or_else(|| "HEAD".to_owned())),
    };
    let options = GateOptions {
        bundle,
        trusted_root: signer.trusted_root,
        authority: signer.authority,
        key: signer.key,
        root: change.root,
        base,
        end,
        repo_url: change.repo_url,
        allow_empty: change.allow_empty,
        expectations: demands.expectations,
        expectations_file: demands.expectations_file,
        require_level: demands.require_level,
        run_id: demands.run_id,
        pull_request: demands.pull_request,
        witnesses: demands.witness,
        approvals: demands.approval,
        at: demands.at,
        policy,
        package,
        save_context,
    };
    gate::verify(&**system, &options)
}
