//! Any bytes as a policy-owned file of expectations: what is read demands something and can be checked; the rest is refused,
//! with a place that the file has.
#![no_main]

use attest::provenance::expectations::{Expectations, Subject};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| match Expectations::parse(bytes) {
    Ok(read) => {
        assert!(read.subjects.contains(&Subject::Patch) && read.max_age != Some(0));
        assert!(read.subjects.is_sorted_by(|one, next| one < next));
        assert!(read.repository.as_ref().is_none_or(|url| url.starts_with("http") && !url.contains('@')));
        assert!(read.mcp_servers.iter().all(|(name, hex)| !name.is_empty() && hex.len() == 64));
        for party in read.signers.iter().chain(&read.witnesses).chain(&read.approvers) {
            assert!(!party.shown().is_empty());
        }
        assert_eq!(Expectations::parse(bytes), Ok(read));
    }
    Err(error) => {
        assert!(!error.message.is_empty() && !error.help.is_empty());
        if let Some((line, column)) = error.place {
            let text = std::str::from_utf8(bytes).expect("a place of a text");
            let row = text.split('\n').nth(line - 1).expect("a line of the text");
            assert!((1..=row.chars().count() + 1).contains(&column), "line {line}, column {column}");
        }
    }
});
