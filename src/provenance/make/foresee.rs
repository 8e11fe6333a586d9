//! What the policy will say of a statement. It is asked itself, first with a context that knows and vouches for all that the
//! statement says: what it still denies, nothing can mend but another statement. Then without each of these facts in turn:
//! where that is missed, a verifier must have it. Does not decide anything for a verifier.

use serde_json::{Map, Value, json};

use super::super::contract::Contract;
use super::super::verdict::{Failure, Trust};
use super::super::verify;

/// A fact of a context: its members, and what a verifier has to do for it.
const FACTS: &[(&[&str], &str)] = &[
    (
        &["verifiedSigner"],
        "a verifier must know the signer, and a declared identity must be the signer's: sign the statement",
    ),
    (&["verifiedBuilderId"], "the identity of the signer's certificate must be `environment.builder.id`"),
    (&["verifiedWorkflowRef"], "the workflow of the signer's certificate must be `environment.builder.workflowRef`"),
    (&["verifiedIssuer"], "the signature must come with an issuer: sign without a key of your own"),
    (&["allowSelfHostedRunners"], "the verifier must allow self-hosted runners"),
    (&["allowedIsolatedRunners"], "the verifier must list `environment.builder.id` among its isolated runners"),
    (&["verifiedWitnesses"], "the verifier must be given what each witness signed"),
    (&["verifiedApproval", "verifiedApprovalDigest"], "the verifier must be given the approval, signed"),
    (&["verifiedMcpServers"], "the verifier must know the digest of each MCP server"),
    (&["verifiedDelegation"], "the verifier must know each agent of the delegation"),
];

/// What the policy will say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Foreseen {
    /// What no verifier can accept.
    pub(super) hopeless: Vec<Failure>,
    /// What a verifier must have or do.
    pub(super) needs: Vec<&'static str>,
}

/// Asks the policy. The statement has passed schema and rules.
pub(super) fn foresee(contract: &Contract, text: &str, statement: &Value) -> Foreseen {
    let context = vouching(statement);
    let ask = |context: &Map<String, Value>| {
        let bytes = Value::Object(context.clone()).to_string();
        verify(contract, text.as_bytes(), bytes.as_bytes(), Trust::Signature)
    };
    let verdict = ask(&context);
    if !verdict.valid {
        return Foreseen { hopeless: verdict.failures, needs: Vec::new() };
    }
    let is_needed = |members: &[&str]| {
        let mut less = context.clone();
        let there = members.iter().filter(|member| less.remove(**member).is_some()).count();
        there > 0 && !ask(&less).valid
    };
    let needs = FACTS.iter().filter(|(members, _)| is_needed(members)).map(|(_, need)| *need).collect();
    Foreseen { hopeless: Vec::new(), needs }
}

/// A context that knows all that the statement says.
fn vouching(statement: &Value) -> Map<String, Value> {
    let at = |pointer: &str| statement.pointer(pointer).cloned();
    let list = |pointer: &str| statement.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default();
    let builder = |name: &str| at(&format!("/predicate/environment/builder/{name}"));
    let subjects: Vec<Value> = list("/subject")
        .iter()
        .map(|subject| {
            let digest = subject.pointer("/digest/sha256");
            json!({"name": subject.get("name"), "algorithm": "sha256", "digest": digest})
        })
        .collect();
    let witnesses: Vec<Value> = list("/predicate/environment/witnesses")
        .iter()
        .map(|witness| json!({"type": witness.get("type"), "digest": witness.get("digest")}))
        .collect();
    let servers: Vec<Value> =
        list("/predicate/mcpServers").iter().filter_map(|server| server.get("digest").cloned()).collect();
    let mut agents: Vec<Value> = Vec::new();
    for step in list("/predicate/delegation/delegationChain") {
        if let Some(agent) = step.get("agentRef").filter(|agent| !agents.contains(agent)) {
            agents.push(agent.clone());
        }
    }
    let is_approval = |it: &&Value| it.get("type").and_then(Value::as_str) == Some("approval");
    let approval = list("/predicate/evidence").iter().find(is_approval).and_then(|it| it.get("digest").cloned());
    let mut context = Map::new();
    let mut know = |name: &str, value: Option<Value>| {
        if let Some(value) = value.filter(|value| value.as_array().is_none_or(|list| !list.is_empty())) {
            context.insert(name.to_owned(), value);
        }
    };
    know("repoUrl", at("/predicate/repo/url"));
    know("baseCommit", at("/predicate/repo/baseCommit"));
    know("requiredLevel", at("/predicate/verificationLevel"));
    know("subjects", Some(Value::Array(subjects)));
    let somebody = || Some(Value::from("somebody"));
    know("verifiedSigner", at("/predicate/agent/declaredIdentity").or_else(somebody));
    know("verifiedBuilderId", builder("id").or_else(somebody));
    know("verifiedWorkflowRef", builder("workflowRef").or_else(somebody));
    know("verifiedIssuer", somebody());
    know("allowSelfHostedRunners", Some(Value::Bool(true)));
    know("allowedIsolatedRunners", builder("id").map(|id| Value::Array(vec![id])));
    know("verifiedWitnesses", Some(Value::Array(witnesses)));
    know("verifiedMcpServers", Some(Value::Array(servers)));
    know("verifiedDelegation", Some(Value::Array(agents)));
    if approval.is_some() {
        know("verifiedApproval", Some(Value::Bool(true)));
        know("verifiedApprovalDigest", approval);
    }
    context
}
