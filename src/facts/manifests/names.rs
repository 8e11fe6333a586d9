//! When two names are the same package. One rule an ecosystem.

/// Whether the two names are one package of the ecosystem.
pub(super) fn equal(ecosystem: &str, one: &str, other: &str) -> bool {
    match ecosystem {
        super::PYPI => pypi(one).eq(pypi(other)),
        // crates.io refuses a name that differs from another in these only.
        super::CARGO => one.replace('_', "-") == other.replace('_', "-"),
        // npm's names are exact, scope and all; a Go module's path is exact.
        _ => one == other,
    }
}

/// PEP 503: case does not count, and a run of `-`, `_` and `.` is one `-`.
fn pypi(name: &str) -> impl Iterator<Item = char> {
    let mut separated = false;
    name.chars().filter_map(move |letter| {
        let separator = matches!(letter, '-' | '_' | '.');
        let repeated = separator && separated;
        separated = separator;
        if repeated { None } else { Some(if separator { '-' } else { letter.to_ascii_lowercase() }) }
    })
}

/// The name with PEP 503's spelling, for maps.
pub(super) fn pypi_normal(name: &str) -> String {
    pypi(name).collect()
}
