//! `classes(F)`: classes, structs, interfaces, traits, enums, records, objects, protocols, and named types.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, inside, is_named, symbol_param, texts};
use crate::base::schema::Ty;
use crate::facts::model::{Class, CodeFacts, Owner};
use crate::facts::store::{FileId, Store};
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<(&'s Class, &'s CodeFacts, FileId, u32)> {
    let file = row.file()?;
    let facts = store.code(file)?;
    let index = row.index();
    Some((facts.classes.get(index)?, facts, file, u32::try_from(index).ok()?))
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Class) -> Value) -> Got {
    get(store, row).map(|(class, ..)| read(class)).ok_or_else(gone)
}

pub(super) static CLASSES: Relation = Relation {
    name: "classes",
    doc: "Declarations of classes and their kin.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| store.code_rows(file, extra, rows, Kind::Class, |facts| facts.classes.len()),
};

pub(super) static ROW: RowType = RowType {
    name: "class",
    doc: "A class, struct, interface, trait, enum, record, object, protocol, or named type.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "The last segment of the name.",
            get: |store, row| with(store, row, |class| Value::Text(class.name.clone())),
        },
        Column {
            name: "qualified_name",
            ty: || Ty::Text,
            doc: "The name with those of the enclosing definitions, dotted.",
            get: |store, row| with(store, row, |class| Value::Text(class.qualified_name.clone())),
        },
        Column {
            name: "kind",
            ty: || Ty::Enum("class_kind"),
            doc: "What it is.",
            get: |store, row| with(store, row, |class| Value::text(class.kind)),
        },
        Column {
            name: "bases",
            ty: || Ty::list(Ty::Text),
            doc: "Base classes, interfaces, embedded types, as dotted symbols.",
            get: |store, row| with(store, row, |class| texts(&class.bases)),
        },
        Column {
            name: "decorators",
            ty: || Ty::list(Ty::Row("decorator")),
            doc: "What decorates it.",
            get: |store, row| {
                let (class, facts, file, index) = get(store, row).ok_or_else(gone)?;
                Ok(inside(
                    &facts.decorators,
                    class.span,
                    |decorator| decorator.span,
                    |decorator| decorator.owner == Owner::Class(index),
                    Kind::Decorator,
                    file,
                ))
            },
        },
    ],
    methods: &[Method {
        name: "is_named",
        params: symbol_param,
        result: || Ty::Bool,
        doc: "Whether the symbol's whole dotted segments end the qualified name.",
        call: |store, row, args| {
            let (class, ..) = get(store, row).ok_or_else(gone)?;
            is_named(&class.qualified_name, args)
        },
    }],
    place: |store, row| get(store, row).map(|(class, ..)| class.name_span),
    describe: |store, row| {
        get(store, row).map_or_else(String::new, |(class, ..)| format!("{} `{}`", class.kind, class.qualified_name))
    },
    region: |store, row| get(store, row).map(|(class, ..)| class.span),
};
