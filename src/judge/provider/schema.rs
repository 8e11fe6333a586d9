//! The JSON Schema of an answer in the small dialect that every provider of structured output reads: no references, no
//! choice of one, no bounds. It is looser than the schema that it is made of; the answer is held against that one later.

use serde_json::{Map, Value as Json, json};

/// How deep references are followed; a schema that goes on is open from there.
const DEPTH: usize = 32;
/// What the small dialect has; anything else is left out.
const KEPT: &[&str] =
    &["type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "description"];

/// The schema in the small dialect.
pub(super) fn portable(schema: &Json) -> Json {
    simplify(schema, schema, DEPTH)
}

fn simplify(schema: &Json, root: &Json, depth: usize) -> Json {
    let (Some(map), Some(below)) = (schema.as_object(), depth.checked_sub(1)) else { return json!({}) };
    if let Some(target) = map.get("$ref").and_then(Json::as_str).and_then(|name| name.strip_prefix('#')) {
        // What stands beside a reference is documentation.
        return root.pointer(target).map_or_else(|| json!({}), |target| simplify(target, root, below));
    }
    let mut out = Map::new();
    for (name, value) in map {
        match (name.as_str(), value) {
            ("properties", Json::Object(properties)) => {
                let simple = properties.iter().map(|(name, value)| (name.clone(), simplify(value, root, below)));
                out.insert(name.clone(), Json::Object(simple.collect()));
            }
            ("items", _) => drop(out.insert(name.clone(), simplify(value, root, below))),
            ("anyOf" | "oneOf", Json::Array(choices)) => choose(choices, root, below, &mut out),
            ("const", _) => drop(out.insert("enum".to_owned(), json!([value]))),
            (kept, _) if KEPT.contains(&kept) => drop(out.insert(name.clone(), value.clone())),
            _ => {}
        }
    }
    Json::Object(out)
}

/// A choice: of texts alone it is one list of them, else it stays a choice.
fn choose(choices: &[Json], root: &Json, depth: usize, out: &mut Map<String, Json>) {
    let simple: Vec<Json> = choices.iter().map(|choice| simplify(choice, root, depth)).collect();
    let texts = |choice: &Json| {
        let values = choice.get("enum")?.as_array()?.clone();
        values.iter().all(Json::is_string).then_some(values)
    };
    match simple.iter().map(texts).collect::<Option<Vec<_>>>() {
        Some(lists) => {
            out.insert("type".to_owned(), json!("string"));
            out.insert("enum".to_owned(), Json::Array(lists.into_iter().flatten().collect()));
        }
        None => drop(out.insert("anyOf".to_owned(), Json::Array(simple))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::answer;
    use super::*;

    #[test]
    fn the_schema_of_an_answer_is_small() {
        let simple = portable(&answer::schema());
        let text = simple.to_string();
        for odd in ["$ref", "$defs", "$schema", "oneOf", "const", "minimum", "format", "title"] {
            assert!(!text.contains(&format!("\"{odd}\"")), "{odd}: {text}");
        }
        assert_eq!(simple["properties"]["answer"]["enum"], json!(["holds", "fails", "cannot_tell"]));
        assert_eq!(simple["properties"]["reason"]["anyOf"][1], json!({"type": "null"}));
        assert_eq!(simple["properties"]["cited"]["items"]["required"], json!(["exhibit", "line"]));
        assert_eq!(simple["additionalProperties"], json!(false));
        let validator = jsonschema::validator_for(&simple).unwrap();
        let answer =
            json!({"answer": "fails", "reason": "stub", "cited": [{"exhibit": "A", "line": 1}], "message": "m"});
        assert!(validator.is_valid(&answer));
        let answer = json!({"answer": "holds", "reason": null, "cited": [{"exhibit": "A", "line": 1}], "message": "m"});
        assert!(validator.is_valid(&answer), "what holds has no reason");
        assert!(!validator.is_valid(&json!({"answer": "yes"})));
    }

    #[test]
    fn a_schema_without_end_has_one() {
        let endless = json!({"$ref": "#/$defs/a", "$defs": {"a": {"properties": {"x": {"$ref": "#/$defs/a"}}}}});
        assert!(portable(&endless).to_string().len() < 1_000);
        assert_eq!(portable(&json!({"$ref": "#/nowhere"})), json!({}));
        assert_eq!(portable(&json!({"$ref": "https://elsewhere"})), json!({}));
        assert_eq!(portable(&json!(true)), json!({}));
    }
}
