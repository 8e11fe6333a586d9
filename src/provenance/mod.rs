//! A signed document and what its verifier knows from elsewhere, to a verdict. Five phases, each the owner of its
//! invariants: routing, JSON Schema, the rules of the document, its Rego policy, order. A phase that fails is the last one.
//!
//! [`verify`] checks no signature: its caller says whether one was checked. [`gate`] checks it first, and makes the context of
//! what it found. Does not know files, git or the clock.

pub mod contract;
pub mod expectations;
mod expected;
pub mod facts;
pub mod gate;
mod help;
pub mod make;
mod patterns;
mod schema;
mod statement;
pub mod summary;
pub mod verdict;

use serde::Serialize;
use serde_json::{Value, json};

use self::contract::{Contract, Document};
use self::statement::Statement;
use self::verdict::Failures;
use crate::base::json;
use crate::decide::Level;
use crate::engine::document;

pub use self::verdict::{Failure, Phase, Trust, Verdict};

/// Largest statement, and largest context, bytes.
pub const DOCUMENT_BYTES: usize = 4 << 20;
/// Deepest nesting of either: the policy sees them inside of one more object, and its engine reads 128 levels.
const DOCUMENT_DEPTH: usize = 100;

/// What a document's policy sees as `input`.
#[derive(Debug, Serialize)]
struct Input<'v> {
    statement: &'v Value,
    context: &'v Value,
}

/// Judges a statement by what the verifier knows. Whatever the two are, the result is a verdict.
pub fn verify(contract: &Contract, statement: &[u8], context: &[u8], trust: Trust) -> Verdict {
    let statement = match Statement::read(statement) {
        Ok(statement) => statement,
        Err(failures) => return Verdict::of(None, trust, failures),
    };
    let claimed = statement.claimed_level().map(str::to_owned);
    let (level, failures) = match judge(contract, &statement, context, trust) {
        Ok(earned) => (claimed.or_else(|| earned.map(|level| level.name().to_owned())), Failures::default()),
        Err(failures) => (claimed, failures),
    };
    Verdict::of(level, trust, failures)
}

/// Holds a statement alone against what its document demands: routing, JSON Schema, rules. No context and no policy is asked.
///
/// # Errors
/// What is wrong, as in a verdict.
pub fn validate(contract: &Contract, statement: &[u8]) -> Result<(), Vec<Failure>> {
    let validated = Statement::read(statement).and_then(|statement| {
        let document = statement.route(contract)?;
        let predicate = statement.predicate();
        document.schema.check(predicate, "/statement/predicate").done()?;
        rules(document, predicate).done()
    });
    validated.map_err(|failures| Verdict::of(None, Trust::None, failures).failures)
}

/// The phases, one after the other; the level that the policy gave.
fn judge(contract: &Contract, statement: &Statement, context: &[u8], trust: Trust) -> Result<Option<Level>, Failures> {
    let document = statement.route(contract)?;
    let predicate = statement.predicate();
    document.schema.check(predicate, "/statement/predicate").done()?;
    let context = read_context(document, context)?;
    rules(document, predicate).done()?;
    policy(document, statement, &context, trust)
}

/// Strict JSON of the size and depth that every phase can read.
fn read_json(bytes: &[u8]) -> Result<Value, String> {
    let value = json::parse(bytes, DOCUMENT_BYTES).map_err(|error| error.to_string())?;
    if json::depth(&value) > DOCUMENT_DEPTH {
        return Err(format!("nested deeper than {DOCUMENT_DEPTH} levels"));
    }
    Ok(value)
}

/// The context, which fits its schema.
fn read_context(document: &Document, bytes: &[u8]) -> Result<Value, Failures> {
    let invalid = |message: String| {
        Failures::from(Failure::new("schema_invalid", Phase::Schema, "/context", message).expected("one JSON object"))
    };
    let context = read_json(bytes).map_err(invalid)?;
    if !context.is_object() {
        return Err(invalid("the context is no object".to_owned()));
    }
    if let Some(schema) = &document.context {
        schema.check(&context, "/context").done()?;
        // What a schema calls an integer may be written `1.0`; to a reader with integers it is none.
        schema.misfits(&context, "/context", Phase::Schema).done()?;
    }
    Ok(context)
}

/// What must be true between the fields of a predicate: first that they are what the rules take them for.
fn rules(document: &Document, predicate: &Value) -> Failures {
    let failures = document.schema.misfits(predicate, "/statement/predicate", Phase::Rules);
    if !failures.is_empty() {
        return failures;
    }
    let mut failures = Failures::default();
    for rule in &document.rules {
        let message = match document::holds(rule, predicate) {
            Ok(true) => continue,
            Ok(false) => {
                rule.message.as_deref().map_or_else(|| format!("the rule `{}` does not hold", rule.name), str::to_owned)
            }
            // Fail closed: a rule that cannot be asked does not hold.
            Err(problem) => format!("the rule `{}` cannot be evaluated: {problem}", rule.name),
        };
        let failure = Failure::new(&rule.fails, Phase::Rules, "/statement/predicate", message);
        failures.push(failure.expected(&*rule.written));
    }
    failures
}

fn policy(
    document: &Document,
    statement: &Statement,
    context: &Value,
    trust: Trust,
) -> Result<Option<Level>, Failures> {
    let policy = match document.policy() {
        Ok(policy) => policy,
        Err(problem) => {
            return Err(Failure::new("policy_eval_error", Phase::Policy, "/", problem.clone()).into());
        }
    };
    let required = context.get("requiredLevel").and_then(Value::as_str).and_then(Level::from_name);
    let required = required.unwrap_or(Level::EvidenceGrade);
    let input = Input { statement: statement.value(), context };
    let decision = policy.weigh(&input, &document.name, required, &document.codes);
    let whole = json!({"statement": statement.value(), "context": context});
    let mut failures = Failures::default();
    let broken = decision.denials.iter().any(|denial| denial.code == "policy_eval_error");
    for denial in &decision.denials {
        failures.push(help::of_denial(denial, &whole));
    }
    let claimed = statement.claimed_level().and_then(Level::from_name);
    let lifted = claimed.max(decision.level).is_some_and(|level| level > Level::EvidenceGrade);
    // A policy that gave no answer says nothing, and is told alone.
    if trust == Trust::None && lifted && !broken {
        failures.push(help::unsigned(&whole));
    }
    if !decision.met && failures.is_empty() {
        failures.push(Failure::new("policy_eval_error", Phase::Policy, "/", "the policy neither passes nor denies"));
    }
    failures.done()?;
    Ok(decision.level)
}
