//! in-toto statements: their shape, their subjects, and which of them an artifact is. Does not know who signed one, and not
//! what a predicate means.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::verdict::{Code, Failure};
use crate::base::json;

/// The payload type of in-toto statements.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The type of a statement that is made.
pub const TYPE: &str = "https://in-toto.io/Statement/v1";
/// The types of statements that are read: v0.1 has the same members.
const TYPES: [&str; 2] = [TYPE, "https://in-toto.io/Statement/v0.1"];
/// Largest statement, bytes.
pub const BYTES: usize = 16 << 20;
/// Most subjects of a statement.
const SUBJECTS: usize = 10_000;
/// Algorithms that prove nothing by themselves.
const WEAK: [&str; 4] = ["md5", "sha1", "md4", "md2"];
/// Algorithms of which the digits are known, with how many they have.
const KNOWN: [(&str, usize); 3] = [("sha256", 64), ("sha384", 96), ("sha512", 128)];

/// One subject.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its digests by algorithm.
    pub digests: BTreeMap<String, String>,
}

impl Subject {
    /// Whether none of its digests proves anything. Such subjects are met (GitHub's release attestations name the tag by its
    /// `sha1`), match no artifact, and are not signed here.
    pub(super) fn is_weak(&self) -> bool {
        self.digests.keys().all(|algorithm| WEAK.contains(&algorithm.as_str()))
    }

    /// Whether it is the artifact of these digests: at least one SHA-2 digest is equal, and none is another. That all have to
    /// agree is more than in-toto asks for, and makes a subject that contradicts itself match nothing.
    fn is(&self, digests: &BTreeMap<&'static str, String>) -> bool {
        let mut common =
            digests.iter().filter_map(|(name, hex)| self.digests.get(*name).map(|own| own == hex)).peekable();
        common.peek().is_some() && common.all(|equal| equal)
    }
}

/// A statement that fits its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What its predicate says of the subjects.
    pub predicate_type: String,
    /// What it is about, never empty.
    pub subjects: Vec<Subject>,
    /// The whole document.
    pub document: Value,
}

/// Reads a payload.
///
/// # Errors
/// Everything that is wrong with it, at least one failure.
pub fn read(payload: &[u8]) -> Result<Statement, Vec<Failure>> {
    let malformed = |message: String| Failure::new(Code::SchemaInvalid, message);
    let document =
        json::parse(payload, BYTES).map_err(|error| vec![malformed(format!("the statement is {error}")).at("")])?;
    if !document.is_object() {
        return Err(vec![malformed(String::from("the statement is no JSON object")).at("")]);
    }
    let mut failures = Vec::new();
    let type_ = document.get("_type").and_then(Value::as_str).unwrap_or_default();
    if !TYPES.contains(&type_) {
        failures.push(
            Failure::new(
                Code::UnsupportedStatementType,
                "the statement is no in-toto statement of a version that is read",
            )
            .at("/_type")
            .between(TYPE, type_),
        );
    }
    let predicate_type = document.get("predicateType").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !predicate_type.contains(':') {
        failures.push(malformed(String::from("`predicateType` is no URI")).at("/predicateType"));
    }
    // A predicate may be missing, and null is how some say so: PyPI's attestations of publishing do.
    if document.get("predicate").is_some_and(|predicate| !predicate.is_object() && !predicate.is_null()) {
        failures.push(malformed(String::from("`predicate` is no object")).at("/predicate"));
    }
    let subjects = subjects(document.get("subject"));
    match (subjects, failures.is_empty()) {
        (Ok(subjects), true) => Ok(Statement { predicate_type, subjects, document }),
        (Ok(_), false) => Err(failures),
        (Err(failure), _) => {
            failures.push(failure);
            Err(failures)
        }
    }
}

fn subjects(list: Option<&Value>) -> Result<Vec<Subject>, Failure> {
    let malformed = |path: String, message: &str| Failure::new(Code::SchemaInvalid, message.to_owned()).at(path);
    let list = list
        .and_then(Value::as_array)
        .ok_or_else(|| malformed(String::from("/subject"), "the statement has no list of subjects"))?;
    if list.is_empty() || list.len() > SUBJECTS {
        let message = format!("the statement has {} subjects, not 1 to {SUBJECTS}", list.len());
        return Err(malformed(String::from("/subject"), &message));
    }
    let mut seen = BTreeSet::new();
    let mut subjects = Vec::with_capacity(list.len());
    for (index, value) in list.iter().enumerate() {
        let at = |member: &str| format!("/subject/{index}{member}");
        let name = match value.get("name") {
            None => String::new(),
            Some(Value::String(name)) => name.clone(),
            Some(_) => return Err(malformed(at("/name"), "the name of a subject is no text")),
        };
        let digests = value
            .get("digest")
            .and_then(Value::as_object)
            .ok_or_else(|| malformed(at("/digest"), "a subject has no digests"))?;
        let digests: BTreeMap<String, String> = digests
            .iter()
            .map(|(algorithm, digest)| digest.as_str().map(|digest| (algorithm.clone(), digest.to_owned())))
            .collect::<Option<_>>()
            .ok_or_else(|| malformed(at("/digest"), "a digest is no text"))?;
        for (algorithm, length) in KNOWN {
            let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
            if digests.get(algorithm).is_some_and(|digest| digest.len() != length || !digest.bytes().all(is_hex)) {
                let message = format!("the digest is not {length} digits of lower-case hex");
                return Err(malformed(at(&format!("/digest/{algorithm}")), &message));
            }
        }
        if digests.is_empty() || digests.iter().any(|(algorithm, digest)| algorithm.is_empty() || digest.is_empty()) {
            return Err(malformed(at("/digest"), "a subject has no digest, or an empty one"));
        }
        let subject = Subject { name, digests };
        if !seen.insert(subject.clone()) {
            return Err(malformed(at(""), "a subject stands twice"));
        }
        subjects.push(subject);
    }
    Ok(subjects)
}

impl Statement {
    /// The subjects that the artifacts are, one line each; with `only`, every subject has to be one of them.
    ///
    /// # Errors
    /// An artifact that is no subject, and with `only` a subject that is no artifact.
    pub(super) fn matched(
        &self,
        artifacts: &[BTreeMap<&'static str, String>],
        only: bool,
    ) -> Result<Vec<String>, Failure> {
        let mismatch = |message: &str| Failure::new(Code::SubjectDigestMismatch, message.to_owned()).at("/subject");
        let mut used = BTreeSet::new();
        let mut lines = Vec::new();
        for artifact in artifacts {
            let shown = super::artifact::shown(artifact);
            let mut found = self.subjects.iter().enumerate().filter(|(_, subject)| subject.is(artifact)).peekable();
            let Some((_, first)) = found.peek() else {
                let names: Vec<String> = self.subjects.iter().take(5).map(in_words).collect();
                let more = self.subjects.len().saturating_sub(names.len());
                let listed = if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") };
                return Err(mismatch("the artifact is none of the statement's subjects").between(shown, listed));
            };
            lines.push(if first.name.is_empty() { shown } else { format!("{} ({shown})", first.name) });
            used.extend(found.map(|(index, _)| index));
        }
        if only && let Some((index, extra)) = self.subjects.iter().enumerate().find(|(index, _)| !used.contains(index))
        {
            return Err(mismatch("the statement has a subject that is none of the artifacts")
                .at(format!("/subject/{index}"))
                .between("no other subject", in_words(extra)));
        }
        Ok(lines)
    }
}

fn in_words(subject: &Subject) -> String {
    let digests: Vec<String> = subject.digests.iter().map(|(name, hex)| format!("{name}:{hex}")).collect();
    if subject.name.is_empty() { digests.join(" ") } else { format!("{} {}", subject.name, digests.join(" ")) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn errors(document: &Value) -> Vec<(Code, String)> {
        let Err(failures) = read(document.to_string().as_bytes()) else { return Vec::new() };
        failures.into_iter().map(|failure| (failure.code, failure.path.unwrap_or_default().into_string())).collect()
    }

    fn with(change: impl FnOnce(&mut Value)) -> Value {
        let digest = json!({"sha256": "a".repeat(64), "gitCommit": "b".repeat(40)});
        let mut document = json!({"_type": TYPE, "subject": [{"name": "a", "digest": digest}],
            "predicateType": "https://example.org/p/v1", "predicate": {}, "unknown": 1});
        change(&mut document);
        document
    }

    #[test]
    fn the_form_is_held_and_the_place_is_named() {
        assert_eq!(errors(&with(|_| ())), []);
        assert_eq!(errors(&with(|it| it["_type"] = json!("https://in-toto.io/Statement/v0.1"))), []);
        assert_eq!(errors(&with(|it| it["subject"][0]["digest"] = json!({"gitCommit": "b"}))), []);
        assert_eq!(errors(&with(|it| it["subject"][0]["digest"] = json!({"sha1": "b"}))), []);
        assert_eq!(errors(&with(|it| it["predicate"] = json!(null))), []);
        let schema = |path: &str| vec![(Code::SchemaInvalid, path.to_owned())];
        let digest = |digest: Value| with(move |it| it["subject"][0]["digest"] = digest);
        for (document, wanted) in [
            (json!([]), schema("")),
            (
                with(|it| it["_type"] = json!("https://in-toto.io/Statement/v9")),
                vec![(Code::UnsupportedStatementType, "/_type".to_owned())],
            ),
            (with(|it| it["predicateType"] = json!("")), schema("/predicateType")),
            (with(|it| it["predicate"] = json!([])), schema("/predicate")),
            (with(|it| it["predicate"] = json!("null")), schema("/predicate")),
            (with(|it| it["subject"] = json!([])), schema("/subject")),
            (with(|it| it["subject"] = json!({})), schema("/subject")),
            (with(|it| it["subject"] = json!([1])), schema("/subject/0/digest")),
            (with(|it| it["subject"][0]["name"] = json!(7)), schema("/subject/0/name")),
            (with(|it| it["subject"] = json!([it["subject"][0], it["subject"][0]])), schema("/subject/1")),
            (digest(json!({})), schema("/subject/0/digest")),
            (digest(json!({"gitCommit": ""})), schema("/subject/0/digest")),
            (digest(json!({"sha256": "A".repeat(64)})), schema("/subject/0/digest/sha256")),
            (digest(json!({"sha512": "a".repeat(64)})), schema("/subject/0/digest/sha512")),
            (digest(json!({"sha384": 1})), schema("/subject/0/digest")),
        ] {
            assert_eq!(errors(&document), wanted, "{document}");
        }
        assert_eq!(read(b"{\"_type\": 1, \"_type\": 2}").unwrap_err().len(), 1);
        assert_eq!(read(b"\xff").unwrap_err()[0].code, Code::SchemaInvalid);
    }

    #[test]
    fn subjects_match_by_digest_and_as_a_set() {
        let (one, two) = ("1".repeat(64), "2".repeat(128));
        let document = with(|it| {
            it["subject"] = json!([{"name": "one", "digest": {"sha256": one}},
                {"digest": {"sha512": two, "sha256": "3".repeat(64)}}, {"name": "c", "digest": {"gitCommit": "4"}}]);
        });
        let statement = read(document.to_string().as_bytes()).unwrap();
        let digest = |name: &'static str, hex: &str| BTreeMap::from([(name, hex.to_owned())]);
        assert_eq!(statement.matched(&[digest("sha256", &one)], false).unwrap().len(), 1);
        assert_eq!(statement.matched(&[digest("sha512", &two)], false).unwrap().len(), 1);
        let contradicts = BTreeMap::from([("sha512", two.clone()), ("sha256", "5".repeat(64))]);
        assert!(statement.matched(&[contradicts], false).is_err(), "one digest agrees and another does not");
        assert!(statement.matched(&[digest("sha384", &"1".repeat(96))], false).is_err());
        let both = [digest("sha256", &one), digest("sha512", &two)];
        let extra = statement.matched(&both, true).unwrap_err();
        assert_eq!((extra.code, extra.path.as_deref()), (Code::SubjectDigestMismatch, Some("/subject/2")));
        assert!(statement.matched(&both, false).is_ok());
    }
}
