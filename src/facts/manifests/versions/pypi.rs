//! Ranges of Python packages: specifiers of PEP 440, and Poetry's carets and tildes.

use super::pep440::{Local, Pep440};
use super::set::{Cut, Set};
use crate::base::literal::Op;

type Versions = Set<Pep440>;

/// This version and its local builds.
pub(super) fn exactly(version: &Pep440) -> Versions {
    let to = if version.local == Local::None { version.with_locals() } else { version.clone() };
    Set::of(Cut::Before(version.clone()), Cut::After(to))
}

/// All that a requirement in our own syntax allows. Below a release lie no pre-releases of it.
pub(super) fn required(bounds: &[(Op, Pep440)]) -> Versions {
    bounds.iter().fold(Set::all(), |set, (op, version)| {
        set.intersection(&match op {
            Op::Less => below(version),
            Op::LessEq => Set::of(Cut::Bottom, Cut::After(version.with_locals())),
            Op::Greater => Set::of(Cut::After(version.with_locals()), Cut::Top),
            Op::GreaterEq => Set::of(Cut::Before(version.clone()), Cut::Top),
            Op::Equal => exactly(version),
        })
    })
}

/// `<V` by PEP 440. Of a post-release the pre-releases of its release are left in: more than it admits, never less.
fn below(version: &Pep440) -> Versions {
    let edge = if version.is_prerelease() || version.post.is_some() { version.clone() } else { version.least() };
    Set::of(Cut::Bottom, Cut::Before(edge))
}

/// All that agree with a release in its first `count` numbers. Its own pre-releases are left out: a specifier admits one
/// only where it names one.
fn prefixed(version: &Pep440, count: usize) -> Option<Versions> {
    let release = version.release.iter().copied().take(count).collect();
    let from = Pep440::of_release(version.epoch, release);
    Some(Set::of(Cut::Before(from), Cut::Before(version.above(count)?.least())))
}

/// Without the pre-releases of 0, which no range means.
pub(super) fn from_zero(set: &Versions) -> Versions {
    set.intersection(&Set::of(Cut::Before(Pep440::of_release(0, vec![0])), Cut::Top))
}

/// Specifiers that are joined by commas; none admits everything. The error is the part that is not understood.
pub(super) fn specifiers(text: &str) -> Result<Versions, String> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| specifier(part).ok_or_else(|| part.to_owned()))
        .try_fold(Set::all(), |set: Versions, part| Ok(set.intersection(&part?)))
}

const OPERATORS: [&str; 8] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];

fn specifier(part: &str) -> Option<Versions> {
    let operator = OPERATORS.into_iter().find(|operator| part.starts_with(operator))?;
    let written = part.strip_prefix(operator)?.trim();
    if let Some(prefix) = written.strip_suffix(".*") {
        let version = Pep440::parse(prefix).filter(|version| version.pre.is_none() && version.post.is_none())?;
        let set = prefixed(&version, version.release.len())?;
        return match operator {
            "==" => Some(set),
            "!=" => Some(set.complement()),
            _ => None,
        };
    }
    let version = Pep440::parse(written)?;
    Some(match operator {
        "===" | "==" => exactly(&version),
        "!=" => exactly(&version).complement(),
        "~=" => {
            let count = version.release.len().checked_sub(1).filter(|count| *count > 0)?;
            let to = version.above(count)?.least();
            Set::of(Cut::Before(version), Cut::Before(to))
        }
        "<=" => Set::of(Cut::Bottom, Cut::After(version.with_locals())),
        ">=" => Set::of(Cut::Before(version), Cut::Top),
        "<" => below(&version),
        // PEP 440 leaves out the post-releases and the local builds of V.
        _ if version.is_prerelease() || version.post.is_some() => Set::of(Cut::After(version.with_locals()), Cut::Top),
        _ => Set::of(Cut::After(version.with_posts()), Cut::Top),
    })
}

/// Poetry's constraints: alternatives by `||` or `|`, each joined by commas or blanks.
pub(super) fn poetry(text: &str) -> Result<Versions, String> {
    let mut set = Set::none();
    for alternative in text.replace("||", "|").split('|') {
        let mut part = Set::all();
        for constraint in joined(alternative) {
            part = part.intersection(&constraint_of(&constraint).ok_or(constraint)?);
        }
        set = set.union(&part);
    }
    Ok(set)
}

/// Constraints with the blanks behind their operators dropped.
fn joined(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split([',', ' ', '\t']).filter(|word| !word.is_empty()) {
        match out.last_mut() {
            Some(last) if last.ends_with(['<', '>', '=', '~', '^']) => last.push_str(word),
            _ => out.push(word.to_owned()),
        }
    }
    out
}

fn constraint_of(text: &str) -> Option<Versions> {
    if text == "*" {
        return Some(Set::all());
    }
    if let Some(written) = text.strip_prefix('^') {
        let version = Pep440::parse(written)?;
        let kept = version.release.iter().position(|number| *number != 0).unwrap_or(version.release.len() - 1);
        return up_to(&version, kept + 1);
    }
    if let Some(written) = text.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        let version = Pep440::parse(written)?;
        return up_to(&version, version.release.len().min(2));
    }
    if let Some(specified) = specifier(text) {
        return Some(specified);
    }
    let bare = text.strip_prefix('=').unwrap_or(text);
    if let Some(prefix) = bare.strip_suffix(".*") {
        let version = Pep440::parse(prefix)?;
        return prefixed(&version, version.release.len());
    }
    Pep440::parse(bare).as_ref().map(exactly)
}

/// From a version to the first that differs from it in its first `count` numbers.
fn up_to(version: &Pep440, count: usize) -> Option<Versions> {
    Some(Set::of(Cut::Before(version.clone()), Cut::Before(version.above(count)?.least())))
}
