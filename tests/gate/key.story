# a run's statement, signed by a key that the expectations name: every level that is claimed is earned
+ expect key.toml
+ change
+ sign run.json p256 policy.json
$ gate --bundle run.json
$ gate --bundle run.json -q
$ gate --bundle run.json --format json --save-context context.json
$ show context.json
# the context that was made says the same by hand, with the caller's word in place of the signature
$ gate --statement nowhere.json --context context.json

# more may be demanded than the expectations do, and never less
$ gate --bundle run.json --require-level high-assurance -q
$ gate --bundle run.json --require-level evidence-grade -q
+ sign low.json p256 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
$ gate --bundle low.json --require-level evidence-grade -q

# a bare envelope's signature is the same one; the caller's key has to be one of those that are expected
$ gate --bundle run.json --key p256.pub -q
$ gate --bundle run.json --key ed25519.pub -q
