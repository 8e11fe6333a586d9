//! The form of the file: what may stand in it, with the place of what is compared later. Does not know what makes sense.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

/// `.attest/provenance.toml`: what a repository demands of a statement about an agent's run, and who may sign one.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "Expectations")]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    /// The version of this form: 1.
    #[schemars(with = "u32", range(min = 1, max = 1))]
    pub(super) schema: Spanned<u32>,
    /// The repository's address; that of the remote without it.
    #[schemars(with = "Option<String>")]
    pub(super) repository: Option<Spanned<String>>,
    /// The level that a statement must claim and earn.
    #[schemars(with = "crate::decide::Level")]
    pub(super) required_level: Spanned<String>,
    /// How long ago the run may have finished, like `24h`.
    #[schemars(with = "Option<String>")]
    pub(super) max_age: Option<Spanned<String>>,
    /// What the verifier computes and the statement must be about, no more and no less: `patch.diff`, `repo-tree`.
    #[serde(default)]
    #[schemars(with = "Option<Vec<Subject>>", length(min = 1))]
    pub(super) subjects: Option<Spanned<Vec<Spanned<String>>>>,
    /// Whether a run may be on a self-hosted runner.
    #[serde(default)]
    pub(super) allow_self_hosted_runners: bool,
    /// Whether the statement's run must be the one that the certificate names.
    #[serde(default)]
    pub(super) run_from_certificate: bool,
    /// The agent's configuration: its digest at the base commit is the one that the statement must name.
    #[schemars(with = "Option<String>")]
    pub(super) agent_config: Option<Spanned<String>>,
    /// The digests of the MCP servers that an agent may speak to, by a name for people.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub(super) mcp_servers: BTreeMap<String, Spanned<String>>,
    /// Those on whose behalf a run may be.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) delegates: Vec<Spanned<String>>,
    /// The builders that count as isolated at high-assurance.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub(super) isolated_runners: Vec<Spanned<String>>,
    /// Who may sign a run's statement, any one of them.
    #[serde(default)]
    #[schemars(with = "Vec<Entry>")]
    pub(super) signer: Vec<Spanned<Entry>>,
    /// Who may witness a run, any one of them.
    #[serde(default)]
    #[schemars(with = "Vec<Entry>")]
    pub(super) witness: Vec<Spanned<Entry>>,
    /// Who may approve a change, any one of them.
    #[serde(default)]
    #[schemars(with = "Vec<Entry>")]
    pub(super) approver: Vec<Spanned<Entry>>,
}

/// What the verifier can compute of a change.
#[derive(Debug, JsonSchema)]
#[expect(dead_code, reason = "its schema says which texts there are")]
enum Subject {
    /// The canonical patch.
    #[schemars(rename = "patch.diff")]
    Patch,
    /// The tree at the end of the change.
    #[schemars(rename = "repo-tree")]
    Tree,
}

/// Somebody: a certificate's subject with who vouches for it, or the holder of a key.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Entry {
    /// What the verified signer is called; a certificate's subject or a key's digest without it.
    #[schemars(with = "Option<String>")]
    pub(super) name: Option<Spanned<String>>,
    /// The certificate's subject, exactly, or with `*` for anything but `/` and `@`.
    #[schemars(with = "Option<String>")]
    pub(super) identity: Option<Spanned<String>>,
    /// Of a certificate who vouches for the subject, exactly; of a key what policy says of its holder.
    #[schemars(with = "Option<String>")]
    pub(super) issuer: Option<Spanned<String>>,
    /// A public key, PEM, in place of a certificate.
    #[schemars(with = "Option<String>")]
    pub(super) key: Option<Spanned<String>>,
    /// Of a key: whether the log of the trust root must hold the signature.
    #[schemars(with = "Option<bool>")]
    pub(super) logged: Option<Spanned<bool>>,
    /// Of a key: the builder that its holder is.
    #[schemars(with = "Option<String>")]
    pub(super) builder: Option<Spanned<String>>,
    /// Of a certificate the workflow that signed, exactly or with `*`; of a key the workflow that its holder runs.
    #[schemars(with = "Option<String>")]
    pub(super) workflow: Option<Spanned<String>>,
    /// Of a certificate: the source repository.
    #[schemars(with = "Option<String>")]
    pub(super) repository: Option<Spanned<String>>,
    /// Of a certificate: the source ref.
    #[serde(rename = "ref")]
    #[schemars(with = "Option<String>")]
    pub(super) source_ref: Option<Spanned<String>>,
    /// Of a certificate: the source commit.
    #[schemars(with = "Option<String>")]
    pub(super) commit: Option<Spanned<String>>,
    /// Of a certificate: `github-hosted`, `self-hosted`.
    #[schemars(with = "Option<String>")]
    pub(super) runner: Option<Spanned<String>>,
    /// Of a certificate: the event that triggered the build.
    #[schemars(with = "Option<String>")]
    pub(super) trigger: Option<Spanned<String>>,
    /// Of a certificate: the deployment environment.
    #[schemars(with = "Option<String>")]
    pub(super) environment: Option<Spanned<String>>,
    /// Of an approver: the predicate type that an approval must have.
    #[schemars(with = "Option<String>")]
    pub(super) predicate_type: Option<Spanned<String>>,
}

/// All keys of the file and of its entries, for did-you-mean.
pub(super) const KEYS: [&str; 14] = [
    "schema",
    "repository",
    "required-level",
    "max-age",
    "subjects",
    "allow-self-hosted-runners",
    "run-from-certificate",
    "agent-config",
    "mcp-servers",
    "delegates",
    "isolated-runners",
    "signer",
    "witness",
    "approver",
];
/// The keys of an entry.
pub(super) const ENTRY_KEYS: [&str; 14] = [
    "name",
    "identity",
    "issuer",
    "key",
    "logged",
    "builder",
    "workflow",
    "repository",
    "ref",
    "commit",
    "runner",
    "trigger",
    "environment",
    "predicate-type",
];
