//! Names of revisions. One that can be two things is none: whoever may push a tag could make it the other one, and a tag
//! `origin/main` comes before the branch of the remote. Does not know what a revision is wanted for.

/// Where git looks for a short name, in its order.
const PLACES: [&str; 5] = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];

/// What the name that a revision begins with can be, where it can be several things. A whole name (`refs/...`) is itself
/// alone, and so are `HEAD` and a whole id.
pub(super) fn ambiguous(repo: &gix::Repository, revision: &str) -> Option<Vec<String>> {
    let name = name_in(revision);
    if name.starts_with("refs/") || matches!(name, "" | "@" | "HEAD") || is_whole_id(name) {
        return None;
    }
    let remote = format!("refs/remotes/{name}/HEAD");
    let candidates = PLACES.iter().map(|place| format!("{place}{name}")).chain([remote]);
    let mut names: Vec<String> = candidates.filter(|candidate| is_reference(repo, candidate)).collect();
    if !names.is_empty() && is_object(repo, name) {
        names.push(format!("the object `{name}`"));
    }
    (names.len() > 1).then_some(names)
}

/// The name that a revision begins with: up to a step (`^`, `~`), a path (`:`) or a time (`@{`).
fn name_in(revision: &str) -> &str {
    let end = revision.find(['^', '~', ':']).unwrap_or(revision.len());
    let name = revision.get(..end).unwrap_or(revision);
    name.split("@{").next().unwrap_or(name)
}

fn is_reference(repo: &gix::Repository, name: &str) -> bool {
    // A name of less than two segments is looked for elsewhere too.
    repo.try_find_reference(name).is_ok_and(|found| found.is_some_and(|it| it.name().as_bstr() == name))
}

fn is_whole_id(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Whether it is the beginning of an object's id.
fn is_object(repo: &gix::Repository, name: &str) -> bool {
    let prefix = gix::hash::Prefix::from_hex(name);
    prefix.is_ok_and(|prefix| repo.objects.lookup_prefix(prefix, None).is_ok_and(|found| found.is_some()))
}
