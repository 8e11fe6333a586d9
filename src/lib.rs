//! Attest: typed claims about code, checked deterministically, decided by Rego.
//!
//! The library behind the `attest` binary. Rooms are layered; imports go down only
//! (see `docs/src/contributing/architecture.md`, whose table a test keeps).

pub mod attestation;
pub mod base;
pub mod cache;
pub mod catalog;
pub mod change;
pub mod ci;
pub mod cli;
pub mod decide;
pub mod diag;
pub mod engine;
pub mod facts;
pub mod git;
pub mod hir;
pub mod ir;
pub mod judge;
pub mod posture;
pub mod provenance;
pub mod report;
pub mod session;
pub mod signing;
pub mod syntax;
pub mod target;
pub mod verdict;
