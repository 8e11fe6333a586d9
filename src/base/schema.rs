//! The shared vocabulary of types: what the language can say of values, and how a room that supplies facts describes its
//! relations to the language without either importing the other.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A type of the language.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ty {
    /// `Bool`.
    Bool,
    /// `Int`: 64 bits, signed.
    Int,
    /// `Decimal`: a double.
    Decimal,
    /// `Text`.
    Text,
    /// A text whose meaning is parsed: `Path`, `Regex`, …
    Refined(Refinement),
    /// A scalar, a list of scalars, or null.
    Json,
    /// The type of `null`, which belongs to `Json` only.
    Null,
    /// `List<T>`.
    List(Box<Ty>),
    /// `T?`: opened by `has()` or `.orValue()`.
    Optional(Box<Ty>),
    /// One of a closed set of words; the name is one of [`ENUMS`].
    Enum(&'static str),
    /// A row of facts, by the name of its [`RowSpec`].
    Row(&'static str),
    /// Pass, fail or error: what an assertion evaluates to.
    Result,
    /// After an error: agrees with everything, so that one mistake gives one diagnostic.
    Unknown,
}

/// The texts whose meaning is parsed at compile time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the type of its name in the language reference")]
pub enum Refinement {
    Path,
    Glob,
    Files,
    Regex,
    Symbol,
    Key,
    Version,
    VersionReq,
    Digest,
    Date,
    Timestamp,
    Duration,
    Url,
}

impl Refinement {
    /// All of them, in the order of the reference.
    pub const ALL: [Self; 13] = [
        Self::Path,
        Self::Glob,
        Self::Files,
        Self::Regex,
        Self::Symbol,
        Self::Key,
        Self::Version,
        Self::VersionReq,
        Self::Digest,
        Self::Date,
        Self::Timestamp,
        Self::Duration,
        Self::Url,
    ];

    /// The type's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "Path",
            Self::Glob => "Glob",
            Self::Files => "Files",
            Self::Regex => "Regex",
            Self::Symbol => "Symbol",
            Self::Key => "Key",
            Self::Version => "Version",
            Self::VersionReq => "VersionReq",
            Self::Digest => "Digest",
            Self::Date => "Date",
            Self::Timestamp => "Timestamp",
            Self::Duration => "Duration",
            Self::Url => "Url",
        }
    }
}

impl Ty {
    /// `List<T>`.
    pub fn list(item: Self) -> Self {
        Self::List(Box::new(item))
    }

    /// `T?`.
    pub fn optional(inner: Self) -> Self {
        Self::Optional(Box::new(inner))
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("Bool"),
            Self::Int => f.write_str("Int"),
            Self::Decimal => f.write_str("Decimal"),
            Self::Text => f.write_str("Text"),
            Self::Refined(refinement) => f.write_str(refinement.name()),
            Self::Json => f.write_str("Json"),
            Self::Null => f.write_str("null"),
            Self::List(item) => write!(f, "List<{item}>"),
            Self::Optional(inner) => write!(f, "{inner}?"),
            Self::Enum(name) => f.write_str(name),
            Self::Row(name) => write!(f, "{name} row"),
            Self::Result => f.write_str("Result"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// The closed sets of words and their values, in order.
pub const ENUMS: &[(&str, &[&str])] = &[
    ("severity", &["info", "low", "medium", "high", "critical"]),
    ("property", &["confidentiality", "integrity", "availability", "usage"]),
    ("proves", &["presence", "absence", "configuration", "enforcement", "behaviour", "integrity"]),
    ("impact", &["low", "medium", "high"]),
    ("likelihood", &["low", "medium", "high"]),
    ("level", &["evidence-grade", "policy-grade", "high-assurance"]),
    ("evidence", &["definition", "callers", "tests", "file"]),
    ("if_empty", &["pass", "fail"]),
    ("finding_status", &["open", "remediated", "accepted", "false_positive"]),
    ("file_kind", &["regular", "directory", "link", "other"]),
    ("function_kind", &["function", "method", "constructor", "accessor", "lambda", "signature"]),
    (
        "class_kind",
        &["class", "struct", "interface", "trait", "enum", "record", "object", "protocol", "union", "alias"],
    ),
    ("visibility", &["public", "protected", "internal", "private"]),
    ("guard_kind", &["comparison", "validator", "type"]),
    ("test_status", &["passed", "failed", "error", "skipped"]),
    (
        "language",
        &[
            "python",
            "javascript",
            "typescript",
            "tsx",
            "go",
            "rust",
            "java",
            "kotlin",
            "c",
            "cpp",
            "csharp",
            "ruby",
            "php",
            "swift",
            "scala",
            "bash",
            "json",
            "yaml",
            "toml",
            "ini",
            "dotenv",
            "properties",
            "xml",
            "hcl",
            "dockerfile",
            "nginx",
            "markdown",
            "text",
            "unknown",
        ],
    ),
];

/// The values of an enum.
pub fn enum_values(name: &str) -> &'static [&'static str] {
    ENUMS.iter().find(|(known, _)| *known == name).map_or(&[], |(_, values)| *values)
}

/// A column of a row.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub ty: Ty,
    /// What it holds, for hover and reference.
    pub doc: &'static str,
}

/// A method of a row.
#[derive(Clone, Debug)]
pub struct MethodSpec {
    /// Its name.
    pub name: &'static str,
    /// Its positional parameters.
    pub params: Vec<(&'static str, Ty)>,
    /// What it gives.
    pub result: Ty,
    /// What it means, for hover and reference.
    pub doc: &'static str,
}

/// The type of a row: a closed record.
#[derive(Clone, Debug)]
pub struct RowSpec {
    /// Its name, as in [`Ty::Row`].
    pub name: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// Its columns.
    pub columns: Vec<ColumnSpec>,
    /// Its methods.
    pub methods: Vec<MethodSpec>,
}

/// A relation: a function from a scope to rows.
#[derive(Clone, Debug)]
pub struct RelationSpec {
    /// Its name, as called.
    pub name: &'static str,
    /// One sentence for the reference.
    pub doc: &'static str,
    /// Its positional parameters; the scope first.
    pub params: Vec<(&'static str, Ty)>,
    /// The name of its rows' type.
    pub row: &'static str,
}

/// A read-only value of the run, such as `target.commit`.
#[derive(Clone, Debug)]
pub struct ValueSpec {
    /// Its dotted name.
    pub name: &'static str,
    /// Its type.
    pub ty: Ty,
    /// What it holds.
    pub doc: &'static str,
}

/// Everything that facts offer to the language.
#[derive(Clone, Debug, Default)]
pub struct Signatures {
    /// The relations in the order of the reference.
    pub relations: Vec<RelationSpec>,
    /// The row types.
    pub rows: Vec<RowSpec>,
    /// The values.
    pub values: Vec<ValueSpec>,
}

impl Signatures {
    /// The relation of that name.
    pub fn relation(&self, name: &str) -> Option<&RelationSpec> {
        self.relations.iter().find(|relation| relation.name == name)
    }

    /// The row type of that name.
    pub fn row(&self, name: &str) -> Option<&RowSpec> {
        self.rows.iter().find(|row| row.name == name)
    }
}
