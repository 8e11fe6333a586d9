# high-assurance: an isolated runner, a witness whose signature is in a log, an approval by somebody else
+ expect assurance.toml
+ change
+ certify witness.json {"repository":"acme/vault","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"trace","digest":{"sha256":"{sha256:trace.json}"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
+ sign approval.json p256 {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
+ certify run.json {"commit":"{base}"} policy.json assurance.json
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json --run-id github-4242-1 -q

# without a witness, without an approval
$ gate --bundle run.json --trusted-root root.json --approval approval.json
$ gate --bundle run.json --trusted-root root.json --witness witness.json
# another run than the certificate's: asked for, and claimed
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json --run-id github-4242-2 -q
+ certify other.json {"commit":"{base}"} policy.json assurance.json {"predicate":{"runId":"github-4243-1"}}
$ gate --bundle other.json --trusted-root root.json --witness witness.json --approval approval.json -q
+ certify other.json {"commit":"{base}","run":null} policy.json assurance.json
$ gate --bundle other.json --trusted-root root.json --witness witness.json --approval approval.json -q

# witnesses that are none: nobody's, by a key, about something else, of no log
+ certify stranger.json {"repository":"acme/stranger","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"trace","digest":{"sha256":"{sha256:trace.json}"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness stranger.json --approval approval.json
$ gate --bundle run.json --trusted-root root.json --witness approval.json --approval approval.json -q
+ certify else.json {"repository":"acme/vault","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"trace","digest":{"sha256":"{base}000000000000000000000000"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness else.json --approval approval.json
+ write broken.json {}
$ gate --bundle run.json --trusted-root root.json --witness broken.json --approval approval.json
# a witness that is verified, and that the statement does not declare
+ certify second.json {"repository":"acme/vault","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness second.json --approval approval.json -q
$ gate --bundle run.json --trusted-root root.json --witness second.json --witness witness.json --approval approval.json -q

# approvals that are none: by nobody who may, by the signer of the run, of another type, of another change, not in the evidence
+ sign nobody.json other {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval nobody.json
+ certify self.json {"commit":"{base}"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval self.json
+ sign type.json p256 {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/rejection/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval type.json
+ sign change.json p256 {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{tree}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval change.json
+ sign again.json p256 {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"patch.diff","digest":{"sha256":"{patch}"}}],"predicateType":"https://acme.example/approval/v1","predicate":{"again":true}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval again.json -q
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval again.json --approval approval.json -q

# a runner that is not among the isolated ones, no trace, another configuration of the agent
+ git checkout -q main
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml isolated-runners isolated-runners=["https://vault.acme.example"]#
+ commit another runner
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json -q
+ git reset -q --hard HEAD~1
+ certify other.json {"commit":"{base}"} policy.json assurance.json {"predicate":{"agentConfig":{"primaryDigest":{"sha256":"{tree}"}}}}
$ gate --bundle other.json --trusted-root root.json --witness witness.json --approval approval.json -q
+ git checkout -q main
+ git rm -q AGENTS.md
+ commit no configuration
+ git checkout -q -b later
+ write shop/later.py pass
+ commit later
$ gate --bundle run.json --trusted-root root.json --head later

# a witness by a timestamp authority alone
+ git checkout -q agent
+ log none
+ certify witness.json {"repository":"acme/vault","workflow":"witness.yml"} {"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"trace","digest":{"sha256":"{sha256:trace.json}"}}],"predicateType":"https://acme.example/witness/v1","predicate":{}}
+ certify run.json {"commit":"{base}"} policy.json assurance.json
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json -q
+ certify run.json {"commit":"{base}"} policy.json assurance.json {"predicate":{"environment":{"witnesses":[{"id":"tsa-1","type":"timestamp-authority","digest":{"sha256":"{sha256:witness.json}"}}]}}}
$ gate --bundle run.json --trusted-root root.json --witness witness.json --approval approval.json
