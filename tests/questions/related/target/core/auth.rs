/// Verifies.
pub fn verify(token: &str) -> bool {
    !token.is_empty()
}

pub fn login(token: &str) -> bool {
    self::verify(token)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_empty_token_is_refused() {
        assert!(!super::verify(""));
    }
}
