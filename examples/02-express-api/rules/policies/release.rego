# METADATA
# title: Release
# description: |
#   A version may leave when every assertion holds. A broken hash has a code of its own, so that the pipeline can page
#   somebody; and what is critical cannot be waived.
package attest.gate

decision := {"level": level, "denials": denials}

default level := null

level := "evidence-grade" if count(denials) == 0

denials contains {"code": "WEAK_HASH", "subject": id, "message": assertion.tier1.message} if {
	some id, assertion in input.assertions
	assertion.outcome == "fail"
	about_hashes(assertion)
}

denials contains {"code": "assertion_failed", "subject": id, "message": assertion.tier1.message} if {
	some id, assertion in input.assertions
	assertion.outcome == "fail"
	not about_hashes(assertion)
}

denials contains {"code": "assertion_undecided", "subject": id, "message": assertion.tier1.message} if {
	some id, assertion in input.assertions
	assertion.outcome == "error"
}

denials contains {"code": "CRITICAL_WAIVED", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome == "waived"
	assertion.severity == "critical"
	text := sprintf("waived until %s, and critical", [assertion.waiver.until])
}

# Nothing was looked at: that earns nothing.
denials contains {"code": "missing_evidence", "subject": input.gate.name, "message": "nothing was checked"} if {
	count([id | some id, assertion in input.assertions; assertion.outcome != "skip"]) == 0
}

about_hashes(assertion) if assertion.control == "notes/HASHES"
