//! What pytest and unittest would run in a Python file, as far as its text says: which files they look into is not known.

use std::collections::HashSet;
use std::sync::Arc;

use super::super::super::model::{CodeFacts, FunctionKind, Owner, Test};
use super::super::treesitter::descendants;

/// Decorators that skip what they stand on, whatever holds; `skipif` decides when it runs.
const SKIPS: &[&str] = &["pytest.mark.skip", "mark.skip", "unittest.skip", "skip"];

/// Appends the tests.
pub(super) fn collect(facts: &mut CodeFacts) {
    let mut fixtures = HashSet::new();
    let mut skipped = HashSet::new();
    for decorator in &facts.decorators {
        if matches!(&*decorator.name, "pytest.fixture" | "fixture" | "pytest_asyncio.fixture") {
            fixtures.insert(decorator.owner);
        }
        if SKIPS.contains(&&*decorator.name) {
            skipped.insert(decorator.owner);
        }
    }
    let cases = descendants(facts, |base| base.ends_with("TestCase"));
    let initialised: HashSet<Owner> = facts
        .functions
        .iter()
        .filter(|function| function.kind == FunctionKind::Constructor)
        .filter_map(|function| function.owner)
        .collect();
    let mut tests = Vec::new();
    for (at, function) in facts.functions.iter().enumerate() {
        let itself = Owner::Function(u32::try_from(at).unwrap_or(u32::MAX));
        let runs = matches!(function.kind, FunctionKind::Function | FunctionKind::Method);
        if !runs || !function.name.starts_with("test") || fixtures.contains(&itself) {
            continue;
        }
        let framework = match function.owner {
            None => "pytest",
            Some(Owner::Function(_)) => continue,
            Some(owner @ Owner::Class(class)) => {
                let Some(class) = facts.classes.get(class as usize) else { continue };
                if cases.contains(&class.name) {
                    "unittest"
                } else if class.name.starts_with("Test") && !initialised.contains(&owner) {
                    "pytest"
                } else {
                    continue;
                }
            }
        };
        tests.push(Test {
            name: Arc::clone(&function.name),
            qualified_name: Arc::clone(&function.qualified_name),
            framework,
            skipped: skipped.contains(&itself) || function.owner.is_some_and(|owner| skipped.contains(&owner)),
            span: function.name_span,
            whole: function.span,
        });
    }
    facts.tests.append(&mut tests);
}
