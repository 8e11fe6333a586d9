//! Foreign text in our messages: one line, nothing hidden in it, not long. Does not know what it says.

use crate::diag::style;

/// Longest piece of foreign text in a message, characters.
const CHARACTERS: usize = 300;

/// Text that is fit for a message: white space is one space, what cannot be seen is written out, the rest is cut.
pub(super) fn harmless(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        // What lies beyond is cut anyway.
        if line.len() > CHARACTERS * 4 {
            break;
        }
    }
    let mut cut: String = line.chars().take(CHARACTERS).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    style::harmless(&cut).into_owned()
}

/// The same of bytes that should be text.
pub(super) fn harmless_bytes(bytes: &[u8]) -> String {
    let start: Vec<u8> = bytes.iter().copied().take(CHARACTERS * 8).collect();
    harmless(&String::from_utf8_lossy(&start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_one_short_visible_line() {
        assert_eq!(harmless(" a\n\tb\r\n"), "a b");
        assert_eq!(harmless("a\u{1b}[31m\u{202e}\0b"), "a\\u{1b}[31m\\u{202e}\\u{0}b");
        assert_eq!(harmless(&"x".repeat(1_000_000)).chars().count(), CHARACTERS + 1);
        assert_eq!(harmless_bytes(b"a\xffb"), "a\u{fffd}b");
    }
}
