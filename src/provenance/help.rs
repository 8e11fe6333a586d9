//! Words: what to do about a code, and what a policy's denial says. Does not decide anything.

use serde_json::Value;

use super::expected;
use super::verdict::{Failure, Phase};
use crate::decide::Denial;

/// What to do about a failure of that code.
pub(super) fn of_code(code: &str) -> &'static str {
    match code {
        "unsupported_statement_type" => "write an in-toto Statement, `\"_type\": \"https://in-toto.io/Statement/v1\"`",
        "predicate_type_mismatch" => {
            "verify it with what knows its predicate type, or name the package whose document does"
        }
        "unsupported_predicate_version" => "write the version that belongs to the predicate type",
        "schema_invalid" => {
            "write the document anew with what its schema and rules demand; `attest schema` prints the schemas"
        }
        "signature_invalid" => "have it signed anew by a key or an identity that is trusted",
        "transparency_verification_failed" => {
            "have the witness verified: beside a bundle `--witness FILE`, else its type and digest in the context"
        }
        "subject_digest_mismatch" => {
            "compute the digests of the change anew; a statement about another change does not carry this one"
        }
        "repo_url_mismatch" => "use a statement about this repository, its address written in the same way",
        "base_commit_mismatch" => "use a statement about this change, or have one made for the new base",
        "signer_identity_mismatch" => {
            "have it signed by the identity that the agent declares, and give the verified signer in the context"
        }
        "builder_identity_mismatch" => {
            "verify the builder's identity, and give it in the context as it is in the certificate"
        }
        "replay_detected" => "have a statement made for this run and this pull request",
        "privacy_violation" => "keep what is not public out of public places",
        "level_escalation" => "claim the level that the run has earned",
        "level_below_required" => "have a statement of the required level, or require less",
        "missing_evidence" => {
            "give the evidence and what verifies it: beside a bundle `--approval FILE`, else in the context"
        }
        "stale_attestation" => "have a new statement made, or mend the clock",
        "policy_eval_error" => "mend the policy; nothing is decided without it",
        _ => "see the policy that emits the code",
    }
}

/// What to do about a failure of that code where a signature, or what it belongs to, is what fails.
pub(super) fn of_signature(code: &str) -> &'static str {
    match code {
        "transparency_verification_failed" => "give the trust root in whose log it is, or have it signed anew",
        "missing_evidence" => "give what is missing",
        "schema_invalid" | "unsupported_statement_type" => {
            "have a statement signed that is one: `attest provenance create` writes them"
        }
        other => of_code(other),
    }
}

/// A policy's denial; its subject is a JSON pointer into the input, or a word of the policy's own.
pub(super) fn of_denial(denial: &Denial, input: &Value) -> Failure {
    let is_pointer = denial.subject.starts_with('/');
    let path = if is_pointer { denial.subject.as_str() } else { "/" };
    let mut failure = Failure::new(&denial.code, Phase::Policy, path, denial.message.clone());
    if is_pointer {
        failure = failure.found(input.pointer(path));
        failure.expected = expected::at(&denial.code, path, input);
    }
    failure
}

/// A level that nothing carries but the statement's own word.
pub(super) fn unsigned(input: &Value) -> Failure {
    let path = "/statement/predicate/verificationLevel";
    let message = "more than evidence-grade is claimed, and no signature was verified";
    let failure = Failure::new("level_escalation", Phase::Policy, path, message);
    let mut failure = failure.found(input.pointer(path)).expected("evidence-grade");
    failure.help =
        String::from("verify a signed bundle, or say `--trust-context` where you answer for what the context says");
    failure
}
