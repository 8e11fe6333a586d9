//! How text looks in a terminal or a log: colour, symbols, width; and how foreign text is made harmless. Colour never
//! carries meaning alone. Does not know what is written.

use std::borrow::Cow;

/// What the place where text goes can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// ANSI colours.
    pub color: bool,
    /// Symbols beyond ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Good news.
    Good,
    /// Bad news.
    Bad,
    /// Perhaps bad news.
    Warn,
    /// A hint.
    Hint,
    /// What matters in its line.
    Strong,
    /// What does not.
    Faint,
}

impl Style {
    /// The widest that anything is written.
    pub const WIDTH: usize = 100;

    /// For files, pipes and logs.
    pub const PLAIN: Self = Self { color: false, unicode: false, width: Self::WIDTH };

    /// `text` in an ink.
    pub fn paint(self, ink: Ink, text: &str) -> Cow<'_, str> {
        if !self.color || text.is_empty() {
            return Cow::Borrowed(text);
        }
        let code = match ink {
            Ink::Good => "32",
            Ink::Bad => "1;31",
            Ink::Warn => "33",
            Ink::Hint => "36",
            Ink::Strong => "1",
            Ink::Faint => "2",
        };
        Cow::Owned(format!("\u{1b}[{code}m{text}\u{1b}[0m"))
    }

    /// One of two spellings.
    pub fn symbol<'s>(self, unicode: &'s str, ascii: &'s str) -> &'s str {
        if self.unicode { unicode } else { ascii }
    }
}

/// Whether a terminal, or a reader, may take `char` for something other than text: controls, and what turns the direction
/// of writing around or hides.
fn is_hostile(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        // The two last code points of each plane are no characters, and XML forbids those of the first.
        || u32::from(char) & 0xfffe == 0xfffe
}

/// Foreign text in one line, in which every character that is no plain text is spelt out: `\n`, `\u{1b}`.
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().saturating_add(8));
    for char in text.chars() {
        match char {
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            hostile if is_hostile(hostile) => out.extend(hostile.escape_unicode()),
            plain => out.push(plain),
        }
    }
    Cow::Owned(out)
}

/// Foreign text in one harmless line of about so many characters; what is left out is counted.
pub fn clip(text: &str, most: usize) -> Cow<'_, str> {
    let Some((at, _)) = text.char_indices().nth(most) else {
        return harmless(text);
    };
    let (shown, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    Cow::Owned(format!("{}... ({} more characters)", harmless(shown), rest.chars().count()))
}

/// Foreign lines of the same length in bytes, in which every character that is no plain text is replaced; line ends stay.
pub fn harmless_lines(text: &str) -> Cow<'_, str> {
    let stays = |char: char| matches!(char, '\n' | '\t') || !is_hostile(char);
    if text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let replaced = |char: char| match char.len_utf8() {
        _ if stays(char) => char,
        1 if char == '\r' => ' ',
        1 => '?',
        2 => '\u{bf}',
        3 => char::REPLACEMENT_CHARACTER,
        // An inverse question mark.
        _ => '\u{1fbc4}',
    };
    Cow::Owned(text.chars().map(replaced).collect())
}

/// A line in which no log of a build service sees a command: `::error::` counts at the start of a line, `##[error]` anywhere.
pub fn inert(line: &str) -> Cow<'_, str> {
    let text = line.trim_start();
    if !text.starts_with("::") && !text.contains("##[") {
        return Cow::Borrowed(line);
    }
    let line = line.replace("##[", "##\\u{5b}");
    let blanks = line.len().saturating_sub(line.trim_start().len());
    match line.split_at_checked(blanks) {
        Some((blanks, text)) if text.starts_with("::") => {
            Cow::Owned(format!("{blanks}\\u{{3a}}{}", text.strip_prefix(':').unwrap_or(text)))
        }
        _ => Cow::Owned(line),
    }
}

/// `text` in lines of at most `width` characters, broken at spaces; a longer word has its line to itself.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut length) = (String::new(), 0_usize);
    for word in text.split(' ') {
        let word_length = word.chars().count();
        let joined = length.saturating_add(1).saturating_add(word_length);
        if length > 0 && joined > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length = length.saturating_add(1);
        }
        line.push_str(word);
        length = length.saturating_add(word_length);
    }
    lines.push(line);
    lines
}

/// `3 errors`, `1 error`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::{harmless, harmless_lines, inert, wrap};

    #[test]
    fn no_foreign_text_reaches_the_terminal_as_a_command() {
        assert_eq!(harmless("a\u{1b}[2Jb\nc"), "a\\u{1b}[2Jb\\nc");
        assert_eq!(harmless("x\u{202e}y\u{9b}z"), "x\\u{202e}y\\u{9b}z");
        assert_eq!(harmless("plain — ü 漢"), "plain — ü 漢");
    }

    #[test]
    fn lines_keep_their_length() {
        let foreign = "a\u{1b}b\u{9b}c\u{202e}d\r\n\te\u{e0041}\u{ffff}\u{61c}";
        let safe = harmless_lines(foreign);
        assert_eq!(safe.len(), foreign.len());
        assert_eq!(safe, "a?b\u{bf}c\u{fffd}d \n\te\u{1fbc4}\u{fffd}\u{bf}");
    }

    #[test]
    fn no_log_sees_a_command() {
        assert_eq!(inert("  ::error::x"), "  \\u{3a}:error::x");
        assert_eq!(inert("a ##[error]x"), "a ##\\u{5b}error]x");
        assert_eq!(inert("::a ##[b"), "\\u{3a}:a ##\\u{5b}b");
        assert_eq!(inert("a::b # [c]"), "a::b # [c]");
    }

    #[test]
    fn text_is_wrapped_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("longerthanthat x", 5), ["longerthanthat", "x"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
