//! Rows of the type `span`: the place of a row's evidence.

use super::{Column, Got, RowType, gone};
use crate::base::schema::Ty;
use crate::facts::value::{Row, Value};
use crate::verdict::Location;

fn with(row: &Row, read: impl Fn(&Location) -> Value) -> Got {
    match row {
        Row::Span(location) => Ok(read(location)),
        _ => Err(gone()),
    }
}

pub(super) static ROW: RowType = RowType {
    name: "span",
    doc: "A place: lines and columns count from 1, columns in characters, the end is exclusive.",
    columns: &[
        Column {
            name: "path",
            ty: || Ty::Text,
            doc: "The file.",
            get: |_, row| with(row, |it| Value::Text(it.path.clone())),
        },
        Column {
            name: "line",
            ty: || Ty::Int,
            doc: "The first line.",
            get: |_, row| with(row, |it| Value::Int(i64::from(it.line))),
        },
        Column {
            name: "column",
            ty: || Ty::Int,
            doc: "The first column.",
            get: |_, row| with(row, |it| Value::Int(i64::from(it.column))),
        },
        Column {
            name: "end_line",
            ty: || Ty::Int,
            doc: "The last line.",
            get: |_, row| with(row, |it| Value::Int(i64::from(it.end_line))),
        },
        Column {
            name: "end_column",
            ty: || Ty::Int,
            doc: "One past the last column.",
            get: |_, row| with(row, |it| Value::Int(i64::from(it.end_column))),
        },
    ],
    methods: &[],
    place: |_, _| None,
    describe: |_, row| match row {
        Row::Span(location) => format!("{}:{}:{}", location.path, location.line, location.column),
        _ => String::new(),
    },
    region: |_, _| None,
};
