//! Values that facts give to expressions, and the rows among them.

use std::cmp::Ordering;
use std::sync::Arc;

use super::relations::Kind;
use super::store::FileId;
use crate::base::literal::version::Version;
use crate::verdict::Location;

/// A value during evaluation.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, or an optional that is not given.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A decimal.
    Decimal(f64),
    /// A text of any refinement but those below, and an enum's value.
    Text(Arc<str>),
    /// A version.
    Version(Arc<Version>),
    /// A date (seconds from the epoch at its midnight, UTC), a timestamp, or a duration: seconds.
    Time(i64),
    /// A list.
    List(Arc<[Value]>),
    /// A row of facts.
    Row(Row),
}

impl Value {
    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(Arc::from(text))
    }

    /// A text, or null.
    pub fn optional_text(text: Option<&Arc<str>>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(Arc::clone(text)))
    }

    /// How messages call its type.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Decimal(_) => "a decimal",
            Self::Text(_) => "a text",
            Self::Version(_) => "a version",
            Self::Time(_) => "a time",
            Self::List(_) => "a list",
            Self::Row(_) => "a row",
        }
    }

    /// CEL's equality: of one type by value, a list by its items; values of two types are not equal. Rows are equal
    /// where they are the same fact.
    pub fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(a), Self::Int(b)) | (Self::Time(a), Self::Time(b)) => a == b,
            (Self::Int(_) | Self::Decimal(_), Self::Int(_) | Self::Decimal(_)) => {
                self.compare(other) == Some(Ordering::Equal)
            }
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Version(a), Self::Version(b)) => a.cmp(b) == Ordering::Equal,
            (Self::List(a), Self::List(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals(b)),
            (Self::Row(a), Self::Row(b)) => a == b,
            _ => false,
        }
    }

    /// The order of two values of one ordered type (numbers, texts by code point, versions, times, false before true);
    /// nothing for others, and where a decimal is not a number.
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) | (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Decimal(a), Self::Decimal(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Decimal(b)) => compare_mixed(*a, *b),
            (Self::Decimal(a), Self::Int(b)) => compare_mixed(*b, *a).map(Ordering::reverse),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Version(a), Self::Version(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// An integer against a double without losing digits of the integer.
fn compare_mixed(left: i64, right: f64) -> Option<Ordering> {
    #[expect(clippy::cast_possible_truncation, reason = "the value lies inside the range of i64 by the guards before")]
    #[expect(clippy::cast_precision_loss, reason = "both constants are powers of two and exact")]
    {
        const LIMIT: f64 = i64::MAX as f64;
        if right.is_nan() {
            None
        } else if right >= LIMIT {
            Some(Ordering::Less)
        } else if right < -LIMIT {
            Some(Ordering::Greater)
        } else {
            let whole = right.trunc();
            Some(left.cmp(&(whole as i64)).then_with(|| {
                if right > whole {
                    Ordering::Less
                } else if right < whole {
                    Ordering::Greater
                } else {
                    Ordering::Equal
                }
            }))
        }
    }
}

/// A row: the kind of fact, the file, and which one.
#[derive(Clone, Debug)]
pub enum Row {
    /// The fact at an index of the file's list of its kind.
    Fact {
        /// Which list.
        kind: Kind,
        /// The file.
        file: FileId,
        /// The index in the list.
        index: u32,
    },
    /// The guard of a parameter.
    Guard {
        /// The file.
        file: FileId,
        /// The parameter's index.
        parameter: u32,
        /// The guard's index in it.
        index: u32,
    },
    /// A match of a regex.
    Match(Arc<MatchRow>),
    /// A value of a document.
    ConfigValue(Arc<ConfigValueRow>),
    /// A place.
    Span(Arc<Location>),
}

impl Row {
    /// The file that it lies in; a place knows only its path.
    pub fn file(&self) -> Option<FileId> {
        match self {
            Self::Fact { file, .. } | Self::Guard { file, .. } => Some(*file),
            Self::Match(row) => Some(row.file),
            Self::ConfigValue(row) => Some(row.file),
            Self::Span(_) => None,
        }
    }

    /// The index of a fact in its list.
    pub(super) fn index(&self) -> usize {
        match self {
            Self::Fact { index, .. } | Self::Guard { index, .. } => *index as usize,
            Self::Match(_) | Self::ConfigValue(_) | Self::Span(_) => 0,
        }
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fact { kind: a, file: b, index: c }, Self::Fact { kind: x, file: y, index: z }) => {
                (a, b, c) == (x, y, z)
            }
            (Self::Guard { file: a, parameter: b, index: c }, Self::Guard { file: x, parameter: y, index: z }) => {
                (a, b, c) == (x, y, z)
            }
            (Self::Match(a), Self::Match(b)) => (a.file, a.range) == (b.file, b.range),
            (Self::ConfigValue(a), Self::ConfigValue(b)) => (a.file, a.evidence) == (b.file, b.evidence),
            (Self::Span(a), Self::Span(b)) => a == b,
            _ => false,
        }
    }
}

/// A match of a regex in a file's text.
#[derive(Debug)]
pub struct MatchRow {
    /// The file.
    pub file: FileId,
    /// The whole match.
    pub range: super::model::Range,
    /// What matches is a secret: nothing repeats its text.
    pub secret: bool,
    /// The groups: the whole match first, an empty text where a group took no part.
    pub groups: Vec<Arc<str>>,
}

/// A value of a document.
#[derive(Debug)]
pub struct ConfigValueRow {
    /// The file.
    pub file: FileId,
    /// The value.
    pub node: super::documents::Node,
    /// Where evidence points to: the key and value.
    pub evidence: super::model::Range,
}
