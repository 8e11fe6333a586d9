//! Tier 2 in a session: who is asked and where answers are kept, which questions the engine has, and what came of them. Does
//! not print, and does not know how a provider is spoken to.

mod listing;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

pub(super) use listing::{list, questions};
use settings::Prices;

use super::manifest::Tier2Section;
use super::options::{Failure, Tier2Options, Tier2Summary};
use super::outcome::{self, SecondOpinions};
use crate::base::system::{FileKind, System};
use crate::engine::{self, Asking, Evaluation, Judgement};
use crate::ir::plan::Plan;
use crate::judge::driver::{self, Asked, Item, Judged, Source, Spent};
use crate::judge::machine::Mechanical;
use crate::judge::opinion::Opinion;
use crate::judge::provider::{self, SetupError};
use crate::judge::store::{self, Store};
use crate::judge::transcript::Transcript;
use crate::posture::{self, Heard};
use crate::report::Exit;

/// What a run is asked of Tier 2.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The settings of the invoker.
    pub options: Tier2Options,
    /// Ends it between two answers.
    pub stop: Arc<AtomicBool>,
    /// How far it is.
    pub progress: Option<Arc<dyn driver::Progress>>,
}

/// Tier 2 of one run, ready to judge.
#[derive(Debug)]
pub(super) struct Tier2 {
    source: Source,
    settings: driver::Settings,
    second_opinion: bool,
    rejudge: BTreeSet<Arc<str>>,
    record: Option<PathBuf>,
    prices: Prices,
    stop: Arc<AtomicBool>,
    progress: Option<Arc<dyn driver::Progress>>,
    notices: Vec<String>,
}

/// What the judges said in a run.
#[derive(Debug)]
pub(super) struct Said {
    /// One for each obligation, in the plan's order.
    pub(super) opinions: Vec<Option<Opinion>>,
    transcript: Transcript,
    summary: Tier2Summary,
}

impl Tier2 {
    /// Chooses who is asked and where answers are kept.
    ///
    /// # Errors
    /// Where nobody is chosen, or a setting makes no sense.
    pub(super) fn open(
        system: &Arc<dyn System>,
        wanted: &Wanted,
        section: &Tier2Section,
        plan: &Plan,
        target_root: &Path,
    ) -> Result<Self, Failure> {
        let chosen = settings::choose(&**system, &wanted.options, section)?;
        let mut settings = chosen.settings.clone();
        let mut notices = Vec::new();
        if let Some(path) = &wanted.options.record {
            writable(&**system, path)?;
        }
        let rejudge = named(plan, &wanted.options.rejudge, chosen.second_opinion)?;
        let source = if let Some(path) = &wanted.options.replay {
            let transcript = Transcript::read(&**system, path).map_err(|error| Failure {
                message: error.to_string(),
                help: None,
                exit: Exit::Undecided,
            })?;
            // The votes that were wanted then, unless somebody says otherwise now.
            if chosen.votes.is_none() {
                settings.votes = usize::try_from(transcript.votes).unwrap_or(usize::MAX).max(1);
            }
            Source::Replay(Arc::new(transcript))
        } else {
            let provider = who(&chosen)?.ok_or_else(nobody)?;
            let store = open_store(system, &chosen, target_root, &mut notices)?;
            if wanted.options.dry_run {
                Source::Rehearsal { judge: provider::judge(&provider).map_err(setup_failure)?, store }
            } else {
                let provider = provider::connect(&provider, system).map_err(setup_failure)?;
                Source::Live { provider: Arc::from(provider), store }
            }
        };
        Ok(Self {
            source,
            settings,
            second_opinion: chosen.second_opinion,
            rejudge,
            record: wanted.options.record.clone(),
            prices: chosen.prices,
            stop: Arc::clone(&wanted.stop),
            progress: wanted.progress.clone(),
            notices,
        })
    }

    /// Has the questions of a run judged.
    pub(super) fn judge(
        &self,
        system: &Arc<dyn System>,
        plan: &Plan,
        judged: &[Judgement],
        asking: Vec<Asking>,
    ) -> Said {
        let items = items(plan, judged, asking, &self.rejudge);
        let questions = items.iter().filter(|item| is_open(item)).count();
        let Judged { opinions, transcript, spent, notices } =
            driver::judge(system, items, &self.source, &self.settings, &self.stop, self.progress.clone());
        let summary = Tier2Summary {
            judge: self.source.judge().clone(),
            questions: u64::try_from(questions).unwrap_or(u64::MAX),
            spent,
            cost: self.prices.cost(spent.usage.input, spent.usage.output),
            notices: self.notices.iter().cloned().chain(notices).collect(),
        };
        Said { opinions, transcript, summary }
    }

    /// Asks about whole controls, where that is wanted: of those that would be verified. What it says can only take away.
    pub(super) fn second_opinions(
        &self,
        system: &Arc<dyn System>,
        plan: &Plan,
        evaluation: &Evaluation,
        said: &mut Said,
    ) -> Result<SecondOpinions, Failure> {
        if !self.second_opinion {
            return Ok(BTreeMap::new());
        }
        let (mut ids, mut items) = (Vec::new(), Vec::new());
        for control in &plan.controls {
            let heard: Vec<Heard<'_>> = outcome::judged(plan, control, evaluation)
                .map(|(judged, evaluated)| Heard {
                    judged,
                    claim: &judged.obligation.claim,
                    tier1: &evaluated.tier1.message,
                    tier2: evaluated.tier2.as_ref().map(|opinion| opinion.message.as_str()).unwrap_or_default(),
                })
                .collect();
            if let Some(question) = posture::second_opinion_question(control, &heard).map_err(Failure::bug)? {
                let asked = Asked::Question(Box::new(question));
                let anew = self.rejudge.contains(&control.id);
                items.push(Item { mechanical: Mechanical::Pass, question_only: false, asked, anew });
                ids.push(control.id.clone());
            }
        }
        let count = items.len();
        // What the questions of the assertions spent is spent.
        let mut settings = self.settings.clone();
        settings.max_calls = settings.max_calls.map(|most| most.saturating_sub(said.summary.spent.calls));
        settings.max_tokens = settings.max_tokens.map(|most| most.saturating_sub(said.summary.spent.tokens()));
        let judged = driver::judge(system, items, &self.source, &settings, &self.stop, self.progress.clone());
        said.transcript.entries.extend(judged.transcript.entries);
        let summary = &mut said.summary;
        summary.questions = summary.questions.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        summary.spent = Spent {
            calls: summary.spent.calls.saturating_add(judged.spent.calls),
            cached: summary.spent.cached.saturating_add(judged.spent.cached),
            usage: summary.spent.usage,
        };
        summary.spent.add(judged.spent.usage);
        summary.cost = self.prices.cost(summary.spent.usage.input, summary.spent.usage.output);
        summary.notices.extend(judged.notices);
        Ok(ids.into_iter().zip(judged.opinions).filter_map(|(id, opinion)| Some((id, opinion?))).collect())
    }

    /// Writes the transcript where that is wanted, and says what was done.
    ///
    /// # Errors
    /// Where the transcript cannot be written: a record that was asked for and is not there is no success.
    pub(super) fn close(self, system: &dyn System, said: Said) -> Result<Tier2Summary, Failure> {
        if let Some(path) = &self.record {
            said.transcript.write(system, path).map_err(|error| Failure {
                message: error.to_string(),
                help: None,
                exit: Exit::Undecided,
            })?;
        }
        Ok(said.summary)
    }
}

/// The items of a plan.
fn items(plan: &Plan, judged: &[Judgement], asking: Vec<Asking>, rejudge: &BTreeSet<Arc<str>>) -> Vec<Item> {
    plan.obligations
        .iter()
        .zip(judged)
        .zip(asking)
        .map(|((obligation, judgement), asking)| Item {
            mechanical: engine::mechanical(judgement.outcome),
            question_only: obligation.question_only,
            asked: match asking {
                Asking::Nothing => Asked::Nothing,
                Asking::NoEvidence(message) => Asked::NoEvidence(message),
                Asking::Question(question) => Asked::Question(question),
            },
            anew: rejudge.contains(&obligation.id),
        })
        .collect()
}

fn is_open(item: &Item) -> bool {
    item.mechanical == Mechanical::Pass && !matches!(item.asked, Asked::Nothing)
}

/// The ids of `--rejudge`: assertions, or controls for their second opinion.
///
/// # Errors
/// Where nothing has such an id, or nothing would be asked about it.
fn named(plan: &Plan, ids: &[String], second_opinion: bool) -> Result<BTreeSet<Arc<str>>, Failure> {
    let known = || plan.obligations.iter().map(|it| &it.id).chain(plan.controls.iter().map(|it| &it.id));
    ids.iter()
        .map(|id| {
            if !second_opinion && plan.controls.iter().any(|control| *control.id == **id) {
                return Err(Failure::usage(
                    format!("`{id}` is a control, and no second opinion on it is asked for"),
                    "name one of its assertions, or give `--second-opinion` too",
                ));
            }
            known().find(|it| ***it == **id).cloned().ok_or_else(|| {
                // An id without its module is the likeliest slip.
                let whole =
                    known().map(|it| &**it).find(|it| it.strip_suffix(&**id).is_some_and(|rest| rest.ends_with('/')));
                let near = whole.or_else(|| crate::base::suggest::nearest(id, known().map(|it| &**it)));
                let help = near.map_or_else(
                    || String::from("name an assertion or a control of the package by its id"),
                    |near| format!("did you mean `{near}`?"),
                );
                Failure::usage(format!("there is no assertion `{id}` to judge anew"), help)
            })
        })
        .collect()
}

/// A place that cannot be written to is better known before anything is paid for.
fn writable(system: &dyn System, path: &Path) -> Result<(), Failure> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match system.symlink_metadata(directory)? {
        Some(info) if info.kind != FileKind::Regular => Ok(()),
        _ => Err(Failure::usage(
            format!("the transcript cannot be written: `{}` is no directory", directory.display()),
            "name a file in a directory that is there",
        )),
    }
}

/// Who is asked, if anybody is chosen.
fn who(chosen: &settings::Chosen) -> Result<Option<provider::Settings>, Failure> {
    match (&chosen.provider, &chosen.model) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(Failure::usage("a model is chosen, and no provider", "name it: `--tier2 PROVIDER`")),
        (Some(provider), None) => {
            Err(Failure::usage(format!("no model of `{provider}` is chosen"), "name it: `--model MODEL`"))
        }
        (Some(provider), Some(model)) => Ok(Some(provider::Settings {
            base_url: chosen.base_url.clone(),
            key_file: chosen.key_file.clone(),
            command: chosen.command.clone(),
            timeout: chosen.timeout.unwrap_or(provider::TIMEOUT),
            ..provider::Settings::new(provider, model)
        })),
    }
}

fn setup_failure(error: SetupError) -> Failure {
    let (message, exit) = match error {
        SetupError::Usage { message } => (message, Exit::Usage),
        SetupError::Unusable { message } => (message, Exit::Undecided),
    };
    Failure { message, help: None, exit }
}

fn open_store(
    system: &Arc<dyn System>,
    chosen: &settings::Chosen,
    target_root: &Path,
    notices: &mut Vec<String>,
) -> Result<Option<Arc<Store>>, Failure> {
    let directory = store::directory(&**system, chosen.store.as_deref(), target_root).map_err(unusable)?;
    if directory.is_none() {
        notices.push(String::from(
            "answers are not kept, for there is no cache directory: set `HOME`, or give `--store DIR`",
        ));
    }
    Ok(directory.map(|directory| Arc::new(Store::open(Arc::clone(system), directory))))
}

fn nobody() -> Failure {
    Failure::usage(
        "no model is chosen to ask",
        "name one with `--tier2 PROVIDER --model MODEL`, in `[tier2]` of `attest.toml`, or replay a transcript with `--replay FILE`; `attest check` asks nobody",
    )
}

fn unusable(error: impl std::fmt::Display) -> Failure {
    Failure { message: error.to_string(), help: None, exit: Exit::Usage }
}
