//! What a run says: the report as data, as JSON for programs and as text for people, and the exit code that follows from
//! it. Does not know how anything was computed.

pub mod exit;
pub mod human;
pub mod json;
pub mod model;

pub use exit::Exit;
pub use model::Report;
