//! From outcomes to a decision: a Rego policy weighs verified facts and says which level they earn and which failure codes
//! they carry. Knows the vocabulary of a decision (levels, codes, denials); does not know how outcomes came about.
//!
//! Whatever goes wrong while a policy runs ends in a [`Decision`] with no level and `policy_eval_error`; nothing that a
//! policy does can turn into a pass, a panic or a hang.

mod builtins;
pub mod codes;
mod decision;
pub mod input;
mod isolate;
pub mod level;
mod policy;
mod scan;

pub use codes::DeclaredCodes;
pub use decision::{Decision, Denial};
pub use input::Input;
pub use isolate::THREAD_NAME;
pub use level::Level;
pub use policy::{Limits, Package, Policy, PolicyError, default_policy};
