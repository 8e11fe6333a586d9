//! Everything that can be listed, with the files that are derived from it. Does not compute.

pub mod pages;
pub mod schemas;
