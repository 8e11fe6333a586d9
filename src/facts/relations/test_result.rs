//! `test_results(F)`: results of tests in `JUnit` reports that lie in the target.

use super::{Column, Got, Kind, Method, Need, Relation, RowType, Unknown, gone, symbol_matches, text_argument};
use crate::base::schema::Ty;
use crate::facts::reports::junit::TestResult;
use crate::facts::store::Store;
use crate::facts::value::{Row, Value};

fn get<'s>(store: &'s Store<'_>, row: &Row) -> Option<&'s TestResult> {
    store.test_results(row.file()?)?.get(row.index())
}

fn with(store: &Store<'_>, row: &Row, read: impl Fn(&TestResult) -> Value) -> Got {
    get(store, row).map(read).ok_or_else(gone)
}

pub(super) static TEST_RESULTS: Relation = Relation {
    name: "test_results",
    doc: "Results of tests in JUnit reports.",
    params: Vec::new,
    row: &ROW,
    need: Need::TestReport,
    rows: |store, file, _, rows| {
        let count = store.test_results(file).map_or(0, <[TestResult]>::len);
        rows.facts(Kind::TestResult, file, count);
        store.report_problem(file, rows);
    },
};

pub(super) static ROW: RowType = RowType {
    name: "test_result",
    doc: "The result of a test.",
    columns: &[
        Column {
            name: "name",
            ty: || Ty::Text,
            doc: "The test's name.",
            get: |store, row| with(store, row, |it| Value::Text(it.name.clone())),
        },
        Column {
            name: "status",
            ty: || Ty::Enum("test_status"),
            doc: "How it ended; skipped is not passed.",
            get: |store, row| with(store, row, |it| Value::text(it.status.name())),
        },
        Column {
            name: "commit",
            ty: || Ty::optional(Ty::Text),
            doc: "The commit that the suite's `commit` property names.",
            get: |store, row| with(store, row, |it| Value::optional_text(it.commit.as_ref())),
        },
    ],
    methods: &[
        Method {
            name: "is_named",
            params: || vec![("name", Ty::Text)],
            result: || Ty::Bool,
            doc: "Whether it is exactly that test: its name, or class name and name, dotted.",
            call: |store, row, args| {
                let it = get(store, row).ok_or_else(gone)?;
                let name = text_argument(args, 0)?;
                let qualified = || format!("{}.{}", it.classname, it.name);
                Ok(Value::Bool(*it.name == *name || (name.contains('.') && symbol_matches(&qualified(), name))))
            },
        },
        Method {
            name: "is_current",
            params: Vec::new,
            result: || Ty::Bool,
            doc: "Whether it was run on the commit under judgement; unknown where either names none, unless \
                  `[tests] unbound_reports = \"allow\"` lets an unbound report count.",
            call: |store, row, _| {
                let it = get(store, row).ok_or_else(gone)?;
                match (&it.commit, store.commit()) {
                    (Some(of_report), Some(of_target)) => {
                        let enough = of_report.len() >= 7 && of_report.len() <= of_target.len();
                        Ok(Value::Bool(
                            enough
                                && of_target
                                    .get(..of_report.len())
                                    .is_some_and(|head| head.eq_ignore_ascii_case(of_report)),
                        ))
                    }
                    _ if store.settings().unbound_reports => Ok(Value::Bool(true)),
                    (None, _) => Err(Unknown::new(
                        "the report has no `commit` property, so it may be of another commit: write the property, or set \
                         `[tests] unbound_reports = \"allow\"`",
                    )),
                    (Some(_), None) => Err(Unknown::new(
                        "the target has no commit that the report could be held against: commit first, or set \
                         `[tests] unbound_reports = \"allow\"`",
                    )),
                }
            },
        },
    ],
    place: |store, row| get(store, row).map(|it| it.span),
    describe: |store, row| {
        get(store, row).map_or_else(String::new, |it| format!("test `{}` {}", it.name, it.status.name()))
    },
    region: |_, _| None,
};
