//! What a run of Tier 2 would ask, and what the record answers already. Asks nobody.

use super::{Asked, Brief, Item, Settings, Source};
use crate::judge::machine::{Case, Mechanical, Mode};
use crate::judge::transcript::Key;

/// What would become of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Its index among the items.
    pub item: usize,
    /// What its answer is kept under; nothing where there is no question to ask.
    pub key: Option<Key>,
    /// Tokens of its prompt, estimated from above.
    pub tokens: u64,
    /// Votes that the record holds.
    pub recorded: usize,
    /// Calls that would be made.
    pub calls: u64,
    /// Why it cannot be asked.
    pub problem: Option<String>,
}

/// What a run would ask: one for each item with a question that Tier 1 lets through, in order; and what is wrong with the
/// record.
pub fn plan(items: Vec<Item>, source: &Source, settings: &Settings) -> (Vec<Planned>, Vec<String>) {
    let mut notices = Vec::new();
    let planned = items
        .into_iter()
        .enumerate()
        .filter(|(_, item)| item.mechanical == Mechanical::Pass)
        .filter_map(|(index, item)| {
            let nothing = |problem| Planned { item: index, key: None, tokens: 0, recorded: 0, calls: 0, problem };
            let question = match item.asked {
                Asked::Nothing => return None,
                Asked::NoEvidence(message) => return Some(nothing(Some(message))),
                Asked::Question(question) => question,
            };
            let brief = match Brief::new(question, source, &mut notices) {
                Ok(brief) => brief,
                Err(message) => return Some(nothing(Some(message))),
            };
            // A rehearsal tells what a run would do that may ask.
            let mode = match source {
                Source::Replay(_) => Mode::Record,
                Source::Live { .. } | Source::Rehearsal { .. } if item.anew => Mode::Anew,
                Source::Live { .. } | Source::Rehearsal { .. } => Mode::Live,
            };
            let case = Case {
                mechanical: item.mechanical,
                asks: true,
                question_only: item.question_only,
                evidence: true,
                mode,
                recorded: brief.recorded(),
            };
            let recorded = case.recorded.len();
            let calls = u64::try_from(case.calls(settings.votes)).unwrap_or(u64::MAX);
            Some(Planned { item: index, key: Some(brief.key), tokens: brief.tokens, recorded, calls, problem: None })
        })
        .collect();
    (planned, notices)
}
