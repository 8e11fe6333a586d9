# METADATA
# title: The default gate
# description: |
#   Which level the facts of a run earn, and what keeps them from the level that the gate requires. It is the policy of
#   every gate that names none; copy it as a start for one of your own. Plain Rego v1: `opa test` and `opa eval` read it.
#
#   For each level there is one set of denials: what keeps the facts from *that* level, the levels below it taken as
#   given. A level is earned when its set and all sets below it are empty. `denials` are those of the required level and
#   below; what keeps the facts from a higher level than anyone asked for is no failure.
#
#   Not part of any level: findings and objectives of the threat model. A policy of your own may weigh them, they are
#   in `input.findings` and `input.objectives`.
package attest.gate

# Lowest first.
levels := ["evidence-grade", "policy-grade", "high-assurance"]

denied := {
	"evidence-grade": evidence,
	"policy-grade": policy,
	"high-assurance": assurance,
}

decision := {"level": level, "denials": denials}

default level := null

level := levels[highest]

# The highest level below the first one that is denied.
highest := count(levels) - 1 if count(blocked) == 0

highest := min(blocked) - 1 if {
	count(blocked) > 0
	min(blocked) > 0
}

blocked contains rank if {
	some rank, name in levels
	count(denied[name]) > 0
}

denials contains denial if {
	some rank, name in levels
	rank <= required
	some denial in denied[name]
}

required := rank if {
	some rank, name in levels
	name == input.gate.requires
}

########################################################################################################################
# evidence-grade: the rules compile (else no policy is asked), no assertion is undecided, Tier 1 holds.

evidence contains {"code": code, "subject": id, "message": message(assertion)} if {
	some id, assertion in input.assertions
	assertion.outcome == "fail"
	code := blame(assertion, "fail", "judgement_failed", "assertion_failed")
}

evidence contains {"code": code, "subject": id, "message": message(assertion)} if {
	some id, assertion in input.assertions
	assertion.outcome == "error"
	code := blame(assertion, "error", "judgement_undecided", "assertion_undecided")
}

evidence contains {"code": "waiver_expired", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome == "fail"
	assertion.waiver.state == "expired"
	text := sprintf("the waiver held until %s", [assertion.waiver.until])
}

evidence contains {"code": "control_not_implemented", "subject": id, "message": "the control has no assertion"} if {
	some id, control in input.controls
	control.status == "not_implemented"
}

# Missing is never false, empty is never true: a run in which nothing ran earns nothing.
evidence contains {"code": "assertion_undecided", "subject": input.gate.name, "message": text} if {
	count(ran) == 0
	text := idle[count(input.assertions) > 0]
}

idle := {
	true: "nothing affected: every assertion was skipped",
	false: "there is no assertion",
}

ran contains id if {
	some id, assertion in input.assertions
	assertion.outcome != "skip"
}

########################################################################################################################
# policy-grade: the package is pinned by digest, the tree is clean, the run is signed by whom the allowlist names, Tier 2
# ran and nothing is undecided, and all controls are verified or carried by a live waiver or an attested assumption.

policy contains {"code": "bundle_untrusted", "subject": input.package.name, "message": text} if {
	not input.package.pinned
	text := "the rules are not pinned by digest"
}

policy contains {"code": "subject_dirty", "subject": tree, "message": text} if {
	input.subject.dirty
	text := "the tree has changes that no commit holds"
}

policy contains {"code": "signer_identity_mismatch", "subject": input.runner.kind, "message": text} if {
	some part in ["signer", "issuer"]
	not identified(part)
	text := sprintf("the run has no verified %s", [part])
}

policy contains {"code": "builder_identity_mismatch", "subject": input.runner.kind, "message": text} if {
	some part in ["builder", "workflow"]
	not identified(part)
	text := sprintf("the run has no verified %s", [part])
}

# Tier 2 of what is not already denied above: a control that is implemented or verified, or an assertion of its own.
policy contains {"code": "judgement_missing", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	open_for_judgement(assertion)
	not judged(assertion)
	text := "Tier 2 did not answer"
}

policy contains {"code": "judgement_undecided", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome in {"pass", "waived"}
	assertion.tier2.outcome == "error"
	text := "Tier 2 cannot tell"
}

policy contains {"code": "judgement_failed", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome in {"pass", "waived"}
	assertion.tier2.outcome == "fail"
	text := "Tier 2 says that the claim does not hold"
}

policy contains {"code": "assertion_incoherent", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	open_for_judgement(assertion)
	not assertion.coherent
	text := "the check cannot prove what the assertion claims to cover"
}

policy contains {"code": "evidence_insufficient", "subject": id, "message": text} if {
	some id, control in input.controls
	control.status == "implemented"
	not assumed(control)
	text := insufficient(control)
}

policy contains {"code": "evidence_insufficient", "subject": id, "message": text} if {
	some id, control in input.controls
	control.status == "out_of_scope"
	not assumed(control)
	text := "the control was out of this run's scope"
}

policy contains {"code": "assumption_expired", "subject": id, "message": text} if {
	some id, assumption in input.assumptions
	assumption.state == "expired"
	some objective in assumption.objectives
	leaning[objective]
	text := "the assumption has expired, and a control that is not verified leans on it"
}

tree := input.subject.tree if input.subject.tree != null

tree := "tree" if input.subject.tree == null

identified(part) if input.runner.identity[part] != null

judged(assertion) if assertion.tier2.outcome in {"pass", "fail", "error"}

open_for_judgement(assertion) if {
	assertion.outcome == "pass"
	control := input.controls[assertion.control]
	control.status == "implemented"
	not assumed(control)
}

insufficient(control) := sprintf("nothing that passes covers %s", [concat(", ", control.facets.missing)]) if {
	count(control.facets.missing) > 0
}

insufficient(control) := "the control is implemented, not verified" if count(control.facets.missing) == 0

# An assumption carries a control that exists only for objectives which attested assumptions mitigate.
assumed(control) if {
	count(control.objectives) > 0
	every objective in control.objectives {
		attested[objective]
	}
}

attested contains objective if {
	some assumption in input.assumptions
	assumption.state == "attested"
	some objective in assumption.objectives
}

leaning contains objective if {
	some control in input.controls
	control.status in {"implemented", "out_of_scope"}
	some objective in control.objectives
}

########################################################################################################################
# high-assurance: the package is signed by a pinned identity, the runner is isolated or witnessed, there is a witness and
# an approval, every control is verified without waiver or assumption, and Tier 2 is unanimous over three votes or more.

assurance contains {"code": "bundle_untrusted", "subject": input.package.name, "message": text} if {
	input.package.signer == null
	text := "the rules are not signed by a pinned identity"
}

assurance contains {"code": "missing_evidence", "subject": input.runner.kind, "message": text} if {
	count(input.runner.witnesses) == 0
	text := "no witness of the run is verified"
}

assurance contains {"code": "missing_evidence", "subject": tree, "message": text} if {
	count(input.subject.approvals) == 0
	text := "no approval of the change is verified"
}

assurance contains {"code": "evidence_insufficient", "subject": id, "message": text} if {
	some id, control in input.controls
	control.status == "waived"
	text := "a waiver carries the control"
}

assurance contains {"code": "evidence_insufficient", "subject": id, "message": text} if {
	some id, control in input.controls
	control.status in {"implemented", "out_of_scope"}
	assumed(control)
	text := "an assumption carries the control"
}

assurance contains {"code": "evidence_insufficient", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome == "waived"
	text := "a waiver carries the assertion"
}

assurance contains {"code": "judgement_undecided", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome == "pass"
	count(assertion.tier2.votes) < 3
	text := "Tier 2 voted fewer than three times"
}

assurance contains {"code": "judgement_undecided", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome == "pass"
	some vote in assertion.tier2.votes
	vote != "holds"
	text := "Tier 2 is not unanimous"
}

########################################################################################################################

# The judge's code where Tier 1 is not what failed.
blame(assertion, outcome, judged_code, own_code) := judged_code if {
	assertion.tier1.outcome != outcome
	assertion.tier2.outcome == outcome
} else := own_code

# Why, in the words of the tier that said so.
message(assertion) := assertion.tier1.message if {
	assertion.tier1.outcome == assertion.outcome
} else := assertion.tier2.message if {
	assertion.tier2.message != ""
} else := assertion.tier2.reason if {
	assertion.tier2.outcome == assertion.outcome
} else := assertion.tier1.message
