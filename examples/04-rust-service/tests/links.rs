//! The service from outside, without a socket.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use shortener::{app, Config, State};
use tower::ServiceExt as _;

async fn post(target: &str, token: &str) -> StatusCode {
    let config = Config::read("config/service.toml").expect("the committed configuration is sound");
    let request = Request::post("/links")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(Body::from(format!(r#"{{"target": "{target}"}}"#)))
        .expect("a request");
    app(State::new(config, "sesame".into())).oneshot(request).await.expect("an answer").status()
}

#[tokio::test]
async fn a_link_is_kept() {
    assert_eq!(post("https://example.com/long", "sesame").await, StatusCode::CREATED);
}

#[tokio::test]
async fn a_script_is_no_link() {
    assert_eq!(post("javascript:alert(1)", "sesame").await, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_wrong_token_is_refused() {
    assert_eq!(post("https://example.com/long", "guess").await, StatusCode::UNAUTHORIZED);
}
