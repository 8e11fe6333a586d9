//! `env_vars(F)`: reads of environment variables.

use super::{Column, Got, Kind, Need, Relation, RowType, gone};
use crate::base::schema::Ty;
use crate::facts::model::EnvVar;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s EnvVar> {
    store.code(row.file()?)?.env_vars.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&EnvVar) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static ENV_VARS: Relation = Relation {
    name: "env_vars",
    doc: "Reads of environment variables whose name is a literal.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| store.code_rows(file, extra, rows, Kind::EnvVar, |facts| facts.env_vars.len()),
};

pub(super) static ROW: RowType = RowType {
    name: "env_var",
    doc: "A read of an environment variable.",
    columns: &[Column {
        name: "name",
        ty: || Ty::Text,
        doc: "The variable.",
        get: |store, row| with(store, row, |it| Value::Text(it.name.clone())),
    }],
    methods: &[],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| get(store, row).map_or_else(String::new, |it| format!("environment variable `{}`", it.name)),
    region: |_, _| None,
};
