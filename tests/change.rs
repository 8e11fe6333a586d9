//! A change has the same digests everywhere: every kind of change against its expected patch, git itself as the oracle of
//! what a patch means, and hostile machines that must not be heard.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "the test makes repositories and reads its cases")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a failed test")]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use attest::base::digest::sha256;
use attest::base::system::OsSystem;
use attest::change::{self, Base, Change, End, Limits, Options};
use proptest::prelude::*;

/// A repository in a directory of its own.
struct Scene {
    dir: tempfile::TempDir,
}

fn git_in(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap())
        .env("HOME", directory.join("no-home"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"])
        .args(["-c", "core.autocrlf=false", "-c", "protocol.file.allow=always", "-c", "advice.detachedHead=false"]);
    command
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

impl Scene {
    fn new() -> Self {
        let scene = Self { dir: tempfile::tempdir().unwrap() };
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
        String::from_utf8(run(git_in(self.root()).args(arguments))).unwrap().trim().to_owned()
    }

    fn commit(&self) -> String {
        self.git(&["add", "-A", "-f"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn read(&self, base: &str, end: End) -> (Change, Vec<u8>) {
        read(self.root(), Base::Exactly(base.to_owned()), end)
    }

    fn fails(&self, base: Base, end: End) -> String {
        change::read(&OsSystem, self.root(), &options(base, end)).unwrap_err().to_string()
    }
}

fn options(base: Base, end: End) -> Options {
    Options { base, end, tree: true, limits: Limits::default() }
}

fn read(root: &Path, base: Base, end: End) -> (Change, Vec<u8>) {
    let mut patch = Vec::new();
    let change = change::write_patch(&OsSystem, root, &options(base, end), &mut patch).unwrap();
    assert_eq!(change.patch.sha256, sha256(&patch));
    assert_eq!(change.patch.bytes, patch.len() as u64);
    (change, patch)
}

fn head() -> End {
    End::Commit("HEAD".to_owned())
}

fn branch(name: &str) -> Base {
    Base::Branch(name.to_owned())
}

/// What a test compares and a person reads.
fn shown(change: &Change, patch: &[u8]) -> String {
    let mut text = String::new();
    writeln!(text, "patch {} {}", change.patch.sha256, change.patch.bytes).unwrap();
    writeln!(text, "tree {}", change.tree.as_ref().unwrap()).unwrap();
    writeln!(text, "+{} -{}", change.insertions, change.deletions).unwrap();
    for file in &change.files {
        write!(text, "{} {}", file.status.name(), file.path).unwrap();
        for (name, side) in [("old", &file.old), ("new", &file.new)] {
            if let Some(side) = side {
                let digest = side
                    .sha256
                    .as_ref()
                    .map_or_else(|| side.id.clone(), |digest| digest.hex.chars().take(12).collect());
                write!(text, " {name} {} {digest}", side.mode.octal()).unwrap();
            }
        }
        if file.binary {
            text.push_str(" binary");
        }
        write!(text, " +{} -{}", file.insertions, file.deletions).unwrap();
        if let Some(path) = &file.same_as {
            write!(text, " same as {path}").unwrap();
        }
        text.push('\n');
    }
    writeln!(text, "---\n{}", String::from_utf8_lossy(patch)).unwrap();
    text
}

/// Compares with the twin of a case, or writes it.
fn twin(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/change").join(name);
    if std::env::var_os("ATTEST_BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, expected, "{name}: bless with ATTEST_BLESS=1 only where the format was meant to change");
}

/// Each `NAME.sh` makes a repository; what `base..HEAD` is stands beside it.
#[test]
fn every_case_is_as_its_twin() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/change");
    let mut cases: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "sh"));
    cases.sort();
    assert!(cases.len() >= 10, "the cases are found");
    for case in cases {
        let scene = Scene::new();
        let mut shell = Command::new("sh");
        shell.arg("-eu").arg(&case).current_dir(scene.root()).env_clear().env("PATH", std::env::var("PATH").unwrap());
        for (name, value) in [
            ("HOME", "/nonexistent"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "t"),
            ("GIT_AUTHOR_EMAIL", "t@example.org"),
            ("GIT_COMMITTER_NAME", "t"),
            ("GIT_COMMITTER_EMAIL", "t@example.org"),
            ("GIT_AUTHOR_DATE", "2024-01-01T00:00:00Z"),
            ("GIT_COMMITTER_DATE", "2024-01-01T00:00:00Z"),
            ("LC_ALL", "C"),
        ] {
            shell.env(name, value);
        }
        run(&mut shell);
        let (change, patch) = scene.read("base", head());
        let name = case.file_stem().unwrap().to_string_lossy().into_owned();
        twin(&format!("{name}.expected"), &shown(&change, &patch));
        applies(&scene, "base", "HEAD", &patch);
    }
}

/// The tree that git makes of a patch, and of the same in reverse.
fn applied(scene: &Scene, from: &str, patch: &[u8], reverse: bool) -> String {
    let index = tempfile::NamedTempFile::new().unwrap();
    fs::remove_file(index.path()).unwrap();
    let git = || {
        let mut command = git_in(scene.root());
        command.env("GIT_INDEX_FILE", index.path());
        command
    };
    run(git().args(["read-tree", from]));
    if !patch.is_empty() {
        let mut apply = git();
        apply.args(["apply", "--cached", "--whitespace=nowarn", "--binary"]);
        if reverse {
            apply.arg("-R");
        }
        let mut child = apply.arg("-").stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(patch).unwrap();
        let output = child.wait_with_output().unwrap();
        let (said, text) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(patch));
        assert!(output.status.success(), "reverse {reverse}: {said}\n{text}");
    }
    String::from_utf8(run(git().arg("write-tree"))).unwrap().trim().to_owned()
}

/// Git takes the patch: on the base it gives the end, reversed on the end the base.
fn applies(scene: &Scene, base: &str, end: &str, patch: &[u8]) {
    let tree = |revision: &str| scene.git(&["rev-parse", &format!("{revision}^{{tree}}")]);
    let text = String::from_utf8_lossy(patch);
    assert_eq!(applied(scene, base, patch, false), tree(end), "{text}");
    let back = applied(scene, end, patch, true);
    if back != tree(base) {
        // Git (2.47) forgets the mode of what a reversed deletion brings back, of its own patches too.
        let modes = ["deleted file mode 100755", "deleted file mode 120000", "deleted file mode 160000"];
        assert!(modes.iter().any(|mode| text.contains(mode)), "{text}");
        let theirs = run(git_in(scene.root()).args(["diff", "--binary", "--full-index", "--no-renames", base, end]));
        assert_eq!(back, applied(scene, end, &theirs, true), "{text}");
    }
    // In any case the patch of the way back leads back.
    let (_, backwards) = read(scene.root(), Base::Exactly(end.to_owned()), End::Commit(base.to_owned()));
    assert_eq!(applied(scene, end, &backwards, false), tree(base), "{text}");
}

#[derive(Clone, Debug)]
enum Thing {
    Text(Vec<u8>, bool),
    Binary(Vec<u8>),
    Link(String),
}

fn things() -> impl Strategy<Value = BTreeMap<String, Thing>> {
    let line = prop_oneof![Just("a"), Just("b"), Just("c"), Just(""), Just("}"), Just("\t x\r")];
    let text =
        (proptest::collection::vec(line, 0..30), any::<bool>(), any::<bool>()).prop_map(|(lines, end, executable)| {
            let mut text = lines.join("\n");
            if end && !text.is_empty() {
                text.push('\n');
            }
            Thing::Text(text.into_bytes(), executable)
        });
    let thing = prop_oneof![
        6 => text,
        1 => proptest::collection::vec(any::<u8>(), 0..200).prop_map(|mut bytes| { bytes.push(0); Thing::Binary(bytes) }),
        1 => "[a-z]{1,8}".prop_map(Thing::Link),
    ];
    let name = prop_oneof![
        Just("a"),
        Just("b"),
        Just("d/a"),
        Just("d/e/f"),
        Just("d.x"),
        Just("sp ace"),
        Just("quo\"te"),
        Just("t\tab"),
        Just("ü"),
        Just("back\\slash"),
        Just("new\nline"),
        Just("-dash"),
        Just("a b/c")
    ];
    proptest::collection::btree_map(name.prop_map(str::to_owned), thing, 0..8)
}

fn lay_out(scene: &Scene, things: &BTreeMap<String, Thing>) {
    for entry in fs::read_dir(scene.root()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap() == ".git" {
            continue;
        }
        if path.is_dir() && !path.is_symlink() {
            fs::remove_dir_all(path).unwrap();
        } else {
            fs::remove_file(path).unwrap();
        }
    }
    for (name, thing) in things {
        match thing {
            Thing::Text(bytes, executable) => {
                scene.write(name, bytes);
                let mode = if *executable { 0o755 } else { 0o644 };
                fs::set_permissions(scene.path(name), fs::Permissions::from_mode(mode)).unwrap();
            }
            Thing::Binary(bytes) => drop(scene.write(name, bytes)),
            Thing::Link(target) => {
                fs::create_dir_all(scene.path(name).parent().unwrap()).unwrap();
                symlink(target, scene.path(name)).unwrap();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Commit, index and work tree of the same files are the same change, and git makes of it what it should.
    #[test]
    fn git_applies_what_is_written(before in things(), after in things()) {
        let scene = Scene::new();
        lay_out(&scene, &before);
        let base = scene.commit();
        lay_out(&scene, &after);
        let (standing, _) = scene.read(&base, End::WorkTree);
        scene.git(&["add", "-A", "-f"]);
        let (staged, _) = scene.read(&base, End::Index);
        scene.commit();
        let (change, patch) = scene.read(&base, head());
        applies(&scene, &base, "HEAD", &patch);
        for other in [standing, staged] {
            prop_assert_eq!(&other.patch, &change.patch);
            prop_assert_eq!(&other.files, &change.files);
            prop_assert_eq!(&other.tree, &change.tree);
        }
        prop_assert_eq!(change.tree.unwrap().hex, tree_by_git(&scene, "HEAD"));
    }
}

/// `repo-tree` as an auditor computes it.
fn tree_by_git(scene: &Scene, revision: &str) -> String {
    let mut text = Vec::new();
    for entry in run(git_in(scene.root()).args(["ls-tree", "-r", "-z", revision])).split(|byte| *byte == 0) {
        if entry.is_empty() {
            continue;
        }
        let tab = entry.iter().position(|byte| *byte == b'\t').unwrap();
        let words: Vec<&str> = std::str::from_utf8(&entry[..tab]).unwrap().split(' ').collect();
        let digest = match words[1] {
            "blob" => sha256(&run(git_in(scene.root()).args(["cat-file", "blob", words[2]]))).hex,
            _ => words[2].to_owned(),
        };
        text.extend(format!("{} {digest}\t", words[0]).into_bytes());
        text.extend(&entry[tab + 1..]);
        text.push(0);
    }
    sha256(&text).hex
}

/// The script of the reference page is what the digest is.
#[test]
fn an_auditor_needs_git_and_a_shell_only() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/reference/git-binding.md");
    let page = fs::read_to_string(page).unwrap();
    let script = page.split_once("```bash\n").unwrap().1.split_once("```").unwrap().0.to_owned();
    let scene = rich();
    let (change, _) = scene.read("base", head());
    let mut shell = Command::new("bash");
    shell.args(["-c", &script, "script", "HEAD"]).current_dir(scene.root());
    let said = String::from_utf8(run(&mut shell)).unwrap();
    assert_eq!(said.split(' ').next().unwrap(), change.tree.unwrap().hex);
}

/// A scene with a change of every kind from `base` to `HEAD`.
fn rich() -> Scene {
    let scene = Scene::new();
    let program = (0..200).fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "int f{line}() {{\n\n    return {line};\n}}");
        text
    });
    scene
        .write("src/main.c", &program)
        .write("gone", "x\n")
        .write("b.bin", b"\0\x01\x02")
        .write("crlf.txt", "a\r\nb\r\n");
    scene.write("mode.sh", "echo\n").write("old name", "moved\nmoved\n");
    symlink("gone", scene.path("link")).unwrap();
    scene.commit();
    scene.git(&["tag", "base"]);
    scene.write("src/main.c", program.replace("return 7;", "return 8;\n    ;").replace("f90", "g90"));
    fs::remove_file(scene.path("gone")).unwrap();
    fs::rename(scene.path("old name"), scene.path("new name")).unwrap();
    scene.write("b.bin", b"\0\x01\x03").write("crlf.txt", "a\r\nc\r\n").write("\u{e4}", "neu");
    fs::set_permissions(scene.path("mode.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(scene.path("link")).unwrap();
    symlink("elsewhere", scene.path("link")).unwrap();
    fs::write(scene.root().join(std::ffi::OsStr::from_bytes(b"\xff\xfe")), "no text name\n").unwrap();
    scene.commit();
    scene
}

#[test]
fn no_machine_changes_a_byte() {
    let scene = rich();
    let (plain, patch) = scene.read("base", head());
    let proof = scene.path(".git/ran");
    let program = scene.path(".git/evil.sh");
    fs::write(&program, format!("#!/bin/sh\ntouch {}\ncat\n", proof.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let evil = program.display().to_string();
    let settings = format!(
        "[diff]\n noprefix = true\n mnemonicPrefix = true\n algorithm = histogram\n context = 9\n interHunkContext = 5\n \
         external = {evil}\n submodule = log\n orderFile = .git/order\n renames = copies\n indentHeuristic = true\n \
         relative = true\n srcPrefix = x/\n dstPrefix = y/\n wsErrorHighlight = all\n colorMoved = zebra\n suppressBlankEmpty = true\n\
         [diff \"evil\"]\n textconv = {evil}\n command = {evil}\n binary = true\n xfuncname = .*\n\
         [filter \"evil\"]\n clean = {evil}\n smudge = {evil}\n process = {evil}\n required = true\n\
         [core]\n abbrev = 4\n autocrlf = true\n eol = crlf\n quotePath = false\n fsmonitor = {evil}\n hooksPath = .git/hooks\n \
         attributesFile = .git/attributes\n pager = {evil}\n fileMode = false\n symlinks = false\n ignoreCase = true\n\
         [color]\n ui = always\n[i18n]\n commitEncoding = latin1\n[uploadpack]\n packObjectsHook = {evil}\n[alias]\n diff = !{evil}\n"
    );
    let config = fs::read_to_string(scene.path(".git/config")).unwrap();
    fs::write(scene.path(".git/config"), config + &settings).unwrap();
    fs::write(scene.path(".git/order"), "src/*\n").unwrap();
    for attributes in [".git/info/attributes", ".git/attributes"] {
        scene.write(attributes, "* diff=evil filter=evil text eol=crlf ident working-tree-encoding=UTF-16 -diff\n");
    }
    scene.write(".git/info/grafts", format!("{}\n", plain.head_commit));
    scene.git(&["-c", "core.fsmonitor=false", "replace", "-f", "HEAD", "base"]);
    for hook in ["post-checkout", "pre-commit", "fsmonitor-watchman", "post-index-change"] {
        fs::create_dir_all(scene.path(".git/hooks")).unwrap();
        fs::copy(&program, scene.path(&format!(".git/hooks/{hook}"))).unwrap();
    }
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join(".gitconfig"), &settings).unwrap();

    // In a process of its own, whose environment is hostile too.
    let digest = |root: &Path| {
        let mut attest = Command::new(env!("CARGO_BIN_EXE_attest"));
        attest.args(["provenance", "digest", "--format", "json", "--base", "base", "--subject", "patch.diff"]);
        attest
            .args(["--subject", "repo-tree", "--head", &plain.head_commit, "--root"])
            .arg(root)
            .current_dir(home.path());
        for (name, value) in [
            ("HOME", home.path().to_str().unwrap()),
            ("XDG_CONFIG_HOME", home.path().to_str().unwrap()),
            ("GIT_CONFIG_GLOBAL", home.path().join(".gitconfig").to_str().unwrap()),
            ("GIT_DIFF_OPTS", "--unified=17"),
            ("GIT_EXTERNAL_DIFF", &evil),
            ("GIT_DIR", "/nonexistent"),
            ("GIT_WORK_TREE", "/"),
            ("GIT_INDEX_FILE", "/nonexistent"),
            ("GIT_OBJECT_DIRECTORY", "/nonexistent"),
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "diff.context"),
            ("GIT_CONFIG_VALUE_0", "0"),
            ("GIT_GRAFT_FILE", "/nonexistent"),
            ("GIT_SHALLOW_FILE", "/nonexistent"),
            ("GIT_REPLACE_REF_BASE", "refs/heads/"),
            ("GIT_PAGER", &evil),
            ("PAGER", &evil),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("LANG", "tr_TR.UTF-8"),
            ("TZ", "Asia/Kathmandu"),
        ] {
            attest.env(name, value);
        }
        let said = run(&mut attest);
        let json: serde_json::Value = serde_json::from_slice(&said).unwrap();
        (json["patch"]["digest"].as_str().unwrap().to_owned(), json["tree"]["digest"].as_str().unwrap().to_owned())
    };
    let expected = (plain.patch.sha256.hex.clone(), plain.tree.clone().unwrap().hex);
    assert_eq!(digest(scene.root()), expected, "loose objects");
    assert_eq!(read(scene.root(), Base::Exactly("base".into()), End::Commit(plain.head_commit.clone())).1, patch);
    assert!(!proof.exists(), "a program of the repository ran");

    // Packed, cloned, bare, and in a linked work tree.
    let calm = rich();
    assert_eq!(calm.git(&["rev-parse", "HEAD"]), plain.head_commit, "the same commits");
    calm.git(&["gc", "-q", "--aggressive", "--prune=now"]);
    assert_eq!(digest(calm.root()), expected, "packed");
    let elsewhere = tempfile::tempdir().unwrap();
    for (name, arguments) in [
        ("clone", &["clone", "-q"][..]),
        ("bare.git", &["clone", "-q", "--bare"]),
        ("linked", &["worktree", "add", "-q"]),
    ] {
        let to = elsewhere.path().join(name);
        let mut command = git_in(calm.root());
        command.args(arguments);
        if name != "linked" {
            command.arg(calm.root());
        }
        run(command.arg(&to));
        assert_eq!(digest(&to), expected, "{name}");
    }
    twin("golden.digests", &format!("patch {}\ntree {}\n", expected.0, expected.1));
}

#[test]
fn work_trees_count_what_git_would_add() {
    let scene = Scene::new();
    scene.write("tracked", "a\n").write(".gitignore", "*.log\n/out/\n").write("kept.log", "tracked all the same\n");
    let base = scene.commit();
    scene
        .write("new.txt", "n\n")
        .write("x.log", "ignored\n")
        .write("out/o", "ignored\n")
        .write("d/.gitignore", "!y.log\n");
    scene.write("d/y.log", "not ignored\n").write("kept.log", "changed\n").write(".git/info/exclude", "new.txt\n");
    fs::remove_file(scene.path("tracked")).unwrap();
    let (change, _) = scene.read(&base, End::WorkTree);
    let files: Vec<String> = change.files.iter().map(|file| format!("{} {}", file.status.name(), file.path)).collect();
    assert_eq!(files, ["added d/.gitignore", "added d/y.log", "modified kept.log", "added new.txt", "deleted tracked"]);
    let (staged, patch) = scene.read(&base, End::Index);
    assert!(staged.is_empty() && patch.is_empty());
    assert_eq!(staged.patch.sha256, sha256(b""));
    // Flags with which git is made blind change nothing, nor does an index that lies about times.
    scene.git(&["update-index", "--assume-unchanged", "kept.log"]);
    scene.git(&["update-index", "--skip-worktree", "tracked"]);
    assert_eq!(scene.read(&base, End::WorkTree).0.files, change.files);
    // Promised, not staged.
    scene.git(&["add", "--intent-to-add", "-f", "new.txt"]);
    assert!(scene.read(&base, End::Index).0.is_empty());
    // From a directory below it is the same change.
    assert_eq!(read(&scene.path("d"), Base::Exactly(base), End::WorkTree).0.files, change.files);
}

#[test]
fn nested_repositories_are_commits_or_errors() {
    let scene = Scene::new();
    scene.write("a", "a\n");
    let base = scene.commit();
    let inner = scene.path("inner");
    fs::create_dir(&inner).unwrap();
    run(git_in(&inner).args(["init", "-q", "-b", "main"]));
    assert!(scene.fails(Base::Exactly(base.clone()), End::WorkTree).contains("without a commit"));
    fs::write(inner.join("x"), "x\n").unwrap();
    run(git_in(&inner).args(["add", "x"]));
    run(git_in(&inner).args(["commit", "-q", "-m", "x"]));
    let (standing, patch) = scene.read(&base, End::WorkTree);
    assert!(String::from_utf8(patch).unwrap().contains("+Subproject commit "));
    scene.git(&["add", "inner"]);
    scene.git(&["commit", "-q", "-m", "x"]);
    assert_eq!(scene.read(&base, head()).0.files, standing.files);
    // Files in the place of a submodule that is not checked out.
    fs::rename(inner.join(".git"), scene.path(".git/kept")).unwrap();
    assert!(scene.fails(Base::Exactly(base.clone()), End::WorkTree).contains("files stand in it"));
    fs::rename(scene.path(".git/kept"), inner.join(".git")).unwrap();
    // Hiding tracked files behind a repository of one's own.
    scene.write("src/a", "a\n");
    scene.git(&["add", "src/a"]);
    run(git_in(&scene.path("src")).args(["init", "-q"]));
    assert!(scene.fails(Base::Exactly(base), End::WorkTree).contains("files in it are tracked"));
}

#[test]
fn bases() {
    let scene = Scene::new();
    let first = scene.write("a", "1\n").commit();
    scene.git(&["checkout", "-q", "-b", "work"]);
    let tip = scene.write("b", "1\n").commit();
    scene.git(&["checkout", "-q", "main"]);
    let main = scene.write("c", "1\n").commit();
    scene.git(&["checkout", "-q", "work"]);
    let (change, _) = read(scene.root(), branch("main"), head());
    assert_eq!((change.base_commit.as_str(), change.base_branch.as_deref()), (first.as_str(), Some(main.as_str())));
    assert_eq!((change.head_commit.as_str(), change.branch.as_deref()), (tip.as_str(), Some("work")));
    assert_eq!(change.files.len(), 1);
    assert_eq!(read(scene.root(), Base::Exactly(main.clone()), head()).0.files.len(), 2);
    // A first commit begins at nothing.
    let (root, patch) = scene.read("4b825dc642cb6eb9a060e54bf8d69288fbee4904", End::Commit(first.clone()));
    assert_eq!(root.files.len(), 1);
    assert!(String::from_utf8(patch).unwrap().contains("--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+1\n"));
    // Merged crosswise.
    scene.git(&["merge", "-q", "-m", "m", &main]);
    scene.git(&["checkout", "-q", "main"]);
    scene.git(&["merge", "-q", "-m", "m", &tip]);
    assert!(scene.fails(branch("work"), head()).contains("meet in 2 commits"));
    // Unrelated.
    scene.git(&["checkout", "-q", "--orphan", "other"]);
    scene.commit();
    assert!(scene.fails(branch("main"), head()).contains("no commit in common"));
    assert!(scene.fails(branch("mian"), head()).contains("did you mean `main`?"));
    // A clone that ends too early.
    let dir = tempfile::tempdir().unwrap();
    let url = format!("file://{}", scene.root().display());
    run(git_in(scene.root())
        .args(["clone", "-q", "--depth", "1", "--no-single-branch", &url])
        .arg(dir.path().join("c")));
    let cut = change::read(
        &OsSystem,
        &dir.path().join("c"),
        &options(branch("origin/work"), End::Commit("origin/main".into())),
    );
    assert!(cut.unwrap_err().to_string().contains("git fetch --unshallow"));
    let cut = change::read(&OsSystem, &dir.path().join("c"), &options(Base::Exactly(first), head()));
    assert!(cut.is_err());
}

#[test]
fn errors_say_what_to_do() {
    let scene = Scene::new();
    assert!(scene.fails(branch("main"), End::Index).contains("commit first"));
    scene.write("a", "1\n2\n3\n4\n");
    let base = Base::Exactly(scene.commit());
    scene.write("a", "2\n1\n4\n3\n").write("b", "2\n").commit();
    let limited = |limits: Limits| {
        let options = Options { base: base.clone(), end: head(), tree: false, limits };
        change::read(&OsSystem, scene.root(), &options).unwrap_err().to_string()
    };
    let all = Limits::default();
    assert!(limited(Limits { files: 1, ..all }).contains("more than 1 files"));
    assert!(limited(Limits { changed: 1, ..all }).contains("changed files is over the limit of 1"));
    assert!(limited(Limits { file_bytes: 1, ..all }).contains("the size of `a` in bytes is over the limit of 1"));
    assert!(limited(Limits { patch_bytes: 100, ..all }).contains("the patch in bytes is over the limit of 100"));
    assert!(limited(Limits { work: 1, ..all }).contains("comparing lines is over the limit of 1"));
    let bare = tempfile::tempdir().unwrap();
    run(git_in(bare.path()).args(["init", "-q", "--bare"]));
    let end = change::read(&OsSystem, bare.path(), &options(base.clone(), End::WorkTree)).unwrap_err();
    assert!(end.to_string().contains("bare repository"));
    let nothing = tempfile::tempdir().unwrap();
    let end = change::read(&OsSystem, nothing.path(), &options(base.clone(), head())).unwrap_err();
    assert!(end.to_string().contains("in no git repository"));
    let sha256 = tempfile::tempdir().unwrap();
    run(git_in(sha256.path()).args(["init", "-q", "--object-format=sha256"]));
    let end = change::read(&OsSystem, sha256.path(), &options(base.clone(), head())).unwrap_err();
    assert!(end.to_string().contains("SHA-1"), "{end}");
    // Conflicts, pipes.
    scene.git(&["checkout", "-q", "-b", "left"]);
    scene.write("a", "left\n").commit();
    scene.git(&["checkout", "-q", "-b", "right", "HEAD~1"]);
    scene.write("a", "right\n").commit();
    assert!(!git_in(scene.root()).args(["merge", "-q", "left"]).output().unwrap().status.success());
    assert!(scene.fails(base.clone(), End::Index).contains("is in conflict"));
    scene.git(&["reset", "-q", "--hard"]);
    fs::remove_file(scene.path("b")).unwrap();
    run(Command::new("mkfifo").arg(scene.path("b")));
    assert!(scene.fails(base, End::WorkTree).contains("pipe, socket or device"));
}

#[test]
fn files_of_a_commit() {
    let scene = Scene::new();
    scene.write("d/a", "1\n");
    symlink("d", scene.path("l")).unwrap();
    let commit = scene.commit();
    scene.write("d/a", "2\n");
    let at = |path: &str, limit| change::file_at(&OsSystem, scene.root(), &commit, path, limit);
    assert_eq!(at("d/a", 10).unwrap().as_deref(), Some(&b"1\n"[..]));
    assert_eq!(at("d/b", 10).unwrap(), None);
    for (path, limit, said) in [
        ("d/a", 1, "over the limit of 1"),
        ("d", 10, "is a directory"),
        ("l", 10, "is a symbolic link"),
        ("l/a", 10, "leads through the symbolic link `l`"),
        ("../a", 10, "outside the root"),
    ] {
        let error = at(path, limit).unwrap_err().to_string();
        assert!(error.contains(said), "{path}: {error}");
    }
}

#[test]
fn the_upstream_is_found() {
    let origin = Scene::new();
    origin.write("a", "1\n").commit();
    let dir = tempfile::tempdir().unwrap();
    let clone = dir.path().join("c");
    run(git_in(origin.root()).args(["clone", "-q"]).arg(origin.root()).arg(&clone));
    assert_eq!(change::upstream(&OsSystem, &clone).unwrap().as_deref(), Some("refs/remotes/origin/main"));
    run(git_in(&clone).args(["checkout", "-q", "-b", "mine"]));
    assert_eq!(change::upstream(&OsSystem, &clone).unwrap(), None);
    run(git_in(&clone).args(["branch", "-q", "--set-upstream-to=main"]));
    assert_eq!(change::upstream(&OsSystem, &clone).unwrap().as_deref(), Some("refs/heads/main"));
    run(git_in(&clone).args(["checkout", "-q", "--detach"]));
    assert_eq!(change::upstream(&OsSystem, &clone).unwrap(), None);
}

/// `attest provenance digest` with a line of arguments: exit, output, talk.
fn digest(root: &Path, line: &str) -> (i32, String, String) {
    let mut attest = Command::new(env!("CARGO_BIN_EXE_attest"));
    attest.args(["provenance", "digest"]).args(line.split_whitespace()).current_dir(root);
    attest.env_clear().env("PATH", std::env::var("PATH").unwrap());
    let output = attest.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_line() {
    let scene = rich();
    let (code, out, _) =
        digest(scene.root(), "--base base --subject repo-tree --subject patch.diff --patch .git/p.diff");
    assert_eq!(code, 0);
    twin("human.txt", &out);
    let patch = fs::read(scene.path(".git/p.diff")).unwrap();
    assert!(out.contains(&sha256(&patch).to_string()), "{out}");
    let (code, out, _) = digest(scene.root(), "--base base --format json --repo-url git@example.org:a/b.git");
    assert_eq!(code, 0);
    twin("json.txt", &out);
    assert!(
        digest(scene.root(), "--base base -o .git/out --format json --repo-url git@example.org:a/b.git").1.is_empty()
    );
    assert_eq!(fs::read_to_string(scene.path(".git/out")).unwrap(), out);
    for (line, code, said) in [
        ("", 2, "nothing says where the change begins"),
        ("--head base", 2, "nothing says where the change begins"),
        ("--base HEAD", 3, "nothing changed since"),
        ("--base HEAD --allow-empty", 0, ""),
        ("--base nowhere", 3, "no revision `nowhere`"),
        ("--base base --repo-url nonsense", 2, "is no address of a repository"),
        ("--base base --base-commit base", 2, "cannot be used with"),
        ("--base base --index --work-tree", 2, "cannot be used with"),
        ("--base base --index --head base", 2, "cannot be used with"),
        ("--base base --subject pr-7", 2, "invalid value 'pr-7'"),
        ("--base base --patch no/such/directory", 3, "no/such"),
        ("--base base --root no-such-root", 3, "is not a directory"),
    ] {
        let (exit, _, talk) = digest(scene.root(), line);
        assert_eq!(exit, code, "{line}: {talk}");
        assert!(talk.contains(said), "{line}: {talk}");
    }
    // The upstream of the branch.
    let dir = tempfile::tempdir().unwrap();
    let clone = dir.path().join("c");
    run(git_in(scene.root()).args(["clone", "-q"]).arg(scene.root()).arg(&clone));
    assert!(digest(&clone, "").2.contains("nothing changed since"), "the upstream is where the branch is");
    fs::write(clone.join("new"), "n\n").unwrap();
    let (code, out, _) = digest(&clone, "--work-tree");
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("added        new"), "{out}");
}

#[test]
fn the_base_of_a_ci_is_a_branch_of_the_clone() {
    use attest::session::provenance::change_options::ChangeOptions;

    let scene = rich();
    scene.git(&["branch", "target", "base"]);
    let options = ChangeOptions { root: scene.root().to_owned(), ..ChangeOptions::default() };
    let change = options.read(&OsSystem, Some("target"), None).unwrap();
    assert_eq!(change.base_commit, scene.git(&["rev-parse", "base"]));
    // The remote's branch is what the pull request is for.
    scene.git(&["update-ref", "refs/remotes/origin/target", "HEAD"]);
    assert!(options.read(&OsSystem, Some("target"), None).unwrap_err().message.contains("nothing changed"));
    let missing = options.read(&OsSystem, Some("gone"), None).unwrap_err();
    assert!(missing.help.unwrap().contains("git fetch origin gone"));
    let named = ChangeOptions { base: Some("base".to_owned()), ..options };
    assert!(named.read(&OsSystem, Some("gone"), None).is_ok(), "what was said wins");
}

/// How often the text is that of git, and how fast it is: `ATTEST_MEASURE=REPOSITORY cargo test --test change measured -- --nocapture`.
#[test]
fn measured_on_a_real_repository() {
    let Some(root) = std::env::var_os("ATTEST_MEASURE").map(PathBuf::from) else { return };
    let said = |arguments: &[&str]| String::from_utf8_lossy(&run(git_in(&root).args(arguments))).into_owned();
    let commits = said(&["rev-list", "--no-merges", "--max-count=300", "HEAD"]);
    let mut counts = BTreeMap::new();
    let mut sections = 0;
    for commit in commits.lines() {
        let base = said(&["rev-parse", &format!("{commit}^")]).trim().to_owned();
        let options = Options {
            base: Base::Exactly(base.clone()),
            end: End::Commit(commit.to_owned()),
            tree: false,
            limits: Limits::default(),
        };
        let mut ours = Vec::new();
        change::write_patch(&OsSystem, &root, &options, &mut ours).unwrap();
        let ours = cut(&String::from_utf8_lossy(&ours));
        sections += ours.len();
        for algorithm in ["myers", "minimal"] {
            for heuristic in ["--indent-heuristic", "--no-indent-heuristic"] {
                let algorithm = format!("--diff-algorithm={algorithm}");
                let theirs = said(&[
                    "diff-tree",
                    "-p",
                    "--binary",
                    "--full-index",
                    "--no-renames",
                    "--no-ext-diff",
                    "--no-textconv",
                    &algorithm,
                    heuristic,
                    "-U3",
                    &base,
                    commit,
                ]);
                let equal = cut(&theirs).iter().zip(&ours).filter(|(a, b)| a == b).count();
                *counts.entry(format!("{algorithm} {heuristic}")).or_insert(0) += equal;
            }
        }
    }
    eprintln!("{sections} files; equal: {counts:#?}");
    let last = said(&["rev-list", "--max-parents=0", "HEAD"]).lines().next().unwrap().to_owned();
    for base in [commits.lines().last().unwrap().to_owned(), last] {
        for tree in [false, true] {
            let start = std::time::Instant::now();
            let options = Options { base: Base::Exactly(base.clone()), end: head(), tree, limits: Limits::default() };
            let change = change::read(&OsSystem, &root, &options).unwrap();
            eprintln!(
                "{base} tree {tree}: {} files, {} bytes, {:?}",
                change.files.len(),
                change.patch.bytes,
                start.elapsed()
            );
        }
    }
}

/// The files of a patch, without what git adds to the headers of hunks.
fn cut(patch: &str) -> Vec<String> {
    let mut files: Vec<String> = Vec::new();
    for line in patch.split_inclusive('\n') {
        if line.starts_with("diff --git ") {
            files.push(String::new());
        }
        let line = match line.strip_prefix("@@ ").and_then(|rest| rest.split_once(" @@")) {
            Some((ranges, _)) => format!("@@ {ranges} @@\n"),
            None => line.to_owned(),
        };
        files.last_mut().unwrap().push_str(&line);
    }
    files
}
