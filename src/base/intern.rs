//! Names that live as long as the process, each once. The types of the language name rows and columns by `&'static str`; a
//! row that comes from a user's JSON Schema gets its names here. Does not know what they name.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// All names so far. What is leaked is bounded by the different names of all schemas that a process reads, and the reader of
/// schemas bounds those of one.
static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// The one text that equals `name`.
pub fn intern(name: &str) -> &'static str {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let kept: &'static str = Box::leak(Box::from(name));
    names.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use super::intern;

    #[test]
    fn equal_names_are_one() {
        assert!(std::ptr::eq(intern("finishedAt"), intern(&String::from("finishedAt"))));
        assert_ne!(intern("a"), intern("b"));
    }
}
