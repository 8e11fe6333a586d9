//! What keeps a control from `verified`, in plain words. A control without a reason is verified, so each condition has its
//! words here and nowhere else. Does not know how they are shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Judged, SecondOpinion, is_coherent, proves};
use crate::ir::plan::Control;
use crate::verdict::Outcome;

/// Most reasons of a control; the rest is counted.
const REASONS: usize = 50;
/// Most assertions that one reason names; the rest is counted.
const SHOWN: usize = 5;
/// Longest part of a judge's words in a reason, characters.
const WORDS: usize = 4_000;

/// The reasons of a control whose assertions are given in their order, with the facets that none of them covers.
pub(super) fn of(
    control: &Control,
    assertions: &[Judged<'_>],
    missing: &[Arc<str>],
    second: Option<SecondOpinion<'_>>,
) -> Vec<String> {
    let mut reasons = Reasons::default();
    if assertions.is_empty() {
        reasons.add(String::from("it has no assertion"));
    }
    // An assertion that a facet's reason has named need not be named again for its outcome.
    let mut named = BTreeSet::new();
    for facet in missing {
        reasons.add(facet_reason(control, assertions, facet, &mut named));
    }
    // Where none is coherent, each says so itself below.
    if assertions.iter().any(|it| is_coherent(control, it.obligation)) {
        for need in control.needs.iter().filter(|need| !assertions.iter().any(|it| proves(it.obligation, need))) {
            reasons.add(format!("no assertion proves `{need}`, which the control needs"));
        }
    }
    for judged in assertions.iter().filter(|it| !it.passes() && !named.contains(it.name(control))) {
        reasons.add(format!("`{}` {}", judged.name(control), outcome(judged)));
    }
    for judged in assertions.iter().filter(|it| !is_coherent(control, it.obligation)) {
        let proves = if judged.obligation.proves.is_empty() {
            String::from("nothing by its check")
        } else {
            list(&judged.obligation.proves)
        };
        reasons.add(format!("`{}` proves {proves}, the control needs {}", judged.name(control), list(&control.needs)));
    }
    let (asking, silent): (Vec<_>, Vec<_>) = assertions
        .iter()
        .filter(|it| it.passes() && !it.is_vouched())
        .partition::<Vec<&Judged<'_>>, _>(|it| it.obligation.ask.is_some());
    match silent.as_slice() {
        [] => {}
        [one] => {
            reasons.add(format!("`{}` asks no question, so Tier 2 cannot vouch for it", one.name(control)));
        }
        many => reasons.add(format!("{} ask no question, so Tier 2 cannot vouch for them", names(control, many))),
    }
    if !asking.is_empty() {
        reasons.add(format!("Tier 2 did not judge {}", names(control, &asking)));
    }
    if let Some(second) = second {
        reasons.extend(second_reason(second));
    }
    reasons.finish()
}

/// Why nothing covers a facet.
fn facet_reason<'a>(
    control: &Control,
    assertions: &[Judged<'a>],
    facet: &str,
    named: &mut BTreeSet<&'a str>,
) -> String {
    let covering: Vec<_> =
        assertions.iter().filter(|it| it.obligation.covers.iter().any(|it| **it == *facet)).collect();
    if covering.is_empty() {
        return format!("facet `{facet}`: no assertion covers it");
    }
    let mut parts: Vec<String> = covering
        .iter()
        .take(SHOWN)
        .map(|judged| {
            let name = judged.name(control);
            // It passes and still does not cover: its proof is of another kind.
            if judged.passes() {
                return format!("`{name}` covers it and is not coherent");
            }
            named.insert(name);
            format!("`{name}` covers it and {}", outcome(judged))
        })
        .collect();
    if let Some(more @ 1..) = covering.len().checked_sub(SHOWN) {
        parts.push(format!("and {more} more"));
    }
    format!("facet `{facet}`: {}", parts.join(", "))
}

/// What became of an assertion that does not pass.
fn outcome(judged: &Judged<'_>) -> &'static str {
    match (judged.settled(), judged.tier2) {
        (Outcome::Fail, Some(Outcome::Fail | Outcome::Waived)) => "fails in Tier 2",
        (Outcome::Fail, _) => "fails",
        (Outcome::Error, Some(Outcome::Error)) => "is undecided in Tier 2",
        (Outcome::Error, _) => "is undecided",
        (Outcome::Waived, _) => "is waived",
        (Outcome::Skip, _) => "was skipped",
        (Outcome::Pass, _) => "passes",
    }
}

/// What a second opinion other than a pass says.
fn second_reason(second: SecondOpinion<'_>) -> Option<String> {
    let says = match second.outcome {
        Outcome::Pass => return None,
        Outcome::Fail | Outcome::Waived => "the second opinion is that its assertions do not suffice",
        Outcome::Error => "the second opinion is undecided",
        Outcome::Skip => "the second opinion was not given",
    };
    // A judge's words are one line here, whatever they are made of.
    let words = second.message.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(if words.is_empty() {
        String::from(says)
    } else {
        let cut: String = words.chars().take(WORDS).collect();
        format!("{says}: {cut}")
    })
}

/// The names of assertions, the first few of many.
fn names(control: &Control, assertions: &[&Judged<'_>]) -> String {
    let mut names: Vec<String> = assertions.iter().take(SHOWN).map(|it| format!("`{}`", it.name(control))).collect();
    if let Some(more @ 1..) = assertions.len().checked_sub(SHOWN) {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

/// `` `a`, `b` ``.
fn list(names: &[Arc<str>]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[derive(Default)]
struct Reasons {
    list: Vec<String>,
    more: usize,
}

impl Reasons {
    fn add(&mut self, reason: String) {
        if self.list.len() < REASONS {
            self.list.push(reason);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    fn extend(&mut self, reasons: impl IntoIterator<Item = String>) {
        reasons.into_iter().for_each(|reason| self.add(reason));
    }

    fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.list.push(format!("and {} more", self.more));
        }
        self.list
    }
}
