//! A path of a repository: any bytes, written as git writes it. Does not know what lies there.

use std::fmt;

/// A path from the top of a repository, `/` between segments; it need not be UTF-8. It is shown as git shows it with
/// `core.quotePath`: as it is, or in quotes with escapes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Vec<u8>);

impl RepoPath {
    /// The path of those bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path as text; none where it is not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The path below `a` or `b`, as a patch names it.
    pub(super) fn below(&self, side: char) -> String {
        quoted(Some(side), &self.0)
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(None, &self.0))
    }
}

fn quoted(side: Option<char>, bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().saturating_add(4));
    if let Some(side) = side {
        out.extend([side, '/']);
    }
    let mut plain = true;
    for &byte in bytes {
        let letter = match byte {
            7 => 'a',
            8 => 'b',
            b'\t' => 't',
            b'\n' => 'n',
            11 => 'v',
            12 => 'f',
            b'\r' => 'r',
            b'"' | b'\\' => char::from(byte),
            b' '..=b'~' => {
                out.push(char::from(byte));
                continue;
            }
            _ => {
                plain = false;
                out.push('\\');
                out.extend([byte >> 6, (byte >> 3) & 7, byte & 7].map(|digit| char::from(b'0'.saturating_add(digit))));
                continue;
            }
        };
        plain = false;
        out.extend(['\\', letter]);
    }
    if plain { out } else { format!("\"{out}\"") }
}
