//! `VersionReq`: which versions are meant, in one syntax of ours: `>=1.2, <2`, `^1.2`, `~1.2`, `=1.2.3`, `*`.
//!
//! Parsed to plain bounds, so that an ecosystem's own order of versions can decide them.

use std::fmt;
use std::ops::Range;

use super::version::LONGEST;
use super::{LiteralError, Version, within};

/// How a bound compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Op {
    /// `<`
    Less,
    /// `<=`
    LessEq,
    /// `>`
    Greater,
    /// `>=`
    GreaterEq,
    /// `=`
    Equal,
}

impl Op {
    /// Its spelling.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessEq => "<=",
            Self::Greater => ">",
            Self::GreaterEq => ">=",
            Self::Equal => "=",
        }
    }
}

/// One bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparator {
    /// How it compares.
    pub op: Op,
    /// With what.
    pub version: Version,
}

impl Comparator {
    /// Whether `version` keeps the bound. Below a release lie no prereleases of that release: `<2` refuses `2.0.0-beta`.
    pub fn matches(&self, version: &Version) -> bool {
        match self.op {
            Op::Less => {
                let own_prerelease =
                    version.is_prerelease() && !self.version.is_prerelease() && version.same_release(&self.version);
                *version < self.version && !own_prerelease
            }
            Op::LessEq => *version <= self.version,
            Op::Greater => *version > self.version,
            Op::GreaterEq => *version >= self.version,
            Op::Equal => *version == self.version,
        }
    }
}

/// A conjunction of bounds; none is `*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionReq {
    comparators: Vec<Comparator>,
}

impl VersionReq {
    /// Parses a requirement; a comma is "and". `^1.2` becomes `>=1.2, <2` and `~1.2` becomes `>=1.2, <1.3`.
    ///
    /// # Errors
    /// Unknown operators, a version without operator, and bounds that no version keeps.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        within(text, LONGEST.saturating_mul(4))?;
        if text.trim() == "*" {
            return Ok(Self { comparators: Vec::new() });
        }
        let mut comparators = Vec::new();
        let mut at = 0_usize;
        for part in text.split(',') {
            let range = at..at.saturating_add(part.len());
            at = range.end.saturating_add(1);
            bound(part, &range, text.len(), &mut comparators)?;
        }
        let req = Self { comparators };
        if req.is_empty() {
            return Err(LiteralError::new(0..text.len(), "no version lies within these bounds")
                .help("write the lower bound first, such as `>=1.2, <2`"));
        }
        Ok(req)
    }

    /// The bounds, all of which must hold; `^` and `~` are already taken apart.
    pub fn comparators(&self) -> &[Comparator] {
        &self.comparators
    }

    /// Whether `version` lies within, by the order of [`Version`].
    pub fn matches(&self, version: &Version) -> bool {
        self.comparators.iter().all(|comparator| comparator.matches(version))
    }

    /// Whether some lower bound lies above some upper bound.
    fn is_empty(&self) -> bool {
        let lower = |op| matches!(op, Op::Greater | Op::GreaterEq | Op::Equal);
        let upper = |op| matches!(op, Op::Less | Op::LessEq | Op::Equal);
        let open = |op| matches!(op, Op::Greater | Op::Less);
        self.comparators.iter().filter(|low| lower(low.op)).any(|low| {
            self.comparators.iter().filter(|high| upper(high.op)).any(|high| {
                low.version > high.version || (low.version == high.version && (open(low.op) || open(high.op)))
            })
        })
    }
}

/// Reads one part between commas.
fn bound(part: &str, range: &Range<usize>, whole: usize, out: &mut Vec<Comparator>) -> Result<(), LiteralError> {
    let trimmed = part.trim_start();
    let start = range.start.saturating_add(part.len().saturating_sub(trimmed.len()));
    let trimmed = trimmed.trim_end();
    let help = "write one of `>=1.2, <2`, `^1.2`, `~1.2`, `=1.2.3` and `*`";
    if trimmed.is_empty() {
        // Where a comma is in sight, point at it.
        let range = if range.start > 0 { range.start.saturating_sub(1)..range.start } else { 0..whole.min(1) };
        return Err(LiteralError::new(range, "a bound must stand here").help(help));
    }
    let sign =
        trimmed.len().saturating_sub(trimmed.trim_start_matches(['<', '>', '=', '^', '~', '!', '*', '|', '&']).len());
    let (sign, rest) = trimmed.split_at_checked(sign).unwrap_or(("", trimmed));
    let signs = start..start.saturating_add(sign.len());
    let spelled = rest.trim_start();
    let version_at = signs.end.saturating_add(rest.len().saturating_sub(spelled.len()));
    let version = || {
        Version::parse(spelled).map_err(|mut error| {
            if spelled.contains(char::is_whitespace) {
                error.help = Some("separate the bounds by commas, such as `>=1.2, <2`".to_owned());
            } else if spelled.ends_with(['*', 'x', 'X']) {
                error.help = Some("wildcards inside a version are not read; write `^1` or `~1.2`".to_owned());
            }
            error.shifted(version_at)
        })
    };
    let mut push = |op, version| out.push(Comparator { op, version });
    match sign {
        "<" => push(Op::Less, version()?),
        "<=" => push(Op::LessEq, version()?),
        ">" => push(Op::Greater, version()?),
        ">=" => push(Op::GreaterEq, version()?),
        "=" => push(Op::Equal, version()?),
        "^" | "~" => {
            let version = version()?;
            let above = version.above(if sign == "^" { version.caret() } else { version.tilde() });
            push(Op::GreaterEq, version);
            push(Op::Less, above);
        }
        "" => {
            version()?;
            return Err(LiteralError::new(start..start.saturating_add(trimmed.len()), "the version has no operator")
                .help(format!("write `={trimmed}` for exactly this one, or `^{trimmed}` for compatible ones")));
        }
        "*" => return Err(LiteralError::new(signs, "`*` stands alone").help("remove the other bounds, or the `*`")),
        "==" => return Err(LiteralError::new(signs, "equality is a single `=`").help(format!("write `={spelled}`"))),
        "~>" | "~=" => {
            return Err(LiteralError::new(signs, format!("no operator `{sign}`"))
                .help("write `~1.2`, or both bounds: `>=1.2, <2`"));
        }
        _ => return Err(LiteralError::new(signs, format!("no operator `{sign}`")).help(help)),
    }
    Ok(())
}

impl fmt::Display for VersionReq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.comparators.is_empty() {
            return f.write_str("*");
        }
        for (at, Comparator { op, version }) in self.comparators.iter().enumerate() {
            write!(f, "{}{}{version}", if at == 0 { "" } else { ", " }, op.symbol())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Version, VersionReq};

    #[test]
    fn bounds_and_what_they_admit() {
        for (req, canonical, inside, outside) in [
            (">=1.2, <2", ">=1.2, <2", "1.2.0 1.9.9 1.3.0-rc.1", "1.1 2 2.0.0-beta 1.2.0-rc.1"),
            ("^1.2", ">=1.2, <2", "1.2 1.99", "2 1.1 2.0-a"),
            ("^0.2.3", ">=0.2.3, <0.3", "0.2.9", "0.3 0.2.2"),
            ("^0.0.3", ">=0.0.3, <0.0.4", "0.0.3", "0.0.4"),
            ("^0", ">=0, <1", "0.9", "1"),
            ("~1.2.3", ">=1.2.3, <1.3", "1.2.9", "1.3 1.2.2"),
            ("~1.2", ">=1.2, <1.3", "1.2.9", "1.3"),
            ("~ 1", ">=1, <2", "1.9", "2"),
            ("=1.2.3", "=1.2.3", "1.2.3 1.2.3.0 1.2.3+x", "1.2.4 1.2.3-a"),
            (" * ", "*", "0 1-a 99", ""),
            ("<=2,>1", "<=2, >1", "2 1.5", "1 2.1"),
            ("<2.0.0-rc.1", "<2.0.0-rc.1", "2.0.0-beta", "2.0.0-rc.1"),
        ] {
            let parsed = VersionReq::parse(req).unwrap();
            assert_eq!(parsed.to_string(), canonical);
            assert_eq!(VersionReq::parse(canonical), Ok(parsed.clone()));
            for (versions, wanted) in [(inside, true), (outside, false)] {
                for version in versions.split_whitespace() {
                    assert_eq!(parsed.matches(&Version::parse(version).unwrap()), wanted, "{req} {version}");
                }
            }
        }
    }

    #[test]
    fn errors_point_inside() {
        for (req, range) in [
            ("", 0..0),
            ("1.2", 0..3),
            (">=1.2,", 5..6),
            (",>=1", 0..1),
            (">=1.2, 2", 7..8),
            ("==1", 0..2),
            ("!=1", 0..2),
            ("~>1", 0..2),
            ("~=1", 0..2),
            (">=1.x", 4..5),
            ("^1.*", 3..4),
            (">=1.2 <2", 5..6),
            (">=2, <1", 0..7),
            (">1, <1", 0..6),
            ("*, <1", 0..1),
            (">=", 2..2),
            (">=1.2, <2..1", 9..10),
        ] {
            assert_eq!(VersionReq::parse(req).unwrap_err().range, range, "{req:?}");
        }
    }
}
