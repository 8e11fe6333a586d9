//! The plan (IR): flat, ordered, canonical obligations with checks inlined and arguments in place, and its digest. The
//! only room that sees both the language and the facts. No I/O.

mod claim;
mod constants;
mod fold;
mod lower;
mod package;
pub mod plan;
mod subject;

pub use lower::{lower_claim, lower_expression};
pub use package::lower;
pub use plan::Plan;
