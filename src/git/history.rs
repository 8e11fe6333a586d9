//! Branches and history: what is checked out, what it tracks, where two histories meet. Does not know what a base is wanted
//! for.
//!
//! Commits are read one by one and held to their ids: neither a commit graph file nor grafts nor replacement refs are asked.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use gix::ObjectId;
use gix::objs::{CommitRefIter, Kind};

use super::{Commit, GitError, Repository, STRUCTURE};

/// Where two histories meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MergeBase {
    /// Here.
    One(Commit),
    /// In these commits, none of which is an ancestor of another; by their ids.
    Several(Vec<Commit>),
    /// Nowhere.
    Nowhere,
    /// The clone is shallow and ends before it is known.
    Cut,
    /// More commits than the limit lie on the way.
    TooFar,
}

/// Reachable from the one, from the other, from a commit in which both meet.
const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const BEYOND: u8 = 4;

/// What a walk needs of a commit.
struct Node {
    parents: Vec<ObjectId>,
    time: i64,
}

/// A walk from the young to the old.
struct Walk<'a> {
    repository: &'a Repository,
    repo: gix::Repository,
    /// Commits whose parents the clone does not have.
    ends: BTreeSet<ObjectId>,
    known: BTreeMap<ObjectId, Node>,
    limit: usize,
}

impl Repository {
    /// The name of the branch that is checked out; none where a commit is.
    pub(crate) fn branch(&self) -> Result<Option<String>, GitError> {
        let name = self.local().head_name().map_err(|error| self.failed("read the HEAD", &error))?;
        Ok(name.map(|name| name.shorten().to_string()))
    }

    /// The whole name of the reference that the checked out branch tracks, whether or not it is there: what the repository's
    /// own configuration says of `branch.NAME`, and nobody else's.
    pub(crate) fn upstream(&self) -> Result<Option<String>, GitError> {
        let Some(branch) = self.branch()? else {
            return Ok(None);
        };
        let repo = self.local();
        let config = repo.config_snapshot();
        let value = |key: &str| config.string(format!("branch.{branch}.{key}").as_str()).map(|value| value.to_string());
        let (Some(remote), Some(merged)) = (value("remote"), value("merge")) else {
            return Ok(None);
        };
        if remote == "." {
            return Ok(Some(merged));
        }
        let fetched = config.plumbing().strings(format!("remote.{remote}.fetch").as_str()).unwrap_or_default();
        Ok(fetched.iter().find_map(|specification| tracking(&specification.to_string(), &merged)))
    }

    /// Where the histories of two commits meet; at most `limit` commits are read.
    pub(crate) fn merge_base(&self, left: &Commit, right: &Commit, limit: usize) -> Result<MergeBase, GitError> {
        if left == right {
            return Ok(MergeBase::One(*left));
        }
        let repo = self.local();
        let shallow = repo.shallow_commits().map_err(|error| self.failed("read the ends of the history", &error))?;
        let ends = shallow.iter().flat_map(|ends| ends.iter().copied()).collect();
        let mut walk = Walk { repository: self, repo, ends, known: BTreeMap::new(), limit };
        let candidates = match walk.meet(left.id, right.id)? {
            Met::Cut => return Ok(MergeBase::Cut),
            Met::TooFar => return Ok(MergeBase::TooFar),
            Met::In(candidates) => candidates,
        };
        let candidates = if candidates.len() > 1 {
            match walk.independent(&candidates)? {
                Some(candidates) => candidates,
                None => return Ok(MergeBase::TooFar),
            }
        } else {
            candidates
        };
        let repo = self.local();
        let mut found = candidates.iter().map(|id| self.commit(&repo, *id)).collect::<Result<Vec<_>, _>>()?;
        Ok(match (found.pop(), found.is_empty()) {
            (None, _) => MergeBase::Nowhere,
            (Some(only), true) => MergeBase::One(only),
            (Some(last), false) => {
                found.push(last);
                MergeBase::Several(found)
            }
        })
    }
}

/// Where a fetch writes a reference of the remote, by one of its specifications: `+refs/heads/*:refs/remotes/origin/*`.
fn tracking(specification: &str, reference: &str) -> Option<String> {
    let (from, to) = specification.strip_prefix('+').unwrap_or(specification).split_once(':')?;
    match (from.split_once('*'), to.split_once('*')) {
        (None, None) => (from == reference).then(|| to.to_owned()),
        (Some((before, after)), Some((start, end))) => {
            let name = reference.strip_prefix(before)?.strip_suffix(after)?;
            Some(format!("{start}{name}{end}"))
        }
        _ => None,
    }
}

enum Met {
    /// In all of these, and perhaps in ancestors of some of them that are among them.
    In(BTreeSet<ObjectId>),
    Cut,
    TooFar,
}

impl Walk<'_> {
    /// Paints the ancestors of both, the young first, until nothing is left that is not beyond a meeting.
    fn meet(&mut self, left: ObjectId, right: ObjectId) -> Result<Met, GitError> {
        let mut paint: BTreeMap<ObjectId, u8> = BTreeMap::new();
        let mut queue: BinaryHeap<(i64, ObjectId)> = BinaryHeap::new();
        // How many entries of the queue are not yet known to lie beyond.
        let mut open: BTreeMap<ObjectId, usize> = BTreeMap::new();
        let mut met: BTreeSet<ObjectId> = BTreeSet::new();
        for (id, colour) in [(left, LEFT), (right, RIGHT)] {
            paint.insert(id, colour);
            queue.push((self.node(id)?.time, id));
            open.insert(id, 1);
        }
        while !open.is_empty() {
            let Some((_, id)) = queue.pop() else { break };
            if let Some(count) = open.get_mut(&id) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    open.remove(&id);
                }
            }
            let mut colours = paint.get(&id).copied().unwrap_or_default();
            if colours & (LEFT | RIGHT) == LEFT | RIGHT {
                if colours & BEYOND == 0 {
                    met.insert(id);
                }
                colours |= BEYOND;
            } else if self.ends.contains(&id) {
                return Ok(Met::Cut);
            }
            for parent in self.parents(id)? {
                let before = paint.get(&parent).copied().unwrap_or_default();
                if before & colours == colours {
                    continue;
                }
                let after = before | colours;
                paint.insert(parent, after);
                if paint.len() > self.limit {
                    return Ok(Met::TooFar);
                }
                if after & BEYOND != 0 {
                    open.remove(&parent);
                    met.remove(&parent);
                } else {
                    let count = open.entry(parent).or_default();
                    *count = count.saturating_add(1);
                }
                queue.push((self.node(parent)?.time, parent));
            }
        }
        Ok(Met::In(met))
    }

    /// Those that are no ancestor of another; none where there are too many commits.
    fn independent(&mut self, candidates: &BTreeSet<ObjectId>) -> Result<Option<BTreeSet<ObjectId>>, GitError> {
        let mut ancestors: BTreeSet<ObjectId> = BTreeSet::new();
        let mut pending: Vec<ObjectId> = candidates.iter().copied().collect();
        while let Some(id) = pending.pop() {
            for parent in self.parents(id)? {
                if ancestors.insert(parent) {
                    pending.push(parent);
                }
            }
            if ancestors.len() > self.limit {
                return Ok(None);
            }
        }
        Ok(Some(candidates.difference(&ancestors).copied().collect()))
    }

    /// The parents that the clone has.
    fn parents(&mut self, id: ObjectId) -> Result<Vec<ObjectId>, GitError> {
        if self.ends.contains(&id) {
            return Ok(Vec::new());
        }
        Ok(self.node(id)?.parents.clone())
    }

    fn node(&mut self, id: ObjectId) -> Result<&Node, GitError> {
        let node = if let Some(node) = self.known.remove(&id) {
            node
        } else {
            let bytes = self.repository.object(&self.repo, id, Kind::Commit, STRUCTURE)?;
            let iter = CommitRefIter::from_bytes(&bytes, id.kind());
            // A date that cannot be read only makes the walk slower.
            let time = iter.committer().ok().and_then(|who| who.time().ok()).map_or(0, |time| time.seconds);
            Node { parents: iter.parent_ids().collect(), time }
        };
        Ok(self.known.entry(id).or_insert(node))
    }
}
