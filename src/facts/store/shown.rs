//! What of the files is shown to people and judges: whole lines, with what is known to be a secret masked. Does not know why
//! something is shown.

use super::super::secrets;
use super::{FileId, Range, Store};
use crate::base::source::LineIndex;
use crate::verdict::Location;

impl Store<'_> {
    /// The file at a path, if the store knows it.
    pub fn id_of(&self, path: &str) -> Option<FileId> {
        let found = self.files.binary_search_by(|file| (*file.path).cmp(path)).ok().or_else(|| {
            let more = self.elsewhere.get()?.as_ref().ok()?;
            let at = more.binary_search_by(|file| (*file.path).cmp(path)).ok()?;
            self.files.len().checked_add(at)
        });
        u32::try_from(found?).ok().map(FileId)
    }

    fn indexed(&self, id: FileId) -> Option<(&str, &LineIndex)> {
        let text = self.text(id)?;
        Some((text, self.file(id)?.lines.get_or_init(|| LineIndex::new(text.as_bytes()))))
    }

    /// How many lines a text file has; a line break at its end begins none.
    pub fn line_count(&self, id: FileId) -> Option<u32> {
        let (text, lines) = self.indexed(id)?;
        let count = lines.lines().saturating_sub(usize::from(text.is_empty() || text.ends_with('\n')));
        u32::try_from(count).ok()
    }

    /// The first and the last line (from 1) of a range.
    pub fn lines_of(&self, id: FileId, range: Range) -> Option<(u32, u32)> {
        let (text, lines) = self.indexed(id)?;
        let last = range.end.saturating_sub(1).max(range.start);
        Some((lines.position(text, range.start).0, lines.position(text, last).0))
    }

    /// The range of a place.
    pub fn range_of(&self, id: FileId, place: &Location) -> Option<Range> {
        let (text, lines) = self.indexed(id)?;
        let at = |line: u32, column: u32| {
            let start = lines.line_start(line)? as usize;
            let rest = text.get(start..)?;
            let before = (column as usize).saturating_sub(1);
            Some(start.saturating_add(rest.char_indices().nth(before).map_or(rest.len(), |(at, _)| at)))
        };
        Some(Range::new(at(place.line, place.column)?, at(place.end_line, place.end_column)?))
    }

    /// The bytes of the lines `first` to `last` (from 1).
    pub fn extent(&self, id: FileId, first: u32, last: u32) -> Option<Range> {
        let (text, lines) = self.indexed(id)?;
        let start = lines.line_start(first)? as usize;
        let end = lines.line_start(last.saturating_add(1)).map_or(text.len(), |end| end as usize);
        Some(Range::new(start, end))
    }

    /// The lines `first` to `last` (from 1) as they are shown: line ends are LF, the last line has one too, and what is
    /// known to be a secret is masked character by character.
    pub fn excerpt(&self, id: FileId, first: u32, last: u32) -> Option<String> {
        let extent = self.extent(id, first, last)?;
        let text = self.text(id)?.get(extent.start as usize..extent.end as usize)?;
        let mut out = masked(text, extent.start, &self.kept_out(id, extent)).replace("\r\n", "\n");
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        Some(out)
    }

    /// A line of a file (from 1), without its end, for people to look at: what is known to be a secret is masked.
    pub fn line(&self, path: &str, line: u32) -> Option<String> {
        let id = self.id_of(path)?;
        let mut text = self.excerpt(id, line, line)?;
        text.truncate(text.trim_end_matches('\n').len());
        Some(text)
    }

    /// Words about the lines of a range, without the secrets that stand in these lines.
    pub fn scrubbed(&self, id: FileId, lines: (u32, u32), words: &str) -> String {
        const SHORTEST: usize = 4;
        let mut out = words.to_owned();
        let Some(extent) = self.extent(id, lines.0, lines.1) else { return out };
        for secret in self.kept_out(id, extent) {
            let text = self.text(id).and_then(|text| text.get(secret.start as usize..secret.end as usize));
            if let Some(text) = text.filter(|text| text.len() >= SHORTEST && out.contains(text)) {
                out = out.replace(text, "•••");
            }
        }
        out
    }

    /// What of a range is never shown: known secrets, and what rules call secret; in order, none touching another.
    fn kept_out(&self, id: FileId, within: Range) -> Vec<Range> {
        let Ok(hidden) = self.hidden.lock() else { return vec![within] };
        let end = Range { start: within.end, end: u32::MAX };
        let hidden = hidden.range((id, Range::default())..=(id, end)).map(|(_, range)| *range);
        let text = self.text(id).unwrap_or_default();
        let known = self.secrets(id).unwrap_or_default().iter().map(|secret| secrets::whole(text, *secret));
        let mut all: Vec<Range> =
            known.chain(hidden).filter(|range| range.start < within.end && within.start < range.end).collect();
        all.sort_unstable();
        let mut merged: Vec<Range> = Vec::with_capacity(all.len());
        for range in all {
            match merged.last_mut().filter(|last| range.start <= last.end) {
                Some(last) => last.end = last.end.max(range.end),
                None => merged.push(range),
            }
        }
        merged
    }

    /// Keeps a range out of everything that is shown. Only what is shown is masked by it, and that is when all is judged:
    /// what one assertion hides never changes another's findings.
    pub(in crate::facts) fn hide(&self, id: FileId, range: Range) {
        if let Ok(mut hidden) = self.hidden.lock() {
            hidden.insert((id, range));
        }
    }
}

/// `text`, which starts at byte `start` of its file, with dots in place of `secrets`, which are in order.
fn masked(text: &str, start: u32, secrets: &[Range]) -> String {
    if secrets.is_empty() {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut secrets = secrets.iter().peekable();
    for (at, letter) in text.char_indices() {
        let at = (start as usize).saturating_add(at);
        while secrets.next_if(|secret| secret.end as usize <= at).is_some() {}
        let is_secret = secrets.peek().is_some_and(|secret| secret.start as usize <= at);
        out.push(if is_secret && !matches!(letter, '\n' | '\r') { '•' } else { letter });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::store::Settings;
    use crate::target::MemoryTarget;

    #[test]
    fn lines_are_whole_and_secrets_masked_line_by_line() {
        let text = "\u{feff}a = 1\r\nkey = \"one\r\ntwo\"\r\nlast";
        let target = MemoryTarget::new([("x.txt", text.as_bytes()), ("y.txt", b"".as_slice())]);
        let store = Store::open(&target, ["*.txt"], Settings::default());
        let id = store.id_of("x.txt").unwrap();
        let at = store.text(id).unwrap().find("one").unwrap();
        store.hide(id, Range::new(at, at + 8));
        assert_eq!(store.line_count(id), Some(4));
        assert_eq!(store.excerpt(id, 1, 9).unwrap(), "a = 1\nkey = \"•••\n•••\"\nlast\n");
        assert_eq!(store.line("x.txt", 2).unwrap(), "key = \"•••");
        assert_eq!(store.line("x.txt", 5), None);
        assert_eq!(store.line_count(store.id_of("y.txt").unwrap()), Some(0));
        assert_eq!(store.id_of("z.txt"), None);
        let range =
            store.range_of(id, &Location { path: "x.txt".into(), line: 2, column: 1, end_line: 3, end_column: 2 });
        assert_eq!(range, Some(Range::new(7, 20)));
        assert_eq!(store.lines_of(id, Range::new(7, 20)), Some((2, 3)));
    }
}
