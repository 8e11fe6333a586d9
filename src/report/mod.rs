//! What a run says: the report as data and in each of its formats, and the exit code that follows from it. Does not know
//! how anything was computed.

pub mod exit;
pub mod format;
pub mod github;
pub mod html;
pub mod human;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod markdown;
pub mod model;
pub mod sarif;
mod view;

pub use exit::Exit;
pub use format::{FORMATS, Format, Said};
pub use model::Report;
pub use view::Places;
