//! What Tier 2 would ask: `attest list`, `attest run --plan`, `attest dump questions`. Asks nobody.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use super::super::manifest::Tier2Section;
use super::super::options::{Failure, Listed, Listing, Pending};
use super::{Wanted, items, named, open_store, settings, setup_failure, who};
use crate::base::system::System;
use crate::engine::{Asking, Judgement};
use crate::ir::plan::Plan;
use crate::judge::driver::{self, Source};
use crate::judge::transcript::Judge;
use crate::judge::{prompt, provider, question};
use crate::verdict::Outcome;

/// What would be asked, and what the store answers already.
pub(in super::super) fn list(
    system: &Arc<dyn System>,
    wanted: &Wanted,
    section: &Tier2Section,
    plan: &Plan,
    target_root: &std::path::Path,
    judged: &[Judgement],
    asking: Vec<Asking>,
) -> Result<Listing, Failure> {
    let chosen = settings::choose(&**system, &wanted.options, section)?;
    let judge = who(&chosen)?.map(|it| provider::judge(&it)).transpose().map_err(setup_failure)?;
    let mut notices = Vec::new();
    let store = match &judge {
        Some(_) => open_store(system, &chosen, target_root, &mut notices)?,
        None => None,
    };
    let asks: Vec<Option<String>> = asking
        .iter()
        .zip(&plan.obligations)
        .map(|(asking, obligation)| match asking {
            Asking::Question(question) => Some(question.ask.to_string()),
            Asking::NoEvidence(_) | Asking::Nothing => obligation.ask.as_ref().map(ToString::to_string),
        })
        .collect();
    let rejudge = named(plan, &wanted.options.rejudge, chosen.second_opinion)?;
    let nobody = Judge { provider: String::new(), model: String::new(), endpoint: None };
    let source = Source::Rehearsal { judge: judge.clone().unwrap_or(nobody), store };
    let (planned, said) = driver::plan(items(plan, judged, asking, &rejudge), &source, &chosen.settings);
    notices.extend(said);
    let mut assertions: Vec<Listed> = plan
        .obligations
        .iter()
        .zip(judged)
        .zip(asks)
        .map(|((obligation, judgement), ask)| Listed {
            id: obligation.id.to_string(),
            tier1: judgement.outcome,
            state: if judgement.outcome == Outcome::Pass { Pending::NoQuestion } else { Pending::Settled },
            ask,
            key: None,
            tokens: 0,
            recorded: 0,
            calls: 0,
            problem: String::new(),
        })
        .collect();
    for one in &planned {
        let Some(listed) = assertions.get_mut(one.item) else { continue };
        listed.state = match (&one.problem, one.calls) {
            (Some(_), _) => Pending::Unaskable,
            (None, 0) => Pending::Answered,
            (None, _) => Pending::Pending,
        };
        listed.key = judge.as_ref().and(one.key.as_ref()).map(|key| key.0.clone());
        listed.tokens = one.tokens;
        listed.recorded = u64::try_from(one.recorded).unwrap_or(u64::MAX);
        listed.calls = one.calls;
        listed.problem = one.problem.clone().unwrap_or_default();
    }
    let sum = |value: &dyn Fn(&driver::Planned) -> u64| planned.iter().map(value).fold(0, u64::saturating_add);
    let calls = sum(&|one| one.calls);
    let input_tokens = sum(&|one| one.calls.saturating_mul(one.tokens));
    let output_tokens = calls.saturating_mul(u64::from(chosen.settings.max_output_tokens));
    Ok(Listing {
        judge,
        votes: u64::try_from(chosen.settings.votes).unwrap_or(u64::MAX),
        assertions,
        calls,
        input_tokens,
        output_tokens,
        cost: chosen.prices.cost(input_tokens, output_tokens),
        notices,
    })
}

/// The questions of a plan as `attest dump questions` prints them: with `TOKEN` in place of the boundary's token.
pub(in super::super) fn questions(plan: &Plan, asking: &[Asking]) -> Json {
    let all: Vec<Json> = plan
        .obligations
        .iter()
        .zip(asking)
        .filter_map(|(obligation, asking)| match asking {
            Asking::Nothing => None,
            Asking::NoEvidence(message) => Some(json!({ "id": &*obligation.id, "problem": message })),
            Asking::Question(asked) => {
                let shown = prompt::shown(asked);
                Some(json!({
                    "id": &*asked.id,
                    "promptDigest": prompt::digest(asked).to_string(),
                    "evidenceDigest": question::evidence_digest(asked).unwrap_or_default(),
                    "tokens": shown.tokens(),
                    "system": shown.system,
                    "user": shown.user,
                    "question": asked,
                }))
            }
        })
        .collect();
    Json::Array(all)
}
