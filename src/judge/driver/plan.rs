//! What a run of Tier 2 would ask, and what the record answers already. Asks nobody.

use super::{Asked, Brief, Item, Settings, Source};
use crate::judge::machine::Mechanical;
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
            let recorded = brief.recorded().len();
            let asks = match source {
                Source::Live { .. } | Source::Rehearsal { .. } => item.anew || recorded < settings.votes,
                Source::Replay(_) => false,
            };
            let calls = if asks { u64::try_from(settings.votes).unwrap_or(u64::MAX) } else { 0 };
            Some(Planned { item: index, key: Some(brief.key), tokens: brief.tokens, recorded, calls, problem: None })
        })
        .collect();
    (planned, notices)
}
