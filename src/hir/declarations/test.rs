//! `test "title" { … }`: files in memory and what is expected of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::literal;
use crate::base::schema::Refinement;
use crate::base::span::Span;
use crate::syntax::ast::{Block, Expect, Expr, ExprKind, Field, FieldValue, Item, Keyword, Text};
use crate::verdict::Outcome;

use super::super::diags;
use super::super::fields::{Fields, Reader, Shape};
use super::super::infer::{By, Infer, Reach};
use super::super::model::{ExpectDef, ExpectSubject, TestDef};
use super::super::world::{Log, Role, World};
use super::control::Claims;
use super::waiver::{self, Found};

const SHAPE: Shape = Shape {
    keyword: Keyword::Test,
    fields: &["at"],
    required: &[],
    repeated: &["file", "expect"],
    blocks: &[],
    title: false,
};

/// The verbs of `expect`.
const VERBS: [(&str, Outcome); 5] = [
    ("passes", Outcome::Pass),
    ("fails", Outcome::Fail),
    ("errors", Outcome::Error),
    ("skips", Outcome::Skip),
    ("waived", Outcome::Waived),
];

/// All tests of a unit in the order of file and place.
pub(in crate::hir) fn lower(world: &World<'_>, unit: usize, claims: &Claims, log: &mut Log) -> Vec<TestDef> {
    let is_std = world.units.get(unit).is_some_and(|unit| unit.role == Role::Std);
    let mut tests = Vec::new();
    for (file, scope) in world.files.iter().enumerate().filter(|(_, scope)| scope.unit == unit) {
        for item in &scope.file.items {
            if let Item::Block(block) = item
                && block.keyword == Keyword::Test
            {
                tests.push(lower_test(world, unit, file, block, claims, is_std, log));
            }
        }
    }
    tests
}

fn lower_test(
    world: &World<'_>,
    unit: usize,
    file: usize,
    block: &Block,
    claims: &Claims,
    is_std: bool,
    log: &mut Log,
) -> TestDef {
    let fields = Fields::read(block, &SHAPE, log);
    let mut files: Vec<(Arc<str>, Arc<str>)> = Vec::new();
    let mut places: BTreeMap<Arc<str>, Span> = BTreeMap::new();
    let mut expects = Vec::new();
    let mut given = 0_usize;
    for field in &fields.repeated {
        if &*field.name.text == "file" {
            if let Some((path, text, span)) = lower_file(field, log) {
                if let Some(first) = places.get(&path) {
                    log.push(diags::duplicate_file(span, &path, *first));
                } else {
                    places.insert(Arc::clone(&path), span);
                    files.push((path, text));
                }
            }
            continue;
        }
        given = given.saturating_add(1);
        match &field.value {
            FieldValue::Expect(expect) => expects.extend(lower_expect(world, unit, file, expect, claims, log)),
            FieldValue::Expr(expr) => log.push(diags::expect_wanted(expr.span)),
            FieldValue::Error(_) => {}
        }
    }
    if given == 0 && !block.broken {
        log.push(diags::test_without_expect(block.head()));
    }
    let at = clock(&mut Reader { world, file, log }, &fields);
    TestDef {
        title: block.title.as_ref().map_or_else(|| "".into(), |title| Arc::clone(&title.value)),
        files,
        at,
        expects,
        is_std,
        span: block.head(),
    }
}

/// `at: 2027-01-01`, or a timestamp as text.
fn clock(reader: &mut Reader<'_, '_, '_>, fields: &Fields<'_>) -> Option<Arc<str>> {
    let refinement = match fields.expr("at").map(|expr| &expr.kind) {
        Some(ExprKind::Text(text)) if text.value.len() > 10 => Refinement::Timestamp,
        _ => Refinement::Date,
    };
    reader.refined(fields, "at", refinement)
}

/// `file "app/auth.py": """…"""`.
fn lower_file(field: &Field, log: &mut Log) -> Option<(Arc<str>, Arc<str>, Span)> {
    let Some(path) = &field.argument else {
        log.push(diags::file_without_path(field.name.span));
        return None;
    };
    let path_text = path_literal(path, log)?;
    match &field.value {
        FieldValue::Expr(Expr { kind: ExprKind::Text(text), .. }) => {
            Some((path_text, Arc::clone(&text.value), path.span))
        }
        FieldValue::Expr(Expr { kind: ExprKind::Error, .. }) | FieldValue::Error(_) => None,
        FieldValue::Expr(other) => {
            log.push(diags::text_wanted(other.span, "file"));
            None
        }
        FieldValue::Expect(expect) => {
            log.push(diags::text_wanted(expect.subject.span, "file"));
            None
        }
    }
}

fn path_literal(path: &Text, log: &mut Log) -> Option<Arc<str>> {
    match literal::check(Refinement::Path, &path.value) {
        Ok(()) => Some(Arc::clone(&path.value)),
        Err(error) => {
            let inside = path.inside(error.range.start, error.range.end);
            let span = if inside.start == inside.end { path.span } else { inside };
            log.push(diags::bad_literal(span, Refinement::Path, &error));
            None
        }
    }
}

fn lower_expect(
    world: &World<'_>,
    unit: usize,
    file: usize,
    expect: &Expect,
    claims: &Claims,
    log: &mut Log,
) -> Option<ExpectDef> {
    let verb = VERBS.iter().find(|(name, _)| *name == &*expect.verb.text).map(|(_, outcome)| *outcome);
    if verb.is_none() {
        log.push(diags::unknown_verb(expect.verb.span, &expect.verb.text, &VERBS.map(|(name, _)| name)));
    }
    let at = expect.at.as_ref().and_then(|(path, line)| {
        let path = path_literal(path, log)?;
        let line = match line {
            Some((number, span)) => match u32::try_from(*number) {
                Ok(number) if number > 0 => Some(number),
                _ => {
                    log.push(diags::bad_line(*span));
                    return None;
                }
            },
            None => None,
        };
        Some((path, line))
    });
    let subject = subject(world, unit, file, &expect.subject, claims, log)?;
    Some(ExpectDef { subject, verb: verb?, at, span: expect.subject.span })
}

/// An assertion's path, a control's name, or an expression.
fn subject(
    world: &World<'_>,
    unit: usize,
    file: usize,
    subject: &Expr,
    claims: &Claims,
    log: &mut Log,
) -> Option<ExpectSubject> {
    if let Some(segments) = path_of(subject) {
        return match waiver::find(world, unit, &segments, claims) {
            Found::Assertion(id) => Some(ExpectSubject::Assertion(id)),
            Found::Control(id) => Some(ExpectSubject::Control(id)),
            Found::Quiet => None,
            Found::Nothing if log.is_full(subject.span.source) => None,
            Found::Nothing => {
                let path = segments.join(".");
                log.push(diags::unknown_assertion(subject.span, &path, "assertion or control", &waiver::names(claims)));
                None
            }
        };
    }
    let typed = Infer::new(world, file, log, Reach::Everything).claim(subject, By::Expect);
    Some(ExpectSubject::Expr(Box::new(typed)))
}

/// `a.b.c`, where an expression is nothing else.
fn path_of(expr: &Expr) -> Option<Vec<&str>> {
    let mut segments = Vec::new();
    let mut at = expr;
    loop {
        match &at.kind {
            ExprKind::Name(name) => {
                segments.push(&*name.text);
                segments.reverse();
                return Some(segments);
            }
            ExprKind::Select { base, optional: false, field } => {
                segments.push(&*field.text);
                at = base;
            }
            _ => return None,
        }
    }
}
