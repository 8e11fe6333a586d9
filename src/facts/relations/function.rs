//! `functions(F)`: definitions of functions, methods, constructors, accessors, function-valued bindings; and signatures.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, inside, is_named, owner_row, symbol_param};
use crate::base::schema::Ty;
use crate::facts::model::{CodeFacts, Function, Owner};
use crate::facts::store::{FileId, Store};
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<(&'s Function, &'s CodeFacts, FileId, u32)> {
    let file = row.file()?;
    let facts = store.code(file)?;
    let index = row.index();
    Some((facts.functions.get(index)?, facts, file, u32::try_from(index).ok()?))
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Function) -> Value) -> Got {
    get(store, row).map(|(function, ..)| read(function)).ok_or_else(gone)
}

pub(super) static FUNCTIONS: Relation = Relation {
    name: "functions",
    doc: "Definitions of functions and methods, and signatures without a body.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| store.code_rows(file, extra, rows, Kind::Function, |facts| facts.functions.len()),
};

pub(super) static ROW: RowType = RowType {
    name: "function",
    doc: "A function, method, constructor, accessor, function-valued binding, or signature.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "The last segment of the name.",
            get: |store, row| with(store, row, |function| Value::Text(function.name.clone())),
        },
        Column {
            name: "qualified_name",
            ty: || Ty::Text,
            doc: "The name with those of the enclosing definitions, dotted.",
            get: |store, row| with(store, row, |function| Value::Text(function.qualified_name.clone())),
        },
        Column {
            name: "owner",
            ty: || Ty::optional(Ty::Row("definition")),
            doc: "The innermost enclosing definition.",
            get: |store, row| {
                get(store, row).map(|(function, _, file, _)| owner_row(function.owner, file)).ok_or_else(gone)
            },
        },
        Column {
            name: "kind",
            ty: || Ty::Enum("function_kind"),
            doc: "What it is.",
            get: |store, row| with(store, row, |function| Value::text(function.kind.name())),
        },
        Column {
            name: "parameters",
            ty: || Ty::list(Ty::Row("parameter")),
            doc: "Its own parameters in order, the receiver excluded.",
            get: |store, row| {
                let (function, facts, file, index) = get(store, row).ok_or_else(gone)?;
                Ok(inside(
                    &facts.parameters,
                    function.span,
                    |parameter| parameter.span,
                    |parameter| parameter.function == index,
                    Kind::Parameter,
                    file,
                ))
            },
        },
        Column {
            name: "decorators",
            ty: || Ty::list(Ty::Row("decorator")),
            doc: "What decorates it.",
            get: |store, row| {
                let (function, facts, file, index) = get(store, row).ok_or_else(gone)?;
                Ok(inside(
                    &facts.decorators,
                    function.span,
                    |decorator| decorator.span,
                    |decorator| decorator.owner == Owner::Function(index),
                    Kind::Decorator,
                    file,
                ))
            },
        },
        Column {
            name: "calls",
            ty: || Ty::list(Ty::Row("call")),
            doc: "The calls in it, those of nested functions included; what its decorators call is not among them.",
            get: |store, row| {
                let (function, facts, file, _) = get(store, row).ok_or_else(gone)?;
                Ok(inside(&facts.calls, function.code_span, |call| call.span, |_| true, Kind::Call, file))
            },
        },
        Column {
            name: "handlers",
            ty: || Ty::list(Ty::Row("handler")),
            doc: "Where it handles errors, nested functions included.",
            get: |store, row| {
                let (function, facts, file, _) = get(store, row).ok_or_else(gone)?;
                Ok(inside(&facts.handlers, function.code_span, |handler| handler.span, |_| true, Kind::Handler, file))
            },
        },
        Column {
            name: "is_async",
            ty: || Ty::Bool,
            doc: "Whether it is asynchronous.",
            get: |store, row| with(store, row, |function| Value::Bool(function.is_async)),
        },
        Column {
            name: "visibility",
            ty: || Ty::Enum("visibility"),
            doc: "Who may use it.",
            get: |store, row| with(store, row, |function| Value::text(function.visibility.name())),
        },
    ],
    methods: &[Method {
        name: "is_named",
        params: symbol_param,
        result: || Ty::Bool,
        doc: "Whether the symbol's whole dotted segments end the qualified name.",
        call: |store, row, args| {
            let (function, ..) = get(store, row).ok_or_else(gone)?;
            is_named(&function.qualified_name, args)
        },
    }],
    place: |store, row| get(store, row).map(|(function, ..)| function.name_span),
    describe: |store, row| {
        get(store, row).map_or_else(String::new, |(function, ..)| {
            format!("{} `{}`", function.kind.name(), function.qualified_name)
        })
    },
    region: |store, row| get(store, row).map(|(function, ..)| function.span),
};
