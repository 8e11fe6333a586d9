fn axum_app() -> Router {
    Router::new()
        .route("/", get(index))
        .layer(TraceLayer::new_for_http().on_request(()))
        .layer(tower_http::cors::CorsLayer::permissive())
        .route_layer(middleware::from_fn(auth::require_token))
        .route_layer(axum::middleware::from_fn_with_state(state.clone(), limit))
        .layer(from_extractor::<RequireUser>())
        .layer(ServiceBuilder::new().layer(TimeoutLayer::new(T)).layer(from_fn(|req, next| next.run(req))))
        .layer(Extension { value })
        // .layer(Commented::new())
}

fn actix_app() {
    App::new().wrap(Logger::default()).wrap(Condition::new(on, Compress::default())).wrap(auth_middleware);
}

fn rocket_app() {
    rocket::build().attach(Shield::default()).mount("/", routes![index]);
}

fn tonic_server() {
    GreeterServer::with_interceptor(greeter, check_auth);
}

fn others() {
    registry().with(fmt_layer);
    let text = ".layer(InString::new())";
}
