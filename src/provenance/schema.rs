//! JSON Schemas: compiled once, when they are first asked, linear in what they match, without network or files. What they find becomes failures.

use std::sync::{Arc, OnceLock};

use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::patterns;
use super::verdict::{FAILURES, Failure, Failures, Phase, clipped};
use crate::base::schema::{RowSpec, Ty};
use crate::base::suggest;
use crate::engine::document;
use crate::hir::model::SchemaDef;

/// A schema, and the types that it gives.
#[derive(Clone, Debug)]
pub(super) struct Schema {
    value: Arc<Value>,
    validator: Arc<OnceLock<Result<Validator, String>>>,
    ty: Ty,
    rows: Vec<RowSpec>,
}

impl Schema {
    /// A schema that is compiled when it is first asked.
    pub(super) fn new(schema: &SchemaDef) -> Self {
        let SchemaDef { value, ty, rows, .. } = schema;
        Self { value: Arc::clone(value), validator: Arc::default(), ty: ty.clone(), rows: rows.clone() }
    }

    /// The schema, compiled.
    ///
    /// # Errors
    /// Where it is none of draft 2020-12, has a pattern that needs backtracking, or refers to something outside.
    pub(super) fn compiled(&self) -> Result<&Validator, &String> {
        let compile = || {
            let options = jsonschema::options()
                .with_draft(jsonschema::Draft::Draft202012)
                .should_validate_formats(true)
                .with_pattern_options(PatternOptions::regex());
            options.build(&self.value).map_err(|error| clipped(&error.to_string()))
        };
        self.validator.get_or_init(compile).as_ref()
    }

    /// Where `instance`, which stands at `base`, does not fit. Nothing fits a schema that is none.
    pub(super) fn check(&self, instance: &Value, base: &str) -> Failures {
        let mut failures = Failures::default();
        match self.compiled() {
            Ok(validator) => {
                for error in validator.iter_errors(instance).take(FAILURES) {
                    failures.push(self.failure(&error, base));
                }
            }
            Err(problem) => {
                let message = format!("the schema cannot be used: {problem}");
                failures.push(Failure::new("schema_invalid", Phase::Schema, base, message));
            }
        }
        failures
    }

    /// Where `instance`, which fits, is not of the types that rules take it for.
    pub(super) fn misfits(&self, instance: &Value, base: &str, phase: Phase) -> Failures {
        let mut failures = Failures::default();
        for misfit in document::misfits(instance, &self.ty, &self.rows).into_iter().take(FAILURES) {
            let message = format!("the value is not {}", misfit.expected);
            let failure = Failure::new("schema_invalid", phase, &format!("{base}{}", misfit.path), message);
            failures.push(failure.expected(misfit.expected).found(instance.pointer(&misfit.path)));
        }
        failures
    }

    /// Members of `instance` that the schema has no place for, as JSON pointers, each with the nearest name that it has.
    pub(super) fn unknown(&self, instance: &Value) -> Vec<(String, Option<String>)> {
        let mut found = Vec::new();
        let mut pending = vec![(String::new(), &*self.value, instance)];
        while let Some((pointer, schema, instance)) = pending.pop() {
            let schema = self.resolved(schema);
            match instance {
                Value::Object(members) => {
                    let known = schema.get("properties").and_then(Value::as_object);
                    for (name, value) in members {
                        let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                        let others = schema.get("additionalProperties");
                        match known.and_then(|known| known.get(name)).or(others.filter(|others| others.is_object())) {
                            Some(schema) => pending.push((pointer, schema, value)),
                            None if others == Some(&Value::Bool(false)) => {
                                let names = known.into_iter().flat_map(serde_json::Map::keys).map(String::as_str);
                                found.push((pointer, suggest::nearest(name, names).map(str::to_owned)));
                            }
                            None => {}
                        }
                    }
                }
                Value::Array(items) => {
                    let Some(schema) = schema.get("items") else { continue };
                    let items = items.iter().enumerate();
                    pending.extend(items.map(|(at, item)| (format!("{pointer}/{at}"), schema, item)));
                }
                _ => {}
            }
        }
        found.sort();
        found
    }

    /// What a `$ref` within the schema leads to. One step: our definitions do not refer to each other in chains.
    fn resolved<'v>(&'v self, schema: &'v Value) -> &'v Value {
        let reference = schema.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix('#'));
        reference.and_then(|pointer| self.value.pointer(pointer)).unwrap_or(schema)
    }

    fn failure(&self, error: &ValidationError<'_>, base: &str) -> Failure {
        let path = format!("{base}{}", error.instance_path().as_str());
        let message = clipped(&words(error));
        let failure = Failure::new("schema_invalid", Phase::Schema, &path, message).found(Some(error.instance()));
        let place = error.schema_path().as_str();
        let keyword = place.rsplit('/').next().unwrap_or_default();
        match self.value.pointer(place) {
            Some(demand) if !demand.is_object() => failure.expected(clipped(&demanded(keyword, demand))),
            _ => failure,
        }
    }
}

/// What a keyword of a schema demands, as a sentence; the keyword itself where there is none.
fn demanded(keyword: &str, demand: &Value) -> String {
    let count = |noun: &str| match demand.as_u64() {
        Some(1) => format!("1 {noun}"),
        _ => format!("{demand} {noun}s"),
    };
    match keyword {
        "pattern" => demand.as_str().and_then(patterns::sentence).map(str::to_owned),
        "minLength" => Some(format!("at least {}", count("character"))),
        "maxLength" => Some(format!("at most {}", count("character"))),
        "minItems" => Some(format!("at least {}", count("item"))),
        "maxItems" => Some(format!("at most {}", count("item"))),
        "minimum" => Some(format!("at least {demand}")),
        "maximum" => Some(format!("at most {demand}")),
        "format" if demand == "date-time" => Some("a time like `2026-11-21T09:30:00Z`".to_owned()),
        "additionalProperties" => Some("no members but those that the schema has".to_owned()),
        "required" => demand.as_array().map(|names| {
            let names: Vec<String> = names.iter().filter_map(Value::as_str).map(|name| format!("`{name}`")).collect();
            format!("an object with {}", names.join(", "))
        }),
        "type" => match demand.as_str() {
            Some("object") => Some("an object"),
            Some("array") => Some("a list"),
            Some("string") => Some("a text"),
            Some("integer") => Some("a whole number"),
            Some("number") => Some("a number"),
            Some("boolean") => Some("`true` or `false`"),
            _ => None,
        }
        .map(str::to_owned),
        _ => None,
    }
    .unwrap_or_else(|| format!("{keyword}: {demand}"))
}

/// What is wrong, in our words; what is expected is the keyword's own value, told beside it.
fn words(error: &ValidationError<'_>) -> String {
    use ValidationErrorKind as Kind;
    let named = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!("the schema does not know {}", named(unexpected))
        }
        Kind::Required { property } => format!("`{}` is missing", property.as_str().unwrap_or_default()),
        Kind::PropertyNames { .. } => "a field has a name that the schema does not allow".to_owned(),
        Kind::Type { .. } => "the value is of another type".to_owned(),
        Kind::Enum { .. } | Kind::Constant { .. } => "the value is none of those that the schema has".to_owned(),
        Kind::Pattern { .. } => "the text does not match".to_owned(),
        Kind::Format { format } => format!("the text is no `{format}`"),
        Kind::MinLength { .. } => "the text is too short".to_owned(),
        Kind::MaxLength { .. } => "the text is too long".to_owned(),
        Kind::MinItems { .. } => "the list is too short".to_owned(),
        Kind::MaxItems { .. } => "the list is too long".to_owned(),
        Kind::UniqueItems => "an item stands twice".to_owned(),
        Kind::Minimum { .. } | Kind::ExclusiveMinimum { .. } => "the number is too small".to_owned(),
        Kind::Maximum { .. } | Kind::ExclusiveMaximum { .. } => "the number is too large".to_owned(),
        Kind::Not { .. } => "the value is what the schema excludes".to_owned(),
        _ => error.masked_with("the value").to_string(),
    }
}
