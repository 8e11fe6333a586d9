//! Ranges of versions as sets, and whether one lies in another.
//!
//! A declaration becomes the set of the versions that it admits, a requirement the set of those that it allows, both in
//! the ecosystem's own order. Where a set cannot be told exactly, the admitted one is taken larger, so that `within` never
//! says yes to a version that may come in. Does not know manifests.

use std::fmt;

use crate::base::literal::{Op, VersionReq};
use crate::facts::documents::shown;

mod cargo;
mod npm;
mod pep440;
mod pypi;
mod semver;
mod set;

use pep440::Pep440;
use semver::Semver;
use set::{Cut, Set};

/// How a range is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// Specifiers of PEP 440.
    Pep440,
    /// Poetry's: PEP 440, carets, tildes, wildcards, `||`.
    Poetry,
    /// npm's.
    Npm,
    /// Cargo's.
    Cargo,
    /// One version.
    Exact,
    /// No range at all: a URL, a path, a tag.
    Opaque,
}

impl Syntax {
    /// The version to which a range pins, where it is one.
    pub(super) fn pinned(self, range: &str) -> Option<&str> {
        let exact = match self {
            Self::Pep440 => range.strip_prefix("===").or_else(|| range.strip_prefix("=="))?.trim(),
            Self::Poetry => range.trim_start_matches('=').trim(),
            Self::Npm => range.strip_prefix('=').unwrap_or(range).trim(),
            Self::Cargo => range.strip_prefix('=')?.trim(),
            Self::Exact => range,
            Self::Opaque => return None,
        };
        let whole = match self {
            Self::Pep440 | Self::Poetry => Pep440::parse(exact).is_some(),
            Self::Npm | Self::Cargo => Semver::parse(exact).is_some(),
            Self::Exact | Self::Opaque => true,
        };
        whole.then_some(exact)
    }
}

/// Why a declaration and a requirement cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RangeError {
    /// The declaration names a place, a tag or a workspace.
    NoVersion {
        /// As declared.
        range: String,
    },
    /// The declaration is no range of its ecosystem.
    Malformed {
        /// As declared.
        range: String,
        /// The part that is not understood.
        part: String,
    },
    /// The declaration contradicts itself.
    Empty {
        /// As declared.
        range: String,
    },
    /// A version of the requirement is none of the ecosystem.
    Requirement {
        /// The version.
        version: String,
        /// The ecosystem.
        ecosystem: &'static str,
    },
}

impl fmt::Display for RangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVersion { range } => {
                write!(f, "`{}` names no versions, so it cannot be compared; check the lock file", shown(range))
            }
            Self::Malformed { range, part } if range == part => {
                write!(f, "`{}` is no range of versions that this version reads", shown(range))
            }
            Self::Malformed { range, part } => {
                write!(f, "`{}` in the range `{}` is not understood", shown(part), shown(range))
            }
            Self::Empty { range } => write!(f, "the range `{}` admits no version at all", shown(range)),
            Self::Requirement { version, ecosystem } => {
                write!(f, "the requirement's `{}` is no version of {ecosystem}", shown(version))
            }
        }
    }
}

impl std::error::Error for RangeError {}

/// Whether all that `range` admits lies in `requirement`. `range` is a single version where the syntax pins one.
pub(super) fn within(
    ecosystem: &'static str,
    syntax: Syntax,
    range: &str,
    requirement: &VersionReq,
) -> Result<bool, RangeError> {
    let malformed = |part: &str| RangeError::Malformed { range: range.to_owned(), part: part.to_owned() };
    if syntax == Syntax::Opaque {
        return Err(RangeError::NoVersion { range: range.to_owned() });
    }
    if ecosystem == super::PYPI {
        let admitted = match (syntax, Pep440::parse(range)) {
            (_, Some(version)) => pypi::exactly(&version),
            (Syntax::Poetry, None) => pypi::poetry(range).map_err(|part| malformed(&part))?,
            (Syntax::Exact, None) => return Err(malformed(range)),
            (_, None) => pypi::specifiers(range).map_err(|part| malformed(&part))?,
        };
        return decide(
            range,
            &pypi::from_zero(&admitted),
            &pypi::required(&bounds(ecosystem, requirement, Pep440::parse)?),
        );
    }
    let single = matches!(syntax, Syntax::Exact) || (syntax == Syntax::Cargo && range.starts_with('='));
    let admitted = match Semver::parse(range.trim_start_matches('=')) {
        Some(version) if single || syntax == Syntax::Npm => Set::of(Cut::Before(version.clone()), Cut::After(version)),
        _ if syntax == Syntax::Npm => npm::range(range).map_err(|part| malformed(&part))?,
        _ if syntax == Syntax::Cargo => cargo::range(range).map_err(|part| malformed(&part))?,
        _ => return Err(malformed(range)),
    };
    decide(range, &admitted, &semver::required(&bounds(ecosystem, requirement, Semver::padded)?))
}

fn decide<V: Ord + Clone>(range: &str, admitted: &Set<V>, required: &Set<V>) -> Result<bool, RangeError> {
    if admitted.is_empty() {
        return Err(RangeError::Empty { range: range.to_owned() });
    }
    Ok(admitted.lies_in(required))
}

/// The requirement's bounds with versions of the ecosystem.
fn bounds<V>(
    ecosystem: &'static str,
    requirement: &VersionReq,
    parse: impl Fn(&str) -> Option<V>,
) -> Result<Vec<(Op, V)>, RangeError> {
    let comparators = requirement.comparators().iter();
    comparators
        .map(|comparator| {
            let written = comparator.version.to_string();
            match parse(&written) {
                Some(version) => Ok((comparator.op, version)),
                None => Err(RangeError::Requirement { version: written, ecosystem }),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
