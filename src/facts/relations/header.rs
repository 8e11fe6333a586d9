//! `headers(F)`: HTTP response headers that code or server configuration sets.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, text_argument};
use crate::base::schema::Ty;
use crate::facts::model::Header;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Header> {
    store.headers(row.file()?)?.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Header) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static HEADERS: Relation = Relation {
    name: "headers",
    doc: "Response headers that code or server configuration sets.",
    params: Vec::new,
    row: &ROW,
    need: Need::Headers,
    rows: |store, file, extra, rows| {
        if store.is_server_configuration(file) {
            let count = store.headers(file).map_or(0, <[Header]>::len);
            rows.facts(Kind::Header, file, count);
            store.headers_problem(file, rows);
        } else {
            store.code_rows(file, extra, rows, Kind::Header, |facts| facts.headers.len());
        }
    },
};

pub(super) static ROW: RowType = RowType {
    name: "header",
    doc: "A response header that is set.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "Its name as written.",
            get: |store, row| with(store, row, |it| Value::Text(it.name.clone())),
        },
        Column {
            name: "value",
            ty: || Ty::optional(Ty::Text),
            doc: "Its value, where it is a literal.",
            get: |store, row| with(store, row, |it| Value::optional_text(it.value.as_ref())),
        },
    ],
    methods: &[
        Method {
            name: "is_named",
            params: || vec![("name", Ty::Text)],
            result: || Ty::Bool,
            doc: "Whether it has that name; case does not matter.",
            call: |store, row, args| {
                let it = get(store, row).ok_or_else(gone)?;
                Ok(Value::Bool(it.name.eq_ignore_ascii_case(text_argument(args, 0)?.trim())))
            },
        },
        Method {
            name: "has_value",
            params: || vec![("value", Ty::Text)],
            result: || Ty::Bool,
            doc: "Whether its literal value is that text, both trimmed.",
            call: |store, row, args| {
                let it = get(store, row).ok_or_else(gone)?;
                let wanted = text_argument(args, 0)?.trim();
                Ok(Value::Bool(it.value.as_deref().is_some_and(|value| value.trim() == wanted)))
            },
        },
    ],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| {
        get(store, row).map_or_else(String::new, |it| match &it.value {
            Some(value) => format!("header `{}: {value}`", it.name),
            None => format!("header `{}`", it.name),
        })
    },
    region: |_, _| None,
};
