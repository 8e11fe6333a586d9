//! Tests of Jest, Vitest, Mocha, node:test, Deno, Bun and Playwright: calls with a title and a function.

use super::super::super::model::CodeFacts;
use super::super::treesitter::{Builder, CallSite, range};
use super::world::literal;

/// A test or suite, if the callee says so: whether it is a suite, and whether it is skipped.
fn kind(callee: &str) -> Option<(bool, bool)> {
    let mut segments = callee.split('.').map(|segment| segment.trim_end_matches("()"));
    let (mut suite, mut skipped) = match segments.next()? {
        "it" | "test" | "specify" | "fit" | "ftest" => (false, false),
        "xit" | "xtest" | "xspecify" => (false, true),
        "describe" | "context" | "suite" | "fdescribe" | "fcontext" => (true, false),
        "xdescribe" | "xcontext" => (true, true),
        "Deno" if callee == "Deno.test" || callee == "Deno.test.ignore" => (false, false),
        "t" if callee == "t.test" => (false, false),
        _ => return None,
    };
    for segment in segments {
        match segment {
            "skip" | "todo" | "ignore" | "fixme" => skipped = true,
            "describe" => suite = true,
            "only" | "each" | "concurrent" | "sequential" | "parallel" | "serial" | "failing" | "fails" | "test"
            | "for" => {}
            // Conditions and everything else (`test.beforeEach`, `test.step`).
            _ => return None,
        }
    }
    Some((suite, skipped))
}

pub(super) fn call<'t>(builder: &mut Builder<'t>, site: &CallSite<'t>) {
    let Some((suite, skipped)) = kind(&site.callee) else { return };
    let arguments = site.arguments();
    let Some(title) = arguments.first().copied() else { return };
    let function = |kind: &str| {
        matches!(
            kind,
            "arrow_function" | "function_expression" | "generator_function" | "identifier" | "call_expression"
        )
    };
    let runs = arguments.iter().skip(1).any(|argument| function(argument.kind()));
    if suite && !runs {
        return;
    }
    let Some(text) = literal(&builder.source, title) else { return };
    let name = builder.source.intern(text);
    builder.title(name, (range(title), range(site.node)), "jest", skipped || !runs, suite);
}

/// The framework that the file imports; without one, the globals are Jest's.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("node:test", "node"),
    ("test", "node"),
    ("vitest", "vitest"),
    ("mocha", "mocha"),
    ("bun:test", "bun"),
    ("@playwright/test", "playwright"),
    ("ava", "ava"),
    ("tape", "tape"),
];

pub(super) fn finish(facts: &mut CodeFacts) {
    let imported = |module: &str| facts.imports.iter().any(|import| &*import.module == module);
    let framework = FRAMEWORKS.iter().find(|(module, _)| imported(module)).map(|(_, framework)| *framework);
    let deno = facts.calls.iter().any(|call| &*call.callee == "Deno.test");
    let framework = framework.or(deno.then_some("deno")).unwrap_or("jest");
    for test in &mut facts.tests {
        test.framework = framework;
    }
    for handler in &mut facts.handlers {
        // `catch` takes all; the kinds are what the body tells apart.
        handler.catches_all = true;
        handler.errors.sort();
        handler.errors.dedup();
    }
}
