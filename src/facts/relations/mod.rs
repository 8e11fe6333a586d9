//! The relations of the language over facts: one file each, one line here. A relation says its rows' columns and methods
//! once; types, evaluation, reference and hover are read from that.

mod call;
mod class;
mod config;
mod decorator;
mod definition;
mod dependency;
mod env_var;
mod file;
mod function;
mod handler;
mod header;
mod import;
mod matching;
mod middleware;
mod parameter;
mod secret;
mod span;
mod test;
mod test_result;

use std::sync::LazyLock;

use super::model::Range;
use super::store::{FileId, Problem, Store};
use super::value::{Row, Value};
use crate::base::schema::{ColumnSpec, MethodSpec, RelationSpec, RowSpec, Signatures, Ty, ValueSpec};

/// All relations, in the order of the reference.
pub const RELATIONS: &[&Relation] = &[
    &file::FILES,
    &function::FUNCTIONS,
    &class::CLASSES,
    &decorator::DECORATORS,
    &call::CALLS,
    &parameter::PARAMETERS,
    &handler::HANDLERS,
    &import::IMPORTS,
    &config::CONFIG,
    &dependency::MANIFESTS,
    &dependency::DEPENDENCIES,
    &test::TESTS,
    &test_result::TEST_RESULTS,
    &env_var::ENV_VARS,
    &header::HEADERS,
    &middleware::MIDDLEWARE,
    &secret::SECRETS,
    &matching::MATCHES,
    &matching::SECRET_MATCHES,
];

/// All row types, in the order of the reference.
pub const ROWS: &[&RowType] = &[
    &file::ROW,
    &function::ROW,
    &class::ROW,
    &definition::ROW,
    &decorator::ROW,
    &call::ROW,
    &parameter::ROW,
    &parameter::GUARD_ROW,
    &handler::ROW,
    &import::ROW,
    &config::ROW,
    &config::VALUE_ROW,
    &dependency::MANIFEST_ROW,
    &dependency::ROW,
    &test::ROW,
    &test_result::ROW,
    &env_var::ROW,
    &header::ROW,
    &middleware::ROW,
    &secret::ROW,
    &matching::ROW,
    &span::ROW,
];

/// Which list of a file's facts a row stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the row type of its name")]
pub enum Kind {
    File,
    Function,
    Class,
    Decorator,
    Call,
    Parameter,
    Handler,
    Import,
    Config,
    Manifest,
    Dependency,
    Test,
    TestResult,
    EnvVar,
    Header,
    Middleware,
    Secret,
}

impl Kind {
    /// The name of the row type.
    pub fn row_name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Function => "function",
            Self::Class => "class",
            Self::Decorator => "decorator",
            Self::Call => "call",
            Self::Parameter => "parameter",
            Self::Handler => "handler",
            Self::Import => "import",
            Self::Config => "config",
            Self::Manifest => "manifest",
            Self::Dependency => "dependency",
            Self::Test => "test",
            Self::TestResult => "test_result",
            Self::EnvVar => "env_var",
            Self::Header => "header",
            Self::Middleware => "middleware",
            Self::Secret => "secret",
        }
    }
}

/// Why a value cannot be had: something is missing, ill-formed, or unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unknown {
    /// What and why: lower case, no full stop.
    pub message: String,
}

impl Unknown {
    /// An unknown with its reason.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// What a column or method gives.
pub type Got = Result<Value, Unknown>;

/// A column and how it is read.
#[derive(Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: fn() -> Ty,
    /// What it holds.
    pub doc: &'static str,
    /// Reads it.
    pub get: fn(&Store<'_>, &Row) -> Got,
}

/// A method and how it is called.
#[derive(Debug)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// Its parameters.
    pub params: fn() -> Vec<(&'static str, Ty)>,
    /// What it gives.
    pub result: fn() -> Ty,
    /// What it means.
    pub doc: &'static str,
    /// Calls it.
    pub call: fn(&Store<'_>, &Row, &[Value]) -> Got,
}

/// A type of rows.
#[derive(Debug)]
pub struct RowType {
    /// Its name, as in [`Ty::Row`].
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its own columns; `path`, `language` and `span` come on top.
    pub columns: &'static [Column],
    /// Its methods.
    pub methods: &'static [Method],
    /// Where evidence points to; nothing for the whole file.
    pub place: fn(&Store<'_>, &Row) -> Option<Range>,
    /// What the row is, in a few words: ``function `verify` ``.
    pub describe: fn(&Store<'_>, &Row) -> String,
    /// The region that must be sound for a claim that something is missing from the row.
    pub region: fn(&Store<'_>, &Row) -> Option<Range>,
}

/// A function from the files of a scope to rows.
#[derive(Debug)]
pub struct Relation {
    /// Its name.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// Its parameters after the scope.
    pub params: fn() -> Vec<(&'static str, Ty)>,
    /// Its rows.
    pub row: &'static RowType,
    /// What of a file it reads.
    pub need: Need,
    /// The rows of one file, appended in order; what cannot be known is a problem.
    pub rows: fn(&Store<'_>, FileId, &Extra<'_>, &mut Rows),
}

/// Arguments of a relation after its scope.
#[derive(Clone, Copy, Debug)]
pub struct Extra<'a> {
    /// The compiled regex of `matches`.
    pub regex: Option<&'a crate::base::literal::regex::Regex>,
    /// The scope is one path written out, not a glob.
    pub literal: bool,
}

/// What of a file a relation reads; the store prepares it for all files of a scope in parallel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Nothing: its listing is enough.
    Listing,
    /// Its text.
    Text,
    /// The facts of its code.
    Code,
    /// Its documents.
    Documents,
    /// What it declares to depend on.
    Manifest,
    /// Its test results.
    TestReport,
    /// Headers that it sets, code or server configuration.
    Headers,
    /// Its secrets.
    Secrets,
}

/// Rows, and what could not be known.
#[derive(Debug, Default)]
pub struct Rows {
    /// In order.
    pub rows: Vec<Row>,
    /// Regions, files or languages of which nothing is known: a missing row proves nothing.
    pub problems: Vec<Problem>,
}

impl Rows {
    /// Appends the first `count` facts of a kind.
    pub(super) fn facts(&mut self, kind: Kind, file: FileId, count: usize) {
        self.rows.extend((0..count).map(|index| fact(kind, file, index)));
    }
}

/// The row of the fact at `index`.
fn fact(kind: Kind, file: FileId, index: usize) -> Row {
    Row::Fact { kind, file, index: u32::try_from(index).unwrap_or(u32::MAX) }
}

/// Facts of a list whose place lies inside `region`, where the list is ordered by place; `keep` says which of them.
fn inside<T>(
    list: &[T],
    region: Range,
    place: impl Fn(&T) -> Range,
    keep: impl Fn(&T) -> bool,
    kind: Kind,
    file: FileId,
) -> Value {
    let first = list.partition_point(|item| place(item).start < region.start);
    let rows: Vec<Value> = list
        .iter()
        .enumerate()
        .skip(first)
        .take_while(|(_, item)| place(item).start < region.end)
        .filter(|(_, item)| keep(item))
        .map(|(index, _)| Value::Row(fact(kind, file, index)))
        .collect();
    Value::List(rows.into())
}

/// The columns that every row has.
pub static COMMON: [Column; 3] = [
    Column {
        name: "path",
        ty: || Ty::Refined(crate::base::schema::Refinement::Path),
        doc: "The file's path from the target's root.",
        get: |store, row| {
            row.file()
                .and_then(|file| store.file(file))
                .map(|file| Value::Text(file.path.clone()))
                .ok_or_else(|| Unknown::new("the row has no file"))
        },
    },
    Column {
        name: "language",
        ty: || Ty::Enum("language"),
        doc: "The language of the file, by its name.",
        get: |store, row| {
            row.file()
                .map(|file| Value::text(store.language(file).name))
                .ok_or_else(|| Unknown::new("the row has no file"))
        },
    },
    Column {
        name: "span",
        ty: || Ty::Row("span"),
        doc: "The place of the evidence.",
        get: |store, row| {
            Ok(Value::Row(Row::Span(std::sync::Arc::new(
                store.location(row).ok_or_else(|| Unknown::new("the row has no file"))?,
            ))))
        },
    },
];

/// The relation of that name.
pub fn relation(name: &str) -> Option<&'static Relation> {
    RELATIONS.iter().find(|relation| relation.name == name).copied()
}

/// The row type of that name.
pub fn row_type(name: &str) -> Option<&'static RowType> {
    ROWS.iter().find(|row| row.name == name).copied()
}

impl RowType {
    /// The column of that name, the common ones included.
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().chain(COMMON.iter()).find(|column| column.name == name)
    }

    /// The method of that name.
    pub fn method(&self, name: &str) -> Option<&'static Method> {
        self.methods.iter().find(|method| method.name == name)
    }
}

/// What the language is told of facts.
pub fn signatures() -> &'static Signatures {
    static SIGNATURES: LazyLock<Signatures> = LazyLock::new(|| Signatures {
        relations: RELATIONS
            .iter()
            .map(|relation| {
                let mut params = vec![("scope", Ty::Refined(crate::base::schema::Refinement::Files))];
                params.extend((relation.params)());
                RelationSpec { name: relation.name, doc: relation.doc, params, row: relation.row.name }
            })
            .collect(),
        rows: ROWS
            .iter()
            .map(|row| RowSpec {
                name: row.name,
                doc: row.doc,
                columns: row
                    .columns
                    .iter()
                    .chain(COMMON.iter().filter(|_| row.name != "span"))
                    .map(|column| ColumnSpec { name: column.name, ty: (column.ty)(), doc: column.doc })
                    .collect(),
                methods: row
                    .methods
                    .iter()
                    .map(|method| MethodSpec {
                        name: method.name,
                        params: (method.params)(),
                        result: (method.result)(),
                        doc: method.doc,
                    })
                    .collect(),
            })
            .collect(),
        values: VALUES.iter().map(|(name, doc)| ValueSpec { name, ty: Ty::optional(Ty::Text), doc }).collect(),
    });
    &SIGNATURES
}

/// The values of the run; each is absent where the target has none (no git, no remote).
pub const VALUES: &[(&str, &str)] = &[
    ("target.commit", "The commit under judgement, in full hex."),
    ("target.repo", "The repository's address, normalised: `https://host/owner/name`."),
];

/// The error of a row whose fact is gone: a bug of ours, said without panic.
fn gone() -> Unknown {
    Unknown::new("a row of facts is gone; this is a bug in attest, please report it")
}

/// `owner` of a fact as a row of the type `definition`.
fn owner_row(owner: Option<super::model::Owner>, file: FileId) -> Value {
    match owner {
        Some(super::model::Owner::Function(index)) => Value::Row(Row::Fact { kind: Kind::Function, file, index }),
        Some(super::model::Owner::Class(index)) => Value::Row(Row::Fact { kind: Kind::Class, file, index }),
        None => Value::Null,
    }
}

/// A list of texts.
fn texts<'a>(items: impl IntoIterator<Item = &'a std::sync::Arc<str>>) -> Value {
    Value::List(items.into_iter().map(|item| Value::Text(item.clone())).collect())
}

/// Whether the whole dotted segments of `symbol` end `name`: `verify` and `Auth.verify` match `app.Auth.verify`.
pub(super) fn symbol_matches(name: &str, symbol: &str) -> bool {
    name.strip_suffix(symbol).is_some_and(|rest| !symbol.is_empty() && (rest.is_empty() || rest.ends_with('.')))
}

/// The text argument at `index` of a method.
fn text_argument(args: &[Value], index: usize) -> Result<&str, Unknown> {
    match args.get(index) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(Unknown::new("a method's argument is no text")),
    }
}

/// `is_named(symbol)` over a name.
fn is_named(name: &str, args: &[Value]) -> Got {
    Ok(Value::Bool(symbol_matches(name, text_argument(args, 0)?)))
}

/// The parameters of `is_named`.
fn symbol_param() -> Vec<(&'static str, Ty)> {
    vec![("symbol", Ty::Refined(crate::base::schema::Refinement::Symbol))]
}
