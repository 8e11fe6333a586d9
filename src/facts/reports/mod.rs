//! Reports of tests that ran. One file a format. Does not run anything, and does not know which commit is the target's.

pub mod junit;
