//! Any text as a Rego policy: it compiles or says where it does not, and never crashes.
#![no_main]

use attest::decide::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Policy::compile("fuzz.rego", text);
});
