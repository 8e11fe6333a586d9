//! What a verdict on an agent's run must be, worked out a second time: from the tables of the contract, without JSON Schema,
//! without rules, without Rego. It tells where a document does not have its shape, and the codes that a comparison of
//! statement and context must give.

use std::collections::BTreeSet;

use super::tree::Tree;

/// The codes, in their order.
pub(crate) const CODES: [&str; 18] = [
    "unsupported_statement_type",
    "predicate_type_mismatch",
    "unsupported_predicate_version",
    "schema_invalid",
    "signature_invalid",
    "transparency_verification_failed",
    "subject_digest_mismatch",
    "repo_url_mismatch",
    "base_commit_mismatch",
    "signer_identity_mismatch",
    "builder_identity_mismatch",
    "replay_detected",
    "privacy_violation",
    "level_escalation",
    "level_below_required",
    "missing_evidence",
    "stale_attestation",
    "policy_eval_error",
];

const LEVELS: [&str; 3] = ["evidence-grade", "policy-grade", "high-assurance"];

/// `path kind`; `*` after the kind is a member that must be there, `+` before a path or a word is version 1 only. `-` is an
/// item. A member that has no row may not be there.
const PREDICATE: &str = "
predicateVersion version*
runId run*
verificationLevel =evidence-grade|policy-grade|high-assurance*
repo object*
repo/url http*
repo/baseCommit commit*
repo/headCommit commit
repo/branch branch
repo/pullRequest object
repo/pullRequest/number int1*
repo/pullRequest/url http
agent object*
agent/name text128*
agent/version text128*
agent/invocationKind =local-cli|ci-step|api|mcp-orchestrated|+platform-agent*
agent/declaredIdentity identity
model object
model/provider text128*
model/modelId text256*
model/modelRevision text128
model/fingerprint text256
environment object*
environment/executionType =local|github-actions|other-ci|isolated-runner|witnessed-runner|+platform-agent*
environment/builder object
environment/builder/id text512*
environment/builder/type =github-actions-workflow|generic-ci-workflow|local-process|isolated-runner|witnessed-runner|+platform-agent*
environment/builder/workflowRef text512
environment/builder/runnerClass =github-hosted|self-hosted|isolated|unknown|+platform-managed
environment/witnesses list
environment/witnesses/- object
environment/witnesses/-/id text512*
environment/witnesses/-/type =transparency-log|timestamp-authority*
environment/witnesses/-/digest digest*
environment/witnesses/-/uri safe
runtime object
runtime/traceFormat =opentelemetry-json|openinference-otel-json|otlp-json|otlp-protobuf*
runtime/traceIds list1*
runtime/traceIds/- hex32
runtime/rootSpanId hex16
changes object
changes/filesChanged int0*
changes/insertions int0*
changes/deletions int0*
changes/generatedFiles int0
humanApproval object*
humanApproval/state =none|not-required|requested|approved-after-generation|approved-before-merge|rejected*
humanApproval/reviewerRefs set
humanApproval/reviewerRefs/- reviewer
humanApproval/approvalSystem text128
privacy object*
privacy/redactionPolicy text128*
privacy/rawPrompt raw*
privacy/rawPrompt/stored bool*
privacy/rawPrompt/visibility =none|team|secret|encrypted*
privacy/rawPrompt/encryptedRef safe
privacy/rawPrompt/retention text128
privacy/rawToolOutputs raw*
privacy/rawToolOutputs/stored bool*
privacy/rawToolOutputs/visibility =none|team|secret|encrypted*
privacy/rawToolOutputs/encryptedRef safe
privacy/rawToolOutputs/retention text128
privacy/publicTransparencyLog object*
privacy/publicTransparencyLog/allowed bool*
privacy/publicTransparencyLog/includesRawContent false*
timestamps object*
timestamps/startedAt instant*
timestamps/finishedAt instant*
evidence list1*
evidence/- object
evidence/-/type =trace|tool-summary|test-result|local-log-root|builder-record|approval|mcp-server|raw-prompt-ref|raw-tool-output-ref|+agent-config*
evidence/-/uri safe*
evidence/-/digest digest*
evidence/-/storage =local-only|repo|artifact-store|transparency-log|encrypted-blob*
evidence/-/visibility =public|team|secret|encrypted*
evidence/-/mediaType text256
sidecars list
sidecars/- object
sidecars/-/type =spdx|cyclonedx|openvex|other*
sidecars/-/uri safe*
sidecars/-/digest digest*
sidecars/-/mediaType text256*
sidecars/-/visibility =public|team|secret|encrypted*
materials list
materials/- object
materials/-/type =git-repo|issue|pull-request|artifact|dependency-snapshot|other*
materials/-/uri safe*
materials/-/digest digest*
extensions map
extensions/- object
extensions/-/uri safe*
extensions/-/digest digest*
extensions/-/mediaType text256*
extensions/-/visibility =public|team|secret|encrypted*
extensions/-/retention text128
+capture object
capture/method =harness-native|wrapper|ci-step|manual*
capture/harness text128
+agentConfig object
agentConfig/primaryFile path*
agentConfig/primaryDigest digest*
agentConfig/files list
agentConfig/files/- object
agentConfig/files/-/path path*
agentConfig/files/-/digest digest*
agentConfig/files/-/role =instructions|tool-rules|repo-policy*
+mcpServers list
mcpServers/- object
mcpServers/-/name name*
mcpServers/-/version text64
mcpServers/-/transport =stdio|streamable-http|sse*
mcpServers/-/serverIdentity text512
mcpServers/-/digest digest*
+tools list
tools/- object
tools/-/name name*
tools/-/server text128
tools/-/schemaDigest digest*
+delegation object
delegation/delegationChain list1*
delegation/delegationChain/- object
delegation/delegationChain/-/role text64*
delegation/delegationChain/-/agentRef text256*
delegation/delegationChain/-/identity identity
delegation/delegationChain/-/digest digest
";

const CONTEXT: &str = "
repoUrl http*
baseCommit commit*
requiredLevel =evidence-grade|policy-grade|high-assurance*
subjects list1*
subjects/- object
subjects/-/name text256*
subjects/-/algorithm =sha256*
subjects/-/digest hex64*
verifiedSigner text512
verifiedBuilderId text512
verifiedWorkflowRef text512
verifiedIssuer text512
verifiedApproval bool
verifiedApprovalDigest digest
verifiedAgentConfig digest
verifiedMcpServers list
verifiedMcpServers/- digest
verifiedDelegation set
verifiedDelegation/- text256
verifiedWitnesses list
verifiedWitnesses/- object
verifiedWitnesses/-/type =transparency-log|timestamp-authority*
verifiedWitnesses/-/digest digest*
allowedIsolatedRunners set
allowedIsolatedRunners/- text512
allowSelfHostedRunners bool
expectedPullRequestNumber int1
expectedRunId run
freshnessWindowSeconds int0
now instant
";

struct Shape {
    rows: Vec<(&'static str, &'static str, bool)>,
    v1: bool,
}

impl Shape {
    fn of(table: &'static str, v1: bool) -> Self {
        let rows = table.lines().filter_map(|line| {
            let (path, kind) = line.split_once(' ')?;
            let (path, kind) = match path.strip_prefix('+') {
                Some(path) if v1 => (path, kind),
                Some(_) => return None,
                None => (path, kind),
            };
            Some((path, kind.trim_end_matches('*'), kind.ends_with('*')))
        });
        Self { rows: rows.collect(), v1 }
    }

    /// Where `tree` does not have its shape.
    fn check(&self, tree: &Tree, path: &str, kind: &str, out: &mut Vec<String>) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        let row = |path: &str| self.rows.iter().find(|(it, _, _)| *it == path).map(|(_, kind, _)| *kind);
        let fits = match (kind, tree) {
            ("object" | "raw", Tree::Object(members)) => {
                for (name, value) in members {
                    match row(&below(name)).filter(|_| name != "-" && !name.contains('/')) {
                        Some(kind) => self.check(value, &below(name), kind, out),
                        None => out.push(format!("{} is unknown", below(name))),
                    }
                }
                for (at, _, must) in &self.rows {
                    let name = if path.is_empty() {
                        Some(*at)
                    } else {
                        at.strip_prefix(path).and_then(|it| it.strip_prefix('/'))
                    };
                    if let Some(name) = name.filter(|name| *must && !name.contains('/'))
                        && tree.get(name).is_none()
                    {
                        out.push(format!("{at} is missing"));
                    }
                }
                let stored = tree.get("stored") == Some(&Tree::Bool(true));
                let visibility = tree.text("visibility");
                kind == "object"
                    || (stored != (visibility == "none")
                        && (visibility != "encrypted" || tree.get("encryptedRef").is_some()))
            }
            ("list" | "list1" | "set", Tree::List(items)) => {
                let item = below("-");
                let kind_of = row(&item).unwrap_or("nothing");
                for it in items {
                    self.check(it, &item, kind_of, out);
                }
                let twice = items.iter().enumerate().any(|(at, it)| items.iter().skip(at + 1).any(|other| other == it));
                (kind != "list1" || !items.is_empty()) && (kind != "set" || !twice)
            }
            ("map", Tree::Object(members)) => {
                for (_, value) in members {
                    self.check(value, &below("-"), "object", out);
                }
                members.iter().all(|(name, _)| name.starts_with("http://") || name.starts_with("https://"))
            }
            ("digest", Tree::Object(members)) => {
                matches!(members.as_slice(), [(name, Tree::Text(text))] if name == "sha256" && hex(text, 64))
            }
            ("bool", Tree::Bool(_)) | ("false", Tree::Bool(false)) => true,
            ("int0" | "int1", Tree::Number(letters)) => {
                let least = i64::from(kind == "int1");
                letters != "-0" && letters.parse::<i64>().is_ok_and(|number| number >= least)
            }
            (_, Tree::Text(text)) => self.word(kind, text),
            _ => false,
        };
        if !fits {
            out.push(format!("{path} is no {kind}"));
        }
    }

    fn word(&self, kind: &str, text: &str) -> bool {
        let of = |letters: &str, least: usize, most: usize| {
            (least..=most).contains(&text.len())
                && text.chars().all(|it| it.is_ascii_alphanumeric() || letters.contains(it))
        };
        if let Some(words) = kind.strip_prefix('=') {
            return words.split('|').any(|word| match word.strip_prefix('+') {
                Some(word) => self.v1 && word == text,
                None => word == text,
            });
        }
        if let Some(most) = kind.strip_prefix("text") {
            return (1..=most.parse().unwrap()).contains(&text.chars().count()) && !text.contains('\n');
        }
        match kind {
            "version" => text == if self.v1 { "v1" } else { "v0" },
            "run" => of("._:-", 8, 128),
            "branch" => of("._/-", 1, 255),
            "identity" => of("._:/-", 1, 256),
            "path" => of("._/*-", 1, 256),
            "name" => of("._-", 1, 128) && text.starts_with(|it: char| it.is_ascii_alphanumeric()),
            "commit" => hex(text, 40) || hex(text, 64),
            "hex16" => hex(text, 16),
            "hex32" => hex(text, 32),
            "hex64" => hex(text, 64),
            "http" => text.chars().count() <= 1024 && http(text),
            "safe" => text.chars().count() <= 1024 && safe(text),
            "instant" => instant(text).is_some(),
            "reviewer" => {
                let parts: Vec<&str> = text.splitn(3, ':').collect();
                let lower = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_lowercase());
                let id = |part: &str| {
                    (1..=200).contains(&part.len())
                        && part.chars().all(|it| it.is_ascii_alphanumeric() || "._-".contains(it))
                };
                matches!(parts.as_slice(), [system, kind, name] if lower(system) && lower(kind) && id(name))
            }
            _ => false,
        }
    }
}

fn hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

const BLANK: [char; 5] = ['\t', '\n', '\x0c', '\r', ' '];

fn http(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")) else { return false };
    let (authority, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    !host.is_empty()
        && !host.contains('@')
        && port.is_none_or(is_port)
        && !host.contains(BLANK)
        && !path.contains(BLANK)
}

fn safe(text: &str) -> bool {
    let (scheme, rest) = text.split_once(':').unwrap_or_default();
    match scheme {
        "http" | "https" => http(text),
        "artifact" | "s3" | "oci" => rest.strip_prefix("//").is_some_and(|it| {
            let authority = it.split('/').next().unwrap_or_default();
            !it.is_empty() && !it.contains(BLANK) && !authority.contains('@')
        }),
        "spdx" | "cyclonedx" => !rest.is_empty() && !rest.contains(BLANK),
        _ => false,
    }
}

/// Nanoseconds since 1970, of `YYYY-MM-DDTHH:MM:SS[.f]Z`; digits beyond the ninth are cut off. The last 26 hours of the year
/// 9999 are no moment: in some zone they would be in the year 10000.
pub(crate) fn instant(text: &str) -> Option<i128> {
    let body = text.strip_suffix('Z')?;
    let (seconds, fraction) = body.split_once('.').map_or((body, None), |(it, f)| (it, Some(f)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.len() != 19 || !seconds.is_ascii() || !fraction.is_none_or(digits) {
        return None;
    }
    let part = |from: usize, to: usize| seconds.get(from..to).filter(|it| digits(it))?.parse::<i128>().ok();
    let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")];
    if marks.iter().any(|(at, mark)| seconds.get(*at..at + 1) != Some(mark)) {
        return None;
    }
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let month = usize::try_from(month).ok()?.checked_sub(1)?;
    if !(1..=*lengths.get(month)?).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days_to_year = |year: i128| 365 * year + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    let days = days_to_year(year) - days_to_year(1970) + lengths.iter().take(month).sum::<i128>() + day - 1;
    let nanoseconds: String = fraction.unwrap_or("").chars().chain("000000000".chars()).take(9).collect();
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    (seconds <= 253_402_207_200).then_some(seconds * 1_000_000_000 + nanoseconds.parse::<i128>().ok()?)
}

/// Why the bytes are no statement that can be read; nothing where they are one.
pub(crate) fn unreadable(tree: Option<&Tree>) -> Option<&'static str> {
    let Some(tree) = tree else { return Some("no JSON") };
    let Tree::Object(members) = tree else { return Some("no object") };
    if tree.has_twins() {
        return Some("a member twice");
    }
    let known = ["_type", "subject", "predicateType", "predicate"];
    if members.iter().any(|(name, _)| known.iter().any(|it| it != name && it.eq_ignore_ascii_case(name))) {
        return Some("a member in another case");
    }
    for name in ["_type", "predicateType"] {
        if !matches!(tree.get(name), None | Some(Tree::Text(_) | Tree::Null)) {
            return Some("a type that is no text");
        }
    }
    if !matches!(tree.get("predicate"), Some(Tree::Object(_) | Tree::Null)) {
        return Some("no predicate");
    }
    None
}

/// The codes of the routing.
pub(crate) fn routing(statement: &Tree) -> Vec<&'static str> {
    let mut codes = Vec::new();
    if statement.text("_type") != "https://in-toto.io/Statement/v1" {
        codes.push("unsupported_statement_type");
    }
    let kind = statement.text("predicateType").strip_prefix("https://agentattest.dev/predicate/");
    let kind = kind.filter(|version| ["v0", "v1"].contains(version));
    if kind.is_none() {
        codes.push("predicate_type_mismatch");
    }
    let version = statement.text("predicate/predicateVersion");
    if !["v0", "v1"].contains(&version) || kind.is_some_and(|kind| kind != version) {
        codes.push("unsupported_predicate_version");
    }
    codes
}

/// Where the predicate does not have its shape, or its fields are at odds.
pub(crate) fn predicate_faults(statement: &Tree) -> Vec<String> {
    let mut out = Vec::new();
    let Some(predicate) = statement.get("predicate") else { return vec!["no predicate".to_owned()] };
    let v1 = predicate.text("predicateVersion") == "v1";
    Shape::of(PREDICATE, v1).check(predicate, "", "object", &mut out);
    let traced = predicate.items("evidence").iter().any(|it| it.text("type") == "trace");
    for it in predicate.items("evidence") {
        if ["raw-prompt-ref", "raw-tool-output-ref"].contains(&it.text("type")) && it.text("visibility") == "public" {
            out.push("something raw is public".to_owned());
        }
    }
    if predicate.text("environment/executionType") == "github-actions" {
        let id = predicate.text("environment/builder/id");
        let workflow = id.strip_prefix("https://github.com/").map(|it| it.splitn(5, '/').collect::<Vec<_>>());
        let named = matches!(workflow.as_deref(), Some([owner, repo, ".github", "workflows", file])
            if !owner.is_empty() && !repo.is_empty()
                && file.split_once('@').is_some_and(|(file, reference)| !file.is_empty() && !reference.is_empty()));
        let kind = predicate.text("environment/builder/type");
        let reference = predicate.at("environment/builder/workflowRef");
        if !named || kind != "github-actions-workflow" || reference.is_none() {
            out.push("a workflow of GitHub's without its builder".to_owned());
        }
    }
    // Digits beyond the ninth tell moments apart too.
    let tail = |text: &str| {
        let fraction = text.trim_end_matches('Z').split_once('.').map_or("", |(_, digits)| digits).to_owned();
        fraction.get(9..).unwrap_or("").trim_end_matches('0').to_owned()
    };
    let moment = |name: &str| (instant(predicate.text(name)), tail(predicate.text(name)));
    if moment("timestamps/finishedAt") < moment("timestamps/startedAt") {
        out.push("finished before it started".to_owned());
    }
    if predicate.get("runtime").is_some() && !traced {
        out.push("a runtime without a trace".to_owned());
    }
    if v1 && predicate.text("capture/method") == "harness-native" {
        let named = predicate.at("capture/harness").is_some();
        if !named || !traced || predicate.get("runtime").is_none() {
            out.push("a native capture without harness, runtime or trace".to_owned());
        }
    }
    out
}

/// Where the context does not have its shape.
pub(crate) fn context_faults(context: Option<&Tree>) -> Vec<String> {
    let mut out = Vec::new();
    match context {
        Some(context) if !context.has_twins() => Shape::of(CONTEXT, false).check(context, "", "object", &mut out),
        _ => out.push("no strict JSON".to_owned()),
    }
    out
}

/// The codes that a statement and a context of the right shape must give, in their order; `trusted` where somebody answers for
/// the context. The numbers are those of the contract's table.
pub(crate) fn policy(statement: &Tree, context: &Tree, trusted: bool) -> Vec<&'static str> {
    let mut found = BTreeSet::new();
    let predicate = statement.get("predicate").unwrap_or(&Tree::Null);
    let rank = |level: &str| LEVELS.iter().position(|it| *it == level).unwrap_or(0);
    let level = rank(predicate.text("verificationLevel"));
    let (policy, high) = (level >= 1, level >= 2);
    let mut deny = |code: &'static str, when: bool| {
        if when {
            found.insert(code);
        }
    };
    // Above evidence-grade somebody has to answer.
    deny("level_escalation", policy && !trusted);
    // 1 to 3.
    deny("level_below_required", level < rank(context.text("requiredLevel")));
    deny("repo_url_mismatch", predicate.text("repo/url") != context.text("repoUrl"));
    deny("base_commit_mismatch", predicate.text("repo/baseCommit") != context.text("baseCommit"));
    // 4 to 7: two sets of names with digests, in which no name stands twice, are equal.
    let pair = |name: &str, digest: &str| (name.to_owned(), digest.to_owned());
    let ours = context.items("subjects").iter().map(|it| pair(it.text("name"), it.text("digest")));
    let theirs = statement.items("subject").iter().map(|it| pair(it.text("name"), it.text("digest/sha256")));
    let (mut ours, mut theirs): (Vec<_>, Vec<_>) = (ours.collect(), theirs.collect());
    ours.sort();
    theirs.sort();
    let twice = |list: &[(String, String)]| list.windows(2).any(|two| two[0].0 == two[1].0);
    deny("subject_digest_mismatch", ours != theirs || ours.is_empty() || twice(&ours) || twice(&theirs));
    // 8 to 11.
    let loggable = ["local-log-root", "builder-record", "agent-config", "mcp-server"];
    for it in predicate.items("evidence") {
        let logged = it.text("storage") == "transparency-log";
        deny("privacy_violation", logged && !loggable.contains(&it.text("type")));
        deny("privacy_violation", logged && it.text("visibility") != "public");
        deny("level_escalation", policy && it.text("storage") == "local-only");
    }
    if let Some(Tree::Object(extensions)) = predicate.get("extensions") {
        deny("privacy_violation", extensions.iter().any(|(_, it)| it.text("visibility") == "public"));
    }
    // 12 to 19, 21 and 22.
    let kind = predicate.text("environment/executionType");
    deny("level_escalation", policy && (kind == "local" || predicate.at("environment/builder").is_none()));
    let builder = predicate.text("environment/builder/id");
    for (declared, verified) in [
        (builder, context.text("verifiedBuilderId")),
        (predicate.text("environment/builder/workflowRef"), context.text("verifiedWorkflowRef")),
    ] {
        deny("builder_identity_mismatch", policy && (verified.is_empty() || declared != verified));
    }
    deny("builder_identity_mismatch", policy && context.text("verifiedIssuer").is_empty());
    let signer = context.text("verifiedSigner");
    deny("signer_identity_mismatch", policy && signer.is_empty());
    let own = predicate.text("environment/builder/runnerClass") == "self-hosted" && kind == "github-actions";
    let may = context.get("allowSelfHostedRunners") == Some(&Tree::Bool(true));
    deny("builder_identity_mismatch", policy && own && !may);
    let runners = context.items("allowedIsolatedRunners");
    deny("builder_identity_mismatch", high && !runners.contains(&Tree::Text(builder.to_owned())));
    // 20.
    let declared = predicate.text("agent/declaredIdentity");
    deny("signer_identity_mismatch", !declared.is_empty() && declared != signer);
    // 23 to 25.
    deny("level_escalation", high && !["isolated-runner", "witnessed-runner"].contains(&kind));
    let witnesses = predicate.items("environment/witnesses");
    deny("level_escalation", high && witnesses.is_empty());
    let seen = |it: &Tree| (it.text("type").to_owned(), it.text("digest/sha256").to_owned());
    let verified: Vec<_> = context.items("verifiedWitnesses").iter().map(seen).collect();
    deny("transparency_verification_failed", witnesses.iter().any(|it| !verified.contains(&seen(it))));
    // 26 to 29, 40, 41.
    deny("level_escalation", high && predicate.text("humanApproval/state") != "approved-before-merge");
    let of_kind =
        |kind: &str| predicate.items("evidence").iter().filter(move |it| it.text("type") == kind).collect::<Vec<_>>();
    let approvals = of_kind("approval");
    let approved = context.get("verifiedApproval") == Some(&Tree::Bool(true));
    let approval = context.text("verifiedApprovalDigest/sha256");
    deny("missing_evidence", high && (approvals.is_empty() || !approved));
    deny("missing_evidence", high && !approvals.iter().any(|it| it.text("digest/sha256") == approval));
    deny("missing_evidence", high && of_kind("trace").is_empty());
    deny("level_escalation", high && predicate.text("capture/method") == "manual");
    // 30 to 33.
    let number = predicate.integer("repo/pullRequest/number").unwrap_or(0);
    deny("replay_detected", context.integer("expectedPullRequestNumber").is_some_and(|it| it != number));
    let run = context.text("expectedRunId");
    deny("replay_detected", !run.is_empty() && run != predicate.text("runId"));
    let window = context.integer("freshnessWindowSeconds").unwrap_or(0);
    if context.get("now").is_none() {
        deny("stale_attestation", window > 0);
    } else {
        let moment = |text: &str| instant(text).filter(|it| i64::try_from(*it).is_ok());
        let (now, finished) = (moment(context.text("now")), moment(predicate.text("timestamps/finishedAt")));
        let (Some(now), Some(finished)) = (now, finished) else { return vec!["policy_eval_error"] };
        let age = now - finished;
        deny("stale_attestation", age < 0 || (window > 0 && age > window * 1_000_000_000));
    }
    // 34 to 39.
    let v1 = predicate.text("predicateVersion") == "v1";
    let config = predicate.get("agentConfig");
    deny("missing_evidence", v1 && high && config.is_none());
    let digest = predicate.text("agentConfig/primaryDigest/sha256");
    let demanded = context.get("verifiedAgentConfig").is_some();
    deny("missing_evidence", demanded && digest != context.text("verifiedAgentConfig/sha256"));
    let servers = predicate.items("mcpServers");
    let known: Vec<&str> = context.items("verifiedMcpServers").iter().map(|it| it.text("sha256")).collect();
    deny("missing_evidence", v1 && policy && !servers.is_empty() && known.is_empty());
    let strange = |it: &Tree| !known.contains(&it.text("digest/sha256"));
    deny("missing_evidence", !known.is_empty() && servers.iter().any(strange));
    let chain = predicate.items("delegation/delegationChain");
    let delegates = context.items("verifiedDelegation");
    deny("missing_evidence", v1 && policy && !chain.is_empty() && delegates.is_empty());
    let stranger = |it: &Tree| !delegates.contains(&Tree::Text(it.text("agentRef").to_owned()));
    deny("missing_evidence", !delegates.is_empty() && chain.iter().any(stranger));
    CODES.into_iter().filter(|code| found.contains(code)).collect()
}
