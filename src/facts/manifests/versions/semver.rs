//! Semantic versions and their order, and the comparators that npm's and Cargo's ranges are made of.

use super::set::{Cut, Set};
use crate::base::literal::Op;

/// A version; builds do not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Semver {
    pub(super) numbers: [u64; 3],
    pub(super) pre: Pre,
}

/// The pre-release part, in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pre {
    /// Below every pre-release: an edge.
    Least,
    Of(Vec<Identifier>),
    Release,
}

/// A part of a pre-release: numbers are before words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identifier {
    Number(u64),
    Word(String),
}

/// A version of which the numbers from some place on may be missing or wild.
#[derive(Clone, Debug)]
pub(super) struct Partial {
    /// How many numbers are there.
    pub(super) count: usize,
    /// With zeros for the missing ones.
    pub(super) version: Semver,
}

impl Semver {
    /// Parses all three numbers, with or without a `v`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        Partial::parse(text).filter(|partial| partial.count == 3).map(|partial| partial.version)
    }

    /// Parses one to three numbers; the missing ones are 0.
    pub(super) fn padded(text: &str) -> Option<Self> {
        Partial::parse(text).filter(|partial| partial.count > 0).map(|partial| partial.version)
    }

    fn least(&self) -> Self {
        Self { numbers: self.numbers, pre: Pre::Least }
    }

    pub(super) fn is_prerelease(&self) -> bool {
        self.pre != Pre::Release
    }

    /// The release above this one, and the one below, where only the last number differs.
    fn next(&self) -> Option<Self> {
        let [major, minor, patch] = self.numbers;
        Some(Self { numbers: [major, minor, patch.checked_add(1)?], pre: Pre::Release })
    }

    fn previous(&self) -> Option<Self> {
        let [major, minor, patch] = self.numbers;
        Some(Self { numbers: [major, minor, patch.checked_sub(1)?], pre: Pre::Release })
    }
}

impl Partial {
    /// `1`, `1.2`, `1.x`, `1.2.3-rc.1+build`, `*`, and nothing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
        if build.is_some_and(|build| !is_dotted_words(build)) {
            return None;
        }
        let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
        let mut numbers = [0; 3];
        let mut count = 0;
        let mut wild = false;
        let mut slots = numbers.iter_mut();
        for part in core.split('.').filter(|_| !core.is_empty()) {
            let slot = slots.next()?;
            if matches!(part, "*" | "x" | "X") {
                wild = true;
            } else if !wild && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()) {
                *slot = part.parse().ok()?;
                count += 1;
            } else {
                return None;
            }
        }
        let pre = match pre {
            None => Pre::Release,
            Some(pre) if count == 3 && is_dotted_words(pre) => Pre::Of(pre.split('.').map(identifier).collect()),
            Some(_) => return None,
        };
        Some(Self { count, version: Semver { numbers, pre } })
    }

    /// The first release above all that agree with this one in the first `count` numbers.
    pub(super) fn above(&self, count: usize) -> Option<Semver> {
        let [major, minor, patch] = self.version.numbers;
        let numbers = match count {
            1 => [major.checked_add(1)?, 0, 0],
            2 => [major, minor.checked_add(1)?, 0],
            3 => [major, minor, patch.checked_add(1)?],
            _ => return None,
        };
        Some(Semver { numbers, pre: Pre::Release })
    }

    /// How many numbers a caret keeps: up to the first that is not 0, else all that are written.
    pub(super) fn caret(&self) -> usize {
        let written = self.version.numbers.iter().take(self.count);
        written.clone().position(|number| *number != 0).map_or(self.count, |at| at + 1)
    }
}

fn is_dotted_words(text: &str) -> bool {
    text.split('.')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

fn identifier(text: &str) -> Identifier {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits => Identifier::Number(number),
        _ => Identifier::Word(text.to_owned()),
    }
}

/// One bound.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    pub(super) op: Op,
    pub(super) version: Semver,
}

/// What all bounds together admit. A pre-release comes in only where some bound names one of the same three numbers, so a
/// bound at a release moves to the next release that it admits.
pub(super) fn admitted(bounds: &[Bound]) -> Set<Semver> {
    let opted = |version: &Semver| {
        bounds.iter().any(|bound| bound.version.is_prerelease() && bound.version.numbers == version.numbers)
    };
    let zero = Semver { numbers: [0; 3], pre: Pre::Release };
    let bottom = if opted(&zero) { zero.least() } else { zero };
    bounds.iter().fold(Set::of(Cut::Before(bottom), Cut::Top), |set, Bound { op, version }| {
        let strict = !version.is_prerelease();
        set.intersection(&match op {
            Op::Less => {
                let previous = version.previous().filter(|_| strict && !opted(version));
                let to = match previous {
                    Some(previous) => Cut::After(previous),
                    None if strict && !opted(version) => Cut::Before(version.least()),
                    None => Cut::Before(version.clone()),
                };
                Set::of(Cut::Bottom, to)
            }
            Op::LessEq => Set::of(Cut::Bottom, Cut::After(version.clone())),
            Op::Greater => {
                let next = version.next().filter(|next| strict && !opted(next));
                Set::of(next.map_or_else(|| Cut::After(version.clone()), Cut::Before), Cut::Top)
            }
            Op::GreaterEq => Set::of(Cut::Before(version.clone()), Cut::Top),
            Op::Equal => Set::of(Cut::Before(version.clone()), Cut::After(version.clone())),
        })
    })
}

/// All that a requirement in our own syntax allows. Below a release lie no pre-releases of it.
pub(super) fn required(bounds: &[(Op, Semver)]) -> Set<Semver> {
    bounds.iter().fold(Set::all(), |set, (op, version)| {
        let at = version.clone();
        set.intersection(&match op {
            Op::Less if version.is_prerelease() => Set::of(Cut::Bottom, Cut::Before(at)),
            Op::Less => Set::of(Cut::Bottom, Cut::Before(version.least())),
            Op::LessEq => Set::of(Cut::Bottom, Cut::After(at)),
            Op::Greater => Set::of(Cut::After(at), Cut::Top),
            Op::GreaterEq => Set::of(Cut::Before(at), Cut::Top),
            Op::Equal => Set::of(Cut::Before(at.clone()), Cut::After(at)),
        })
    })
}

/// `<`, `<=`, `>`, `>=`, `=` with a version that may be partial: the missing numbers stand for all.
pub(super) fn compare(op: Op, partial: &Partial, out: &mut Vec<Bound>) -> Option<()> {
    let version = partial.version.clone();
    let mut push = |op, version| out.push(Bound { op, version });
    match (op, partial.count) {
        (op, 3) => push(op, version),
        (Op::GreaterEq | Op::LessEq | Op::Equal, 0) => {}
        // Nothing is above or below everything.
        (Op::Greater | Op::Less, 0) => push(Op::Less, Semver { numbers: [0; 3], pre: Pre::Least }),
        (Op::GreaterEq | Op::Less, _) => push(op, version),
        (Op::Greater, count) => push(Op::GreaterEq, partial.above(count)?),
        (Op::LessEq, count) => push(Op::Less, partial.above(count)?),
        (Op::Equal, count) => {
            push(Op::GreaterEq, version);
            push(Op::Less, partial.above(count)?);
        }
    }
    Some(())
}

/// From a version to the first that differs from it in its first `count` numbers; everything where `count` is 0.
pub(super) fn up_to(partial: &Partial, count: usize, out: &mut Vec<Bound>) -> Option<()> {
    if count > 0 {
        out.push(Bound { op: Op::GreaterEq, version: partial.version.clone() });
        out.push(Bound { op: Op::Less, version: partial.above(count)? });
    }
    Some(())
}

/// The operator at the start of a comparator, and the rest.
pub(super) fn operator(text: &str) -> (Option<Op>, &str) {
    const OPERATORS: [(&str, Op); 5] =
        [("<=", Op::LessEq), (">=", Op::GreaterEq), ("<", Op::Less), (">", Op::Greater), ("=", Op::Equal)];
    let found = OPERATORS.into_iter().find_map(|(sign, op)| text.strip_prefix(sign).map(|rest| (op, rest)));
    found.map_or((None, text), |(op, rest)| (Some(op), rest.trim_start()))
}
