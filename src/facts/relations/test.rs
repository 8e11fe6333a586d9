//! `tests(F)`: tests, by the frameworks' own rules.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, symbol_matches, text_argument};
use crate::base::schema::Ty;
use crate::facts::model::Test;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Test> {
    store.code(row.file()?)?.tests.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Test) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static TESTS: Relation = Relation {
    name: "tests",
    doc: "Tests, by the frameworks' own rules.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| store.code_rows(file, extra, rows, Kind::Test, |facts| facts.tests.len()),
};

pub(super) static ROW: RowType = RowType {
    name: "test",
    doc: "A test.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "The name of the function, or the title.",
            get: |store, row| with(store, row, |it| Value::Text(it.name.clone())),
        },
        Column {
            name: "qualified_name",
            ty: || Ty::Text,
            doc: "With the enclosing classes or titles.",
            get: |store, row| with(store, row, |it| Value::Text(it.qualified_name.clone())),
        },
        Column {
            name: "framework",
            ty: || Ty::Text,
            doc: "The framework: `pytest`, `jest`, `go`, `cargo`, …",
            get: |store, row| with(store, row, |it| Value::text(it.framework)),
        },
        Column {
            name: "skipped",
            ty: || Ty::Bool,
            doc: "Whether it is marked to be skipped.",
            get: |store, row| with(store, row, |it| Value::Bool(it.skipped)),
        },
    ],
    methods: &[Method {
        name: "is_named",
        params: || vec![("name", Ty::Text)],
        result: || Ty::Bool,
        doc: "Whether the test has that name: its title, the whole dotted segments that end its qualified name, or the qualified name of titles.",
        call: |store, row, args| {
            let it = get(store, row).ok_or_else(gone)?;
            let name = text_argument(args, 0)?;
            Ok(Value::Bool(*it.name == *name || symbol_matches(&it.qualified_name, name)))
        },
    }],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| get(store, row).map_or_else(String::new, |it| format!("test `{}`", it.qualified_name)),
    region: |_, _| None,
};
