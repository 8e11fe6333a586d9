//! A run of Tier 2: puts the questions of a run on the docket, has them answered by the record or by a provider, and says
//! what they came to. The rules are those of [`machine`]; here are threads, budgets and the record. Does not know how
//! evidence is gathered, nor what follows from an opinion.

mod plan;
mod settings;
#[cfg(test)]
mod tests;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub use plan::{Planned, plan};
pub use settings::{Settings, Spent};

use super::answer::{self, Vote};
use super::machine::{Ballot, Case, Docket, Mechanical, Mode, Verdict};
use super::opinion::{Opinion, Panel};
use super::prompt;
use super::provider::Provider;
use super::question::{self, Question};
use super::store::Store;
use super::transcript::{self, Entry, Judge, Key, Recorded, Transcript};
use crate::base::system::System;

/// One assertion, or control, before the judges.
#[derive(Clone, Debug)]
pub struct Item {
    /// What Tier 1 said.
    pub mechanical: Mechanical,
    /// Whether the question alone decides.
    pub question_only: bool,
    /// What is asked.
    pub asked: Asked,
    /// Whether it is to be judged anew, whatever the record says.
    pub anew: bool,
}

/// What is asked about one assertion.
#[derive(Clone, Debug)]
pub enum Asked {
    /// Nothing.
    Nothing,
    /// There would be a question, and there is nothing to show with it.
    NoEvidence(String),
    /// A question.
    Question(Box<Question>),
}

/// Where answers come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The store first, then the provider, whose answers are stored.
    Live {
        /// Who is asked.
        provider: Arc<dyn Provider>,
        /// Where answers are kept.
        store: Option<Arc<Store>>,
    },
    /// The store alone: a rehearsal, which calls nobody and writes nothing.
    Rehearsal {
        /// Who would be asked.
        judge: Judge,
        /// Where answers are kept.
        store: Option<Arc<Store>>,
    },
    /// A recorded transcript alone.
    Replay(Arc<Transcript>),
}

impl Source {
    /// Whose answers these are.
    pub fn judge(&self) -> &Judge {
        match self {
            Self::Live { provider, .. } => provider.judge(),
            Self::Rehearsal { judge, .. } => judge,
            Self::Replay(transcript) => &transcript.judge,
        }
    }

    fn store(&self) -> Option<&Arc<Store>> {
        match self {
            Self::Live { store, .. } | Self::Rehearsal { store, .. } => store.as_ref(),
            Self::Replay(_) => None,
        }
    }
}

/// How far a run of Tier 2 is, for a progress bar.
pub trait Progress: Send + Sync + std::fmt::Debug {
    /// So many calls are to be made.
    fn calls(&self, count: u64);
    /// One more call is answered, or given up; what all calls cost so far.
    fn call_done(&self, spent: &Spent);
    /// All is done.
    fn finish(&self);
}

/// What a run of Tier 2 came to.
#[derive(Clone, Debug)]
pub struct Judged {
    /// One for each item, in order; nothing where nobody was to be asked.
    pub opinions: Vec<Option<Opinion>>,
    /// Everything that the opinions lean on.
    pub transcript: Transcript,
    /// What it cost.
    pub spent: Spent,
    /// What people should know beside the opinions: a record that could not be read or written.
    pub notices: Vec<String>,
}

/// A question on the docket.
#[derive(Debug)]
struct Brief {
    question: Box<Question>,
    key: Key,
    prompt_digest: String,
    evidence_digest: String,
    /// Tokens of its prompt, estimated from above.
    tokens: u64,
    /// What the record holds of it.
    entry: Option<Entry>,
}

/// Judges the items of a run. `stop` ends it between two answers: what was answered stays in the record, and the rest is
/// undecided.
pub fn judge(
    system: &Arc<dyn System>,
    items: Vec<Item>,
    source: &Source,
    settings: &Settings,
    stop: &Arc<AtomicBool>,
    progress: Option<Arc<dyn Progress>>,
) -> Judged {
    let mut notices = Vec::new();
    let mut reasons: Vec<Option<String>> = Vec::with_capacity(items.len());
    let mut briefs: Vec<Option<Arc<Brief>>> = Vec::with_capacity(items.len());
    let mut cases = Vec::with_capacity(items.len());
    for item in items {
        let (brief, reason) = match item.asked {
            Asked::Nothing => (None, None),
            Asked::NoEvidence(message) => (None, Some(message)),
            Asked::Question(question) => match Brief::new(question, source, &mut notices) {
                Ok(brief) => (Some(Arc::new(brief)), None),
                Err(message) => (None, Some(message)),
            },
        };
        let mode = match source {
            Source::Live { .. } if item.anew => Mode::Anew,
            Source::Live { .. } => Mode::Live,
            Source::Rehearsal { .. } | Source::Replay(_) => Mode::Record,
        };
        cases.push(Case {
            mechanical: item.mechanical,
            asks: brief.is_some() || reason.is_some(),
            question_only: item.question_only,
            evidence: brief.is_some(),
            mode,
            recorded: brief.as_ref().map(|brief| brief.recorded()).unwrap_or_default(),
        });
        briefs.push(brief);
        reasons.push(reason);
    }
    let docket = Docket::new(cases, settings.votes, settings.max_calls);
    let outcome = match source {
        Source::Live { provider, store } => {
            let bench = work::Bench::new(Arc::clone(system), Arc::clone(provider), store.clone(), settings.clone());
            bench.sit(docket, &briefs, stop, progress)
        }
        Source::Rehearsal { .. } | Source::Replay(_) => work::Outcome::unasked(docket, briefs.len()),
    };
    notices.extend(outcome.notices);
    let unanswered = match source {
        Source::Live { .. } => outcome.ended.unwrap_or_else(|| String::from("nobody answered")),
        Source::Rehearsal { .. } => String::from("the store holds no answer, and nobody is asked in a rehearsal"),
        Source::Replay(_) => String::from("the transcript holds no answer to this question"),
    };
    let judge = source.judge();
    let mut entries = BTreeMap::new();
    let mut cached: u64 = 0;
    let opinions = outcome
        .rulings
        .into_iter()
        .zip(briefs)
        .zip(reasons)
        .zip(outcome.answers)
        .map(|(((ruling, brief), reason), answers)| {
            let verdict = ruling.verdict?;
            let Some(brief) = brief else {
                let message = reason.unwrap_or_else(|| String::from("there is no evidence"));
                return Some(unasked(judge, message));
            };
            let from_record = ruling.from_record && brief.entry.is_some();
            if from_record {
                cached = cached.saturating_add(1);
            }
            // The machine says how many earlier votes stand: none, or all of them, before those of this run.
            let earlier = brief.entry.iter().flat_map(|entry| entry.votes.iter().cloned()).take(ruling.earlier);
            let votes: Vec<Recorded> = if ruling.from_record {
                earlier.collect()
            } else {
                earlier.chain(answers.votes.iter().cloned()).collect()
            };
            let shown_as_cached = match source {
                Source::Replay(_) => brief.entry.as_ref().is_some_and(|entry| entry.cached),
                Source::Live { .. } | Source::Rehearsal { .. } => from_record,
            };
            if !votes.is_empty() {
                let entry = brief.entry_of(judge, shown_as_cached, votes.clone());
                entries.insert(brief.key.clone(), entry);
            }
            let problem = match source {
                Source::Rehearsal { .. } | Source::Replay(_) if !votes.is_empty() => {
                    format!("the record holds {} of the {} answers that are wanted", votes.len(), settings.votes)
                }
                _ => answers.problem.unwrap_or_else(|| unanswered.clone()),
            };
            let read: Vec<Vote> = votes.iter().map(|vote| brief.vote(vote)).collect();
            let panel = Panel {
                verdict,
                votes: &read,
                wanted: settings.votes,
                missing: Some(&problem),
                question: &brief.question,
                judge,
                evidence_digest: &brief.evidence_digest,
                cached: shown_as_cached,
            };
            Some(panel.opinion())
        })
        .collect();
    let transcript = Transcript {
        schema: transcript::SCHEMA,
        judge: judge.clone(),
        votes: u32::try_from(settings.votes).unwrap_or(u32::MAX),
        entries,
    };
    let spent = Spent { cached, ..outcome.spent };
    Judged { opinions, transcript, spent, notices }
}

/// The opinion of an item for which there was nothing to ask about.
fn unasked(judge: &Judge, message: String) -> Opinion {
    Opinion {
        verdict: Verdict::Undecided,
        answer: None,
        reason: None,
        cited: Vec::new(),
        votes: Vec::new(),
        judge: judge.clone(),
        evidence_digest: String::new(),
        cached: false,
        message,
    }
}

impl Brief {
    fn new(question: Box<Question>, source: &Source, notices: &mut Vec<String>) -> Result<Self, String> {
        prompt::fits(&question).map_err(|error| error.to_string())?;
        let bug = |error: serde_json::Error| format!("this is a bug in attest: {error}");
        let key = Key::of(&question, source.judge()).map_err(bug)?;
        let prompt_digest = prompt::digest(&question).to_string();
        let evidence_digest = question::evidence_digest(&question).map_err(bug)?;
        let entry = match source {
            Source::Replay(transcript) => transcript.entries.get(&key).cloned(),
            Source::Live { .. } | Source::Rehearsal { .. } => match source.store().map(|store| store.get(&key)) {
                None | Some(Ok(None)) => None,
                Some(Ok(Some(entry))) => Some(entry),
                Some(Err(error)) => {
                    notices.push(error.to_string());
                    None
                }
            },
        };
        // The key holds the digest of the prompt; an entry that says otherwise answers something else.
        let entry = entry.filter(|entry| entry.prompt_digest == prompt_digest);
        let tokens = prompt::shown(&question).tokens();
        Ok(Self { question, key, prompt_digest, evidence_digest, tokens, entry })
    }

    /// A recorded answer, held against the question again: what is kept is what the judge wrote, not what it counted for.
    fn vote(&self, recorded: &Recorded) -> Vote {
        match &recorded.text {
            Some(text) if recorded.problem.is_empty() => answer::read(text, &self.question),
            _ => Vote::invalid(recorded.problem.clone()),
        }
    }

    fn recorded(&self) -> Vec<Ballot> {
        self.entry.iter().flat_map(|entry| &entry.votes).map(|vote| self.vote(vote).ballot).collect()
    }

    fn entry_of(&self, judge: &Judge, cached: bool, votes: Vec<Recorded>) -> Entry {
        Entry {
            id: self.question.id.to_string(),
            check: self.question.check.as_ref().map(ToString::to_string),
            expression: self.question.expression.clone(),
            ask: self.question.ask.to_string(),
            judge: judge.clone(),
            prompt_digest: self.prompt_digest.clone(),
            evidence_digest: self.evidence_digest.clone(),
            cached,
            votes,
        }
    }
}
