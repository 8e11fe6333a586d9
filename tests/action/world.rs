//! A clone with a base branch and an agent's change, and a runner that runs the action and the template in it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::files::{action, at, defaults, project, string, strings, template, text};

/// What a job left behind.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: i32,
    /// Both streams, as the log of a job has them.
    pub(crate) log: String,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) summary: String,
}

impl Ran {
    /// The job fails, and no output says otherwise.
    pub(crate) fn fails(&self, status: i32, says: &str) {
        assert_eq!(self.status, status, "{}", self.log);
        assert!(self.log.contains(says), "the log does not say `{says}`:\n{}", self.log);
        assert_eq!(self.outputs["valid"], "false");
        assert_eq!(self.outputs["level"], "");
    }
}

/// A machine.
pub(crate) struct World {
    directory: tempfile::TempDir,
    pub(crate) base: String,
    pub(crate) branch: String,
    pub(crate) head: String,
    base_commit: String,
    /// Set in the environment of the job, by the secrets and variables of a project.
    pub(crate) extra: Vec<(String, String)>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_branches("main", "agent/change")
    }

    /// Names of branches are anybody's.
    pub(crate) fn with_branches(base: &str, branch: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        for name in ["workspace", "temp", "tools", "home"] {
            fs::create_dir(directory.path().join(name)).unwrap();
        }
        let mut world = Self {
            directory,
            base: base.to_owned(),
            branch: branch.to_owned(),
            head: String::new(),
            base_commit: String::new(),
            extra: Vec::new(),
        };
        let tool = world.tools().join("attest");
        fs::copy(project("tests/action/recorder.sh"), &tool).unwrap();
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
        world.answer("valid=true\nlevel=policy-grade\nfailure-codes=\n", 0);
        world.git(&["init", "-q", "-b", "start"]);
        world.git(&["remote", "add", "origin", "https://github.com/acme/shop.git"]);
        world.write("src/cart.py", "def total(items):\n    return sum(items)\n");
        world.write(".attest/provenance.toml", "schema = 1\n");
        world.write(".attest/trusted_root.json", "the root of the base branch\n");
        world.commit("the shop");
        world.publish();
        world.write("src/cart.py", "def total(items):\n    return sum(item.price for item in items)\n");
        world.commit("totals are of prices");
        world.head = world.git(&["rev-parse", "HEAD"]);
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn workspace(&self) -> PathBuf {
        self.path("workspace")
    }

    pub(crate) fn tools(&self) -> PathBuf {
        self.path("tools")
    }

    /// Writes into the work tree.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.workspace().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// What is checked out is the base branch of the remote, and what follows is the change.
    pub(crate) fn publish(&mut self) {
        self.git(&["update-ref", &format!("refs/remotes/origin/{}", self.base), "HEAD"]);
        self.base_commit = self.git(&["rev-parse", "HEAD"]);
        self.git(&["checkout", "-q", "-B", &self.branch]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.workspace())
            .args(arguments)
            .env_clear()
            .envs(self.quiet_git())
            .envs([("GIT_AUTHOR_NAME", "mason"), ("GIT_AUTHOR_EMAIL", "mason@acme.example")])
            .envs([("GIT_COMMITTER_NAME", "mason"), ("GIT_COMMITTER_EMAIL", "mason@acme.example")])
            .envs([("GIT_AUTHOR_DATE", "2026-11-20T09:00:00Z"), ("GIT_COMMITTER_DATE", "2026-11-20T09:00:00Z")])
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    fn quiet_git(&self) -> Vec<(String, String)> {
        let path = std::env::var("PATH").unwrap();
        let home = self.path("home").display().to_string();
        [("PATH", path), ("HOME", home), ("GIT_CONFIG_NOSYSTEM", "1".to_owned())]
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }

    /// What the recorder answers to `verify`, and how it ends.
    pub(crate) fn answer(&self, lines: &str, status: i32) {
        fs::write(self.tools().join("answer"), lines).unwrap();
        fs::write(self.tools().join("status"), status.to_string()).unwrap();
    }

    /// A file that the recorder left.
    pub(crate) fn recorded(&self, name: &str) -> String {
        fs::read_to_string(self.tools().join(name)).unwrap_or_default()
    }

    /// What the recorder was called with.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        let calls = self.recorded("calls");
        calls
            .split("\0\0")
            .filter(|call| !call.is_empty())
            .map(|call| call.split('\0').map(str::to_owned).collect())
            .collect()
    }

    /// A recorded environment.
    fn environment(&self, name: &str) -> BTreeMap<String, String> {
        let mut environment: BTreeMap<String, String> = self.quiet_git().into_iter().collect();
        for line in text(&format!("tests/action/{name}")).lines() {
            let (name, value) = line.split_once('=').unwrap();
            environment.insert(name.to_owned(), self.fill(value));
        }
        environment.extend(self.extra.iter().cloned());
        environment
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{workspace}", &self.workspace().display().to_string())
            .replace("{temp}", &self.path("temp").display().to_string())
            .replace("{action}", env!("CARGO_MANIFEST_DIR"))
            .replace("{base}", &self.base)
            .replace("{base_commit}", &self.base_commit)
            .replace("{branch}", &self.branch)
            .replace("{head}", &self.head)
    }

    /// The event; its texts are JSON.
    fn event(&self) -> Value {
        fn fill(world: &World, value: &mut Value) {
            match value {
                Value::String(text) => *text = world.fill(text),
                Value::Object(members) => members.values_mut().for_each(|member| fill(world, member)),
                _ => {}
            }
        }
        let mut event = serde_json::from_str(&text("tests/action/event.json")).unwrap();
        fill(self, &mut event);
        event
    }

    /// Runs the steps of the action as a runner of GitHub does.
    pub(crate) fn github(&self, inputs: &[(&str, &str)]) -> Ran {
        let action = action();
        let mut given = defaults(at(&action, &["inputs"]));
        given.insert("attest".to_owned(), self.tools().join("attest").display().to_string());
        for (name, value) in inputs {
            assert!(
                given.insert((*name).to_owned(), (*value).to_owned()).is_some(),
                "the action has no input `{name}`"
            );
        }
        let event = self.event();
        let files = ["output", "summary", "env", "path"].map(|name| self.path("temp").join(name));
        for file in &files {
            fs::write(file, "").unwrap();
        }
        fs::write(self.path("temp").join("event.json"), event.to_string()).unwrap();
        let (mut status, mut log) = (0, String::new());
        for step in at(&action, &["runs", "steps"]).elements() {
            let mut environment = self.environment("github.env");
            for (name, value) in strings(at(step, &["env"])) {
                environment.insert(name, expression(&value, &given, &event));
            }
            let script = self.path("temp").join("step.sh");
            fs::write(&script, string(at(step, &["run"]))).unwrap();
            let mut bash = Command::new("bash");
            bash.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script);
            let (ended, said) = run(bash.env_clear().envs(environment).current_dir(self.workspace()));
            status = ended;
            log += &said;
            if status != 0 {
                break;
            }
        }
        for file in files.iter().skip(2) {
            assert_eq!(fs::read_to_string(file).unwrap(), "", "nothing is set for the steps that follow");
        }
        let outputs = outputs(&fs::read_to_string(&files[0]).unwrap());
        assert_eq!(outputs.keys().collect::<Vec<_>>(), ["bundle", "failure-codes", "level", "valid"], "{log}");
        let left: Vec<_> = fs::read_dir(self.path("temp"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.starts_with("attest-private"))
            .collect();
        assert_eq!(left, Vec::<String>::new(), "keys are gone when the step ends");
        Ran { status, log, outputs, summary: fs::read_to_string(&files[1]).unwrap() }
    }

    /// Runs a job of the template as a runner of GitLab does.
    pub(crate) fn gitlab(&self, job: &str, inputs: &[(&str, &str)]) -> Ran {
        let (header, jobs) = template();
        let mut given = defaults(at(&header, &["spec", "inputs"]));
        given.insert("home".to_owned(), env!("CARGO_MANIFEST_DIR").to_owned());
        given.insert("attest".to_owned(), self.tools().join("attest").display().to_string());
        for (name, value) in inputs {
            assert!(
                given.insert((*name).to_owned(), (*value).to_owned()).is_some(),
                "the template has no input `{name}`"
            );
        }
        let parent = at(&jobs, &[".attest-provenance"]);
        let mut environment = self.environment("gitlab.env");
        for node in [parent, at(&jobs, &[job])] {
            for entry in at(node, &["variables"]).entries() {
                let mut value = entry.value.get("value").map_or_else(|| string(&entry.value), string);
                for (name, input) in &given {
                    value = value.replace(&format!("$[[ inputs.{name} ]]"), input);
                }
                environment.insert(entry.key.to_string(), value);
            }
        }
        let script: Vec<String> = at(parent, &["script"]).elements().iter().map(string).collect();
        let mut bash = Command::new("bash");
        bash.arg("-c").arg(format!("set -eo pipefail\n{}", script.join("\n")));
        let (status, log) = run(bash.env_clear().envs(environment).current_dir(self.workspace()));
        let report = fs::read_to_string(self.workspace().join("attest-provenance.env")).unwrap();
        let mut outputs = BTreeMap::new();
        for line in report.lines() {
            let (name, value) =
                line.split_once('=').unwrap_or_else(|| panic!("`{line}` is no line of a dotenv report"));
            let name = name.strip_prefix("ATTEST_").unwrap().to_ascii_lowercase().replace('_', "-");
            assert!(outputs.insert(name, value.to_owned()).is_none(), "twice: {line}");
        }
        assert_eq!(outputs.keys().collect::<Vec<_>>(), ["bundle", "failure-codes", "level", "valid"], "{log}");
        Ran { status, log, outputs, summary: String::new() }
    }
}

fn run(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let log = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), log)
}

/// The value of an expression of the action: an input, or something of the event.
fn expression(text: &str, inputs: &BTreeMap<String, String>, event: &Value) -> String {
    let Some(path) = text.strip_prefix("${{ ").and_then(|text| text.strip_suffix(" }}")) else {
        return text.to_owned();
    };
    if let Some(input) = path.strip_prefix("inputs.") {
        return inputs[input].clone();
    }
    let path = path.strip_prefix("github.event.").unwrap_or_else(|| panic!("`{text}` is not known here"));
    match path.split('.').fold(event, |value, key| &value[key]) {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What a runner makes of the file of outputs: `name<<delimiter`, lines, `delimiter`.
fn outputs(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (name, delimiter) = line.split_once("<<").unwrap_or_else(|| panic!("`{line}` begins no output"));
        assert!(delimiter.len() > 32, "the delimiter can be guessed");
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        assert!(outputs.insert(name.to_owned(), value.join("\n")).is_none(), "`{name}` is set twice");
    }
    outputs
}

/// Whether a file is there, the name of which an attacker chose.
pub(crate) fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}
