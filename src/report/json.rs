//! The report for programs: indented JSON in the order of the contract, with a final line end; equal reports are equal
//! bytes.

use serde::Serialize;

/// `value` as indented JSON with a final line end.
///
/// # Errors
/// Where the value cannot be JSON (a map with keys that are no text, a number that is not finite); no type of this crate is
/// such a value.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, serde_json::Error> {
    // It stands in texts only. In the log of a build service it would begin a command.
    let mut text = serde_json::to_string_pretty(value)?.replace("##[", "#\\u0023[");
    text.push('\n');
    Ok(text)
}
