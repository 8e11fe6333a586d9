//! `attest provenance create`: flags, a file, a CI's environment and the repository to a statement. Whoever speaks first wins,
//! in that order; what binds the statement to the change is the repository's word alone. Prints nothing.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::bound::{Bound, environment};
use super::change_options::ChangeOptions;
use super::gate;
use super::references::{self, Kind};
use crate::base::digest::{hex, sha256};
use crate::base::system::System;
use crate::change;
use crate::ci::{self, Choice, Run, Runner, Service};
use crate::decide::Level;
use crate::provenance::contract::standard;
use crate::provenance::make::{self, Draft, INPUT_BYTES, Origin, Refusal, Subject, Version};
use crate::report::Exit;
use crate::session::Failure;

/// Largest file that a record takes the place of, bytes: it is kept until the statement stands.
const RECORD_BYTES: u64 = 4 << 20;

/// A value that a flag gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The flag.
    pub flag: &'static str,
    /// The member, as a JSON pointer into the predicate.
    pub pointer: &'static str,
    /// The value; each of a list's items is one.
    pub value: Value,
    /// Whether the member is a list that the value is added to.
    pub listed: bool,
}

/// `attest provenance create`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateOptions {
    /// Which change.
    pub change: ChangeOptions,
    /// Which CI's environment is read.
    pub ci: Choice,
    /// The version of the predicate.
    pub version: Version,
    /// The level that is claimed.
    pub level: Option<Level>,
    /// A part of a predicate.
    pub input: Option<PathBuf>,
    /// Values of flags.
    pub fields: Vec<Field>,
    /// Values of flags that refer to something: the flag, and what is written.
    pub references: Vec<(&'static str, String)>,
    /// Files that told the agent what to do: `FILE`, `FILE=ROLE`; the first is the primary one.
    pub agent_config: Vec<String>,
    /// Where the record of the run is written, and how it is referred to.
    pub record: Option<String>,
    /// Where the statement is written; `None` gives it back alone.
    pub output: Option<PathBuf>,
    /// Whether files that are there may be replaced.
    pub force: bool,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreateRun {
    /// The statement; nothing where it is refused.
    pub text: Option<String>,
    /// Why it is refused.
    pub refusals: Vec<Refusal>,
    /// What is to be known, though it stands in no one's way.
    pub warnings: Vec<String>,
}

/// The record of a run, in the making.
struct Record {
    path: PathBuf,
    text: String,
}

/// Makes a statement, and writes it where that is asked for.
///
/// # Errors
/// Files, environments and repositories that cannot be read, and flags that make no sense. What is wrong with the statement
/// itself is no error but refusals.
pub fn create(system: &dyn System, options: &CreateOptions) -> Result<CreateRun, Failure> {
    let contract = standard().map_err(Failure::bug)?;
    if let Some(path) = &options.output {
        is_free(system, path, options.force)?;
    }
    let run = ci::read(system, options.ci).map_err(|error| environment(&error))?;
    let bound = Bound::read(system, &options.change, run.as_ref())?;
    let mut warnings = run.as_ref().map(|run| run.notes.clone()).unwrap_or_default();
    let mut draft = Draft::new();
    for field in options.fields.iter().filter(|field| !field.listed) {
        known(options.version, field.flag, field.pointer)?;
        draft.fill(field.pointer, field.value.clone(), Origin::Flag(field.flag));
    }
    if let Some(level) = options.level {
        draft.fill("/verificationLevel", level.name(), Origin::Flag("--level"));
    }
    if options.change.repo_url.is_some() {
        draft.fill("/repo/url", bound.repo_url.as_str(), Origin::Flag("--repo-url"));
    }
    if let Some(path) = &options.input {
        let bytes = system.read(path, u64::try_from(INPUT_BYTES).unwrap_or(u64::MAX))?;
        match make::input(contract, options.version, &bytes) {
            Ok(members) => draft.fill_all(members, &Origin::Input),
            Err(refusals) => {
                let named = |refusal: Refusal| Refusal {
                    message: format!("`{}`: {}", path.display(), refusal.message),
                    ..refusal
                };
                let refusals = refusals.into_iter().map(named).collect();
                return Ok(CreateRun { text: None, refusals, warnings });
            }
        }
    }
    for field in options.fields.iter().filter(|field| field.listed) {
        known(options.version, field.flag, field.pointer)?;
        draft.append(field.pointer, field.value.clone(), Origin::Flag(field.flag));
    }
    if let Some(run) = &run {
        of_run(&mut draft, run, options.version, &mut warnings);
        compare(run, &bound, &mut warnings);
    }
    of_change(&mut draft, &bound)?;
    by_default(system, &mut draft, run.as_ref(), options.version, &mut warnings)?;
    let id = draft.text("/runId").unwrap_or_default().to_owned();
    let mut refusals = Vec::new();
    for (flag, text) in &options.references {
        match refer(system, &mut draft, options.version, flag, text, &id) {
            // Each flag that makes no sense is told, not the first alone.
            Err(Failure { message, help, exit: Exit::Usage }) => {
                refusals.push(Refusal { message, help: help.unwrap_or_default() });
            }
            other => other?,
        }
    }
    if !refusals.is_empty() {
        return Ok(CreateRun { text: None, refusals, warnings });
    }
    agent_config(system, &mut draft, options, &bound, &mut warnings)?;
    let record =
        options.record.as_deref().map(|text| record(&mut draft, text, &id, run.as_ref(), &bound)).transpose()?;
    let subjects: Vec<Subject> = bound
        .subjects
        .iter()
        .map(|(subject, digest)| Subject { name: subject.name(), digest: digest.clone() })
        .collect();
    let level = draft.text("/verificationLevel").and_then(Level::from_name).unwrap_or(Level::EvidenceGrade);
    let made = match make::statement(contract, options.version, level, &subjects, &draft) {
        Ok(made) => made,
        Err(refusals) => return Ok(CreateRun { text: None, refusals, warnings }),
    };
    warnings.extend(made.needs.iter().map(|need| format!("to be accepted at {level}: {need}")));
    // The record first: a statement never refers to one that could not be written.
    if let Some(record) = record {
        is_free(system, &record.path, options.force)?;
        if options.output.as_ref() == Some(&record.path) {
            return Err(Failure::usage("statement and record are one file", "give `--record` another name"));
        }
        write_both(system, &record, options.output.as_deref(), &made.text)?;
    } else if let Some(path) = &options.output {
        system.write(path, made.text.as_bytes())?;
    }
    Ok(CreateRun { text: Some(made.text), refusals: Vec::new(), warnings })
}

/// Writes a record and its statement: both, or what stood there before stands there again.
fn write_both(system: &dyn System, record: &Record, output: Option<&Path>, text: &str) -> Result<(), Failure> {
    let Some(output) = output else { return Ok(system.write(&record.path, record.text.as_bytes())?) };
    let before = match system.symlink_metadata(&record.path)? {
        Some(_) => Some(system.read(&record.path, RECORD_BYTES)?),
        None => None,
    };
    system.write(&record.path, record.text.as_bytes())?;
    let Err(error) = system.write(output, text.as_bytes()) else { return Ok(()) };
    let undone = match before {
        Some(bytes) => system.write(&record.path, &bytes),
        None => system.remove_file(&record.path),
    };
    let mut failure = Failure::from(error);
    if undone.is_err() {
        failure.help = Some(format!("remove `{}`, whose statement could not be written", record.path.display()));
    }
    Err(failure)
}

fn is_free(system: &dyn System, path: &Path, force: bool) -> Result<(), Failure> {
    if !force && system.symlink_metadata(path)?.is_some() {
        let message = format!("`{}` is there already", path.display());
        return Err(Failure::usage(message, "name another file, or replace it: `--force`"));
    }
    Ok(())
}

/// Whether the version has the member of a flag.
fn known(version: Version, flag: &str, pointer: &str) -> Result<(), Failure> {
    if version.has(pointer) {
        return Ok(());
    }
    let message = format!("version {} of the predicate has no place for `{flag}`", version.name());
    Err(Failure::usage(message, "leave it out, or write version 1: `--predicate-version v1`"))
}

/// What the environment says of the run. What belongs together is taken whole or not at all.
fn of_run(draft: &mut Draft, run: &Run, version: Version, warnings: &mut Vec<String>) {
    let origin = || Origin::Ci(run.service.title());
    draft.fill("/runId", run.run_id.as_str(), origin());
    draft.fill("/repo/url", run.repo_url.as_str(), origin());
    draft.fill_some("/repo/branch", run.branch.as_deref(), origin());
    if let Some(request) = &run.pull_request {
        draft.fill("/repo/pullRequest/number", request.number, origin());
        if draft.get("/repo/pullRequest/number").and_then(Value::as_u64) == Some(request.number) {
            draft.fill_some("/repo/pullRequest/url", request.url.as_deref(), origin());
        }
    }
    draft.fill("/agent/invocationKind", "ci-step", origin());
    if version == Version::V1 && draft.get("/capture").is_none() {
        draft.fill("/capture/method", "ci-step", origin());
    }
    // The schema takes `github-actions` of github.com only.
    let is_github = run.service == Service::GitHub
        && run.workflow.as_deref().is_some_and(|workflow| workflow.starts_with("https://github.com/"));
    draft.fill("/environment/executionType", if is_github { "github-actions" } else { "other-ci" }, origin());
    // An agent that runs on somebody's machine, or on its maker's, was not run by this job.
    let execution = draft.text("/environment/executionType").unwrap_or_default();
    let kind = match execution {
        "github-actions" => "github-actions-workflow",
        "other-ci" => "generic-ci-workflow",
        "isolated-runner" => "isolated-runner",
        "witnessed-runner" => "witnessed-runner",
        _ => return,
    };
    if let Some(workflow) = &run.workflow
        && draft.get("/environment/builder/id").is_none()
    {
        draft.fill("/environment/builder/id", workflow.as_str(), origin());
        draft.fill("/environment/builder/type", kind, origin());
        draft.fill("/environment/builder/workflowRef", workflow.as_str(), origin());
        let class = match run.runner {
            Runner::Hosted if run.service == Service::GitHub => "github-hosted",
            Runner::Hosted if version == Version::V1 => "platform-managed",
            Runner::SelfHosted => "self-hosted",
            Runner::Hosted | Runner::Unknown => "unknown",
        };
        draft.fill("/environment/builder/runnerClass", class, origin());
    } else if run.workflow.is_none() && draft.get("/environment/builder/id").is_none() {
        warnings.push(
            "the environment does not say what defines the run: there is no builder; give `--builder-id`".to_owned(),
        );
    }
}

/// Says where the repository is elsewhere than the environment.
fn compare(run: &Run, bound: &Bound, warnings: &mut Vec<String>) {
    let head = &bound.change.head_commit;
    if *head == run.head_commit {
        return;
    }
    let title = run.service.title();
    warnings.push(if run.checkout_commit.as_ref() == Some(head) {
        format!(
            "the change ends at the merge that {title} makes to test a pull request; its own last commit is \
             {commit}: `--head {commit}`",
            commit = run.head_commit
        )
    } else {
        format!("the change ends at {head}; the run of {title} is for {}", run.head_commit)
    });
}

/// What binds the statement to the change: no other word counts for it.
fn of_change(draft: &mut Draft, bound: &Bound) -> Result<(), Failure> {
    let change = &bound.change;
    let files = u64::try_from(change.files.len()).unwrap_or(u64::MAX);
    let facts: [(&str, Value); 5] = [
        ("/repo/baseCommit", change.base_commit.as_str().into()),
        ("/repo/headCommit", change.head_commit.as_str().into()),
        ("/changes/filesChanged", files.into()),
        ("/changes/insertions", change.insertions.into()),
        ("/changes/deletions", change.deletions.into()),
    ];
    for (pointer, value) in facts {
        if let Some(other) = draft.get(pointer).filter(|other| **other != value) {
            let place = pointer.trim_start_matches('/').replace('/', ".");
            let said = draft.origin(pointer).map_or_else(String::new, |origin| format!(" in {origin}"));
            let message = format!("`{place}` is {other}{said}, and {value} in the repository");
            return Err(Failure::usage(message, "leave it out: it is computed from the change"));
        }
        draft.fill(pointer, value, Origin::Git);
    }
    draft.fill("/repo/url", bound.repo_url.as_str(), Origin::Git);
    let branch = change.branch.as_deref().filter(|branch| {
        branch.len() <= 255
            && branch.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'/' | b'-'))
    });
    draft.fill_some("/repo/branch", branch, Origin::Git);
    Ok(())
}

/// What stands where nobody says anything: always the least that can be claimed.
fn by_default(
    system: &dyn System,
    draft: &mut Draft,
    run: Option<&Run>,
    version: Version,
    warnings: &mut Vec<String>,
) -> Result<(), Failure> {
    let now = system.now();
    draft.fill("/predicateVersion", version.name(), Origin::Default);
    draft.fill("/verificationLevel", Level::EvidenceGrade.name(), Origin::Default);
    if draft.get("/runId").is_none() {
        let random = system.random()?;
        let time = now.strftime("%Y%m%dT%H%M%SZ");
        draft.fill("/runId", format!("run-{time}-{}", hex(random.get(8..).unwrap_or(&random))), Origin::Default);
    }
    draft.fill("/agent/invocationKind", "local-cli", Origin::Default);
    draft.fill("/environment/executionType", "local", Origin::Default);
    if version == Version::V1 && draft.get("/capture").is_none() {
        draft.fill("/capture/method", "manual", Origin::Default);
    }
    draft.fill("/humanApproval/state", "none", Origin::Default);
    draft.fill("/privacy/redactionPolicy", "references-only", Origin::Default);
    for raw in ["/privacy/rawPrompt", "/privacy/rawToolOutputs"] {
        // A flag for it comes later, and stands in its place.
        draft.fill(raw, json!({"stored": false, "visibility": "none"}), Origin::Default);
    }
    draft.fill("/privacy/publicTransparencyLog/allowed", false, Origin::Default);
    draft.fill("/privacy/publicTransparencyLog/includesRawContent", false, Origin::Default);
    if let Some(run) = run {
        draft.fill_some("/timestamps/startedAt", run.started_at.as_deref(), Origin::Ci(run.service.title()));
    }
    let now = now.round(jiff::TimestampRound::new().smallest(jiff::Unit::Second).mode(jiff::RoundMode::Trunc));
    let now = now.map_err(Failure::bug)?.to_string();
    draft.fill("/timestamps/finishedAt", now, Origin::Default);
    if draft.get("/timestamps/startedAt").is_none() {
        warnings.push(
            "nothing says when the run began, so it is said to begin when it ends: give `--started-at`".to_owned(),
        );
        let finished = draft.get("/timestamps/finishedAt").cloned().unwrap_or_default();
        draft.fill("/timestamps/startedAt", finished, Origin::Default);
    }
    Ok(())
}

/// A thing that a flag refers to.
fn refer(
    system: &dyn System,
    draft: &mut Draft,
    version: Version,
    flag: &'static str,
    text: &str,
    run: &str,
) -> Result<(), Failure> {
    let kind = Kind::of(flag).ok_or_else(|| Failure::bug(format!("no kind for `{flag}`")))?;
    known(version, flag, kind.pointer)?;
    let mut object = kind.object(system, text, run)?;
    let origin = Origin::Flag(flag);
    match kind.pointer {
        "/extensions" => {
            let Some(Value::String(name)) = object.remove("name") else {
                return Err(Failure::usage("`--extension`: it has no name", "name it by an address: `name=https://…`"));
            };
            let pointer = format!("/extensions/{}", name.replace('~', "~0").replace('/', "~1"));
            if draft.get(&pointer).is_some() {
                return Err(Failure::usage("`--extension`: a name stands twice", "give each a name of its own"));
            }
            draft.fill_all(Map::from_iter([("extensions".to_owned(), Value::Object(Map::new()))]), &origin);
            draft.insert("/extensions", name, Value::Object(object), &origin);
        }
        "/privacy/rawPrompt" | "/privacy/rawToolOutputs" => draft.replace(kind.pointer, Value::Object(object), origin),
        list => draft.append(list, Value::Object(object), origin),
    }
    Ok(())
}

/// The files that told the agent what to do, as they are at the commit that the change begins at: there a verifier reads them
/// too. One that is not there is read as it stands.
fn agent_config(
    system: &dyn System,
    draft: &mut Draft,
    options: &CreateOptions,
    bound: &Bound,
    warnings: &mut Vec<String>,
) -> Result<(), Failure> {
    let flag = "--agent-config";
    let root = &options.change.root;
    for (at, text) in options.agent_config.iter().enumerate() {
        known(options.version, flag, "/agentConfig")?;
        let path = below_root(text);
        let role = text.rsplit_once('=').map_or("instructions", |(_, role)| role);
        if path.is_empty() || path.starts_with('/') || path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            let message = format!("`{flag}`: `{path}` is no path of the repository");
            return Err(Failure::usage(
                message,
                "write it from `--root` on, like `AGENTS.md` or `docs/AGENTS.md=tool-rules`",
            ));
        }
        let base = &bound.change.base_commit;
        let named = change::from_top(system, root, path)?;
        let path = named.as_str();
        let at_base = if change::has_revision(system, root, base)? {
            change::file_at(system, root, base, path, gate::CONFIG_BYTES)?
        } else {
            None
        };
        let standing = references::hashed(system, &root.join(below_root(text)));
        let digest = if let Some(digest) = at_base.map(|bytes| sha256(&bytes)) {
            if standing.is_ok_and(|standing| standing != digest) {
                warnings
                    .push(format!("`{path}` is another here than at the base, {base}: the digest is that of the base"));
            }
            digest
        } else {
            let standing = standing?;
            warnings.push(format!(
                "`{path}` is not at the base, {base}: the digest is that of the file here, which no verifier can compare"
            ));
            standing
        };
        let digest = json!({"sha256": digest.hex});
        if at == 0 {
            draft.fill("/agentConfig/primaryFile", path, Origin::Flag(flag));
            if draft.text("/agentConfig/primaryFile") == Some(path) {
                draft.fill("/agentConfig/primaryDigest", digest.clone(), Origin::Flag(flag));
            }
        }
        if options.agent_config.len() > 1 || text.contains('=') {
            let file = json!({"path": path, "digest": digest, "role": role});
            draft.append("/agentConfig/files", file, Origin::Flag(flag));
        }
    }
    Ok(())
}

/// The file of `FILE=ROLE`.
fn below_root(text: &str) -> &str {
    text.rsplit_once('=').map_or(text, |(path, _)| path)
}

/// The record of the run, and the evidence that refers to it. What stands there is what is known here; nothing is made up.
fn record(draft: &mut Draft, text: &str, id: &str, run: Option<&Run>, bound: &Bound) -> Result<Record, Failure> {
    let flag = "--record";
    let (path, rest) = text.split_once(',').map_or((text, None), |(path, rest)| (path, Some(rest)));
    if path.is_empty() {
        return Err(Failure::usage("`--record`: the file's name is missing", "write it like `--record run.json`"));
    }
    let path = PathBuf::from(path);
    let get = |pointer: &str| draft.get(pointer).cloned().unwrap_or_default();
    let subjects: Vec<Value> = bound
        .subjects
        .iter()
        .map(|(subject, digest)| json!({"name": subject.name(), "digest": {"sha256": digest.hex}}))
        .collect();
    let record = json!({
        "schema": 1,
        "runId": id,
        "madeBy": format!("attest {}", env!("CARGO_PKG_VERSION")),
        "repo": get("/repo"),
        "subjects": subjects,
        "agent": get("/agent"),
        "environment": get("/environment"),
        "timestamps": get("/timestamps"),
        "ci": run,
    });
    let mut text = serde_json::to_string_pretty(&record).map_err(Failure::bug)?;
    text.push('\n');
    let mut evidence = Map::from_iter([
        ("type".to_owned(), Value::from("builder-record")),
        ("digest".to_owned(), json!({"sha256": sha256(text.as_bytes()).hex})),
        ("mediaType".to_owned(), Value::from("application/json")),
    ]);
    for (key, value) in rest.map(|rest| references::pairs(flag, rest)).transpose()?.unwrap_or_default() {
        if !matches!(key.as_str(), "uri" | "storage" | "visibility") || value.is_empty() {
            let message = format!("`{flag}`: there is no key `{key}`, or it is empty");
            return Err(Failure::usage(message, "the keys are uri, storage, visibility"));
        }
        if evidence.insert(key, Value::from(value)).is_some() {
            return Err(Failure::usage(format!("`{flag}`: a key stands twice"), "give each once"));
        }
    }
    let defaults =
        [("uri", references::artifact(id, &path)), ("storage", "local-only".into()), ("visibility", "team".into())];
    for (key, value) in defaults {
        evidence.entry(key).or_insert_with(|| Value::from(value));
    }
    draft.append("/evidence", Value::Object(evidence), Origin::Flag(flag));
    Ok(Record { path, text })
}
