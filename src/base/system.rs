//! The one door to files, environment and clock.
