//! The pages of the diagnostic codes, as `attest explain` prints them and the book shows them. A test compares this list
//! with the table of codes and with the files.

use crate::diag::codes::Code;

macro_rules! pages {
    ($($code:literal,)*) => {
        /// All pages: the code and its text, by code.
        pub const PAGES: &[(&str, &str)] =
            &[$(($code, include_str!(concat!("../../docs/src/codes/", $code, ".md"))),)*];
    };
}

pages! {
    "AT0001",
    "AT0002",
    "AT0003",
    "AT0004",
    "AT1001",
    "AT1002",
    "AT1003",
    "AT1004",
    "AT1005",
    "AT1006",
    "AT1007",
    "AT1008",
    "AT1009",
    "AT1010",
    "AT1011",
    "AT1012",
    "AT1013",
    "AT1014",
    "AT1015",
    "AT1016",
    "AT1017",
    "AT1018",
    "AT1019",
    "AT1020",
    "AT1021",
    "AT1022",
    "AT2003",
    "AT3001",
}

/// The page of a code.
pub fn page(code: Code) -> Option<&'static str> {
    PAGES.iter().find(|(of, _)| *of == code.as_str()).map(|(_, text)| *text)
}
