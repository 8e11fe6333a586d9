//! How deep a Rust file nests, told from its bytes before a recursive parser sees them. It does not know whether the file
//! is valid; it may only guess too high.

/// What bounds the recursion of a parser and of a walk over its tree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Depth {
    /// The deepest nesting of `(`, `[` and `{`.
    pub(super) brackets: usize,
    /// The most operators and keywords that are open at once: `!!!x`, `a.b().c()`, `A<B<C>>`, `x + y + z`, `else if`.
    pub(super) chain: usize,
}

/// Keywords that an expression may repeat without a bracket between.
const PREFIXES: &[&[u8]] = &[
    b"if", b"else", b"while", b"match", b"return", b"break", b"yield", b"as", b"in", b"for", b"move", b"dyn", b"impl",
];

/// Measures `text` in one pass. Comments and literals are stepped over well enough: what is taken for code by mistake only
/// raises the measure, but a bracket that a literal hides never lowers it, since an unmatched closer is ignored.
pub(super) fn measure(text: &str) -> Depth {
    let bytes = text.as_bytes();
    let mut depth = Depth::default();
    // The chain of each open bracket's statement, and their sum.
    let mut open: Vec<usize> = vec![0];
    let mut sum = 0;
    let mut at = 0;
    let mut after_block = false;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        match byte {
            b'/' if next == Some(b'/') => {
                at = memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default()).map_or(bytes.len(), |line| at + line);
                continue;
            }
            b'/' if next == Some(b'*') => {
                at = end_of_comment(bytes, at + 2);
                continue;
            }
            b'"' => {
                at = end_of_string(bytes, at + 1);
                after_block = false;
                continue;
            }
            b'\'' => {
                at = end_of_character(bytes, at);
                after_block = false;
                continue;
            }
            b'r' if matches!(next, Some(b'"' | b'#'))
                && at
                    .checked_sub(1)
                    .and_then(|before| bytes.get(before))
                    .is_none_or(|b| *b == b'b' || *b == b'c' || !is_word(*b)) =>
            {
                if let Some(end) = end_of_raw_string(bytes, at + 1) {
                    at = end;
                    after_block = false;
                    continue;
                }
            }
            _ => {}
        }
        if is_word(byte) {
            let end = at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_word(**byte)).count();
            let word = bytes.get(at..end).unwrap_or_default();
            if after_block && word != b"else" && word != b"as" {
                close_statement(&mut open, &mut sum);
            }
            if PREFIXES.contains(&word) {
                add(&mut open, &mut sum);
            }
            after_block = false;
            at = end;
        } else {
            match byte {
                b'(' | b'[' | b'{' => {
                    open.push(0);
                    after_block = false;
                }
                b')' | b']' | b'}' => {
                    if open.len() > 1 {
                        sum -= open.pop().unwrap_or_default();
                    }
                    after_block = byte == b'}';
                }
                b';' | b',' => {
                    close_statement(&mut open, &mut sum);
                    after_block = false;
                }
                b'#' if after_block => {
                    close_statement(&mut open, &mut sum);
                    after_block = false;
                }
                _ if byte.is_ascii_punctuation() => {
                    add(&mut open, &mut sum);
                    after_block = false;
                }
                _ => {}
            }
            at += 1;
        }
        depth.brackets = depth.brackets.max(open.len() - 1);
        depth.chain = depth.chain.max(sum);
    }
    depth
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn add(open: &mut [usize], sum: &mut usize) {
    if let Some(last) = open.last_mut() {
        *last += 1;
        *sum += 1;
    }
}

fn close_statement(open: &mut [usize], sum: &mut usize) {
    if let Some(last) = open.last_mut() {
        *sum -= *last;
        *last = 0;
    }
}

/// Block comments nest.
fn end_of_comment(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 1;
    while depth > 0 {
        match (bytes.get(at), bytes.get(at + 1)) {
            (None, _) => return bytes.len(),
            (Some(b'*'), Some(b'/')) => {
                depth -= 1;
                at += 2;
            }
            (Some(b'/'), Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            _ => at += 1,
        }
    }
    at
}

fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    loop {
        match bytes.get(at) {
            None => return bytes.len(),
            Some(b'\\') => at += 2,
            Some(b'"') => return at + 1,
            Some(_) => at += 1,
        }
    }
}

/// A character literal is stepped over, a lifetime's quote alone is.
fn end_of_character(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at + 1) == Some(&b'\\') {
        let body = bytes.get(at + 3..).unwrap_or_default();
        return body.iter().take(12).position(|byte| *byte == b'\'').map_or(at + 1, |quote| at + 3 + quote + 1);
    }
    let width = match bytes.get(at + 1) {
        Some(0xF0..) => 4,
        Some(0xE0..) => 3,
        Some(0xC0..) => 2,
        _ => 1,
    };
    if bytes.get(at + 1 + width) == Some(&b'\'') { at + width + 2 } else { at + 1 }
}

/// `at` stands behind the `r`.
fn end_of_raw_string(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let hashes = rest.iter().take_while(|byte| **byte == b'#').count();
    if rest.get(hashes) != Some(&b'"') {
        return None;
    }
    let mut from = at + hashes + 1;
    loop {
        let Some(quote) = memchr::memchr(b'"', bytes.get(from..)?) else { return Some(bytes.len()) };
        from += quote + 1;
        let closing = bytes.get(from..from + hashes).unwrap_or_default();
        if closing.len() == hashes && closing.iter().all(|byte| *byte == b'#') {
            return Some(from + hashes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::measure;

    #[test]
    fn nesting_and_chains() {
        assert_eq!(measure("fn f() { g([1, (2)]) }").brackets, 4);
        assert!(measure(&format!("const X: bool = {}true;", "!".repeat(5000))).chain >= 5000);
        assert!(measure(&format!("fn f() {{ x{} }}", ".a()".repeat(3000))).chain >= 3000);
        assert!(measure(&format!("fn f() {{ if a {{}} {} }}", "else if b {}".repeat(900))).chain >= 900);
    }

    #[test]
    fn ordinary_files_stay_low() {
        let text =
            "pub fn f(a: &str) -> Result<(), E> { if a.is_empty() { return Err(E::X); } g(a)?; Ok(()) }\n".repeat(1000);
        let depth = measure(&text);
        assert!(depth.brackets <= 3 && depth.chain < 64, "{depth:?}");
    }

    #[test]
    fn literals_hide_brackets() {
        let text = r###"const A: &str = "((((\"(("; const B: char = '('; const C: char = '\''; const D: &str = r##"(("# (("##; // ((((
            /* ((( /* (( */ ( */ fn f<'a>(x: &'a str) {}"###;
        assert_eq!(measure(text).brackets, 1);
    }
}
