//! Foreign text in markdown: values in code spans, sentences as plain words with all else in code spans, where markdown knows
//! no markup, link, mention, reference or image. Does not know what is written, nor where it is posted.

use super::style::clip;

/// Characters of a sentence.
const MESSAGE: usize = 500;
/// Longest run of backticks in a code span; some readers know no longer fences than 80.
const TICKS: usize = 8;

/// Foreign text as one code span of about so many characters, `(blank)` where there is nothing to see.
pub fn code(text: &str, most: usize) -> String {
    let text = clip(text, most);
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    let text = if longest > TICKS { text.replace('`', "\\u{60}").into() } else { text };
    if text.trim_matches(' ').is_empty() {
        return String::from("(blank)");
    }
    let fence = "`".repeat(if longest > TICKS { 1 } else { longest.saturating_add(1) });
    // One blank on either side is not shown, and parts the text from the fence.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A value in a cell of a table, of about so many characters: what parts cells is spelt out, in code too.
pub fn cell(text: &str, most: usize) -> String {
    code(text, most).replace('|', "\\u{7c}")
}

/// A foreign sentence: what it has in backticks and whatever is more than a plain word as code, plain words as they are.
pub fn prose(text: &str) -> String {
    let text = clip(text, MESSAGE);
    let parts: Vec<&str> = text.split('`').collect();
    let paired = parts.len() % 2 == 1 && parts.iter().skip(1).step_by(2).all(|part| !part.trim().is_empty());
    let mut out = String::new();
    if paired {
        for (at, part) in parts.iter().enumerate() {
            if at % 2 == 1 {
                push(&mut out, &code(part, usize::MAX));
            } else {
                // A stop belongs to the code before it.
                let rest = part.trim_start_matches([',', ';', ':', '.', ')', '?']);
                let stops = part.strip_suffix(rest).filter(|_| at > 0 && (rest.is_empty() || rest.starts_with(' ')));
                out.push_str(stops.unwrap_or_default());
                words(&mut out, if stops.is_some() { rest } else { part });
            }
        }
    } else {
        words(&mut out, &text);
    }
    if out.is_empty() { String::from("(blank)") } else { out }
}

/// Words, the foreign ones among them as code; neighbours of those share a span.
fn words(out: &mut String, text: &str) {
    let mut odd: Vec<&str> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if is_plain(word) {
            push_odd(out, &mut odd);
            push(out, word);
        } else {
            odd.push(word);
        }
    }
    push_odd(out, &mut odd);
}

/// Adds words that are not plain as one span; the stop after the last of them is no part of it.
fn push_odd(out: &mut String, odd: &mut Vec<&str>) {
    if odd.is_empty() {
        return;
    }
    let text = std::mem::take(odd).join(" ");
    // A parenthesis that the text opens is its own.
    let stops = if text.contains('(') { &[',', ';', ':', '.'][..] } else { &[',', ';', ':', '.', ')'] };
    let inner = text.strip_suffix(stops).unwrap_or(&text);
    let inner = if inner.is_empty() || inner.ends_with('.') { &text } else { inner };
    push(out, &code(inner, usize::MAX));
    out.push_str(text.strip_prefix(inner).unwrap_or_default());
}

/// Adds a piece after a blank, so that no two make something new.
fn push(out: &mut String, piece: &str) {
    if !out.is_empty() && !out.ends_with('(') {
        out.push(' ');
    }
    out.push_str(piece);
}

/// A word that no reader of markdown takes for more: letters, perhaps joined by `-` or `'`, or a short number or date;
/// around it a parenthesis or a stop. A word that could be a commit is none.
fn is_plain(word: &str) -> bool {
    let inner = word.strip_prefix('(').unwrap_or(word);
    let inner = inner.strip_suffix([',', ';', ':', '.', '?']).unwrap_or(inner);
    let inner = inner.strip_suffix(')').unwrap_or(inner);
    if inner.is_empty() {
        return word == "(";
    }
    // `1.` and `1)` begin a list.
    let alone = inner.len() == word.len() || word.starts_with('(') || word.ends_with([',', ';', ':', '?']);
    let digits = |part: &str| matches!(part.len(), 1..=6) && part.chars().all(|char| char.is_ascii_digit());
    let number = alone && inner.split('-').all(digits);
    let joined = inner.split(['-', '\'']).all(|part| !part.is_empty() && part.chars().all(char::is_alphabetic));
    let commit = inner.len() >= 7 && inner.chars().all(|char| char.is_ascii_hexdigit());
    number || joined && !commit
}

#[cfg(test)]
mod tests {
    use super::{cell, code, is_plain, prose};

    #[test]
    fn code_spans_cannot_be_left() {
        assert_eq!(code("a`b", 9), "``a`b``");
        assert_eq!(cell("a|b\\|", 9), "`a\\u{7c}b\\\\u{7c}`");
        assert_eq!(code("`", 9), "`` ` ``");
        assert_eq!(code("  ", 9), "(blank)");
        assert_eq!(code("a\n# b", 9), "`a\\n# b`");
        let long = "`".repeat(90);
        assert!(code(&long, 99).starts_with("`\\u{60}\\u{60}"));
    }

    #[test]
    fn sentences_read_as_such() {
        assert_eq!(prose("`verify_token` never calls `jwt.decode`"), "`verify_token` never calls `jwt.decode`");
        assert_eq!(prose("2 routes (of 12) lack the guard."), "2 routes (of `12`) lack the guard.");
        assert_eq!(prose("2 routes (12, say) lack"), "2 routes (12, say) lack");
        assert_eq!(prose("until 2026-10-01, by a@b.example: x"), "until 2026-10-01, by `a@b.example`: x");
        assert_eq!(prose("see @admin and <b>this</b>"), "see `@admin` and `<b>this</b>`");
        assert_eq!(prose("an odd ` and [a](b) c"), "an odd `` ` `` and `[a](b)` c");
        assert_eq!(prose("#12 GH-3 www.evil.example ![x](y)"), "`#12 GH-3 www.evil.example ![x](y)`");
        assert_eq!(prose("`a`, (`b`): `c`.d `e`)"), "`a`, (`b`): `c` `.d` `e`)");
        assert_eq!(prose(""), "(blank)");
    }

    #[test]
    fn plain_words_are_few() {
        for word in ["word", "don't", "well-known", "(yes)", "no,", "12", "über"] {
            assert!(is_plain(word), "{word}");
        }
        for word in [
            "@a", "a@b", "#1", "a_b", "*a*", "deadbeef", "1234567", "GH-1", "a/b", "<a", "&amp;", ":x:", "1.2", "-",
            "!",
        ] {
            assert!(!is_plain(word), "{word}");
        }
    }
}
