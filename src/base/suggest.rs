//! Did-you-mean: the nearest of a set of names, or nothing where all are far.

/// The candidate nearest to `word` by edit distance (insertion, deletion, substitution, transposition of neighbours),
/// if it is within a third of the word's length (at least one edit). Case differences are free. Ties go to the first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
    let limit = (word.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().take(LONGEST).flat_map(char::to_lowercase).collect();
        if word.len().abs_diff(other.len()) > limit {
            continue;
        }
        let distance = distance(&word, &other);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer words are compared by their first characters only, which bounds the work.
const LONGEST: usize = 64;

/// Optimal string alignment distance (Damerau-Levenshtein without edits inside a transposition).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut next = vec![row.saturating_add(1)];
        for (column, b) in right.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX);
            let mut cost = at(&last, column)
                .saturating_add(usize::from(a != b))
                .min(at(&last, column.saturating_add(1)).saturating_add(1))
                .min(at(&next, column).saturating_add(1));
            let swapped = row.checked_sub(1).and_then(|r| left.get(r)) == Some(b)
                && column.checked_sub(1).and_then(|c| right.get(c)) == Some(a)
                && row > 0
                && column > 0;
            if swapped {
                cost = cost.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut last, next);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let names = ["function_exists", "function_calls", "file_exists"];
        assert_eq!(nearest("functon_exists", names), Some("function_exists"));
        assert_eq!(nearest("fucntion_calls", names), Some("function_calls"));
        assert_eq!(nearest("File_Exists", names), Some("file_exists"));
        assert_eq!(nearest("banana", names), None);
        assert_eq!(nearest("", names), None);
    }
}
