# nobody says what is expected
+ change
+ sign run.json p256 policy.json
$ gate --bundle run.json
+ write elsewhere.toml schema = 1\nrequired-level = "evidence-grade"
$ gate --bundle run.json --expectations-file elsewhere.toml
# the caller names the one key: with nobody else to go by, that is who may sign
$ gate --bundle run.json --expectations-file elsewhere.toml --key p256.pub
+ sign low.json p256 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
$ gate --bundle low.json --expectations-file elsewhere.toml --key p256.pub
$ gate --bundle low.json --expectations-file elsewhere.toml --key other.pub -q
$ gate --bundle low.json --expectations-file elsewhere.toml --key p256.pub --expectations other.toml
# expectations that cannot be read
+ write elsewhere.toml schema = 1\nrequired-level = "evidence-grade"\n[[signer]]
$ gate --bundle run.json --expectations-file elsewhere.toml
$ gate --bundle run.json --expectations-file nowhere.toml
+ grow elsewhere.toml 1
$ gate --bundle run.json --expectations-file elsewhere.toml
# bundles that cannot be read
+ expect key.toml
+ git checkout -q agent
+ git rebase -q main
+ write run.json {}
$ gate --bundle run.json
+ write run.json no JSON
$ gate --bundle run.json -q
+ grow run.json 33
$ gate --bundle run.json
$ gate --bundle nowhere.json
# a trust root that is none
+ sign run.json p256 policy.json
+ write root.json {}
$ gate --bundle run.json --trusted-root root.json
# repositories and revisions that are none
$ gate --bundle run.json --base nowhere
$ gate --bundle run.json --root nowhere
$ gate --bundle run.json --head main
$ gate --bundle run.json --head main --allow-empty -q
# flags that belong to the other way of verifying, and none
$ gate --bundle run.json --context run.json
$ gate --statement run.json --context run.json --base main
$ gate --bundle run.json --run-id short
$ gate --bundle run.json --pull-request 0
$ gate --bundle run.json --repo-url /tmp/shop
# a policy of the caller's, and one that is none
+ write own.rego package attest.document\ndecision := {"level": null, "denials": []}
$ gate --bundle run.json --policy own.rego -q
+ write own.rego package
$ gate --bundle run.json --policy own.rego -q
