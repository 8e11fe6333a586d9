//! What a gate says, and the one place where a policy's raw answer becomes it. Does not know Rego: it reads JSON.

use serde::Serialize;
use serde_json::Value;

use super::codes::{self, DeclaredCodes};
use super::level::Level;
use crate::base::suggest;

/// Most denials that an answer may hold.
const DENIALS: usize = 100_000;

/// What a gate says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// The gate.
    pub gate: String,
    /// The highest level earned; null where not even the lowest is.
    pub level: Option<Level>,
    /// The level that the gate requires.
    pub required: Level,
    /// Whether the gate is met: the level suffices, and nothing is denied.
    pub met: bool,
    /// The codes of the denials in their fixed order, each once.
    pub failure_codes: Vec<String>,
    /// Why not, sorted by code, subject and message.
    pub denials: Vec<Denial>,
}

/// One reason why a gate is not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Denial {
    /// A failure code.
    pub code: String,
    /// The id of what it is about.
    pub subject: String,
    /// Why, in one line.
    pub message: String,
}

impl Decision {
    /// The decision of a policy that gave no proper answer.
    pub fn undecided(gate: &str, required: Level, message: impl Into<String>) -> Self {
        let denial = Denial { code: "policy_eval_error".to_owned(), subject: gate.to_owned(), message: message.into() };
        Self::of(gate, None, required, vec![denial])
    }

    /// A decision from its parts, in canonical order.
    fn of(gate: &str, level: Option<Level>, required: Level, mut denials: Vec<Denial>) -> Self {
        let reached = level.is_some_and(|level| level >= required);
        if !reached && denials.is_empty() {
            let message = match level {
                Some(level) => format!("`{level}` is earned, `{required}` is required"),
                None => format!("no level is earned, `{required}` is required"),
            };
            denials.push(Denial { code: "level_below_required".to_owned(), subject: gate.to_owned(), message });
        }
        denials.sort_by(|left, right| {
            (codes::order(&left.code), &left.subject, &left.message).cmp(&(
                codes::order(&right.code),
                &right.subject,
                &right.message,
            ))
        });
        denials.dedup();
        let mut failure_codes: Vec<String> = denials.iter().map(|denial| denial.code.clone()).collect();
        failure_codes.dedup();
        let met = reached && denials.is_empty();
        Self { gate: gate.to_owned(), level, required, met, failure_codes, denials }
    }

    /// Reads a policy's answer; whatever it is, the result is a decision.
    ///
    /// An answer that is not exactly `{"level": text or null, "denials": [{"code", "subject", "message"}]}` with a known
    /// level and declared codes is `policy_eval_error`. One that earns the required level and still denies something
    /// contradicts itself, and the denial counts.
    pub(super) fn read(answer: &Value, gate: &str, required: Level, declared: &DeclaredCodes) -> Self {
        match parse(answer, declared) {
            Ok((level, denials)) => Self::of(gate, level, required, denials),
            Err(message) => Self::undecided(gate, required, message),
        }
    }
}

/// The parts of an answer, or what is wrong with it.
fn parse(answer: &Value, declared: &DeclaredCodes) -> Result<(Option<Level>, Vec<Denial>), String> {
    let Value::Object(fields) = answer else {
        return Err(format!("`decision` is {}, not an object", kind(answer)));
    };
    if let Some(key) = fields.keys().find(|key| !["level", "denials"].contains(&key.as_str())) {
        return Err(format!("`decision` has the unknown field `{}`", clip(key)));
    }
    let level = match fields.get("level") {
        None => return Err("`decision` has no field `level`".to_owned()),
        Some(Value::Null) => None,
        Some(Value::String(name)) => Some(Level::from_name(name).ok_or_else(|| unknown_level(name))?),
        Some(other) => return Err(format!("`decision.level` is {}, not a text or null", kind(other))),
    };
    let list = match fields.get("denials") {
        None => return Err("`decision` has no field `denials`".to_owned()),
        Some(Value::Array(list)) => list,
        Some(other) => return Err(format!("`decision.denials` is {}, not a list", kind(other))),
    };
    if list.len() > DENIALS {
        return Err(format!("`decision.denials` has {} items, at most {DENIALS} are read", list.len()));
    }
    let denials = list.iter().enumerate().map(|(at, denial)| read_denial(at, denial, declared));
    Ok((level, denials.collect::<Result<_, _>>()?))
}

fn read_denial(at: usize, denial: &Value, declared: &DeclaredCodes) -> Result<Denial, String> {
    let Value::Object(fields) = denial else {
        return Err(format!("`decision.denials[{at}]` is {}, not an object", kind(denial)));
    };
    if let Some(key) = fields.keys().find(|key| !["code", "subject", "message"].contains(&key.as_str())) {
        return Err(format!("`decision.denials[{at}]` has the unknown field `{}`", clip(key)));
    }
    let text = |name: &str| match fields.get(name) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => Err(format!("`decision.denials[{at}].{name}` is {}, not a text", kind(other))),
        None => Err(format!("`decision.denials[{at}]` has no field `{name}`")),
    };
    let (code, subject, message) = (text("code")?, text("subject")?, text("message")?);
    if !declared.allows(&code) {
        let hint = suggest::nearest(&code, declared.names()).map(|near| format!(", did it mean `{near}`?"));
        return Err(format!("the policy emits the undeclared code `{}`{}", clip(&code), hint.unwrap_or_default()));
    }
    Ok(Denial { code, subject, message })
}

fn unknown_level(name: &str) -> String {
    let known = Level::ALL.map(Level::name);
    let hint = suggest::nearest(name, known)
        .map_or_else(|| format!("the levels are {}", known.join(", ")), |near| format!("did it mean `{near}`?"));
    format!("the policy gives the unknown level `{}`, {hint}", clip(name))
}

/// A value's kind in the words of a policy's author.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Foreign text, short enough for a message.
fn clip(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}
