//! Plaintext secrets: known credential formats, and credential-like literals that a credential's name is assigned.
//!
//! One pass for the formats' fixed parts and one for the names; only where one occurs is anything else looked at, so a file
//! without secrets is read at the speed of a search. Placeholders, look-ups of the environment, public keys, digests and
//! UUIDs are no secrets. Does not know whether a secret is live. A finding's text is the secret: nobody prints it.

use super::model::Range;

mod assignments;
mod formats;
mod literals;

/// A secret and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it is: `github-token`, `private-key`, `assignment`.
    pub kind: &'static str,
    /// The secret itself: the evidence.
    pub span: Range,
}

/// All secrets of a text, in order; what two rules see is listed once.
pub fn find(path: &str, text: &str) -> Vec<Secret> {
    let mut known = Vec::new();
    formats::find(text, &mut known);
    let mut assigned = Vec::new();
    assignments::find(path, text, &mut assigned);
    let mut all: Vec<(Secret, bool)> = Vec::with_capacity(known.len() + assigned.len());
    all.extend(known.into_iter().map(|secret| (secret, true)));
    all.extend(assigned.into_iter().map(|secret| (secret, false)));
    // A known format says more than a name, so it stands for both.
    all.sort_by_key(|(secret, known)| (secret.span.start, !known, std::cmp::Reverse(secret.span.end)));
    let mut out: Vec<(Secret, bool)> = Vec::with_capacity(all.len());
    for (secret, known) in all {
        match out.last_mut().filter(|(last, _)| secret.span.start < last.span.end) {
            Some(last) if known && !last.1 => *last = (secret, known),
            Some(_) => {}
            None => out.push((secret, known)),
        }
    }
    out.into_iter().map(|(secret, _)| secret).collect()
}

#[cfg(test)]
mod tests;
