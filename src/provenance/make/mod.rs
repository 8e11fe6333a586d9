//! A run to a statement: typed by the schema of its version, held against schema, rules and the policy before it is given
//! out. What is private is refused, and nothing is made up. Does not know flags, files, git or environments; whoever fills the
//! [`Draft`] does.

mod draft;
mod foresee;
mod privacy;
mod written;

use serde_json::{Map, Value, json};

use super::contract::{Contract, Document};
use super::{Failure, validate};
use crate::base::digest::{Algorithm, Digest};
use crate::base::json;
use crate::base::suggest;
use crate::decide::Level;

pub use self::draft::{Draft, Origin};

/// Largest file of `--input`, bytes.
pub const INPUT_BYTES: usize = 4 << 20;
/// Members that version 1 has and version 0 has not.
const SINCE_V1: [&str; 5] = ["capture", "agentConfig", "mcpServers", "tools", "delegation"];

/// The version of a predicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// `https://agentattest.dev/predicate/v0`.
    V0,
    /// `https://agentattest.dev/predicate/v1`.
    #[default]
    V1,
}

impl Version {
    /// `v0`, `v1`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V0 => "v0",
            Self::V1 => "v1",
        }
    }

    /// Its predicate type.
    pub fn predicate_type(self) -> &'static str {
        match self {
            Self::V0 => "https://agentattest.dev/predicate/v0",
            Self::V1 => "https://agentattest.dev/predicate/v1",
        }
    }

    /// Whether its predicates have the member that a JSON pointer leads to, or goes through.
    pub fn has(self, pointer: &str) -> bool {
        let first = pointer.split('/').nth(1).unwrap_or_default();
        self == Self::V1 || !SINCE_V1.contains(&first)
    }

    fn document(self, contract: &Contract) -> Option<&Document> {
        contract.documents().iter().find(|document| &*document.predicate_type == self.predicate_type())
    }
}

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its name: `patch.diff`, `repo-tree`.
    pub name: &'static str,
    /// Its SHA-256.
    pub digest: Digest,
}

/// A statement that may be given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its text.
    pub text: String,
    /// What a verifier must have or do to accept it at its level.
    pub needs: Vec<&'static str>,
}

/// Why there is no statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong: one line, lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Refusal {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

/// Reads a part of a predicate, as a person writes it: strict JSON, and no member that the schema does not know.
///
/// # Errors
/// Everything that is wrong with it.
pub fn input(contract: &Contract, version: Version, bytes: &[u8]) -> Result<Map<String, Value>, Vec<Refusal>> {
    let help = "write a JSON object with members of the predicate; `attest schema agent-provenance-v1` has them";
    let one = |message: String| vec![Refusal::new(message, help)];
    let value = json::parse(bytes, INPUT_BYTES).map_err(|error| one(error.to_string()))?;
    let document = version.document(contract).ok_or_else(|| one("there is no such version".to_owned()))?;
    let Value::Object(members) = value else { return Err(one("it is no object".to_owned())) };
    let value = Value::Object(members.clone());
    let unknown = document.schema.unknown(&value);
    if unknown.is_empty() {
        // What else is wrong is told with the whole statement, where a flag may have mended it.
        return Ok(members);
    }
    let mut refusals: Vec<Refusal> = Vec::new();
    for (pointer, near) in unknown {
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if !version.has(&pointer) => "it is a member of version 1: `--predicate-version v1`".to_owned(),
            None => help.to_owned(),
        };
        refusals.push(Refusal::new(format!("version {} has no member `{}`", version.name(), place(&pointer)), help));
    }
    // The rest is told at once. A part may lack members, and what it should not have is told already.
    let mut draft = Draft::new();
    draft.fill_all(members, &Origin::Input);
    for failure in document.schema.check(&value, "").iter() {
        if failure.message.ends_with("is missing") || failure.message.starts_with("the schema does not know") {
            continue;
        }
        let refusal = misfit(&draft, &failure.path, failure);
        if !refusals.contains(&refusal) {
            refusals.push(refusal);
        }
    }
    Err(refusals)
}

/// The statement of a draft, if it is one that can be accepted.
///
/// # Errors
/// Everything that is wrong, each with who said it.
pub fn statement(
    contract: &Contract,
    version: Version,
    level: Level,
    subjects: &[Subject],
    draft: &Draft,
) -> Result<Made, Vec<Refusal>> {
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects.iter().map(subject).collect::<Vec<_>>(),
        "predicateType": version.predicate_type(),
        "predicate": draft.predicate(),
    });
    let leaks = privacy::leaks(draft.predicate());
    if !leaks.is_empty() {
        let refuse = |leak: privacy::Leak| {
            let help = "leave it out: a statement is kept for good, and read by everybody whom it is shown to";
            Refusal::new(told(draft, &leak.pointer, &format!("there is {}", leak.what)), help)
        };
        return Err(leaks.into_iter().map(refuse).collect());
    }
    let text = written::text(&statement).map_err(|error| vec![Refusal::new(error.to_string(), "this is a bug")])?;
    validate(contract, text.as_bytes()).map_err(|failures| refused(draft, &failures, level))?;
    let foreseen = foresee::foresee(contract, &text, &statement);
    if !foreseen.hopeless.is_empty() {
        return Err(refused(draft, &foreseen.hopeless, level));
    }
    Ok(Made { text, needs: foreseen.needs })
}

fn subject(subject: &Subject) -> Value {
    debug_assert!(subject.digest.algorithm == Algorithm::Sha256, "the schema of contexts knows no other");
    json!({"name": subject.name, "digest": {"sha256": subject.digest.hex}})
}

/// A JSON pointer as people write it: `agent.name`.
fn place(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".").replace("~1", "/").replace("~0", "~")
}

/// A place of the predicate, what is wrong there, and who said it.
fn told(draft: &Draft, pointer: &str, message: &str) -> String {
    let place = place(pointer);
    match draft.origin(pointer) {
        Some(origin) => format!("`{place}` (from {origin}): {message}"),
        None if place.is_empty() => message.to_owned(),
        None => format!("`{place}`: {message}"),
    }
}

fn refused(draft: &Draft, failures: &[Failure], level: Level) -> Vec<Refusal> {
    // What the verifier is said to lack follows from what the statement lacks, which is told too.
    let own: Vec<&Failure> = failures.iter().filter(|failure| failure.path.starts_with("/statement")).collect();
    let shown = if own.is_empty() { failures.iter().collect() } else { own };
    let mut refusals: Vec<Refusal> = Vec::new();
    for failure in shown {
        let pointer = failure.path.strip_prefix("/statement/predicate").unwrap_or_default();
        let refusal = if failure.code == "schema_invalid" {
            misfit(draft, pointer, failure)
        } else {
            hopeless(draft, pointer, failure, level)
        };
        if !refusals.contains(&refusal) {
            refusals.push(refusal);
        }
    }
    refusals
}

/// What does not fit the schema or a rule.
fn misfit(draft: &Draft, pointer: &str, failure: &Failure) -> Refusal {
    let missing = failure.message.strip_suffix("` is missing").and_then(|text| text.strip_prefix('`'));
    if missing == Some("evidence") && pointer.is_empty() {
        let help = "give some, such as `--evidence type=test-result,file=report.xml,storage=artifact-store`; or have the run \
                    itself recorded: `--record FILE`";
        return Refusal::new("there is no evidence, and a statement needs some", help);
    }
    if let Some(name) = missing {
        let (whole, within) = (format!("{pointer}/{name}"), format!("{pointer}/{name}/"));
        let known = FLAGS.iter().find(|(known, _)| *known == whole || known.starts_with(&within));
        let help = match (known.map(|(_, flag)| flag), draft.origin(pointer)) {
            (Some(flag), _) => format!("give `{flag}`"),
            (None, Some(Origin::Flag(flag))) => format!("add it to `{flag}`"),
            (None, _) => "add it to the file of `--input`".to_owned(),
        };
        return Refusal::new(told(draft, pointer, &failure.message), help);
    }
    let again = match draft.origin(pointer) {
        Some(Origin::Flag(flag)) => format!("give another by `{flag}`"),
        Some(Origin::Input) => "mend the file of `--input`".to_owned(),
        _ => {
            flag_of(pointer).map_or_else(|| "mend what is given".to_owned(), |flag| format!("give another by `{flag}`"))
        }
    };
    let expected = failure.expected.as_deref().unwrap_or_default();
    if let Some(Ok(names)) = expected.strip_prefix("enum: ").map(serde_json::from_str::<Vec<String>>) {
        let found = draft.text(pointer).unwrap_or_default();
        let near = suggest::nearest(found, names.iter().map(String::as_str));
        let help =
            near.map_or_else(|| format!("it is one of {}", names.join(", ")), |near| format!("did you mean `{near}`?"));
        return Refusal::new(told(draft, pointer, &format!("there is no `{found}`")), help);
    }
    let message =
        if expected.is_empty() { failure.message.clone() } else { format!("{}; expected {expected}", failure.message) };
    Refusal::new(told(draft, pointer, &message), again)
}

/// What the policy denies even where the verifier knows all that the statement says.
fn hopeless(draft: &Draft, pointer: &str, failure: &Failure, level: Level) -> Refusal {
    // Of a builder, that knowing differs from what is said means that nothing is said.
    let is_missing = failure.code == "builder_identity_mismatch" && draft.get(pointer).is_none();
    let message = if is_missing { "it is missing".to_owned() } else { failure.message.clone() };
    let way = match (flag_of(pointer), level) {
        (Some(flag), Level::EvidenceGrade) => format!("mend it by `{flag}`"),
        (None, Level::EvidenceGrade) => failure.help.clone(),
        (Some(flag), _) => format!("mend it by `{flag}`, or claim less by `--level`"),
        (None, _) => "mend it, or claim less by `--level`".to_owned(),
    };
    let help = format!("no verifier accepts this at {level} (`{}`): {way}", failure.code);
    Refusal::new(told(draft, pointer, &message), help)
}

/// The flag that gives the member at a JSON pointer, or what it lies in.
fn flag_of(pointer: &str) -> Option<&'static str> {
    let mut pointer = pointer;
    loop {
        if let Some((_, flag)) = FLAGS.iter().find(|(known, _)| *known == pointer) {
            return Some(flag);
        }
        pointer = pointer.rsplit_once('/')?.0;
    }
}

/// Members and the flags that give them. The command line has these flags, as a test shows.
pub const FLAGS: &[(&str, &str)] = &[
    ("/runId", "--run-id"),
    ("/repo/url", "--repo-url"),
    ("/repo/branch", "--branch"),
    ("/repo/pullRequest/number", "--pull-request"),
    ("/repo/pullRequest/url", "--pull-request-url"),
    ("/agent/name", "--agent-name"),
    ("/agent/version", "--agent-version"),
    ("/agent/invocationKind", "--invocation"),
    ("/agent/declaredIdentity", "--declared-identity"),
    ("/model/provider", "--model-provider"),
    ("/model/modelId", "--model-id"),
    ("/model/modelRevision", "--model-revision"),
    ("/model/fingerprint", "--model-fingerprint"),
    ("/environment/executionType", "--execution"),
    ("/environment/builder/id", "--builder-id"),
    ("/environment/builder/type", "--builder-type"),
    ("/environment/builder/workflowRef", "--workflow-ref"),
    ("/environment/builder/runnerClass", "--runner-class"),
    ("/runtime/traceFormat", "--trace-format"),
    ("/runtime/rootSpanId", "--root-span-id"),
    ("/changes/generatedFiles", "--generated-files"),
    ("/humanApproval/state", "--approval"),
    ("/humanApproval/approvalSystem", "--approval-system"),
    ("/privacy/redactionPolicy", "--redaction-policy"),
    ("/privacy/publicTransparencyLog/allowed", "--allow-transparency-log"),
    ("/timestamps/startedAt", "--started-at"),
    ("/timestamps/finishedAt", "--finished-at"),
    ("/capture/method", "--capture"),
    ("/capture/harness", "--harness"),
    ("/environment/witnesses", "--witness"),
    ("/runtime/traceIds", "--trace-id"),
    ("/humanApproval/reviewerRefs", "--reviewer"),
    ("/evidence", "--evidence"),
    ("/sidecars", "--sidecar"),
    ("/materials", "--material"),
    ("/extensions", "--extension"),
    ("/agentConfig", "--agent-config"),
    ("/mcpServers", "--mcp-server"),
    ("/tools", "--tool"),
    ("/delegation/delegationChain", "--delegate"),
    ("/privacy/rawPrompt", "--raw-prompt"),
    ("/privacy/rawToolOutputs", "--raw-tool-outputs"),
];
