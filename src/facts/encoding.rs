//! Bytes to text: UTF-8 with or without byte order mark, UTF-16 with one, Latin-1 where the language's own cookie says
//! so. Anything else is no text.

use std::sync::Arc;

/// A file's text, and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The text without byte order mark.
    pub text: Arc<str>,
    /// What the text was decoded from, where it is not the text's own bytes.
    original: Option<Arc<[u8]>>,
}

impl Content {
    /// The file's bytes.
    pub fn bytes(&self) -> Arc<[u8]> {
        self.original.clone().unwrap_or_else(|| Arc::from(self.text.as_bytes()))
    }
}

const UTF8_MARK: &[u8] = &[0xEF, 0xBB, 0xBF];

/// Decodes a file of `language`.
///
/// # Errors
/// Where the bytes are binary or of an encoding that nothing declares; the message says which byte.
pub fn decode(bytes: &Arc<[u8]>, language: &str) -> Result<Content, String> {
    if let Some(rest) = bytes.strip_prefix(UTF8_MARK) {
        let text = std::str::from_utf8(rest).map_err(|error| not_utf8(rest, error))?;
        return Ok(Content { text: Arc::from(text), original: Some(bytes.clone()) });
    }
    for (mark, big_endian) in [([0xFF, 0xFE], false), ([0xFE, 0xFF], true)] {
        if let Some(rest) = bytes.strip_prefix(&mark) {
            let text = utf16(rest, big_endian).ok_or("starts as UTF-16 text but is none")?;
            return Ok(Content { text: Arc::from(text), original: Some(bytes.clone()) });
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => Err(String::from("is binary: it holds a NUL byte")),
        Ok(text) => Ok(Content { text: Arc::from(text), original: None }),
        Err(_) if declares_latin1(bytes, language) => {
            // Latin-1 is the first 256 code points, byte for byte.
            let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            Ok(Content { text: Arc::from(text), original: Some(bytes.clone()) })
        }
        Err(error) => Err(not_utf8(bytes, error)),
    }
}

fn not_utf8(bytes: &[u8], error: std::str::Utf8Error) -> String {
    if memchr::memchr(0, bytes).is_some() {
        String::from("is binary: it holds a NUL byte")
    } else {
        format!("is not UTF-8 text (byte {}) and declares no other encoding", error.valid_up_to())
    }
}

fn utf16(bytes: &[u8], big_endian: bool) -> Option<String> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
    let units = units.map(|pair| if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

/// Python's cookie (PEP 263): a comment in the first two lines with `coding: latin-1`.
fn declares_latin1(bytes: &[u8], language: &str) -> bool {
    if language != "python" {
        return false;
    }
    bytes.split(|byte| *byte == b'\n').take(2).any(|line| {
        let line = String::from_utf8_lossy(line);
        let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
        let Some((_, after)) = comment.split_once("coding") else { return false };
        let Some(name) = after.strip_prefix([':', '=']) else { return false };
        let name: String = name
            .trim_start()
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        matches!(
            name.to_ascii_lowercase().replace('_', "-").as_str(),
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "iso-latin-1" | "l1"
        )
    })
}
