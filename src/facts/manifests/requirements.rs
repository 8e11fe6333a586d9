//! `requirements.txt` and its kin: one requirement of PEP 508 a line, with pip's options, includes and constraints.
//!
//! A constraints file (`-c`) declares nothing; its ranges narrow what is declared. What an include declares has the
//! include's line as evidence.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::versions::Syntax;
use super::{Dependency, Manifest, ManifestError, PYPI, beside, names};
use crate::facts::documents::{Line, lines, shown};
use crate::facts::model::Range;

/// Deepest chain of includes.
const INCLUDES: usize = 16;
/// Most files that one manifest may reach.
const FILES: usize = 256;

/// Whether a path is one that pip users give such files.
pub(super) fn is_named(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or(path);
    let folder = parts.next().unwrap_or_default();
    let Some(stem) = name.strip_suffix(".txt").or_else(|| name.strip_suffix(".in")) else { return false };
    folder == "requirements" || stem.contains("requirements") || stem.contains("constraints")
}

/// Parses the requirements at the manifest's path and all that they include.
pub(super) fn parse(manifest: &Manifest<'_>) -> Result<Vec<Dependency>, ManifestError> {
    let mut reader = Reader { manifest, rows: Vec::new(), constraints: BTreeMap::new(), open: Vec::new(), files: 0 };
    reader.file(manifest.path, manifest.text, None, false)?;
    let Reader { mut rows, constraints, .. } = reader;
    for row in &mut rows {
        if let (Some(ranges), Syntax::Pep440) = (constraints.get(&names::pypi_normal(&row.name)), row.syntax) {
            let all = [row.range.as_ref()].into_iter().chain(ranges.iter().map(AsRef::as_ref));
            let joined = all.filter(|range| !range.is_empty()).collect::<Vec<_>>().join(",");
            let narrowed = Dependency::declared(PYPI, Syntax::Pep440, &row.name, &joined, row.span);
            *row = Dependency { declared_in: row.declared_in.take(), ..narrowed };
        }
    }
    Ok(rows)
}

/// A requirement of PEP 508, taken apart.
pub(super) struct Requirement<'a> {
    /// The package.
    pub(super) name: &'a str,
    /// Its specifiers, without parentheses.
    pub(super) range: &'a str,
    /// Where it comes from, instead of specifiers.
    pub(super) url: Option<&'a str>,
}

impl Requirement<'_> {
    /// The row for it.
    pub(super) fn row(&self, span: Range) -> Dependency {
        match self.url {
            Some(url) => Dependency::opaque(PYPI, self.name, url, span),
            None => Dependency::declared(PYPI, Syntax::Pep440, self.name, self.range, span),
        }
    }
}

/// Takes a requirement of PEP 508 apart; the error says what is wrong.
pub(super) fn requirement(text: &str) -> Result<Requirement<'_>, String> {
    let text = text.trim();
    let length = text
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.')))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(length).unwrap_or((text, ""));
    let edge = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    if !edge(name.chars().next()) || !edge(name.chars().next_back()) {
        return Err(format!("expected the name of a package at `{}`", shown(text)));
    }
    let mut rest = rest.trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        let Some((_, after)) = extras.split_once(']') else {
            return Err(format!("the extras of `{name}` do not end with `]`"));
        };
        rest = after.trim_start();
    }
    if let Some(url) = rest.strip_prefix('@') {
        let url = url.trim();
        let url = url.split_once(" ;").map_or(url, |(url, _)| url).trim();
        return Ok(Requirement { name, range: "", url: Some(url) });
    }
    let range = rest.split_once(';').map_or(rest, |(range, _)| range).trim();
    let range = range.strip_prefix('(').and_then(|range| range.strip_suffix(')')).unwrap_or(range).trim();
    if !(range.is_empty() || range.starts_with(['<', '>']) || ["==", "!=", "~="].iter().any(|op| range.starts_with(op)))
    {
        return Err(format!("expected a version behind `{name}`, not `{}`", shown(range)));
    }
    Ok(Requirement { name, range, url: None })
}

struct Reader<'a> {
    manifest: &'a Manifest<'a>,
    rows: Vec<Dependency>,
    constraints: BTreeMap<String, Vec<Arc<str>>>,
    /// The files that are being read, to find cycles.
    open: Vec<String>,
    files: usize,
}

/// What an option of pip does here.
enum Effect {
    Include,
    Constrain,
    Editable,
    Nothing,
}

const OPTIONS: &[(&str, Effect)] = &[
    ("--requirement", Effect::Include),
    ("--constraint", Effect::Constrain),
    ("--editable", Effect::Editable),
    ("--index-url", Effect::Nothing),
    ("--extra-index-url", Effect::Nothing),
    ("--no-index", Effect::Nothing),
    ("--find-links", Effect::Nothing),
    ("--no-binary", Effect::Nothing),
    ("--only-binary", Effect::Nothing),
    ("--prefer-binary", Effect::Nothing),
    ("--require-hashes", Effect::Nothing),
    ("--pre", Effect::Nothing),
    ("--trusted-host", Effect::Nothing),
    ("--use-feature", Effect::Nothing),
    ("-r", Effect::Include),
    ("-c", Effect::Constrain),
    ("-e", Effect::Editable),
    ("-i", Effect::Nothing),
    ("-f", Effect::Nothing),
];

impl Reader<'_> {
    /// Reads one file; `from` is the line of the manifest that reaches it.
    fn file(&mut self, path: &str, text: &str, from: Option<Range>, constrains: bool) -> Result<(), ManifestError> {
        self.open.push(path.to_owned());
        for logical in logical_lines(text) {
            let span = from.unwrap_or(logical.span);
            let content = logical.text.trim();
            if content.starts_with('-') {
                self.option(path, content, span, from.is_some(), constrains)?;
            } else if !content.is_empty() {
                let bare = content.split(" --").next().unwrap_or(content);
                let token = from.unwrap_or_else(|| logical.token(bare));
                if let Some(row) = self.row(bare, token, path)? {
                    self.keep(row, path, from.is_some(), constrains);
                }
            }
        }
        self.open.pop();
        Ok(())
    }

    fn keep(&mut self, row: Dependency, path: &str, included: bool, constrains: bool) {
        if constrains {
            self.constraints.entry(names::pypi_normal(&row.name)).or_default().push(row.range);
        } else {
            self.rows.push(Dependency { declared_in: included.then(|| Arc::from(path)), ..row });
        }
    }

    fn row(&self, text: &str, span: Range, path: &str) -> Result<Option<Dependency>, ManifestError> {
        // A place instead of a name: what it holds is known where it says so.
        let first = text.split([' ', ';']).next().unwrap_or(text);
        let is_wheel = first.rsplit_once('.').is_some_and(|(_, extension)| extension == "whl");
        let is_place = first.contains("://") || first.starts_with(['.', '/', '$']) || is_wheel;
        if is_place && text.split_once('@').is_none_or(|(name, _)| name.contains([':', '/'])) {
            return Ok(named_by_place(first).map(|name| Dependency::opaque(PYPI, name, first, span)));
        }
        match requirement(text) {
            Ok(requirement) => Ok(Some(requirement.row(span))),
            Err(message) if path == self.manifest.path => Err(ManifestError::new(message, span)),
            Err(message) => Err(ManifestError::new(format!("in `{}`: {message}", shown(path)), span)),
        }
    }

    fn option(
        &mut self,
        path: &str,
        text: &str,
        span: Range,
        included: bool,
        constrains: bool,
    ) -> Result<(), ManifestError> {
        let found = OPTIONS.iter().find_map(|(name, effect)| {
            let rest = text.strip_prefix(name)?;
            let glued = !name.starts_with("--") && !rest.is_empty();
            (glued || rest.is_empty() || rest.starts_with(['=', ' ', '\t'])).then_some((effect, rest))
        });
        let Some((effect, rest)) = found else {
            return Err(ManifestError::new(format!("`{}` is no option of a requirements file", shown(text)), span));
        };
        let value = rest.trim_start_matches(['=', ' ', '\t']).trim().trim_matches(['"', '\'']);
        match effect {
            Effect::Nothing => Ok(()),
            Effect::Editable => {
                if let Some(row) = self.row(value, span, path)? {
                    self.keep(row, path, included, constrains);
                }
                Ok(())
            }
            Effect::Include => self.include(path, value, span, constrains),
            Effect::Constrain => self.include(path, value, span, true),
        }
    }

    fn include(&mut self, path: &str, written: &str, span: Range, constrains: bool) -> Result<(), ManifestError> {
        let at = |message: String| ManifestError::new(message, span);
        let target = beside(path, written).map_err(at)?;
        if self.open.contains(&target) {
            return Err(at(format!("`{}` includes itself", shown(&target))));
        }
        if self.open.len() > INCLUDES {
            return Err(at(format!("includes are nested deeper than {INCLUDES} levels")));
        }
        self.files += 1;
        if self.files > FILES {
            return Err(at(format!("the manifest includes more than {FILES} files")));
        }
        let text = (self.manifest.read)(&target)
            .map_err(|message| at(format!("the included `{}` cannot be read: {message}", shown(&target))))?;
        self.file(&target, &text, Some(span), constrains)
    }
}

/// The package that a place names: `#egg=name`, or a wheel's file name.
fn named_by_place(place: &str) -> Option<&str> {
    if let Some((_, fragment)) = place.split_once("#egg=").or_else(|| place.split_once("&egg=")) {
        return fragment.split(['&', '[']).next().filter(|name| !name.is_empty());
    }
    let file = place.split(['#', '?']).next()?.rsplit('/').next()?;
    file.strip_suffix(".whl")?.split('-').next().filter(|name| !name.is_empty())
}

/// A line with those that its `\` joins to it, without comments.
struct Logical {
    text: String,
    span: Range,
}

impl Logical {
    /// The place of the requirement alone, where it stands on one line.
    fn token(&self, bare: &str) -> Range {
        let bare = bare.trim_end();
        let whole = (self.span.end - self.span.start) as usize;
        if bare.len() <= whole {
            Range::new(self.span.start as usize, self.span.start as usize + bare.len())
        } else {
            self.span
        }
    }
}

fn logical_lines(text: &str) -> Vec<Logical> {
    let text = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, '\u{feff}'.len_utf8()));
    let mut out: Vec<Logical> = Vec::new();
    let mut open = false;
    for line in lines(text.0) {
        let line = Line { start: line.start + text.1, ..line };
        let continued = line.text.ends_with('\\');
        let body = without_comment(line).trimmed();
        let body = if continued { Line { text: body.text.trim_end_matches('\\').trim_end(), ..body } } else { body };
        match out.last_mut().filter(|_| open) {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(body.text);
                if body.text.is_empty() {
                    last.text.pop();
                } else {
                    last.span.end = body.span().end;
                }
            }
            None => out.push(Logical { text: body.text.to_owned(), span: body.span() }),
        }
        open = continued;
    }
    out
}

/// A line up to a `#` at its start or behind a blank.
fn without_comment(line: Line<'_>) -> Line<'_> {
    let mut blank = true;
    for (at, letter) in line.text.char_indices() {
        if blank && letter == '#' {
            return line.split_at(at).0;
        }
        blank = letter.is_whitespace();
    }
    line
}
