//! `parameters(F)`: parameters of functions, and how each is checked.

use super::{Column, Got, Kind, Need, Relation, RowType, gone};
use crate::base::schema::Ty;
use crate::facts::model::{Guard, Parameter};
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Parameter> {
    store.code(row.file()?)?.parameters.get(row.index())
}

fn guard<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Guard> {
    let Row::Guard { file, parameter, index } = row else { return None };
    store.code(*file)?.parameters.get(*parameter as usize)?.guards.get(*index as usize)
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Parameter) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

fn with_guard(store: &Store<'_>, row: &Row, read: impl Fn(&Guard) -> Value) -> Got {
    guard(store, row).map(read).ok_or_else(gone)
}

pub(super) static PARAMETERS: Relation = Relation {
    name: "parameters",
    doc: "Parameters of functions, receivers excluded.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| {
        store.code_rows(file, extra, rows, Kind::Parameter, |facts| facts.parameters.len());
    },
};

pub(super) static ROW: RowType = RowType {
    name: "parameter",
    doc: "A parameter of a function.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "Its name.",
            get: |store, row| with(store, row, |it| Value::Text(it.name.clone())),
        },
        Column {
            name: "type",
            ty: || Ty::optional(Ty::Text),
            doc: "Its type as written.",
            get: |store, row| with(store, row, |it| Value::optional_text(it.ty.as_ref())),
        },
        Column {
            name: "default",
            ty: || Ty::optional(Ty::Text),
            doc: "Its default as written.",
            get: |store, row| with(store, row, |it| Value::optional_text(it.default.as_ref())),
        },
        Column {
            name: "owner",
            ty: || Ty::Row("definition"),
            doc: "Its function.",
            get: |store, row| {
                let it = get(store, row).ok_or_else(gone)?;
                let file = row.file().ok_or_else(gone)?;
                Ok(Value::Row(Row::Fact { kind: Kind::Function, file, index: it.function }))
            },
        },
        Column {
            name: "guards",
            ty: || Ty::list(Ty::Row("guard")),
            doc: "How it is checked.",
            get: |store, row| {
                let it = get(store, row).ok_or_else(gone)?;
                let (file, parameter) = match row {
                    Row::Fact { file, index, .. } => (*file, *index),
                    _ => return Err(gone()),
                };
                let count = u32::try_from(it.guards.len()).unwrap_or(u32::MAX);
                Ok(Value::List((0..count).map(|index| Value::Row(Row::Guard { file, parameter, index })).collect()))
            },
        },
    ],
    methods: &[],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| get(store, row).map_or_else(String::new, |it| format!("parameter `{}`", it.name)),
    // Its guards are looked for in the whole function.
    region: |store, row| {
        let it = get(store, row)?;
        store.code(row.file()?)?.functions.get(it.function as usize).map(|function| function.span)
    },
};

pub(super) static GUARD_ROW: RowType = RowType {
    name: "guard",
    doc: "One check of a parameter.",
    columns: &[
        Column {
            name: "kind",
            ty: || Ty::Enum("guard_kind"),
            doc: "What it is: a comparison in a condition, a call of a validator, or a validating type.",
            get: |store, row| with_guard(store, row, |it| Value::text(it.kind.name())),
        },
        Column {
            name: "before_use",
            ty: || Ty::Bool,
            doc: "No use of the parameter stands before it.",
            get: |store, row| with_guard(store, row, |it| Value::Bool(it.before_use)),
        },
        Column {
            name: "leaves",
            ty: || Ty::Bool,
            doc: "For a comparison: the branch leaves the function or the loop.",
            get: |store, row| with_guard(store, row, |it| Value::Bool(it.leaves)),
        },
    ],
    methods: &[],
    place: |store, row| guard(store, row).map(|it| it.span),
    describe: |store, row| guard(store, row).map_or_else(String::new, |it| format!("{} guard", it.kind.name())),
    region: |_, _| None,
};
