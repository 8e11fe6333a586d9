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
#   What carries a control: an attested assumption up to policy-grade, a live waiver too, whichever tier said the fail that
#   it carries. Neither carries code that addresses the judge above evidence-grade.
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
	code := refused(assertion)
}

evidence contains {"code": code, "subject": id, "message": message(assertion)} if {
	some id, assertion in input.assertions
	assertion.outcome == "error"
	code := doubted(assertion)
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

# Tier 2 of what is not already denied above: an assertion that passes, of its own or of a control that nothing carries.
policy contains {"code": "judgement_missing", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	open_for_judgement(assertion)
	not judged(assertion)
	text := "no answer of Tier 2 vouches for it"
}

policy contains {"code": "judgement_failed", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome == "pass"
	assertion.tier2.outcome == "fail"
	text := "Tier 2 says that the claim does not hold"
}

policy contains {"code": "judgement_undecided", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome in {"pass", "waived"}
	assertion.tier2.outcome == "error"
	text := "Tier 2 cannot tell"
}

# A waiver accepts that a claim does not hold. It does not accept that the code speaks to the judge.
policy contains {"code": "judgement_injection", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome in {"pass", "waived"}
	injected(assertion.tier2)
	text := "the code under judgement addresses the judge"
}

policy contains {"code": "assertion_incoherent", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	open_for_judgement(assertion)
	not assertion.coherent
	text := "the check cannot prove what the control needs"
}

# The second opinion on a control. Where it says that the evidence does not suffice, the control's reasons below say so.
policy contains {"code": "judgement_injection", "subject": id, "message": text} if {
	some id, control in input.controls
	injected(control.secondOpinion)
	text := "what was shown for the second opinion addresses the judge"
}

policy contains {"code": "judgement_undecided", "subject": id, "message": text} if {
	some id, control in input.controls
	second_guessed(control)
	text := insufficient(control)
}

policy contains {"code": "evidence_insufficient", "subject": id, "message": text} if {
	some id, control in input.controls
	control.status == "implemented"
	not assumed(control)
	not second_guessed(control)
	text := insufficient(control)
}

policy contains {"code": "evidence_insufficient", "subject": id, "message": text} if {
	some id, control in input.controls
	control.status == "out_of_scope"
	not assumed(control)
	text := "the control was out of this run's scope"
}

policy contains {"code": "evidence_insufficient", "subject": id, "message": text} if {
	some id, assertion in input.assertions
	assertion.outcome == "skip"
	loose(assertion)
	text := "the assertion was out of this run's scope"
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

injected(judgement) if {
	judgement.outcome == "fail"
	judgement.reason == "injection"
}

open_for_judgement(assertion) if {
	assertion.outcome == "pass"
	loose(assertion)
}

open_for_judgement(assertion) if {
	assertion.outcome == "pass"
	control := input.controls[assertion.control]
	control.status in {"implemented", "verified"}
	not assumed(control)
}

# An assertion of its own: of no control that was judged.
loose(assertion) if not input.controls[assertion.control]

# Only the second opinion is open, and it cannot tell.
second_guessed(control) if {
	control.status in {"implemented", "verified"}
	not assumed(control)
	control.secondOpinion.outcome == "error"
}

# What keeps a control from `verified`, in its own words.
insufficient(control) := concat("; ", control.reasons) if {
	count(control.reasons) > 0
} else := sprintf("nothing that passes covers %s", [concat(", ", control.facets.missing)]) if {
	count(control.facets.missing) > 0
} else := "the control is implemented, not verified"

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

# A second opinion is not demanded, but where there is one it is held to the same.
assurance contains {"code": "judgement_undecided", "subject": id, "message": text} if {
	some id, control in input.controls
	count(control.secondOpinion.votes) < 3
	text := "the second opinion voted fewer than three times"
}

assurance contains {"code": "judgement_undecided", "subject": id, "message": text} if {
	some id, control in input.controls
	some vote in control.secondOpinion.votes
	vote != "holds"
	text := "the second opinion is not unanimous"
}

########################################################################################################################

# The code of an assertion that fails: the judge's where Tier 1 is not what failed.
refused(assertion) := "judgement_injection" if {
	judge_said(assertion, "fail")
	injected(assertion.tier2)
} else := "judgement_failed" if {
	judge_said(assertion, "fail")
} else := "assertion_failed"

# The code of an assertion that is undecided: the judge's where Tier 1 is not what could not tell.
doubted(assertion) := "judgement_undecided" if {
	judge_said(assertion, "error")
} else := "judgement_missing" if {
	unanswered(assertion)
} else := "assertion_undecided"

judge_said(assertion, outcome) if {
	assertion.tier1.outcome != outcome
	assertion.tier2.outcome == outcome
}

# The question alone decides, and nobody answered it.
unanswered(assertion) if {
	assertion.outcome == "error"
	assertion.tier1.outcome == "pass"
	not judged(assertion)
}

# Why, in the words of the tier that said so.
message(assertion) := "the question alone decides, and no answer of Tier 2 was asked for" if {
	unanswered(assertion)
} else := assertion.tier1.message if {
	assertion.tier1.outcome == assertion.outcome
} else := assertion.tier2.message if {
	assertion.tier2.message != ""
} else := assertion.tier2.reason if {
	assertion.tier2.outcome == assertion.outcome
	is_string(assertion.tier2.reason)
} else := said[assertion.outcome] if {
	assertion.tier2.outcome == assertion.outcome
} else := assertion.tier1.message

# For a judge without words.
said := {
	"fail": "Tier 2 says that the claim does not hold",
	"error": "Tier 2 cannot tell",
}
