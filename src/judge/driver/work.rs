//! The threads of a run of Tier 2: calls, retries, rates, budgets, and the record of each panel as soon as it is whole. What
//! follows from an answer is the machine's to say.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Brief, Progress, Settings, Spent};
use crate::base::system::System;
use crate::judge::answer::{self, ANSWER_BYTES};
use crate::judge::machine::{Docket, Ruling};
use crate::judge::prompt::{self, Token};
use crate::judge::provider::{CallError, Completion, Provider, Request, Stop};
use crate::judge::store::Store;
use crate::judge::transcript::{Entry, Recorded};

/// Longest time that a provider may ask to be left alone, within a run.
const PATIENCE: Duration = Duration::from_mins(1);
/// The wait before the first repetition; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// How often a waiting thread looks whether the run was stopped.
const GLANCE: Duration = Duration::from_millis(25);

/// The answers of one item.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    pub(super) votes: Vec<Recorded>,
    /// Why a vote is missing.
    pub(super) problem: Option<String>,
}

/// What came of all calls.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) rulings: Vec<Ruling>,
    pub(super) answers: Vec<Answers>,
    pub(super) spent: Spent,
    /// Why the run ended before everybody was served.
    pub(super) ended: Option<String>,
    pub(super) notices: Vec<String>,
}

impl Outcome {
    /// Of a docket for which nobody is asked.
    pub(super) fn unasked(docket: Docket, items: usize) -> Self {
        Self {
            rulings: docket.close(),
            answers: vec![Answers::default(); items],
            spent: Spent::default(),
            ended: None,
            notices: Vec::new(),
        }
    }
}

/// Everything that calls need.
pub(super) struct Bench {
    system: Arc<dyn System>,
    provider: Arc<dyn Provider>,
    store: Option<Arc<Store>>,
    settings: Settings,
    schema: serde_json::Value,
}

/// What the threads share.
struct Desk {
    docket: Docket,
    answers: Vec<Answers>,
    spent: Spent,
    /// Tokens of the calls that are on their way, as far as they can be known.
    promised: u64,
    /// When the next call may be made, of the monotonic clock.
    not_before: Duration,
    ended: Option<String>,
    notices: Vec<String>,
    /// Of which panels the votes are in the record.
    kept: Vec<bool>,
    /// Records that are being written: the run does not end under them.
    writing: usize,
    /// The run is over: whatever comes now comes too late.
    closed: bool,
}

struct Shared {
    desk: Mutex<Desk>,
    /// Something was answered, or the run ended.
    changed: Condvar,
    stop: Arc<AtomicBool>,
    briefs: Vec<Option<Arc<Brief>>>,
    progress: Option<Arc<dyn Progress>>,
    bench: Bench,
}

impl Bench {
    pub(super) fn new(
        system: Arc<dyn System>,
        provider: Arc<dyn Provider>,
        store: Option<Arc<Store>>,
        settings: Settings,
    ) -> Self {
        Self { system, provider, store, settings, schema: answer::schema() }
    }

    /// Works the docket off.
    pub(super) fn sit(
        self,
        docket: Docket,
        briefs: &[Option<Arc<Brief>>],
        stop: &Arc<AtomicBool>,
        progress: Option<Arc<dyn Progress>>,
    ) -> Outcome {
        let calls = docket.calls_wanted();
        if calls == 0 {
            return Outcome::unasked(docket, briefs.len());
        }
        if let Some(progress) = &progress {
            progress.calls(calls);
        }
        let threads = self.settings.concurrency.clamp(1, usize::try_from(calls).unwrap_or(usize::MAX));
        let desk = Desk {
            docket,
            answers: vec![Answers::default(); briefs.len()],
            spent: Spent::default(),
            promised: 0,
            not_before: Duration::ZERO,
            ended: None,
            notices: Vec::new(),
            kept: vec![false; briefs.len()],
            writing: 0,
            closed: false,
        };
        let shared = Arc::new(Shared {
            desk: Mutex::new(desk),
            changed: Condvar::new(),
            stop: Arc::clone(stop),
            briefs: briefs.to_vec(),
            progress,
            bench: self,
        });
        // A call cannot be interrupted, so a stopped run does not wait for its threads: they end by their own deadlines.
        for number in 0..threads {
            let shared = Arc::clone(&shared);
            let spawned = std::thread::Builder::new().name(format!("judge-{number}")).spawn({
                let shared = Arc::clone(&shared);
                move || shared.work()
            });
            if let Err(error) = spawned {
                // The others go on; without any, this thread does the work.
                shared.desk().notices.push(format!("a thread cannot be started: {error}"));
                if number == 0 {
                    shared.work();
                    break;
                }
            }
        }
        shared.conclude()
    }
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits for the end and says what came of it.
    fn conclude(&self) -> Outcome {
        let mut desk = self.desk();
        loop {
            if self.is_stopped() {
                desk.end(String::from("the run was interrupted"));
            }
            if desk.writing == 0 && (self.is_stopped() || desk.docket.is_done()) {
                break;
            }
            desk = self.changed.wait_timeout(desk, GLANCE).unwrap_or_else(PoisonError::into_inner).0;
        }
        desk.closed = true;
        if self.is_stopped() {
            // Nobody is left who would end them when their time is over.
            self.bench.system.end_programs();
        }
        // Votes of panels that were cut short were paid for too.
        let cut_short: Vec<(usize, Ruling)> = desk.docket.clone().close().into_iter().enumerate().collect();
        for (index, ruling) in cut_short {
            let is_kept = desk.kept.get(index).copied().unwrap_or(true);
            let brief = self.briefs.get(index).and_then(Option::as_ref);
            if let (Some(brief), Some(record), Some(store), false) = (brief, ruling.record, &self.bench.store, is_kept)
                && let Some(entry) = self.entry(index, brief, record.len(), &desk)
            {
                desk.notices.extend(store.put(&brief.key, &entry).err().map(|error| error.to_string()));
            }
        }
        if desk.ended.is_none() && desk.docket.is_spent() {
            let calls = desk.spent.calls;
            desk.ended = Some(format!("the budget of {calls} calls is spent (`--max-calls`)"));
        }
        let outcome = Outcome {
            rulings: desk.docket.clone().close(),
            answers: desk.answers.clone(),
            spent: desk.spent,
            ended: desk.ended.clone(),
            notices: std::mem::take(&mut desk.notices),
        };
        drop(desk);
        if let Some(progress) = &self.progress {
            progress.finish();
        }
        outcome
    }

    /// One thread: takes calls from the docket until there is none.
    fn work(&self) {
        while let Some((index, estimate)) = self.take() {
            let answered = match self.briefs.get(index).and_then(Option::as_ref) {
                // A bug in a provider costs this vote, and no other.
                Some(brief) => catch_unwind(AssertUnwindSafe(|| self.call(brief)))
                    .unwrap_or_else(|_| Err(String::from("this is a bug in attest: the provider panicked"))),
                None => Err(String::from("this is a bug in attest: a case without a question was called")),
            };
            self.settle(index, estimate, answered);
        }
    }

    /// The next call and the tokens that it may cost; waits while others may still make room for one.
    fn take(&self) -> Option<(usize, u64)> {
        let mut desk = self.desk();
        loop {
            if desk.closed || self.is_stopped() {
                return None;
            }
            if let Some(index) = desk.docket.next_call() {
                let estimate = self.estimate(index);
                let total = desk.spent.tokens().saturating_add(desk.promised).saturating_add(estimate);
                if let Some(limit) = self.bench.settings.max_tokens.filter(|limit| total > *limit) {
                    desk.end(format!("the budget of {limit} tokens is spent (`--max-tokens`)"));
                    desk.docket.miss(index);
                    self.changed.notify_all();
                    return None;
                }
                desk.promised = desk.promised.saturating_add(estimate);
                desk.spent.calls = desk.spent.calls.saturating_add(1);
                return Some((index, estimate));
            }
            if desk.docket.is_done() {
                return None;
            }
            desk = self.changed.wait_timeout(desk, GLANCE).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn estimate(&self, index: usize) -> u64 {
        let prompt = self.briefs.get(index).and_then(Option::as_ref).map_or(0, |brief| brief.tokens);
        prompt.saturating_add(u64::from(self.bench.settings.max_output_tokens))
    }

    /// One answer, tried as often as the settings say.
    fn call(&self, brief: &Brief) -> Result<Recorded, String> {
        let bench = &self.bench;
        let mut wait = FIRST_WAIT;
        let mut attempt: u32 = 1;
        loop {
            self.wait_for_turn()?;
            let token = Token::draw(&brief.question, &*bench.system).map_err(|error| error.to_string())?;
            let prompt = prompt::render(&brief.question, &token);
            let request =
                Request { prompt: &prompt, schema: &bench.schema, max_output_tokens: bench.settings.max_output_tokens };
            let before = bench.system.monotonic();
            let (message, after) = match bench.provider.ask(&request) {
                Ok(completion) => {
                    let took = bench.system.monotonic().saturating_sub(before);
                    return Ok(recorded(&completion, &token, took, bench.system.now()));
                }
                Err(CallError::Failed { message }) => return Err(message),
                Err(CallError::Fatal { message }) => {
                    let mut desk = self.desk();
                    desk.end(message.clone());
                    self.changed.notify_all();
                    return Err(message);
                }
                Err(CallError::Transient { message, after }) => (message, after),
            };
            if attempt >= bench.settings.attempts {
                return Err(format!("{message} (tried {attempt} times)"));
            }
            let pause = after.unwrap_or(wait);
            if pause > PATIENCE {
                return Err(format!("{message}; it asks to wait {} seconds", pause.as_secs()));
            }
            {
                let mut desk = self.desk();
                // Whoever asks to be left alone is left alone by all threads.
                if after.is_some() {
                    desk.not_before = desk.not_before.max(bench.system.monotonic().saturating_add(pause));
                }
                if !desk.docket.call_again() {
                    return Err(message);
                }
                desk.spent.calls = desk.spent.calls.saturating_add(1);
            }
            self.sleep(pause)?;
            wait = wait.saturating_mul(2);
            attempt = attempt.saturating_add(1);
        }
    }

    /// Waits until the rate allows another call.
    fn wait_for_turn(&self) -> Result<(), String> {
        let now = self.bench.system.monotonic();
        let wait = {
            let mut desk = self.desk();
            let turn = desk.not_before.max(now);
            if let Some(rate) = self.bench.settings.calls_per_minute.filter(|rate| *rate > 0) {
                desk.not_before = turn.saturating_add(Duration::from_mins(1) / rate);
            }
            turn.saturating_sub(now)
        };
        self.sleep(wait)
    }

    /// Sleeps in small pieces, so that a stopped run does not wait.
    fn sleep(&self, duration: Duration) -> Result<(), String> {
        let mut left = duration;
        while !left.is_zero() {
            if self.is_stopped() || self.desk().closed {
                return Err(String::from("the run was interrupted"));
            }
            let piece = left.min(GLANCE);
            self.bench.system.sleep(piece);
            left = left.saturating_sub(piece);
        }
        Ok(())
    }

    /// What a call came to.
    fn settle(&self, index: usize, estimate: u64, answered: Result<Recorded, String>) {
        let mut desk = self.desk();
        desk.promised = desk.promised.saturating_sub(estimate);
        if desk.closed {
            return;
        }
        let mut whole = None;
        match (answered, self.briefs.get(index).and_then(Option::as_ref)) {
            (Ok(answer), Some(brief)) => {
                desk.spent.add(answer.usage);
                desk.docket.cast(index, brief.vote(&answer).ballot);
                if let Some(answers) = desk.answers.get_mut(index) {
                    answers.votes.push(answer);
                    whole = desk
                        .docket
                        .ruling(index)
                        .and_then(|ruling| self.entry(index, brief, ruling.record?.len(), &desk))
                        .map(|entry| (brief, entry));
                }
            }
            (Err(problem), _) => {
                desk.docket.miss(index);
                if let Some(answers) = desk.answers.get_mut(index) {
                    answers.problem.get_or_insert(problem);
                }
            }
            (Ok(_), None) => desk.docket.miss(index),
        }
        let spent = desk.spent;
        if let (Some((brief, entry)), Some(store)) = (whole, &self.bench.store) {
            desk.writing = desk.writing.saturating_add(1);
            if let Some(kept) = desk.kept.get_mut(index) {
                *kept = true;
            }
            drop(desk);
            let written = store.put(&brief.key, &entry);
            let mut desk = self.desk();
            desk.writing = desk.writing.saturating_sub(1);
            desk.notices.extend(written.err().map(|error| error.to_string()));
        } else {
            drop(desk);
        }
        if let Some(progress) = &self.progress {
            progress.call_done(&spent);
        }
        self.changed.notify_all();
    }

    /// What to keep of a panel: so many votes, which are those of this run, or the earlier ones and those.
    fn entry(&self, index: usize, brief: &Brief, votes: usize, desk: &Desk) -> Option<Entry> {
        let cast = &desk.answers.get(index)?.votes;
        let earlier = brief.entry.iter().flat_map(|entry| entry.votes.iter().cloned());
        let kept: Vec<Recorded> =
            if votes > cast.len() { earlier.chain(cast.iter().cloned()).collect() } else { cast.clone() };
        Some(brief.entry_of(self.bench.provider.judge(), false, kept))
    }
}

impl Desk {
    /// Ends the run; the first reason is the one to tell.
    fn end(&mut self, reason: String) {
        self.docket.stop();
        self.ended.get_or_insert(reason);
    }
}

/// An answer as it is kept. An answer that repeats the boundary's token loses it: the token is nobody's to keep.
fn recorded(completion: &Completion, token: &Token, took: Duration, at: jiff::Timestamp) -> Recorded {
    let problem = match completion.stop {
        Stop::Complete => String::new(),
        Stop::Truncated => String::from("the answer was cut at the limit of tokens"),
        Stop::Refused => String::from("the model refused to answer"),
    };
    let (text, problem) = if completion.text.len() > ANSWER_BYTES {
        (None, format!("the answer is larger than {ANSWER_BYTES} bytes"))
    } else {
        (Some(completion.text.replace(token.as_str(), prompt::PLACEHOLDER)), problem)
    };
    Recorded {
        text,
        problem,
        usage: completion.usage,
        at: at.to_string(),
        millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    }
}
