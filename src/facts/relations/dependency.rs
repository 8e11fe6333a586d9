//! `manifests(F)` and `dependencies(F)`: what a project declares to depend on.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, Unknown, gone, text_argument};
use crate::base::literal::version_req::VersionReq;
use crate::base::schema::{Refinement, Ty};
use crate::facts::manifests::Dependency;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Dependency> {
    store.dependencies(row.file()?)?.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Dependency) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static MANIFESTS: Relation = Relation {
    name: "manifests",
    doc: "Manifests and lock files: one row a file.",
    params: Vec::new,
    row: &MANIFEST_ROW,
    need: Need::Manifest,
    rows: |store, file, _, rows| {
        if store.dependencies(file).is_some() {
            rows.facts(Kind::Manifest, file, 1);
        }
        store.manifest_problem(file, rows);
    },
};

pub(super) static DEPENDENCIES: Relation = Relation {
    name: "dependencies",
    doc: "The dependencies that manifests and lock files declare.",
    params: Vec::new,
    row: &ROW,
    need: Need::Manifest,
    rows: |store, file, _, rows| {
        let count = store.dependencies(file).map_or(0, <[Dependency]>::len);
        rows.facts(Kind::Dependency, file, count);
        store.manifest_problem(file, rows);
    },
};

pub(super) static MANIFEST_ROW: RowType = RowType {
    name: "manifest",
    doc: "A manifest or lock file.",
    columns: &[Column {
        name: "dependencies",
        ty: || Ty::list(Ty::Row("dependency")),
        doc: "What it declares.",
        get: |store, row| {
            let file = row.file().ok_or_else(gone)?;
            let count = store.dependencies(file).ok_or_else(gone)?.len();
            Ok(Value::List((0..count).map(|index| Value::Row(super::fact(Kind::Dependency, file, index))).collect()))
        },
    }],
    methods: &[],
    place: |_, _| None,
    describe: |store, row| {
        row.file()
            .and_then(|file| store.file(file))
            .map_or_else(String::new, |file| format!("manifest `{}`", file.path))
    },
    region: |_, _| None,
};

pub(super) static ROW: RowType = RowType {
    name: "dependency",
    doc: "A declared dependency.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "The package's name as written.",
            get: |store, row| with(store, row, |it| Value::Text(it.name.clone())),
        },
        Column {
            name: "version",
            ty: || Ty::optional(Ty::Text),
            doc: "The exact version, where locked or pinned.",
            get: |store, row| with(store, row, |it| Value::optional_text(it.version.as_ref())),
        },
        Column {
            name: "range",
            ty: || Ty::Text,
            doc: "The range as written; empty where any version is admitted.",
            get: |store, row| with(store, row, |it| Value::Text(it.range.clone())),
        },
        Column {
            name: "ecosystem",
            ty: || Ty::Text,
            doc: "`pypi`, `npm`, `go`, `cargo`.",
            get: |store, row| with(store, row, |it| Value::text(it.ecosystem)),
        },
    ],
    methods: &[
        Method {
            name: "is",
            params: || vec![("package", Ty::Text)],
            result: || Ty::Bool,
            doc: "Whether it is that package, by the ecosystem's own equality of names.",
            call: |store, row, args| {
                let it = get(store, row).ok_or_else(gone)?;
                Ok(Value::Bool(it.is(text_argument(args, 0)?)))
            },
        },
        Method {
            name: "within",
            params: || vec![("requirement", Ty::Refined(Refinement::VersionReq))],
            result: || Ty::Bool,
            doc: "Whether every version that it admits (or the locked one) lies in the range.",
            call: |store, row, args| -> Got {
                let it = get(store, row).ok_or_else(gone)?;
                let requirement =
                    VersionReq::parse(text_argument(args, 0)?).map_err(|error| Unknown::new(error.message))?;
                it.within(&requirement).map(Value::Bool).map_err(|error| Unknown::new(error.to_string()))
            },
        },
    ],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| {
        get(store, row).map_or_else(String::new, |it| match &it.version {
            Some(version) => format!("`{}` {version}", it.name),
            None if it.range.is_empty() => format!("`{}` in any version", it.name),
            None => format!("`{}` {}", it.name, it.range),
        })
    },
    region: |_, _| None,
};
