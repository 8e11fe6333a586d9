//! Any text as source code of each language: facts whose places lie in the text, never a crash.
#![no_main]

use attest::facts::languages::ADAPTERS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (language, text) = input;
    let Some(adapter) = ADAPTERS.get(usize::from(language) % ADAPTERS.len()) else { return };
    let facts = (adapter.extract)(text);
    for function in &facts.functions {
        assert!(function.span.end as usize <= text.len() && !function.name.is_empty());
    }
});
