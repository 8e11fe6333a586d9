//! Names, imports, types and constants: ASTs of a package to a typed model. The standard library is compiled like any
//! other source. Does not know the code under judgement.

pub mod expr;
pub mod model;
