//! The standard library: the prelude's checks and the documents, embedded as ordinary sources. One file a check; its tests stand beside it.

/// The documents of the standard library. A package does not see them: whoever verifies a statement compiles them.
pub const DOCUMENTS: &[(&str, &str)] =
    &[("std/agent_provenance.attest", include_str!("../../stdlib/agent_provenance.attest"))];

/// The JSON Schemas that documents of the standard library name; a package names them `std/NAME`.
pub const SCHEMAS: &[(&str, &str)] = &[
    ("agent-provenance-context.schema.json", include_str!("../../schemas/agent-provenance-context.schema.json")),
    ("agent-provenance-v0.schema.json", include_str!("../../schemas/agent-provenance-v0.schema.json")),
    ("agent-provenance-v1.schema.json", include_str!("../../schemas/agent-provenance-v1.schema.json")),
];

/// The policies that documents of the standard library name; a package names them `std/NAME`.
pub const POLICIES: &[(&str, &str)] =
    &[("agent-provenance.rego", include_str!("../../policies/agent-provenance.rego"))];

/// The embedded schema that a package calls `std/NAME`.
pub fn schema(path: &str) -> Option<&'static str> {
    embedded(SCHEMAS, path.strip_prefix("std/")?)
}

/// The embedded policy that a package calls `std/NAME`.
pub fn policy(path: &str) -> Option<&'static str> {
    embedded(POLICIES, path.strip_prefix("std/")?)
}

fn embedded(files: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    files.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The files in the order of their names: path and text.
pub const FILES: &[(&str, &str)] = &[
    ("std/class_exists.attest", include_str!("../../stdlib/class_exists.attest")),
    ("std/config_key_exists.attest", include_str!("../../stdlib/config_key_exists.attest")),
    ("std/config_value_matches.attest", include_str!("../../stdlib/config_value_matches.attest")),
    ("std/decorator_present.attest", include_str!("../../stdlib/decorator_present.attest")),
    ("std/dependency_exists.attest", include_str!("../../stdlib/dependency_exists.attest")),
    ("std/dependency_version.attest", include_str!("../../stdlib/dependency_version.attest")),
    ("std/env_var_referenced.attest", include_str!("../../stdlib/env_var_referenced.attest")),
    ("std/error_handled.attest", include_str!("../../stdlib/error_handled.attest")),
    ("std/file_exists.attest", include_str!("../../stdlib/file_exists.attest")),
    ("std/file_hash.attest", include_str!("../../stdlib/file_hash.attest")),
    ("std/function_calls.attest", include_str!("../../stdlib/function_calls.attest")),
    ("std/function_exists.attest", include_str!("../../stdlib/function_exists.attest")),
    ("std/http_header_set.attest", include_str!("../../stdlib/http_header_set.attest")),
    ("std/import_present.attest", include_str!("../../stdlib/import_present.attest")),
    ("std/middleware_registered.attest", include_str!("../../stdlib/middleware_registered.attest")),
    ("std/no_plaintext_secret.attest", include_str!("../../stdlib/no_plaintext_secret.attest")),
    ("std/parameter_validated.attest", include_str!("../../stdlib/parameter_validated.attest")),
    ("std/pattern_absent.attest", include_str!("../../stdlib/pattern_absent.attest")),
    ("std/pattern_matches.attest", include_str!("../../stdlib/pattern_matches.attest")),
    ("std/test_exists.attest", include_str!("../../stdlib/test_exists.attest")),
    ("std/test_passes.attest", include_str!("../../stdlib/test_passes.attest")),
];
