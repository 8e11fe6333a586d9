//! An assertion in its author's words, with parameters in place: what people and judges read. Does not know what it means.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::base::schema::{Refinement, Ty};
use crate::base::source::SourceMap;
use crate::hir::expr::{Const, Expr, ExprKind};
use crate::hir::model::{CheckDef, Package};

/// Most `#` around a raw text.
const HASHES: usize = 3;

/// The words of a claim: of a call of a check its name and what was given, anything else as it stands in the source.
pub(super) fn of(package: &Package, sources: &SourceMap, expr: &Expr) -> Arc<str> {
    let called = match &expr.kind {
        ExprKind::Check { check, args } => package.checks.get(check.0 as usize).map(|check| call(check, args, sources)),
        _ => None,
    };
    Arc::from(called.unwrap_or_else(|| source(sources, expr)))
}

/// `check(name: value, …)` in the order of the parameters; what has its default is left out.
fn call(check: &CheckDef, args: &[Expr], sources: &SourceMap) -> String {
    let given = check.params.iter().zip(args).filter_map(|(param, arg)| {
        let value = match &arg.kind {
            ExprKind::Const(value) if value == param.default.as_ref().unwrap_or(&Const::Null) => return None,
            ExprKind::Const(value) => literal(value, &param.ty),
            _ => source(sources, arg),
        };
        Some(format!("{}: {value}", param.name))
    });
    format!("{}({})", check.path, given.collect::<Vec<_>>().join(", "))
}

/// The source of an expression: package parameters in place, line ends LF, without the indentation of where it stands.
fn source(sources: &SourceMap, expr: &Expr) -> String {
    let mut text = sources.text(expr.span).to_owned();
    let mut places: Vec<(usize, usize, String)> = Vec::new();
    expr.walk(&mut |part| {
        if let ExprKind::Const(value) = &part.kind
            && part.span.source == expr.span.source
            && is_name(sources.text(part.span))
            && let Some(start) = part.span.start.checked_sub(expr.span.start)
            && let Some(end) = part.span.end.checked_sub(expr.span.start)
        {
            places.push((start as usize, end as usize, literal(value, &part.ty)));
        }
    });
    places.sort();
    places.dedup_by_key(|(start, ..)| *start);
    for (start, end, value) in places.into_iter().rev() {
        if text.get(start..end).is_some() {
            text.replace_range(start..end, &value);
        }
    }
    unindented(&text.replace("\r\n", "\n"))
}

/// Whether a constant is written as a name: a parameter of the package, a truth value, or a value of an enum.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// The lines after the first without what all of them are indented by.
fn unindented(text: &str) -> String {
    let indent = |line: &str| line.len().saturating_sub(line.trim_start_matches([' ', '\t']).len());
    let common = text.split('\n').skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let lines = text.split('\n').enumerate().map(|(at, line)| {
        let kept = if at == 0 { line } else { line.get(common..).unwrap_or_default() };
        kept.trim_end()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A constant as the language writes it in a place of that type.
fn literal(value: &Const, ty: &Ty) -> String {
    match (value, ty) {
        (value, Ty::Optional(inner)) => literal(value, inner),
        (Const::Null, _) => String::from("null"),
        (Const::Bool(value), _) => value.to_string(),
        (Const::Int(value), _) => value.to_string(),
        (Const::Decimal(value), _) => {
            let text = value.to_string();
            if text.contains('.') { text } else { format!("{text}.0") }
        }
        (Const::Text(text), Ty::Enum(_) | Ty::Refined(Refinement::Date | Refinement::Duration)) => text.to_string(),
        (Const::Text(text), _) => quoted(text),
        (Const::List(items), ty) => {
            let item = match ty {
                Ty::List(item) => item,
                _ => &Ty::Json,
            };
            format!("[{}]", items.iter().map(|it| literal(it, item)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text literal; a raw one where it would need escapes.
fn quoted(text: &str) -> String {
    let control = text.chars().any(char::is_control);
    if !control && !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    if !control {
        for count in 0..=HASHES {
            let hashes = "#".repeat(count);
            if !text.contains(&format!("\"{hashes}")) {
                return format!("r{hashes}\"{text}\"{hashes}");
            }
        }
    }
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_the_language_reads_them() {
        let cases = [
            ("app/*.py", "\"app/*.py\""),
            ("a\\s*b", "r\"a\\s*b\""),
            ("['\"]x", "r#\"['\"]x\"#"),
            ("\"#\\", "r##\"\"#\\\"##"),
            ("\"###", "\"\\\"###\""),
            ("a\nb\u{7f}", "\"a\\nb\\u{7f}\""),
        ];
        for (text, written) in cases {
            assert_eq!(quoted(text), written, "{text:?}");
        }
    }

    #[test]
    fn indentation_of_the_place_goes() {
        assert_eq!(
            unindented("every x in y {\n      a\n\n        && b  \n    }"),
            "every x in y {\n  a\n\n    && b\n}"
        );
        assert_eq!(unindented("one"), "one");
    }
}
