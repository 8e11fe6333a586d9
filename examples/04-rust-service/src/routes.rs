//! The routes and the layers around them; the outermost layer is the last.

use std::time::Duration;

use axum::extract::{Path, State as Shared};
use axum::http::{header, HeaderValue, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use crate::auth::require_token;
use crate::error::Error;
use crate::links::parse_link;
use crate::state::State;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLink {
    target: String,
}

#[derive(Serialize)]
struct Link {
    short: String,
}

pub fn app(state: State) -> Router {
    let limits = state.config.limits.clone();
    let no_sniffing = HeaderValue::from_static("nosniff");
    Router::new()
        .route("/links", post(create_link))
        .route_layer(from_fn_with_state(state.clone(), require_token))
        .route("/:slug", get(follow))
        .layer(SetResponseHeaderLayer::overriding(header::X_CONTENT_TYPE_OPTIONS, no_sniffing))
        .layer(SetResponseHeaderLayer::overriding(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
        .layer(RequestBodyLimitLayer::new(limits.body_bytes))
        .layer(TimeoutLayer::new(Duration::from_secs(limits.timeout_seconds)))
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

async fn create_link(Shared(state): Shared<State>, Json(body): Json<NewLink>) -> Result<(StatusCode, Json<Link>), Error> {
    let target = parse_link(&body.target)?;
    let slug = state.keep(target)?;
    let short = format!("{}/{slug}", state.config.public_url);
    Ok((StatusCode::CREATED, Json(Link { short })))
}

async fn follow(Shared(state): Shared<State>, Path(slug): Path<String>) -> Result<Redirect, Error> {
    state.find(&slug).map(|link| Redirect::temporary(link.as_str()))
}
