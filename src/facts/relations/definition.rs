//! Rows of the type `definition`: a function or a class, as the owner of something.

use super::{Column, Got, Kind, Method, RowType, class, function, is_named, symbol_param};
use crate::base::schema::Ty;
use crate::facts::store::Store;
use crate::facts::value::Row;

/// Reads a column of the row's own type.
fn own(store: &Store<'_>, row: &Row, column: &str) -> Got {
    let row_type = own_type(row);
    row_type.column(column).map_or_else(|| Err(super::gone()), |column| (column.get)(store, row))
}

fn own_type(row: &Row) -> &'static RowType {
    match row {
        Row::Fact { kind: Kind::Class, .. } => &class::ROW,
        _ => &function::ROW,
    }
}

pub(super) static ROW: RowType = RowType {
    name: "definition",
    doc: "A function or a class, as the owner of something.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "The last segment of the name.",
            get: |store, row| own(store, row, "name"),
        },
        Column {
            name: "qualified_name",
            ty: || Ty::Text,
            doc: "The name with those of the enclosing definitions, dotted.",
            get: |store, row| own(store, row, "qualified_name"),
        },
    ],
    methods: &[Method {
        name: "is_named",
        params: symbol_param,
        result: || Ty::Bool,
        doc: "Whether the symbol's whole dotted segments end the qualified name.",
        call: |store, row, args| match own(store, row, "qualified_name")? {
            crate::facts::value::Value::Text(name) => is_named(&name, args),
            _ => Err(super::gone()),
        },
    }],
    place: |store, row| (own_type(row).place)(store, row),
    describe: |store, row| (own_type(row).describe)(store, row),
    region: |store, row| (own_type(row).region)(store, row),
};
