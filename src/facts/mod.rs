//! Facts: typed relations extracted from the target, once per file content. Language adapters, documents, manifests,
//! secrets, test reports. Does not know rules or verdicts.

pub mod documents;
pub mod encoding;
pub mod headers;
pub mod language;
pub mod languages;
pub mod manifests;
pub mod model;
pub mod relations;
pub mod reports;
mod scope;
pub mod secrets;
pub mod store;
#[cfg(test)]
pub(crate) mod twins;
pub mod value;
