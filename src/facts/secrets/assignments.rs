//! Names of credentials that are given a literal: `password = "..."`, `api_key: ...`, `SECRET_KEY=...`, in code and
//! configuration. What a name is given by a call, a look-up or another name is no literal.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::Secret;
use super::literals::{self, Name};
use crate::facts::language;
use crate::facts::model::Range;

/// Parts that every credential's name holds, in lower case.
const PARTS: [&str; 9] = ["passw", "passphrase", "pwd", "secret", "token", "key", "credential", "passcode", "pass_"];

#[expect(clippy::expect_used, reason = "the parts are constants, and every test of this room builds them")]
static SEARCH: LazyLock<AhoCorasick> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(PARTS).expect("the parts compile"));

/// The last words of names whose values people choose, and of those whose values machines make.
const CHOSEN: &[&str] = &["password", "passwd", "pwd", "passphrase", "passcode", "secret", "secrets", "passwords"];
const MADE: &[&str] = &["token", "tokens", "apikey", "credential", "credentials", "secretkey", "accesskey", "authkey"];

/// Words before a last `key` that make it a credential.
const KEYS: &[&str] = &[
    "api",
    "secret",
    "access",
    "auth",
    "private",
    "encryption",
    "signing",
    "account",
    "master",
    "client",
    "app",
    "service",
    "subscription",
    "license",
    "session",
    "jwt",
    "hmac",
    "aes",
    "crypto",
    "shared",
    "storage",
    "admin",
    "deploy",
    "webhook",
];

/// Last words that a name may have behind its credential.
const SUFFIXES: &[&str] = &[
    "prod",
    "production",
    "dev",
    "development",
    "staging",
    "stage",
    "live",
    "primary",
    "secondary",
    "default",
    "value",
    "string",
    "str",
    "base",
    "plain",
    "plaintext",
    "literal",
    "test",
    "b64",
    "base64",
    "old",
    "new",
    "root",
    "admin",
];

/// Words that make a name something public, or not a value at all.
const NOT: &[&str] = &[
    "public",
    "pub",
    "hash",
    "hashed",
    "digest",
    "publishable",
    "placeholder",
    "label",
    "prompt",
    "foreign",
    "primary_key",
    "cache",
    "sort",
    "partition",
    "csrf",
    "next",
    "page",
    "continuation",
    "token_type",
    "idempotency",
    "schema",
];

/// Longest name and longest value that are looked at.
const NAME: usize = 128;
const VALUE: usize = 1024;

/// Adds the literals that credentials' names are given.
pub(super) fn find(path: &str, text: &str, out: &mut Vec<Secret>) {
    let bare = bare_values(path);
    let mut done = 0;
    for hit in SEARCH.find_iter(text) {
        if hit.start() < done {
            continue;
        }
        let (start, end) = name_around(text, hit.start(), hit.end());
        done = end;
        let Some(name) = text.get(start..end) else { continue };
        let Some(sort) = sort_of(name) else { continue };
        let Some(value) = assigned(text, start, end, bare) else { continue };
        let literal = text.get(value.start as usize..value.end as usize).unwrap_or_default();
        let quote = (value.start as usize).checked_sub(1).and_then(|at| text.as_bytes().get(at));
        if bare != Bare::Never && !matches!(quote, Some(b'"' | b'\'' | b'`')) {
            // What stands without quotes is one value: names in it are part of it. A call is none.
            done = done.max(value.end as usize);
            if literal.contains('(') {
                continue;
            }
        }
        if !same(name, literal) && literals::is_credential(sort, name, literal) {
            out.push(Secret { kind: "assignment", span: value });
        }
    }
}

/// Where a value needs no quotes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bare {
    /// Code: a bare word is another name.
    Never,
    /// To the end of the line, or a comment.
    Line,
    /// To the next blank, behind `=` alone.
    Word,
}

fn bare_values(path: &str) -> Bare {
    match language::of_path(path).name {
        "yaml" | "ini" | "dotenv" | "properties" => Bare::Line,
        "bash" | "dockerfile" => Bare::Word,
        _ => Bare::Never,
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// The whole identifier around a hit; dots end it.
fn name_around(text: &str, start: usize, end: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let before = bytes.get(start.saturating_sub(NAME)..start).unwrap_or_default();
    let after = bytes.get(end..(end + NAME).min(bytes.len())).unwrap_or_default();
    let left = before.iter().rev().take_while(|byte| is_name(**byte)).count();
    let right = after.iter().take_while(|byte| is_name(**byte)).count();
    (start - left, end + right)
}

/// The words of a name, in lower case: `dbPassword`, `DB_PASSWORD`, `db-password`.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut before = '_';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let starts = letter.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || (before.is_ascii_uppercase() && letters.peek().is_some_and(char::is_ascii_lowercase)));
        if letter.is_ascii_alphanumeric() {
            match out.last_mut().filter(|_| !starts && before.is_ascii_alphanumeric()) {
                Some(word) => word.push(letter.to_ascii_lowercase()),
                None => out.push(letter.to_ascii_lowercase().to_string()),
            }
        }
        before = letter;
    }
    out
}

/// What a name says of its value; nothing where it names no credential.
fn sort_of(name: &str) -> Option<Name> {
    let mut words = words(name);
    if words.iter().any(|word| NOT.contains(&word.as_str())) {
        return None;
    }
    while let Some(last) = words.last_mut() {
        let kept = last.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
        last.truncate(kept);
        if words.len() > 1 && words.last().is_some_and(|last| last.is_empty() || SUFFIXES.contains(&last.as_str())) {
            words.pop();
        } else {
            break;
        }
    }
    let last = words.last()?.as_str();
    let before = words.iter().rev().nth(1).map_or("", String::as_str);
    if CHOSEN.contains(&last) || CHOSEN.iter().take(4).any(|word| last.ends_with(word)) {
        return Some(Name::Chosen);
    }
    if MADE.contains(&last) || ["token", "apikey", "secretkey"].iter().any(|word| last.ends_with(word)) {
        return Some(Name::Made);
    }
    match (before, last) {
        ("pass", "word" | "phrase" | "code") => Some(Name::Chosen),
        // `key` alone is the key of a map.
        (before, "key" | "keys") if KEYS.contains(&before) => Some(Name::Made),
        _ => None,
    }
}

/// Whether the value only repeats the name: `PASSWORD = "password"`.
fn same(name: &str, value: &str) -> bool {
    words(name).concat() == words(value).concat()
}

/// A view of the text that moves forward.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// What follows, no more of it than a value may hold: a line may be the whole file.
    fn rest(self) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = (0..4).map(|more| (VALUE + more).min(rest.len())).find(|end| rest.is_char_boundary(*end));
        rest.get(..end.unwrap_or(0)).unwrap_or_default()
    }

    fn peek(self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, sign: &str) -> bool {
        let found = self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(sign.as_bytes()));
        if found {
            self.at += sign.len();
        }
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }
}

/// The literal that the name before `at` is given.
fn assigned(text: &str, start: usize, at: usize, bare: Bare) -> Option<Range> {
    let mut cursor = Cursor { text, at };
    // `<password>value</password>`
    let opened = start.checked_sub(1).and_then(|before| text.as_bytes().get(before)) == Some(&b'<');
    if opened && cursor.eat(">") {
        let (value, after) = cursor.rest().split_once('<')?;
        return if after.starts_with('/') && !value.contains('\n') { bounded(cursor.at, value) } else { None };
    }
    // The end of a quoted or escaped key, and of an index: `"password": `, `config["password"] = `.
    let escaped = cursor.eat("\\\"");
    let _ = escaped || cursor.eat("\"") || cursor.eat("'") || cursor.eat("`");
    cursor.eat("]");
    cursor.eat("?");
    // A shell compares with blanks around `=` and assigns without.
    if bare != Bare::Word {
        cursor.blanks();
    }
    let colon = operator(&mut cursor)?;
    cursor.blanks();
    // YAML and TypeScript break lines behind the operator only for blocks and types, which are no literals.
    if let Some(value) = quoted(cursor) {
        return Some(value);
    }
    let takes = match bare {
        Bare::Never => false,
        Bare::Line => true,
        Bare::Word => !colon,
    };
    takes.then(|| bare_value(cursor, bare)).flatten()
}

/// Steps over the operator and an annotation of the type; whether the operator is a colon alone.
fn operator(cursor: &mut Cursor<'_>) -> Option<bool> {
    // Go and C write the type behind or before the name: `const apiKey string = `, `apiKey[] = `.
    for word in ["string", "String", "[]byte", "[]"] {
        let before = *cursor;
        if cursor.eat(word) {
            cursor.blanks();
            if cursor.peek() == Some(b'=') {
                break;
            }
            *cursor = before;
        }
    }
    if cursor.eat("==") || cursor.eat("!=") {
        return None;
    }
    if cursor.eat(":=") || cursor.eat("?=") || cursor.eat("+=") || cursor.eat("=>") || cursor.eat("=") {
        return Some(false);
    }
    if !cursor.eat(":") || cursor.peek() == Some(b':') {
        return None;
    }
    // `password: str = "..."`, `KEY: &'static str = "..."`, `password: string | null = "..."`.
    let before = *cursor;
    let kind = cursor.rest().bytes().take(64).take_while(|byte| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b' ' | b'&' | b'\'' | b'_' | b'|' | b'.' | b'[' | b']' | b'<' | b'>')
    });
    let length = kind.count();
    cursor.at += length;
    if length > 0 && cursor.peek() == Some(b'=') && !cursor.rest().starts_with("==") {
        cursor.at += 1;
        return Some(false);
    }
    *cursor = before;
    Some(true)
}

/// A literal in quotes, with the prefixes of strings; only one that is not joined to other things.
fn quoted(mut cursor: Cursor<'_>) -> Option<Range> {
    for prefix in ["r#\"", "@\"", "b\"", "r\"", "u\"", "br\"", "b'", "r'", "u'", "$'"] {
        if cursor.rest().starts_with(prefix) {
            cursor.at += prefix.len() - 1;
            break;
        }
    }
    let escaped = cursor.eat("\\");
    let quote = cursor.peek().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    cursor.at += 1;
    if cursor.peek() == Some(quote) {
        // Three quotes open a text of several lines; two are an empty one.
        let mut inner = Cursor { at: cursor.at + 1, ..cursor };
        if inner.peek() != Some(quote) {
            return None;
        }
        inner.at += 1;
        cursor = inner;
    }
    let bytes = cursor.text.as_bytes().get(cursor.at..)?;
    let mut slash = false;
    for (length, byte) in bytes.iter().take(VALUE).enumerate() {
        if *byte == b'\n' || (*byte == quote && !slash) || (escaped && *byte == b'\\') {
            let closed = *byte != b'\n';
            let value = cursor.text.get(cursor.at..cursor.at + length)?;
            return if closed { bounded(cursor.at, value) } else { None };
        }
        slash = *byte == b'\\' && !slash;
    }
    None
}

/// A value without quotes.
fn bare_value(cursor: Cursor<'_>, bare: Bare) -> Option<Range> {
    // A map, a list, an alias, a block, another tag: no literal.
    if matches!(cursor.peek()?, b'{' | b'[' | b'*' | b'&' | b'!' | b'|' | b'>' | b'"' | b'\'') {
        return None;
    }
    let line = cursor.rest().split('\n').next().unwrap_or_default();
    let value = match bare {
        Bare::Line => line.split(" #").next().unwrap_or_default().split(" ;").next().unwrap_or_default().trim_end(),
        Bare::Word | Bare::Never => line.split([' ', '\t', ';', '&', '|', '\r']).next().unwrap_or_default(),
    };
    bounded(cursor.at, value)
}

fn bounded(at: usize, value: &str) -> Option<Range> {
    (!value.is_empty() && value.len() <= VALUE).then(|| Range::new(at, at + value.len()))
}
