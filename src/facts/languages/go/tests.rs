//! What `go test` runs: `TestXxx(t *testing.T)`, `FuzzXxx(f *testing.F)`, subtests with a literal name, and the methods
//! of testify suites. Benchmarks and examples are no tests. Whether the file's name ends in `_test.go` is not known here.

use std::collections::HashSet;
use std::sync::Arc;

use tree_sitter::Node;

use super::super::super::model::{CodeFacts, FunctionKind, Owner, Test};
use super::super::treesitter::{Builder, CallSite, Found, Part, named_children, range};
use super::literal;

/// Marks the row of a function that skips itself, until [`finish`].
const SKIPS: &str = "go: skipped";
const FRAMEWORK: &str = "go";

/// `t.Skip(…)` as a statement of a function's own body: it always runs.
pub(super) fn statement<'t>(builder: &mut Builder<'t>, found: &Found<'_, 't>) {
    let (Some(name), Some(callee)) = (found.part(Part::Name), found.part(Part::Callee)) else { return };
    if is_skip(builder.source.text(callee)) {
        let (text, span) = (builder.source.name(name), range(name));
        let qualified_name = Arc::clone(&text);
        builder.facts.tests.push(Test {
            name: text,
            qualified_name,
            framework: SKIPS,
            skipped: true,
            span,
            whole: span,
        });
    }
}

fn is_skip(callee: &str) -> bool {
    matches!(callee.rsplit_once('.'), Some((receiver, "Skip" | "Skipf" | "SkipNow")) if is_harness(receiver))
}

/// What tests call their harness.
fn is_harness(receiver: &str) -> bool {
    matches!(receiver, "t" | "tt" | "tb" | "f" | "s" | "suite" | "s.T()" | "suite.T()")
}

/// `t.Run("name", func(t *testing.T) { … })`: a test, and a suite around further ones.
pub(super) fn call<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let runs = matches!(site.callee.rsplit_once('.'), Some((receiver, "Run")) if is_harness(receiver));
    let arguments = site.arguments();
    let (true, [title, body]) = (runs, arguments.as_slice()) else { return };
    let Some(text) = literal(&builder.source, *title) else { return };
    let name = builder.source.intern(text);
    let skipped = body.kind() == "func_literal" && skips(builder, *body);
    let at = (range(*title), range(site.node));
    builder.title(Arc::clone(&name), at, FRAMEWORK, skipped, false);
    builder.title(name, at, FRAMEWORK, skipped, true);
}

fn skips<'t>(builder: &Builder<'t>, body: Node<'t>) -> bool {
    let Some(block) = body.child_by_field_name("body") else { return false };
    named_children(block).into_iter().flat_map(named_children).any(|statement| {
        let call = statement
            .named_child(0)
            .filter(|call| statement.kind() == "expression_statement" && call.kind() == "call_expression");
        let callee = call.and_then(|call| call.child_by_field_name("function"));
        callee.is_some_and(|callee| is_skip(builder.source.text(callee)))
    })
}

/// Adds the functions that are tests, and puts subtests under theirs.
pub(super) fn finish(facts: &mut CodeFacts) {
    let skipped: HashSet<u32> =
        facts.tests.iter().filter(|test| test.framework == SKIPS).map(|test| test.span.start).collect();
    facts.tests.retain(|test| test.framework != SKIPS);
    let mut first_type: Vec<Option<&str>> = vec![None; facts.functions.len()];
    for parameter in &facts.parameters {
        if let Some(slot) = first_type.get_mut(parameter.function as usize) {
            *slot = slot.or(parameter.ty.as_deref());
        }
    }
    let mut tests = Vec::new();
    let mut spans = Vec::new();
    for (function, first) in facts.functions.iter().zip(first_type) {
        let harness = first.map(|ty| ty.split_whitespace().collect::<String>());
        let runs = match function.kind {
            FunctionKind::Function => {
                function.owner.is_none()
                    && (begins(&function.name, "Test") && harness.as_deref() == Some("*testing.T")
                        || begins(&function.name, "Fuzz") && harness.as_deref() == Some("*testing.F"))
            }
            FunctionKind::Method => {
                begins(&function.name, "Test") && harness.is_none() && in_suite(facts, function.owner)
            }
            _ => false,
        };
        if runs {
            let skipped = skipped.contains(&function.name_span.start);
            spans.push((function.span, Arc::clone(&function.qualified_name), skipped));
            tests.push(Test {
                name: Arc::clone(&function.name),
                qualified_name: Arc::clone(&function.qualified_name),
                framework: FRAMEWORK,
                skipped,
                span: function.name_span,
                whole: function.span,
            });
        }
    }
    for test in &mut facts.tests {
        let before = spans.partition_point(|(span, ..)| span.start <= test.span.start);
        let around = before.checked_sub(1).and_then(|at| spans.get(at)).filter(|(span, ..)| span.contains(test.span));
        if let Some((_, outer, skipped)) = around {
            test.qualified_name = format!("{outer} > {}", test.qualified_name).into();
            test.skipped |= skipped;
        }
    }
    facts.tests.append(&mut tests);
}

/// `TestX`, `Test`, `Test_x`, and not `Testing` or `Testify`.
fn begins(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| !rest.starts_with(char::is_lowercase))
}

/// Whether the owner embeds testify's `suite.Suite`.
fn in_suite(facts: &CodeFacts, owner: Option<Owner>) -> bool {
    let Some(Owner::Class(class)) = owner else { return false };
    facts.classes.get(class as usize).is_some_and(|class| class.bases.iter().any(|base| &**base == "suite.Suite"))
}
