# who is nobody's entry does not sign; of each entry it is said why
+ expect certificate.toml
+ change
+ sign key.json ed25519 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
$ gate --bundle key.json
# the key of somebody else
+ sign other.json other policy.json
$ gate --bundle other.json --trusted-root root.json
# a hint at the right key, and another key's signature: the hint is believed of nothing
+ edit other.json hinted.json "hint":" "hint":"cd8633d37dcdb58073a176001c167e43cb1fa2e46a4176d847ec167eda1a7d46"},"unknown":{"hint":"
$ gate --bundle hinted.json
# a certificate, and no trust root to verify it with
+ certify run.json {"commit":"{base}"} policy.json workflow.json
$ gate --bundle run.json
# the workflow that is expected
$ gate --bundle run.json --trusted-root root.json
# another trust root vouches for nobody here
$ gate --bundle run.json --trusted-root elsewhere.json
# a workflow of another branch: the same file as the change would have it
+ certify branch.json {"commit":"{base}","subject":"https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/agent"} policy.json workflow.json
$ gate --bundle branch.json --trusted-root root.json
# the right workflow on a runner of somebody's own, and by another issuer
+ certify own.json {"commit":"{base}","runner":"self-hosted"} policy.json workflow.json
$ gate --bundle own.json --trusted-root root.json -q
+ certify issuer.json {"commit":"{base}","issuer":"https://issuer.example"} policy.json workflow.json
$ gate --bundle issuer.json --trusted-root root.json -q

# certificates alone may sign, and a key did
+ git checkout -q main
+ write shop/.attest/provenance.toml schema = 1\nrequired-level = "policy-grade"\n[[signer]]\nidentity = "https://github.com/acme/shop/.github/workflows/agent.yml@refs/heads/main"\nissuer = "https://token.actions.githubusercontent.com"
+ commit certificates alone
$ gate --bundle key.json
$ gate --bundle key.json --trusted-root root.json
$ gate --bundle run.json --trusted-root root.json --key ed25519.pub
# the certificate holds, and it belongs to another change now: the base went on, and this change did not
$ gate --bundle run.json --trusted-root root.json -q
