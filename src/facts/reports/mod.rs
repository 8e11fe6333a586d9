//! tmp
pub mod junit;
