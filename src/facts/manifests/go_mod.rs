//! `go.mod`: what is required, at the version that minimal version selection starts from, after `replace`.
//!
//! A module that is replaced by another module or by a folder, or whose version is excluded, has no version that this
//! file tells.

use std::collections::{BTreeMap, BTreeSet};

use super::{Dependency, GO, Manifest, ManifestError};
use crate::facts::documents::{Line, lines, shown};
use crate::facts::model::Range;

#[derive(Default)]
struct Module<'a> {
    required: Vec<(&'a str, &'a str, Range)>,
    /// What stands behind the arrow, by module and version; the empty version is every one.
    replaced: BTreeMap<(&'a str, &'a str), Vec<&'a str>>,
    excluded: BTreeSet<(&'a str, &'a str)>,
}

/// Parses a `go.mod`.
pub(super) fn parse(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let mut module = Module::default();
    let mut block: Option<Word<'_>> = None;
    for line in lines(manifest.text) {
        let words = words(line)?;
        let Some((first, rest)) = words.split_first() else { continue };
        match (block, first.text, rest) {
            (Some(_), ")", []) => block = None,
            (Some(verb), ..) => module.directive(verb, &words)?,
            (None, _, [open]) if open.text == "(" => block = Some(*first),
            (None, ..) => module.directive(*first, rest)?,
        }
    }
    if let Some(open) = block {
        return Err(ManifestError::new(format!("the block `{}` does not end", shown(open.text)), open.span));
    }
    Ok(module.rows())
}

#[derive(Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    span: Range,
}

impl<'a> Module<'a> {
    fn directive(&mut self, verb: Word<'a>, words: &[Word<'a>]) -> Result<(), ManifestError> {
        let wrong = |what: &str| Err(ManifestError::new(format!("expected `{} {what}`", verb.text), verb.span));
        match verb.text {
            "require" => match words {
                [path, version] if is_version(version.text) => {
                    self.required.push((path.text, version.text, path.span));
                }
                _ => return wrong("module version"),
            },
            "exclude" => match words {
                [path, version] => {
                    self.excluded.insert((path.text, version.text));
                }
                _ => return wrong("module version"),
            },
            "replace" => {
                let Some(arrow) = words.iter().position(|word| word.text == "=>") else {
                    return wrong("module => other");
                };
                let (from, to) = words.split_at_checked(arrow).unwrap_or((words, &[]));
                let (path, version) = match from {
                    [path] => (path.text, ""),
                    [path, version] => (path.text, version.text),
                    _ => return wrong("module => other"),
                };
                self.replaced.insert((path, version), to.iter().skip(1).map(|word| word.text).collect());
            }
            "module" | "go" | "toolchain" | "godebug" | "retract" | "tool" | "ignore" => {}
            other => {
                let message = format!("`{}` is no directive of a go.mod file", shown(other));
                return Err(ManifestError::new(message, verb.span));
            }
        }
        Ok(())
    }

    fn rows(&self) -> Vec<Dependency> {
        let row = |(path, version, span): &(&str, &str, Range)| {
            let by = self.replaced.get(&(*path, *version)).or_else(|| self.replaced.get(&(*path, "")));
            match by.map(Vec::as_slice) {
                Some([other, version]) if other == path => Dependency::locked(GO, path, version, *span),
                Some(other) => Dependency::opaque(GO, path, &format!("=> {}", other.join(" ")), *span),
                None if self.excluded.contains(&(*path, *version)) => {
                    Dependency::opaque(GO, path, &format!("{version}, which is excluded"), *span)
                }
                None => Dependency::locked(GO, path, version, *span),
            }
        };
        self.required.iter().map(row).collect()
    }
}

fn is_version(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// The words of a line without its comment; a quoted word loses its quotes.
fn words(line: Line<'_>) -> Result<Vec<Word<'_>>, ManifestError> {
    let mut out = Vec::new();
    let mut rest = line.trimmed();
    while !rest.text.is_empty() && !rest.text.starts_with("//") {
        if let Some(quote) = rest.text.chars().next().filter(|first| matches!(first, '"' | '`')) {
            let inner = rest.from(1);
            let Some(end) = inner.text.find(quote) else {
                return Err(ManifestError::new("the quoted word does not end", rest.span()));
            };
            let (word, after) = inner.split_at(end);
            out.push(Word { text: word.text, span: word.span() });
            rest = after.from(1).trimmed();
            continue;
        }
        let end = rest.text.find(|letter: char| letter.is_whitespace()).unwrap_or(rest.text.len());
        let (word, after) = rest.split_at(end);
        // `)` and `(` are words of their own, also without blanks before them.
        let word = match word.text.strip_suffix('(').filter(|before| !before.is_empty()) {
            Some(before) => {
                let (word, paren) = word.split_at(before.len());
                out.push(Word { text: word.text, span: word.span() });
                paren
            }
            None => word,
        };
        out.push(Word { text: word.text, span: word.span() });
        rest = after.trimmed();
    }
    Ok(out)
}
