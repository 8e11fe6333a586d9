//! `action.yml` and the template, read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use attest::facts::documents::{Node, parse};

/// A file of the project.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

pub(crate) fn text(path: &str) -> String {
    std::fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The documents of a YAML file.
pub(crate) fn documents(path: &str) -> Vec<Node> {
    parse("yaml", path, &text(path)).unwrap_or_else(|error| panic!("{path}: {error:?}"))
}

/// The action.
pub(crate) fn action() -> Node {
    let mut documents = documents("action.yml");
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

/// The template: what it asks for, and its jobs.
pub(crate) fn template() -> (Node, Node) {
    let mut documents = documents("templates/gitlab/attest.gitlab-ci.yml");
    assert_eq!(documents.len(), 2, "a header of inputs, and the jobs");
    let jobs = documents.remove(1);
    (documents.remove(0), jobs)
}

/// What stands under the keys, one below the other.
pub(crate) fn at<'n>(node: &'n Node, path: &[&str]) -> &'n Node {
    path.iter().fold(node, |node, key| node.get(key).unwrap_or_else(|| panic!("there is no `{key}`")))
}

pub(crate) fn string(node: &Node) -> String {
    node.scalar().unwrap_or_else(|| panic!("{node:?} is no text")).to_string()
}

/// A map of texts.
pub(crate) fn strings(node: &Node) -> BTreeMap<String, String> {
    node.entries().iter().map(|entry| (entry.key.to_string(), string(&entry.value))).collect()
}

/// The inputs of the action and their defaults.
pub(crate) fn defaults(inputs: &Node) -> BTreeMap<String, String> {
    let default = |node: &Node| node.get("default").map(string).unwrap_or_default();
    inputs.entries().iter().map(|entry| (entry.key.to_string(), default(&entry.value))).collect()
}

/// The variable of an input, as the shell names it.
pub(crate) fn variable(input: &str) -> String {
    format!("ATTEST_IN_{}", input.replace('-', "_").to_ascii_uppercase())
}
