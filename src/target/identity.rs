//! Which code it is: repository, commit, tree, and whether the files are those of the commit. Does not know how any of it is
//! found out.

/// What a report says of its subject.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Identity {
    /// `https://host/owner/name`, from the remote `origin` or the only remote; no credentials, no `.git`.
    pub repo: Option<String>,
    /// The commit in hex; none without git or before the first commit.
    pub commit: Option<String>,
    /// SHA-256 of the git tree object of the root, as `git cat-file tree COMMIT: | sha256sum` gives it; none where the files
    /// are not those of a commit. It names its files by their git object ids, so it is as strong as those are.
    pub tree: Option<String>,
    /// Whether the files differ from the commit: staged, changed, missing or untracked but counting files below the root.
    /// A work tree without a commit is dirty; files in memory are not.
    pub dirty: bool,
}
