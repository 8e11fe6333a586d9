use axum::http::{header, HeaderMap, HeaderName, HeaderValue};
use http::header::CONTENT_SECURITY_POLICY;

const CUSTOM: HeaderName = HeaderName::from_static("x-custom");

async fn axum_handler(mut response: Response) -> impl IntoResponse {
    response.headers_mut().insert("X-Frame-Options", HeaderValue::from_static("DENY"));
    response.headers_mut().append(CONTENT_SECURITY_POLICY, "default-src 'self'".parse().unwrap());
    let mut headers = HeaderMap::new();
    headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_str("max-age=1")?);
    headers.insert(CUSTOM, computed());
    ([(header::X_CONTENT_TYPE_OPTIONS, "nosniff"), ("x-plain", "1")], body)
}

fn layered() -> Router {
    Router::new().layer(SetResponseHeaderLayer::overriding(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")))
}

fn actix() -> HttpResponse {
    App::new().wrap(DefaultHeaders::new().add(("X-Version", "0.2")).add((header::SERVER, "none")));
    HttpResponse::Ok().insert_header(("X-Tuple", "a")).append_header(("X-More", "b")).finish()
}

fn builders() {
    Response::builder().header("X-Built", "c").header(HeaderName::from_static("x-named"), "d").body(());
    warp::reply::with_header(reply, "X-Warp", "e");
    response.set_header(Header::new("X-Rocket", "f"));
}

async fn requests(mut req: Request) {
    client.get(url).header("X-Sent", "1").send().await;
    reqwest::Client::new().post(url).header("X-Posted", "1");
    Request::builder().header("X-Request", "1");
    req.headers_mut().insert("X-Incoming", value);
    map.insert("X-Map", "not a header");
    // response.headers_mut().insert("X-Commented", v);
}
