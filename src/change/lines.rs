//! Which lines differ: one algorithm without options, so that the same two texts always give the same answer. Does not know
//! files or patches.
//!
//! Leading and trailing lines that both sides have are common. Of the rest, lines that the other side does not have are
//! changed. What remains is compared by Myers' algorithm in linear space, from both ends at once; a middle that has several
//! shortest ways takes the diagonals from the high to the low. Then every run of changes is moved as far down as it goes
//! without changing the texts, and back up to where it stands beside a run of the other side, where there is one.
//!
//! The work is counted in steps. Past [`WORK`], all lines between the common ends are changed: never a guess that depends on
//! a machine. This module is part of the format: whatever changes its answer changes digests.

use std::collections::HashMap;

/// Most steps for one pair of texts.
pub(super) const WORK: u64 = 1 << 24;
/// Most lines of a text that is compared.
pub(super) const LINES: usize = 1 << 22;

/// Two texts in lines, and which lines differ.
#[derive(Debug)]
pub(super) struct Compared<'a> {
    pub(super) old: Vec<&'a [u8]>,
    pub(super) new: Vec<&'a [u8]>,
    pub(super) removed: Vec<bool>,
    pub(super) added: Vec<bool>,
    /// What it took.
    pub(super) steps: u64,
}

/// Compares two texts; none where one has too many lines.
pub(super) fn compare<'a>(old: &'a [u8], new: &'a [u8]) -> Option<Compared<'a>> {
    compare_within(old, new, WORK)
}

fn compare_within<'a>(old: &'a [u8], new: &'a [u8], work: u64) -> Option<Compared<'a>> {
    let (old, new) = (split(old)?, split(new)?);
    let mut known: HashMap<&[u8], u32> = HashMap::new();
    let mut tokens = |lines: &[&'a [u8]]| -> Option<Vec<u32>> {
        let mut tokens = Vec::with_capacity(lines.len());
        for line in lines {
            let next = u32::try_from(known.len()).ok()?;
            tokens.push(*known.entry(line).or_insert(next));
        }
        Some(tokens)
    };
    let (left, right) = (tokens(&old)?, tokens(&new)?);
    let mut removed = vec![false; left.len()];
    let mut added = vec![false; right.len()];
    let steps = edits(&left, &right, known.len(), &mut removed, &mut added, work);
    Some(Compared { old, new, removed, added, steps })
}

/// The lines of a text, each with its end.
fn split(text: &[u8]) -> Option<Vec<&[u8]>> {
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').take(LINES.saturating_add(1)).collect();
    (lines.len() <= LINES).then_some(lines)
}

/// Marks the tokens that differ and tells the steps that it took.
#[expect(
    clippy::indexing_slicing,
    reason = "every index is below a length that was just taken; a property test holds it"
)]
fn edits(left: &[u32], right: &[u32], distinct: usize, removed: &mut [bool], added: &mut [bool], work: u64) -> u64 {
    let front = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let back = left[front..].iter().rev().zip(right[front..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (left_end, right_end) = (left.len() - back, right.len() - back);
    let mut in_left = vec![false; distinct];
    let mut in_right = vec![false; distinct];
    for token in &left[front..left_end] {
        in_left[*token as usize] = true;
    }
    for token in &right[front..right_end] {
        in_right[*token as usize] = true;
    }
    let kept = |tokens: &[u32], end: usize, others: &[bool]| -> Vec<usize> {
        (front..end).filter(|at| others[tokens[*at] as usize]).collect()
    };
    let (left_at, right_at) = (kept(left, left_end, &in_right), kept(right, right_end, &in_left));
    removed[front..left_end].fill(true);
    added[front..right_end].fill(true);
    let a: Vec<u32> = left_at.iter().map(|at| left[*at]).collect();
    let b: Vec<u32> = right_at.iter().map(|at| right[*at]).collect();
    let mut budget = Budget { left: work };
    let mut common = Vec::new();
    if !shortest(&a, &b, &mut common, &mut budget) {
        return work;
    }
    for (x, y) in common {
        removed[left_at[x]] = false;
        added[right_at[y]] = false;
    }
    // Where the steps end here, the runs stay where they are: still the same on every machine.
    let _ = settle(left, removed, added, &mut budget) && settle(right, added, removed, &mut budget);
    work - budget.left
}

/// Steps that are left.
struct Budget {
    left: u64,
}

impl Budget {
    /// Whether that many are left; they are taken.
    fn take(&mut self, steps: u64) -> bool {
        let enough = self.left.checked_sub(steps);
        self.left = enough.unwrap_or_default();
        enough.is_some()
    }
}

/// The positions that a shortest edit keeps; false where the steps did not suffice.
#[expect(clippy::indexing_slicing, reason = "boxes lie within both sequences; a property test holds it")]
fn shortest(a: &[u32], b: &[u32], common: &mut Vec<(usize, usize)>, budget: &mut Budget) -> bool {
    let size = a.len() + b.len() + 3;
    let (mut forward, mut backward) = (vec![0_isize; size], vec![0_isize; size]);
    let mut boxes = vec![(0, a.len(), 0, b.len())];
    while let Some((mut left, mut right, mut top, mut bottom)) = boxes.pop() {
        while left < right && top < bottom && a[left] == b[top] {
            common.push((left, top));
            left += 1;
            top += 1;
        }
        while left < right && top < bottom && a[right - 1] == b[bottom - 1] {
            right -= 1;
            bottom -= 1;
            common.push((right, bottom));
        }
        if left == right || top == bottom {
            continue;
        }
        let Some((x, y)) = middle(&a[left..right], &b[top..bottom], &mut forward, &mut backward, budget) else {
            return false;
        };
        let (x, y) = (left + x, top + y);
        boxes.push((left, x, top, y));
        boxes.push((x, right, y, bottom));
    }
    true
}

/// A point in the middle of a shortest edit of two sequences that neither begin nor end alike; none where the steps did not
/// suffice. `forward` and `backward` are room to work in.
#[expect(clippy::indexing_slicing, reason = "diagonals lie between -m-1 and n+1, the room is made for them")]
fn middle(
    a: &[u32],
    b: &[u32],
    forward: &mut [isize],
    backward: &mut [isize],
    budget: &mut Budget,
) -> Option<(usize, usize)> {
    /// No way leads to this diagonal.
    const NOWHERE: isize = -1;
    const NEVER: isize = isize::MAX;
    let n = isize::try_from(a.len()).ok()?;
    let m = isize::try_from(b.len()).ok()?;
    // A diagonal is x - y.
    let at = |diagonal: isize| (diagonal + m + 1).unsigned_abs();
    let odd = (n - m) & 1 == 1;
    let (mut low, mut high) = (0, 0);
    let (mut back_low, mut back_high) = (n - m, n - m);
    forward[at(0)] = 0;
    backward[at(n - m)] = n;
    for _ in 0..n + m {
        if low > -m {
            low -= 1;
            forward[at(low - 1)] = NOWHERE;
        } else {
            low += 1;
        }
        if high < n {
            high += 1;
            forward[at(high + 1)] = NOWHERE;
        } else {
            high -= 1;
        }
        let mut diagonal = high;
        while diagonal >= low {
            let removing = forward[at(diagonal - 1)];
            let adding = forward[at(diagonal + 1)];
            let removing = if removing != NOWHERE && removing < n { removing + 1 } else { NOWHERE };
            let adding = if adding != NOWHERE && adding - diagonal <= m { adding } else { NOWHERE };
            let begin = removing.max(adding);
            let mut x = begin;
            if x != NOWHERE {
                while x < n && x - diagonal < m && a[x.unsigned_abs()] == b[(x - diagonal).unsigned_abs()] {
                    x += 1;
                }
            }
            forward[at(diagonal)] = x;
            if !budget.take(1 + (x - begin).unsigned_abs() as u64) {
                return None;
            }
            if odd && x != NOWHERE && (back_low..=back_high).contains(&diagonal) && backward[at(diagonal)] <= x {
                return Some((x.unsigned_abs(), (x - diagonal).unsigned_abs()));
            }
            diagonal -= 2;
        }
        if back_low > -m {
            back_low -= 1;
            backward[at(back_low - 1)] = NEVER;
        } else {
            back_low += 1;
        }
        if back_high < n {
            back_high += 1;
            backward[at(back_high + 1)] = NEVER;
        } else {
            back_high -= 1;
        }
        let mut diagonal = back_high;
        while diagonal >= back_low {
            let adding = backward[at(diagonal - 1)];
            let removing = backward[at(diagonal + 1)];
            let adding = if adding != NEVER && adding - diagonal >= 0 { adding } else { NEVER };
            let removing = if removing != NEVER && removing > 0 { removing - 1 } else { NEVER };
            let begin = adding.min(removing);
            let mut x = begin;
            if x != NEVER {
                while x > 0 && x - diagonal > 0 && a[(x - 1).unsigned_abs()] == b[(x - diagonal - 1).unsigned_abs()] {
                    x -= 1;
                }
            }
            backward[at(diagonal)] = x;
            if !budget.take(1 + (begin - x).unsigned_abs() as u64) {
                return None;
            }
            if !odd && x != NEVER && (low..=high).contains(&diagonal) && x <= forward[at(diagonal)] {
                return Some((x.unsigned_abs(), (x - diagonal).unsigned_abs()));
            }
            diagonal -= 2;
        }
    }
    None
}

/// A run of changed lines between two unchanged ones, perhaps empty.
#[derive(Clone, Copy)]
struct Run {
    start: usize,
    end: usize,
}

/// The flags of one side, and its runs one after the other. The runs of both sides stand beside each other by their number.
struct Runs<'a>(&'a mut [bool]);

impl Runs<'_> {
    fn is_changed(&self, at: usize) -> bool {
        self.0.get(at).copied().unwrap_or(false)
    }

    fn set(&mut self, at: usize, changed: bool) {
        if let Some(flag) = self.0.get_mut(at) {
            *flag = changed;
        }
    }

    fn from(&self, start: usize) -> Run {
        let mut end = start;
        while self.is_changed(end) {
            end += 1;
        }
        Run { start, end }
    }

    fn next(&self, run: Run) -> Option<Run> {
        (run.end < self.0.len()).then(|| self.from(run.end + 1))
    }

    fn previous(&self, run: Run) -> Option<Run> {
        let end = run.start.checked_sub(1)?;
        let mut start = end;
        while start > 0 && self.is_changed(start - 1) {
            start -= 1;
        }
        Some(Run { start, end })
    }
}

/// Moves the runs of one side; false where the steps did not suffice.
fn settle(lines: &[u32], own: &mut [bool], other: &mut [bool], budget: &mut Budget) -> bool {
    let (mut own, other) = (Runs(own), Runs(other));
    let mut run = own.from(0);
    let mut beside = other.from(0);
    loop {
        if run.start < run.end && !settle_run(lines, &mut own, &other, &mut run, &mut beside, budget) {
            return false;
        }
        match (own.next(run), other.next(beside)) {
            (Some(next), Some(next_beside)) => (run, beside) = (next, next_beside),
            _ => return true,
        }
    }
}

fn settle_run(
    lines: &[u32],
    own: &mut Runs<'_>,
    other: &Runs<'_>,
    run: &mut Run,
    beside: &mut Run,
    budget: &mut Budget,
) -> bool {
    let mut aligned;
    let mut highest;
    loop {
        let length = run.end - run.start;
        while up(lines, own, run) {
            let Some(previous) = other.previous(*beside) else { return true };
            *beside = previous;
            if !budget.take(1) {
                return false;
            }
        }
        highest = run.end;
        aligned = (beside.start < beside.end).then_some(run.end);
        while down(lines, own, run) {
            let Some(next) = other.next(*beside) else { return true };
            *beside = next;
            if beside.start < beside.end {
                aligned = Some(run.end);
            }
            if !budget.take(1) {
                return false;
            }
        }
        // Grown by a run that it met: what could be said of the smaller one is void.
        if run.end - run.start == length {
            break;
        }
    }
    if run.end == highest || aligned.is_none() {
        return true;
    }
    while beside.start == beside.end {
        let Some(previous) = other.previous(*beside) else { return true };
        if !up(lines, own, run) {
            return true;
        }
        *beside = previous;
        if !budget.take(1) {
            return false;
        }
    }
    true
}

/// One line up, where the line above is the last of the run; what it meets becomes part of it.
fn up(lines: &[u32], own: &mut Runs<'_>, run: &mut Run) -> bool {
    let Some(above) = run.start.checked_sub(1) else { return false };
    let Some(last) = run.end.checked_sub(1) else { return false };
    if lines.get(above) != lines.get(last) {
        return false;
    }
    own.set(above, true);
    own.set(last, false);
    *run = Run { start: above, end: last };
    while run.start > 0 && own.is_changed(run.start - 1) {
        run.start -= 1;
    }
    true
}

/// One line down, where the line below is the first of the run; what it meets becomes part of it.
fn down(lines: &[u32], own: &mut Runs<'_>, run: &mut Run) -> bool {
    if run.end >= lines.len() || lines.get(run.start) != lines.get(run.end) {
        return false;
    }
    own.set(run.start, false);
    own.set(run.end, true);
    *run = Run { start: run.start + 1, end: run.end + 1 };
    while own.is_changed(run.end) {
        run.end += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Compared, compare, compare_within};

    /// What stays of the old is what stays of the new.
    fn holds(compared: &Compared<'_>) {
        let kept = |lines: &[&[u8]], flags: &[bool]| -> Vec<Vec<u8>> {
            lines.iter().zip(flags).filter(|(_, flag)| !**flag).map(|(line, _)| line.to_vec()).collect()
        };
        assert_eq!(kept(&compared.old, &compared.removed), kept(&compared.new, &compared.added));
    }

    /// The length of a longest common subsequence, by the table of the textbook.
    fn longest(a: &[&[u8]], b: &[&[u8]]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let mut diagonal = 0;
            for (at, y) in b.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
                diagonal = above;
            }
        }
        row[b.len()]
    }

    fn text(lines: &[u8]) -> Vec<u8> {
        lines.iter().flat_map(|line| [b'a' + line, b'\n']).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn an_edit_is_right_and_shortest(
            old in proptest::collection::vec(0_u8..5, 0..40),
            new in proptest::collection::vec(0_u8..5, 0..40),
        ) {
            let (old, new) = (text(&old), text(&new));
            let compared = compare(&old, &new).unwrap();
            holds(&compared);
            let kept = compared.removed.iter().filter(|flag| !**flag).count();
            prop_assert_eq!(kept, longest(&compared.old, &compared.new));
        }

        #[test]
        fn without_work_it_is_still_right(
            old in proptest::collection::vec(0_u8..5, 0..40),
            new in proptest::collection::vec(0_u8..5, 0..40),
            work in 0_u64..200,
        ) {
            let (old, new) = (text(&old), text(&new));
            let compared = compare_within(&old, &new, work).unwrap();
            holds(&compared);
            prop_assert!(compared.steps <= work);
        }
    }

    #[test]
    fn two_long_texts_without_order_end_in_time() {
        let line = |number: usize| format!("{}\n", number.wrapping_mul(2_654_435_761) % 5000);
        let old: String = (0..60_000).map(line).collect();
        let new: String = (60_000..120_000).map(|number| line(number * 7)).collect();
        let compared = compare(old.as_bytes(), new.as_bytes()).unwrap();
        holds(&compared);
        assert_eq!(compared.steps, super::WORK, "all of the work, and then every line");
        let ends = |flags: &[bool]| {
            let front = flags.iter().take_while(|flag| !**flag).count();
            front + flags.iter().rev().take_while(|flag| !**flag).count()
        };
        let kept = compared.removed.iter().filter(|flag| !**flag).count();
        assert_eq!(kept, ends(&compared.removed), "nothing stays but the common ends");
    }

    #[test]
    fn a_run_goes_down() {
        let compared = compare(b"{\na\n}\n{\nb\n}\n", b"{\na\n}\n{\nc\n}\n{\nb\n}\n").unwrap();
        assert_eq!(compared.added, [false, false, false, false, true, true, true, false, false]);
        let compared = compare(b"x\n", b"x\nx\nx\n").unwrap();
        assert_eq!(compared.added, [false, true, true]);
    }
}
