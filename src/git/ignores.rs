//! The `.gitignore` files of a work tree, nested as git nests them. Does not know the index, nor any exclude of the machine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::base::system::{System, SystemError};

/// Largest `.gitignore`, bytes.
const GITIGNORE: u64 = 1 << 20;

/// One `.gitignore` and those above it.
#[derive(Debug)]
pub(crate) struct Ignores {
    matcher: Gitignore,
    directory: PathBuf,
    above: Option<Arc<Self>>,
}

/// Why an ignore file cannot be followed.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// The system did not give it.
    System(SystemError),
    /// Its patterns are too many or too large.
    Patterns(String),
}

impl Ignores {
    /// The ignore file of a directory of the work tree `root`, and those above it.
    ///
    /// # Errors
    /// Where it cannot be read, or its patterns cannot be used.
    pub(crate) fn read(
        system: &dyn System,
        root: &Path,
        directory: &Path,
        above: Option<Arc<Self>>,
    ) -> Result<Self, Unreadable> {
        let path = root.join(directory).join(".gitignore");
        let text = system.read(&path, GITIGNORE).map_err(Unreadable::System)?;
        let mut builder = GitignoreBuilder::new("");
        for line in String::from_utf8_lossy(&text).trim_start_matches('\u{feff}').lines() {
            // A line that is no pattern ignores nothing, as in git.
            drop(builder.add_line(None, &as_git_reads(line)));
        }
        let matcher =
            builder.build().map_err(|error| Unreadable::Patterns(format!("its patterns cannot be used: {error}")))?;
        Ok(Self { matcher, directory: directory.to_owned(), above })
    }

    /// Whether an entry of `directory` is ignored: the nearest file that speaks of it decides.
    pub(crate) fn hold(&self, directory: &Path, name: &OsStr, is_directory: bool) -> bool {
        let path = directory.join(name);
        let mut level = Some(self);
        while let Some(ignores) = level {
            let below = path.strip_prefix(&ignores.directory).unwrap_or(&path);
            match ignores.matcher.matched(below, is_directory) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => level = ignores.above.as_deref(),
            }
        }
        false
    }
}

/// A line of an ignore file in the words of the matcher, which would read braces as alternatives and does not know
/// `[[:alpha:]]`. A test holds the outcome to git's own.
fn as_git_reads(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        match c {
            '\\' if !in_class => {
                taken = taken.saturating_add(rest.chars().nth(1).map_or(0, char::len_utf8));
                out.push_str(rest.get(..taken).unwrap_or_default());
            }
            '{' | '}' if !in_class => out.extend(['[', c, ']']),
            '[' if !in_class => {
                in_class = true;
                // A `]` that stands first is a member.
                let first = ["[]", "[!]", "[^]"].into_iter().find(|opening| rest.starts_with(opening));
                let opening = first.unwrap_or("[");
                taken = opening.len();
                out.push_str(opening);
            }
            '[' if rest.starts_with("[:") => match named_class(rest) {
                Some((length, ranges)) => {
                    taken = length;
                    out.push_str(ranges);
                }
                None => out.push(c),
            },
            ']' => {
                in_class = false;
                out.push(c);
            }
            c => out.push(c),
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    out
}

/// The named class that `text` begins with: its length and its ranges.
fn named_class(text: &str) -> Option<(usize, &'static str)> {
    const CLASSES: [(&str, &str); 12] = [
        ("[:alnum:]", "a-zA-Z0-9"),
        ("[:alpha:]", "a-zA-Z"),
        ("[:blank:]", " \t"),
        ("[:cntrl:]", "\u{1}-\u{1f}\u{7f}"),
        ("[:digit:]", "0-9"),
        ("[:graph:]", "!-.0-~"),
        ("[:lower:]", "a-z"),
        ("[:print:]", " -.0-~"),
        ("[:punct:]", "!-.:-@[-`{-~"),
        ("[:space:]", " \t-\r"),
        ("[:upper:]", "A-Z"),
        ("[:xdigit:]", "0-9A-Fa-f"),
    ];
    CLASSES.into_iter().find(|(name, _)| text.starts_with(name)).map(|(name, ranges)| (name.len(), ranges))
}
