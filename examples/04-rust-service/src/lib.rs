//! The service as a library, so that tests can hold it without a socket.

mod auth;
mod config;
mod error;
mod links;
mod routes;
mod state;

pub use config::Config;
pub use error::Error;
pub use routes::app;
pub use state::State;
