//! What stands in the files.

use std::collections::BTreeSet;
use std::process::Command;

use attest::facts::documents::{Node, NodeValue};

use crate::files::{action, at, defaults, documents, project, string, strings, template, text, variable};

const OUTPUTS: [&str; 4] = ["valid", "level", "failure-codes", "bundle"];
const SCRIPTS: [&str; 3] = ["action/lib.sh", "action/run.sh", "action/setup.sh"];

fn keys(node: &Node) -> BTreeSet<String> {
    node.entries().iter().map(|entry| entry.key.to_string()).collect()
}

/// Every text of a document.
fn every(node: &Node, visit: &mut dyn FnMut(&str)) {
    match &node.value {
        NodeValue::List(elements) => elements.iter().for_each(|element| every(element, visit)),
        NodeValue::Map(entries) => entries.iter().for_each(|entry| every(&entry.value, visit)),
        _ => visit(&string(node)),
    }
}

/// Whether a `uses:` names its action by a whole commit id, or something of its own repository.
fn is_pinned(uses: &str) -> bool {
    uses.rsplit_once('@').is_some_and(|(_, commit)| commit.len() == 40 && commit.bytes().all(|c| c.is_ascii_hexdigit()))
}

#[test]
fn inputs_reach_the_shell_by_the_environment_alone() {
    let action = action();
    for step in at(&action, &["runs", "steps"]).elements() {
        if let Some(uses) = step.get("uses") {
            assert!(is_pinned(&string(uses)), "`{}` may be another action tomorrow", string(uses));
        }
        if let Some(run) = step.get("run") {
            assert!(!string(run).contains("${{"), "an expression in a script is code: {}", string(run));
            assert_eq!(string(at(step, &["shell"])), "bash");
        }
    }
    let steps = at(&action, &["runs", "steps"]).elements();
    let wired = strings(at(&steps[0], &["env"]));
    for input in keys(at(&action, &["inputs"])) {
        assert_eq!(wired.get(&variable(&input)), Some(&format!("${{{{ inputs.{input} }}}}")), "{input}");
    }
    for (name, value) in wired {
        let of_an_input = name.starts_with("ATTEST_IN_") && value.starts_with("${{ inputs.");
        let of_the_event = name.starts_with("ATTEST_EVENT_") && value.starts_with("${{ github.event.pull_request.");
        assert!(of_an_input || of_the_event, "{name}: {value}");
    }
}

#[test]
fn every_input_is_described_and_has_a_default() {
    let action = action();
    for input in at(&action, &["inputs"]).entries() {
        assert!(string(at(&input.value, &["description"])).len() > 10, "{}", input.key);
        assert!(input.value.get("default").is_some(), "{} has no default", input.key);
    }
    let defaults = defaults(at(&action, &["inputs"]));
    assert_eq!([&defaults["create"], &defaults["sign"], &defaults["verify"]], ["false", "none", "true"]);
}

#[test]
fn the_outputs_are_those_of_the_step() {
    let action = action();
    assert_eq!(keys(at(&action, &["outputs"])), OUTPUTS.map(str::to_owned).into());
    let step = string(at(&at(&action, &["runs", "steps"]).elements()[0], &["id"]));
    for output in at(&action, &["outputs"]).entries() {
        let value = string(at(&output.value, &["value"]));
        assert!(value.starts_with(&format!("${{{{ steps.{step}.outputs.{}", output.key)), "{value}");
        assert!(!string(at(&output.value, &["description"])).is_empty());
    }
    // A step that never ran has no outputs; nobody may take that for a yes.
    assert!(string(at(&action, &["outputs", "valid", "value"])).contains("|| 'false'"));
}

/// The shell asks for no input that the action has not, and leaves none unread.
#[test]
fn the_shell_reads_every_input() {
    let shell: String = SCRIPTS.iter().map(|path| text(path)).collect();
    let mut read: BTreeSet<String> = BTreeSet::new();
    for call in ["input ", "choice ", "matching ", "lines ", "owned "] {
        for rest in shell.split(&format!("$({call}")).skip(1) {
            let name: String =
                rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '-' || c.is_ascii_digit()).collect();
            read.extend((!name.is_empty()).then_some(name));
        }
    }
    for rest in shell.split("for name in ").skip(1) {
        let names = rest.split(';').next().unwrap();
        read.extend(
            names
                .split_whitespace()
                .filter(|name| name.bytes().all(|c| c.is_ascii_lowercase() || c == b'-'))
                .map(str::to_owned),
        );
    }
    for secret in ["signing-key", "signing-key-passphrase"] {
        assert!(shell.contains(&format!("${{{}:-", variable(secret))), "{secret}");
        read.insert(secret.to_owned());
    }
    assert_eq!(read, keys(at(&action(), &["inputs"])));
}

#[test]
fn the_shell_is_sound() {
    for path in SCRIPTS {
        let checked = Command::new("bash").arg("-n").arg(project(path)).output().unwrap();
        assert!(checked.status.success(), "{path}: {}", String::from_utf8_lossy(&checked.stderr));
        let text = text(path);
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            for forbidden in ["eval ", "${{", "$[[", "curl", "wget", "jq ", "sudo", "set -x"] {
                assert!(!line.contains(forbidden), "{path}: `{forbidden}` in `{line}`");
            }
        }
    }
    assert!(text("action/run.sh").contains("\nset -euo pipefail\n"));
}

#[test]
fn the_template_asks_for_what_it_uses() {
    let (header, jobs) = template();
    let inputs = at(&header, &["spec", "inputs"]);
    for input in inputs.entries() {
        assert!(string(at(&input.value, &["description"])).len() > 10, "{}", input.key);
    }
    let mut used = BTreeSet::new();
    every(&jobs, &mut |text| {
        for rest in text.split("$[[ inputs.").skip(1) {
            used.insert(rest.split(" ]]").next().unwrap().to_owned());
        }
    });
    assert_eq!(used, keys(inputs));
    let known: BTreeSet<String> = keys(at(&action(), &["inputs"])).iter().map(|input| variable(input)).collect();
    for job in jobs.entries() {
        if let Some(script) = job.value.get("script") {
            every(script, &mut |text| assert!(!text.contains("$[["), "an input in a script is code: {text}"));
        }
        let Some(variables) = job.value.get("variables") else { continue };
        for set in variables.entries() {
            let given = set.value.get("value").map_or_else(|| string(&set.value), string);
            if given.contains("$[[") {
                assert_eq!(string(at(&set.value, &["expand"])), "false", "{} of {}", set.key, job.key);
            }
            if set.key.starts_with("ATTEST_IN_") {
                assert!(known.contains(&*set.key), "{} is no input of the shell", set.key);
            }
        }
    }
}

#[test]
fn one_job_of_the_template_has_a_token() {
    let (_, jobs) = template();
    let with_token: Vec<&str> =
        jobs.entries().iter().filter(|job| job.value.get("id_tokens").is_some()).map(|job| &*job.key).collect();
    assert_eq!(with_token, ["attest-provenance-sign-keyless"]);
    let keyless = at(&jobs, &["attest-provenance-sign-keyless"]);
    assert!(keyless.get("id_tokens").unwrap().get("SIGSTORE_ID_TOKEN").unwrap().get("aud").is_some());
    assert_eq!(string(at(&jobs, &[".attest-provenance", "variables", "GIT_DEPTH"])), "0");
    for job in [".attest-provenance", "attest-provenance"] {
        assert_eq!(string(at(&jobs, &[job, "artifacts", "when"])), "always", "{job}");
        assert_eq!(string(at(&jobs, &[job, "artifacts", "reports", "dotenv"])), "attest-provenance.env", "{job}");
    }
}

/// The page says what the files have, and what it shows can be copied.
#[test]
fn the_page_is_about_these_files() {
    let page = text("docs/src/reference/in-ci.md");
    assert!(text("docs/src/SUMMARY.md").contains("(reference/in-ci.md)"));
    for input in keys(at(&action(), &["inputs"])) {
        assert!(page.contains(&format!("`{input}`")), "the page says nothing of the input `{input}`");
    }
    for output in OUTPUTS {
        assert!(page.contains(&format!("| `{output}` |")), "the page says nothing of the output `{output}`");
    }
    for uses in page.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: ")) {
        let uses = uses.split_whitespace().next().unwrap();
        assert!(is_pinned(uses) || uses == "OWNER/attest@COMMIT", "{uses}");
    }
    let granted: Vec<&str> = page.lines().filter(|line| line.trim().starts_with("id-token:")).collect();
    assert_eq!(granted.len(), 1, "one job may have a token");
    assert!(!page.contains(": write-all") && page.contains("permissions: {}"));
}

#[test]
fn the_files_are_yaml_of_one_reading() {
    assert_eq!(documents("action.yml").len(), 1);
    assert_eq!(string(at(&action(), &["runs", "using"])), "composite");
}
