//! Canonical JSON: keys sorted by code point, no white space, so that equal values have equal bytes and digests.

use serde::Serialize;
use serde_json::Value;

use super::digest::{Digest, sha256};

/// The canonical bytes of `value`: object keys sorted, no insignificant white space, one final form for each number.
///
/// # Errors
/// Where the value cannot be JSON (a map with keys that are no text, a number that is not finite).
pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&sorted(serde_json::to_value(value)?))
}

/// The canonical form, indented for people; the same order as [`to_vec`].
///
/// # Errors
/// As [`to_vec`].
pub fn to_string_pretty<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&sorted(serde_json::to_value(value)?))
}

/// SHA-256 of the canonical bytes.
///
/// # Errors
/// As [`to_vec`].
pub fn digest<T: Serialize + ?Sized>(value: &T) -> Result<Digest, serde_json::Error> {
    Ok(sha256(&to_vec(value)?))
}

/// `serde_json`'s map sorts by key unless a dependency switches on `preserve_order`; this holds in either case.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut pairs: Vec<_> = map.into_iter().collect();
            pairs.sort_by(|left, right| left.0.cmp(&right.0));
            Value::Object(pairs.into_iter().map(|(key, value)| (key, sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => scalar,
    }
}
