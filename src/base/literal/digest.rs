//! `Digest`: `sha256:<hex>`, `sha384:<hex>`, `sha512:<hex>`; 64 bare hex digits are SHA-256, the case of hex is free.

use super::LiteralError;
use crate::base::digest::Algorithm;
pub use crate::base::digest::Digest;

const HELP: &str = "write `sha256:` and 64 hex digits, as `sha256sum FILE` prints them";

impl Digest {
    /// Parses a digest; the hex becomes lower case.
    ///
    /// # Errors
    /// Unknown algorithms, wrong lengths, characters that are no hex.
    pub fn parse(text: &str) -> Result<Self, LiteralError> {
        let (algorithm, at, hex) = match text.split_once(':') {
            None => (Algorithm::Sha256, 0, text),
            Some((name, hex)) => {
                let known = Algorithm::from_name(&name.to_ascii_lowercase());
                let algorithm = known.ok_or_else(|| {
                    LiteralError::new(0..name.len(), format!("no digest algorithm `{name}`"))
                        .help("use one of `sha256`, `sha384`, `sha512`")
                })?;
                (algorithm, name.len().saturating_add(1), hex)
            }
        };
        if let Some((offset, c)) = hex.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
            let start = at.saturating_add(offset);
            return Err(LiteralError::new(start..start.saturating_add(c.len_utf8()), "not a hex digit").help(HELP));
        }
        if hex.len() != algorithm.hex_length() {
            let message =
                format!("{} has {} hex digits, here are {}", algorithm.name(), algorithm.hex_length(), hex.len());
            return Err(LiteralError::new(at..text.len(), message).help(HELP));
        }
        Ok(Self { algorithm, hex: hex.to_ascii_lowercase() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Digest};

    #[test]
    fn case_is_free_and_bare_hex_is_sha256() {
        let digest = Algorithm::Sha256.digest(b"x");
        assert_eq!(Digest::parse(&digest.to_string()), Ok(digest.clone()));
        assert_eq!(Digest::parse(&digest.hex.to_uppercase()), Ok(digest.clone()));
        assert_eq!(Digest::parse(&format!("SHA256:{}", digest.hex)), Ok(digest));
        for algorithm in Algorithm::ALL {
            let digest = algorithm.digest(b"");
            assert_eq!(Digest::parse(&digest.to_string()), Ok(digest));
        }
    }

    #[test]
    fn errors_point_inside() {
        for (text, range) in [("", 0..0), ("md5:00", 0..3), ("sha256:0g", 8..9), ("sha512:00", 7..9), ("00", 0..2)] {
            assert_eq!(Digest::parse(text).unwrap_err().range, range);
        }
    }
}
