//! `calls(F)`: calls, also of constructors and macros.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, is_named, owner_row, symbol_param};
use crate::base::schema::Ty;
use crate::facts::model::Call;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Call> {
    store.code(row.file()?)?.calls.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Call) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static CALLS: Relation = Relation {
    name: "calls",
    doc: "Calls of functions, methods, constructors, macros.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| store.code_rows(file, extra, rows, Kind::Call, |facts| facts.calls.len()),
};

pub(super) static ROW: RowType = RowType {
    name: "call",
    doc: "A call.",
    columns: &[
        Column {
            name: "callee",
            ty: || Ty::Text,
            doc: "The dotted symbol as written.",
            get: |store, row| with(store, row, |it| Value::Text(it.callee.clone())),
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
        name: "calls",
        params: symbol_param,
        result: || Ty::Bool,
        doc: "Whether a bare symbol is the last segment of the callee, or all segments of a dotted one end it.",
        call: |store, row, args| is_named(&get(store, row).ok_or_else(gone)?.callee, args),
    }],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| get(store, row).map_or_else(String::new, |it| format!("call of `{}`", it.callee)),
    region: |_, _| None,
};
