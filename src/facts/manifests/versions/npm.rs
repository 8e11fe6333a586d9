//! npm's ranges: alternatives by `||`, each a list of comparators or a hyphen range.

use super::semver::{Bound, Partial, Semver, admitted, compare, operator, up_to};
use super::set::Set;
use crate::base::literal::Op;

/// The set that a range admits. The error is the part that is not understood.
pub(super) fn range(text: &str) -> Result<Set<Semver>, String> {
    let mut set = Set::none();
    for alternative in text.split("||").map(str::trim) {
        let mut bounds = Vec::new();
        if let Some((from, to)) = alternative.split_once(" - ") {
            hyphen(from, to, &mut bounds).ok_or_else(|| alternative.to_owned())?;
        } else {
            for part in joined(alternative) {
                comparator(&part, &mut bounds).ok_or(part)?;
            }
        }
        set = set.union(&admitted(&bounds));
    }
    Ok(set)
}

/// Comparators with the blanks behind their operators dropped.
fn joined(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match out.last_mut() {
            Some(last) if last.ends_with(['<', '>', '=', '~', '^']) => last.push_str(word),
            _ => out.push(word.to_owned()),
        }
    }
    out
}

fn hyphen(from: &str, to: &str, out: &mut Vec<Bound>) -> Option<()> {
    compare(Op::GreaterEq, &Partial::parse(from)?, out)?;
    compare(Op::LessEq, &Partial::parse(to)?, out)
}

fn comparator(part: &str, out: &mut Vec<Bound>) -> Option<()> {
    if let Some(rest) = part.strip_prefix('^') {
        let partial = Partial::parse(rest)?;
        return up_to(&partial, partial.caret(), out);
    }
    if let Some(rest) = part.strip_prefix('~') {
        let partial = Partial::parse(rest.strip_prefix('>').unwrap_or(rest))?;
        return up_to(&partial, partial.count.min(2), out);
    }
    let (op, rest) = operator(part);
    compare(op.unwrap_or(Op::Equal), &Partial::parse(rest)?, out)
}
