#![allow(dead_code)]

/// Not a decorator.
#[doc = "neither"]
#[derive(Debug, Clone, serde::Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub struct Payload {
    #[serde(skip)]
    field: u8,
}

#[tracing::instrument(skip(token), fields(user = %id, n = f(1, 2)))]
#[cfg_attr(feature = "auth", require_auth)]
#[must_use = "check it"]
// #[commented_out]
fn handler(token: Token) {
    #[inline]
    fn inner() {}
    #[allow(unused)]
    let closure = |x: u8| x;
}

#[require_auth_optional]
fn near_miss() {}

#[async_trait]
impl Service for Payload {
    #[pkg::require_auth(level = 3)]
    async fn call(&self) {}
}

trait Api {
    #[deprecated]
    fn old(&self);
}
