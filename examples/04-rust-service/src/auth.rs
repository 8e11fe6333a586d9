//! Who may make links.

use axum::extract::{Request, State as Shared};
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::Response;
use subtle::ConstantTimeEq as _;

use crate::error::Error;
use crate::state::State;

/// Lets through who sends the token, in constant time.
pub async fn require_token(Shared(state): Shared<State>, request: Request, next: Next) -> Result<Response, Error> {
    let given = request.headers().get(AUTHORIZATION).map_or(&[][..], |value| value.as_bytes());
    let wanted = format!("Bearer {}", state.token);
    if !bool::from(given.ct_eq(wanted.as_bytes())) {
        return Err(Error::Unauthorized);
    }
    Ok(next.run(request).await)
}
