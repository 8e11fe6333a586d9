//! JSON Schemas: compiled once, linear in what they match, without network or files. What they find becomes failures.

use std::sync::Arc;

use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::Value;

use super::verdict::{FAILURES, Failure, Failures, Phase, clipped};
use crate::base::schema::{RowSpec, Ty};
use crate::engine::document;
use crate::hir::model::SchemaDef;

/// A schema, and the types that it gives.
#[derive(Clone, Debug)]
pub(super) struct Schema {
    value: Arc<Value>,
    validator: Validator,
    ty: Ty,
    rows: Vec<RowSpec>,
}

impl Schema {
    /// Compiles a schema.
    ///
    /// # Errors
    /// Where it is none of draft 2020-12, has a pattern that needs backtracking, or refers to something outside.
    pub(super) fn compile(schema: &SchemaDef) -> Result<Self, String> {
        let SchemaDef { value, ty, rows, .. } = schema;
        let options = jsonschema::options()
            .with_draft(jsonschema::Draft::Draft202012)
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::regex());
        let validator = options.build(value).map_err(|error| clipped(&error.to_string()))?;
        Ok(Self { value: Arc::clone(value), validator, ty: ty.clone(), rows: rows.clone() })
    }

    /// Where `instance`, which stands at `base`, does not fit.
    pub(super) fn check(&self, instance: &Value, base: &str) -> Failures {
        let mut failures = Failures::default();
        for error in self.validator.iter_errors(instance).take(FAILURES) {
            failures.push(self.failure(&error, base));
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

    fn failure(&self, error: &ValidationError<'_>, base: &str) -> Failure {
        let path = format!("{base}{}", error.instance_path().as_str());
        let message = clipped(&error.masked_with("the value").to_string());
        let failure = Failure::new("schema_invalid", Phase::Schema, &path, message).found(Some(error.instance()));
        let place = error.schema_path().as_str();
        let keyword = place.rsplit('/').next().unwrap_or_default();
        match self.value.pointer(place) {
            Some(demand) if !demand.is_object() => failure.expected(clipped(&format!("{keyword}: {demand}"))),
            _ => failure,
        }
    }
}
