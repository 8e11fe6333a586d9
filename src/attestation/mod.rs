//! Signed statements: in-toto, DSSE, Sigstore bundles, trust roots, keys. What is verified comes out as a verdict with the
//! checks that were done and those that were not, never as a bare boolean. Does not know rules, verdicts of assertions,
//! policies or files, and reaches no network.

pub mod artifact;
mod bundle;
pub mod certificate;
pub mod envelope;
pub mod key;
pub mod pins;
pub mod sign;
pub mod signers;
pub mod statement;
pub mod trust;
pub mod verdict;
pub mod verify;

pub use self::artifact::{Signed, Source};
pub use self::pins::{Identity, Pins};
pub use self::signers::{OneOf, Signer, verify_one_of};
pub use self::trust::Trust;
pub use self::verdict::{Check, Code, Failure, Fault, Verdict};
pub use self::verify::{Request, Verification, verify};
