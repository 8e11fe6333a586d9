//! Apache: `Header [always|onsuccess] set|append|merge|add|setifempty Name "value"`. `RequestHeader` is about requests,
//! and `unset` takes away. A value with a `%{...}` or an `expr=` is not known.

use super::{header, words};
use crate::facts::documents::{Line, lines};
use crate::facts::model::Header;

pub(super) fn read(text: &str) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut continued = false;
    for line in lines(text) {
        // A directive that goes on in the next line begins in its first; only the value may be cut.
        let first = !continued;
        continued = line.text.ends_with('\\') && !line.text.trim_start().starts_with('#');
        if first {
            directive(line, &mut headers);
        }
    }
    headers
}

fn directive(line: Line<'_>, out: &mut Vec<Header>) {
    let cut = line.text.ends_with('\\');
    let words = words(line);
    let Some((verb, mut rest)) = words.split_first() else { return };
    if !verb.text.eq_ignore_ascii_case("header") {
        return;
    }
    if let Some((condition, after)) = rest.split_first()
        && ["always", "onsuccess"].iter().any(|word| condition.text.eq_ignore_ascii_case(word))
    {
        rest = after;
    }
    let [action, name, value, ..] = rest else { return };
    let sets = ["set", "append", "merge", "add", "setifempty"];
    if sets.iter().any(|word| action.text.eq_ignore_ascii_case(word)) {
        let mut name = name.clone();
        name.text.truncate(name.text.trim_end_matches(':').len());
        let literal = |value: &str| !cut && !value.contains("%{") && !value.starts_with("expr=");
        out.push(header(&name, Some(&value.text), literal));
    }
}
