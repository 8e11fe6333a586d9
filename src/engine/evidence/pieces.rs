//! Which lines of which files are evidence: definitions around findings, their callers and tests, whole files. Knows no
//! sizes and reads no more text than it must.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::pack::Pack;
use crate::engine::Judgement;
use crate::facts::model::Range;
use crate::facts::relations::{self, Need, Rows};
use crate::facts::store::{Definition, FileId, Store, Wanted};
use crate::ir::plan::{Expr, Obligation};
use crate::judge::question::ExhibitKind;
use crate::verdict::{Finding, Location};

/// Lines on each side of a finding outside of any definition.
const AROUND: u32 = 20;
/// Lines on each side of a call outside of any definition: what is judged stands elsewhere.
const AROUND_CALL: u32 = 3;
/// A file of at most so many lines is shown whole where a part of it would be.
const SMALL: u32 = 60;
/// Most callers and tests that are gathered for one question; far more than are shown.
const RELATED: usize = 1_000;

/// Whole lines of a file.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) file: FileId,
    pub(super) kind: ExhibitKind,
    pub(super) name: Option<String>,
    /// From 1.
    pub(super) first: u32,
    pub(super) last: u32,
    /// Lines of the file that are pointed at, and what is there.
    pub(super) points: BTreeSet<(u32, String)>,
}

/// What the author wants to be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wants {
    pub(super) definition: bool,
    pub(super) callers: bool,
    pub(super) tests: bool,
    pub(super) file: bool,
}

/// A definition that Tier 1 found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    file: FileId,
    whole: Range,
    name: Arc<str>,
    family: &'static str,
}

/// What Tier 1 found, as lines.
#[derive(Clone, Debug)]
pub(super) struct Matched {
    pub(super) wants: Wants,
    /// Definitions and lines, in the order of path and place.
    pub(super) pieces: Vec<Piece>,
    /// What cannot be shown, with its size.
    pub(super) left: Vec<(String, usize)>,
    /// The definitions whose callers and tests may be asked for.
    pub(super) subjects: BTreeSet<Found>,
}

impl Matched {
    /// The names that are to be looked for in the target's code.
    pub(super) fn wanted(&self) -> impl Iterator<Item = Wanted> {
        let subjects = self.subjects.iter().filter(|_| self.wants.callers || self.wants.tests);
        subjects.map(|it| Wanted { name: it.name.clone(), family: it.family })
    }
}

fn wants(words: &[Arc<str>]) -> Wants {
    let has = |word: &str| words.iter().any(|it| **it == *word);
    Wants {
        definition: words.is_empty() || has("definition"),
        callers: has("callers"),
        tests: has("tests"),
        file: has("file"),
    }
}

/// The definitions and lines of a judgement's findings.
pub(super) fn matched(store: &Store<'_>, obligation: &Obligation, judgement: &Judgement) -> Matched {
    let wants = wants(&obligation.evidence);
    let mut matched = Matched { wants, pieces: Vec::new(), left: Vec::new(), subjects: BTreeSet::new() };
    let mut unread: BTreeSet<Arc<str>> = BTreeSet::new();
    for finding in &judgement.findings {
        let path = &finding.location.path;
        match place(store, finding) {
            Ok((piece, definition)) => {
                if let Some(definition) = definition
                    && let Some(name) = definition.name
                {
                    let family = store.family(piece.file);
                    matched.subjects.insert(Found { file: piece.file, whole: definition.whole, name, family });
                }
                if wants.definition {
                    matched.pieces.push(piece);
                }
            }
            Err(left) => {
                if unread.insert(path.clone()) {
                    matched.left.push(left);
                }
            }
        }
    }
    matched.pieces = joined(matched.pieces);
    if judgement.more > 0 {
        matched.left.push((format!("what is at {} more places that are not listed", judgement.more), 0));
    }
    matched
}

/// The lines of a finding and the definition that it stands in; else what cannot be shown.
fn place(store: &Store<'_>, finding: &Finding) -> Result<(Piece, Option<Definition>), (String, usize)> {
    let location = &finding.location;
    let path = &location.path;
    let Some(file) = store.id_of(path) else { return Err((format!("`{path}`, which is not part of the run"), 0)) };
    let whole = whole(store, file)?;
    // A finding of the file itself is at no line of it.
    if *location == Location::file(path.clone()) {
        return Ok((whole, None));
    }
    let Some(range) = store.range_of(file, location) else { return Ok((whole, None)) };
    let words = store.scrubbed(file, (location.line, location.end_line), &finding.message);
    let points = BTreeSet::from([(location.line, words)]);
    let around = store.definition_around(file, range);
    if let Some(definition) = around
        && let Some(piece) = of_definition(store, file, &definition, ExhibitKind::Definition, points.clone())
    {
        return Ok((piece, Some(definition)));
    }
    if whole.last <= SMALL {
        return Ok((Piece { points, ..whole }, None));
    }
    let lines = (location.line, location.end_line);
    Ok((window(&whole, lines, AROUND, ExhibitKind::Lines, points), None))
}

fn of_definition(
    store: &Store<'_>,
    file: FileId,
    definition: &Definition,
    kind: ExhibitKind,
    points: BTreeSet<(u32, String)>,
) -> Option<Piece> {
    let (first, last) = store.lines_of(file, definition.whole)?;
    let first = store.comment_above(file, first);
    Some(Piece { file, kind, name: Some(definition.title.clone()), first, last, points })
}

/// Some lines of a file and those around them.
fn window(
    whole: &Piece,
    (first, last): (u32, u32),
    around: u32,
    kind: ExhibitKind,
    points: BTreeSet<(u32, String)>,
) -> Piece {
    let first = first.saturating_sub(around).max(1);
    let last = last.saturating_add(around).min(whole.last);
    Piece { file: whole.file, kind, name: None, first, last, points }
}

/// A whole file; else why it cannot be shown.
fn whole(store: &Store<'_>, file: FileId) -> Result<Piece, (String, usize)> {
    let of = store.file(file);
    let path = of.map_or("", |of| &*of.path);
    let Some(last) = store.line_count(file) else {
        let mut rows = Rows::default();
        store.content_problem(file, &mut rows);
        let problem = rows.problems.into_iter().next();
        return Err((problem.map_or_else(|| format!("`{path}`: cannot be read"), |it| it.message), 0));
    };
    if last == 0 {
        return Err((format!("`{path}`: is empty"), 0));
    }
    Ok(Piece { file, kind: ExhibitKind::File, name: None, first: 1, last, points: BTreeSet::new() })
}

/// Pieces in the order of file and place, outer before inner: the same one once with all its points, windows that touch
/// as one.
fn joined(mut pieces: Vec<Piece>) -> Vec<Piece> {
    pieces.sort_by_key(|piece| (piece.file, piece.first, std::cmp::Reverse(piece.last)));
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let joins = |last: &Piece| {
            let same = (last.file, last.kind) == (piece.file, piece.kind);
            let windows = piece.name.is_none() && last.name.is_none() && piece.first <= last.last.saturating_add(1);
            same && (windows || (last.first, last.last, &last.name) == (piece.first, piece.last, &piece.name))
        };
        // A window may have definitions between itself and the next one.
        match out.iter_mut().rev().take_while(|last| last.file == piece.file).find(|last| joins(last)) {
            Some(last) => {
                last.last = last.last.max(piece.last);
                last.points.extend(piece.points);
            }
            None => out.push(piece),
        }
    }
    out
}

/// Where the claim is that something is missing, there is no place to point at: the files that were read, in order.
pub(super) fn scopes(store: &Store<'_>, obligation: &Obligation, pack: &mut Pack<'_, '_>) {
    let mut read: BTreeMap<&str, Need> = BTreeMap::new();
    obligation.expr.walk(&mut |expr| {
        let (scope, need) = match expr {
            Expr::Relation { name, scope, .. } => (scope, relations::relation(name).map_or(Need::Text, |it| it.need)),
            Expr::Readable { scope } => (scope, Need::Text),
            _ => return,
        };
        // Of two relations the one that reads more files.
        read.entry(scope).and_modify(|known| *known = if *known == need { need } else { Need::Text }).or_insert(need);
    });
    let mut seen = BTreeSet::new();
    for (scope, need) in read {
        let Some(scope) = store.scope_id(scope).and_then(|id| store.scope(id)) else { continue };
        for id in scope.files_for(Need::Text) {
            // Data has no rows of code: nothing of it was looked at.
            let looked_at = need != Need::Code || store.language(id).is_code();
            if !looked_at || !seen.insert(id) {
                continue;
            }
            let Some(file) = store.file(id) else { continue };
            let size = usize::try_from(file.size).unwrap_or(usize::MAX);
            if pack.has_room_for(size) {
                match whole(store, id) {
                    Ok(piece) => pack.add(piece),
                    Err((what, bytes)) => pack.omit(|| what, bytes),
                }
            } else {
                pack.omit(|| format!("`{}`", file.path), size);
            }
        }
    }
}

/// The callers and tests of what was found, as far as they are wanted: callers first, in the order of path and place; and
/// whether there are more than are gathered.
pub(super) fn related(
    store: &Store<'_>,
    wants: Wants,
    subjects: &BTreeSet<Found>,
    mentions: &BTreeMap<Wanted, Vec<FileId>>,
) -> (Vec<Piece>, bool) {
    let (mut callers, mut tests): (Vec<Piece>, Vec<Piece>) = (Vec::new(), Vec::new());
    for subject in subjects {
        let wanted = Wanted { name: subject.name.clone(), family: subject.family };
        for file in mentions.get(&wanted).into_iter().flatten().copied() {
            let is_itself = |place: Range| file == subject.file && subject.whole.contains(place);
            if wants.callers && callers.len() < RELATED {
                let calls = store.calls_of(file, &subject.name).into_iter();
                let calls = calls.filter(|call| !is_itself(*call) && !store.is_in_test(file, *call));
                callers.extend(calls.filter_map(|call| caller(store, file, call, &subject.name)));
            }
            if wants.tests && tests.len() < RELATED {
                let found = store.tests_of(file, &subject.name).into_iter().filter(|test| !is_itself(test.whole));
                tests.extend(
                    found.filter_map(|test| of_definition(store, file, &test, ExhibitKind::Test, BTreeSet::new())),
                );
            }
        }
    }
    let more = callers.len() >= RELATED || tests.len() >= RELATED;
    let by_path = |pieces: Vec<Piece>| {
        let mut pieces = joined(pieces);
        // Files beyond the scopes have ids after those of the scopes.
        pieces.sort_by(|left, right| {
            let path = |piece: &Piece| store.file(piece.file).map(|file| file.path.clone());
            path(left).cmp(&path(right))
        });
        pieces
    };
    let mut all = by_path(callers);
    all.append(&mut by_path(tests));
    (all, more)
}

/// The definition that calls; outside of any the lines around the call.
fn caller(store: &Store<'_>, file: FileId, call: Range, name: &str) -> Option<Piece> {
    let lines = store.lines_of(file, call)?;
    let points = BTreeSet::from([(lines.0, format!("call of `{name}`"))]);
    match store.definition_around(file, call) {
        Some(definition) => of_definition(store, file, &definition, ExhibitKind::Caller, points),
        None => Some(window(&whole(store, file).ok()?, lines, AROUND_CALL, ExhibitKind::Caller, points)),
    }
}

/// The whole files of a judgement's findings.
pub(super) fn files(store: &Store<'_>, judgement: &Judgement) -> Vec<Piece> {
    let ids: BTreeSet<FileId> =
        judgement.findings.iter().filter_map(|finding| store.id_of(&finding.location.path)).collect();
    let mut pieces: Vec<Piece> = ids.into_iter().filter_map(|id| whole(store, id).ok()).collect();
    for finding in &judgement.findings {
        let location = &finding.location;
        if *location == Location::file(location.path.clone()) {
            continue;
        }
        if let Some(id) = store.id_of(&location.path)
            && let Some(piece) = pieces.iter_mut().find(|piece| piece.file == id)
        {
            let words = store.scrubbed(id, (location.line, location.end_line), &finding.message);
            piece.points.insert((location.line, words));
        }
    }
    pieces
}

/// What Tier 1 said, without the secrets at the places that it speaks of.
pub(super) fn finding(store: &Store<'_>, judgement: &Judgement) -> String {
    judgement.findings.iter().fold(judgement.message.clone(), |words, finding| {
        let location = &finding.location;
        match store.id_of(&location.path) {
            Some(id) => store.scrubbed(id, (location.line, location.end_line), &words),
            None => words,
        }
    })
}
