//! The composition of a run: what the doors ask for, and what they get. Does not know argv.

pub mod options;
