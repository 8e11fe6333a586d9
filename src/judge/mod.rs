//! Tier 2: questions to a model about code that Tier 1 matched, and the rules that make its answers evidence: a closed set,
//! cited lines, votes, a record that can be replayed. Does not know policies, and reads no file of the target.

pub mod answer;
pub mod driver;
pub mod machine;
pub mod opinion;
pub mod prompt;
pub mod provider;
pub mod question;
pub mod store;
mod tokens;
pub mod transcript;
mod visible;
