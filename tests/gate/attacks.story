# what the change itself says of what is expected has no effect: the expectations are those of the tip of `main`
+ expect key.toml
+ change
+ sign honest.json p256 policy.json
+ sign mallory.json other policy.json
+ git checkout -q agent
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml policy-grade evidence-grade
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml mason mallory
+ commit policy changed by the pull request
+ sign run.json p256 policy.json {"predicate":{"verificationLevel":"evidence-grade"}}
$ gate --bundle run.json

# a bundle of the change as it was before
$ gate --bundle honest.json
# an attacker's own key
$ gate --bundle mallory.json -q

# forged files in the work tree: expectations, and a cache
+ write shop/.attest/provenance.toml schema = 1\nrequired-level = "evidence-grade"
+ write shop/.attest/cache.db SQLite
$ gate --bundle run.json -q

# an old base has older expectations; those of the branch's tip count
+ git checkout -q -f main
+ edit shop/.attest/provenance.toml shop/.attest/provenance.toml builds.acme.example/mason" builds.acme.example/newer"
+ commit newer expectations
+ sign run.json p256 policy.json
$ gate --bundle run.json

# the change is one of another repository
+ git checkout -q agent
+ sign run.json p256 policy.json {"predicate":{"environment":{"builder":{"id":"https://builds.acme.example/newer"}}}}
$ gate --bundle run.json -q
$ gate --bundle run.json --repo-url https://github.com/acme/other
# a run of another pull request, and another run
$ gate --bundle run.json --pull-request 17 -q
$ gate --bundle run.json --run-id github-4242-2 -q
$ gate --bundle run.json --run-id github-4242-1 -q
# too old
$ gate --bundle run.json --at 2025-06-02T11:59:01Z -q
$ gate --bundle run.json --at 2025-06-01T11:58:59Z -q

# what nobody signed: the hint, the version of the media type, members that nobody knows
+ edit run.json free.json {"dsseEnvelope {"unknown":{"trust":"signature"},"dsseEnvelope
+ edit free.json free.json bundle.v0.3+json bundle+json;version=0.3
+ edit free.json free.json "hint":"a "hint":"b
$ gate --bundle free.json -q
# what was signed
+ edit run.json broken.json "payload":"ew "payload":"fw
$ gate --bundle broken.json
