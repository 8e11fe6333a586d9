//! Signed statements: in-toto, DSSE, Sigstore bundles, trust roots. What is verified comes out as a verdict with the checks
//! that were done and those that were not, never as a bare boolean. Does not know rules, verdicts of assertions or policies,
//! and reaches no network.

pub mod bundle;
pub mod pins;
pub mod trust;
pub mod verdict;
