//! What the shell does: how it calls attest, what becomes of the answers, and what it refuses.

use std::fs;

use crate::world::{Ran, World, is_there};

/// An argument of a call, by its flag.
fn argument<'c>(call: &'c [String], flag: &str) -> Option<&'c str> {
    call.iter().find_map(|argument| argument.strip_prefix(&format!("--{flag}=")))
}

fn arguments<'c>(call: &'c [String], flag: &str) -> Vec<&'c str> {
    call.iter().filter_map(|argument| argument.strip_prefix(&format!("--{flag}="))).collect()
}

/// A gate on a bundle that is there.
fn gate(world: &World, inputs: &[(&str, &str)]) -> Ran {
    world.write("bundle.json", "{}");
    let mut all = vec![("bundle", "bundle.json")];
    all.extend(inputs);
    world.github(&all)
}

#[test]
fn a_gate_that_is_met() {
    let world = World::new();
    let ran = gate(&world, &[("required-level", "policy-grade"), ("run-id", "run-00000001")]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!(ran.outputs["valid"], "true");
    assert_eq!(ran.outputs["level"], "policy-grade");
    assert_eq!(ran.outputs["failure-codes"], "");
    assert_eq!(ran.outputs["bundle"], world.workspace().join("bundle.json").canonicalize().unwrap().to_str().unwrap());
    assert_eq!(ran.summary.trim(), "## Agent provenance: recorded");
    let calls = world.calls();
    assert_eq!(calls.len(), 1, "a gate only verifies");
    assert_eq!(calls[0][..2], ["provenance", "verify"]);
    let base = world.git(&["rev-parse", "refs/remotes/origin/main"]);
    assert_eq!(argument(&calls[0], "base"), Some(&*base));
    assert_eq!(argument(&calls[0], "head"), Some(&*world.head));
    assert_eq!(argument(&calls[0], "repo-url"), Some("https://github.com/acme/shop"));
    assert_eq!(argument(&calls[0], "pull-request"), Some("7"));
    assert_eq!(argument(&calls[0], "run-id"), Some("run-00000001"));
    assert_eq!(argument(&calls[0], "require-level"), Some("policy-grade"));
    assert_eq!(argument(&calls[0], "expectations"), None, "the default of attest");
}

#[test]
fn a_gate_that_is_not_met() {
    let world = World::new();
    world.answer("valid=false\nlevel=\nfailure-codes=repo_url_mismatch,stale_attestation\n", 1);
    let ran = gate(&world, &[]);
    ran.fails(1, "the gate is not met: repo_url_mismatch,stale_attestation");
    assert_eq!(ran.outputs["failure-codes"], "repo_url_mismatch,stale_attestation");
    assert_eq!(ran.summary.trim(), "## Agent provenance: recorded");
}

/// An answer that contradicts the exit code, or none at all, is a no.
#[test]
fn only_a_whole_yes_is_a_yes() {
    let world = World::new();
    for (answer, status) in [
        ("valid=true\nlevel=policy-grade\nfailure-codes=\n", 1),
        ("valid=true\nlevel=policy-grade\nfailure-codes=\n", 3),
        ("valid=true\nlevel=policy-grade\nfailure-codes=\n", 139),
        ("valid=true\nlevel=policy-grade\nfailure-codes=replay_detected\n", 0),
        ("valid=false\nlevel=policy-grade\nfailure-codes=\n", 0),
        ("valid=$(true)\n", 0),
        ("VALID=true\n", 0),
        ("", 0),
    ] {
        world.answer(answer, status);
        let ran = gate(&world, &[]);
        assert_ne!(ran.status, 0, "{answer} {status}: {}", ran.log);
        assert_eq!(ran.outputs["valid"], "false", "{answer} {status}");
        assert_eq!(ran.outputs["level"], "", "{answer} {status}");
    }
    fs::remove_file(world.tools().join("answer")).unwrap();
    gate(&world, &[]).fails(3, "did not say that the statement is valid");
}

#[test]
fn create_and_sign_by_key() {
    let mut world = World::new();
    world.extra.push(("ATTEST_SIGN_PASSPHRASE".to_owned(), "of the environment".to_owned()));
    let key = "-----BEGIN PRIVATE KEY-----\nMC4C AQAw\n-----END PRIVATE KEY-----";
    let ran = world.github(&[
        ("create", "true"),
        ("sign", "key"),
        ("signing-key", key),
        ("signing-key-passphrase", "open $(sesame)"),
        ("level", "policy-grade"),
        ("agent-name", "mason"),
        ("agent-version", "1.4"),
        ("model-provider", "acme"),
        ("model-id", "--m"),
        ("subjects", "patch.diff\n  repo-tree  \n\n"),
    ]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!(ran.outputs["valid"], "true");
    let calls = world.calls();
    let names: Vec<&str> = calls.iter().map(|call| call[0].as_str()).collect();
    assert_eq!(names, ["provenance", "sign", "provenance"]);
    assert_eq!(calls[0][1], "create");
    assert_eq!(arguments(&calls[0], "subject"), ["patch.diff", "repo-tree"]);
    assert_eq!(argument(&calls[0], "model-id"), Some("--m"));
    assert_eq!(argument(&calls[0], "ci"), Some("auto"));
    assert_eq!(calls[1][1], argument(&calls[0], "output").unwrap());
    assert_eq!(ran.outputs["bundle"], argument(&calls[1], "output").unwrap());
    assert_eq!(argument(&calls[2], "bundle"), Some(&*ran.outputs["bundle"]));
    assert_eq!(world.recorded("key-mode"), "-rw-------\n");
    assert_eq!(world.recorded("key-text"), format!("{key}\n"));
    let environments = world.recorded("environment");
    assert!(!environments.contains("PRIVATE KEY"), "the key is in the environment of a process");
    assert_eq!(environments.matches("sesame").count(), 1, "only `sign` is given the passphrase");
    assert!(!environments.contains("of the environment"));
    assert!(!ran.log.contains("sesame") && !ran.log.contains("PRIVATE KEY"));
}

/// Whom to trust is read from the base branch, whatever the change makes of the file.
#[test]
fn trust_comes_from_the_base_branch() {
    let mut world = World::new();
    world.write(".attest/trusted_root.json", "the root of the attacker\n");
    world.write("mine.json", "mine\n");
    world.commit("trust me");
    world.head = world.git(&["rev-parse", "HEAD"]);
    let ran = gate(&world, &[("trusted-root", ".attest/trusted_root.json"), ("authority", "fulcio.example")]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!(world.recorded("owned"), "the root of the base branch\n");
    assert_eq!(argument(&world.calls()[0], "authority"), Some("fulcio.example"));

    gate(&world, &[("trusted-root", "mine.json")]).fails(3, "the base branch has no file");
    for outside in [".attest/../mine.json", "./mine.json", "../mine.json", "a//b"] {
        gate(&world, &[("trusted-root", outside)]).fails(2, "no plain path");
    }
    let absolute = world.workspace().join("mine.json").display().to_string();
    gate(&world, &[("trusted-root", &absolute)]).fails(2, "in the workspace");
    gate(&world, &[("expectations", &absolute)]).fails(2, "in the workspace");
    // A link elsewhere that leads into the workspace.
    let link = world.path("link.json");
    std::os::unix::fs::symlink(&absolute, &link).unwrap();
    gate(&world, &[("trusted-root", link.to_str().unwrap())]).fails(2, "in the workspace");
    let directory = world.path("linked");
    std::os::unix::fs::symlink(world.workspace(), &directory).unwrap();
    gate(&world, &[("expectations", directory.join("mine.json").to_str().unwrap())]).fails(2, "in the workspace");

    let policy = world.path("policy.toml");
    fs::write(&policy, "schema = 1\n").unwrap();
    let ran = gate(&world, &[("expectations", policy.to_str().unwrap())]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!(argument(world.calls().last().unwrap(), "expectations-file"), policy.canonicalize().unwrap().to_str());
}

#[test]
fn keyless_asks_the_services_of_the_base_branch() {
    let mut world = World::new();
    world.git(&["checkout", "-q", "refs/remotes/origin/main"]);
    world.write("signing.json", "the services of the base branch\n");
    world.commit("services");
    world.publish();
    world.write("src/cart.py", "def total(items):\n    return 0\n");
    world.commit("change");
    world.head = world.git(&["rev-parse", "HEAD"]);
    let ran = world.github(&[
        ("create", "true"),
        ("sign", "keyless"),
        ("signing-config", "signing.json"),
        ("trusted-root", ".attest/trusted_root.json"),
        ("verify", "false"),
    ]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!(ran.outputs["valid"], "false", "nothing was verified");
    assert_eq!(world.recorded("owned"), "the services of the base branch\nthe root of the base branch\n");
    assert!(world.calls()[1].contains(&"--keyless".to_owned()));
    world.github(&[("create", "true"), ("sign", "keyless")]).fails(2, "addresses of the services");
}

const HOSTILE: [&str; 12] = [
    "$(touch pwned)",
    "`touch pwned`",
    "\"; touch pwned; \"",
    "'; touch pwned; '",
    "a b  c",
    "--help",
    "-rf",
    "*",
    "~",
    "${HOME}",
    "x\\",
    "::set-output name=valid::true",
];

#[test]
fn a_text_is_one_argument_whatever_it_holds() {
    let world = World::new();
    for hostile in HOSTILE {
        let inputs = [("create", "true"), ("sign", "key"), ("signing-key", "k"), ("agent-name", hostile)];
        let ran = world.github(&inputs);
        assert_eq!(ran.status, 0, "{hostile}: {}", ran.log);
        let calls = world.calls();
        assert_eq!(argument(&calls[calls.len() - 3], "agent-name"), Some(hostile));
        assert!(!is_there(&world.workspace().join("pwned")), "{hostile}");
    }
}

#[test]
fn an_input_that_is_none_of_its_kind_is_refused() {
    let world = World::new();
    for hostile in HOSTILE.into_iter().take(5).chain(["::set-output name=valid::true"]) {
        for input in [
            "create",
            "sign",
            "verify",
            "level",
            "required-level",
            "predicate-version",
            "run-id",
            "pull-request",
            "head",
        ] {
            if input == "run-id" && hostile == "::set-output name=valid::true" {
                continue;
            }
            gate(&world, &[(input, hostile)]).fails(2, "error: the input");
        }
        assert!(!is_there(&world.workspace().join("pwned")), "{hostile}");
    }
    assert!(world.calls().is_empty(), "attest is not even asked");
}

#[test]
fn two_lines_are_no_text() {
    let world = World::new();
    for hostile in ["a\nvalid=true", "a\rb", "a\u{1b}[2J", "\n"] {
        for input in ["bundle", "base", "head", "agent-name", "expectations", "trusted-root", "root", "attest", "sign"]
        {
            let ran = world.github(&[("create", "true"), ("sign", "key"), ("signing-key", "k"), (input, hostile)]);
            assert_ne!(ran.status, 0, "{input} {hostile:?}: {}", ran.log);
            assert_eq!(ran.outputs["valid"], "false");
        }
    }
    assert!(!world.calls().iter().any(|call| call.iter().any(|argument| argument.contains("valid=true"))));
}

#[test]
fn branches_have_any_name() {
    let metacharacters = "a$(touch${IFS}pwned)`id`;&|'\"#!{}";
    let world = World::with_branches(metacharacters, "agent/--upload-pack=x;$(touch${IFS}pwned)");
    let ran = gate(&world, &[]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!(argument(&world.calls()[0], "base").map(str::len), Some(40));
    assert!(!is_there(&world.workspace().join("pwned")));
    let ran = world.gitlab("attest-provenance", &[("bundle", "bundle.json")]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert!(!is_there(&world.workspace().join("pwned")));
}

#[test]
fn a_base_that_is_not_there_is_not_guessed() {
    let world = World::new();
    gate(&world, &[("base", "release")]).fails(3, "the base branch is not in this clone");
    gate(&world, &[("base", "refs/heads/nothing")]).fails(3, "the base branch is not in this clone");
    // A branch of the change that is called as the base is not the base.
    world.git(&["branch", "release"]);
    // Nor is a tag whose name is that of the whole ref: git would take it.
    world.git(&["tag", "refs/remotes/origin/release"]);
    gate(&world, &[("base", "release")]).fails(3, "the base branch is not in this clone");
    for name in ["main~1", "main..x", "main^{commit}", "@{u}", "a b", "x:y"] {
        gate(&world, &[("base", name)]).fails(2, "the base is not the name of a branch");
    }
    let absent = "0123456789012345678901234567890123456789";
    gate(&world, &[("head", absent)]).fails(3, "the head of the change is not in this clone");
    gate(&world, &[("head", "HEAD")]).fails(2, "not a full commit id or a full ref");
    let mut push = World::new();
    push.base = String::new();
    gate(&push, &[]).fails(2, "no base branch is known");
    assert!(push.calls().is_empty() && world.calls().is_empty());
}

#[test]
fn a_shallow_clone_is_refused() {
    let world = World::new();
    let head = world.git(&["rev-parse", "HEAD"]);
    fs::write(world.workspace().join(".git/shallow"), format!("{head}\n")).unwrap();
    let ran = gate(&world, &[]);
    ran.fails(3, "the clone is shallow");
    assert!(ran.log.contains("fetch-depth: 0"), "{}", ran.log);
    assert!(ran.summary.contains("undecided"));
    let ran = world.gitlab("attest-provenance", &[("bundle", "bundle.json")]);
    ran.fails(3, "the clone is shallow");
    assert!(ran.log.contains("GIT_DEPTH"), "{}", ran.log);
}

#[test]
fn no_repository_at_all() {
    let world = World::new();
    fs::remove_dir_all(world.workspace().join(".git")).unwrap();
    gate(&world, &[]).fails(3, "git finds no repository here");
}

#[test]
fn the_program_is_checked() {
    let world = World::new();
    let tool = world.tools().join("attest");

    let right = attest::base::digest::sha256(&fs::read(&tool).unwrap()).hex;
    let ran = gate(&world, &[("attest-sha256", &right.to_ascii_uppercase())]);
    // The copy that was checked is the one that runs, and it has no answer beside it.
    assert_ne!(ran.log.find("did not say that"), None, "{}", ran.log);
    gate(&world, &[("attest-sha256", &"0".repeat(64))]).fails(3, "which is not `attest-sha256`");
    gate(&world, &[("attest-sha256", "abc")]).fails(2, "not a SHA-256 in hex");
    gate(&world, &[("attest", ""), ("attest-sha256", &right)]).fails(2, "name it: `attest`");
    gate(&world, &[("attest", "/nowhere/attest")]).fails(3, "is not there");
    // The change brought one.
    fs::copy(&tool, world.workspace().join("attest")).unwrap();
    gate(&world, &[("attest", "attest")]).fails(2, "the program is in the workspace");
    let link = world.path("attest-link");
    std::os::unix::fs::symlink(world.workspace().join("attest"), &link).unwrap();
    gate(&world, &[("attest", link.to_str().unwrap())]).fails(2, "the program is in the workspace");
    assert!(world.calls().is_empty());
}

/// Without a program, attest is built from the action's own sources: never from the workspace, and in an empty environment.
#[test]
fn a_build_sees_no_secret() {
    let mut world = World::new();
    let bin = world.path("bin");
    fs::create_dir(&bin).unwrap();
    let cargo = "#!/usr/bin/env bash\nenv >>\"$HOME/build-environment\"\nprintf '%s ' \"$PWD\" \"$@\" >>\"$HOME/build\"\nexit 1\n";
    fs::write(bin.join("cargo"), cargo).unwrap();
    std::process::Command::new("chmod").arg("755").arg(bin.join("cargo")).status().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    for (name, value) in [
        ("PATH", &*path),
        ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "identity"),
        ("GITHUB_TOKEN", "token"),
        ("CARGO_BUILD_RUSTC_WRAPPER", "/workspace/evil"),
        ("RUSTFLAGS", "-Clinker=evil"),
    ] {
        world.extra.push((name.to_owned(), value.to_owned()));
    }
    world.write(".cargo/config.toml", "[build]\nrustc-wrapper = \"/workspace/evil\"\n");
    let ran = gate(&world, &[("attest", "")]);
    assert_eq!((ran.status, &*ran.outputs["valid"]), (1, "false"), "{}", ran.log);
    let environment = fs::read_to_string(world.path("home").join("build-environment")).unwrap();
    for secret in ["identity", "GITHUB_", "evil", "ATTEST_"] {
        assert!(!environment.contains(secret), "`{secret}` is seen by the build:\n{environment}");
    }
    let build = fs::read_to_string(world.path("home").join("build")).unwrap();
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).canonicalize().unwrap();
    assert!(build.starts_with(&format!("{} install --locked", sources.display())), "{build}");
    assert!(build.contains(&format!("--path {} ", sources.display())), "{build}");

    world.extra.push(("GITHUB_ACTION_PATH".to_owned(), world.workspace().display().to_string()));
    // `uses: ./` in the workspace: what would be built is the change's.
    fs::create_dir_all(world.workspace().join("action")).unwrap();
    for script in ["lib.sh", "run.sh", "setup.sh"] {
        fs::copy(crate::files::project("action").join(script), world.workspace().join("action").join(script)).unwrap();
    }
    gate(&world, &[("attest", "")]).fails(2, "the action lies in the workspace");
}

#[test]
fn inputs_that_make_no_sense_together() {
    let world = World::new();
    for (inputs, says) in [
        (&[("verify", "false")][..], "nothing to do"),
        (&[], "no bundle to verify"),
        (&[("create", "true")], "no bundle to verify"),
        (&[("sign", "key"), ("signing-key", "k")], "no statement to sign"),
        (&[("create", "true"), ("sign", "key")], "needs a key"),
        (&[("create", "true"), ("sign", "key"), ("signing-key", "k"), ("bundle", "b")], "makes a bundle"),
        (&[("create", "true"), ("statement", "s")], "makes a statement"),
        (&[("bundle", "b"), ("signing-key", "k")], "`sign` is not `key`"),
        (&[("bundle", "b"), ("root", "..")], "outside of the workspace"),
    ] {
        let ran = world.github(inputs);
        ran.fails(2, says);
        assert!(ran.log.contains("attest: help: "), "{}", ran.log);
    }
    world.github(&[("bundle", "nowhere.json")]).fails(3, "the file of the input `bundle` is not there");
}

#[test]
fn a_step_that_fails_is_the_last() {
    let world = World::new();
    world.answer("valid=true\nlevel=policy-grade\nfailure-codes=\n", 3);
    let ran = world.github(&[("create", "true"), ("sign", "key"), ("signing-key", "k")]);
    assert_eq!((ran.status, &*ran.outputs["valid"]), (3, "false"), "{}", ran.log);
    assert_eq!(world.calls().len(), 1);
    assert!(ran.summary.contains("undecided"));
}

/// What attest prints is no command to the runner: it may hold what a statement says.
#[test]
fn the_log_takes_no_commands() {
    let world = World::new();
    let ran = gate(&world, &[]);
    let (before, rest) = ran.log.split_once("::stop-commands::").unwrap();
    let token = rest.lines().next().unwrap();
    assert!(token.len() == 32 && !before.contains("::error::"));
    let (quoted, after) = rest.split_once(&format!("\n::{token}::\n")).unwrap();
    assert!(quoted.contains("::error::what a statement says"));
    assert!(!after.contains("::error::"));
}

#[test]
fn gitlab_signs_in_one_job_and_gates_in_another() {
    let mut world = World::new();
    let key = world.path("key.pem");
    fs::write(&key, "the key of a variable of type File\n").unwrap();
    world.extra.push(("ATTEST_SIGNING_KEY".to_owned(), key.display().to_string()));
    // The change put a link where the outputs go.
    let target = world.path("elsewhere");
    std::os::unix::fs::symlink(&target, world.workspace().join("attest-provenance.env")).unwrap();
    let ran = world.gitlab("attest-provenance-sign-key", &[("sign", "key"), ("level", "policy-grade")]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert!(!is_there(&target));
    assert_eq!(ran.outputs["valid"], "false");
    assert_eq!(ran.outputs["bundle"], "attest-provenance/bundle.json");
    assert_eq!(world.recorded("key-text"), "the key of a variable of type File\n");
    assert_eq!(world.recorded("key-mode"), "-rw-------\n");
    assert_eq!(argument(&world.calls()[0], "repo-url"), Some("https://gitlab.example/acme/shop"));
    assert_eq!(argument(&world.calls()[0], "level"), Some("policy-grade"));

    let ran = world.gitlab("attest-provenance", &[("required-level", "policy-grade")]);
    assert_eq!(ran.status, 0, "{}", ran.log);
    assert_eq!((&*ran.outputs["valid"], &*ran.outputs["level"]), ("true", "policy-grade"));
    assert_eq!(ran.outputs["bundle"], "attest-provenance/bundle.json");
    assert!(world.workspace().join("attest-provenance-gate/summary.md").is_file());
    assert!(!world.recorded("environment").contains("key.pem"), "the gate's attest sees no key");

    // A directory that the change brought is not written into.
    world.gitlab("attest-provenance", &[]).fails(2, "the output directory cannot be made");
}

#[test]
fn gitlab_takes_sources_by_their_commit() {
    let world = World::new();
    world.write("attest-provenance/bundle.json", "{}");
    let gate = |inputs: &[(&str, &str)]| {
        let mut all = vec![("home", "")];
        all.extend(inputs);
        world.gitlab("attest-provenance", &all)
    };
    gate(&[]).fails(2, "there are no sources");
    gate(&[("repository", "http://git.example/attest")]).fails(2, "there are no sources");
    let address = ("repository", "https://git.example/attest.git");
    gate(&[address, ("commit", "main")]).fails(2, "no full commit id");
    let ran = gate(&[address, ("commit", "0123456789012345678901234567890123456789")]);
    assert!(ran.status != 0 && ran.outputs["valid"] == "false", "{}", ran.log);
}
