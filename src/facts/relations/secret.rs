//! `secrets(F)`: credentials in plain text.

use super::{Column, Kind, Need, Relation, RowType, gone};
use crate::base::schema::Ty;
use crate::facts::secrets::Secret;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s Secret> {
    store.secrets(row.file()?)?.get(row.index())
}

pub(super) static SECRETS: Relation = Relation {
    name: "secrets",
    doc: "Known credential formats, and assignments of credential-like literals.",
    params: Vec::new,
    row: &ROW,
    need: Need::Secrets,
    rows: |store, file, _, rows| {
        let count = store.secrets(file).map_or(0, <[Secret]>::len);
        rows.facts(Kind::Secret, file, count);
        store.content_problem(file, rows);
    },
};

pub(super) static ROW: RowType = RowType {
    name: "secret",
    doc: "A credential in plain text.",
    columns: &[Column {
        name: "kind",
        ty: || Ty::Text,
        doc: "The format: `aws-access-key-id`, `private-key`, `assignment`, …",
        get: |store, row| get(store, row).map(|it| Value::text(it.kind)).ok_or_else(gone),
    }],
    methods: &[],
    place: |store, row| get(store, row).map(|it| it.span),
    // Evidence travels into logs: it names the kind, never the secret.
    describe: |store, row| get(store, row).map_or_else(String::new, |it| format!("secret ({})", it.kind)),
    region: |_, _| None,
};
