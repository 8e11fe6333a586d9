//! The target on real repositories, made by the `git` command in temporary directories.

#![expect(clippy::disallowed_methods, reason = "a test builds the files that it judges")]
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "all of this file is tests, its setting-up too")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use attest::base::limits::TARGET_FILE_BYTES;
use attest::base::literal::{Files, RelPath};
use attest::base::system::OsSystem;
use attest::facts::relations::Need;
use attest::facts::store::{Settings, Store};
use attest::target::{EntryKind, Identity, Lookup, Revision, Target, TargetError, WorkTree};

/// A directory with a repository in it.
struct Scene {
    dir: tempfile::TempDir,
}

impl Scene {
    /// A directory without git.
    fn plain() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn new() -> Self {
        let scene = Self::plain();
        scene.git(&["init", "-q", "-b", "main"]);
        scene
    }

    fn root(&self) -> &Path {
        self.dir.path()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
            .args(["-c", "core.autocrlf=false", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"])
            .args(arguments)
            .current_dir(self.root())
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .env("HOME", self.root().join("no-home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn tree(&self) -> WorkTree {
        WorkTree::open(Arc::new(OsSystem), self.root()).unwrap()
    }

    fn tree_at(&self, path: &str) -> WorkTree {
        WorkTree::open(Arc::new(OsSystem), &self.path(path)).unwrap()
    }

    fn revision(&self, revision: &str) -> Result<Revision, TargetError> {
        Revision::open(&OsSystem, self.root(), revision)
    }

    fn identity(&self) -> Identity {
        self.tree().identity().unwrap().clone()
    }
}

fn paths(target: &dyn Target) -> Vec<String> {
    target.files().unwrap().entries().iter().map(|entry| entry.path.to_string()).collect()
}

fn lookup(target: &dyn Target, path: &str) -> Lookup {
    target.lookup(&RelPath::parse(path).unwrap()).unwrap()
}

#[test]
fn tracked_files_count_whatever_ignores_them() {
    let scene = Scene::new();
    scene.write("a.py", "").write("gen/b.py", "").write("gen/c.py", "").write(".env", "").write("d.log", "");
    scene.git(&["add", "a.py", "gen/b.py", "d.log"]);
    scene.write(".gitignore", "gen/\n*.log\n").write("e.log", "");
    let tree = scene.tree();
    assert_eq!(paths(&tree), [".env", ".gitignore", "a.py", "d.log", "gen/b.py"]);
    let tracked: Vec<bool> = tree.files().unwrap().entries().iter().map(|entry| entry.tracked).collect();
    assert_eq!(tracked, [false, false, true, true, true]);
    // Written out, an ignored file is read all the same.
    assert!(matches!(lookup(&tree, "e.log"), Lookup::Found(entry) if !entry.tracked));
    assert!(tree.read("gen/c.py").is_ok());
}

#[test]
fn ignore_files_nest_and_negate() {
    let scene = Scene::plain();
    scene.write(".gitignore", "*.txt\n/build\n!keep.txt\n").write("x.txt", "").write("keep.txt", "");
    scene.write("sub/.gitignore", "!x.txt\n*.md\n").write("sub/x.txt", "").write("sub/y.txt", "").write("sub/a.md", "");
    scene.write("build/.gitignore", "!*\n").write("build/x", "").write("sub/build/x", "").write("a.md", "");
    assert_eq!(paths(&scene.tree()), [".gitignore", "a.md", "keep.txt", "sub/.gitignore", "sub/build/x", "sub/x.txt"]);
}

#[test]
fn no_exclude_of_the_machine_plays_a_part() {
    let scene = Scene::new();
    scene.write("outer/a.py", "").write("outer/b.ign", "").write(".ignore", "*.py").write("excludes", "*.py\n");
    scene.write(".git/info/exclude", "*.py\n");
    let excludes = scene.path("excludes");
    scene.git(&["config", "core.excludesFile", excludes.to_str().unwrap()]);
    assert_eq!(paths(&scene.tree()), [".ignore", "excludes", "outer/a.py", "outer/b.ign"]);
    // Nor one above the root.
    scene.write(".gitignore", "*.py\n");
    assert_eq!(paths(&scene.tree_at("outer")), ["a.py", "b.ign"]);
}

#[test]
fn a_root_below_the_top_sees_its_own_part() {
    let scene = Scene::new();
    scene.write("app/a.py", "1").write("app/.gitignore", "b.py\n").write("app/b.py", "2").write("other/c.py", "3");
    let commit = scene.commit();
    let tree = scene.tree_at("app");
    assert_eq!(paths(&tree), [".gitignore", "a.py", "b.py"]);
    assert!(tree.files().unwrap().entries().iter().all(|entry| entry.tracked));
    let identity = tree.identity().unwrap().clone();
    assert!(!identity.dirty);
    assert_eq!(identity.commit.as_deref(), Some(commit.as_str()));
    let revision = Revision::open(&OsSystem, &scene.path("app"), "HEAD").unwrap();
    assert_eq!(paths(&revision), [".gitignore", "a.py", "b.py"]);
    assert_eq!(revision.identity().unwrap().tree, identity.tree);
    // A change elsewhere is none of the part judged; one here is.
    scene.write("other/c.py", "4");
    assert!(!scene.tree_at("app").identity().unwrap().dirty);
    assert!(scene.identity().dirty);
}

#[cfg(unix)]
#[test]
fn links_are_listed_and_never_followed() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret.py"), "secret").unwrap();
    let scene = Scene::new();
    scene.write("real/a.py", "x");
    symlink(outside.path().join("secret.py"), scene.path("file.py")).unwrap();
    symlink(outside.path(), scene.path("dir")).unwrap();
    symlink("real", scene.path("inner")).unwrap();
    symlink("nowhere", scene.path("dangling")).unwrap();
    for commit in [false, true] {
        if commit {
            scene.commit();
        }
        let work_tree = scene.tree();
        let revision = commit.then(|| scene.revision("HEAD").unwrap());
        let targets = [Some(&work_tree as &dyn Target), revision.as_ref().map(|it| it as &dyn Target)];
        for target in targets.into_iter().flatten() {
            assert_eq!(paths(target), ["dangling", "dir", "file.py", "inner", "real/a.py"]);
            let kinds: Vec<_> = target.files().unwrap().entries().iter().map(|entry| entry.kind).collect();
            assert_eq!(kinds[..4], [EntryKind::Link; 4]);
            assert!(matches!(lookup(target, "file.py"), Lookup::Found(entry) if entry.kind == EntryKind::Link));
            assert_eq!(lookup(target, "dir/secret.py"), Lookup::ThroughLink { at: "dir".to_owned() });
            assert!(matches!(target.read("file.py"), Err(TargetError::NotRegular { kind: EntryKind::Link, .. })));
            assert!(matches!(target.read("dir/secret.py"), Err(TargetError::ThroughLink { .. })));
            assert!(matches!(target.read("inner/a.py"), Err(TargetError::ThroughLink { .. })));
        }
    }
}

/// A link in a glob that leads to a file of the same glob hides nothing; every other one keeps the glob from an answer.
#[cfg(unix)]
#[test]
fn links_that_double_a_file_of_their_glob_are_only_listed() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("a.md"), "secret").unwrap();
    let scene = Scene::new();
    scene.write("docs/a.md", "x").write("docs/b.txt", "x").write("deep/er/c.md", "x");
    symlink("docs/a.md", scene.path("double.md")).unwrap();
    symlink("../../docs/./a.md", scene.path("deep/er/up.md")).unwrap();
    symlink("docs/b.txt", scene.path("other-name.md")).unwrap();
    symlink("docs", scene.path("folder.md")).unwrap();
    symlink("double.md", scene.path("link-to-link.md")).unwrap();
    symlink("deep/../docs/a.md", scene.path("winding.md")).unwrap();
    symlink("../docs/a.md", scene.path("above.md")).unwrap();
    symlink(outside.path().join("a.md"), scene.path("outside.md")).unwrap();
    symlink(scene.path("docs/a.md"), scene.path("absolute.md")).unwrap();
    scene.commit();
    let (work_tree, revision) = (scene.tree(), scene.revision("HEAD").unwrap());
    for target in [&work_tree as &dyn Target, &revision] {
        let store = Store::open(target, ["**/*.md", "double.md"], Settings::default());
        let paths = |scope: &str, need| -> Vec<String> {
            let scope = store.scope(store.scope_id(scope).unwrap()).unwrap();
            scope.files_for(need).map(|file| store.file(file).unwrap().path.to_string()).collect()
        };
        let read = paths("**/*.md", Need::Text);
        let mut listed = paths("**/*.md", Need::Listing);
        assert_eq!(listed.len(), 11);
        listed.retain(|path| !["double.md", "deep/er/up.md"].contains(&path.as_str()));
        assert_eq!(read, listed);
        // Written out, a link stays what it is.
        assert_eq!(paths("double.md", Need::Text), ["double.md"]);
    }
}

#[test]
fn nothing_outside_the_root_is_read() {
    let scene = Scene::new();
    scene.write("app/a.py", "x").write("b.py", "y");
    scene.commit();
    let app = scene.tree_at("app");
    let revision = Revision::open(&OsSystem, &scene.path("app"), "HEAD").unwrap();
    for target in [&app as &dyn Target, &revision] {
        for path in ["../b.py", "./a.py", "/etc/passwd", "", "a.py/", "x/../a.py", "\0", "a.py/b"] {
            assert!(target.read(path).is_err(), "{path:?}");
        }
    }
    let tree = scene.tree();
    assert!(matches!(tree.read(".git/config"), Err(TargetError::Refused { .. })));
    assert!(matches!(lookup(&tree, ".GIT/config"), Lookup::Refused { .. }));
    assert!(matches!(tree.read("none.py"), Err(TargetError::Missing { .. })));
    assert!(matches!(tree.read("app"), Err(TargetError::NotRegular { kind: EntryKind::Directory, .. })));
}

#[cfg(unix)]
#[test]
fn special_files_are_named_and_never_opened() {
    let scene = Scene::plain();
    assert!(Command::new("mkfifo").args([scene.path("pipe"), scene.path(".gitignore")]).status().unwrap().success());
    let tree = scene.tree();
    assert_eq!(paths(&tree), [".gitignore", "pipe"]);
    assert!(matches!(tree.read("pipe"), Err(TargetError::NotRegular { kind: EntryKind::Other, .. })));
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_utf8_are_reported() {
    use std::os::unix::ffi::OsStrExt;
    let name = |bytes: &[u8]| std::ffi::OsStr::from_bytes(bytes).to_owned();
    let scene = Scene::new();
    scene.write("d/a.py", "");
    fs::write(scene.path("d").join(name(b"b\xff.py")), "").unwrap();
    fs::create_dir(scene.path("d").join(name(b"e\xff"))).unwrap();
    fs::write(scene.path("d").join(name(b"e\xff")).join("c.py"), "").unwrap();
    fs::write(scene.path("d").join(name(b"f\xff.log")), "").unwrap();
    scene.write(".gitignore", "*.log\n");
    let check = |target: &dyn Target, problems: usize| {
        let listing = target.files().unwrap();
        assert_eq!(paths(target), [".gitignore", "d/a.py"]);
        assert_eq!(listing.problems().len(), problems, "{:?}", listing.problems());
        let count = |glob: &str| listing.problems_of(&Files::parse(glob).unwrap()).count();
        assert_eq!((count("d/*.py"), count("**/*.py"), count("src/**")), (problems, problems, 0));
    };
    check(&scene.tree(), 2);
    scene.git(&["add", "-A"]);
    scene.git(&["commit", "-q", "-m", "x"]);
    check(&scene.revision("HEAD").unwrap(), 2);
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_listed_is_a_problem() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::plain();
    scene.write("a/b.py", "").write("c.py", "");
    fs::set_permissions(scene.path("a"), fs::Permissions::from_mode(0o000)).unwrap();
    let unreadable = fs::read_dir(scene.path("a")).is_err();
    let problems: Vec<_> = scene.tree().files().unwrap().problems().iter().map(|it| it.path.clone()).collect();
    fs::set_permissions(scene.path("a"), fs::Permissions::from_mode(0o755)).unwrap();
    // The superuser reads everything.
    assert_eq!(problems, if unreadable { vec!["a".to_owned()] } else { vec![] });
}

#[test]
fn content_is_what_is_stored() {
    let scene = Scene::new();
    scene.write("crlf.txt", "a\r\nb\r\n").write(".gitattributes", "*.txt text eol=lf\n").write("bin", b"\0\xff");
    scene.commit();
    let (tree, revision) = (scene.tree(), scene.revision("HEAD").unwrap());
    assert_eq!(&*tree.read("crlf.txt").unwrap(), b"a\r\nb\r\n");
    assert_eq!(&*revision.read("crlf.txt").unwrap(), b"a\nb\n", "git stored it with LF");
    assert_eq!(tree.read("bin").unwrap(), revision.read("bin").unwrap());
}

#[test]
fn a_huge_file_is_refused() {
    let scene = Scene::new();
    scene.write("big", vec![b'x'; usize::try_from(TARGET_FILE_BYTES).unwrap() + 1]);
    scene.write("fits", vec![b'x'; usize::try_from(TARGET_FILE_BYTES).unwrap()]);
    scene.commit();
    let (tree, revision) = (scene.tree(), scene.revision("HEAD").unwrap());
    for target in [&tree as &dyn Target, &revision] {
        let error = target.read("big").unwrap_err();
        assert!(matches!(error, TargetError::TooLarge { size, .. } if size == TARGET_FILE_BYTES + 1), "{error}");
        assert_eq!(target.read("fits").unwrap().len() as u64, TARGET_FILE_BYTES);
        assert_eq!(target.files().unwrap().get("big").unwrap().size, TARGET_FILE_BYTES + 1);
    }
}

#[test]
fn too_many_files_are_an_error() {
    let scene = Scene::new();
    for name in ["a", "b", "c/d"] {
        scene.write(name, "");
    }
    scene.commit();
    for limit in [2, 3] {
        let tree = scene.tree().with_limit(limit);
        let revision = scene.revision("HEAD").unwrap().with_limit(limit);
        assert_eq!(tree.files().is_ok(), limit == 3);
        assert_eq!(revision.files().is_ok(), limit == 3);
    }
}

#[test]
fn without_git_everything_works_but_identity() {
    let scene = Scene::plain();
    scene.write("a/b.py", "x").write("nested/.git/HEAD", "x").write("nested/c.py", "y");
    let tree = scene.tree();
    assert_eq!(paths(&tree), ["a/b.py", "nested/c.py"]);
    assert_eq!(*tree.identity().unwrap(), Identity { dirty: true, ..Identity::default() });
    let error = scene.revision("HEAD").unwrap_err();
    assert!(error.to_string().contains("in no git repository"), "{error}");
    let error = WorkTree::open(Arc::new(OsSystem), &scene.path("a/b.py")).unwrap_err();
    assert!(error.to_string().contains("--root"), "{error}");
}

#[test]
fn an_empty_repository_has_no_commit() {
    let scene = Scene::new();
    scene.write("a.py", "");
    assert_eq!(scene.identity(), Identity { dirty: true, ..Identity::default() });
    assert!(matches!(scene.revision("HEAD"), Err(TargetError::UnknownRevision { .. })));
}

#[test]
fn revisions_by_every_name() {
    let scene = Scene::new();
    scene.write("a.py", "1");
    let first = scene.commit();
    scene.git(&["tag", "-a", "v1", "-m", "x"]);
    scene.git(&["branch", "feature/login"]);
    scene.write("a.py", "2").write("b.py", "");
    let second = scene.commit();
    for name in [first.as_str(), &first[..10], "v1", "feature/login", "HEAD~1", "main^", "refs/tags/v1", "v1^{commit}"]
    {
        let revision = scene.revision(name).unwrap();
        assert_eq!(revision.identity().unwrap().commit.as_deref(), Some(first.as_str()), "{name}");
        assert_eq!(&*revision.read("a.py").unwrap(), b"1");
        assert_eq!(paths(&revision), ["a.py"]);
    }
    scene.git(&["checkout", "-q", "--detach", "HEAD"]);
    let identity = scene.identity();
    assert_eq!(identity.commit.as_deref(), Some(second.as_str()));
    assert!(!identity.dirty);
    assert_eq!(identity.tree, scene.revision("HEAD").unwrap().identity().unwrap().tree);
    let raw =
        Command::new("git").args(["cat-file", "tree", "HEAD:"]).current_dir(scene.root()).output().unwrap().stdout;
    assert_eq!(identity.tree, Some(attest::base::digest::sha256(&raw).to_string()), "as the documentation says");

    for (name, words) in [
        ("feature/logn", "did you mean `feature/login`"),
        ("HEAD:a.py", "names no commit"),
        ("main..v1", "no revision"),
        ("", "a branch, a tag or an id"),
        ("HEAD~9", "the history here does not go back so far"),
        ("0000000000000000000000000000000000000000", "no revision"),
    ] {
        let error = scene.revision(name).unwrap_err().to_string();
        assert!(error.contains(words) && !error.contains('\n'), "{name}: {error}");
    }
    let error = Revision::open(&OsSystem, &scene.path(""), "v1").map(|it| it.read("b.py")).unwrap().unwrap_err();
    assert!(matches!(error, TargetError::Missing { .. }));
}

#[test]
fn a_bare_repository_needs_a_revision() {
    let scene = Scene::new();
    scene.write("a.py", "1");
    scene.commit();
    scene.git(&["clone", "-q", "--bare", ".", "bare.git"]);
    // Among the files of another repository a commit could have made it.
    let error = WorkTree::open(Arc::new(OsSystem), &scene.path("bare.git")).unwrap_err();
    assert!(error.to_string().contains("lies among the files of"), "{error}");
    let elsewhere = tempfile::tempdir().unwrap();
    let bare = elsewhere.path().join("bare.git");
    fs::rename(scene.path("bare.git"), &bare).unwrap();
    let error = WorkTree::open(Arc::new(OsSystem), &bare).unwrap_err();
    assert!(matches!(error, TargetError::Bare { .. }), "{error}");
    assert_eq!(paths(&Revision::open(&OsSystem, &bare, "main").unwrap()), ["a.py"]);
}

#[test]
fn every_difference_from_the_commit_is_dirt() {
    type Change = fn(&Scene);
    let changes: &[(&str, bool, Change)] = &[
        ("nothing", false, |_| {}),
        ("ignored file", false, |scene| {
            scene.write("x.log", "");
        }),
        ("touched, same content", false, |scene| {
            scene.write("a.py", "1\n");
        }),
        ("same size, other content", true, |scene| {
            scene.write("a.py", "2\n");
        }),
        ("untracked", true, |scene| {
            scene.write("new.py", "");
        }),
        ("deleted", true, |scene| fs::remove_file(scene.path("a.py")).unwrap()),
        ("staged and put back", true, |scene| {
            scene.write("a.py", "2\n").git(&["add", "a.py"]);
            scene.write("a.py", "1\n");
        }),
        ("removed from the index", true, |scene| {
            scene.git(&["rm", "-q", "--cached", "d/b.py"]);
        }),
        ("hidden by assume-unchanged", true, |scene| {
            scene.git(&["update-index", "--assume-unchanged", "a.py"]);
            scene.write("a.py", "2\n");
        }),
        ("hidden by skip-worktree", true, |scene| {
            scene.git(&["update-index", "--skip-worktree", "a.py"]);
            scene.write("a.py", "2\n");
        }),
        ("no index", true, |scene| fs::remove_file(scene.path(".git/index")).unwrap()),
        #[cfg(unix)]
        ("executable", true, |scene| {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(scene.path("a.py"), fs::Permissions::from_mode(0o755)).unwrap();
        }),
        #[cfg(unix)]
        ("a directory moved behind a link", true, |scene| {
            let elsewhere = scene.path(".git/elsewhere");
            fs::rename(scene.path("d"), &elsewhere).unwrap();
            std::os::unix::fs::symlink(&elsewhere, scene.path("d")).unwrap();
        }),
    ];
    for (name, dirty, change) in changes {
        let scene = Scene::new();
        scene.write("a.py", "1\n").write("d/b.py", "").write(".gitignore", "*.log\n");
        scene.commit();
        change(&scene);
        let identity = scene.identity();
        assert_eq!(identity.dirty, *dirty, "{name}");
        assert_eq!(identity.tree.is_none(), *dirty, "{name}");
        assert!(identity.commit.is_some(), "{name}");
    }
}

#[test]
fn remotes_are_normalised() {
    let scene = Scene::new();
    scene.git(&["remote", "add", "fork", "git@gitlab.com:me/shop.git"]);
    assert_eq!(scene.identity().repo.as_deref(), Some("https://gitlab.com/me/shop"));
    scene.git(&["remote", "add", "other", "https://x/y/z"]);
    assert_eq!(scene.identity().repo, None, "two remotes, none of them origin");
    scene.git(&["remote", "add", "origin", "https://token:secret@GitHub.com/acme/shop.git"]);
    assert_eq!(scene.identity().repo.as_deref(), Some("https://github.com/acme/shop"));
}

#[test]
fn submodules_are_other_targets() {
    let library = Scene::new();
    library.write("lib.py", "x");
    library.commit();
    let scene = Scene::new();
    scene.write("a.py", "");
    scene.git(&["submodule", "--quiet", "add", library.root().to_str().unwrap(), "vendor/lib"]);
    scene.commit();
    let (tree, revision) = (scene.tree(), scene.revision("HEAD").unwrap());
    for target in [&tree as &dyn Target, &revision] {
        assert_eq!(paths(target), [".gitmodules", "a.py", "vendor/lib"]);
        let entry = target.files().unwrap().get("vendor/lib").unwrap();
        assert_eq!((entry.kind, entry.tracked), (EntryKind::Directory, true));
    }
    assert!(!tree.identity().unwrap().dirty);
    // In the submodule's own work tree it is the target, and finds its repository through the `.git` file.
    let inner = scene.tree_at("vendor/lib");
    assert_eq!(paths(&inner), ["lib.py"]);
    assert_eq!(inner.identity().unwrap().commit, library.identity().commit);
}

#[cfg(unix)]
#[test]
fn a_hostile_configuration_runs_nothing_and_shows_nothing_else() {
    let outside = tempfile::tempdir().unwrap();
    let scene = Scene::new();
    scene.write("a.py", "1\n").write(".gitattributes", "*.py filter=evil diff=evil\n");
    scene.commit();
    let other = {
        scene.write("a.py", "hidden\n");
        let id = scene.git(&["hash-object", "-w", "a.py"]);
        scene.write("a.py", "1\n");
        id
    };
    let blob = scene.git(&["rev-parse", "HEAD:a.py"]);
    scene.git(&["replace", &blob, &other]);
    let witness = outside.path().join("ran");
    let program = format!("touch {}", witness.display());
    for key in [
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.command",
        "core.fsmonitor",
        "core.sshCommand",
        "core.editor",
        "core.pager",
        "core.hooksPath",
        "credential.helper",
        "uploadpack.packObjectsHook",
        "alias.status",
        "gpg.program",
    ] {
        scene.git(&["config", key, &program]);
    }
    scene.git(&["config", "core.worktree", outside.path().to_str().unwrap()]);
    fs::write(outside.path().join("stolen.py"), "").unwrap();
    // The index's times are off, so that the file has to be compared by content.
    fs::write(scene.path("a.py"), "1\n").unwrap();

    let tree = scene.tree();
    assert_eq!(paths(&tree), [".gitattributes", "a.py"]);
    assert!(!tree.identity().unwrap().dirty);
    let revision = scene.revision("HEAD").unwrap();
    assert_eq!(&*revision.read("a.py").unwrap(), b"1\n", "a replacement ref shows no other file");
    assert!(!witness.exists(), "nothing ran");
}

#[test]
fn an_object_that_lies_about_its_id_is_refused() {
    let scene = Scene::new();
    scene.write("a.py", "good\n").write("b.py", "evil\n");
    scene.commit();
    let object = |spec: &str| {
        let id = scene.git(&["rev-parse", spec]);
        scene.path(&format!(".git/objects/{}/{}", &id[..2], &id[2..]))
    };
    let (good, evil) = (object("HEAD:a.py"), object("HEAD:b.py"));
    fs::remove_file(&good).unwrap();
    fs::copy(evil, good).unwrap();
    let error = scene.revision("HEAD").unwrap().read("a.py").unwrap_err();
    assert!(error.to_string().contains("does not have that id"), "{error}");
}

#[test]
fn a_broken_repository_is_an_error_with_what_to_do() {
    let scene = Scene::plain();
    scene.write(".git/HEAD", "nonsense").write("a.py", "");
    let error = WorkTree::open(Arc::new(OsSystem), scene.root()).map(|tree| tree.files().map(drop)).unwrap_err();
    assert!(error.to_string().contains("git fsck"), "{error}");

    let scene = Scene::new();
    scene.write("a.py", "");
    scene.commit();
    scene.write(".git/index", "DIRCgarbage");
    let error = scene.tree().files().unwrap_err();
    assert!(error.to_string().contains("cannot read the index"), "{error}");
}

#[test]
fn formats_that_are_not_read_are_errors() {
    for (format, word) in [("--object-format=sha256", "sha256"), ("--ref-format=reftable", "reftable")] {
        let scene = Scene::plain();
        scene.git(&["init", "-q", format]);
        scene.write("a.py", "");
        scene.commit();
        let failed = match WorkTree::open(Arc::new(OsSystem), scene.root()) {
            Ok(tree) => tree.identity().map(|identity| format!("{identity:?}")),
            Err(error) => Err(error),
        };
        let error = failed.unwrap_err().to_string();
        assert!(error.contains(word) && error.contains("SHA-1"), "{format}: {error}");
    }
}

/// Git itself is the oracle of what an ignore file says.
#[test]
fn ignoring_agrees_with_git() {
    let names = [
        "a.txt",
        "b.md",
        "a b",
        "#x",
        "!y",
        "foo",
        "build/o",
        "build/k.txt",
        "sub/foo",
        "sub/build/o",
        "sub/deep/foo/x",
        "[z].c",
        "é.txt",
    ];
    let mut wrong: Vec<String> = Vec::new();
    for ignore in [
        "*.txt",
        "/a.txt",
        "build",
        "build/",
        "/build",
        "sub/build",
        "foo/",
        "foo",
        "**/foo",
        "foo/**",
        "sub/**/x",
        "*\n!a.txt",
        "*\n!*/\n!o",
        "build/*\n!build/k.txt",
        "build/\n!build/k.txt",
        "#x",
        "\\#x",
        "\\!y",
        "!y",
        "a\\ b",
        "a b  ",
        "[az].txt",
        "\\[z\\].c",
        "[!a].txt",
        "?.md",
        "??.txt",
        "sub/*",
        "sub/*/x",
        "**",
        "/**",
        "/*",
        "é*",
        "*.txt\r\nfoo\r\n",
        "[",
        "a[.txt",
        "\u{feff}foo",
        "sub/deep/**",
        "**/deep/**",
        "deep/foo",
        "**/",
        "*/",
        "{a,b}.txt",
        "a.{txt,md}",
        "[[:alpha:]].txt",
        "[![:digit:]_].txt",
        "[[:punct:]]?y",
        "[]a].txt",
        "\\{a}",
        "[{a].txt",
        "x{y",
        "a}",
        "foo\\",
        "+(a).txt",
    ] {
        let scene = Scene::new();
        for name in names {
            scene.write(name, "");
        }
        scene.write(".gitignore", ignore).write("sub/deep/.gitignore", "!foo\n");
        let listed =
            scene.git(&["-c", "core.quotePath=false", "ls-files", "-c", "-o", "--exclude-per-directory=.gitignore"]);
        let mut listed: Vec<&str> = listed.lines().collect();
        listed.sort_unstable();
        let ours = paths(&scene.tree());
        if ours != listed {
            wrong.push(format!("{ignore:?}\n ours {ours:?}\n git  {listed:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn linked_work_trees_are_repositories() {
    let scene = Scene::new();
    scene.write("a.py", "1");
    let commit = scene.commit();
    scene.git(&["worktree", "add", "-q", "--detach", "linked"]);
    let linked = scene.tree_at("linked");
    assert_eq!(paths(&linked), ["a.py"]);
    let identity = linked.identity().unwrap();
    assert_eq!((identity.commit.as_deref(), identity.dirty), (Some(commit.as_str()), false));
    // In the outer one it is another target.
    let outer = scene.tree();
    assert_eq!(paths(&outer), ["a.py", "linked"]);
    assert_eq!(outer.files().unwrap().get("linked").unwrap().kind, EntryKind::Directory);
}

/// Prints how long a large tree takes; run with `ATTEST_MEASURE=DIR` and `--nocapture`.
#[test]
#[expect(clippy::print_stderr, reason = "figures for a person")]
fn measured_on_a_large_repository() {
    let Ok(root) = std::env::var("ATTEST_MEASURE") else { return };
    let clock = std::time::Instant::now();
    let lap = |what: &str, clock: &mut std::time::Instant| {
        eprintln!("{what}: {:?}", clock.elapsed());
        *clock = std::time::Instant::now();
    };
    let mut clock = clock;
    let tree = WorkTree::open(Arc::new(OsSystem), Path::new(&root)).unwrap();
    lap("open", &mut clock);
    lookup(&tree, "none");
    lap("lookup", &mut clock);
    eprintln!("{} files", tree.files().unwrap().entries().len());
    lap("list", &mut clock);
    eprintln!("{:?}", tree.identity().unwrap());
    lap("identity", &mut clock);
    let bytes: usize =
        tree.files().unwrap().entries().iter().filter_map(|entry| tree.read(&entry.path).ok()).map(|it| it.len()).sum();
    eprintln!("{bytes} bytes");
    lap("read all, one thread", &mut clock);
    let files = Files::parse("**/*.py").unwrap();
    eprintln!("{} selected", tree.files().unwrap().select(&files).count());
    lap("select", &mut clock);
    let revision = Revision::open(&OsSystem, Path::new(&root), "HEAD").unwrap();
    lap("open HEAD", &mut clock);
    eprintln!("{} files", revision.files().unwrap().entries().len());
    lap("list HEAD", &mut clock);
    let count = revision
        .files()
        .unwrap()
        .entries()
        .iter()
        .take(5000)
        .filter_map(|entry| revision.read(&entry.path).ok())
        .count();
    eprintln!("{count} read");
    lap("read 5000 of HEAD, one thread", &mut clock);
}
