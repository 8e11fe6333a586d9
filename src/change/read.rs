//! From options to a change: revisions, sides, and the patch as a stream. Does not know how one file is compared.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use sha2::Digest as _;

use super::ends::{Content, Delta, Reader};
use super::patch::{self, Given, Rendered};
use super::{
    Base, Change, ChangeError, ChangedFile, End, EndKind, Limits, Options, Patch, RepoPath, Side, Status, tree,
};
use crate::base::digest::{Algorithm, Digest, hex, sha256};
use crate::base::system::{FileKind, System};
use crate::git::{AtPath, Commit, GitError, MergeBase, Mode, Repository, empty_tree, normalise_remote, segments};

/// Files of the patch that are compared side by side, and how many bytes of content they may have together.
const TOGETHER: usize = 256;
const TOGETHER_BYTES: u64 = 64 << 20;

pub(super) fn change(
    system: &dyn System,
    root: &Path,
    options: &Options,
    out: Option<&mut dyn Write>,
) -> Result<Change, ChangeError> {
    let named = || root.display().to_string();
    let repository = open(system, root)?;
    if repository.work_dir().is_none() && !matches!(options.end, End::Commit(_)) {
        return Err(ChangeError::Bare { root: named() });
    }
    let repo_url = repository.remote_url().as_deref().and_then(normalise_remote);
    let branch = repository.branch()?;
    let head = match &options.end {
        End::Commit(revision) => repository.resolve(revision)?,
        End::Index | End::WorkTree => repository.head()?.ok_or_else(|| ChangeError::NoCommit { root: named() })?,
    };
    let head_name = match &options.end {
        End::Commit(revision) => revision.as_str(),
        End::Index | End::WorkTree => "HEAD",
    };
    let (base, tip) = begin(&repository, &options.base, &head, head_name, &options.limits)?;
    let base_commit = base.as_ref().map_or_else(empty_tree, Commit::hex);
    let base_tree = base.as_ref().map(Commit::tree);
    let end_tree = head.tree();
    let reader = Reader { system, repository, limits: options.limits };
    let (deltas, listing, end) = match &options.end {
        End::Commit(_) => {
            let deltas = reader.between(base_tree, end_tree)?;
            let listing = options.tree.then(|| reader.tree(end_tree)).transpose()?;
            (deltas, listing, EndKind::Commit)
        }
        End::Index => {
            let listing = reader.index()?;
            (reader.against(base_tree, &listing)?, Some(listing), EndKind::Index)
        }
        End::WorkTree => {
            let listing = reader.work_tree()?;
            (reader.against(base_tree, &listing)?, Some(listing), EndKind::WorkTree)
        }
    };
    if deltas.len() > options.limits.changed {
        return Err(ChangeError::Limit {
            what: "the number of changed files is".to_owned(),
            limit: options.limits.changed as u64,
            help: "name a base that is nearer, or split the change",
        });
    }
    let (patch, mut files) = stream(&reader, &deltas, out)?;
    find_renames(&mut files);
    let tree = match listing {
        Some(listing) if options.tree => Some(tree::digest(&reader, &listing)?),
        _ => None,
    };
    Ok(Change {
        repo_url,
        branch,
        base_commit,
        base_branch: tip.map(|tip| tip.hex()),
        head_commit: head.hex(),
        end,
        patch,
        insertions: files.iter().map(|file| file.insertions).fold(0, u64::saturating_add),
        deletions: files.iter().map(|file| file.deletions).fold(0, u64::saturating_add),
        files,
        tree,
    })
}

pub(super) fn file_at(
    system: &dyn System,
    root: &Path,
    commit_hex: &str,
    path: &str,
    limit: u64,
) -> Result<Option<Vec<u8>>, ChangeError> {
    let repository = open(system, root)?;
    let shown = RepoPath::new(path.as_bytes().to_vec());
    let bad = |reason: &str| Err(ChangeError::file(&shown, reason));
    let segments = match segments(path) {
        Ok(segments) => segments,
        Err(reason) => return bad(&format!("is no path of the repository: {reason}")),
    };
    let commit = repository.resolve(commit_hex)?;
    let item = match repository.at_path(commit.tree(), &segments)? {
        AtPath::Missing => return Ok(None),
        AtPath::Item(item) => item,
        AtPath::Directory => return bad("is a directory at that commit, not a file"),
        AtPath::Link(at) => {
            return bad(&format!("leads through the symbolic link `{at}` at that commit; name the real path"));
        }
    };
    match item.mode.kind() {
        FileKind::Regular => {}
        FileKind::Link => return bad("is a symbolic link at that commit, not a file; name the real path"),
        FileKind::Directory | FileKind::Other => return bad("is a submodule at that commit, not a file"),
    }
    if item.size > limit {
        return Err(ChangeError::too_large(&shown, limit));
    }
    Ok(Some(repository.content(&item, limit)?.to_vec()))
}

pub(super) fn upstream(system: &dyn System, root: &Path) -> Result<Option<String>, ChangeError> {
    Ok(open(system, root)?.upstream()?)
}

pub(super) fn has_revision(system: &dyn System, root: &Path, revision: &str) -> Result<bool, ChangeError> {
    match open(system, root)?.resolve(revision) {
        Ok(_) => Ok(true),
        Err(GitError::UnknownRevision { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn too_many_files(limit: usize) -> ChangeError {
    ChangeError::Limit {
        what: "the number of files is".to_owned(),
        limit: limit as u64,
        help: "ignore what is generated in `.gitignore`, or split the repository",
    }
}

pub(super) fn from_top(system: &dyn System, root: &Path, path: &str) -> Result<String, ChangeError> {
    let repository = at(system, root)?;
    let prefix = repository.prefix();
    Ok(if prefix.is_empty() { path.to_owned() } else { format!("{prefix}/{path}") })
}

/// The whole repository that a directory lies in.
fn open(system: &dyn System, root: &Path) -> Result<Repository, ChangeError> {
    at(system, root).map(Repository::whole)
}

fn at(system: &dyn System, root: &Path) -> Result<Repository, ChangeError> {
    let named = root.display().to_string();
    let real = system.canonicalize(root).map_err(|_| ChangeError::NoRoot { root: named.clone() })?;
    match system.symlink_metadata(&real) {
        Ok(Some(info)) if info.kind == FileKind::Directory => {}
        _ => return Err(ChangeError::NoRoot { root: named }),
    }
    let repository = Repository::discover(system, &real)?;
    repository.ok_or(ChangeError::NotARepository { root: named })
}

/// The commit that the change begins at, none for the empty tree; and the tip of the branch that was named.
fn begin(
    repository: &Repository,
    base: &Base,
    head: &Commit,
    head_name: &str,
    limits: &Limits,
) -> Result<(Option<Commit>, Option<Commit>), ChangeError> {
    let revision = match base {
        Base::Exactly(revision) if *revision == empty_tree() => return Ok((None, None)),
        Base::Exactly(revision) => return Ok((Some(repository.resolve(revision)?), None)),
        Base::Branch(revision) => revision,
    };
    let tip = repository.resolve(revision)?;
    let (base, head_name) = (revision.clone(), head_name.to_owned());
    match repository.merge_base(&tip, head, limits.commits)? {
        MergeBase::One(commit) => Ok((Some(commit), Some(tip))),
        MergeBase::Nowhere => Err(ChangeError::Unrelated { base, head: head_name }),
        MergeBase::Cut => Err(ChangeError::Shallow { base, head: head_name }),
        MergeBase::Several(commits) => {
            Err(ChangeError::Ambiguous { base, head: head_name, commits: commits.iter().map(Commit::hex).collect() })
        }
        MergeBase::TooFar => Err(ChangeError::Limit {
            what: "the number of commits up to the merge base is".to_owned(),
            limit: limits.commits as u64,
            help: "name the commit that the change begins at with `--base-commit`",
        }),
    }
}

/// A patch that is counted, hashed and given out piece by piece.
struct Sink<'a> {
    hash: sha2::Sha256,
    bytes: u64,
    steps: u64,
    limits: Limits,
    out: Option<&'a mut dyn Write>,
}

impl Sink<'_> {
    fn take(&mut self, rendered: &Rendered) -> Result<(), ChangeError> {
        self.bytes = self.bytes.saturating_add(rendered.text.len() as u64);
        self.steps = self.steps.saturating_add(rendered.steps);
        let over = |what: &str, limit| {
            Err(ChangeError::Limit {
                what: what.to_owned(),
                limit,
                help: "name a base that is nearer, or split the change",
            })
        };
        if self.bytes > self.limits.patch_bytes {
            return over("the size of the patch in bytes is", self.limits.patch_bytes);
        }
        if self.steps > self.limits.work {
            return over("the number of steps of comparing lines is", self.limits.work);
        }
        self.hash.update(&rendered.text);
        if let Some(out) = &mut self.out {
            out.write_all(&rendered.text).map_err(|error| ChangeError::Write { reason: error.to_string() })?;
        }
        Ok(())
    }
}

/// Compares the files in portions: side by side, but given out in order.
fn stream(
    reader: &Reader<'_>,
    deltas: &[Delta],
    out: Option<&mut dyn Write>,
) -> Result<(Patch, Vec<ChangedFile>), ChangeError> {
    let mut sink = Sink { hash: sha2::Sha256::new(), bytes: 0, steps: 0, limits: reader.limits, out };
    let mut files = Vec::with_capacity(deltas.len());
    for portion in deltas.chunks(TOGETHER) {
        let sizes: Vec<Result<u64, ChangeError>> = portion
            .par_iter()
            .map(|delta| {
                let size = |side: &Option<Content>| side.as_ref().map_or(Ok(0), |content| reader.size(content));
                Ok(size(&delta.old)?.saturating_add(size(&delta.new)?))
            })
            .collect();
        // Of several errors the first by path is told, whichever thread was the fastest.
        let sizes = sizes.into_iter().collect::<Result<Vec<u64>, ChangeError>>()?;
        let mut rest = portion;
        let mut sizes = sizes.iter();
        while !rest.is_empty() {
            let mut sum = 0_u64;
            let count = sizes
                .by_ref()
                .take_while(|size| {
                    sum = sum.saturating_add(**size);
                    sum <= TOGETHER_BYTES
                })
                .count();
            // The one that went over was taken too: it is compared with those before it.
            let (now, after) = rest.split_at_checked(count.saturating_add(1)).unwrap_or((rest, &[]));
            rest = after;
            let compared: Vec<(ChangedFile, Rendered)> = now
                .par_iter()
                .map(|delta| compare(reader, delta))
                .collect::<Vec<_>>()
                .into_iter()
                .collect::<Result<_, _>>()?;
            for (file, rendered) in compared {
                sink.take(&rendered)?;
                files.push(file);
            }
        }
    }
    let sha256 = Digest { algorithm: Algorithm::Sha256, hex: hex(&sink.hash.finalize()) };
    Ok((Patch { sha256, bytes: sink.bytes }, files))
}

/// What stands on a side, and its bytes.
type Loaded = (Side, Arc<[u8]>);

fn compare(reader: &Reader<'_>, delta: &Delta) -> Result<(ChangedFile, Rendered), ChangeError> {
    let side = |content: &Option<Content>| -> Result<Option<Loaded>, ChangeError> {
        let Some(content) = content else { return Ok(None) };
        let bytes = reader.load(&delta.path, content)?;
        let digest = (content.mode != Mode::Submodule).then(|| sha256(&bytes));
        Ok(Some((Side { mode: content.mode, sha256: digest, id: content.id.to_string() }, bytes)))
    };
    let (old, new) = (side(&delta.old)?, side(&delta.new)?);
    let rendered = patch::render(
        &delta.path,
        old.as_ref().map(|(side, content)| Given { mode: side.mode, id: &side.id, content }),
        new.as_ref().map(|(side, content)| Given { mode: side.mode, id: &side.id, content }),
    );
    let status = match (&delta.old, &delta.new) {
        (None, _) => Status::Added,
        (_, None) => Status::Deleted,
        (Some(old), Some(new)) if old.mode.is_like(new.mode) => Status::Modified,
        _ => Status::TypeChanged,
    };
    let file = ChangedFile {
        path: delta.path.clone(),
        status,
        old: old.map(|(side, _)| side),
        new: new.map(|(side, _)| side),
        binary: rendered.binary,
        insertions: rendered.insertions,
        deletions: rendered.deletions,
        same_as: None,
    };
    Ok((file, rendered))
}

/// Says of added files which deleted ones had the same content; each deleted one is named once, the first in order first.
fn find_renames(files: &mut [ChangedFile]) {
    let mut gone: BTreeMap<Digest, VecDeque<RepoPath>> = BTreeMap::new();
    let nothing = sha256(b"");
    for file in files.iter().filter(|file| file.status == Status::Deleted) {
        if let Some(digest) = file.old.as_ref().and_then(|side| side.sha256.clone()).filter(|digest| *digest != nothing)
        {
            gone.entry(digest).or_default().push_back(file.path.clone());
        }
    }
    for file in files.iter_mut().filter(|file| file.status == Status::Added) {
        let digest = file.new.as_ref().and_then(|side| side.sha256.as_ref());
        file.same_as = digest.and_then(|digest| gone.get_mut(digest)).and_then(VecDeque::pop_front);
    }
}
