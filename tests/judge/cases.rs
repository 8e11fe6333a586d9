//! Questions as cases write them: a change to the base question, in which long texts are spelt briefly.

use std::path::{Path, PathBuf};

use attest::judge::question::Question;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/judge")
}

/// The files of a directory of cases, in order.
pub(crate) fn files(directory: &str, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(directory)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == extension));
    paths.sort();
    assert!(!paths.is_empty(), "{directory} has cases");
    paths
}

pub(crate) fn load<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A change to the base question: objects are merged, everything else is replaced. Where the question has a text there may
/// stand a list of its lines; `{"repeat": TEXT, "times": N}` is such a text, `{"each": TEXT, "times": N}` so many lines, in
/// which `{n}` is the number.
#[derive(Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Patch(Map<String, Value>);

impl Patch {
    pub(crate) fn of(value: &Value) -> Self {
        Self(value.as_object().unwrap().clone())
    }
}

/// The base question.
pub(crate) fn base() -> Question {
    patched(&Patch::default())
}

pub(crate) fn patched(patch: &Patch) -> Question {
    let mut value: Value = load(&root().join("base.question.json"));
    merge(&mut value, &Value::Object(patch.0.clone()));
    let object = value.as_object_mut().unwrap();
    // A change to the first exhibit alone.
    if let Some(change) = object.remove("exhibit") {
        merge(&mut object["exhibits"][0], &change);
    }
    spell(&mut value);
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

fn merge(base: &mut Value, patch: &Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) if !patch.contains_key("repeat") => {
            for (key, value) in patch {
                merge(base.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (base, patch) => *base = patch.clone(),
    }
}

/// Spells out the texts that are written briefly.
fn spell(value: &mut Value) {
    match value {
        Value::Object(object) if object.contains_key("repeat") => *value = Value::String(line(value)),
        Value::Object(object) => {
            for (key, value) in object {
                let is_text = matches!(key.as_str(), "text" | "doc" | "finding" | "ask" | "meaning" | "claim");
                match value {
                    Value::Array(items) if is_text => *value = Value::String(lines(items)),
                    value => spell(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(spell),
        _ => {}
    }
}

/// Lines, each with its end.
fn lines(items: &[Value]) -> String {
    let mut text = String::new();
    for item in items {
        if let Some(each) = item["each"].as_str() {
            for number in 1..=item["times"].as_u64().unwrap() {
                text.push_str(&each.replace("{n}", &number.to_string()));
                text.push('\n');
            }
        } else {
            text.push_str(&line(item));
            text.push('\n');
        }
    }
    text
}

fn line(item: &Value) -> String {
    match item.as_str() {
        Some(text) => text.to_owned(),
        None => item["repeat"].as_str().unwrap().repeat(usize::try_from(item["times"].as_u64().unwrap()).unwrap()),
    }
}
