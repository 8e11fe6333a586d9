//! `decorators(F)`: decorators, annotations, attributes.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, is_named, owner_row, symbol_param, texts};
use crate::base::schema::Ty;
use crate::facts::model::Decorator;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Decorator> {
    store.code(row.file()?)?.decorators.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Decorator) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static DECORATORS: Relation = Relation {
    name: "decorators",
    doc: "Decorators, annotations and attributes of definitions.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| {
        store.code_rows(file, extra, rows, Kind::Decorator, |facts| facts.decorators.len());
    },
};

pub(super) static ROW: RowType = RowType {
    name: "decorator",
    doc: "A decorator, annotation or attribute.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "Its dotted symbol, without arguments.",
            get: |store, row| with(store, row, |it| Value::Text(it.name.clone())),
        },
        Column {
            name: "arguments",
            ty: || Ty::list(Ty::Text),
            doc: "The source of each argument.",
            get: |store, row| with(store, row, |it| texts(&it.arguments)),
        },
        Column {
            name: "owner",
            ty: || Ty::Row("definition"),
            doc: "What it decorates.",
            get: |store, row| {
                let it = get(store, row).ok_or_else(gone)?;
                Ok(owner_row(Some(it.owner), row.file().ok_or_else(gone)?))
            },
        },
    ],
    methods: &[Method {
        name: "is_named",
        params: symbol_param,
        result: || Ty::Bool,
        doc: "Whether the symbol's whole dotted segments end the name.",
        call: |store, row, args| is_named(&get(store, row).ok_or_else(gone)?.name, args),
    }],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| get(store, row).map_or_else(String::new, |it| format!("decorator `{}`", it.name)),
    region: |_, _| None,
};
