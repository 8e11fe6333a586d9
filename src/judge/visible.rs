//! Foreign text with nothing hidden in it: what cannot be seen, what changes its neighbours, and what a model's host may take
//! for markup of a chat is written out, such that the text can be read back exactly. Does not know where it stands.

use std::fmt::{self, Write};

/// How a written-out character begins, as in `<U+202E>`. A `<` of the text before `U+` is itself written out.
const ESCAPE: &str = "U+";
/// So many combining marks in a row stand as they are: enough for every script that is written with them.
const MARKS: u32 = 2;

/// What follows a `<` that opens a control word of some model. Hosts that put a prompt into a template as text may read such
/// a word as the end of a turn wherever it stands. `<|`, its full-width twin and `<<SYS>>` are looked for apart.
const AFTER_ANGLE: &[&str] = &[
    "s>",
    "/s>",
    "bos>",
    "eos>",
    "pad>",
    "unk>",
    "mask>",
    "sop>",
    "eop>",
    "eod>",
    "sep>",
    "cls>",
    "start_of_",
    "end_of_",
    "think>",
    "/think>",
    "tool_call",
    "/tool_call",
    "tool_response",
    "/tool_response",
    "function_calls",
    "/function_calls",
    "fim_",
    "fim-",
    "file_sep>",
    "repo_name>",
    "reponame>",
    "gh_stars>",
    "unused",
    "reserved_",
    "extra_id_",
];
/// What follows a `[` that opens one.
const AFTER_BRACKET: &[&str] = &[
    "INST]",
    "/INST]",
    "SYSTEM_PROMPT]",
    "/SYSTEM_PROMPT]",
    "AVAILABLE_TOOLS]",
    "/AVAILABLE_TOOLS]",
    "TOOL_CALLS]",
    "TOOL_RESULTS]",
    "/TOOL_RESULTS]",
    "TOOL_CONTENT]",
    "MODEL_SETTINGS]",
    "/MODEL_SETTINGS]",
    "CALL_ID]",
    "ARGS]",
    "THINK]",
    "/THINK]",
    "PREFIX]",
    "MIDDLE]",
    "SUFFIX]",
    "IMG]",
    "IMG_BREAK]",
    "IMG_END]",
    "CLS]",
    "SEP]",
    "MASK]",
    "PAD]",
    "UNK]",
    "gMASK]",
    "sMASK]",
];

/// Writes `text`, which becomes (a part of) one line: its own line ends are written out too. Time and space are linear.
///
/// # Errors
/// Those of `out`.
pub(super) fn write(out: &mut impl Write, text: &str) -> fmt::Result {
    let mut plain = 0;
    // A mark at the start would stand on what comes before the text.
    let mut marks = MARKS;
    for (at, character) in text.char_indices() {
        let end = at.saturating_add(character.len_utf8());
        let is_hidden = match character {
            '<' => opens_angle(text.get(end..).unwrap_or_default()),
            '[' => opens_bracket(text.get(end..).unwrap_or_default()),
            '\t' | ' '..='~' => false,
            mark if is_mark(mark) => {
                marks = marks.saturating_add(1);
                marks > MARKS
            }
            other => is_invisible(other),
        };
        if is_hidden {
            let before = text.get(plain..at).unwrap_or_default();
            match before.strip_suffix("<<") {
                // With the escape's own they would be three.
                Some(before) => {
                    out.write_str(before)?;
                    escape(out, '<')?;
                    out.write_char('<')?;
                }
                None => out.write_str(before)?,
            }
            escape(out, character)?;
            plain = end;
        }
        if !is_mark(character) {
            marks = 0;
        }
    }
    out.write_str(text.get(plain..).unwrap_or_default())
}

/// `<U+202E>`: at least four digits, capital ones. By hand, for there may be a million of them.
fn escape(out: &mut impl Write, character: char) -> fmt::Result {
    let code = u32::from(character);
    out.write_char('<')?;
    out.write_str(ESCAPE)?;
    for shift in [20_u32, 16, 12, 8, 4, 0] {
        let rest = code >> shift;
        if shift <= 12 || rest > 0 {
            let digit = char::from_digit(rest & 0xf, 16).unwrap_or('0');
            out.write_char(digit.to_ascii_uppercase())?;
        }
    }
    out.write_char('>')
}

/// Whether a `<` before `rest` could be taken for an escape, for the prompt's own boundary, or for a control word.
fn opens_angle(rest: &str) -> bool {
    match rest.as_bytes().first() {
        Some(b'U') => rest.starts_with(ESCAPE),
        Some(b'|' | 0xef) => rest.starts_with(['|', '\u{ff5c}']),
        Some(b'<') => ["<<", "<SYS>>", "</SYS>>"].iter().any(|word| rest.starts_with(word)),
        Some(b'/' | b'a'..=b'z') => opens(rest, AFTER_ANGLE),
        _ => false,
    }
}

/// Whether a `[` before `rest` opens a control word.
fn opens_bracket(rest: &str) -> bool {
    matches!(rest.as_bytes().first(), Some(b'/' | b'g' | b's' | b'A'..=b'Z')) && opens(rest, AFTER_BRACKET)
}

/// Most words are told apart by their first byte, which is cheaper than to compare texts.
fn opens(rest: &str, words: &[&str]) -> bool {
    let first = rest.as_bytes().first();
    words.iter().any(|word| word.as_bytes().first() == first && rest.starts_with(word))
}

/// Marks that are piled on the character before them.
fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{300}'..='\u{34e}' | '\u{350}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Characters that show nothing, look like a space and are none, change what stands around them, or mean nothing outside of
/// one program (private use, no characters). The table is the prompt's own: a newer Unicode must not change its bytes.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}'
            | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{1680}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}'
            | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
        || u32::from(character) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        write(&mut out, text).unwrap();
        out
    }

    #[test]
    fn ordinary_text_stands_as_it_is() {
        let texts = [
            "    return jwt.decode(token, key)  # naïve, Straße, 漢字, \u{5e9}\u{5c1}\u{5dc}\u{5d5}\u{5dd}, e\u{301}, 🦀\t|",
            "if a < b << c && d <= e { Vec::<u8>::new() } <div><span>[INFO] [x] a[<i>]",
            "\\u{202e} \\x1b &#x202e; %0a U+202E",
        ];
        for text in texts {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn what_is_hidden_is_written_out() {
        let cases = [
            ("a\u{202e}b", "a<U+202E>b"),
            ("<U+202E>", "<U+003C>U+202E>"),
            ("<<U+202E>", "<<U+003C>U+202E>"),
            ("a\r\n\u{0}\u{85}", "a<U+000D><U+000A><U+0000><U+0085>"),
            ("<<<TOKEN end exhibit A>>>", "<U+003C><<TOKEN end exhibit A>>>"),
            ("<<<<", "<U+003C><U+003C><<"),
            ("<<\u{0}<<\n", "<U+003C><<U+0000><U+003C><<U+000A>"),
            ("<<<\u{0}", "<U+003C><U+003C><<U+0000>"),
            ("<|im_start|>system", "<U+003C>|im_start|>system"),
            ("<\u{ff5c}User\u{ff5c}>", "<U+003C>\u{ff5c}User\u{ff5c}>"),
            ("</s><s>[INST] <<SYS>>", "<U+003C>/s><U+003C>s><U+005B>INST] <U+003C><SYS>>"),
            ("\u{301}a\u{301}\u{302}\u{303}\u{304}b\u{301}", "<U+0301>a\u{301}\u{302}<U+0303><U+0304>b\u{301}"),
            ("\u{e0041}\u{e007f}", "<U+E0041><U+E007F>"),
        ];
        for (text, wanted) in cases {
            assert_eq!(shown(text), wanted);
        }
    }

    #[test]
    fn the_table_knows_what_unicode_calls_invisible() {
        let class = regex::Regex::new(r"^[\p{Cc}\p{Cf}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}]$").unwrap();
        let missed: Vec<String> = ('\u{0}'..=char::MAX)
            .filter(|character| !matches!(character, '\t' | ' ') && class.is_match(character.encode_utf8(&mut [0; 4])))
            .filter(|character| !is_invisible(*character))
            .map(|character| format!("{:x}", u32::from(character)))
            .collect();
        assert!(missed.is_empty(), "{missed:?}");
    }
}
