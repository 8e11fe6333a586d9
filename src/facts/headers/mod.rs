//! HTTP response headers that server configuration sets. One file a server. Comments never count; what a server adds to
//! requests that it passes on is no response header. Code that sets headers is the adapters' to see.

use super::documents::Line;
use super::model::{Header, Range};

mod apache;
mod caddy;
mod nginx;
mod static_hosts;

type Read = fn(&str, &str) -> Result<Vec<Header>, HeadersError>;

/// Why a configuration cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadersError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where.
    pub span: Range,
}

/// How the files are named that are read, for people: [`is_configuration`] decides.
pub const NAMES: &[&str] = &[
    ".htaccess",
    "httpd.conf",
    "apache2.conf",
    "Caddyfile",
    "*.caddyfile",
    "_headers",
    "vercel.json",
    "netlify.toml",
    "*.conf",
    "*.nginx",
    "sites-available/*",
    "sites-enabled/*",
];

/// Who reads the file at `path`, by its name.
fn reader(path: &str) -> Option<Read> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_folder = |wanted: &str| path.split('/').rev().skip(1).any(|folder| folder == wanted);
    let ends = |end: &str| name.strip_suffix(end).is_some();
    let apache: Read = |_, text| Ok(apache::read(text));
    let caddy: Read = |_, text| Ok(caddy::read(text));
    Some(match name {
        ".htaccess" | "httpd.conf" | "apache2.conf" => apache,
        "Caddyfile" => caddy,
        "_headers" => |_, text| Ok(static_hosts::headers_file(text)),
        "vercel.json" => static_hosts::vercel,
        "netlify.toml" => static_hosts::netlify,
        _ if ends(".caddyfile") || ends(".Caddyfile") => caddy,
        _ if ends(".conf") && (in_folder("apache") || in_folder("apache2") || in_folder("httpd")) => apache,
        _ if ends(".conf") || ends(".nginx") || in_folder("sites-available") || in_folder("sites-enabled") => {
            nginx::read
        }
        _ => return None,
    })
}

/// Whether a file is server configuration that this room reads, by its name.
pub fn is_configuration(path: &str) -> bool {
    reader(path).is_some()
}

/// The headers that the configuration at `path` sets, in order; nothing where it is no file that this room reads.
///
/// # Errors
/// Where the file's own format is broken: what it sets is then not known.
pub fn read(path: &str, text: &str) -> Option<Result<Vec<Header>, HeadersError>> {
    Some(reader(path)?(path, text).map(|mut headers| {
        headers.sort_by_key(|header| header.span);
        headers
    }))
}

/// The headers that the configuration at `path` sets; nothing where it is none, or broken, which [`read`] tells apart.
pub fn of_config(path: &str, text: &str) -> Option<Vec<Header>> {
    read(path, text)?.ok()
}

/// A word of a configuration line, without its quotes.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    span: Range,
}

/// The words of a line up to a comment: quotes join, `#` comments where a word begins.
fn words(line: Line<'_>) -> Vec<Word> {
    let mut out = Vec::new();
    let mut rest = line.trimmed();
    while let Some(first) = rest.text.chars().next().filter(|first| *first != '#') {
        if matches!(first, '"' | '\'' | '`') {
            let mut text = String::new();
            let mut end = rest.text.len();
            let mut letters = rest.text.char_indices().skip(1);
            while let Some((at, letter)) = letters.next() {
                match letter {
                    letter if letter == first => {
                        end = at + 1;
                        break;
                    }
                    '\\' if first != '`' => text.extend(letters.next().map(|(_, escaped)| escaped)),
                    letter => text.push(letter),
                }
            }
            let (word, after) = rest.split_at(end);
            out.push(Word { text, span: word.span() });
            rest = after.trimmed();
        } else {
            let end = rest.text.find(char::is_whitespace).unwrap_or(rest.text.len());
            let (word, after) = rest.split_at(end);
            out.push(Word { text: word.text.to_owned(), span: word.span() });
            rest = after.trimmed();
        }
    }
    out
}

fn header(name: &Word, value: Option<&str>, literal: impl Fn(&str) -> bool) -> Header {
    let value = value.map(str::trim).filter(|value| literal(value)).map(Into::into);
    Header { name: name.text.as_str().into(), value, span: name.span }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::string_slice, reason = "tests slice their own fixtures")]

    use std::fmt::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn rendered(path: &str, text: &str) -> String {
        let mut out = String::new();
        match read(path, text) {
            None => out.push_str("not read\n"),
            Some(Err(error)) => writeln!(out, "error: {}", error.message).unwrap(),
            Some(Ok(headers)) => {
                for header in headers {
                    let at = &text[header.span.start as usize..header.span.end as usize];
                    writeln!(out, "{}: {} ‹{at}›", header.name, header.value.as_deref().unwrap_or("(unknown)"))
                        .unwrap();
                }
            }
        }
        out
    }

    #[test]
    fn configurations_and_their_twins() {
        crate::facts::twins::check("tests/headers", rendered);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "(add_header|Header|header|set|always|[{};#\"'\\\\ \n:/+-]|é|X-A|\\PC){0,30}") {
            for path in ["nginx.conf", ".htaccess", "Caddyfile", "_headers", "vercel.json", "netlify.toml"] {
                for header in read(path, &text).unwrap().unwrap_or_default() {
                    prop_assert!(text.get(header.span.start as usize..header.span.end as usize).is_some());
                }
            }
        }
    }
}
