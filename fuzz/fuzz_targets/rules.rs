//! Any text as a rule file, through parser and compiler: always a tree and diagnostics.
#![no_main]

use attest::base::source::SourceMap;
use attest::facts::relations::signatures;
use attest::hir::{Input, Unit, compile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut sources = SourceMap::new();
    let source = sources.add("fuzz.attest", text);
    let parsed = attest::syntax::parse(source, text);
    let _ = attest::syntax::tree_json(&parsed.file, &sources);
    let main = Unit { edition: Some(1), files: vec![parsed.file], ..Unit::default() };
    let input =
        Input { std: Unit::default(), dependencies: Vec::new(), main, sources: &sources, signatures: signatures() };
    let compiled = compile(input);
    let _ = attest::ir::lower(&compiled.package, &sources);
});
