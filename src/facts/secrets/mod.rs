//! tmp
use super::model::Range;
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret { pub kind: &'static str, pub span: Range }
pub fn find(_path: &str, _text: &str) -> Vec<Secret> { Vec::new() }
