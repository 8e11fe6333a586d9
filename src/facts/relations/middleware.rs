//! `middleware(F)`: middleware that an application registers.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, is_named, symbol_param};
use crate::base::schema::Ty;
use crate::facts::model::Middleware;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Middleware> {
    store.code(row.file()?)?.middleware.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Middleware) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static MIDDLEWARE: Relation = Relation {
    name: "middleware",
    doc: "Middleware that an application registers.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| {
        store.code_rows(file, extra, rows, Kind::Middleware, |facts| facts.middleware.len());
    },
};

pub(super) static ROW: RowType = RowType {
    name: "middleware",
    doc: "A registration of middleware.",
    columns: &[Column {
        name: "name",
        ty: || Ty::Text,
        doc: "The dotted symbol of what is registered.",
        get: |store, row| with(store, row, |it| Value::Text(it.name.clone())),
    }],
    methods: &[Method {
        name: "is_named",
        params: symbol_param,
        result: || Ty::Bool,
        doc: "Whether the symbol's whole dotted segments end the name.",
        call: |store, row, args| is_named(&get(store, row).ok_or_else(gone)?.name, args),
    }],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| get(store, row).map_or_else(String::new, |it| format!("middleware `{}`", it.name)),
    region: |_, _| None,
};
