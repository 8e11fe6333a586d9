//! The reference of diagnostic and failure codes, from their tables.

use std::fmt::Write as _;

use super::{cell, pages};
use crate::decide::Level;
use crate::decide::codes::{FAILURE_CODES, Nature};
use crate::diag::codes::CODES;

/// The blocks of diagnostic codes: the first digit and what it is about.
const BLOCKS: &[(char, &str)] = &[
    ('0', "Environment and limits"),
    ('1', "Syntax"),
    ('2', "Names"),
    ('3', "Types"),
    ('4', "Rules and lints"),
    ('5', "Target and facts"),
    ('6', "Evaluation"),
    ('7', "Judge"),
    ('8', "Decision"),
    ('9', "Attestation"),
];

/// The page.
pub fn page() -> String {
    let mut text = super::generated("`src/diag/codes.rs` and `src/decide/codes.rs`");
    text.push_str(
        "# Codes\n\nA *diagnostic* says what is wrong with the rules; its code never changes meaning, and `attest \
         explain CODE` prints its page.\nA *failure code* is what a policy says of a run.\n`[lints]` of `attest.toml` \
         sets a warning to `allow`, `warn` or `deny`.\n\n## Diagnostics\n",
    );
    for (digit, title) in BLOCKS {
        let rows: Vec<_> = CODES.iter().filter(|info| info.code.as_str().chars().nth(2) == Some(*digit)).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = write!(text, "\n### {title}\n\n| code | name | severity | |\n|---|---|---|---|\n");
        for info in rows {
            let (code, name) = (info.code.as_str(), info.name);
            let says = pages::page(info.code).and_then(summary).unwrap_or_default();
            let _ = writeln!(
                text,
                "| [{code}](../codes/{code}.md) | `{name}` | {} | {} |",
                info.severity.name(),
                cell(&says)
            );
        }
    }
    text.push_str(
        "\n## Failure codes\n\nThey are emitted in this order, each once; a package's own codes follow by name.\nA code \
         that denies leads to exit 1, one that cannot tell to exit 3 where nothing denies.\n\n| | code | | |\n\
         |---|---|---|---|\n",
    );
    for code in FAILURE_CODES {
        let nature = match code.nature {
            Nature::Denies => "denies",
            Nature::Undecides => "cannot tell",
            Nature::Reserved => "reserved",
        };
        let _ = writeln!(text, "| {} | `{}` | {nature} | {} |", code.number, code.name, cell(code.doc));
    }
    let levels: Vec<String> = Level::ALL.iter().map(|level| format!("`{}`", level.name())).collect();
    let _ = write!(text, "\n## Levels\n\nFrom the lowest: {}.\n", levels.join(", "));
    text
}

/// The first sentence of a page.
fn summary(page: &str) -> Option<String> {
    let line = page.lines().skip(3).find(|line| !line.trim().is_empty())?;
    Some(line.split_inclusive(". ").next().unwrap_or(line).trim().to_owned())
}
