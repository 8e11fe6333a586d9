//! Caddy: `header [matcher] [+|?|>]Name value` and the block form. `-Name` takes away; `request_header` and
//! `header_up` are about requests. A value with a `{placeholder}` is not known.

use super::{Word, header, words};
use crate::facts::documents::lines;
use crate::facts::model::Header;

pub(super) fn read(text: &str) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut depth = 0_usize;
    // The depth inside a `header` block.
    let mut block: Option<usize> = None;
    for line in lines(text) {
        let words = words(line);
        let opens = words.last().is_some_and(|word| word.text == "{");
        match words.as_slice() {
            [close] if close.text == "}" => {
                if block == Some(depth) {
                    block = None;
                }
                depth = depth.saturating_sub(1);
                continue;
            }
            fields if block == Some(depth) && !opens => field(fields, &mut headers),
            [verb, rest @ ..] if verb.text == "header" => {
                let matched = rest.first().is_some_and(|first| first.text.starts_with(['@', '/', '*']));
                let rest = if matched { rest.get(1..).unwrap_or_default() } else { rest };
                if opens {
                    block = Some(depth + 1);
                } else {
                    field(rest, &mut headers);
                }
            }
            _ => {}
        }
        if opens {
            depth += 1;
        }
    }
    headers
}

fn field(words: &[Word], out: &mut Vec<Header>) {
    let [name, value, rest @ ..] = words else { return };
    let bare = name.text.trim_start_matches(['+', '?', '>']).trim_end_matches(':');
    if name.text.starts_with('-') || bare.is_empty() || bare == "defer" {
        return;
    }
    let name = Word { text: bare.to_owned(), span: name.span };
    // A third word is what a search in the old value is replaced with.
    out.push(header(&name, rest.is_empty().then_some(value.text.as_str()), |value| !value.contains('{')));
}
