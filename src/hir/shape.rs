//! From a JSON Schema to types: objects become rows, properties their columns, optional where they are not required. Reads
//! the keywords that say what a value *is*; what else a schema demands is a validator's business. Knows no document.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::base::intern::intern;
use crate::base::schema::{ColumnSpec, Refinement, RowSpec, Ty};

/// Most objects, and most properties of all of them.
const ROWS: usize = 1_000;
const COLUMNS: usize = 10_000;
/// Deepest nesting; references that lead in a circle without an object between end here too.
const DEPTH: usize = 64;

/// The type of a value that fits `schema`, and the rows that it names. A row's name is `DOCUMENT/PART`.
///
/// # Errors
/// Where it is too large, nests too deep, or refers to what is not there.
pub(super) fn of_schema(document: &str, schema: &Value) -> Result<(Ty, Vec<RowSpec>), String> {
    let mut shaper = Shaper { document, root: schema, rows: Vec::new(), known: BTreeMap::new(), columns: 0 };
    let ty = shaper.ty(schema, "predicate", DEPTH)?;
    Ok((ty, shaper.rows))
}

struct Shaper<'s> {
    document: &'s str,
    root: &'s Value,
    rows: Vec<RowSpec>,
    /// The row of each definition that was referred to.
    known: BTreeMap<&'s str, &'static str>,
    columns: usize,
}

impl<'s> Shaper<'s> {
    fn ty(&mut self, schema: &'s Value, part: &str, left: usize) -> Result<Ty, String> {
        let Some(left) = left.checked_sub(1) else {
            return Err(format!("`{part}` nests deeper than {DEPTH} levels"));
        };
        // `true` and `false` say nothing of what a value is.
        let Value::Object(fields) = schema else { return Ok(Ty::Json) };
        if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
            return self.referred(reference, left);
        }
        match fields.get("type") {
            Some(Value::String(name)) => self.named(name, fields, part, left),
            // `null` beside one other type is what may be missing.
            Some(Value::Array(names)) => {
                let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
                let given: Vec<&str> = names.iter().copied().filter(|name| *name != "null").collect();
                match given.as_slice() {
                    [only] if names.len() > given.len() => Ok(optional(self.named(only, fields, part, left)?)),
                    [only] => self.named(only, fields, part, left),
                    _ => Ok(Ty::Json),
                }
            }
            _ if fields.contains_key("properties") => self.row(fields, part, left),
            _ => Ok(of_values(fields)),
        }
    }

    fn referred(&mut self, reference: &str, left: usize) -> Result<Ty, String> {
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        let Some(target) = target else {
            return Err(format!(
                "`$ref` to `{reference}`, which is not in the schema: only parts of the same file are read"
            ));
        };
        let name = reference.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("predicate");
        let Some((name, _)) = self.names(reference, name) else { return self.ty(target, "predicate", left) };
        if let Some(row) = self.known.get(name) {
            return Ok(Ty::Row(row));
        }
        let is_object = target.get("properties").is_some() || target.get("type").is_some_and(|ty| ty == "object");
        if is_object {
            self.known.insert(name, intern(&format!("{}/{name}", self.document)));
        }
        self.ty(target, name, left)
    }

    /// The name of a definition, as the schema holds it.
    fn names(&self, reference: &str, name: &str) -> Option<(&'s str, &'s Value)> {
        let parent = reference.strip_prefix('#')?.rsplit_once('/')?.0;
        let parent: &'s Value = self.root.pointer(parent)?;
        parent.as_object()?.get_key_value(name).map(|(name, value)| (name.as_str(), value))
    }

    fn named(&mut self, name: &str, fields: &'s Map<String, Value>, part: &str, left: usize) -> Result<Ty, String> {
        Ok(match name {
            "boolean" => Ty::Bool,
            "integer" => Ty::Int,
            "number" => Ty::Decimal,
            "string" if fields.get("format").is_some_and(|format| format == "date-time") => {
                Ty::Refined(Refinement::Timestamp)
            }
            "string" => Ty::Text,
            "array" => match fields.get("items") {
                Some(items) => Ty::list(self.ty(items, &format!("{part}[]"), left)?),
                None => Ty::list(Ty::Json),
            },
            "object" => self.row(fields, part, left)?,
            "null" => Ty::Json,
            other => return Err(format!("`{other}` is no type of JSON Schema")),
        })
    }

    fn row(&mut self, fields: &'s Map<String, Value>, part: &str, left: usize) -> Result<Ty, String> {
        let name = intern(&format!("{}/{part}", self.document));
        if self.rows.len() >= ROWS {
            return Err(format!("more than {ROWS} objects"));
        }
        // The place is taken before the columns are read, so that an object may hold its like.
        let at = self.rows.len();
        self.rows.push(RowSpec { name, doc: "", columns: Vec::new(), methods: Vec::new() });
        let required: Vec<&str> =
            fields.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut columns = Vec::new();
        // By name: what a map of JSON keeps of the source's order is a matter of the build.
        let properties: BTreeMap<&String, &'s Value> =
            fields.get("properties").and_then(Value::as_object).into_iter().flatten().collect();
        for (property, schema) in properties {
            self.columns = self.columns.saturating_add(1);
            if self.columns > COLUMNS {
                return Err(format!("more than {COLUMNS} properties"));
            }
            let below = format!("{part}.{property}");
            let ty = self.ty(schema, &below, left)?;
            let ty = if required.contains(&property.as_str()) { ty } else { optional(ty) };
            columns.push(ColumnSpec { name: intern(property), ty, doc: "" });
        }
        if let Some(row) = self.rows.get_mut(at) {
            row.columns = columns;
        }
        Ok(Ty::Row(name))
    }
}

fn optional(ty: Ty) -> Ty {
    if matches!(ty, Ty::Optional(_)) { ty } else { Ty::optional(ty) }
}

/// The type of the values that `const` or `enum` lists.
fn of_values(fields: &Map<String, Value>) -> Ty {
    let one = fields.get("const").into_iter();
    let values: Vec<&Value> = one.chain(fields.get("enum").and_then(Value::as_array).into_iter().flatten()).collect();
    let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
    if all(Value::is_string) {
        Ty::Text
    } else if all(Value::is_boolean) {
        Ty::Bool
    } else if all(Value::is_i64) {
        Ty::Int
    } else {
        Ty::Json
    }
}

#[cfg(test)]
mod tests {
    use super::of_schema;
    use serde_json::{Value, json};

    fn shown(schema: &Value) -> Result<Vec<String>, String> {
        let (ty, rows) = of_schema("d", schema)?;
        let mut lines = vec![ty.to_string()];
        for row in &rows {
            let columns: Vec<String> = row.columns.iter().map(|it| format!("{}: {}", it.name, it.ty)).collect();
            lines.push(format!("{} {{ {} }}", row.name, columns.join(", ")));
        }
        Ok(lines)
    }

    #[test]
    fn objects_are_rows_and_what_is_not_required_is_optional() {
        let schema = json!({
            "type": "object", "required": ["at", "node"],
            "properties": {
                "at": {"type": "string", "format": "date-time"},
                "count": {"type": "integer"},
                "kind": {"enum": ["a", "b"]},
                "mixed": {"enum": ["a", 1]},
                "off": {"const": false},
                "maybe": {"type": ["number", "null"]},
                "tags": {"type": "array", "items": {"type": "string"}},
                "node": {"$ref": "#/$defs/node"},
                "inner": {"type": "object", "properties": {"x": true}},
            },
            "$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}},
        });
        assert_eq!(
            shown(&schema).unwrap(),
            [
                "d/predicate row",
                "d/predicate { at: Timestamp, count: Int?, inner: d/predicate.inner row?, kind: Text?, maybe: Decimal?, mixed: Json?, node: d/node row, off: Bool?, tags: List<Text>? }",
                "d/predicate.inner { x: Json? }",
                "d/node { next: d/node row? }",
            ]
        );
    }

    #[test]
    fn what_leads_nowhere_or_in_a_circle_is_an_error() {
        let error = |schema: Value| shown(&schema).unwrap_err();
        assert!(error(json!({"$ref": "https://elsewhere.example/x.json"})).contains("not in the schema"));
        assert!(error(json!({"type": "objekt"})).contains("`objekt` is no type"));
        assert!(error(json!({"$ref": "#/$defs/a"})).contains("not in the schema"));
        assert!(error(json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}})).contains("deeper"));
        let mut deep = json!({"type": "string"});
        for _ in 0..100 {
            deep = json!({"type": "array", "items": deep});
        }
        assert!(error(deep).contains("deeper"));
        let wide: serde_json::Map<String, Value> = (0..10_001).map(|at| (format!("p{at}"), json!(true))).collect();
        assert!(error(json!({"properties": wide})).contains("10000 properties"));
    }
}
