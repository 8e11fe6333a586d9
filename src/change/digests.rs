//! A change for programs: what `attest provenance digest --format json` prints. Does not know how it was read.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Change, ChangedFile, EndKind, Mode, Side, Status};
use crate::base::digest::{Digest, hex};

/// A change and its digests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Digests {
    /// `https://host/owner/name` of the repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repo_url: Option<String>,
    /// The branch that is checked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit that the change begins at.
    pub base_commit: String,
    /// The tip of the base branch, where one was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_branch_commit: Option<String>,
    /// The commit that the change ends at; that of `HEAD` where it ends in the index or the work tree.
    pub head_commit: String,
    /// Where it ends.
    pub end: EndName,
    /// The canonical patch: the subject `patch.diff`.
    pub patch: PatchDigest,
    /// All files of the end: the subject `repo-tree`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<TreeDigest>,
    /// Lines that the patch adds.
    pub insertions: u64,
    /// Lines that it removes.
    pub deletions: u64,
    /// The changed files by the bytes of their paths.
    pub changed_files: Vec<FileDigest>,
}

/// Where a change ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndName {
    /// In a commit.
    Commit,
    /// In the index.
    Index,
    /// In the work tree.
    WorkTree,
}

/// The digest of the patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PatchDigest {
    /// `sha256`.
    pub algorithm: &'static str,
    /// In hex.
    pub digest: String,
    /// How many bytes the patch has.
    pub bytes: u64,
}

/// The digest of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TreeDigest {
    /// `sha256`.
    pub algorithm: &'static str,
    /// In hex.
    pub digest: String,
}

/// Whether a file is there at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    /// It is.
    Present,
    /// It is not.
    Deleted,
}

/// A changed file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FileDigest {
    /// From the top of the repository; where it is not UTF-8, as git quotes it.
    pub path: String,
    /// The bytes of the path in hex, where it is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_bytes: Option<String>,
    /// SHA-256 of the content at the end in hex, of a link of its target; none of a submodule or a deleted file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Whether it is there at the end.
    pub status: Presence,
    /// `added`, `modified`, `deleted` or `type-changed`.
    pub change: &'static str,
    /// The mode at the end: `100644`, `100755`, `120000` (link) or `160000` (submodule).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<&'static str>,
    /// The mode at the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_mode: Option<&'static str>,
    /// SHA-256 of the content at the base in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_sha256: Option<String>,
    /// The commit of a submodule at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether it is no text.
    pub binary: bool,
    /// Lines that the patch adds.
    pub insertions: u64,
    /// Lines that it removes.
    pub deletions: u64,
    /// A deleted file with the same content: a rename, told for information only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_as: Option<String>,
}

impl From<&Change> for Digests {
    fn from(change: &Change) -> Self {
        Self {
            repo_url: change.repo_url.clone(),
            branch: change.branch.clone(),
            base_commit: change.base_commit.clone(),
            base_branch_commit: change.base_branch.clone(),
            head_commit: change.head_commit.clone(),
            end: match change.end {
                EndKind::Commit => EndName::Commit,
                EndKind::Index => EndName::Index,
                EndKind::WorkTree => EndName::WorkTree,
            },
            patch: PatchDigest {
                algorithm: change.patch.sha256.algorithm.name(),
                digest: change.patch.sha256.hex.clone(),
                bytes: change.patch.bytes,
            },
            tree: change
                .tree
                .as_ref()
                .map(|tree| TreeDigest { algorithm: tree.algorithm.name(), digest: tree.hex.clone() }),
            insertions: change.insertions,
            deletions: change.deletions,
            changed_files: change.files.iter().map(FileDigest::from).collect(),
        }
    }
}

impl From<&ChangedFile> for FileDigest {
    fn from(file: &ChangedFile) -> Self {
        let digest = |side: &Option<Side>| side.as_ref()?.sha256.as_ref().map(|digest: &Digest| digest.hex.clone());
        let submodule = file.new.as_ref().filter(|side| side.mode == Mode::Submodule);
        Self {
            path: file.path.as_str().map_or_else(|| file.path.to_string(), str::to_owned),
            path_bytes: file.path.as_str().is_none().then(|| hex(file.path.as_bytes())),
            sha256: digest(&file.new),
            status: if file.status == Status::Deleted { Presence::Deleted } else { Presence::Present },
            change: file.status.name(),
            mode: file.new.as_ref().map(|side| side.mode.octal()),
            old_mode: file.old.as_ref().map(|side| side.mode.octal()),
            old_sha256: digest(&file.old),
            commit: submodule.map(|side| side.id.clone()),
            binary: file.binary,
            insertions: file.insertions,
            deletions: file.deletions,
            same_as: file.same_as.as_ref().map(|path| path.as_str().map_or_else(|| path.to_string(), str::to_owned)),
        }
    }
}
