//! What a link may point to.

use url::Url;

use crate::error::Error;

/// A link as it is kept: absolute, and of a scheme that a browser may follow without harm.
pub fn parse_link(text: &str) -> Result<Url, Error> {
    let link = Url::parse(text)?;
    check_scheme(link.scheme())?;
    Ok(link)
}

fn check_scheme(scheme: &str) -> Result<(), Error> {
    if !matches!(scheme, "http" | "https") {
        return Err(Error::Scheme);
    }
    Ok(())
}

/// Seven letters and digits that say nothing but their order.
pub fn slug(number: u64) -> String {
    const ALPHABET: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rest = number;
    let mut letters = Vec::with_capacity(7);
    for _ in 0..7 {
        letters.push(char::from(ALPHABET[(rest % 36) as usize]));
        rest /= 36;
    }
    letters.into_iter().rev().collect()
}
