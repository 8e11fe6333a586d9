//! The failure codes: public strings, never renamed or reused, always emitted in the order of their numbers, then the
//! package's own codes by name. Does not know which rule emits them.

use std::collections::BTreeSet;

/// What a code says about the question that was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// It was answered, and the answer is no.
    Denies,
    /// It could not be answered.
    Undecides,
    /// Kept for later; a policy that emits it is wrong.
    Reserved,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct FailureCode {
    /// Its place in every list.
    pub number: u16,
    /// Its public name.
    pub name: &'static str,
    /// Whether it is a "no" or a "cannot tell".
    pub nature: Nature,
    /// What it says, one sentence.
    pub doc: &'static str,
}

macro_rules! failure_codes {
    ($($number:literal $name:literal $nature:ident $doc:literal;)*) => {
        /// All failure codes, in order.
        pub const FAILURE_CODES: &[FailureCode] = &[
            $(FailureCode { number: $number, name: $name, nature: Nature::$nature, doc: $doc },)*
        ];
    };
}

failure_codes! {
    10 "unsupported_statement_type" Denies "The statement is of a type that this version does not read.";
    20 "predicate_type_mismatch" Denies "The statement's predicate is of another type than the one asked for.";
    30 "unsupported_predicate_version" Denies "The predicate is of a version that this version does not read.";
    40 "schema_invalid" Denies "A document does not fit its JSON Schema, or breaks one of its own rules.";
    50 "signature_invalid" Denies "A signature is missing, broken, or not by a trusted key.";
    60 "transparency_verification_failed" Denies "The transparency log does not prove the entry.";
    70 "subject_digest_mismatch" Denies "The digest of the subject is another than the one attested.";
    80 "repo_url_mismatch" Denies "The evidence is about another repository.";
    90 "base_commit_mismatch" Denies "The evidence starts from another commit.";
    100 "signer_identity_mismatch" Denies "The signer is unknown, or not one that the policy trusts.";
    110 "builder_identity_mismatch" Denies "The builder or its workflow is unknown, or not one that the policy trusts.";
    120 "replay_detected" Denies "The evidence was used before, for something else.";
    130 "privacy_violation" Denies "The evidence discloses what it must not.";
    140 "level_escalation" Denies "A document claims a higher level than it earns.";
    150 "level_below_required" Denies "The level earned is below the one required.";
    160 "missing_evidence" Undecides "Evidence that the level needs is not there.";
    170 "stale_attestation" Denies "The attestation is older than the policy allows.";
    180 "policy_eval_error" Undecides "The policy gave no proper answer.";
    190 "cache_untrusted" Reserved "Reserved; never emitted.";
    200 "rules_invalid" Undecides "The rules do not compile.";
    210 "bundle_untrusted" Denies "The rules are not pinned by digest, or not signed by a pinned identity, as the level demands.";
    220 "assertion_failed" Denies "An assertion does not hold.";
    230 "assertion_undecided" Undecides "Nothing can be said about an assertion, or none ran.";
    240 "assertion_incoherent" Denies "An assertion claims to cover what its check cannot prove.";
    250 "judgement_missing" Undecides "An answer of Tier 2 is needed, and nobody gave one.";
    260 "judgement_failed" Denies "Tier 2 says that the claim does not hold.";
    270 "judgement_undecided" Undecides "Tier 2 cannot tell, or its votes are split or too few.";
    275 "judgement_injection" Denies "The code under judgement tried to steer the judge.";
    280 "evidence_insufficient" Denies "A control's evidence does not suffice for the level.";
    290 "control_not_implemented" Denies "A control has no assertion.";
    300 "control_drift" Denies "A control held before and does not hold now.";
    310 "objective_unmitigated" Denies "A control objective is mitigated by nothing.";
    320 "assumption_expired" Denies "An assumption that the model leans on has expired.";
    330 "waiver_expired" Denies "A waiver would have carried a failing assertion, but has expired.";
    340 "finding_open" Denies "A finding is not remediated.";
    350 "subject_dirty" Denies "The tree has changes that no commit holds.";
}

/// The row of that name.
pub fn find(name: &str) -> Option<&'static FailureCode> {
    FAILURE_CODES.iter().find(|code| code.name == name)
}

/// Where a code stands in every list: the table's number, and after the table the package's own codes by name.
pub fn order(name: &str) -> (u16, &str) {
    find(name).map_or((u16::MAX, name), |code| (code.number, ""))
}

/// The codes that a policy may emit beside the table's: those that the package declares and the gate lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredCodes(BTreeSet<String>);

impl DeclaredCodes {
    /// The declared codes, by name.
    pub fn new<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// Whether a policy may emit `name`.
    pub fn allows(&self, name: &str) -> bool {
        find(name).map_or_else(|| self.0.contains(name), |code| code.nature != Nature::Reserved)
    }

    /// Every name that a policy may emit, for suggestions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let table = FAILURE_CODES.iter().filter(|code| code.nature != Nature::Reserved).map(|code| code.name);
        table.chain(self.0.iter().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::{DeclaredCodes, FAILURE_CODES, order};

    #[test]
    fn the_table_is_in_order_and_names_are_unique() {
        for pair in FAILURE_CODES.windows(2) {
            assert!(pair[0].number < pair[1].number, "{} comes before {}", pair[0].name, pair[1].name);
        }
        let names: std::collections::BTreeSet<_> = FAILURE_CODES.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), FAILURE_CODES.len());
    }

    #[test]
    fn own_codes_come_last_by_name() {
        let mut codes = ["WEAK_HASH", "subject_dirty", "A_CODE", "assertion_failed"];
        codes.sort_by(|left, right| order(left).cmp(&order(right)));
        assert_eq!(codes, ["assertion_failed", "subject_dirty", "A_CODE", "WEAK_HASH"]);
    }

    #[test]
    fn reserved_and_undeclared_codes_are_not_allowed() {
        let declared = DeclaredCodes::new(["WEAK_HASH", "cache_untrusted"]);
        assert!(declared.allows("WEAK_HASH") && declared.allows("finding_open"));
        assert!(!declared.allows("cache_untrusted") && !declared.allows("STRONG_HASH"));
    }
}
