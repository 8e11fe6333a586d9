//! `imports(F)`: imports of modules and members.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, text_argument};
use crate::base::schema::Ty;
use crate::facts::model::Import;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Import> {
    store.code(row.file()?)?.imports.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&Import) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static IMPORTS: Relation = Relation {
    name: "imports",
    doc: "Imports of modules and members.",
    params: Vec::new,
    row: &ROW,
    need: Need::Code,
    rows: |store, file, extra, rows| store.code_rows(file, extra, rows, Kind::Import, |facts| facts.imports.len()),
};

pub(super) static ROW: RowType = RowType {
    name: "import",
    doc: "An import: one row for each module or member.",
    columns: &[
        Column {
            name: "module",
            ty: || Ty::Text,
            doc: "The module as written.",
            get: |store, row| with(store, row, |it| Value::Text(it.module.clone())),
        },
        Column {
            name: "member",
            ty: || Ty::optional(Ty::Text),
            doc: "The member under its original name; `*` for all.",
            get: |store, row| with(store, row, |it| Value::optional_text(it.member.as_ref())),
        },
        Column {
            name: "alias",
            ty: || Ty::optional(Ty::Text),
            doc: "The name that it is bound to, where another.",
            get: |store, row| with(store, row, |it| Value::optional_text(it.alias.as_ref())),
        },
    ],
    methods: &[
        Method {
            name: "provides",
            params: || vec![("module", Ty::Text)],
            result: || Ty::Bool,
            doc: "Whether it imports the module or something below it; `a` never provides `a.b`.",
            call: |store, row, args| {
                let it = get(store, row).ok_or_else(gone)?;
                Ok(Value::Bool(provides(it, text_argument(args, 0)?)))
            },
        },
        Method {
            name: "is_from",
            params: || vec![("module", Ty::Text)],
            result: || Ty::Bool,
            doc: "Whether it imports that very module or a member of it; what is from `a.b` is not from `a`.",
            call: |store, row, args| {
                let it = get(store, row).ok_or_else(gone)?;
                Ok(Value::Bool(bare(&it.module) == bare(text_argument(args, 0)?)))
            },
        },
        Method {
            name: "binds",
            params: || vec![("name", Ty::Refined(crate::base::schema::Refinement::Symbol))],
            result: || Ty::Bool,
            doc: "Whether it imports that member, under its original name.",
            call: |store, row, args| {
                let it = get(store, row).ok_or_else(gone)?;
                let name = text_argument(args, 0)?;
                Ok(Value::Bool(it.member.as_deref() == Some(name)))
            },
        },
    ],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| {
        get(store, row).map_or_else(String::new, |it| match it.member.as_deref() {
            None | Some("*" | "default") => format!("import of `{}`", it.module),
            Some(member) => format!("import of `{member}` from `{}`", it.module),
        })
    },
    region: |_, _| None,
};

/// A module's name for comparison. Separators are those that the language writes (`.`, `/`, `::`); `node:fs` and `fs` are
/// the same module; relative names are compared as written.
fn bare(name: &str) -> String {
    name.strip_prefix("node:").unwrap_or(name).replace("::", ".")
}

/// Whether `import` satisfies `module`: the module itself, or a package that holds it. A path with `::` may end in a
/// member, which in Rust may be a module: `use std::io` imports `std::io`.
fn provides(import: &Import, module: &str) -> bool {
    let (mut have, want) = (bare(&import.module), bare(module));
    if module.contains("::")
        && let Some(member) = import.member.as_deref().filter(|member| *member != "*")
    {
        have = format!("{have}.{member}");
    }
    if have == want {
        return true;
    }
    have.strip_prefix(&want)
        .is_some_and(|rest| !want.is_empty() && !want.ends_with(['.', '/']) && rest.starts_with(['.', '/']))
}
