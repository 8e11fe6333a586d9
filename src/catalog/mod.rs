//! Everything that can be listed, with the files that are derived from it. Does not compute, and does not know where a
//! compiled standard library comes from: it is given one.

pub mod assertions;
pub mod checks;
pub mod codes;
pub mod pages;
pub mod relations;
pub mod schemas;

use crate::hir::model::Package;

/// A generated page of the book: its file below `docs/src/reference` and who writes it from the standard library.
pub type Page = (&'static str, fn(&Package) -> String);

/// All generated pages but the command line's, which its door writes.
pub const REFERENCE: &[Page] =
    &[("checks.md", checks::page), ("codes.md", |_| codes::page()), ("relations.md", |_| relations::page())];

/// The first line of a generated page.
pub fn generated(by: &str) -> String {
    format!("<!-- Generated from {by}; `ATTEST_BLESS=1 cargo test --test generated` rewrites it. -->\n\n")
}

/// A text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
