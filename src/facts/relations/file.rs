//! `files(F)`: the files of a scope, their content unread until a digest is asked for.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, gone, text_argument};
use crate::base::digest::{Algorithm, Digest};
use crate::base::schema::{Refinement, Ty};
use crate::facts::relations::Unknown;
use crate::facts::store::{SourceFile, Store};
use crate::facts::value::{Row, Value};
use crate::target::EntryKind;

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s SourceFile> {
    store.file(row.file()?)
}

fn digest(store: &Store<'_>, row: &Row, algorithm: Algorithm) -> Result<String, Unknown> {
    let file = row.file().ok_or_else(gone)?;
    let bytes = store.bytes(file).map_err(|problem| Unknown::new(problem.message))?;
    Ok(algorithm.digest(&bytes).to_string())
}

pub(super) static FILES: Relation = Relation {
    name: "files",
    doc: "The files of the scope.",
    params: Vec::new,
    row: &ROW,
    need: Need::Listing,
    rows: |_, file, _, rows| rows.facts(Kind::File, file, 1),
};

pub(super) static ROW: RowType = RowType {
    name: "file",
    doc: "A file, directory or link of the target.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "The last segment of the path.",
            get: |store, row| {
                let file = get(store, row).ok_or_else(gone)?;
                Ok(Value::text(file.path.rsplit('/').next().unwrap_or_default()))
            },
        },
        Column {
            name: "size",
            ty: || Ty::Int,
            doc: "Its size in bytes.",
            get: |store, row| {
                let file = get(store, row).ok_or_else(gone)?;
                Ok(Value::Int(i64::try_from(file.size).unwrap_or(i64::MAX)))
            },
        },
        Column {
            name: "kind",
            ty: || Ty::Enum("file_kind"),
            doc: "What it is; links are not followed.",
            get: |store, row| Ok(Value::text(get(store, row).ok_or_else(gone)?.kind.name())),
        },
    ],
    methods: &[
        Method {
            name: "digest",
            params: || vec![("algorithm", Ty::Text)],
            result: || Ty::Refined(Refinement::Digest),
            doc: "The digest of its bytes by `sha256`, `sha384` or `sha512`: `sha256:…` in lower case.",
            call: |store, row, args| -> Got {
                let name = text_argument(args, 0)?;
                let algorithm = Algorithm::from_name(name).ok_or_else(|| {
                    Unknown::new(format!("unknown digest algorithm `{name}`: use sha256, sha384 or sha512"))
                })?;
                Ok(Value::text(&digest(store, row, algorithm)?))
            },
        },
        Method {
            name: "has_digest",
            params: || vec![("digest", Ty::Refined(Refinement::Digest))],
            result: || Ty::Bool,
            doc: "Whether its bytes have that digest.",
            call: |store, row, args| -> Got {
                let wanted = Digest::parse(text_argument(args, 0)?).map_err(|error| Unknown::new(error.message))?;
                Ok(Value::Bool(digest(store, row, wanted.algorithm)? == wanted.to_string()))
            },
        },
    ],
    place: |_, _| None,
    describe: |store, row| {
        get(store, row).map_or_else(String::new, |file| {
            let kind = if file.kind == EntryKind::Regular { "file" } else { file.kind.name() };
            format!("{kind} `{}`", file.path)
        })
    },
    region: |_, _| None,
};
