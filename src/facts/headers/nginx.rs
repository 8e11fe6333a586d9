//! nginx: `add_header Name value [always];` and the `more_set_headers` of headers-more.
//!
//! Statements end at `;`, blocks at braces, over as many lines as they like. A value with a `$variable` is not known.

use super::{HeadersError, Word, header};
use crate::facts::model::{Header, Range};

pub(super) fn read(_path: &str, text: &str) -> Result<Vec<Header>, HeadersError> {
    let mut headers = Vec::new();
    let mut statement: Vec<Word> = Vec::new();
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        match first {
            letter if letter.is_whitespace() => at += letter.len_utf8(),
            '#' => at += text.get(at..).and_then(|rest| rest.find('\n')).unwrap_or(text.len() - at),
            ';' => {
                take(&statement, &mut headers);
                statement.clear();
                at += 1;
            }
            '{' | '}' => {
                statement.clear();
                at += 1;
            }
            quote @ ('"' | '\'') => {
                let (word, end) = quoted(text, at, quote)?;
                statement.push(word);
                at = end;
            }
            _ => {
                let rest = text.get(at..).unwrap_or_default();
                let end = rest.find(|letter: char| letter.is_whitespace() || matches!(letter, ';' | '{' | '}'));
                // `${name}` is one word.
                let end = match end {
                    Some(end) if rest.get(..end).is_some_and(|word| word.ends_with('$')) => {
                        rest.get(end..).and_then(|inner| inner.find('}')).map_or(rest.len(), |close| end + close + 1)
                    }
                    Some(end) => end,
                    None => rest.len(),
                };
                let word = rest.get(..end).unwrap_or_default();
                statement.push(Word { text: word.to_owned(), span: Range::new(at, at + end) });
                at += end;
            }
        }
    }
    Ok(headers)
}

fn quoted(text: &str, start: usize, quote: char) -> Result<(Word, usize), HeadersError> {
    let mut value = String::new();
    let mut letters = text.get(start + 1..).unwrap_or_default().char_indices();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            let end = start + 1 + at + 1;
            return Ok((Word { text: value, span: Range::new(start, end) }, end));
        }
        match letter {
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            letter => value.push(letter),
        }
    }
    let span = Range::new(start, start + 1);
    Err(HeadersError { message: String::from("the quoted text does not end"), span })
}

fn take(statement: &[Word], out: &mut Vec<Header>) {
    let literal = |value: &str| !value.contains('$');
    match statement {
        [verb, name, value, rest @ ..]
            if verb.text == "add_header"
            // Further words than `always` belong to a value whose quotes were forgotten; nginx refuses the file.
            && rest.iter().all(|word| word.text == "always") && !value.text.is_empty() =>
        {
            out.push(header(name, Some(&value.text), literal));
        }
        [verb, set @ ..] if verb.text == "more_set_headers" => {
            let mut set = set.iter();
            while let Some(word) = set.next() {
                // `-s` and `-t` take a list of states and of types.
                if word.text == "-s" || word.text == "-t" {
                    set.next();
                } else if let Some((name, value)) =
                    word.text.split_once(':').filter(|(_, value)| !value.trim().is_empty())
                {
                    let name = Word { text: name.trim().to_owned(), span: word.span };
                    out.push(header(&name, Some(value), literal));
                }
            }
        }
        _ => {}
    }
}
