//! Text to tree: the pest grammar (`grammar/attest.pest`), recovery, and the AST. Parsing never fails: it gives a
//! [`ast::File`] and diagnostics. Knows neither files nor other sources.

pub mod ast;
