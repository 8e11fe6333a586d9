//! Rust, read by `syn`. Macro arguments are parsed as code where they are code. Files that `syn` refuses go to the
//! tree-sitter grammar of the same language (see [`fallback`]). It expands no macro and resolves no name across files.
//!
//! **Thread.** Each file is parsed on a thread of its own: the parser and the walk recurse, and a big stack costs nothing
//! until it is touched; `proc_macro2` keeps the text of every file that it has seen in a thread-local, which ends with
//! the thread; and a panic inside the parser is an answer ("refused"), not the end of the process.

mod attributes;
mod depth;
mod guards;
mod handlers;
mod imports;
mod macros;
mod rows;
mod symbol;
mod walk;
mod web;

use super::super::model::{CodeFacts, Range};
use crate::base::limits;

/// Stack of the parsing thread. Address space, touched only as deep as a file nests.
const STACK_BYTES: usize = 256 << 20;
/// Most operators that may be open at once; each is one level of recursion.
const CHAIN: usize = 4096;

/// Facts of one Rust file.
pub fn extract(text: &str) -> CodeFacts {
    let depth = depth::measure(text);
    if depth.brackets > limits::SYNTAX_NESTING || depth.chain > CHAIN {
        return refused(text);
    }
    let parsed = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("rust-facts".to_owned()).stack_size(STACK_BYTES);
        let thread = builder.spawn_scoped(scope, || parse(text)).ok()?;
        thread.join().ok().flatten()
    });
    parsed.unwrap_or_else(|| refused(text))
}

fn parse(text: &str) -> Option<CodeFacts> {
    // `syn::parse_file` would take the same bytes away and not say how many.
    let base = hidden(text);
    let file = syn::parse_str::<syn::File>(text.get(base..)?).ok()?;
    Some(walk::Walk::new(text, base).file(&file))
}

/// Bytes at the start that are no Rust: a BOM and a shebang line.
fn hidden(text: &str) -> usize {
    let rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let bom = text.len() - rest.len();
    match rest.strip_prefix("#!") {
        Some(line) if !starts_attribute(line) => bom + rest.find('\n').unwrap_or(rest.len()),
        _ => bom,
    }
}

/// Whether `[` follows `#!`, past white space and comments: then it is no shebang.
fn starts_attribute(after: &str) -> bool {
    let mut rest = after;
    loop {
        rest = rest.trim_start();
        rest = if rest.starts_with("//") {
            rest.split_once('\n').map_or("", |(_, rest)| rest)
        } else if rest.starts_with("/*") {
            rest.split_once("*/").map_or("", |(_, rest)| rest)
        } else {
            return rest.starts_with('[');
        };
    }
}

/// What is left where `syn` gives nothing.
fn refused(text: &str) -> CodeFacts {
    CodeFacts { broken: vec![Range::new(0, text.len())], ..CodeFacts::default() }
}
