//! The ground floor: spans, sources, digests, canonical JSON, versions, limits, literals, and [`system::System`], the one
//! door to files, environment and clock. Knows nothing of policies.

pub mod canonical;
pub mod digest;
pub mod intern;
pub mod json;
pub mod limits;
pub mod literal;
pub mod schema;
pub mod source;
pub mod span;
pub mod suggest;
pub mod system;
