//! A link shortener: whoever has the token makes links, everybody follows them.

use std::net::SocketAddr;

use anyhow::Context as _;
use shortener::{app, Config, State};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt::init();
    let config = Config::read("config/service.toml")?;
    let token = std::env::var("SHORTENER_TOKEN").context("SHORTENER_TOKEN is not set")?;
    let address: SocketAddr = config.listen.parse().context("`listen` is no address")?;

    let listener = tokio::net::TcpListener::bind(address).await?;
    tracing::info!(%address, "listening");
    axum::serve(listener, app(State::new(config, token)))
        .with_graceful_shutdown(async { drop(tokio::signal::ctrl_c().await) })
        .await
        .context("the server stopped")
}
