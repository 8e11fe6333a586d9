//! From a bundle to a gate, as its users see it: stories of `tests/gate/*.story`. Each has a repository of its own, made anew
//! with fixed names and times, and the program itself is run on it. `ATTEST_BLESS=1` rewrites what is printed.
//!
//! A line is what happens: `# …` says why, `expect FILE` commits expectations on `main`, `change` makes a branch `agent` with a
//! change, `write FILE TEXT` writes, `git …` runs git in the repository, `edit FROM TO OLD NEW` copies a file with a text
//! replaced, `sign OUT KEY FILE…` signs the merged statements with a key of `tests/attestation/keys` (`envelope` without a bundle around it), `certify OUT CLAIMS
//! FILE…` with a certificate of the stand-in of Sigstore, `raw` the same with the text as it is, `$ gate …` runs `attest provenance verify` on the change. A FILE is
//! one of `tests/gate/` or JSON in place; `{base}`, `{head}`, `{patch}`, `{tree}` and `{sha256 FILE}` are filled in.
#![expect(clippy::disallowed_methods, reason = "the test makes repositories")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a failure here is a failed test")]

mod stand_in;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use attest::attestation::key::SigningKey;
use attest::attestation::sign::{Form, sign};
use attest::base::digest;
use attest::base::system::OsSystem;
use attest::catalog::schemas::SCHEMAS;
use attest::change::{self, Base, End};
use attest::provenance::expectations::Expectations;
use serde_json::Value;
use stand_in::{Claims, Log, StandIn};

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gate")
}

fn fixture(name: &str) -> String {
    let path = directory().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn key(name: &str) -> String {
    fixture(&format!("../attestation/keys/{name}"))
}

fn merge(base: &mut Value, patch: Value) {
    match (base, patch) {
        (Value::Object(base), Value::Object(patch)) => {
            for (key, value) in patch {
                if value == "@remove" {
                    base.remove(&key);
                } else {
                    merge(base.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (base, patch) => *base = patch,
    }
}

/// What stands between `{name ` and `}` is replaced.
fn filled(text: &str, name: &str, with: &dyn Fn(&str) -> String) -> String {
    let open = format!("{{{name} ");
    let mut parts = text.split(&open);
    let mut whole = parts.next().unwrap().to_owned();
    for part in parts {
        let (inside, rest) = part.split_once('}').unwrap();
        whole += &with(inside);
        whole += rest;
    }
    whole
}

/// What is printed, so that no line of it could be taken for one of the story.
fn indented(text: &str) -> String {
    text.lines().filter(|line| !line.is_empty()).flat_map(|line| ["    ", line, "\n"]).collect()
}

struct Story {
    home: tempfile::TempDir,
    services: StandIn,
    validator: jsonschema::Validator,
}

impl Story {
    fn new() -> Self {
        let schema = SCHEMAS.iter().find(|schema| schema.name == "provenance-verdict").unwrap();
        let validator = jsonschema::validator_for(&serde_json::from_str(schema.text).unwrap()).unwrap();
        let story = Self { home: tempfile::tempdir().unwrap(), services: StandIn::new(7), validator };
        std::fs::create_dir(story.at("shop")).unwrap();
        story.git("init -q -b main");
        story.git("remote add origin git@github.com:acme/shop.git");
        story.put("shop/shop.py", "def total(basket):\n    return sum(basket)\n");
        story.put("shop/AGENTS.md", "Write tests first.\n");
        story.commit("the shop");
        for name in ["p256", "ed25519", "other"] {
            story.put(&format!("{name}.pub"), &key(&format!("{name}.pub")));
        }
        story.put("root.json", &story.services.trusted_root_json());
        story.put("elsewhere.json", &story.services.with_seed(8).trusted_root_json());
        story.put("trace.json", "{\"spans\": []}\n");
        story
    }

    fn at(&self, path: &str) -> PathBuf {
        self.home.path().join(path)
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn git(&self, line: &str) {
        let mut command = Command::new("git");
        command.args(line.split(' ')).current_dir(self.at("shop"));
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "mason").env(format!("GIT_{who}_EMAIL"), "mason@acme.example");
            command.env(format!("GIT_{who}_DATE"), "2025-06-01T10:00:00Z");
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn commit(&self, message: &str) {
        self.git("add -A");
        self.git(&format!("commit -q --allow-empty -m {}", message.replace(' ', "-")));
    }

    /// A fixture or JSON in place, with what is known of the change and of files filled in.
    fn text(&self, name: &str) -> String {
        let text = if name.starts_with('{') && name.ends_with('}') { name.to_owned() } else { fixture(name) };
        let options = change::Options {
            base: Base::Branch("refs/heads/main".to_owned()),
            end: End::Commit("refs/heads/agent".to_owned()),
            tree: true,
            limits: change::Limits::default(),
        };
        let text = text.replace("{sha256:", "{sha256 ");
        let text = filled(&text, "sha256", &|file| digest::sha256(&std::fs::read(self.at(file)).unwrap()).hex);
        let Ok(change) = change::read(&OsSystem, &self.at("shop"), &options) else { return text };
        text.replace("{base}", &change.base_commit)
            .replace("{head}", &change.head_commit)
            .replace("{patch}", &change.patch.sha256.hex)
            .replace("{tree}", &change.tree.unwrap().hex)
    }

    fn json(&self, names: &[&str]) -> Value {
        let mut whole = Value::Null;
        for name in names {
            let value = serde_json::from_str(&self.text(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
            if whole.is_null() {
                whole = value;
            } else {
                merge(&mut whole, value);
            }
        }
        whole
    }

    fn claims(&self, text: &str) -> Claims {
        let said = self.json(&[text]);
        let text = |name: &str| said.get(name).map(|value| value.as_str().map(str::to_owned));
        let mut claims = Claims::github(
            said["repository"].as_str().unwrap_or("acme/shop"),
            said["workflow"].as_str().unwrap_or("agent.yml"),
        );
        if let Some(subject) = text("subject").flatten() {
            claims.subject = subject;
        }
        for (name, field) in [
            ("commit", &mut claims.commit),
            ("ref", &mut claims.source_ref),
            ("run", &mut claims.run),
            ("runner", &mut claims.runner),
            ("issuer", &mut claims.issuer),
        ] {
            if let Some(value) = text(name) {
                *field = value;
            }
        }
        claims
    }

    fn attest(&self, words: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attest"));
        let output = command.args(words).current_dir(self.home.path()).env("NO_COLOR", "1").output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// The gate on the change, for people and for programs; the two say the same.
    fn gate(&self, line: &str) -> String {
        let mut words = vec!["provenance", "verify"];
        let own: Vec<&str> = line.split_whitespace().collect();
        if !own.contains(&"--root") && !own.contains(&"--statement") {
            words.extend(["--root", "shop"]);
        }
        for (flag, value) in [("--base", "main"), ("--head", "agent"), ("--at", "2025-06-01T12:30:00Z")] {
            let others = ["--base-commit", "--index", "--work-tree"];
            let is_there = own.contains(&flag)
                || (flag == "--base" && own.contains(&others[0]))
                || (flag == "--head" && (own.contains(&others[1]) || own.contains(&others[2])));
            if !is_there && !own.contains(&"--statement") {
                words.extend([flag, value]);
            }
        }
        words.extend(&own);
        let (exit, stdout, stderr) = self.attest(&words);
        let mut told = format!("exit {exit}\n{stdout}");
        for line in stderr.lines() {
            told += format!("! {line}").trim_end();
            told.push('\n');
        }
        if !own.contains(&"--format") && exit != 2 {
            words.extend(["--format", "json"]);
            let (again, stdout, _) = self.attest(&words);
            assert_eq!(again, exit, "{line}");
            if !stdout.is_empty() {
                let answer: Value = serde_json::from_str(&stdout).unwrap();
                let errors: Vec<String> = self.validator.iter_errors(&answer).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{line}: {errors:?}");
                assert!(stdout.starts_with("{\n  \"valid\": "), "{stdout}");
                assert_eq!(answer["valid"].as_bool(), Some(exit == 0), "{line}");
            }
        }
        told
    }

    fn happens(&mut self, line: &str) {
        let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
        match what {
            "expect" => {
                let text = filled(&fixture(rest), "key", &|name| key(&format!("{name}.pub")).trim().to_owned());
                self.git("checkout -q main");
                self.put("shop/.attest/provenance.toml", &text);
                self.commit("what is expected");
            }
            "change" => {
                self.git("checkout -q -b agent");
                self.put("shop/shop.py", "def total(basket):\n    return sum(item.price for item in basket)\n");
                self.commit("a change by an agent");
            }
            "commit" => self.commit(rest),
            "git" => self.git(rest),
            "write" => {
                let (path, text) = rest.split_once(' ').unwrap();
                self.put(path, &format!("{}\n", text.replace("\\n", "\n")));
            }
            "edit" => {
                let words: Vec<&str> = rest.split(' ').collect();
                let text = std::fs::read_to_string(self.at(words[0])).unwrap();
                assert!(text.contains(words[2]), "`{}` is not in {}: {text}", words[2], words[0]);
                self.put(words[1], &text.replacen(words[2], words[3], 1));
            }
            "grow" => {
                let (path, megabytes) = rest.split_once(' ').unwrap();
                self.put(path, &" ".repeat(megabytes.parse::<usize>().unwrap() << 20));
            }
            "log" => {
                let log = match rest {
                    "v1" => Log::V1,
                    "v2" => Log::V2,
                    "none" => Log::None,
                    other => panic!("there is no log `{other}`"),
                };
                self.services = StandIn::new(7).with_log(log);
                self.put("root.json", &self.services.trusted_root_json());
            }
            // Bytes that nobody here would sign, under a certificate.
            "raw" => {
                let words: Vec<&str> = rest.split(' ').collect();
                let bundle = self.services.bundle(self.text(words[2]).as_bytes(), &self.claims(words[1]));
                self.put(words[0], &bundle);
            }
            "sign" | "envelope" => {
                let form = if what == "sign" { Form::Bundle } else { Form::Envelope };
                let words: Vec<&str> = rest.split(' ').collect();
                let signer = SigningKey::from_pem(key(&format!("{}.pem", words[1])).as_bytes(), None).unwrap();
                let payload = format!("{:#}\n", self.json(&words[2..]));
                self.put(words[0], &sign(payload.as_bytes(), &signer, form).unwrap());
            }
            "certify" => {
                let words: Vec<&str> = rest.split(' ').collect();
                let payload = format!("{:#}\n", self.json(&words[2..]));
                self.put(words[0], &self.services.bundle(payload.as_bytes(), &self.claims(words[1])));
            }
            _ => panic!("`{line}` is nothing that happens"),
        }
    }

    /// The story with what is printed now.
    fn told(mut self, text: &str) -> String {
        let mut now = String::new();
        for line in text.lines() {
            if let Some(command) = line.strip_prefix("$ gate ") {
                write!(now, "{line}\n{}", indented(&self.gate(command))).unwrap();
            } else if let Some(path) = line.strip_prefix("$ show ") {
                let text = std::fs::read_to_string(self.at(path)).unwrap();
                write!(now, "{line}\n{}", indented(&text)).unwrap();
            } else if line.starts_with('#') || line.is_empty() {
                writeln!(now, "{line}").unwrap();
            } else if let Some(happening) = line.strip_prefix("+ ") {
                self.happens(happening);
                writeln!(now, "{line}").unwrap();
            }
        }
        now
    }
}

#[test]
fn stories_say_what_happens() {
    let (mut seen, mut wrong) = (0, String::new());
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "story")) {
        let text = std::fs::read_to_string(path).unwrap();
        let now = Story::new().told(&text);
        seen += 1;
        if std::env::var_os("ATTEST_BLESS").is_some() {
            std::fs::write(path, now).unwrap();
        } else if text != now {
            writeln!(wrong, "{}:\n{now}", path.display()).unwrap();
        }
    }
    assert!(seen >= 7, "only {seen} stories");
    assert!(wrong.is_empty(), "{wrong}");
}

/// `summary` takes a bundle as `verify` does; and what stood where a page or a context goes is gone when there is none.
#[test]
fn a_bundle_has_the_same_page() {
    let mut story = Story::new();
    for line in ["expect key.toml", "change", "sign run.json p256 policy.json", "sign low.json other policy.json"] {
        story.happens(line);
    }
    let gate = ["--root", "shop", "--base", "main", "--head", "agent", "--at", "2025-06-01T12:30:00Z"];
    for (bundle, exit, title) in [("run.json", 0, "valid"), ("low.json", 1, "invalid")] {
        let words = [&["provenance", "summary", "--bundle", bundle][..], &gate].concat();
        let (code, page, _) = story.attest(&words);
        assert_eq!(code, exit, "{page}");
        assert!(page.starts_with(&format!("## Agent Provenance: {title}")), "{page}");
        assert_eq!(page.contains("| signature | verified; "), exit == 0, "{page}");
        let words = [&["provenance", "verify", "--summary", "page.md", "--bundle", bundle][..], &gate].concat();
        assert_eq!(story.attest(&words).0, exit);
        assert_eq!(std::fs::read_to_string(story.at("page.md")).unwrap(), page);
        let words = [&["provenance", "summary", "--exit-zero", "--bundle", bundle][..], &gate].concat();
        assert_eq!(story.attest(&words).0, 0);
    }
    story.put("context.json", "{}");
    let words =
        ["provenance", "verify", "--summary", "page.md", "--save-context", "context.json", "--bundle", "none.json"];
    let (code, _, stderr) = story.attest(&[&words[..], &gate].concat());
    assert!(code == 3 && stderr.contains("none.json"), "{stderr}");
    assert!(!story.at("page.md").exists() && !story.at("context.json").exists());
}

/// Files of a commit that look like a bare repository, with branches, a history and expectations of the author's, are files.
#[test]
fn a_commit_makes_no_repository() {
    let story = Story::new();
    story.put("shop/sub/HEAD", "ref: refs/heads/main\n");
    story.put("shop/sub/refs/heads/main", "0000\n");
    story.put("shop/sub/objects/pack/empty", "\n");
    let gate = |root: &str| {
        let words = ["provenance", "verify", "--bundle", "none.json", "--base", "main", "--root", root];
        story.attest(&words)
    };
    let (exit, _, stderr) = gate("shop/sub");
    assert_eq!(exit, 3, "{stderr}");
    assert!(stderr.contains("lies among the files of") && stderr.contains("name the repository around it"), "{stderr}");
    // At the top they are not looked at, and git's own directory is no commit's.
    for (from, to) in [("sub/HEAD", "HEAD"), ("sub/refs", "refs"), ("sub/objects", "objects")] {
        std::fs::rename(story.at("shop").join(from), story.at("shop").join(to)).unwrap();
    }
    for root in ["shop", "shop/.git"] {
        let (exit, _, stderr) = gate(root);
        assert!(exit == 3 && stderr.contains("nobody says what is expected"), "{root}: {stderr}");
    }
}

/// Each block of `expectations.cases` is a file, and after `-->` what is said of it.
#[test]
fn expectations_are_read_strictly() {
    let path = directory().join("expectations.cases");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut now = String::new();
    let mut blocks = text.split("=== ");
    now += blocks.next().unwrap();
    let mut seen = 0;
    for block in blocks {
        let given = block.split_once("\n-->").map_or(block, |(given, _)| given).trim_end();
        let (title, toml) = given.split_once('\n').unwrap_or((given, ""));
        let toml = filled(toml, "key", &|name| key(&format!("{name}.pub")).trim().to_owned());
        let said = match Expectations::parse(toml.as_bytes()) {
            Ok(expectations) => format!("fine: {} signers, {:?}", expectations.signers.len(), expectations.subjects),
            Err(error) => format!("{error}\n    {}", error.help),
        };
        seen += 1;
        writeln!(now, "=== {given}\n--> {said}\n").unwrap();
        assert!(!title.is_empty());
    }
    assert!(seen > 30, "only {seen} cases");
    if std::env::var_os("ATTEST_BLESS").is_some() {
        std::fs::write(&path, &now).unwrap();
    } else {
        assert_eq!(text.trim_end(), now.trim_end());
    }
}

/// What may be written is what the schema says.
#[test]
fn the_schema_of_expectations_takes_what_is_read() {
    let schema = SCHEMAS.iter().find(|schema| schema.name == "provenance-expectations").unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema.text).unwrap()).unwrap();
    for name in ["key.toml", "certificate.toml", "assurance.toml"] {
        let text = filled(&fixture(name), "key", &|name| key(&format!("{name}.pub")).trim().to_owned());
        assert!(Expectations::parse(text.as_bytes()).is_ok(), "{name}");
        let value: Value = toml::from_str::<toml::Value>(&text).unwrap().try_into().unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
        let mut other = value.clone();
        other["signers"] = Value::Bool(true);
        assert!(!validator.is_valid(&other), "{name}: closed");
    }
}

/// Whatever stands in the file, it is read or refused with a place and with help.
#[test]
fn no_text_breaks_the_reader() {
    let whole = filled(&fixture("assurance.toml"), "key", &|name| key(&format!("{name}.pub")).trim().to_owned());
    for at in 0..whole.len() {
        if let Err(error) = Expectations::parse(&whole.as_bytes()[..at]) {
            assert!(!error.message.is_empty() && !error.help.is_empty(), "{at}");
        }
        let mut broken = whole.clone().into_bytes();
        broken[at] ^= 0x11;
        if let Err(error) = Expectations::parse(&broken) {
            assert!(!error.message.is_empty() && !error.help.is_empty(), "{at}");
        }
    }
    let large = vec![b'\n'; attest::provenance::expectations::BYTES + 1];
    assert!(Expectations::parse(&large).unwrap_err().message.contains("limit"));
}
