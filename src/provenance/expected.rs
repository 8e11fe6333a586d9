//! What would have been right at the place of a policy's denial, in words, as far as context, schema or policy say it. Does not
//! decide anything: where it knows nothing of a place, it says nothing.

use serde_json::Value;

use super::verdict::clipped;

/// Where a policy compares a value of the statement with one that the verifier knows: shown as found and expected.
const COMPARED: &[(&str, &str)] = &[
    ("/statement/predicate/repo/url", "/context/repoUrl"),
    ("/statement/predicate/repo/baseCommit", "/context/baseCommit"),
    ("/statement/predicate/repo/pullRequest/number", "/context/expectedPullRequestNumber"),
    ("/statement/predicate/runId", "/context/expectedRunId"),
    ("/statement/predicate/verificationLevel", "/context/requiredLevel"),
    ("/statement/predicate/environment/builder", "/context/allowedIsolatedRunners"),
    ("/statement/predicate/environment/builder/id", "/context/verifiedBuilderId"),
    ("/statement/predicate/environment/builder/workflowRef", "/context/verifiedWorkflowRef"),
    ("/statement/predicate/environment/witnesses/*", "/context/verifiedWitnesses"),
    ("/statement/predicate/agent/declaredIdentity", "/context/verifiedSigner"),
    ("/statement/predicate/agentConfig/primaryDigest", "/context/verifiedAgentConfig"),
    ("/statement/predicate/mcpServers/*/digest", "/context/verifiedMcpServers"),
    ("/statement/predicate/delegation/delegationChain/*/agentRef", "/context/verifiedDelegation"),
    ("/statement/subject/*", "/context/subjects"),
    ("/context/subjects/*", "/statement/subject"),
];

/// What the policy demands at a place, whatever the context says.
const DEMANDED: &[(&str, &str, &str)] = &[
    ("subject_digest_mismatch", "/statement/subject/*/name", "a name that no other subject has"),
    ("subject_digest_mismatch", "/context/subjects/*/name", "a name that no other subject has"),
    ("subject_digest_mismatch", "/context/subjects", "at least one subject"),
    (
        "privacy_violation",
        "/statement/predicate/evidence/*/type",
        "builder-record, local-log-root, agent-config or mcp-server",
    ),
    ("privacy_violation", "/statement/predicate/evidence/*/visibility", "public"),
    ("privacy_violation", "/statement/predicate/extensions/*/visibility", "team, secret or encrypted"),
    (
        "level_escalation",
        "/statement/predicate/evidence/*/storage",
        "repo, artifact-store, transparency-log or encrypted-blob",
    ),
    ("level_escalation", "/statement/predicate/humanApproval/state", "approved-before-merge"),
    ("level_escalation", "/statement/predicate/capture/method", "harness-native, wrapper or ci-step"),
    (
        "builder_identity_mismatch",
        "/statement/predicate/environment/builder/runnerClass",
        "github-hosted, or `allowSelfHostedRunners` in the context",
    ),
    ("missing_evidence", "/statement/predicate", "`agentConfig`"),
    ("missing_evidence", "/statement/predicate/mcpServers", "`verifiedMcpServers` in the context"),
    ("missing_evidence", "/statement/predicate/delegation/delegationChain", "`verifiedDelegation` in the context"),
];

/// A code, a place, and names below it with what they are called.
type Members = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Members that must be there: of a code and a place, what to look for below the place and how to call it.
const MEMBERS: &[Members] = &[
    (
        "builder_identity_mismatch",
        "/context",
        &[
            ("verifiedBuilderId", "`verifiedBuilderId`"),
            ("verifiedWorkflowRef", "`verifiedWorkflowRef`"),
            ("verifiedIssuer", "`verifiedIssuer`"),
        ],
    ),
    ("signer_identity_mismatch", "/context", &[("verifiedSigner", "`verifiedSigner`")]),
    ("stale_attestation", "/context", &[("now", "`now`")]),
    ("level_escalation", "/statement/predicate/environment", &[("builder", "`builder`"), ("witnesses", "`witnesses`")]),
];

/// What is expected at `path`, where the policy said `code`; `input` is what the policy saw.
pub(super) fn at(code: &str, path: &str, input: &Value) -> Option<String> {
    let place = pattern(path);
    let demanded = DEMANDED.iter().find(|(its, at, _)| *its == code && *at == place);
    let words = match demanded {
        Some((_, _, words)) => Some((*words).to_owned()),
        None => missing(code, path, input).or_else(|| special(code, path, input)).or_else(|| compared(&place, input)),
    };
    words.map(|words| clipped(&words))
}

/// The path with `*` for what is an index, or the name of an extension.
fn pattern(path: &str) -> String {
    let mut above = "";
    let steps = path.split('/').map(|step| {
        let is_index = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        let shown = if is_index || above == "extensions" { "*" } else { step };
        above = step;
        shown
    });
    steps.collect::<Vec<_>>().join("/")
}

/// The members that are not there, of those that had to be.
fn missing(code: &str, path: &str, input: &Value) -> Option<String> {
    let (_, _, members) = MEMBERS.iter().find(|(its, at, _)| *its == code && *at == path)?;
    let holder = input.pointer(path)?;
    let is_there = |name: &str| match holder.get(name) {
        None => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    };
    let names: Vec<&str> = members.iter().filter(|(name, _)| !is_there(name)).map(|(_, words)| *words).collect();
    (!names.is_empty()).then(|| names.join(" and "))
}

/// Where the words depend on more than one value.
fn special(code: &str, path: &str, input: &Value) -> Option<String> {
    let text = |pointer: &str| input.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    match (code, path) {
        ("level_escalation", "/statement/predicate/environment/executionType") => {
            let high = text("/statement/predicate/verificationLevel") == "high-assurance";
            Some(String::from(if high { "isolated-runner or witnessed-runner" } else { "another than `local`" }))
        }
        ("missing_evidence", "/context") => Some(String::from("`verifiedApproval`: true")),
        ("missing_evidence", "/statement/predicate/evidence") => {
            let kinds: Vec<&str> = evidence(input).filter_map(|it| it.get("type").and_then(Value::as_str)).collect();
            let absent: Vec<&str> = ["approval", "trace"].into_iter().filter(|kind| !kinds.contains(kind)).collect();
            (!absent.is_empty()).then(|| format!("evidence of type {}", absent.join(" and of type ")))
        }
        ("missing_evidence", "/context/verifiedApprovalDigest") => {
            let approvals = evidence(input).filter(|it| it.get("type").and_then(Value::as_str) == Some("approval"));
            let digests: Vec<String> = approvals.filter_map(|it| it.get("digest")).map(Value::to_string).collect();
            Some(if digests.is_empty() {
                String::from("the digest of evidence of type approval")
            } else {
                digests.join(" or ")
            })
        }
        ("stale_attestation", "/statement/predicate/timestamps/finishedAt") => {
            let now = text("/context/now");
            let window = input.pointer("/context/freshnessWindowSeconds").and_then(Value::as_u64).unwrap_or(0);
            Some(if window == 0 {
                format!("not after {now}")
            } else {
                format!("not after {now}, and at most {window} seconds before")
            })
        }
        _ => None,
    }
}

fn evidence(input: &Value) -> impl Iterator<Item = &Value> {
    input.pointer("/statement/predicate/evidence").and_then(Value::as_array).into_iter().flatten()
}

/// What the verifier knows of the value at `place`.
fn compared(place: &str, input: &Value) -> Option<String> {
    let (_, known) = COMPARED.iter().find(|(found, _)| *found == place)?;
    match input.pointer(known) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(value) => Some(value.to_string()),
        // A list that is not there is one that names nobody.
        None => Some(format!("`{}`, which is not there", known.trim_start_matches('/').replace('/', "."))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{at, pattern};

    #[test]
    fn indices_and_names_of_extensions_are_stars() {
        assert_eq!(pattern("/statement/subject/12/name"), "/statement/subject/*/name");
        assert_eq!(
            pattern("/statement/predicate/extensions/https:~1~1a/visibility"),
            "/statement/predicate/extensions/*/visibility"
        );
        assert_eq!(pattern("/"), "/");
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let input = json!({"statement": {}, "context": {}});
        assert_eq!(at("level_escalation", "/statement/predicate/agent/name", &input), None);
        assert_eq!(at("OWN", "/context", &input), None);
        let words = at("builder_identity_mismatch", "/context", &json!({"context": {"verifiedIssuer": "x"}}));
        assert_eq!(words.as_deref(), Some("`verifiedBuilderId` and `verifiedWorkflowRef`"));
    }
}
