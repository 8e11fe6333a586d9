//! One changed file as git writes it in a patch, in canonical form. Does not know where the two sides come from.

use std::fmt::Write as _;

use super::{Mode, RepoPath, binary, lines};

/// Lines of context around a change.
const CONTEXT: usize = 3;
/// Bytes in which a NUL makes a file binary.
const PROBE: usize = 8000;
const NO_END: &[u8] = b"\n\\ No newline at end of file\n";

/// One side.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    pub(super) mode: Mode,
    /// Git's id in hex.
    pub(super) id: &'a str,
    pub(super) content: &'a [u8],
}

/// The text of a file's change, and what can be said of it.
#[derive(Debug, Default)]
pub(super) struct Rendered {
    pub(super) text: Vec<u8>,
    pub(super) binary: bool,
    pub(super) insertions: u64,
    pub(super) deletions: u64,
    pub(super) steps: u64,
}

/// Renders a change; a file that became a link, or the like, is one that went and one that came.
pub(super) fn render(path: &RepoPath, old: Option<Given<'_>>, new: Option<Given<'_>>) -> Rendered {
    let mut out = Rendered::default();
    match (old, new) {
        (Some(before), Some(after)) if !before.mode.is_like(after.mode) => {
            section(path, Some(before), None, &mut out);
            section(path, None, Some(after), &mut out);
        }
        _ => section(path, old, new, &mut out),
    }
    out
}

fn section(path: &RepoPath, old: Option<Given<'_>>, new: Option<Given<'_>>, out: &mut Rendered) {
    let (a, b) = (path.below('a'), path.below('b'));
    let mut head = format!("diff --git {a} {b}\n");
    let zero = "0".repeat(old.or(new).map_or(40, |side| side.id.len()));
    let id = |side: Option<Given<'_>>| side.map_or_else(|| zero.clone(), |side| side.id.to_owned());
    let mut mode = String::new();
    match (old, new) {
        (None, Some(new)) => {
            let _ = writeln!(head, "new file mode {}", new.mode.octal());
        }
        (Some(old), None) => {
            let _ = writeln!(head, "deleted file mode {}", old.mode.octal());
        }
        (Some(old), Some(new)) if old.mode != new.mode => {
            let _ = writeln!(head, "old mode {}\nnew mode {}", old.mode.octal(), new.mode.octal());
        }
        (_, side) => mode = side.map(|side| format!(" {}", side.mode.octal())).unwrap_or_default(),
    }
    let (before, after) = (id(old), id(new));
    if before != after {
        let _ = writeln!(head, "index {before}..{after}{mode}");
    }
    out.text.extend_from_slice(head.as_bytes());
    let (left, right) = (old.map_or(&[][..], |side| side.content), new.map_or(&[][..], |side| side.content));
    if left == right {
        return;
    }
    if is_binary(left) || is_binary(right) {
        out.binary = true;
        out.text.extend_from_slice(b"GIT binary patch\n");
        binary::literal(right, &mut out.text);
        binary::literal(left, &mut out.text);
        return;
    }
    for (sign, side, name) in [("---", old, a), ("+++", new, b)] {
        let name = if side.is_some() { name } else { "/dev/null".to_owned() };
        // Without it, whoever reads the line could not tell where a name with a space ends.
        let tab = if name.contains(' ') { "\t" } else { "" };
        out.text.extend_from_slice(format!("{sign} {name}{tab}\n").as_bytes());
    }
    match lines::compare(left, right) {
        Some(compared) => {
            out.steps = out.steps.saturating_add(compared.steps);
            hunks(&compared, out);
        }
        None => whole(left, right, out),
    }
}

/// Whether git would not show it as text.
pub(super) fn is_binary(content: &[u8]) -> bool {
    content.iter().take(PROBE).any(|byte| *byte == 0)
}

/// All of the one, then all of the other.
fn whole(old: &[u8], new: &[u8], out: &mut Rendered) {
    let count = |text: &[u8]| text.split_inclusive(|byte| *byte == b'\n').count();
    let (before, after) = (count(old), count(new));
    let header = format!("@@ -{} +{} @@\n", range(0, before), range(0, after));
    out.text.extend_from_slice(header.as_bytes());
    for (sign, text) in [(b'-', old), (b'+', new)] {
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            push(sign, line, &mut out.text);
        }
    }
    out.deletions = out.deletions.saturating_add(before as u64);
    out.insertions = out.insertions.saturating_add(after as u64);
}

/// A run of lines that were replaced: from where to where in both texts.
#[derive(Clone, Copy, Debug)]
struct Edit {
    old: usize,
    old_end: usize,
    new: usize,
    new_end: usize,
}

fn edits(compared: &lines::Compared<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut old, mut new) = (0, 0);
    let run = |flags: &[bool], from: usize| {
        flags.get(from..).unwrap_or_default().iter().take_while(|flag| **flag).count().saturating_add(from)
    };
    while old < compared.old.len() || new < compared.new.len() {
        let (old_end, new_end) = (run(&compared.removed, old), run(&compared.added, new));
        if old_end > old || new_end > new {
            edits.push(Edit { old, old_end, new, new_end });
        }
        (old, new) = (old_end.saturating_add(1), new_end.saturating_add(1));
    }
    edits
}

fn hunks(compared: &lines::Compared<'_>, out: &mut Rendered) {
    let edits = edits(compared);
    let mut rest = edits.as_slice();
    while let Some(first) = rest.first() {
        // Changes whose contexts touch are one hunk.
        let apart = rest
            .windows(2)
            .position(|pair| matches!(pair, [left, right] if right.old.saturating_sub(left.old_end) > 2 * CONTEXT));
        let (hunk, after) =
            rest.split_at_checked(apart.map_or(rest.len(), |at| at.saturating_add(1))).unwrap_or((rest, &[]));
        rest = after;
        let last = hunk.last().unwrap_or(first);
        let before = first.old.min(first.new).min(CONTEXT);
        let behind = compared.old.len().saturating_sub(last.old_end).min(CONTEXT);
        let (old_from, new_from) = (first.old.saturating_sub(before), first.new.saturating_sub(before));
        let (old_to, new_to) = (last.old_end.saturating_add(behind), last.new_end.saturating_add(behind));
        let header = format!(
            "@@ -{} +{} @@\n",
            range(old_from, old_to.saturating_sub(old_from)),
            range(new_from, new_to.saturating_sub(new_from))
        );
        out.text.extend_from_slice(header.as_bytes());
        let mut at = old_from;
        for edit in hunk {
            between(b' ', &compared.old, at, edit.old, &mut out.text);
            between(b'-', &compared.old, edit.old, edit.old_end, &mut out.text);
            between(b'+', &compared.new, edit.new, edit.new_end, &mut out.text);
            out.deletions = out.deletions.saturating_add(edit.old_end.saturating_sub(edit.old) as u64);
            out.insertions = out.insertions.saturating_add(edit.new_end.saturating_sub(edit.new) as u64);
            at = edit.old_end;
        }
        between(b' ', &compared.old, at, old_to, &mut out.text);
    }
}

fn between(sign: u8, lines: &[&[u8]], from: usize, to: usize, out: &mut Vec<u8>) {
    for line in lines.get(from..to).unwrap_or_default() {
        push(sign, line, out);
    }
}

fn push(sign: u8, line: &[u8], out: &mut Vec<u8>) {
    out.push(sign);
    out.extend_from_slice(line);
    if !line.ends_with(b"\n") {
        out.extend_from_slice(NO_END);
    }
}

/// `from,count` as a hunk's header has it: counted from 1, the line before where there are none, the count left out where
/// it is 1.
fn range(from: usize, count: usize) -> String {
    match count {
        0 => format!("{from},0"),
        1 => format!("{}", from.saturating_add(1)),
        _ => format!("{},{count}", from.saturating_add(1)),
    }
}
