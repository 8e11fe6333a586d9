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

/// All of a secret, where the evidence is only how it begins: a private key to its last line. For masking.
pub fn whole(text: &str, secret: Secret) -> Range {
    const LONGEST: usize = 64 << 10;
    let rest = text.get(secret.span.end as usize..).unwrap_or_default();
    if secret.kind != "private-key" {
        return secret.span;
    }
    let end = match memchr::memmem::find(rest.as_bytes().get(..LONGEST).unwrap_or(rest.as_bytes()), b"-----END ") {
        Some(at) => {
            let tail = rest.get(at..).unwrap_or_default();
            at.saturating_add(tail.find(['\n', '\\', '"', '\'', '`']).unwrap_or(tail.len()))
        }
        // Cut off, or no end in sight: as far as it looks like a key.
        None => rest
            .bytes()
            .position(|byte| {
                !(byte.is_ascii_alphanumeric() || byte.is_ascii_whitespace() || b"+/=\\\"'`,;".contains(&byte))
            })
            .unwrap_or(rest.len()),
    };
    Range { start: secret.span.start, end: Range::new(0, (secret.span.end as usize).saturating_add(end)).end }
}

#[cfg(test)]
mod tests;
