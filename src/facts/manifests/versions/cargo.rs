//! Cargo's ranges: comparators joined by commas; a bare version is a caret.

use super::semver::{Partial, Semver, admitted, compare, operator, up_to};
use super::set::Set;
use crate::base::literal::Op;

/// The set that a range admits. The error is the part that is not understood.
pub(super) fn range(text: &str) -> Result<Set<Semver>, String> {
    let mut bounds = Vec::new();
    for part in text.split(',').map(str::trim).filter(|_| !text.trim().is_empty()) {
        comparator(part, &mut bounds).ok_or_else(|| part.to_owned())?;
    }
    Ok(admitted(&bounds))
}

fn comparator(part: &str, out: &mut Vec<super::semver::Bound>) -> Option<()> {
    if part.is_empty() {
        return None;
    }
    if let (Some(op), rest) = operator(part) {
        return compare(op, &written(rest)?, out);
    }
    if let Some(rest) = part.strip_prefix('~') {
        let partial = written(rest)?;
        return up_to(&partial, partial.count.min(2), out);
    }
    let wild = part.ends_with(['*', 'x', 'X']);
    let partial = if part == "*" { Partial::parse(part)? } else { written(part.strip_prefix('^').unwrap_or(part))? };
    if wild { compare(Op::Equal, &partial, out) } else { up_to(&partial, partial.caret(), out) }
}

/// A version with at least its first number.
fn written(text: &str) -> Option<Partial> {
    Partial::parse(text).filter(|partial| partial.count > 0)
}
