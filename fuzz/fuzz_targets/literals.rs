//! Any text as each refined literal: an error lies inside the text.
#![no_main]

use attest::base::literal::check;
use attest::base::schema::Refinement;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (refinement, text) = input;
    let Some(refinement) = Refinement::ALL.get(usize::from(refinement) % Refinement::ALL.len()) else { return };
    if let Err(error) = check(*refinement, text) {
        assert!(error.range.start <= error.range.end && error.range.end <= text.len());
    }
});
