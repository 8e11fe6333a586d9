//! Templates of `message` and `ask`: `{name}` is a hole for a parameter, `{{` and `}}` are braces.

use std::ops::Range;
use std::sync::Arc;

use crate::syntax::ast::Text;

use super::diags;
use super::expr::Local;
use super::model::{CheckParam, Template, TemplatePart};
use super::world::Log;

/// A piece of a template's text.
enum Piece<'t> {
    Text(String),
    Hole(&'t str, Range<usize>),
    Bad(Range<usize>, &'static str),
}

/// A check's template. Marks the parameters that it names as used.
pub(super) fn of_check(
    text: &Text,
    params: &[CheckParam],
    used: &mut impl Extend<Local>,
    log: &mut Log,
) -> Option<Template> {
    let mut parts = Vec::new();
    let mut fine = true;
    for piece in pieces(&text.value) {
        match piece {
            Piece::Text(words) => parts.push(TemplatePart::Text(words.into())),
            Piece::Hole(name, range) => match params.iter().find(|param| &*param.name == name) {
                Some(param) => {
                    used.extend([param.local]);
                    parts.push(TemplatePart::Hole(param.local));
                }
                None => {
                    log.push(diags::unknown_hole(text.inside(range.start, range.end), name, params));
                    fine = false;
                }
            },
            Piece::Bad(range, message) => {
                log.push(diags::bad_template(text.inside(range.start, range.end), message));
                fine = false;
            }
        }
    }
    fine.then_some(Template { parts })
}

/// An assertion's text: braces, no holes.
pub(super) fn of_assert(text: &Text, log: &mut Log) -> Option<Arc<str>> {
    let mut whole = String::new();
    let mut fine = true;
    for piece in pieces(&text.value) {
        match piece {
            Piece::Text(words) => whole.push_str(&words),
            Piece::Hole(name, range) => {
                log.push(diags::hole_in_assert(
                    text.inside(range.start.saturating_sub(1), range.end.saturating_add(1)),
                    name,
                ));
                fine = false;
            }
            Piece::Bad(range, message) => {
                log.push(diags::bad_template(text.inside(range.start, range.end), message));
                fine = false;
            }
        }
    }
    fine.then(|| whole.into())
}

/// Cuts a template; a hole's range is that of its name.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    let mut at = 0_usize;
    while let Some(brace) = rest.find(['{', '}']) {
        let (before, tail) = rest.split_at(brace);
        words.push_str(before);
        let start = at.saturating_add(brace);
        let consumed = if let Some(after) = tail.strip_prefix("{{").or_else(|| tail.strip_prefix("}}")) {
            words.push(if tail.starts_with('{') { '{' } else { '}' });
            tail.len().saturating_sub(after.len())
        } else if let Some(inner) = tail.strip_prefix('{') {
            let end = inner.find(['}', '{', '\n']);
            match end.and_then(|end| inner.split_at_checked(end)) {
                Some((name, close)) if close.starts_with('}') => {
                    if !words.is_empty() {
                        found.push(Piece::Text(std::mem::take(&mut words)));
                    }
                    let from = start.saturating_add(1);
                    let range = from..from.saturating_add(name.len());
                    if is_name(name) {
                        found.push(Piece::Hole(name, range));
                    } else {
                        let whole = start..range.end.saturating_add(1);
                        found.push(Piece::Bad(whole, "a hole holds the name of a parameter and nothing else"));
                    }
                    name.len().saturating_add(2)
                }
                _ => {
                    found.push(Piece::Bad(start..start.saturating_add(1), "this brace is not closed"));
                    1
                }
            }
        } else {
            found.push(Piece::Bad(start..start.saturating_add(1), "this brace closes nothing"));
            1
        };
        rest = tail.split_at_checked(consumed).map_or("", |(_, after)| after);
        at = start.saturating_add(consumed);
    }
    words.push_str(rest);
    if !words.is_empty() {
        found.push(Piece::Text(words));
    }
    found
}

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}
