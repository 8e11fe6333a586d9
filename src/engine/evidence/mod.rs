//! The questions of Tier 2 from what Tier 1 judged, with the code that they are about. Does not know how a question is put
//! into words, who answers, or what an answer counts for.

mod pack;
mod pieces;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use self::pack::{BYTES, Pack};
use self::pieces::{Matched, Wants};
use super::Judgement;
use crate::base::canonical;
use crate::facts::store::{FileId, Mentions, Store, Wanted};
use crate::ir::plan::{Control, Obligation, Plan};
use crate::judge::question::{Question, Statement, Subject};
use crate::verdict::Outcome;

/// What is to be asked of one obligation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Nothing: Tier 1 does not pass, or the assertion asks nothing.
    Nothing,
    /// A question, and there is nothing to show with it: why.
    NoEvidence(String),
    /// A question.
    Question(Box<Question>),
}

/// What each obligation of the plan asks, in its order, where `judged` are the plan's judgements over `store`. Reads what
/// the evidence needs and no more: code beyond the scopes only for callers and tests.
pub fn questions(plan: &Plan, store: &Store<'_>, judged: &[Judgement]) -> Vec<Asking> {
    let matched: Vec<Option<Matched>> = plan
        .obligations
        .par_iter()
        .enumerate()
        .map(|(at, obligation)| {
            let judgement = judged.get(at).filter(|it| it.outcome == Outcome::Pass && obligation.ask.is_some())?;
            Some(pieces::matched(store, obligation, judgement))
        })
        .collect();
    let wanted: BTreeSet<Wanted> = matched.iter().flatten().flat_map(Matched::wanted).collect();
    let wanted: Vec<Wanted> = wanted.into_iter().collect();
    let Mentions { files, problems } = store.mentions(&wanted);
    let mentions: BTreeMap<Wanted, Vec<FileId>> = wanted.into_iter().zip(files).collect();
    let controls: BTreeMap<&str, &Control> = plan.controls.iter().map(|control| (&*control.id, control)).collect();
    let indexed = plan.obligations.par_iter().zip(matched).enumerate();
    indexed
        .map(|(at, (obligation, matched))| match (matched, judged.get(at)) {
            (Some(matched), Some(judgement)) => {
                let control = obligation.control.as_ref().and_then(|id| controls.get(&**id)).copied();
                let problems = if matched.wants.elsewhere() { problems.as_slice() } else { &[] };
                ask(store, obligation, control, judgement, matched, &mentions, problems)
            }
            _ => Asking::Nothing,
        })
        .collect()
}

fn ask(
    store: &Store<'_>,
    obligation: &Obligation,
    control: Option<&Control>,
    judgement: &Judgement,
    matched: Matched,
    mentions: &BTreeMap<Wanted, Vec<FileId>>,
    problems: &[String],
) -> Asking {
    let Some(question) = &obligation.ask else { return Asking::Nothing };
    let expression = match canonical::digest(&obligation.expr) {
        Ok(digest) => digest.to_string(),
        Err(error) => return Asking::NoEvidence(format!("the assertion has no digest: {error}")),
    };
    let Matched { wants, pieces, left, subjects } = matched;
    let mut pack = Pack::new(store);
    for piece in pieces {
        pack.add(piece);
    }
    if judgement.findings.is_empty() {
        pieces::scopes(store, obligation, &mut pack);
    }
    let (related, more) = pieces::related(store, wants, &subjects, mentions);
    for piece in related {
        pack.add(piece);
    }
    if more {
        pack.omit(|| String::from("further callers and tests"), 0);
    }
    if wants.file {
        for piece in pieces::files(store, judgement) {
            pack.add(piece);
        }
    }
    for (what, bytes) in left {
        pack.omit(|| what, bytes);
    }
    for problem in problems {
        pack.omit(|| problem.clone(), 0);
    }
    let (exhibits, omitted) = pack.close();
    if exhibits.is_empty() {
        return Asking::NoEvidence(match omitted.first() {
            Some(first) if first.bytes > 0 => format!(
                "there is nothing that could be shown to a judge: {} has {} bytes, and at most {BYTES} are shown; narrow the scope, or say in `evidence` what is to be shown",
                first.what, first.bytes
            ),
            Some(first) => format!("there is nothing that could be shown to a judge: {}", first.what),
            None if wants.elsewhere() => String::from(
                "there is nothing that could be shown to a judge: what Tier 1 found has no callers or tests; add `definition` to `evidence`",
            ),
            None => String::from("there is nothing that could be shown to a judge: Tier 1 read no file"),
        });
    }
    Asking::Question(Box::new(Question {
        id: obligation.id.clone(),
        subject: Subject::Assertion,
        check: obligation.check.clone(),
        control: control.map(|control| Statement {
            title: control.title.clone(),
            doc: control.doc.clone(),
            facets: obligation.covers.clone(),
        }),
        claim: obligation.claim.clone(),
        meaning: obligation.meaning.clone(),
        ask: question.clone(),
        finding: pieces::finding(store, judgement),
        expression,
        exhibits,
        omitted,
        confirmed: !judgement.findings.is_empty(),
    }))
}

impl Wants {
    /// Whether code beyond the scopes is asked for.
    fn elsewhere(self) -> bool {
        self.callers || self.tests
    }
}
