//! Ranges against requirements, and the law that `within` keeps: whatever is admitted is allowed.

use proptest::prelude::*;

use super::*;
use crate::facts::manifests::{CARGO, GO, NPM, PYPI};

/// `range | requirement | yes, no, or a part of the error`, by ecosystem and syntax.
#[test]
fn cases() {
    let text = include_str!("../../../../tests/versions.txt");
    let mut wrong = Vec::new();
    let mut count = 0;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
    {
        let fields: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [syntax, range, requirement, expected] = fields[..] else { panic!("line {}: {line}", number + 1) };
        let (ecosystem, syntax) = match syntax {
            "pep440" => (PYPI, Syntax::Pep440),
            "poetry" => (PYPI, Syntax::Poetry),
            "npm" => (NPM, Syntax::Npm),
            "cargo" => (CARGO, Syntax::Cargo),
            "go" => (GO, Syntax::Exact),
            other => panic!("{other}"),
        };
        let requirement = VersionReq::parse(requirement).unwrap();
        let range = if range == "(any)" { "" } else { range };
        let actual = match within(ecosystem, syntax, range, &requirement) {
            Ok(yes) => String::from(if yes { "yes" } else { "no" }),
            Err(error) => error.to_string(),
        };
        count += 1;
        if actual != expected && (matches!(expected, "yes" | "no") || !actual.contains(expected)) {
            wrong.push(format!("line {}: {line}: {actual}", number + 1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 80, "{count}");
}

#[test]
fn pep440_orders_as_the_specification_lists() {
    let order = [
        "0.9",
        "1.dev0",
        "1.0.dev456",
        "1.0a1",
        "1.0a2.dev456",
        "1.0a12.dev456",
        "1.0a12",
        "1.0b1.dev456",
        "1.0b2",
        "1.0b2.post345.dev456",
        "1.0b2.post345",
        "1.0rc1.dev456",
        "1.0rc1",
        "1.0",
        "1.0+abc.5",
        "1.0+abc.7",
        "1.0+5",
        "1.0.post456.dev34",
        "1.0.post456",
        "1.0.15",
        "1.1.dev1",
        "1!0.1",
    ];
    let parsed: Vec<Pep440> = order.iter().map(|text| Pep440::parse(text).unwrap()).collect();
    for pair in parsed.windows(2) {
        assert!(pair[0] < pair[1], "{pair:?}");
    }
    for (one, two) in
        [("1.0", "v1.0.0"), ("1.0-1", "1.0.post1"), ("1.0-RC_1", "1rc1"), ("1.0pre", "1c0"), ("01.2", "1.2.0")]
    {
        assert_eq!(Pep440::parse(one), Pep440::parse(two));
        assert!(Pep440::parse(one).is_some());
    }
    for wrong in ["", "x", "1.", "1..2", "1.0rc1x", "1.0+", "1!", "99999999999999999999"] {
        assert!(Pep440::parse(wrong).is_none(), "{wrong}");
    }
}

#[test]
fn semver_orders_as_the_specification_lists() {
    let order = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "2.0.0",
    ];
    for pair in order.windows(2) {
        assert!(Semver::parse(pair[0]).unwrap() < Semver::parse(pair[1]).unwrap(), "{pair:?}");
    }
}

fn operators() -> impl Strategy<Value = String> {
    let version = "[0-2](\\.[0-2](\\.[0-2])?)?";
    let bound = ("(<|<=|>|>=|=|\\^|~)", version).prop_map(|(op, version)| format!("{op}{version}"));
    proptest::collection::vec(bound, 1..3).prop_map(|bounds| bounds.join(", "))
}

/// Whether a version is admitted, written apart from the sets: bound by bound, on releases only.
fn admits(range: &str, release: [u64; 3]) -> bool {
    range.split(',').all(|bound| {
        let bound = bound.trim();
        let digits = bound.find(|letter: char| letter.is_ascii_digit()).unwrap();
        let (op, version) = bound.split_at(digits);
        let written: Vec<u64> = version.split('.').map(|number| number.parse().unwrap()).collect();
        let count = written.len();
        let mut from = [0; 3];
        from[..count].copy_from_slice(&written);
        let prefix = |kept: usize| release[..kept] == from[..kept];
        match op {
            "<" => release < from,
            "<=" => release < from || prefix(count),
            ">" => release > from && !prefix(count),
            ">=" => release >= from,
            "=" => prefix(count),
            "~" => release >= from && prefix(count.min(2)),
            _ => {
                let kept = written.iter().position(|number| *number != 0).map_or(count, |at| at + 1);
                release >= from && prefix(kept)
            }
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Yes: every sampled version that the declaration admits is allowed. No: some version that is not allowed is admitted.
    #[test]
    fn cargo_ranges_lie_in_requirements_or_have_a_witness(range in operators(), requirement in operators()) {
        let Ok(requirement) = VersionReq::parse(&requirement) else { return Ok(()) };
        let grid = (0..5_u64).flat_map(|a| (0..5).flat_map(move |b| (0..5).map(move |c| [a, b, c])));
        let witness = grid.filter(|release| admits(&range, *release)).find(|[a, b, c]| {
            !requirement.matches(&crate::base::literal::Version::parse(&format!("{a}.{b}.{c}")).unwrap())
        });
        match within(CARGO, Syntax::Cargo, &range, &requirement) {
            Ok(true) => prop_assert_eq!(witness, None),
            Ok(false) => prop_assert!(witness.is_some(), "{} in {}", range, requirement),
            Err(RangeError::Empty { .. }) => prop_assert_eq!(witness, None),
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    /// The same for PEP 440, with pre-, post- and dev-releases among the samples.
    #[test]
    fn pep440_sets_agree_with_their_operators(op in "(<|<=|>|>=|==|!=|~=)", base in "[0-2]\\.[0-2]((a|rc|\\.post|\\.dev)1)?", sample in "[0-2]\\.[0-2](\\.1)?((a|rc|\\.post|\\.dev)[0-2])?") {
        let set = pypi::specifiers(&format!("{op}{base}")).unwrap();
        let (base, sample) = (Pep440::parse(&base).unwrap(), Pep440::parse(&sample).unwrap());
        let same = Pep440::of_release(0, base.release.clone()) == Pep440::of_release(0, sample.release.clone());
        let expected = match op.as_str() {
            "<" => sample < base && !(same && sample.is_prerelease() && !base.is_prerelease() && base.post.is_none()),
            "<=" => sample <= base,
            ">" => sample > base && !(same && sample.post.is_some() && base.post.is_none() && !base.is_prerelease()),
            ">=" => sample >= base,
            "==" => sample == base,
            "!=" => sample != base,
            _ => sample >= base && sample.release[0] == base.release[0],
        };
        prop_assert_eq!(set.has(&sample), expected);
    }

    #[test]
    fn sets_are_a_boolean_algebra(ends in proptest::collection::vec((0_u8..9, 0_u8..9), 0..4), others in proptest::collection::vec((0_u8..9, 0_u8..9), 0..4)) {
        let set = |ends: &[(u8, u8)]| ends.iter().fold(Set::none(), |set, (from, to)| set.union(&Set::of(Cut::Before(*from), Cut::After(*to))));
        let (one, other) = (set(&ends), set(&others));
        for at in 0..9 {
            prop_assert_eq!(one.union(&other).has(&at), one.has(&at) || other.has(&at));
            prop_assert_eq!(one.intersection(&other).has(&at), one.has(&at) && other.has(&at));
            prop_assert_eq!(one.complement().has(&at), !one.has(&at));
        }
        prop_assert_eq!(&one.complement().complement(), &one);
        prop_assert_eq!(one.lies_in(&other), one.union(&other) == other);
    }

    #[test]
    fn no_range_panics(text in "[-0-9.x*v<>=~^!|, a-c+]{0,20}") {
        let requirement = VersionReq::parse(">=1, <2").unwrap();
        for syntax in [Syntax::Pep440, Syntax::Poetry, Syntax::Exact] {
            let _ = within(PYPI, syntax, &text, &requirement);
        }
        for syntax in [Syntax::Npm, Syntax::Cargo, Syntax::Exact] {
            let _ = within(NPM, syntax, &text, &requirement);
        }
    }
}
