//! `attest transcript`: looks at the verdict store, writes a transcript from it, removes from it. Judges nothing: what an
//! answer counts for is known only beside its question.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::options::Failure;
use crate::base::literal::Duration;
use crate::base::suggest;
use crate::base::system::System;
use crate::judge::answer::{self, Cited, Reason, Reply};
use crate::judge::store::{Listed, Place, Store, StoreError, place};
use crate::judge::transcript::{self, Entry, Judge, Key, Recorded, Transcript, Usage, is_hex};
use crate::report::Exit;

/// Most candidates that an ambiguous prefix names.
const CANDIDATES: usize = 10;
/// So much of a key tells it from others in a list.
const KEY_DIGITS: usize = 12;

/// Which entries; all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The provider.
    pub provider: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The address or program.
    pub endpoint: Option<String>,
    /// One of these ids of assertions or controls; any where empty.
    pub ids: Vec<String>,
}

impl Filter {
    /// Whether it says anything.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn takes(&self, entry: &Entry) -> bool {
        let is =
            |wanted: &Option<String>, found: Option<&str>| wanted.as_deref().is_none_or(|wanted| found == Some(wanted));
        is(&self.provider, Some(&entry.judge.provider))
            && is(&self.model, Some(&entry.judge.model))
            && is(&self.endpoint, entry.judge.endpoint.as_deref())
            && (self.ids.is_empty() || self.ids.contains(&entry.id))
    }
}

/// What `show` gives.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The version of this shape.
    pub schema: u32,
    /// The store's directory.
    pub store: String,
    /// Its entries, by id, judge and key.
    pub entries: Vec<Row>,
    /// Files that are no answer.
    pub broken: Vec<Broken>,
    /// All entries together.
    pub totals: Totals,
    /// Whether there are more than are listed.
    pub more: bool,
}

/// One entry.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its key.
    pub key: Key,
    /// The assertion or control.
    pub id: String,
    /// The check; null for an expression of its own.
    pub check: Option<String>,
    /// The question.
    pub ask: String,
    /// Who was asked.
    pub judge: Judge,
    /// The digest of what was asked.
    pub prompt_digest: String,
    /// The digest of what was shown.
    pub evidence_digest: String,
    /// The file.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// How often each answer was given.
    pub answers: BTreeMap<&'static str, u64>,
    /// What they cost.
    pub usage: Usage,
    /// When the last one came.
    pub last: String,
    /// Each answer, where one entry or one id is asked for.
    pub votes: Option<Vec<Said>>,
}

/// One answer, as the judge wrote it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// `holds`, `fails`, `cannot_tell`, or `invalid`.
    pub answer: &'static str,
    /// Its class.
    pub reason: Option<Reason>,
    /// The lines that it leans on, within their exhibits.
    pub cited: Vec<Cited>,
    /// Its explanation.
    pub message: String,
    /// The answer itself.
    #[serde(flatten)]
    pub recorded: Recorded,
}

/// A file of the store that is no answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Broken {
    /// Its key, of its name.
    pub key: Key,
    /// The file.
    pub file: String,
    /// What is wrong with it.
    pub problem: String,
}

/// What entries come to.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Totals {
    /// Entries.
    pub entries: u64,
    /// Their answers.
    pub votes: u64,
    /// How often each answer was given.
    pub answers: BTreeMap<&'static str, u64>,
    /// What they cost.
    pub usage: Usage,
    /// The size of their files.
    pub bytes: u64,
}

impl Totals {
    fn add(&mut self, row: &Row) {
        self.entries = self.entries.saturating_add(1);
        for (answer, count) in &row.answers {
            self.votes = self.votes.saturating_add(*count);
            let sum = self.answers.entry(answer).or_default();
            *sum = sum.saturating_add(*count);
        }
        self.usage = self.usage.plus(row.usage);
        self.bytes = self.bytes.saturating_add(row.bytes);
    }
}

/// What the store holds: all of it, one entry by its key's first digits, or all entries of an id.
///
/// # Errors
/// Where there is no store to read, or nothing that `what` names.
pub fn show(
    system: &Arc<dyn System>,
    store: Option<&Path>,
    what: Option<&str>,
    filter: &Filter,
) -> Result<Shown, Failure> {
    let store = open(system, store)?;
    let contents = store.contents()?;
    let prefix = what.and_then(key_prefix);
    let (mut rows, mut broken, mut named, mut known) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
    for listed in store.entries(&contents.keys) {
        let is_meant = prefix.is_some_and(|prefix| listed.key.hex().is_some_and(|hex| hex.starts_with(prefix)));
        match &listed.entry {
            Ok(entry) if filter.takes(entry) => {
                if what == Some(entry.id.as_str()) {
                    named.push(row(&listed, entry, true));
                } else if what.is_none() || is_meant {
                    rows.push(row(&listed, entry, what.is_some()));
                }
                if what.is_some() {
                    known.insert(entry.id.clone());
                }
            }
            Err(error) if what.is_none() || is_meant => broken.push(self::broken(&listed, error)),
            Ok(_) | Err(_) => {}
        }
    }
    if let Some(what) = what {
        if !named.is_empty() {
            // What an id names is meant, even where digits of a key are alike.
            (rows, broken) = (named, Vec::new());
        } else if rows.len().saturating_add(broken.len()) > 1 {
            return Err(ambiguous(what, &rows, &broken));
        } else if let Some(broken) = broken.first() {
            let message = format!("`{}` is no answer: {}", broken.file, broken.problem);
            let help = Some(String::from("remove it: `attest transcript prune --broken`"));
            return Err(Failure { message, help, exit: Exit::Undecided });
        } else if rows.is_empty() {
            return Err(unknown(what, &store, &known));
        }
    }
    rows.sort_by(|left, right| (&left.id, &left.judge, &left.key).cmp(&(&right.id, &right.judge, &right.key)));
    let mut totals = Totals::default();
    for row in &rows {
        totals.add(row);
    }
    let store = store.directory().display().to_string();
    Ok(Shown { schema: 1, store, entries: rows, broken, totals, more: contents.more })
}

/// What `export` wrote.
#[derive(Clone, Debug)]
pub struct Exported {
    /// Entries of the transcript.
    pub entries: usize,
    /// Whose answers they are.
    pub judge: Judge,
    /// Votes that a replay wants.
    pub votes: u32,
    /// Entries with fewer votes than that: a replay is undecided about them.
    pub short: usize,
    /// Files that are no answer, and are not in it.
    pub broken: Vec<Broken>,
}

/// Writes the answers of one judge to a file that a run can replay.
///
/// # Errors
/// Where there is no store to read, no answer to write, more than one judge, or the file cannot be written.
pub fn export(
    system: &Arc<dyn System>,
    store: Option<&Path>,
    file: &Path,
    votes: u32,
    filter: &Filter,
) -> Result<Exported, Failure> {
    let store = open(system, store)?;
    let contents = store.contents()?;
    let (mut entries, mut broken, mut judges) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for listed in store.entries(&contents.keys) {
        match &listed.entry {
            Ok(entry) if filter.takes(entry) => {
                judges.insert(entry.judge.clone());
                // A second judge is an error anyway: its entries need no room.
                if judges.len() == 1 {
                    entries.insert(listed.key.clone(), entry.clone());
                }
            }
            Ok(_) => {}
            Err(error) => broken.push(self::broken(&listed, error)),
        }
    }
    if contents.more {
        return Err(Failure::usage(
            "the store holds more entries than can be listed",
            "remove what is old: `attest transcript prune --older-than 30d`",
        ));
    }
    let Some(judge) = judges.pop_first() else {
        return Err(Failure::usage(
            format!("the store `{}` holds no answer to export", store.directory().display()),
            if filter.is_empty() {
                "answers come from `attest run`"
            } else {
                "`attest transcript show` lists what there is"
            },
        ));
    };
    if !judges.is_empty() {
        let names: Vec<String> = std::iter::once(&judge).chain(&judges).map(|judge| format!("`{judge}`")).collect();
        return Err(Failure::usage(
            format!(
                "a transcript is of one judge, and the store holds answers of {}: {}",
                names.len(),
                names.join(", ")
            ),
            "choose one with `--provider`, `--model` or `--endpoint`",
        ));
    }
    let wanted = usize::try_from(votes).unwrap_or(usize::MAX);
    let short = entries.values().filter(|entry: &&Entry| entry.votes.len() < wanted).count();
    let transcript = Transcript { schema: transcript::SCHEMA, judge, votes, entries };
    let failed = |error: transcript::TranscriptError| {
        let exit = match error {
            transcript::TranscriptError::Unfit { .. } => Exit::Usage,
            _ => Exit::Undecided,
        };
        Failure { message: error.to_string(), help: None, exit }
    };
    transcript.write(&**system, file).map_err(failed)?;
    Ok(Exported { entries: transcript.entries.len(), judge: transcript.judge, votes, short, broken })
}

/// What to remove.
#[derive(Clone, Debug, Default)]
pub struct Prune {
    /// Everything of the store's own.
    pub all: bool,
    /// Files that are no answer, and drafts that a crash left behind.
    pub broken: bool,
    /// Entries whose last answer is older.
    pub older_than: Option<Duration>,
    /// Entries of these.
    pub filter: Filter,
    /// Nothing is removed.
    pub dry_run: bool,
}

/// What `prune` removed, or would.
#[derive(Clone, Debug, Default)]
pub struct Pruned {
    /// The store's directory.
    pub store: String,
    /// Entries.
    pub entries: Vec<Row>,
    /// Files that are no answer.
    pub broken: Vec<Broken>,
    /// Drafts.
    pub drafts: Vec<String>,
    /// The entries together.
    pub totals: Totals,
    /// What could not be removed.
    pub failures: Vec<String>,
    /// Entries that stay.
    pub left: u64,
}

/// Removes from the store what is said.
///
/// # Errors
/// Where there is no store to read, or nothing is said.
pub fn prune(system: &Arc<dyn System>, store: Option<&Path>, what: &Prune) -> Result<Pruned, Failure> {
    let picks = what.older_than.is_some() || !what.filter.is_empty();
    if !what.all && !what.broken && !picks {
        return Err(Failure::usage(
            "nothing is said of what to remove",
            "give one of `--older-than`, `--model`, `--provider`, `--endpoint`, `--id`, `--broken` or `--all`",
        ));
    }
    let store = open(system, store)?;
    let contents = store.contents()?;
    let now = system.now();
    let is_old = |entry: &Entry| {
        what.older_than.is_none_or(|longest| {
            let age = entry.last().map(|last| now.as_second().saturating_sub(last.as_second()));
            age.is_some_and(|age| u64::try_from(age).is_ok_and(|age| age > longest.seconds()))
        })
    };
    let mut pruned = Pruned { store: store.directory().display().to_string(), ..Pruned::default() };
    for listed in store.entries(&contents.keys) {
        let goes = match &listed.entry {
            Ok(entry) => what.all || (picks && what.filter.takes(entry) && is_old(entry)),
            Err(StoreError::System(error)) => {
                pruned.failures.push(error.to_string());
                continue;
            }
            Err(_) => what.all || what.broken,
        };
        if !goes {
            pruned.left = pruned.left.saturating_add(1);
            continue;
        }
        if !what.dry_run
            && let Err(error) = store.remove(&listed.key)
        {
            pruned.failures.push(error.to_string());
            continue;
        }
        match &listed.entry {
            Ok(entry) => {
                let row = row(&listed, entry, false);
                pruned.totals.add(&row);
                pruned.entries.push(row);
            }
            Err(error) => {
                pruned.totals.bytes = pruned.totals.bytes.saturating_add(listed.bytes);
                pruned.broken.push(broken(&listed, error));
            }
        }
    }
    for draft in contents.drafts.iter().filter(|_| what.all || what.broken) {
        match if what.dry_run { Ok(()) } else { system.remove_file(draft) } {
            Ok(()) => pruned.drafts.push(draft.display().to_string()),
            Err(error) => pruned.failures.push(error.to_string()),
        }
    }
    pruned
        .entries
        .sort_by(|left, right| (&left.id, &left.judge, &left.key).cmp(&(&right.id, &right.judge, &right.key)));
    Ok(pruned)
}

/// The first digits of a key that are enough in a list.
pub fn short_key(key: &Key) -> String {
    key.hex().unwrap_or(&key.0).chars().take(KEY_DIGITS).collect()
}

fn open(system: &Arc<dyn System>, flag: Option<&Path>) -> Result<Store, Failure> {
    let Some(Place { path, named }) = place(flag, &|name| system.env_var(name)) else {
        return Err(Failure::usage(
            "there is no cache directory in which answers would be kept",
            "set `HOME`, or name the store: `--store DIR`",
        ));
    };
    if named && system.symlink_metadata(&path)?.is_none() {
        return Err(Failure {
            message: format!("there is no verdict store `{}`", path.display()),
            help: Some(String::from("name the directory that was given to `attest run --store`")),
            exit: Exit::Undecided,
        });
    }
    Ok(Store::open(Arc::clone(system), path))
}

/// The digits that a text may be of a key, with `sha256:` before them or without.
fn key_prefix(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    (!digits.is_empty() && digits.len() <= 64 && is_hex(digits)).then_some(digits)
}

fn row(listed: &Listed, entry: &Entry, whole: bool) -> Row {
    let said: Vec<Said> = entry.votes.iter().map(said).collect();
    let mut answers = BTreeMap::new();
    for one in &said {
        let count: &mut u64 = answers.entry(one.answer).or_default();
        *count = count.saturating_add(1);
    }
    Row {
        key: listed.key.clone(),
        id: entry.id.clone(),
        check: entry.check.clone(),
        ask: entry.ask.clone(),
        judge: entry.judge.clone(),
        prompt_digest: entry.prompt_digest.clone(),
        evidence_digest: entry.evidence_digest.clone(),
        file: listed.path.display().to_string(),
        bytes: listed.bytes,
        answers,
        usage: entry.usage(),
        last: entry.last().map(|time| time.to_string()).unwrap_or_default(),
        votes: whole.then_some(said),
    }
}

/// An answer as the judge wrote it: without its question nobody can say what it counts for.
fn said(recorded: &Recorded) -> Said {
    let reply = match (&recorded.text, recorded.problem.as_str()) {
        (Some(text), "") => answer::parse(text),
        (_, problem) => Err(problem.to_owned()),
    };
    let recorded = recorded.clone();
    match reply {
        Ok(Reply { answer, reason, cited, message }) => {
            Said { answer: answer.name(), reason, cited, message, recorded }
        }
        Err(message) => Said { answer: "invalid", reason: None, cited: Vec::new(), message, recorded },
    }
}

fn broken(listed: &Listed, error: &StoreError) -> Broken {
    let problem = match error {
        StoreError::Broken { problem, .. } => problem.clone(),
        other => other.to_string(),
    };
    Broken { key: listed.key.clone(), file: listed.path.display().to_string(), problem }
}

fn ambiguous(what: &str, rows: &[Row], broken: &[Broken]) -> Failure {
    let rows_named = rows.iter().map(|row| format!("`{}` ({})", row.key, row.id));
    let broken_named = broken.iter().map(|one| format!("`{}` (no answer)", one.key));
    let mut names: Vec<String> = rows_named.chain(broken_named).collect();
    let count = names.len();
    names.truncate(CANDIDATES);
    let rest = count.saturating_sub(names.len());
    let more = if rest > 0 { format!(", and {rest} more") } else { String::new() };
    Failure::usage(
        format!("`{what}` begins the keys of {count} entries"),
        format!("write more of the key: {}{more}", names.join(", ")),
    )
}

fn unknown(what: &str, store: &Store, known: &BTreeSet<String>) -> Failure {
    let help = suggest::nearest(what, known.iter().map(String::as_str)).map_or_else(
        || String::from("`attest transcript show` lists what there is"),
        |near| format!("did you mean `{near}`?"),
    );
    let store = store.directory().display();
    Failure::usage(format!("the store `{store}` holds no answer under the key or id `{what}`"), help)
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { message: error.to_string(), help: None, exit: Exit::Undecided }
    }
}
