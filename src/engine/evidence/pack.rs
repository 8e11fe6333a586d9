//! Pieces of files as exhibits, within what a judge can be shown: whole pieces or nothing, nothing twice, and what is left
//! out is said.

use super::pieces::Piece;
use crate::facts::store::Store;
use crate::judge::question::{Exhibit, Omission, Point};

/// Most bytes of text that one question shows.
pub(super) const BYTES: usize = 96 << 10;
/// Most exhibits of one question.
const EXHIBITS: usize = 64;
/// Most omissions that are listed; the rest is counted.
const OMISSIONS: usize = 20;

/// The exhibits of one question while they are gathered.
pub(super) struct Pack<'s, 't> {
    store: &'s Store<'t>,
    taken: Vec<(Piece, String)>,
    bytes: usize,
    omitted: Vec<Omission>,
    /// Omissions that are not listed: how many, and their bytes.
    more: (usize, usize),
}

impl<'s, 't> Pack<'s, 't> {
    pub(super) fn new(store: &'s Store<'t>) -> Self {
        Self { store, taken: Vec::new(), bytes: 0, omitted: Vec::new(), more: (0, 0) }
    }

    /// Whether so many bytes more may fit.
    pub(super) fn has_room_for(&self, bytes: usize) -> bool {
        self.taken.len() < EXHIBITS && self.bytes.saturating_add(bytes) <= BYTES
    }

    /// Takes a piece if it fits as a whole. One that lies in another is shown by that one.
    pub(super) fn add(&mut self, piece: Piece) {
        let lies_in = |inner: &Piece, outer: &Piece| {
            inner.file == outer.file && outer.first <= inner.first && inner.last <= outer.last
        };
        if let Some((outer, _)) = self.taken.iter_mut().find(|(taken, _)| lies_in(&piece, taken)) {
            outer.points.extend(piece.points);
            return;
        }
        let inside = self.taken.iter().filter(|(taken, _)| lies_in(taken, &piece));
        let (count, bytes) = inside.fold((0_usize, 0_usize), |(count, bytes), (_, text)| {
            (count.saturating_add(1), bytes.saturating_add(text.len()))
        });
        let room = BYTES.saturating_sub(self.bytes.saturating_sub(bytes));
        let extent = self.store.extent(piece.file, piece.first, piece.last);
        let size = extent.map_or(0, |extent| extent.end.saturating_sub(extent.start) as usize);
        let crowded = self.taken.len().saturating_sub(count) >= EXHIBITS;
        let text = if crowded || size > room {
            None
        } else {
            // Masks and line ends change the size a little.
            self.store.excerpt(piece.file, piece.first, piece.last).filter(|text| text.len() <= room)
        };
        match text {
            None => self.omit(|| described(self.store, &piece), size),
            Some(text) if text.trim().is_empty() => {
                self.omit(|| format!("{}: is empty", described(self.store, &piece)), 0);
            }
            Some(text) => {
                let mut piece = piece;
                let inner: Vec<_> = self.taken.extract_if(.., |(taken, _)| lies_in(taken, &piece)).collect();
                piece.points.extend(inner.into_iter().flat_map(|(inner, _)| inner.points));
                self.bytes = self.bytes.saturating_sub(bytes).saturating_add(text.len());
                self.taken.push((piece, text));
            }
        }
    }

    /// Says that something is not shown.
    pub(super) fn omit(&mut self, what: impl FnOnce() -> String, bytes: usize) {
        if self.omitted.len() < OMISSIONS {
            self.omitted.push(Omission { what: what(), bytes });
        } else {
            self.more = (self.more.0.saturating_add(1), self.more.1.saturating_add(bytes));
        }
    }

    /// The exhibits, and what is not shown.
    pub(super) fn close(self) -> (Vec<Exhibit>, Vec<Omission>) {
        let Self { store, taken, mut omitted, more: (count, bytes), .. } = self;
        let exhibits = taken.into_iter().filter_map(|(piece, text)| exhibit(store, piece, text)).collect();
        if count > 0 {
            omitted.push(Omission { what: format!("{count} more"), bytes });
        }
        (exhibits, omitted)
    }
}

fn exhibit(store: &Store<'_>, piece: Piece, text: String) -> Option<Exhibit> {
    let Piece { file, kind, name, first, last, points } = piece;
    let within = points.into_iter().filter(|(line, _)| (first..=last).contains(line));
    let points =
        within.map(|(line, message)| Point { line: line.saturating_sub(first).saturating_add(1), message }).collect();
    Some(Exhibit { kind, path: store.file(file)?.path.clone(), name, first_line: first, text, points })
}

/// ``function `main` in `app/main.py` ``, `` `app/main.py` ``.
fn described(store: &Store<'_>, piece: &Piece) -> String {
    let path = store.file(piece.file).map_or("", |file| &*file.path);
    match &piece.name {
        Some(name) => format!("{name} in `{path}`"),
        None => format!("`{path}`"),
    }
}
