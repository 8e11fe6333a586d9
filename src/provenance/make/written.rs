//! A statement as text: two blanks of indent, a line end, and its members in one order, that of the documentation, so that
//! the same statement is the same bytes. Does not know what the members mean.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

/// The order of members, wherever they stand; any other comes after them, by its name.
const ORDER: &[&str] = &[
    "_type",
    "subject",
    "predicateType",
    "predicate",
    // The predicate.
    "predicateVersion",
    "runId",
    "verificationLevel",
    "repo",
    "agent",
    "model",
    "environment",
    "capture",
    "agentConfig",
    "mcpServers",
    "tools",
    "delegation",
    "runtime",
    "changes",
    "humanApproval",
    "privacy",
    "timestamps",
    "evidence",
    "sidecars",
    "materials",
    "extensions",
    // What lies in it.
    "name",
    "number",
    "url",
    "baseCommit",
    "headCommit",
    "branch",
    "pullRequest",
    "version",
    "invocationKind",
    "declaredIdentity",
    "provider",
    "modelId",
    "modelRevision",
    "fingerprint",
    "executionType",
    "builder",
    "witnesses",
    "path",
    "role",
    "agentRef",
    "identity",
    "id",
    "type",
    "workflowRef",
    "runnerClass",
    "method",
    "harness",
    "primaryFile",
    "primaryDigest",
    "files",
    "transport",
    "serverIdentity",
    "server",
    "schemaDigest",
    "delegationChain",
    "traceFormat",
    "traceIds",
    "rootSpanId",
    "filesChanged",
    "insertions",
    "deletions",
    "generatedFiles",
    "state",
    "reviewerRefs",
    "approvalSystem",
    "redactionPolicy",
    "rawPrompt",
    "rawToolOutputs",
    "publicTransparencyLog",
    "stored",
    "allowed",
    "includesRawContent",
    "startedAt",
    "finishedAt",
    "uri",
    "digest",
    "mediaType",
    "storage",
    "visibility",
    "encryptedRef",
    "retention",
];

/// The text of a statement.
///
/// # Errors
/// Never, as long as a value can be written as JSON.
pub(super) fn text(statement: &Value) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&Ordered(statement))?;
    text.push('\n');
    Ok(text)
}

struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(members) => {
                let mut sorted: Vec<(usize, &String, &Value)> =
                    members.iter().map(|(name, value)| (rank(name), name, value)).collect();
                sorted.sort_by_key(|(rank, name, _)| (*rank, *name));
                let mut map = serializer.serialize_map(Some(sorted.len()))?;
                for (_, name, value) in sorted {
                    map.serialize_entry(name, &Ordered(value))?;
                }
                map.end()
            }
            Value::Array(items) => serializer.collect_seq(items.iter().map(Ordered)),
            other => other.serialize(serializer),
        }
    }
}

fn rank(name: &str) -> usize {
    ORDER.iter().position(|known| *known == name).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::ORDER;
    use crate::hir::stdlib;

    #[test]
    fn each_member_of_the_schemas_has_its_place() {
        fn names(schema: &Value, out: &mut BTreeSet<String>) {
            match schema {
                Value::Object(members) => {
                    if let Some(Value::Object(properties)) = members.get("properties") {
                        out.extend(properties.keys().cloned());
                    }
                    members.values().for_each(|value| names(value, out));
                }
                Value::Array(items) => items.iter().for_each(|value| names(value, out)),
                _ => {}
            }
        }
        let mut known = BTreeSet::new();
        for (name, text) in stdlib::SCHEMAS.iter().filter(|(name, _)| name.contains("provenance-v")) {
            let schema: Value = serde_json::from_str(text).unwrap();
            names(&schema, &mut known);
            assert!(known.contains("runId"), "{name}");
        }
        known.remove("sha256");
        let ordered: BTreeSet<String> = ORDER.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(ordered.len(), ORDER.len(), "a name stands twice");
        assert_eq!(known.difference(&ordered).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}
