//! `handlers(F)`: places where errors are handled.

use super::{
    Column, Got, Kind, Method, Need, Relation, RowType, gone, owner_row, symbol_matches, symbol_param, text_argument,
    texts,
};
use crate::base::schema::Ty;
use crate::facts::model::Handler;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Handler> {
    store.code(row.file()?)?.handlers.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Handler) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static HANDLERS: Relation = Relation {
    name: "handlers",
    doc: "Places where errors are handled.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| store.code_rows(file, extra, rows, Kind::Handler, |facts| facts.handlers.len()),
};

pub(super) static ROW: RowType = RowType {
    name: "handler",
    doc: "A place where errors are handled.",
    columns: &[
        Column {
            name: "errors",
            ty: || Ty::list(Ty::Text),
            doc: "The kinds of errors that it names; empty where it catches all.",
            get: |store, row| with(store, row, |it| texts(&it.errors)),
        },
        Column {
            name: "owner",
            ty: || Ty::optional(Ty::Row("definition")),
            doc: "The innermost definition that it stands in.",
            get: |store, row| {
                let it = get(store, row).ok_or_else(gone)?;
                Ok(owner_row(it.owner, row.file().ok_or_else(gone)?))
            },
        },
    ],
    methods: &[Method {
        name: "catches",
        params: symbol_param,
        result: || Ty::Bool,
        doc: "Whether it handles errors of that kind: it catches all, names the kind, or names a base of it.",
        call: |store, row, args| {
            let it = get(store, row).ok_or_else(gone)?;
            let symbol = text_argument(args, 0)?;
            let named = it.errors.iter().chain(&it.caught).any(|error| symbol_matches(error, symbol));
            Ok(Value::Bool(named || it.catches_all))
        },
    }],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| {
        get(store, row).map_or_else(String::new, |it| {
            format!(
                "handler of {}",
                if it.errors.is_empty() { String::from("all errors") } else { it.errors.join(", ") }
            )
        })
    },
    region: |_, _| None,
};
