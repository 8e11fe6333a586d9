//! Strict JSON for foreign bytes: one value, no member twice, bounded in size and depth. What a lenient reader would settle
//! silently (the last of two members, what stands after the value) is where two readers of one document part ways.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Why bytes are not strict JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// More bytes than the caller takes.
    #[error("{actual} bytes of JSON, more than the limit of {limit}")]
    TooLarge {
        /// How many there are.
        actual: usize,
        /// The limit.
        limit: usize,
    },
    /// No JSON, a member twice, something after the value, nested too deep (128 levels), not UTF-8.
    #[error("not strict JSON: {reason}")]
    Malformed {
        /// What is wrong and where.
        reason: String,
    },
}

/// Reads one value of at most `limit` bytes.
///
/// # Errors
/// See [`JsonError`].
pub fn parse(bytes: &[u8], limit: usize) -> Result<Value, JsonError> {
    if bytes.len() > limit {
        return Err(JsonError::TooLarge { actual: bytes.len(), limit });
    }
    let malformed = |error: serde_json::Error| JsonError::Malformed { reason: error.to_string() };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict.deserialize(&mut reader).map_err(malformed)?;
    reader.end().map_err(malformed)?;
    Ok(value)
}

/// How many lists and objects stand one in the other: 0 for a number, 1 for `[]`.
pub fn depth(value: &Value) -> usize {
    let deepest = match value {
        Value::Array(items) => items.iter().map(depth).max(),
        Value::Object(members) => members.values().map(depth).max(),
        _ => return 0,
    };
    deepest.unwrap_or(0).saturating_add(1)
}

/// Builds a value and refuses the second member of a name.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = items.next_element_seed(Strict)? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if out.contains_key(&name) {
                let shown: String = name.chars().take(100).collect();
                return Err(A::Error::custom(format!("the member `{shown}` stands twice")));
            }
            let value = members.next_value_seed(Strict)?;
            out.insert(name, value);
        }
        Ok(Value::Object(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_and_no_member_twice() {
        let read = |text: &str| parse(text.as_bytes(), 1_000).map_err(|error| error.to_string());
        assert_eq!(read(" {\"a\": [1, -2, 1.5, \"x\", null, true]} ").unwrap()["a"][1], -2);
        for (text, words) in [
            ("", "EOF"),
            ("{} {}", "trailing"),
            ("{\"a\": 1, \"a\": 2}", "`a` stands twice"),
            ("{\"x\": {\"a\": 1, \"\\u0061\": 2}}", "`a` stands twice"),
            ("\u{feff}{}", "expected value"),
            ("[1e999]", "out of range"),
            ("nul", "EOF"),
        ] {
            let error = read(text).expect_err(text);
            assert!(error.contains(words), "{text}: {error}");
        }
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(read(&deep).unwrap_err().contains("recursion"));
        assert!(matches!(parse(&[b' '; 2_000], 1_000), Err(JsonError::TooLarge { actual: 2_000, limit: 1_000 })));
        assert!(parse(b"\"\xff\"", 10).is_err());
        assert_eq!(
            [depth(&read("1").unwrap()), depth(&read("[]").unwrap()), depth(&read("{\"a\": [1, {}]}").unwrap())],
            [0, 1, 3]
        );
    }
}
