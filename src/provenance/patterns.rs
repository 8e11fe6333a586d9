//! What each pattern of the schemas demands, as a sentence for people. Does not know where a pattern stands.

/// Patterns and what a text that matches is.
const SENTENCES: &[(&str, &str)] = &[
    (r"^([0-9a-f]{40}|[0-9a-f]{64})$", "a whole commit id: 40 or 64 lower-case hex digits"),
    (
        r"^(https?://[^\t\n\f\r /@:]+(:[0-9]+)?(/[^\t\n\f\r ]*)?|(artifact|s3|oci)://([^\t\n\f\r /@]+(/[^\t\n\f\r ]*)?|/[^\t\n\f\r ]*)|(spdx|cyclonedx):[^\t\n\f\r ]+)$",
        "an address without spaces, user or password that begins with `https://`, `http://`, `artifact://`, `s3://`, `oci://`, \
         `spdx:` or `cyclonedx:`",
    ),
    (
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?Z$",
        "a time in UTC like `2026-11-21T09:30:00Z`",
    ),
    (r"^[0-9a-f]{16}$", "16 lower-case hex digits"),
    (r"^[0-9a-f]{32}$", "32 lower-case hex digits"),
    (r"^[0-9a-f]{64}$", "a SHA-256 digest: 64 lower-case hex digits"),
    (r"^[A-Za-z0-9._/*-]+$", "letters, digits, `.`, `_`, `/`, `*` and `-`"),
    (r"^[A-Za-z0-9._/-]+$", "letters, digits, `.`, `_`, `/` and `-`"),
    (r"^[A-Za-z0-9._:-]+$", "letters, digits, `.`, `_`, `:` and `-`"),
    (r"^[A-Za-z0-9._:/-]+$", "letters, digits, `.`, `_`, `:`, `/` and `-`"),
    (r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$", "a letter or digit, then up to 127 letters, digits, `.`, `_` and `-`"),
    (r"^[^\n]*$", "one line"),
    (
        r"^[a-z]+:[a-z]+:[A-Za-z0-9._-]{1,200}$",
        "`SYSTEM:KIND:NAME` like `github:user:octocat`, the name of letters, digits, `.`, `_` and `-`",
    ),
    (
        r"^https://github\.com/[^/\n]+/[^/\n]+/\.github/workflows/[^@\n]+@[^\n]+$",
        "a workflow on GitHub like `https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main`",
    ),
    (r"^https?://", "an address that begins with `https://` or `http://`"),
    (
        r"^https?://[^\t\n\f\r /@:]+(:[0-9]+)?(/[^\t\n\f\r ]*)?$",
        "an address like `https://host/path`, without spaces, user or password",
    ),
    (r"^v[0-9]+$", "`v` and a number"),
];

/// What a text that matches `pattern` is; none for a pattern of a schema that is not ours.
pub(super) fn sentence(pattern: &str) -> Option<&'static str> {
    SENTENCES.iter().find(|(known, _)| *known == pattern).map(|(_, sentence)| *sentence)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::{SENTENCES, sentence};
    use crate::hir::stdlib;

    fn patterns(schema: &Value, out: &mut BTreeSet<String>) {
        match schema {
            Value::Object(members) => {
                out.extend(members.get("pattern").and_then(Value::as_str).map(str::to_owned));
                members.values().for_each(|value| patterns(value, out));
            }
            Value::Array(items) => items.iter().for_each(|value| patterns(value, out)),
            _ => {}
        }
    }

    #[test]
    fn each_pattern_of_the_schemas_has_a_sentence_and_none_is_left_over() {
        let mut found = BTreeSet::new();
        for (name, text) in stdlib::SCHEMAS.iter().filter(|(name, _)| name.contains("provenance")) {
            let schema: Value = serde_json::from_str(text).unwrap();
            patterns(&schema, &mut found);
            assert!(!found.is_empty(), "{name}");
        }
        let without: Vec<_> = found.iter().filter(|pattern| sentence(pattern).is_none()).collect();
        assert_eq!(without, Vec::<&String>::new(), "write a sentence for each");
        let known: BTreeSet<String> = SENTENCES.iter().map(|(pattern, _)| (*pattern).to_owned()).collect();
        assert_eq!(known.len(), SENTENCES.len(), "a pattern stands twice");
        assert_eq!(known.difference(&found).collect::<Vec<_>>(), Vec::<&String>::new());
    }
}
