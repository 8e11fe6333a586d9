//! The outer object: reading an in-toto statement strictly, and finding the document that judges it.

use serde_json::{Map, Value};

use super::contract::{Contract, Document};
use super::verdict::{Failure, Failures, Phase};

/// `_type` of every statement.
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The members that mean something.
const MEMBERS: [&str; 4] = ["_type", "subject", "predicateType", "predicate"];

/// A statement that could be read.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    /// All of it, an object.
    whole: Value,
}

impl Statement {
    /// Reads bytes.
    ///
    /// # Errors
    /// `schema_invalid` where it is no strict JSON, or a part that means something is of another type.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Failures> {
        let invalid = |path: &str, message: String| Failure::new("schema_invalid", Phase::Statement, path, message);
        let mut whole = super::read_json(bytes).map_err(|reason| invalid("/statement", reason))?;
        let Value::Object(members) = &mut whole else {
            return Err(invalid("/statement", "the statement is no object".to_owned())
                .expected("one JSON object")
                .into());
        };
        // A reader that does not look at the case of names would see two members where this one sees one.
        let folded = |name: &str| name.to_uppercase();
        let twin = members.keys().find(|name| MEMBERS.iter().any(|it| it != name && folded(it) == folded(name)));
        if let Some(name) = twin {
            let message = format!("the member `{name}` differs only in case from one that means something");
            return Err(invalid("/statement", message).expected(MEMBERS.join(", ")).into());
        }
        for name in ["_type", "predicateType"] {
            if let Some(value) = members.get(name).filter(|value| !value.is_string() && !value.is_null()) {
                let failure = invalid(&format!("/statement/{name}"), format!("`{name}` is no text"));
                return Err(failure.expected("a text").found(Some(value)).into());
            }
        }
        subjects(members)?;
        // Null is no subject at all, and the policy says so; it cannot look into a null.
        if let Some(subjects) = members.get_mut("subject").filter(|value| value.is_null()) {
            *subjects = Value::Array(Vec::new());
        }
        match members.get("predicate") {
            Some(Value::Object(_)) => {}
            // No predicate at all; the phase that asks for its version says so.
            Some(Value::Null) => {
                members.insert("predicate".to_owned(), Value::Object(Map::new()));
            }
            found => {
                let failure = invalid("/statement/predicate", "the statement has no predicate".to_owned());
                return Err(failure.expected("an object").found(found).into());
            }
        }
        Ok(Self { whole })
    }

    /// All of it.
    pub(super) fn value(&self) -> &Value {
        &self.whole
    }

    /// The predicate, an object.
    pub(super) fn predicate(&self) -> &Value {
        self.whole.get("predicate").unwrap_or(&Value::Null)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.whole.get(name).and_then(Value::as_str)
    }

    /// The level that the predicate claims, known or not.
    pub(super) fn claimed_level(&self) -> Option<&str> {
        self.predicate().get("verificationLevel").and_then(Value::as_str).filter(|level| !level.is_empty())
    }

    /// The document of its predicate type. All that is wrong is told, and then nothing else is asked.
    pub(super) fn route<'c>(&self, contract: &'c Contract) -> Result<&'c Document, Failures> {
        let mut failures = Failures::default();
        let fail = |code: &str, path: &str, message: &str, expected: String, found: Option<&Value>| {
            Failure::new(code, Phase::Routing, path, message).expected(expected).found(found)
        };
        if self.text("_type") != Some(STATEMENT_TYPE) {
            let (message, found) = ("this is no in-toto Statement of version 1", self.whole.get("_type"));
            failures.push(fail(
                "unsupported_statement_type",
                "/statement/_type",
                message,
                STATEMENT_TYPE.to_owned(),
                found,
            ));
        }
        let document = contract.documents().iter().find(|it| self.text("predicateType") == Some(&it.predicate_type));
        if document.is_none() {
            let known: Vec<&str> = contract.documents().iter().map(|document| &*document.predicate_type).collect();
            let (message, found) = ("nothing here judges predicates of this type", self.whole.get("predicateType"));
            failures.push(fail(
                "predicate_type_mismatch",
                "/statement/predicateType",
                message,
                known.join(" or "),
                found,
            ));
        }
        let versions = match document {
            Some(document) => document.version.iter().map(|version| &**version).collect::<Vec<_>>(),
            // Of an unknown type any known version will do; one failure is enough.
            None => contract.documents().iter().filter_map(|document| document.version.as_deref()).collect(),
        };
        let version = self.predicate().get("predicateVersion");
        if !versions.is_empty() && !version.and_then(Value::as_str).is_some_and(|version| versions.contains(&version)) {
            let (path, message) = ("/statement/predicate/predicateVersion", "the predicate is of another version");
            failures.push(fail("unsupported_predicate_version", path, message, versions.join(" or "), version));
        }
        match document {
            Some(document) if failures.is_empty() => Ok(document),
            _ => Err(failures),
        }
    }
}

/// `subject` is a list of objects with a `name` and digests, as far as they are there: what is missing is the policy's to
/// refuse, with a code that says more.
fn subjects(members: &Map<String, Value>) -> Result<(), Failures> {
    let invalid = |path: String, expected: &str, found: &Value| {
        let failure = Failure::new("schema_invalid", Phase::Statement, &path, "the subject is not of its type");
        Failures::from(failure.expected(expected).found(Some(found)))
    };
    let list = match members.get("subject") {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::Array(list)) => list,
        Some(other) => return Err(invalid("/statement/subject".to_owned(), "a list", other)),
    };
    for (at, subject) in list.iter().enumerate() {
        let path = format!("/statement/subject/{at}");
        let Value::Object(fields) = subject else { return Err(invalid(path, "an object", subject)) };
        if let Some(name) = fields.get("name").filter(|name| !name.is_string()) {
            return Err(invalid(format!("{path}/name"), "a text", name));
        }
        match fields.get("digest") {
            None => {}
            Some(Value::Object(digests)) => {
                if let Some((_, digest)) = digests.iter().find(|(_, digest)| !digest.is_string()) {
                    return Err(invalid(format!("{path}/digest"), "a text for each algorithm", digest));
                }
            }
            Some(other) => return Err(invalid(format!("{path}/digest"), "an object", other)),
        }
    }
    Ok(())
}
