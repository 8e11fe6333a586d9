//! The JSON Schema of a file of assertions: one branch for each check of the standard library, from its parameters. What a
//! schema cannot say (whether a regex compiles, whether arguments go together) the run says.

use schemars::Schema;
use serde_json::{Map, Value, json};

use crate::base::schema::{Refinement, Ty, enum_values};
use crate::hir::expr::Const;
use crate::hir::model::{CheckDef, Package};

/// The schema.
pub fn schema(package: &Package) -> Schema {
    let mut checks: Vec<&CheckDef> = package.checks.iter().filter(|check| check.is_std).collect();
    checks.sort_by(|left, right| left.path.cmp(&right.path));
    let branches: Vec<Value> = checks.into_iter().map(branch).collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Assertions",
        "description": "A file of assertions for `attest check FILE.json`: a list, or an object that holds one.",
        "oneOf": [
            { "$ref": "#/$defs/list" },
            {
                "type": "object",
                "properties": { "assertions": { "$ref": "#/$defs/list" } },
                "required": ["assertions"],
                "additionalProperties": false
            }
        ],
        "$defs": {
            "list": { "type": "array", "items": { "$ref": "#/$defs/assertion" } },
            "assertion": { "oneOf": branches }
        }
    });
    // An object always is a schema.
    Schema::try_from(schema).unwrap_or_default()
}

fn branch(check: &CheckDef) -> Value {
    let mut params = Map::new();
    let mut required = Vec::new();
    for param in &check.params {
        let optional = matches!(param.ty, Ty::Optional(_));
        if !optional && param.default.is_none() {
            required.push(Value::from(&*param.name));
        }
        let mut schema = of_type(&param.ty);
        if let (Value::Object(schema), Some(default)) = (&mut schema, param.default.as_ref().and_then(constant)) {
            schema.insert("default".to_owned(), default);
        }
        params.insert(param.name.to_string(), schema);
    }
    let mut description = check.doc.as_deref().unwrap_or_default().trim().to_owned();
    if let Some((_, otherwise)) = &check.require {
        description = format!("{description}\n\nArguments: {otherwise}.");
    }
    json!({
        "title": &*check.path,
        "description": description,
        "type": "object",
        "properties": {
            "id": { "type": "string", "pattern": "\\S", "description": "Its id in reports; else its index, zero-padded." },
            "type": { "const": &*check.path },
            "params": { "type": "object", "properties": params, "required": required, "additionalProperties": false },
            "description": { "type": "string" },
            "repo": { "type": "string", "description": "The repository that it is about; another target is an error." },
            "covers": { "type": "array", "items": { "type": "string" } },
            "control": { "type": "string" }
        },
        "required": ["type", "params"],
        "additionalProperties": false
    })
}

/// What a parameter's type takes.
fn of_type(ty: &Ty) -> Value {
    match ty {
        // An optional argument is left out; it is never null.
        Ty::Optional(inner) if **inner == Ty::Json => scalars(&["boolean", "number", "string"]),
        Ty::Optional(inner) => of_type(inner),
        Ty::Bool => json!({ "type": "boolean" }),
        Ty::Int => json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
        Ty::Decimal => json!({ "type": "number" }),
        Ty::Refined(Refinement::Key) => json!({
            "description": "A Key: a dotted text, or an array of segments.",
            "oneOf": [
                { "type": "string", "minLength": 1 },
                {
                    "type": "array",
                    "minItems": 1,
                    "items": { "oneOf": [{ "type": "string" }, { "type": "integer", "minimum": 0 }] }
                }
            ]
        }),
        Ty::Refined(refinement) => {
            json!({ "type": "string", "minLength": 1, "description": format!("A {}.", refinement.name()) })
        }
        Ty::Enum(name) => json!({ "enum": enum_values(name) }),
        Ty::List(item) => json!({ "type": "array", "items": of_type(item) }),
        Ty::Json => scalars(&["boolean", "null", "number", "string"]),
        Ty::Text | Ty::Null | Ty::Row(_) | Ty::Result | Ty::Unknown => json!({ "type": "string" }),
    }
}

/// A scalar, or a list of scalars.
fn scalars(types: &[&str]) -> Value {
    json!({
        "oneOf": [
            { "type": types },
            { "type": "array", "items": { "type": ["boolean", "null", "number", "string"] } }
        ]
    })
}

/// A default as JSON; nothing where there is none to speak of.
fn constant(value: &Const) -> Option<Value> {
    Some(match value {
        Const::Null => return None,
        Const::Bool(value) => Value::from(*value),
        Const::Int(value) => Value::from(*value),
        Const::Decimal(value) => Value::from(*value),
        Const::Text(text) => Value::from(&**text),
        Const::List(items) => Value::Array(items.iter().map(constant).collect::<Option<_>>()?),
    })
}
