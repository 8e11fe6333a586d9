//! The flags of a statement's members, a flag for each. Does not know what they mean: the schema says what they may be.

use serde_json::Value;

use super::super::args;
use crate::session::provenance::create::Field;

/// When and where.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Run")]
pub(super) struct RunArgs {
    /// The run's id, 8 to 128 letters, digits, `.`, `_`, `:`, `-` [default: the CI's, else time and chance]
    #[arg(long, value_name = "ID")]
    run_id: Option<String>,
    /// When the run began, RFC 3339 or a date [default: what the CI says]
    #[arg(long, value_name = "TIME", value_parser = args::instant)]
    started_at: Option<jiff::Timestamp>,
    /// When it ended [default: now]
    #[arg(long, value_name = "TIME", value_parser = args::instant)]
    finished_at: Option<jiff::Timestamp>,
    /// Where it ran: local, github-actions, other-ci, isolated-runner, witnessed-runner, platform-agent
    #[arg(long, value_name = "TYPE")]
    execution: Option<String>,
    /// What ran it, as its certificate names it [default: the CI's workflow]
    #[arg(long, value_name = "ID")]
    builder_id: Option<String>,
    /// What kind of thing that is: github-actions-workflow, generic-ci-workflow, local-process, …
    #[arg(long, value_name = "TYPE")]
    builder_type: Option<String>,
    /// The workflow, as the certificate names it
    #[arg(long, value_name = "REF")]
    workflow_ref: Option<String>,
    /// Whose machine: github-hosted, self-hosted, isolated, platform-managed, unknown
    #[arg(long, value_name = "CLASS")]
    runner_class: Option<String>,
}

/// Which change, beside its commits.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Repository")]
pub(super) struct RepositoryArgs {
    /// The branch [default: the CI's, else that which is checked out]
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,
    /// The pull request [default: the CI's]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pull_request: Option<u64>,
    /// Its page
    #[arg(long, value_name = "URL")]
    pull_request_url: Option<String>,
    /// How many of the changed files are generated
    #[arg(long, value_name = "N")]
    generated_files: Option<u64>,
}

/// Who.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Agent")]
pub(super) struct AgentArgs {
    /// What the agent is called
    #[arg(long, value_name = "NAME")]
    agent_name: Option<String>,
    /// Its version
    #[arg(long, value_name = "VERSION")]
    agent_version: Option<String>,
    /// How it was called: local-cli, ci-step, api, mcp-orchestrated, platform-agent
    #[arg(long, value_name = "KIND")]
    invocation: Option<String>,
    /// Who it says it is; a verifier holds it against the signer
    #[arg(long, value_name = "ID")]
    declared_identity: Option<String>,
    /// Who offers the model
    #[arg(long, value_name = "NAME")]
    model_provider: Option<String>,
    /// The model
    #[arg(long, value_name = "ID")]
    model_id: Option<String>,
    /// Its revision
    #[arg(long, value_name = "REVISION")]
    model_revision: Option<String>,
    /// Its fingerprint
    #[arg(long, value_name = "TEXT")]
    model_fingerprint: Option<String>,
    /// Who wrote down what happened: harness-native, wrapper, ci-step, manual
    #[arg(long, value_name = "METHOD")]
    capture: Option<String>,
    /// The harness that did
    #[arg(long, value_name = "NAME")]
    harness: Option<String>,
    /// The trace: opentelemetry-json, openinference-otel-json, otlp-json, otlp-protobuf
    #[arg(long, value_name = "FORMAT")]
    trace_format: Option<String>,
    /// An id of a trace, as often as wanted
    #[arg(long, value_name = "HEX")]
    trace_id: Vec<String>,
    /// The span that all others are below
    #[arg(long, value_name = "HEX")]
    root_span_id: Option<String>,
}

/// Who approved, and what was kept.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "People and privacy")]
pub(super) struct PeopleAndPrivacyArgs {
    /// none, not-required, requested, approved-after-generation, approved-before-merge, rejected
    #[arg(long, value_name = "STATE")]
    approval: Option<String>,
    /// Who reviewed it, as often as wanted: `github:user:octocat`
    #[arg(long, value_name = "REF")]
    reviewer: Vec<String>,
    /// Where it was approved
    #[arg(long, value_name = "NAME")]
    approval_system: Option<String>,
    /// By which rules private things were left out [default: references-only]
    #[arg(long, value_name = "NAME")]
    redaction_policy: Option<String>,
    /// The statement may go into a public log
    #[arg(long)]
    allow_transparency_log: bool,
}

/// What is referred to, by digest.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(
    next_help_heading = "References, as often as wanted; `file=` is read and hashed, or give `digest=sha256:HEX`"
)]
pub(super) struct ReferenceArgs {
    /// Something the run left behind: `type=T,file=F,storage=S[,uri=U][,visibility=V][,media-type=M]`
    #[arg(long, value_name = "KEY=VALUE,…")]
    evidence: Vec<String>,
    /// A document beside it: `type=spdx|cyclonedx|openvex|other,file=F[,uri=U][,visibility=V][,media-type=M]`
    #[arg(long, value_name = "KEY=VALUE,…")]
    sidecar: Vec<String>,
    /// Something that went into it: `type=T,uri=U,digest=sha256:HEX`, or `file=F`
    #[arg(long, value_name = "KEY=VALUE,…")]
    material: Vec<String>,
    /// Something of somebody else's: `name=URL,file=F[,uri=U][,visibility=V][,media-type=M][,retention=R]`
    #[arg(long, value_name = "KEY=VALUE,…")]
    extension: Vec<String>,
    /// Somebody who saw the run: `id=I,type=transparency-log|timestamp-authority,file=F[,uri=U]`
    #[arg(long, value_name = "KEY=VALUE,…")]
    witness: Vec<String>,
    /// An MCP server: `name=N,transport=stdio|streamable-http|sse,file=MANIFEST[,version=V][,identity=I]`
    #[arg(long, value_name = "KEY=VALUE,…")]
    mcp_server: Vec<String>,
    /// A tool: `name=N,file=SCHEMA[,server=S]`
    #[arg(long, value_name = "KEY=VALUE,…")]
    tool: Vec<String>,
    /// Somebody on whose behalf it ran, in order: `role=R,agent=REF[,identity=I][,digest=sha256:HEX]`
    #[arg(long, value_name = "KEY=VALUE,…")]
    delegate: Vec<String>,
    /// What was kept of the prompt: `stored=true,visibility=team|secret|encrypted[,encrypted-ref=U][,retention=R]`
    #[arg(long, value_name = "KEY=VALUE,…")]
    raw_prompt: Option<String>,
    /// The same of what tools gave back
    #[arg(long, value_name = "KEY=VALUE,…")]
    raw_tool_outputs: Option<String>,
    /// A file that told the agent what to do, from `--root` on and as it is at the base; the first is the primary one. Roles: instructions, tool-rules, repo-policy
    #[arg(long, value_name = "FILE[=ROLE]")]
    pub(super) agent_config: Vec<String>,
    /// Write down what is known of the run, and refer to that: `run.json[,storage=S][,uri=U][,visibility=V]`
    #[arg(long, value_name = "FILE")]
    pub(super) record: Option<String>,
}

fn one<T: Into<Value>>(fields: &mut Vec<Field>, flag: &'static str, pointer: &'static str, value: Option<T>) {
    fields.extend(value.map(|value| Field { flag, pointer, value: value.into(), listed: false }));
}

fn each(fields: &mut Vec<Field>, flag: &'static str, pointer: &'static str, values: Vec<String>) {
    fields.extend(values.into_iter().map(|value| Field { flag, pointer, value: value.into(), listed: true }));
}

impl RunArgs {
    /// The members that are given.
    pub(super) fn fields(self, out: &mut Vec<Field>) {
        one(out, "--run-id", "/runId", self.run_id);
        one(out, "--started-at", "/timestamps/startedAt", self.started_at.map(|at| at.to_string()));
        one(out, "--finished-at", "/timestamps/finishedAt", self.finished_at.map(|at| at.to_string()));
        one(out, "--execution", "/environment/executionType", self.execution);
        one(out, "--builder-id", "/environment/builder/id", self.builder_id);
        one(out, "--builder-type", "/environment/builder/type", self.builder_type);
        one(out, "--workflow-ref", "/environment/builder/workflowRef", self.workflow_ref);
        one(out, "--runner-class", "/environment/builder/runnerClass", self.runner_class);
    }
}

impl RepositoryArgs {
    /// The members that are given.
    pub(super) fn fields(self, out: &mut Vec<Field>) {
        one(out, "--branch", "/repo/branch", self.branch);
        one(out, "--pull-request", "/repo/pullRequest/number", self.pull_request);
        one(out, "--pull-request-url", "/repo/pullRequest/url", self.pull_request_url);
        one(out, "--generated-files", "/changes/generatedFiles", self.generated_files);
    }
}

impl AgentArgs {
    /// The members that are given.
    pub(super) fn fields(self, out: &mut Vec<Field>) {
        one(out, "--agent-name", "/agent/name", self.agent_name);
        one(out, "--agent-version", "/agent/version", self.agent_version);
        one(out, "--invocation", "/agent/invocationKind", self.invocation);
        one(out, "--declared-identity", "/agent/declaredIdentity", self.declared_identity);
        one(out, "--model-provider", "/model/provider", self.model_provider);
        one(out, "--model-id", "/model/modelId", self.model_id);
        one(out, "--model-revision", "/model/modelRevision", self.model_revision);
        one(out, "--model-fingerprint", "/model/fingerprint", self.model_fingerprint);
        one(out, "--capture", "/capture/method", self.capture);
        one(out, "--harness", "/capture/harness", self.harness);
        one(out, "--trace-format", "/runtime/traceFormat", self.trace_format);
        each(out, "--trace-id", "/runtime/traceIds", self.trace_id);
        one(out, "--root-span-id", "/runtime/rootSpanId", self.root_span_id);
    }
}

impl PeopleAndPrivacyArgs {
    /// The members that are given.
    pub(super) fn fields(self, out: &mut Vec<Field>) {
        one(out, "--approval", "/humanApproval/state", self.approval);
        each(out, "--reviewer", "/humanApproval/reviewerRefs", self.reviewer);
        one(out, "--approval-system", "/humanApproval/approvalSystem", self.approval_system);
        one(out, "--redaction-policy", "/privacy/redactionPolicy", self.redaction_policy);
        one(
            out,
            "--allow-transparency-log",
            "/privacy/publicTransparencyLog/allowed",
            self.allow_transparency_log.then_some(true),
        );
    }
}

impl ReferenceArgs {
    /// What is referred to, each with its flag.
    pub(super) fn references(&mut self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        let mut take =
            |flag: &'static str, values: Vec<String>| out.extend(values.into_iter().map(|text| (flag, text)));
        take("--evidence", std::mem::take(&mut self.evidence));
        take("--sidecar", std::mem::take(&mut self.sidecar));
        take("--material", std::mem::take(&mut self.material));
        take("--extension", std::mem::take(&mut self.extension));
        take("--witness", std::mem::take(&mut self.witness));
        take("--mcp-server", std::mem::take(&mut self.mcp_server));
        take("--tool", std::mem::take(&mut self.tool));
        take("--delegate", std::mem::take(&mut self.delegate));
        take("--raw-prompt", self.raw_prompt.take().into_iter().collect());
        take("--raw-tool-outputs", self.raw_tool_outputs.take().into_iter().collect());
        out
    }
}
