//! `config(F)`: one row for each document of a configuration file.

use std::sync::Arc;

use super::{Column, Got, Kind, Method, Need, Relation, RowType, Unknown, gone, text_argument};
use crate::base::literal::key::Key;
use crate::base::literal::version::Version;
use crate::base::schema::{Refinement, Ty};
use crate::facts::documents::select::{Selected, Selection, select as select_key};
use crate::facts::documents::{Node, NodeValue};
use crate::facts::store::Store;
use crate::facts::value::{ConfigValueRow, Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Node> {
    store.documents(row.file()?)?.get(row.index())
}

fn value_row(row: &Row) -> Result<&ConfigValueRow, Unknown> {
    match row {
        Row::ConfigValue(row) => Ok(row),
        _ => Err(gone()),
    }
}

/// What the key selects; nothing where it is not there, or leads through something that has no such part.
fn select<'s>(store: &'s Store<'_>, row: &Row, args: &[Value]) -> Result<Option<Vec<Selected<'s>>>, Unknown> {
    let root = get(store, row).ok_or_else(gone)?;
    let key = Key::parse(text_argument(args, 0)?).map_err(|error| Unknown::new(error.message))?;
    match select_key(root, &key) {
        Selection::Found(nodes) => Ok(Some(nodes)),
        Selection::Missing { .. } | Selection::WrongType { .. } => Ok(None),
    }
}

/// The one value at a key, for a typed reader.
fn one<'s>(store: &'s Store<'_>, row: &Row, args: &[Value]) -> Result<&'s Node, Unknown> {
    let key = text_argument(args, 0)?;
    let missing =
        || Unknown::new(format!("the key `{key}` is not there: ask `has(key)` first where it may be missing"));
    let nodes = select(store, row, args)?.ok_or_else(missing)?;
    match nodes.as_slice() {
        [selected] => Ok(selected.node),
        [] => Err(missing()),
        _ => Err(Unknown::new(format!("the key `{key}` selects several values: use `values(key)`"))),
    }
}

fn wrong(args: &[Value], node: &Node, wanted: &str) -> Unknown {
    let key = text_argument(args, 0).unwrap_or_default();
    Unknown::new(format!("the value of `{key}` is {}, not {wanted}", node.value.kind()))
}

/// A node as a value of type `Json`; nothing for a map, or a list that holds one.
fn json(node: &Node) -> Option<Value> {
    Some(match &node.value {
        NodeValue::Null => Value::Null,
        NodeValue::Bool(value) => Value::Bool(*value),
        NodeValue::Int(value) => Value::Int(*value),
        NodeValue::Decimal(value) => Value::Decimal(*value),
        NodeValue::Text(text) => Value::Text(text.clone()),
        NodeValue::List(items) => Value::List(items.iter().map(json).collect::<Option<Vec<_>>>()?.into()),
        NodeValue::Map(_) => return None,
    })
}

fn key_param() -> Vec<(&'static str, Ty)> {
    vec![("key", Ty::Refined(Refinement::Key))]
}

pub(super) static CONFIG: Relation = Relation {
    name: "config",
    doc: "The documents of configuration files.",
    params: Vec::new,
    row: &ROW,
    need: Need::Documents,
    rows: |store, file, _, rows| {
        let count = store.documents(file).map_or(0, <[Node]>::len);
        rows.facts(Kind::Config, file, count);
        if count == 0 && store.documents(file).is_some() {
            // A stream without documents: of nothing, nothing can be said.
            store.note(file, "holds no document", rows);
        }
        store.document_problem(file, rows);
    },
};

pub(super) static ROW: RowType = RowType {
    name: "config",
    doc: "A document: JSON, YAML, TOML, INI, dotenv, or properties.",
    columns: &[],
    methods: &[
        Method {
            name: "has",
            params: key_param,
            result: || Ty::Bool,
            doc: "Whether the key is there.",
            call: |store, row, args| Ok(Value::Bool(select(store, row, args)?.is_some_and(|nodes| !nodes.is_empty()))),
        },
        Method {
            name: "text",
            params: key_param,
            result: || Ty::Text,
            doc: "The text at the key; an error where it is missing or of another type.",
            call: |store, row, args| match &one(store, row, args)? {
                Node { value: NodeValue::Text(text), .. } => Ok(Value::Text(text.clone())),
                node => Err(wrong(args, node, "a text")),
            },
        },
        Method {
            name: "int",
            params: key_param,
            result: || Ty::Int,
            doc: "The integer at the key; an error where it is missing or of another type.",
            call: |store, row, args| {
                let node = one(store, row, args)?;
                match &node.value {
                    NodeValue::Int(value) => Ok(Value::Int(*value)),
                    NodeValue::Text(text) if is_untyped(store, row) => {
                        text.trim().parse().map(Value::Int).map_err(|_| wrong(args, node, "an integer"))
                    }
                    _ => Err(wrong(args, node, "an integer")),
                }
            },
        },
        Method {
            name: "decimal",
            params: key_param,
            result: || Ty::Decimal,
            doc: "The number at the key; an error where it is missing or of another type.",
            call: |store, row, args| {
                let node = one(store, row, args)?;
                match &node.value {
                    NodeValue::Decimal(value) => Ok(Value::Decimal(*value)),
                    #[expect(clippy::cast_precision_loss, reason = "a decimal is a double by definition of the type")]
                    NodeValue::Int(value) => Ok(Value::Decimal(*value as f64)),
                    NodeValue::Text(text) if is_untyped(store, row) => {
                        text.trim().parse().map(Value::Decimal).map_err(|_| wrong(args, node, "a number"))
                    }
                    _ => Err(wrong(args, node, "a number")),
                }
            },
        },
        Method {
            name: "bool",
            params: key_param,
            result: || Ty::Bool,
            doc: "The boolean at the key; an error where it is missing or of another type. In a format without types \
                  (INI, dotenv, properties) `true`, `yes`, `on`, `1` and their opposites are booleans.",
            call: |store, row, args| {
                let node = one(store, row, args)?;
                match &node.value {
                    NodeValue::Bool(value) => Ok(Value::Bool(*value)),
                    NodeValue::Text(text) if is_untyped(store, row) => {
                        match text.trim().to_ascii_lowercase().as_str() {
                            "true" | "yes" | "on" | "1" => Ok(Value::Bool(true)),
                            "false" | "no" | "off" | "0" => Ok(Value::Bool(false)),
                            _ => Err(wrong(args, node, "a boolean")),
                        }
                    }
                    _ => Err(wrong(args, node, "a boolean")),
                }
            },
        },
        Method {
            name: "version",
            params: key_param,
            result: || Ty::Refined(Refinement::Version),
            doc: "The version at the key, of a text or number; an error where it is missing or no version.",
            call: |store, row, args| {
                let node = one(store, row, args)?;
                let text = match &node.value {
                    NodeValue::Text(_) | NodeValue::Int(_) | NodeValue::Decimal(_) => node.scalar(),
                    _ => None,
                }
                .ok_or_else(|| wrong(args, node, "a version"))?;
                // `TLSv1.2` and `TLS 1.2` are how listeners write it.
                let bare = text.trim();
                let bare = bare.strip_prefix("TLS").map_or(bare, |rest| rest.trim_start_matches([' ', '-', '_']));
                Version::parse(bare).map(|version| Value::Version(Arc::new(version))).map_err(|error| {
                    Unknown::new(format!(
                        "the value `{text}` of `{}` is no version: {}",
                        text_argument(args, 0).unwrap_or_default(),
                        error.message
                    ))
                })
            },
        },
        Method {
            name: "list",
            params: key_param,
            result: || Ty::list(Ty::Json),
            doc: "The list of scalars at the key; an error where it is missing or of another type.",
            call: |store, row, args| {
                let node = one(store, row, args)?;
                match json(node) {
                    Some(list @ Value::List(_)) => Ok(list),
                    _ => Err(wrong(args, node, "a list of scalars")),
                }
            },
        },
        Method {
            name: "values",
            params: key_param,
            result: || Ty::list(Ty::Row("config_value")),
            doc: "The values at the key: one, or with `[*]` one for each element; none where it is missing.",
            call: |store, row, args| {
                let file = row.file().ok_or_else(gone)?;
                let nodes = select(store, row, args)?.unwrap_or_default();
                Ok(Value::List(
                    nodes
                        .into_iter()
                        .map(|Selected { node, span }| {
                            let (node, evidence) = (node.clone(), span.to(node.span));
                            Value::Row(Row::ConfigValue(Arc::new(ConfigValueRow { file, node, evidence })))
                        })
                        .collect(),
                ))
            },
        },
    ],
    place: |_, _| None,
    describe: |store, row| {
        row.file()
            .and_then(|file| store.file(file))
            .map_or_else(String::new, |file| format!("document `{}`", file.path))
    },
    region: |_, _| None,
};

/// Whether the row's format has texts only.
fn is_untyped(store: &Store<'_>, row: &Row) -> bool {
    row.file()
        .and_then(|file| store.file(file))
        .is_some_and(|file| matches!(file.language.name, "ini" | "dotenv" | "properties"))
}

pub(super) static VALUE_ROW: RowType = RowType {
    name: "config_value",
    doc: "A value of a document.",
    columns: &[Column {
        name: "kind",
        ty: || Ty::Text,
        doc: "`null`, `a truth value`, `a number`, `a text`, `a list`, `a map`.",
        get: |_, row| Ok(Value::text(value_row(row)?.node.value.kind())),
    }],
    methods: &[
        Method {
            name: "equals",
            params: || vec![("value", Ty::Json)],
            result: || Ty::Bool,
            doc: "Whether it equals the value and has its type; in a format without types (INI, dotenv, properties) \
                  the texts are compared.",
            call: |store, row, args| -> Got {
                let it = value_row(row)?;
                let wanted = args.first().ok_or_else(gone)?;
                let same = match (&it.node.value, wanted) {
                    (NodeValue::Text(text), Value::Bool(_) | Value::Int(_) | Value::Decimal(_))
                        if is_untyped(store, row) =>
                    {
                        **text == *plain(wanted)
                    }
                    // 1 and 1.0 are one number in JSON, and not in YAML or TOML, where the author chose the type.
                    (NodeValue::Int(_), Value::Decimal(_)) | (NodeValue::Decimal(_), Value::Int(_)) => {
                        let is_json = store.file(it.file).is_some_and(|file| file.language.name == "json");
                        is_json && json(&it.node).is_some_and(|value| value.equals(wanted))
                    }
                    _ => json(&it.node).is_some_and(|value| value.equals(wanted)),
                };
                Ok(Value::Bool(same))
            },
        },
        Method {
            name: "scalar",
            params: Vec::new,
            result: || Ty::Text,
            doc: "The text of a scalar; an error for a list or map.",
            call: |_, row, _| {
                let it = value_row(row)?;
                it.node
                    .scalar()
                    .map(Value::Text)
                    .ok_or_else(|| Unknown::new(format!("the value is {}, not a scalar", it.node.value.kind())))
            },
        },
    ],
    place: |_, row| value_row(row).ok().map(|it| it.evidence),
    describe: |store, row| {
        value_row(row).map_or_else(
            |_| String::new(),
            |it| {
                if store.holds_secret(it.file, it.evidence) {
                    String::from("value `•••`")
                } else {
                    it.node.scalar().map_or_else(|| it.node.value.kind().to_owned(), |text| format!("value `{text}`"))
                }
            },
        )
    },
    region: |_, _| None,
};

/// A scalar as text.
fn plain(value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Text(text) => text.to_string(),
        _ => String::new(),
    }
}
