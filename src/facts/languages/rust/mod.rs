//! Rust, read by `syn`. Macro arguments are parsed as code where they are code. Of files that `syn` refuses, tree-sitter
//! tells the unreadable parts, and `syn` reads the rest (see `recovery`). No macro is expanded, and no name is resolved
//! across files.
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
mod recovery;
mod rows;
mod shape;
mod symbol;
mod unread;
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
    let too_long = u64::try_from(text.len()).is_ok_and(|length| length > limits::TARGET_FILE_BYTES);
    let depth = depth::measure(text);
    if too_long || depth.brackets > limits::SYNTAX_NESTING || depth.chain > CHAIN {
        return unknown(text);
    }
    let read = std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("rust-facts".to_owned()).stack_size(STACK_BYTES);
        let thread = builder.spawn_scoped(scope, || read(text)).ok()?;
        thread.join().ok().flatten()
    });
    read.unwrap_or_else(|| unknown(text))
}

fn read(text: &str) -> Option<CodeFacts> {
    let base = hidden(text);
    let mut refusal = match parse(text, text, base) {
        Ok(facts) => return Some(facts),
        Err(refusal) => refusal,
    };
    let mut recovery = recovery::Recovery::new(text, base)?;
    if recovery.broken.is_empty() {
        recovery.refused_at(refusal)?;
    }
    loop {
        match parse(recovery.text()?, text, base) {
            Ok(mut facts) => {
                facts.broken.append(&mut recovery.broken);
                facts.broken.sort_unstable();
                return Some(facts);
            }
            Err(again) => refusal = again,
        }
        recovery.refused_at(refusal)?;
    }
}

/// The facts of `code`, which is `text` or a blanked copy of it; or where `syn` stumbled. `syn::parse_file` would take the
/// same bytes away at the start and not say how many.
fn parse(code: &str, text: &str, base: usize) -> Result<CodeFacts, Range> {
    match syn::parse_str::<syn::File>(code.get(base..).unwrap_or_default()) {
        Ok(file) => Ok(walk::Walk::new(text, base).file(&file)),
        Err(error) => Err(symbol::Locator { base }.range(error.span())),
    }
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

/// Nothing is known of the file.
fn unknown(text: &str) -> CodeFacts {
    CodeFacts { broken: vec![Range::new(0, text.len())], ..CodeFacts::default() }
}
