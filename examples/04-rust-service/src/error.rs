//! What can go wrong, and what the caller hears of it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("a bearer token is needed")]
    Unauthorized,
    #[error("only http and https links are shortened")]
    Scheme,
    #[error("this is no link")]
    Malformed(#[from] url::ParseError),
    #[error("there is no such link")]
    Unknown,
    #[error("the service is full")]
    Full,
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Scheme | Self::Malformed(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
        };
        (status, self.to_string()).into_response()
    }
}
