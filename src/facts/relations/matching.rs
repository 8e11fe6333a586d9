//! `matches(F, regex)`: matches of a regex in the text of files.

use std::sync::Arc;

use super::{Column, Extra, Got, Need, Relation, RowType, Rows, gone, texts};
use crate::base::schema::{Refinement, Ty};
use crate::facts::model::Range;
use crate::facts::store::{FileId, Store};
use crate::facts::value::{MatchRow, Row, Value};

/// Most matches that one file gives: enough for any evidence, and bounded memory for a regex that matches everywhere.
const MATCHES_PER_FILE: usize = 10_000;
/// Bytes that the searches in one file may read: each may read to the end of the file, so a long file gives fewer matches.
const SEARCHED: usize = 1 << 30;

fn with(row: &Row, read: impl Fn(&MatchRow) -> Value) -> Got {
    match row {
        Row::Match(row) => Ok(read(row)),
        _ => Err(gone()),
    }
}

pub(super) static MATCHES: Relation = Relation {
    name: "matches",
    doc: "Matches of the regex in the text of files. Beyond 10,000 in a file (fewer in one of megabytes) nothing is known.",
    params: || vec![("regex", Ty::Refined(Refinement::Regex))],
    row: &ROW,
    need: Need::Text,
    rows: |store, file, extra, rows| search(store, file, extra, rows, false),
};

pub(super) static SECRET_MATCHES: Relation = Relation {
    name: "secret_matches",
    doc: "As `matches`, of a regex that describes secrets: no finding repeats their text, and lines that are shown mask it.",
    params: || vec![("regex", Ty::Refined(Refinement::Regex))],
    row: &ROW,
    need: Need::Text,
    rows: |store, file, extra, rows| search(store, file, extra, rows, true),
};

fn search(store: &Store<'_>, file: FileId, extra: &Extra<'_>, rows: &mut Rows, secret: bool) {
    store.content_problem(file, rows);
    let (Some(text), Some(regex)) = (store.text(file), extra.regex) else { return };
    let regex = regex.compiled();
    let most = (SEARCHED / text.len().max(1)).clamp(1, MATCHES_PER_FILE);
    for (count, found) in regex.captures_iter(text).enumerate() {
        if count >= most {
            store.note(file, format!("has more than {most} matches, and the rest is not looked at"), rows);
            break;
        }
        let Some(whole) = found.get(0) else { continue };
        let range = Range::new(whole.start(), whole.end());
        if secret {
            store.hide(file, range);
        }
        let groups = found.iter().map(|group| Arc::from(group.map_or("", |group| group.as_str()))).collect();
        rows.rows.push(Row::Match(Arc::new(MatchRow { file, range, secret, groups })));
    }
}

pub(super) static ROW: RowType = RowType {
    name: "match",
    doc: "A match of a regex.",
    columns: &[
        Column {
            name: "text",
            ty: || Ty::Text,
            doc: "What matched.",
            get: |_, row| with(row, |it| it.groups.first().map_or(Value::Null, |text| Value::Text(text.clone()))),
        },
        Column {
            name: "groups",
            ty: || Ty::list(Ty::Text),
            doc: "The groups, the whole match first; empty where a group took no part.",
            get: |_, row| with(row, |it| texts(&it.groups)),
        },
    ],
    methods: &[],
    place: |_: &Store<'_>, row| match row {
        Row::Match(row) => Some(row.range),
        _ => None,
    },
    describe: |store, row| match row {
        Row::Match(row) if row.secret => String::from("secret (given pattern)"),
        Row::Match(row) if store.holds_secret(row.file, row.range) => String::from("`•••`"),
        Row::Match(row) => format!("`{}`", excerpt(row.groups.first().map_or("", |text| text))),
        _ => String::new(),
    },
    region: |_, _| None,
};

/// The first characters of the first line.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    let mut out: String = line.chars().take(LONGEST).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}
