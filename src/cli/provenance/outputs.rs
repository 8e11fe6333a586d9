//! A verdict as the steps of a CI job read it: `name=value`, each on a line of its own. Does not know where the lines go.

use crate::provenance::Verdict;

/// The lines `valid`, `level` and `failure-codes`. A value has letters, digits, `_`, `-` and `,` only, so it needs no
/// quotes in a shell, a dotenv file or an expression; nothing that a statement says can be a second line.
///
/// `level` is empty unless the statement is valid: what a statement claims is no level that it earned.
pub(super) fn lines(verdict: &Verdict) -> String {
    written(verdict.valid && !verdict.is_undecided(), verdict.level.as_deref(), &verdict.failure_codes)
}

/// The same lines of a verification that came to no verdict.
pub(super) fn nothing() -> String {
    written(false, None, &[])
}

fn written(valid: bool, level: Option<&str>, codes: &[String]) -> String {
    let level = level.filter(|_| valid).unwrap_or_default();
    let codes: Vec<String> = codes.iter().map(|code| plain(code)).collect();
    format!("valid={valid}\nlevel={}\nfailure-codes={}\n", plain(level), codes.join(","))
}

/// The text with `_` for whatever else.
fn plain(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    text.chars().map(keep).collect()
}

#[cfg(test)]
mod tests {
    fn lines(valid: bool, level: Option<&str>, codes: &[&str]) -> String {
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
        super::written(valid, level, &codes)
    }

    #[test]
    fn a_verdict_is_three_lines() {
        let valid = lines(true, Some("policy-grade"), &[]);
        assert_eq!(valid, "valid=true\nlevel=policy-grade\nfailure-codes=\n");
        let invalid = lines(false, Some("high-assurance"), &["base_commit_mismatch", "replay_detected"]);
        assert_eq!(invalid, "valid=false\nlevel=\nfailure-codes=base_commit_mismatch,replay_detected\n");
        assert_eq!(lines(false, None, &[]), "valid=false\nlevel=\nfailure-codes=\n");
    }

    #[test]
    fn nothing_that_is_said_becomes_a_line_or_a_command() {
        let hostile = lines(true, Some("x\nvalid=true"), &["a\nb=$(id)`"]);
        assert_eq!(hostile, "valid=true\nlevel=x_valid_true\nfailure-codes=a_b___id__\n");
    }
}
