# METADATA
# title: Whether a statement about an agent's run is to be believed
# description: |
#   The policy of `https://agentattest.dev/predicate/v0` and `/v1`. `input.statement` is the statement, whose predicate fits
#   its schema and keeps the rules of its document; `input.context` is what the verifier knows from elsewhere. The policy
#   compares the two. A denial's subject is a JSON pointer into `input`.
#
#   All rules are evaluated, so that several codes may come back. What the statement says of itself lifts nothing: it only
#   says which rules it must keep. Copy this file as a start for one of your own, and name it with `--policy`.
package attest.document

decision := {"level": level, "denials": denials}

# The level that is claimed is earned, or none is.
default level := null

level := claimed if count(denials) == 0

predicate := input.statement.predicate

context := input.context

claimed := predicate.verificationLevel

ranks := {"evidence-grade": 0, "policy-grade": 1, "high-assurance": 2}

# policy-grade and above.
policy if ranks[claimed] >= 1

# high-assurance.
assurance if ranks[claimed] == 2

is_v1 if predicate.predicateVersion == "v1"

environment := predicate.environment

builder := object.get(environment, "builder", {})

# What may be missing, as an empty text.
builder_id := object.get(builder, "id", "")

workflow_ref := object.get(builder, "workflowRef", "")

identity := object.get(predicate.agent, "declaredIdentity", "")

verified_signer := object.get(context, "verifiedSigner", "")

verified_builder := object.get(context, "verifiedBuilderId", "")

verified_workflow := object.get(context, "verifiedWorkflowRef", "")

########################################################################################################################
# The level.

denials contains {
	"code": "level_below_required",
	"subject": "/statement/predicate/verificationLevel",
	"message": sprintf("%s is claimed, %s is required", [claimed, context.requiredLevel]),
} if {
	ranks[claimed] < ranks[context.requiredLevel]
}

########################################################################################################################
# Repository, base and subjects.

denials contains {
	"code": "repo_url_mismatch",
	"subject": "/statement/predicate/repo/url",
	"message": "the statement is about another repository",
} if {
	predicate.repo.url != context.repoUrl
}

denials contains {
	"code": "base_commit_mismatch",
	"subject": "/statement/predicate/repo/baseCommit",
	"message": "the change starts from another commit",
} if {
	predicate.repo.baseCommit != context.baseCommit
}

subjects := object.get(input.statement, "subject", [])

denials contains {
	"code": "subject_digest_mismatch",
	"subject": "/context/subjects",
	"message": "the context names no subject",
} if {
	count(context.subjects) == 0
}

denials contains {
	"code": "subject_digest_mismatch",
	"subject": sprintf("/context/subjects/%d/name", [second]),
	"message": sprintf("the context names the subject `%s` twice", [subject.name]),
} if {
	some second, subject in context.subjects
	some first, other in context.subjects
	first < second
	other.name == subject.name
}

# A name that two subjects share says of neither which one was meant.
denials contains {
	"code": "subject_digest_mismatch",
	"subject": sprintf("/statement/subject/%d/name", [second]),
	"message": sprintf("the statement names the subject `%s` twice", [subject.name]),
} if {
	some second, subject in subjects
	some first, other in subjects
	first < second
	other.name == subject.name
}

# The same subject, by name and by the digest that the verifier computed.
same(ours, theirs) if {
	ours.name == object.get(theirs, "name", "")
	ours.digest == object.get(object.get(theirs, "digest", {}), ours.algorithm, "")
}

denials contains {
	"code": "subject_digest_mismatch",
	"subject": sprintf("/context/subjects/%d", [at]),
	"message": sprintf("the statement has no subject `%s` of that digest", [ours.name]),
} if {
	some at, ours in context.subjects
	every theirs in subjects {
		not same(ours, theirs)
	}
}

# A subject without a name, without a digest, or with digests of algorithms that nobody computes here, is no exception.
denials contains {
	"code": "subject_digest_mismatch",
	"subject": sprintf("/statement/subject/%d", [at]),
	"message": "the context has no subject of that name and digest",
} if {
	some at, theirs in subjects
	every ours in context.subjects {
		not same(ours, theirs)
	}
}

########################################################################################################################
# Privacy.

# What may stand in a public log.
loggable := {"local-log-root", "builder-record", "agent-config", "mcp-server"}

denials contains {
	"code": "privacy_violation",
	"subject": sprintf("/statement/predicate/evidence/%d/type", [at]),
	"message": sprintf("evidence of type `%s` is in a transparency log", [evidence.type]),
} if {
	some at, evidence in predicate.evidence
	evidence.storage == "transparency-log"
	not evidence.type in loggable
}

denials contains {
	"code": "privacy_violation",
	"subject": sprintf("/statement/predicate/evidence/%d/visibility", [at]),
	"message": "what is in a transparency log is public, and this evidence is not to be",
} if {
	some at, evidence in predicate.evidence
	evidence.storage == "transparency-log"
	evidence.visibility != "public"
}

denials contains {
	"code": "privacy_violation",
	"subject": sprintf("/statement/predicate/extensions/%s/visibility", [replace(replace(name, "~", "~0"), "/", "~1")]),
	"message": "an extension is public, and nobody knows what it holds",
} if {
	some name, extension in object.get(predicate, "extensions", {})
	extension.visibility == "public"
}

########################################################################################################################
# policy-grade: a run that somebody else controlled, and whose identities are verified.

denials contains {
	"code": "level_escalation",
	"subject": sprintf("/statement/predicate/evidence/%d/storage", [at]),
	"message": sprintf("evidence that only the author has does not carry %s", [claimed]),
} if {
	policy
	some at, evidence in predicate.evidence
	evidence.storage == "local-only"
}

denials contains {
	"code": "level_escalation",
	"subject": "/statement/predicate/environment/executionType",
	"message": sprintf("a run on the author's machine does not carry %s", [claimed]),
} if {
	policy
	environment.executionType == "local"
}

denials contains {
	"code": "level_escalation",
	"subject": "/statement/predicate/environment",
	"message": sprintf("a run without a builder does not carry %s", [claimed]),
} if {
	policy
	count(builder) == 0
}

denials contains {
	"code": "builder_identity_mismatch",
	"subject": "/context",
	"message": "no builder is verified: the context has no `verifiedBuilderId`",
} if {
	policy
	verified_builder == ""
}

denials contains {
	"code": "builder_identity_mismatch",
	"subject": "/statement/predicate/environment/builder/id",
	"message": "the builder is another than the verified one",
} if {
	policy
	verified_builder != ""
	builder_id != verified_builder
}

denials contains {
	"code": "builder_identity_mismatch",
	"subject": "/context",
	"message": "no workflow is verified: the context has no `verifiedWorkflowRef`",
} if {
	policy
	verified_workflow == ""
}

denials contains {
	"code": "builder_identity_mismatch",
	"subject": "/statement/predicate/environment/builder/workflowRef",
	"message": "the workflow is another than the verified one",
} if {
	policy
	verified_workflow != ""
	workflow_ref != verified_workflow
}

denials contains {
	"code": "builder_identity_mismatch",
	"subject": "/context",
	"message": "no issuer is verified: the context has no `verifiedIssuer`",
} if {
	policy
	object.get(context, "verifiedIssuer", "") == ""
}

denials contains {
	"code": "signer_identity_mismatch",
	"subject": "/context",
	"message": "no signer is verified: the context has no `verifiedSigner`",
} if {
	policy
	verified_signer == ""
}

# At any level: an identity that is declared is a claim.
denials contains {
	"code": "signer_identity_mismatch",
	"subject": "/statement/predicate/agent/declaredIdentity",
	"message": "the agent declares another identity than the verified signer's",
} if {
	identity != ""
	identity != verified_signer
}

denials contains {
	"code": "builder_identity_mismatch",
	"subject": "/statement/predicate/environment/builder/runnerClass",
	"message": "the runner is self-hosted, and the context does not allow that",
} if {
	policy
	environment.executionType == "github-actions"
	builder.runnerClass == "self-hosted"
	object.get(context, "allowSelfHostedRunners", false) != true
}

########################################################################################################################
# high-assurance: an isolated and witnessed run, approved before the merge, and traced.

denials contains {
	"code": "builder_identity_mismatch",
	"subject": "/statement/predicate/environment/builder",
	"message": "the builder is none of the allowed isolated runners",
} if {
	assurance
	not builder_id in object.get(context, "allowedIsolatedRunners", [])
}

denials contains {
	"code": "level_escalation",
	"subject": "/statement/predicate/environment/executionType",
	"message": "the run was neither isolated nor witnessed",
} if {
	assurance
	not environment.executionType in {"isolated-runner", "witnessed-runner"}
}

witnesses := object.get(environment, "witnesses", [])

denials contains {
	"code": "level_escalation",
	"subject": "/statement/predicate/environment",
	"message": "nobody witnessed the run",
} if {
	assurance
	count(witnesses) == 0
}

# At any level: a witness that is declared is a claim.
denials contains {
	"code": "transparency_verification_failed",
	"subject": sprintf("/statement/predicate/environment/witnesses/%d", [at]),
	"message": "no verified witness has this type and digest",
} if {
	some at, witness in witnesses
	every verified in object.get(context, "verifiedWitnesses", []) {
		not attests(verified, witness)
	}
}

attests(verified, witness) if {
	verified.type == witness.type
	verified.digest.sha256 == witness.digest.sha256
}

denials contains {
	"code": "level_escalation",
	"subject": "/statement/predicate/humanApproval/state",
	"message": "nobody approved the change before it was merged",
} if {
	assurance
	predicate.humanApproval.state != "approved-before-merge"
}

approvals := {evidence.digest.sha256 | some evidence in predicate.evidence; evidence.type == "approval"}

denials contains {
	"code": "missing_evidence",
	"subject": "/statement/predicate/evidence",
	"message": "there is no evidence of an approval",
} if {
	assurance
	count(approvals) == 0
}

approval_verified if context.verifiedApproval == true

denials contains {
	"code": "missing_evidence",
	"subject": "/context",
	"message": "no approval is verified: `verifiedApproval` of the context is not true",
} if {
	assurance
	not approval_verified
}

denials contains {
	"code": "missing_evidence",
	"subject": "/context/verifiedApprovalDigest",
	"message": "the verified approval is none of those in the evidence",
} if {
	assurance
	approval_verified
	not object.get(object.get(context, "verifiedApprovalDigest", {}), "sha256", "") in approvals
}

traced if {
	some evidence in predicate.evidence
	evidence.type == "trace"
}

denials contains {
	"code": "missing_evidence",
	"subject": "/statement/predicate/evidence",
	"message": "there is no evidence of type `trace`",
} if {
	assurance
	not traced
}

denials contains {
	"code": "level_escalation",
	"subject": "/statement/predicate/capture/method",
	"message": "what was written down by hand does not carry high-assurance",
} if {
	assurance
	predicate.capture.method == "manual"
}

########################################################################################################################
# Replay and freshness.

denials contains {
	"code": "replay_detected",
	"subject": "/statement/predicate/repo/pullRequest/number",
	"message": "the statement belongs to another pull request",
} if {
	expected := object.get(context, "expectedPullRequestNumber", 0)
	expected > 0
	object.get(object.get(predicate.repo, "pullRequest", {}), "number", 0) != expected
}

denials contains {
	"code": "replay_detected",
	"subject": "/statement/predicate/runId",
	"message": "the statement belongs to another run",
} if {
	expected := object.get(context, "expectedRunId", "")
	expected != ""
	predicate.runId != expected
}

window := object.get(context, "freshnessWindowSeconds", 0)

has_now if context.now

denials contains {
	"code": "stale_attestation",
	"subject": "/context",
	"message": "a freshness window needs `now` in the context",
} if {
	window > 0
	not has_now
}

# Nanoseconds; exactly as old as the window is fresh.
age := time.parse_rfc3339_ns(context.now) - time.parse_rfc3339_ns(predicate.timestamps.finishedAt) if has_now

denials contains {
	"code": "stale_attestation",
	"subject": "/statement/predicate/timestamps/finishedAt",
	"message": sprintf("the run finished more than %d seconds ago", [window]),
} if {
	window > 0
	age > window * 1000000000
}

# A run that is still to come would be fresh for as long as its author likes.
denials contains {
	"code": "stale_attestation",
	"subject": "/statement/predicate/timestamps/finishedAt",
	"message": "the run finished after the verifier's own clock",
} if {
	age < 0
}

########################################################################################################################
# What the agent was told, which servers it spoke to, and on whose behalf. Version 1 has the fields; what a context
# verifies is held against any statement.

config := object.get(predicate, "agentConfig", {})

denials contains {
	"code": "missing_evidence",
	"subject": "/statement/predicate",
	"message": "the statement does not say by which configuration the agent worked",
} if {
	is_v1
	assurance
	count(config) == 0
}

denials contains {
	"code": "missing_evidence",
	"subject": "/statement/predicate/agentConfig/primaryDigest",
	"message": "the agent's configuration is not the verified one",
} if {
	context.verifiedAgentConfig
	object.get(config, "primaryDigest", {}) != context.verifiedAgentConfig
}

servers := object.get(predicate, "mcpServers", [])

verified_servers := object.get(context, "verifiedMcpServers", [])

denials contains {
	"code": "missing_evidence",
	"subject": "/statement/predicate/mcpServers",
	"message": "no MCP server is verified: the context has no `verifiedMcpServers`",
} if {
	is_v1
	policy
	count(servers) > 0
	count(verified_servers) == 0
}

denials contains {
	"code": "missing_evidence",
	"subject": sprintf("/statement/predicate/mcpServers/%d/digest", [at]),
	"message": sprintf("the MCP server `%s` is none of the verified ones", [server.name]),
} if {
	count(verified_servers) > 0
	some at, server in servers
	not server.digest in verified_servers
}

chain := object.get(object.get(predicate, "delegation", {}), "delegationChain", [])

verified_delegation := object.get(context, "verifiedDelegation", [])

denials contains {
	"code": "missing_evidence",
	"subject": "/statement/predicate/delegation/delegationChain",
	"message": "no delegation is verified: the context has no `verifiedDelegation`",
} if {
	is_v1
	policy
	count(chain) > 0
	count(verified_delegation) == 0
}

denials contains {
	"code": "missing_evidence",
	"subject": sprintf("/statement/predicate/delegation/delegationChain/%d/agentRef", [at]),
	"message": sprintf("`%s` is none of those whom the context verifies", [step.agentRef]),
} if {
	count(verified_delegation) > 0
	some at, step in chain
	not step.agentRef in verified_delegation
}
