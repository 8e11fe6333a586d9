//! All wording of this room: one function a diagnostic, so that the words can be read side by side.

mod names;
mod rules;
mod types;

pub(super) use names::*;
pub(super) use rules::*;
pub(super) use types::*;

use crate::base::schema::Ty;
use crate::base::span::Span;
use crate::base::suggest;
use crate::diag::Diagnostic;

/// Most names that a misspelt one is compared with, which bounds the work.
const CANDIDATES: usize = 2000;

/// Adds "did you mean" with a fix and the candidate's place, or else the given help.
fn did_you_mean<'x>(
    diagnostic: Diagnostic,
    at: Span,
    word: &str,
    candidates: impl IntoIterator<Item = (&'x str, Option<Span>)>,
    otherwise: impl FnOnce() -> Option<String>,
) -> Diagnostic {
    let candidates: Vec<(&str, Option<Span>)> = candidates.into_iter().take(CANDIDATES).collect();
    // Any letter is one edit from any other.
    let near = if word.len() > 1 { suggest::nearest(word, candidates.iter().map(|(name, _)| *name)) } else { None };
    match near {
        Some(name) if name != word => {
            let declared = candidates.iter().find(|(known, _)| *known == name).and_then(|(_, span)| *span);
            let diagnostic =
                diagnostic.help(format!("did you mean `{name}`?")).fix(format!("replace it by `{name}`"), at, name);
            match declared {
                Some(span) => diagnostic.also(span, "a similar name is declared here"),
                None => diagnostic,
            }
        }
        _ => match otherwise() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        },
    }
}

/// `a, b, c`, each in backticks; the first of many only.
fn listed<'x>(names: impl IntoIterator<Item = &'x str>) -> String {
    const MOST: usize = 12;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    let shown = names.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// `name(first: Type, second: Type)`, as the reference writes it.
pub(super) fn signature(name: &str, params: &[(&'static str, Ty)]) -> String {
    let params = params.iter().map(|(name, ty)| format!("{name}: {ty}")).collect::<Vec<_>>().join(", ");
    format!("{name}({params})")
}

/// The text of an expression where it is short enough to stand in a message.
fn shown(text: &str) -> Option<&str> {
    (!text.is_empty() && text.len() <= 40 && !text.contains(['\n', '`'])).then_some(text)
}
