//! Diagnostics for people (miette) and as JSON.
