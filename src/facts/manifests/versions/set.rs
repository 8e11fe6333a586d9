//! Sets of versions as disjoint intervals between cuts of their order. Knows nothing of any ecosystem.

use std::cmp::Ordering;

/// A place between versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cut<V> {
    /// Below every version.
    Bottom,
    /// Just below this one.
    Before(V),
    /// Just above this one.
    After(V),
    /// Above every version.
    Top,
}

impl<V: Ord> Ord for Cut<V> {
    fn cmp(&self, other: &Self) -> Ordering {
        let rank = |cut: &Self| match cut {
            Self::Bottom => 0,
            Self::Before(_) | Self::After(_) => 1,
            Self::Top => 2,
        };
        match (self, other) {
            (Self::Before(one) | Self::After(one), Self::Before(two) | Self::After(two)) => {
                let side = |cut: &Self| matches!(cut, Self::After(_));
                one.cmp(two).then_with(|| side(self).cmp(&side(other)))
            }
            _ => rank(self).cmp(&rank(other)),
        }
    }
}

impl<V: Ord> PartialOrd for Cut<V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Disjoint intervals in order; none touches the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Set<V> {
    intervals: Vec<(Cut<V>, Cut<V>)>,
}

impl<V: Ord + Clone> Set<V> {
    /// Everything.
    pub(super) fn all() -> Self {
        Self::of(Cut::Bottom, Cut::Top)
    }

    /// Nothing.
    pub(super) fn none() -> Self {
        Self { intervals: Vec::new() }
    }

    /// From one cut to another.
    pub(super) fn of(from: Cut<V>, to: Cut<V>) -> Self {
        Self { intervals: if from < to { vec![(from, to)] } else { Vec::new() } }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    pub(super) fn complement(&self) -> Self {
        let mut from = Cut::Bottom;
        let mut intervals = Vec::with_capacity(self.intervals.len() + 1);
        for (start, end) in &self.intervals {
            if from < *start {
                intervals.push((from, start.clone()));
            }
            from = end.clone();
        }
        if from < Cut::Top {
            intervals.push((from, Cut::Top));
        }
        Self { intervals }
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        let mut intervals = Vec::new();
        let (mut ours, mut theirs) = (self.intervals.iter().peekable(), other.intervals.iter().peekable());
        while let (Some((start, end)), Some((other_start, other_end))) = (ours.peek(), theirs.peek()) {
            let (from, to) = (start.max(other_start), end.min(other_end));
            if from < to {
                intervals.push((from.clone(), to.clone()));
            }
            if end <= other_end {
                ours.next();
            } else {
                theirs.next();
            }
        }
        Self { intervals }
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        self.complement().intersection(&other.complement()).complement()
    }

    pub(super) fn lies_in(&self, other: &Self) -> bool {
        self.intersection(&other.complement()).is_empty()
    }

    #[cfg(test)]
    pub(super) fn has(&self, version: &V) -> bool {
        Self::of(Cut::Before(version.clone()), Cut::After(version.clone())).lies_in(self)
    }
}
